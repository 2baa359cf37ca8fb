use super::*;

fn step(name: &str, then: Then) -> RecipeStep {
    RecipeStep {
        name: name.to_owned(),
        does: String::new(),
        method: Method::Patch,
        path: "/api/v2/conversations/messages/{conversation}"
            .parse()
            .unwrap(),
        body: None,
        headers: Vec::new(),
        each: Each::Conversation,
        accepted: vec![200],
        then,
        wait: None,
        retry: Retry::default(),
        is_optional: false,
        refusals: Vec::new(),
        published: Published {
            operations: Vec::new(),
            note: String::new(),
        },
    }
}

fn recipe(steps: Vec<RecipeStep>) -> Recipe {
    Recipe {
        name: "test".to_owned(),
        title: String::new(),
        thread: None,
        claim: String::new(),
        access: String::new(),
        verdict: String::new(),
        dialect: Dialect::Platform,
        host: None,
        steps,
    }
}

#[test]
fn a_step_that_is_jumped_over_is_never_come_to_unless_the_one_before_may_fail() {
    let to_last = || Then::Step("last".to_owned());
    let mut jumping = recipe(vec![
        step("first", to_last()),
        step("between", Then::Next),
        step("last", Then::Next),
    ]);
    assert_eq!(jumping.unreachable(), [1]);
    assert_eq!(jumping.after(0), Some(2));
    assert_eq!(jumping.after(2), None);
    jumping.steps[0].is_optional = true;
    assert_eq!(jumping.unreachable(), [0; 0]);
    let done = recipe(vec![
        step("first", Then::Verify),
        step("second", Then::Next),
    ]);
    assert_eq!(done.unreachable(), [1]);
}

#[test]
fn only_ids_get_into_a_path() {
    let path: Template = "/api/v2/conversations/{conversation}/participants/{participant}"
        .parse()
        .unwrap();
    let values = |participant| Values {
        conversation: "3f2a9c41-5b4e-4a07-9c1c-2f0d5a7719ee",
        participant,
        communication: None,
        wrap_up: None,
        deployment: None,
    };
    assert_eq!(
        path.fill(&values(Some("abc-1"))).as_deref(),
        Some("/api/v2/conversations/3f2a9c41-5b4e-4a07-9c1c-2f0d5a7719ee/participants/abc-1")
    );
    assert_eq!(path.fill(&values(None)), None);
    for bad in ["", "../users", "a/b", "a?x=1", "a%2f", "{participant}"] {
        assert_eq!(path.fill(&values(Some(bad))), None, "{bad}");
    }
}

#[test]
fn a_path_that_would_become_another_is_refused_with_its_place() {
    for (bad, at) in [
        ("/api/v2/users/../conversations/{conversation}", 14),
        ("/api/v2/conversations//{conversation}", 22),
        ("/api/v2/conversations/{conversation}?expand=x", 22),
        ("/api/v2/conversations/{id}", 22),
        ("/api/v2/conversations/x{conversation}", 22),
        ("https://elsewhere.example/api/v2/x", 0),
        ("/platform/api/v2/x", 0),
        ("/api/v2/", 8),
    ] {
        let refused = bad.parse::<Template>().unwrap_err();
        assert_eq!(refused.at(), at, "{bad}: {refused}");
    }
}

#[test]
fn a_frame_goes_to_the_guests_socket_and_nothing_else_does() {
    let path: Template = "/v1?deploymentId={deployment}".parse().unwrap();
    assert!(path.is_guests_socket() && path.has(Slot::Deployment));
    let values = |deployment| Values {
        conversation: "c1",
        participant: None,
        communication: None,
        wrap_up: None,
        deployment,
    };
    let filled = path.fill(&values(Some("d-1")));
    assert_eq!(filled.as_deref(), Some("/v1?deploymentId=d-1"));
    for bad in [None, Some(""), Some("d&x=1"), Some("../api"), Some("d#")] {
        assert_eq!(path.fill(&values(bad)), None, "{bad:?}");
    }
    for bad in [
        "/v1",
        "/v1?deploymentId=d-1",
        "/v2?deploymentId={deployment}",
        "/v1?deploymentId={deployment}&x={conversation}",
    ] {
        assert!(bad.parse::<Template>().is_err(), "{bad}");
    }
    let mut odd = step("odd", Then::Next);
    assert!(odd.is_aimed_right());
    odd.method = Method::Socket;
    assert!(!odd.is_aimed_right());
    odd.path = path;
    assert!(odd.is_aimed_right());
    odd.method = Method::Post;
    assert!(!odd.is_aimed_right());
    assert!(recipe(vec![odd]).needs(Slot::Deployment));
}

#[test]
fn a_body_is_filled_where_a_whole_text_is_a_slot() {
    let body =
        serde_json::json!({ "id": "{conversation}", "list": ["{wrap_up}", "x{wrap_up}"], "n": 1 });
    let values = Values {
        conversation: "c1",
        participant: None,
        communication: None,
        wrap_up: Some("w1"),
        deployment: None,
    };
    assert_eq!(
        body.fill(&values),
        Some(serde_json::json!({ "id": "c1", "list": ["w1", "x{wrap_up}"], "n": 1 }))
    );
    let without = Values {
        wrap_up: None,
        ..values
    };
    assert_eq!(body.fill(&without), None);
    assert_eq!(slots_of(&body), [Slot::Conversation, Slot::WrapUp]);
}

#[test]
fn a_recipe_survives_being_written_into_a_plan() {
    let mut one = recipe(vec![step("first", Then::Verify)]);
    one.steps[0].body = Some(serde_json::json!({ "state": "{wrap_up}" }));
    one.steps[0].wait = Some(Wait {
        until: Until::Ended,
        by: By::Event,
        most_ms: 4000,
    });
    assert!(one.needs(Slot::WrapUp));
    let text = serde_json::to_string(&one).unwrap();
    assert_eq!(serde_json::from_str::<Recipe>(&text).unwrap(), one);
    let evil = text.replace("/api/v2/conversations/messages/", "/api/v2/../");
    assert!(serde_json::from_str::<Recipe>(&evil).is_err());
}
