//! Pages that drift: rows that come twice, and rows that come on no page.
//!
//! On the platform that happens when conversations begin or end while somebody turns pages. Here the
//! rows of one page are put together from two neighbouring ones.

use crate::sandbox::exchange::{Answer, Request};
use serde_json::{Value, json};

/// The query for the page whose rows drift in: the one before, or the one after where rows are skipped.
pub(in crate::sandbox) fn neighbour(request: &Request, drift: i32) -> Option<Request> {
    let mut body: Value = serde_json::from_slice(&request.body).ok()?;
    let query = body.as_object_mut()?;
    let paging = query.entry("paging").or_insert_with(|| json!({}));
    let page = paging.get("pageNumber").and_then(Value::as_i64);
    let page = page.unwrap_or(1) - i64::from(drift.signum());
    if page < 1 {
        return None;
    }
    paging
        .as_object_mut()?
        .insert("pageNumber".to_owned(), json!(page));
    Some(Request {
        body: body.to_string().into_bytes(),
        ..request.clone()
    })
}

/// Moves rows of the neighbouring page in, and as many rows out on the other side.
pub(in crate::sandbox) fn drifted(answer: &mut Answer, mut neighbour: Answer, drift: i32) {
    let (Some(own), Some(other)) = (rows(answer), rows(&mut neighbour)) else {
        return;
    };
    let count = usize::try_from(drift.unsigned_abs()).unwrap_or(usize::MAX);
    if drift > 0 {
        let moved = count.min(other.len());
        let again = other.get(other.len() - moved..).unwrap_or_default();
        own.truncate(own.len().saturating_sub(moved));
        own.splice(0..0, again.iter().cloned());
    } else {
        own.drain(..count.min(own.len()));
        own.extend(other.iter().take(count).cloned());
    }
}

/// The rows of a page. An empty one has none to show, and says nothing of them.
fn rows(answer: &mut Answer) -> Option<&mut Vec<Value>> {
    let body = answer.json_body_mut()?.as_object_mut()?;
    let rows = body.entry("conversations").or_insert_with(|| json!([]));
    rows.as_array_mut()
}
