//! Every screen of the console, and how it is reached, with the places in which it shows what somebody else wrote.

use unstick::app::Msg;
use unstick::domain::conversation::{LegState, Purpose};
use unstick::domain::failure::FailureKind;
use unstick::domain::feed::Fact;
use unstick::domain::text::Text;

use crate::console_desk::Desk;
use crate::console_dossier::{look_into, raw, recorded, words};
use crate::console_lookouts::some_requests;
use crate::console_profiles::four;
use crate::console_states::{failed, failure};
use crate::console_world::{called, chats, reading, slot};

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
    pub(crate) reach: fn(&mut Desk),
    pub(crate) asks: Asks,
}

const fn stage(name: &'static str, asks: Asks, reach: fn(&mut Desk)) -> Stage {
    Stage { name, reach, asks }
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

#[expect(clippy::too_many_lines, reason = "a table, a row for each screen")]
pub(crate) fn stages() -> Vec<Stage> {
    vec![
        shows("list", Desk::fill),
        shows("list with marks", |desk| {
            desk.fill();
            desk.keys("2    ");
        }),
        hides("export menu", |desk| {
            desk.fill();
            desk.keys("En");
        }),
        shows("list of odd words", |desk| {
            desk.fill();
            odd_words(desk);
        }),
        shows("chat", |desk| {
            desk.fill();
            desk.keys("\r");
        }),
        hides("chat, further down", |desk| {
            desk.fill();
            desk.keys("\rJJJ");
        }),
        shows("chat of odd words", |desk| {
            desk.fill();
            odd_words(desk);
            desk.keys("g\r");
        }),
        shows("chat that cannot be read", |desk| {
            desk.fill();
            desk.keys("G\r");
            let id = chats().last().unwrap().id;
            desk.fact(Fact::Read {
                id,
                result: Err(failure(FailureKind::Forbidden, Some(403))),
                at: desk.now,
            });
        }),
        differs("chat, what was said, masked", |desk| {
            desk.fill();
            with_words(desk);
        }),
        differs("chat, what was said", |desk| {
            desk.fill();
            with_words(desk);
            desk.keys("u");
        }),
        differs("chat, JSON", |desk| {
            desk.fill();
            look_into(desk);
            desk.keys("3+u");
        }),
        differs("chat, JSON that changed", |desk| {
            desk.fill();
            look_into(desk);
            let more = raw(desk, 3);
            desk.fact(more);
            desk.keys("3+jjjj");
        }),
        differs("chat, requests", |desk| {
            desk.fill();
            look_into(desk);
            desk.keys("4j");
        }),
        differs("chat, attributes", |desk| {
            desk.fill();
            look_into(desk);
            desk.keys("5uj");
        }),
        differs("chat, analytics", |desk| {
            desk.fill();
            look_into(desk);
            recorded(desk);
            desk.keys("6");
        }),
        differs("chat, searched for what was pasted", |desk| {
            desk.fill();
            look_into(desk);
            desk.keys("3/");
            desk.tell(Msg::Paste(said(slot::NOTE)));
            desk.keys("\r");
        }),
        differs("chat, privacy", |desk| {
            desk.fill();
            desk.keys("\rz");
        }),
        hides("copy menu", |desk| {
            desk.fill();
            desk.keys("y");
        }),
        hides("help", |desk| {
            desk.fill();
            desk.keys("?");
        }),
        hides("sort", |desk| {
            desk.fill();
            desk.keys("s");
        }),
        differs("offers of the filter", |desk| {
            desk.fill();
            desk.keys("/queue:");
        }),
        differs("pasted filter", |desk| {
            desk.fill();
            desk.keys("/");
            desk.tell(Msg::Paste(said(slot::NOTE)));
        }),
        differs("filter that nothing matches", |desk| {
            desk.fill();
            desk.keys("/queue:zzzzzzzzzz\r");
        }),
        shows("plan while reading", |desk| {
            desk.fill();
            desk.mark_stuck();
            desk.keys("x");
            desk.reread(3);
        }),
        shows("plan", |desk| {
            desk.fill();
            desk.plan();
        }),
        shows("plan with a pasted note", |desk| {
            desk.fill();
            desk.mark_stuck();
            desk.keys("x");
            desk.reread(usize::MAX);
            desk.keys("n");
            desk.tell(Msg::Paste(said(slot::NOTE)));
            desk.keys("\r");
        }),
        hides("confirmation", |desk| {
            desk.fill();
            desk.plan();
            desk.keys("T");
            desk.pass(500);
            desk.keys("acme");
        }),
        hides("seconds before the start", |desk| {
            desk.fill();
            desk.confirm();
            desk.pass(1200);
        }),
        shows("board", |desk| {
            desk.fill();
            desk.run_half();
        }),
        shows("board, paused", |desk| {
            desk.fill();
            desk.run_half();
            desk.pause("a pause");
        }),
        shows("board, stopping", |desk| {
            desk.fill();
            desk.run_half();
            desk.keys("c");
            desk.stopped();
        }),
        hides("run refused", |desk| {
            desk.fill();
            desk.confirm();
            desk.pass(3100);
            desk.fact(Fact::RunRefused {
                why: said(slot::REASON),
            });
        }),
        shows("trace", |desk| {
            desk.fill();
            desk.run_half();
            desk.keys("\r");
        }),
        shows("leaving", |desk| {
            desk.fill();
            desk.run_half();
            desk.keys("q");
        }),
        shows("list while a run goes on", |desk| {
            desk.fill();
            desk.run_half();
            desk.keys("b");
        }),
        shows("report", |desk| {
            desk.fill();
            desk.run_whole();
        }),
        shows("report, further down", |desk| {
            desk.fill();
            desk.run_whole();
            desk.keys("G");
        }),
        shows("runs", |desk| {
            desk.fill();
            desk.keys("H");
            desk.history();
        }),
        hides("list with an offer", |desk| {
            desk.fill();
            desk.history();
        }),
        differs("note that is typed", |desk| {
            desk.fill();
            desk.mark_stuck();
            desk.keys("x");
            desk.reread(usize::MAX);
            desk.keys("n");
            desk.tell(Msg::Paste(said(slot::NOTE)));
        }),
        differs("search that is typed", |desk| {
            desk.fill();
            look_into(desk);
            desk.keys("3/");
            desk.tell(Msg::Paste(said(slot::NOTE)));
        }),
        differs("filter that is typed", |desk| {
            desk.fill();
            desk.keys("/is:stuck queue:b");
        }),
        differs("commands", |desk| {
            desk.fill();
            desk.keys(":pl");
        }),
        differs("question to the filter", |desk| {
            desk.fill();
            desk.keys("/is:stuck idle>2h\r:explain 4\r");
        }),
        differs("messages", |desk| {
            desk.fill();
            desk.tell(Msg::Said(said(slot::SAID)));
            desk.keys(":messages\r");
        }),
        differs("rules", |desk| {
            desk.fill();
            desk.keys("W");
        }),
        differs("request log", |desk| {
            desk.fill();
            desk.keys("L");
            let lines = some_requests(desk);
            desk.fact(Fact::AllRequests(lines));
        }),
        differs("pulse", |desk| {
            desk.fill();
            desk.keys("P");
        }),
        differs("profiles", |desk| {
            desk.fill();
            desk.app.settings.configured.profiles = four();
            desk.keys("O");
        }),
        differs("welcome", |desk| {
            desk.fill();
            desk.keys("O");
        }),
        differs("columns", |desk| {
            desk.fill();
            desk.keys("C");
        }),
        differs("column of an attribute", |desk| {
            desk.fill();
            desk.keys("CG ");
            desk.tell(Msg::Paste(said(slot::NOTE)));
        }),
        differs("name of a view", |desk| {
            // Where nothing is kept, no view can be saved.
            desk.app.take_up(Vec::new(), None, None);
            desk.fill();
            desk.keys("/is:stuck idle>1h\rV");
            desk.tell(Msg::Paste(said(slot::NOTE)));
        }),
        differs("wrap-up codes", |desk| {
            desk.fill();
            desk.plan();
            desk.keys("w");
        }),
        differs("dry run", |desk| {
            desk.fill();
            desk.plan();
            desk.keys("D");
            desk.reread(usize::MAX);
        }),
        differs("request log, narrowed down", |desk| {
            desk.fill();
            desk.keys("L");
            let lines = some_requests(desk);
            desk.fact(Fact::AllRequests(lines));
            desk.keys("/conv");
        }),
        differs("one request", |desk| {
            desk.fill();
            desk.keys("L");
            let lines = some_requests(desk);
            desk.fact(Fact::AllRequests(lines));
            desk.keys("j\r");
        }),
        hides("resume", |desk| {
            desk.fill();
            desk.resume();
        }),
        shows("a notice", |desk| {
            desk.fill();
            desk.tell(Msg::Said(said(slot::SAID)));
        }),
        hides("loading", |desk| desk.pass(1400)),
        hides("no chats at all", |desk| desk.list(&[])),
        shows("offline", |desk| {
            failed(desk, FailureKind::Unreachable, None);
        }),
        shows("signed out", |desk| {
            failed(desk, FailureKind::SignInRefused, Some(401));
        }),
        shows("not permitted", |desk| {
            let permissions = vec![Text::clean(&said(slot::REASON)); 3];
            failed(desk, FailureKind::NotPermitted { permissions }, Some(403));
        }),
        hides("a service that fails", |desk| {
            failed(desk, FailureKind::ServiceFault, Some(500));
        }),
    ]
}
