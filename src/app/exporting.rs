//! Exports (`E`): what the screen is about goes into a new file that only its owner can read. A small dialog says what, in which form, where
//! it goes and whether people's names are in it; a letter writes it. Whoever has the folder makes the file; here is only what goes in.

mod forms;

pub use forms::{Format, Offer, What};

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::action::Action;
use super::copying::of_value;
use super::lookout::Lookout;
use super::run_log::Whose;
use super::tone::Words;
use super::{App, Effect, Overlay, Screen, trace};
use crate::domain::har::har;
use crate::domain::ids::{ConversationId, RunId};
use crate::domain::request_line::RequestLine;
use crate::domain::roster::Roster;
use crate::domain::text;

/// How wide a page is written that has no screen.
const WIDE: u16 = 120;

/// The dialog.
#[derive(Debug)]
pub struct Dialog {
    /// What is exported.
    pub what: What,
    /// Somebody asked for people's names.
    pub with_names: bool,
}

/// An export on its way into a file.
#[derive(Debug, Clone)]
pub struct Export {
    stem: String,
    /// In which form.
    pub format: Format,
    /// When it was asked for.
    pub made_at: Timestamp,
    /// What goes in.
    pub contents: Contents,
}

/// What goes into a file.
#[derive(Debug, Clone)]
pub enum Contents {
    /// These rows, with people's names or their initials.
    Rows {
        /// The chats, in their order,
        ids: Vec<ConversationId>,
        /// and their rows, packed: made all at once, those of a long list would take more room than all the rest.
        roster: Box<Roster>,
        /// With names.
        with_names: bool,
    },
    /// A run as the journal has it.
    Run(RunId),
    /// This text.
    Text(String),
}

impl Export {
    /// The screen as a picture, which was drawn at that time.
    pub fn of_screen(svg: String, made_at: Timestamp) -> Self {
        Self {
            stem: "screen".to_owned(),
            format: Format::Svg,
            made_at,
            contents: Contents::Text(svg),
        }
    }

    /// A name for its file. The first is another one each second; where there is one of that name, the second is tried, and so on.
    pub fn file_name(&self, copy: usize) -> String {
        let at = self.made_at.strftime("%Y%m%dT%H%M%SZ");
        let more = if copy > 1 {
            format!("-{copy}")
        } else {
            String::new()
        };
        format!("{}-{at}{more}.{}", self.stem, self.format.ending())
    }
}

/// How far an export is that is being written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Chats that are done.
    pub done: usize,
    /// Chats there are; 0 where they are not counted.
    pub total: usize,
}

impl Progress {
    /// What the status row says meanwhile.
    pub fn words(self) -> String {
        if self.total == 0 {
            "exporting".to_owned()
        } else {
            format!("exporting: {} of {} chats", self.done, self.total)
        }
    }
}

/// What the screen in view is about.
fn what(app: &App) -> Option<What> {
    Some(match app.screens.last() {
        None => {
            let marked = &app.chats.marks;
            let are_marked = !marked.is_empty();
            let ids = if are_marked {
                marked.ids().to_vec()
            } else {
                app.chats.shown().to_vec()
            };
            What::Chats { ids, are_marked }
        }
        Some(Screen::Plan(_)) => What::Plan,
        Some(Screen::Report(report)) => What::Run(app.run_log(report.whose)?.run.header.id),
        Some(Screen::Runs(screen)) => What::Run(screen.chosen(&app.history)?.id),
        Some(Screen::Trace(trace)) => What::Trace(trace.whose, trace.id),
        Some(Screen::Lookout(Lookout::Requests(_))) => What::Requests,
        Some(_) => return None,
    })
}

/// Why nothing can be exported now.
pub(crate) fn why_not_open(app: &App) -> Option<String> {
    let why = if app.exporting.is_some() {
        "an export is being written; its end is said here"
    } else if app.screens.is_empty() {
        // Asked for every frame: a long list is not copied for that.
        if !app.chats.marks.is_empty() || !app.chats.shown().is_empty() {
            return None;
        }
        "there is no chat to export"
    } else {
        match what(app) {
            None => "there is nothing to export",
            Some(What::Plan) if plan_text(app).is_none() => "no chat is planned yet",
            Some(What::Requests) if requests(app).is_empty() => "there is no request to export",
            Some(_) => return None,
        }
    };
    Some(why.to_owned())
}

/// Why a letter of the dialog does nothing.
pub(crate) fn why_not(app: &App, action: Action) -> Option<String> {
    let Some(Overlay::Export(dialog)) = &app.overlay else {
        return None;
    };
    match action {
        Action::ExportNames if !dialog.what.has_names() => {
            Some("no name is in it in any case".to_owned())
        }
        Action::ExportNames if app.privacy.is_on => {
            let key = app.key(app.screen_mode(), Action::Privacy);
            Some(format!(
                "privacy is on; back on the screen {key} takes it away"
            ))
        }
        Action::ExportCsv
        | Action::ExportJson
        | Action::ExportMarkdown
        | Action::ExportHar
        | Action::ExportText => {
            let mut offers = dialog.what.offers().iter();
            let is_offered = offers.any(|offer| offer.action == action);
            (!is_offered).then(|| "this is not written in that form".to_owned())
        }
        _ => None,
    }
}

/// Opens the dialog.
pub(crate) fn open(app: &mut App) {
    if let Some(what) = what(app) {
        app.overlay = Some(Overlay::Export(Box::new(Dialog {
            what,
            with_names: false,
        })));
    }
}

/// Does an action of the dialog.
pub(crate) fn press(app: &mut App, action: Action, now: Timestamp) -> Vec<Effect> {
    if action == Action::ExportNames {
        if let Some(Overlay::Export(dialog)) = &mut app.overlay {
            dialog.with_names = !dialog.with_names;
        }
        return Vec::new();
    }
    if action == Action::ExportPicture {
        // Of the screen that the dialog lay above.
        app.overlay = None;
        return vec![Effect::Picture];
    }
    let Some(Overlay::Export(dialog)) = app.overlay.take() else {
        return Vec::new();
    };
    let mut offers = dialog.what.offers().iter();
    let Some(offer) = offers.find(|offer| offer.action == action) else {
        return Vec::new();
    };
    let Some(contents) = contents(app, &dialog, now) else {
        app.notices
            .warn("nothing was exported: it is not there any more", now);
        return Vec::new();
    };
    let total = match &contents {
        Contents::Rows { ids, .. } => ids.len(),
        _ => 0,
    };
    app.exporting = Some(Progress { done: 0, total });
    vec![Effect::Export(Box::new(Export {
        stem: dialog.what.stem(),
        format: offer.format,
        made_at: now,
        contents,
    }))]
}

fn contents(app: &App, dialog: &Dialog, now: Timestamp) -> Option<Contents> {
    Some(match &dialog.what {
        What::Chats { ids, .. } => {
            let known = ids.iter().copied().filter(|id| app.roster.has(*id));
            Contents::Rows {
                ids: known.collect(),
                roster: Box::new(app.roster.clone()),
                with_names: dialog.with_names && !app.privacy.is_on,
            }
        }
        What::Plan => Contents::Text(plan_text(app)?),
        What::Run(run) => Contents::Run(*run),
        What::Requests => {
            let archive = har(requests(app), &app.settings.api_url);
            Contents::Text(format!("{}\n", of_value(&archive)?))
        }
        What::Trace(whose, id) => Contents::Text(trace_text(app, *whose, *id, now)?),
    })
}

/// The plan as the file that the command takes.
fn plan_text(app: &App) -> Option<String> {
    let plan = app.planning()?.plan.as_ref()?;
    if plan.items.is_empty() {
        return None;
    }
    let json = serde_json::to_string(plan.as_ref()).ok()?;
    Some(format!("{}\n", text::json(&json)))
}

/// The requests that the screen shows, newest first.
fn requests(app: &App) -> Vec<&RequestLine> {
    match app.screens.last() {
        Some(Screen::Lookout(Lookout::Requests(screen))) => screen.shown(&app.requests),
        _ => Vec::new(),
    }
}

fn trace_text(app: &App, whose: Whose, id: ConversationId, now: Timestamp) -> Option<String> {
    let log = app.run_log(whose)?;
    let page: Vec<String> = trace::lines(log, id, &TimeZone::UTC, WIDE)
        .iter()
        .map(Words::text)
        .collect();
    let header = &log.run.header;
    Some(format!(
        "Conversation {id} in run {}, profile {}, on {}\nMade at {now}. Times are UTC.\n\n{}\n",
        header.id,
        header.plan.profile,
        header.api_url,
        text::lines(&page.join("\n")),
    ))
}

/// An export was written, and where; or why not.
pub(crate) fn ended(app: &mut App, result: Result<String, String>, now: Timestamp) {
    app.exporting = None;
    let (Ok(words) | Err(words)) = result;
    app.notices.warn(words, now);
}
