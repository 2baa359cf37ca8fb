//! The names that a row goes by: its customer, agent, queue and bot. One place, so that the list, the filter, the sort order and printed
//! output never disagree about whose name it is.

use super::conversation::{Participant, Purpose};
use super::roster::Row;
use super::text::Text;

/// The customer's name: as read, else as listed.
pub fn customer(row: &Row) -> Option<&Text> {
    party(row, Purpose::is_customer)
        .and_then(|party| party.name.as_ref())
        .or(row.listed.customer.as_ref())
}

/// The name of the agent who is there, else of the last who was; before it is read, as listed.
pub fn agent(row: &Row) -> Option<&Text> {
    match party(row, Purpose::is_staff) {
        Some(agent) => agent.name.as_ref(),
        None if row.reading.is_some() => None,
        None => row.listed.agent.as_ref(),
    }
}

/// The queue it is in, else was in last, else its agent's; unknown before it is read.
pub fn queue(row: &Row) -> Option<&Text> {
    let of_queue = party(row, |purpose| *purpose == Purpose::Queue);
    of_queue
        .and_then(|party| party.queue.as_ref().or(party.name.as_ref()))
        .or_else(|| party(row, Purpose::is_staff).and_then(|agent| agent.queue.as_ref()))
}

/// The bot or flow that holds it, else held it last; unknown before it is read.
pub fn bot(row: &Row) -> Option<&Text> {
    party(row, Purpose::is_automaton).and_then(|party| party.name.as_ref())
}

fn party(row: &Row, fits: impl Fn(&Purpose) -> bool) -> Option<&Participant> {
    row.reading.as_ref()?.conversation.newest_party(fits)
}

#[cfg(test)]
mod tests;
