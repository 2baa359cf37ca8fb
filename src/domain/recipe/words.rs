//! What is said of a recipe and of its steps, by label: the same on the screen and without one.

use super::{By, Each, Method, Recipe, RecipeStep, Until};
use crate::domain::published;

impl Recipe {
    /// `4 of 4`: so many of its steps are published.
    pub fn published_words(&self) -> String {
        let steps = self.steps.iter();
        let known = steps.filter(|step| step.operation().is_some()).count();
        format!("{known} of {}", self.steps.len())
    }

    /// Where it is from, what is claimed of it, and what it is worth.
    pub fn facts(&self) -> Vec<(&'static str, String)> {
        let from = self.thread.map_or_else(
            || "the platform's documents".to_owned(),
            |thread| format!("forum thread {thread}"),
        );
        vec![
            ("From", from),
            ("Claim", self.claim.clone()),
            ("Access", self.access.clone()),
            ("Verdict", self.verdict.clone()),
        ]
    }
}

impl RecipeStep {
    /// What it sends, how an answer is understood, and what is published instead.
    pub fn facts(&self) -> Vec<(&'static str, String)> {
        let mut facts = vec![("Sends", self.to_string())];
        if let Some(body) = &self.body {
            facts.push(("Body", body.to_string()));
        }
        match self.each {
            Each::Conversation => {}
            Each::Customer => facts.push(("For", "each customer with an open leg".to_owned())),
            Each::Agent => facts.push(("For", "each agent with an open leg".to_owned())),
        }
        if self.method != Method::Socket {
            let accepted: Vec<String> = self.accepted.iter().map(ToString::to_string).collect();
            facts.push(("Accepted", accepted.join(", ")));
        }
        if let Some(wait) = self.wait {
            let until = match wait.until {
                Until::LegClosed => "its leg is closed",
                Until::Ended => "no leg is open",
            };
            let by = match wait.by {
                By::Read => "by reading",
                By::Event => "by event, or by reading",
            };
            let seconds = f64::from(wait.most_ms) / 1000.0;
            facts.push(("Waits", format!("until {until}, {by}, {seconds} s at most")));
        }
        for refusal in &self.refusals {
            let says = refusal
                .says
                .as_ref()
                .map_or_else(String::new, |says| format!(" with \"{says}\""));
            facts.push((
                "Refused",
                format!("{}{says}: {}", refusal.status, refusal.means.words()),
            ));
        }
        if self.retry.times > 1 {
            facts.push((
                "Retries",
                format!(
                    "{} sends in all, waits double with jitter",
                    self.retry.times
                ),
            ));
        }
        if self.is_optional {
            facts.push(("Optional", "the rest goes on without it".to_owned()));
        }
        facts.push(("Published", self.verdict()));
        facts.extend(self.instead());
        facts
    }

    /// Is it published, and if not, what of it is.
    pub fn verdict(&self) -> String {
        if let Some(operation) = self.operation() {
            return format!("yes: {operation}");
        }
        if self.method == Method::Socket {
            return "no: nothing is published for a guest's socket but the guest's own actions"
                .to_owned();
        }
        let methods = published::methods(&self.path.to_string());
        if methods.is_empty() {
            "no: there is no such path".to_owned()
        } else {
            format!("no: that path has {} only", methods.join(" and "))
        }
    }

    /// The published way: an operation a line, then what is to be known of them.
    pub fn instead(&self) -> impl Iterator<Item = (&'static str, String)> {
        let words = self
            .published
            .operations
            .iter()
            .chain([&self.published.note]);
        let heads = std::iter::once("Instead").chain(std::iter::repeat(""));
        heads.zip(words.cloned())
    }
}
