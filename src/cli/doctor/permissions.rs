//! Each permission that this program needs: told by the roles, tried where that is harmless, else unknown until its first use. Nothing is
//! ever changed to find out.

use serde_json::json;

use super::asked::{Asked, Rest};
use super::line::{Group, Line, Word};
use super::sign_in::{failed, is_refusal};
use crate::cli::exit::Exit;
use crate::domain::failure::{Failure, FailureKind};
use crate::domain::needs::{DISCONNECT, NEEDS, Need, Purpose, Trial, beyond};
use crate::domain::rights::{Holding, Rights};
use crate::domain::text::Text;

const GROUP: Group = Group::Permissions;

/// How many permissions are named where there may be hundreds.
const NAMED: usize = 5;

/// What can be said of permissions. `writes`: the profile may end chats.
pub(super) fn lines(asked: &Asked, writes: bool) -> Vec<Line> {
    let Some(rest) = &asked.rest else {
        return unasked("not signed in");
    };
    let mut lines = vec![roles(rest)];
    for (index, need) in NEEDS.iter().enumerate() {
        let tried = match need.trial {
            Trial::OpenChats => Some(rest.glimpse.as_ref().map(drop)),
            Trial::OneChat => rest.one.as_ref().map(|one| one.as_ref().map(drop)),
            _ => rest
                .trials
                .get(index)
                .and_then(Option::as_ref)
                .map(|tried| tried.as_ref().map(drop)),
        };
        let held = rest
            .rights
            .as_ref()
            .ok()
            .map(|rights| rights.holding(need.any_of));
        lines.push(permission(need, tried, held, writes));
    }
    if let Ok(rights) = &rest.rights {
        lines.push(divisions(rights));
        lines.push(more_than_needed(rights));
    }
    lines
}

/// The whole table, where nothing of it is known.
pub(super) fn unasked(why: &str) -> Vec<Line> {
    let line = |need: &Need| Line::unknown(GROUP, need.main(), format!("{why}; {}", need.does));
    NEEDS.iter().map(line).collect()
}

fn roles(rest: &Rest) -> Line {
    let rights = match &rest.rights {
        Ok(rights) => rights,
        Err(failure) => {
            let line = failed(GROUP, "roles", failure);
            let what = format!("cannot be read ({})", line.what);
            return Line { what, ..line }
                .mend("what reading needs is tried; the rest is found out at its first use");
        }
    };
    let named = |grant: &crate::domain::rights::Grant| match &grant.division {
        Some(division) => format!("{} in {division}", grant.role),
        None => format!("{} in all divisions", grant.role),
    };
    let mut all: Vec<String> = rights.grants.iter().map(named).collect();
    all.sort();
    all.dedup();
    if all.is_empty() {
        return Line::warn(GROUP, "roles", "none")
            .mend("ask an administrator to give the OAuth client a role");
    }
    Line::ok(GROUP, "roles", some_of(&all)).detail(json!({ "roles": all }))
}

/// The first few, and how many more.
fn some_of(all: &[String]) -> String {
    let named = all
        .iter()
        .take(NAMED)
        .cloned()
        .collect::<Vec<_>>()
        .join(", ");
    match all.len().saturating_sub(NAMED) {
        0 => named,
        more => format!("{named} and {more} more"),
    }
}

fn permission(
    need: &Need,
    tried: Option<Result<(), &Failure>>,
    held: Option<Holding>,
    writes: bool,
) -> Line {
    let name = need.main();
    match (tried, held) {
        (Some(Ok(())), Some(Holding::In(divisions))) => held_in(need, &divisions),
        (Some(Ok(())), _) => Line::ok(GROUP, name, format!("answered: {}", need.does)),
        // One path was tried, and another permission of the row may open another.
        (Some(Err(failure)), None) if is_refusal(failure) && may_have_another(need) => {
            failed(GROUP, name, failure)
        }
        (Some(Err(failure)), held) if is_refusal(failure) => {
            let why = refused(failure, held.as_ref());
            missing(need, &why, writes)
        }
        (_, Some(Holding::Everywhere)) => Line::ok(GROUP, name, said_of(need, writes)),
        (_, Some(Holding::In(divisions))) => held_in(need, &divisions),
        (_, Some(Holding::Missing)) => missing(need, "in no role", writes),
        (Some(Err(failure)), _) => failed(GROUP, name, failure),
        (None, Some(Holding::Unsure)) => {
            let what = "unknown until first use: a role has it under a condition";
            Line::unknown(GROUP, name, format!("{what}; {}", need.does))
        }
        (None, None) => Line::unknown(
            GROUP,
            name,
            format!("unknown until first use; {}", need.does),
        ),
    }
}

fn may_have_another(need: &Need) -> bool {
    need.any_of.len() > 1 && matches!(need.trial, Trial::Page(_))
}

fn said_of(need: &Need, writes: bool) -> String {
    match need.purpose {
        Purpose::Acting if !writes => {
            format!(
                "held and not used, this profile is read-only; {}",
                need.does
            )
        }
        _ => need.does.to_owned(),
    }
}

fn held_in(need: &Need, divisions: &[Text]) -> Line {
    let names: Vec<String> = divisions
        .iter()
        .map(|name| name.as_str().to_owned())
        .collect();
    let what = format!("in {} alone: {}", some_of(&names), need.does);
    Line::ok(GROUP, need.main(), what).detail(json!({ "divisions": names }))
}

/// How a refusal reads, beside what the roles promised.
fn refused(failure: &Failure, held: Option<&Holding>) -> String {
    let status = failure.short();
    match (&failure.kind, held) {
        (FailureKind::Forbidden, _) => format!("{status}: a scope or a division is missing"),
        (_, Some(Holding::Everywhere | Holding::In(_))) => {
            format!("{status}, though a role names it")
        }
        _ => status,
    }
}

fn missing(need: &Need, why: &str, writes: bool) -> Line {
    let what = format!("missing ({why}): {}", need.lost);
    let mend = format!("ask an administrator to add {} to the role", need.name());
    let line = match need.purpose {
        Purpose::Reading => Line::bad(GROUP, need.main(), what, Exit::SignIn),
        Purpose::Acting if !writes => {
            let what = format!(
                "not held and not needed, this profile is read-only; {}",
                need.does
            );
            return Line::ok(GROUP, need.main(), what);
        }
        Purpose::Showing | Purpose::Acting => Line::warn(GROUP, need.main(), what),
    };
    line.mend(mend)
}

/// Whether what can be seen and what can be ended are the same divisions.
fn divisions(rights: &Rights) -> Line {
    const CHECK: &str = "divisions";
    let of = |index: usize| {
        let need: Option<&Need> = NEEDS.get(index);
        need.map_or(Holding::Missing, |need| rights.holding(need.any_of))
    };
    let (listed, read, ended) = (of(0), of(1), rights.holding(&[DISCONNECT]));
    match (&listed, &read, &ended) {
        (Holding::Everywhere, Holding::Everywhere, Holding::Everywhere | Holding::Missing) => {
            Line::ok(GROUP, CHECK, "all of them")
        }
        (seen, also, ended) if seen == also && (ended == seen || *ended == Holding::Missing) => {
            Line::ok(
                GROUP,
                CHECK,
                format!("{}; chats of others do not show", in_words(seen)),
            )
        }
        _ => {
            let what = format!(
                "listed in {}, read in {}, ended in {}",
                in_words(&listed),
                in_words(&read),
                in_words(&ended)
            );
            Line::warn(GROUP, CHECK, what)
                .mend("give the role the same divisions throughout, or expect 403s between them")
        }
    }
}

fn in_words(holding: &Holding) -> String {
    match holding {
        Holding::Everywhere => "all divisions".to_owned(),
        Holding::In(divisions) => {
            let names: Vec<String> = divisions
                .iter()
                .map(|one| one.as_str().to_owned())
                .collect();
            some_of(&names)
        }
        Holding::Unsure => "divisions that a condition decides".to_owned(),
        Holding::Missing => "none".to_owned(),
    }
}

fn more_than_needed(rights: &Rights) -> Line {
    const CHECK: &str = "more than needed";
    let more = beyond(rights);
    if more.is_empty() {
        return Line::ok(
            GROUP,
            CHECK,
            "nothing that could do more harm than this program does",
        );
    }
    Line {
        word: Word::Warn,
        ..Line::ok(GROUP, CHECK, format!("the roles also allow {}", some_of(&more)))
    }
    .mend("give this client a role of its own with the permissions above; two clients, one to look and one to end, are safer still")
    .detail(json!({ "permissions": more }))
}
