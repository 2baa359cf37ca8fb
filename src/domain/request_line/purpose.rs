//! What a request is for, told by its method and path. The paths that this program asks are few; what is not among them is `other`.

/// The word for a page of the list.
pub const LIST: &str = "list";

/// A row: the method, or any where it is empty; the pieces of the path below `/api/v2`, `*` for any one; what it is for.
type Row = (&'static str, &'static [&'static str], &'static str);

/// From special to general: the first row that fits counts.
const ROWS: [Row; 25] = [
    ("", &["oauth", "token"], "token"),
    ("SOCKET", &[], "frame"),
    ("DELETE", &["tokens", "me"], "sign out"),
    ("", &["tokens", "me"], "who am I"),
    ("", &["users", "me"], "who am I"),
    ("", &["organizations", "me"], "which org"),
    ("", &["organizations", "limits"], "limits"),
    ("", &["authorization", "subjects", "me"], "rights"),
    ("", &["authorization", "divisions"], "names"),
    (
        "",
        &["analytics", "conversations", "details", "query"],
        LIST,
    ),
    ("", &["analytics", "conversations"], "records"),
    ("", &["conversations", "messaging"], "threading"),
    ("", &["conversations", "messages", "*", "messages"], "texts"),
    (
        "POST",
        &[
            "conversations",
            "messages",
            "*",
            "participants",
            "*",
            "communications",
            "*",
            "wrapup",
        ],
        "wrap-up",
    ),
    (
        "PATCH",
        &["conversations", "messages", "*", "participants"],
        "leg",
    ),
    ("PATCH", &["conversations", "messages", "*"], "close"),
    ("POST", &["conversations", "*", "disconnect"], "teardown"),
    ("GET", &["conversations", "*"], "read"),
    ("", &["routing", "queues", "*", "wrapupcodes"], "codes"),
    ("", &["routing", "wrapupcodes"], "names"),
    ("", &["routing", "queues"], "names"),
    ("", &["flows"], "names"),
    ("", &["webdeployments"], "names"),
    ("", &["users"], "people"),
    ("", &["notifications"], "events"),
];

/// What it is for, in a word or two.
pub fn purpose(method: &str, path: &str) -> &'static str {
    let below = path.strip_prefix("/api/v2").unwrap_or(path);
    let pieces: Vec<&str> = below.split('/').filter(|piece| !piece.is_empty()).collect();
    let fits = |row: &&Row| {
        let (wanted, pattern, _) = **row;
        let is_method = wanted.is_empty() || wanted == method;
        is_method && pattern.len() <= pieces.len() && starts_so(&pieces, pattern)
    };
    ROWS.iter().find(fits).map_or("other", |(_, _, word)| word)
}

fn starts_so(pieces: &[&str], pattern: &[&str]) -> bool {
    let mut both = pieces.iter().zip(pattern);
    both.all(|(piece, wanted)| *wanted == "*" || piece == wanted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_changes_something_is_told_from_what_only_reads() {
        let id = "3f2a9c41-77b0-4d8e-9a51-0e6c2f6b1d20";
        let chat = format!("/api/v2/conversations/messages/{id}");
        let told = [
            ("GET", format!("/api/v2/conversations/{id}"), "read"),
            ("PATCH", chat.clone(), "close"),
            ("PATCH", format!("{chat}/participants/{id}"), "leg"),
            (
                "POST",
                format!("{chat}/participants/{id}/communications/{id}/wrapup"),
                "wrap-up",
            ),
            (
                "POST",
                format!("/api/v2/conversations/{id}/disconnect"),
                "teardown",
            ),
            ("GET", format!("{chat}/messages/bulk"), "texts"),
            ("POST", "/oauth/token".to_owned(), "token"),
            ("DELETE", "/api/v2/tokens/me".to_owned(), "sign out"),
            ("SOCKET", "/v1".to_owned(), "frame"),
            ("GET", "/api/v2/something/new".to_owned(), "other"),
            ("GET", String::new(), "other"),
        ];
        for (method, path, word) in told {
            assert_eq!(purpose(method, &path), word, "{method} {path}");
        }
    }
}
