//! What rules and guards make of a row: which fit, what they raise, what they forbid, what they never allow. Guards, and how
//! both are worded, have files of their own.

mod guards;
mod words;

use super::*;
use crate::domain::conversation::Side;
use crate::domain::guard::{Terms, admit};
use crate::domain::plan::Choices;
use crate::domain::staged::{NOW, Staged, alone, closed, leg, live, orphan, staged};
use crate::domain::text::Text;

pub(super) fn rule(name: &str, when: &str, severity: Option<Severity>, power: Power) -> Rule {
    let wording = Wording {
        name,
        when,
        severity,
        power: Some(power),
        hint: None,
    };
    Rule::new(&wording).unwrap()
}

pub(super) fn guard(name: &str, when: &str) -> Guard {
    let wording = Wording {
        name,
        when,
        severity: None,
        power: Some(Power::Never),
        hint: None,
    };
    Guard::new(&wording).unwrap()
}

fn under(row: Row, rules: Vec<Rule>, guards: Vec<Guard>) -> Row {
    row.under(Some(Arc::new(Rules::new(rules, guards, TimeZone::UTC))))
}

fn planned(row: &Row, is_bulk: bool) -> Result<Kind, String> {
    let choices = Choices::default();
    let terms = Terms {
        choices: &choices,
        from_filter: is_bulk,
        max_batch: 10,
        allow_teardown: false,
        escalated: &[],
        now: NOW,
        max_read_age: None,
        still_matches: None,
    };
    let admitted = admit(row, is_bulk, &terms).map_err(|why| why.reason);
    admitted.map(|item| item.kind)
}

/// An orphan of the VIP desk.
fn vip() -> Staged {
    orphan(7).party("acd", closed("5h", "transfer"), |party| {
        party.queue = Some(Text::clean("VIP Desk"));
    })
}

#[test]
fn the_gravest_rule_comes_first_then_the_order_of_the_file_and_all_are_told() {
    let rules = vec![
        rule("mild", "kind:orphan", Some(Severity::Watch), Power::Allow),
        rule("first", "kind:orphan", Some(Severity::Stuck), Power::Allow),
        rule("silent", "kind:orphan", None, Power::Allow),
        rule("second", "agent:on", Some(Severity::Stuck), Power::Allow),
        rule("other", "kind:idle", Some(Severity::Stuck), Power::Allow),
    ];
    let row = under(orphan(1).read("2s"), rules, Vec::new());
    let names: Vec<&str> = row
        .caught(NOW)
        .iter()
        .map(|rule| rule.name.as_str())
        .collect();
    assert_eq!(names, ["first", "second", "mild", "silent"]);
}

#[test]
fn a_rule_raises_how_grave_a_chat_is_and_never_lowers_it() {
    let raise = |severity| vec![rule("r", "age>1h", Some(severity), Power::Allow)];
    let fresh = under(live(1).read("2s"), raise(Severity::Stale), Vec::new());
    assert_eq!(fresh.severity(NOW), Severity::Stale);
    let stuck = under(orphan(1).read("2s"), raise(Severity::Watch), Vec::new());
    assert_eq!(stuck.severity(NOW), Severity::Stuck);
}

#[test]
fn no_rule_lets_a_chat_be_ended_that_its_kind_does_not() {
    let rules = vec![rule("mine", "age>1h", Some(Severity::Stuck), Power::Allow)];
    let row = under(live(1).read("2s"), rules.clone(), Vec::new());
    assert!(planned(&row, false).is_err() && planned(&row, true).is_err());
    let row = under(alone(1).read("2s"), rules, Vec::new());
    assert!(planned(&row, true).unwrap_err().contains("one at a time"));
}

#[test]
fn what_any_rule_forbids_is_forbidden_whatever_a_graver_one_allows() {
    let rules = vec![
        rule("grave", "kind:orphan", Some(Severity::Stuck), Power::Allow),
        rule(
            "careful",
            "kind:orphan",
            Some(Severity::Watch),
            Power::Never,
        ),
    ];
    let row = under(orphan(1).read("2s"), rules, Vec::new());
    assert_eq!(planned(&row, false), Err("rule careful".to_owned()));
}

#[test]
fn the_filter_asks_for_rules_by_name_and_for_what_they_raise() {
    let rules = vec![rule("old", "age>1h", Some(Severity::Stuck), Power::Allow)];
    let truth = |filter: &str, row: &Row| {
        let query: Query = filter.parse().unwrap();
        let around = Surroundings {
            now: NOW,
            zone: &TimeZone::UTC,
            is_marked: &|_| false,
            is_changed: &|_| false,
            horizon: &Horizon::default(),
        };
        query.truth(row, &around)
    };
    let read = under(live(1).read("2s"), rules.clone(), Vec::new());
    assert_eq!(truth("rule:old", &read), Truth::True);
    assert_eq!(truth("rule:young", &read), Truth::False);
    assert_eq!(truth("is:stuck", &read), Truth::True);
    assert_eq!(truth("is:fresh", &read), Truth::False);
    // Of an unread chat the list tells its age: what that alone says is known.
    let unread = under(live(1).row, rules, Vec::new());
    assert_eq!(truth("rule:old", &unread), Truth::True);
    assert_eq!(truth("rule:young", &unread), Truth::Unknown);
    assert_eq!(truth("is:stuck", &unread), Truth::True);
    assert_eq!(truth("is:stale", &unread), Truth::False);
    let bare = live(1).row;
    assert_eq!(truth("is:stuck", &bare), Truth::Unknown);
}

#[test]
fn warnings_are_counted_by_chat_and_named_once() {
    let rules = vec![
        rule("a", "kind:orphan", None, Power::Warn),
        rule("b", "agent:on", None, Power::Warn),
    ];
    let rows = [
        under(orphan(1).read("2s"), rules.clone(), Vec::new()),
        under(orphan(2).read("2s"), rules.clone(), Vec::new()),
        under(alone(3).read("2s"), rules, Vec::new()),
    ];
    let words = warned(rows.iter().cloned(), NOW);
    assert_eq!(words.as_deref(), Some("2 warned of by a, b"));
    assert_eq!(planned(&rows[0], true), Ok(Kind::Orphan));
    assert_eq!(warned([orphan(1).read("2s")].into_iter(), NOW), None);
}

#[test]
fn a_roster_hands_its_rules_to_every_row_however_it_came() {
    use crate::domain::roster::{Listed, Roster};
    let rules = Arc::new(Rules::new(
        Vec::new(),
        vec![guard("g", "age>1s")],
        TimeZone::UTC,
    ));
    let mut roster = Roster::default();
    let listed = |number| orphan(number).row.listed;
    roster.absorb_page(&[listed(1)]);
    roster.follow(Some(rules));
    roster.absorb_page(&[listed(2)]);
    let expected = Listed::new(listed(3).id, listed(3).started);
    roster.expect(expected.id, NOW);
    let reading = orphan(4).read("2s").reading.unwrap();
    roster.absorb_reading(listed(4).id, &reading);
    assert_eq!(roster.len(), 4);
    assert!(roster.rows().all(|row| row.rules.is_some()));
    roster.follow(None);
    assert!(roster.rows().all(|row| row.rules.is_none()));
}
