//! Which ids a conversation shows whose names it does not tell.

use super::NameKind;
use crate::domain::conversation::Conversation;
use crate::domain::roster::Listed;
use crate::domain::text::Text;

/// An id and what it may name.
pub type NameKey = (NameKind, Text);

/// The ids that the list showed.
pub fn seen_in_list(listed: &Listed) -> impl Iterator<Item = (NameKind, &Text)> {
    let recorded = listed.recorded.as_deref().into_iter();
    recorded.flat_map(|recorded| {
        let legs = recorded.legs.iter().flat_map(|leg| {
            let queue = leg.queue.as_ref().map(|id| (NameKind::Queue, id));
            let user = leg.user.as_ref().filter(|_| leg.name.is_none());
            let flow = leg.flow.as_ref().filter(|flow| flow.name.is_none());
            [
                queue,
                user.map(|id| (NameKind::User, id)),
                flow.and_then(|flow| Some((NameKind::Flow, flow.id.as_ref()?))),
            ]
            .into_iter()
            .flatten()
        });
        let divisions = recorded.divisions.iter();
        let divisions = divisions.map(|id| (NameKind::Division, id));
        let deployment = recorded.address_to.as_ref();
        let deployment = deployment.map(|id| (NameKind::Deployment, id));
        legs.chain(divisions).chain(deployment)
    })
}

/// The ids that a read showed.
pub fn seen_in_read(conversation: &Conversation) -> impl Iterator<Item = (NameKind, &Text)> {
    let parties = conversation.participants.iter().flat_map(|party| {
        let is_named = party.queue.is_some() && party.queue != party.queue_id;
        let queue = party.queue_id.as_ref().filter(|_| !is_named);
        let user = party.user.as_ref().filter(|_| party.name.is_none());
        let addresses = party.legs.iter().filter_map(|leg| leg.address_to.as_ref());
        let deployment = addresses.take(usize::from(party.purpose.is_customer()));
        queue
            .map(|id| (NameKind::Queue, id))
            .into_iter()
            .chain(user.map(|id| (NameKind::User, id)))
            .chain(deployment.map(|id| (NameKind::Deployment, id)))
    });
    let divisions = conversation.divisions.iter();
    parties.chain(divisions.map(|id| (NameKind::Division, id)))
}
