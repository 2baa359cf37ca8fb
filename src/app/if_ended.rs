//! What would be sent to end a chat, in words, from what the newest read showed: for whoever looks at it before a plan is made.

use jiff::Timestamp;

use super::App;
use crate::domain::evidence::Evidence;
use crate::domain::kind::{Bulk, Kind};
use crate::domain::plan::PlanItem;
use crate::domain::roster::Row;
use crate::domain::step::Rung;

/// The steps of the ordinary rung, for a chat of a kind that is ended with others: what is ended one at a time has its own way.
pub fn steps(app: &App, row: &Row, now: Timestamp) -> Option<String> {
    let reading = row.reading.as_ref()?;
    let kind = row.kind(now);
    let owes_code = kind == Kind::WrapUp && app.settings.wrap_up.is_none();
    if kind.bulk() != Bulk::Yes || row.forbidden(now).is_some() || owes_code {
        return None;
    }
    let item = PlanItem {
        id: row.listed.id,
        kind,
        read_at: reading.read_at,
        evidence: Evidence::of(&reading.conversation),
        deployment: None,
    };
    let first = item.first_action(Rung::Close);
    let close = if kind == Kind::WrapUp || item.leg_targets().is_empty() {
        ""
    } else {
        "close if still open, "
    };
    Some(format!("check, {first}, {close}verify"))
}
