//! Every read and every request of one chat of a run: when, what, how it was answered, and what was compared with what.

use jiff::tz::TimeZone;

use super::action::Action;
use super::board::settled_words;
use super::clock_text::precise;
use super::page::scroll;
use super::run_log::{RunLog, Whose};
use super::tone::{Tone, Words};
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
    let mut lines = vec![
        Words::new(Tone::Strong, " PLANNED ON ")
            .and(Tone::Plain, evidence_words(&item.plan.evidence, zone)),
        Words::blank(),
    ];
    let mut intended: Option<(&Request, u32)> = None;
    for fact in log.facts(id) {
        if let RunEvent::Item { what, .. } = &fact.event {
            if let ItemEvent::Intended { action, attempt } = what {
                intended = Some((action, *attempt));
            }
            event_lines(&mut lines, item, fact, what, intended, zone);
        }
    }
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

fn event_lines(
    lines: &mut Vec<Words>,
    item: &Item,
    fact: &RunFact,
    what: &ItemEvent,
    intended: Option<(&Request, u32)>,
    zone: &TimeZone,
) {
    let id = item.plan.id;
    let at = |words: &str| {
        Words::new(Tone::Dim, format!("   {} ", precise(fact.at, zone))).and(Tone::Plain, words)
    };
    match what {
        ItemEvent::Observed {
            read_at,
            evidence,
            receipt,
            ..
        } => {
            let path = format!("GET   /api/v2/conversations/{}…", id.short());
            lines.push(
                Words::new(Tone::Dim, format!("   {} ", precise(*read_at, zone)))
                    .and(Tone::Plain, format!("{path:<44} "))
                    .and(Tone::Good, receipt_words(receipt)),
            );
            let change = if item.sends.is_empty() {
                item.plan.evidence.change_to(evidence)
            } else {
                item.plan.evidence.news_in(evidence)
            };
            let (tone, verdict) = match change {
                Some(change) => (Tone::Warn, change.words()),
                None if evidence.is_clear() => (Tone::Good, "no leg is open".to_owned()),
                None => (Tone::Plain, "fits the plan".to_owned()),
            };
            lines.push(
                Words::plain("                seen  ")
                    .and(tone, verdict)
                    .and(Tone::Dim, format!("; {}", evidence_words(evidence, zone))),
            );
            correlation(lines, receipt);
        }
        ItemEvent::ReadFailed { failure } => {
            lines.push(
                at(&format!("GET   /api/v2/conversations/{}… ", id.short()))
                    .and(Tone::Bad, failure.short()),
            );
            lines.push(Words::new(
                Tone::Warn,
                format!("                {}", failure.words()),
            ));
        }
        ItemEvent::Intended { action, attempt } => {
            lines.push(Words::blank());
            lines.push(
                Words::new(
                    Tone::Strong,
                    format!(" {} ", action.step().word().to_uppercase()),
                )
                .and(Tone::Dim, format!("try {attempt}; the intent is on record")),
            );
            lines.push(at(&request_words(action, id)));
        }
        ItemEvent::Answered {
            class,
            receipt,
            failure,
        } => {
            let tone = match class {
                Class::Accepted => Tone::Good,
                Class::NotApplied => Tone::Bad,
                Class::Ambiguous => Tone::Warn,
            };
            let meaning = match class {
                Class::Accepted => "accepted, which proves nothing yet",
                Class::NotApplied => "not applied",
                Class::Ambiguous => "outcome unknown: it is read before anything else",
            };
            let figures = receipt
                .as_ref()
                .or(failure.as_ref().map(|failure| &failure.receipt));
            let step = intended.map_or("", |(action, _)| action.step().word());
            lines.push(
                at(&format!("answer to {step:<34} "))
                    .and(tone, figures.map_or_else(String::new, receipt_words))
                    .and(tone, format!("  {meaning}")),
            );
            if let Some(failure) = failure {
                lines.push(Words::new(
                    Tone::Warn,
                    format!("                said  {}", failure.words()),
                ));
            }
            if let Some(receipt) = figures {
                correlation(lines, receipt);
            }
        }
        ItemEvent::Settled(settled) => {
            let (tone, words) = settled_words(settled);
            lines.push(Words::blank());
            lines.push(
                Words::new(Tone::Strong, " RESULT ")
                    .and(tone, words)
                    .and(Tone::Dim, format!("  at {}", precise(fact.at, zone))),
            );
            lines.push(Words::plain(format!("          {}", settled.reason)));
        }
    }
}

fn correlation(lines: &mut Vec<Words>, receipt: &Receipt) {
    if let Some(id) = &receipt.correlation {
        lines.push(Words::new(
            Tone::Plain,
            format!("                correlation {id}"),
        ));
    }
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
            format!(
                "…/messages/{conversation}…/participants/{}…",
                participant.short()
            )
        }
        Request::Close => format!("…/conversations/messages/{conversation}…"),
        Request::WrapUp { participant, .. } => {
            format!("…/participants/{}…/wrapup", participant.short())
        }
        Request::Teardown => format!("…/conversations/{conversation}…/disconnect"),
    };
    let body = action
        .body()
        .map_or_else(String::new, |body| body.to_string());
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
