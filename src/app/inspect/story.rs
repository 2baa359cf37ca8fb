//! The parties of a chat as a table, as bars over time, and as a timeline.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::app::clock_text::{clock, exact, minute};
use crate::app::privacy::Privacy;
use crate::app::tone::{Tone, Words, glyph};
use crate::domain::conversation::{Conversation, Leg, LegState, Participant, Purpose, Side};
use crate::domain::evidence::who;
use crate::domain::moment::{short, since};
use crate::domain::text::fit;

/// How wide the labels before the bars are.
pub const LEG_LABEL: usize = 11;

/// A party's name; of a person only the initials where names are masked.
fn name(party: &Participant, privacy: Privacy) -> String {
    let own = party.name.as_ref().map(|name| {
        if party.purpose.is_human() {
            privacy.name(name.as_str())
        } else {
            name.to_string()
        }
    });
    let queue = party.queue.as_ref().map(ToString::to_string);
    if party.purpose == Purpose::Queue {
        queue.or(own)
    } else {
        own.or(queue)
    }
    .unwrap_or_default()
}

/// The leg that says how a party stands: an open one, else the newest.
fn telling_leg(party: &Participant) -> Option<&Leg> {
    party
        .legs
        .iter()
        .rev()
        .find(|leg| leg.is_open())
        .or_else(|| party.legs.last())
}

fn state(leg: &Leg, purpose: &Purpose) -> (Tone, String) {
    match &leg.state {
        LegState::Connected => (Tone::Accent, "+ connected".to_owned()),
        LegState::Alerting => (Tone::Warn, "! alerting".to_owned()),
        LegState::Contacting => (Tone::Warn, "! contacting".to_owned()),
        LegState::Parked => (Tone::Warn, "~ parked".to_owned()),
        LegState::Disconnected | LegState::Terminated if purpose.is_human() => {
            (Tone::Dim, "- left".to_owned())
        }
        LegState::Disconnected | LegState::Terminated => (Tone::Dim, "- ended".to_owned()),
        LegState::Other(word) => (Tone::Warn, format!("? {word}")),
    }
}

/// A table of the parties, in the platform's order.
pub fn parties(
    conversation: &Conversation,
    privacy: Privacy,
    now: Timestamp,
    width: usize,
) -> Vec<Words> {
    // Narrow pages do without blanks first, then without the note.
    let (called, standing) = if width < 60 { (13, 13) } else { (15, 16) };
    let mut lines = vec![Words::new(
        Tone::Dim,
        format!(
            "   {:<10}{:<called$}{:<standing$}{:>6} {}",
            "ROLE", "NAME", "STATE", "FOR", "NOTE"
        ),
    )];
    for party in &conversation.participants {
        let Some(leg) = telling_leg(party) else {
            lines.push(
                Words::plain(format!("   {}", who_and_name(party, privacy, called)))
                    .and(Tone::Dim, ". never there"),
            );
            continue;
        };
        let (tone, words) = state(leg, &party.purpose);
        let from = if leg.is_open() { leg.since } else { leg.ended };
        let span = from.map_or_else(String::new, |from| short(since(from, now)));
        let cursor = if leg.is_open() { glyph::CURSOR } else { " " };
        lines.push(
            Words::plain(format!(
                " {cursor} {}",
                who_and_name(party, privacy, called)
            ))
            .and(tone, format!("{} ", fit(&words, standing - 1)))
            .and(Tone::Plain, format!("{span:>6} "))
            .and(Tone::Dim, note(leg)),
        );
    }
    lines
}

/// The first two columns. Both can be words of the service's own, of any length.
fn who_and_name(party: &Participant, privacy: Privacy, called: usize) -> String {
    let role = fit(who(&party.purpose), 9);
    format!("{role} {} ", fit(&name(party, privacy), called - 1))
}

/// How it ended. What is owed and what is parked is said where it is said what the chat rests on.
fn note(leg: &Leg) -> String {
    let mut notes: Vec<String> = Vec::new();
    if let Some(word) = &leg.disconnect {
        notes.push(format!("disconnected: {word}"));
    }
    if leg.is_broken {
        notes.push("in error".to_owned());
    }
    notes.join(", ")
}

/// One bar per party, from when it was first there to when it left, over the life of the chat.
pub fn legs(
    conversation: &Conversation,
    zone: &TimeZone,
    now: Timestamp,
    width: usize,
) -> Vec<Words> {
    let room = width.saturating_sub(LEG_LABEL + 2).clamp(8, 200);
    let begin = conversation.started;
    let life = since(begin, now).as_millis().max(1);
    let place = |at: Timestamp| {
        let share = since(begin, at).as_millis().clamp(0, life);
        usize::try_from(share * i128::try_from(room - 1).unwrap_or(0) / life).unwrap_or(0)
    };
    let opening = minute(begin, zone);
    let gap = room.saturating_sub(opening.len() + 3);
    let mut lines = vec![
        Words::new(Tone::Strong, format!(" {:<LEG_LABEL$}", "LEGS"))
            .and(Tone::Dim, format!("{opening}{:gap$}now", "")),
    ];
    for party in &conversation.participants {
        let mut bar = vec![' '; room];
        let mut is_open = false;
        for leg in &party.legs {
            let Some(from) = leg.since.or(leg.alerting_since) else {
                continue;
            };
            let (from, to) = (place(from), place(leg.ended.unwrap_or(now)));
            for cell in bar.iter_mut().take(to).skip(from) {
                *cell = '━';
            }
            let end = if leg.is_open() { '▸' } else { '┤' };
            if let Some(cell) = bar.get_mut(to) {
                *cell = end;
            }
            is_open |= leg.is_open();
        }
        let bar: String = bar.into_iter().collect();
        lines.push(
            Words::plain(format!(" {} ", fit(who(&party.purpose), LEG_LABEL - 1))).and(
                if is_open { Tone::Accent } else { Tone::Dim },
                bar.trim_end(),
            ),
        );
    }
    lines
}

/// Something that happened in a chat.
#[derive(Debug)]
pub struct Happening<'a> {
    /// When.
    pub at: Timestamp,
    /// To whom.
    pub role: &'a str,
    /// What.
    pub words: String,
    tone: Tone,
}

/// What happened, in its order.
pub fn happenings(conversation: &Conversation, privacy: Privacy) -> Vec<Happening<'_>> {
    let mut all: Vec<Happening<'_>> = Vec::new();
    for party in &conversation.participants {
        let (role, called) = (who(&party.purpose), name(party, privacy));
        let mut add = |at, words| {
            all.push(Happening {
                at,
                role,
                words,
                tone: Tone::Plain,
            });
        };
        for leg in &party.legs {
            if let Some(at) = leg.alerting_since.filter(|at| Some(*at) != leg.since) {
                add(at, format!("alerting {called}"));
            }
            if let Some(at) = leg.since {
                add(at, format!("connected {called}"));
            }
            if let Some(at) = leg.ended {
                let how = leg
                    .disconnect
                    .as_ref()
                    .map_or_else(String::new, |word| format!(" ({word})"));
                add(at, format!("disconnected{how}"));
            }
        }
    }
    for message in &conversation.messages {
        let role = match message.from {
            Side::Customer => "customer",
            Side::Agent => "agent",
        };
        all.push(Happening {
            at: message.at,
            role,
            words: "wrote".to_owned(),
            tone: Tone::Accent,
        });
    }
    all.sort_by_key(|one| one.at);
    all
}

/// How a party stands, in a sentence: `agent Ana Lima: connected for 6h12m`.
pub fn standing(party: &Participant, privacy: Privacy, now: Timestamp) -> String {
    let called = name(party, privacy);
    let gap = if called.is_empty() { "" } else { " " };
    let party_words = format!("{}{gap}{called}", who(&party.purpose));
    let Some(leg) = telling_leg(party) else {
        return format!("{party_words}: never there");
    };
    let (_, words) = state(leg, &party.purpose);
    let words = words.trim_start_matches(['+', '!', '~', '-', '?', ' ']);
    let (from, gap) = if leg.is_open() {
        (leg.since.or(leg.alerting_since), " for ")
    } else {
        (leg.ended, " ")
    };
    let span = from.map(|from| format!("{gap}{}", short(since(from, now))));
    let ago = if leg.is_open() || span.is_none() {
        ""
    } else {
        " ago"
    };
    let note = note(leg);
    let comma = if note.is_empty() { "" } else { ", " };
    format!(
        "{party_words}: {words}{}{ago}{comma}{note}",
        span.unwrap_or_default()
    )
}

/// What happened, in its order, and the silence since.
pub fn timeline(
    conversation: &Conversation,
    privacy: Privacy,
    zone: &TimeZone,
    now: Timestamp,
) -> Vec<Words> {
    let mut lines: Vec<Words> = happenings(conversation, privacy)
        .into_iter()
        .map(|one| {
            Words::new(Tone::Dim, format!("  {:>8} ", clock(one.at, zone, now)))
                .and(Tone::Plain, format!("{} ", fit(one.role, 9)))
                .and(one.tone, one.words.trim_end())
        })
        .collect();
    let quiet = since(conversation.quiet_since(), now);
    lines.push(
        Words::new(Tone::Warn, format!(" {}         ", glyph::STUCK)).and(
            Tone::Plain,
            format!("silence   {} and counting", exact(quiet)),
        ),
    );
    lines
}
