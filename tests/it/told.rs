//! Was the guest told? What the real binary says of it, held against what the sandbox's guests were really sent.

use serde_json::Value;

use crate::support::served::Served;
use crate::support::{Home, Ran};

/// One chat of a kind, by a deployment that is set like this, its guest's window open or not, without these permissions.
struct Case {
    kind: &'static str,
    disconnect: &'static str,
    sockets: u32,
    without: &'static str,
}

impl Case {
    const USUAL: Self = Self {
        kind: "idle",
        disconnect: "send",
        sockets: 4,
        without: "",
    };

    fn serve(&self, home: &Home) -> Served {
        let Self {
            kind,
            disconnect,
            sockets,
            without,
        } = self;
        let scenario = format!(
            "description = \"told\"\n[[deployment]]\nname = \"Shop\"\ndisconnect = \"{disconnect}\"\n[guest]\nsockets = {sockets}\n\
             [platform]\nwithout_permissions = [{without}]\n[[chat]]\nkind = \"{kind}\"\nlabel = \"one\"\n"
        );
        let file = home.write("told.toml", &scenario);
        Served::start(home, &[file.to_str().unwrap()])
    }

    /// Ends it, and gives what was said before, and of its guest after.
    fn ended(&self) -> (Ran, Value, bool) {
        let home = Home::new();
        let served = self.serve(&home);
        let filter = format!("kind:{}", self.kind);
        let flag = served.flag();
        let arguments = [
            "terminate",
            &flag,
            "--filter",
            &filter,
            "--confirm",
            "sandbox 1",
            "--json",
        ];
        let ran = home.run(&arguments).expect(0);
        let summary = ran.json_lines().pop().unwrap();
        let guests = summary["guests"].as_array().unwrap().clone();
        assert_eq!(guests.len(), 1, "{summary}");
        let is_told = served.told("truth").iter().any(|line| {
            line["frame"]["kind"] == "presence-disconnect"
                && line["conversation"] == guests[0]["id"]
        });
        (ran, guests[0].clone(), is_told)
    }
}

#[test]
fn what_is_said_of_a_guest_is_what_the_guest_was_sent() {
    let usual = Case::USUAL;
    let cases = [
        (
            Case {
                disconnect: "off",
                ..usual
            },
            "cannot-be-told",
            "is off",
        ),
        (
            Case { ..Case::USUAL },
            "told",
            "written to the guest's window",
        ),
        (
            Case {
                disconnect: "read-only",
                ..Case::USUAL
            },
            "told",
            "written to the guest's window",
        ),
        // Nobody is there: its window is closed, and its leg is open.
        (
            Case {
                sockets: 0,
                ..Case::USUAL
            },
            "on-return",
            "nothing was written to a window",
        ),
        (
            Case {
                sockets: 0,
                disconnect: "read-only",
                ..Case::USUAL
            },
            "on-return",
            "is on (ReadOnly)",
        ),
        // Customer gone for good, agent there.
        (
            Case {
                kind: "orphan",
                disconnect: "read-only",
                ..Case::USUAL
            },
            "cannot-be-told",
            "session ran out",
        ),
        // No agent there: only what a witness saw is known.
        (
            Case {
                kind: "bot-loop",
                sockets: 0,
                ..Case::USUAL
            },
            "unknown",
            "no agent's leg is ended",
        ),
    ];
    for (case, told, from) in cases {
        let (ran, guest, was_sent) = case.ended();
        let words = guest["from"].as_str().unwrap();
        let about = format!(
            "{} {} {}: {guest}",
            case.kind, case.disconnect, case.sockets
        );
        assert_eq!(guest["told"], told, "{about}");
        assert!(words.contains(from), "{about}");
        assert_eq!(told == "told", was_sent, "{about}");
        // What was planned never says more than what came of it.
        let planned = ran.stderr.lines().find(|line| line.starts_with("guests: "));
        let planned = planned.unwrap_or_else(|| panic!("{ran:#?}"));
        let expected = match (case.kind, case.disconnect) {
            (_, "off") => "1 cannot be told",
            ("idle", _) => "1 would be told:",
            ("orphan", _) => "1 cannot be told",
            _ => "1 not known whether told",
        };
        assert!(planned.contains(expected), "{about} {planned}");
    }
}

#[test]
fn without_the_permission_for_deployments_it_is_not_known_and_the_permission_is_named() {
    let case = Case {
        sockets: 0,
        without: "\"webDeployments:deployment:view\"",
        ..Case::USUAL
    };
    let (ran, guest, _) = case.ended();
    let why = "deployments are closed to this client (webDeployments:deployment:view)";
    assert_eq!(guest["told"], "unknown");
    assert_eq!(guest["from"], why);
    let planned = format!("guests: 1 not known whether told: {why}");
    assert!(ran.stderr.contains(&planned), "{ran:#?}");
    // A witness needs no permission.
    let (_, guest, _) = Case { sockets: 4, ..case }.ended();
    assert_eq!(
        (&guest["told"], &guest["seen"]),
        (&"told".into(), &true.into())
    );
}

#[test]
fn a_real_profile_has_no_witness_and_says_what_the_setting_lets_expect() {
    let home = Home::new();
    let served = Case::USUAL.serve(&home);
    let said = |key: &str| served.welcome[key].as_str().unwrap().to_owned();
    home.write(
        "home/config/config.toml",
        &served.profile("near", "write = true"),
    );
    let run = |arguments: &[&str]| {
        let mut command = home.command(arguments);
        let command = command.env("UNSTICK_CLIENT_SECRET", said("client_secret"));
        Ran::of(&command.output().unwrap()).expect(0)
    };
    let id = served.id("one");
    let shown = run(&["show", "--profile", "near", &id]).stdout;
    let words = "if it were ended, its guest would be told: the deployment's conversationDisconnect is on (Send)";
    assert!(
        shown.contains(words) && shown.contains("deployment: Shop"),
        "{shown}"
    );
    let arguments = [
        "terminate",
        "--profile",
        "near",
        "--ids",
        &id,
        "--confirm",
        "near 1",
    ];
    let report = run(&arguments).stdout;
    let words = "Guests: 1 told: the deployment's conversationDisconnect is on (Send), and an agent's leg is ended; on return where no window is open";
    assert!(report.contains(words), "{report}");
}
