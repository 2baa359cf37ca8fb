//! Cursors into the results of a job: opaque to clients, and good for that job alone.

use crate::sandbox::refusal::Refusal;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// The cursor of the results from one on.
pub(super) fn write(job: &str, from: usize) -> String {
    URL_SAFE_NO_PAD.encode(format!("{job}/{from}"))
}

/// Where a cursor points; at the beginning where there is none.
pub(super) fn read(sent: Option<&str>, job: &str) -> Result<usize, Refusal> {
    let Some(sent) = sent else { return Ok(0) };
    let decoded = URL_SAFE_NO_PAD.decode(sent).ok();
    let decoded = decoded.and_then(|bytes| String::from_utf8(bytes).ok());
    decoded
        .as_deref()
        .and_then(|text| text.strip_prefix(job)?.strip_prefix('/')?.parse().ok())
        .ok_or_else(|| {
            Refusal::bad_request(
                "The cursor is not one of this job. Use the cursor of its last page.",
            )
        })
}
