//! What the roles of a sign-in allow, as the platform tells it: permissions `domain:entity:action`, each held everywhere or in some
//! divisions. Stars stand for anything in their place.

use super::text::Text;

/// One policy of a role: what may be done with one kind of thing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// The first part of its permissions (`conversation`).
    pub domain: Text,
    /// The second (`communication`).
    pub entity: Text,
    /// The third parts (`view`, `disconnect`).
    pub actions: Vec<Text>,
    /// It holds only where a condition is met that only the platform can judge.
    pub is_conditional: bool,
}

/// A role, and where it holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// The role's name.
    pub role: Text,
    /// The division's name; absent: all of them.
    pub division: Option<Text>,
    /// What it allows; absent where the platform did not say.
    pub policies: Option<Vec<Policy>>,
}

/// Everything that was granted.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Rights {
    /// Roles in divisions.
    pub grants: Vec<Grant>,
}

/// Where a permission is held.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Holding {
    /// In every division.
    Everywhere,
    /// In these divisions.
    In(Vec<Text>),
    /// Only under a condition, or perhaps through a role whose policies were not told.
    Unsure,
    /// By no role.
    Missing,
}

impl Rights {
    /// Where any of these permissions is held.
    pub fn holding(&self, any_of: &[&str]) -> Holding {
        let mut divisions: Vec<Text> = Vec::new();
        let mut is_unsure = false;
        for grant in &self.grants {
            match grant.allows(any_of) {
                Allowed::Yes => match &grant.division {
                    None => return Holding::Everywhere,
                    Some(division) if divisions.contains(division) => {}
                    Some(division) => divisions.push(division.clone()),
                },
                Allowed::Perhaps => is_unsure = true,
                Allowed::No => {}
            }
        }
        match (divisions.is_empty(), is_unsure) {
            (false, _) => Holding::In(divisions),
            (true, true) => Holding::Unsure,
            (true, false) => Holding::Missing,
        }
    }

    /// Every permission as the roles write it, stars included; in order, each once.
    pub fn permissions(&self) -> Vec<String> {
        let policies = self
            .grants
            .iter()
            .filter_map(|grant| grant.policies.as_ref());
        let mut all: Vec<String> = policies.flatten().flat_map(Policy::permissions).collect();
        all.sort();
        all.dedup();
        all
    }
}

enum Allowed {
    Yes,
    Perhaps,
    No,
}

impl Grant {
    fn allows(&self, any_of: &[&str]) -> Allowed {
        let Some(policies) = &self.policies else {
            return Allowed::Perhaps;
        };
        let fitting = |policy: &&Policy| any_of.iter().any(|permission| policy.fits(permission));
        let mut fitting = policies.iter().filter(fitting).peekable();
        if fitting.peek().is_none() {
            return Allowed::No;
        }
        if fitting.all(|policy| policy.is_conditional) {
            return Allowed::Perhaps;
        }
        Allowed::Yes
    }
}

impl Policy {
    fn fits(&self, permission: &str) -> bool {
        let mut parts = permission.splitn(3, ':');
        let (Some(domain), Some(entity), Some(action)) = (parts.next(), parts.next(), parts.next())
        else {
            return false;
        };
        covers(&self.domain, domain)
            && covers(&self.entity, entity)
            && self.actions.iter().any(|held| covers(held, action))
    }

    fn permissions(&self) -> impl Iterator<Item = String> + use<'_> {
        let all = self.actions.iter();
        all.map(|action| format!("{}:{}:{action}", self.domain, self.entity))
    }
}

fn covers(held: &Text, wanted: &str) -> bool {
    held.as_str() == "*" || held.as_str().eq_ignore_ascii_case(wanted)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn policy(permission: &str, is_conditional: bool) -> Policy {
        let mut parts = permission.splitn(3, ':').map(Text::clean);
        Policy {
            domain: parts.next().unwrap(),
            entity: parts.next().unwrap(),
            actions: parts.collect(),
            is_conditional,
        }
    }

    fn grant(division: Option<&str>, permissions: &[&str]) -> Grant {
        Grant {
            role: Text::clean("Console"),
            division: division.map(Text::clean),
            policies: Some(permissions.iter().map(|one| policy(one, false)).collect()),
        }
    }

    fn holding(grants: Vec<Grant>, permission: &str) -> Holding {
        Rights { grants }.holding(&[permission])
    }

    #[test]
    fn a_permission_is_held_where_a_role_names_it_or_a_star_stands_for_it() {
        let wanted = "conversation:communication:view";
        for (held, is_held) in [
            (wanted, true),
            ("Conversation:Communication:view", true),
            ("conversation:communication:*", true),
            ("conversation:*:*", true),
            ("*:*:*", true),
            ("conversation:communication:disconnect", false),
            ("conversation:participant:*", false),
            ("analytics:*:*", false),
        ] {
            let found = holding(vec![grant(None, &[held])], wanted);
            assert_eq!(found == Holding::Everywhere, is_held, "{held}");
            assert_eq!(found == Holding::Missing, !is_held, "{held}");
        }
    }

    #[test]
    fn divisions_add_up_and_one_grant_for_all_of_them_is_enough() {
        let wanted = "routing:queue:view";
        let two = vec![
            grant(Some("Home"), &[wanted]),
            grant(Some("Sales"), &[wanted]),
            grant(Some("Home"), &["routing:*:*"]),
        ];
        let divisions = ["Home", "Sales"].map(Text::clean).to_vec();
        assert_eq!(holding(two.clone(), wanted), Holding::In(divisions));
        let all = [two, vec![grant(None, &[wanted])]].concat();
        assert_eq!(holding(all, wanted), Holding::Everywhere);
    }

    #[test]
    fn what_only_the_platform_can_judge_is_neither_held_nor_missing() {
        let wanted = "routing:queue:view";
        let conditional = Grant {
            policies: Some(vec![policy(wanted, true)]),
            ..grant(None, &[])
        };
        let untold = Grant {
            policies: None,
            ..grant(None, &[])
        };
        assert_eq!(holding(vec![conditional.clone()], wanted), Holding::Unsure);
        assert_eq!(holding(vec![untold], wanted), Holding::Unsure);
        assert_eq!(holding(vec![conditional], "a:b:c"), Holding::Missing);
        assert_eq!(holding(Vec::new(), wanted), Holding::Missing);
    }
}
