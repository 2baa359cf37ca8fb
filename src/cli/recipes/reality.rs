//! What is really so of a conversation of a sandbox: from its log of the changes that were applied and from how it stands. Nothing that our
//! own client read or was answered comes in here.

use serde::Deserialize;
use uuid::Uuid;

use crate::cli::connect::Connection;
use crate::cli::exit::Exit;
use crate::cli::pretend;
use crate::cli::trouble::Trouble;
use crate::domain::ids::ConversationId;
use crate::domain::recipe::{Really, WrapUp};
use crate::sandbox::{Actor, Change, Truth};

/// A staged conversation, as far as somebody has to find it.
#[derive(Deserialize)]
struct Staged {
    conversation: ConversationId,
    label: Option<String>,
}

/// How a conversation stands.
#[derive(Deserialize)]
struct Standing {
    conversation: Uuid,
    up: Vec<String>,
    owes_wrap_up: bool,
}

/// The conversation that the scenario calls so.
pub(super) async fn labelled(
    connection: &Connection,
    label: &str,
) -> Result<ConversationId, Trouble> {
    let staged: Vec<Staged> = lines(connection, "staged").await?;
    let found = staged
        .into_iter()
        .find(|one| one.label.as_deref() == Some(label));
    let found = found.ok_or_else(|| {
        Trouble::usage(format!("the scenario stages no chat labelled `{label}`"))
            .hint("begin with the built-in one: unstick sandbox scenarios forum")
    })?;
    Ok(found.conversation)
}

/// What is really so of this one now.
pub(super) async fn of(connection: &Connection, id: ConversationId) -> Result<Really, Trouble> {
    // The log after the picture: what changes in between is in the log alone, and says so.
    let standing: Vec<Standing> = lines(connection, "standing").await?;
    let truth: Vec<Truth> = lines(connection, "truth").await?;
    let id = Uuid::from_u128(id.as_u128());
    let stands = standing.into_iter().find(|one| one.conversation == id);
    let stands = stands.ok_or_else(|| {
        Trouble::said(
            Exit::Internal,
            "the sandbox does not know its own conversation",
        )
    })?;
    let us = Actor::Client(connection.scope.client_id.clone());
    Ok(fold(stands, &truth, id, &us))
}

fn fold(stands: Standing, truth: &[Truth], id: Uuid, us: &Actor) -> Really {
    let own = || truth.iter().filter(|line| line.conversation == id);
    let happened = |what: Change| own().any(|line| line.what == what);
    let last = own().rfind(|line| {
        matches!(
            line.what,
            Change::ConversationEnded | Change::ConversationReopened
        )
    });
    let is_told = own().any(|line| {
        let frame = line.frame.as_ref();
        frame.is_some_and(|frame| frame.kind == "presence-disconnect")
    });
    let mut left = stands.up;
    // Customers first; the others as they came.
    left.sort_by_key(|purpose| purpose != "customer");
    Really {
        ended: last.is_some_and(|line| line.what == Change::ConversationEnded) && left.is_empty(),
        by_us: own().any(|line| line.what == Change::LegEnded && line.who == *us),
        guest_told: happened(Change::LegEnded).then_some(is_told),
        wrap_up: if stands.owes_wrap_up {
            WrapUp::Owed
        } else if happened(Change::WrapUpDone) {
            WrapUp::Recorded
        } else {
            WrapUp::None
        },
        others_changed: truth.iter().any(|line| {
            line.conversation != id && line.who == *us && line.what != Change::FrameWritten
        }),
        left,
    }
}

async fn lines<T: for<'a> Deserialize<'a>>(
    connection: &Connection,
    what: &str,
) -> Result<Vec<T>, Trouble> {
    let witness = connection.witness.as_ref().ok_or_else(|| {
        Trouble::said(
            Exit::Internal,
            "a comparison asks nobody but its own sandbox",
        )
    })?;
    let path = format!("/sandbox/{what}");
    let text = pretend::get(&witness.url, &path, &witness.paths).await?;
    let read: Result<Vec<T>, _> = text.lines().map(serde_json::from_str).collect();
    read.map_err(|error| {
        let what = format!("what the sandbox says of itself under {path} cannot be read");
        Trouble::new(Exit::Internal, anyhow::Error::new(error).context(what))
    })
}
