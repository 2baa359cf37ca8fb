//! Guests at times that the tests choose, through the door of the service.

mod contents;
mod history;
mod limits;
mod malformed;
mod sessions;
mod telling;

use super::*;
use crate::sandbox::scenario::Scenario;
use crate::sandbox::service::Service;
use crate::sandbox::truth::Actor;
use crate::sandbox::truth::Change;
use crate::sandbox::world::Applying;
use crate::sandbox::world::By;
use crate::sandbox::world::Ending;
use crate::sandbox::world::conversation::{Disconnect, Purpose};
use serde_json::json;

/// Nobody dawdles, and nothing is left to chance that a test looks at.
const BRISK: &str = "[life]\nbot_answers_ms = [100, 100]\nagent_answers_ms = [200, 200]\n\
                     guest_waits_ms = [500, 500]\n[platform]\napply_ms = [10, 10]\n";

/// A service, its clock, and what it pushed.
struct Place {
    service: Service,
    now: Timestamp,
    pushed: Vec<(SocketId, Push)>,
}

impl Place {
    fn of(text: &str) -> Self {
        let text = format!("description = \"x\"\n{text}");
        let scenario = Scenario::parse(&text, "x.toml").unwrap();
        let now: Timestamp = "2026-11-20T12:00:00Z".parse().unwrap();
        Self {
            service: Service::new(&scenario, 1, None, Uuid::nil(), now),
            now,
            pushed: Vec::new(),
        }
    }

    /// One deployment with these settings, and everybody brisk.
    fn with(deployment: &str) -> Self {
        Self::of(&format!(
            "{BRISK}[[deployment]]\nname = \"Test\"\n{deployment}\n"
        ))
    }

    fn deployment(&self) -> Uuid {
        self.service.world.directory.first_deployment()
    }

    /// Time goes by, and everything in it happens at its own time.
    fn pass(&mut self, milliseconds: i64) {
        let until = self.now + SignedDuration::from_millis(milliseconds);
        while let Some(due) = self.service.next_due().filter(|due| *due <= until) {
            self.now = self.now.max(due);
            self.service.settle(self.now);
            self.collect();
        }
        self.now = until;
        self.service.settle(self.now);
        self.collect();
    }

    fn collect(&mut self) {
        self.pushed.extend(self.service.take_pushes());
    }

    fn try_open(&mut self, query: &str, origin: Option<&str>) -> Result<SocketId, u16> {
        let request = Request {
            method: "GET".to_owned(),
            path: "/v1".to_owned(),
            query: query.to_owned(),
            origin: origin.map(str::to_owned),
            ..Request::default()
        };
        let opened = self.service.open_socket(&request, self.now);
        opened.map_err(|reply| reply.answer.status)
    }

    fn open(&mut self) -> SocketId {
        let query = format!("deploymentId={}&application=test-1", self.deployment());
        self.try_open(&query, None).unwrap()
    }

    fn hear(&mut self, socket: SocketId, text: &str) {
        self.service.heard(socket, text, self.now);
        self.collect();
    }

    /// Sends a frame of the guest's with the token put in.
    fn send(&mut self, socket: SocketId, token: Uuid, mut frame: Value) {
        frame["token"] = json!(token);
        self.hear(socket, &frame.to_string());
    }

    fn configure(&mut self, socket: SocketId, token: Uuid) -> Value {
        let deployment = self.deployment();
        let frame = json!({ "action": "configureSession", "deploymentId": deployment });
        self.send(socket, token, frame);
        self.last(socket)
    }

    /// A guest with a socket, known to the platform.
    fn guest(&mut self) -> (SocketId, Uuid) {
        let (socket, token) = (self.open(), Uuid::new_v4());
        let answer = self.configure(socket, token);
        assert_eq!(answer["body"]["newSession"], true, "{answer}");
        self.pushed.clear();
        (socket, token)
    }

    fn say(&mut self, socket: SocketId, token: Uuid, text: &str) {
        let message = json!({ "type": "Text", "text": text });
        let frame = json!({ "action": "onMessage", "message": message, "tracingId": text });
        self.send(socket, token, frame);
    }

    fn presence(&mut self, socket: SocketId, token: Uuid, kind: &str) {
        let event = json!({ "eventType": "Presence", "presence": { "type": kind } });
        let message = json!({ "type": "Event", "events": [event] });
        let frame = json!({ "action": "onMessage", "message": message, "tracingId": "p" });
        self.send(socket, token, frame);
    }

    /// The frames that a socket got since they were asked for last.
    fn frames(&mut self, socket: SocketId) -> Vec<Value> {
        let (theirs, others) = std::mem::take(&mut self.pushed)
            .into_iter()
            .partition(|(one, _)| *one == socket);
        self.pushed = others;
        let theirs: Vec<(SocketId, Push)> = theirs;
        let texts = theirs.into_iter().filter_map(|(_, push)| match push {
            Push::Text(text) => Some(serde_json::from_str(&text).unwrap()),
            Push::Close(..) | Push::Cut | Push::Reset => None,
        });
        texts.collect()
    }

    fn last(&mut self, socket: SocketId) -> Value {
        self.frames(socket).pop().unwrap_or_default()
    }

    fn closes(&self) -> Vec<(SocketId, u16)> {
        let closes = self.pushed.iter().filter_map(|(socket, push)| match push {
            Push::Close(code, _) => Some((*socket, *code)),
            Push::Text(_) | Push::Cut | Push::Reset => None,
        });
        closes.collect()
    }

    /// The place of the newest conversation.
    fn newest(&self) -> usize {
        self.service.world.conversations.len() - 1
    }

    fn id(&self, index: usize) -> Uuid {
        self.service.world.conversations[index].id
    }

    fn is_up(&self, index: usize, purpose: Purpose) -> bool {
        self.service.world.conversations[index]
            .open(purpose)
            .is_some()
    }

    /// An operator ends the open leg of a purpose, or everything.
    fn end(&mut self, index: usize, purpose: Option<Purpose>) {
        let by = By::nobody(Actor::Client("tester".to_owned()));
        let (world, now) = (&mut self.service.world, self.now);
        match purpose {
            None => {
                let ending = Ending::of_all_legs(Disconnect::Client);
                world.accept_end_of_all(index, ending, &by, Applying::Usual, now);
            }
            Some(purpose) => {
                let legs = world.conversations[index]
                    .open(purpose)
                    .unwrap()
                    .legs
                    .iter();
                let legs: Vec<Uuid> = legs.filter(|leg| leg.is_open()).map(|leg| leg.id).collect();
                world.accept_leg_ends(index, &legs, Disconnect::Client, &by, Applying::Usual, now);
            }
        }
        self.pass(50);
    }

    /// A guest who talks with an agent, and the place of the conversation.
    fn served(&mut self) -> (SocketId, Uuid, usize) {
        let (socket, token) = self.guest();
        self.say(socket, token, "hello");
        self.pass(5000);
        let index = self.newest();
        assert!(self.is_up(index, Purpose::Agent));
        self.pushed.clear();
        (socket, token, index)
    }
}

fn words(frames: &[Value]) -> Vec<String> {
    let words = frames.iter().map(|frame| {
        let body = &frame["body"];
        let presence = body["events"][0]["presence"]["type"].as_str();
        let typing = body["events"][0]["typing"]["type"]
            .as_str()
            .map(|_| "Typing");
        let text = body["text"].as_str();
        let class = frame["class"].as_str().unwrap();
        presence.or(typing).or(text).unwrap_or(class).to_owned()
    });
    words.collect()
}

fn is_disconnect(frame: &Value) -> bool {
    frame["body"]["events"][0]["presence"]["type"] == "Disconnect"
}
