//! What a guest's lines become, and what a guest is shown of what arrives. Pure: nothing is sent or printed here.

use std::collections::HashSet;

use serde_json::{Value, json};
use uuid::Uuid;

use crate::domain::text::whole;

/// What can be typed beside messages.
pub(super) const HELP: &str =
    "Type a line to write it. A line that begins with a slash is one of these:
  /clear   wipe the chat, as the button of the widget does
  /new     begin another chat
  /close   close all connections of this guest; the chat goes on
  /resume  configure again, after /close
  /join    say that the guest is here, as a widget that starts by itself does
  /echo    ask whether anybody is there
  /token   show what takes this chat up again
  /help    show this
  /quit    leave; the chat goes on";

/// What a line asks for.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Step {
    Send(Vec<Value>),
    Show(String),
    Leave,
}

/// What came of a frame.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Heard {
    /// Lines to show.
    pub(super) lines: Vec<String>,
    /// Frames to send because of it.
    pub(super) send: Vec<Value>,
    /// The other side told this connection to go.
    pub(super) leave: bool,
}

impl Heard {
    fn line(text: impl Into<String>) -> Self {
        Self {
            lines: vec![text.into()],
            ..Self::default()
        }
    }
}

/// One guest's side of the protocol.
#[derive(Debug)]
pub(super) struct Talk {
    pub(super) token: Uuid,
    deployment: String,
    name: Option<String>,
    /// What was typed is on the screen already.
    is_typed: bool,
    sent: HashSet<String>,
    is_beginning_anew: bool,
    /// Something that was asked for was refused.
    pub(super) was_refused: bool,
}

impl Talk {
    pub(super) fn new(
        token: Uuid,
        deployment: String,
        name: Option<String>,
        is_typed: bool,
    ) -> Self {
        Self {
            token,
            deployment,
            name,
            is_typed,
            sent: HashSet::new(),
            is_beginning_anew: false,
            was_refused: false,
        }
    }

    /// The first frame of every connection.
    pub(super) fn configure(&self, starts_anew: bool) -> Value {
        json!({
            "action": "configureSession",
            "token": self.token,
            "deploymentId": self.deployment,
            "startNew": starts_anew,
        })
    }

    /// What a line that was typed or piped asks for.
    pub(super) fn line(&mut self, line: &str) -> Step {
        let line = line.trim_end_matches(['\r', '\n']);
        match line.trim() {
            "" => Step::Send(Vec::new()),
            "/quit" | "/exit" => Step::Leave,
            "/help" => Step::Show(HELP.to_owned()),
            "/token" => Step::Show(self.token.to_string()),
            "/clear" => self.presence("Clear"),
            "/join" => self.presence("Join"),
            "/resume" => Step::Send(vec![self.configure(false)]),
            "/close" => Step::Send(vec![self.close()]),
            "/new" => {
                // As the official client does it: first everything is closed, then it begins.
                self.is_beginning_anew = true;
                Step::Send(vec![self.close()])
            }
            "/echo" => {
                let message = json!({ "type": "Text", "text": "ping" });
                Step::Send(vec![self.request("echo", Some(message))])
            }
            command if command.starts_with('/') && !command.starts_with("//") => {
                let command = whole(command);
                Step::Show(format!("`{command}` is no command here.\n{HELP}"))
            }
            _ => {
                // Two slashes are for a message that begins with one.
                let text = line.strip_prefix('/').unwrap_or(line);
                self.message(text)
            }
        }
    }

    fn message(&mut self, text: &str) -> Step {
        let mut message = json!({ "type": "Text", "text": text });
        if let (Some(name), Some(members)) = (&self.name, message.as_object_mut()) {
            let attributes = json!({ "metadata": { "customAttributes": { "name": name } } });
            members.insert("channel".to_owned(), attributes);
        }
        Step::Send(vec![self.request("onMessage", Some(message))])
    }

    fn presence(&mut self, kind: &str) -> Step {
        let event = json!({ "eventType": "Presence", "presence": { "type": kind } });
        let message = json!({ "type": "Event", "events": [event] });
        Step::Send(vec![self.request("onMessage", Some(message))])
    }

    fn close(&mut self) -> Value {
        let mut frame = self.request("closeSession", None);
        if let Some(members) = frame.as_object_mut() {
            members.insert("closeAllConnections".to_owned(), json!(true));
        }
        frame
    }

    fn request(&mut self, action: &str, message: Option<Value>) -> Value {
        let tracing = Uuid::new_v4().to_string();
        let mut frame = json!({ "action": action, "token": self.token, "tracingId": tracing });
        if let (Some(message), Some(members)) = (message, frame.as_object_mut()) {
            members.insert("message".to_owned(), message);
        }
        self.sent.insert(tracing);
        frame
    }

    /// What a frame says.
    pub(super) fn heard(&mut self, frame: &Value) -> Heard {
        let text = |pointer: &str| frame.pointer(pointer).and_then(Value::as_str);
        let tracing = text("/tracingId").unwrap_or_default();
        let is_ours = self.sent.remove(tracing);
        match text("/class").unwrap_or_default() {
            "SessionResponse" => self.configured(frame.get("body").unwrap_or(&Value::Null)),
            "StructuredMessage" => self.told(frame, is_ours),
            "ConnectionClosedEvent" => Heard {
                leave: true,
                ..Heard::line(told_to_go(
                    text("/body/reason").or(text("/body/reasonCode")),
                ))
            },
            "SessionClearedEvent" => {
                Heard::line("* the chat was wiped; nobody reads it here any more")
            }
            "SessionExpiredEvent" => {
                Heard::line("* the session has expired; /new begins another chat")
            }
            "LogoutEvent" => Heard::line("* signed out"),
            "TooManyRequestsErrorMessage" => self.too_fast(frame),
            "string" => self.refused(frame),
            "Error" | "Unknown" | "GenerateUrlError" => self.refused(frame),
            _ => Heard::default(),
        }
    }

    fn configured(&mut self, body: &Value) -> Heard {
        let says = |name: &str| body.get(name).and_then(Value::as_bool).unwrap_or(false);
        if !says("connected") {
            if std::mem::take(&mut self.is_beginning_anew) {
                return Heard {
                    send: vec![self.configure(true)],
                    ..Heard::default()
                };
            }
            return Heard::line(
                "* all connections of this guest are closed; the chat itself goes on. /resume takes it up again, /new begins another",
            );
        }
        Heard::line(match (says("newSession"), says("readOnly")) {
            (_, true) => {
                "* back again: the chat was ended by the other side meanwhile (read-only: yes); /new begins another"
            }
            (true, false) => "* connected as a new guest: the first message begins the chat",
            (false, false) => "* connected, taken up where it was left (read-only: no)",
        })
    }

    fn told(&self, frame: &Value, is_ours: bool) -> Heard {
        let text = |pointer: &str| frame.pointer(pointer).and_then(Value::as_str);
        let is_inbound = text("/body/direction") == Some("Inbound");
        let is_bot = text("/body/originatingEntity") == Some("Bot");
        let who = match text("/body/channel/from/nickname").map(whole) {
            Some(name) if is_bot => format!("{name} (bot)"),
            Some(name) => name.into_owned(),
            None if is_bot => "bot".to_owned(),
            None => "the other side".to_owned(),
        };
        if let Some(typing) = text("/body/events/0/typing/type") {
            let is_on = typing == "On" && !is_inbound;
            return if is_on {
                Heard::line(format!("{who} is typing ..."))
            } else {
                Heard::default()
            };
        }
        if let Some(presence) = text("/body/events/0/presence/type") {
            return Heard::line(presence_words(
                presence,
                is_inbound,
                text("/body/metadata/readOnly"),
            ));
        }
        let words = whole(text("/body/text").unwrap_or_default());
        if text("/type") == Some("response") {
            return Heard::line(format!("* echo: {words}"));
        }
        match (is_inbound, is_ours) {
            (true, true) if self.is_typed => Heard::default(),
            (true, true) => Heard::line(format!("you: {words}")),
            (true, false) => Heard::line(format!("you (elsewhere): {words}")),
            (false, _) => Heard::line(format!("{who}: {words}")),
        }
    }

    fn too_fast(&mut self, frame: &Value) -> Heard {
        self.was_refused = true;
        let wait = frame.pointer("/body/retryAfter").and_then(Value::as_u64);
        let said = frame.pointer("/body/errorMessage").and_then(Value::as_str);
        let said = whole(said.unwrap_or("too many requests"));
        let wait = wait.unwrap_or(1);
        Heard::line(format!("* refused (429): {said}; try again in {wait} s"))
    }

    fn refused(&mut self, frame: &Value) -> Heard {
        self.was_refused = true;
        let code = frame.get("code").and_then(Value::as_u64).unwrap_or(0);
        let said = match frame.get("body") {
            Some(Value::String(text)) => whole(text).into_owned(),
            Some(other) => whole(&other.to_string()).into_owned(),
            None => String::new(),
        };
        let hint = match code {
            409 | 4006 | 4007 => "; /new begins another chat",
            400 if !self.is_beginning_anew => "; after /close, /resume comes first",
            _ => "",
        };
        Heard::line(format!("* refused ({code}): {said}{hint}"))
    }
}

fn told_to_go(reason: Option<&str>) -> String {
    let why = match reason.map(whole) {
        Some(reason) => format!(" (reason: {reason})"),
        None => String::new(),
    };
    format!("* told to close this connection{why}")
}

fn presence_words(kind: &str, is_inbound: bool, read_only: Option<&str>) -> String {
    match (kind, is_inbound) {
        ("Disconnect", false) => {
            let (said, then) = match read_only {
                Some("true") => (
                    "yes",
                    "nothing more can be written here; /new begins another",
                ),
                Some("false") => ("no", "write, and the same chat comes back"),
                _ => ("not said", "write, and the same chat comes back"),
            };
            format!("* the chat was ended by the other side (read-only: {said}): {then}")
        }
        ("Join", true) => "* you have joined".to_owned(),
        ("Clear", true) => "* you have cleared the chat".to_owned(),
        (other, _) => format!("* presence: {}", whole(other)),
    }
}

#[cfg(test)]
mod tests;
