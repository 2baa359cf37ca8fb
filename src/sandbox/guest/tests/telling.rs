//! The rows of the termination matrix, with the clock in the test's hand.

use super::*;

/// What a guest got when somebody ended the conversation, and the place of it.
fn told(mode: &str, end: impl Fn(&mut Place, usize)) -> (Place, SocketId, Uuid, usize, Vec<Value>) {
    let mut place = Place::with(&format!("disconnect = \"{mode}\""));
    let (socket, token, index) = place.served();
    end(&mut place, index);
    let frames = place.frames(socket);
    assert!(place.closes().is_empty(), "ending closes no socket");
    (place, socket, token, index, frames)
}

#[test]
fn a_bot_greets_and_an_agent_answers_a_guest_within_seconds() {
    let mut place = Place::with("");
    let (socket, token) = place.guest();
    assert!(
        place.service.world.conversations.is_empty(),
        "a message begins it"
    );
    place.say(socket, token, "hello");
    place.pass(5000);
    let frames = place.frames(socket);
    let origins: Vec<&Value> = frames
        .iter()
        .filter(|frame| frame["body"]["type"] == "Text")
        .map(|frame| &frame["body"]["originatingEntity"])
        .collect();
    assert_eq!(
        origins,
        [&Value::Null, &json!("Bot"), &json!("Human")],
        "{frames:#?}"
    );
    let inbound = &frames[0];
    assert_eq!(
        (
            &inbound["tracingId"],
            &inbound["body"]["direction"],
            &inbound["type"]
        ),
        (&json!("hello"), &json!("Inbound"), &json!("message"))
    );
    assert!(
        words(&frames).contains(&"Typing".to_owned()),
        "an agent is seen typing"
    );
}

#[test]
fn off_nobody_is_told_and_the_same_conversation_comes_back() {
    for purpose in [Some(Purpose::Agent), None] {
        let (mut place, socket, token, index, frames) =
            told("off", |place, index| place.end(index, purpose));
        assert_eq!(words(&frames), [""; 0]);
        place.say(socket, token, "still there?");
        place.pass(3000);
        let frames = place.frames(socket);
        assert_eq!(words(&frames)[0], "still there?");
        assert_eq!(place.newest(), index, "no other conversation began");
        assert!(
            place.is_up(index, Purpose::Agent),
            "an agent is found again"
        );
        let answer = place.configure(socket, token);
        assert_eq!(answer["body"]["readOnly"], false);
    }
}

#[test]
fn send_one_event_is_told_and_the_guest_may_write_on() {
    let (mut place, socket, token, index, frames) = told("send", |place, index| {
        place.end(index, Some(Purpose::Agent));
    });
    assert_eq!(words(&frames), ["Disconnect"]);
    let body = &frames[0]["body"];
    assert_eq!(body["metadata"]["readOnly"], "false");
    assert_eq!(body["originatingEntity"], "Human");
    assert!(body["channel"]["from"]["nickname"].is_string(), "{body}");
    place.say(socket, token, "back");
    place.pass(3000);
    assert_eq!(place.newest(), index);
    assert!(place.is_up(index, Purpose::Agent));
}

#[test]
fn read_only_one_event_is_told_and_writing_is_refused_until_a_new_session() {
    let (mut place, socket, token, index, frames) =
        told("read-only", |place, index| place.end(index, None));
    assert_eq!(words(&frames), ["Disconnect"]);
    assert_eq!(frames[0]["body"]["metadata"]["readOnly"], "true");
    place.say(socket, token, "hello?");
    let refused = place.last(socket);
    assert_eq!(
        (&refused["code"], &refused["class"], &refused["tracingId"]),
        (&json!(409), &json!("string"), &json!("hello?"))
    );
    let again = place.configure(socket, token);
    assert_eq!(
        (&again["body"]["newSession"], &again["body"]["readOnly"]),
        (&json!(false), &json!(true))
    );
    place.send(
        socket,
        token,
        json!({ "action": "closeSession", "closeAllConnections": true }),
    );
    let closed = place.last(socket);
    assert_eq!(
        (&closed["body"]["connected"], &closed["body"]["readOnly"]),
        (&json!(false), &json!(true))
    );
    let deployment = place.deployment();
    let anew =
        json!({ "action": "configureSession", "deploymentId": deployment, "startNew": true });
    place.send(socket, token, anew);
    let fresh = place.last(socket);
    assert_eq!(
        (&fresh["body"]["newSession"], &fresh["body"]["readOnly"]),
        (&json!(true), &json!(false))
    );
    place.say(socket, token, "anew");
    assert_eq!(place.newest(), index + 1, "another conversation");
}

#[test]
fn legs_ended_one_after_the_other_are_told_once() {
    let (_, _, _, _, frames) = told("send", |place, index| {
        place.end(index, Some(Purpose::Agent));
        place.end(index, Some(Purpose::Customer));
    });
    assert_eq!(words(&frames), ["Disconnect"]);
}

#[test]
fn a_disconnect_that_ends_a_second_visit_is_told_again() {
    let (mut place, socket, token, index, _) = told("send", |place, index| place.end(index, None));
    place.say(socket, token, "back");
    place.pass(5000);
    place.frames(socket);
    place.end(index, Some(Purpose::Agent));
    assert_eq!(words(&place.frames(socket)), ["Disconnect"]);
}

#[test]
fn a_bot_whose_flow_ends_the_chat_says_so_as_a_bot() {
    let mut place = Place::of(&format!(
        "{}[[deployment]]\nname = \"Test\"\ndisconnect = \"read-only\"\n",
        BRISK.replace("[life]\n", "[life]\nguests_reach = \"bot\"\n")
    ));
    let (socket, token) = place.guest();
    place.say(socket, token, "hello");
    place.pass(5000);
    let index = place.newest();
    assert!(
        place.is_up(index, Purpose::Botflow),
        "the bot keeps the guest"
    );
    place.frames(socket);
    let now = place.now;
    let ends = crate::sandbox::world::happening::Happening::BotEnds;
    place.service.world.order(index, ends, now);
    place.pass(50);
    let frames = place.frames(socket);
    assert_eq!(words(&frames), ["Disconnect"]);
    assert_eq!(frames[0]["body"]["originatingEntity"], "Bot");
    assert_eq!(frames[0]["body"]["metadata"]["readOnly"], "true");
}

#[test]
fn a_guest_who_waits_in_a_queue_is_told_or_not_as_the_scenario_says() {
    for (told_of, expected) in [("", 1), ("[guest]\ntold_of = [\"agent\"]\n", 0)] {
        let mut place = Place::of(&format!(
            "{}{told_of}[[deployment]]\nname = \"Test\"\ndisconnect = \"send\"\n",
            BRISK.replace("[life]\n", "[life]\nguests_reach = \"queue\"\n")
        ));
        let (socket, token) = place.guest();
        place.say(socket, token, "hello");
        place.pass(5000);
        let index = place.newest();
        assert!(place.is_up(index, Purpose::Acd));
        place.frames(socket);
        place.end(index, None);
        assert_eq!(place.frames(socket).len(), expected, "{told_of}");
    }
}

#[test]
fn a_transfer_tells_nothing() {
    let mut place = Place::with("disconnect = \"send\"");
    let (socket, token) = place.guest();
    place.say(socket, token, "hello");
    place.pass(5000);
    let frames = place.frames(socket);
    assert!(
        !frames.iter().any(is_disconnect),
        "from the bot to a queue to an agent"
    );
}

#[test]
fn both_sockets_of_a_guest_get_every_frame() {
    let mut place = Place::with("disconnect = \"send\"");
    let (socket, token, index) = place.served();
    let second = place.open();
    place.configure(second, token);
    place.say(second, token, "from here");
    place.end(index, None);
    assert_eq!(words(&place.frames(socket)), ["from here", "Disconnect"]);
    assert_eq!(words(&place.frames(second)), ["from here", "Disconnect"]);
}

#[test]
fn a_guest_who_was_away_is_told_on_return() {
    let mut place = Place::with("disconnect = \"read-only\"");
    let (socket, token, index) = place.served();
    place.service.hung_up(socket, place.now);
    place.end(index, None);
    let back = place.open();
    let answer = place.configure(back, token);
    assert_eq!(
        (&answer["body"]["newSession"], &answer["body"]["readOnly"]),
        (&json!(false), &json!(true))
    );
    let told = place
        .service
        .world
        .truth()
        .iter()
        .filter_map(|line| line.frame.as_ref());
    let told: Vec<&str> = told.map(|frame| frame.kind.as_str()).collect();
    assert!(!told.contains(&"presence-disconnect"), "{told:?}");
    assert_eq!(told.last(), Some(&"session-read-only"));
}

#[test]
fn a_staged_guest_who_was_never_there_is_told_on_return_too() {
    let mut place = Place::with(
        "disconnect = \"read-only\"\n[[chat]]\nkind = \"idle\"\n[[chat]]\nkind = \"orphan\"",
    );
    let written = place.service.world.conversations[0].messages.len();
    let token = token_of_staged(place.id(0));
    place.end(0, None);
    let socket = place.open();
    let answer = place.configure(socket, token);
    assert_eq!(
        (&answer["body"]["newSession"], &answer["body"]["readOnly"]),
        (&json!(false), &json!(true)),
        "{answer}"
    );
    let key = Key {
        deployment: place.deployment(),
        token,
    };
    let history = &place.service.guests.sessions[&key].entries;
    assert_eq!(
        history.len(),
        written + 1,
        "all that was written, and the end"
    );
    let gone = token_of_staged(place.id(1));
    let answer = place.configure(socket, gone);
    assert_eq!(
        answer["body"]["newSession"], true,
        "who left is somebody new"
    );
}

#[test]
fn nothing_that_a_guest_is_sent_has_a_null_or_the_same_time_twice() {
    let mut place = Place::with("disconnect = \"send\"");
    let (socket, token) = place.guest();
    for round in 0..3 {
        place.presence(socket, token, "Join");
        place.say(socket, token, &format!("hello {round}"));
        place.pass(2500);
    }
    let index = place.newest();
    place.end(index, None);
    let frames = place.frames(socket);
    let times: Vec<&str> = frames
        .iter()
        .filter_map(|frame| frame["body"]["channel"]["time"].as_str())
        .collect();
    assert!(
        times.len() > 8 && times.is_sorted_by(|left, right| left < right),
        "{times:?}"
    );
    for frame in &frames {
        assert!(!frame.to_string().contains("null"), "{frame}");
        let metadata = frame["body"]["metadata"].as_object().unwrap();
        assert!(metadata.values().all(Value::is_string), "{frame}");
        let id = frame["body"]["id"].as_str().unwrap();
        assert!(
            id.len() == 32 && id.bytes().all(|byte| byte.is_ascii_hexdigit()),
            "{id}"
        );
    }
}

#[test]
fn what_was_written_to_a_guest_is_on_record_and_in_the_truth() {
    let (place, socket, token, index, _) = told("send", |place, index| place.end(index, None));
    let line = place.service.guests.frames().last().unwrap();
    assert_eq!(line["session"], json!(token));
    assert_eq!(line["socket"], json!(socket.0));
    assert_eq!(line["conversation"], json!(place.id(index)));
    assert!(is_disconnect(&line["frame"]));
    let truth = place.service.world.truth();
    let told = truth
        .iter()
        .rfind(|line| line.what == Change::FrameWritten)
        .unwrap();
    assert_eq!(told.conversation, place.id(index));
    let framed = told.frame.as_ref().unwrap();
    assert_eq!(
        (framed.guest, framed.kind.as_str()),
        (token, "presence-disconnect")
    );
}

#[test]
fn with_jitter_frames_lose_their_order_and_none_is_lost() {
    let mut place = Place::of(&format!("{BRISK}[guest]\njitter_ms = 400\n"));
    let (socket, token) = (place.open(), Uuid::new_v4());
    place.configure(socket, token);
    place.pass(500);
    place.frames(socket);
    let mut out_of_order = false;
    for round in 0..20 {
        place.say(socket, token, &format!("a{round}"));
        place.say(socket, token, &format!("b{round}"));
        place.pass(3100);
        let said = words(&place.frames(socket));
        let place_of = |name: &str| said.iter().position(|one| one == &format!("{name}{round}"));
        out_of_order |= place_of("a").unwrap() > place_of("b").unwrap();
    }
    assert!(out_of_order);
}

#[test]
fn a_frame_that_never_went_out_is_on_nobodys_record() {
    let mut place = Place::with("disconnect = \"send\"");
    let (socket, token, index) = place.served();
    let late = r#"{"sockets":[{"of":"guests","delay_ms":5000}]}"#;
    let request = Request {
        method: "POST".to_owned(),
        path: "/sandbox/faults".to_owned(),
        body: late.as_bytes().to_vec(),
        ..Request::default()
    };
    assert_eq!(place.service.handle(&request, place.now).answer.status, 200);
    let told = |place: &Place| {
        let frames = place.service.guests.frames();
        let disconnects = frames.filter(|line| is_disconnect(&line["frame"])).count();
        let truth = place.service.world.truth().iter();
        let lines = truth.filter(|line| {
            let sent = line.frame.as_ref();
            sent.is_some_and(|one| one.kind == "presence-disconnect")
        });
        (disconnects, lines.count())
    };
    place.end(index, None);
    place.pass(1000);
    assert_eq!(told(&place), (0, 0), "it is on its way");
    place.service.hung_up(socket, place.now);
    place.pass(10_000);
    assert_eq!(told(&place), (0, 0), "and nobody was there");
    let back = place.open();
    place.configure(back, token);
    place.say(back, token, "hello");
    place.pass(10_000);
    place.end(index, None);
    place.pass(10_000);
    assert_eq!(told(&place), (1, 1));
}
