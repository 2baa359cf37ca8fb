//! What can go wrong between this program and the platform, in one closed list with words beside each kind, so that the same phrase
//! stands in a row, in the journal and in JSON.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::text::Text;

/// How one request went: kept with every answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct Receipt {
    /// The HTTP status; absent when no answer came.
    pub status: Option<u16>,
    /// From the first byte out to the last byte in, in milliseconds.
    pub took_ms: u64,
    /// The platform's `ININ-Correlation-Id`, for its support.
    pub correlation: Option<Text>,
    /// The answer's `Date`: the platform's clock.
    pub date: Option<Timestamp>,
}

/// Our own code for a sign-in that is over.
const SIGNED_OUT: &str = "signed.out";

/// A request that did not do what was asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// What went wrong.
    pub kind: FailureKind,
    /// The service's own error code (`too.many.requests`, …).
    pub code: Option<Text>,
    /// What the service or the network said, made safe; never a body.
    pub said: Text,
    /// The request's figures.
    pub receipt: Receipt,
}

/// Kinds of trouble. The order is that of `rulings`: never sent, no answer, an answer that refuses, an answer that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum FailureKind {
    /// The request could not be built; nothing was sent.
    NotSent,
    /// The read it rested on grew old before it could leave; nothing was sent.
    GrewOld,
    /// 401, and the token has been renewed since: not carried out.
    TokenRenewed,
    /// DNS, connection refused, no route, connect timeout: provably before any byte.
    Unreachable,
    /// The certificate was not accepted: nothing was sent.
    Untrusted,
    /// The connection broke after bytes had left.
    Broken,
    /// No answer in time.
    TimedOut,
    /// 3xx; never followed.
    Redirected,
    /// 400: the service did not accept the request.
    Refused,
    /// 401 that stayed after one new token, or the token endpoint refused the client.
    SignInRefused,
    /// 403 for a missing permission.
    NotPermitted {
        /// The permissions the service named.
        permissions: Vec<Text>,
    },
    /// 403 `not.authorized`: this object or division is closed to the client.
    Forbidden,
    /// 403 `conversation.error.forbidden.not.active.participant`: other people's legs are closed to this token.
    NotYourLeg,
    /// 403 or 407 without a Genesys body: something in between answered.
    Intercepted,
    /// 404 or 410 with a Genesys body.
    NotFound,
    /// The route is wrong or gone: 404 without a Genesys body, 405, 406, 415, 501 and their like.
    WrongRoute,
    /// 409, 421, 423, 425: not now, or not any more.
    Conflict,
    /// 429.
    RateLimited {
        /// Seconds to wait, if the service said.
        retry_after: Option<u32>,
    },
    /// 500 and other 5xx.
    ServiceFault,
    /// 502, 504: a gateway gave up; the request may still be carried out.
    GatewayGaveUp,
    /// 503.
    Unavailable {
        /// Seconds to wait, if the service said.
        retry_after: Option<u32>,
    },
    /// An answer that is not the platform's, or not to what was asked: HTML, another conversation's id.
    Unreadable,
    /// JSON that is broken, or not as documented: one conversation's, or a new form of all.
    Garbled,
    /// An answer beyond the size that is read.
    TooLarge,
    /// Any other status.
    Odd,
}

impl FailureKind {
    /// Of a read: an answer came, and it shows no conversation that could be judged. What failed otherwise may pass, and says nothing of
    /// the conversation.
    pub fn shows_nothing(&self) -> bool {
        matches!(
            self,
            Self::NotFound | Self::Unreadable | Self::Garbled | Self::TooLarge
        )
    }
}

impl Failure {
    /// A failure with nothing known of an answer.
    pub fn local(kind: FailureKind, said: &str) -> Self {
        Self {
            kind,
            code: None,
            said: Text::clean(said),
            receipt: Receipt::default(),
        }
    }

    /// A person's sign-in is over, or was never made; nothing was sent.
    pub fn signed_out(said: &str) -> Self {
        Self {
            code: Some(Text::clean(SIGNED_OUT)),
            ..Self::local(FailureKind::SignInRefused, said)
        }
    }

    /// Whether only a person who signs in can help.
    pub fn is_signed_out(&self) -> bool {
        self.code
            .as_ref()
            .is_some_and(|code| code.as_str() == SIGNED_OUT)
    }

    /// What happened, in a few words for a row.
    pub fn short(&self) -> String {
        let status = self
            .receipt
            .status
            .map(|status| format!("{status} "))
            .unwrap_or_default();
        let words = match &self.kind {
            FailureKind::NotSent => "not sent",
            FailureKind::GrewOld => "not sent: the read had grown old",
            FailureKind::TokenRenewed => "token renewed",
            FailureKind::Unreachable => "unreachable",
            FailureKind::Untrusted => "certificate not trusted",
            FailureKind::Broken => "connection broke",
            FailureKind::TimedOut => "no answer in time",
            FailureKind::Redirected => "redirected, not followed",
            FailureKind::Refused => "refused",
            FailureKind::SignInRefused if self.is_signed_out() => "signed out",
            FailureKind::SignInRefused => "sign-in refused",
            FailureKind::NotPermitted { .. } => "no permission",
            FailureKind::Forbidden => "closed to this client",
            FailureKind::NotYourLeg => "other people's legs are closed to this client",
            FailureKind::Intercepted => "blocked on the way",
            FailureKind::NotFound => "not found",
            FailureKind::WrongRoute => "route not served",
            FailureKind::Conflict => "conflict",
            FailureKind::RateLimited { .. } => "rate limited",
            FailureKind::ServiceFault => "service fault",
            FailureKind::GatewayGaveUp => "gateway gave up",
            FailureKind::Unavailable { .. } => "service unavailable",
            FailureKind::Unreadable => "not a Genesys answer",
            FailureKind::Garbled => "an answer that cannot be read",
            FailureKind::TooLarge => "answer too large",
            FailureKind::Odd => "unexpected status",
        };
        format!("{status}{words}")
    }

    /// What to do about it.
    pub fn remedy(&self) -> String {
        match &self.kind {
            FailureKind::GrewOld | FailureKind::TokenRenewed => "it is read again first".to_owned(),
            FailureKind::NotSent | FailureKind::Odd => {
                "report this with the correlation id".to_owned()
            }
            FailureKind::Unreachable => {
                "check the network, the region of the profile, and whether the service is up"
                    .to_owned()
            }
            FailureKind::Untrusted => {
                "add your company's certificate authority to the system's trust store".to_owned()
            }
            FailureKind::Broken | FailureKind::TimedOut | FailureKind::GatewayGaveUp => {
                "it may have taken effect; it is read before anything is sent again".to_owned()
            }
            FailureKind::Redirected => {
                "check the region of the profile, or a proxy in between".to_owned()
            }
            FailureKind::Refused | FailureKind::Conflict => {
                "open the conversation and decide again".to_owned()
            }
            FailureKind::SignInRefused if self.is_signed_out() => {
                "start the program again, and sign in in the browser".to_owned()
            }
            FailureKind::SignInRefused => {
                "check the client id and secret of the profile".to_owned()
            }
            FailureKind::NotPermitted { permissions } if permissions.is_empty() => {
                "ask an administrator for the missing permission".to_owned()
            }
            FailureKind::NotPermitted { permissions } => {
                let names: Vec<&str> = permissions.iter().map(Text::as_str).collect();
                format!("ask an administrator for {}", names.join(", "))
            }
            FailureKind::Forbidden => {
                "ask for the division of this conversation's queue".to_owned()
            }
            FailureKind::NotYourLeg => "the rung `close` can still end it".to_owned(),
            FailureKind::Intercepted => "ask who runs the proxy or firewall in between".to_owned(),
            FailureKind::NotFound => {
                "check the id, the organisation and the divisions of the client".to_owned()
            }
            FailureKind::WrongRoute => {
                "this program and the platform disagree about a route; look for a newer version"
                    .to_owned()
            }
            FailureKind::RateLimited {
                retry_after: Some(seconds),
            } if *seconds > super::rulings::LONGEST_WAIT => {
                format!("go on in {seconds}s, as told; a run does not wait that long by itself")
            }
            FailureKind::RateLimited {
                retry_after: Some(seconds),
            } => format!("waiting {seconds}s as told"),
            FailureKind::RateLimited { .. } => "waiting before the next request".to_owned(),
            FailureKind::ServiceFault | FailureKind::Unavailable { .. } => {
                "wait; the platform's status page may say more".to_owned()
            }
            FailureKind::Garbled => {
                "something in it is damaged, or new to this version; look at it in the vendor's own program".to_owned()
            }
            FailureKind::Unreadable => {
                "a portal or proxy may have answered; check the network".to_owned()
            }
            FailureKind::TooLarge => "this conversation is too large to be read whole".to_owned(),
        }
    }

    /// What happened, with what the service said of it.
    pub fn what(&self) -> String {
        if self.said.as_str().is_empty() {
            return self.short();
        }
        format!("{}: {}", self.short(), self.said)
    }

    /// The whole story on one line, correlation id included.
    pub fn words(&self) -> String {
        format!("{}. Next: {}", self.said_whole(), self.remedy())
    }

    /// The same without what to do: for where that is not for this failure to say.
    pub fn said_whole(&self) -> String {
        let correlation = self
            .receipt
            .correlation
            .as_ref()
            .map(|id| format!(" (correlation {id})"))
            .unwrap_or_default();
        let what = self.what();
        let what = what.trim_end_matches('.');
        format!("{what}{correlation}")
    }

    /// It may go better soon: worth another read after the limiter's wait.
    pub fn is_passing(&self) -> bool {
        matches!(
            self.kind,
            FailureKind::TokenRenewed
                | FailureKind::Broken
                | FailureKind::TimedOut
                | FailureKind::RateLimited { .. }
                | FailureKind::ServiceFault
                | FailureKind::GatewayGaveUp
                | FailureKind::Unavailable { .. }
        )
    }

    /// The service answered, and failed at what it was asked.
    pub fn is_fault(&self) -> bool {
        matches!(self.kind, FailureKind::ServiceFault)
    }

    /// Nothing of it can have reached the service.
    pub fn is_offline(&self) -> bool {
        matches!(self.kind, FailureKind::Unreachable | FailureKind::Untrusted)
    }
}
