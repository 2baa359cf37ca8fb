//! The bounds of every figure, and that a file that can only narrow gives nothing up sooner.

use super::*;

fn said(text: &str) -> Result<ThresholdsEntry, String> {
    toml::from_str(text).map_err(|error| error.message().to_owned())
}

#[test]
fn every_span_has_its_least_and_none_is_over_sixty_days() {
    let table = [
        ("live", 300),
        ("stubborn", 10),
        ("astray", 1_800),
        ("gone", 60),
        ("overdue", 60),
        ("timer", 60),
        ("wrap_up", 60),
        ("alert_slack", 10),
        ("transfer", 60),
        ("away", 600),
        ("idle_us", 300),
        ("idle", 300),
        ("long_wait", 300),
        ("bot_loop", 300),
        ("no_show", 300),
        ("alone", 300),
    ];
    for (key, least) in table {
        let span = |seconds: i64| said(&format!("{key} = \"{seconds}s\""));
        for seconds in [least, 60 * 86_400] {
            assert!(span(seconds).is_ok(), "{key} = {seconds}s");
        }
        for seconds in [least - 1, 0, -least, 60 * 86_400 + 1] {
            let why = span(seconds).unwrap_err();
            assert!(why.contains("out of bounds"), "{key} = {seconds}s: {why}");
        }
    }
    for (count, is_allowed) in [(1, false), (2, true), (100, true), (101, false)] {
        assert_eq!(said(&format!("unanswered = {count}")).is_ok(), is_allowed);
    }
}

#[test]
fn a_file_that_can_only_narrow_gives_nothing_up_sooner() {
    let shipped = Thresholds::default();
    let hasty = "live = '5m'\nastray = '30m'\ngone = '1m'\noverdue = '1m'\ntimer = '1m'\nwrap_up = '1m'\nalert_slack = '10s'
transfer = '1m'\naway = '10m'\nidle_us = '5m'\nidle = '5m'\nlong_wait = '5m'\nbot_loop = '5m'\nno_show = '5m'\nalone = '5m'
unanswered = 2\nstubborn = '2m'";
    let hasty = said(hasty).unwrap();
    assert_eq!(hasty.narrowed(&shipped), shipped);
    assert_eq!(hasty.in_force().away, SignedDuration::from_mins(10));
    let patient = said("away = '2h'\nastray = '1h'\nstubborn = '30s'").unwrap();
    assert_eq!(patient.narrowed(&shipped), patient.in_force());
    assert_ne!(patient.narrowed(&shipped), shipped);
    // Who waits longer may be taken for somebody who was left alone.
    let long = said("long_wait = '9h'").unwrap();
    assert_eq!(long.narrowed(&shipped), shipped);
}

#[test]
fn the_usual_file_s_own_figures_are_the_bounds() {
    let own = "live = '55m'\nastray = '5h'\ngone = '9h'\noverdue = '9h'\ntimer = '9h'\nwrap_up = '9h'\nalert_slack = '9h'
transfer = '9h'\naway = '9h'\nidle_us = '9h'\nidle = '90h'\nlong_wait = '9h'\nbot_loop = '90h'\nno_show = '90h'\nalone = '90h'
unanswered = 90\nstubborn = '15s'";
    let own = said(own).unwrap().in_force();
    let nothing = ThresholdsEntry::default();
    assert_eq!(nothing.narrowed(&own), own);
    let shipped = Thresholds::default();
    for (what, is_other) in [
        ("live", own.live != shipped.live),
        ("stubborn", own.stubborn != shipped.stubborn),
        ("idle", own.idle != shipped.idle),
        ("unanswered", own.unanswered != shipped.unanswered),
    ] {
        assert!(is_other, "{what}");
    }
    for long_wait in ["5m", "20h"] {
        let other = said(&format!("long_wait = '{long_wait}'")).unwrap();
        assert_eq!(other.narrowed(&own), own, "{long_wait}");
    }
}
