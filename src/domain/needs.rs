//! What this program needs to be allowed, as one table: each permission, what is done with it, what is lost without it. The minimal role
//! of `genesys-api.md` 8, as far as something is done with it.

use super::rights::{Holding, Rights};

/// What a permission is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Nothing works without it.
    Reading,
    /// Something is not shown without it.
    Showing,
    /// Something cannot be ended without it.
    Acting,
}

/// A question that changes nothing and that only somebody with the permission gets an answer to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trial {
    /// One open conversation of the list.
    OpenChats,
    /// That conversation, read.
    OneChat,
    /// A page of one from this path.
    Page(&'static str),
    /// There is none that says it surely.
    Nothing,
}

/// A permission that something is done with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Need {
    /// Any of these is enough.
    pub any_of: &'static [&'static str],
    /// What for.
    pub purpose: Purpose,
    /// What is done with it.
    pub does: &'static str,
    /// What is lost without it.
    pub lost: &'static str,
    /// How to find out where the roles cannot be read.
    pub trial: Trial,
}

/// Ends legs and conversations.
pub const DISCONNECT: &str = "conversation:communication:disconnect";

/// The whole table.
pub const NEEDS: [Need; 9] = [
    Need {
        any_of: &[
            "analytics:conversationDetail:view",
            "analytics:agentConversationDetail:view",
        ],
        purpose: Purpose::Reading,
        does: "finds open chats",
        lost: "no chat is found, only named ones can be read",
        trial: Trial::OpenChats,
    },
    Need {
        any_of: &["conversation:communication:view"],
        purpose: Purpose::Reading,
        does: "reads a chat before anything is said or done about it",
        lost: "every chat stays unread: no kind, no plan",
        trial: Trial::OneChat,
    },
    Need {
        any_of: &[
            "conversation:message:view",
            "conversation:webmessaging:view",
        ],
        purpose: Purpose::Showing,
        does: "shows what was said, on request",
        lost: "no transcripts",
        trial: Trial::Nothing,
    },
    Need {
        any_of: &["routing:queue:view", "routing:queue:search"],
        purpose: Purpose::Showing,
        does: "names queues, and listens to them",
        lost: "queues without a name in the chat itself show as ids",
        trial: Trial::Page("/api/v2/routing/queues"),
    },
    Need {
        any_of: &["routing:wrapupCode:view"],
        purpose: Purpose::Showing,
        does: "names wrap-up codes, and finds the one that a profile names",
        lost: "a wrap-up code can only be given by its id",
        trial: Trial::Page("/api/v2/routing/wrapupcodes"),
    },
    Need {
        any_of: &["architect:flow:view", "architect:flow:search"],
        purpose: Purpose::Showing,
        does: "names flows",
        lost: "bots and flows show as ids where analytics does not name them",
        trial: Trial::Page("/api/v2/flows/divisionviews"),
    },
    Need {
        any_of: &["webDeployments:deployment:view"],
        purpose: Purpose::Showing,
        does: "says whether a guest is told, and names deployments",
        lost: "whether a guest is told stays unknown",
        trial: Trial::Page("/api/v2/webdeployments/deployments"),
    },
    Need {
        any_of: &[DISCONNECT],
        purpose: Purpose::Acting,
        does: "ends legs and chats",
        lost: "chats cannot be ended; single legs perhaps, by conversation:participant:wrapup",
        trial: Trial::Nothing,
    },
    Need {
        any_of: &["conversation:participant:wrapup"],
        purpose: Purpose::Acting,
        does: "settles the wrap-up that an agent owes",
        lost: "agents who owe wrap-up are not freed",
        trial: Trial::Nothing,
    },
];

impl Need {
    /// The one that a role of its own would have.
    pub fn main(&self) -> &'static str {
        self.any_of.first().copied().unwrap_or_default()
    }

    /// Its permissions, in words.
    pub fn name(&self) -> String {
        self.any_of.join(" or ")
    }
}

/// What a person asks first, and the permission of the table that answers it.
const GLANCE: [(&str, &str); 4] = [
    ("find chats", "analytics:conversationDetail:view"),
    ("read them", "conversation:communication:view"),
    ("end legs", DISCONNECT),
    ("wrap up", "conversation:participant:wrapup"),
];

/// What can be done with these rights, at a glance: in a word or two, and where that is held.
pub fn at_a_glance(rights: &Rights) -> Vec<(&'static str, Holding)> {
    let holding = |main: &'static str| {
        let need = NEEDS.iter().find(|need| need.main() == main);
        rights.holding(need.map_or(&[main], |need| need.any_of))
    };
    let all = GLANCE.iter();
    all.map(|(words, main)| (*words, holding(main))).collect()
}

/// What was granted beyond the table and beyond looking: every permission with it that could do harm in the wrong hands.
pub fn beyond(rights: &Rights) -> Vec<String> {
    let mut held = rights.permissions();
    held.retain(|permission| {
        let action = permission
            .rsplit(':')
            .next()
            .unwrap_or_default()
            .to_lowercase();
        let is_looking = action.ends_with("view") || action == "search";
        let is_needed = NEEDS
            .iter()
            .flat_map(|need| need.any_of)
            .any(|needed| needed.eq_ignore_ascii_case(permission));
        !is_looking && !is_needed
    });
    held
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::rights::{Grant, Policy};
    use crate::domain::text::Text;

    #[test]
    fn t45_only_what_could_do_more_than_is_needed_is_beyond() {
        let policy = |domain, entity, actions: &[&str]| Policy {
            domain: Text::clean(domain),
            entity: Text::clean(entity),
            actions: actions.iter().map(|action| Text::clean(action)).collect(),
            is_conditional: false,
        };
        let rights = Rights {
            grants: vec![Grant {
                role: Text::clean("Console"),
                division: None,
                policies: Some(vec![
                    policy("conversation", "communication", &["view", "disconnect"]),
                    policy("conversation", "participant", &["wrapup", "attributesView"]),
                    policy("routing", "queue", &["search", "edit", "view"]),
                    policy("directory", "user", &["view"]),
                    policy("telephony", "*", &["*"]),
                ]),
            }],
        };
        assert_eq!(beyond(&rights), ["routing:queue:edit", "telephony:*:*"]);
    }

    #[test]
    fn every_permission_stands_once_and_says_what_it_is_for() {
        let names: Vec<&str> = NEEDS.iter().flat_map(|need| need.any_of).copied().collect();
        for (index, name) in names.iter().enumerate() {
            assert_eq!(name.split(':').count(), 3, "{name}");
            assert!(!names.iter().skip(index + 1).any(|other| other == name));
        }
        assert!(
            NEEDS
                .iter()
                .all(|need| !need.does.is_empty() && !need.lost.is_empty())
        );
    }
}
