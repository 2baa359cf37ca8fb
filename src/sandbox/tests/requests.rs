//! Requests of every operation, right in most of their parts and wrong in some.

use super::bodies::{self, happens, one};
use super::published::{OPERATIONS, Operation};
use crate::sandbox::exchange::{Answer, Body, Request};
use crate::sandbox::random::Random;
use crate::sandbox::world::World;
use serde_json::{Value, json};
use uuid::Uuid;

/// Where the browser of a user is sent back to.
const HERE: &str = "http://localhost";

/// What could stand in a path, a query or a body and mean something here.
pub(super) fn words_of(world: &World) -> Vec<String> {
    let mut words: Vec<String> = ["disconnected", "connected", "stale", "", "*", "a b", "é"]
        .map(str::to_owned)
        .to_vec();
    for conversation in &world.conversations {
        words.push(conversation.id.to_string());
        for party in &conversation.participants {
            words.push(party.id.to_string());
            words.extend(party.legs.iter().map(|leg| leg.id.to_string()));
        }
        let messages = conversation.messages.iter().take(2);
        words.extend(messages.map(|message| message.id.to_string()));
    }
    let directory = &world.directory;
    words.extend(
        directory
            .agents
            .iter()
            .take(2)
            .map(|one| one.id.to_string()),
    );
    words.extend(
        directory
            .queues
            .iter()
            .take(2)
            .map(|one| one.id.to_string()),
    );
    words.extend(directory.codes.iter().map(|one| one.id.to_string()));
    let queue = directory.queues.first().map(|one| one.id);
    words.extend(queue.map(|id| format!("v2.routing.queues.{id}.conversations.messages")));
    words.push("2026-11-01T00:00:00.000Z/2026-11-21T00:00:00.000Z".to_owned());
    words
}

/// One request.
pub(super) fn any(
    world: &World,
    words: &[String],
    tokens: &[String],
    random: &mut Random,
) -> Request {
    let all: Vec<&'static Operation> = OPERATIONS.values().collect();
    let operation = *one(random, &all);
    let nonsense = *one(random, &[0, 0, 3, 20]);
    let mut request = Request {
        method: operation.method.clone(),
        path: path(operation, world, words, random),
        query: query(operation, words, random),
        authorization: Some(format!("Bearer {}", one(random, tokens))),
        ..Request::default()
    };
    if let Some(shape) = operation.body() {
        let body = bodies::of(shape, words, nonsense, random);
        request.body = bodies::bytes(&body, random);
        request.content_type = Some("application/json".to_owned());
    }
    spoil(&mut request, random);
    request
}

/// Mostly nothing; else the one thing that a request must not lack.
fn spoil(request: &mut Request, random: &mut Random) {
    let methods = [
        "GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "BREW", "",
    ];
    let kinds = [
        "text/plain",
        "application/json; charset=utf-8",
        "APPLICATION/JSON",
        "",
        ";",
        "x/y",
    ];
    let tokens = ["Bearer", "bearer  x", "Basic ***", "\u{e9}", ""];
    let roots = ["", "/api", "/api/v3", "//", "/v1"];
    match random.between(0, 40) {
        0 => request.method = (*one(random, &methods)).to_owned(),
        1 => request.content_type = None,
        2 => request.content_type = Some((*one(random, &kinds)).to_owned()),
        3 => request.authorization = None,
        4 => request.authorization = Some((*one(random, &tokens)).to_owned()),
        5 => request.path.push_str("/more"),
        6 => {
            let root = *one(random, &roots);
            request.path = request.path.replacen("/api/v2", root, 1);
        }
        7 => request.path.push_str("/%00%ff//"),
        8 => request.body = b"{\"a\":1}".to_vec(),
        _ => {}
    }
}

/// The pieces of a path, consistent with one another more often than not.
fn path(operation: &Operation, world: &World, words: &[String], random: &mut Random) -> String {
    let conversation = one(random, &world.conversations);
    let party = one(random, &conversation.participants);
    let pieces = operation.path.split('/').map(|piece| {
        if !piece.starts_with('{') {
            return piece.to_owned();
        }
        let directory = &world.directory;
        let fitting = match piece {
            "{conversationId}" => Some(conversation.id),
            "{participantId}" => Some(party.id),
            "{communicationId}" => party.legs.last().map(|leg| leg.id),
            "{messageId}" => conversation.messages.first().map(|message| message.id),
            "{queueId}" => directory.queues.first().map(|one| one.id),
            "{codeId}" => directory.codes.first().map(|one| one.id),
            "{userId}" => directory.agents.first().map(|one| one.id),
            "{deploymentId}" => Some(directory.first_deployment()),
            _ => None,
        };
        match fitting {
            Some(id) if happens(random, 92) => id.to_string(),
            _ => one(random, words).replace(' ', "%20"),
        }
    });
    pieces.collect::<Vec<String>>().join("/")
}

fn query(operation: &Operation, words: &[String], random: &mut Random) -> String {
    let mut pairs = Vec::new();
    for parameter in operation.parameters("query") {
        let name = parameter["name"].as_str().unwrap_or("");
        if !happens(
            random,
            if parameter["required"] == true {
                95
            } else {
                30
            },
        ) {
            continue;
        }
        let known = parameter["enum"]
            .as_array()
            .or(parameter["items"]["enum"].as_array());
        let value = match (known, parameter["type"].as_str()) {
            _ if happens(random, 8) => one(
                random,
                &[
                    "",
                    "0",
                    "-1",
                    "x",
                    "%",
                    "%zz",
                    "99999999999999999999",
                    "a,b,,c",
                ],
            )
            .to_string(),
            (Some(known), _) => one(random, known).as_str().unwrap_or("").to_owned(),
            (None, Some("integer")) => {
                one(random, &["1", "2", "25", "100", "101", "500"]).to_string()
            }
            (None, Some("boolean")) => one(random, &["true", "false"]).to_string(),
            _ => one(random, words).replace(' ', "+"),
        };
        pairs.push(format!("{name}={value}"));
    }
    if happens(random, 5) {
        let odd = [
            "&&&",
            "=",
            "pageSize",
            "%70ageSize=1",
            "a=b=c",
            "id=",
            "\u{e9}=\u{e9}",
            "expand=,",
        ];
        pairs.push((*one(random, &odd)).to_owned());
    }
    pairs.join("&")
}

/// A program signs in with its id and secret.
pub(super) fn sign_in(id: &str, secret: &str) -> Request {
    form(
        "token",
        format!("grant_type=client_credentials&client_id={id}&client_secret={secret}"),
    )
}

/// A browser asks for the page on which a user says yes.
pub(super) fn consent(id: &str) -> Request {
    Request {
        method: "GET".to_owned(),
        path: "/oauth/authorize".to_owned(),
        query: format!("client_id={id}&response_type=code&redirect_uri={HERE}"),
        ..Request::default()
    }
}

/// The user says yes on that page.
pub(super) fn allow(page: &Answer, user: Uuid) -> Request {
    let Body::Text(_, page) = &page.body else {
        panic!("the page is no text");
    };
    let ticket = page.split("name=\"ticket\" value=\"").nth(1).unwrap();
    let ticket = ticket.split('"').next().unwrap();
    form("authorize", format!("ticket={ticket}&user={user}"))
}

/// The program takes the code for a token.
pub(super) fn exchange(code: &str, id: &str, secret: &str) -> Request {
    let who = format!("client_id={id}&client_secret={secret}&redirect_uri={HERE}");
    form(
        "token",
        format!("grant_type=authorization_code&code={code}&{who}"),
    )
}

fn form(place: &str, fields: String) -> Request {
    Request {
        method: "POST".to_owned(),
        path: format!("/oauth/{place}"),
        content_type: Some("application/x-www-form-urlencoded".to_owned()),
        body: fields.into_bytes(),
        ..Request::default()
    }
}

/// What a request says, for whoever must mend what it broke.
pub(super) fn told(request: &Request) -> Value {
    json!({
        "method": request.method,
        "path": request.path,
        "query": request.query,
        "authorization": request.authorization,
        "content_type": request.content_type,
        "body": String::from_utf8_lossy(request.body.get(..2000).unwrap_or(&request.body)),
    })
}
