//! Which case every answer is, by its status and whose body it bears, and every exchange that broke: the rows of `engine.md` 3.4 in an
//! order in which the first that fits counts.

use super::Case;

/// A row of the matrix.
#[derive(Debug, Clone, Copy)]
pub struct Outcome {
    /// What came, in words.
    pub name: &'static str,
    /// By what it is known.
    pub sign: Sign,
    /// Which case it is for a read and a sign-in; nothing where it is an answer to go by.
    pub read: Option<Case>,
    /// Which case it is for a request that changes something; nothing where that counts as accepted.
    pub send: Option<Case>,
    /// What is not obvious, and why anything is done otherwise than `engine.md` says.
    pub note: &'static str,
}

/// By what an outcome is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sign {
    /// A status that is no 2xx, from each of these to each of those, and whose body it is.
    Status(&'static [(u16, u16)], Body),
    /// 429 with such a `Retry-After`.
    Limited(&'static str),
    /// A 2xx, told apart by its body.
    Success,
    /// No answer.
    NoAnswer,
}

/// Whose body an answer bears.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Body {
    /// Whoever's.
    Any,
    /// The service's error body, with one of these codes.
    Code(&'static [&'static str]),
    /// The service's error body.
    Genesys,
    /// Somebody else's, or none.
    Foreign,
}

impl Sign {
    /// Whether an answer with this status and the service's code is known by it.
    pub fn fits(self, status: u16, code: Option<&str>) -> bool {
        let Self::Status(spans, body) = self else {
            return false;
        };
        spans
            .iter()
            .any(|(from, to)| (*from..=*to).contains(&status))
            && match body {
                Body::Any => true,
                Body::Code(codes) => code.is_some_and(|code| codes.contains(&code)),
                Body::Genesys => code.is_some(),
                Body::Foreign => code.is_none(),
            }
    }
}

const fn status(
    name: &'static str,
    spans: &'static [(u16, u16)],
    body: Body,
    case: Case,
    note: &'static str,
) -> Outcome {
    Outcome {
        name,
        sign: Sign::Status(spans, body),
        read: Some(case),
        send: Some(case),
        note,
    }
}

const fn other(
    name: &'static str,
    sign: Sign,
    read: Option<Case>,
    send: Option<Case>,
    note: &'static str,
) -> Outcome {
    Outcome {
        name,
        sign,
        read,
        send,
        note,
    }
}

use Body::{Any, Foreign, Genesys};
use Case as C;

/// Every row.
pub const OUTCOMES: &[Outcome] = &[
    other(
        "2xx, a sound body or none",
        Sign::Success,
        None,
        None,
        "a read is judged by its content; accepted is not yet true: two reads prove it",
    ),
    other(
        "2xx, another id, HTML, or no JSON by its type",
        Sign::Success,
        Some(C::Unreadable),
        Some(C::Unreadable),
        "`legs`, `wrap-up` and `teardown` answer no id that could be compared",
    ),
    other(
        "2xx, JSON that is broken or not as documented",
        Sign::Success,
        Some(C::Garbled),
        Some(C::Garbled),
        "F26: one conversation's body does not halt the run; five reads, then unresolved",
    ),
    other(
        "2xx, its body cut off",
        Sign::Success,
        Some(C::Broken),
        None,
        "the status was seen, and is evidence of acceptance only",
    ),
    other(
        "2xx, its body over 8 MiB",
        Sign::Success,
        Some(C::TooLarge),
        None,
        "not read again: it would not have shrunk",
    ),
    status("3xx", &[(300, 399)], Any, C::Redirected, "never followed"),
    status(
        "400",
        &[(400, 400)],
        Any,
        C::Refused,
        "also where the state does not permit it or it is over: no documented code tells them apart, so the read after it does",
    ),
    status(
        "401",
        &[(401, 401)],
        Any,
        C::SignInRefused,
        "the first one fetches a new token: a read is asked once more, a request is not sent again before a fresh read",
    ),
    status(
        "403 `missing.permissions`, `missing.any.permissions`",
        &[(403, 403)],
        Body::Code(&["missing.permissions", "missing.any.permissions"]),
        C::NotPermitted,
        "the permission is named",
    ),
    status(
        "403 `…forbidden.not.active.participant`",
        &[(403, 403)],
        Body::Code(&["conversation.error.forbidden.not.active.participant"]),
        C::NotYourLeg,
        "`decisions.md`: on to `close`",
    ),
    status(
        "403 `not.authorized` and other codes",
        &[(403, 403)],
        Genesys,
        C::Forbidden,
        "",
    ),
    status(
        "403 without a Genesys body",
        &[(403, 403)],
        Foreign,
        C::Intercepted,
        "a proxy or firewall",
    ),
    status(
        "404, 410 with a Genesys body",
        &[(404, 404), (410, 410)],
        Genesys,
        C::NotFound,
        "I10: said twice, analytics is asked; without its word it is held",
    ),
    status(
        "404, 410 without one",
        &[(404, 404), (410, 410)],
        Foreign,
        C::WrongRoute,
        "a 410 of somebody else's says as little as a 404",
    ),
    status(
        "405",
        &[(405, 405)],
        Any,
        C::WrongRoute,
        "what `Allow` names is shown",
    ),
    status(
        "406, 411, 413, 414, 415, 417, 426, 428, 431",
        &[
            (406, 406),
            (411, 411),
            (413, 415),
            (417, 417),
            (426, 426),
            (428, 428),
            (431, 431),
        ],
        Any,
        C::WrongRoute,
        "a sign-in halts it too: the route is wrong either way",
    ),
    status(
        "407",
        &[(407, 407)],
        Any,
        C::Intercepted,
        "a proxy asks for a sign-in",
    ),
    status(
        "408, 499",
        &[(408, 408), (499, 499)],
        Any,
        C::TimedOut,
        "the server gave up waiting; it may be carried out late, hence the silence",
    ),
    status(
        "409",
        &[(409, 409)],
        Any,
        C::Conflict,
        "active, or over already: the read tells. `decisions.md`: five not applied, then unresolved. A teardown is not repeated after it",
    ),
    status(
        "421, 423, 425",
        &[(421, 421), (423, 423), (425, 425)],
        Any,
        C::Conflict,
        "`decisions.md`: five not applied, then unresolved",
    ),
    status(
        "412, 422, 424",
        &[(412, 412), (422, 422), (424, 424)],
        Any,
        C::Odd,
        "held at the first, not the second: nothing about the same request would differ",
    ),
    status(
        "429, no `Retry-After` or one that is no number",
        &[(429, 429)],
        Any,
        C::RateLimited,
        "one gate for all lanes: 5, 10, 20, 40 s, or `inin-ratelimit-reset` where the window is full and that is longer. F17: garbage waits like none",
    ),
    other(
        "429, `Retry-After` of 300 s at most",
        Sign::Limited("7"),
        Some(C::RateLimited),
        Some(C::RateLimited),
        "one gate for all lanes and the sign-in, for as long as told",
    ),
    other(
        "429, `Retry-After` over 300 s",
        Sign::Limited("3600"),
        Some(C::LimitedForLong),
        Some(C::LimitedForLong),
        "the time is shown",
    ),
    status("other 4xx, 451 among them", &[(400, 499)], Any, C::Odd, ""),
    status("501", &[(501, 501)], Any, C::WrongRoute, ""),
    status(
        "502, 504",
        &[(502, 502), (504, 504)],
        Any,
        C::GatewayGaveUp,
        "a gateway gave up; it may be applied late, hence the silence",
    ),
    status(
        "503",
        &[(503, 503)],
        Any,
        C::Unavailable,
        "not assumed to mean that nothing was applied; a `Retry-After` shuts the gate",
    ),
    status("500, other 5xx", &[(500, 599)], Any, C::ServiceFault, ""),
    status(
        "1xx, 0, 600 to 999",
        &[(0, 199), (600, 999)],
        Any,
        C::ServiceFault,
        "nothing may be concluded from it",
    ),
    other(
        "the request could not be built",
        Sign::NoAnswer,
        Some(C::NotSent),
        Some(C::NotSent),
        "a mistake of this program's",
    ),
    other(
        "no address, refused, no connection in time",
        Sign::NoAnswer,
        Some(C::Unreachable),
        Some(C::Unreachable),
        "provably before any byte; three in a row pause the run",
    ),
    other(
        "the certificate is not accepted",
        Sign::NoAnswer,
        Some(C::Untrusted),
        Some(C::Untrusted),
        "never bypassed; the reason is shown",
    ),
    other(
        "a proxy refuses the way",
        Sign::NoAnswer,
        Some(C::Intercepted),
        Some(C::Intercepted),
        "before any byte",
    ),
    other(
        "write error, reset, end before the head",
        Sign::NoAnswer,
        Some(C::Broken),
        Some(C::Broken),
        "the service may have received all of it; nothing below repeats it",
    ),
    other(
        "no answer in time",
        Sign::NoAnswer,
        Some(C::TimedOut),
        Some(C::TimedOut),
        "it may be applied late, hence the silence",
    ),
    other(
        "the program ended meanwhile, or a second stop waited no longer",
        Sign::NoAnswer,
        None,
        Some(C::TimedOut),
        "written at the next start",
    ),
    other(
        "its read grew old before it could leave",
        Sign::NoAnswer,
        None,
        Some(C::GrewOld),
        "nothing was sent",
    ),
    other(
        "401, and a new token was had",
        Sign::NoAnswer,
        None,
        Some(C::TokenRenewed),
        "401: not carried out",
    ),
];
