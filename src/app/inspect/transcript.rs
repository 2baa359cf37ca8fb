//! What was said: fetched only when its page is opened, the newest first and more on demand, masked until somebody asks, and forgotten
//! when the page is left. Never copied but by the key that copies the line under the cursor.

use jiff::Timestamp;

use super::Inspect;
use crate::app::action::{Action, Mode};
use crate::app::clock_text::{clock, exact};
use crate::app::text_view::PageLine;
use crate::app::tone::{Tone, Words};
use crate::app::{App, Effect};
use crate::domain::conversation::{Conversation, Participant, Purpose, Side};
use crate::domain::failure::Failure;
use crate::domain::feed::Command;
use crate::domain::masking::length;
use crate::domain::moment::since;
use crate::domain::text::{Text, fit};
use crate::domain::transcript::TranscriptLine;

/// How many messages are fetched at first.
const FIRST: usize = 10;
/// How many more at a time.
const MORE: usize = 40;

/// What is known of what was said.
#[derive(Debug, Default)]
pub struct Transcript {
    lines: Vec<TranscriptLine>,
    /// Why nothing newer is known.
    failure: Option<Failure>,
    /// How many messages are wanted; none before the page is opened.
    wanted: usize,
    /// An answer is on its way.
    is_awaited: bool,
    /// Somebody asked to see the words.
    pub(crate) is_shown: bool,
}

impl Transcript {
    /// The page is open, and nothing was asked yet for want of knowing which messages there are.
    pub(crate) fn is_waiting(&self) -> bool {
        self.wanted > 0 && self.lines.is_empty() && self.failure.is_none() && !self.is_awaited
    }

    /// The page was opened, and not left since.
    pub(super) fn is_open(&self) -> bool {
        self.wanted > 0
    }

    /// The words came, or did not; for a page that was left meanwhile they are dropped.
    pub(crate) fn arrived(&mut self, result: Result<Vec<TranscriptLine>, Failure>) {
        if !self.is_open() {
            return;
        }
        self.is_awaited = false;
        match result {
            Ok(lines) => {
                self.lines = lines;
                self.failure = None;
            }
            Err(failure) => self.failure = Some(failure),
        }
    }
}

/// The messages of a chat that can be fetched, oldest first: those that the whole answer names, bots' among them, else those of people.
fn ids(app: &App, inspect: &Inspect) -> Vec<Text> {
    if let Some(newest) = &inspect.dossier.newest {
        return newest.message_ids();
    }
    let row = app.roster.row(inspect.id);
    let reading = row.and_then(|row| row.reading);
    reading.map_or_else(Vec::new, |reading| {
        let messages = reading.conversation.messages.iter();
        messages.map(|message| message.id.clone()).collect()
    })
}

/// The page was opened: the newest messages are fetched, if that was not done.
pub(crate) fn open(app: &App, inspect: &mut Inspect) -> Vec<Effect> {
    if inspect.transcript.wanted > 0 {
        return Vec::new();
    }
    inspect.transcript.wanted = FIRST;
    fetch(app, inspect)
}

/// Earlier messages too.
pub(crate) fn more(app: &App, inspect: &mut Inspect) -> Vec<Effect> {
    inspect.transcript.wanted += MORE;
    fetch(app, inspect)
}

/// Fetches the newest of the messages.
pub(crate) fn fetch(app: &App, inspect: &mut Inspect) -> Vec<Effect> {
    let mut messages = ids(app, inspect);
    let surplus = messages.len().saturating_sub(inspect.transcript.wanted);
    messages.drain(..surplus);
    if messages.is_empty() || inspect.transcript.is_awaited {
        return Vec::new();
    }
    inspect.transcript.is_awaited = true;
    vec![Effect::Engine(Command::Transcript {
        id: inspect.id,
        messages,
    })]
}

/// There are earlier messages than those that were fetched.
pub(crate) fn has_more(app: &App, inspect: &Inspect) -> bool {
    ids(app, inspect).len() > inspect.transcript.wanted
}

/// What was asked for has come, or there is nothing to ask for.
pub(crate) fn has_come(app: &App, inspect: &Inspect) -> bool {
    let transcript = &inspect.transcript;
    let is_known = inspect.dossier.newest.is_some();
    let is_empty = is_known && ids(app, inspect).is_empty();
    let has_answer = !transcript.lines.is_empty() || transcript.failure.is_some();
    !transcript.is_awaited && (has_answer || is_empty)
}

/// Every message as a sentence, masked as on the page; and why there are none, if they could not be fetched.
pub(crate) fn said_in_it(app: &App, inspect: &Inspect, now: Timestamp) -> Vec<String> {
    let transcript = &inspect.transcript;
    let row = app.roster.row(inspect.id);
    let reading = row.and_then(|row| row.reading);
    let conversation = reading.as_ref().map(|reading| &reading.conversation);
    let failure = transcript.failure.as_ref();
    let failed = failure.map(|failure| format!("Not fetched: {}.", failure.words()));
    let said = transcript.lines.iter().map(|line| {
        let at = line.at.map_or_else(String::new, |at| {
            format!("{}, ", clock(at, &app.settings.zone, now))
        });
        let name = shown_name(app, conversation, line);
        let gap = if name.is_empty() { "" } else { " " };
        let (_, words) = shown_words(app, transcript, line);
        format!("{at}{}{gap}{name}: {words}", line.who())
    });
    failed.into_iter().chain(said).collect()
}

/// Whose message it is, by the name that may be shown.
fn shown_name(app: &App, conversation: Option<&Conversation>, line: &TranscriptLine) -> String {
    let name = name_of(conversation, line);
    name.map_or_else(String::new, |name| {
        if line.by_machine {
            name.to_string()
        } else {
            app.privacy.name(name.as_str())
        }
    })
}

/// The words of a message, or how long they are where they are masked.
fn shown_words(app: &App, transcript: &Transcript, line: &TranscriptLine) -> (Tone, String) {
    let is_masked = !transcript.is_shown || app.privacy.is_on;
    match &line.text {
        Some(text) if is_masked => (Tone::Dim, length(text.as_str())),
        Some(text) => (Tone::Plain, text.to_string()),
        None => (Tone::Dim, form_words(line)),
    }
}

/// What stands before a message beside its time: spaces, who, and the name.
const HEAD: usize = 24;

/// The page.
pub(super) fn lines(app: &App, inspect: &Inspect, now: Timestamp) -> Vec<PageLine> {
    let transcript = &inspect.transcript;
    let row = app.roster.row(inspect.id);
    let reading = row.and_then(|row| row.reading);
    let conversation = reading.as_ref().map(|reading| &reading.conversation);
    let wide = time_width(app, transcript, conversation, now);
    let mut lines = vec![PageLine::of(Words::new(
        Tone::Dim,
        format!(" {:<wide$} {:<9}{:<13}MESSAGE", "TIME", "ROLE", "NAME"),
    ))];
    if let Some(failure) = &transcript.failure {
        let words = Words::new(Tone::Warn, format!(" not fetched: {}", failure.words()));
        lines.push(PageLine {
            hang: 2,
            ..PageLine::of(words)
        });
    }
    let is_masked = !transcript.is_shown || app.privacy.is_on;
    for line in &transcript.lines {
        let name = shown_name(app, conversation, line);
        let at = line
            .at
            .map_or_else(String::new, |at| clock(at, &app.settings.zone, now));
        let head = format!(" {at:<wide$} {} {} ", fit(line.who(), 8), fit(&name, 12));
        let (tone, said) = shown_words(app, transcript, line);
        lines.push(PageLine {
            words: Words::plain(head).and(tone, said),
            hang: wide + HEAD,
            value: (line.text.as_ref())
                .filter(|_| !is_masked)
                .map(ToString::to_string),
            place: None,
        });
    }
    if let Some(conversation) = conversation.filter(|_| !transcript.lines.is_empty()) {
        lines.extend(events(conversation, app, wide, now));
    }
    lines
}

/// How much room the times of the page take: those of other days name their day.
fn time_width(
    app: &App,
    transcript: &Transcript,
    conversation: Option<&Conversation>,
    now: Timestamp,
) -> usize {
    let said = transcript.lines.iter().filter_map(|line| line.at);
    let left = conversation
        .into_iter()
        .flat_map(Conversation::legs)
        .filter_map(|(_, leg)| leg.ended);
    said.chain(left)
        .map(|at| clock(at, &app.settings.zone, now).chars().count())
        .max()
        .unwrap_or_default()
        .max("hh:mm:ss".len())
}

fn form_words(line: &TranscriptLine) -> String {
    let form = line.form.as_ref().map_or("no words", Text::as_str);
    format!("({form}, no text)")
}

/// Who left since, and for how long nobody has written.
fn events(conversation: &Conversation, app: &App, wide: usize, now: Timestamp) -> Vec<PageLine> {
    let from = conversation.quiet_since();
    let mut left: Vec<(Timestamp, String)> = conversation
        .legs()
        .filter(|(party, _)| party.purpose.is_human())
        .filter_map(|(party, leg)| {
            let ended = leg.ended.filter(|ended| *ended >= from)?;
            let how = leg.disconnect.as_ref().map(|word| format!(" ({word})"));
            let who = crate::domain::evidence::who(&party.purpose);
            Some((ended, format!("{who} left{}", how.unwrap_or_default())))
        })
        .collect();
    left.sort();
    let silence = format!("{} of silence so far", exact(since(from, now)));
    let zone = &app.settings.zone;
    let told = left
        .into_iter()
        .map(|(at, words)| (clock(at, zone, now), words))
        .chain([(String::new(), silence)]);
    told.map(|(at, words)| {
        let line = Words::plain(format!(" {at:<wide$} {:<9}{:<13}", "event", ""));
        PageLine {
            hang: wide + HEAD,
            ..PageLine::of(line.and(Tone::Dim, words))
        }
    })
    .collect()
}

fn name_of<'a>(conversation: Option<&'a Conversation>, line: &TranscriptLine) -> Option<&'a Text> {
    let fits: fn(&Purpose) -> bool = match (line.by_machine, line.from) {
        (true, _) => Purpose::is_automaton,
        (false, Side::Customer) => Purpose::is_customer,
        (false, Side::Agent) => Purpose::is_staff,
    };
    let party: &Participant = conversation?.newest_party(fits)?;
    party.name.as_ref()
}

/// What the page's status row says.
pub(super) fn said(app: &App, inspect: &Inspect) -> (Tone, String) {
    let transcript = &inspect.transcript;
    let all = ids(app, inspect).len();
    if transcript.is_awaited {
        return (Tone::Dim, "fetching what was said …".to_owned());
    }
    if all == 0 {
        return (Tone::Dim, "no message is known yet".to_owned());
    }
    let known = transcript.lines.len();
    let key = |action| app.key(Mode::Inspect, action);
    let more = if has_more(app, inspect) {
        format!("; {} fetches earlier ones", key(Action::More))
    } else {
        String::new()
    };
    let newer = if known > 0 && known < all.min(transcript.wanted) {
        format!("; {} fetches what is new", key(Action::Refresh))
    } else {
        String::new()
    };
    let masked = match (transcript.is_shown, app.privacy.is_on) {
        (false, false) => format!("Masked: {} shows the words. ", key(Action::Unmask)),
        (_, true) => format!("Masked by privacy ({}). ", key(Action::Privacy)),
        (true, false) => "Personal data; forgotten when this page is left. ".to_owned(),
    };
    (
        Tone::Plain,
        format!("{masked}{known} of {all} messages{more}{newer}"),
    )
}
