//! The page on which a user says yes. Plain HTML: it loads nothing and runs nothing.

use crate::sandbox::exchange::Answer;
use std::fmt::Write;
use uuid::Uuid;

/// Nothing is fetched, nothing runs, nobody frames it.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'";
const HEAD: &str = "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n\
    <meta name=\"viewport\" content=\"width=device-width\">\n<title>Sandbox sign-in</title>\n\
    <style>body{font:1rem/1.5 sans-serif;max-width:30rem;margin:2rem auto;padding:0 1rem}\
    button{display:block;width:100%;margin:.5rem 0;padding:.6rem;font:inherit;text-align:left}</style>\n";

/// Who wants what, and who can allow it.
pub(super) fn consent(client: &str, goes_to: &str, ticket: &str, users: &[(Uuid, &str)]) -> Answer {
    let (client, goes_to) = (escaped(client), escaped(goes_to));
    let mut page = format!(
        "{HEAD}<h1>SANDBOX</h1>\n<p>A pretend organisation; no password is needed.</p>\n\
         <p><strong>{client}</strong> at {goes_to} wants to sign in. As whom?</p>\n\
         <form method=\"post\" action=\"/oauth/authorize\">\n\
         <input type=\"hidden\" name=\"ticket\" value=\"{}\">\n",
        escaped(ticket)
    );
    for (id, name) in users {
        // Writing into a text cannot fail.
        let _ = writeln!(
            page,
            "<button name=\"user\" value=\"{id}\">{}</button>",
            escaped(name)
        );
    }
    page.push_str(
        "<button name=\"user\" value=\"nobody\">Nobody: refuse</button>\n</form>\n</html>\n",
    );
    Answer::text(200, "text/html; charset=utf-8", page)
        .with_header("content-security-policy", POLICY)
        .with_header("referrer-policy", "no-referrer")
        .with_header("cache-control", "no-store")
}

/// A text that stands in HTML for itself, within quotes too.
fn escaped(text: &str) -> String {
    text.chars().fold(String::new(), |mut out, letter| {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            other => out.push(other),
        }
        out
    })
}
