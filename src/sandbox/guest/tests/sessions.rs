//! Sessions, sockets and conversations are three things: ending one ends no other.

use super::*;

#[test]
fn a_socket_needs_a_known_deployment_and_an_allowed_origin() {
    let mut place = Place::with("allowed_domains = [\"shop.test\"]");
    let known = format!("deploymentId={}", place.deployment());
    assert_eq!(place.try_open("", None), Err(403));
    assert_eq!(
        place.try_open(&format!("deploymentId={}", Uuid::new_v4()), None),
        Err(403)
    );
    assert_eq!(place.try_open("deploymentId=nonsense", None), Err(403));
    assert_eq!(place.try_open(&known, None), Err(403), "no origin at all");
    assert_eq!(place.try_open(&known, Some("https://evil.test")), Err(403));
    assert!(
        place
            .try_open(&known, Some("https://www.shop.test:8443"))
            .is_ok()
    );
}

#[test]
fn the_fourth_socket_drives_the_oldest_out() {
    let mut place = Place::with("disconnect = \"send\"");
    let token = Uuid::new_v4();
    let sockets: Vec<SocketId> = (0..4)
        .map(|_| {
            let socket = place.open();
            place.configure(socket, token);
            socket
        })
        .collect();
    let evicted = place.frames(sockets[0]);
    assert_eq!(words(&evicted), ["ConnectionClosedEvent"]);
    assert_eq!(evicted[0]["body"], json!({}));
    place.pass(1900);
    assert!(
        place.closes().is_empty(),
        "the client has time to go itself"
    );
    place.pass(200);
    assert_eq!(place.closes(), [(sockets[0], 1000)]);
    place.say(sockets[1], token, "three are left");
    for socket in &sockets[1..] {
        assert_eq!(words(&place.frames(*socket)), ["three are left"]);
    }
}

#[test]
fn a_guest_who_closes_its_socket_has_ended_nothing_and_is_taken_up_again() {
    let mut place = Place::with("");
    let (socket, token, index) = place.served();
    place.service.hung_up(socket, place.now);
    place.pass(60_000);
    assert!(place.is_up(index, Purpose::Customer) && place.is_up(index, Purpose::Agent));
    let again = place.open();
    let answer = place.configure(again, token);
    assert_eq!(answer["body"]["newSession"], false);
    place.say(again, token, "here I am");
    assert_eq!(place.newest(), index);
}

#[test]
fn a_guest_who_clears_leaves_the_agent_behind_and_comes_back_as_somebody_new() {
    let mut place = Place::with("");
    let (socket, token, index) = place.served();
    let second = place.open();
    place.configure(second, token);
    place.presence(socket, token, "Clear");
    for one in [socket, second] {
        let frames = place.frames(one);
        assert_eq!(
            words(&frames),
            ["Clear", "SessionClearedEvent", "ConnectionClosedEvent"]
        );
        assert_eq!(frames[0]["body"]["direction"], "Inbound");
    }
    assert!(!place.is_up(index, Purpose::Customer));
    assert!(
        place.is_up(index, Purpose::Agent),
        "it must be ended by the agent's side"
    );
    place.say(socket, token, "too late");
    assert_eq!(place.last(socket)["code"], 4007);
    place.pass(2100);
    assert_eq!(place.closes().len(), 2);
    let new = place.open();
    let answer = place.configure(new, token);
    assert_eq!(answer["body"]["newSession"], true);
    place.say(new, token, "again");
    assert_eq!(place.newest(), index + 1);
}

#[test]
fn clearing_is_refused_where_the_deployment_does_not_have_it() {
    let mut place = Place::with("clear = false");
    let (socket, token, index) = place.served();
    place.presence(socket, token, "Clear");
    let refused = place.last(socket);
    assert_eq!(
        (&refused["code"], &refused["tracingId"]),
        (&json!(403), &json!("p"))
    );
    assert!(place.is_up(index, Purpose::Customer));
    place.say(socket, token, "as before");
    assert_eq!(words(&place.frames(socket)), ["as before"]);
}

#[test]
fn closing_all_connections_ends_no_conversation() {
    let mut place = Place::with("");
    let (socket, token, index) = place.served();
    let other = place.open();
    place.configure(other, token);
    place.send(
        socket,
        token,
        json!({ "action": "closeSession", "closeAllConnections": true, "tracingId": "t" }),
    );
    let answer = place.last(socket);
    assert_eq!(
        (&answer["body"]["connected"], &answer["tracingId"]),
        (&json!(false), &json!("t"))
    );
    assert_eq!(words(&place.frames(other)), ["ConnectionClosedEvent"]);
    place.pass(2100);
    assert_eq!(
        place.closes(),
        [(other, 1000)],
        "the one that asked is used again"
    );
    place.say(socket, token, "without configuring");
    assert_eq!(place.last(socket)["code"], 400);
    assert_eq!(place.configure(socket, token)["body"]["newSession"], false);
    assert!(place.is_up(index, Purpose::Customer));
}

#[test]
fn a_silent_guest_expires_and_is_told_when_it_asks() {
    let mut place = Place::with("session = \"20m\"\ndisconnect = \"send\"");
    let (socket, token, index) = place.served();
    place.pass(19 * 60_000);
    assert!(place.is_up(index, Purpose::Customer));
    place.pass(60_000);
    let customer = &place.service.world.conversations[index].participants[0];
    assert_eq!(
        customer.ended().map(|(_, how)| how),
        Some(Disconnect::Expired)
    );
    assert!(place.frames(socket).is_empty(), "nothing is pushed");
    place.send(socket, token, json!({ "action": "echo", "tracingId": "e" }));
    let told = place.last(socket);
    assert_eq!(
        (&told["class"], &told["type"], &told["tracingId"]),
        (
            &json!("SessionExpiredEvent"),
            &json!("message"),
            &json!("e")
        )
    );
    place.say(socket, token, "hello?");
    assert_eq!(place.last(socket)["code"], 4006);
    assert!(place.closes().is_empty());
    assert_eq!(place.configure(socket, token)["body"]["newSession"], true);
}

#[test]
fn an_expiry_is_pushed_where_the_scenario_says_so() {
    let mut place = Place::of(&format!(
        "{BRISK}[guest]\ntells_expiry = true\n[[deployment]]\nname = \"T\"\nsession = \"30s\"\n"
    ));
    let (socket, _) = place.guest();
    place.pass(30_000);
    assert_eq!(words(&place.frames(socket)), ["SessionExpiredEvent"]);
}

#[test]
fn a_message_puts_the_expiry_off_and_an_echo_does_not() {
    let mut place = Place::with("session = \"60s\"");
    let (socket, token) = place.guest();
    place.pass(50_000);
    place.say(socket, token, "hello");
    place.pass(50_000);
    place.send(socket, token, json!({ "action": "echo" }));
    assert!(
        place
            .frames(socket)
            .iter()
            .any(|frame| frame["body"]["metadata"]["durationSeconds"] == "60")
    );
    place.pass(11_000);
    place.say(socket, token, "too late");
    assert_eq!(place.last(socket)["code"], 4006);
}

#[test]
fn after_the_threading_window_a_message_begins_another_conversation() {
    for (minutes, passed, same) in [(60, 59, true), (60, 61, false), (0, 0, false)] {
        let mut place = Place::of(&format!("{BRISK}threading_minutes = {minutes}\n"));
        let (socket, token, index) = place.served();
        place.end(index, None);
        place.pass(passed * 60_000);
        place.say(socket, token, "back");
        assert_eq!(place.newest() == index, same, "{minutes} {passed}");
    }
}

#[test]
fn an_untold_guest_begins_anew_where_the_scenario_says_so() {
    let mut place = Place::of(&format!("{BRISK}[guest]\nrevives_untold = false\n"));
    let (socket, token, index) = place.served();
    place.end(index, None);
    place.say(socket, token, "back");
    assert_eq!(place.newest(), index + 1);
}

#[test]
fn joining_begins_a_conversation_only_where_it_starts_by_itself() {
    for (auto_start, begun) in [("", 0), ("auto_start = true", 1)] {
        let mut place = Place::with(auto_start);
        let (socket, token) = place.guest();
        place.presence(socket, token, "Join");
        let frames = place.frames(socket);
        assert_eq!(words(&frames), ["Join"]);
        assert_eq!(frames[0]["body"]["direction"], "Inbound");
        assert_eq!(
            place.service.world.conversations.len(),
            begun,
            "{auto_start}"
        );
    }
}

#[test]
fn starting_anew_leaves_the_old_conversation_to_itself() {
    let mut place = Place::with("disconnect = \"send\"");
    let (socket, token, index) = place.served();
    let deployment = place.deployment();
    let anew =
        json!({ "action": "configureSession", "deploymentId": deployment, "startNew": true });
    place.send(socket, token, anew);
    assert_eq!(place.last(socket)["body"]["newSession"], true);
    assert!(place.is_up(index, Purpose::Customer), "nobody ended it");
    place.end(index, None);
    assert!(
        place.frames(socket).is_empty(),
        "it is none of its guest's business any more"
    );
    place.say(socket, token, "anew");
    assert_eq!(place.newest(), index + 1);
}

/// `configureAuthenticatedSession` with a code, and the answer to it.
fn sign_in(place: &mut Place, socket: SocketId, token: Uuid, code: &str) -> Value {
    let deployment = place.deployment();
    let frame = json!({
        "action": "configureAuthenticatedSession",
        "deploymentId": deployment,
        "data": { "code": code },
    });
    place.send(socket, token, frame);
    place.last(socket)
}

#[test]
fn signing_in_is_refused_unless_the_deployment_has_it_and_the_code_is_good() {
    for (setting, code) in [("", 403), ("sign_in = true", 401)] {
        let mut place = Place::with(setting);
        let (socket, token) = (place.open(), Uuid::new_v4());
        assert_eq!(sign_in(&mut place, socket, token, "whatever")["code"], code);
    }
}

#[test]
fn a_guest_who_signs_in_drives_its_other_sockets_out_and_cannot_go_back() {
    let mut place = Place::with("sign_in = true");
    let deployment = place.deployment();
    let exchange = Request {
        method: "POST".to_owned(),
        path: "/api/v2/webdeployments/token/oauthcodegrantjwtexchange".to_owned(),
        content_type: Some("application/json".to_owned()),
        body: json!({ "deploymentId": deployment, "oauth": { "code": "jane" } })
            .to_string()
            .into_bytes(),
        ..Request::default()
    };
    let answer = place.service.handle(&exchange, place.now).answer;
    let crate::sandbox::exchange::Body::Json(body) = answer.body else {
        panic!("{answer:?}");
    };
    let (first, token) = place.guest();
    let second = place.open();
    let answer = sign_in(&mut place, second, token, body["jwt"].as_str().unwrap());
    assert_eq!(answer["body"]["newSession"], false, "{answer}");
    let away = place.last(first);
    assert_eq!(
        (&away["class"], &away["body"]["reason"]),
        (&json!("ConnectionClosedEvent"), &json!("signedIn"))
    );
    assert_eq!(place.configure(second, token)["code"], 4017);
}
