//! Both values of every switch that stands for a fact nobody has verified: the same chats are found, shown, planned and ended, and nothing
//! is said to be ended that is not.

use std::collections::BTreeSet;
use std::thread;

use serde_json::{Value, json};

use super::office::{ORPHAN, Office};
use crate::support::Ran;

/// What becomes of a chat that is to be ended: its label, the exit code, its final state.
type End = (&'static str, i32, &'static str);

/// One value of a switch, as a scenario says it, and what comes of it.
struct Way {
    says: &'static str,
    ends: &'static [End],
}

const USUAL: &[End] = &[(ORPHAN, 0, "ended"), ("owed", 0, "ended")];

const fn usual(says: &'static str) -> Way {
    Way { says, ends: USUAL }
}

/// A chat in a bot, for the switches that concern bots.
const BOT: &str = "\n[[chat]]\nkind = \"bot-loop\"\nlabel = \"bot\"\nbot_stays = true\n";

/// Every switch of the guests' protocol turned the other way, at a deployment that tells.
const GUESTS: &str = "\n[guest]\ntold_of = [\"agent\", \"bot\"]\nsays_not_read_only = false\nrevives_untold = false\ncloses_after_ms = 0\n\
    closing_word = \"reasonCode\"\ntells_expiry = true\nexpiry_is_response = true\nunconfigured_code = 403\nwithout_origin = true\n\
    idle_socket_seconds = 60\nsocket_age_seconds = 7200\njitter_ms = 50\n[[deployment]]\nname = \"D\"\ndisconnect = \"send\"\n";

const WAYS: &[Way] = &[
    usual("machine_legs_list_messages = true"),
    usual("machine_legs_list_messages = false"),
    usual("legs_of_others = true"),
    usual("legs_of_others = false"),
    usual("messages_readable = true"),
    usual("messages_readable = false"),
    usual("already_ended = \"refused\""),
    usual("already_ended = \"not-found\""),
    usual("already_ended = \"accepted\""),
    usual("threading_minutes = 0"),
    usual("threading_minutes = 4320"),
    usual("disconnect_type = \"client\""),
    usual("disconnect_type = \"system\""),
    usual("teardown_disconnect_type = \"system\""),
    usual("teardown_disconnect_type = \"other\""),
    usual("heartbeat_ms = 30000"),
    usual("heartbeat_ms = 0"),
    usual("provider = \"PureCloud Messaging\""),
    usual("provider = \"x\""),
    usual("delete_status = 200"),
    usual("delete_status = 204"),
    // Whatever ended cannot be read any more: a second source says that it ended.
    usual("ended_readable_minutes = 0"),
    usual("ended_readable_minutes = 60"),
    usual("attribute_search_lists = true"),
    usual("attribute_search_lists = false"),
    usual("analytics_lag_ms = 600000"),
    usual("activity_entities_max = 1"),
    usual("rate_limit = 120"),
    usual("[sign_in]\nrefresh_tokens = true"),
    usual("[sign_in]\nrefresh_tokens = false"),
    usual(GUESTS),
    Way {
        says: "wrap_up_of_others = false",
        ends: &[(ORPHAN, 0, "ended"), ("owed", 1, "wrap-up-owed")],
    },
];

/// The lines that a way needs instead of those that an office has.
fn office_of(way: &Way, more: &str) -> Office {
    let says = way.says;
    // What the office says itself is left to the way.
    Office::on(&format!("{says}{more}"), "")
}

impl Way {
    fn walk(&self) -> BTreeSet<String> {
        let office = office_of(self, "");
        let says = self.says;
        let listed = office.run(&["list", "--json"]);
        assert_eq!(listed.code, Some(0), "{says}: {listed:#?}");
        let code = wrap_up_code(&office);
        for (label, exit, state) in self.ends {
            let id = office.id(label);
            let kinds = kinds(&listed, &id);
            let expected = if *label == "owed" {
                "wrap-up"
            } else {
                "orphan"
            };
            assert_eq!(kinds, expected, "{says}");
            office.run(&["show", &id, "--json"]).expect(0);
            office
                .run(&["plan", "--ids", &id, "--wrap-up", &code])
                .expect(0);
            let ran = office.terminate(&id, &["--wrap-up", &code, "--json"]);
            assert_eq!(ran.code, Some(*exit), "{says}: {ran:#?}");
            let counts = ran.json_lines().pop().unwrap()["counts"].clone();
            assert_eq!(counts[*state], 1, "{says}: {ran:#?}");
            let is_ended = office.served.ended(&office.home).contains(&id);
            assert_eq!(is_ended, *state == "ended", "{says}: {label}");
        }
        office.run(&["list"]).expect(0);
        assert_eq!(office.doctor().code, 0, "{says}");
        asked(&office)
    }
}

/// The id of a wrap-up code, by the sandbox's own profile.
fn wrap_up_code(office: &Office) -> String {
    let ran = office.run(&["plan", &office.served.flag(), "--ids", &office.id("owed")]);
    let plan = ran.json_lines().pop().unwrap();
    plan["wrap_up"].as_str().unwrap().to_owned()
}

fn kinds(listed: &Ran, id: &str) -> String {
    let rows = listed.json_lines();
    let row = rows.iter().find(|row| row["id"] == id).unwrap();
    row["kind"].as_str().unwrap().to_owned()
}

/// What was asked, with `{id}` for every id.
fn asked(office: &Office) -> BTreeSet<String> {
    let requests = office.served.told("requests");
    let shape = |one: &Value| {
        let path = one["path"].as_str().unwrap().split('/');
        let pieces: Vec<&str> = path
            .map(|piece| match uuid::Uuid::try_parse(piece) {
                Ok(_) => "{id}",
                Err(_) => piece,
            })
            .collect();
        format!("{} {}", one["method"].as_str().unwrap(), pieces.join("/"))
    };
    requests.iter().map(shape).collect()
}

/// Requests whose answer, effect or permission nobody has verified, and which nothing here depends on.
const NEVER: [&str; 5] = [
    "DELETE /api/v2/conversations/{id}",
    "GET /api/v2/conversations/messages/{id}",
    "GET /api/v2/conversations",
    "GET /api/v2/conversations/messages",
    "POST /api/v2/conversations/participants/attributes/search",
];

#[test]
fn every_switch_ends_what_it_ends_whichever_way_it_is_set_and_asks_nothing_unverified() {
    let mut all = BTreeSet::new();
    // A few at a time: each runs a dozen programs.
    for some in WAYS.chunks(6) {
        thread::scope(|scope| {
            let walks: Vec<_> = some.iter().map(|way| scope.spawn(|| way.walk())).collect();
            for walk in walks {
                all.extend(walk.join().unwrap());
            }
        });
    }
    assert!(all.len() > 8, "{all:?}");
    for never in NEVER {
        assert!(!all.contains(never), "{never}");
    }
}

/// A bot that keeps its leg is a chat that is not over, and is said to be open.
#[test]
fn a_close_that_spares_bots_is_never_taken_for_an_end() {
    for (spares, exit, state) in [(false, 0, "ended"), (true, 1, "escalate")] {
        let office = Office::on(&format!("close_spares_bots = {spares}{BOT}"), "");
        let id = office.id("bot");
        let ran = office.terminate(&id, &["--json"]);
        assert_eq!(ran.code, Some(exit), "{spares}: {ran:#?}");
        let counts = ran.json_lines().pop().unwrap()["counts"].clone();
        assert_eq!(counts[state], 1, "{spares}: {ran:#?}");
        let is_ended = office.served.ended(&office.home).contains(&id);
        assert_eq!(is_ended, !spares);
    }
}

fn tear_down(office: &Office, id: &str) {
    let phrase = format!("acme teardown {}", &id[..8]);
    let ran = office.run(&[
        "terminate",
        "--ids",
        id,
        "--rung",
        "teardown",
        "--confirm",
        &phrase,
        "--json",
    ]);
    assert_eq!(ran.code, Some(0), "{ran:#?}");
    let counts = ran.json_lines().pop().unwrap()["counts"].clone();
    assert_eq!(counts["ended"], 1, "{ran:#?}");
}

/// Whatever a teardown leaves on the legs, it is read, not believed.
#[test]
fn a_teardown_is_proven_whatever_it_writes_on_the_legs() {
    let stubborn = "\n[[chat]]\nkind = \"stubborn\"\nlabel = \"stubborn\"\nteardown_works = true\n";
    thread::scope(|scope| {
        for word in ["system", "other"] {
            scope.spawn(move || {
                let says = format!("teardown_disconnect_type = \"{word}\"{stubborn}");
                let office = Office::on(&says, "");
                office.profile("write = true\nallow_teardown = true");
                let id = office.id("stubborn");
                let ran = office.terminate(&id, &["--json"]);
                assert_eq!(ran.code, Some(1), "{ran:#?}");
                tear_down(&office, &id);
                assert!(office.served.ended(&office.home).contains(&id), "{word}");
            });
        }
    });
}

/// Somebody else is quicker: between the check and our request the chat ends by itself. Whatever the platform answers then, the chat is
/// ended, nothing is claimed that is not so, and nothing goes on being sent.
#[test]
fn an_ending_of_what_has_just_ended_is_understood_in_every_form() {
    for switch in ["refused", "not-found", "accepted"] {
        let office = Office::on(&format!("already_ended = \"{switch}\""), "");
        let id = office.id(ORPHAN);
        office.served.order(&json!({ "fault": [{
            "step": "legs", "conversation": ORPHAN, "nth": 1, "event": "agent-leaves",
        }] }));
        let ran = office.terminate(&id, &["--json"]);
        assert_eq!(ran.code, Some(0), "{switch}: {ran:#?}");
        let counts = ran.json_lines().pop().unwrap()["counts"].clone();
        let ended =
            counts["ended"].as_u64().unwrap_or(0) + counts["ended-elsewhere"].as_u64().unwrap_or(0);
        assert_eq!(ended, 1, "{switch}: {ran:#?}");
        assert!(office.served.ended(&office.home).contains(&id), "{switch}");
        assert!(
            office.changes().len() <= 2,
            "{switch}: {:#?}",
            office.changes()
        );
    }
}

/// The customer writes after the end. Inside the window the same chat comes back, outside of it a new one begins; the run that ended the
/// old one came out well either way, and the list shows what is there.
#[test]
fn a_customer_who_writes_after_the_end_comes_back_or_comes_anew() {
    for (window, comes_back) in [(4320, true), (0, false)] {
        let office = Office::on(&format!("threading_minutes = {window}"), "");
        let id = office.id(ORPHAN);
        office.terminate(&id, &[]).expect(0);
        office.served.happen(
            &json!({ "event": "customer-writes", "conversation": ORPHAN, "text": "hello?" }),
        );
        let listed = office.run(&["list", "--json"]).expect(0).json_lines();
        let is_back = listed.iter().any(|row| row["id"] == id.as_str());
        assert_eq!(is_back, comes_back, "{window}: {listed:#?}");
        assert_eq!(listed.len(), 4, "{window}: somebody is there either way");
    }
}
