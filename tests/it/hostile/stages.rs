//! Every screen of the console, and how it is reached, with the places in which it shows what somebody else wrote.

use unstick::app::Msg;
use unstick::domain::conversation::{LegState, Purpose};
use unstick::domain::failure::FailureKind;
use unstick::domain::feed::Fact;
use unstick::domain::text::Text;

use crate::console_desk::Desk;
use crate::console_dossier::{look_into, raw, recorded, words};
use crate::console_lookouts::told_requests;
use crate::console_plan_recipes::shipped;
use crate::console_profiles::four;
use crate::console_states::{failed, failure};
use crate::console_world::{called, chats, reading, settings, slot};

/// What can be asked of a screen.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Asks {
    /// It shows words of others in the same places, whatever they are; and each payload in one place at least, where there is room.
    Everything,
    /// The same, but not every payload.
    Layout,
    /// What is shown where depends on the words: only bytes and the terminal are judged.
    Bytes,
}

/// A screen and how it is reached.
pub(crate) struct Stage {
    pub(crate) name: &'static str,
    pub(crate) asks: Asks,
    /// From a list that is there and read, or from nothing.
    is_listed: bool,
    reach: fn(&mut Desk),
}

impl Stage {
    /// Goes there, from a console that has just been opened.
    pub(crate) fn play(&self, desk: &mut Desk) {
        if self.is_listed {
            desk.fill();
        }
        (self.reach)(desk);
    }

    /// A console that is there.
    pub(crate) fn desk(&self, width: u16, height: u16) -> Desk {
        let mut desk = Desk::new(settings("PROD", true), width, height);
        desk.is_blind = true;
        self.play(&mut desk);
        desk
    }

    /// The same without a list.
    const fn unlisted(self) -> Self {
        Self {
            is_listed: false,
            ..self
        }
    }
}

const fn stage(name: &'static str, asks: Asks, reach: fn(&mut Desk)) -> Stage {
    Stage {
        name,
        asks,
        is_listed: true,
        reach,
    }
}

const fn shows(name: &'static str, reach: fn(&mut Desk)) -> Stage {
    stage(name, Asks::Everything, reach)
}

const fn hides(name: &'static str, reach: fn(&mut Desk)) -> Stage {
    stage(name, Asks::Layout, reach)
}

const fn differs(name: &'static str, reach: fn(&mut Desk)) -> Stage {
    stage(name, Asks::Bytes, reach)
}

fn said(slot: usize) -> String {
    called(slot, "as somebody said").to_owned()
}

fn with_words(desk: &mut Desk) {
    look_into(desk);
    desk.keys("2");
    let words = words(desk);
    desk.fact(words);
}

/// A chat whose roles, states and media are words that nobody knows.
fn odd_words(desk: &mut Desk) {
    let mut conversation = chats()[0].conversation();
    for party in &mut conversation.participants {
        party.purpose = Purpose::from(said(slot::ODD));
        for leg in &mut party.legs {
            leg.state = LegState::from(said(slot::REASON));
        }
    }
    let fact = reading(conversation, desk.now);
    desk.fact(fact);
}

/// A plan whose note is pasted, and not kept yet.
fn pasted_note(desk: &mut Desk) {
    desk.mark_stuck();
    desk.keys("x");
    desk.reread(usize::MAX);
    desk.keys("n");
    desk.tell(Msg::Paste(said(slot::NOTE)));
}

#[expect(clippy::too_many_lines, reason = "a table, a row for each screen")]
pub(crate) fn stages() -> Vec<Stage> {
    vec![
        shows("list", |_| {}),
        shows("list with marks", |desk| desk.keys("2    ")),
        hides("export menu", |desk| desk.keys("En")),
        shows("list of odd words", odd_words),
        shows("chat", |desk| desk.keys("\r")),
        hides("chat, further down", |desk| desk.keys("\rJJJ")),
        shows("chat of odd words", |desk| {
            odd_words(desk);
            desk.keys("g\r");
        }),
        shows("chat that cannot be read", |desk| {
            desk.keys("G\r");
            let id = chats().last().unwrap().id;
            desk.fact(Fact::Read {
                id,
                result: Err(failure(FailureKind::Forbidden, Some(403))),
                at: desk.now,
            });
        }),
        differs("chat, what was said, masked", with_words),
        differs("chat, what was said", |desk| {
            with_words(desk);
            desk.keys("u");
        }),
        differs("chat, JSON", |desk| {
            look_into(desk);
            desk.keys("3+u");
        }),
        differs("chat, JSON that changed", |desk| {
            look_into(desk);
            let more = raw(desk, 3);
            desk.fact(more);
            desk.keys("3+jjjj");
        }),
        differs("chat, requests", |desk| {
            look_into(desk);
            desk.keys("4j");
        }),
        differs("chat, attributes", |desk| {
            look_into(desk);
            desk.keys("5uj");
        }),
        differs("chat, analytics", |desk| {
            look_into(desk);
            recorded(desk);
            desk.keys("6");
        }),
        differs("chat, searched for what was pasted", |desk| {
            look_into(desk);
            desk.keys("3/");
            desk.tell(Msg::Paste(said(slot::NOTE)));
            desk.keys("\r");
        }),
        differs("chat, privacy", |desk| desk.keys("\rz")),
        hides("copy menu", |desk| desk.keys("y")),
        hides("help", |desk| desk.keys("?")),
        hides("sort", |desk| desk.keys("s")),
        differs("offers of the filter", |desk| desk.keys("/queue:")),
        differs("pasted filter", |desk| {
            desk.keys("/");
            desk.tell(Msg::Paste(said(slot::NOTE)));
        }),
        differs("filter that nothing matches", |desk| {
            desk.keys("/queue:zzzzzzzzzz\r");
        }),
        shows("plan while reading", |desk| {
            desk.mark_stuck();
            desk.keys("x");
            desk.reread(3);
        }),
        shows("plan", Desk::plan),
        shows("plan with a pasted note", |desk| {
            pasted_note(desk);
            desk.keys("\r");
        }),
        hides("confirmation", |desk| {
            desk.plan();
            desk.keys("T");
            desk.pass(500);
            desk.keys("acme");
        }),
        hides("seconds before the start", |desk| {
            desk.confirm();
            desk.pass(1200);
        }),
        shows("board", Desk::run_half),
        shows("board, paused", |desk| {
            desk.run_half();
            desk.pause("a pause");
        }),
        shows("board, stopping", |desk| {
            desk.run_half();
            desk.keys("c");
            desk.stopped();
        }),
        hides("run refused", |desk| {
            desk.confirm();
            desk.pass(3100);
            desk.fact(Fact::RunRefused {
                why: said(slot::REASON),
            });
        }),
        shows("trace", |desk| {
            desk.run_half();
            desk.keys("\r");
        }),
        shows("leaving", |desk| {
            desk.run_half();
            desk.keys("q");
        }),
        shows("list while a run goes on", |desk| {
            desk.run_half();
            desk.keys("b");
        }),
        shows("report", Desk::run_whole),
        shows("report, further down", |desk| {
            desk.run_whole();
            desk.keys("G");
        }),
        shows("runs", |desk| {
            desk.keys("H");
            desk.history();
        }),
        hides("list with an offer", Desk::history),
        differs("note that is typed", pasted_note),
        differs("search that is typed", |desk| {
            look_into(desk);
            desk.keys("3/");
            desk.tell(Msg::Paste(said(slot::NOTE)));
        }),
        differs("filter that is typed", |desk| {
            desk.keys("/is:stuck queue:b");
        }),
        differs("commands", |desk| desk.keys(":pl")),
        differs("question to the filter", |desk| {
            desk.keys("/is:stuck idle>2h\r:explain 4\r");
        }),
        differs("messages", |desk| {
            desk.tell(Msg::Said(said(slot::SAID)));
            desk.keys(":messages\r");
        }),
        differs("rules", |desk| desk.keys("W")),
        differs("request log", |desk| {
            desk.keys("L");
            told_requests(desk);
        }),
        differs("pulse", |desk| desk.keys("P")),
        differs("profiles", |desk| {
            desk.app.settings.configured.profiles = four();
            desk.keys("O");
        }),
        differs("welcome", |desk| desk.keys("O")),
        differs("recipes", |desk| desk.keys("F")),
        differs("columns", |desk| desk.keys("C")),
        differs("column of an attribute", |desk| {
            desk.keys("CG ");
            desk.tell(Msg::Paste(said(slot::NOTE)));
        }),
        differs("name of a view", |desk| {
            // Where nothing is kept, no view can be saved.
            desk.app.take_up(Vec::new(), None, None);
            desk.keys("/is:stuck idle>1h\rV");
            desk.tell(Msg::Paste(said(slot::NOTE)));
        }),
        differs("wrap-up codes", |desk| {
            desk.plan();
            desk.keys("w");
        }),
        hides("recipes of a plan", |desk| {
            desk.app.settings.recipes = shipped();
            desk.plan();
            desk.keys("R");
        }),
        differs("dry run", |desk| {
            desk.plan();
            desk.keys("D");
            desk.reread(usize::MAX);
        }),
        differs("request log, narrowed down", |desk| {
            desk.keys("L");
            told_requests(desk);
            desk.keys("/conv");
        }),
        differs("one request", |desk| {
            desk.keys("L");
            told_requests(desk);
            desk.keys("j\r");
        }),
        hides("resume", Desk::resume),
        shows("a notice", |desk| desk.tell(Msg::Said(said(slot::SAID)))),
        hides("loading", |desk| desk.pass(1400)).unlisted(),
        hides("no chats at all", |desk| desk.list(&[])).unlisted(),
        shows("offline", |desk| {
            failed(desk, FailureKind::Unreachable, None);
        })
        .unlisted(),
        shows("signed out", |desk| {
            failed(desk, FailureKind::SignInRefused, Some(401));
        })
        .unlisted(),
        shows("not permitted", |desk| {
            let permissions = vec![Text::clean(&said(slot::REASON)); 3];
            failed(desk, FailureKind::NotPermitted { permissions }, Some(403));
        })
        .unlisted(),
        hides("a service that fails", |desk| {
            failed(desk, FailureKind::ServiceFault, Some(500));
        })
        .unlisted(),
    ]
}
