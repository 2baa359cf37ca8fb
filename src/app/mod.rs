//! The console as a value: what is known, what is shown, what the operator chose. `update` folds one message and says what to do;
//! nothing here knows a terminal, a clock, a network or a file.
//!
//! A key's way: `update` finds the mode, `action` what the key means there, the screen's own file what that does.

pub mod action;
mod as_curl;
mod attention;
pub mod board;
mod caught;
pub mod chats;
pub mod clock_text;
pub mod columns;
mod configured;
pub mod confirm;
pub mod copying;
mod effect;
pub mod explain;
pub mod exporting;
pub mod extent;
mod facts;
mod field;
pub mod help;
pub mod history;
pub mod if_ended;
pub mod inspect;
pub mod keeping;
pub mod link;
pub mod lookout;
pub mod manners;
pub mod messages;
pub mod mouse;
mod msg;
pub mod narrowing;
pub mod notices;
pub mod opening;
pub mod pace;
mod page;
mod paging;
pub mod palette;
pub mod planning;
pub mod privacy;
mod reload;
pub mod report;
pub mod request_table;
pub mod run_log;
mod run_news;
pub mod running;
mod screens;
mod scroll;
mod settings;
pub mod severity;
pub mod sheet;
pub mod spoken;
pub mod text_view;
pub mod tone;
pub mod trace;
mod typing;
mod update;
pub mod view_name;
mod views;
pub mod watched;
pub mod why_not;

pub use configured::Configured;
pub use effect::Effect;
pub use msg::{Key, KeyCode, Msg, PastPlan, PastRun, RunRecord, RunsFound, Signal};
pub use reload::{NewLimits, Reload};
pub use screens::{Overlay, Screen};
pub use settings::{AppSettings, WrapUpCode};
pub use update::{start, update};

use std::collections::HashMap;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use crate::domain::beside::Accepted;
use crate::domain::ids::{ConversationId, RunId};
use crate::domain::kind::Severity;
use crate::domain::moment::after;
use crate::domain::names::NameKind;
use crate::domain::plan::{Plan, PlanItem};
use crate::domain::roster::Roster;
use crate::domain::rules::warned;
use crate::domain::text::Text;
use action::{Action, Mode};
use chats::{Around, Chats};
use extent::Extent;
use history::History;
use link::Link;
use notices::Notices;
use run_log::{RunLog, Whose};

/// The console.
#[derive(Debug)]
pub struct App {
    /// What it was told at its start.
    pub settings: AppSettings,
    /// The room there is.
    pub extent: Extent,
    /// The chats known now.
    pub roster: Roster,
    /// How it stands with the organisation.
    pub link: Link,
    /// The list, which lies under every other screen.
    pub chats: Chats,
    /// Screens above the list, the last one in view.
    pub screens: Vec<Screen>,
    /// A dialog above the screen.
    pub overlay: Option<Overlay>,
    /// A plan was confirmed, and the engine has not opened its run yet.
    pub awaited: Option<Arc<Plan>>,
    /// The run of this console: under way, or the newest that was.
    pub live: Option<RunLog>,
    /// A run from the journal that is looked at.
    pub past: Option<RunLog>,
    /// The journal's runs.
    pub history: History,
    /// Messages for the status row.
    pub notices: Notices,
    /// Quit once the run has settled.
    pub is_leaving: bool,
    /// Whether anybody looks.
    attention: attention::Attention,
    /// The mouse.
    pub pointer: mouse::Pointer,
    /// Whether names and texts are masked.
    pub privacy: privacy::Privacy,
    /// All requests, while somebody looks at them.
    pub requests: lookout::requests::RequestLog,
    /// How many chats there were, minute by minute.
    pub minutes: lookout::pulse::Minutes,
    /// What a screen counts.
    counting: lookout::counting::Counting,
    /// What is kept from one start to the next.
    pub keeping: keeping::Keeping,
    /// What is said, where the console is spoken and not drawn.
    pub spoken: Option<Box<spoken::Spoken>>,
    /// How fast chats are read.
    pub pace: pace::Pace,
    are_requests_told: bool,
    /// What the engine was told that somebody looks into.
    looked_into: Option<ConversationId>,
    attended: (Vec<ConversationId>, Vec<ConversationId>),
    deaf_until: Option<Timestamp>,
    /// A run was asked to stop before the engine had opened it.
    is_stop_awaited: bool,
    /// An export that is being written.
    pub exporting: Option<exporting::Progress>,
    /// What was asked of profiles, and what came of it.
    pub profiles: lookout::profiles::Asked,
    /// What is known of recipes, and what each did.
    pub recipes: lookout::recipes::RecipeBook,
    /// What its runs let go of and is looked at still.
    pub watched: watched::Watched,
}

impl App {
    /// A console that has seen nothing yet.
    pub fn new(settings: AppSettings) -> Self {
        let mut notices = Notices::default();
        if let Some(why) = &settings.no_writes {
            let words = format!("Read-only: {why}. What to do is said in full on leaving");
            notices.warn(words, settings.started);
        }
        let mut roster = Roster::judging_by(settings.configured.thresholds.clone());
        roster.follow(settings.configured.rules.clone());
        let mut chats = Chats::new(
            settings.configured.sort,
            settings.configured.columns.clone(),
        );
        chats.follow_views(settings.configured.views.iter().take(chats::OWN_VIEWS));
        Self {
            link: Link::new(settings.started),
            extent: Extent::default(),
            roster,
            chats,
            screens: Vec::new(),
            overlay: None,
            awaited: None,
            live: None,
            past: None,
            history: History::default(),
            notices,
            is_leaving: false,
            attention: attention::Attention::default(),
            pointer: mouse::Pointer::default(),
            privacy: privacy::Privacy {
                is_on: settings.privacy,
            },
            requests: lookout::requests::RequestLog::default(),
            minutes: lookout::pulse::Minutes::default(),
            counting: lookout::counting::Counting::default(),
            keeping: keeping::Keeping::default(),
            spoken: None,
            pace: pace::Pace::default(),
            are_requests_told: false,
            looked_into: None,
            attended: (Vec::new(), Vec::new()),
            deaf_until: None,
            is_stop_awaited: false,
            exporting: None,
            profiles: lookout::profiles::Asked::default(),
            recipes: lookout::recipes::RecipeBook::default(),
            watched: watched::Watched::default(),
            settings,
        }
    }

    /// The same console, spoken: lines in, lines out, and the words for what can be done are those of its commands.
    pub fn aloud(mut self) -> Self {
        self.settings.configured.keys.speak();
        self.spoken = Some(Box::new(spoken::Spoken::new(self.settings.started)));
        self
    }

    /// What our own runs had accepted before this console was opened, as far as they are on record.
    pub fn remember(&mut self, accepted: HashMap<ConversationId, Vec<Accepted>>) {
        for (id, accepted) in accepted {
            self.roster.accept(id, accepted);
        }
    }

    /// Where a key would be pressed now.
    pub fn mode(&self) -> Mode {
        let above = self.overlay.as_ref().map(Overlay::mode);
        above.unwrap_or_else(|| self.screen_mode())
    }

    /// The mode of the screen in view, whatever dialog is above it.
    pub fn screen_mode(&self) -> Mode {
        match self.screens.last() {
            None if self.chats.filter.typing.is_some() => Mode::Filter,
            None => Mode::Chats,
            Some(Screen::Inspect(inspect)) if inspect.typing.is_some() => Mode::Find,
            Some(Screen::Inspect(_)) => Mode::Inspect,
            Some(Screen::Plan(planning)) if planning.typing.is_some() => Mode::Note,
            Some(Screen::Plan(_)) => Mode::Plan,
            Some(Screen::Board(_)) => Mode::Board,
            Some(Screen::Trace(_)) => Mode::Trace,
            Some(Screen::Report(_)) => Mode::Report,
            Some(Screen::Runs(runs)) if runs.narrowing.typing().is_some() => Mode::Narrow,
            Some(Screen::Runs(_)) => Mode::Runs,
            Some(Screen::Lookout(lookout)) => lookout.mode(),
            Some(Screen::Messages(_)) => Mode::Messages,
        }
    }

    /// The name of the key that does something in a mode, for words on the screen.
    pub fn key(&self, mode: Mode, action: Action) -> String {
        self.settings.configured.keys.name(mode, action)
    }

    /// Masks names, or shows them again, and says so.
    pub(crate) fn turn_privacy(&mut self, now: Timestamp) {
        let key = self.key(Mode::Chats, Action::Privacy);
        let words = self.privacy.turn(&key);
        typing::masked(self, now);
        self.brief_logs();
        self.notices.tell(words, now);
    }

    /// Tells the runs that are looked at whether names are masked, and which keys there are.
    fn brief_logs(&mut self) {
        for log in [&mut self.live, &mut self.past].into_iter().flatten() {
            log.privacy = self.privacy;
            if log.keys != self.settings.configured.keys {
                log.keys.clone_from(&self.settings.configured.keys);
            }
        }
    }

    /// A run was confirmed and is not finished.
    pub fn is_running(&self) -> bool {
        self.awaited.is_some() || self.live.as_ref().is_some_and(RunLog::is_active)
    }

    /// The run that was carried out last, where it did not come to its end.
    pub fn unfinished(&self) -> Option<RunId> {
        let run = self.live.as_ref().map(|live| &live.run);
        run.filter(|run| run.finished.is_none())
            .map(|run| run.header.id)
    }

    /// Something moves on screen, so that ticks should come every tenth of a second instead of every second.
    pub fn is_moving(&self) -> bool {
        self.is_running() || self.mode() == Mode::Starting
    }

    /// A wrap-up code by name, as far as that is known.
    pub fn code_words(&self, id: &str) -> String {
        let preset = self.settings.wrap_up.as_ref();
        let named = preset.filter(|code| code.id == id && code.name != code.id);
        let words = || {
            let id = Text::clean(id);
            self.roster.names().words(NameKind::WrapUpCode, &id)
        };
        named.map_or_else(words, |code| code.name.clone())
    }

    /// The words for the window's title, where it is to have any.
    pub fn title(&self) -> Option<String> {
        let settings = &self.settings;
        settings.configured.manners.title.then(|| {
            format!(
                "unstick {} {} {} stuck",
                settings.label, settings.scope.profile, self.chats.counts.stuck
            )
        })
    }

    /// The run that a screen shows.
    pub fn run_log(&self, whose: Whose) -> Option<&RunLog> {
        match whose {
            Whose::Live => self.live.as_ref(),
            Whose::Past => self.past.as_ref(),
        }
    }

    /// The plan in view or beneath a dialog.
    pub fn planning(&self) -> Option<&planning::Planning> {
        self.screens.iter().rev().find_map(|screen| match screen {
            Screen::Plan(planning) => Some(planning.as_ref()),
            _ => None,
        })
    }

    pub(crate) fn planning_mut(&mut self) -> Option<&mut planning::Planning> {
        self.screens
            .iter_mut()
            .rev()
            .find_map(|screen| match screen {
                Screen::Plan(planning) => Some(planning.as_mut()),
                _ => None,
            })
    }

    /// How grave an item of a plan is: as its kind says, or a rule of what is known of it now.
    pub fn severity_of(&self, item: &PlanItem) -> Severity {
        self.chats.severity(item.id).max(item.kind.severity())
    }

    /// What rules and guards want counted aloud before this plan is confirmed, in words.
    pub fn warned(&self, plan: &Plan, now: Timestamp) -> Option<String> {
        let rows = plan
            .items
            .iter()
            .filter_map(|item| self.roster.row(item.id));
        let warnings = warned(rows, now).into_iter();
        let warnings: Vec<String> = warnings.chain(self.link.old_words(now)).collect();
        (!warnings.is_empty()).then(|| warnings.join("; "))
    }

    /// Whether something is open above the list that chooses among its rows.
    fn is_choosing(&self) -> bool {
        self.overlay.is_some() || self.planning().is_some()
    }

    /// A dialog closes by itself: the rest of what was being typed must not be taken for keys of the screen below.
    pub(crate) fn close_dialog(&mut self, why: impl Into<String>, now: Timestamp) {
        self.overlay = None;
        self.deaf_until = Some(after(now, SignedDuration::from_secs(1)));
        self.notices.warn(why, now);
    }

    /// Works out the list's order again.
    pub(crate) fn reorder(&mut self, now: Timestamp, sort_anew: bool) {
        self.with_chats(now, |chats, around| chats.rebuild(around, sort_anew));
    }

    /// Something is left to be done when nothing else is: the list is being worked out, or what a screen shows is being counted.
    pub fn has_spare_work(&self) -> bool {
        self.chats.is_surveying() || lookout::counting::is_under_way(self)
    }

    /// Which list and figures are in view, and how far the next list is where that is said: spare work changes nothing else on the screen.
    pub fn progress(&self) -> (u64, Option<usize>) {
        self.chats.progress(self.counting.times)
    }

    /// Lets the list see what is around it.
    pub(crate) fn with_chats(&mut self, now: Timestamp, act: impl FnOnce(&mut Chats, &Around<'_>)) {
        let around = Around {
            is_dialog_open: self.is_choosing(),
            is_at_once: self.spoken.is_some(),
            roster: &self.roster,
            zone: &self.settings.zone,
            rows: self.extent.chat_rows(),
            now,
        };
        act(&mut self.chats, &around);
        if let Some(id) = self.chats.lost.take()
            && !self.roster.has(id)
        {
            let words = format!("{} left the list; the cursor stays on its line", id.short());
            self.notices.tell(words, now);
        }
    }
}
