//! What rules and guards are to a sweep: which of them let it end a chat, and how all of them stand in the policy that is confirmed.

use jiff::Timestamp;
use serde::Serialize;

use super::{Guard, Rule, Rules};
use crate::domain::roster::Row;

/// A rule or guard as far as it decides what is ended. Its words for the operator decide nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Worded {
    /// Its name.
    pub name: String,
    /// What it fits, in the one form in which the filter language prints it.
    pub when: String,
    /// How grave that is: filters and guards may ask for it.
    pub severity: &'static str,
    /// `allow`, `warn` or `never`; empty where it says nothing.
    pub terminate: &'static str,
}

impl Rule {
    /// It says `terminate = "allow"`: a sweep may end what it fits, where nothing else forbids it.
    pub fn is_for_sweeps(&self) -> bool {
        self.is_for_sweeps
    }

    fn worded(&self) -> Worded {
        let is_said = self.is_for_sweeps || self.power > super::Power::Allow;
        Worded {
            name: self.name.clone(),
            when: self.when.to_string(),
            severity: self.severity.word(),
            terminate: if is_said { self.power.word() } else { "" },
        }
    }
}

impl Guard {
    fn worded(&self) -> Worded {
        Worded {
            name: self.name.clone(),
            when: self.when.to_string(),
            severity: "",
            terminate: self.power.word(),
        }
    }
}

impl Rules {
    /// Every rule, then every guard, in the order of the file.
    pub fn worded(&self) -> (Vec<Worded>, Vec<Worded>) {
        (
            self.reasons.iter().map(Rule::worded).collect(),
            self.guards.iter().map(Guard::worded).collect(),
        )
    }
}

impl Row {
    /// The rule that lets a sweep end it, gravest first, if one does. That is no leave: kinds, guards and other rules may forbid it.
    pub fn swept_by(&self, now: Timestamp) -> Option<&Rule> {
        self.caught(now)
            .into_iter()
            .find(|rule| rule.is_for_sweeps())
    }
}
