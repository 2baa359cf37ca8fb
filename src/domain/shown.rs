//! The names that a row goes by: its customer, agent, queue and bot, its deployment and divisions. One place, so that the list, the
//! filter, the sort order and printed output never disagree about whose name it is. A name is known or absent here; what is shown for an
//! id whose name is not known are the `…_words`.

use super::conversation::{Participant, Purpose};
use super::names::{Called, NameKind};
use super::recorded::{Recorded, RecordedLeg};
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
    agent_of(row).and_then(|(user, name)| name.or_else(|| row.names.name(NameKind::User, user?)))
}

/// The queue it is in, else was in last, else its agent's: as read, else as analytics recorded it.
pub fn queue(row: &Row) -> Option<&Text> {
    queue_of(row).and_then(|(id, name)| name.or_else(|| row.names.name(NameKind::Queue, id?)))
}

/// The same queue's id.
pub fn queue_id(row: &Row) -> Option<&Text> {
    queue_of(row)?.0
}

/// The queue's name, else the beginning of its id.
pub fn queue_words(row: &Row) -> Option<String> {
    let name = queue(row).map(ToString::to_string);
    name.or_else(|| Some(row.names.words(NameKind::Queue, queue_id(row)?)))
}

/// Where it is, for a cell: its queue, else the bot that holds it.
pub fn place_words(row: &Row) -> Option<String> {
    queue_words(row).or_else(|| Some(format!("(bot) {}", bot_words(row)?)))
}

/// The bot's name, else the beginning of its flow's id.
pub fn bot_words(row: &Row) -> Option<String> {
    let name = bot(row).map(ToString::to_string);
    name.or_else(|| Some(row.names.words(NameKind::Flow, flow_id(row)?)))
}

/// The bot or flow that holds it, else held it last: as read, else as analytics recorded it.
pub fn bot(row: &Row) -> Option<&Text> {
    if row.reading.is_some() {
        return party(row, Purpose::is_automaton)?.name.as_ref();
    }
    let leg = recorded_leg(row, Purpose::is_automaton)?;
    let flow = leg.flow.as_ref();
    flow.and_then(|flow| flow.name.as_ref())
        .or(leg.name.as_ref())
        .or_else(|| row.names.name(NameKind::Flow, flow?.id.as_ref()?))
}

/// The id of the flow that holds it, else held it last, as analytics recorded it: a read names none.
pub fn flow_id(row: &Row) -> Option<&Text> {
    let leg = recorded_leg(row, Purpose::is_automaton)?;
    leg.flow.as_ref()?.id.as_ref()
}

/// To whom the customer wrote, if it looks like an id: probably the deployment's, which nobody has verified. As read, else as listed.
pub fn address(row: &Row) -> Option<&Text> {
    let read = party(row, Purpose::is_customer).and_then(|party| {
        let mut legs = party.legs.iter().rev();
        legs.find_map(|leg| leg.address_to.as_ref())
    });
    read.or_else(|| recorded(row)?.address_to.as_ref())
        .filter(|id| super::names::is_askable(id))
}

/// The deployment that its guest came by, if the address is one's id.
pub fn deployment(row: &Row) -> Option<&Text> {
    row.names.name(NameKind::Deployment, address(row)?)
}

/// The deployment's name, else the beginning of its id; nothing where the address is known to be no deployment's.
pub fn deployment_words(row: &Row) -> Option<String> {
    let id = address(row)?;
    let known = row.names.known(NameKind::Deployment, id);
    let is_none = known.is_some_and(|known| known.called == Called::Nobody);
    (!is_none).then(|| row.names.words(NameKind::Deployment, id))
}

/// The divisions it belongs to, by id: as read, else as listed.
pub fn divisions(row: &Row) -> &[Text] {
    let read = row.reading.as_ref();
    let read = read.map_or(&[][..], |reading| &reading.conversation.divisions);
    match recorded(row) {
        Some(recorded) if read.is_empty() => &recorded.divisions,
        _ => read,
    }
}

/// The names of its divisions, each else the beginning of its id.
pub fn division_words(row: &Row) -> Vec<String> {
    let ids = divisions(row).iter();
    ids.map(|id| row.names.words(NameKind::Division, id))
        .collect()
}

/// What was noted down under this key about one of its parties, the first that has it; case does not count in keys.
pub fn attribute<'a>(row: &'a Row, key: &Text) -> Option<&'a Text> {
    let parties = &row.reading.as_ref()?.conversation.participants;
    let mut all = parties.iter().flat_map(|party| &party.attributes);
    all.find(|(known, _)| known.as_str().eq_ignore_ascii_case(key.as_str()))
        .map(|(_, value)| value)
}

/// What names somebody or something: the id, and the name that the platform told with it.
pub(super) type Told<'a> = (Option<&'a Text>, Option<&'a Text>);

/// The user id of that agent, and the name that the platform told with it.
pub fn agent_of(row: &Row) -> Option<Told<'_>> {
    if row.reading.is_some() {
        let agent = party(row, Purpose::is_staff)?;
        return Some((agent.user.as_ref(), agent.name.as_ref()));
    }
    let leg = recorded_leg(row, Purpose::is_staff);
    let Some(listed) = row.listed.agent.as_ref() else {
        return leg.map(|leg| (leg.user.as_ref(), leg.name.as_ref()));
    };
    // The list's name is that of the last agent, who need not be the one whose leg is open.
    let same = leg.filter(|leg| leg.name.as_ref() == Some(listed));
    Some((same.and_then(|leg| leg.user.as_ref()), Some(listed)))
}

/// The queue's id and the name that the platform told with it.
pub(super) fn queue_of(row: &Row) -> Option<Told<'_>> {
    if row.reading.is_some() {
        let of_queue = party(row, |purpose| *purpose == Purpose::Queue);
        return of_queue
            .and_then(queue_named_by)
            .or_else(|| queue_named_by(party(row, Purpose::is_staff)?));
    }
    let queue = recorded_leg(row, |purpose| *purpose == Purpose::Queue);
    let id = queue.and_then(|leg| leg.queue.as_ref());
    let id = id.or_else(|| recorded_leg(row, Purpose::is_staff)?.queue.as_ref());
    Some((Some(id?), None))
}

/// The queue that a party of a read names, if it does.
pub(super) fn queue_named_by(party: &Participant) -> Option<Told<'_>> {
    let id = party.queue_id.as_ref();
    // Where the platform names no queue, its id stands for it.
    let name = party.queue.as_ref().filter(|name| Some(*name) != id);
    let own = party.name.as_ref();
    let name = name.or_else(|| own.filter(|_| party.purpose == Purpose::Queue));
    (id.is_some() || name.is_some()).then_some((id, name))
}

fn party(row: &Row, fits: impl Fn(&Purpose) -> bool) -> Option<&Participant> {
    row.reading.as_ref()?.conversation.newest_party(fits)
}

fn recorded(row: &Row) -> Option<&Recorded> {
    row.listed.recorded.as_deref()
}

/// The newest leg that fits, an open one before one that is over.
fn recorded_leg(row: &Row, fits: impl Fn(&Purpose) -> bool) -> Option<&RecordedLeg> {
    let legs = || {
        recorded(row)
            .into_iter()
            .flat_map(|one| one.legs.iter().rev())
    };
    let fitting = || legs().filter(|leg| fits(&leg.purpose));
    fitting()
        .find(|leg| leg.is_open())
        .or_else(|| fitting().next())
}

#[cfg(test)]
mod tests;
