//! Scripted trouble: which request is hit, and what goes wrong with it. The whole format is told here.
//!
//! Orders come from a scenario's `[[fault]]` and `[[event]]` tables, from a file (`--faults`), and as
//! JSON by `POST /sandbox/faults` while everything runs. They are taken whole or refused with the field
//! (and the line, where there are lines); `assets/scenarios/faults.example.toml` shows every field.
//!
//! **`[[fault]]`** is a rule. Every condition that is given must match a request; the rule counts the
//! requests that do, and the first rule that strikes decides.
//!
//! | condition | meaning |
//! |---|---|
//! | `method` | the HTTP method |
//! | `path` | a part of the path; with a `*` in it a pattern for the whole path, `*` for anything |
//! | `step` | what the request is for: `token`, `list`, `read`, `legs`, `close`, `communication`, `wrap-up`, `teardown`, `transcript`, `names` |
//! | `conversation` | the conversation that it names, by id or by the label it was staged with |
//! | `nth`, `times` | the first request that is hit, counted from 1 (absent: 1), and how many from there on (absent: one, or all where there is a `probability`; 0: all) |
//! | `per_conversation` | count the requests of each conversation by themselves |
//! | `probability`, `seed` | hit only so many of those, over 0 to 1, drawn from a seed (absent: the sandbox's) |
//!
//! | effect | meaning |
//! |---|---|
//! | `when` | `before`: nothing of the request is applied; `after`: only its answer suffers. Absent: before, but after where the platform's own answer goes out late, damaged or outdated |
//! | `status`, `code`, `retry_after` | answer this status with this error code and `Retry-After` (seconds, or any text) |
//! | `headers` | headers to set on the answer |
//! | `body`, `content_type` | answer this text instead (200 where no `status` is given) |
//! | `body_like` | answer such a body instead: see `body.rs` |
//! | `redirect`, `location` | answer 301, 302, 303, 307 or 308, to an address or a path (absent: `/moved` here) |
//! | `delay_ms` | wait so long first; `when` says whether the request is applied before or after the wait |
//! | `hold` | do not answer until `release` is ordered or the connection closes; `GET {url}/sandbox/held` tells what stands still |
//! | `hold_after` | with `hold`: the request is applied, the head of its answer and so many bytes of the body leave first |
//! | `drop`, `reset` | close the connection instead of answering; with `reset` by a TCP reset |
//! | `truncate_after`, `reset` | end the connection after so many bytes of the body, of more than were announced |
//! | `drip_ms` | send the body byte by byte, one each so many milliseconds |
//! | `accepted_but_open` | answer as if all went well, and apply nothing. With `times = 2` and `per_conversation` the third try succeeds |
//! | `apply_late_ms` | apply so many milliseconds after accepting |
//! | `stale_ms` | answer a read with the conversation as it was so long ago, though not as it was before the order |
//! | `page_drift` | on a page of the list show so many rows of the page before again; negative: skip so many |
//! | `event`, `event_after_ms` | what somebody does to the request's conversation, so long after it |
//! | `then` | a table of any of the orders below, carried out when the rule strikes |
//!
//! Beside rules there are orders that hold at once, `[[event]]`, `[[false_end]]`, `[[socket]]` and
//! `[notifications]`: see `orders.rs`.
//!
//! | question | where |
//! |---|---|
//! | what a rule says, and what follows from it | `fault.rs`, `effect.rs`, `body.rs` |
//! | which request is hit | `armed.rs`, `pattern.rs` |
//! | what is contradictory | `check.rs` |
//! | how a file is read, and on which line what stands | `file.rs` |
//! | what a read shows of the past, how pages drift, how clocks are wrong | `memory.rs`, `drift.rs`, `skew.rs` |
//! | what becomes of open sockets | `nuisance.rs` |
//!
//! All of it only says what to do; the service and the server do it.

mod armed;
mod body;
mod check;
mod drift;
mod effect;
mod fault;
mod file;
mod memory;
mod nuisance;
mod orders;
mod pattern;
mod skew;
#[cfg(test)]
mod tests;

pub use fault::Fault;
pub use orders::FaultOrders;

pub(super) use armed::{Faults, Subject};
pub(super) use body::Flood;
pub(super) use check::first_problem;
pub(super) use drift::{drifted, neighbour};
pub(super) use effect::Cut;
pub(super) use fault::{Step, When};
pub(super) use file::check_tables;
pub(super) use memory::ALL_MAX;
pub(super) use nuisance::Nuisance;
pub(super) use orders::{Event, FalseEnd, SocketOrder, Sockets};
pub(super) use skew::Skew;
