//! What a recipe did to a conversation of a sandbox: what its run said of it, and what is really so, as only a sandbox can know it. Where
//! the two differ, this program said something that is not so, which must never happen.

use serde::Serialize;

use super::super::fact::{FinalState, Settled};

/// A recipe, run on a conversation of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Compared {
    /// The recipe's name.
    pub recipe: String,
    /// The platform publishes every operation of it.
    pub is_published: bool,
    /// Requests in all, reads included, from the confirmation on.
    pub requests: u32,
    /// Of these, those that were to change something.
    pub sends: u32,
    /// From the first of those to the final state, in milliseconds; nothing where none was sent.
    pub took_ms: Option<u64>,
    /// The first send that was refused.
    pub refused: Option<Refused>,
    /// How the run came out.
    pub said: Settled,
    /// What is really so.
    pub really: Really,
    /// The same for the chat whose deployment tells guests nothing.
    pub untold: Really,
    /// What the run said that is not so.
    pub differs: Vec<String>,
}

/// A refusal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Refused {
    /// The status; nothing where no answer came.
    pub status: Option<u16>,
    /// The service's own code, else what it was in a few words.
    pub code: String,
}

impl Refused {
    /// `409 conflict`.
    pub fn words(&self) -> String {
        match self.status {
            Some(status) => format!("{status} {}", self.code),
            None => self.code.clone(),
        }
    }
}

/// What is really so of a conversation, from the ground truth of a sandbox.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Really {
    /// It is over: no leg is up, and nobody owes wrap-up.
    pub ended: bool,
    /// Who is still in it, by the purposes of the parties, customers first.
    pub left: Vec<String>,
    /// A leg came down by a request of ours.
    pub by_us: bool,
    /// The guest's window was told that it is over; nothing where no leg came down.
    pub guest_told: Option<bool>,
    /// Wrap-up was recorded.
    pub wrap_up: WrapUp,
    /// Another conversation was changed as well.
    pub others_changed: bool,
}

/// How it stands with an agent's wrap-up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum WrapUp {
    /// Nobody owes any yet, or at all.
    #[default]
    None,
    /// It is owed.
    Owed,
    /// It was recorded.
    Recorded,
}

impl Compared {
    /// It said that the chat is over, after its two reads.
    pub fn claims_the_end(&self) -> bool {
        self.said.state.is_done()
    }

    /// The proof of the end that its run gave, which holds.
    pub fn is_proved(&self) -> bool {
        self.claims_the_end() && self.really.ended && self.differs.is_empty()
    }
}

/// The columns of a comparison beside the recipe's name: their heads and widths, which with that name and blanks between make 80 cells.
pub const COLUMNS: [(&str, usize); 9] = [
    ("REQ", 3),
    ("SENT", 4),
    ("TIME", 4),
    ("FIRST REFUSAL", 15),
    ("ENDED", 5),
    ("PROVED", 6),
    ("LEFT", 5),
    ("TOLD", 4),
    ("WRAP", 4),
];

impl Compared {
    /// What stands in these columns.
    pub fn cells(&self) -> [String; COLUMNS.len()] {
        let really = &self.really;
        let yes = |is_so: bool| if is_so { "yes" } else { "no" };
        let proved = if self.differs.is_empty() {
            yes(self.is_proved())
        } else {
            "FALSE"
        };
        let wrap_up = match really.wrap_up {
            WrapUp::None => "-",
            WrapUp::Owed => "owed",
            WrapUp::Recorded => "done",
        };
        let none = || "-".to_owned();
        [
            self.requests.to_string(),
            self.sends.to_string(),
            self.took_ms
                .map_or_else(none, |took| format!("{}s", (took + 500) / 1000)),
            self.refused.as_ref().map_or_else(none, Refused::words),
            yes(really.ended).to_owned(),
            proved.to_owned(),
            really.left_words(),
            really.guest_told.map_or("-", yes).to_owned(),
            wrap_up.to_owned(),
        ]
    }
}

impl Really {
    /// Who is left, in a word where there is one.
    fn left_words(&self) -> String {
        let names: Vec<&str> = self
            .left
            .iter()
            .map(|purpose| match purpose.as_str() {
                "customer" => "guest",
                other => other,
            })
            .collect();
        match names[..] {
            [] => "none".to_owned(),
            ["guest", "agent"] => "both".to_owned(),
            _ => names.join("+"),
        }
    }
}

/// What a run said of a conversation that is not so.
pub fn differences(said: &Settled, really: &Really) -> Vec<String> {
    let state = said.state;
    let mut differs = Vec::new();
    let mut says = |is_wrong: bool, truth: &str| {
        if is_wrong {
            differs.push(format!("it said `{}`, and {truth}", state.word()));
        }
    };
    // A customer who wrote after the end has brought it back: that it goes on is part of what was said.
    let is_open = !really.ended && !said.reopened;
    match state {
        FinalState::Ended => {
            says(is_open, &open_words(really));
            says(!really.by_us, "no request of ours ended a leg");
        }
        FinalState::EndedElsewhere => {
            says(is_open, &open_words(really));
            says(really.by_us, "a request of ours ended a leg");
        }
        FinalState::WrapUpOwed => {
            says(!really.left.is_empty(), &open_words(really));
            says(really.wrap_up != WrapUp::Owed, "no wrap-up is owed");
        }
        FinalState::Held | FinalState::Escalate => {
            says(really.left.is_empty(), "nobody is in it any more");
        }
        FinalState::Cancelled => says(really.by_us, "a request of ours ended a leg"),
        // That nothing is known is never wrong.
        FinalState::Unresolved => {}
    }
    says(really.others_changed, "another chat was changed as well");
    differs
}

fn open_words(really: &Really) -> String {
    if really.left.is_empty() {
        "it is not over: wrap-up is owed".to_owned()
    } else {
        format!("still in it: {}", really.left.join(", "))
    }
}

/// What a comparison teaches, in one sentence.
pub fn lesson(rows: &[&Compared]) -> String {
    format!("{}.", lessons(rows).join("; "))
}

/// The same in parts, the first of which says the most. There is always one.
pub fn lessons(rows: &[&Compared]) -> Vec<String> {
    let differing = rows.iter().filter(|row| !row.differs.is_empty()).count();
    if differing > 0 {
        return vec![format!(
            "{differing} of them said what is not so: a mistake of this program, please report it"
        )];
    }
    let proved: Vec<String> = rows
        .iter()
        .filter(|row| row.is_proved())
        .map(|row| {
            let note = if row.is_published {
                ""
            } else {
                " (not published)"
            };
            format!("{}{note}", row.recipe)
        })
        .collect();
    let owing = rows
        .iter()
        .filter(|row| row.said.state == FinalState::WrapUpOwed)
        .count();
    let mut parts = vec![match proved.len() {
        0 => format!("None of {} ended the chat", rows.len()),
        some => format!(
            "{some} of {} ended the chat and proved it: {}",
            rows.len(),
            proved.join(", ")
        ),
    }];
    if owing > 0 {
        parts.push(format!("{owing} got everybody out and left wrap-up owed"));
    }
    let rest = rows.len() - proved.len() - owing;
    if rest > 0 {
        parts.push(format!("{rest} left somebody in it"));
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::FinalState as State;
    use super::*;

    fn really(left: &[&str]) -> Really {
        Really {
            ended: left.is_empty(),
            left: left.iter().map(|&purpose| purpose.to_owned()).collect(),
            by_us: true,
            ..Really::default()
        }
    }

    fn owing() -> Really {
        Really {
            ended: false,
            wrap_up: WrapUp::Owed,
            ..really(&[])
        }
    }

    fn by_others() -> Really {
        Really {
            by_us: false,
            ..really(&[])
        }
    }

    #[test]
    fn what_is_said_of_an_end_is_held_against_who_is_left() {
        let untouched = || Really {
            by_us: false,
            ..really(&["customer", "agent"])
        };
        let half = || really(&["customer"]);
        let cases = [
            (State::Ended, really(&[]), true),
            (State::Ended, half(), false),
            (State::Ended, owing(), false),
            (State::Ended, by_others(), false),
            (State::EndedElsewhere, by_others(), true),
            (State::EndedElsewhere, really(&[]), false),
            (State::EndedElsewhere, untouched(), false),
            (State::WrapUpOwed, owing(), true),
            (State::WrapUpOwed, half(), false),
            (State::WrapUpOwed, really(&[]), false),
            (State::Held, untouched(), true),
            (State::Held, half(), true),
            (State::Held, owing(), false),
            (State::Escalate, half(), true),
            (State::Escalate, really(&[]), false),
            (State::Cancelled, untouched(), true),
            (State::Cancelled, half(), false),
            (State::Unresolved, half(), true),
            (State::Unresolved, really(&[]), true),
        ];
        for (state, really, is_so) in cases {
            let differs = differences(&Settled::new(state, ""), &really);
            assert_eq!(
                differs.is_empty(),
                is_so,
                "{state:?} {really:?}: {differs:?}"
            );
        }
    }

    #[test]
    fn a_chat_that_its_customer_brought_back_was_ended_all_the_same() {
        let said = Settled {
            reopened: true,
            ..Settled::new(FinalState::Ended, "")
        };
        assert_eq!(differences(&said, &really(&["customer"])), [""; 0]);
    }

    #[test]
    fn a_request_that_hit_another_chat_is_never_right() {
        let hit = Really {
            others_changed: true,
            ..really(&[])
        };
        for state in FinalState::ALL {
            assert!(!differences(&Settled::new(state, ""), &hit).is_empty());
        }
    }
}
