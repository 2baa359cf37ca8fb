//! What can lie above the list: screens, and the dialog above them.

use super::action::Mode;
use super::confirm::Confirm;
use super::{
    board, columns, explain, exporting, help, history, inspect, lookout, messages, palette,
    planning, report, sheet, trace, view_name,
};

/// A screen above the list.
#[derive(Debug)]
pub enum Screen {
    /// One chat.
    Inspect(Box<inspect::Inspect>),
    /// A plan.
    Plan(Box<planning::Planning>),
    /// A run under way.
    Board(board::Board),
    /// The requests of one chat of a run.
    Trace(trace::Trace),
    /// What became of a run.
    Report(report::Report),
    /// Past runs.
    Runs(history::RunsScreen),
    /// What only shows.
    Lookout(lookout::Lookout),
    /// All messages.
    Messages(messages::MessagesScreen),
}

/// A dialog.
#[derive(Debug)]
pub enum Overlay {
    /// The keys of the screen below.
    Help(Box<help::Help>),
    /// The phrase.
    Confirm(Box<Confirm>),
    /// What to sort by, with the cursor on this line.
    Sort(usize),
    /// Leaving while a run goes on.
    Quit,
    /// What to copy.
    Copy,
    /// Every action by its words.
    Palette(Box<palette::Palette>),
    /// Why the filter hides a chat.
    Explain(Box<explain::Explain>),
    /// Which columns the list has.
    Columns(Box<columns::Chooser>),
    /// A name for a view.
    ViewName(Box<view_name::Naming>),
    /// Choosing the wrap-up code of a plan.
    Codes(Box<planning::codes::CodeMenu>),
    /// Choosing the recipe of a plan.
    Recipe(planning::recipes::RecipeMenu),
    /// A page that is read and closed again.
    Sheet(Box<sheet::Sheet>),
    /// Into which form something is exported.
    Export(Box<exporting::Dialog>),
}

impl Overlay {
    /// Where a key would be pressed while it is there.
    pub(super) fn mode(&self) -> Mode {
        match self {
            Self::Help(_) => Mode::Help,
            Self::Confirm(confirm) if confirm.starting.is_some() => Mode::Starting,
            Self::Confirm(_) => Mode::Confirm,
            Self::Sort(_) => Mode::Sort,
            Self::Quit => Mode::Quit,
            Self::Copy => Mode::Copy,
            Self::Palette(_) => Mode::Palette,
            Self::Explain(_) => Mode::Explain,
            Self::Columns(chooser) if chooser.typing.is_some() => Mode::Attribute,
            Self::Columns(_) => Mode::Columns,
            Self::ViewName(_) => Mode::ViewName,
            Self::Codes(_) => Mode::Codes,
            Self::Recipe(_) => Mode::Recipe,
            Self::Sheet(_) => Mode::Sheet,
            Self::Export(_) => Mode::Export,
        }
    }
}
