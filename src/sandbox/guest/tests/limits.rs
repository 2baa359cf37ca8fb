//! Every limit, at its edge.

use super::*;

#[test]
fn a_sixth_message_in_a_second_is_too_many_and_one_a_second_later_is_not() {
    let mut place = Place::with("");
    let (socket, token) = place.guest();
    for round in 0..6 {
        place.say(socket, token, &format!("{round}"));
    }
    let frames = place.frames(socket);
    assert_eq!(words(&frames)[..5], ["0", "1", "2", "3", "4"]);
    let refused = &frames[5];
    assert_eq!(refused["class"], "TooManyRequestsErrorMessage");
    assert_eq!(
        (&refused["code"], &refused["tracingId"]),
        (&json!(429), &json!("5"))
    );
    assert_eq!(
        (
            &refused["body"]["retryAfter"],
            &refused["body"]["errorCode"]
        ),
        (&json!(1), &json!(4029))
    );
    place.pass(1000);
    place.frames(socket);
    place.say(socket, token, "now");
    assert_eq!(words(&place.frames(socket))[0], "now");
}

#[test]
fn a_third_echo_in_a_minute_is_too_many() {
    let mut place = Place::with("");
    let (socket, token) = place.guest();
    let codes: Vec<Value> = (0..3)
        .map(|_| {
            place.send(socket, token, json!({ "action": "echo" }));
            place.last(socket)["code"].clone()
        })
        .collect();
    assert_eq!(codes, [json!(200), json!(200), json!(429)]);
}

#[test]
fn the_sixty_first_request_of_a_socket_in_a_minute_is_too_many() {
    let mut place = Place::with("");
    let (socket, token) = place.guest();
    for _ in 0..59 {
        place.send(socket, token, json!({ "action": "getConfiguration" }));
        assert_eq!(place.last(socket)["code"], 200);
    }
    place.send(socket, token, json!({ "action": "getConfiguration" }));
    assert_eq!(place.last(socket)["code"], 429);
    let other = place.open();
    assert_eq!(
        place.configure(other, token)["code"],
        200,
        "it is the socket's limit"
    );
}

#[test]
fn one_guest_is_configured_sixty_times_a_minute() {
    let mut place = Place::of(&format!("{BRISK}[guest]\nconfigures_per_minute = 2\n"));
    let (_, token) = place.guest();
    for code in [200, 200, 429] {
        let socket = place.open();
        assert_eq!(place.configure(socket, token)["code"], code);
    }
}

#[test]
fn a_deployment_takes_a_thousand_new_sockets_a_minute() {
    let mut place = Place::with("");
    let query = format!("deploymentId={}", place.deployment());
    for _ in 0..1000 {
        place.try_open(&query, None).unwrap();
    }
    assert_eq!(place.try_open(&query, None), Err(429));
    place.pass(60_000);
    assert!(place.try_open(&query, None).is_ok());
}

#[test]
fn a_text_has_4096_bytes_and_attributes_2048() {
    let mut place = Place::with("");
    let (socket, token) = place.guest();
    place.say(socket, token, &"ä".repeat(2048));
    assert_eq!(place.last(socket)["code"], 200);
    place.say(socket, token, &"ä".repeat(2049));
    let refused = place.last(socket);
    assert_eq!(
        (&refused["code"], &refused["body"]),
        (
            &json!(4011),
            &json!("Message length 4098 is larger than 4096")
        )
    );
    let attributes = |length: usize| json!({ "customAttributes": { "a": "x".repeat(length) } });
    // `{"a":""}` has eight bytes of its own.
    for (length, code) in [(2040, 200), (2041, 4013)] {
        let message =
            json!({ "type": "Text", "text": "hi", "channel": { "metadata": attributes(length) } });
        place.send(
            socket,
            token,
            json!({ "action": "onMessage", "message": message }),
        );
        assert_eq!(place.last(socket)["code"], code);
        let message = json!({ "type": "Text", "text": "hi" });
        let beside = json!({ "action": "onMessage", "message": message, "channel": { "metadata": attributes(length) } });
        place.pass(1000);
        place.frames(socket);
        place.send(socket, token, beside);
        assert_eq!(place.last(socket)["code"], code);
    }
}

#[test]
fn sockets_may_be_given_an_end_of_their_own() {
    let mut place = Place::of("[guest]\nidle_socket_seconds = 60\nsocket_age_seconds = 200\n");
    let (quiet, _) = place.guest();
    let (busy, token) = place.guest();
    for _ in 0..4 {
        place.pass(40_000);
        place.send(busy, token, json!({ "action": "getConfiguration" }));
    }
    assert_eq!(place.closes(), [(quiet, 1001)]);
    place.pass(40_000);
    assert_eq!(place.closes(), [(quiet, 1001), (busy, 1001)]);
}
