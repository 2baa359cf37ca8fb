//! Who wrote when. The platform names no sender on a message, so it is told from the status and from whose legs list it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::domain::text::Text;

/// Which side wrote.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Side {
    /// The customer.
    Customer,
    /// A human agent.
    Agent,
}

/// One message; its text stays on the platform until somebody asks for the transcript.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// The platform's message id.
    pub id: Text,
    /// When it was written, by the platform's clock.
    pub at: Timestamp,
    /// Who wrote it.
    pub from: Side,
}

/// A text or structured message as one leg lists it, before it is known who wrote it.
#[derive(Debug, Clone)]
pub struct ListedMessage {
    /// The platform's message id.
    pub id: Text,
    /// When it was written.
    pub at: Timestamp,
    /// Its status is `received`: the platform received it, so the customer wrote it.
    pub is_received: bool,
    /// The listing leg belongs to a machine.
    pub by_machine: bool,
}

/// Who wrote: the platform names no sender. Each message counts once, as it is listed first; `received` is the customer's; any other is a
/// human agent's unless a machine's leg lists it too.
pub fn attribute(listed: &[ListedMessage]) -> Vec<Message> {
    let mut by_id: Vec<&ListedMessage> = listed.iter().collect();
    by_id.sort_by(|a, b| a.id.cmp(&b.id));
    let mut messages: Vec<Message> = by_id
        .chunk_by(|a, b| a.id == b.id)
        .filter_map(|same| {
            let first = same.first()?;
            let from = if first.is_received {
                Side::Customer
            } else {
                Side::Agent
            };
            let by_machine = same.iter().any(|one| one.by_machine);
            (from == Side::Customer || !by_machine).then(|| Message {
                id: first.id.clone(),
                at: first.at,
                from,
            })
        })
        .collect();
    messages.sort_by(|a, b| a.at.cmp(&b.at).then_with(|| a.id.cmp(&b.id)));
    messages
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listed(id: &str, second: i64, is_received: bool, by_machine: bool) -> ListedMessage {
        ListedMessage {
            id: id.into(),
            at: Timestamp::from_second(second).unwrap(),
            is_received,
            by_machine,
        }
    }

    #[test]
    fn each_message_counts_once_as_it_is_listed_first_and_is_no_agents_where_a_machine_lists_it() {
        let said = attribute(&[
            listed("b", 3, true, false),
            listed("bot", 1, false, false),
            listed("a", 2, false, false),
            listed("b", 9, false, true),
            listed("bot", 1, false, true),
            listed("c", 2, true, true),
        ]);
        let said: Vec<(&str, i64, Side)> = said
            .iter()
            .map(|one| (one.id.as_str(), one.at.as_second(), one.from))
            .collect();
        let all = [
            ("a", 2, Side::Agent),
            ("c", 2, Side::Customer),
            ("b", 3, Side::Customer),
        ];
        assert_eq!(said, all);
    }
}
