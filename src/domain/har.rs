//! Requests as an HTTP Archive (HAR 1.2), which browsers and other tools open. Queries, headers, bodies and tokens are not in it: they are
//! kept nowhere, and where the format wants to know how large they were it is told that this is not known.

use serde_json::{Value, json};

use super::request_line::{Asker, RequestLine};

/// What the format takes for "not known".
const UNKNOWN: i8 = -1;

/// The archive of these requests, oldest first, made at the API at `base`.
pub fn har<'a>(requests: impl IntoIterator<Item = &'a RequestLine>, base: &str) -> Value {
    let mut requests: Vec<&RequestLine> = requests.into_iter().collect();
    requests.sort_by_key(|request| request.number);
    let entries: Vec<Value> = requests
        .into_iter()
        .map(|request| entry(request, base))
        .collect();
    json!({ "log": {
        "version": "1.2",
        "creator": { "name": "unstick", "version": env!("CARGO_PKG_VERSION") },
        "pages": [],
        "entries": entries,
        "comment": "without queries, headers, bodies and tokens",
    } })
}

/// Where a request went. Tokens are asked for at the login service, which stands beside the API.
pub fn url(request: &RequestLine, base: &str) -> String {
    let base = base.trim_end_matches('/');
    let host = if request.by == Asker::Token {
        base.replacen("://api.", "://login.", 1)
    } else {
        base.to_owned()
    };
    format!("{host}{}", request.path)
}

fn entry(request: &RequestLine, base: &str) -> Value {
    let receipt = &request.receipt;
    let correlation = receipt.correlation.iter();
    let headers: Vec<Value> = correlation
        .map(|id| json!({ "name": "ININ-Correlation-Id", "value": id }))
        .collect();
    let trouble = request.trouble.as_ref();
    let trouble = trouble.map_or_else(String::new, |trouble| format!("; {trouble}"));
    json!({
        "startedDateTime": request.at.to_string(),
        "time": receipt.took_ms,
        "request": {
            "method": request.method,
            "url": url(request, base),
            "httpVersion": "",
            "cookies": [],
            "headers": [],
            "queryString": [],
            "headersSize": UNKNOWN,
            "bodySize": UNKNOWN,
        },
        "response": {
            // What the format has for an answer that did not come.
            "status": receipt.status.unwrap_or(0),
            "statusText": "",
            "httpVersion": "",
            "cookies": [],
            "headers": headers,
            "content": { "size": request.passage.bytes, "mimeType": "" },
            "redirectURL": "",
            "headersSize": UNKNOWN,
            "bodySize": request.passage.bytes,
        },
        "cache": {},
        "timings": { "send": 0, "wait": receipt.took_ms, "receive": 0 },
        "comment": format!("number {}, try {}, for {}{trouble}", request.number, request.attempt, request.by.word()),
    })
}
