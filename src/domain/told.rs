//! Was the guest told that the conversation was ended? Ending one never closes the guest's window, and an accepted request says nothing of
//! it: what is said rests on the deployment's setting, on the legs, and where there is one, on a witness who saw what was sent to the guest.
//!
//! | `conversationDisconnect` | agent's leg ended by us | guest's leg | told |
//! | --- | --- | --- | --- |
//! | not known | – | – | not known |
//! | off | – | – | cannot be told |
//! | on (`ReadOnly`, `Send`) | yes | open | told; on return where no window is open |
//! | on (`ReadOnly`) | yes | over | on return |
//! | on (`Send`) | yes | over | not known: who is not there when it is sent may never see it |
//! | on, with a type that this program does not know | – | – | not known |
//! | on | – | its session ran out | cannot be told: it begins anew |
//! | on | no | – | not known: only the end of an agent's leg is known to tell a guest |
//!
//! A witness who saw the guest being told wins over all of it; one who saw that nothing was sent makes *told* into *on return*.

use std::borrow::Borrow;

use super::conversation::Purpose;
use super::fact::{Class, FinalState};
use super::item::{Item, Sent};
use super::names::{Called, NameKind, OnDisconnect};
use super::plan::{Plan, PlanItem};
use super::roster::Row;
use super::shown;
use super::step::{Action, Rung};

/// What a guest knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Told {
    /// It is told, at once where a window is open.
    Told,
    /// It is told when it comes back.
    OnReturn,
    /// Nothing will tell it.
    Never,
    /// Nobody knows.
    Unknown,
}

impl Told {
    /// All of them, in the order of a summary.
    pub const ALL: [Self; 4] = [Self::Told, Self::OnReturn, Self::Never, Self::Unknown];

    /// The word in JSON.
    pub fn word(self) -> &'static str {
        match self {
            Self::Told => "told",
            Self::OnReturn => "on-return",
            Self::Never => "cannot-be-told",
            Self::Unknown => "unknown",
        }
    }

    /// In words, of what was done.
    pub fn words(self) -> &'static str {
        match self {
            Self::Told => "told",
            Self::OnReturn => "would be told on return",
            Self::Never => "cannot be told",
            Self::Unknown => "not known whether told",
        }
    }

    /// In as few words as there are.
    pub fn short_words(self) -> &'static str {
        match self {
            Self::Told => "told",
            Self::OnReturn => "on return",
            Self::Never => "cannot be told",
            Self::Unknown => "unknown",
        }
    }

    /// In words, of what is planned.
    pub fn planned_words(self) -> &'static str {
        match self {
            Self::Told => "would be told",
            _ => self.words(),
        }
    }
}

/// What a guest knows, and from what that is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Telling {
    /// What.
    pub told: Told,
    /// From what, in words.
    pub from: String,
    /// Somebody saw it, or saw that nothing was sent.
    pub is_seen: bool,
}

/// What a conversation's deployment is set to, or why that is not known.
pub type Setting = Result<OnDisconnect, String>;

/// How the guest's own leg stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GuestLeg {
    /// It is open: a closed browser ends nothing.
    Open,
    /// It is over.
    Over,
    /// It is over because its session ran out.
    RanOut,
}

/// What the answer rests on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Case {
    /// What the deployment is set to.
    pub setting: Setting,
    /// An agent's leg is ended through the API.
    pub ends_agent_leg: bool,
    /// The guest's leg.
    pub guest: GuestLeg,
    /// Whether a witness saw the guest being told; absent where there is no witness.
    pub witnessed: Option<bool>,
}

impl Case {
    /// The rule.
    pub fn telling(&self) -> Telling {
        if self.witnessed == Some(true) {
            return Telling {
                told: Told::Told,
                from: "it was written to the guest's window".to_owned(),
                is_seen: true,
            };
        }
        let (told, from) = self.predicted();
        match (told, self.witnessed) {
            (Told::Told, Some(false)) => Telling {
                told: Told::OnReturn,
                from: format!("{from}; nothing was written to a window"),
                is_seen: true,
            },
            _ => Telling {
                told,
                from,
                is_seen: false,
            },
        }
    }

    fn predicted(&self) -> (Told, String) {
        let (is_read_only, word) = match &self.setting {
            Err(why) => return (Told::Unknown, why.clone()),
            Ok(OnDisconnect::Off) => {
                let why = "the deployment's conversationDisconnect is off";
                return (Told::Never, why.to_owned());
            }
            Ok(OnDisconnect::Send) => (false, "Send"),
            Ok(OnDisconnect::ReadOnly) => (true, "ReadOnly"),
            Ok(OnDisconnect::Other(word)) if self.guest != GuestLeg::RanOut => {
                let why = format!(
                    "the deployment's conversationDisconnect is on with a type that this version does not know ({word})"
                );
                return (Told::Unknown, why);
            }
            Ok(OnDisconnect::Other(word)) => (false, word.as_str()),
        };
        let on = format!("the deployment's conversationDisconnect is on ({word})");
        match (self.guest, self.ends_agent_leg) {
            (GuestLeg::RanOut, _) => (
                Told::Never,
                "the guest's session ran out, and begins anew".to_owned(),
            ),
            (_, false) => (
                Told::Unknown,
                format!(
                    "{on}, and no agent's leg is ended, by which alone a guest is known to be told"
                ),
            ),
            (GuestLeg::Open, true) => (
                Told::Told,
                format!("{on}, and an agent's leg is ended; on return where no window is open"),
            ),
            (GuestLeg::Over, true) if is_read_only => (Told::OnReturn, on),
            (GuestLeg::Over, true) => (
                Told::Unknown,
                format!("{on}, and the guest's leg was over already"),
            ),
        }
    }
}

/// What the deployment of a row is set to.
pub fn setting(row: &Row) -> Setting {
    let Some(address) = shown::address(row) else {
        return Err("nothing says by which deployment it came".to_owned());
    };
    let Some(known) = row.names.known(NameKind::Deployment, address) else {
        return Err("its deployment was not read yet".to_owned());
    };
    match (&known.called, &known.on_disconnect) {
        (Called::As(_), Some(setting)) => Ok(setting.clone()),
        (Called::As(name), None) => Err(format!("how the deployment {name} is set was not read")),
        (Called::Nobody, _) => {
            Err("its address is no deployment's that this client sees".to_owned())
        }
        (Called::Closed(Some(permission)), _) => Err(format!(
            "deployments are closed to this client ({permission})"
        )),
        (Called::Closed(None), _) => Err("deployments are closed to this client".to_owned()),
    }
}

/// What is known of a guest beside the plan: from its row, before a run takes it off the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Guest {
    /// What its deployment is set to.
    pub setting: Setting,
    /// Its session had run out when it was read.
    pub has_run_out: bool,
}

impl Guest {
    /// The guest of a row; without one nothing is known.
    pub fn of(row: Option<&Row>) -> Self {
        let Some(row) = row else {
            return Self {
                setting: Err("by which deployment it came is not on record".to_owned()),
                has_run_out: false,
            };
        };
        let has_run_out = row.reading.as_ref().is_some_and(|reading| {
            let party = reading.conversation.newest_party(Purpose::is_customer);
            let mut legs = party.into_iter().flat_map(|party| &party.legs).rev();
            let word = legs.find_map(|leg| leg.disconnect.as_ref());
            word.is_some_and(|word| word.as_str() == "session.expired")
        });
        Self {
            setting: setting(row),
            has_run_out,
        }
    }

    /// How its leg stands, as the evidence shows it.
    fn leg(&self, item: &PlanItem) -> GuestLeg {
        let mut legs = item.evidence.message_legs();
        if legs.any(|leg| leg.purpose.is_customer()) {
            GuestLeg::Open
        } else if self.has_run_out {
            GuestLeg::RanOut
        } else {
            GuestLeg::Over
        }
    }
}

/// An agent's leg is among those that the plan ends one by one.
fn plans_agent_leg(item: &PlanItem, rung: Rung) -> bool {
    rung != Rung::Teardown
        && item
            .evidence
            .message_legs()
            .any(|leg| leg.purpose.is_staff())
}

/// What becomes known to the guest of a planned conversation.
pub fn planned(item: &PlanItem, rung: Rung, row: Option<&Row>) -> Telling {
    let guest = Guest::of(row);
    let case = Case {
        ends_agent_leg: plans_agent_leg(item, rung),
        guest: guest.leg(item),
        setting: guest.setting,
        witnessed: None,
    };
    case.telling()
}

/// What is known to the guest of a conversation that a run ended; nothing where it did not.
pub fn done(item: &Item, guest: &Guest, witnessed: Option<bool>) -> Option<Telling> {
    let (settled, _) = item.settled.as_ref()?;
    if !matches!(settled.state, FinalState::Ended | FinalState::WrapUpOwed) {
        return None;
    }
    let staff: Vec<_> = item
        .plan
        .evidence
        .message_legs()
        .filter(|leg| leg.purpose.is_staff())
        .map(|leg| leg.participant)
        .collect();
    let ends_agent_leg = item.sends.iter().any(|sent| {
        let is_taken = sent
            .answer
            .as_ref()
            .is_some_and(|answer| answer.class == Class::Accepted);
        is_taken
            && matches!(&sent.action, Action::Legs { participant } if staff.contains(participant))
    });
    let case = Case {
        setting: guest.setting.clone(),
        ends_agent_leg,
        guest: guest.leg(&item.plan),
        witnessed,
    };
    let telling = case.telling();
    let is_of_recipe = |sent: &Sent| matches!(sent.action, Action::Recipe(_));
    if telling.told == Told::Unknown && item.sends.iter().any(is_of_recipe) {
        let from = "nothing is known of whom a recipe tells".to_owned();
        return Some(Telling { from, ..telling });
    }
    Some(telling)
}

/// How many of each, in words: `2 told, 1 cannot be told`.
pub fn counted(tellings: &[Telling], words: fn(Told) -> &'static str) -> String {
    let counts = Told::ALL.into_iter().filter_map(|told| {
        let count = tellings.iter().filter(|one| one.told == told).count();
        (count > 0).then(|| format!("{count} {}", words(told)))
    });
    counts.collect::<Vec<_>>().join(", ")
}

/// The guests of a plan, in words; nothing for a plan without items.
pub fn of_plan<R: Borrow<Row>>(
    plan: &Plan,
    row: impl Fn(&PlanItem) -> Option<R>,
) -> Option<String> {
    if plan.recipe.recipe().is_some() && !plan.items.is_empty() {
        return Some("not foreseen for a recipe; the report says what is known of it".to_owned());
    }
    let tellings: Vec<Telling> = plan
        .items
        .iter()
        .map(|item| planned(item, plan.rung, row(item).as_ref().map(Borrow::borrow)))
        .collect();
    (!tellings.is_empty()).then(|| in_words(&tellings, Told::planned_words))
}

/// The counts, and the reason where all have the same one.
pub fn in_words(tellings: &[Telling], words: fn(Told) -> &'static str) -> String {
    let counts = counted(tellings, words);
    match tellings.split_first() {
        Some((first, rest)) if rest.iter().all(|one| one.from == first.from) => {
            format!("{counts}: {}", first.from)
        }
        _ => counts,
    }
}

#[cfg(test)]
mod tests;
