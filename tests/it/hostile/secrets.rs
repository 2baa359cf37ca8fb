//! F45: a secret and the tokens that it buys are followed through everything that the program does, at the finest log level, with
//! refusals and a panic: they are nowhere but on the wire.

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpListener;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::oracle::{Licence, expect_clean};
use crate::support::pty::Pty;
use crate::support::served::Served;
use crate::support::{Home, Ran};

/// An organisation, and a home that knows it by a profile and was never told more than a secret.
struct Canary {
    home: Home,
    /// The sandbox keeps its own secrets in a home of its own.
    _sandbox: Home,
    served: Served,
    client: String,
    secret: String,
    /// Everything that was printed so far.
    heard: String,
}

impl Canary {
    fn new() -> Self {
        let sandbox = Home::new();
        let served = Served::start(&sandbox, &["demo"]);
        let text = |name: &str| served.welcome[name].as_str().unwrap().to_owned();
        let (client, secret) = (text("client_id"), text("client_secret"));
        let home = Home::new();
        let url = &served.url;
        home.write(
            "home/config/config.toml",
            &format!("log_level = \"trace\"\n[profiles.near]\napi_url = \"{url}\"\nlogin_url = \"{url}\"\nclient_id = \"{client}\"\nwrite = true\n"),
        );
        Self {
            home,
            _sandbox: sandbox,
            served,
            client,
            secret,
            heard: String::new(),
        }
    }

    fn run_with(&mut self, more: &[(&str, &str)], arguments: &[&str]) -> Ran {
        let mut command = self.home.command(arguments);
        command.envs(more.iter().copied());
        let ran = Ran::of(&command.output().unwrap());
        self.heard.push_str(&ran.stdout);
        self.heard.push_str(&ran.stderr);
        ran
    }

    fn run(&mut self, arguments: &[&str]) -> Ran {
        let secret = self.secret.clone();
        self.run_with(&[("UNSTICK_CLIENT_SECRET", &secret)], arguments)
    }

    /// What must be nowhere: the secret, the header made of it, and what every token of a sandbox begins with.
    fn canaries(&self) -> Vec<String> {
        let basic = STANDARD.encode(format!("{}:{}", self.client, self.secret));
        vec![
            self.secret.clone(),
            basic.trim_end_matches('=').to_owned(),
            STANDARD
                .encode(&self.secret)
                .trim_end_matches('=')
                .to_owned(),
            "sbx_".to_owned(),
            "wrong-canary".to_owned(),
        ]
    }

    #[track_caller]
    fn expect_absent(&self, bytes: &[u8], place: &str) {
        for canary in self.canaries() {
            let is_there = bytes
                .windows(canary.len())
                .any(|part| part == canary.as_bytes());
            assert!(
                !is_there,
                "{canary} is in {place}:\n{}",
                String::from_utf8_lossy(bytes)
            );
        }
    }

    /// Every file of the home, and everything heard.
    #[track_caller]
    fn expect_silence(&self) {
        self.expect_absent(self.heard.as_bytes(), "what was printed");
        let files = files_below(&self.home.path(""));
        assert!(
            files.iter().any(|file| file.ends_with("unstick.log")),
            "{files:?}"
        );
        assert!(
            files.iter().any(|file| file.ends_with("journal.db")),
            "{files:?}"
        );
        for file in files {
            let name = file.display().to_string();
            assert!(!name.contains("/core"), "{name}");
            self.expect_absent(&fs::read(&file).unwrap(), &name);
        }
    }
}

fn files_below(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(files_below(&path));
        } else {
            files.push(path);
        }
    }
    files
}

#[test]
fn f45_no_command_leaves_the_secret_or_a_token_anywhere() {
    let mut canary = Canary::new();
    let listed = canary.run(&["list", "--json"]).expect(0).json_lines();
    let of_kind = |kind: &str| {
        listed.iter().find(|row| row["kind"] == kind).unwrap()["id"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    let id = of_kind("orphan");
    canary.run(&["list"]).expect(0);
    canary
        .run(&["list", "--csv", "--filter", "is:stuck"])
        .expect(0);
    canary.run(&["show", &id, "--transcript"]).expect(0);
    canary.run(&["show", &id, "--json"]).expect(0);
    canary.run(&["plan", "--ids", &id]).expect(0);
    canary
        .run(&[
            "terminate",
            "--ids",
            &id,
            "--confirm",
            "near 1",
            "--note",
            "a note",
        ])
        .expect(0);
    canary
        .run(&[
            "terminate",
            "--filter",
            "kind:ringing",
            "--confirm",
            "near 1",
            "--json",
        ])
        .expect(0);
    canary.run(&["runs"]).expect(0);
    canary.run(&["runs", "show", "1", "--json"]).expect(0);
    canary.run(&["runs", "export", "1"]).expect(0);
    canary.run(&["runs", "export", "1", "--csv"]).expect(0);
    canary.run(&["runs", "verify"]).expect(0);
    canary.expect_silence();
}

#[test]
fn f45_no_refusal_repeats_a_secret() {
    let mut canary = Canary::new();
    let wrong = [("UNSTICK_CLIENT_SECRET", "wrong-canary")];
    canary.run_with(&wrong, &["list"]).refused(3, &["sign"]);
    canary
        .run_with(
            &[("UNSTICK_CLIENT_SECRET", "wrong-canary\nof two lines")],
            &["list"],
        )
        .refused(2, &["one line"]);
    let secret = canary.secret.clone();
    let file = canary.home.write("home/config/secrets/near", &secret);
    fs::set_permissions(&file, fs::Permissions::from_mode(0o644)).unwrap();
    canary.run_with(&[], &["list"]).refused(2, &["chmod 600"]);
    fs::remove_file(&file).unwrap();
    let elsewhere = Home::new();
    let config = |text: &str| elsewhere.write("other.toml", text).display().to_string();
    let in_the_file = config(
        "[profiles.near]\nregion = \"eu-west-1\"\nclient_id = \"c\"\nclient_secret = \"wrong-canary\"\n",
    );
    canary
        .run_with(&[], &["list", "--config", &in_the_file])
        .refused(2, &["does not belong in this file"]);
    let in_the_url = config(
        "[profiles.near]\napi_url = \"http://u:wrong-canary@127.0.0.1:1\"\nlogin_url = \"http://127.0.0.1:1\"\nclient_id = \"c\"\n",
    );
    canary
        .run_with(&[], &["list", "--config", &in_the_url])
        .refused(2, &["127.0.0.1"]);
    canary
        .run_with(
            &[],
            &[
                "list",
                "--sandbox=http://u:wrong-canary@127.0.0.1:1/?wrong-canary",
            ],
        )
        .refused(4, &["no sandbox answers"]);
    canary
        .run(&[
            "terminate",
            "--filter",
            "kind:orphan",
            "--confirm",
            "near 3000",
        ])
        .refused(5, &["near"]);
    canary
        .run(&[
            "terminate",
            "--filter",
            "kind:ringing",
            "--confirm",
            "near 1",
        ])
        .expect(0);
    canary.expect_silence();
}

#[test]
fn f45_a_profile_is_set_up_and_left_with_the_secret_in_its_one_file_and_nowhere_else() {
    let mut canary = Canary::new();
    let (url, client) = (canary.served.url.clone(), canary.client.clone());
    let login = |name: &str, more: &[&str]| -> Vec<String> {
        let mut given = vec![
            "login",
            name,
            "--no-input",
            "--api-url",
            &url,
            "--login-url",
            &url,
        ];
        given.extend(["--client-id", &client, "--grant", "client-credentials"]);
        given.extend(more);
        given.iter().map(|one| (*one).to_owned()).collect()
    };
    let run = |canary: &mut Canary, secret: &str, arguments: &[String]| {
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        canary.run_with(&[("UNSTICK_CLIENT_SECRET", secret)], &arguments)
    };
    let secret = canary.secret.clone();
    run(&mut canary, &secret, &login("new", &[])).expect(0);
    run(&mut canary, "wrong-canary", &login("wrong", &[])).refused(3, &["sign-in refused"]);
    run(&mut canary, "wrong-canary", &login("new", &["--replace"]))
        .refused(3, &["sign-in refused"]);
    run(&mut canary, "two\nlines wrong-canary", &login("odd", &[])).refused(2, &["one line"]);
    canary.run_with(&[], &["profiles"]).expect(0);
    canary.run_with(&[], &["profiles", "--json"]).expect(0);
    canary
        .run_with(&[], &["list", "--profile", "new"])
        .expect(0);
    let kept = canary.home.path("home/config/secrets/new");
    let holds = fs::read_to_string(&kept).unwrap();
    assert_eq!(holds.trim_end(), canary.secret);
    canary.expect_absent(canary.heard.as_bytes(), "what was printed");
    for file in files_below(&canary.home.path("")) {
        if file != kept {
            let name = file.display().to_string();
            canary.expect_absent(&fs::read(&file).unwrap(), &name);
        }
    }
    canary
        .run_with(&[], &["logout", "new", "--forget"])
        .expect(0);
    assert!(
        files_below(&canary.home.path(""))
            .iter()
            .all(|file| !file.starts_with(kept.parent().unwrap()))
    );
}

/// Answers every connection with the refusal of a proxy.
fn refusing_proxy() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { return };
            let mut asked = [0; 1024];
            let _ = stream.read(&mut asked);
            let _ = stream.write_all(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        }
    });
    address
}

#[test]
fn f45_the_password_of_a_proxy_is_not_repeated_when_it_refuses_or_is_not_there() {
    let home = Home::new();
    home.write(
        "home/config/config.toml",
        "log_level = \"trace\"\n[profiles.far]\nregion = \"eu-west-1\"\nclient_id = \"c\"\n",
    );
    for address in [refusing_proxy(), "127.0.0.1:1".to_owned()] {
        let proxy = format!("http://user:proxy-canary@{address}");
        let mut command = home.command(&["list"]);
        command.envs([
            ("HTTPS_PROXY", proxy.as_str()),
            ("UNSTICK_CLIENT_SECRET", "wrong-canary"),
        ]);
        let ran = Ran::of(&command.output().unwrap()).refused(4, &["cannot be opened"]);
        let mut places = vec![ran.stderr.into_bytes()];
        places.extend(
            files_below(&home.path(""))
                .iter()
                .map(|file| fs::read(file).unwrap()),
        );
        let basic = STANDARD.encode("user:proxy-canary");
        for place in places {
            let text = String::from_utf8_lossy(&place);
            // The user's own configuration file is not a place of ours.
            assert!(
                !text.contains("proxy-canary")
                    && !text.contains(&basic)
                    && !text.contains("wrong-canary"),
                "{text}"
            );
        }
    }
}

#[test]
fn f45_a_panic_in_the_console_shows_no_secret_and_neither_does_the_console() {
    let mut canary = Canary::new();
    let secret = canary.secret.clone();
    let told = [
        ("UNSTICK_CLIENT_SECRET", secret.as_str()),
        ("UNSTICK_CRASH_AT", "panic-in-console"),
        ("RUST_BACKTRACE", "full"),
    ];
    let mut pty = Pty::start(Home::binary(), &["--profile=near"], &canary.home, &told);
    assert_eq!(pty.ended().exit_code(), 70, "{}", pty.text());
    assert!(
        String::from_utf8_lossy(&pty.raw).contains("panicked at"),
        "{}",
        pty.text()
    );
    canary.expect_absent(&pty.raw, "the terminal of the panic");
    let mut pty = Pty::start(
        Home::binary(),
        &["--profile=near"],
        &canary.home,
        &told[..1],
    );
    pty.wait_for_text("orphan");
    pty.keys("\r");
    pty.wait_for_text("Esc back");
    pty.keys("\u{1b}");
    pty.wait_for_text("↵ inspect");
    pty.keys("?");
    pty.wait_for_text("Keys for");
    pty.keys("\u{1b}");
    pty.wait_for("the list without the help", |screen| {
        !screen.contents().contains("Keys for")
    });
    pty.keys("q");
    assert_eq!(pty.ended().exit_code(), 0, "{}", pty.text());
    expect_clean(&pty.raw, Licence::Console, "the console");
    canary.expect_absent(&pty.raw, "the terminal");
    canary.run(&["runs"]).expect(0);
    canary.expect_silence();
}

#[test]
fn f45_a_child_is_told_nothing() {
    let canary = Canary::new();
    let dump = canary.home.path("dump");
    let tmux = canary.home.write(
        "bin/tmux",
        &format!("#!/bin/sh\n{{ env; tr '\\0' ' ' </proc/$$/cmdline; cat; }} >{0}.part\nmv {0}.part {0}\n", dump.display()),
    );
    fs::set_permissions(&tmux, fs::Permissions::from_mode(0o755)).unwrap();
    let path = format!("{}:/usr/bin:/bin", canary.home.path("bin").display());
    let more = [
        ("UNSTICK_CLIENT_SECRET", canary.secret.as_str()),
        ("TMUX", "/tmp/none,1,0"),
        ("PATH", path.as_str()),
    ];
    let mut pty = Pty::start(Home::binary(), &["--profile=near"], &canary.home, &more);
    pty.wait_for_text("orphan");
    pty.keys("y");
    pty.wait_for_text("Copy from");
    pty.keys("i");
    pty.wait_for_text("copied id (tmux)");
    pty.keys("q");
    assert_eq!(pty.ended().exit_code(), 0, "{}", pty.text());
    let told = fs::read(dump).unwrap();
    assert!(
        String::from_utf8_lossy(&told).contains("load-buffer"),
        "{}",
        String::from_utf8_lossy(&told)
    );
    canary.expect_absent(&told, "what tmux was told");
    let oracle = expect_clean(&pty.raw, Licence::Console, "the console");
    assert!(oracle.copied.is_empty(), "{oracle:?}");
}

#[test]
fn f45_the_secret_of_a_descriptor_is_in_no_command_line_and_no_environment() {
    let canary = Canary::new();
    let file = canary.home.write("secret", &canary.secret);
    let shell = format!(
        "exec {} list --json --watch-nothing 3<{}",
        Home::binary().display(),
        file.display()
    );
    // An unknown flag is refused before the secret is read: what is asked here is only whether anything repeats it.
    let mut command = std::process::Command::new("sh");
    let ran = Ran::of(
        &command
            .args(["-c", &shell])
            .env_clear()
            .envs(canary.home.variables())
            .output()
            .unwrap(),
    );
    assert_eq!(ran.code, Some(2), "{ran:?}");
    let shell = format!(
        "exec {} --secret-fd 3 3<{}",
        Home::binary().display(),
        file.display()
    );
    let mut pty = Pty::start(Path::new("/bin/sh"), &["-c", &shell], &canary.home, &[]);
    pty.wait_for_text("orphan");
    let process = PathBuf::from(format!("/proc/{}", pty.process_id()));
    for name in ["cmdline", "environ"] {
        if let Ok(told) = fs::read(process.join(name)) {
            canary.expect_absent(&told, name);
        }
    }
    pty.keys("q");
    assert_eq!(pty.ended().exit_code(), 0, "{}", pty.text());
    fs::remove_file(file).unwrap();
    canary.expect_absent(&pty.raw, "the terminal");
}

/// The other user of nearly every system.
const NOBODY: u32 = 65534;

#[test]
fn f45_the_memory_of_the_process_is_written_nowhere_and_shown_to_nobody() {
    let home = Home::new();
    fs::create_dir_all(home.path("home")).unwrap();
    fs::set_permissions(home.path("home"), fs::Permissions::from_mode(0o777)).unwrap();
    let mut command = home.command(&["sandbox", "serve", "quiet"]);
    let is_root = rustix::process::geteuid().is_root();
    if is_root {
        command.uid(NOBODY).gid(NOBODY);
    }
    let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap())
        .read_line(&mut line)
        .unwrap();
    assert!(line.contains("client_secret"), "{line}");
    let process = PathBuf::from(format!("/proc/{}", child.id()));
    let limits = fs::read_to_string(process.join("limits")).unwrap();
    let core = limits
        .lines()
        .find(|line| line.starts_with("Max core file size"))
        .unwrap();
    let figures: Vec<&str> = core.split_whitespace().skip(4).take(2).collect();
    // What cannot be dumped belongs to root, whoever runs it.
    let owner = fs::metadata(process.join("environ")).unwrap().uid();
    let is_shown = fs::read(process.join("environ")).is_ok();
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!(figures, ["0", "0"], "{limits}");
    assert_eq!(owner, 0);
    assert!(is_root || !is_shown, "others can read it");
}

#[test]
fn what_holds_a_secret_shows_none_and_wipes_it() {
    fn is_wiped<T: secrecy::zeroize::ZeroizeOnDrop>(_: &T) {}
    let secret: secrecy::SecretString = "wrong-canary".to_owned().into();
    is_wiped(&secret);
    let said = r#"{"url":"http://127.0.0.1:1","login_url":"http://127.0.0.1:1","org_id":"o","org_name":"n","client_id":"c","client_secret":"wrong-canary"}"#;
    let welcome: unstick::settings::Welcome = serde_json::from_str(said).unwrap();
    let access = unstick::genesys::Access {
        profile: "near".to_owned(),
        addresses: unstick::settings::region::Addresses::of_loopback(
            "http://127.0.0.1:1",
            "http://127.0.0.1:1",
        )
        .unwrap(),
        client_id: "c".to_owned(),
        grant: unstick::genesys::Grant::ClientCredentials(secret.clone()),
        certificate: None,
        proxy: None,
    };
    for shown in [
        format!("{secret:?}"),
        format!("{welcome:?}"),
        format!("{access:?}"),
    ] {
        assert!(!shown.contains("wrong-canary"), "{shown}");
    }
}
