//! Every read and every request of one chat of a run: when, what, how it was answered, and what was compared with what.

use jiff::tz::TimeZone;

use super::action::Action;
use super::board::settled_words;
use super::clock_text::precise;
use super::page::scroll;
use super::run_log::{RunLog, Whose};
use super::tone::{Tone, Words, wrap};
use super::{App, Effect, Screen};
use crate::domain::evidence::{Evidence, who};
use crate::domain::fact::{Class, ItemEvent, RunEvent, RunFact};
use crate::domain::failure::Receipt;
use crate::domain::ids::ConversationId;
use crate::domain::item::Item;
use crate::domain::step::Action as Request;

/// The screen's own state.
#[derive(Debug)]
pub struct Trace {
    /// Of which run.
    pub whose: Whose,
    /// Which chat.
    pub id: ConversationId,
    /// The first line on screen.
    pub top: usize,
}

impl Trace {
    pub(crate) fn new(whose: Whose, id: ConversationId) -> Self {
        Self { whose, id, top: 0 }
    }
}

/// The lines of the page.
pub fn lines(log: &RunLog, id: ConversationId, zone: &TimeZone) -> Vec<Words> {
    let Some(item) = log.run.item(id) else {
        return vec![Words::plain("this chat is not in the run")];
    };
    let lines = vec![
        Words::new(Tone::Strong, " PLANNED ON ")
            .and(Tone::Plain, evidence_words(&item.plan.evidence, zone)),
        Words::blank(),
    ];
    let mut writer = Writer {
        lines,
        item,
        zone,
        intended: None,
    };
    for fact in log.facts(id) {
        if let RunEvent::Item { what, .. } = &fact.event {
            writer.event(fact, what);
        }
    }
    let mut lines = writer.lines;
    if log.facts(id).is_empty() {
        lines.push(Words::new(Tone::Dim, "   nothing has happened to it yet"));
    }
    lines
}

/// The requests alone, one line each, for the foot of a wide board.
pub fn request_lines(log: &RunLog, id: ConversationId, zone: &TimeZone) -> Vec<Words> {
    lines(log, id, zone)
        .into_iter()
        .filter(|line| {
            line.pieces
                .first()
                .is_some_and(|piece| piece.tone == Tone::Dim && piece.text.contains(':'))
        })
        .collect()
}

/// Writes a chat's facts down, one after the other.
struct Writer<'a> {
    lines: Vec<Words>,
    item: &'a Item,
    zone: &'a TimeZone,
    intended: Option<&'a Request>,
}

impl<'a> Writer<'a> {
    fn event(&mut self, fact: &RunFact, what: &'a ItemEvent) {
        let id = self.item.plan.id.short();
        match what {
            ItemEvent::Observed {
                read_at,
                evidence,
                receipt,
                ..
            } => {
                let path = format!("GET   /api/v2/conversations/{id}…");
                let line = self.at(*read_at, &format!("{path:<38} "));
                self.lines
                    .push(line.and(Tone::Good, receipt_words(receipt)));
                self.seen(evidence);
                self.correlation(receipt);
            }
            ItemEvent::ReadFailed { failure } => {
                let line = self.at(fact.at, &format!("GET   /api/v2/conversations/{id}… "));
                self.lines.push(line.and(Tone::Bad, failure.short()));
                self.said(&failure.words());
            }
            ItemEvent::Intended { action, attempt } => {
                self.intended = Some(action);
                let step = format!(" {} ", action.step().word().to_uppercase());
                let line = self.at(fact.at, &request_words(action, self.item.plan.id));
                self.lines.extend([
                    Words::blank(),
                    Words::new(Tone::Strong, step)
                        .and(Tone::Dim, format!("try {attempt}; the intent is on record")),
                    line,
                ]);
            }
            ItemEvent::Answered {
                class,
                receipt,
                failure,
            } => {
                let figures = receipt
                    .as_ref()
                    .or(failure.as_ref().map(|failure| &failure.receipt));
                self.answer(fact, *class, figures);
                if let Some(failure) = failure {
                    self.said(&failure.words());
                }
                if let Some(receipt) = figures {
                    self.correlation(receipt);
                }
            }
            ItemEvent::Settled(settled) => {
                let (tone, words) = settled_words(settled);
                self.lines.extend([
                    Words::blank(),
                    Words::new(Tone::Strong, " RESULT ")
                        .and(tone, words)
                        .and(Tone::Dim, format!("  at {}", precise(fact.at, self.zone))),
                    Words::plain(format!("          {}", settled.reason)),
                ]);
            }
        }
    }

    fn at(&self, at: jiff::Timestamp, words: &str) -> Words {
        Words::new(Tone::Dim, format!("   {} ", precise(at, self.zone))).and(Tone::Plain, words)
    }

    /// What a read showed, and what it was compared with.
    fn seen(&mut self, evidence: &Evidence) {
        let planned = &self.item.plan.evidence;
        let change = if self.intended.is_none() {
            planned.change_to(evidence)
        } else {
            planned.news_in(evidence)
        };
        let (tone, verdict) = match change {
            _ if evidence.is_clear() => (Tone::Good, "no leg is open".to_owned()),
            Some(change) => (Tone::Warn, change.words()),
            None => (Tone::Plain, "fits the plan".to_owned()),
        };
        let now = evidence_words(evidence, self.zone);
        self.lines.extend([
            labelled("seen").and(tone, verdict),
            labelled("now").and(Tone::Dim, now),
        ]);
    }

    fn answer(&mut self, fact: &RunFact, class: Class, figures: Option<&Receipt>) {
        let (tone, meaning) = match class {
            Class::Accepted => (Tone::Good, "accepted, no proof yet"),
            Class::NotApplied => (Tone::Bad, "not applied"),
            Class::Ambiguous => (Tone::Warn, "outcome unknown"),
        };
        let step = self.intended.map_or("", |action| action.step().word());
        let line = self
            .at(fact.at, &format!("answer to {step:<28} "))
            .and(tone, figures.map_or_else(String::new, receipt_words))
            .and(tone, format!("  {meaning}"));
        self.lines.push(line);
    }

    /// What went wrong, in as many lines as it takes.
    fn said(&mut self, words: &str) {
        for (place, line) in wrap(words, 57).into_iter().enumerate() {
            let label = labelled(if place == 0 { "said" } else { "" });
            self.lines.push(label.and(Tone::Warn, line));
        }
    }

    fn correlation(&mut self, receipt: &Receipt) {
        if let Some(id) = &receipt.correlation {
            self.lines
                .push(Words::plain(format!("                correlation {id}")));
        }
    }
}

fn labelled(label: &str) -> Words {
    Words::plain(format!("                {label:<5} "))
}

/// `200   198 ms`.
pub fn receipt_words(receipt: &Receipt) -> String {
    let status = receipt
        .status
        .map_or_else(|| "---".to_owned(), |status| status.to_string());
    format!("{status} {:>5} ms", receipt.took_ms)
}

fn request_words(action: &Request, id: ConversationId) -> String {
    let conversation = id.short();
    let path = match action {
        Request::Legs { participant } => {
            format!("…/participants/{}…", participant.short())
        }
        Request::Close => format!("…/conversations/messages/{conversation}…"),
        Request::WrapUp { participant, .. } => {
            format!("…/participants/{}…/wrapup", participant.short())
        }
        Request::Teardown => format!("…/conversations/{conversation}…/disconnect"),
    };
    let body = match action {
        Request::Legs { .. } | Request::Close => "state=disconnected".to_owned(),
        Request::WrapUp { code, .. } => format!("code={code}"),
        Request::Teardown => String::new(),
    };
    format!("{:<5} {path}  {body}", action.method())
}

/// `agent connected, queue connected; customer wrote 12:52:03`.
pub fn evidence_words(evidence: &Evidence, zone: &TimeZone) -> String {
    let mut legs: Vec<String> = evidence
        .legs
        .iter()
        .map(|leg| format!("{} {}", who(&leg.purpose), leg.state.word()))
        .collect();
    if legs.is_empty() {
        legs.push("no open leg".to_owned());
    }
    if !evidence.wrap_up.is_empty() {
        legs.push("wrap-up owed".to_owned());
    }
    let wrote = |side: &str, message: Option<&crate::domain::conversation::Message>| {
        message.map(|message| {
            let at = message.at.to_zoned(zone.clone());
            format!("; {side} wrote {}", at.strftime("%H:%M:%S"))
        })
    };
    let customer = wrote("customer", evidence.customer.as_ref()).unwrap_or_default();
    let agent = wrote("agent", evidence.agent.as_ref()).unwrap_or_default();
    format!("{}{customer}{agent}", legs.join(", "))
}

/// Does an action of the trace: scrolling, and copying it for a support case.
pub(crate) fn press(app: &mut App, action: Action, _now: jiff::Timestamp) -> Vec<Effect> {
    let rows = app.extent.page_rows();
    let Some(Screen::Trace(trace)) = app.screens.last() else {
        return Vec::new();
    };
    let (whose, id, top) = (trace.whose, trace.id, trace.top);
    let page = app
        .run_log(whose)
        .map(|log| lines(log, id, &app.settings.zone))
        .unwrap_or_default();
    match action {
        Action::Back => {
            app.screens.pop();
        }
        Action::Copy => {
            let text: Vec<String> = page.iter().map(Words::text).collect();
            return vec![Effect::Copy(format!("{id}\n{}", text.join("\n")))];
        }
        action => {
            let to = scroll(top, action, rows, page.len());
            if let Some(Screen::Trace(trace)) = app.screens.last_mut() {
                trace.top = to;
            }
        }
    }
    Vec::new()
}

pub(crate) fn fit(app: &mut App) {
    let rows = app.extent.page_rows();
    let Some(Screen::Trace(trace)) = app.screens.last() else {
        return;
    };
    let (whose, id) = (trace.whose, trace.id);
    let count = app
        .run_log(whose)
        .map_or(0, |log| lines(log, id, &app.settings.zone).len());
    if let Some(Screen::Trace(trace)) = app.screens.last_mut() {
        trace.top = trace.top.min(count.saturating_sub(rows));
    }
}
