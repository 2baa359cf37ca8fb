//! What commands do in the list: which rows are shown, in which order, which are marked.

use jiff::Timestamp;

use super::commands::Verb;
use super::doing::{Obeyed, to_list};
use super::numbers::{self, Of};
use super::{list, say, say_all, sentence};
use crate::app::action::{Action, Mode};
use crate::app::chats::VIEW_ACTIONS;
use crate::app::typing::narrowed;
use crate::app::update::done as act;
use crate::app::{App, Overlay, explain};
use crate::domain::filter::nearest;
use crate::domain::sorting::SortKey;

/// Does a command of the list.
pub(super) fn about_list(app: &mut App, verb: Verb, rest: &str, now: Timestamp) -> Obeyed {
    match verb {
        Verb::More => return Ok(numbers::turn(app, now)),
        Verb::Marks => say_all(app, list::marks(app, now)),
        Verb::Views => say_all(app, list::views(app)),
        Verb::Mark | Verb::Unmark => {
            let words = mark(app, verb, rest)?;
            say(app, words);
        }
        Verb::Explain => {
            let about = if rest.is_empty() {
                return Err("Say which: a number, the beginning of an id, or a name.".to_owned());
            } else {
                numbers::one(app, rest).map_or_else(|_| rest.to_owned(), |id| id.to_string())
            };
            let lines = explained(app, &about, now);
            say_all(app, lines);
        }
        _ => {
            to_list(app);
            return ordered(app, verb, rest, now);
        }
    }
    Ok(Vec::new())
}

/// What chooses and orders the rows of the list, which is then read out.
fn ordered(app: &mut App, verb: Verb, rest: &str, now: Timestamp) -> Obeyed {
    let mut effects = Vec::new();
    match verb {
        Verb::Filter if rest.is_empty() => {
            say(app, list::filter(app));
            return Ok(effects);
        }
        Verb::Filter => {
            let text = if rest == "none" { "" } else { rest };
            filter(app, text, now)?;
        }
        Verb::View => {
            let action = view(app, rest)?;
            effects = act(app, Mode::Chats, action, "view", now);
        }
        Verb::Sort => {
            app.chats.sort.key = sort_key(rest)?;
            app.reorder(now, true);
        }
        Verb::Reverse => effects = act(app, Mode::Chats, Action::Reverse, "reverse", now),
        _ => app.reorder(now, true),
    }
    effects.extend(list::read_out(app, now));
    Ok(effects)
}

fn filter(app: &mut App, text: &str, now: Timestamp) -> Result<(), String> {
    app.chats.filter.set(text);
    if let Some(why) = app.chats.filter.error.take() {
        let kept = list::filter(app);
        return Err(format!("{} {kept}", sentence(&why)));
    }
    app.chats.only_marked = false;
    narrowed(app, now);
    Ok(())
}

fn view(app: &App, rest: &str) -> Result<Action, String> {
    let names = list::view_names(app);
    let by_name = names
        .iter()
        .position(|name| name.to_lowercase() == rest.to_lowercase());
    let by_number = || {
        rest.parse::<usize>()
            .ok()
            .and_then(|number| number.checked_sub(1))
    };
    let place = by_name
        .or_else(by_number)
        .filter(|place| *place < names.len());
    place
        .and_then(|place| VIEW_ACTIONS.get(place).copied())
        .ok_or_else(|| {
            format!(
                "There is no view \"{rest}\". There are: {}.",
                names.join(", ")
            )
        })
}

fn sort_key(rest: &str) -> Result<SortKey, String> {
    SortKey::named(rest).ok_or_else(|| {
        let words: Vec<&str> = SortKey::ALL.iter().map(|key| key.word()).collect();
        let near = nearest(rest, words.iter().copied()).unwrap_or("age");
        format!(
            "Nothing is sorted by \"{rest}\". Did you mean {near}? There are: {}.",
            words.join(", ")
        )
    })
}

/// Marks are taken and given by the numbers of the list alone: those of a plan or a report are another thing.
fn mark(app: &mut App, verb: Verb, rest: &str) -> Result<String, String> {
    if verb == Verb::Unmark && rest.is_empty() {
        app.chats.marks.clear();
        return Ok("No chat is marked.".to_owned());
    }
    numbers::of_these(app, Of::Chats, rest)?;
    let ids = numbers::chosen(app, rest)?;
    let most = app.settings.max_batch;
    if verb == Verb::Unmark {
        for id in &ids {
            app.chats.marks.unmark(*id);
        }
    } else if rest == "all" && ids.len() > most {
        return Err(format!(
            "{} is over the batch limit of {most}: narrow the filter, or raise limits.max_batch.",
            ids.len()
        ));
    } else {
        app.chats.marks.mark_all(ids.iter().copied());
    }
    Ok(list::marked(app, &ids))
}

fn explained(app: &mut App, about: &str, now: Timestamp) -> Vec<String> {
    let overlay = app.overlay.take();
    explain::open(app, about, now);
    let told = match std::mem::replace(&mut app.overlay, overlay) {
        Some(Overlay::Explain(explain)) => explain.lines,
        _ => Vec::new(),
    };
    let words = told.iter().map(|line| line.text().trim().to_owned());
    words.filter(|line| !line.is_empty()).collect()
}
