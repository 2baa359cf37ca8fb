//! What scenario files may say, and how they are refused.

use super::*;

fn refused(text: &str) -> String {
    let text = format!("description = \"of a test\"\n\n{text}");
    Scenario::parse(&text, "mine.toml").unwrap_err().to_string()
}

#[test]
fn every_built_in_scenario_is_good_and_says_what_it_is() {
    for (name, description) in Scenario::names() {
        Scenario::named(&name).unwrap();
        assert!(!description.is_empty(), "{name}");
    }
}

#[test]
fn each_kind_alone_is_a_scenario_and_every_name_is_listed_once() {
    for kind in Kind::ALL {
        let scenario = Scenario::named(&kind.to_string()).unwrap();
        let kinds: Vec<Kind> = scenario
            .chats
            .iter()
            .map(|chat| *chat.kind.get_ref())
            .collect();
        assert_eq!(kinds, [kind]);
    }
    let mut names: Vec<String> = Scenario::names()
        .into_iter()
        .map(|(name, _)| name)
        .collect();
    let all = names.len();
    names.sort();
    names.dedup();
    assert_eq!(names.len(), all);
}

#[test]
fn a_misspelt_name_is_answered_with_the_nearest() {
    let said = Scenario::named("dmeo").unwrap_err().to_string();
    assert!(said.contains("did you mean `demo`?"), "{said}");
    let said = Scenario::named("orpan").unwrap_err().to_string();
    assert!(said.contains("did you mean `orphan`?"), "{said}");
    let said = Scenario::named("badflow").unwrap_err().to_string();
    assert!(said.contains("did you mean `bad-flow`?"), "{said}");
}

#[test]
fn a_misspelt_field_is_named_with_file_line_and_mend() {
    let said = refused("[[chat]]\nkind = \"idle\"\nqueu = \"Billing\"\n");
    assert!(said.starts_with("mine.toml:5: queu: "), "{said}");
    assert!(said.contains("did you mean `queue`?"), "{said}");
}

#[test]
fn a_misspelt_kind_is_named_with_its_line_and_mend() {
    let said = refused("[[chat]]\nkind = \"orphn\"\n");
    assert!(said.starts_with("mine.toml:4: kind: "), "{said}");
    assert!(said.contains("did you mean `orphan`?"), "{said}");
}

#[test]
fn a_misspelt_platform_switch_is_refused() {
    let said = refused("[platform]\nrate_limits = 10\n");
    assert!(said.starts_with("mine.toml:4: rate_limits: "), "{said}");
    assert!(said.contains("`rate_limit`"), "{said}");
}

#[test]
fn a_length_of_time_without_a_unit_is_refused_on_its_line() {
    let said = refused("[[chat]]\nkind = \"idle\"\nage = \"20\"\n");
    assert!(said.starts_with("mine.toml:5: age: "), "{said}");
    assert!(said.contains("6h12m"), "{said}");
}

#[test]
fn times_that_contradict_the_kind_are_refused_on_their_line() {
    let said = refused("[[chat]]\nkind = \"bot-loop\"\nage = \"3h\"\nidle = \"20m\"\n");
    assert!(said.starts_with("mine.toml:6: idle: "), "{said}");
    let said = refused("[[chat]]\nkind = \"idle-us\"\nage = \"2h\"\nidle = \"3h\"\n");
    assert!(said.contains("longer than the age"), "{said}");
}

#[test]
fn a_fault_with_an_unknown_word_is_refused() {
    let said = refused("[[fault]]\nstep = \"leg\"\nstatus = 500\n");
    assert!(said.starts_with("mine.toml:4: step: "), "{said}");
    assert!(said.contains("did you mean `legs`?"), "{said}");
}

#[test]
fn text_that_is_no_toml_is_refused_with_its_line() {
    let said = refused("[[chat]\n");
    assert!(said.starts_with("mine.toml:3: "), "{said}");
}

#[test]
fn a_file_that_is_not_there_is_named() {
    let missing = Path::new("/nowhere/mine.toml");
    let said = Scenario::from_file(missing).unwrap_err().to_string();
    assert!(
        said.starts_with("/nowhere/mine.toml: cannot be read"),
        "{said}"
    );
}

#[test]
fn two_chats_may_not_share_a_label() {
    let chat = "[[chat]]\nkind = \"idle\"\nlabel = \"same\"\n";
    let said = refused(&format!("{chat}{chat}"));
    assert!(said.starts_with("mine.toml:7: label: `same`"), "{said}");
}

#[test]
fn a_fault_on_a_chat_that_is_not_staged_is_refused_with_the_nearest_label() {
    let said = refused(
        "[[chat]]\nkind = \"idle\"\nlabel = \"pair\"\ncount = 2\n\n\
         [[fault]]\nconversation = \"pear-2\"\nstatus = 500\n",
    );
    assert!(
        said.starts_with("mine.toml:9: conversation: `pear-2`"),
        "{said}"
    );
    assert!(said.contains("did you mean `pair-2`?"), "{said}");
}

#[test]
fn a_permission_that_no_route_asks_for_is_refused() {
    let said = refused("[platform]\nwithout_permissions = [\"routing:queue:vew\"]\n");
    assert!(
        said.starts_with("mine.toml:4: without_permissions: "),
        "{said}"
    );
    assert!(
        said.contains("did you mean `routing:queue:view`?"),
        "{said}"
    );
}

#[test]
fn guests_and_deployments_that_make_no_sense_are_refused_on_their_line() {
    let said = refused("[guest]\nsockets = 201\n");
    assert!(said.starts_with("mine.toml:4: sockets: "), "{said}");
    let said = refused("[guest]\nsockets = 2\nnaive = 3\n");
    assert!(said.starts_with("mine.toml:5: naive: "), "{said}");
    let said = refused("[platform]\nthreading_minutes = 4321\n");
    assert!(said.contains("72 hours"), "{said}");
    let said = refused("[life]\nagent_answers_ms = [20, 10]\n");
    assert!(
        said.starts_with("mine.toml:4: agent_answers_ms: "),
        "{said}"
    );
    let said = refused("[[deployment]]\nname = \"a\"\n[[deployment]]\nname = \"a\"\n");
    assert!(said.starts_with("mine.toml:6: name: "), "{said}");
    let said = refused("[[deployment]]\nname = \"a\"\ndisconnect = \"readonly\"\n");
    assert!(said.contains("did you mean `read-only`?"), "{said}");
    let said = refused(
        "[[deployment]]\nname = \"Shop\"\n[[chat]]\nkind = \"idle\"\ndeployment = \"Shpo\"\n",
    );
    assert!(said.starts_with("mine.toml:7: deployment: "), "{said}");
    assert!(said.contains("did you mean `Shop`?"), "{said}");
    let said = refused("[[deployment]]\nname = \"a\"\nsession = \"0s\"\n");
    assert!(said.starts_with("mine.toml:5: session: "), "{said}");
}

#[test]
fn words_that_contradict_each_other_are_refused_on_their_line() {
    let chat =
        |kind: &str, more: &str| format!("[[chat]]\nkind = \"{kind}\"\nlabel = \"x\"\n{more}\n");
    let queue = |more: &str| format!("[[queue]]\nname = \"Q\"\n{more}\n");
    let bot = |more: &str| format!("[[bot]]\nname = \"B\"\n{more}\n");
    for (text, expected) in [
        (
            chat("idle", "teardown_works = true"),
            "6: teardown_works: only a chat of kind `stubborn`",
        ),
        (
            chat("desync", "readable = true"),
            "6: readable: only a chat of kind `ghost`",
        ),
        (chat("reopen", "unlisted = true"), "6: unlisted: "),
        (
            chat("waiting", "agent = \"Ana Lima\""),
            "6: agent: a chat of kind `waiting` has no agent",
        ),
        (chat("bot-loop", "wrap_up = true"), "6: wrap_up: "),
        (chat("idle", "count = 0"), "6: count: at least one"),
        (chat("idle", "count = 500001"), "6: count: 500000 chats"),
        (
            queue("inactivity_flow = \"F\""),
            "5: inactivity_flow: it would do nothing without `inactivity`",
        ),
        (
            queue("wrap_up = \"mandatory\"\nwrap_up_timeout = \"1m\""),
            "6: wrap_up_timeout: it would do nothing",
        ),
        (
            queue("inactivity = \"0s\""),
            "5: inactivity: it needs at least one second",
        ),
        (queue("alerting = \"0s\""), "5: alerting: "),
        (queue("wrap_up = \"sometimes\""), "5: wrap_up: "),
        (
            bot("then = \"stay\"\nkeeps = \"1m\""),
            "6: keeps: a bot that stays",
        ),
        (bot("then = \"leave\""), "5: then: "),
        (
            queue("") + &queue(""),
            "7: name: there is a rule for the queue `Q` already",
        ),
        (
            "[platform]\ndelete_status = 404\n".to_owned(),
            "4: delete_status: 404 is no success",
        ),
    ] {
        let said = refused(&text);
        assert!(
            said.starts_with(&format!("mine.toml:{expected}")),
            "{text}\n{said}"
        );
    }
}

#[test]
fn the_forums_switches_need_its_dialect_and_are_refused_on_their_line_where_they_are_unknown() {
    for (text, expected) in [
        (
            "[forum]\n",
            "3: forum: it would do nothing without `dialect = \"forum\"`",
        ),
        (
            "dialect = \"platform\"\n[forum]\nclosed = \"wrapper\"\n",
            "4: forum: it would do nothing",
        ),
        ("dialect = \"fourm\"\n", "3: dialect: "),
        (
            "dialect = \"forum\"\n[forum]\n\nclose = \"somebody\"\n",
            "6: close: unknown variant `somebody`",
        ),
        (
            "dialect = \"forum\"\n[forum]\ndelte = \"conflict\"\n",
            "5: delte: ",
        ),
        (
            "dialect = \"forum\"\n[forum]\nguest_returns = \"yes\"\n",
            "5: guest_returns: ",
        ),
        (
            "dialect = \"forum\"\n[forum]\ndelete = \"not-allowed\"\ndeleted = \"forgotten\"\n",
            "6: deleted: no `DELETE` is ever accepted",
        ),
        (
            "dialect = \"forum\"\n[forum]\nwithout_grants = [\"conversation:webchat:wirte\"]\n",
            "5: without_grants: `conversation:webchat:wirte` is not known here, did you mean `conversation:webchat:write`?",
        ),
        (
            "[platform]\nwithout_permissions = [\"interaction:write\"]\n",
            "4: without_permissions: ",
        ),
    ] {
        let said = refused(text);
        assert!(
            said.starts_with(&format!("mine.toml:{expected}")),
            "{text}\n{said}"
        );
    }
    let said = refused("dialect = \"fourm\"\n");
    assert!(said.contains("did you mean `forum`?"), "{said}");
    let said = refused("dialect = \"forum\"\n[forum]\ndelte = \"conflict\"\n");
    assert!(said.contains("did you mean `delete`?"), "{said}");
}

#[test]
fn the_dialect_alone_means_every_trap_as_most_of_its_thread_has_it() {
    let spoken = |text: &str| {
        let text = format!("description = \"x\"\n{text}");
        Scenario::parse(&text, "x.toml").unwrap().spoken_forum()
    };
    assert!(spoken("").is_none());
    let usual = spoken("dialect = \"forum\"\n").unwrap();
    assert_eq!(
        (usual.delete, usual.closed, usual.close),
        (Delete::Conflict, Closed::Wrapper, Close::Absent)
    );
    // What the built-in scenario writes down is what goes without saying.
    let written = Scenario::named("forum").unwrap().spoken_forum().unwrap();
    assert_eq!(format!("{written:?}"), format!("{usual:?}"));
    let dotted = spoken("dialect = \"forum\"\nforum.close = \"wrapper\"\n").unwrap();
    assert_eq!(dotted.close, Close::Wrapper);
    let lacking = "[platform]\nwithout_permissions = [\"interaction:write\"]\n";
    assert!(spoken(&format!("dialect = \"forum\"\n{lacking}")).is_some());
}
