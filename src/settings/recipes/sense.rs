//! What a recipe's file means, and whether it makes sense: names, placeholders, statuses, waits, where each step goes on.

mod course;
mod request;

use super::entry::{PublishedEntry, RecipeFile, StepEntry};
use crate::domain::published;
use crate::domain::recipe::{
    Dialect, MOST_STEPS, Published, Recipe, RecipeStep, Refusal, Retry, is_name,
};
use crate::domain::text;
use crate::settings::places::{Step, Way, keys};

/// Something that is wrong: where, how far into that text, and what.
pub(super) struct Wrong {
    pub(super) way: Way,
    pub(super) offset: usize,
    pub(super) what: String,
}

/// The recipe of this name, or everything that is wrong with it.
pub(super) fn understood(says: RecipeFile, name: &str) -> Result<Recipe, Vec<Wrong>> {
    let mut reader = Reader::default();
    if !is_name(name) {
        reader.complain(
            Way::new(),
            0,
            "a recipe's file is named by letters, digits and dashes, like `my-way.toml`",
        );
    }
    for (key, text) in [
        ("title", &says.title),
        ("claim", &says.claim),
        ("verdict", &says.verdict),
    ] {
        if text.trim().is_empty() {
            reader.complain(keys([key]), 0, format!("`{key}` is empty"));
        }
    }
    if says.steps.is_empty() {
        reader.complain(keys(["step"]), 0, "a recipe has one `[[step]]` at least");
    }
    if says.steps.len() > MOST_STEPS {
        reader.complain(
            keys(["step"]),
            0,
            format!("a recipe has {MOST_STEPS} steps at most"),
        );
    }
    let names: Vec<String> = says.steps.iter().map(|step| step.name.clone()).collect();
    let mut steps = Vec::new();
    for (place, entry) in says.steps.into_iter().enumerate() {
        reader.place = place;
        steps.extend(
            reader
                .step(entry, &names)
                .filter(|step| reader.is_of(says.dialect, step)),
        );
    }
    let recipe = Recipe {
        name: name.to_owned(),
        title: joined(&says.title),
        thread: says.thread,
        claim: joined(&says.claim),
        access: joined(&says.access),
        verdict: joined(&says.verdict),
        dialect: says.dialect,
        host: says.host.as_deref().map(joined),
        steps,
    };
    if reader.wrong.is_empty() {
        for place in recipe.unreachable() {
            reader.place = place;
            reader.wrong(
                "name",
                0,
                "this step is never come to: every step before it goes on elsewhere",
            );
        }
    }
    if reader.wrong.is_empty() {
        Ok(recipe)
    } else {
        Err(reader.wrong)
    }
}

/// Several lines of a file as one, in which nothing is left that a terminal would obey.
fn joined(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    text::whole(&line).into_owned()
}

/// Reads the steps, and keeps what is wrong with them.
#[derive(Default)]
struct Reader {
    wrong: Vec<Wrong>,
    /// The step that is read.
    place: usize,
}

impl Reader {
    fn complain(&mut self, way: Way, offset: usize, what: impl Into<String>) {
        let what = what.into();
        self.wrong.push(Wrong { way, offset, what });
    }

    fn way(&self, key: &str) -> Way {
        let mut way = vec![Step::Key("step".to_owned()), Step::Item(self.place)];
        way.extend(key.split('.').map(|key| {
            key.parse()
                .map_or_else(|_| Step::Key(key.to_owned()), Step::Item)
        }));
        way
    }

    /// Something is wrong with this key of the step that is read.
    fn wrong(&mut self, key: &str, offset: usize, what: impl Into<String>) {
        let way = self.way(key);
        self.complain(way, offset, what);
    }

    fn step(&mut self, entry: StepEntry, names: &[String]) -> Option<RecipeStep> {
        let before = self.wrong.len();
        if !is_name(&entry.name) {
            self.wrong(
                "name",
                0,
                "a step is named by small letters, digits and dashes",
            );
        }
        if names
            .iter()
            .take(self.place)
            .any(|name| *name == entry.name)
        {
            self.wrong(
                "name",
                0,
                format!("another step is named `{}` already", entry.name),
            );
        }
        let method = self.method(&entry.method);
        let path = self.path(&entry.path, method, entry.each);
        let body = entry.body.map(json);
        self.check_body(body.as_ref(), method, entry.each);
        self.check_aim(path.as_ref(), body.as_ref(), method);
        self.check_headers(&entry.headers);
        self.check_accepted(&entry.accepted, method);
        let then = self.then(entry.then.as_deref(), names);
        let wait = entry.wait.and_then(|wait| self.wait(&wait, entry.each));
        let retry = entry
            .retry
            .map_or(Some(Retry::default()), |retry| self.retry(&retry));
        for (number, refusal) in entry.refusals.iter().enumerate() {
            if !(400..600).contains(&refusal.status) || entry.accepted.contains(&refusal.status) {
                let what = format!(
                    "{} is no refusal: those are 400 to 599, and none that is accepted",
                    refusal.status
                );
                self.wrong(&format!("refusal.{number}.status"), 0, what);
            }
        }
        self.check_published(&entry.published);
        if self.wrong.len() > before {
            return None;
        }
        Some(RecipeStep {
            name: entry.name,
            does: joined(&entry.does),
            method: method?,
            path: path?,
            body,
            headers: entry.headers.into_iter().collect(),
            each: entry.each,
            accepted: entry.accepted,
            then: then?,
            wait,
            retry: retry?,
            is_optional: entry.optional,
            refusals: entry
                .refusals
                .into_iter()
                .map(|refusal| Refusal {
                    status: refusal.status,
                    says: refusal.says.as_deref().map(joined),
                    means: refusal.means,
                })
                .collect(),
            published: Published {
                operations: entry.published.operations,
                note: joined(&entry.published.note),
            },
        })
    }

    /// A recipe for the platform holds what the platform publishes.
    fn is_of(&mut self, dialect: Dialect, step: &RecipeStep) -> bool {
        let fits = dialect == Dialect::Forum || step.operation().is_some();
        if !fits {
            let what =
                format!("`{step}` is not published: a recipe with it has the dialect `forum`");
            self.wrong("path", 0, what);
        }
        fits
    }

    fn check_published(&mut self, entry: &PublishedEntry) {
        for (number, operation) in entry.operations.iter().enumerate() {
            let is_there = operation
                .split_once(' ')
                .is_some_and(|(method, path)| published::operation(method, path).is_some());
            if !is_there {
                let what = format!("`{operation}` is not published either");
                self.wrong(&format!("published.operations.{number}"), 0, what);
            }
        }
    }
}

/// A value of the file as JSON. Dates are texts.
fn json(value: toml::Value) -> serde_json::Value {
    match value {
        toml::Value::String(text) => text.into(),
        toml::Value::Integer(number) => number.into(),
        toml::Value::Float(number) => number.into(),
        toml::Value::Boolean(is) => is.into(),
        toml::Value::Datetime(time) => time.to_string().into(),
        toml::Value::Array(items) => items.into_iter().map(json).collect(),
        toml::Value::Table(fields) => serde_json::Value::Object(
            fields
                .into_iter()
                .map(|(key, value)| (key, json(value)))
                .collect(),
        ),
    }
}
