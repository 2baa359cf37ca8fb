//! The door of the organisation: faults, sign-in, rate limit and permissions, then the operation.
//!
//! Pure like the world behind it: `handle` takes a request and a time and says what to answer and
//! how the answer travels. Sockets and waiting are the server's.

mod guests;
mod signing_in;
mod sockets;
#[cfg(test)]
mod tests;

use super::api::analytics::{Index, Jobs};
use super::api::picture::Lens;
use super::api::table;
use super::api::validate;
use super::control;
use super::exchange::{Answer, Outbox, Request};
use super::faults::{self, Fault, Step, Subject, Trouble, When};
use super::guest::Guests;
use super::identity::tokens::Caller;
use super::identity::{Identity, scopes};
use super::limits::Windows;
use super::notify::Hub;
use super::random::Random;
use super::refusal::Refusal;
use super::scenario::{Platform, Scenario};
use super::truth::{Actor, Cause};
use super::world::conversation::Conversation;
use super::world::{Applying, By, World};
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use uuid::Uuid;

/// The whole sandbox as a value.
#[derive(Debug)]
pub(super) struct Service {
    pub(super) world: World,
    pub(super) identity: Identity,
    pub(super) platform: Platform,
    pub(super) organization: (Uuid, String),
    pub(super) faults: Vec<Fault>,
    pub(super) unreachable_until: Option<Timestamp>,
    /// Counts up each time held requests are let go.
    pub(super) releases: u64,
    pub(super) guests: Guests,
    pub(super) hub: Hub,
    /// What analytics remembers of its lists.
    pub(super) index: Index,
    pub(super) jobs: Jobs,
    windows: Windows,
    correlation: Random,
    sockets_opened: u64,
    outbox: Outbox,
    /// How much of the truth was told to those who listen.
    told: usize,
}

/// An answer and how it travels.
#[derive(Debug)]
pub(super) struct Reply {
    pub(super) answer: Answer,
    /// Wait so long first.
    pub(super) delay: std::time::Duration,
    /// Wait for a release first.
    pub(super) hold: bool,
    /// Nothing was applied yet: after the wait, ask `resume` for the answer, to be applied so.
    pub(super) unapplied: Option<Applying>,
    /// Close the connection instead of answering.
    pub(super) drop: bool,
}

impl Reply {
    fn at_once(answer: Answer) -> Self {
        Self {
            answer,
            delay: std::time::Duration::ZERO,
            hold: false,
            unapplied: None,
            drop: false,
        }
    }

    fn cut() -> Self {
        Self {
            drop: true,
            ..Self::at_once(Answer::empty(503))
        }
    }
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
        Self {
            identity: Identity::new(seed, organization_id, &platform, &scenario.sign_in, &users),
            world,
            platform,
            organization: (organization_id, scenario.organization.clone()),
            faults: scenario.faults.clone(),
            unreachable_until: None,
            releases: 0,
            windows: Windows::default(),
            correlation: Random::stream(seed, "correlation"),
            guests: Guests::new(scenario.guest.clone(), seed),
            hub: Hub::new(seed, organization_id, scenario.platform.heartbeat_ms),
            index: Index::default(),
            jobs: Jobs::new(seed),
            sockets_opened: 0,
            outbox: Outbox::new(),
            told: 0,
        }
    }

    /// Answers a request, with whatever trouble is scripted for it.
    pub(super) fn handle(&mut self, request: &Request, now: Timestamp) -> Reply {
        self.settle(now);
        let reply = self.reply(request, now);
        self.settle(now);
        reply
    }

    fn reply(&mut self, request: &Request, now: Timestamp) -> Reply {
        let segments = request.segments();
        if let Some(rest) = segments.strip_prefix(&["sandbox"]) {
            return Reply::at_once(control::answer(self, request, rest, now));
        }
        if self.unreachable_until.is_some_and(|until| now < until) {
            return Reply::cut();
        }
        let Some(trouble) = self.trouble(request, &segments, now) else {
            return Reply::at_once(self.answer(request, Applying::Usual, now));
        };
        self.troubled(request, trouble, now)
    }

    /// Answers a request that was held or delayed before anything was applied.
    pub(super) fn resume(
        &mut self,
        request: &Request,
        applying: Applying,
        now: Timestamp,
    ) -> Answer {
        self.settle(now);
        let answer = self.answer(request, applying, now);
        self.settle(now);
        answer
    }

    /// A refusal with its correlation id, for what goes wrong before any rule is asked.
    pub(super) fn refuse(&mut self, refusal: Refusal) -> Answer {
        let correlation = self.correlation.uuid().to_string();
        let answer = refusal.into_answer(&correlation);
        answer.with_header("inin-correlation-id", correlation)
    }

    fn trouble(&mut self, request: &Request, segments: &[&str], now: Timestamp) -> Option<Trouble> {
        let found = table::find(&request.method, segments).ok();
        let is_token = segments == ["oauth", "token"];
        let step = match &found {
            Some((route, _)) => route.step,
            None => is_token.then_some(Step::Token),
        };
        let index = found.and_then(|(_, pieces)| self.world.find(pieces.first()?));
        let one = index.and_then(|index| self.world.conversations.get(index));
        let id = one.map(|one| one.id.to_string());
        let subject = Subject {
            method: &request.method,
            path: &request.path,
            step,
            conversation: id
                .as_deref()
                .map(|id| (id, one.and_then(|one| one.label.as_deref()))),
        };
        let trouble = faults::strike(&mut self.faults, subject)?;
        if let (Some(index), Some((event, after))) = (index, trouble.event) {
            let after = SignedDuration::from_millis(after.into());
            self.world
                .order(index, event, now.checked_add(after).unwrap_or(now));
        }
        Some(trouble)
    }

    fn troubled(&mut self, request: &Request, trouble: Trouble, now: Timestamp) -> Reply {
        let applying = match trouble {
            Trouble {
                accepted_but_open: true,
                ..
            } => Applying::Never,
            Trouble {
                apply_late_ms: Some(late),
                ..
            } => Applying::Late(late),
            _ => Applying::Usual,
        };
        let spoils = trouble.drop || trouble.status.is_some();
        let waits = trouble.hold || trouble.delay_ms > 0;
        let before = trouble.when == When::Before;
        let mut answer = if before && (spoils || waits) {
            Answer::empty(503)
        } else {
            self.answer(request, applying, now)
        };
        if let Some((status, code, retry_after)) = trouble.status {
            let code = code.unwrap_or_else(|| usual_code(status).to_owned());
            let refusal = Refusal::new(status, &code, "This answer was ordered by a fault.");
            answer = self.refuse(refusal);
            if let Some(retry_after) = retry_after {
                answer = answer.with_header("retry-after", retry_after);
            }
        }
        Reply {
            answer,
            delay: std::time::Duration::from_millis(trouble.delay_ms.into()),
            hold: trouble.hold,
            unapplied: (before && waits && !spoils).then_some(applying),
            drop: trouble.drop,
        }
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
        let (route, pieces) = table::find(&request.method, &segments)?;
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

/// The code that usually goes with a status.
fn usual_code(status: u16) -> &'static str {
    match status {
        400 => "bad.request",
        401 => "bad.credentials",
        403 => "not.authorized",
        404 => "not.found",
        409 => "conflict",
        429 => "too.many.requests.retry.after",
        503 => "service.unavailable",
        504 => "request.timeout",
        _ => "internal.server.error",
    }
}
