//! Places for ids in a path or a body: `{conversation}`, `{participant}`, `{communication}`, `{wrap_up}`, `{deployment}`. Only whole segments
//! of a path and whole texts of a body are slots, and only ids get into them, so that nothing from outside can become another path.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

/// What can stand for an id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Slot {
    /// The conversation's id.
    Conversation,
    /// The participant's, in a step that is sent for each party.
    Participant,
    /// That of the participant's open leg, likewise.
    Communication,
    /// The id of the plan's wrap-up code.
    WrapUp,
    /// The id of the deployment that the guest came by, as far as that is known.
    Deployment,
}

impl Slot {
    /// All of them, as they are written.
    pub const ALL: [(&'static str, Self); 5] = [
        ("{conversation}", Self::Conversation),
        ("{participant}", Self::Participant),
        ("{communication}", Self::Communication),
        ("{wrap_up}", Self::WrapUp),
        ("{deployment}", Self::Deployment),
    ];

    fn of(text: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|(word, _)| *word == text)
            .map(|(_, slot)| slot)
    }

    /// As it is written.
    pub fn word(self) -> &'static str {
        Self::ALL
            .into_iter()
            .find(|(_, slot)| *slot == self)
            .map_or("", |(word, _)| word)
    }
}

/// A path with slots.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Template(Place);

/// Where a path leads.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Place {
    /// An operation of the API.
    Api(Vec<Segment>),
    /// The web socket of guests.
    Guests,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Segment {
    Word(String),
    Slot(Slot),
}

/// Why a path or a body is not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadTemplate {
    /// It does not lie in the API, and is not the guests' socket.
    #[error("a path begins with `/api/v2/`, or is `{GUESTS}`, the web socket of guests")]
    Elsewhere,
    /// Something in braces that is no slot.
    #[error("there is no placeholder `{said}`: there are {}", words())]
    NoSuchSlot {
        /// What stands there.
        said: String,
        /// How far into the text, in bytes.
        at: usize,
    },
    /// An id, which could be another conversation's.
    #[error("an id cannot stand in a path: placeholders are filled with those of the plan")]
    AnId {
        /// How far into the text, in bytes.
        at: usize,
    },
    /// Something that would make another path of it.
    #[error(
        "`{said}` cannot stand in a path: letters, digits, `-`, `_` and whole placeholders can"
    )]
    NoWord {
        /// What stands there.
        said: String,
        /// How far into the text, in bytes.
        at: usize,
    },
}

impl BadTemplate {
    /// How far into the text, in bytes.
    pub fn at(&self) -> usize {
        match self {
            Self::Elsewhere => 0,
            Self::NoSuchSlot { at, .. } | Self::AnId { at } | Self::NoWord { at, .. } => *at,
        }
    }
}

fn words() -> String {
    Slot::ALL.map(|(word, _)| format!("`{word}`")).join(", ")
}

/// Under what every operation lies.
const ROOT: &str = "/api/v2/";

/// Where guests open their sockets: the one path outside of the API that a recipe may name.
const GUESTS: &str = "/v1?deploymentId={deployment}";

impl FromStr for Template {
    type Err = BadTemplate;

    fn from_str(text: &str) -> Result<Self, BadTemplate> {
        if text == GUESTS {
            return Ok(Self(Place::Guests));
        }
        let rest = text.strip_prefix(ROOT).ok_or(BadTemplate::Elsewhere)?;
        let mut at = ROOT.len();
        let mut segments = Vec::new();
        for word in rest.split('/') {
            segments.push(segment(word, at)?);
            at += word.len() + 1;
        }
        Ok(Self(Place::Api(segments)))
    }
}

fn segment(word: &str, at: usize) -> Result<Segment, BadTemplate> {
    if let Some(slot) = Slot::of(word) {
        return Ok(Segment::Slot(slot));
    }
    let said = word.chars().take(60).collect();
    if word.starts_with('{') && word.ends_with('}') {
        return Err(BadTemplate::NoSuchSlot { said, at });
    }
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_');
    if word.is_empty() || !word.chars().all(is_plain) {
        return Err(BadTemplate::NoWord { said, at });
    }
    if Uuid::try_parse(word).is_ok() {
        return Err(BadTemplate::AnId { at });
    }
    Ok(Segment::Word(word.to_owned()))
}

impl TryFrom<String> for Template {
    type Error = BadTemplate;

    fn try_from(text: String) -> Result<Self, BadTemplate> {
        text.parse()
    }
}

impl From<Template> for String {
    fn from(template: Template) -> Self {
        template.to_string()
    }
}

impl fmt::Display for Template {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Place::Api(segments) = &self.0 else {
            return out.write_str(GUESTS);
        };
        out.write_str(ROOT.trim_end_matches('/'))?;
        segments.iter().try_for_each(|segment| {
            out.write_str("/")?;
            out.write_str(match segment {
                Segment::Word(word) => word,
                Segment::Slot(slot) => slot.word(),
            })
        })
    }
}

/// The ids of one request.
#[derive(Debug, Clone, Copy)]
pub struct Values<'a> {
    /// The conversation's.
    pub conversation: &'a str,
    /// The participant's.
    pub participant: Option<&'a str>,
    /// The communication's.
    pub communication: Option<&'a str>,
    /// The wrap-up code's.
    pub wrap_up: Option<&'a str>,
    /// The deployment's.
    pub deployment: Option<&'a str>,
}

/// What can be filled with ids.
pub trait Fill {
    /// What comes of it.
    type Filled;

    /// With these ids in its slots; nothing where one of them is not there, or is no id.
    fn fill(&self, values: &Values<'_>) -> Option<Self::Filled>;
}

impl Values<'_> {
    fn of(&self, slot: Slot) -> Option<&str> {
        let value = match slot {
            Slot::Conversation => Some(self.conversation),
            Slot::Participant => self.participant,
            Slot::Communication => self.communication,
            Slot::WrapUp => self.wrap_up,
            Slot::Deployment => self.deployment,
        }?;
        let is_id = |letter: char| letter.is_ascii_alphanumeric() || letter == '-';
        (!value.is_empty() && value.chars().all(is_id)).then_some(value)
    }
}

impl Template {
    /// It has this slot.
    pub fn has(&self, slot: Slot) -> bool {
        match &self.0 {
            Place::Api(segments) => segments.contains(&Segment::Slot(slot)),
            Place::Guests => slot == Slot::Deployment,
        }
    }

    /// It is the web socket of guests, to which nothing but a frame can go, and no frame anywhere else.
    pub fn is_guests_socket(&self) -> bool {
        self.0 == Place::Guests
    }
}

impl Fill for Template {
    type Filled = String;

    fn fill(&self, values: &Values<'_>) -> Option<String> {
        let Place::Api(segments) = &self.0 else {
            let slot = Slot::Deployment;
            return Some(GUESTS.replace(slot.word(), values.of(slot)?));
        };
        let mut path = ROOT.trim_end_matches('/').to_owned();
        for segment in segments {
            path.push('/');
            path.push_str(match segment {
                Segment::Word(word) => word,
                Segment::Slot(slot) => values.of(*slot)?,
            });
        }
        Some(path)
    }
}

impl Fill for Value {
    type Filled = Self;

    fn fill(&self, values: &Values<'_>) -> Option<Self> {
        Some(match self {
            Self::String(text) => match Slot::of(text) {
                Some(slot) => Self::String(values.of(slot)?.to_owned()),
                None => self.clone(),
            },
            Self::Array(items) => Self::Array(
                items
                    .iter()
                    .map(|item| item.fill(values))
                    .collect::<Option<_>>()?,
            ),
            Self::Object(fields) => Self::Object(
                fields
                    .iter()
                    .map(|(key, value)| Some((key.clone(), value.fill(values)?)))
                    .collect::<Option<_>>()?,
            ),
            _ => self.clone(),
        })
    }
}

/// The slots of a body.
pub fn slots_of(body: &Value) -> Vec<Slot> {
    match body {
        Value::String(text) => Slot::of(text).into_iter().collect(),
        Value::Array(items) => items.iter().flat_map(slots_of).collect(),
        Value::Object(fields) => fields.values().flat_map(slots_of).collect(),
        _ => Vec::new(),
    }
}

/// What is wrong with a body: a text that looks like a placeholder and is none.
pub fn body_trouble(body: &Value) -> Option<BadTemplate> {
    match body {
        Value::String(text) => {
            let looks_like_one = text.starts_with('{') && text.ends_with('}');
            (looks_like_one && Slot::of(text).is_none()).then(|| BadTemplate::NoSuchSlot {
                said: text.chars().take(60).collect(),
                at: 0,
            })
        }
        Value::Array(items) => items.iter().find_map(body_trouble),
        Value::Object(fields) => fields.values().find_map(body_trouble),
        _ => None,
    }
}
