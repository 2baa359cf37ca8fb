//! What stands below those who need somebody: counts by kind, how the requests were answered, where the run is kept, and the other chats.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use jiff::Timestamp;

use super::order;
use crate::app::board::settled_words;
use crate::app::clock_text::tenths;
use crate::app::run_log::RunLog;
use crate::app::tone::{Tone, Words, folded, glyph};
use crate::domain::fact::{ItemEvent, RunEvent};
use crate::domain::failure::Receipt;
use crate::domain::ids::ConversationId;
use crate::domain::item::Item;
use crate::domain::moment::{short, since};
use crate::domain::run::RunState;
use crate::domain::text;

/// From this width on a chat's queue, agent, age and last correlation id have columns.
pub(super) const WIDE: usize = 120;

/// Counts and facts of the whole run.
pub(super) fn facts(log: &RunLog, width: usize) -> Vec<Words> {
    let tally = log.run.tally();
    let answers = Answers::of(log);
    let requests = format!(
        "{} sent for {} chat{}{}",
        tally.requests,
        tally.planned,
        if tally.planned == 1 { "" } else { "s" },
        answers.words()
    );
    let number = log.run.header.id;
    let saved = format!(
        "run {number} in the journal, without texts, and without names but what note and filter say: unstick runs export {}",
        number.0
    );
    let recipe = log.run.header.plan.recipe.recipe();
    let recipe = recipe.map(|recipe| {
        let words = format!("{}: {}", recipe.name, recipe.verdict);
        (" RECIPE      ", words, Tone::Warn)
    });
    let mut facts: Vec<_> = recipe.into_iter().collect();
    facts.extend([
        (" BY KIND     ", kinds(log), Tone::Plain),
        (" REQUESTS    ", requests, answers.tone()),
        (" SAVED       ", saved, Tone::Plain),
        (" GUESTS      ", log.guest_words(), Tone::Plain),
    ]);
    let watched = log.watched();
    if watched > 0 {
        let words = format!(
            "{watched} let go of while a request may yet take effect; looked at for 10 minutes, while this console is open"
        );
        facts.push((" WATCHED     ", words, Tone::Warn));
    }
    facts
        .into_iter()
        .flat_map(|(label, text, tone)| folded(Words::plain(label), &text, tone, width))
        .collect()
}

/// What cut the run short, if something did.
pub(super) fn cut_short(log: &RunLog) -> Option<(Tone, String)> {
    match log.run.cut_short.as_ref()? {
        RunState::Stopping(by) => Some((Tone::Warn, format!("stopped by {by}"))),
        RunState::Halted(_, why) => Some((Tone::Bad, why.clone())),
        _ => None,
    }
}

/// `orphan 4, wrap-up 1`: in the plan's order.
pub(super) fn kinds(log: &RunLog) -> String {
    let mut kinds: Vec<(&str, usize)> = Vec::new();
    for item in &log.run.items {
        let word = item.plan.kind.word();
        match kinds.iter_mut().find(|(known, _)| *known == word) {
            Some((_, count)) => *count += 1,
            None => kinds.push((word, 1)),
        }
    }
    let kinds = kinds.into_iter();
    let kinds: Vec<String> = kinds
        .map(|(word, count)| format!("{word} {count}"))
        .collect();
    kinds.join(", ")
}

/// The answer that something which happened came with, if it was a request.
fn answer(event: &RunEvent) -> Option<&Receipt> {
    let RunEvent::Item { what, .. } = event else {
        return None;
    };
    match what {
        ItemEvent::Observed { receipt, .. } | ItemEvent::LateEffect { receipt, .. } => {
            Some(receipt)
        }
        ItemEvent::ReadFailed { failure } => Some(&failure.receipt),
        ItemEvent::Answered {
            receipt, failure, ..
        }
        | ItemEvent::EndSought {
            receipt, failure, ..
        } => receipt
            .as_ref()
            .or(failure.as_ref().map(|failure| &failure.receipt)),
        ItemEvent::Intended { .. } | ItemEvent::Sighted(_) | ItemEvent::Settled(_) => None,
    }
}

fn answers(log: &RunLog, id: ConversationId) -> impl Iterator<Item = &Receipt> {
    log.facts(id).iter().filter_map(|fact| answer(&fact.event))
}

/// The correlation id of the last request for a chat that has one.
pub(super) fn correlation(log: &RunLog, id: ConversationId) -> Option<&str> {
    let ids = answers(log, id).filter_map(|receipt| receipt.correlation.as_ref());
    ids.last().map(text::Text::as_str)
}

/// How many requests were answered how.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Answers {
    well: usize,
    unanswered: usize,
    /// By their status.
    others: BTreeMap<u16, usize>,
}

impl Answers {
    pub(super) fn of(log: &RunLog) -> Self {
        let items = log.run.items.iter();
        let mut all = Self::default();
        for receipt in items.flat_map(|item| answers(log, item.plan.id)) {
            match receipt.status {
                None => all.unanswered += 1,
                Some(200..300) => all.well += 1,
                Some(status) => *all.others.entry(status).or_default() += 1,
            }
        }
        all
    }

    /// `: 24 ok, 1 slowed down 429, 1 refused 403, 1 unanswered`; nothing where nothing was answered.
    pub(super) fn words(&self) -> String {
        let mut words = Vec::new();
        if self.well > 0 {
            words.push(format!("{} ok", self.well));
        }
        words.extend(self.others.iter().map(|(status, count)| {
            let what = match status {
                429 => "slowed down",
                400..500 => "refused",
                _ => "failed",
            };
            format!("{count} {what} {status}")
        }));
        if self.unanswered > 0 {
            words.push(format!("{} unanswered", self.unanswered));
        }
        if words.is_empty() {
            return String::new();
        }
        format!(": {}", words.join(", "))
    }

    fn tone(&self) -> Tone {
        if self.others.is_empty() && self.unanswered == 0 {
            Tone::Plain
        } else {
            Tone::Warn
        }
    }
}

/// The chats that need nobody, below the heads of their columns.
pub(super) fn others(log: &RunLog, from: usize, chosen: usize, width: usize) -> Vec<Words> {
    let is_wide = width >= WIDE;
    let head = if is_wide {
        format!(
            "  {:<9}{:<12}{:<10}{:<14}{:<11}{:>6}{:>7} {:<18}CORRELATION OF ITS LAST REQUEST",
            "ID", "CUSTOMER", "WHY", "QUEUE", "AGENT", "AGE", "TOOK", "RESULT"
        )
    } else {
        format!(
            "  {:<9}{:<12}{:<10}{:>6} {}",
            "ID", "CUSTOMER", "WHY", "TOOK", "RESULT"
        )
    };
    let mut lines = vec![Words::new(Tone::Strong, head)];
    for (index, item) in order(log).into_iter().enumerate().skip(from) {
        lines.push(line(log, item, index == chosen, is_wide));
    }
    lines
}

fn line(log: &RunLog, item: &Item, is_chosen: bool, is_wide: bool) -> Words {
    let (tone, result) = item
        .settled
        .as_ref()
        .map_or((Tone::Warn, "no final state".to_owned()), |(settled, _)| {
            settled_words(settled)
        });
    let id = item.plan.id;
    let took = item.span.map_or_else(String::new, |(first, last)| {
        format!("{}s", tenths(since(first, last).as_millis()))
    });
    let mut text = format!(
        "{} {} {} {:<10}",
        if is_chosen { glyph::CURSOR } else { " " },
        id.short(),
        text::fit(log.customer(id), 11),
        item.plan.kind.word()
    );
    if !is_wide {
        let _ = write!(text, "{took:>6} ");
        return Words::plain(text).and(tone, result).chosen(is_chosen);
    }
    let age = log.started(id).map_or_else(String::new, |started| {
        short(since(started, planned_at(log)))
    });
    let _ = write!(
        text,
        "{} {} {age:>6}{took:>7} ",
        text::fit(log.queue(id), 13),
        text::fit(log.agent(id), 10),
    );
    Words::plain(text)
        .and(tone, text::fit(&result, 18))
        .and(Tone::Dim, correlation(log, id).unwrap_or("none").to_owned())
        .chosen(is_chosen)
}

/// What ages are counted to: a report does not grow old.
fn planned_at(log: &RunLog) -> Timestamp {
    log.run.header.plan.made_at
}
