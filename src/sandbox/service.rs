//! The door of the organisation: faults, sign-in, rate limit and permissions, then the operation.
//!
//! Pure like the world behind it: `handle` takes a request and a time and says what to answer and
//! how the answer travels. Sockets and waiting are the server's.

mod guests;
mod obeying;
mod signing_in;
mod sockets;
#[cfg(test)]
mod tests;
mod troubled;

pub(super) use troubled::Reply;

use super::api::analytics::{Index, Jobs};
use super::api::picture::Lens;
use super::api::table;
use super::api::validate;
use super::arrivals::Arrivals;
use super::exchange::{Answer, Outbox, Request};
use super::faults::{Faults, Nuisance, Skew};
use super::guest::Guests;
use super::held::Held;
use super::identity::tokens::Caller;
use super::identity::{Identity, scopes};
use super::limits::Windows;
use super::notify::Hub;
use super::random::Random;
use super::refusal::Refusal;
use super::scenario::{Forum, Platform, Scenario};
use super::truth::{Actor, Cause};
use super::world::conversation::Conversation;
use super::world::{Applying, By, World};
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use std::collections::BTreeMap;
use uuid::Uuid;

/// The whole sandbox as a value.
#[derive(Debug)]
pub(super) struct Service {
    pub(super) world: World,
    pub(super) identity: Identity,
    pub(super) platform: Platform,
    /// How the operations of forum threads behave, where they are answered.
    pub(super) forum: Option<Forum>,
    pub(super) organization: (Uuid, String),
    pub(super) faults: Faults,
    /// Which requests came in.
    pub(super) arrivals: Arrivals,
    pub(super) unreachable_until: Option<Timestamp>,
    /// Counts up each time held requests are let go.
    pub(super) releases: u64,
    /// What stands still until the next release.
    pub(super) held: Held,
    /// How wrong the platform's clock is.
    skew: Skew,
    nuisance: Nuisance,
    /// When notifications tell of an end that is none, and of which conversation.
    false_ends: BTreeMap<(Timestamp, u64), String>,
    pub(super) guests: Guests,
    pub(super) hub: Hub,
    /// What analytics remembers of its lists.
    pub(super) index: Index,
    pub(super) jobs: Jobs,
    windows: Windows,
    correlation: Random,
    sockets_opened: u64,
    outbox: Outbox,
    /// What goes out at once.
    ready: Outbox,
    /// How much of the truth was told to those who listen.
    told: usize,
}

/// What an operation knows of its request.
pub(super) struct Call<'a> {
    pub(super) request: &'a Request,
    /// The pieces of the path that the pattern took.
    pub(super) pieces: Vec<&'a str>,
    /// The body, found to fit; null where there is none.
    pub(super) body: Value,
    pub(super) token: String,
    /// Whose token it is.
    pub(super) caller: Caller,
    pub(super) by: By,
    pub(super) applying: Applying,
    pub(super) now: Timestamp,
}

impl Service {
    pub(super) fn new(
        scenario: &Scenario,
        seed: u64,
        chats: Option<usize>,
        organization_id: Uuid,
        now: Timestamp,
    ) -> Self {
        let platform = scenario.platform.clone();
        let world = World::new(scenario, seed, chats, now);
        let users: Vec<Uuid> = world.directory.agents.iter().map(|user| user.id).collect();
        let mut service = Self {
            identity: Identity::new(seed, organization_id, scenario, &users),
            forum: scenario.spoken_forum(),
            world,
            platform,
            organization: (organization_id, scenario.organization.clone()),
            faults: Faults::new(seed),
            arrivals: Arrivals::default(),
            unreachable_until: None,
            releases: 0,
            held: Held::default(),
            skew: Skew::default(),
            nuisance: Nuisance::default(),
            false_ends: BTreeMap::new(),
            windows: Windows::default(),
            correlation: Random::stream(seed, "correlation"),
            guests: Guests::new(scenario.guest.clone(), seed),
            hub: Hub::new(seed, organization_id, scenario.platform.heartbeat_ms),
            index: Index::default(),
            jobs: Jobs::new(seed),
            sockets_opened: 0,
            outbox: Outbox::new(),
            ready: Outbox::new(),
            told: 0,
        };
        service.carry_out(scenario.orders(), now);
        service
    }

    /// A refusal with its correlation id, for what goes wrong before any rule is asked.
    pub(super) fn refuse(&mut self, refusal: Refusal) -> Answer {
        let correlation = self.correlation.uuid().to_string();
        let answer = refusal.into_answer(&correlation);
        answer.with_header("inin-correlation-id", correlation)
    }

    /// The answer as the platform would give it, with its headers.
    fn answer(&mut self, request: &Request, applying: Applying, now: Timestamp) -> Answer {
        let correlation = self.correlation.uuid().to_string();
        let answer = match request.segments().as_slice() {
            ["oauth", rest @ ..] => self
                .sign_in(request, rest, now)
                .unwrap_or_else(|refusal| refusal.into_answer(&correlation)),
            pieces => match self.for_guests(request, pieces, now) {
                Some(result) => result.unwrap_or_else(|refusal| refusal.into_answer(&correlation)),
                None => self.counted(request, applying, &correlation, now),
            },
        };
        answer.with_header("inin-correlation-id", correlation)
    }

    /// An API answer: signed in, inside the limit, or refused.
    fn counted(
        &mut self,
        request: &Request,
        applying: Applying,
        correlation: &str,
        now: Timestamp,
    ) -> Answer {
        let (token, caller) = match self.signed_in(request, now) {
            Ok(good) => good,
            Err(refusal) => return refusal.into_answer(correlation),
        };
        let allowance = self.windows.count(&token, self.platform.rate_limit, now);
        let result = if allowance.exceeded {
            Err(Refusal::too_many_requests(allowance.reset))
        } else {
            self.permitted(request, (token, caller), applying, correlation, now)
        };
        result
            .unwrap_or_else(|refusal| refusal.into_answer(correlation))
            .with_header("inin-ratelimit-count", allowance.count.to_string())
            .with_header("inin-ratelimit-allowed", allowance.allowed.to_string())
            .with_header("inin-ratelimit-reset", allowance.reset.to_string())
    }

    fn permitted(
        &mut self,
        request: &Request,
        (token, caller): (String, Caller),
        applying: Applying,
        correlation: &str,
        now: Timestamp,
    ) -> Result<Answer, Refusal> {
        let segments = request.segments();
        let (route, pieces) = table::find(self.forum.as_ref(), &request.method, &segments)?;
        if request.has_body() && !request.is_of_type("application/json") {
            return Err(Refusal::unsupported_media_type());
        }
        let below = segments.strip_prefix(&["api", "v2"]).unwrap_or_default();
        scopes::permit(&caller, &request.method, below)?;
        route.permit(|name| self.identity.roles.hold(&caller, name))?;
        let body = validate::check(route, request)?;
        let by = By {
            who: Actor::Client(caller.client.clone()),
            request: Some(Cause {
                method: request.method.clone(),
                path: request.path.clone(),
                correlation_id: correlation.to_owned(),
                user: caller.user,
            }),
        };
        let call = Call {
            request,
            pieces,
            body,
            token,
            caller,
            by,
            applying,
            now,
        };
        (route.handler)(self, &call)
    }

    /// The conversation that the first piece of the path names.
    pub(super) fn read(&self, call: &Call<'_>) -> Result<&Conversation, Refusal> {
        let index = self.index(call)?;
        self.world
            .conversations
            .get(index)
            .ok_or_else(Refusal::conversation_not_found)
    }

    /// Where that conversation stands.
    pub(super) fn index(&self, call: &Call<'_>) -> Result<usize, Refusal> {
        let id = call.pieces.first().copied().unwrap_or("");
        let index = self.world.find(id);
        let one = index.and_then(|index| self.world.conversations.get(index));
        index
            .filter(|_| one.is_some_and(|one| self.is_readable(one, call.now)))
            .ok_or_else(Refusal::conversation_not_found)
    }

    /// Whether the conversation service still knows a conversation.
    pub(super) fn is_readable(&self, one: &Conversation, now: Timestamp) -> bool {
        let limit = self.platform.ended_readable_minutes;
        let limit = limit.map(|minutes| SignedDuration::from_mins(minutes.into()));
        let over = one.ended.map(|ended| now.duration_since(ended));
        !one.lost && over.zip(limit).is_none_or(|(over, limit)| over <= limit)
    }

    pub(super) fn lens(&self) -> Lens<'_> {
        Self::lens_on(&self.world, &self.platform)
    }

    /// The same, where something else of the service is being changed.
    fn lens_on<'a>(world: &'a World, platform: &Platform) -> Lens<'a> {
        Lens {
            directory: &world.directory,
            machine_legs_list_messages: platform.machine_legs_list_messages,
        }
    }

    /// What analytics may know at a time: all that was staged, and changes older than its lag.
    pub(super) fn horizon(&self, now: Timestamp) -> Timestamp {
        let lag = SignedDuration::from_millis(self.platform.analytics_lag_ms.into());
        now.checked_sub(lag).unwrap_or(now).max(self.world.began)
    }
}
