//! A small organisation for the console's tests: fixed instants, fixed ids, chats of every kind that a list shows.

use std::cell::RefCell;
use std::sync::Arc;

use jiff::tz::{TimeZone, offset};
use jiff::{SignedDuration, Timestamp};

use unstick::app::planning::recipes::Recipes;
use unstick::app::{AppSettings, Configured, WrapUpCode};
use unstick::domain::conversation::{
    Conversation, Leg, LegState, Message, Participant, Purpose, Side, WrapUp,
};
use unstick::domain::failure::Receipt;
use unstick::domain::feed::Fact;
use unstick::domain::ids::{CommunicationId, ConversationId, ParticipantId};
use unstick::domain::plan::Scope;
use unstick::domain::roster::{Listed, Reading};
use unstick::domain::text::Text;

thread_local! {
    /// What everybody and everything from outside is called in this thread; nothing: by their own names.
    static DISGUISE: RefCell<Vec<&'static str>> = const { RefCell::new(Vec::new()) };
}

/// Slots of [`called`] beside those of chats, which have three each: what is not a chat's.
pub(crate) mod slot {
    pub(crate) const PLACE: usize = 51;
    pub(crate) const WRAP_UP: usize = 52;
    pub(crate) const BOT: usize = 53;
    pub(crate) const GONE: usize = 54;
    pub(crate) const CORRELATION: usize = 55;
    pub(crate) const SAID: usize = 56;
    pub(crate) const REASON: usize = 57;
    pub(crate) const OPERATOR: usize = 58;
    pub(crate) const NOTE: usize = 59;
    pub(crate) const PAUSE: usize = 60;
    pub(crate) const ODD: usize = 61;
    pub(crate) const ALL: usize = 62;
}

/// From now on, in this thread, whatever comes from outside says one of these: who has slot 0 the first, who has slot 1 the second.
pub(crate) fn disguise(words: Vec<&'static str>) {
    DISGUISE.set(words);
}

/// What somebody is called, or what somebody said.
pub(crate) fn called(slot: usize, own: &'static str) -> &'static str {
    DISGUISE.with_borrow(|words| words.get(slot).copied().unwrap_or(own))
}

/// The time at which every story begins.
pub(crate) fn start() -> Timestamp {
    "2026-03-02T13:22:08Z".parse().unwrap()
}

/// What the console is told at its start.
pub(crate) fn settings(label: &str, writes: bool) -> AppSettings {
    AppSettings {
        scope: Scope {
            org_id: "org-1".to_owned(),
            api_host: "api.example.test".to_owned(),
            client_id: "client-1".to_owned(),
            profile: if label == "PROD" {
                "acme-prod"
            } else {
                "sandbox"
            }
            .to_owned(),
        },
        label: label.to_owned(),
        place: called(slot::PLACE, "eu-central-1").to_owned(),
        api_url: "https://api.example.test".to_owned(),
        exports: "~/.local/share/unstick/exports".to_owned(),
        clipboard: "copies through the terminal (OSC 52)".to_owned(),
        writes,
        no_writes: None,
        is_started_read_only: false,
        max_batch: 50,
        max_parallel: 2,
        per_minute: 90,
        require_note: label == "PROD",
        wrap_up: Some(WrapUpCode {
            id: "code-1".to_owned(),
            name: called(slot::WRAP_UP, "Abandoned by system").to_owned(),
        }),
        recipes: Recipes::default(),
        configured: Configured::default(),
        privacy: false,
        zone: TimeZone::fixed(offset(1)),
        started: start(),
    }
}

/// Who is there and who wrote, in a few words.
#[derive(Clone, Copy)]
pub(crate) enum Scene {
    /// Customer gone, agent up.
    Orphan,
    /// Customer up, nobody else.
    Alone,
    /// Only after-call work is owed.
    WrapUp,
    /// Alert loop at an agent.
    Ringing,
    /// A bot holds it.
    BotLoop,
    /// An agent wrote last.
    Idle,
    /// Both wrote just now.
    Live,
    /// Parked for later.
    Parked,
    /// Listed, never read.
    Unread,
}

/// A chat of the story.
#[derive(Clone)]
pub(crate) struct Chat {
    pub(crate) id: ConversationId,
    pub(crate) scene: Scene,
    pub(crate) age: i64,
    pub(crate) quiet: i64,
    pub(crate) queue: &'static str,
    pub(crate) agent: &'static str,
    pub(crate) customer: &'static str,
}

/// An id that begins with these eight digits.
pub(crate) fn id(short: &str) -> ConversationId {
    format!("{short}-77b0-4d8e-9a51-0e6c2f6b1d20")
        .parse()
        .unwrap()
}

fn at(seconds_ago: i64) -> Timestamp {
    start() - SignedDuration::from_secs(seconds_ago)
}

/// The chats of the story, gravest first.
#[expect(clippy::too_many_lines, reason = "a table, a row for each chat")]
pub(crate) fn chats() -> Vec<Chat> {
    let minute = 60;
    let rows: [(&str, Scene, i64, i64, &str, &str, &str); 17] = [
        (
            "3f2a9c41",
            Scene::Orphan,
            372,
            358,
            "Billing EU",
            "Ana Lima",
            "M. Okafor",
        ),
        (
            "b81e07d2",
            Scene::Orphan,
            287,
            280,
            "Billing EU",
            "Ana Lima",
            "J. Park",
        ),
        (
            "0c7d55aa",
            Scene::Alone,
            210,
            209,
            "Retail Help",
            "",
            "S. Haddad",
        ),
        (
            "9e41b3f0",
            Scene::WrapUp,
            185,
            171,
            "Retail Help",
            "T. Novak",
            "L. Moreau",
        ),
        ("5d90f1c8", Scene::BotLoop, 161, 160, "Triage", "", "K. Ito"),
        (
            "e2264b7f",
            Scene::Orphan,
            140,
            115,
            "Claims",
            "P. Osei",
            "anon-8841",
        ),
        (
            "418fd0c3",
            Scene::Parked,
            118,
            62,
            "Billing EU",
            "D. Rossi",
            "B. Nguyen",
        ),
        (
            "c05be6a7",
            Scene::Ringing,
            109,
            109,
            "VIP Desk",
            "Y. Sato",
            "E. Fox",
        ),
        (
            "6a1f3d88",
            Scene::Orphan,
            91,
            90,
            "Retail Help",
            "T. Novak",
            "anon-9027",
        ),
        (
            "f7720b15",
            Scene::Alone,
            82,
            80,
            "Retail Help",
            "",
            "G. Bauer",
        ),
        (
            "2b9c44e6",
            Scene::Idle,
            820,
            780,
            "Claims",
            "P. Osei",
            "N. Costa",
        ),
        (
            "a3e8d671",
            Scene::Idle,
            790,
            760,
            "Billing EU",
            "D. Rossi",
            "H. Lund",
        ),
        (
            "4c18ae90",
            Scene::Live,
            38,
            2,
            "Billing EU",
            "D. Rossi",
            "T. Adeyemi",
        ),
        (
            "ab77f013",
            Scene::Live,
            31,
            4,
            "Claims",
            "P. Osei",
            "anon-9188",
        ),
        (
            "77d0c3fe",
            Scene::Live,
            18,
            1,
            "Retail Help",
            "T. Novak",
            "日本 太郎",
        ),
        ("1ed5fa32", Scene::Unread, 48, 0, "", "", "F. Aydin"),
        ("90b7c2d4", Scene::Unread, 41, 0, "", "", ""),
    ];
    let own = |slot: usize, name: &'static str| {
        if name.is_empty() {
            name
        } else {
            called(slot, name)
        }
    };
    rows.into_iter()
        .zip((0..).step_by(3))
        .map(
            |((short, scene, age, quiet, queue, agent, customer), first)| Chat {
                id: id(short),
                scene,
                age: age * minute,
                quiet: quiet * minute,
                queue: own(first, queue),
                agent: own(first + 1, agent),
                customer: own(first + 2, customer),
            },
        )
        .collect()
}

impl Chat {
    /// As the list shows it.
    pub(crate) fn listed(&self) -> Listed {
        Listed {
            customer: (!self.customer.is_empty()).then(|| Text::clean(self.customer)),
            agent: (!self.agent.is_empty()).then(|| Text::clean(self.agent)),
            ..Listed::new(self.id, at(self.age))
        }
    }

    fn seed(&self, part: u128) -> u128 {
        self.id.as_u128() ^ (part << 8)
    }

    fn party(
        &self,
        part: u128,
        purpose: Purpose,
        name: &str,
        from: i64,
        to: Option<i64>,
    ) -> Participant {
        let state = if to.is_some() {
            LegState::Disconnected
        } else {
            LegState::Connected
        };
        Participant {
            name: (!name.is_empty()).then(|| Text::clean(name)),
            queue: (purpose == Purpose::Queue || purpose == Purpose::Agent)
                .then(|| Text::clean(self.queue)),
            // Of one queue the id is known, too.
            queue_id: (purpose == Purpose::Queue && self.queue == "Billing EU")
                .then(|| Text::clean("queue-1")),
            legs: vec![Leg {
                since: Some(at(from)),
                ended: to.map(at),
                disconnect: to.map(|_| {
                    Text::clean(if purpose == Purpose::Customer {
                        called(slot::GONE, "client")
                    } else {
                        "transfer"
                    })
                }),
                ..Leg::new(CommunicationId::from_u128(self.seed(part + 100)), state)
            }],
            ..Participant::new(ParticipantId::from_u128(self.seed(part)), purpose)
        }
    }

    /// The truth about it.
    pub(crate) fn conversation(&self) -> Conversation {
        let age = self.age;
        let gone = Some(self.quiet.max(1));
        let customer = |to| self.party(1, Purpose::Customer, self.customer, age, to);
        let queue = self.party(2, Purpose::Queue, self.queue, age - 10, Some(age - 100));
        let agent = |to| self.party(3, Purpose::Agent, self.agent, age - 110, to);
        let bot = |to| self.party(4, Purpose::Bot, called(slot::BOT, "Triage"), age - 2, to);
        let mut participants = match self.scene {
            Scene::Orphan => vec![customer(gone), bot(Some(age - 9)), queue, agent(None)],
            Scene::Alone => vec![customer(None), queue, agent(gone)],
            Scene::WrapUp => vec![customer(gone), queue, agent(gone)],
            Scene::Ringing => vec![customer(None), queue, agent(None)],
            Scene::BotLoop => vec![customer(None), bot(None)],
            Scene::Idle | Scene::Live | Scene::Parked => vec![customer(None), queue, agent(None)],
            Scene::Unread => vec![customer(None)],
        };
        if let Some(agent) = participants.last_mut() {
            match self.scene {
                Scene::WrapUp => {
                    agent.wrap_up = WrapUp::Owed {
                        since: Some(at(self.quiet)),
                        timeout: SignedDuration::ZERO,
                    };
                }
                Scene::Ringing => {
                    agent.alerting_timeout = Some(SignedDuration::from_secs(30));
                    for leg in &mut agent.legs {
                        leg.state = LegState::Alerting;
                        leg.alerting_since = leg.since;
                    }
                }
                Scene::Parked => {
                    for leg in &mut agent.legs {
                        leg.state = LegState::Parked;
                        leg.resumes = Some(start() + SignedDuration::from_hours(1));
                    }
                }
                _ => {}
            }
        }
        let message = |number: u32, seconds: i64, from| Message {
            id: Text::clean(&format!("{}-{number}", self.id.short())),
            at: at(seconds),
            from,
        };
        let messages = match self.scene {
            Scene::BotLoop => vec![message(1, age - 1, Side::Customer)],
            Scene::Live => vec![
                message(1, self.quiet + 30, Side::Customer),
                message(2, self.quiet, Side::Agent),
            ],
            _ => vec![
                message(1, age - 5, Side::Customer),
                message(2, self.quiet, Side::Agent),
            ],
        };
        Conversation {
            participants,
            messages,
            ..Conversation::new(self.id, at(age))
        }
    }

    /// A read of it that was asked for at `read_at`.
    pub(crate) fn read(&self, read_at: Timestamp) -> Fact {
        reading(self.conversation(), read_at)
    }
}

/// A read that showed this.
pub(crate) fn reading(conversation: Conversation, read_at: Timestamp) -> Fact {
    let arrived = read_at + SignedDuration::from_millis(212);
    Fact::Read {
        id: conversation.id,
        result: Ok(Arc::new(Reading {
            conversation,
            read_at,
            arrived,
            receipt: receipt(200, 212),
        })),
        at: arrived,
    }
}

/// The figures of an answer.
pub(crate) fn receipt(status: u16, took_ms: u64) -> Receipt {
    Receipt {
        status: Some(status),
        took_ms,
        correlation: Some(Text::clean(called(
            slot::CORRELATION,
            "8c41b0de-5b4e-4a07-9c1c-2f0d5a7719ee",
        ))),
        date: None,
    }
}
