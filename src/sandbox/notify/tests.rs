//! Channels at times that the tests choose, through the door that requests and sockets come by.

use super::*;
use crate::sandbox::exchange::{Answer, Body, Push, Request};
use crate::sandbox::scenario::Scenario;
use crate::sandbox::service::Service;
use crate::sandbox::truth::Change;
use crate::sandbox::world::conversation::Conversation;
use crate::sandbox::world::happening::{Details, Happening};
use serde_json::json;

mod events;

const CHANNELS: &str = "/api/v2/notifications/channels";

fn start() -> Timestamp {
    "2026-11-20T12:00:00Z".parse().unwrap()
}

fn after_ms(milliseconds: i64) -> Timestamp {
    start() + SignedDuration::from_millis(milliseconds)
}

fn after_hours(hours: i64) -> Timestamp {
    start() + SignedDuration::from_hours(hours)
}

/// A sandbox and its clock.
struct Bed {
    service: Service,
    token: String,
    now: Timestamp,
}

impl Bed {
    fn new(platform: &str) -> Self {
        let text = format!(
            "description = \"x\"\n[platform]\n{platform}\n[[chat]]\nkind = \"live\"\nlabel = \"live\"\n"
        );
        Self::of(&Scenario::parse(&text, "x.toml").unwrap())
    }

    fn of(scenario: &Scenario) -> Self {
        let mut bed = Self {
            service: Service::new(scenario, 1, None, Uuid::nil(), start()),
            token: String::new(),
            now: start(),
        };
        bed.sign_in();
        bed
    }

    fn sign_in(&mut self) {
        let client = &self.service.identity.machine;
        let form = format!(
            "grant_type=client_credentials&client_id={}&client_secret={}",
            client.id, client.secret
        );
        let request = Request {
            method: "POST".to_owned(),
            path: "/oauth/token".to_owned(),
            content_type: Some("application/x-www-form-urlencoded".to_owned()),
            body: form.into_bytes(),
            ..Request::default()
        };
        let body = body(&self.service.handle(&request, self.now).answer);
        body["access_token"]
            .as_str()
            .unwrap()
            .clone_into(&mut self.token);
    }

    fn ask(&mut self, method: &str, path: &str, sent: &Value) -> Answer {
        let request = Request {
            method: method.to_owned(),
            path: path.to_owned(),
            authorization: Some(format!("Bearer {}", self.token)),
            content_type: Some("application/json".to_owned()),
            body: sent.to_string().into_bytes(),
            ..Request::default()
        };
        self.service.handle(&request, self.now).answer
    }

    fn channel(&mut self) -> String {
        let channel = body(&self.ask("POST", CHANNELS, &Value::Null));
        channel["id"].as_str().unwrap().to_owned()
    }

    fn connect(&mut self, channel: &str) -> SocketId {
        let request = Request {
            path: format!("/channels/{channel}"),
            ..Request::default()
        };
        self.service.open_socket(&request, self.now).unwrap()
    }

    fn subscribe(&mut self, channel: &str, topic: &str) -> u16 {
        let path = format!("{CHANNELS}/{channel}/subscriptions");
        self.ask("POST", &path, &json!([{ "id": topic }])).status
    }

    fn is_alive(&mut self, channel: &str) -> bool {
        let path = format!("{CHANNELS}/{channel}");
        self.ask("HEAD", &path, &Value::Null).status == 200
    }

    /// Lets the time come, and everything that is due before it.
    fn wait_until(&mut self, at: Timestamp) {
        while let Some(due) = self.service.next_due().filter(|due| *due < at) {
            self.now = self.now.max(due);
            self.service.settle(self.now);
            assert!(
                self.service.next_due() != Some(due),
                "what was due at {due} is still due"
            );
        }
        self.now = at;
        self.service.settle(at);
    }

    /// What went out to a socket since the last time: frames, and `null` for a closing.
    fn heard(&mut self, socket: SocketId) -> Vec<Value> {
        let pushes = self.service.take_pushes().into_iter();
        let own = pushes.filter(|(to, _)| *to == socket);
        own.map(|(_, push)| match push {
            Push::Text(text) => serde_json::from_str(&text).unwrap(),
            _ => Value::Null,
        })
        .collect()
    }
}

fn body(answer: &Answer) -> Value {
    match &answer.body {
        Body::Json(value) => value.clone(),
        _ => Value::Null,
    }
}

fn a_topic() -> String {
    format!("v2.routing.queues.{}.conversations", Uuid::nil())
}

#[test]
fn a_channel_lives_for_a_day_after_its_last_subscription() {
    let mut bed = Bed::new("token_seconds = 172800");
    let (kept, lost) = (bed.channel(), bed.channel());
    bed.wait_until(after_hours(20));
    assert_eq!(bed.subscribe(&kept, &a_topic()), 200);
    bed.wait_until(after_hours(24));
    assert!(bed.is_alive(&kept) && !bed.is_alive(&lost));
    let socket = bed.connect(&kept);
    let frame = json!({ "message": "subscribe", "topics": [] }).to_string();
    bed.service.heard(socket, &frame, bed.now);
    bed.wait_until(after_hours(46));
    assert!(bed.is_alive(&kept));
}

#[test]
fn a_channel_dies_with_the_token_it_was_subscribed_with_last() {
    let mut bed = Bed::new("token_seconds = 300");
    let (kept, lost) = (bed.channel(), bed.channel());
    let socket = bed.connect(&lost);
    bed.wait_until(after_ms(200_000));
    bed.sign_in();
    assert_eq!(bed.subscribe(&kept, &a_topic()), 200);
    bed.heard(socket);
    bed.wait_until(after_ms(300_000));
    let told = bed.heard(socket).pop().unwrap();
    assert_eq!(
        told["topicName"],
        format!("v2.system.no_longer_subscribed.{lost}")
    );
    assert!(bed.is_alive(&kept) && !bed.is_alive(&lost));
    bed.wait_until(after_ms(500_000));
    bed.sign_in();
    assert!(!bed.is_alive(&kept));
}

#[test]
fn a_heart_beats_every_thirty_seconds_and_stops_with_the_channel() {
    let mut bed = Bed::new("token_seconds = 300");
    let channel = bed.channel();
    let socket = bed.connect(&channel);
    bed.wait_until(after_ms(29_999));
    assert!(bed.heard(socket).is_empty());
    bed.wait_until(after_ms(30_000));
    assert_eq!(bed.heard(socket).len(), 1);
    bed.wait_until(after_ms(150_000));
    assert_eq!(bed.heard(socket).len(), 4);
    bed.wait_until(after_ms(300_000));
    bed.heard(socket);
    bed.wait_until(after_ms(600_000));
    assert!(bed.heard(socket).is_empty());
}

fn misbehave(bed: &mut Bed, orders: Mischief) {
    let now = bed.now;
    bed.service.hub.misbehave(orders, now);
    bed.wait_until(now);
}

#[test]
fn a_closing_is_announced_a_minute_ahead() {
    let mut bed = Bed::new("");
    let channel = bed.channel();
    let socket = bed.connect(&channel);
    misbehave(
        &mut bed,
        Mischief {
            close_ms: Some(150_000),
            ..Mischief::default()
        },
    );
    bed.wait_until(after_ms(89_999));
    let beats = bed.heard(socket);
    assert!(
        beats
            .iter()
            .all(|one| one["topicName"] == "channel.metadata")
    );
    bed.wait_until(after_ms(90_000));
    let told = bed.heard(socket);
    assert!(
        told.iter()
            .any(|one| one["topicName"] == "v2.system.socket_closing")
    );
    bed.wait_until(after_ms(150_000));
    assert_eq!(bed.heard(socket).pop(), Some(Value::Null));
    let again = bed.connect(&channel);
    bed.wait_until(after_ms(400_000));
    assert!(
        bed.heard(again).iter().all(|one| !one.is_null()),
        "once is enough"
    );
}

#[test]
fn a_flapping_socket_says_at_once_that_it_will_close() {
    let mut bed = Bed::new("");
    let channel = bed.channel();
    let orders = Mischief {
        flap_ms: Some(3000),
        ..Mischief::default()
    };
    misbehave(&mut bed, orders);
    for turn in 0..3 {
        let socket = bed.connect(&channel);
        assert_eq!(
            bed.heard(socket)[0]["topicName"],
            "v2.system.socket_closing"
        );
        bed.wait_until(after_ms(3000 * (turn + 1)));
        assert_eq!(bed.heard(socket), [Value::Null]);
    }
    misbehave(&mut bed, Mischief::default());
    let socket = bed.connect(&channel);
    assert!(bed.heard(socket).is_empty());
}

#[test]
fn a_silent_service_says_nothing_at_all_until_its_time_is_over() {
    let mut bed = Bed::new("");
    let channel = bed.channel();
    let socket = bed.connect(&channel);
    let orders = Mischief {
        silent_ms: Some(90_000),
        ..Mischief::default()
    };
    misbehave(&mut bed, orders);
    bed.service.heard(socket, "{\"message\":\"ping\"}", bed.now);
    bed.wait_until(after_ms(89_000));
    assert!(bed.heard(socket).is_empty());
    bed.wait_until(after_ms(120_000));
    assert!(!bed.heard(socket).is_empty());
}
