//! The confirmation: only the typed phrase starts anything. The box holds the very plan that it will start. It is deaf until it has
//! been on screen for 400 ms; held keys and pastes, marked as such or not, do not count; Enter does nothing on anything but the whole phrase; and for two
//! chats or more, three seconds remain in which any key calls it off.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use tui_input::Input;

use super::action::{Action, Mode};
use super::extent::Class;
use super::history::History;
use super::msg::{Key, KeyCode};
use super::planning::READ_LIMIT;
use super::{App, Effect, Overlay, Screen, field, running};
use crate::domain::ids::RunId;
use crate::domain::moment::{after, since};
use crate::domain::plan::Plan;

/// How long a box that has just been drawn hears nothing.
const DEAF: SignedDuration = SignedDuration::from_millis(400);
/// So many keys in a row that came faster than a person types are a paste.
const BURST: u32 = 3;
/// How long the box hears nothing after a paste.
const DISARMED: SignedDuration = SignedDuration::from_secs(1);
/// How long a start of two chats or more can be called off.
pub const GRACE: SignedDuration = SignedDuration::from_secs(3);

/// What is said of a paste.
pub const PASTED: &str = "pasted text does not count: type it";

/// What is said of another text than the phrase.
pub const WRONG: &str = "not the phrase yet";

/// What is said of a line that came with the one that opened the box.
const TOO_SOON: &str =
    "that line came before the question could be read, so it does not count: type the phrase now";

/// What the phrase starts.
#[derive(Debug, Clone)]
pub enum Deed {
    /// This very plan.
    Start {
        /// The plan.
        plan: Arc<Plan>,
        /// Why.
        note: Option<String>,
    },
    /// An unfinished run.
    Resume {
        /// Which.
        run: RunId,
        /// Its profile.
        profile: String,
        /// Items without a final state; these the phrase counts.
        count: usize,
        /// Unresolved items, which are only read again.
        unresolved: usize,
    },
}

impl Deed {
    /// The phrase.
    pub fn phrase(&self) -> String {
        match self {
            Self::Start { plan, .. } => plan.phrase(),
            Self::Resume { profile, count, .. } => format!("{profile} {count}"),
        }
    }

    /// How many chats it is about.
    pub fn count(&self) -> usize {
        match self {
            Self::Start { plan, .. } => plan.items.len(),
            Self::Resume { count, .. } => *count,
        }
    }

    /// The recipe's name, where it is not the ladder.
    pub fn recipe<'a>(&'a self, history: &'a History) -> Option<&'a str> {
        match self {
            Self::Start { plan, .. } => plan.recipe.recipe().map(|recipe| recipe.name.as_str()),
            Self::Resume { run, .. } => {
                let mut runs = history.runs.iter().flatten();
                runs.find(|known| known.id == *run)?.plan.recipe.as_deref()
            }
        }
    }

    /// The words on its button: the verb and the count.
    pub fn button(&self) -> String {
        match self {
            Self::Start { .. } => format!("Terminate {}", self.count()),
            Self::Resume {
                count: 0,
                unresolved: 0,
                ..
            } => "Finish".to_owned(),
            Self::Resume {
                count: 0,
                unresolved,
                ..
            } => format!("Read {unresolved} again"),
            Self::Resume { .. } => format!("Resume {}", self.count()),
        }
    }
}

/// The box.
#[derive(Debug)]
pub struct Confirm {
    /// What it starts.
    pub deed: Deed,
    /// What was typed.
    pub typed: Input,
    /// When the phrase was entered: the start follows after [`GRACE`].
    pub starting: Option<Timestamp>,
    /// Enter was pressed on something else than the phrase, and nothing since.
    pub is_wrong: bool,
    drawn_at: Option<Timestamp>,
    /// It hears nothing before then.
    deaf_until: Option<Timestamp>,
    /// Keys in a row that came faster than a person types.
    quick: u32,
}

impl Confirm {
    /// A box for this plan.
    pub(crate) fn to_start(plan: Arc<Plan>, note: Option<String>) -> Self {
        Self::of(Deed::Start { plan, note })
    }

    /// A box for a deed.
    pub(crate) fn of(deed: Deed) -> Self {
        Self {
            deed,
            typed: Input::default(),
            starting: None,
            is_wrong: false,
            drawn_at: None,
            deaf_until: None,
            quick: 0,
        }
    }

    /// It is on screen.
    pub(crate) fn drawn(&mut self, now: Timestamp) {
        self.drawn_at.get_or_insert(now);
    }

    /// The phrase is complete; until then Cancel has the focus.
    pub fn is_complete(&self) -> bool {
        self.typed.value() == self.deed.phrase()
    }

    /// Something was pasted less than a second ago.
    pub fn is_disarmed(&self, now: Timestamp) -> bool {
        self.deaf_until.is_some_and(|until| until > now)
    }

    fn hears(&self, now: Timestamp) -> bool {
        let is_seen = self.drawn_at.is_some_and(|at| since(at, now) >= DEAF);
        is_seen && !self.is_disarmed(now)
    }

    /// Something was pasted: for a second nothing counts.
    pub(crate) fn disarm(&mut self, now: Timestamp) {
        self.deaf_until = Some(after(now, DISARMED));
        self.quick = 0;
    }

    /// Whether this key is one of a paste that came as keys. Then nothing of what was typed stands.
    fn is_of_a_paste(&mut self, key: Key, now: Timestamp) -> bool {
        self.quick = if key.is_quick { self.quick + 1 } else { 0 };
        let is_paste = self.quick >= BURST;
        if is_paste {
            self.typed = Input::default();
            self.disarm(now);
        }
        is_paste
    }
}

/// A key for the box.
pub(crate) fn press(app: &mut App, key: Key, now: Timestamp) -> Vec<Effect> {
    let action = app.settings.configured.keys.action(Mode::Confirm, key);
    if matches!(action, Some(Action::Interrupt | Action::Back)) {
        app.overlay = None;
        app.notices.tell("cancelled: nothing was sent", now);
        return Vec::new();
    }
    let Some(Overlay::Confirm(confirm)) = &mut app.overlay else {
        return Vec::new();
    };
    if key.is_repeat || !confirm.hears(now) {
        return Vec::new();
    }
    if confirm.is_of_a_paste(key, now) {
        app.notices.warn(PASTED, now);
        return Vec::new();
    }
    let is_enter = key.code == KeyCode::Enter;
    confirm.is_wrong = is_enter && !confirm.is_complete() && !confirm.typed.value().is_empty();
    if !is_enter {
        field::edit(&mut confirm.typed, key, 120);
        return Vec::new();
    }
    if !confirm.is_complete() || key.is_quick {
        return Vec::new();
    }
    accepted(app, now)
}

/// A whole line for the box, where the console is spoken and there are no keys, and when it was read. What came before the question
/// could be read does not count, nor what comes right behind it; a line that is not the phrase closes the box.
pub(crate) fn entered(app: &mut App, line: &str, read: Timestamp, now: Timestamp) -> Vec<Effect> {
    let Some(Overlay::Confirm(confirm)) = &mut app.overlay else {
        return Vec::new();
    };
    if !confirm.hears(read) {
        confirm.deaf_until = Some(after(now, DEAF));
        app.notices.warn(TOO_SOON, now);
        return Vec::new();
    }
    confirm.typed = Input::new(line.trim().to_owned());
    if !confirm.is_complete() {
        app.overlay = None;
        let words = if line.trim().is_empty() {
            "cancelled: nothing was sent"
        } else {
            "that is not the phrase: nothing was sent"
        };
        app.notices.warn(words, now);
        return Vec::new();
    }
    accepted(app, now)
}

/// The whole phrase was typed: what is for one chat starts now, what is for more in a moment.
fn accepted(app: &mut App, now: Timestamp) -> Vec<Effect> {
    let Some(Overlay::Confirm(confirm)) = &mut app.overlay else {
        return Vec::new();
    };
    if confirm.deed.count() >= 2 {
        confirm.starting = Some(now);
        return Vec::new();
    }
    carry_out(app, now)
}

/// Any key in the last three seconds: nothing is started.
pub(crate) fn call_off(app: &mut App, now: Timestamp) {
    app.close_dialog("stopped before the start: nothing was sent", now);
}

/// Time goes by: a start whose grace is over is carried out; a box whose reads have grown old closes.
pub(crate) fn tick(app: &mut App, now: Timestamp) -> Vec<Effect> {
    let Some(Overlay::Confirm(confirm)) = &app.overlay else {
        return Vec::new();
    };
    if let Some(why) = why_void(app, confirm, now) {
        app.close_dialog(why, now);
        return Vec::new();
    }
    let is_due = confirm.starting.is_some_and(|at| since(at, now) >= GRACE);
    if is_due {
        carry_out(app, now)
    } else {
        Vec::new()
    }
}

/// Why the box may no longer start anything.
fn why_void(app: &App, confirm: &Confirm, now: Timestamp) -> Option<String> {
    if let Some(why) = why_not_allowed(app, &confirm.deed) {
        return Some(format!("{why}: nothing was sent"));
    }
    let Deed::Start { plan, .. } = &confirm.deed else {
        return None;
    };
    let planning = app.planning()?;
    let is_same = planning
        .plan
        .as_ref()
        .is_some_and(|current| current.hash == plan.hash);
    if !is_same {
        return Some("the plan changed: look at it again".to_owned());
    }
    let is_old = planning.read_age(now).is_none_or(|age| age >= READ_LIMIT);
    is_old.then(|| {
        let key = app.key(Mode::Plan, Action::Reread);
        format!("The reads grew over 60s old: {key} reads the chats again")
    })
}

/// What the profile says now that forbids this, whatever it said when the box opened. A run that is resumed was planned already: how
/// large it may be was asked then.
fn why_not_allowed(app: &App, deed: &Deed) -> Option<String> {
    let settings = &app.settings;
    if let Some(why) = &settings.no_writes {
        return Some(format!("read-only, {why}"));
    }
    if !settings.writes {
        return Some(format!("{} is read-only now", settings.scope.profile));
    }
    let Deed::Start { plan, note } = deed else {
        return None;
    };
    let (count, most) = (plan.items.len(), settings.max_batch);
    if count > most {
        return Some(format!("{count} is over the batch limit of {most} now"));
    }
    (settings.require_note && note.is_none()).then(|| {
        let key = app.key(Mode::Plan, Action::Note);
        format!("this profile asks for a note now: {key} writes down why")
    })
}

/// A box that does not fit any more closes to the plan.
pub(crate) fn fit(app: &mut App, now: Timestamp) {
    if matches!(app.overlay, Some(Overlay::Confirm(_))) && app.extent.class() < Class::Compact {
        app.close_dialog("too small to confirm: nothing was sent", now);
    }
}

fn carry_out(app: &mut App, now: Timestamp) -> Vec<Effect> {
    let Some(Overlay::Confirm(confirm)) = &app.overlay else {
        return Vec::new();
    };
    if let Some(why) = why_void(app, confirm, now) {
        app.close_dialog(why, now);
        return Vec::new();
    }
    let deed = confirm.deed.clone();
    app.overlay = None;
    app.screens.retain(|screen| {
        !matches!(
            screen,
            Screen::Plan(_) | Screen::Report(_) | Screen::Runs(_)
        )
    });
    running::begin(app, deed)
}
