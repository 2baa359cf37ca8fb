//! What messages hold beside their text: files, buttons, and what a page says of its guest.

use super::*;

/// Announces a file, and answers what came back.
fn announce(place: &mut Place, socket: SocketId, token: Uuid, name: &str, size: u64) -> Value {
    let frame = json!({
        "action": "onAttachment",
        "attachmentId": "a-1",
        "fileName": name,
        "fileType": "image/png",
        "fileSize": size,
        "errorsAsJson": true,
    });
    place.send(socket, token, frame);
    place.last(socket)
}

#[test]
fn a_file_is_announced_sent_and_named_in_a_message() {
    let mut place = Place::with("");
    place.service.guests.stand_at("http://127.0.0.1:4");
    let (socket, token) = place.guest();
    let file = json!({ "contentType": "Attachment", "attachment": { "id": "a-1" } });
    let message = json!({ "type": "Text", "content": [file] });
    let send = json!({ "action": "onMessage", "message": message });
    place.send(socket, token, send.clone());
    assert_eq!(place.last(socket)["code"], 4009, "not announced");
    let answer = announce(&mut place, socket, token, "a.png", 1234);
    assert_eq!(answer["class"], "PresignedUrlResponse");
    let url = answer["body"]["url"].as_str().unwrap();
    let path = url.strip_prefix("http://127.0.0.1:4").unwrap().to_owned();
    place.send(socket, token, send.clone());
    assert_eq!(place.last(socket)["code"], 4010, "not sent");
    assert_eq!(place.ask("PUT", &path, None).0, 200);
    assert_eq!(place.last(socket)["class"], "UploadSuccessEvent");
    place.send(socket, token, send);
    let echo = place.last(socket);
    let shown = &echo["body"]["content"][0]["attachment"];
    assert_eq!(
        (
            &shown["id"],
            &shown["filename"],
            &shown["mediaType"],
            &shown["fileSize"]
        ),
        (
            &json!("a-1"),
            &json!("a.png"),
            &json!("Image"),
            &json!(1234)
        )
    );
    place.send(
        socket,
        token,
        json!({ "action": "deleteAttachment", "attachmentId": "a-1" }),
    );
    let frames = place.frames(socket);
    assert_eq!(frames.last().unwrap()["class"], "AttachmentDeletedResponse");
    place.send(
        socket,
        token,
        json!({ "action": "getAttachment", "attachmentId": "a-1" }),
    );
    assert_eq!(place.last(socket)["code"], 4009);
    assert_eq!(
        place.ask("PUT", "/webmessaging/attachments/other", None).0,
        404
    );
}

#[test]
fn a_file_that_may_not_be_sent_is_refused_by_its_reason() {
    let mut place = Place::with("");
    let (socket, token) = place.guest();
    for (name, size, code) in [
        ("a.exe", 5, 4001),
        ("a.JS", 5, 4001),
        ("a.png", 10 * 1024 * 1024 + 1, 4002),
        ("", 5, 4004),
        ("../a.png", 5, 4004),
        (&"a".repeat(256), 5, 4005),
        ("a.png", 0, 4102),
    ] {
        let answer = announce(&mut place, socket, token, name, size);
        assert_eq!(
            (&answer["class"], &answer["body"]["errorCode"]),
            (&json!("GenerateUrlError"), &json!(code)),
            "{name}"
        );
    }
    let mut place = Place::with("attachments = false");
    let (socket, token) = place.guest();
    let answer = announce(&mut place, socket, token, "a.png", 5);
    assert_eq!(answer["body"]["errorCode"], 4000);
}

#[test]
fn a_button_that_was_pressed_is_a_structured_message() {
    let mut place = Place::with("");
    let (socket, token) = place.guest();
    let button = json!({
        "contentType": "ButtonResponse",
        "buttonResponse": { "type": "QuickReply", "text": "Yes", "payload": "yes" },
    });
    let message = json!({ "type": "Structured", "content": [button] });
    place.send(
        socket,
        token,
        json!({ "action": "onMessage", "message": message }),
    );
    let echo = place.last(socket);
    assert_eq!(
        (&echo["body"]["type"], &echo["body"]["text"]),
        (&json!("Structured"), &json!("Yes"))
    );
    assert_eq!(
        echo["body"]["content"][0]["buttonResponse"]["payload"],
        "yes"
    );
}

#[test]
fn what_a_page_says_of_its_guest_is_participant_data() {
    let mut place = Place::with("");
    let (socket, token) = place.guest();
    for said in ["Jane", "Jane", "Joan"] {
        let channel = json!({ "metadata": { "customAttributes": { "name": said, "visits": 3 } } });
        let message = json!({ "type": "Text", "text": "hi", "channel": channel });
        let frame = json!({ "action": "onMessage", "message": message });
        place.send(socket, token, frame);
    }
    let one = &place.service.world.conversations[place.newest()];
    let customer = &one.participants[0];
    assert_eq!(customer.name, "Jane", "who came is who came");
    let attributes = customer.attributes.as_deref().unwrap();
    assert_eq!(attributes["context.name"], "Joan");
    assert_eq!(attributes["context.visits"], "3");
    let truth = place.service.world.truth().iter();
    let changed = truth.filter(|line| line.what == Change::AttributesChanged);
    assert_eq!(changed.count(), 2, "what is known already changes nothing");
}

#[test]
fn what_a_message_holds_beside_its_text_is_in_the_api_too() {
    let mut place = Place::with("");
    let (socket, token) = place.guest();
    announce(&mut place, socket, token, "a.png", 1234);
    place.ask("PUT", "/webmessaging/attachments/a-1", None);
    let file = json!({ "contentType": "Attachment", "attachment": { "id": "a-1" } });
    let button = json!({
        "contentType": "ButtonResponse",
        "buttonResponse": { "type": "QuickReply", "text": "Yes", "payload": "yes" },
    });
    for message in [
        json!({ "type": "Text", "text": "look", "content": [file] }),
        json!({ "type": "Structured", "content": [button] }),
    ] {
        place.send(
            socket,
            token,
            json!({ "action": "onMessage", "message": message }),
        );
    }
    let one = &place.service.world.conversations[place.newest()];
    let shown: Vec<Value> = one
        .messages
        .iter()
        .map(|message| {
            crate::sandbox::api::picture::message(one, message)["normalizedMessage"].clone()
        })
        .collect();
    let attachment = &shown[0]["content"][0]["attachment"];
    assert_eq!(
        (
            &shown[0]["type"],
            &attachment["filename"],
            &attachment["mediaType"]
        ),
        (&json!("Text"), &json!("a.png"), &json!("Image"))
    );
    assert_eq!(
        (
            &shown[1]["type"],
            &shown[1]["text"],
            &shown[1]["content"][0]["buttonResponse"]["payload"]
        ),
        (&json!("Structured"), &json!("Yes"), &json!("yes"))
    );
}
