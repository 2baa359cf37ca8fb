use super::*;

fn talk(is_typed: bool) -> Talk {
    Talk::new(Uuid::new_v4(), "d".to_owned(), None, is_typed)
}

fn sent(step: Step) -> Value {
    match step {
        Step::Send(mut frames) => frames.pop().unwrap(),
        other => panic!("{other:?}"),
    }
}

fn end(metadata: &Value) -> Value {
    json!({
        "type": "message", "class": "StructuredMessage", "code": 200,
        "body": {
            "type": "Event", "direction": "Outbound", "metadata": metadata,
            "events": [{ "eventType": "Presence", "presence": { "type": "Disconnect" } }],
        },
    })
}

#[test]
fn an_end_from_the_other_side_is_said_with_what_came_of_read_only() {
    for (metadata, words) in [
        (
            json!({ "readOnly": "true" }),
            "the chat was ended by the other side (read-only: yes)",
        ),
        (
            json!({ "readOnly": "false" }),
            "the chat was ended by the other side (read-only: no)",
        ),
        (
            json!({}),
            "the chat was ended by the other side (read-only: not said)",
        ),
    ] {
        let heard = talk(true).heard(&end(&metadata));
        assert!(heard.lines[0].contains(words), "{heard:?}");
    }
}

#[test]
fn a_new_chat_closes_first_and_begins_then() {
    let mut talk = talk(true);
    let close = sent(talk.line("/new"));
    assert_eq!(
        (&close["action"], &close["closeAllConnections"]),
        (&json!("closeSession"), &json!(true))
    );
    let answer =
        json!({ "class": "SessionResponse", "body": { "connected": false, "readOnly": true } });
    let heard = talk.heard(&answer);
    assert_eq!(
        (heard.lines.len(), &heard.send[0]["startNew"]),
        (0, &json!(true))
    );
    let heard = talk.heard(&answer);
    assert!(
        heard.lines[0].contains("the chat itself goes on"),
        "{heard:?}"
    );
}

#[test]
fn a_guests_own_message_is_shown_where_it_was_not_typed_or_came_from_elsewhere() {
    for (is_typed, ours, shown) in [
        (true, true, None),
        (false, true, Some("you: hi")),
        (true, false, Some("you (elsewhere): hi")),
    ] {
        let mut talk = talk(is_typed);
        let frame = sent(talk.line("hi"));
        let tracing = if ours {
            frame["tracingId"].clone()
        } else {
            json!("other")
        };
        let echo = json!({
            "type": "message", "class": "StructuredMessage", "tracingId": tracing,
            "body": { "type": "Text", "text": "hi", "direction": "Inbound" },
        });
        assert_eq!(talk.heard(&echo).lines.first().map(String::as_str), shown);
    }
}

#[test]
fn a_line_that_begins_with_a_slash_is_a_command_and_with_two_a_message() {
    let mut talk = talk(true);
    assert_eq!(talk.line("/quit"), Step::Leave);
    assert!(matches!(talk.line("/dance"), Step::Show(words) if words.contains("/help")));
    assert_eq!(sent(talk.line("//quit"))["message"]["text"], "/quit");
    assert_eq!(
        sent(talk.line("  two spaces"))["message"]["text"],
        "  two spaces"
    );
    assert_eq!(talk.line("   "), Step::Send(Vec::new()));
}

#[test]
fn a_name_goes_along_with_every_message() {
    let mut talk = Talk::new(
        Uuid::new_v4(),
        "d".to_owned(),
        Some("Jane".to_owned()),
        true,
    );
    let frame = sent(talk.line("hi"));
    let attributes = &frame["message"]["channel"]["metadata"]["customAttributes"];
    assert_eq!(attributes["name"], "Jane");
}

#[test]
fn whatever_arrives_nothing_of_it_controls_the_terminal() {
    let evil = "a\u{1b}[2J\u{202e}\u{9b}31m\u{0}";
    let frames = [
        json!({ "type": "message", "class": "StructuredMessage", "body": { "text": evil, "direction": "Outbound", "channel": { "from": { "nickname": evil } } } }),
        json!({ "class": "string", "code": 400, "body": evil }),
        json!({ "class": "Error", "body": { evil: evil } }),
        json!({ "class": "ConnectionClosedEvent", "body": { "reason": evil } }),
        json!({ "class": "TooManyRequestsErrorMessage", "body": { "errorMessage": evil } }),
        json!({ "class": "StructuredMessage", "body": { "events": [{ "presence": { "type": evil } }] } }),
        json!({ "class": evil }),
        json!(null),
        json!([1]),
    ];
    for frame in frames {
        for line in talk(true).heard(&frame).lines {
            assert!(
                !line.chars().any(|c| c.is_control() || c == '\u{202e}'),
                "{line:?}"
            );
        }
    }
    assert!(
        matches!(talk(true).line("/\u{1b}[2J"), Step::Show(words) if !words.contains('\u{1b}'))
    );
}

#[test]
fn a_refusal_is_said_in_its_own_words_and_remembered() {
    let mut talk = talk(true);
    let refused = json!({ "class": "string", "code": 409, "body": "Session is read-only, no new messages allowed" });
    let heard = talk.heard(&refused);
    assert_eq!(
        heard.lines,
        [
            "* refused (409): Session is read-only, no new messages allowed; /new begins another chat"
        ]
    );
    assert!(talk.was_refused);
}
