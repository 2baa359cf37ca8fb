//! Doctor without anybody to ask: no profile, too many, a broken file, no secret, an open one, a wrong one. All the rest is looked at.

use super::office::{Findings, Office};
use crate::support::{Home, Ran};

fn doctor(home: &Home) -> Findings {
    Findings::of(&home.run(&["doctor", "--json"]))
}

#[test]
fn with_no_profile_it_says_so_lists_what_will_be_needed_and_checks_the_rest() {
    let home = Home::new();
    let found = doctor(&home);
    assert_eq!(found.code, 0);
    found
        .says("profile", "warn", "signed out")
        .says("token", "unknown", "signed out")
        .says(
            "conversation:communication:disconnect",
            "unknown",
            "ends legs",
        )
        .says("journal", "ok", "none yet")
        .says("log", "ok", "unstick.log")
        .says("size", "unknown", "no terminal here");
    assert!(
        !home.path("home/data").exists(),
        "nothing was made but the log"
    );
}

#[test]
fn settings_that_cannot_be_used_are_bad_and_leave_with_two() {
    for (text, check, words) in [
        (
            "[profiles.a]\nregio = \"eu-west-1\"\n",
            "configuration",
            "regio",
        ),
        ("default_profile = 7\n", "configuration", "config.toml:1"),
        (
            "[profiles.a]\nregion = \"eu-west-1\"\nclient_id = \"c\"\n[profiles.b]\nregion = \"eu-west-1\"\nclient_id = \"c\"\n",
            "profile",
            "several profiles (a, b)",
        ),
        (
            "[profiles.a]\nregion = \"eu-west-1\"\nclient_id = \"c\"\n",
            "secret",
            "there is no secret for profile `a`",
        ),
    ] {
        let home = Home::new();
        home.write("home/config/config.toml", text);
        let found = doctor(&home);
        assert_eq!(found.code, 2, "{text}: {:#}", found.whole);
        found
            .says(check, "bad", words)
            .says("token", "unknown", "see above")
            .says("journal", "ok", "none yet");
    }
}

#[test]
#[cfg(unix)]
fn where_the_secret_comes_from_is_said_and_a_file_that_others_can_read_is_refused() {
    use std::os::unix::fs::PermissionsExt as _;
    let office = Office::new();
    let secret = office.served.welcome["client_secret"].as_str().unwrap();
    office
        .doctor()
        .says("secret", "ok", "from UNSTICK_CLIENT_SECRET");
    let file = office.home.write("home/config/secrets/acme", secret);
    for (mode, word, words, code) in [
        (0o600, "ok", "mode 0600", 0),
        (0o644, "bad", "can be read by others", 2),
    ] {
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(mode)).unwrap();
        let found = doctor(&office.home);
        assert_eq!(found.code, code, "{:#}", found.whole);
        found.says("secret", word, words);
        assert!(!found.whole.to_string().contains(secret));
    }
}

#[test]
fn a_wrong_secret_is_a_refused_sign_in_with_three() {
    let office = Office::new();
    let mut command = office.home.command(&["doctor", "--json"]);
    command.env("UNSTICK_CLIENT_SECRET", "not-this-one");
    let found = Findings::of(&Ran::of(&command.output().unwrap()));
    assert_eq!(found.code, 3);
    found
        .says("token", "bad", "sign-in refused")
        .says("secret", "ok", "from UNSTICK_CLIENT_SECRET")
        .says("journal", "ok", "none yet");
    assert!(!found.whole.to_string().contains("not-this-one"));
}

#[test]
fn the_sandbox_is_examined_like_any_other() {
    let home = Home::new();
    let found = Findings::of(&home.run(&["doctor", "--json", "--sandbox=kinds"]));
    assert_eq!(found.code, 0, "{:#}", found.whole);
    assert_eq!(found.named("bad"), [""; 0]);
    found
        .says("profile", "ok", "pretend")
        .says("requests a minute", "ok", "300 allowed")
        .says("notifications", "ok", "can be listened to");
}

#[test]
fn a_pinned_organisation_is_confirmed_and_one_that_is_not_pinned_is_offered() {
    let office = Office::new();
    office.doctor().says("organisation", "ok", "as pinned");
    let file = office.home.path("home/config/config.toml");
    let text = std::fs::read_to_string(&file).unwrap();
    let without: Vec<&str> = text
        .lines()
        .filter(|line| !line.starts_with("org_id"))
        .collect();
    std::fs::write(&file, without.join("\n")).unwrap();
    let id = office.served.welcome["org_id"].as_str().unwrap().to_owned();
    office
        .doctor()
        .says("organisation", "warn", &format!("org_id = \"{id}\""));
}
