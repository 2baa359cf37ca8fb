//! A request as a `curl` command for a support case, without its token: a variable stands in its place. What changes something is written
//! as a comment, so that nothing is sent again by pasting it into a shell.

use serde_json::Value;

use super::text;

/// The variable that stands for a token. Whoever runs a command puts their own into it.
pub const TOKEN: &str = "GENESYS_TOKEN";

/// The command, on one line. Whatever a shell would obey stands within quotes that it cannot leave.
pub fn command(method: &str, url: &str, body: Option<&Value>) -> String {
    if method == "SOCKET" {
        // A frame of a recipe on a web socket, which is no request of curl's.
        let frame = body.map_or_else(String::new, |body| {
            format!("{} ", quoted(&body.to_string()))
        });
        return format!("# frame {frame}on the web socket {}", quoted(url));
    }
    let mut words = vec!["curl -sS".to_owned()];
    if method != "GET" {
        words.push(format!("-X {}", quoted(method)));
    }
    words.push(format!("-H \"Authorization: Bearer ${TOKEN}\""));
    if let Some(body) = body {
        words.push("-H 'Content-Type: application/json'".to_owned());
        words.push(format!("-d {}", quoted(&body.to_string())));
    }
    words.push(quoted(url));
    let command = words.join(" ");
    if method == "GET" {
        command
    } else {
        format!("# {command}")
    }
}

/// What was answered, as a comment above a command. Letters, digits and dashes alone: some shells read a comment that is pasted.
pub fn comment(said: &str) -> String {
    let is_plain = |letter: &char| letter.is_ascii_alphanumeric() || " -:.".contains(*letter);
    let plain: String = said.chars().filter(is_plain).collect();
    format!("# {}", plain.trim())
}

/// One word for a shell, whatever is in it.
fn quoted(word: &str) -> String {
    format!("'{}'", text::whole(word).replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_read_can_be_pasted_and_what_changes_something_is_a_comment() {
        let read = command("GET", "https://api.example.test/api/v2/users/me", None);
        assert_eq!(
            read,
            "curl -sS -H \"Authorization: Bearer $GENESYS_TOKEN\" 'https://api.example.test/api/v2/users/me'"
        );
        let body = serde_json::json!({ "state": "disconnected" });
        let sent = command("PATCH", "https://api.example.test/x", Some(&body));
        assert_eq!(
            sent,
            "# curl -sS -X 'PATCH' -H \"Authorization: Bearer $GENESYS_TOKEN\" -H 'Content-Type: application/json' -d '{\"state\":\"disconnected\"}' 'https://api.example.test/x'"
        );
    }

    #[test]
    fn a_frame_on_a_socket_is_told_and_is_no_command() {
        let body = serde_json::json!({ "action": "'; rm z" });
        let told = command("SOCKET", "http://127.0.0.1:1/v1", Some(&body));
        assert_eq!(
            told,
            r#"# frame '{"action":"'\''; rm z"}' on the web socket 'http://127.0.0.1:1/v1'"#
        );
    }

    #[test]
    fn nothing_gets_out_of_its_quotes_or_onto_a_line_of_its_own() {
        let evil = command("GET", "https://x/'; touch y; '\nrm z", None);
        assert!(
            evil.ends_with(r"'https://x/'\''; touch y; '\'' rm z'"),
            "{evil}"
        );
        assert_eq!(
            comment("200 `rm`; $(x)\n'id' 8c41-b0"),
            "# 200 rm xid 8c41-b0"
        );
    }
}
