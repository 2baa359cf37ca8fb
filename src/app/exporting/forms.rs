//! What can be exported, in which forms, and what of people is in it.

use crate::app::action::Action;
use crate::app::run_log::Whose;
use crate::domain::ids::{ConversationId, RunId};

/// What is exported: named when the dialog opens, so that what it says is what is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// Chats of the list, in its order.
    Chats {
        /// Which.
        ids: Vec<ConversationId>,
        /// They are the marked ones, else all that the filter shows.
        are_marked: bool,
    },
    /// The plan in view.
    Plan,
    /// A run of the journal.
    Run(RunId),
    /// The requests that are shown.
    Requests,
    /// The requests of one chat of a run.
    Trace(Whose, ConversationId),
}

/// A form in which something can be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// A table for spreadsheets.
    Csv,
    /// One JSON object a line.
    JsonLines,
    /// One JSON object.
    Json,
    /// A document.
    Markdown,
    /// An HTTP archive.
    Har,
    /// A page as it is read.
    Text,
    /// A picture of the screen.
    Svg,
}

/// A form that is offered, and by which action.
#[derive(Debug)]
pub struct Offer {
    /// Its letter's action.
    pub action: Action,
    /// The form.
    pub format: Format,
    /// What it is for.
    pub words: &'static str,
}

const fn offer(action: Action, format: Format, words: &'static str) -> Offer {
    Offer {
        action,
        format,
        words,
    }
}

const CHATS: &[Offer] = &[
    offer(Action::ExportCsv, Format::Csv, "CSV, for a spreadsheet"),
    offer(
        Action::ExportJson,
        Format::JsonLines,
        "JSON, one chat a line",
    ),
];
const PLAN: &[Offer] = &[offer(
    Action::ExportJson,
    Format::Json,
    "JSON, for unstick terminate --plan FILE",
)];
const RUN: &[Offer] = &[
    offer(
        Action::ExportMarkdown,
        Format::Markdown,
        "Markdown, a row for each chat",
    ),
    offer(
        Action::ExportJson,
        Format::JsonLines,
        "JSON, every fact on a line",
    ),
    offer(Action::ExportCsv, Format::Csv, "CSV, a line for each chat"),
];
const REQUESTS: &[Offer] = &[offer(
    Action::ExportHar,
    Format::Har,
    "HAR 1.2, an HTTP archive",
)];
const TRACE: &[Offer] = &[offer(
    Action::ExportText,
    Format::Text,
    "text, as it is shown",
)];

impl What {
    /// The forms it can be written in.
    pub fn offers(&self) -> &'static [Offer] {
        match self {
            Self::Chats { .. } => CHATS,
            Self::Plan => PLAN,
            Self::Run(_) => RUN,
            Self::Requests => REQUESTS,
            Self::Trace(..) => TRACE,
        }
    }

    /// Names of people can be in it.
    pub fn has_names(&self) -> bool {
        matches!(self, Self::Chats { .. })
    }

    /// The dialog's title.
    pub fn title(&self) -> String {
        match self {
            Self::Chats { ids, are_marked } => match (ids.len(), are_marked) {
                (1, true) => "Export the marked chat".to_owned(),
                (1, false) => "Export the chat shown".to_owned(),
                (count, true) => format!("Export {count} marked chats"),
                (count, false) => format!("Export {count} chats shown"),
            },
            Self::Plan => "Export the plan".to_owned(),
            Self::Run(run) => format!("Export run {run}"),
            Self::Requests => "Export the requests shown".to_owned(),
            Self::Trace(_, id) => format!("Export the requests of {}", id.short()),
        }
    }

    /// What of people is in it, where nobody can choose that.
    pub fn about(&self) -> &'static str {
        match self {
            Self::Chats { .. } => "",
            Self::Plan => "It holds ids and evidence. No name and no text is in it.",
            Self::Run(_) => "It holds ids, outcomes and the note. No name and no text is in it.",
            Self::Requests => "Queries, bodies and tokens are never kept, so none is in it.",
            Self::Trace(..) => "It holds ids. No name, no text and no token is in it.",
        }
    }

    /// What its file is called after.
    pub(super) fn stem(&self) -> String {
        match self {
            Self::Chats { .. } => "chats".to_owned(),
            Self::Plan => "plan".to_owned(),
            Self::Run(run) => format!("run-{run}"),
            Self::Requests => "requests".to_owned(),
            Self::Trace(_, id) => format!("trace-{}", id.short()),
        }
    }
}

impl Format {
    /// How its files end.
    pub(super) fn ending(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::JsonLines => "jsonl",
            Self::Json => "json",
            Self::Markdown => "md",
            Self::Har => "har",
            Self::Text => "txt",
            Self::Svg => "svg",
        }
    }
}
