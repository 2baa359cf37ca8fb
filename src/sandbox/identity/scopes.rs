//! Scopes: what a user's token may be used for. They do not bind tokens of programs.
//!
//! Which operation needs which scope is published nowhere that we could read (`genesys-api.md`, lost in
//! the rebuild), so it follows the convention: the family of the path, with `:readonly` for reads.

use super::tokens::Caller;
use crate::sandbox::refusal::Refusal;

/// Every scope that the organisation knows, each also as `…:readonly`.
pub(in crate::sandbox) const FAMILIES: [&str; 11] = [
    "analytics",
    "architect",
    "authorization",
    "conversations",
    "integrations",
    "messaging",
    "notifications",
    "organization",
    "oauth",
    "routing",
    "users",
];
/// The one whose name is not its path's.
const DEPLOYMENTS: &str = "web-deployments";
/// What makes a scope good for reading only.
const READ_ONLY: &str = ":readonly";

/// The families whose paths begin otherwise. Paths without one need no scope: a token may always ask
/// what it is.
fn family(path: &[&str]) -> Option<&'static str> {
    let first = path.first().copied().unwrap_or("");
    match path {
        ["webdeployments", ..] => Some(DEPLOYMENTS),
        ["flows", ..] => Some("architect"),
        ["organizations", ..] => Some("organization"),
        ["conversations", "messaging", ..] => Some("messaging"),
        _ => FAMILIES.into_iter().find(|family| *family == first),
    }
}

/// Whether an operation only asks. Queries are sent by POST, and subscribing changes nothing that is anybody else's.
fn is_reading(method: &str, path: &[&str]) -> bool {
    matches!(method, "GET" | "HEAD")
        || matches!(
            path,
            ["analytics" | "notifications", ..] | [.., "search"] | [.., "messages", "bulk"]
        )
}

/// Refuses a token that may not be used for this. Which code the platform answers is not verified; this
/// is the one that it documents for what somebody is not authorised for.
pub(in crate::sandbox) fn permit(
    caller: &Caller,
    method: &str,
    path: &[&str],
) -> Result<(), Refusal> {
    let (Some(held), Some(family)) = (&caller.scopes, family(path)) else {
        return Ok(());
    };
    let enough = held.iter().any(|scope| {
        scope == family || scope.strip_suffix(READ_ONLY) == Some(family) && is_reading(method, path)
    });
    if enough {
        Ok(())
    } else {
        Err(Refusal::not_authorized())
    }
}

/// Every scope by name.
pub(in crate::sandbox) fn all() -> Vec<String> {
    let families = FAMILIES.into_iter().chain([DEPLOYMENTS]);
    let mut all: Vec<String> = families
        .flat_map(|family| [family.to_owned(), format!("{family}{READ_ONLY}")])
        .collect();
    all.sort_unstable();
    all
}
