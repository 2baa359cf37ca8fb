//! What may stand in a recipe, whoever wrote it. A file of one's own is told so with the line, when it is read; a plan, which holds its
//! recipe whole and can come from anywhere, is refused as a whole.

use serde_json::Value;

use super::{Method, Recipe, RecipeStep, Retry, Slot, Template, slots_of};
use crate::domain::text;

/// The most steps of a recipe.
pub const MOST_STEPS: usize = 12;
/// The longest wait for what a step does, in milliseconds.
pub const MOST_WAIT_MS: u32 = 60_000;
/// The longest body of a request, in bytes as it is sent, before ids are filled in.
const MOST_BODY: usize = 16 * 1024;
/// The longest value of a header, in bytes.
const MOST_HEADER: usize = 1024;

/// The longest text for people, in characters.
const MOST_TEXT: usize = 4000;

/// Headers that the client alone sets: the sign-in, where the request goes, how long it is, and how the connection is used.
const OWN_HEADERS: [&str; 12] = [
    "authorization",
    "connection",
    "content-length",
    "cookie",
    "expect",
    "host",
    "proxy-authorization",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "user-agent",
];

/// A name of a recipe or a step: small letters, digits and dashes, 40 at most.
pub fn is_name(name: &str) -> bool {
    let is_plain =
        |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '-';
    !name.is_empty() && name.len() <= 40 && name.chars().all(is_plain)
}

/// What is wrong with a header.
pub fn header_trouble(name: &str, value: &str) -> Option<String> {
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || letter == '-';
    if OWN_HEADERS.contains(&name.to_lowercase().as_str()) {
        return Some(format!("`{name}` is set by the program alone"));
    }
    if name.is_empty() || name.len() > 60 || !name.chars().all(is_plain) {
        let said: String = name.chars().take(60).collect();
        return Some(format!("`{said}` is no name of a header"));
    }
    let is_shown = |byte: u8| byte == b' ' || byte.is_ascii_graphic();
    let is_fine = value.len() <= MOST_HEADER && value.bytes().all(is_shown);
    (!is_fine)
        .then(|| format!("`{name}` has a value that is no plain text of up to {MOST_HEADER} bytes"))
}

/// What is wrong with what counts as accepted.
pub fn accepted_trouble(accepted: &[u16], method: Method) -> Option<&'static str> {
    if method == Method::Socket {
        return (!accepted.is_empty())
            .then_some("a frame on a socket has no status: leave `accepted` empty");
    }
    let is_fine = !accepted.is_empty() && accepted.iter().all(|one| (200..300).contains(one));
    (!is_fine).then_some("`accepted` names one status at least, and none but 200 to 299")
}

/// A request hits the conversation whose turn it is, or nothing: its path names it. A frame, whose path is the socket's, may say it in its
/// body.
pub fn aim_trouble(path: &Template, body: Option<&Value>, method: Method) -> Option<&'static str> {
    if path.has(Slot::Conversation) {
        return None;
    }
    if method != Method::Socket {
        return Some(
            "`{conversation}` does not stand in the path, so nobody knows what it would hit",
        );
    }
    let is_said = body.is_some_and(|body| slots_of(body).contains(&Slot::Conversation));
    (!is_said).then_some(
        "`{conversation}` stands neither in the path nor in the body, so nobody knows what it would hit",
    )
}

/// What is wrong with the size of a body.
pub fn size_trouble(body: &Value) -> Option<String> {
    (body.to_string().len() > MOST_BODY).then(|| format!("a body is {MOST_BODY} bytes at most"))
}

fn text_trouble(said: &str) -> Option<String> {
    if said.chars().count() > MOST_TEXT {
        return Some(format!(
            "a text of it is longer than {MOST_TEXT} characters"
        ));
    }
    (text::whole(said) != said).then(|| "a text of it holds what a terminal would obey".to_owned())
}

impl Recipe {
    /// What is wrong with it, in words; nothing where it may be carried out.
    pub fn trouble(&self) -> Option<String> {
        if !is_name(&self.name) {
            return Some("its name is none".to_owned());
        }
        if self.steps.is_empty() || self.steps.len() > MOST_STEPS {
            return Some(format!("a recipe has 1 to {MOST_STEPS} steps"));
        }
        if !self.unreachable().is_empty() {
            return Some("it has a step that is never come to".to_owned());
        }
        if let Some(what) = self.texts().find_map(|said| text_trouble(said)) {
            return Some(what);
        }
        let names = self.steps.iter().map(|step| &step.name);
        let is_twice = |name: &String| names.clone().filter(|other| *other == name).count() > 1;
        if let Some(name) = names.clone().find(|name| !is_name(name) || is_twice(name)) {
            return Some(format!("`{name}` is no name of a step, or of two"));
        }
        self.steps
            .iter()
            .find_map(|step| Some(format!("step `{}`: {}", step.name, step.trouble()?)))
    }

    /// Everything in it that is shown to people, but for what has a form of its own.
    fn texts(&self) -> impl Iterator<Item = &String> {
        let own = [&self.title, &self.claim, &self.access, &self.verdict];
        let of_steps = self.steps.iter().flat_map(|step| {
            let published = &step.published;
            [&step.does, &published.note]
                .into_iter()
                .chain(&published.operations)
                .chain(step.refusals.iter().filter_map(|one| one.says.as_ref()))
        });
        own.into_iter().chain(&self.host).chain(of_steps)
    }

    /// Why it is not carried out on a real organisation, and what is published instead, a step a line.
    pub fn not_on(&self, place: &str) -> String {
        let first = format!(
            "the recipe `{}` is not run on {place}: {}. Nothing was sent.\n{}",
            self.name,
            super::ONLY_STANDARD,
            self.verdict
        );
        let instead = self.steps.iter().map(|step| {
            let operations = step.published.operations.join(", then ");
            format!("instead of {step}: {operations}; {}", step.published.note)
        });
        std::iter::once(first)
            .chain(instead)
            .collect::<Vec<_>>()
            .join("\n")
    }
}

impl RecipeStep {
    fn trouble(&self) -> Option<String> {
        let wait = self.wait.map_or(0, |wait| wait.most_ms);
        let retry = &self.retry;
        if wait > MOST_WAIT_MS {
            return Some(format!("it waits longer than {} s", MOST_WAIT_MS / 1000));
        }
        if !(1..=Retry::MOST_TIMES).contains(&retry.times)
            || retry.base_ms.max(retry.most_ms) > Retry::MOST_MS
        {
            return Some(format!(
                "it is sent 1 to {} times, {} s apart at most",
                Retry::MOST_TIMES,
                Retry::MOST_MS / 1000
            ));
        }
        let mut headers = self.headers.iter();
        aim_trouble(&self.path, self.body.as_ref(), self.method)
            .or_else(|| accepted_trouble(&self.accepted, self.method))
            .map(str::to_owned)
            .or_else(|| self.body.as_ref().and_then(size_trouble))
            .or_else(|| headers.find_map(|(name, value)| header_trouble(name, value)))
    }
}
