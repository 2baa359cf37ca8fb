use std::path::PathBuf;

use super::*;
use crate::domain::rules::Power;

mod example;
mod narrowing;

/// A folder of its own that goes with the test.
pub(super) struct Home(pub(super) PathBuf);

impl Home {
    pub(super) fn new() -> Self {
        let folder =
            std::env::temp_dir().join(format!("unstick-settings-{}", uuid::Uuid::new_v4()));
        std::fs::create_dir_all(folder.join("config/secrets")).unwrap();
        Self(folder)
    }

    fn with(config: &str) -> Self {
        let home = Self::new();
        std::fs::write(home.paths().config_file(), config).unwrap();
        home
    }

    pub(super) fn paths(&self) -> Paths {
        Paths::under(&self.0)
    }

    fn load(&self, overrides: &Overrides) -> Result<Settings, SettingsError> {
        load(&self.paths(), overrides)
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn profile_of(config: &str, overrides: &Overrides) -> Profile {
    match Home::with(config).load(overrides).unwrap().chosen {
        Chosen::Profile(profile) => *profile,
        Chosen::Sandbox => panic!("the sandbox was chosen"),
    }
}

const ONE: &str = "[profiles.acme]\nregion = \"eu-west-1\"\nclient_id = \"c\"\n";

#[test]
fn a_fresh_real_profile_may_do_little() {
    let profile = profile_of(ONE, &Overrides::default());
    assert_eq!(profile.api_url().as_str(), "https://api.mypurecloud.ie");
    assert_eq!(profile.login_url().as_str(), "https://login.mypurecloud.ie");
    assert!(!profile.write && !profile.allow_teardown && !profile.is_pretend());
    assert!(profile.notifications);
    let silent = format!("{ONE}notifications = false\n");
    assert!(!profile_of(&silent, &Overrides::default()).notifications);
    assert_eq!(
        (profile.label.as_str(), profile.limits),
        ("PROD", Limits::REAL)
    );
}

#[test]
fn a_limit_of_the_profile_goes_before_one_of_the_file_and_that_before_the_default() {
    let config = format!(
        "{ONE}label = \"STAGE\"\nlimits = {{ max_batch = 50 }}\n[limits]\nmax_batch = 20\nmax_parallel = 3\nrecent_reply = \"2h\"\n"
    );
    let limits = profile_of(&config, &Overrides::default()).limits;
    assert_eq!(
        (limits.max_batch, limits.max_parallel, limits.canary),
        (50, 3, 1)
    );
    assert_eq!(limits.recent_reply.as_hours(), 2);
    assert!(
        !limits.require_note,
        "a note is required where the label is PROD"
    );
}

#[test]
fn a_loopback_profile_is_always_badged_sandbox() {
    let config = "[profiles.local]\napi_url = \"http://127.0.0.1:8080\"\nlogin_url = \"http://127.0.0.1:8080/\"\nclient_id = \"c\"\nlabel = \"PROD\"\n";
    let profile = profile_of(config, &Overrides::default());
    assert!(profile.is_pretend() && !profile.write);
    assert_eq!(
        (profile.label.as_str(), profile.limits),
        ("SANDBOX", Limits::SANDBOX)
    );
}

#[test]
fn the_profile_is_the_named_the_default_the_only_or_the_sandbox() {
    let two = format!("{ONE}[profiles.other]\ndomain = \"usw2.pure.cloud\"\nclient_id = \"d\"\n");
    let with_default = format!("default_profile = \"other\"\n{two}");
    let named = |name: &str| Overrides {
        profile: Some(name.to_owned()),
        ..Overrides::default()
    };
    assert_eq!(profile_of(ONE, &Overrides::default()).name, "acme");
    assert_eq!(
        profile_of(&with_default, &Overrides::default()).name,
        "other"
    );
    assert_eq!(profile_of(&with_default, &named("acme")).name, "acme");
    assert_eq!(
        Home::new().load(&Overrides::default()).unwrap().chosen,
        Chosen::Sandbox
    );
    assert_eq!(
        Home::with(&two).load(&named("sandbox")).unwrap().chosen,
        Chosen::Sandbox
    );
    let error = Home::with(&two).load(&Overrides::default()).unwrap_err();
    assert!(error.to_string().contains("acme, other"), "{error}");
    let error = Home::with(&two).load(&named("acne")).unwrap_err();
    assert!(
        error.to_string().contains("Did you mean `acme`?"),
        "{error}"
    );
    let contradiction = Overrides {
        sandbox: true,
        ..named("acme")
    };
    let error = Home::with(&two).load(&contradiction).unwrap_err();
    assert!(matches!(error, SettingsError::Contradiction(_)));
}

#[test]
#[expect(clippy::too_many_lines, reason = "a table of cases")]
fn what_is_wrong_is_named_with_its_place_and_the_mend() {
    let cases = [
        (
            "[profiles.a]\nregoin = \"x\"\n",
            "config.toml:2:1: unknown key `regoin`. Did you mean `region`?",
        ),
        (
            "[limits]\nmax_bach = 1\n",
            "config.toml:2:1: unknown key `max_bach`. Did you mean `max_batch`?",
        ),
        (
            "[[rule]]\nname = \"x\"\nwhenn = \"y\"\n",
            "config.toml:3:1: unknown key `whenn`. Did you mean `when`?",
        ),
        (
            "[[guard]]\nname = \"x\"\nwhen = \"y\"\nterminate = \"nevr\"\n",
            "Did you mean `never`?",
        ),
        ("[uii]\n", "unknown key `uii`. Did you mean `ui`?"),
        (
            "zzzzzzzz = 1\n",
            "unknown key `zzzzzzzz`. Known here: default_profile",
        ),
        (
            "[limits]\nmax_parallel = 9\n",
            "config.toml:2:16: 9 is out of bounds: from 1 to 4",
        ),
        ("[limits]\nrecent_reply = \"soon\"\n", "`30m`"),
        (
            "[profiles.a]\nregion = \"eu-west-9\"\nclient_id = \"c\"\n",
            "there is no region `eu-west-9`. Did you mean `eu-west-",
        ),
        (
            "[profiles.a]\ndomain = \"mypurecloud.com.evil.io\"\nclient_id = \"c\"\n",
            "not a domain of Genesys Cloud",
        ),
        (
            "[profiles.a]\napi_url = \"https://evil.io\"\nlogin_url = \"http://127.0.0.1:1\"\nclient_id = \"c\"\n",
            "not an address",
        ),
        (
            "[profiles.a]\napi_url = \"http://127.0.0.1:1\"\nclient_id = \"c\"\n",
            "belong together",
        ),
        (
            "[profiles.a]\nregion = \"eu-west-1\"\ndomain = \"mypurecloud.ie\"\nclient_id = \"c\"\n",
            "in two ways",
        ),
        (
            "[profiles.a]\nclient_id = \"c\"\n",
            "config.toml:1:1: profile `a`: it does not say where it is",
        ),
        (
            "[profiles.a]\nregion = \"eu-west-1\"\n",
            "`client_id` is missing",
        ),
        (
            "[profiles.sandbox]\nregion = \"eu-west-1\"\nclient_id = \"c\"\n",
            "built-in profile",
        ),
        (
            "[profiles.\"..\"]\nregion = \"eu-west-1\"\nclient_id = \"c\"\n",
            "begins with a letter or a digit",
        ),
        (
            "[profiles.a]\nregion = \"eu-west-1\"\nclient_id = \"c\"\ngrant = \"cod\"\n",
            "unknown value `cod`. Did you mean `code`?",
        ),
        (
            "[profiles.a]\nsso = { org = \"o\" }\n",
            "missing field `provider`",
        ),
        (
            "[profiles.\"Prod 1\"]\nregion = \"eu-west-1\"\nclient_id = \"c\"\n",
            "a name has",
        ),
        (
            "[profiles.a]\nregion = \"eu-west-1\"\nclient_id = \"c\"\nlabel = \"SANDBOX\"\n",
            "belongs to pretend",
        ),
        ("[profiles.a]\nwrite = \"yes\"\n", "config.toml:2:9: "),
        ("[profiles.a\n", "config.toml:1:12: "),
        ("[keys]\nmark = 7\n", "config.toml:2:8: a key is a text"),
        (
            "[keys]\nkitty = \"k\"\n",
            "config.toml:2:10: `kitty` is true or false",
        ),
        (
            "log_level = \"inof\"\n",
            "config.toml:1:13: unknown value `inof`. Did you mean `info`?",
        ),
        (
            "[profiles.a]\nclient_secret = \"s3cr3t\"\n",
            "config.toml:2:1: `client_secret` does not belong in this file",
        ),
        ("default_profile = \"x\"\n", "there is no profile `x`"),
    ];
    for (config, expected) in cases {
        let error = Home::with(config)
            .load(&Overrides::default())
            .unwrap_err()
            .to_string();
        assert!(error.contains(expected), "{config:?} gave {error:?}");
    }
}

#[test]
fn every_documented_section_is_accepted() {
    let config = format!(
        "log_level = \"debug\"\n{ONE}org_id = \"o\"\nwrite = true\nallow_teardown = true\nwrap_up = \"Closed\"\nprivacy = {{ default = true }}\n\
         [ui]\ntheme = \"dark\"\nglyphs = \"ascii\"\ncolumns = [\"age\"]\n[keys]\nkitty = true\nrefresh = \"r\"\nmark = [\"space\", \"m\"]\n\
         [[view]]\nname = \"stuck\"\nfilter = \"is:stuck\"\n[[rule]]\nname = \"night-desk\"\nwhen = \"kind:alone\"\nseverity = \"stuck\"\nterminate = \"warn\"\nhint = \"h\"\n\
         [[guard]]\nname = \"vip\"\nwhen = 'queue:\"VIP\"'\nterminate = \"never\"\n"
    );
    let settings = Home::with(&config).load(&Overrides::default()).unwrap();
    let profile = &settings.profiles[0];
    assert!(profile.write && profile.allow_teardown && profile.privacy);
    assert_eq!(profile.wrap_up.as_deref(), Some("Closed"));
    assert_eq!(settings.log_level, LogLevel::Debug);
    assert_eq!(settings.ui.glyphs, Some(Glyphs::Ascii));
    assert_eq!(
        settings.keys[0],
        ("mark".to_owned(), vec!["space".to_owned(), "m".to_owned()])
    );
    assert!(settings.kitty);
    let rules = settings.rules.unwrap();
    assert_eq!((settings.views.len(), rules.rules().len()), (1, 1));
    assert_eq!(rules.guards()[0].power, Power::Never);
}

#[test]
fn variables_can_only_narrow() {
    let wide = format!(
        "{ONE}write = true\nallow_teardown = true\nlimits = {{ max_batch = 500, max_parallel = 1, require_note = false }}\n"
    );
    let home = Home::with(&wide);
    let config = home.paths().config_file().into_os_string();
    let variable = |name: &str| (name == "UNSTICK_CONFIG").then(|| config.clone());
    let overrides = Overrides::default().with_environment(variable).unwrap();
    let elsewhere = Home::new();
    let settings = elsewhere.load(&overrides).unwrap();
    let profile = &settings.profiles[0];
    assert!(!profile.write && !profile.allow_teardown);
    assert_eq!(
        (profile.limits.max_batch, profile.limits.max_parallel),
        (10, 1)
    );
    let read_only = |name: &str| (name == "UNSTICK_READ_ONLY").then(|| "1".into());
    let overrides = Overrides {
        write: true,
        ..Overrides::default()
    };
    assert!(home.load(&overrides).unwrap().profiles[0].write);
    let overrides = overrides.with_environment(read_only).unwrap();
    assert!(!home.load(&overrides).unwrap().profiles[0].write);
    let every = |name: &str| name.starts_with("UNSTICK_WRITE").then(|| "1".into());
    assert!(!Overrides::default().with_environment(every).unwrap().write);
    let level = |name: &str| (name == "UNSTICK_LOG_LEVEL").then(|| "inof".into());
    let error = Overrides::default().with_environment(level).unwrap_err();
    assert!(error.to_string().contains("`info`"), "{error}");
}

#[test]
fn write_is_for_the_profile_that_is_opened_and_the_others_stay_as_the_file_says() {
    let two = format!("{ONE}\n[profiles.other]\nregion = \"eu-central-1\"\nclient_id = \"c\"\n");
    let home = Home::with(&two);
    let overrides = Overrides {
        profile: Some("other".to_owned()),
        write: true,
        ..Overrides::default()
    };
    let settings = home.load(&overrides).unwrap();
    let Chosen::Profile(chosen) = &settings.chosen else {
        panic!("a profile");
    };
    assert!(chosen.write);
    let writes = |name: &str| settings.profile(name).unwrap().write;
    assert!(writes("other"));
    let own = settings.profiles.iter().find(|one| one.name != "other");
    assert!(!own.unwrap().write);
}

#[test]
fn a_file_that_was_named_and_is_not_there_is_an_error() {
    let home = Home::new();
    let overrides = Overrides {
        config: Some(home.0.join("nowhere.toml")),
        ..Overrides::default()
    };
    let error = home.load(&overrides).unwrap_err().to_string();
    assert!(error.contains("nowhere.toml: cannot be read"), "{error}");
}

#[test]
fn the_sandbox_profile_is_made_of_what_the_sandbox_says() {
    let welcome = |url: &str| -> Welcome {
        let text = format!(
            r#"{{"url":"{url}","login_url":"{url}","org_id":"o-1","org_name":"Pretend","client_id":"c-1","client_secret":"canary","deployment_id":"d","ca_file":null}}"#
        );
        serde_json::from_str(&text).unwrap()
    };
    let settings = Home::new().load(&Overrides::default()).unwrap();
    let profile = settings.sandbox(&welcome("http://127.0.0.1:4711")).unwrap();
    assert_eq!(
        (profile.name.as_str(), profile.label.as_str()),
        ("sandbox", "SANDBOX")
    );
    assert!(profile.write && profile.allow_teardown);
    assert_eq!(
        (profile.org_id.as_deref(), profile.limits),
        (Some("o-1"), Limits::SANDBOX)
    );
    assert!(
        settings
            .sandbox(&welcome("https://api.mypurecloud.com"))
            .is_err()
    );
    assert!(!format!("{:?}", welcome("http://127.0.0.1:4711")).contains("canary"));
    let read_only = Overrides {
        read_only: true,
        ..Overrides::default()
    };
    let settings = Home::new().load(&read_only).unwrap();
    assert!(
        !settings
            .sandbox(&welcome("http://127.0.0.1:4711"))
            .unwrap()
            .write
    );
}

#[test]
fn unstick_home_replaces_every_root() {
    let variable = |name: &str| (name == "UNSTICK_HOME").then(|| "/somewhere".into());
    let paths = Paths::find(variable).unwrap();
    assert_eq!(paths, Paths::under("/somewhere".as_ref()));
    assert_eq!(
        paths.journal_file(),
        PathBuf::from("/somewhere/data/journal.db")
    );
    assert_eq!(
        paths.sandbox_file(),
        PathBuf::from("/somewhere/run/sandbox.json")
    );
}
