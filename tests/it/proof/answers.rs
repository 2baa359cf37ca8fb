//! Doctor at a platform that answers badly, slowly or not at all: each check stands alone, and nothing takes long.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::office::{Findings, Office};

/// Every question of doctor fails in turn; the others are answered all the same.
#[test]
fn one_question_that_fails_hides_no_other() {
    let office = Office::new();
    let healthy = office.doctor();
    let all = healthy.whole["checks"].as_array().unwrap().len();
    for (path, check, code) in [
        ("/api/v2/organizations/me", "organisation", 4),
        ("/api/v2/tokens/me", "OAuth client", 0),
        ("/api/v2/authorization/subjects/me", "roles", 0),
        (
            "/api/v2/analytics/conversations/details/query",
            "analytics:conversationDetail:view",
            0,
        ),
        ("/api/v2/notifications/availabletopics", "notifications", 0),
    ] {
        for trouble in [
            json!({ "status": 503 }),
            json!({ "body_like": "captive-portal", "status": 200 }),
            json!({ "body_like": "unfinished", "status": 200 }),
            json!({ "drop": true }),
        ] {
            let mut fault = trouble.clone();
            fault["path"] = json!(path);
            fault["times"] = json!(0);
            office.served.order(&json!({ "clear": true }));
            office.served.order(&json!({ "fault": [fault] }));
            let found = office.doctor();
            let named = found.whole["checks"].as_array().unwrap().len();
            assert!(named + 2 >= all, "{path} {trouble}: {:#}", found.whole);
            let is_well = found.check(check)["word"] == "ok";
            // Roles promise what the list could not show.
            let is_promised = check == "analytics:conversationDetail:view";
            assert!(
                !is_well || is_promised,
                "{path} {trouble}: {:#}",
                found.whole
            );
            assert_eq!(found.code, code, "{path} {trouble}: {:#}", found.whole);
            found.says("token", "ok", "good for");
        }
    }
}

/// Answers that never end are given up, one and all, and the command leaves soon.
#[test]
fn a_platform_that_never_answers_keeps_doctor_only_seconds() {
    let office = Office::new();
    office
        .served
        .order(&json!({ "fault": [{ "path": "/api/v2/", "times": 0, "hold": true }] }));
    let since = Instant::now();
    let found = office.doctor();
    assert!(
        since.elapsed() < Duration::from_secs(40),
        "{:?}",
        since.elapsed()
    );
    assert_eq!(found.code, 4);
    found
        .says("token", "ok", "good for")
        .says("organisation", "bad", "no answer in time")
        .says("journal", "ok", "none yet");
}

/// After a 429 that asks for a minute's silence doctor does not wait it out.
#[test]
fn a_platform_that_asks_for_silence_is_not_waited_for() {
    let office = Office::new();
    office.served.order(&json!({ "fault": [{
        "path": "/api/v2/organizations/me", "times": 0, "status": 429, "retry_after": 60,
    }] }));
    let since = Instant::now();
    let found = office.doctor();
    assert!(
        since.elapsed() < Duration::from_secs(45),
        "{:?}",
        since.elapsed()
    );
    found.says("organisation", "bad", "429 rate limited");
}

/// Nothing listens any more: it is said at the sign-in, with 4, and the rest is looked at.
#[test]
fn an_organisation_out_of_reach_leaves_the_rest_to_be_seen() {
    let mut office = Office::new();
    office.served.child.kill().unwrap();
    office.served.child.wait().unwrap();
    let found = office.doctor();
    assert_eq!(found.code, 4);
    found
        .says("token", "bad", "unreachable")
        .says("clock", "unknown", "no answer was dated")
        .says("its place", "ok", "MB free");
}

/// What doctor sends is only what asks; and it says nothing that is secret, in either form.
#[test]
fn doctor_only_asks_and_says_no_secret() {
    let office = Office::new();
    let secret = office.served.welcome["client_secret"].as_str().unwrap();
    for arguments in [
        &["doctor"][..],
        &["doctor", "--json"],
        &["doctor", "--glyphs", "ascii"],
    ] {
        let ran = office.run(arguments).expect(0);
        assert!(!ran.stdout.contains(secret) && !ran.stderr.contains(secret));
        assert!(!ran.stdout.to_lowercase().contains("bearer"));
    }
    let plain = office.run(&["doctor", "--glyphs", "ascii"]);
    let own: String = plain
        .stdout
        .lines()
        .filter(|line| line.contains("token "))
        .collect();
    assert!(own.is_ascii() && own.starts_with("+ ok"), "{own}");
    assert_eq!(office.changes(), Vec::<Value>::new());
    let asked = office.served.told("requests");
    let is_harmless = |one: &Value| {
        one["method"] == "GET"
            || one["path"] == "/oauth/token"
            || one["path"] == "/api/v2/analytics/conversations/details/query"
    };
    assert!(asked.iter().all(is_harmless), "{asked:#?}");
    assert!(asked.len() < 40, "{} requests for three looks", asked.len());
}

/// Ids are shortened for people and whole for support; what lies beside the journal is told.
#[test]
fn text_shortens_ids_and_json_keeps_them_whole() {
    let office = Office::new();
    let id = office.served.welcome["org_id"].as_str().unwrap().to_owned();
    let text = office.run(&["doctor"]).expect(0).stdout;
    assert!(text.contains(&id[..8]) && !text.contains(&id), "{text}");
    let found = office.doctor();
    assert_eq!(found.check("organisation")["detail"]["id"], id);
}

/// A run whose `legs` were refused because the token may not touch other people's legs is remembered by the journal and told here.
#[test]
fn legs_of_others_that_were_refused_once_are_remembered_for_this_client() {
    let office = Office::on("legs_of_others = false", "");
    office.doctor().says("journal", "ok", "none yet");
    let id = office.id(super::office::ORPHAN);
    office.terminate(&id, &[]).expect(0);
    office
        .doctor()
        .says("legs of others", "warn", "closed to this client")
        .says("journal", "ok", "1 runs");
    // Of another client nothing of the kind is known; only so many runs are looked at.
    let other = json!({ "organization": { "id": office.served.welcome["org_id"] }, "OAuthClient": { "id": "another", "name": "n" } });
    office.answers("/api/v2/tokens/me", 200, &other);
    office.doctor().says(
        "legs of others",
        "ok",
        "not refused to this client in the newest 50",
    );
    // Nobody can tell whose runs are meant.
    let file = office.home.path("home/config/config.toml");
    let text = std::fs::read_to_string(&file).unwrap();
    let pin = format!(
        "org_id = \"{}\"\n",
        office.served.welcome["org_id"].as_str().unwrap()
    );
    std::fs::write(&file, text.replace(&pin, "")).unwrap();
    office.answers("/api/v2/organizations/me", 500, &json!({}));
    office
        .doctor()
        .says("legs of others", "unknown", "which organisation");
}

/// A journal that is damaged, one that somebody holds, one that was left behind locked.
#[test]
fn the_journal_is_looked_at_without_being_touched() {
    let office = Office::new();
    let id = office.id(super::office::ORPHAN);
    office.terminate(&id, &[]).expect(0);
    let journal = office.home.path("home/data/journal.db");
    let lock = journal.with_extension("lock");
    std::fs::write(&lock, format!("pid {} on here", std::process::id())).unwrap();
    office.doctor().says("its lock", "warn", "held by pid");
    std::fs::write(&lock, "pid 2147483647 on here").unwrap();
    office.doctor().says("its lock", "ok", "left behind");
    std::fs::write(
        &journal,
        b"this is no database, and it is long enough to be looked at",
    )
    .unwrap();
    let found: Findings = office.doctor();
    assert_eq!(found.code, 2);
    assert_eq!(found.check("journal")["word"], "bad");
    found.says("token", "ok", "good for");
}
