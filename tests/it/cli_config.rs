//! `config`: where it is, what is wrong with it, the schema, the example; and that these agree with each other and with the program.

use std::collections::BTreeSet;
use std::fs;

use serde_json::Value;

use crate::support::Home;

/// The example with every line that is commented out put in force.
fn in_force(example: &str) -> String {
    let lines = example.lines().map(|line| match line.strip_prefix('#') {
        Some(set) if !set.starts_with('#') => set,
        _ => line,
    });
    lines.fold(String::new(), |text, line| text + line + "\n")
}

fn printed(home: &Home, what: &str) -> String {
    home.run(&["config", what]).expect(0).stdout
}

fn as_json(text: &str) -> Value {
    let table: toml::Table = toml::from_str(text).unwrap();
    serde_json::to_value(table).unwrap()
}

#[test]
fn the_example_is_good_as_it_is_and_with_every_line_in_force() {
    let home = Home::new();
    let example = printed(&home, "example");
    home.write(
        "home/config/authorities.pem",
        "-----BEGIN CERTIFICATE-----\n",
    );
    home.write("home/config/acme.pem", "-----BEGIN CERTIFICATE-----\n");
    let schema: Value = serde_json::from_str(&printed(&home, "schema")).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    for text in [example.clone(), in_force(&example)] {
        let complaints: Vec<String> = validator
            .iter_errors(&as_json(&text))
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect();
        assert!(complaints.is_empty(), "{complaints:?}");
        home.write("home/config/config.toml", &text);
        let ran = home.run(&["config", "check"]);
        assert_eq!(ran.code, Some(0), "{ran:#?}");
        assert!(ran.stderr.contains("nothing is wrong"), "{ran:#?}");
    }
}

#[test]
fn the_schema_refuses_what_the_program_refuses() {
    let home = Home::new();
    let schema: Value = serde_json::from_str(&printed(&home, "schema")).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let bad = [
        "log_levle = \"info\"\n",
        "log_level = \"loud\"\n",
        "[limits]\nmax_bach = 1\n",
        "[limits]\nmax_parallel = 9\n",
        "[limits]\nrecent_reply = 30\n",
        "[profiles.a]\nregoin = \"eu-west-1\"\n",
        "[profiles.a]\nwrite = \"yes\"\n",
        "[profiles.a]\nprivacy = { defalt = true }\n",
        "[profiles.a.limits]\ncanary = 0\n",
        "[ui]\nglyphs = \"emoji\"\n",
        "[journal]\nkeep_days = 0\n",
        "[[rule]]\nname = \"x\"\n",
        "[[rule]]\nname = \"x\"\nwhen = \"y\"\nseverity = \"bad\"\n",
        "[[guard]]\nname = \"x\"\nwhen = \"y\"\n",
        "[[view]]\nfilter = \"y\"\n",
        "[keys]\nmark = 7\n",
    ];
    for text in bad {
        assert!(
            !validator.is_valid(&as_json(text)),
            "the schema takes {text:?}"
        );
        home.write("home/config/config.toml", text);
        let ran = home.run(&["config", "check"]).expect(2);
        assert!(ran.stdout.contains("config.toml:"), "{text:?}: {ran:#?}");
    }
}

/// Every key that the schema knows, by its name and that of the section it stands in.
fn keys_of(schema: &Value, section: &str, at: &Value, found: &mut BTreeSet<(String, String)>) {
    if let Some(name) = at["$ref"].as_str() {
        let name = name.trim_start_matches("#/$defs/");
        keys_of(schema, section, &schema["$defs"][name], found);
    }
    for (key, value) in at["properties"].as_object().into_iter().flatten() {
        found.insert((section.to_owned(), key.clone()));
        keys_of(schema, key, value, found);
    }
    for inner in ["items", "additionalProperties"] {
        if at[inner].is_object() {
            keys_of(schema, section, &at[inner], found);
        }
    }
    for inner in at["anyOf"].as_array().into_iter().flatten() {
        keys_of(schema, section, inner, found);
    }
}

/// Every key of a file, by its name and that of the section it stands in; the names of profiles are no keys.
fn keys_in(section: &str, at: &Value, found: &mut BTreeSet<(String, String)>) {
    for (key, value) in at.as_object().into_iter().flatten() {
        found.insert((section.to_owned(), key.clone()));
        if key == "profiles" {
            for profile in value.as_object().into_iter().flatten() {
                keys_in(key, profile.1, found);
            }
        } else {
            keys_in(key, value, found);
        }
    }
    for item in at.as_array().into_iter().flatten() {
        keys_in(section, item, found);
    }
}

#[test]
fn every_key_of_the_schema_is_in_the_example() {
    let home = Home::new();
    let schema: Value = serde_json::from_str(&printed(&home, "schema")).unwrap();
    let mut known = BTreeSet::new();
    keys_of(&schema, "", &schema, &mut known);
    assert!(known.len() > 45, "{known:?}");
    assert!(known.contains(&("profiles".to_owned(), "region".to_owned())));
    let mut shown = BTreeSet::new();
    keys_in(
        "",
        &as_json(&in_force(&printed(&home, "example"))),
        &mut shown,
    );
    let missing: Vec<_> = known.difference(&shown).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn everything_that_is_wrong_is_named_at_once_with_its_place_and_the_mend() {
    let home = Home::new();
    let file = home.write(
        "mine.toml",
        "log_levle = \"info\"\ndefault_profile = \"acne\"\n\
         [profiles.acme]\nregion = \"eu-west-1\"\nclient_id = \"c\"\nwrte = true\n\
         [profiles.odd]\nregion = \"eu-wst-1\"\nclient_id = \"c\"\n\
         [limits]\nmax_batch = 0\n\
         [ui]\ntheme = \"drak\"\nsort = \"agee\"\ncolumns = [\"age\", \"quue\"]\n\
         [keys]\nmarck = \"m\"\ninvert = \"x\"\n\
         [[view]]\nname = \"v\"\nfilter = \"is:stuk\"\n\
         [[rule]]\nname = \"r\"\nwhen = \"idle>45\"\nhint = \"for {idel}\"\n\
         [[guard]]\nname = \"g\"\nwhen = \"is:marked\"\nterminate = \"never\"\n",
    );
    let expected = [
        (1, 1, "log_levle", "`log_level`"),
        (2, 20, "default_profile", "`acme`"),
        (6, 1, "profiles.acme.wrte", "`write`"),
        (7, 1, "profiles.odd", "`eu-west-1`"),
        (11, 13, "limits.max_batch", "from 1 to 10000"),
        (13, 10, "ui.theme", "`dark`"),
        (14, 9, "ui.sort", "`age`"),
        (15, 20, "ui.columns[2]", "`queue`"),
        (17, 10, "keys.marck", "`mark`"),
        (
            18,
            11,
            "keys.invert",
            "`plan` and `invert` share the key `x`",
        ),
        (21, 14, "view[1].filter", "is:stuck"),
        (24, 14, "rule[1].when", "idle>45m"),
        (25, 13, "rule[1].hint", "{idle}"),
        (28, 9, "guard[1].when", "belong to the console"),
    ];
    let ran = home
        .run(&["config", "check", file.to_str().unwrap(), "--json"])
        .expect(2);
    let said = &ran.json_lines()[0];
    assert_eq!(said["ok"], false);
    let problems = said["problems"].as_array().unwrap();
    for (line, column, key, mend) in expected {
        let found = problems.iter().find(|problem| problem["key"] == key);
        let found = found.unwrap_or_else(|| panic!("nothing is said of {key}: {problems:#?}"));
        assert_eq!(
            (found["line"].as_u64(), found["column"].as_u64()),
            (Some(line), Some(column)),
            "{found}"
        );
        assert!(found["what"].as_str().unwrap().contains(mend), "{found}");
    }
    assert_eq!(problems.len(), expected.len(), "{problems:#?}");
    let ran = home
        .run(&["config", "check", file.to_str().unwrap()])
        .expect(2);
    assert_eq!(ran.stdout.lines().count(), expected.len());
    assert!(
        ran.stdout
            .contains("mine.toml:24:14: when: idle needs a unit"),
        "{ran:#?}"
    );
    assert!(ran.stderr.contains("14 things are wrong"), "{ran:#?}");
}

#[test]
fn every_mistake_of_grammar_is_named_and_what_is_not_there_is_not_wrong() {
    let home = Home::new();
    let file = home.write("mine.toml", "a = \nb = 1\n[profiles.x\nc == 2\n");
    let ran = home
        .run(&["config", "check", file.to_str().unwrap()])
        .expect(2);
    assert!(ran.stdout.lines().count() >= 3, "{ran:#?}");
    home.run(&["config", "check"]).expect(0);
    home.run(&["config", "check", "nowhere.toml"])
        .refused(2, &["nowhere.toml: cannot be read"]);
}

#[test]
fn a_guard_on_what_nobody_knows_is_allowed_and_warned_of() {
    let home = Home::new();
    let text = "[[guard]]\nname = \"north\"\nwhen = \"is:mine\"\nterminate = \"never\"\n";
    home.write("home/config/config.toml", text);
    let ran = home.run(&["config", "check"]).expect(0);
    assert!(
        ran.stderr.contains("warning: guard north asks for is:mine"),
        "{ran:#?}"
    );
    // Whose names are looked up is known.
    let text = "[[guard]]\nname = \"home\"\nwhen = \"division:Home deployment:Shop\"\nterminate = \"never\"\n";
    home.write("home/config/config.toml", text);
    let ran = home.run(&["config", "check"]).expect(0);
    assert!(!ran.stderr.contains("warning"), "{ran:#?}");
}

#[test]
fn the_path_is_that_of_the_flag_the_variable_or_the_usual_place() {
    let home = Home::new();
    let said = |arguments: &[&str], variable: Option<&str>| {
        let mut command = home.command(arguments);
        command.envs(variable.map(|file| ("UNSTICK_CONFIG", file)));
        let ran = crate::support::Ran::of(&command.output().unwrap()).expect(0);
        ran.json_lines().remove(0)
    };
    let usual = said(&["config", "path", "--json"], None);
    assert!(
        usual["file"]
            .as_str()
            .unwrap()
            .ends_with("home/config/config.toml")
    );
    assert_eq!(usual["exists"], false);
    let named = said(&["config", "--json"], Some("/a/b.toml"));
    assert_eq!(
        (&named["file"], &named["named_by"]),
        (&"/a/b.toml".into(), &"UNSTICK_CONFIG".into())
    );
    let flag = said(
        &["config", "path", "--json", "--config", "/c.toml"],
        Some("/a/b.toml"),
    );
    assert_eq!(
        (&flag["file"], &flag["named_by"]),
        (&"/c.toml".into(), &"--config".into())
    );
}

#[test]
fn t60_a_kept_secret_goes_to_no_client_and_no_address_that_a_variable_s_configuration_puts_under_its_name()
 {
    let home = Home::new();
    let acme = |client: &str, port: u16| {
        format!(
            "[profiles.acme]\napi_url = \"http://127.0.0.1:{port}\"\nlogin_url = \"http://127.0.0.1:{port}\"\nclient_id = \"{client}\"\n"
        )
    };
    // Nobody listens on port 1.
    home.write("home/config/config.toml", &acme("c", 1));
    let secret = home.write("home/config/secrets/acme", "kept-canary\n");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        fs::set_permissions(&secret, fs::Permissions::from_mode(0o600)).unwrap();
    }
    for (client, port, is_refused) in [("c", 1, false), ("d", 1, true), ("c", 2, true)] {
        let elsewhere = home.write("elsewhere.toml", &acme(client, port));
        let said = |arguments: &[&str]| {
            let mut command = home.command(arguments);
            let output = command.env("UNSTICK_CONFIG", &elsewhere).output().unwrap();
            crate::support::Ran::of(&output)
        };
        let ran = said(&["list", "--profile", "acme"]);
        let is_left_alone = ran
            .stderr
            .contains("no secret is kept or taken for profile `acme`");
        assert_eq!(is_left_alone, is_refused, "{ran:#?}");
        assert!(!ran.stderr.contains("kept-canary"), "{ran:#?}");
        let lines = said(&["profiles", "--json"]).json_lines();
        let word = if is_refused { "refused" } else { "file" };
        assert_eq!(lines[0]["secret"], word, "{lines:?}");
        if is_refused {
            // Nobody is asked for a secret that would not be kept.
            let login = said(&["login", "acme", "--no-input"]);
            login.refused(2, &["no secret is kept or taken for profile `acme`"]);
        }
    }
    let kept = fs::read_to_string(&secret).unwrap();
    assert_eq!(kept, "kept-canary\n");
}
