//! The wrap-up code of a plan (`w`): a list of the codes there are, which what is typed narrows down; an id that is not among them can be
//! typed whole. Another code makes another plan of the same reads, with another hash. Only reads are asked for here.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use tui_input::Input;

use super::Planning;
use super::keys::refreeze;
use crate::app::action::{Action, Mode};
use crate::app::extent::{Class, Extent};
use crate::app::scroll::follow;
use crate::app::update::step_of;
use crate::app::{App, Effect, Overlay};
use crate::domain::failure::Failure;
use crate::domain::feed::{Command, MOST_CODES};
use crate::domain::names::{NameKind, Named, is_askable};
use crate::domain::shown::queue_id;
use crate::domain::step::Rung;
use crate::domain::text::Text;

/// The entry that takes the code away.
const NO_CODE: &str = "no code";

/// What is known of the codes to choose among, while the plan is open.
#[derive(Debug, Default)]
pub struct Codes {
    /// The queues of this plan whose codes were asked for, together with all there are; absent until `w` was pressed.
    asked: Option<BTreeSet<Text>>,
    /// All there are, or why they are not known; absent until an answer came.
    all: Option<Result<Vec<Named>, String>>,
    /// What each queue of the plan offers, where that is known.
    of_queues: BTreeMap<Text, BTreeSet<Text>>,
    names: BTreeMap<Text, Text>,
}

/// The list that is open.
#[derive(Debug)]
pub struct CodeMenu {
    /// What is typed.
    pub typed: Input,
    /// What is under the cursor: an id, or nothing for no code.
    pub chosen: Option<Text>,
    /// The first line on screen.
    pub top: usize,
}

/// A code that can be chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its id; none for no code.
    pub id: Option<Text>,
    /// What it is called.
    pub name: String,
    /// Which queues of the plan offer it.
    pub beside: String,
    /// Another one is called so, too: only their ids tell them apart.
    pub is_namesake: bool,
    /// The plan has it now.
    pub is_now: bool,
}

impl Codes {
    fn known(&self) -> BTreeMap<&Text, &Text> {
        match &self.all {
            Some(Ok(all)) => all.iter().map(|code| (&code.id, &code.name)).collect(),
            _ => self.names.iter().collect(),
        }
    }

    fn is_asked_of(&self, queue: &Text) -> bool {
        self.asked
            .as_ref()
            .is_some_and(|asked| asked.contains(queue))
    }

    /// How many queues of the plan offer it, of how many whose codes are known.
    fn offered(&self, id: &Text) -> (usize, usize) {
        let queues = self.of_queues.values();
        let count = queues.clone().filter(|codes| codes.contains(id)).count();
        (count, queues.count())
    }

    fn offered_words(&self, id: &Text) -> String {
        match self.offered(id) {
            (_, 0) => String::new(),
            (1, 1) => "offered by its queue".to_owned(),
            (0, 1) => "not offered by its queue".to_owned(),
            (0, _) => "offered by none of its queues".to_owned(),
            (count, all) if count == all => format!("offered by all {all} queues"),
            (count, all) => format!("offered by {count} of {all} queues"),
        }
    }
}

/// Why no code can be chosen now.
pub(crate) fn why_not(app: &App, planning: &Planning) -> Option<String> {
    if !planning.sends_code() {
        return Some("the plan's recipe sends no code".to_owned());
    }
    let rung = app.key(Mode::Plan, Action::Rung);
    match planning.rung() {
        Rung::Close => None,
        other => Some(format!(
            "the rung {} applies no code; {rung} changes the rung",
            other.word()
        )),
    }
}

/// Opens the list, and asks which codes there are: once for each plan, and again only after a failure.
pub(super) fn open(app: &mut App) -> Vec<Effect> {
    let Some(planning) = app.planning() else {
        return Vec::new();
    };
    let rows = planning.asked.iter().filter_map(|id| app.roster.row(*id));
    let queues: BTreeSet<Text> = rows.filter_map(|row| queue_id(&row).cloned()).collect();
    let codes = &planning.codes;
    let is_asked = codes.asked.is_some() && !matches!(codes.all, Some(Err(_)));
    let chosen = planning.choices.wrap_up.as_deref().map(Text::clean);
    app.overlay = Some(Overlay::Codes(Box::new(CodeMenu {
        typed: Input::default(),
        chosen,
        top: 0,
    })));
    fit(app);
    if is_asked {
        return Vec::new();
    }
    if let Some(planning) = app.planning_mut() {
        planning.codes.asked = Some(queues.clone());
        // What is not known is being asked again.
        planning.codes.all.take_if(|all| all.is_err());
    }
    let queues = queues.into_iter().collect();
    vec![Effect::Engine(Command::ListCodes { queues })]
}

/// An answer came.
pub(crate) fn learned(
    app: &mut App,
    queue: Option<Text>,
    result: Result<Vec<Named>, Failure>,
) -> Vec<Effect> {
    if let Some(planning) = app.planning_mut() {
        let codes = &mut planning.codes;
        for code in result.iter().flatten() {
            codes.names.insert(code.id.clone(), code.name.clone());
        }
        match (queue, result) {
            (None, result) => codes.all = Some(result.map_err(|failure| failure.words())),
            // The answer may be one to the plan before this one.
            (Some(queue), Ok(offered)) if codes.is_asked_of(&queue) => {
                let ids = offered.into_iter().map(|code| code.id);
                codes.of_queues.insert(queue, ids.collect());
            }
            // What a queue offers is a help, and not more.
            (Some(_), _) => {}
        }
    }
    fit(app);
    Vec::new()
}

/// What can be chosen: no code, those that the plan's queues offer first, and an id that is typed whole.
pub fn entries(app: &App, menu: &CodeMenu) -> Vec<Entry> {
    let Some(planning) = app.planning() else {
        return Vec::new();
    };
    let now = planning.choices.wrap_up.as_deref();
    let typed = Text::clean(menu.typed.value());
    let wanted = typed.as_str().to_lowercase();
    let is_meant = |text: &str| {
        let text = text.to_lowercase();
        wanted.split_whitespace().all(|word| text.contains(word))
    };
    let names = app.roster.names();
    let mut known = planning.codes.known();
    if !matches!(planning.codes.all, Some(Ok(_))) {
        let kept = names.of(NameKind::WrapUpCode);
        known.extend(kept.into_iter().map(|(id, name, _)| (id, name)));
    }
    let entry = |id: &Text, name: String| Entry {
        beside: planning.codes.offered_words(id),
        is_now: now == Some(id.as_str()),
        is_namesake: false,
        id: Some(id.clone()),
        name,
    };
    let mut codes: Vec<Entry> = known
        .into_iter()
        .filter(|(id, name)| is_meant(&format!("{name} {id}")))
        .map(|(id, name)| entry(id, name.to_string()))
        .collect();
    // The one that the plan has now is always among them, and so is one that is typed whole.
    let whole = is_askable(&typed).then(|| typed.clone());
    let set = now.map(Text::clean).filter(|_| wanted.is_empty());
    for id in set.into_iter().chain(whole) {
        if codes.iter().all(|code| code.id.as_ref() != Some(&id)) {
            codes.push(entry(&id, app.code_words(id.as_str())));
        }
    }
    codes.sort_by_cached_key(|code| {
        let offered = code.id.as_ref().map(|id| planning.codes.offered(id).0);
        (
            std::cmp::Reverse(offered),
            code.name.to_lowercase(),
            code.id.clone(),
        )
    });
    let mut called: BTreeMap<String, usize> = BTreeMap::new();
    for code in &codes {
        *called.entry(code.name.to_lowercase()).or_default() += 1;
    }
    for code in &mut codes {
        code.is_namesake = called.get(&code.name.to_lowercase()) > Some(&1);
    }
    // To take the code away is meant by whoever goes there, or types just that: a code may have the same words in its name.
    let none = Entry {
        id: None,
        name: NO_CODE.to_owned(),
        beside: "wrap-up that is owed stays owed".to_owned(),
        is_now: now.is_none(),
        is_namesake: false,
    };
    let is_none_meant = wanted.is_empty() || wanted.trim() == NO_CODE;
    let none = Some(none).filter(|_| is_none_meant);
    none.into_iter().chain(codes).collect()
}

/// It was answered which codes there are.
pub(crate) fn are_known(app: &App) -> bool {
    let planning = app.planning();
    planning.is_none_or(|planning| planning.codes.all.is_some())
}

/// The list of them came.
pub(crate) fn are_listed(app: &App) -> bool {
    let planning = app.planning();
    planning.is_some_and(|planning| matches!(planning.codes.all, Some(Ok(_))))
}

/// How it stands with the list.
pub fn state_words(app: &App) -> String {
    match app
        .planning()
        .and_then(|planning| planning.codes.all.as_ref())
    {
        None => "asking which codes there are".to_owned(),
        Some(Ok(codes)) => {
            let first = if codes.len() >= MOST_CODES {
                "the first "
            } else {
                ""
            };
            let count = codes.len();
            format!("{first}{count} codes; type to narrow, or a whole id")
        }
        Some(Err(why)) => format!("the codes cannot be listed: {why}; type a whole id"),
    }
}

/// How wide and high the box is, with its border.
pub fn size(extent: Extent) -> (u16, u16) {
    match extent.class() {
        Class::Wide => (84, 22),
        Class::Normal => (70, 18),
        _ => (extent.width, extent.height.saturating_sub(2)),
    }
}

/// How many codes there is room for: the rest is the border, what is typed, how it stands and a rule.
fn room(app: &App) -> usize {
    usize::from(size(app.extent).1).saturating_sub(5).max(1)
}

/// What is typed changes; the first code that has it is under the cursor then, and with nothing typed the plan's own.
pub(crate) fn typed(app: &mut App, edit: impl FnOnce(&mut Input) -> bool) {
    let Some(Overlay::Codes(menu)) = &mut app.overlay else {
        return;
    };
    if !edit(&mut menu.typed) {
        return;
    }
    let first = match &app.overlay {
        Some(Overlay::Codes(menu)) => {
            let is_any = menu.typed.value().trim().is_empty();
            let mut entries = entries(app, menu).into_iter();
            entries.find(|entry| entry.is_now || !is_any)
        }
        _ => None,
    };
    if let Some(Overlay::Codes(menu)) = &mut app.overlay {
        menu.chosen = first.and_then(|entry| entry.id);
    }
    fit(app);
}

/// Does an action of the list.
pub(crate) fn press(app: &mut App, action: Action, now: Timestamp) -> Vec<Effect> {
    let rows = room(app);
    let Some(Overlay::Codes(menu)) = &app.overlay else {
        return Vec::new();
    };
    let entries = entries(app, menu);
    let at = entries.iter().position(|entry| entry.id == menu.chosen);
    if let Some(step) = step_of(action) {
        let to = step.from(at.unwrap_or(0), rows, entries.len());
        let to = entries.get(to).map(|entry| entry.id.clone());
        if let (Some(Overlay::Codes(menu)), Some(id)) = (&mut app.overlay, to) {
            menu.chosen = id;
        }
        fit(app);
        return Vec::new();
    }
    match (action, at.and_then(|at| entries.get(at))) {
        (Action::Accept, Some(entry)) => plan_with(app, entry, now),
        (Action::Accept, None) => {
            let words = "no code has these words, and they are no whole id";
            app.notices.warn(words, now);
            Vec::new()
        }
        _ => {
            app.overlay = None;
            Vec::new()
        }
    }
}

/// The plan is frozen anew with this code.
fn plan_with(app: &mut App, entry: &Entry, now: Timestamp) -> Vec<Effect> {
    app.overlay = None;
    if entry.is_now {
        let words = format!("wrap-up: {}, as it was; the plan is the same", entry.name);
        app.notices.tell(words, now);
        return Vec::new();
    }
    let Some(planning) = app.planning_mut() else {
        return Vec::new();
    };
    planning.choices.wrap_up = entry.id.as_ref().map(ToString::to_string);
    if planning.is_read() {
        refreeze(app, now);
    }
    let words = format!("wrap-up: {}; this is another plan now", entry.name);
    app.notices.tell(words, now);
    let id = entry.id.clone();
    id.map(|id| Effect::Engine(Command::Name(vec![(NameKind::WrapUpCode, id)])))
        .into_iter()
        .collect()
}

/// Keeps the cursor in view.
fn fit(app: &mut App) {
    let rows = room(app);
    let Some(Overlay::Codes(menu)) = &app.overlay else {
        return;
    };
    let entries = entries(app, menu);
    let at = entries.iter().position(|entry| entry.id == menu.chosen);
    let at = at.unwrap_or(0);
    if let Some(Overlay::Codes(menu)) = &mut app.overlay {
        menu.top = follow(menu.top, at, rows, entries.len());
    }
}
