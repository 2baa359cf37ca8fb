//! Words of a scenario that contradict each other, or that would do nothing.

use super::check::Complaint;
use super::{BotRule, Chat, Delete, Deleted, Dialect, QueueRule, Scenario, Span};
use crate::sandbox::kind::Kind;
use crate::sandbox::world::directory::Then;
use std::collections::BTreeSet;

/// More chats than anybody could look at, and than a machine of today holds in a gibibyte.
const CHATS_MAX: usize = 500_000;

/// Where it is, about which field, and what is wrong.
type Problem = (&'static str, String);

/// The first contradiction of a scenario.
pub(super) fn first(scenario: &Scenario, text: &str) -> Option<Complaint> {
    let near =
        |place: usize, (field, problem): Problem| (place_of(text, place, field), field, problem);
    let chats = scenario.chats.iter().find_map(|chat| {
        let problem = of_chat(chat)?;
        Some(near(chat.kind.span().start, problem))
    });
    let mut staged = 0_usize;
    let crowd = scenario.chats.iter().find_map(|chat| {
        staged = staged.saturating_add(chat.count);
        let place = chat.kind.span().start;
        (staged > CHATS_MAX).then(|| near(place, ("count", too_many())))
    });
    let queues = scenario.queues.iter().find_map(|rule| {
        let problem = of_queue(rule)?;
        Some(near(rule.name.span().start, problem))
    });
    let bots = scenario.bots.iter().find_map(|rule| {
        let problem = of_bot(rule)?;
        Some(near(rule.name.span().start, problem))
    });
    let whole =
        of_all(scenario).map(|(field, problem)| (text.find(field).unwrap_or(0), field, problem));
    chats
        .or(crowd)
        .or(queues)
        .or(bots)
        .or_else(|| twice(scenario))
        .or_else(|| of_forum(scenario, text))
        .or(whole)
}

/// The field next to a place, for its line.
fn place_of(text: &str, place: usize, field: &str) -> usize {
    let rest = text.get(place..).unwrap_or("");
    let table = rest.find("\n[").unwrap_or(rest.len());
    let here = rest.get(..table).unwrap_or(rest);
    let at = here.lines().scan(0, |start, line| {
        let at = *start;
        *start += line.len() + 1;
        Some((at, line))
    });
    let mut lines = at.filter(|(_, line)| line.trim_start().starts_with(field));
    lines.next().map_or(place, |(at, _)| place + at)
}

fn of_chat(chat: &Chat) -> Option<Problem> {
    let kind = *chat.kind.get_ref();
    let only = |field: &'static str, set: bool, wanted: Kind| {
        let problem = format!("only a chat of kind `{wanted}` can be so, and this one is `{kind}`");
        (set && kind != wanted).then_some((field, problem))
    };
    let without_agent = matches!(
        kind,
        Kind::Waiting | Kind::LongWait | Kind::BotLoop | Kind::InBot | Kind::NoShow | Kind::Ghost
    );
    let idle = |field: &'static str, set: bool| {
        let problem = format!("a chat of kind `{kind}` has no agent, so it would do nothing");
        (set && without_agent).then_some((field, problem))
    };
    let over = matches!(kind, Kind::Desync | Kind::Ghost | Kind::Reopen);
    let unlisted = (chat.unlisted && over).then(|| {
        let problem = format!("a chat of kind `{kind}` is over already");
        ("unlisted", problem)
    });
    let none = (chat.count == 0).then(|| ("count", "at least one chat is staged".to_owned()));
    only("teardown_works", chat.teardown_works, Kind::Stubborn)
        .or_else(|| only("readable", chat.readable, Kind::Ghost))
        .or_else(|| idle("agent", chat.agent.is_some()))
        .or_else(|| idle("wrap_up", chat.wrap_up))
        .or(unlisted)
        .or(none)
}

fn of_queue(rule: &QueueRule) -> Option<Problem> {
    let needs = |field: &'static str, set: bool, other: bool, what: &str| {
        let problem = format!("it would do nothing without {what}");
        (set && !other).then_some((field, problem))
    };
    let timed = rule.wrap_up.is_timed();
    needs(
        "inactivity_flow",
        rule.inactivity_flow.is_some(),
        rule.inactivity.is_some(),
        "`inactivity`",
    )
    .or_else(|| {
        let set = rule.wrap_up_timeout.is_some();
        needs(
            "wrap_up_timeout",
            set,
            timed,
            "a `wrap_up` that has a limit",
        )
    })
    .or_else(|| nothing("inactivity", rule.inactivity))
    .or_else(|| nothing("alerting", rule.alerting))
    .or_else(|| nothing("wrap_up_timeout", rule.wrap_up_timeout))
}

fn of_bot(rule: &BotRule) -> Option<Problem> {
    let stays = rule.keeps.is_some() && rule.then == Then::Stay;
    let problem = || "a bot that stays has no end to what it keeps".to_owned();
    stays
        .then(|| ("keeps", problem()))
        .or_else(|| nothing("keeps", rule.keeps))
}

fn nothing(field: &'static str, span: Option<Span>) -> Option<Problem> {
    let none = span.is_some_and(|span| span.seconds() == 0);
    none.then(|| (field, "it needs at least one second".to_owned()))
}

/// Two rules for one queue, or for one bot.
fn twice(scenario: &Scenario) -> Option<Complaint> {
    let queues = scenario.queues.iter().map(|rule| ("queue", &rule.name));
    let bots = scenario.bots.iter().map(|rule| ("bot", &rule.name));
    let mut seen = BTreeSet::new();
    queues.chain(bots).find_map(|(what, name)| {
        let problem = format!(
            "there is a rule for the {what} `{}` already",
            name.get_ref()
        );
        let again = !seen.insert((what, name.get_ref()));
        again.then(|| (name.span().start, "name", problem))
    })
}

/// The traps of a dialect that is not spoken, or one that nobody can walk into.
fn of_forum(scenario: &Scenario, text: &str) -> Option<Complaint> {
    let written = scenario.forum.as_ref()?;
    let place = written.span().start;
    if scenario.dialect != Dialect::Forum {
        let problem = "it would do nothing without `dialect = \"forum\"`".to_owned();
        return Some((place, "forum", problem));
    }
    let forum = written.get_ref();
    let never = forum.delete == Delete::NotAllowed && forum.deleted != Deleted::default();
    let problem = || "no `DELETE` is ever accepted, so it would do nothing".to_owned();
    never.then(|| (place_of(text, place, "deleted"), "deleted", problem()))
}

fn of_all(scenario: &Scenario) -> Option<Problem> {
    let status = scenario.platform.delete_status;
    if !(200..300).contains(&status) {
        let problem = format!("{status} is no success; use 200, 202 or 204");
        return Some(("delete_status", problem));
    }
    (scenario.fill > CHATS_MAX).then(|| ("fill", too_many()))
}

fn too_many() -> String {
    format!("{CHATS_MAX} chats are the most that are staged")
}
