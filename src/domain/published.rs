//! What the platform publishes: every operation of its public API as a method and a path, from `published-operations.txt`, which was put together
//! from the vendor's SDKs (`genesys-api.md`, section 0). A path that is not among them is a path that somebody made up, or one that went away.

/// One operation a line: `PATCH /api/v2/conversations/messages/{conversationId}`.
const OPERATIONS: &str = include_str!("../../assets/platform/published-operations.txt");

/// The operation as it is published, whatever its parameters are called here; nothing where the platform has no such operation.
///
/// ```text
/// PATCH /api/v2/conversations/messages/{conversation} -> PATCH /api/v2/conversations/messages/{conversationId}
/// ```
pub fn operation(method: &str, path: &str) -> Option<&'static str> {
    OPERATIONS.lines().find(|line| {
        line.split_once(' ')
            .is_some_and(|(verb, template)| verb == method && is_alike(template, path))
    })
}

/// The methods that are published for a path, in the order of the document.
pub fn methods(path: &str) -> Vec<&'static str> {
    OPERATIONS
        .lines()
        .filter_map(|line| line.split_once(' '))
        .filter(|(_, template)| is_alike(template, path))
        .map(|(method, _)| method)
        .collect()
}

/// The same path, where a parameter stands for a parameter.
fn is_alike(one: &str, other: &str) -> bool {
    let mut theirs = other.split('/');
    one.split('/').all(|segment| {
        theirs
            .next()
            .is_some_and(|other| segment == other || (is_parameter(segment) && is_parameter(other)))
    }) && theirs.next().is_none()
}

fn is_parameter(segment: &str) -> bool {
    segment.starts_with('{') && segment.ends_with('}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_operation_is_found_by_its_shape() {
        assert_eq!(
            operation("PATCH", "/api/v2/conversations/messages/{conversation}"),
            Some("PATCH /api/v2/conversations/messages/{conversationId}")
        );
        assert_eq!(
            methods("/api/v2/conversations/{conversation}"),
            ["DELETE", "GET"]
        );
    }

    #[test]
    fn what_nobody_publishes_is_not_found() {
        for (method, path) in [
            ("PUT", "/api/v2/conversations/messages/{c}"),
            ("PATCH", "/api/v2/conversations/webmessaging/{c}"),
            ("PATCH", "/api/v2/conversations/messages/{c}/"),
            ("PATCH", "/api/v2/conversations/messages"),
            ("patch", "/api/v2/conversations/messages/{c}"),
            ("PATCH", "/api/v2/conversations/messages/fixed"),
            ("POST", "/api/v2/conversations/{c}"),
        ] {
            assert_eq!(operation(method, path), None, "{method} {path}");
        }
    }
}
