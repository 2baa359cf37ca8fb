use super::*;
use crate::settings::load;

/// What is said of a file that changed from the first text to the second one.
fn news(before: &str, after: &str) -> Reload {
    let home = std::env::temp_dir().join(format!("unstick-reload-{}", uuid::Uuid::new_v4()));
    let paths = Paths::under(&home);
    let file = paths.config_file();
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    fs::write(&file, before).unwrap();
    let overrides = Overrides::default();
    let read = Stamps::now(&paths, &overrides);
    let settings = load(&paths, &overrides).unwrap();
    let watch = Watch::new(&paths, overrides, &settings, read);
    fs::write(&file, after).unwrap();
    let news = watch.news();
    fs::remove_dir_all(&home).unwrap();
    news
}

/// A profile with these lines.
fn profile(lines: &str) -> String {
    format!("[profiles.acme]\nregion = \"eu-central-1\"\nclient_id = \"c\"\n{lines}\n")
}

#[test]
fn every_key_that_waits_for_a_restart_is_named_in_whichever_direction_it_changes() {
    let keys = [
        (
            "limits = { requests_per_minute = 100 }",
            "requests_per_minute",
        ),
        ("limits = { max_parallel = 1 }", "max_parallel"),
        ("limits = { canary = 2 }", "canary"),
        ("limits = { horizon_days = 30 }", "horizon_days"),
        ("allow_teardown = true", "allow_teardown"),
        ("wrap_up = \"Done\"", "wrap_up"),
        ("notifications = false", "notifications"),
        ("privacy = { default = true }", "privacy"),
        ("label = \"TEST\"", "label"),
        ("org_id = \"o\"", "org_id"),
        ("[thresholds]\nidle = \"3h\"", "thresholds"),
        ("[ui]\nsort = \"age\"", "ui"),
        ("[keys]\nplan = \"X\"", "keys"),
        ("[ui]\ncolumns = [\"id\"]", "ui"),
        ("[[view]]\nname = \"Mine\"", "view"),
    ];
    for (line, key) in keys {
        let (without, with) = (profile(""), profile(line));
        assert_eq!(news(&without, &with).later, [key], "{line}");
        assert_eq!(news(&with, &without).later, [key], "without {line}");
        let same = news(&with, &with);
        assert_eq!((same.later, same.trouble), (Vec::new(), None), "{line}");
    }
    let default = format!("default_profile = \"acme\"\n{}", profile(""));
    assert_eq!(news(&profile(""), &default).later, ["default_profile"]);
    assert_eq!(news(&default, &profile("")).later, ["default_profile"]);
    let other = "[profiles.other]\nregion = \"us-east-1\"\nclient_id = \"c\"\n";
    let both = format!("{default}{other}");
    assert_eq!(news(&default, &both).later, ["profiles"]);
    assert_eq!(news(&both, &default).later, ["profiles"]);
}

#[test]
fn what_is_wrong_is_told_once_and_nothing_of_its_section_is_taken() {
    let said = news(&profile(""), &profile("limits = { max_batch = 0 }"));
    assert!(said.trouble.unwrap().contains("config.toml:4"));
    assert_eq!((said.limits, said.later.len()), (None, 0));
    let said = news(&profile(""), &profile("[keys]\nplan = \"enter\""));
    assert!(said.trouble.unwrap().contains("pressed on purpose"));
    assert!(said.limits.is_some());
    assert!(said.later.is_empty());
    let gone = news(&profile(""), "");
    assert_eq!(gone.later, ["the profile acme is gone"]);
}
