//! What no real organisation has: the start line, the ground truth, faults and events on order.

mod users;

use super::exchange::{Answer, Request};
use super::faults::{Event, FaultOrders, first_problem};
use super::guest::token_of_staged;
use super::refusal::Refusal;
use super::scenario::{Dialect, nearest};
use super::service::Service;
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};

/// Everything below `/sandbox/` but the start line, which only the server knows.
pub(super) fn answer(
    service: &mut Service,
    request: &Request,
    rest: &[&str],
    now: Timestamp,
) -> Answer {
    let result = match (request.method.as_str(), rest) {
        ("GET", ["truth"]) => Ok(truth(service)),
        ("GET", ["staged"]) => Ok(staged(service)),
        ("GET", ["standing"]) => Ok(standing(service)),
        ("GET", ["deployments"]) => Ok(deployments(service)),
        ("GET", ["requests"]) => Ok(requests(service)),
        ("GET", ["frames"]) => Ok(Answer::lines(service.guests.frames())),
        ("GET", ["dialect"]) => Ok(dialect(service)),
        ("GET", ["clients"]) => Ok(clients(service)),
        ("GET", ["held"]) => Ok(Answer::lines(service.held.lines())),
        ("POST", ["faults"]) => faults(service, request, now),
        ("POST", ["events"]) => event(service, request, now),
        (
            _,
            [
                "truth" | "staged" | "standing" | "clients" | "dialect" | "frames" | "deployments"
                | "held" | "requests",
            ],
        ) => Err(Refusal::method_not_allowed("GET")),
        ("POST", ["users"]) => users::answer(service, request, now),
        (_, ["faults" | "events" | "users"]) => Err(Refusal::method_not_allowed("POST")),
        _ => Err(Refusal::not_found()),
    };
    result.unwrap_or_else(|refusal| service.refuse(refusal))
}

/// Whether the operations of forum threads are answered.
fn dialect(service: &Service) -> Answer {
    let spoken = match service.forum {
        Some(_) => Dialect::Forum,
        None => Dialect::Platform,
    };
    Answer::ok(json!({ "dialect": spoken }))
}

fn truth(service: &Service) -> Answer {
    let changes = service.world.truth().iter();
    Answer::lines(changes.map(|change| serde_json::to_value(change).unwrap_or(Value::Null)))
}

fn requests(service: &Service) -> Answer {
    let all = service.arrivals.all();
    Answer::lines(all.map(|one| serde_json::to_value(one).unwrap_or(Value::Null)))
}

/// Every OAuth client with its secret, and every user whom the consent page offers, with the roles.
fn clients(service: &Service) -> Answer {
    let identity = &service.identity;
    let users = service.world.directory.agents.iter().map(|user| {
        let roles = identity.roles.of_subject(&user.id.to_string());
        let roles: Vec<&str> = roles.map(|role| role.name).collect();
        json!({ "id": user.id, "name": user.name, "roles": roles })
    });
    Answer::ok(json!({
        "clients": [identity.machine.shown(), identity.people.shown()],
        "users": users.collect::<Vec<Value>>(),
    }))
}

/// Where guests come in, and what they are told when somebody ends their conversation; the first is the
/// start line's.
fn deployments(service: &Service) -> Answer {
    let all = service.world.directory.deployments.iter();
    Answer::lines(all.map(
        |one| json!({ "id": one.named.id, "name": one.named.name, "disconnect": one.disconnect }),
    ))
}

/// What was staged as what, one conversation a line, with the token by which its guest comes back.
fn staged(service: &Service) -> Answer {
    let staged = service
        .world
        .conversations
        .iter()
        .filter(|one| one.kind.is_some());
    Answer::lines(staged.map(|one| {
        json!({
            "conversation": one.id,
            "kind": one.kind,
            "label": one.label,
            "guest": token_of_staged(one.id),
        })
    }))
}

/// How each conversation really stands now, one a line: what a client is told of it counts for nothing here.
fn standing(service: &Service) -> Answer {
    let all = service.world.conversations.iter();
    Answer::lines(all.map(|one| {
        let parties = one.participants.iter();
        let up: Vec<&str> = parties
            .filter(|party| party.is_open())
            .map(|party| party.purpose.word())
            .collect();
        let mut parties = one.participants.iter();
        json!({
            "conversation": one.id,
            "ended": one.ended,
            "up": up,
            "owes_wrap_up": parties.any(|party| party.wrap_up.is_owed()),
        })
    }))
}

/// Reads a body, whatever it says that it is, and says where it goes wrong.
fn read<T: for<'a> Deserialize<'a>>(request: &Request) -> Result<T, Refusal> {
    serde_json::from_slice(&request.body).map_err(|cause| {
        let words = cause.to_string();
        let quoted: Vec<&str> = words.split('`').skip(1).step_by(2).collect();
        let near = match quoted.split_first() {
            Some((wrong, right)) if words.contains("expected") => nearest(wrong, right),
            _ => None,
        };
        let mend = near.map_or_else(String::new, |name| format!(", did you mean `{name}`?"));
        Refusal::bad_request(format!("{words}{mend}"))
    })
}

fn faults(service: &mut Service, request: &Request, now: Timestamp) -> Result<Answer, Refusal> {
    let orders: FaultOrders = read(request)?;
    if let Some(problem) = first_problem(&orders) {
        return Err(Refusal::bad_request(problem.to_string()));
    }
    service.obey(orders, now).map_err(Refusal::bad_request)?;
    Ok(Answer::ok(json!({ "faults": service.faults.len() })))
}

fn event(service: &mut Service, request: &Request, now: Timestamp) -> Result<Answer, Refusal> {
    let event: Event = read(request)?;
    if let Some(problem) = event.problem() {
        return Err(Refusal::bad_request(format!("conversation: {problem}")));
    }
    let at = service
        .order(&event, now)
        .ok_or_else(Refusal::conversation_not_found)?;
    service.world.tick(now);
    Ok(Answer::ok(json!({ "at": at })))
}
