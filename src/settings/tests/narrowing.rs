//! A configuration that a variable names, beside the usual one: it takes nothing away of what that says, and adds no power to it.

use jiff::SignedDuration;

use super::{Home, ONE};
use crate::settings::editing::Draft;
use crate::settings::{Overrides, Profile, Settings, reread};

/// What is in force where the usual file says `own` and the file that a variable names says `said`.
fn beside(own: &str, said: &str) -> (Home, Overrides) {
    let home = Home::with(own);
    let file = home.0.join("said.toml");
    std::fs::write(&file, said).unwrap();
    let overrides = Overrides {
        narrowing_config: Some(file),
        ..Overrides::default()
    };
    (home, overrides)
}

fn in_force(own: &str, said: &str) -> Settings {
    let (home, overrides) = beside(own, said);
    home.load(&overrides).unwrap()
}

/// The profile `acme`; the same when the configuration is read again.
fn acme(own: &str, said: &str) -> Profile {
    let (home, overrides) = beside(own, said);
    let profile = home.load(&overrides).unwrap().profiles.remove(0);
    let again = reread(&home.paths(), &overrides).unwrap();
    assert_eq!(
        again.profile("acme").as_ref(),
        Some(&profile),
        "{own} {said}"
    );
    profile
}

/// `acme` with these lines.
fn with(lines: &str) -> String {
    format!("{ONE}{lines}\n")
}

#[test]
fn no_limit_is_wider_than_the_own_profile_s_else_a_fresh_one_s() {
    let wide = "label = \"STAGE\"\nlimits = { max_batch = 500, canary = 1, max_parallel = 4, requests_per_minute = 900, max_per_hour = 900, \
                require_note = false, recent_reply = \"1m\" }";
    let tight = "label = \"STAGE\"\nlimits = { max_batch = 3, canary = 3, max_parallel = 1, requests_per_minute = 100, max_per_hour = 5, \
                 require_note = true, recent_reply = \"3h\" }";
    let figures = |own: &str, said: &str| {
        let limits = acme(own, said).limits;
        (
            (limits.max_batch, limits.canary, limits.max_parallel),
            (limits.requests_per_minute, limits.max_per_hour),
            (limits.require_note, limits.recent_reply.as_mins()),
        )
    };
    let tightest = ((3, 3, 1), (100, 5), (true, 180));
    let fresh = ((10, 1, 2), (200, 60), (false, 30));
    let widest = ((500, 1, 4), (900, 900), (false, 1));
    for (own, said, expected) in [
        (with(tight), with(wide), tightest),
        (with(tight), with(""), tightest),
        (with(wide), with(tight), tightest),
        (with(wide), with(wide), widest),
        (String::new(), with(wide), fresh),
        (String::new(), with(tight), tightest),
    ] {
        assert_eq!(figures(&own, &said), expected, "{own} {said}");
    }
    // The own file's limits for all profiles count for its profile.
    let own = format!("{ONE}[limits]\nmax_batch = 4\n");
    assert_eq!(acme(&own, &with(wide)).limits.max_batch, 4);
}

#[test]
fn another_organisation_under_the_name_is_bounded_as_a_fresh_profile_is() {
    let wide = "limits = { max_batch = 500, max_parallel = 4, require_note = false }";
    let pretend = "[profiles.acme]\napi_url = \"http://127.0.0.1:1\"\nlogin_url = \"http://127.0.0.1:1\"\nclient_id = \"c\"\n";
    let elsewhere = with(wide).replace("eu-west-1", "us-east-1");
    let other_client = with(wide).replace("\"c\"", "\"d\"");
    for (own, said) in [
        (&with(wide), &elsewhere),
        (&with(wide), &other_client),
        // What the pretend one may is nothing that a real one may.
        (&pretend.to_owned(), &with(wide)),
    ] {
        let limits = acme(own, said).limits;
        let figures = (limits.max_batch, limits.max_parallel, limits.require_note);
        assert_eq!(figures, (10, 2, true), "{own} {said}");
    }
    // What the usual file says of all profiles tightens this one, and loosens nothing.
    for (shared, max_batch) in [(4, 4), (400, 10)] {
        let own = format!("[limits]\nmax_batch = {shared}\n");
        assert_eq!(acme(&own, &with(wide)).limits.max_batch, max_batch);
    }
}

#[test]
fn a_profile_about_to_be_written_is_bounded_as_it_would_be_when_it_is_opened() {
    let own = with("org_id = \"o-1\"\nlimits = { max_batch = 3 }");
    let said = with("ca_file = \"/authorities.pem\"\nproxy = \"http://p.example:3128\"");
    let (home, overrides) = beside(&own, &said);
    let settings = home.load(&overrides).unwrap();
    let draft = Draft::of(&home.0.join("said.toml")).unwrap();
    let raw = draft.profile("acme").unwrap();
    assert!(raw.ca_file.is_some() && raw.proxy.is_some());
    assert_eq!(settings.bounded(raw), settings.profiles[0]);
    let usual = Home::with(&said).load(&Overrides::default()).unwrap();
    let profile = usual.profiles[0].clone();
    assert_eq!(usual.bounded(profile.clone()), profile);
}

#[test]
fn a_note_is_required_as_the_own_profile_says_else_where_the_label_is_prod() {
    let lax = "limits = { require_note = false }";
    let strict = "limits = { require_note = true }";
    let stage = "label = \"STAGE\"";
    for (own, said, expected) in [
        (with(""), with(lax), true),
        (with(""), with(stage), true),
        (with(lax), with(""), true),
        (with(lax), with(lax), false),
        (with(stage), with(lax), false),
        (with(stage), with(strict), true),
        (String::new(), with(lax), true),
        (String::new(), with(stage), false),
    ] {
        let profile = acme(&own, &said);
        assert_eq!(profile.limits.require_note, expected, "{own} {said}");
    }
}

#[test]
fn pin_label_privacy_and_notifications_are_the_own_profile_s() {
    let own = with(
        "org_id = \"o-1\"\nlabel = \"LIVE\"\nprivacy = { default = true }\nnotifications = true",
    );
    let said = with("org_id = \"o-2\"\nlabel = \"TEST\"\nnotifications = false");
    let profile = acme(&own, &said);
    assert_eq!(
        (profile.org_id.as_deref(), profile.label.as_str()),
        (Some("o-1"), "LIVE")
    );
    assert!(profile.privacy && profile.notifications);
    // What the own profile leaves open may be narrowed.
    let profile = acme(
        &with("notifications = false"),
        &with("org_id = \"o-2\"\nprivacy = { default = true }"),
    );
    assert_eq!(profile.org_id.as_deref(), Some("o-2"));
    assert!(profile.privacy && !profile.notifications);
    // A real organisation is never badged as a pretend one, nor the other way round.
    let pretend = "[profiles.acme]\napi_url = \"http://127.0.0.1:1\"\nlogin_url = \"http://127.0.0.1:1\"\nclient_id = \"c\"\n";
    assert_eq!(acme(pretend, ONE).label, "PROD");
    assert_eq!(acme(&own, pretend).label, "SANDBOX");
}

#[test]
fn what_is_kept_under_a_name_is_for_the_same_client_at_the_same_addresses() {
    let other_client = ONE.replace("\"c\"", "\"d\"");
    let other_place = ONE.replace("eu-west-1", "us-east-1");
    let same_by_domain = ONE.replace("region = \"eu-west-1\"", "domain = \"mypurecloud.ie\"");
    for (own, said, is_stranger) in [
        (ONE, ONE, false),
        (ONE, &same_by_domain, false),
        (ONE, &other_client, true),
        (ONE, &other_place, true),
        ("", ONE, true),
    ] {
        assert_eq!(acme(own, said).is_stranger, is_stranger, "{own} {said}");
    }
    let usual = Home::with(ONE).load(&Overrides::default()).unwrap();
    assert!(!usual.profiles[0].is_stranger);
}

#[test]
fn thresholds_and_days_are_bounded_by_the_own_file_s() {
    let own = format!(
        "{ONE}[thresholds]\nidle = \"90h\"\nlong_wait = \"6h\"\n[journal]\nkeep_days = 400\n"
    );
    for (said, idle) in [
        ("", 90),
        ("idle = \"10m\"\nlong_wait = \"5m\"", 90),
        ("idle = \"99h\"\nlong_wait = \"50h\"", 99),
    ] {
        let said = format!("{ONE}[thresholds]\n{said}\n[journal]\nkeep_days = 1\n");
        let settings = in_force(&own, &said);
        assert_eq!(
            settings.thresholds.idle,
            SignedDuration::from_hours(idle),
            "{said}"
        );
        assert_eq!(
            settings.thresholds.long_wait,
            SignedDuration::from_hours(6),
            "{said}"
        );
        assert_eq!(settings.keep_days, 400);
    }
}

#[test]
fn a_usual_file_that_cannot_be_understood_bounds_nothing_and_so_nothing_is_taken() {
    let (home, overrides) = beside(&with("limits = { max_batch = 3 }"), ONE);
    let is_wrong = || {
        reread(&home.paths(), &overrides)
            .unwrap()
            .is_wrong("profiles")
    };
    assert!(!is_wrong());
    std::fs::write(home.paths().config_file(), "[profiles.acme]\nregion = 7\n").unwrap();
    assert!(is_wrong());
    let again = reread(&home.paths(), &overrides).unwrap();
    let trouble = again.trouble_of_own().unwrap().to_string();
    assert!(trouble.contains("config.toml:2:10"), "{trouble}");
    assert!(home.load(&overrides).is_err());
}
