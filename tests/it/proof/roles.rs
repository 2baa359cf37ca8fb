//! Each permission of the minimal role is taken away, one at a time: what list, show, plan, terminate and doctor say and leave with.

use std::thread;

use serde_json::json;

use super::office::{ORPHAN, Office};
use crate::support::Ran;

/// What becomes of each command without one permission; any of them is enough, so all are taken.
struct Row {
    taken: &'static [&'static str],
    list: i32,
    show: i32,
    plan: i32,
    /// Of the orphan, by id.
    terminate: i32,
    /// Of the chat that owes wrap-up, by id.
    wrap_up: i32,
    doctor: i32,
}

const fn shown_less(taken: &'static [&'static str]) -> Row {
    Row {
        taken,
        list: 0,
        show: 0,
        plan: 0,
        terminate: 0,
        wrap_up: 0,
        doctor: 0,
    }
}

const ROWS: [Row; 11] = [
    Row {
        list: 3,
        plan: 3,
        doctor: 3,
        ..shown_less(&[
            "analytics:conversationDetail:view",
            "analytics:agentConversationDetail:view",
        ])
    },
    Row {
        show: 3,
        plan: 3,
        terminate: 3,
        wrap_up: 3,
        doctor: 3,
        ..shown_less(&["conversation:communication:view"])
    },
    Row {
        terminate: 3,
        ..shown_less(&["conversation:communication:disconnect"])
    },
    Row {
        wrap_up: 3,
        ..shown_less(&["conversation:participant:wrapup"])
    },
    shown_less(&[
        "conversation:message:view",
        "conversation:webmessaging:view",
    ]),
    shown_less(&["routing:queue:view", "routing:queue:search"]),
    shown_less(&["routing:wrapupCode:view", "routing:wrapupCode:search"]),
    shown_less(&["architect:flow:view", "architect:flow:search"]),
    shown_less(&["webDeployments:deployment:view"]),
    shown_less(&["conversation:threadingTimeline:view"]),
    shown_less(&["analytics:queueObservation:view"]),
];

impl Row {
    fn prove(&self) {
        let office = Office::new();
        // A code by its id, so that wrap-up can be settled whether names can be read or not.
        let code = wrap_up_code(&office);
        office.without(self.taken);
        let (orphan, owed) = (office.id(ORPHAN), office.id("owed"));
        let end = |id: &str| office.terminate(id, &["--wrap-up", &code]);
        let list = office.run(&["list"]);
        let show = office.run(&["show", &orphan]);
        let plan = office.run(&["plan", "--filter", "kind:orphan", "--wrap-up", &code]);
        self.came_out("list", &list, self.list);
        self.came_out("show", &show, self.show);
        self.came_out("plan", &plan, self.plan);
        let before = office.changes().len();
        let found = office.doctor();
        assert_eq!(office.changes().len(), before, "doctor changes nothing");
        assert_eq!(
            found.code, self.doctor,
            "{:?}: {:#}",
            self.taken, found.whole
        );
        self.is_told_by(&found);
        self.came_out("terminate", &end(&orphan), self.terminate);
        self.came_out("wrap-up", &end(&owed), self.wrap_up);
        self.is_true(&office, &[(&orphan, self.terminate), (&owed, self.wrap_up)]);
    }

    /// It left with this code, did not fall over, and where it was refused it names a permission that would do.
    fn came_out(&self, what: &str, ran: &Ran, code: i32) {
        assert_eq!(ran.code, Some(code), "{what} {:?}: {ran:#?}", self.taken);
        assert!(!ran.stderr.contains("panicked"), "{ran:#?}");
        let said = format!("{}{}", ran.stdout, ran.stderr);
        if code == 3 {
            let is_named = self.taken.iter().any(|name| said.contains(name));
            assert!(is_named, "{what} names none of {:?}: {ran:#?}", self.taken);
        }
    }

    fn is_told_by(&self, found: &super::office::Findings) {
        // Nothing is done with it, so nothing is said of it.
        let unused = [
            "analytics:queueObservation:view",
            "conversation:threadingTimeline:view",
        ];
        if unused.contains(&self.taken[0]) {
            return;
        }
        let word = if self.doctor == 3 { "bad" } else { "warn" };
        found.says(self.taken[0], word, "missing");
        let missing: Vec<&str> = found
            .named("warn")
            .into_iter()
            .chain(found.named("bad"))
            .filter(|name| name.split(':').count() == 3)
            .collect();
        assert_eq!(missing, [self.taken[0]], "no other is said to be missing");
    }

    /// What was said to be ended is, and nothing else was.
    fn is_true(&self, office: &Office, said: &[(&String, i32)]) {
        let ended = office.served.ended(&office.home);
        for (id, code) in said {
            let is_ended = ended.contains(id);
            assert_eq!(is_ended, *code == 0, "{:?}: {id}", self.taken);
        }
    }
}

/// The id of any wrap-up code, as a plan of the sandbox's own profile names it.
fn wrap_up_code(office: &Office) -> String {
    let ran = office.run(&["plan", &office.served.flag(), "--ids", &office.id("owed")]);
    let [plan] = &ran.json_lines()[..] else {
        panic!("one plan: {ran:#?}");
    };
    plan["wrap_up"].as_str().unwrap().to_owned()
}

#[test]
fn each_permission_of_the_minimal_role_is_missed_by_name_and_nothing_else_suffers() {
    thread::scope(|scope| {
        let proofs: Vec<_> = ROWS.iter().map(|row| scope.spawn(|| row.prove())).collect();
        for proof in proofs {
            proof.join().unwrap();
        }
    });
}

/// With every permission the same commands end both: the table is about what is taken, not about what never worked.
#[test]
fn with_the_whole_role_nothing_is_missed() {
    let office = Office::new();
    let row = shown_less(&[]);
    let code = wrap_up_code(&office);
    for label in [ORPHAN, "owed"] {
        let id = office.id(label);
        let ran = office.terminate(&id, &["--wrap-up", &code]);
        row.came_out("terminate", &ran, 0);
    }
    let found = office.doctor();
    assert_eq!(found.code, 0);
    assert_eq!(found.named("bad"), [""; 0]);
    found
        .says("more than needed", "warn", "conversation:message:create")
        .says("divisions", "ok", "all of them");
}

/// A read-only profile misses nothing that only ending needs.
#[test]
fn a_read_only_profile_does_not_ask_for_what_ends() {
    let office = Office::new();
    office.profile("write = false");
    office.doctor().says(
        "conversation:communication:disconnect",
        "ok",
        "held and not used",
    );
    office.without(&[
        "conversation:communication:disconnect",
        "conversation:participant:wrapup",
    ]);
    let found = office.doctor();
    assert_eq!(found.code, 0);
    found
        .says("conversation:communication:disconnect", "ok", "not needed")
        .says("conversation:participant:wrapup", "ok", "not needed");
    assert_eq!(office.changes(), Vec::<serde_json::Value>::new());
}

/// The sandbox's own profile presets a wrap-up code; where the codes cannot be read, what needs none is planned all the same.
#[test]
fn without_the_codes_a_preset_keeps_nothing_from_being_planned() {
    let office = Office::new();
    office.without(&["routing:wrapupCode:view"]);
    let flag = office.served.flag();
    let ran = office
        .run(&["plan", &flag, "--filter", "is:stuck"])
        .expect(0);
    assert!(ran.stderr.contains("routing:wrapupCode:view"), "{ran:#?}");
    assert!(ran.stderr.contains("3 planned, 1 skipped"), "{ran:#?}");
    assert!(ran.stderr.contains("needs a code"), "{ran:#?}");
}

/// The same role in one division, in two that differ, with stars, under a condition, and told by nobody.
#[test]
fn what_the_roles_say_is_understood_in_every_form() {
    let office = Office::new();
    let path = "/api/v2/authorization/subjects/me";
    let policy = |domain: &str, entity: &str, actions: &[&str]| json!({ "domain": domain, "entityName": entity, "actions": actions });
    let grant = |division: &str, policies: serde_json::Value| json!({ "division": { "id": division, "name": division }, "role": { "name": "Own", "policies": policies } });
    let stars = json!([
        policy("conversation", "*", &["*"]),
        policy("analytics", "*", &["view"])
    ]);
    let all = json!({ "grants": [grant("*", stars.clone())] });
    let one = json!({ "grants": [grant("Sales", stars)] });
    let apart = json!({ "grants": [
        grant("*", json!([policy("conversation", "communication", &["view"]), policy("analytics", "*", &["view"])])),
        grant("Sales", json!([policy("conversation", "communication", &["disconnect"])])),
    ] });
    let mut conditional = policy("conversation", "communication", &["view", "disconnect"]);
    conditional["condition"] = json!("only at night");
    let conditional = json!({ "grants": [grant("*", json!([conditional]))] });
    let disconnect = "conversation:communication:disconnect";
    for (body, check, word, words) in [
        (&all, disconnect, "ok", "ends legs and chats"),
        (&all, "more than needed", "warn", "conversation:*:*"),
        (&one, disconnect, "ok", "in Sales alone"),
        (
            &one,
            "divisions",
            "ok",
            "Sales; chats of others do not show",
        ),
        (&apart, "divisions", "warn", "ended in Sales"),
        (&conditional, disconnect, "unknown", "under a condition"),
        // A read that was answered is worth more than a role that says nothing of it.
        (
            &conditional,
            "conversation:communication:view",
            "ok",
            "answered",
        ),
        (
            &conditional,
            "conversation:participant:wrapup",
            "warn",
            "in no role",
        ),
    ] {
        office.served.order(&json!({ "clear": true }));
        office.answers(path, 200, body);
        office.doctor().says(check, word, words);
    }
    for (status, body) in [
        (403, json!({ "code": "not.authorized", "message": "no" })),
        (404, json!({ "code": "not.found", "message": "no" })),
        (200, json!({ "result": "ok" })),
    ] {
        office.served.order(&json!({ "clear": true }));
        office.answers(path, status, &body);
        let found = office.doctor();
        assert_eq!(found.code, 0, "{status}: {:#}", found.whole);
        found
            .says("roles", "unknown", "cannot be read")
            .says(disconnect, "unknown", "unknown until first use")
            .says(
                "conversation:participant:wrapup",
                "unknown",
                "unknown until first use",
            )
            .says("conversation:communication:view", "ok", "answered")
            .says("routing:wrapupCode:view", "ok", "answered");
        office.without(&[
            "routing:wrapupCode:view",
            "conversation:communication:disconnect",
        ]);
        let found = office.doctor();
        found
            .says("routing:wrapupCode:view", "warn", "missing")
            .says(disconnect, "unknown", "unknown until first use");
        let back = [
            "routing:wrapupCode:view",
            "conversation:communication:disconnect",
        ];
        office.served.order(&json!({ "restore_permissions": back }));
    }
    assert_eq!(
        office.changes(),
        Vec::<serde_json::Value>::new(),
        "doctor only asks"
    );
}
