//! The first page of a chat: who is there and since when, why it is still open, on what evidence, and what happened in which order. No
//! message texts. Why comes before the timeline, because that is what somebody opens a chat for; what is below is named above the page.

use jiff::Timestamp;

use super::{Inspect, legs, parties, timeline};
use crate::app::App;
use crate::app::caught::caught;
use crate::app::clock_text::{exact, full};
use crate::app::extent::Class;
use crate::app::if_ended;
use crate::app::severity::{severity_glyph, severity_tone};
use crate::app::text_view::{Page, PageLine};
use crate::app::tone::{Tone, Words, folded};
use crate::app::trace::evidence_words;
use crate::domain::conversation::{Conversation, Side};
use crate::domain::diagnosis::words;
use crate::domain::evidence::Evidence;
use crate::domain::kind::{Bulk, Kind};
use crate::domain::moment::{short, since};
use crate::domain::roster::Row;
use crate::domain::shown::{deployment_words, division_words, queue_words};
use crate::domain::vendor_page;

/// The page: in one column parties, legs, why, facts, evidence and then the timeline; on a wide screen with the timeline beside it.
pub(super) fn page(app: &App, inspect: &Inspect, now: Timestamp) -> Page {
    let width = usize::from(app.extent.width);
    let is_wide = app.extent.class() == Class::Wide;
    let room = if is_wide {
        left_width(width).saturating_sub(2)
    } else {
        width
    };
    let mut left = beside(app, inspect, room, now);
    let mut right = story_lines(app, inspect, now);
    if !is_wide {
        left.push(Words::blank());
        left.append(&mut right);
    }
    let lines = |words: Vec<Words>| words.into_iter().map(PageLine::of).collect();
    Page {
        left: lines(left),
        right: lines(right),
        has_cursor: false,
    }
}

/// How wide the first of two columns is.
pub fn left_width(width: usize) -> usize {
    width * 53 / 100
}

/// Everything but the timeline.
fn beside(app: &App, inspect: &Inspect, width: usize, now: Timestamp) -> Vec<Words> {
    let Some(row) = app.roster.row(inspect.id) else {
        return vec![Words::new(Tone::Dim, " this chat is no longer on the list")];
    };
    let Some(reading) = &row.reading else {
        let mut lines = unread(&row, width, now);
        lines.extend(rests_on(app, &row, width, now));
        return lines;
    };
    let conversation = &reading.conversation;
    let zone = &app.settings.zone;
    let mut lines = parties(conversation, app.privacy, now, width);
    lines.push(Words::blank());
    lines.extend(legs(conversation, zone, now, width));
    lines.push(Words::blank());
    lines.extend(why(app, &row, width, now));
    lines.extend(rests_on(app, &row, width, now));
    lines.push(Words::blank());
    lines.extend(facts(app, &row, conversation, width, now));
    lines
}

/// The timeline with its heading.
fn story_lines(app: &App, inspect: &Inspect, now: Timestamp) -> Vec<Words> {
    let row = app.roster.row(inspect.id);
    let Some(reading) = row.and_then(|row| row.reading) else {
        return Vec::new();
    };
    let mut lines = vec![Words::new(Tone::Strong, " TIMELINE")];
    let zone = &app.settings.zone;
    lines.extend(timeline(&reading.conversation, app.privacy, zone, now));
    lines
}

fn unread(row: &Row, width: usize, now: Timestamp) -> Vec<Words> {
    let known = format!(
        "The list says only that it began {} ago. Who is there, who wrote last and why it is open are not known.",
        short(row.age(now))
    );
    let mut lines = vec![Words::new(Tone::Accent, " not read yet")];
    lines.extend(folded(Words::plain(" "), &known, Tone::Plain, width));
    if let Some(failed) = &row.failed_read {
        let words = format!("The read failed: {}", failed.failure.words());
        lines.extend(folded(Words::plain(" "), &words, Tone::Warn, width));
    }
    lines
}

fn why(app: &App, row: &Row, width: usize, now: Timestamp) -> Vec<Words> {
    let diagnosis = row.diagnosis(now);
    let kind = diagnosis.kind;
    let may = match kind.bulk() {
        Bulk::Yes => "may be ended, alone or with others",
        Bulk::OneByOne => "may be ended one at a time, chosen by itself",
        Bulk::Live => "healthy: ended only alone, with the live phrase",
        Bulk::Never => "is left alone",
    };
    let owes_code = kind == Kind::WrapUp && app.settings.wrap_up.is_none();
    let may = if owes_code {
        "needs a wrap-up code in the profile"
    } else {
        may
    };
    let severity = row.severity_of(kind, now);
    let may = if row.forbidden(now).is_some() {
        "is left alone: see below"
    } else {
        may
    };
    let label = Words::new(Tone::Strong, " WHY       ").and(
        severity_tone(severity),
        format!("{} {}  ", severity_glyph(severity), kind.word()),
    );
    let mut lines = folded(label, &diagnosis.why, Tone::Plain, width);
    let below = |label: &str, said: &str, tone| {
        let label = Words::new(tone, format!(" {label:<9} "));
        folded(label, said, tone, width)
    };
    lines.extend(below("REMEDY", kind.remedy(), Tone::Plain));
    lines.extend(below("PLAN", may, Tone::Plain));
    // Where there is little room, the plan says it.
    let is_wide = app.extent.class() == Class::Wide;
    if let Some(steps) = if_ended::steps(app, row, now).filter(|_| is_wide) {
        lines.extend(below("IF ENDED", &steps, Tone::Plain));
    }
    lines.extend(caught(row, app.privacy, width, now));
    if let Some(failed) = &row.failed_read {
        lines.extend(below("LAST READ", &failed.failure.words(), Tone::Warn));
    }
    lines
}

/// What the diagnosis rests on, a line each, folded to the room.
fn rests_on(app: &App, row: &Row, width: usize, now: Timestamp) -> Vec<Words> {
    let naming = |name: &str| app.privacy.name(name);
    let lines = words::lines(row, &naming, now).into_iter();
    let folded = lines.flat_map(|line| {
        let label = Words::plain(format!(" {:<9} ", line.label.to_uppercase()));
        folded(label, &line.words, Tone::Plain, width)
    });
    folded.collect()
}

fn facts(
    app: &App,
    row: &Row,
    conversation: &Conversation,
    width: usize,
    now: Timestamp,
) -> Vec<Words> {
    let zone = &app.settings.zone;
    let count = |side| {
        conversation
            .messages
            .iter()
            .filter(|message| message.from == side)
            .count()
    };
    let evidence = Evidence::of(conversation);
    let print: String = evidence.fingerprint().chars().take(12).collect();
    let label = |label: &str| Words::plain(format!(" {label:<9} "));
    let fact = |name: &str, said: String| label(name).and(Tone::Plain, said);
    let page = vendor_page::address(&app.settings.scope, row.listed.id);
    let page = page.unwrap_or_else(|| vendor_page::NONE.to_owned());
    let mut lines = vec![
        Words::new(Tone::Strong, " FACTS"),
        fact("id", conversation.id.to_string()),
        fact(
            "started",
            format!(
                "{} ({} ago)",
                full(conversation.started, zone),
                short(row.age(now))
            ),
        ),
        fact(
            "messages",
            format!(
                "{} customer, {} agent",
                count(Side::Customer),
                count(Side::Agent)
            ),
        ),
        fact(
            "queue",
            queue_words(row).unwrap_or_else(|| "none".to_owned()),
        ),
    ];
    lines.extend(places(row, conversation).map(|(name, said)| fact(name, said)));
    lines.extend(hard_folded(&label("page"), &page, width));
    lines.extend(folded(
        Words::new(Tone::Strong, " EVIDENCE  "),
        &evidence_words(&evidence, zone, now),
        Tone::Plain,
        width,
    ));
    lines.push(Words::new(
        Tone::Dim,
        format!("           fingerprint {print}"),
    ));
    lines
}

/// Where it is at home, and what is noted down about it; only what is known.
fn places(row: &Row, conversation: &Conversation) -> impl Iterator<Item = (&'static str, String)> {
    let divisions = division_words(row);
    let recorded = row.listed.recorded.as_deref();
    // Probably a deployment's id, which goes by its name then; else as it is written.
    let to = deployment_words(row).or_else(|| {
        let mut legs = conversation.legs();
        let read = legs.find_map(|(party, leg)| {
            let to = leg.address_to.as_ref();
            to.filter(|_| party.purpose.is_customer())
        });
        read.or_else(|| recorded?.address_to.as_ref())
            .map(ToString::to_string)
    });
    let noted: usize = conversation
        .participants
        .iter()
        .map(|party| party.attributes.len())
        .sum();
    let told = [
        (
            "division",
            (!divisions.is_empty()).then(|| divisions.join(", ")),
        ),
        ("wrote to", to),
        (
            "noted",
            (noted > 0).then(|| format!("{noted} attributes, on page 5")),
        ),
    ];
    told.into_iter()
        .filter_map(|(name, said)| Some((name, said?)))
}

/// An address in as many lines as it takes, cut where the room ends, so that it can be picked up whole.
fn hard_folded(label: &Words, text: &str, width: usize) -> Vec<Words> {
    let beside = crate::domain::text::cells(&label.text());
    let letters: Vec<char> = text.chars().collect();
    letters
        .chunks(width.saturating_sub(beside + 1).max(16))
        .enumerate()
        .map(|(at, part)| {
            let before = if at == 0 {
                label.text()
            } else {
                " ".repeat(beside)
            };
            Words::plain(before).and(Tone::Plain, part.iter().collect::<String>())
        })
        .collect()
}

/// How fresh the page is, for its status row.
pub fn freshness(row: &Row, now: Timestamp) -> String {
    let Some(reading) = &row.reading else {
        return row.source().words(now);
    };
    let correlation = reading
        .receipt
        .correlation
        .as_ref()
        .map(|id| format!(", correlation {id}"))
        .unwrap_or_default();
    format!(
        "Read {} ago: 1 request, {} ms{correlation}",
        exact(since(reading.read_at, now)),
        reading.receipt.took_ms
    )
}
