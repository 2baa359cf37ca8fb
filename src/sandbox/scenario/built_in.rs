//! The scenarios that come with the program: those of `assets/scenarios`, the demonstrations of `assets/demo`, and each kind alone.

use super::{Scenario, ScenarioError, nearest};
use crate::sandbox::kind::Kind;

/// How many chats the scenario of one kind stages: more than one, so that bulk can be tried.
const OF_A_KIND: usize = 5;

macro_rules! files {
    ($folder:literal: $($name:literal),*) => {
        [$(($name, include_str!(concat!("../../../assets/", $folder, "/", $name, ".toml")))),*]
    };
}

/// Name and text of every file.
const FILES: [(&str, &str); 14] = files![
    "scenarios":
    "demo",
    "kinds",
    "quiet",
    "outage",
    "rate-limited",
    "bad-flow",
    "course-1",
    "course-2",
    "course-3",
    "course-4",
    "course-5",
    "forum",
    "ten-thousand",
    "hundred-thousand"
];

/// The same of what a presenter shows: each story is a script, whose indented lines are carried out by a test as they stand.
const DEMONSTRATIONS: [(&str, &str); 5] = files![
    "demo": "lesson-1", "lesson-2", "lesson-3", "lesson-4", "lesson-5"
];

fn files() -> impl Iterator<Item = &'static (&'static str, &'static str)> {
    FILES.iter().chain(&DEMONSTRATIONS)
}

impl Scenario {
    /// A scenario that comes with the program.
    ///
    /// # Errors
    /// When there is none of that name; the nearest one is named.
    pub fn named(name: &str) -> Result<Self, ScenarioError> {
        let text = files()
            .find(|(known, _)| *known == name)
            .map(|(_, text)| (*text).to_owned());
        let mut kinds = Kind::ALL.iter();
        let text = text.or_else(|| {
            let kind = kinds.find(|kind| kind.to_string() == name)?;
            Some(text_of(*kind))
        });
        let text = text.ok_or_else(|| unknown(name))?;
        Self::parse(&text, &format!("{name}.toml"))
    }

    /// The built-in scenarios, each with its line of description.
    pub fn names() -> Vec<(String, String)> {
        let described = |text: &str, name: &str| {
            let parsed = Self::parse(text, name);
            parsed.map(|one| one.description).unwrap_or_default()
        };
        let files = files().map(|(name, text)| ((*name).to_owned(), described(text, name)));
        let kinds = Kind::ALL
            .iter()
            .map(|kind| (kind.to_string(), described(&text_of(*kind), "kind.toml")));
        files.chain(kinds).collect()
    }
}

fn unknown(name: &str) -> ScenarioError {
    let kinds = Kind::ALL.iter().map(Kind::to_string);
    let files = files().map(|(known, _)| (*known).to_owned());
    let known: Vec<String> = files.chain(kinds).collect();
    let words: Vec<&str> = known.iter().map(String::as_str).collect();
    ScenarioError::UnknownName {
        name: name.to_owned(),
        nearest: nearest(name, &words).map(str::to_owned),
        known: known.join(", "),
    }
}

/// A few chats of one kind, and nothing else.
fn text_of(kind: Kind) -> String {
    let line = kind.line();
    format!(
        "description = \"{OF_A_KIND} chats: {line}\"\norganization = \"Sandbox {kind}\"\n\n\
         [[chat]]\nkind = \"{kind}\"\nlabel = \"{kind}\"\ncount = {OF_A_KIND}\n"
    )
}
