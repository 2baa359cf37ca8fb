//! `.ci/package` and `.ci/advisories`, run as they are; the first with the program under test instead of a release of it.

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Command, Output};

use crate::support::{Home, Ran};

fn script(name: &str) -> Command {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut command = Command::new("bash");
    command.arg(root.join(".ci").join(name));
    command
}

/// The archive in a folder of this name, and the line of its sum.
fn packed(home: &Home, folder: &str) -> (String, String) {
    // A program under test is a hundred times as large as a release; what hands on to it packs as well.
    let handing_on = format!("#!/bin/sh\nexec '{}' \"$@\"\n", Home::binary().display());
    let program = home.write("unstick", &handing_on);
    std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).unwrap();
    let output = script("package")
        .arg(home.path(folder))
        .env("UNSTICK_BIN", program)
        .env("SOURCE_DATE_EPOCH", "1700000000")
        .output()
        .unwrap();
    let ran = Ran::of(&output).expect(0);
    let sum = ran.stdout.trim().to_owned();
    let name = sum.split_whitespace().nth(1).unwrap().to_owned();
    (name, sum)
}

#[test]
fn the_archive_is_installed_by_unpacking_it_and_comes_out_the_same_twice() {
    let home = Home::new();
    let (name, sum) = packed(&home, "one");
    assert_eq!(
        packed(&home, "two").1,
        sum,
        "the same sources gave another archive"
    );
    let checked = Command::new("sha256sum")
        .args(["--check", &format!("{name}.sha256")])
        .current_dir(home.path("one"))
        .output()
        .unwrap();
    assert!(checked.status.success(), "{checked:?}");

    let prefix = home.path("prefix");
    std::fs::create_dir_all(&prefix).unwrap();
    // As the README says it.
    let unpacked = Command::new("tar")
        .args(["-xzf", &name, "--strip-components", "1", "-C"])
        .arg(&prefix)
        .current_dir(home.path("one"))
        .output()
        .unwrap();
    assert!(unpacked.status.success(), "{unpacked:?}");
    let parts = [
        ("bin/unstick", ""),
        ("share/man/man1/unstick.1", ".TH UNSTICK 1"),
        ("share/bash-completion/completions/unstick", "_unstick()"),
        ("share/zsh/site-functions/_unstick", "#compdef unstick"),
        (
            "share/fish/vendor_completions.d/unstick.fish",
            "complete -c unstick",
        ),
        (
            "share/doc/unstick/unstick.ps1",
            "Register-ArgumentCompleter",
        ),
        ("share/doc/unstick/config.schema.json", "$schema"),
        ("share/doc/unstick/config.example.toml", "[profiles."),
        ("share/doc/unstick/README.md", "# unstick"),
        ("share/doc/unstick/CHANGELOG.md", "# Changelog"),
        ("share/doc/unstick/LICENSE-MIT", "MIT"),
        ("share/doc/unstick/LICENSE-APACHE", "Apache License"),
        ("share/doc/unstick/LICENSES-OF-CRATES.txt", "---- ratatui "),
        ("share/doc/unstick/assets/pictures/list-light.svg", "<svg"),
    ];
    for (part, word) in parts {
        let bytes =
            std::fs::read(prefix.join(part)).unwrap_or_else(|error| panic!("{part}: {error}"));
        let text = String::from_utf8_lossy(&bytes);
        assert!(text.contains(word), "{part}");
    }
    let program = prefix.join("bin/unstick");
    let mode = std::fs::metadata(&program).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o755);
    let said = Command::new(program).arg("--version").output().unwrap();
    assert!(String::from_utf8_lossy(&said.stdout).starts_with("unstick "));
}

/// Runs the look for weaknesses with a `cargo deny` that this test plays: whether the database can be fetched, and what the check says.
fn looked(home: &Home, fetch: i32, check: i32) -> Ran {
    let played = format!(
        "#!/bin/sh\ncase \"$*\" in *'fetch db') exit {fetch};; *'check --disable-fetch advisories') exit {check};; esac\nexit 99\n"
    );
    for name in ["cargo", "cargo-deny"] {
        let file = home.write(&format!("bin/{name}"), &played);
        std::fs::set_permissions(file, std::fs::Permissions::from_mode(0o755)).unwrap();
    }
    let path = std::env::var("PATH").unwrap();
    let path = format!("{}:{path}", home.path("bin").display());
    let output: Output = script("advisories").env("PATH", path).output().unwrap();
    Ran::of(&output)
}

#[test]
fn weaknesses_that_could_not_be_looked_for_are_not_said_to_be_none() {
    let home = Home::new();
    let ran = looked(&home, 1, 0).expect(4);
    assert!(ran.stderr.contains("NOTHING WAS CHECKED"), "{ran:#?}");
    looked(&home, 0, 0).expect(0);
    looked(&home, 0, 1).expect(1);
}
