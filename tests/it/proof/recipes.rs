//! Recipes where they may not be carried out: a real organisation, another host, a sandbox without the dialect, an address of this machine
//! that leads elsewhere; and recipes that would smuggle something. Nothing that ends anything leaves, and a real organisation hears nothing at all.

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::thread;

use serde_json::{Value, json};
use unstick::domain::plan::Plan;

use super::between::{Between, Manner};
use super::office::Office;
use crate::support::served::Served;
use crate::support::{Home, Ran};

/// Two chats in which nobody has written for long, on a platform that applies at once.
const CHATS: &str = "description = \"of a test\"\nseed = 11\n[platform]\nrate_limit = 3000\napply_ms = [0, 0]\nanalytics_lag_ms = 0\n\
    [[chat]]\nkind = \"idle\"\nlabel = \"one\"\n[[chat]]\nkind = \"idle\"\nlabel = \"two\"\n";

/// A recipe of one's own that is taken.
const OWN: &str = r#"title = "Closes the wrapper"
claim = "It ends the chat."
access = "none is named"
verdict = "It does not."
dialect = "forum"

[[step]]
name = "wrapper"
does = "Closes it"
method = "PATCH"
path = "/api/v2/conversations/webchat/{conversation}"
body = { status = "closed" }
accepted = [200]
published = { operations = ["PATCH /api/v2/conversations/messages/{conversationId}"], note = "with state" }
"#;

/// An office whose sandbox has these words before its chats.
fn office(first: &str) -> Office {
    let home = Home::new();
    let file = home.write("forum.toml", &format!("{first}\n{CHATS}"));
    let served = Served::start(&home, &[file.to_str().unwrap()]);
    let office = Office { home, served };
    office.profile("write = true");
    office
}

fn forum() -> Office {
    office("dialect = \"forum\"")
}

impl Office {
    /// A plan of one chat in this way, made on the sandbox, by the profile that these flags say.
    fn planned(&self, flag: &str, recipe: &str) -> Plan {
        let id = self.id("one");
        let ran = self.run(&["plan", flag, "--ids", &id, "--recipe", recipe]);
        let ran = ran.expect(0);
        Plan::parse(&ran.stdout).unwrap()
    }

    /// A plan as a file; its hash is made to fit.
    fn file_of(&self, plan: &Plan) -> String {
        let mut plan = plan.clone();
        plan.hash = plan.computed_hash();
        self.file_with(&serde_json::to_value(&plan).unwrap())
    }

    fn file_with(&self, plan: &Value) -> String {
        let name = format!("{}.json", uuid::Uuid::new_v4().simple());
        let file = self.home.write(&name, &plan.to_string());
        file.to_str().unwrap().to_owned()
    }

    fn heard_by_the_sandbox(&self) -> usize {
        self.served.told("requests").len()
    }
}

/// Bytes in hex.
fn hex(bytes: &[u8]) -> String {
    let pieces = bytes
        .chunks(16)
        .map(|piece| u128::from_be_bytes(piece.try_into().unwrap()));
    pieces.fold(String::new(), |text, piece| text + &format!("{piece:032x}"))
}

/// With these fields in the place of its own, at the top or in its recipe's first step, and a hash that fits.
fn forged(plan: &Plan, change: impl FnOnce(&mut Value)) -> Value {
    let mut plan = serde_json::to_value(plan).unwrap();
    change(&mut plan);
    let object = plan.as_object_mut().unwrap();
    object.remove("hash");
    let digest = <sha2::Sha256 as sha2::Digest>::digest(plan.to_string().as_bytes());
    let hash = hex(&digest);
    plan["hash"] = hash.into();
    plan
}

#[test]
fn a_real_organisation_is_never_shown_a_recipe_and_hears_nothing_when_one_is_named() {
    let office = forum();
    let flag = office.served.flag();
    let id = office.id("one");
    let plan = office.planned(&flag, "5-patch-wrapper");
    let moved = office.file_of(&plan);
    let by_hand = office.file_of(&Plan {
        api_host: "api.mypurecloud.ie".to_owned(),
        profile: "acme".to_owned(),
        ..plan
    });
    // A run of it that was confirmed and never finished.
    let confirmed = ["--recipe", "5-patch-wrapper", "--confirm", "sandbox 1"];
    let died = [&["terminate", &flag, "--ids", &id], &confirmed[..]].concat();
    let mut died = office.command(&died);
    died.env("UNSTICK_CRASH_AT", "after-confirm");
    assert_eq!(died.output().unwrap().status.code(), None);

    office.real_profile("");
    let between = Between::new(&office, Manner::Lets);
    // The way there is open: it is no accident that nothing comes through.
    between.run(&office, true, &["list"]).expect(0);
    let before = (office.heard_by_the_sandbox(), between.heard().len());

    let all = office.run(&["recipes", "list", "--json"]).json_lines();
    let names: Vec<&str> = all
        .iter()
        .map(|one| one["name"].as_str().unwrap())
        .filter(|name| *name != "standard")
        .collect();
    assert_eq!(names.len(), 13);
    for name in names {
        let shown = office
            .run(&["recipes", "show", name, "--json"])
            .json_lines();
        for command in ["plan", "terminate"] {
            let mut arguments = vec![command, "--ids", &id, "--recipe", name];
            if command == "terminate" {
                arguments.extend(["--confirm", "acme 1"]);
            }
            let ran = between.run(&office, true, &arguments).refused(
                5,
                &[
                    name,
                    "`acme`",
                    "only ever shown `standard`",
                    "Nothing was sent",
                ],
            );
            for step in shown[0]["steps"].as_array().unwrap() {
                for operation in step["published"]["operations"].as_array().unwrap() {
                    let operation = operation.as_str().unwrap();
                    assert!(ran.stderr.contains(operation), "{operation}: {ran:#?}");
                }
            }
        }
    }
    let instead = "instead of PATCH /api/v2/conversations/webchat/{conversation}: PATCH /api/v2/conversations/messages/{conversationId}";
    for arguments in [
        &["terminate", "--plan", &moved, "--confirm", "sandbox 1"][..],
        &["terminate", "--plan", &by_hand, "--confirm", "acme 1"],
        &["terminate", "--plan", &by_hand, "--dry-run"],
        &["runs", "resume", "1", "--confirm", "sandbox 1"],
    ] {
        let ran = between.run(&office, true, arguments);
        ran.refused(5, &["only ever shown `standard`", instead]);
    }
    assert_eq!(
        (office.heard_by_the_sandbox(), between.heard().len()),
        before,
        "a real organisation heard of a recipe"
    );
    // The ladder is as it was, by its name too.
    let ladder = ["plan", "--ids", &id, "--recipe", "standard"];
    between.run(&office, true, &ladder).expect(0);
    assert!(office.changes().is_empty());
}

#[test]
fn a_recipe_whose_host_is_not_the_profile_s_is_refused_however_it_comes() {
    let office = forum();
    let host = office.served.url.rsplit('/').next().unwrap().to_owned();
    let id = office.id("one");
    let own = |host: &str| {
        let text = OWN.replacen("dialect", &format!("host = \"{host}\"\ndialect"), 1);
        office.home.write("home/config/recipes/mine.toml", &text);
    };
    own(&host);
    let plan = office.planned("--profile=acme", "mine");
    own("api.mypurecloud.com");
    let words = ["`mine` is for the host `api.mypurecloud.com`", &host];
    for command in ["plan", "terminate"] {
        office
            .run(&[command, "--ids", &id, "--recipe", "mine"])
            .refused(5, &words);
    }
    let elsewhere = forged(&plan, |plan| {
        plan["recipe"]["host"] = "api.mypurecloud.com".into();
    });
    let file = office.file_with(&elsewhere);
    office
        .run(&["terminate", "--plan", &file, "--confirm", "acme 1"])
        .refused(5, &words);
    assert!(office.changes().is_empty());
}

#[test]
fn a_sandbox_without_the_dialect_is_shown_none_of_the_forum_s_requests() {
    let (office, speaks) = (office(""), forum());
    let id = office.id("one");
    let words = ["does not speak the forum's dialect", "--sandbox=forum"];
    for command in ["plan", "terminate"] {
        office
            .run(&[command, "--ids", &id, "--recipe", "2-post-empty"])
            .refused(5, &words);
    }
    let ladder = office.run(&["plan", "--ids", &id]).expect(0);
    let recipe = speaks.planned("--profile=acme", "2-post-empty").recipe;
    let plan = Plan {
        recipe,
        ..Plan::parse(&ladder.stdout).unwrap()
    };
    let file = office.file_of(&plan);
    office
        .run(&["terminate", "--plan", &file, "--confirm", "acme 1"])
        .refused(5, &words);
    assert!(office.changes().is_empty());
}

/// Leads to the sandbox, and knows nothing of what only a sandbox is asked: as an address of this machine does that leads to an organisation.
fn tunnel(url: &str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let at = format!("http://{}", listener.local_addr().unwrap());
    let to = url.rsplit('/').next().unwrap().to_owned();
    thread::spawn(move || {
        for near in listener.incoming() {
            let (mut near, to) = (near.unwrap(), to.clone());
            thread::spawn(move || {
                let mut head = [0; 4096];
                let count = near.read(&mut head).unwrap_or(0);
                if head.starts_with(b"GET /sandbox/") {
                    let _ = near.write_all(
                        b"HTTP/1.1 404 Not Found\r\nconnection: close\r\ncontent-length: 0\r\n\r\n",
                    );
                    return;
                }
                let mut far = TcpStream::connect(to).unwrap();
                let _ = far.write_all(&head[..count]);
                let (mut back, mut out) = (far.try_clone().unwrap(), near.try_clone().unwrap());
                let answers = thread::spawn(move || {
                    let _ = std::io::copy(&mut back, &mut out);
                    let _ = out.shutdown(Shutdown::Both);
                });
                let _ = std::io::copy(&mut near, &mut far);
                let _ = far.shutdown(Shutdown::Both);
                let _ = answers.join();
            });
        }
    });
    at
}

#[test]
fn an_address_of_this_machine_that_does_not_say_it_is_a_sandbox_is_shown_no_recipe_not_even_a_published_one()
 {
    let office = forum();
    let id = office.id("one");
    let published = OWN
        .replace("webchat", "messages")
        .replace("status = \"closed\"", "state = \"disconnected\"")
        .replace("\"forum\"", "\"platform\"");
    office
        .home
        .write("home/config/recipes/mine.toml", &published);
    office
        .run(&["plan", "--ids", &id, "--recipe", "mine"])
        .expect(0);
    let config = office.home.path("home/config/config.toml");
    let text = std::fs::read_to_string(&config).unwrap();
    let tunnelled = text.replace(&office.served.url, &tunnel(&office.served.url));
    std::fs::write(&config, tunnelled).unwrap();
    office.run(&["plan", "--ids", &id]).expect(0);
    for name in ["mine", "2-post-empty"] {
        let arguments = ["terminate", "--ids", &id, "--recipe", name];
        let ran = office.run(&[&arguments[..], &["--confirm", "acme 1"]].concat());
        ran.refused(
            5,
            &["does not say that it is a sandbox", "for sandboxes alone"],
        );
    }
    assert!(office.changes().is_empty());
}

/// What somebody might write to a file, in place of what stands in a good one; and what is said of it, with its line.
const SMUGGLED: [(&str, &str, &str); 15] = [
    (
        "accepted",
        "acepted",
        "mine.toml:13:1: unknown key `acepted`",
    ),
    (
        "{conversation}",
        "{id}",
        "mine.toml:11:39: there is no placeholder `{id}`",
    ),
    (
        "accepted = [200]",
        "accepted = [200]\nthen = \"after\"",
        "mine.toml:14:9: `after` is no later step",
    ),
    (
        "/api/v2/conversations",
        "/oauth/v2/conversations",
        "mine.toml:11:9: a path begins with `/api/v2/`",
    ),
    (
        "/api/v2/conversations",
        "https://elsewhere.example/api/v2/conversations",
        "mine.toml:11:9: a path begins with `/api/v2/`",
    ),
    (
        "conversations/webchat",
        "users/../conversations/webchat",
        "mine.toml:11:23: `..` cannot stand in a path",
    ),
    (
        "conversations/webchat",
        "conversations/%2e%2e",
        "mine.toml:11:31: `%2e%2e` cannot stand in a path",
    ),
    // The body is filled with the plan's id, and the path hits another chat.
    (
        "webchat/{conversation}\"\nbody = { status = \"closed\" }",
        "webchat/3f2a9c41-5b4e-4a07-9c1c-2f0d5a7719ee\"\nbody = { status = \"{conversation}\" }",
        "mine.toml:11:39: an id cannot stand in a path",
    ),
    (
        "webchat/{conversation}\"\nbody = { status = \"closed\" }",
        "webchat/all\"\nbody = { status = \"{conversation}\" }",
        "mine.toml:11:9: `{conversation}` does not stand in the path",
    ),
    (
        "accepted = [200]",
        "accepted = [200]\nheaders = { Authorization = \"Bearer x\" }",
        "mine.toml:14:30: `Authorization` is set by the program alone",
    ),
    (
        "accepted = [200]",
        "accepted = [200]\nheaders = { hOsT = \"elsewhere.example\" }",
        "mine.toml:14:21: `hOsT` is set by the program alone",
    ),
    (
        "accepted = [200]",
        "accepted = [200]\nheaders = { X-A = \"a\\r\\nhost: b\" }",
        "mine.toml:14:20: `X-A` has a value",
    ),
    (
        "accepted = [200]",
        "accepted = [200]\nretry = { times = 1000000000, base = \"1s\", at_most = \"2s\" }",
        "mine.toml:14:19: ",
    ),
    (
        "accepted = [200]",
        "accepted = [200]\nretry = { times = 6, base = \"1s\", at_most = \"2s\" }",
        "mine.toml:14:19: `times` is 1 to 5",
    ),
    (
        "accepted = [200]",
        "accepted = [200]\nwait = { until = \"ended\", by = \"read\", at_most = \"1000000000s\" }",
        "mine.toml:14:51: `1000000000s` is no time up to 60 s",
    ),
];

#[test]
fn what_a_recipe_of_one_s_own_would_smuggle_is_refused_with_its_line_before_anything_is_sent() {
    let office = forum();
    let id = office.id("one");
    let step = &OWN[OWN.find("[[step]]").unwrap()..];
    let unreachable = OWN.replace("accepted", "then = \"verify\"\naccepted")
        + &step.replace("\"wrapper\"", "\"again\"");
    let steps: String = (0..10_000)
        .map(|number| step.replace("wrapper", &format!("s{number}")))
        .collect();
    let thirteen: String = (0..12)
        .map(|number| step.replace("wrapper", &format!("s{number}")))
        .collect();
    let body = |bytes: usize| OWN.replace("\"closed\"", &format!("\"{}\"", "x".repeat(bytes)));
    let whole = [
        (unreachable, "mine.toml:17:9: this step is never come to"),
        (OWN.to_owned() + &steps, "it is longer than 65536 bytes"),
        (OWN.to_owned() + &thirteen, "a recipe has 12 steps at most"),
        (body(10_000_000), "it is longer than 65536 bytes"),
        (
            body(20_000),
            "mine.toml:12:8: a body is 16384 bytes at most",
        ),
    ];
    let changed = SMUGGLED.iter().map(|(from, to, words)| {
        assert!(OWN.contains(from), "{from}");
        (OWN.replacen(from, to, 1), *words)
    });
    let mut missed = Vec::new();
    for (text, words) in changed.chain(whole) {
        office.home.write("home/config/recipes/mine.toml", &text);
        for arguments in [
            &["plan", "--ids", &id, "--recipe", "mine"][..],
            &["recipes", "show", "mine"],
        ] {
            let ran = office.run(arguments);
            let is_said = ran.stderr.contains(words) && ran.stderr.contains("recipes/mine.toml");
            if ran.code != Some(2) || !is_said {
                missed.push((words, ran));
            }
        }
    }
    assert!(missed.is_empty(), "{missed:#?}");
    office.home.write("home/config/recipes/mine.toml", OWN);
    let listed = office.run(&["recipes"]).expect(0);
    assert!(listed.stdout.contains("\nmine "), "{listed:#?}");
    office
        .run(&["plan", "--ids", &id, "--recipe", "mien"])
        .refused(2, &["there is no recipe `mien`"]);
    assert_eq!(office.heard_by_the_sandbox(), 0);
}

/// Plans with hashes that fit, what each is left with, and what is said of it. The other chat is not in the plan.
#[rustfmt::skip]
#[expect(clippy::too_many_lines, reason = "a table, line by line")]
fn forgeries(plan: &Plan, two: &str) -> Vec<(Value, i32, &'static str)> {
    let step = |key: &'static str, value: Value| {
        forged(plan, |plan| plan["recipe"]["steps"][0][key] = value)
    };
    let steps = |count: usize| {
        forged(plan, |plan| {
            let one = plan["recipe"]["steps"][0].clone();
            let many = (0..count).map(|number| {
                let mut step = one.clone();
                step["name"] = format!("s{number}").into();
                step
            });
            plan["recipe"]["steps"] = many.collect();
        })
    };
    let root = "/api/v2/conversations";
    let retry = |times: u64, most: u64| json!({ "times": times, "base_ms": 1, "most_ms": most });
    let wait = json!({ "until": "ended", "by": "read", "most_ms": 4_000_000_000_u32 });
    vec![
        (
            step("path", json!("/sandbox/faults")),
            2,
            "a path begins with `/api/v2/`",
        ),
        (
            step("path", json!("https://elsewhere.example/api/v2/x")),
            2,
            "a path begins with",
        ),
        (
            step("path", json!(format!("{root}/../x/{{conversation}}"))),
            2,
            "cannot stand in a path",
        ),
        (
            step("path", json!(format!("{root}/webchat/{two}"))),
            2,
            "an id cannot stand in a path",
        ),
        (
            step("path", json!(format!("{root}/webchat/all"))),
            5,
            "`{conversation}` does not stand in the path",
        ),
        (
            step("headers", json!([["Authorization", "Bearer x"]])),
            5,
            "is set by the program alone",
        ),
        (
            step("headers", json!([["Host", "elsewhere.example"]])),
            5,
            "is set by the program alone",
        ),
        (
            step("headers", json!([["X-A", "a\r\nhost: b"]])),
            5,
            "has a value that is no plain text",
        ),
        (
            step("body", json!("x".repeat(10_000_000))),
            5,
            "a body is 16384 bytes at most",
        ),
        (
            step("accepted", json!([200, 404])),
            5,
            "`accepted` names one status",
        ),
        (
            step("retry", retry(1_000_000_000, 1)),
            2,
            "not an unstick plan",
        ),
        (step("retry", retry(200, 1)), 5, "it is sent 1 to 5 times"),
        (
            step("retry", retry(2, 4_000_000_000)),
            5,
            "20 s apart at most",
        ),
        (step("wait", wait), 5, "it waits longer than 60 s"),
        (step("unknown", json!(1)), 2, "not an unstick plan"),
        (steps(10_000), 5, "a recipe has 1 to 12 steps"),
        (steps(0), 5, "a recipe has 1 to 12 steps"),
        (
            forged(plan, |plan| plan["recipe"]["verdict"] = "good\u{1b}]0;x\u{7}".into()),
            5,
            "holds what a terminal would obey",
        ),
        (
            step("does", json!("x".repeat(5000))),
            5,
            "longer than 4000 characters",
        ),
        // A call is on it, which `POST /conversations/{id}` would hang up.
        (
            forged(plan, |plan| plan["items"][0]["kind"] = "mixed".into()),
            5,
            "another medium is open",
        ),
        (
            forged(plan, |plan| plan["items"][0]["evidence"]["legs"][0]["medium"] = "call".into()),
            5,
            "another medium is open",
        ),
        (
            forged(plan, |plan| plan["recipe"] = "5-patch-wrapper".into()),
            2,
            "only `standard` is known by its name",
        ),
    ]
}

#[test]
fn what_the_recipe_of_a_plan_would_smuggle_is_refused_though_its_hash_fits() {
    let office = forum();
    let (one, two) = (office.id("one"), office.id("two"));
    let plan = office.planned("--profile=acme", "5-patch-wrapper");
    let heard = office.heard_by_the_sandbox();
    let mut missed = Vec::new();
    for (plan, code, words) in forgeries(&plan, &two) {
        let file = office.file_with(&plan);
        let ran: Ran = office.run(&["terminate", "--plan", &file, "--confirm", "acme 1"]);
        if ran.code != Some(code) || !ran.stderr.contains(words) {
            missed.push((words, ran));
        }
    }
    assert!(missed.is_empty(), "{missed:#?}");
    assert_eq!(office.heard_by_the_sandbox(), heard);
    // As it was made it is taken, so none of the above was refused for something else; and it ends its own chat alone.
    let file = office.file_of(&plan);
    office
        .run(&["terminate", "--plan", &file, "--confirm", "acme 1"])
        .expect(1);
    let changed = office.changes();
    let hits = |id: &str| {
        let mut paths = changed.iter().map(|one| one["path"].as_str().unwrap());
        paths.any(|path| path.contains(id))
    };
    assert!(hits(&one) && !hits(&two), "{changed:#?}");
}
