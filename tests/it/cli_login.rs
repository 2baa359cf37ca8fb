//! `login`, `logout` and `profiles` without a terminal, against a served sandbox and against hosts that are none: what is written, how
//! private it is, and what is left alone when something is wrong.

use std::fs;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::client_server::{Reply, Server, answer, token};
use crate::support::served::Served;
use crate::support::{Home, Ran};

/// An organisation, and a home in which nothing is set up.
pub(crate) struct Place {
    pub(crate) home: Home,
    /// The sandbox keeps its own secrets in a home of its own.
    _sandbox: Home,
    pub(crate) served: Served,
}

impl Place {
    pub(crate) fn new() -> Self {
        Self::with(&["quiet"])
    }

    pub(crate) fn with(scenario: &[&str]) -> Self {
        let sandbox = Home::new();
        let served = Served::start(&sandbox, scenario);
        Self {
            home: Home::new(),
            _sandbox: sandbox,
            served,
        }
    }

    pub(crate) fn said(&self, name: &str) -> String {
        self.served.welcome[name].as_str().unwrap().to_owned()
    }

    /// Everything that `login` needs beside the secret.
    pub(crate) fn flags(&self) -> Vec<String> {
        let client = self.said("client_id");
        flags(&self.served.url, &client, "client-credentials")
    }

    /// Runs a command with a secret in the environment.
    fn run_with(&self, secret: &str, arguments: &[&str]) -> Ran {
        let mut command = self.home.command(arguments);
        command.env("UNSTICK_CLIENT_SECRET", secret);
        Ran::of(&command.output().unwrap())
    }

    pub(crate) fn login(&self, name: &str, secret: &str, more: &[&str]) -> Ran {
        let flags = self.flags();
        let mut arguments = vec!["login", name, "--no-input"];
        arguments.extend(flags.iter().map(String::as_str));
        arguments.extend(more);
        self.run_with(secret, &arguments)
    }

    pub(crate) fn config(&self) -> String {
        let file = self.home.path("home/config/config.toml");
        fs::read_to_string(file).unwrap_or_default()
    }

    /// Signs in again without saying anything but the name.
    fn again(&self, name: &str, secret: &str) -> Ran {
        self.run_with(secret, &["login", name, "--no-input"])
    }

    pub(crate) fn secret_file(&self, name: &str) -> std::path::PathBuf {
        self.home.path(&format!("home/config/secrets/{name}"))
    }

    /// How often a token was given back.
    pub(crate) fn sign_outs(&self) -> usize {
        let asked = self.served.told("requests");
        let is_one = |one: &&Value| one["method"] == "DELETE" && one["path"] == "/api/v2/tokens/me";
        asked.iter().filter(is_one).count()
    }
}

pub(crate) fn flags(url: &str, client: &str, grant: &str) -> Vec<String> {
    [
        ("--api-url", url),
        ("--login-url", url),
        ("--client-id", client),
        ("--grant", grant),
    ]
    .iter()
    .flat_map(|(flag, value)| [(*flag).to_owned(), (*value).to_owned()])
    .collect()
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[test]
fn a_profile_is_set_up_used_and_signed_out_again() {
    let place = Place::new();
    let secret = place.said("client_secret");
    let ran = place.login("near", &secret, &[]).expect(0);
    for word in [
        &place.said("org_name"),
        &place.said("org_id"),
        &place.said("client_id"),
        "config/secrets/near",
        "which only you can read",
        "built without one",
        "config/config.toml",
        "(SANDBOX)",
        "read-only",
        "unstick --profile near",
    ] {
        assert!(ran.stderr.contains(word), "no `{word}` in {ran:#?}");
    }
    assert!(
        ran.stdout.is_empty() && !ran.stderr.contains(&secret),
        "{ran:#?}"
    );
    assert_eq!(place.sign_outs(), 1, "the token of the trial is given back");
    let url = &place.served.url;
    let expected = format!(
        "\n[profiles.near]\napi_url = \"{url}\"\nlogin_url = \"{url}\"\nclient_id = \"{}\"\norg_id = \"{}\"\n",
        place.said("client_id"),
        place.said("org_id")
    );
    assert_eq!(place.config(), expected);
    let file = place.secret_file("near");
    assert_eq!(fs::read_to_string(&file).unwrap(), format!("{secret}\n"));
    place.home.run(&["list", "--json"]).expect(0);
    place
        .home
        .run(&[
            "terminate",
            "--filter",
            "kind:orphan",
            "--confirm",
            "near 1",
        ])
        .refused(5, &["read-only"]);
    let listed = place
        .home
        .run(&["profiles", "--json"])
        .expect(0)
        .json_lines();
    let expected = serde_json::json!({
        "name": "near", "label": "SANDBOX", "where": url.strip_prefix("http://"), "grant": "client-credentials",
        "write": false, "secret": "file", "default": true, "org_id": place.said("org_id"),
    });
    assert_eq!(listed[0], expected);
    assert_eq!(listed[1]["name"], "sandbox");
    let ran = place.home.run(&["logout", "near"]).expect(0);
    assert!(
        ran.stderr.contains("is gone from") && ran.stderr.contains("profile stays"),
        "{ran:?}"
    );
    assert!(!file.exists() && place.config().contains("[profiles.near]"));
    place.home.run(&["list"]).refused(
        2,
        &[
            "there is no secret for profile `near`",
            "keyring (this program was built without one)",
            "unstick login near",
        ],
    );
    let listed = place
        .home
        .run(&["profiles", "--json"])
        .expect(0)
        .json_lines();
    assert_eq!(listed[0]["secret"], "missing");
    place.home.run(&["logout", "near", "--forget"]).expect(0);
    assert!(!place.config().contains("profiles"), "{}", place.config());
    place
        .home
        .run(&["logout", "near"])
        .refused(2, &["there is no profile `near`"]);
}

#[test]
fn a_secret_comes_by_a_descriptor_too_and_is_on_no_command_line() {
    let place = Place::new();
    let file = place.home.write("given", &place.said("client_secret"));
    let shell = format!(
        "exec {} login near --no-input --secret-fd 3 {} 3<{}",
        Home::binary().display(),
        place.flags().join(" "),
        file.display()
    );
    let mut command = Command::new("sh");
    command.args(["-c", &shell]).env_clear();
    command.envs(place.home.variables());
    Ran::of(&command.output().unwrap()).expect(0);
    let kept = fs::read_to_string(place.secret_file("near")).unwrap();
    assert_eq!(kept.trim_end(), place.said("client_secret"));
    for flag in ["--secret", "--client-secret", "--password"] {
        let ran = place.home.run(&["login", "x", flag, "wrong-canary"]);
        assert_eq!(ran.code, Some(2), "{ran:?}");
    }
}

#[test]
fn what_is_missing_is_named_and_nothing_is_sent() {
    let place = Place::new();
    let all = place.flags();
    let without = |flag: &str| {
        let at = all.iter().position(|one| one == flag).unwrap();
        [&all[..at], &all[at + 2..]].concat()
    };
    let region = |more: &[&str]| {
        let given = ["--region", "eu-west-1", "--client-id", "c"];
        let given = given.iter().chain(more);
        given.map(|one| (*one).to_owned()).collect::<Vec<_>>()
    };
    let cases = [
        (without("--client-id"), "--client-id is missing"),
        (without("--grant"), "--grant is missing"),
        (without("--login-url"), "--login-url"),
        (Vec::new(), "--region is missing"),
        (region(&["--grant", "code"]), "--label is missing"),
        (region(&["--label", "SANDBOX"]), "belongs to pretend"),
        (region(&["--label", "prod"]), "capital letters"),
        (region(&["--grant", "implicit"]), "client-credentials"),
        (region(&["--org", "o"]), "--provider"),
        (vec!["--region".into(), "eu-west-9".into()], "eu-west-9"),
        (
            vec!["--domain".into(), "evil.io".into()],
            "not a domain of Genesys Cloud",
        ),
        (
            vec!["--domain".into(), "new1.pure.cloud".into()],
            "--unlisted-domain is missing",
        ),
    ];
    for (given, expected) in cases {
        let mut arguments = vec!["login", "near", "--no-input"];
        arguments.extend(given.iter().map(String::as_str));
        let ran = place.run_with("s", &arguments);
        assert_eq!(ran.code, Some(2), "{arguments:?}: {ran:#?}");
        assert!(ran.stderr.contains(expected), "{expected}: {ran:#?}");
    }
    place
        .home
        .run(&["login", "--no-input"])
        .refused(2, &["NAME"]);
    place
        .home
        .run(&["login", "../x", "--no-input"])
        .refused(2, &["a name has"]);
    let flags = all.iter().map(String::as_str);
    let arguments: Vec<&str> = ["login", "near"].into_iter().chain(flags).collect();
    place.home.run(&arguments).refused(
        2,
        &["secret is missing", "UNSTICK_CLIENT_SECRET", "--secret-fd"],
    );
    place.home.run(&["logout"]).refused(2, &["which profile"]);
    assert!(place.served.told("requests").is_empty());
    assert!(!place.home.path("home/config").exists());
}

#[test]
fn a_wrong_secret_writes_nothing() {
    let place = Place::new();
    let ran = place.login("near", "wrong-canary", &[]).refused(
        3,
        &["does not work", "sign-in refused", "nothing was written"],
    );
    assert!(!ran.stderr.contains("wrong-canary"), "{ran:?}");
    assert!(!place.home.path("home/config").exists());
}

#[test]
fn a_profile_that_is_there_is_signed_in_to_again_or_replaced_when_that_is_said() {
    let place = Place::new();
    let secret = place.said("client_secret");
    place.login("near", &secret, &[]).expect(0);
    let written = place.config() + "write = true # mine\n# the end\n[limits]\nmax_batch = 3\n";
    place.home.write("home/config/config.toml", &written);
    fs::remove_file(place.secret_file("near")).unwrap();
    place.again("near", &secret).expect(0);
    assert_eq!(place.config(), written, "its settings are left alone");
    assert!(place.secret_file("near").exists());
    place
        .login("near", &secret, &[])
        .refused(2, &["there already", "--replace"]);
    assert_eq!(place.config(), written);
    place
        .login("near", &secret, &["--replace", "--default"])
        .expect(0);
    let replaced = place.config();
    assert!(!replaced.contains("write"), "{replaced}");
    assert!(
        replaced.contains("max_batch = 3") && replaced.contains("# the end"),
        "{replaced}"
    );
    assert!(
        replaced.contains("default_profile = \"near\""),
        "{replaced}"
    );
}

#[test]
fn the_sign_in_of_another_organisation_is_refused_and_changes_nothing() {
    let (place, other) = (Place::new(), Place::new());
    let secret = place.said("client_secret");
    place.login("near", &secret, &[]).expect(0);
    let moved = place.config().replace(&place.served.url, &other.served.url);
    place.home.write("home/config/config.toml", &moved);
    let before = fs::metadata(place.secret_file("near")).unwrap().ino();
    let ran = place.again("near", &other.said("client_secret"));
    ran.refused(
        5,
        &[
            "pinned to organisation",
            &other.said("org_id"),
            "nothing was written",
        ],
    );
    assert_eq!(place.config(), moved);
    assert_eq!(
        fs::metadata(place.secret_file("near")).unwrap().ino(),
        before
    );
    place
        .home
        .run(&["list"])
        .refused(5, &["stands for organisation", &place.said("org_id")]);
}

#[test]
fn a_profile_that_is_not_pinned_says_so_and_login_pins_it() {
    let place = Place::new();
    let secret = place.said("client_secret");
    place.login("near", &secret, &[]).expect(0);
    let pin = format!("org_id = \"{}\"\n", place.said("org_id"));
    let unpinned = place.config().replace(&pin, "# mine\n");
    assert!(!unpinned.contains("org_id"));
    place.home.write("home/config/config.toml", &unpinned);
    let ran = place.home.run(&["list"]).expect(0);
    assert!(
        ran.stderr.contains(pin.trim()) && ran.stderr.contains("unstick login near"),
        "{ran:?}"
    );
    place.again("near", &secret).expect(0);
    assert!(place.config().contains(&pin) && place.config().contains("# mine"));
    let ran = place.home.run(&["list"]).expect(0);
    assert!(!ran.stderr.contains("pinned"), "{ran:?}");
}

#[test]
fn a_configuration_that_cannot_be_read_is_left_alone_before_anything_is_sent() {
    let place = Place::new();
    for broken in ["[profiles.a\n", "[limits]\nmax_bach = 1\n"] {
        place.home.write("home/config/config.toml", broken);
        place
            .login("near", &place.said("client_secret"), &[])
            .refused(2, &["config.toml:"]);
        assert_eq!(place.config(), broken);
    }
    assert!(place.served.told("requests").is_empty());
    assert!(!place.secret_file("near").exists());
}

#[test]
fn t43_what_is_written_is_private_under_every_umask() {
    for umask in ["000", "022", "077", "777"] {
        let place = Place::new();
        fs::create_dir_all(place.home.path("home/state")).unwrap();
        let shell = format!(
            "umask {umask}; exec {} login near --no-input {}",
            Home::binary().display(),
            place.flags().join(" "),
        );
        let mut command = Command::new("sh");
        command.args(["-c", &shell]).env_clear();
        command.envs(place.home.variables());
        command.env("UNSTICK_CLIENT_SECRET", place.said("client_secret"));
        let ran = Ran::of(&command.output().unwrap());
        // With that umask nobody but root can enter a folder that was made.
        if umask == "777" && !rustix::process::geteuid().is_root() {
            assert_ne!(ran.code, Some(0), "{ran:?}");
            continue;
        }
        ran.expect(0);
        let file = place.secret_file("near");
        let modes = [&file, file.parent().unwrap()].map(mode);
        assert_eq!(modes, [0o600, 0o700], "umask {umask}");
        let config = mode(&place.home.path("home/config/config.toml"));
        assert_eq!(config & !0o600, 0, "umask {umask}: {config:o}");
        let folder = mode(&place.home.path("home/config"));
        assert_eq!(folder & !0o700, 0, "umask {umask}: {folder:o}");
    }
}

#[test]
fn several_profiles_are_listed_with_their_default_and_never_a_secret() {
    let home = Home::new();
    let config = home.write(
        "home/config/config.toml",
        "[profiles.acme-prod]\nregion = \"eu-central-1\"\nclient_id = \"c\"\nwrite = true\norg_id = \"o-1\"\n\
         [profiles.acme-stage] # two\ndomain = \"usw2.pure.cloud\"\nclient_id = \"d\"\nlabel = \"STAGE\"\ngrant = \"code\"\n",
    );
    let file = home.write("home/config/secrets/acme-prod", "wrong-canary\n");
    fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).unwrap();
    let ran = home.run(&["profiles"]).expect(0);
    let rows: Vec<Vec<&str>> = ran
        .stdout
        .lines()
        .map(|line| {
            line.split("  ")
                .map(str::trim)
                .filter(|cell| !cell.is_empty())
                .collect()
        })
        .collect();
    assert_eq!(
        rows[1],
        [
            "acme-prod",
            "PROD",
            "eu-central-1",
            "client-credentials",
            "read-write",
            "file",
            "-",
            "o-1"
        ]
    );
    assert_eq!(
        rows[2][..6],
        [
            "acme-stage",
            "STAGE",
            "usw2.pure.cloud",
            "code",
            "read-only",
            "not needed"
        ]
    );
    assert!(rows[2][7].contains("not pinned"), "{rows:?}");
    assert_eq!(rows[3][..3], ["sandbox", "SANDBOX", "built in"]);
    home.run(&["profiles", "--default", "acme-stage"]).expect(0);
    let text = fs::read_to_string(&config).unwrap();
    assert!(
        text.starts_with("default_profile = \"acme-stage\"\n") && text.contains("# two"),
        "{text}"
    );
    let listed = home.run(&["profiles", "--json"]).expect(0);
    assert!(!(ran.stdout + &listed.stdout).contains("wrong-canary"));
    let lines = listed.json_lines();
    assert_eq!(
        (&lines[0]["default"], &lines[1]["default"]),
        (&false.into(), &true.into())
    );
    home.run(&["profiles", "--default", "acme-prd"])
        .refused(2, &["Did you mean `acme-prod`?"]);
    home.run(&["logout", "acme-stage", "--forget"]).expect(0);
    let text = fs::read_to_string(&config).unwrap();
    assert!(
        !text.contains("default_profile") && text.contains("[profiles.acme-prod]"),
        "{text}"
    );
}

/// What it is called, the exit code that follows, and the answer.
type Case = (&'static str, i32, fn() -> Reply);

/// What a login host may answer.
fn hostile() -> Vec<Case> {
    vec![
        ("a portal's page", 4, || {
            answer(200, "Content-Type: text/html\r\n", "<p>wrong-canary</p>")
        }),
        ("a redirect", 4, || {
            answer(302, "Location: http://127.0.0.1:1/oauth/token\r\n", "")
        }),
        ("a fault", 4, || answer(500, "", "{}")),
        ("nothing", 4, || Reply::Bytes(Vec::new())),
        ("no token", 4, || {
            answer(200, "", r#"{"token_type":"bearer"}"#)
        }),
        ("a token of two lines", 70, || {
            answer(
                200,
                "",
                r#"{"access_token":"a\r\nX-Evil: 1","expires_in":300}"#,
            )
        }),
        ("too much", 4, || {
            answer(200, "", &format!("\"{}\"", "x".repeat(9 * 1024 * 1024)))
        }),
        ("a refusal that moves the cursor", 3, || {
            answer(
                401,
                "",
                r#"{"error":"\u001b[2Jinvalid_client","error_description":"\u001b]0;evil\u0007no"}"#,
            )
        }),
    ]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_a_login_host_answers_nothing_is_written_and_nothing_obeyed() {
    for (what, code, reply) in hostile() {
        let server = Server::start(move |asked, _| {
            if asked.is_sign_in() {
                reply()
            } else {
                answer(200, "", r#"{"id":"o-1"}"#)
            }
        })
        .await;
        let home = Home::new();
        let ran = login_at(&home, &server.url).await;
        assert_eq!(ran.code, Some(code), "{what}: {ran:#?}");
        let said = ran.stdout.clone() + &ran.stderr;
        assert!(
            !said.contains("wrong-canary") && !said.contains('\u{1b}'),
            "{what}: {ran:#?}"
        );
        assert!(said.contains("nothing was written"), "{what}: {ran:#?}");
        assert!(!home.path("home/config").exists(), "{what}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_organisation_that_contradicts_itself_or_says_no_id_is_not_written() {
    for (organisation, info) in [
        (r#"{"id":"o-1"}"#, r#"{"organization":{"id":"o-2"}}"#),
        (r#"{"name":"nameless"}"#, "{}"),
    ] {
        let server = Server::start(move |asked, _| match asked.target.as_str() {
            "/oauth/token" => token(1, 300),
            "/api/v2/organizations/me" => answer(200, "", organisation),
            _ => answer(200, "", info),
        })
        .await;
        let home = Home::new();
        let ran = login_at(&home, &server.url).await;
        assert_eq!(ran.code, Some(4), "{ran:#?}");
        assert!(!home.path("home/config").exists());
        let last = server.questions().pop().unwrap();
        assert_eq!(
            last.method, "DELETE",
            "the token is given back all the same"
        );
    }
}

async fn login_at(home: &Home, url: &str) -> Ran {
    let flags = flags(url, "c", "client-credentials");
    let mut arguments = vec![
        "login".to_owned(),
        "near".to_owned(),
        "--no-input".to_owned(),
    ];
    arguments.extend(flags);
    let mut command = home.command(&arguments);
    command.env("UNSTICK_CLIENT_SECRET", "wrong-canary");
    let ran = tokio::task::spawn_blocking(move || Ran::of(&command.output().unwrap()));
    ran.await.unwrap()
}
