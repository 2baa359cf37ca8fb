//! Tokens that run out, are revoked in the middle, or stand for somebody else.

use serde_json::json;

use super::office::{ORPHAN, Office};

/// Revoked at every request in turn: one new token is fetched, and the command goes on as if nothing had been. Whoever hears by a
/// notification that it was revoked stops instead, so nobody listens here.
#[test]
fn a_token_that_is_revoked_in_the_middle_is_renewed_once_in_every_command() {
    for step in ["list", "read", "legs"] {
        let office = Office::new();
        office.profile("write = true\nnotifications = false");
        let id = office.id(ORPHAN);
        office.served.order(
            &json!({ "fault": [{ "step": step, "nth": 1, "then": { "revoke_tokens": true } }] }),
        );
        office.run(&["list"]).expect(0);
        office.run(&["show", &id]).expect(0);
        office.run(&["plan", "--filter", "kind:orphan"]).expect(0);
        office
            .run(&["terminate", "--ids", &id, "--confirm", "acme 1"])
            .expect(0);
        assert!(office.served.ended(&office.home).contains(&id), "{step}");
    }
}

/// Revoked while doctor asks: it signs in anew and says that all is well.
#[test]
fn a_token_that_is_revoked_under_doctor_costs_nothing() {
    let office = Office::new();
    let path = "/api/v2/authorization/subjects/me";
    office.served.order(
        &json!({ "fault": [{ "path": path, "nth": 1, "then": { "revoke_tokens": true } }] }),
    );
    let found = office.doctor();
    assert_eq!(found.code, 0, "{:#}", found.whole);
    found
        .says("token", "ok", "good for")
        .says("roles", "ok", "Console");
}

/// No token is good any more: every command says so and leaves with 3, and doctor still shows all the rest.
#[test]
fn a_sign_in_that_stays_refused_ends_every_command_with_the_same_words() {
    let office = Office::new();
    let id = office.id(ORPHAN);
    office.served.order(&json!({
        "revoke_tokens": true,
        "fault": [{ "step": "token", "times": 0, "status": 401, "code": "invalid_client" }],
    }));
    for arguments in [
        &["list"][..],
        &["show", &id],
        &["plan", "--filter", "kind:orphan"],
        &["terminate", "--ids", &id, "--confirm", "acme 1"],
    ] {
        office
            .run(arguments)
            .refused(3, &["sign-in refused", "client id and secret"]);
    }
    let found = office.doctor();
    assert_eq!(found.code, 3);
    found
        .says("token", "bad", "client id and secret")
        .says("organisation", "unknown", "without a sign-in")
        .says("conversation:communication:view", "unknown", "reads a chat")
        .says("journal", "ok", "none yet")
        .says("configuration", "ok", "profile acme");
    assert_eq!(office.changes(), Vec::<serde_json::Value>::new());
}

#[test]
fn a_sign_in_for_another_organisation_is_refused_everywhere() {
    let office = Office::new();
    let id = office.id(ORPHAN);
    office.served.order(&json!({ "swap_organization": true }));
    for arguments in [
        &["list"][..],
        &["terminate", "--ids", &id, "--confirm", "acme 1"],
    ] {
        office
            .run(arguments)
            .refused(5, &["stands for organisation"]);
    }
    let found = office.doctor();
    assert_eq!(found.code, 5);
    found.says("organisation", "bad", "the profile names");
    assert_eq!(office.changes(), Vec::<serde_json::Value>::new());
}

/// A token that says its scopes is held against what is needed; a program's needs none.
#[test]
fn scopes_are_held_against_what_is_needed_only_where_they_bind() {
    let office = Office::new();
    let org = office.served.welcome["org_id"].clone();
    let token = |grant: &str, scopes: &[&str]| {
        json!({
            "organization": { "id": org },
            "authorizedScope": scopes,
            "OAuthClient": { "id": "x", "name": "A person's", "authorizedGrantType": grant },
        })
    };
    let enough = [
        "analytics:readonly",
        "conversations",
        "notifications",
        "users:readonly",
        "routing:readonly",
        "web-deployments:readonly",
        "architect:readonly",
        "messaging:readonly",
        "organization:readonly",
    ];
    let mut looking = enough;
    looking[1] = "conversations:readonly";
    for (grant, scopes, word, words) in [
        ("CLIENT-CREDENTIALS", &[][..], "ok", "do not apply"),
        ("CODE", &enough, "ok", "all that are needed"),
        (
            "CODE",
            &looking,
            "warn",
            "conversations (reading and ending chats)",
        ),
        (
            "CODE",
            &enough[1..],
            "warn",
            "analytics (finding open chats)",
        ),
    ] {
        office.served.order(&json!({ "clear": true }));
        office.answers("/api/v2/tokens/me", 200, &token(grant, scopes));
        office.doctor().says("scopes", word, words);
    }
}
