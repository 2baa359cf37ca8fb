//! Topics: which there are, which ids they take, and who may listen.
//!
//! The patterns are the document's. Which permission a topic asks for is not published with them, so
//! the rules below are the sandbox's own: what the REST operation with the same facts asks for.

use crate::sandbox::api::document::DOCUMENT;
use uuid::Uuid;

/// How the id of a channel begins; only such an id fits a topic about channels.
pub(super) const CHANNEL_PREFIX: &str = "streaming-0-";
const ID: &str = "{id}";

/// What a family of topics asks of whoever listens.
#[derive(Debug)]
pub(in crate::sandbox) struct Rule {
    /// How the patterns of the family begin.
    begins: &'static str,
    /// For people, in one sentence.
    pub(in crate::sandbox) says: &'static str,
    /// Any one of these is enough; none are needed where the list is empty.
    pub(in crate::sandbox) permissions: &'static [&'static str],
    /// Whether the user that the topic names may always listen.
    pub(in crate::sandbox) own: bool,
    /// Where the same facts can be read.
    pub(in crate::sandbox) paths: &'static [&'static str],
}

const CONVERSATION: &[&str] = &["conversation:communication:view"];
const DETAILS: &[&str] = &[
    "analytics:conversationDetail:view",
    "analytics:agentConversationDetail:view",
];
const CONVERSATION_PATHS: &[&str] = &[
    "/api/v2/conversations/{conversationId}",
    "/api/v2/conversations/messages/{conversationId}",
];
const DETAIL_PATHS: &[&str] = &["/api/v2/analytics/conversations/{conversationId}/details"];

/// The first rule whose beginning fits counts.
const RULES: [Rule; 8] = [
    Rule {
        begins: "v2.analytics.conversation.",
        says: "The metrics of one conversation, as they become known.",
        permissions: DETAILS,
        own: false,
        paths: DETAIL_PATHS,
    },
    Rule {
        begins: "v2.analytics.queues.",
        says: "How many conversations wait, alert and interact in one queue.",
        permissions: &["analytics:queueObservation:view"],
        own: false,
        paths: &["/api/v2/analytics/queues/observations/query"],
    },
    Rule {
        begins: "v2.detail.events.conversation.",
        says: "What happened in one conversation, event by event.",
        permissions: DETAILS,
        own: false,
        paths: DETAIL_PATHS,
    },
    Rule {
        begins: "v2.routing.queues.",
        says: "The conversations of one queue, whenever one changes.",
        permissions: CONVERSATION,
        own: false,
        paths: CONVERSATION_PATHS,
    },
    Rule {
        begins: "v2.users.{id}.tokens",
        says: "The tokens issued to one user.",
        permissions: &[],
        own: true,
        paths: &["/api/v2/tokens/me"],
    },
    Rule {
        begins: "v2.users.",
        says: "The conversations of one user, whenever one changes.",
        permissions: CONVERSATION,
        own: true,
        paths: CONVERSATION_PATHS,
    },
    Rule {
        begins: "v2.webmessaging.deployments.",
        says: "Messages that no guest of one deployment was there to receive.",
        permissions: &["webDeployments:deployment:view"],
        own: false,
        paths: &["/api/v2/webdeployments/deployments/{deploymentId}"],
    },
    Rule {
        begins: "v2.system.",
        says: "What the notification service has to say about a channel.",
        permissions: &[],
        own: false,
        paths: &[],
    },
];

/// The rule of a pattern.
pub(in crate::sandbox) fn rule(pattern: &str) -> Option<&'static Rule> {
    RULES.iter().find(|rule| pattern.starts_with(rule.begins))
}

/// A topic that exists.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Topic {
    /// The name that events carry: ids in lower case, as the platform writes them.
    pub(super) name: String,
    /// As the document has it.
    pub(super) pattern: &'static str,
    /// What stands where the pattern takes an id.
    pub(super) id: Option<String>,
}

impl Topic {
    /// The topic of a name; nothing where no pattern fits, or the id is none.
    pub(super) fn parse(name: &str) -> Option<Self> {
        let mut known = DOCUMENT.topics.iter();
        known.find_map(|known| Self::fit(&known.topic, name))
    }

    fn fit(pattern: &'static str, name: &str) -> Option<Self> {
        let mut wanted = pattern.split('.');
        let mut id = None;
        for piece in name.split('.') {
            match wanted.next()? {
                ID => id = Some(canonical(pattern, piece)?),
                word if word == piece => {}
                _ => return None,
            }
        }
        if wanted.next().is_some() {
            return None;
        }
        let named = id.as_ref().map(|id| pattern.replace(ID, id));
        Some(Self {
            name: named.unwrap_or_else(|| pattern.to_owned()),
            pattern,
            id,
        })
    }

    pub(super) fn rule(&self) -> Option<&'static Rule> {
        rule(self.pattern)
    }
}

fn canonical(pattern: &str, id: &str) -> Option<String> {
    if pattern.starts_with("v2.system.") {
        return id.starts_with(CHANNEL_PREFIX).then(|| id.to_owned());
    }
    let id = Uuid::try_parse(id).ok()?;
    Some(id.hyphenated().to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_published_topic_has_a_rule_and_is_found_by_its_name() {
        for known in &DOCUMENT.topics {
            assert!(rule(&known.topic).is_some(), "{}", known.topic);
            let id = if known.topic.starts_with("v2.system.") {
                format!("{CHANNEL_PREFIX}abc")
            } else {
                Uuid::nil().to_string()
            };
            let name = known.topic.replace(ID, &id);
            let topic = Topic::parse(&name).unwrap();
            assert_eq!((topic.name, topic.pattern), (name, known.topic.as_str()));
        }
    }

    #[test]
    fn what_is_no_topic_is_not_taken_for_one() {
        let id = Uuid::nil();
        for name in [
            String::new(),
            "v2".to_owned(),
            "channel.metadata".to_owned(),
            format!("v2.conversations.{id}"),
            format!("v2.routing.queues.{id}"),
            format!("v2.routing.queues.{id}.conversations.messages.more"),
            "v2.routing.queues.{id}.conversations".to_owned(),
            "v2.routing.queues.billing.conversations".to_owned(),
            format!("V2.routing.queues.{id}.conversations"),
        ] {
            assert_eq!(Topic::parse(&name), None, "{name}");
        }
    }

    #[test]
    fn an_id_in_capitals_names_the_same_topic() {
        let id = "A0B1C2D3-0000-4000-8000-00000000000F";
        let upper = Topic::parse(&format!("v2.users.{id}.conversations")).unwrap();
        let lower = Topic::parse(&format!("v2.users.{}.conversations", id.to_lowercase()));
        assert_eq!(Some(upper), lower);
    }
}
