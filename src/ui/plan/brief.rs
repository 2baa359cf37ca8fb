//! The plan's summary where there is room for two lines.

use jiff::Timestamp;
use ratatui::style::{Modifier, Style};

use super::counts;
use crate::app::App;
use crate::app::planning::Planning;
use crate::app::tone::Tone;
use crate::ui::pen::Pen;

/// Draws it.
pub(super) fn summary(pen: &mut Pen<'_>, app: &App, planning: &Planning, now: Timestamp) {
    if let Some(input) = &planning.typing {
        let x = pen.line(1, 1, &format!("Note  {}", input.value()), Tone::Strong);
        pen.put_styled(x, 1, 1, " ", Style::new().add_modifier(Modifier::REVERSED));
        return;
    }
    let Some(plan) = &planning.plan else { return };
    pen.line(
        1,
        1,
        &format!(
            "Will end {}, skip {}   {}   NOTHING SENT",
            plan.items.len(),
            plan.skipped.len(),
            counts(app, plan)
        ),
        Tone::Strong,
    );
    let note = match planning.note.as_str() {
        "" => "no note",
        note => note,
    };
    if let Some(warned) = app.warned(plan, now) {
        pen.line(1, 2, &format!("{warned}   {note}"), Tone::Warn);
        return;
    }
    pen.line(
        1,
        2,
        &format!(
            "up to {} requests   {}   {note}",
            plan.request_bound(),
            plan.manner()
        ),
        Tone::Dim,
    );
}
