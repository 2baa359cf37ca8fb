//! What analytics recorded, beside what live says; and the flow.

use jiff::Timestamp;

use super::Inspect;
use crate::app::App;
use crate::app::clock_text::exact;
use crate::app::text_view::PageLine;
use crate::app::tone::{Tone, Words};
use crate::domain::evidence::who;
use crate::domain::moment::since;
use crate::domain::recorded::{Recorded, RecordedFlow};
use crate::domain::text::{Text, fit};

/// The page.
pub(super) fn lines(app: &App, inspect: &Inspect, now: Timestamp) -> Vec<PageLine> {
    let row = app.roster.row(inspect.id);
    let Some(recorded) = row.and_then(|row| row.listed.recorded.as_deref()) else {
        let words = " Analytics was not asked about this chat: it is not on the list.";
        return vec![PageLine::of(Words::new(Tone::Dim, words))];
    };
    flows(recorded, now)
}

/// Which flow held whom, newest last.
fn flows(recorded: &Recorded, now: Timestamp) -> Vec<PageLine> {
    let mut lines = vec![PageLine::of(Words::new(Tone::Strong, " FLOW"))];
    for leg in &recorded.legs {
        let Some(flow) = &leg.flow else { continue };
        let held = match (leg.since, leg.ended) {
            (Some(from), None) => format!("holds it for {}", exact(since(from, now))),
            (Some(from), Some(to)) => format!("held it for {}", exact(since(from, to))),
            _ => String::new(),
        };
        let words = Words::plain(format!(" {} ", fit(who(&leg.purpose), 9)))
            .and(Tone::Accent, named(flow))
            .and(Tone::Plain, format!("  {held}"));
        lines.push(PageLine {
            words,
            hang: 11,
            value: flow.id.as_ref().map(ToString::to_string),
            place: None,
        });
    }
    if lines.len() == 1 {
        let words = "           none, as far as analytics knows";
        lines.push(PageLine::of(Words::new(Tone::Dim, words)));
    }
    lines
}

/// `Inbound EU, version 12.0, INBOUNDSHORTMESSAGE`.
fn named(flow: &RecordedFlow) -> String {
    let name = flow.name.as_ref().or(flow.id.as_ref());
    let name = name.map_or("unnamed", Text::as_str);
    let version = flow
        .version
        .as_ref()
        .map(|version| format!(", version {version}"));
    let kind = flow.kind.as_ref().map(|kind| format!(", {kind}"));
    format!(
        "{name}{}{}",
        version.unwrap_or_default(),
        kind.unwrap_or_default()
    )
}
