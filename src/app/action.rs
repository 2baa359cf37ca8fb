//! Everything a key can do, in one table: the keymap, the hints of every screen and the help are read from it.

pub mod keymap;
mod layouts;
pub mod listing;
mod table;

pub use table::{Binding, Group, TABLE};

use super::msg::{Key, KeyCode};

/// Where a key is pressed. Each screen and each dialog has one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Mode {
    /// The list of chats.
    Chats,
    /// One chat.
    Inspect,
    /// A plan.
    Plan,
    /// A run under way.
    Board,
    /// The requests of one chat of a run.
    Trace,
    /// What became of a run.
    Report,
    /// Past runs.
    Runs,
    /// Typing a filter.
    Filter,
    /// Typing what to look for in a page.
    Find,
    /// Choosing what to copy.
    Copy,
    /// Typing a note.
    Note,
    /// Typing the phrase.
    Confirm,
    /// The seconds between the phrase and the start.
    Starting,
    /// Choosing what to sort by.
    Sort,
    /// Leaving while a run goes on.
    Quit,
    /// The help.
    Help,
    /// Rules and guards.
    Rules,
    /// The log of requests.
    Requests,
    /// The organisation at a glance.
    Pulse,
    /// The command palette.
    Palette,
    /// All messages.
    Messages,
    /// Asking why the filter hides a chat.
    Explain,
    /// The profiles of the configuration.
    Profiles,
    /// The welcome.
    Welcome,
    /// Choosing columns.
    Columns,
    /// Typing the name of an attribute that becomes a column.
    Attribute,
    /// Typing a name for a view.
    ViewName,
    /// Choosing a wrap-up code.
    Codes,
    /// A page in a box.
    Sheet,
    /// Typing what narrows a list down.
    Narrow,
    /// Choosing in which form to export.
    Export,
    /// The recipes.
    Recipes,
    /// Choosing the recipe of a plan.
    Recipe,
}

impl Mode {
    /// Every mode.
    pub const ALL: [Self; 33] = [
        Self::Chats,
        Self::Inspect,
        Self::Plan,
        Self::Board,
        Self::Trace,
        Self::Report,
        Self::Runs,
        Self::Filter,
        Self::Find,
        Self::Copy,
        Self::Note,
        Self::Confirm,
        Self::Starting,
        Self::Sort,
        Self::Quit,
        Self::Help,
        Self::Rules,
        Self::Requests,
        Self::Pulse,
        Self::Palette,
        Self::Messages,
        Self::Explain,
        Self::Profiles,
        Self::Welcome,
        Self::Columns,
        Self::Attribute,
        Self::ViewName,
        Self::Codes,
        Self::Sheet,
        Self::Narrow,
        Self::Export,
        Self::Recipes,
        Self::Recipe,
    ];

    /// The mode in words, for the help's title.
    pub fn words(self) -> &'static str {
        match self {
            Self::Chats => "chats list",
            Self::Inspect => "one chat",
            Self::Plan => "plan",
            Self::Board => "live board",
            Self::Trace => "request trace",
            Self::Report => "report",
            Self::Runs => "past runs",
            Self::Filter => "filter bar",
            Self::Find => "search",
            Self::Copy => "copy menu",
            Self::Note => "note",
            Self::Confirm => "confirmation",
            Self::Starting => "start",
            Self::Sort => "sort menu",
            Self::Quit => "quit dialog",
            Self::Help => "help",
            Self::Rules => "rules and guards",
            Self::Requests => "request log",
            Self::Pulse => "pulse",
            Self::Palette => "commands",
            Self::Messages => "messages",
            Self::Explain => "question to the filter",
            Self::Profiles => "profiles",
            Self::Welcome => "welcome",
            Self::Columns => "columns",
            Self::Attribute => "name of an attribute",
            Self::ViewName => "name of a view",
            Self::Codes => "wrap-up codes",
            Self::Sheet => "page",
            Self::Narrow => "filter of a list",
            Self::Export => "export menu",
            Self::Recipes => "recipes",
            Self::Recipe => "recipes of a plan",
        }
    }

    /// Letters are typed here instead of pressed.
    pub fn is_text(self) -> bool {
        matches!(
            self,
            Self::Filter
                | Self::Find
                | Self::Note
                | Self::Confirm
                | Self::Help
                | Self::Palette
                | Self::Explain
                | Self::Attribute
                | Self::ViewName
                | Self::Codes
                | Self::Narrow
        )
    }

    /// It is a screen, not a dialog or a field above one.
    pub fn is_screen(self) -> bool {
        matches!(
            self,
            Self::Chats
                | Self::Inspect
                | Self::Plan
                | Self::Board
                | Self::Trace
                | Self::Report
                | Self::Runs
                | Self::Messages
                | Self::Rules
                | Self::Requests
                | Self::Pulse
                | Self::Profiles
                | Self::Welcome
                | Self::Recipes
        )
    }
}

/// What a key can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(
    missing_docs,
    reason = "each row of the table says in words what it does"
)]
pub enum Action {
    Down,
    Up,
    First,
    Last,
    HalfDown,
    HalfUp,
    PageDown,
    PageUp,
    Open,
    NextChat,
    PreviousChat,
    Mark,
    Range,
    MarkAll,
    Invert,
    Unmark,
    OnlyMarked,
    Filter,
    Sort,
    Reverse,
    View1,
    View2,
    View3,
    View4,
    View5,
    View6,
    View7,
    View8,
    View9,
    Pause,
    Refresh,
    Plan,
    Drop,
    Rung,
    Note,
    Reread,
    Terminate,
    FailedOnly,
    PauseRun,
    StopRun,
    ToList,
    ToBoard,
    PlanAgain,
    Runs,
    Resume,
    Copy,
    CopyValue,
    CopyId,
    CopyLink,
    CopySummary,
    CopyRow,
    CopyJson,
    CopyMarked,
    CopyCommand,
    NextTab,
    PreviousTab,
    Tab1,
    Tab2,
    Tab3,
    Tab4,
    Tab5,
    Tab6,
    Transcript,
    Find,
    NextHit,
    PreviousHit,
    Fold,
    Unfold,
    FoldAll,
    UnfoldAll,
    Wrap,
    Unmask,
    More,
    Privacy,
    Mouse,
    OpenPage,
    Packet,
    Accept,
    Complete,
    StopAndQuit,
    WaitAndQuit,
    Help,
    Back,
    Quit,
    Interrupt,
    Suspend,
    Redraw,
    Rules,
    Requests,
    Pulse,
    Palette,
    Messages,
    Explain,
    FilterSyntax,
    Profiles,
    Welcome,
    Columns,
    ShowColumn,
    ColumnDown,
    ColumnUp,
    UsualColumns,
    SaveView,
    RenameView,
    RemoveView,
    WrapUp,
    DryRun,
    Follow,
    Export,
    ExportCsv,
    ExportJson,
    ExportMarkdown,
    ExportHar,
    ExportText,
    ExportNames,
    Pager,
    CopyCurl,
    Narrow,
    TrySignIn,
    GroupBy,
    Recipes,
    Compare,
    Recipe,
    Picture,
    ExportPicture,
}

/// The rows that apply in a mode, in the order of the table.
pub fn in_mode(mode: Mode) -> impl Iterator<Item = &'static Binding> {
    TABLE.iter().filter(move |row| row.modes.contains(&mode))
}

/// A key as it is shown.
pub fn key_name(key: Key) -> String {
    let name = match key.code {
        KeyCode::Char(' ') => "␣".to_owned(),
        KeyCode::Char(character) if key.ctrl => {
            return format!("Ctrl-{}", character.to_uppercase());
        }
        KeyCode::Char(character) => character.to_string(),
        KeyCode::Enter => "↵".to_owned(),
        KeyCode::Up => "↑".to_owned(),
        KeyCode::Down => "↓".to_owned(),
        KeyCode::PageUp => "PgUp".to_owned(),
        KeyCode::PageDown => "PgDn".to_owned(),
        KeyCode::F(number) => format!("F{number}"),
        other => format!("{other:?}"),
    };
    if key.ctrl {
        format!("Ctrl-{name}")
    } else {
        name
    }
}

#[cfg(test)]
mod tests;
