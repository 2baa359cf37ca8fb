//! With which flags, and how far at most, a profile is opened from the one that is open: what was said at the start holds for the profile
//! that it was said of, and a profile that was open before gets back nothing that it had lost.

use std::collections::BTreeMap;

use crate::cli::choice::{Choice, Handed};
use crate::cli::pretend::Staging;
use crate::settings::profile::SANDBOX;
use crate::settings::{Profile, Settings};

/// The flags of the start, for whichever profile is opened.
#[derive(Debug, Clone)]
pub(in crate::cli) struct Flags {
    /// The profile that was opened first.
    pub(super) first: String,
    pub(super) choice: Choice,
    /// Every profile that was open and left, with what could be done in it at the end.
    left: BTreeMap<String, Profile>,
}

impl Flags {
    /// Of a start that opened this profile first. What the secret is that was handed to it is known by now.
    pub(in crate::cli) fn of(choice: &Choice, first: &str) -> Self {
        let mut choice = choice.clone();
        if first != SANDBOX {
            choice.profile = Some(first.to_owned());
        } else if choice.profile.is_none() && choice.sandbox.is_none() {
            // What is opened without a profile of one's own.
            choice.sandbox = Some("demo".to_owned());
        }
        Self {
            first: first.to_owned(),
            choice,
            left: BTreeMap::new(),
        }
    }

    /// This one is left: nothing that it could not do now can be done in it again before the next start.
    pub(in crate::cli) fn leave(&mut self, profile: Profile) {
        self.left.insert(profile.name.clone(), profile);
    }

    /// Holds settings that were read again to what every profile was when it was left. What would allow more in the one that they open is
    /// the answer.
    pub(super) fn hold(&self, settings: &mut Settings) -> Vec<&'static str> {
        let each = self.left.values();
        each.flat_map(|left| settings.held_to(left)).collect()
    }

    /// Whatever is opened from now on is read-only.
    pub(in crate::cli) fn narrow(&mut self) {
        self.choice.read_only = true;
        self.choice.write = false;
    }

    /// Those with which a profile is opened. What named the first one, what it alone may do and the secret that was handed over for it hold
    /// for no other.
    pub(super) fn of_profile(&self, name: &str) -> Choice {
        if name == self.first {
            return self.choice.clone();
        }
        Choice {
            profile: Some(name.to_owned()),
            sandbox: None,
            staging: Staging::default(),
            write: false,
            secret_fd: None,
            handed: Handed::Nothing,
            ..self.choice.clone()
        }
    }
}
