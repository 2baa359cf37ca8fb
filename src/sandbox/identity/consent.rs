//! `/oauth/authorize`: a user allows a client, in a browser, and the client gets a code for it.
//!
//! What was asked is checked before the page is shown and kept here under a ticket, so that the page
//! can send back nothing but the ticket and who says yes.

use super::clients::Grant;
use super::form::{Form, encoded};
use super::{Identity, page, refused};
use crate::sandbox::exchange::{Answer, Request};
use crate::sandbox::random::Random;
use jiff::{SignedDuration, Timestamp};
use std::collections::HashMap;
use uuid::Uuid;

/// How long a page may stand open.
const PAGE_LIFE: SignedDuration = SignedDuration::from_mins(10);
/// How long a used code is remembered, to tell a second use from an invented one.
const MEMORY: SignedDuration = SignedDuration::from_hours(1);

/// What a client asked for, and may have.
#[derive(Clone, Debug)]
struct Asked {
    client: String,
    redirect_uri: String,
    state: Option<String>,
    challenge: Option<String>,
}

/// What a user allowed.
#[derive(Clone, Debug)]
pub(super) struct Allowed {
    pub(super) client: String,
    pub(super) redirect_uri: String,
    /// What the client must prove that it knows; none where it must show its secret.
    pub(super) challenge: Option<String>,
    pub(super) user: Uuid,
}

#[derive(Debug)]
enum Code {
    Fresh(Allowed, Timestamp),
    /// The token that it brought, if any, and until when it is remembered.
    Used(String, Timestamp),
}

/// What becomes of a code that is shown.
#[derive(Debug)]
pub(super) enum Spent {
    Good(Allowed),
    /// Nobody was given it, or it has run out.
    Unknown,
    /// It was shown before, and brought this token.
    Again(String),
}

/// Open pages and the codes that came of them.
#[derive(Debug)]
pub(super) struct Consents {
    random: Random,
    code_life: SignedDuration,
    open: HashMap<String, (Asked, Timestamp)>,
    codes: HashMap<String, Code>,
}

impl Consents {
    pub(super) fn new(seed: u64, code_seconds: u32) -> Self {
        Self {
            random: Random::stream(seed, "consent"),
            code_life: SignedDuration::from_secs(code_seconds.into()),
            open: HashMap::new(),
            codes: HashMap::new(),
        }
    }

    /// Takes a code out of use, and says what it was good for.
    pub(super) fn spend(&mut self, code: &str, now: Timestamp) -> Spent {
        let used = Code::Used(String::new(), after(now, MEMORY));
        match self
            .codes
            .get_mut(code)
            .map(|known| std::mem::replace(known, used))
        {
            Some(Code::Fresh(allowed, until)) if now < until => Spent::Good(allowed),
            Some(Code::Used(token, _)) => Spent::Again(token),
            Some(Code::Fresh(..)) | None => Spent::Unknown,
        }
    }

    /// Remembers what a used code brought.
    pub(super) fn brought(&mut self, code: &str, token: &str) {
        if let Some(Code::Used(brought, _)) = self.codes.get_mut(code) {
            token.clone_into(brought);
        }
    }

    fn show(&mut self, asked: Asked, now: Timestamp) -> String {
        self.forget(now);
        let ticket = self.word();
        self.open
            .insert(ticket.clone(), (asked, after(now, PAGE_LIFE)));
        ticket
    }

    fn allow(&mut self, asked: &Asked, user: Uuid, now: Timestamp) -> String {
        let code = self.word();
        let allowed = Allowed {
            client: asked.client.clone(),
            redirect_uri: asked.redirect_uri.clone(),
            challenge: asked.challenge.clone(),
            user,
        };
        let until = after(now, self.code_life);
        self.codes.insert(code.clone(), Code::Fresh(allowed, until));
        code
    }

    /// Drops what has run out.
    fn forget(&mut self, now: Timestamp) {
        self.open.retain(|_, (_, until)| now < *until);
        self.codes.retain(|_, code| match code {
            Code::Fresh(_, until) | Code::Used(_, until) => now < *until,
        });
    }

    fn word(&mut self) -> String {
        format!("{:016x}{:016x}", self.random.next(), self.random.next())
    }
}

impl Identity {
    /// `GET /oauth/authorize`: the page, or where a client is sent back to that asked wrongly. Whoever
    /// is not known, or wants to be sent where it is not registered, is not sent anywhere.
    pub(in crate::sandbox) fn ask(
        &mut self,
        request: &Request,
        users: &[(Uuid, &str)],
        now: Timestamp,
    ) -> Answer {
        let query = Form::parse(&request.query);
        let client = query.get("client_id").and_then(|id| self.client(id));
        let Some(client) = client.filter(|client| client.grant == Grant::Code) else {
            return refused(400, "invalid_client", "no client of this id signs users in");
        };
        let uri = query.get("redirect_uri");
        let Some(uri) = uri.filter(|uri| client.may_redirect_to(uri)) else {
            let problem = "the redirect_uri is not one that the client registered";
            return refused(400, "invalid_request", problem);
        };
        let name = client.name;
        let asked = Asked {
            client: client.id.clone(),
            redirect_uri: uri.to_owned(),
            state: query.get("state").map(str::to_owned),
            challenge: query.get("code_challenge").map(str::to_owned),
        };
        if query.get("response_type") != Some("code") {
            let problem = "only response_type=code is known here";
            return asked.sent_back_refused("unsupported_response_type", problem);
        }
        if asked.challenge.is_some() && query.get("code_challenge_method") != Some("S256") {
            let problem = "only code_challenge_method=S256 is known here";
            return asked.sent_back_refused("invalid_request", problem);
        }
        let host = asked.redirect_uri.clone();
        let ticket = self.consents.show(asked, now);
        page::consent(name, &host, &ticket, users)
    }

    /// `POST /oauth/authorize`: what the page sent.
    pub(in crate::sandbox) fn hear(
        &mut self,
        request: &Request,
        users: &[(Uuid, &str)],
        now: Timestamp,
    ) -> Answer {
        let form = Form::in_body(request);
        let field = |name| form.as_ref().and_then(|form| form.get(name));
        let open = field("ticket").and_then(|ticket| self.consents.open.remove(ticket));
        let Some((asked, _)) = open.filter(|(_, until)| now < *until) else {
            let problem = "the page is not open any more; start again from the program";
            return refused(400, "invalid_request", problem);
        };
        let chosen = field("user").and_then(|user| Uuid::try_parse(user).ok());
        match chosen.filter(|user| users.iter().any(|(id, _)| id == user)) {
            Some(user) => {
                let code = self.consents.allow(&asked, user, now);
                asked.sent_back(&format!("code={code}"))
            }
            None => asked.sent_back_refused("access_denied", "nobody signed in"),
        }
    }
}

impl Asked {
    fn sent_back(&self, fields: &str) -> Answer {
        let state = self
            .state
            .as_deref()
            .map_or_else(String::new, |state| format!("&state={}", encoded(state)));
        let to = format!("{}?{fields}{state}", self.redirect_uri);
        let answer = Answer::empty(302).with_header("location", to);
        answer.with_header("cache-control", "no-store")
    }

    fn sent_back_refused(&self, error: &str, problem: &str) -> Answer {
        self.sent_back(&format!(
            "error={error}&error_description={}",
            encoded(problem)
        ))
    }
}

fn after(now: Timestamp, span: SignedDuration) -> Timestamp {
    now.checked_add(span).unwrap_or(now)
}
