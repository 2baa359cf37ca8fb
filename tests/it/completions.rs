//! What a shell completes: the scripts are asked as their shells ask them.

use std::process::Command;

use crate::support::Home;

/// What bash would offer for the last of these words, which are taken apart as bash takes them apart.
fn offered(home: &Home, words: &[&str]) -> Vec<String> {
    let script = home.run(&["completions", "bash"]).expect(0).stdout;
    let script = home.write("unstick.bash", &script);
    let asked = r#"
        source "$1"; shift
        COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1))
        _unstick unstick "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD-1]}"
        printf '%s\n' "${COMPREPLY[@]}"
    "#;
    let output = Command::new("bash")
        .args(["--norc", "-c", asked, "bash"])
        .arg(script)
        .args(words)
        .output()
        .unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success() && said.is_empty(), "{said}");
    let offered = String::from_utf8(output.stdout).unwrap();
    offered.lines().map(str::to_owned).collect()
}

#[test]
fn bash_completes_commands_flags_scenarios_recipes_and_profiles() {
    let home = Home::new();
    home.write(
        "home/config/config.toml",
        "[profiles.acme-stage]\nregion = \"eu-central-1\"\nclient_id = \"11111111-1111-1111-1111-111111111111\"\n",
    );
    home.write(
        "home/config/recipes/my-own-way.toml",
        include_str!("../../assets/recipes/1-post-close.toml"),
    );
    let cases: [(&[&str], &[&str]); 8] = [
        (&["unstick", "ter"], &["terminate"]),
        (&["unstick", "sandbox", "tr"], &["truth"]),
        (&["unstick", "list", "--no-b"], &["--no-browser"]),
        (
            &["unstick", "list", "--sandbox", "=", "hundred"],
            &["hundred-thousand"],
        ),
        (&["unstick", "sandbox", "serve", "bad"], &["bad-flow"]),
        (&["unstick", "terminate", "--recipe", "my"], &["my-own-way"]),
        (
            &["unstick", "recipes", "show", "5-soc"],
            &["5-socket-event"],
        ),
        (&["unstick", "--profile", "ac"], &["acme-stage"]),
    ];
    for (words, right) in cases {
        assert_eq!(offered(&home, words), right, "{words:?}");
    }
}

/// Without fish, only that the generator's script has the line that is put in: it says so.
#[test]
fn fish_completes_a_profile_behind_a_blank_as_behind_an_equals_sign() {
    let home = Home::new();
    home.write(
        "home/config/config.toml",
        "[profiles.acme-stage]\nregion = \"eu-central-1\"\nclient_id = \"11111111-1111-1111-1111-111111111111\"\n",
    );
    let script = home.run(&["completions", "fish"]).expect(0).stdout;
    assert!(script.contains("-- $cmd '' 2>/dev/null"), "{script}");
    if Command::new("fish").arg("--version").output().is_err() {
        println!("there is no fish here: its script was not run");
        return;
    }
    let script = home.write("unstick.fish", &script);
    for (typed, right) in [
        ("unstick --profile ", "acme-stage"),
        ("unstick --profile=", "--profile=acme-stage"),
        ("unstick list --profile ", "acme-stage"),
        ("unstick --no-color termin", "terminate"),
    ] {
        let asked = format!("source {}; complete -C '{typed}'", script.display());
        let mut fish = Command::new("fish");
        let output = fish.args(["--no-config", "-c", &asked]).output().unwrap();
        let offered = String::from_utf8(output.stdout).unwrap();
        let words: Vec<&str> = offered
            .lines()
            .filter_map(|line| line.split('\t').next())
            .collect();
        assert_eq!(words, [right], "{typed}: {offered}");
    }
}

#[test]
fn each_shell_has_a_script_and_another_one_is_refused_with_the_four() {
    let home = Home::new();
    let begins = [
        ("bash", "_unstick()"),
        ("zsh", "#compdef unstick"),
        ("fish", "complete -c unstick"),
        ("powershell", "Register-ArgumentCompleter"),
    ];
    for (shell, word) in begins {
        let script = home.run(&["completions", shell]).expect(0).stdout;
        assert!(script.contains(word), "{shell}: {script}");
        assert!(
            script.contains("sandbox") && !script.contains('\u{fffd}'),
            "{shell}"
        );
    }
    let ran = home.run(&["completions", "tcsh"]).expect(2);
    assert!(
        ran.stderr.contains("bash, zsh, fish, powershell"),
        "{ran:#?}"
    );
}

/// A configuration that is wrong must not break the start of a shell.
#[test]
fn a_wrong_configuration_costs_only_the_names_of_its_profiles() {
    let home = Home::new();
    home.write("home/config/config.toml", "[profiles\n");
    let ran = home.run(&["completions", "bash"]).expect(0);
    assert!(ran.stderr.is_empty(), "{ran:#?}");
    assert_eq!(offered(&home, &["unstick", "runs", "ver"]), ["verify"]);
}

#[test]
fn a_misspelt_command_is_answered_with_the_nearest() {
    let home = Home::new();
    for (said, nearest) in [
        ("lst", "list"),
        ("terminat", "terminate"),
        ("docter", "doctor"),
    ] {
        let ran = home.run(&[said]).expect(2);
        assert!(ran.stderr.contains(&format!("'{nearest}'")), "{ran:#?}");
    }
    let ran = home.run(&["list", "--fliter", "is:stuck"]).expect(2);
    assert!(ran.stderr.contains("'--filter'"), "{ran:#?}");
}

/// A build by hand says that nobody told it the commit; one by `.ci/package` says it.
#[test]
fn the_version_says_the_commit_or_that_it_is_not_recorded() {
    let home = Home::new();
    let commit = option_env!("UNSTICK_COMMIT").unwrap_or("not recorded");
    let right = format!("unstick {} (commit {commit})\n", env!("CARGO_PKG_VERSION"));
    for flag in ["--version", "-V"] {
        assert_eq!(home.run(&[flag]).expect(0).stdout, right);
    }
    let told = home
        .run(&["doctor", "--json", "--sandbox"])
        .json_lines()
        .remove(0);
    assert_eq!(told["commit"].as_str(), option_env!("UNSTICK_COMMIT"));
}
