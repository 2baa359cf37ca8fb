//! Every read and every request of one chat of a run: when, what, how it was answered, and what was compared with what.

mod sent;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::action::Action;
use super::board::settled_words;
use super::clock_text::{dated, precise};
use super::page::scroll;
use super::run_log::{RunLog, Whose};
use super::tone::{Tone, Words, folded};
use super::{App, Effect, Screen};
use crate::domain::evidence::{Evidence, who};
use crate::domain::fact::{Class, ItemEvent, RunEvent, RunFact, Settled};
use crate::domain::failure::Receipt;
use crate::domain::ids::ConversationId;
use crate::domain::item::Item;
use crate::domain::step::Action as Request;

use sent::request_words;

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

/// From this width on an answer and what it means stand in one line.
const WIDE: usize = 96;

/// The lines of the page, for a screen of this width.
pub fn lines(log: &RunLog, id: ConversationId, zone: &TimeZone, width: u16) -> Vec<Words> {
    let Some(item) = log.run.item(id) else {
        return vec![Words::plain("this chat is not in the run")];
    };
    let room = usize::from(width);
    let day = log.run.header.created;
    let planned = evidence_words(&item.plan.evidence, zone, day);
    let mut lines = folded(
        Words::new(Tone::Strong, " PLANNED ON "),
        &planned,
        Tone::Plain,
        room,
    );
    lines.push(Words::blank());
    let mut writer = Writer {
        lines,
        item,
        zone,
        room,
        day,
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
pub fn request_lines(log: &RunLog, id: ConversationId, zone: &TimeZone, width: u16) -> Vec<Words> {
    lines(log, id, zone, width)
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
    /// How many characters a line may have.
    room: usize,
    /// When the run was made: what is of another day says so.
    day: Timestamp,
    intended: Option<&'a Request>,
}

impl<'a> Writer<'a> {
    fn event(&mut self, fact: &RunFact, what: &'a ItemEvent) {
        match what {
            ItemEvent::Observed {
                read_at,
                evidence,
                receipt,
                ..
            } => {
                let path = self.read_path();
                let line = self.at(*read_at, &self.column(&path));
                self.lines
                    .push(line.and(Tone::Good, receipt_words(receipt)));
                self.seen(evidence);
                self.correlation(receipt);
            }
            ItemEvent::ReadFailed { failure } => {
                let line = self.at(fact.at, &format!("{} ", self.read_path()));
                self.lines.push(line.and(Tone::Bad, failure.short()));
                self.said(&failure.words());
            }
            ItemEvent::Sighted(sighting) => {
                let line = self.at(sighting.heard, &self.column("a notification came"));
                self.lines.push(line);
                self.beside("seen", &sighting.words(), Tone::Warn);
            }
            ItemEvent::LateEffect { incident, receipt } => {
                let line = self.at(fact.at, &format!("{} ", self.read_path()));
                self.lines
                    .push(line.and(Tone::Plain, receipt_words(receipt)));
                self.beside("INCIDENT", incident, Tone::Bad);
            }
            ItemEvent::EndSought {
                ended,
                receipt,
                failure,
                ..
            } => {
                let line = self.at(fact.at, &self.column("asked analytics for its end"));
                let figures = receipt
                    .as_ref()
                    .or(failure.as_ref().map(|failure| &failure.receipt))
                    .map_or_else(String::new, receipt_words);
                self.lines.push(line.and(Tone::Plain, figures));
                match (failure, ended) {
                    (Some(failure), _) => self.said(&failure.words()),
                    (None, Some(ended)) => {
                        let words = format!("ended at {}", precise(*ended, self.zone));
                        self.beside("seen", &words, Tone::Good);
                    }
                    (None, None) => self.beside("seen", "no end known", Tone::Warn),
                }
            }
            ItemEvent::Intended { action, attempt } => {
                self.intended = Some(action);
                let step = format!(" {} ", action.step().word().to_uppercase());
                let (path, body) = request_words(action, self.item.plan.id, self.room);
                let line = self.at(fact.at, &path);
                self.lines.extend([
                    Words::blank(),
                    Words::new(Tone::Strong, step)
                        .and(Tone::Dim, format!("try {attempt}; the intent is on record")),
                ]);
                if path.chars().count() + body.chars().count() + 19 <= self.room {
                    self.lines.push(line.and(Tone::Plain, format!("  {body}")));
                } else {
                    self.lines.push(line);
                    self.beside("body", &body, Tone::Plain);
                }
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
                    if let Some(Request::Recipe(sending)) = self.intended
                        && let Some(means) = sending.means(failure)
                    {
                        let words = format!("to the recipe: {}", means.words());
                        self.beside("means", &words, Tone::Plain);
                    }
                } else if let Some(receipt) = figures {
                    self.correlation(receipt);
                }
            }
            ItemEvent::Settled(settled) => self.settled(fact, settled),
        }
    }

    fn settled(&mut self, fact: &RunFact, settled: &Settled) {
        let (tone, words) = settled_words(settled);
        // What follows below is not said twice.
        let reason = format!(": {}", settled.reason);
        let words = words.strip_suffix(&reason).unwrap_or(&words);
        self.lines.extend([
            Words::blank(),
            Words::new(Tone::Strong, " RESULT ")
                .and(tone, words)
                .and(Tone::Dim, format!("  at {}", precise(fact.at, self.zone))),
        ]);
        let label = Words::plain("         ");
        let reason = folded(label, &settled.reason, Tone::Plain, self.room);
        self.lines.extend(reason);
    }

    fn at(&self, at: Timestamp, words: &str) -> Words {
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
        let now = evidence_words(evidence, self.zone, self.day);
        self.beside("seen", &verdict, tone);
        self.beside("now", &now, Tone::Dim);
    }

    fn answer(&mut self, fact: &RunFact, class: Class, figures: Option<&Receipt>) {
        let (tone, meaning) = match class {
            Class::Accepted => (Tone::Good, "accepted, no proof yet"),
            Class::NotApplied => (Tone::Bad, "not applied"),
            Class::Ambiguous => (Tone::Warn, "outcome unknown"),
        };
        let step = self.intended.map_or("", |action| action.step().word());
        let line = self
            .at(fact.at, &self.column(&format!("answer to {step}")))
            .and(tone, figures.map_or_else(String::new, receipt_words));
        if self.room >= WIDE {
            self.lines.push(line.and(tone, format!("  {meaning}")));
        } else {
            self.lines.push(line);
            self.beside("means", meaning, tone);
        }
    }

    /// What a request or an answer begins with; the status stands behind it, below each other where there is room.
    fn column(&self, words: &str) -> String {
        let wide = if self.room < 66 { 31 } else { 38 };
        format!("{words:<wide$} ")
    }

    fn read_path(&self) -> String {
        let root = if self.room < 66 { "…" } else { "/api/v2" };
        format!("GET   {root}/conversations/{}…", self.item.plan.id.short())
    }

    /// A label below a request, with as many lines as its text takes.
    fn beside(&mut self, label: &str, text: &str, tone: Tone) {
        let indent = if self.room < 66 { 3 } else { 16 };
        let label = Words::plain(format!("{:indent$}{label:<5} ", ""));
        self.lines.extend(folded(label, text, tone, self.room));
    }

    /// What went wrong, in as many lines as it takes.
    fn said(&mut self, words: &str) {
        self.beside("said", words, Tone::Warn);
    }

    fn correlation(&mut self, receipt: &Receipt) {
        if let Some(id) = &receipt.correlation {
            self.beside("correlation", id.as_str(), Tone::Plain);
        }
    }
}

/// `200   198 ms`.
pub fn receipt_words(receipt: &Receipt) -> String {
    let status = receipt
        .status
        .map_or_else(|| "---".to_owned(), |status| status.to_string());
    format!("{status} {:>5} ms", receipt.took_ms)
}

/// `agent connected, queue connected; customer wrote 12:52:03`; with its day, where that is not the one of `seen`.
pub fn evidence_words(evidence: &Evidence, zone: &TimeZone, seen: Timestamp) -> String {
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
        message.map(|message| format!("; {side} wrote {}", dated(message.at, zone, seen)))
    };
    let customer = wrote("customer", evidence.customer.as_ref()).unwrap_or_default();
    let agent = wrote("agent", evidence.agent.as_ref()).unwrap_or_default();
    format!("{}{customer}{agent}", legs.join(", "))
}

/// Does an action of the trace: scrolling, and copying it for a support case.
pub(crate) fn press(app: &mut App, action: Action, _now: Timestamp) -> Vec<Effect> {
    let rows = app.extent.page_rows();
    let Some(Screen::Trace(trace)) = app.screens.last() else {
        return Vec::new();
    };
    let (whose, id, top) = (trace.whose, trace.id, trace.top);
    let width = app.extent.width;
    let page = app
        .run_log(whose)
        .map(|log| lines(log, id, &app.settings.zone, width))
        .unwrap_or_default();
    match action {
        Action::Back => {
            app.screens.pop();
        }
        Action::Copy => {
            let text: Vec<String> = page.iter().map(Words::text).collect();
            return vec![Effect::Copy(
                "the trace",
                format!("{id}\n{}", text.join("\n")),
            )];
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
    let count = app.run_log(whose).map_or(0, |log| {
        lines(log, id, &app.settings.zone, app.extent.width).len()
    });
    if let Some(Screen::Trace(trace)) = app.screens.last_mut() {
        trace.top = trace.top.min(count.saturating_sub(rows));
    }
}
