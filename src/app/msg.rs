//! What can happen to the console. Terminal, signals, engine and journal are all told in these words; the console knows none of them.

use jiff::Timestamp;

use super::exporting::Progress;
use super::keeping::Kept;
use super::lookout::profiles::ProfileNews;
use super::lookout::recipes::RecipeNews;
use super::mouse::Mouse;
use super::reload::Reload;

use crate::domain::fact::{FinalState, RunFact};
use crate::domain::feed::Fact;
use crate::domain::ids::RunId;
use crate::domain::kind::Kind;
use crate::domain::run::{RunHeader, Tally};
use crate::domain::step::Rung;

/// One thing that happened.
#[derive(Debug, Clone)]
#[expect(
    clippy::large_enum_variant,
    reason = "messages are handed over one at a time and never stored; boxing each fact would buy nothing"
)]
pub enum Msg {
    /// A key was pressed or is held. Releases never get here.
    Key(Key),
    /// Text was pasted. It is never taken for keys.
    Paste(String),
    /// Something was done with the mouse.
    Mouse(Mouse),
    /// Whether anybody looks, as far as the terminal knows: it got the focus, or lost it.
    Focus(bool),
    /// The terminal has this size now; also the first message of all.
    Resized {
        /// Columns.
        width: u16,
        /// Rows.
        height: u16,
    },
    /// A frame that shows everything so far is on the screen. The shell sends this after each frame it has drawn, with the time
    /// at which that was out, and draws no frame because of it: a confirmation counts only keys pressed after it could be read.
    Drawn,
    /// Nothing else is to be done: a piece of what is worked out beside everything else can be. Sent while [`super::App::has_spare_work`].
    Spare,
    /// Time went by: every second, or every tenth while [`super::App::is_moving`].
    Tick,
    /// The engine said something.
    Fact(Fact),
    /// The journal's past runs, as asked for by the [`super::Effect::LoadHistory`] of this number; or why they cannot be read.
    History(u32, Result<RunsFound, String>),
    /// The newest of them, newest first, while the others are still read.
    NewestRuns(u32, Vec<PastRun>),
    /// A run from the journal, as asked for by [`super::Effect::LoadRun`]; or why it cannot be read.
    Loaded(RunId, Result<Box<RunRecord>, String>),
    /// Something for the status row: what became of an effect (`copied (tmux)`).
    Said(String),
    /// A file was written, and where; or why not. Stays until a key is pressed.
    Saved(Result<String, String>),
    /// What came of something that was to be kept for the next start.
    Kept(Box<Kept>),
    /// The configuration changed and was read again.
    Reloaded(Box<Reload>),
    /// The system wants something.
    Signal(Signal),
    /// A whole line was typed, where the console is spoken and not drawn; and when it was read. A confirmation counts only lines that
    /// were read after it could be heard, however long they lay about since.
    Line(String, Timestamp),
    /// No line comes any more: whoever typed them has gone.
    InputEnded,
    /// How far an export is.
    Exporting(Progress),
    /// An export was written, and where; or why not. Stays until a key is pressed.
    Exported(Result<String, String>),
    /// What came of something that was asked of a profile, by [`super::Effect::Profile`].
    Profile(Box<ProfileNews>),
    /// What came of something that was wanted of recipes, by [`super::Effect::Recipes`].
    Recipes(Box<RecipeNews>),
}

/// The runs that were found in the journal.
#[derive(Debug, Clone, Default)]
pub struct RunsFound {
    /// Those that can be read, newest first.
    pub runs: Vec<PastRun>,
    /// Those that are there and cannot be read.
    pub damaged: Vec<RunId>,
    /// There are older ones, which were left where they are.
    pub has_older: bool,
}

/// What the system wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signal {
    /// Leave: SIGTERM.
    Stop,
    /// Leave, as nobody is there any more: SIGHUP, or a terminal that was seen to be gone.
    HangUp,
    /// Stop until it is continued: SIGTSTP.
    Suspend,
    /// Leave as well; but a pager that has the terminal takes it for its own: SIGINT.
    Interrupt,
}

/// A key, whatever terminal library it came from. Shift is part of the character.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "what a terminal reports of a key"
)]
pub struct Key {
    /// Which.
    pub code: KeyCode,
    /// With Ctrl.
    pub ctrl: bool,
    /// With Alt; such keys are bound to nothing.
    pub alt: bool,
    /// The terminal says that the key is held down. Confirmations ignore such keys.
    pub is_repeat: bool,
    /// It came sooner after the key before than a person types: confirmations take a row of such keys for a paste that the terminal did
    /// not mark as one.
    pub is_quick: bool,
}

/// Which key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum KeyCode {
    /// A character as typed.
    Char(char),
    /// Enter.
    Enter,
    /// Esc.
    Esc,
    /// Tab.
    Tab,
    /// Tab with Shift.
    BackTab,
    /// Backspace.
    Backspace,
    /// Delete.
    Delete,
    /// Cursor up.
    Up,
    /// Cursor down.
    Down,
    /// Cursor left.
    Left,
    /// Cursor right.
    Right,
    /// Home.
    Home,
    /// End.
    End,
    /// Page up.
    PageUp,
    /// Page down.
    PageDown,
    /// A function key.
    F(u8),
    /// Anything else.
    Other,
}

impl Key {
    /// A key alone.
    pub const fn plain(code: KeyCode) -> Self {
        Self {
            code,
            ctrl: false,
            alt: false,
            is_repeat: false,
            is_quick: false,
        }
    }

    /// A character alone.
    pub const fn char(character: char) -> Self {
        Self::plain(KeyCode::Char(character))
    }

    /// A character with Ctrl.
    pub const fn ctrl(character: char) -> Self {
        Self {
            ctrl: true,
            ..Self::plain(KeyCode::Char(character))
        }
    }
}

/// A run of the journal, without its items.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PastRun {
    /// Its number.
    pub id: RunId,
    /// The organisation it was made on; only runs of the same one can be resumed here.
    pub org_id: String,
    /// The profile's name.
    pub profile: String,
    /// Who typed the phrase.
    pub operator: String,
    /// Why.
    pub note: Option<String>,
    /// When it was created.
    pub created: Timestamp,
    /// When it finished; absent for one that was cut short.
    pub finished: Option<Timestamp>,
    /// Its counts.
    pub tally: Tally,
    /// What it was to do.
    pub plan: PastPlan,
}

/// What the plan of a past run said, without its items.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PastPlan {
    /// How hard it might push.
    pub rung: Rung,
    /// The recipe's name, where it was not the ladder.
    pub recipe: Option<String>,
    /// The filter that it was drawn from.
    pub filter: Option<String>,
    /// The wrap-up code's id.
    pub wrap_up: Option<String>,
    /// The beginning of its hash.
    pub hash: String,
    /// How many of its chats were of which kind.
    pub kinds: Vec<(Kind, usize)>,
}

impl PastRun {
    /// How many items have no final state.
    pub fn open_count(&self) -> usize {
        self.tally.planned.saturating_sub(self.tally.finals())
    }

    /// How many were ended, by it or while it went on.
    pub fn ended(&self) -> usize {
        self.tally.of(FinalState::Ended) + self.tally.of(FinalState::EndedElsewhere)
    }

    /// How many it left alone: held, or stopped before anything was sent.
    pub fn skipped(&self) -> usize {
        self.tally.of(FinalState::Held) + self.tally.of(FinalState::Cancelled)
    }

    /// How many it did not bring to their end, or is not known to have.
    pub fn failed(&self) -> usize {
        let states = [
            FinalState::WrapUpOwed,
            FinalState::Unresolved,
            FinalState::Escalate,
        ];
        states.into_iter().map(|state| self.tally.of(state)).sum()
    }
}

/// A run of the journal with everything that happened in it.
#[derive(Debug, Clone)]
pub struct RunRecord {
    /// Who, why and what.
    pub header: RunHeader,
    /// Its facts, oldest first.
    pub facts: Vec<RunFact>,
}
