//! The policy as it is now, and whether it is the one that was confirmed. It is asked in every round: a rule that was edited, a guard that
//! was added or a limit that was lowered while a sweep goes on ends it, and nothing is ended under rules that nobody confirmed.

use jiff::tz::TimeZone;

use super::Sweep;
use crate::cli::choice::{Choice, wrong_settings};
use crate::cli::connect::Connection;
use crate::cli::exit::Exit;
use crate::cli::output;
use crate::cli::plan::Drafter;
use crate::cli::trouble::Trouble;
use crate::domain::policy::{Bounds, FORMAT, Policy};
use crate::settings::{Chosen, Paths, Settings};

/// A configuration that was read again.
pub(super) struct Read {
    pub(super) settings: Settings,
    /// Its rules, guards or figures are not those of before.
    pub(super) is_other: bool,
}

/// Somebody changed what decides what is ended, while a sweep went on.
pub(super) fn changed() -> Trouble {
    let words = "the policy is not the one that was confirmed any more: rules, guards or figures were changed";
    Trouble::said(Exit::Refused, words).hint(
        "nothing more is ended; the same without --confirm shows what the policy is now, and its phrase",
    )
}

impl Connection {
    /// Reads the configuration again, and judges by it from now on. What is opened cannot change meanwhile.
    pub(super) fn read_again(&mut self, choice: &Choice, paths: &Paths) -> Result<Read, Trouble> {
        let settings = choice.settings(paths).map_err(wrong_settings)?;
        let is_same = match &settings.chosen {
            Chosen::Profile(profile) => **profile == self.profile,
            // The file says nothing of the built-in one.
            Chosen::Sandbox => self.witness.is_some(),
        };
        if !is_same {
            let words = format!("the profile `{}` is not what it was", self.profile.name);
            return Err(Trouble::said(Exit::Refused, words).hint("start the sweep again"));
        }
        let is_other = self.rules != settings.rules || self.thresholds != settings.thresholds;
        self.rules.clone_from(&settings.rules);
        self.thresholds.clone_from(&settings.thresholds);
        Ok(Read { settings, is_other })
    }
}

impl Sweep {
    /// The policy that these flags and this configuration make.
    pub(super) fn policy(&self, drafter: &Drafter, connection: &Connection) -> Policy {
        let (scope, limits) = (&connection.scope, &connection.profile.limits);
        let choices = drafter.choices();
        let worded = connection.rules.as_ref().map(|rules| rules.worded());
        let (rules, guards) = worded.unwrap_or_default();
        let zone = TimeZone::system();
        Policy {
            format: FORMAT,
            org_id: scope.org_id.clone(),
            api_host: scope.api_host.clone(),
            client_id: scope.client_id.clone(),
            profile: scope.profile.clone(),
            filter: choices.filter.clone().unwrap_or_default(),
            zone: zone
                .iana_name()
                .map_or_else(|| format!("{zone:?}"), str::to_owned),
            recipe: choices.recipe.clone(),
            rung: choices.rung,
            wrap_up: choices.wrap_up.clone(),
            limits: Bounds {
                max_batch: limits.max_batch,
                max_per_hour: limits.max_per_hour,
                canary: limits.canary,
                max_parallel: limits.max_parallel,
                requests_per_minute: limits.requests_per_minute,
                recent_reply: limits.recent_reply,
                horizon_days: limits.horizon_days,
            },
            rounds: self.rounds(),
            note: self.note.clone(),
            rules,
            guards,
            thresholds: connection.thresholds.clone(),
        }
    }

    /// It is one that can end something, and where something is to be ended, the one that was confirmed.
    pub(super) fn check(&self, policy: &Policy, round: u32) -> Result<(), Trouble> {
        if policy.allowing().is_empty() {
            return Err(Trouble::usage(
                "no rule says terminate = \"allow\", so a sweep may end nothing",
            )
            .hint("nothing was sent; mark a rule of the configuration: unstick config example"));
        }
        let Some(given) = &self.confirm else {
            return Ok(());
        };
        if given.trim() == policy.phrase() {
            return Ok(());
        }
        // The right phrase is not said here: it is said below the policy, where somebody reads what it confirms.
        if round > 1 {
            return Err(changed());
        }
        Err(
            Trouble::said(Exit::Refused, "the phrase does not confirm this policy").hint(
                "nothing was sent; the same without --confirm shows what the policy is now, and its phrase",
            ),
        )
    }

    /// Shows the policy, and how it would be confirmed.
    pub(super) fn show(&self, policy: &Policy, connection: &Connection) -> Result<(), Trouble> {
        if self.json {
            output::json_line(&serde_json::json!({
                "event": "policy",
                "hash": policy.hash(),
                "phrase": policy.phrase(),
                "acts": self.confirm.is_some(),
                "policy": policy,
            }))?;
        }
        output::words(&policy.lines().join("\n"));
        if self.confirm.is_some() {
            return Ok(());
        }
        let once = if self.once || self.every.is_some() {
            ""
        } else {
            "--once "
        };
        output::words(&format!(
            "dry: nothing is sent but reads. To carry it out, add {once}--confirm '{}'",
            policy.phrase()
        ));
        if connection.is_own_sandbox() {
            output::words(
                "note: this sandbox ends with the command, and the phrase with it. One that stays: unstick sandbox serve",
            );
        }
        Ok(())
    }
}
