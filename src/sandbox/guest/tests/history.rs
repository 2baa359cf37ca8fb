//! What guests ask for over HTTP.

use super::*;
use crate::sandbox::exchange::{Answer, Body};

impl Place {
    pub(super) fn ask(&mut self, method: &str, path: &str, bearer: Option<&str>) -> (u16, Value) {
        let (path, query) = path.split_once('?').unwrap_or((path, ""));
        let request = Request {
            method: method.to_owned(),
            path: path.to_owned(),
            query: query.to_owned(),
            authorization: bearer.map(|token| format!("Bearer {token}")),
            ..Request::default()
        };
        let answer = self.service.handle(&request, self.now).answer;
        self.collect();
        (answer.status, body(answer))
    }

    pub(super) fn history(&mut self, jwt: &str, query: &str) -> (u16, Value) {
        let path = format!("/api/v2/webmessaging/messages{query}");
        self.ask("GET", &path, Some(jwt))
    }

    pub(super) fn jwt(&mut self, socket: SocketId, token: Uuid) -> String {
        self.send(socket, token, json!({ "action": "getJwt" }));
        let answer = self.last(socket);
        assert_eq!(answer["class"], "JwtResponse");
        answer["body"]["jwt"].as_str().unwrap().to_owned()
    }
}

fn body(answer: Answer) -> Value {
    match answer.body {
        Body::Json(value) => value,
        _ => Value::Null,
    }
}

#[test]
fn the_history_has_messages_and_events_newest_first_in_pages() {
    let mut place = Place::with("disconnect = \"read-only\"");
    let (socket, token) = place.guest();
    place.presence(socket, token, "Join");
    place.say(socket, token, "hello");
    place.pass(5000);
    let index = place.newest();
    place.end(index, None);
    let jwt = place.jwt(socket, token);
    let (status, all) = place.history(&jwt, "");
    assert_eq!(status, 200, "{all}");
    let entities = all["entities"].as_array().unwrap();
    let presence = |entity: &Value| entity["events"][0]["presence"]["type"].clone();
    assert_eq!(presence(&entities[0]), "Disconnect");
    assert_eq!(entities[0]["metadata"]["readOnly"], "true");
    assert_eq!(presence(entities.last().unwrap()), "Join");
    assert_eq!(entities[entities.len() - 2]["text"], "hello");
    assert!(!all.to_string().contains("Typing"), "nobody keeps typing");
    let total = entities.len();
    let (_, page) = place.history(&jwt, "?pageSize=2&pageNumber=2");
    assert_eq!(page["entities"].as_array().unwrap()[..], entities[2..4]);
    assert_eq!(
        (&page["total"], &page["pageCount"]),
        (&json!(total), &json!(total.div_ceil(2)))
    );
    let (status, _) = place.history(&jwt, "?pageSize=0");
    assert_eq!(status, 400);
}

#[test]
fn where_nobody_is_told_the_history_has_no_disconnect() {
    let mut place = Place::with("disconnect = \"off\"");
    let (socket, token, index) = place.served();
    place.end(index, None);
    let jwt = place.jwt(socket, token);
    let (_, all) = place.history(&jwt, "");
    assert!(!all.to_string().contains("Disconnect"), "{all}");
}

#[test]
fn a_token_for_the_history_lasts_a_minute_and_opens_nothing_else() {
    let mut place = Place::with("");
    let (socket, token) = place.guest();
    let jwt = place.jwt(socket, token);
    assert_eq!(place.ask("GET", "/api/v2/users", Some(&jwt)).0, 401);
    assert_eq!(place.history("made-up", "").0, 401);
    assert_eq!(
        place.ask("GET", "/api/v2/webmessaging/messages", None).0,
        401
    );
    place.pass(59_000);
    assert_eq!(place.history(&jwt, "").0, 200);
    place.pass(1000);
    let (status, body) = place.history(&jwt, "");
    assert_eq!(
        (status, &body["code"]),
        (401, &json!("credentials.expired"))
    );
}

#[test]
fn a_guest_reads_its_history_ten_times_a_minute() {
    let mut place = Place::with("");
    let (socket, token) = place.guest();
    for round in 0..11 {
        // Another token each time: it is the guest's limit.
        let jwt = place.jwt(socket, token);
        let (status, _) = place.history(&jwt, "");
        assert_eq!(status, if round < 10 { 200 } else { 429 }, "{round}");
    }
}

#[test]
fn a_new_session_does_not_reach_the_old_history() {
    let mut place = Place::with("");
    let (socket, token, _) = place.served();
    let deployment = place.deployment();
    let anew =
        json!({ "action": "configureSession", "deploymentId": deployment, "startNew": true });
    place.send(socket, token, anew);
    place.frames(socket);
    let jwt = place.jwt(socket, token);
    assert_eq!(place.history(&jwt, "").1["total"], 0);
}

#[test]
fn the_public_configuration_and_the_operators_say_the_same() {
    for (mode, enabled, kind) in [
        ("off", false, "Send"),
        ("send", true, "Send"),
        ("read-only", true, "ReadOnly"),
    ] {
        let mut place = Place::with(&format!(
            "disconnect = \"{mode}\"\nclear = false\nsession = \"1h\"\nallowed_domains = [\"a.test\"]"
        ));
        place.service.guests.stand_at("https://127.0.0.1:4/");
        let id = place.deployment();
        let path = format!("/webdeployments/v1/deployments/{id}/config.json");
        let (status, config) = place.ask("GET", &path, None);
        assert_eq!(status, 200, "{config}");
        let told = &config["messenger"]["apps"]["conversations"];
        assert_eq!(
            told["conversationDisconnect"],
            json!({ "enabled": enabled, "type": kind })
        );
        assert_eq!(told["messagingEndpoint"], "wss://127.0.0.1:4");
        assert_eq!(config["apiEndpoint"], "https://127.0.0.1:4");
        assert_eq!(told["sessionDurationSeconds"], 3600);
        let mut operators = crate::sandbox::guest::configuration::messenger(
            &place.service.world.directory.deployments[0],
        );
        operators["apps"]["conversations"]["messagingEndpoint"] = json!("wss://127.0.0.1:4");
        assert_eq!(operators, config["messenger"]);
        let path = format!("/webdeployments/v1/deployments/{id}/domains.json");
        assert_eq!(
            place.ask("GET", &path, None).1,
            json!({ "allowAllDomains": false, "allowedDomains": ["a.test"] })
        );
        let nobody = Uuid::new_v4();
        let path = format!("/webdeployments/v1/deployments/{nobody}/config.json");
        assert_eq!(place.ask("GET", &path, None).0, 404);
    }
}

#[test]
fn what_only_an_organisation_with_an_identity_provider_has_is_refused() {
    let mut place = Place::with("");
    let id = place.deployment();
    let push = format!("/api/v2/webmessaging/deployments/{id}/pushdevices/some-token");
    assert_eq!(place.ask("POST", &push, None).0, 404);
    let token = "/api/v2/webdeployments/token";
    assert_eq!(place.ask("DELETE", &format!("{token}/revoke"), None).0, 401);
    assert_eq!(place.ask("GET", &format!("{token}/refresh"), None).0, 405);
    assert_eq!(place.ask("POST", &format!("{token}/other"), None).0, 404);
}

#[test]
fn the_public_configuration_has_all_that_the_official_client_reads() {
    let mut place = Place::with("auto_start = true\nsign_in = true");
    place.service.guests.stand_at("http://127.0.0.1:4");
    let id = place.deployment();
    let path = format!("/webdeployments/v1/deployments/{id}/config.json");
    let (_, config) = place.ask("GET", &path, None);
    let conversations = "/messenger/apps/conversations";
    for (pointer, is_right) in [
        ("/id", Value::is_string as fn(&Value) -> bool),
        ("/version", Value::is_string),
        ("/languages/0", Value::is_string),
        ("/defaultLanguage", Value::is_string),
        ("/apiEndpoint", Value::is_string),
        ("/messenger/enabled", Value::is_boolean),
        ("/messenger/styles/primaryColor", Value::is_string),
        ("/messenger/launcherButton/visibility", Value::is_string),
        ("/messenger/fileUpload/enableAttachments", Value::is_boolean),
        ("/messenger/fileUpload/modes", Value::is_array),
        ("/journeyEvents/enabled", Value::is_boolean),
        ("/status", Value::is_string),
        ("/auth/enabled", Value::is_boolean),
        ("/auth/allowSessionUpgrade", Value::is_boolean),
    ] {
        let found = config.pointer(pointer);
        assert!(found.is_some_and(is_right), "{pointer}: {config:#}");
    }
    for name in [
        "enabled",
        "messagingEndpoint",
        "showAgentTypingIndicator",
        "showUserTypingIndicator",
        "autoStart/enabled",
        "conversationDisconnect/enabled",
        "conversationDisconnect/type",
        "conversationClear/enabled",
        "notifications/enabled",
        "markdown/enabled",
        "humanize/enabled",
        "sessionDurationSeconds",
    ] {
        let found = config.pointer(&format!("{conversations}/{name}"));
        assert!(
            found.is_some_and(|one| !one.is_null()),
            "{name}: {config:#}"
        );
    }
    assert!(!config.to_string().contains("null"));
}
