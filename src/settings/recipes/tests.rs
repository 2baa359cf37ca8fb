use super::*;
use crate::domain::ids::{CommunicationId, ConversationId, ParticipantId};
use crate::domain::recipe::{Dialect, Fill as _, STANDARD, Values};
use crate::domain::step::Action;

const GOOD: &str = r#"title = "One"
claim = "It ends."
access = "none"
verdict = "It does."
dialect = "platform"

[[step]]
name = "close"
does = "Closes"
method = "PATCH"
path = "/api/v2/conversations/messages/{conversation}"
body = { state = "disconnected" }
accepted = [200]
published = { operations = [], note = "itself" }
"#;

fn complaints(text: &str) -> Vec<String> {
    read(text, Path::new("mine.toml"))
        .err()
        .unwrap_or_default()
        .iter()
        .map(ToString::to_string)
        .collect()
}

#[test]
fn every_recipe_that_comes_with_the_program_is_read() {
    let sources = shipped();
    assert_eq!(sources.len(), 14);
    for source in &sources {
        let recipe = source.read.as_ref().unwrap();
        assert_eq!(recipe.name, source.name());
        let thread = recipe.name.split('-').next().unwrap().parse::<u8>().ok();
        assert_eq!(recipe.thread, thread, "{}", recipe.name);
        let is_standard = recipe.name == STANDARD;
        assert_eq!(
            recipe.dialect == Dialect::Platform,
            is_standard,
            "{}",
            recipe.name
        );
        for step in &recipe.steps {
            // Whoever meets a call that is made up is told what to do instead.
            assert!(
                !step.published.operations.is_empty(),
                "{} {}",
                recipe.name,
                step.name
            );
        }
        // What a thread names is published nowhere, but for nothing.
        assert_eq!(recipe.is_published(), is_standard, "{}", recipe.name);
    }
    let files = std::fs::read_dir("assets/recipes").unwrap();
    assert_eq!(files.count(), sources.len(), "a file is not in the list");
}

#[test]
fn the_standard_recipe_names_the_requests_of_the_ladder() {
    let conversation: ConversationId = "3f2a9c41-5b4e-4a07-9c1c-2f0d5a7719ee".parse().unwrap();
    let participant: ParticipantId = "11111111-2222-4333-8444-555555555555".parse().unwrap();
    let communication: CommunicationId = "66666666-7777-4888-8999-aaaaaaaaaaaa".parse().unwrap();
    let code = "bbbbbbbb-cccc-4ddd-8eee-ffffffffffff".to_owned();
    let ladder = [
        ("end-agents", Action::Legs { participant }),
        ("end-customers", Action::Legs { participant }),
        ("close", Action::Close),
        (
            "wrap-up",
            Action::WrapUp {
                participant,
                communication,
                code: code.clone(),
            },
        ),
    ];
    let sources = shipped();
    let recipe = sources[0].read.as_ref().unwrap();
    assert_eq!(recipe.steps.len(), ladder.len());
    let ids = [
        conversation.to_string(),
        participant.to_string(),
        communication.to_string(),
    ];
    let values = Values {
        conversation: &ids[0],
        participant: Some(&ids[1]),
        communication: Some(&ids[2]),
        wrap_up: Some(&code),
        deployment: None,
    };
    for (step, (name, action)) in recipe.steps.iter().zip(ladder) {
        assert_eq!(step.name, name);
        assert_eq!(step.method.word(), action.method());
        assert_eq!(step.path.fill(&values).unwrap(), action.path(conversation));
        let body = step.body.as_ref().map(|body| body.fill(&values).unwrap());
        assert_eq!(body, action.body());
    }
}

#[test]
fn what_makes_no_sense_is_refused_with_its_line() {
    assert_eq!(complaints(GOOD), [""; 0]);
    let cases = [
        (
            "accepted",
            "acepted",
            "mine.toml:13:1: unknown key `acepted`",
        ),
        (
            "\"PATCH\"",
            "\"PUSH\"",
            "mine.toml:10:11: `PUSH` is no method",
        ),
        (
            "{conversation}",
            "{conversationId}",
            "mine.toml:11:40: there is no placeholder `{conversationId}`",
        ),
        (
            "/{conversation}",
            "/all",
            "mine.toml:11:9: `{conversation}` does not stand in the path",
        ),
        (
            "/messages/",
            "/webmessaging/",
            "mine.toml:11:9: `PATCH /api/v2/conversations/webmessaging/{conversation}` is not published",
        ),
        (
            "messages/{conversation}",
            "messages/{conversation}/participants/{participant}",
            "mine.toml:11:9: `{participant}` and",
        ),
        (
            "\"PATCH\"",
            "\"SOCKET\"",
            "mine.toml:11:9: a frame goes to `/v1?deploymentId={deployment}`",
        ),
        (
            "/api/v2/conversations/messages/{conversation}",
            "/v1?deploymentId={deployment}",
            "mine.toml:11:9: the web socket of guests takes frames alone",
        ),
        ("[200]", "[404]", "mine.toml:13:12: `accepted` names"),
        ("[200]", "[]", "mine.toml:13:12: `accepted` names"),
        (
            "operations = []",
            "operations = [\"PUT /api/v2/x\"]",
            "mine.toml:14:30: `PUT /api/v2/x` is not published either",
        ),
        ("\"One\"", "\" \"", "mine.toml:1:10: `title` is empty"),
        (
            "accepted = [200]",
            "accepted = [200]\nheaders = { Authorization = \"Bearer x\" }",
            "mine.toml:14:30: `Authorization` is set by the program alone",
        ),
        (
            "accepted = [200]",
            "accepted = [200]\nthen = \"wrapper\"",
            "mine.toml:14:9: `wrapper` is no later step",
        ),
        (
            "accepted = [200]",
            "accepted = [200]\nretry = { times = 9, base = \"1s\", at_most = \"2s\" }",
            "mine.toml:14:19: `times` is 1 to 5",
        ),
        (
            "accepted = [200]",
            "accepted = [200]\nwait = { until = \"ended\", by = \"read\", at_most = \"5 minutes ago\" }",
            "mine.toml:14:51: `5 minutes ago` is no time",
        ),
        (
            "accepted = [200]",
            "accepted = [200]\nwait = { until = \"leg-closed\", by = \"read\", at_most = \"5s\" }",
            "mine.toml:14:19: `leg-closed` is for a step",
        ),
    ];
    let mut missed = Vec::new();
    for (from, to, expected) in cases {
        let said = complaints(&GOOD.replacen(from, to, 1));
        if !said.iter().any(|line| line.starts_with(expected)) {
            missed.push((expected, said));
        }
    }
    assert!(missed.is_empty(), "{missed:#?}");
}

#[test]
fn what_a_terminal_would_obey_does_not_get_past_the_reading() {
    let text = GOOD
        .replace("\"One\"", "\"On\\u001B[2Je\"")
        .replace("It ends.", "It\\u202Eends.");
    let recipe = read(&text, Path::new("mine.toml")).unwrap();
    assert_eq!(recipe.title, "On\u{fffd}[2Je");
    assert_eq!(recipe.claim, "It\u{fffd}ends.");
    assert_eq!(recipe.trouble(), None);
}

#[test]
fn a_step_that_is_never_come_to_is_refused_with_its_line() {
    let second = "\n[[step]]\nname = \"again\"\ndoes = \"Closes\"\nmethod = \"PATCH\"\npath = \"/api/v2/conversations/messages/{conversation}\"\n\
        body = { state = \"disconnected\" }\naccepted = [200]\npublished = { operations = [], note = \"itself\" }\n";
    let text = GOOD.replacen("accepted = [200]", "accepted = [200]\nthen = \"verify\"", 1) + second;
    assert_eq!(
        complaints(&text),
        ["mine.toml:18:9: this step is never come to: every step before it goes on elsewhere"]
    );
    assert_eq!(complaints(&(GOOD.to_owned() + second)), [""; 0]);
}

#[test]
fn a_file_of_one_s_own_never_takes_a_shipped_one_s_name() {
    let folder = std::env::temp_dir().join(format!("unstick-recipes-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("standard.toml"), GOOD).unwrap();
    std::fs::write(folder.join("mine.toml"), GOOD).unwrap();
    std::fs::write(folder.join("notes.txt"), "not a recipe").unwrap();
    let sources = all(&folder);
    let own: Vec<_> = sources.iter().filter(|source| !source.is_shipped).collect();
    assert_eq!(own.len(), 2);
    assert!(own[0].read.is_ok());
    let refused = own[1].read.as_ref().unwrap_err();
    assert!(
        refused[0].to_string().contains("comes with the program"),
        "{refused:?}"
    );
    std::fs::remove_dir_all(folder).unwrap();
}
