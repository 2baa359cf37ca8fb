//! `--recipe`: in which way a plan ends its chats. The ladder, everywhere; a recipe of the forum on a sandbox that speaks its dialect, and
//! nowhere else: a real organisation is shown what the platform publishes instead, before anything is sent.

use std::sync::Arc;

use serde::Deserialize;

use super::connect::Connection;
use super::exit::Exit;
use super::pretend;
use super::recipes::named;
use super::trouble::Trouble;
use crate::domain::recipe::{Dialect, Recipe, STANDARD, Way};
use crate::domain::step::Rung;
use crate::settings::Paths;

/// The way of this name on this organisation.
pub(super) async fn chosen(
    name: Option<&str>,
    rung: Rung,
    connection: &Connection,
    paths: &Paths,
) -> Result<Way, Trouble> {
    let Some(name) = name.filter(|name| *name != STANDARD) else {
        return Ok(Way::Standard);
    };
    of(named(name, &paths.recipes())?, rung, connection).await
}

/// This recipe as a way on this organisation.
pub(super) async fn of(
    recipe: Recipe,
    rung: Rung,
    connection: &Connection,
) -> Result<Way, Trouble> {
    let name = &recipe.name;
    if !connection.profile.is_pretend() {
        return Err(not_here(&recipe, &connection.profile.name));
    }
    if rung != Rung::Close {
        let words = format!("the recipe `{name}` says itself what is sent: it takes no `--rung`");
        return Err(Trouble::usage(words));
    }
    let here = &connection.scope.api_host;
    if let Some(host) = recipe.host.as_ref().filter(|host| *host != here) {
        let words = format!("the recipe `{name}` is for the host `{host}`, and this is `{here}`");
        return Err(
            Trouble::said(Exit::Refused, words).hint("take its `host` out, or open that one")
        );
    }
    if recipe.dialect == Dialect::Forum && !speaks_forum(connection).await {
        let words = format!(
            "this sandbox does not speak the forum's dialect, which the recipe `{name}` needs"
        );
        return Err(Trouble::said(Exit::Refused, words)
            .hint("unstick sandbox serve forum, or --sandbox=forum"));
    }
    Ok(Way::Recipe(Arc::new(recipe)))
}

/// Why a real organisation is not shown it, and what to do there.
fn not_here(recipe: &Recipe, profile: &str) -> Trouble {
    let first = format!(
        "the recipe `{}` is not run on `{profile}`: a real organisation is only ever shown `{STANDARD}`. Nothing was sent.\n{}",
        recipe.name, recipe.verdict
    );
    let instead = recipe.steps.iter().map(|step| {
        let operations = step.published.operations.join(", then ");
        format!("instead of {step}: {operations}; {}", step.published.note)
    });
    let words = std::iter::once(first)
        .chain(instead)
        .collect::<Vec<_>>()
        .join("\n");
    Trouble::said(Exit::Refused, words)
        .hint("leave `--recipe` out: the ladder sends what is published, step by step")
}

/// What a sandbox says of itself.
#[derive(Deserialize)]
struct Spoken {
    dialect: String,
}

async fn speaks_forum(connection: &Connection) -> bool {
    let Some(witness) = &connection.witness else {
        return false;
    };
    let said = pretend::get(&witness.url, "/sandbox/dialect", &witness.paths).await;
    said.ok()
        .and_then(|text| serde_json::from_str::<Spoken>(&text).ok())
        .is_some_and(|spoken| spoken.dialect == "forum")
}
