//! Pages of things that have an id and a name, and one of them by its id.
//!
//! Every listing is narrowed, put in order and cut into pages by the same words of the query.

use crate::sandbox::exchange::{Answer, Request};
use crate::sandbox::refusal::Refusal;
use crate::sandbox::world::directory::Entry;
use serde_json::{Value, json};

/// How a listing may be cut.
#[derive(Clone, Copy, Debug)]
pub(in crate::sandbox) struct Pages {
    /// The size of a page where none is asked for.
    pub(in crate::sandbox) usual: usize,
    /// The largest size.
    pub(in crate::sandbox) most: usize,
    /// The last page that may be asked for, where there is such a limit.
    pub(in crate::sandbox) last: Option<usize>,
}

impl Pages {
    /// Of most listings.
    pub(in crate::sandbox) const USUAL: Self = Self {
        usual: 25,
        most: 100,
        last: None,
    };
}

/// A member to sort by, and what it says of one.
pub(in crate::sandbox) type Key<'a, T> = (&'static str, &'a dyn Fn(&T) -> String);

/// The one thing that an id names.
pub(in crate::sandbox) fn single<'a, T: Entry>(
    list: impl IntoIterator<Item = &'a T>,
    id: Option<&str>,
) -> Result<&'a T, Refusal> {
    let mut all = list.into_iter();
    all.find(|one| Some(one.id().to_string().as_str()) == id)
        .ok_or_else(Refusal::not_found)
}

/// What repeated `id`s and a `name` leave of a list.
pub(in crate::sandbox) fn narrowed<'a, T: Entry>(
    request: &Request,
    list: impl IntoIterator<Item = &'a T>,
) -> Vec<&'a T> {
    let ids = request.query_values("id");
    let name = request.query_text("name");
    let fits = |one: &&T| {
        let by_id = ids.is_empty() || ids.contains(&one.id().to_string());
        by_id && name.as_deref().is_none_or(|name| is_like(one.name(), name))
    };
    list.into_iter().filter(fits).collect()
}

/// Whether a name is the pattern, `*` standing for anything, capitals meaning nothing.
pub(in crate::sandbox) fn is_like(name: &str, pattern: &str) -> bool {
    let (name, pattern) = (name.to_lowercase(), pattern.to_lowercase());
    let mut pieces = pattern.split('*');
    let Some(mut rest) = pieces.next().and_then(|first| name.strip_prefix(first)) else {
        return false;
    };
    let mut pieces = pieces.peekable();
    if pieces.peek().is_none() {
        return rest.is_empty();
    }
    while let Some(piece) = pieces.next() {
        if pieces.peek().is_none() {
            return rest.ends_with(piece);
        }
        let Some(at) = rest.find(piece) else {
            return false;
        };
        rest = rest.get(at + piece.len()..).unwrap_or("");
    }
    true
}

/// Puts a list in the order that is asked for; the first key is the usual one.
pub(in crate::sandbox) fn in_order<T>(
    request: &Request,
    found: &mut [&T],
    keys: &[Key<'_, T>],
) -> Result<(), Refusal> {
    let wanted = request.query_text("sortBy");
    let known = || -> Vec<&str> { keys.iter().map(|(name, _)| *name).collect() };
    let key = match &wanted {
        None => keys.first(),
        Some(wanted) => Some(
            keys.iter()
                .find(|(name, _)| name == wanted)
                .ok_or_else(|| Refusal::invalid_value(wanted, "sortBy", &known()))?,
        ),
    };
    if let Some((_, key)) = key {
        found.sort_by_cached_key(|one| key(one));
    }
    let order = request.query_text("sortOrder");
    match order.as_deref().map(str::to_lowercase).as_deref() {
        None | Some("asc" | "ascending") => {}
        Some("desc" | "descending") => found.reverse(),
        Some(other) => {
            return Err(Refusal::invalid_value(other, "sortOrder", &["asc", "desc"]));
        }
    }
    Ok(())
}

/// The page that is asked for, with the ways to the others.
pub(in crate::sandbox) fn page<T>(
    request: &Request,
    found: &[T],
    pages: Pages,
    show: impl FnMut(&T) -> Value,
) -> Result<Answer, Refusal> {
    let size = number(request, "pageSize", pages.usual)?;
    let number = number(request, "pageNumber", 1)?;
    let Pages { most, last, .. } = pages;
    if size > most {
        let problem = format!("The page size may not be more than {most}.");
        return Err(Refusal::bad_request(problem));
    }
    if let Some(last) = last.filter(|last| number > *last) {
        let problem = format!("The page number may not be more than {last}.");
        return Err(Refusal::bad_request(problem));
    }
    let shown = found.iter().skip((number - 1).saturating_mul(size));
    let entities: Vec<Value> = shown.take(size).map(show).collect();
    let count = found.len().div_ceil(size);
    let uri = |number: usize| uri(request, size, number);
    Ok(Answer::ok(json!({
        "entities": entities,
        "pageSize": size,
        "pageNumber": number,
        "total": found.len(),
        "pageCount": count,
        "firstUri": uri(1),
        "selfUri": uri(number),
        "nextUri": (number < count).then(|| uri(number + 1)),
        "previousUri": (number > 1).then(|| uri(number - 1)),
        "lastUri": uri(count.max(1)),
    })))
}

/// The same request for another page.
fn uri(request: &Request, size: usize, number: usize) -> String {
    let others = request.query.split('&').filter(|pair| {
        let key = pair.split('=').next().unwrap_or(pair);
        !key.is_empty() && key != "pageSize" && key != "pageNumber"
    });
    let path = &request.path;
    let paging = format!("{path}?pageSize={size}&pageNumber={number}");
    others.fold(paging, |uri, pair| format!("{uri}&{pair}"))
}

fn number(request: &Request, name: &str, usual: usize) -> Result<usize, Refusal> {
    match request.query_text(name) {
        None => Ok(usual),
        Some(text) => text
            .parse()
            .ok()
            .filter(|number| *number > 0)
            .ok_or_else(|| {
                Refusal::bad_request(format!("{name} must be a whole number of at least 1."))
            }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_anything_at_any_place() {
        for (pattern, fits) in [
            ("billing eu", true),
            ("Billing*", true),
            ("*EU", true),
            ("*", true),
            ("b*g*u", true),
            ("b*x*u", false),
            ("*ing", false),
            ("Billing", false),
            ("billing eu*billing eu", false),
            ("", false),
        ] {
            assert_eq!(is_like("Billing EU", pattern), fits, "{pattern}");
        }
    }

    #[test]
    fn the_ways_to_other_pages_keep_what_was_asked_for() {
        let request = Request {
            path: "/api/v2/users".to_owned(),
            query: "state=any&pageSize=2&pageNumber=2&id=a&id=b".to_owned(),
            ..Request::default()
        };
        assert_eq!(
            uri(&request, 2, 3),
            "/api/v2/users?pageSize=2&pageNumber=3&state=any&id=a&id=b"
        );
    }
}
