//! Each way in which the two can differ, and what may only be late.

use std::sync::Arc;

use super::*;
use crate::domain::staged::{
    NOW, ago, closed, leg, recorded as record, recorded_leg as session, staged,
};

/// One agent's leg as live has it, and what analytics has.
fn compared(live: Option<Leg>, sessions: Vec<RecordedLeg>) -> Comparison {
    let staged = live
        .into_iter()
        .fold(staged(1), |staged, leg| staged.with("agent", leg));
    let recorded = Recorded {
        legs: sessions,
        ..record()
    };
    let row = staged
        .but(|staged| staged.row.listed.recorded = Some(Arc::new(recorded)))
        .read("2s");
    of(&row, NOW).unwrap()
}

fn leg_of(comparison: &Comparison) -> Option<(Difference, bool)> {
    assert_eq!(comparison.legs.len(), 1, "{comparison:#?}");
    let mismatch = comparison.legs[0].mismatch?;
    Some((mismatch.what, mismatch.may_be_late))
}

#[test]
fn every_difference_of_a_leg_is_flagged_and_what_is_alike_is_not() {
    use Difference::{NotInAnalytics, NotLive, OpenInAnalytics, OverInAnalytics};
    let over = || Some(closed("1h", "client"));
    let up = || Some(leg("connected"));
    let has = |is_over| vec![session("agent", None, is_over)];
    let flagged = |live, sessions| leg_of(&compared(live, sessions));
    assert_eq!(flagged(over(), has(false)), Some((OpenInAnalytics, false)));
    assert_eq!(flagged(up(), has(true)), Some((OverInAnalytics, false)));
    assert_eq!(flagged(up(), vec![]), Some((NotInAnalytics, false)));
    assert_eq!(flagged(None, has(false)), Some((NotLive, false)));
    assert_eq!(flagged(over(), has(true)), None);
    assert_eq!(flagged(up(), has(false)), None);
}

#[test]
fn what_ended_within_analytics_lag_may_only_be_late() {
    let late = |before| {
        let live = Some(closed(before, "client"));
        leg_of(&compared(live, vec![session("agent", None, false)]))
    };
    let open = Difference::OpenInAnalytics;
    assert_eq!(late("29m"), Some((open, true)));
    assert_eq!(late("31m"), Some((open, false)));
}

#[test]
fn what_was_not_read_or_not_asked_for_disagrees_with_nothing() {
    let mut row = staged(1).with("agent", leg("connected")).read("2s");
    assert!(!of(&row, NOW).unwrap().is_at_odds());
    row.reading = None;
    assert_eq!(of(&row, NOW), None);
    row.listed.recorded = Some(Arc::new(record()));
    assert!(!of(&row, NOW).unwrap().is_at_odds());
    row.beside.missing_since = Some(ago("1s"));
    let missing = of(&row, NOW).unwrap();
    assert_eq!(missing.whole.mismatch.unwrap().what, Difference::NotLive);
}
