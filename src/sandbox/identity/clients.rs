//! The OAuth clients that the organisation knows: one for programs, one for people.

use crate::sandbox::random::Random;
use crate::sandbox::scenario::SignIn;
use jiff::SignedDuration;
use serde_json::{Value, json};

/// How a client's tokens are got.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::sandbox) enum Grant {
    /// With the client's secret, for nobody in particular.
    Credentials,
    /// With a code that a user allowed it.
    Code,
}

impl Grant {
    /// The platform's word for it, as clients of the API see it.
    pub(in crate::sandbox) fn word(self) -> &'static str {
        match self {
            Self::Credentials => "CLIENT-CREDENTIALS",
            Self::Code => "CODE",
        }
    }
}

/// One client.
#[derive(Clone, Debug)]
pub(in crate::sandbox) struct Client {
    pub(in crate::sandbox) id: String,
    /// It opens nothing but this pretend organisation.
    pub(in crate::sandbox) secret: String,
    pub(in crate::sandbox) name: &'static str,
    pub(in crate::sandbox) grant: Grant,
    /// Where a browser may be sent with a code.
    pub(in crate::sandbox) redirect_uris: Vec<String>,
    /// What tokens of users may be used for. Scopes do not bind programs (`genesys-api.md` 1.2).
    pub(in crate::sandbox) scopes: Vec<String>,
    /// How long its tokens are good.
    pub(in crate::sandbox) lifetime: SignedDuration,
}

impl Client {
    pub(super) fn machine(random: &mut Random, token_seconds: u32) -> Self {
        Self {
            id: random.uuid().to_string(),
            secret: format!("sandbox-secret-{:016x}", random.next()),
            name: "unstick sandbox client",
            grant: Grant::Credentials,
            redirect_uris: Vec::new(),
            scopes: Vec::new(),
            lifetime: SignedDuration::from_secs(token_seconds.into()),
        }
    }

    pub(super) fn people(random: &mut Random, sign_in: &SignIn) -> Self {
        Self {
            id: random.uuid().to_string(),
            secret: format!("sandbox-secret-{:016x}", random.next()),
            name: "unstick sandbox sign-in",
            grant: Grant::Code,
            redirect_uris: sign_in.redirect_uris.clone(),
            scopes: sign_in.scopes.clone(),
            lifetime: SignedDuration::from_secs(sign_in.token_seconds.into()),
        }
    }

    /// Whether a browser may be sent there. A registered loopback address without a port stands for
    /// every port, as on the platform (`genesys-api.md` 1.3).
    pub(super) fn may_redirect_to(&self, uri: &str) -> bool {
        self.redirect_uris.iter().any(|registered| {
            uri == registered
                || uri
                    .strip_prefix(registered.as_str())
                    .is_some_and(|rest| is_loopback_without_port(registered) && is_port(rest))
        })
    }

    /// What `GET /sandbox/clients` says of it.
    pub(in crate::sandbox) fn shown(&self) -> Value {
        json!({
            "client_id": self.id,
            "client_secret": self.secret,
            "name": self.name,
            "grant": self.grant.word(),
            "redirect_uris": self.redirect_uris,
            "scopes": self.scopes,
            "token_seconds": self.lifetime.as_secs(),
        })
    }
}

fn is_loopback_without_port(uri: &str) -> bool {
    ["http://localhost", "http://127.0.0.1", "http://[::1]"].contains(&uri)
}

/// `:` and a port, and perhaps the root of a path.
fn is_port(rest: &str) -> bool {
    let rest = rest.strip_suffix('/').unwrap_or(rest);
    rest.is_empty()
        || rest
            .strip_prefix(':')
            .is_some_and(|port| port.parse::<u16>().is_ok_and(|port| port > 0))
}
