//! What no real organisation has: the start line, the ground truth, faults and events on order.

mod users;

use super::api::{table, validate};
use super::exchange::{Answer, Request};
use super::faults::{Fault, FaultOrders};
use super::refusal::Refusal;
use super::scenario::nearest;
use super::service::Service;
use super::world::happening::Happening;
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde_json::{Value, json};

/// The body of `POST /sandbox/events`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Order {
    event: Happening,
    /// An id, or the label it was staged with.
    conversation: String,
    /// How long from now, in milliseconds.
    #[serde(default)]
    after_ms: u32,
}

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
        ("GET", ["frames"]) => Ok(Answer::lines(service.guests.frames())),
        ("GET", ["clients"]) => Ok(clients(service)),
        ("POST", ["faults"]) => faults(service, request, now),
        ("POST", ["events"]) => event(service, request, now),
        (_, ["truth" | "staged" | "clients" | "frames"]) => Err(Refusal::method_not_allowed("GET")),
        ("POST", ["users"]) => users::answer(service, request, now),
        (_, ["faults" | "events" | "users"]) => Err(Refusal::method_not_allowed("POST")),
        _ => Err(Refusal::not_found()),
    };
    result.unwrap_or_else(|refusal| service.refuse(refusal))
}

fn truth(service: &Service) -> Answer {
    let changes = service.world.truth().iter();
    Answer::lines(changes.map(|change| serde_json::to_value(change).unwrap_or(Value::Null)))
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

/// What was staged as what, one conversation a line.
fn staged(service: &Service) -> Answer {
    let staged = service
        .world
        .conversations
        .iter()
        .filter(|one| one.kind.is_some());
    Answer::lines(
        staged.map(|one| json!({ "conversation": one.id, "kind": one.kind, "label": one.label })),
    )
}

fn read<T: for<'a> Deserialize<'a>>(request: &Request) -> Result<T, Refusal> {
    let body = validate::read(request)?;
    serde_json::from_value(body).map_err(|cause| Refusal::bad_request(cause.to_string()))
}

fn faults(service: &mut Service, request: &Request, now: Timestamp) -> Result<Answer, Refusal> {
    let orders = read(request)?;
    service.obey(orders, now).map_err(Refusal::bad_request)?;
    Ok(Answer::ok(json!({ "faults": service.faults.len() })))
}

fn event(service: &mut Service, request: &Request, now: Timestamp) -> Result<Answer, Refusal> {
    let order: Order = read(request)?;
    let index = service
        .world
        .find_by_name(&order.conversation)
        .ok_or_else(Refusal::conversation_not_found)?;
    let after = SignedDuration::from_millis(order.after_ms.into());
    let at = now.checked_add(after).unwrap_or(now);
    service.world.order(index, order.event, at);
    service.world.tick(now);
    Ok(Answer::ok(json!({ "at": at })))
}

impl Service {
    /// Carries out what `POST /sandbox/faults` or a file of faults orders, whole or not at all.
    pub(super) fn obey(&mut self, orders: FaultOrders, now: Timestamp) -> Result<(), String> {
        self.understands(&orders)?;
        if orders.clear {
            self.faults.clear();
        }
        self.faults.extend(orders.faults);
        self.releases += u64::from(orders.release);
        if let Some(milliseconds) = orders.unreachable_ms {
            let span = SignedDuration::from_millis(milliseconds.into());
            self.unreachable_until = now.checked_add(span).ok();
        }
        let whose = orders.whose.as_deref();
        self.identity.roles.take(&orders.remove_permissions, whose);
        self.identity.roles.give(&orders.restore_permissions, whose);
        if let Some(allowed) = orders.rate_limit {
            self.platform.rate_limit = allowed;
        }
        if let Some(milliseconds) = orders.analytics_lag_ms {
            self.platform.analytics_lag_ms = milliseconds;
        }
        if orders.expire_tokens {
            self.identity.tokens.expire_all(now);
        }
        if orders.revoke_tokens {
            self.identity.tokens.revoke_all();
        }
        Ok(())
    }

    /// Whether every conversation and permission that the orders name is there.
    fn understands(&self, orders: &FaultOrders) -> Result<(), String> {
        let mut targets = orders.faults.iter().filter_map(Fault::target);
        if let Some(name) = targets.find(|name| self.world.find_by_name(name).is_none()) {
            return Err(format!(
                "There is no conversation `{name}`, by id or by label."
            ));
        }
        let subjects = self.identity.roles.names();
        if let Some(name) = orders
            .whose
            .as_deref()
            .filter(|name| !subjects.contains(name))
        {
            let mend =
                nearest(name, &subjects).unwrap_or("a role, or the id of a client or a user");
            return Err(format!(
                "There is no role and nobody called `{name}`. Use `{mend}`."
            ));
        }
        let known = table::permissions();
        let mut names = orders
            .remove_permissions
            .iter()
            .chain(&orders.restore_permissions);
        match names.find(|name| !known.contains(&name.as_str())) {
            None => Ok(()),
            Some(name) => {
                let mend = nearest(name, &known).unwrap_or("one of the published names");
                Err(format!(
                    "No route asks for the permission `{name}`. Use `{mend}`."
                ))
            }
        }
    }
}
