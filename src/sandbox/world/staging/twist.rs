//! What makes a staged conversation special as a whole: timers, other media, transfers, strays, and
//! what it does with endings.

use super::{MINUTE_MS, Stage};
use crate::sandbox::kind::Kind;
use crate::sandbox::scenario::Chat;
use crate::sandbox::world::conversation::{
    Conversation, Destination, Leg, Medium, MessageType, Participant, Purpose, Resistance, Stray,
    Straying, Transfer, TransferState,
};
use crate::sandbox::world::later;
use crate::sandbox::world::timers::INACTIVITY_MS;

impl Stage<'_> {
    pub(super) fn twist(&mut self, chat: &Chat, queue: usize, one: &mut Conversation) {
        match self.kind {
            Kind::Closing => {
                one.inactivity_timeout = Some(later(self.moments.now, INACTIVITY_MS));
            }
            Kind::Timer => {
                let late = self.random.between(16 * MINUTE_MS, 25 * MINUTE_MS);
                one.inactivity_timeout = Some(later(self.moments.now, -late));
            }
            Kind::Mixed if chat.message_type == MessageType::WebMessaging => {
                self.add_callback(queue, one);
            }
            Kind::Transfer => {
                let to = Destination::Queue((queue + 1) % self.directory.queues.len().max(1));
                one.transfers.push(Transfer {
                    id: self.random.uuid(),
                    at: later(self.moments.last, MINUTE_MS),
                    state: TransferState::Pending,
                    by: one.participants.iter().find_map(|party| party.user),
                    to,
                });
            }
            Kind::Stubborn => {
                one.resistance = if chat.teardown_works {
                    Resistance::AllButTeardown
                } else {
                    Resistance::Everything
                };
            }
            Kind::Desync | Kind::Ghost | Kind::Reopen => {
                let ends = one.participants.iter().filter_map(Participant::ended);
                one.ended = ends.map(|(at, _)| at).max();
            }
            _ => {}
        }
        if matches!(self.kind, Kind::Desync | Kind::Ghost) {
            one.lost = self.kind == Kind::Ghost && !chat.readable;
            one.stray = Some(Stray {
                how: Straying::Open,
                since: self.moments.last,
                mended: None,
            });
        } else if chat.unlisted {
            one.stray = Some(Stray {
                how: Straying::Over,
                since: later(self.moments.last, MINUTE_MS).min(self.moments.now),
                mended: None,
            });
        }
    }

    /// A callback waits in the queue beside the messages: on the customer's side and on the queue's.
    fn add_callback(&mut self, queue: usize, one: &mut Conversation) {
        let at = self.departure();
        let mut callback = || Leg {
            medium: Medium::Callback,
            ..Leg::connected(self.random.uuid(), at)
        };
        let (customers, queues) = (callback(), callback());
        if let Some(customer) = one.participants.first_mut() {
            customer.legs.push(customers);
        }
        let name = self.directory.queues.get(queue).map(|one| one.name.clone());
        let mut acd = self.party(Purpose::Acd, &name.unwrap_or_default(), at);
        acd.queue = Some(queue);
        acd.legs = vec![queues];
        one.participants.push(acd);
    }
}
