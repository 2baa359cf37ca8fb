//! Of one chat that is looked into: some keys belong to one page of it, some need what that page has.

use jiff::Timestamp;

use super::{no_page, no_plan, unless};
use crate::app::action::{Action, Mode};
use crate::app::inspect::{self, Inspect, Tab};
use crate::app::{App, Screen};

/// Why an action cannot be done on the page in view.
pub(super) fn why_not(app: &App, action: Action, now: Timestamp) -> Option<String> {
    let Some(Screen::Inspect(inspect)) = app.screens.last() else {
        return None;
    };
    match action {
        Action::Plan if app.planning().is_some() => {
            Some("a plan is open already; Esc goes back to it".to_owned())
        }
        Action::Plan => no_plan(app, now),
        Action::NextChat | Action::PreviousChat => {
            let next = inspect::beside(app, inspect.id, action == Action::NextChat);
            unless(next.is_some(), "no further chat in this direction")
        }
        Action::NextHit | Action::PreviousHit => {
            let find = app.key(Mode::Inspect, Action::Find);
            let words = format!("nothing is looked for; {find} searches this page");
            unless(!inspect.view().needle.is_empty(), &words)
        }
        Action::Fold | Action::Unfold | Action::FoldAll | Action::UnfoldAll | Action::Open => {
            unless(inspect.tab == Tab::Json, "only JSON (page 3) can be folded")
        }
        Action::Unmask => no_unmask(app, inspect),
        Action::More if inspect.tab != Tab::Transcript => {
            Some("earlier messages are fetched on page 2".to_owned())
        }
        Action::More => unless(
            inspect::has_more(app, inspect),
            "all messages that are known were fetched",
        ),
        Action::CopyValue => {
            let unmask = app.key(Mode::Inspect, Action::Unmask);
            let words = format!("nothing can be copied here, or it is masked ({unmask} shows it)");
            unless(inspect::value_here(app, inspect, now).is_some(), &words)
        }
        Action::OpenPage => no_page(app),
        Action::Packet => unless(
            app.roster.has(inspect.id),
            "this chat is no longer on the list",
        ),
        _ => None,
    }
}

fn no_unmask(app: &App, inspect: &Inspect) -> Option<String> {
    let privacy = app.key(Mode::Inspect, Action::Privacy);
    if !matches!(inspect.tab, Tab::Transcript | Tab::Json | Tab::Attributes) {
        return Some(format!(
            "nothing is masked on this page; {privacy} masks names everywhere"
        ));
    }
    app.privacy
        .is_on
        .then(|| format!("privacy is on, {privacy} takes it away"))
}
