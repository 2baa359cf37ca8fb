//! The ways into a clipboard, in a real terminal and in a real tmux; and the toast that names the way.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::process::{Command, Output};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::support::Home;
use crate::support::pty::Pty;
use crate::support::waiting::wait_until;

/// A tmux server of the test's own, with stock settings and one window.
struct Tmux {
    socket: PathBuf,
}

impl Tmux {
    /// Starts the console in it.
    fn start(home: &Home) -> Self {
        let tmux = Self {
            socket: home.path("tmux.sock"),
        };
        let console = format!("{} --sandbox=quiet", Home::binary().display());
        let size = ["-x", "100", "-y", "30"];
        let mut command = tmux.command(&["-f", "/dev/null", "new-session", "-d"]);
        command.args(size).arg(console);
        command.env_clear().envs(home.variables());
        let started = command.output().expect(
            "tmux is not installed, and the way into its clipboard cannot be tried without it",
        );
        assert!(started.status.success(), "{started:?}");
        tmux
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new("tmux");
        command.arg("-S").arg(&self.socket).args(arguments);
        command
    }

    fn ask(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    fn text(&self) -> String {
        String::from_utf8_lossy(&self.ask(&["capture-pane", "-p"]).stdout).into_owned()
    }

    fn wait_for(&self, words: &str) {
        // tmux tells nobody.
        let is_there = || self.text().contains(words);
        wait_until(is_there, || format!("never seen: {words}\n{}", self.text()));
    }

    fn keys(&self, keys: &str) {
        assert!(self.ask(&["send-keys", "-l", keys]).status.success());
    }
}

impl Drop for Tmux {
    fn drop(&mut self) {
        let _ = self.ask(&["kill-server"]);
    }
}

#[test]
fn in_tmux_with_stock_settings_its_own_command_takes_what_is_copied() {
    let home = Home::new();
    let tmux = Tmux::start(&home);
    tmux.wait_for("3 stuck and 1 stale of 7");
    tmux.keys("y");
    tmux.wait_for("Copy from");
    tmux.keys("i");
    tmux.wait_for("copied id (tmux)");
    let buffer = tmux.ask(&["show-buffer"]);
    let copied = String::from_utf8_lossy(&buffer.stdout).into_owned();
    let id: uuid::Uuid = copied
        .parse()
        .unwrap_or_else(|error| panic!("{error}: {copied:?}"));
    let short: String = id.to_string().chars().take(8).collect();
    assert!(tmux.text().contains(&short), "{}", tmux.text());
    tmux.keys("q");
}

/// A program that writes down what it is given.
fn stand_in(home: &Home, name: &str) -> PathBuf {
    let dump = home.path(&format!("{name}-got"));
    let script = format!(
        "#!/bin/sh\ncat > {0}.part\nmv {0}.part {0}\n",
        dump.display()
    );
    let file = home.write(&format!("bin/{name}"), &script);
    fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).unwrap();
    dump
}

/// The console with these variables, and stand-ins first on its path.
fn open(home: &Home, told: &[(&str, &str)]) -> Pty {
    let path = format!("{}:/usr/bin:/bin", home.path("bin").display());
    let all = [&[("PATH", path.as_str())], told].concat();
    let mut pty = Pty::start(Home::binary(), &["--sandbox=quiet"], home, &all);
    pty.wait_for_text("3 stuck and 1 stale of 7");
    pty
}

/// What went to the terminal's clipboard, in order.
fn through_terminal(pty: &Pty) -> Vec<String> {
    let raw = String::from_utf8_lossy(&pty.raw).into_owned();
    let parts = raw.split("\x1b]52;c;").skip(1);
    parts
        .map(|part| {
            let end = part.find(['\x07', '\x1b']).unwrap();
            let bytes = STANDARD.decode(&part[..end]).unwrap();
            String::from_utf8(bytes).unwrap()
        })
        .collect()
}

#[test]
fn the_terminal_is_asked_and_beside_it_the_display_where_somebody_sits_in_front_of_it() {
    let display = ("DISPLAY", ":99");
    for (told, words, native) in [
        (vec![], "copied id (through the terminal)", false),
        (
            vec![display],
            "copied id (through the terminal, xclip)",
            true,
        ),
        (
            vec![display, ("SSH_TTY", "/dev/pts/9")],
            "copied id (through the terminal)",
            false,
        ),
        // The console of the kernel knows no such sequence.
        (vec![display, ("TERM", "linux")], "copied id (xclip)", true),
    ] {
        let home = Home::new();
        let dump = stand_in(&home, "xclip");
        let mut pty = open(&home, &told);
        pty.keys("y");
        pty.wait_for_text("Copy from");
        pty.keys("i");
        pty.wait_for_text(words);
        assert_eq!(dump.exists(), native, "{told:?}");
        let sent = through_terminal(&pty);
        if words.contains("terminal") {
            assert_eq!(sent.len(), 1);
            assert!(sent[0].parse::<uuid::Uuid>().is_ok(), "{sent:?}");
        } else {
            assert_eq!(sent, Vec::<String>::new());
        }
        if native {
            let got = fs::read_to_string(&dump).unwrap();
            assert!(got.parse::<uuid::Uuid>().is_ok(), "{got}");
        }
        pty.keys("q");
        pty.ended();
        pty.is_as_found();
    }
}

#[test]
fn programs_that_hang_keep_nobody_waiting_and_in_tmux_the_terminal_is_not_asked() {
    let home = Home::new();
    // tmux by its own command or not at all: what a program in it sends to the terminal is dropped there.
    for name in ["tmux", "xclip", "xsel", "wl-copy"] {
        let file = home.write(&format!("bin/{name}"), "#!/bin/sh\nexec sleep 8\n");
        fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).unwrap();
    }
    let told = [
        ("TMUX", "/nowhere,1,0"),
        ("DISPLAY", ":99"),
        ("WAYLAND_DISPLAY", "wayland-9"),
    ];
    let mut pty = open(&home, &told);
    pty.keys("y");
    pty.wait_for_text("Copy from");
    pty.keys("i");
    pty.keys("P");
    pty.wait_for_text("BY QUEUE");
    assert!(
        !pty.text().contains("no clipboard here takes it"),
        "{}",
        pty.text()
    );
    pty.wait_for_text("no clipboard here takes it");
    assert_eq!(through_terminal(&pty), Vec::<String>::new());
    pty.keys("\x03");
    pty.ended();
}

#[test]
fn what_no_clipboard_takes_is_in_a_private_file_whose_place_is_said() {
    let home = Home::new();
    // A link that waits for it is replaced, not followed.
    let victim = home.write("victim", "mine");
    fs::create_dir_all(home.path("home/run")).unwrap();
    fs::set_permissions(home.path("home/run"), fs::Permissions::from_mode(0o700)).unwrap();
    let file = home.path("home/run/unstick-copy.txt");
    std::os::unix::fs::symlink(&victim, &file).unwrap();
    let mut pty = open(&home, &[("TERM", "linux")]);
    pty.keys("y");
    pty.wait_for_text("Copy from");
    pty.keys("i");
    pty.wait_for_text("no clipboard here takes it: written to");
    let copied = fs::read_to_string(&file).unwrap();
    assert!(copied.parse::<uuid::Uuid>().is_ok(), "{copied}");
    assert_eq!(fs::read_to_string(&victim).unwrap(), "mine");
    let mode = file.symlink_metadata().unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    pty.keys("q");
    pty.ended();
}
