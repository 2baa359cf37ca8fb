//! What the parser cannot see: rules that contradict themselves, or do nothing.

use super::fault::{Fault, Step, When};
use super::orders::{FaultOrders, SocketOrder};
use axum::http::{HeaderName, HeaderValue, Method};

/// What is wrong with a table: which field, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::sandbox) struct Problem {
    /// `fault`, `socket` or nothing for the orders themselves.
    pub(in crate::sandbox) table: &'static str,
    /// Which table of that name, counted from 0.
    pub(in crate::sandbox) index: usize,
    pub(in crate::sandbox) field: &'static str,
    pub(in crate::sandbox) words: String,
}

impl std::fmt::Display for Problem {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (field, words) = (self.field, &self.words);
        if self.table.is_empty() {
            return write!(out, "{field}: {words}");
        }
        write!(out, "{} {}, {field}: {words}", self.table, self.index + 1)
    }
}

/// Fields that exclude each other: the field, those that do not go with it, and why.
const CLASHES: [(&str, &[&str], &str); 9] = [
    (
        "drop",
        &[
            "status",
            "redirect",
            "body",
            "body_like",
            "truncate_after",
            "drip_ms",
            "headers",
            "stale_ms",
            "page_drift",
        ],
        "nothing is answered on a connection that is dropped",
    ),
    (
        "hold",
        &["status", "redirect", "body", "body_like", "drop"],
        "what is held is answered as it would have been, once it is released",
    ),
    (
        "hold_after",
        &["when", "truncate_after", "drip_ms"],
        "the request is applied, and its answer stands still in the middle",
    ),
    (
        "redirect",
        &["status", "body", "body_like"],
        "a redirect has its own status and no body",
    ),
    ("body", &["body_like", "code"], "the body is given whole"),
    (
        "body_like",
        &["code"],
        "the code stands in the error body, which is replaced",
    ),
    (
        "accepted_but_open",
        &[
            "status",
            "redirect",
            "drop",
            "body",
            "body_like",
            "apply_late_ms",
        ],
        "the answer says that all went well, and nothing is ever applied",
    ),
    (
        "stale_ms",
        &[
            "status",
            "redirect",
            "body",
            "accepted_but_open",
            "apply_late_ms",
            "page_drift",
        ],
        "it is about the platform's own answer to a read",
    ),
    (
        "page_drift",
        &[
            "status",
            "redirect",
            "body",
            "accepted_but_open",
            "apply_late_ms",
        ],
        "it is about the platform's own answer to a query",
    ),
];

/// Fields that mean something only beside others: the field, and those of which one must be there.
const NEEDS: [(&str, &[&str]); 8] = [
    ("code", &["status"]),
    ("retry_after", &["status"]),
    ("content_type", &["body"]),
    ("location", &["redirect"]),
    ("reset", &["drop", "truncate_after"]),
    ("seed", &["probability"]),
    ("hold_after", &["hold"]),
    ("event_after_ms", &["event"]),
];

/// Headers that say how an answer is framed: wrong ones would only break the connection, for which there are other effects.
const FRAMING: [&str; 4] = [
    "connection",
    "content-length",
    "transfer-encoding",
    "upgrade",
];

/// The first thing that is wrong with orders, if any is.
pub(in crate::sandbox) fn first_problem(orders: &FaultOrders) -> Option<Problem> {
    let faults = orders.faults.iter().enumerate().find_map(|(index, fault)| {
        let (field, words) = fault.contradiction()?;
        Some(Problem {
            table: "fault",
            index,
            field,
            words,
        })
    });
    let events = orders.events.iter().enumerate().find_map(|(index, event)| {
        Some(Problem {
            table: "event",
            index,
            field: "conversation",
            words: event.problem()?.to_owned(),
        })
    });
    let sockets = orders
        .sockets
        .iter()
        .enumerate()
        .find_map(|(index, order)| {
            let (field, words) = order.contradiction()?;
            Some(Problem {
                table: "socket",
                index,
                field,
                words,
            })
        });
    faults.or(events).or(sockets).or_else(|| {
        let moves = !orders.remove_permissions.is_empty() || !orders.restore_permissions.is_empty();
        let words = "it says whose permissions, and none are removed or restored";
        (orders.whose.is_some() && !moves).then(|| Problem {
            table: "",
            index: 0,
            field: "whose",
            words: words.to_owned(),
        })
    })
}

type Contradiction = (&'static str, String);

impl SocketOrder {
    fn contradiction(&self) -> Option<Contradiction> {
        if self.reset && self.cut_ms.is_none() {
            return Some(("reset", "it needs `cut_ms` beside it".to_owned()));
        }
        let idle = self.cut_ms.is_none() && self.delay_ms.is_none();
        idle.then(|| {
            (
                "of",
                "it does nothing; add `cut_ms` or `delay_ms`".to_owned(),
            )
        })
    }
}

impl Fault {
    fn contradiction(&self) -> Option<Contradiction> {
        let given = self.given();
        self.clash(&given)
            .or_else(|| need(&given))
            .or_else(|| self.out_of_range())
            .or_else(|| self.never())
            .or_else(|| self.misplaced())
            .or_else(|| {
                let inner = first_problem(self.then.as_deref()?)?;
                Some(("then", inner.to_string()))
            })
    }

    /// The fields that are there.
    fn given(&self) -> Vec<&'static str> {
        let all = [
            ("when", self.when.is_some()),
            ("status", self.status.is_some()),
            ("code", self.code.is_some()),
            ("retry_after", self.retry_after.is_some()),
            ("headers", !self.headers.is_empty()),
            ("body", self.body.is_some()),
            ("content_type", self.content_type.is_some()),
            ("body_like", self.body_like.is_some()),
            ("redirect", self.redirect.is_some()),
            ("location", self.location.is_some()),
            ("delay_ms", self.delay_ms.is_some()),
            ("hold", self.hold),
            ("hold_after", self.hold_after.is_some()),
            ("drop", self.drop),
            ("reset", self.reset),
            ("truncate_after", self.truncate_after.is_some()),
            ("drip_ms", self.drip_ms.is_some()),
            ("accepted_but_open", self.accepted_but_open),
            ("apply_late_ms", self.apply_late_ms.is_some()),
            ("stale_ms", self.stale_ms.is_some()),
            ("page_drift", self.page_drift.is_some()),
            ("event", self.event.is_some()),
            ("event_after_ms", self.event_after_ms.is_some()),
            ("then", self.then.is_some()),
            ("probability", self.probability.is_some()),
            ("seed", self.seed.is_some()),
        ];
        let there = all.into_iter().filter(|(_, is_there)| *is_there);
        there.map(|(name, _)| name).collect()
    }

    fn clash(&self, given: &[&'static str]) -> Option<Contradiction> {
        let found = CLASHES.iter().find_map(|(field, others, why)| {
            let field = given.iter().find(|one| *one == field)?;
            let other = others.iter().find(|other| given.contains(other))?;
            Some((*other, format!("it does not go with `{field}`: {why}")))
        });
        found.or_else(|| {
            // A wait gives the request its moment before it is applied.
            let own = !self.spoils() && !self.waits();
            let before = self.when == Some(When::Before) && own;
            let words = "there is nothing before which the request could be left unapplied; add `delay_ms`, `hold`, `drop` or another answer";
            before.then(|| ("when", words.to_owned()))
        })
    }

    fn out_of_range(&self) -> Option<Contradiction> {
        let unlikely = |one: f64| !(one > 0.0 && one <= 1.0);
        let wrong = [
            ("nth", self.nth == Some(0), "requests are counted from 1"),
            (
                "probability",
                self.probability.is_some_and(unlikely),
                "it must be over 0 and not over 1",
            ),
            (
                "redirect",
                self.redirect
                    .is_some_and(|one| !matches!(one, 301 | 302 | 303 | 307 | 308)),
                "use 301, 302, 303, 307 or 308",
            ),
            (
                "page_drift",
                self.page_drift == Some(0),
                "0 rows are no drift",
            ),
            (
                "method",
                self.method
                    .as_deref()
                    .is_some_and(|one| Method::from_bytes(one.as_bytes()).is_err()),
                "it is no HTTP method",
            ),
            (
                "path",
                self.path.as_deref() == Some(""),
                "it is empty; leave it away",
            ),
            (
                "location",
                self.location
                    .as_deref()
                    .is_some_and(|one| HeaderValue::from_str(one).is_err()),
                "it cannot stand in a header",
            ),
            (
                "content_type",
                self.content_type
                    .as_deref()
                    .is_some_and(|one| HeaderValue::from_str(one).is_err()),
                "it cannot stand in a header",
            ),
            (
                "headers",
                self.headers
                    .iter()
                    .any(|(name, value)| !is_sendable(name, value)),
                "each needs a name and a value that HTTP allows, and none may be about framing",
            ),
        ];
        let found = wrong.into_iter().find(|(_, is_wrong, _)| *is_wrong);
        found.map(|(field, _, why)| (field, why.to_owned()))
    }

    /// A rule that can never strike where its effect has a meaning.
    fn misplaced(&self) -> Option<Contradiction> {
        let reads = self
            .step
            .is_none_or(|step| matches!(step, Step::Read | Step::Transcript))
            && self
                .method
                .as_deref()
                .is_none_or(|one| one.eq_ignore_ascii_case("GET"));
        let lists = self.step.is_none_or(|step| step == Step::List);
        let about_none = matches!(self.step, Some(Step::Token | Step::List | Step::Names));
        let wrong = [
            (
                "stale_ms",
                self.stale_ms.is_some() && !reads,
                "only reads can show the past",
            ),
            (
                "page_drift",
                self.page_drift.is_some() && !lists,
                "only the list has pages that drift",
            ),
            (
                "event",
                self.event.is_some() && about_none,
                "such a request names no conversation; order the event in `then`",
            ),
            (
                "per_conversation",
                self.per_conversation && about_none,
                "such a request names no conversation",
            ),
        ];
        let found = wrong.into_iter().find(|(_, is_wrong, _)| *is_wrong);
        found.map(|(field, _, why)| (field, why.to_owned()))
    }

    fn never(&self) -> Option<Contradiction> {
        let given = self.given();
        let conditions = ["when", "probability", "seed"];
        let idle = given.iter().all(|field| conditions.contains(field));
        let words = "it does nothing; say what goes wrong, like `status = 503` or `drop = true`";
        idle.then(|| ("fault", words.to_owned()))
    }
}

fn need(given: &[&'static str]) -> Option<Contradiction> {
    NEEDS.iter().find_map(|(field, others)| {
        let lacks = given.contains(field) && !others.iter().any(|other| given.contains(other));
        let named: Vec<String> = others.iter().map(|other| format!("`{other}`")).collect();
        lacks.then(|| (*field, format!("it needs {} beside it", named.join(" or "))))
    })
}

fn is_sendable(name: &str, value: &str) -> bool {
    HeaderName::from_bytes(name.as_bytes()).is_ok()
        && HeaderValue::from_str(value).is_ok()
        && !FRAMING.contains(&name.to_ascii_lowercase().as_str())
}
