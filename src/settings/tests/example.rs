//! The example names the program's own defaults.

use super::*;

/// The example with every line that is commented out put in force, but for those of secret-free identity.
fn example() -> String {
    let text = include_str!("../../../assets/config.example.toml");
    let lines = text.lines().map(|line| match line.strip_prefix('#') {
        Some(set) if !set.starts_with('#') => set,
        _ => line,
    });
    lines.fold(String::new(), |text, line| text + line + "\n")
}

#[test]
fn the_defaults_that_the_example_names_are_those_of_the_program() {
    let example = example();
    let bare: String = example
        .lines()
        .map(|line| {
            let is_identity = [
                "[profiles.",
                "region",
                "domain",
                "api_url",
                "login_url",
                "client_id",
                "sso",
            ]
            .iter()
            .any(|start| line.starts_with(start));
            if is_identity {
                format!("{line}\n")
            } else {
                String::new()
            }
        })
        .collect();
    let without_grant = |profile: &Profile| Profile {
        // What is no default but an example.
        org_id: None,
        wrap_up: None,
        proxy: None,
        ca_file: None,
        grant: Grant::default(),
        ..profile.clone()
    };
    let shown = Home::with(&example).load(&Overrides::default()).unwrap();
    let plain = Home::with(&bare)
        .load(&Overrides {
            profile: Some("acme-prod".to_owned()),
            ..Overrides::default()
        })
        .unwrap();
    // A pretend organisation has limits of its own.
    let real = |settings: &Settings| {
        let real = settings
            .profiles
            .iter()
            .filter(|profile| !profile.is_pretend());
        real.map(without_grant).collect::<Vec<_>>()
    };
    assert_eq!(real(&shown), real(&plain));
    assert_eq!(shown.profiles.len(), 3);
    assert_eq!(
        (shown.log_level, shown.keep_days),
        (plain.log_level, plain.keep_days)
    );
    assert_eq!(shown.ui.glyphs, Some(Glyphs::default()));
    assert_eq!((shown.ui.no_color, shown.ui.accessible), (false, false));
    assert_eq!(shown.ui.theme.as_deref(), Some("auto"));
    assert_eq!((shown.ui.mouse, shown.ui.title), (Some(true), Some(true)));
    assert_eq!(shown.ui.notify, Some(Notify::default()));
}
