//! What analytics recorded, beside what live says; and the flow.

use jiff::Timestamp;

use super::Inspect;
use crate::app::App;
use crate::app::clock_text::{clock, exact};
use crate::app::text_view::PageLine;
use crate::app::tone::{Tone, Words, glyph};
use crate::domain::comparison::{self, Comparison, Span};
use crate::domain::evidence::who;
use crate::domain::moment::since;
use crate::domain::recorded::{Recorded, RecordedFlow};
use crate::domain::text::{Text, fit};

/// The page.
pub(super) fn lines(app: &App, inspect: &Inspect, now: Timestamp) -> Vec<PageLine> {
    let row = app.roster.row(inspect.id);
    let Some(recorded) = row.as_ref().and_then(|row| row.listed.recorded.as_deref()) else {
        let words = " Analytics was not asked about this chat: it is not on the list.";
        return vec![PageLine::of(Words::new(Tone::Dim, words))];
    };
    let Some(comparison) = row.as_ref().and_then(|row| comparison::of(row, now)) else {
        return flows(recorded, now);
    };
    let sides = Sides::of(app);
    let mut lines = vec![heads(&comparison, now), PageLine::of(sides.titles())];
    for pair in std::iter::once(&comparison.whole).chain(&comparison.legs) {
        let words = |span: Option<&Span>| span_words(app, span, now);
        let (live, recorded) = (words(pair.live.as_ref()), words(pair.recorded.as_ref()));
        let whose = pair.purpose.as_ref().map_or("chat", who);
        let both = sides.line(whose, &live, &recorded, pair.mismatch.is_some());
        lines.push(PageLine::of(both));
        lines.extend(pair.mismatch.map(|mismatch| {
            let words = format!("             differs: {}", mismatch.words());
            PageLine::of(Words::new(Tone::Warn, words))
        }));
    }
    lines.push(PageLine::default());
    lines.extend(flows(recorded, now));
    lines
}

/// How old both sides are.
fn heads(comparison: &Comparison, now: Timestamp) -> PageLine {
    let ago = |at: Option<Timestamp>| {
        at.map_or_else(
            || "not there".to_owned(),
            |at| format!("{} ago", exact(since(at, now))),
        )
    };
    let (live, recorded) = (ago(comparison.read_at), ago(comparison.asked_at));
    let words = format!("   live {live}, analytics {recorded}");
    PageLine::of(Words::new(Tone::Strong, " LIVE AND ANALYTICS").and(Tone::Dim, words))
}

/// `open since 08:11:58`, `over 08:24:08 (client)`.
fn span_words(app: &App, span: Option<&Span>, now: Timestamp) -> String {
    let Some(span) = span else {
        return "not there".to_owned();
    };
    let at = |at: Option<Timestamp>| {
        at.map_or_else(|| "?".to_owned(), |at| clock(at, &app.settings.zone, now))
    };
    if span.is_open {
        return format!("open since {}", at(span.since));
    }
    let how = span.disconnect.as_ref().map(|how| format!(" ({how})"));
    format!("over {}{}", at(span.ended), how.unwrap_or_default())
}

/// The two columns.
struct Sides {
    room: usize,
}

impl Sides {
    fn of(app: &App) -> Self {
        let width = usize::from(app.extent.width);
        Self {
            room: (width.saturating_sub(15) / 2).clamp(10, 48),
        }
    }

    fn titles(&self) -> Words {
        let text = format!("   {:<10}{} ANALYTICS", "PARTY", fit("LIVE", self.room));
        Words::new(Tone::Dim, text)
    }

    fn line(&self, who: &str, live: &str, recorded: &str, is_odd: bool) -> Words {
        let sign = if is_odd { glyph::STALE } else { " " };
        Words::new(Tone::Warn, format!(" {sign} ")).and(
            Tone::Plain,
            format!(
                "{} {} {}",
                fit(who, 9),
                fit(live, self.room),
                fit(recorded, self.room)
            ),
        )
    }
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

/// What the page's status row says.
pub(super) fn said() -> (Tone, String) {
    let words = "Analytics is late by itself: what differs may only not have got there yet.";
    (Tone::Dim, words.to_owned())
}
