//! Looking for something in the page in view.

use jiff::Timestamp;

use super::{fit, page, room, with};
use crate::app::action::Action;
use crate::app::msg::Key;
use crate::app::text_view::NEEDLE;
use crate::app::{App, field};
use crate::domain::text::Text;

/// Goes to the next match, or the one before.
pub(super) fn next_hit(app: &mut App, forward: bool, now: Timestamp) {
    let found = with(app, |app, inspect| {
        let (page, room) = (page(app, inspect, now), room(app, inspect));
        let is_found = inspect.view_mut().go_to_hit(forward, &page, room);
        (!is_found).then(|| "no match on this page".to_owned())
    });
    if let Some(words) = found.flatten() {
        app.notices.tell(words, now);
    }
}

/// Accepts or gives up the search that is typed.
pub(crate) fn find_key(app: &mut App, action: Action, now: Timestamp) {
    with(app, |app, inspect| {
        let Some(typed) = inspect.typing.take() else {
            return;
        };
        if action == Action::Accept {
            // Without blanks around it, and safe, as all that it is compared with.
            let needle: String = Text::clean(typed.value()).into();
            let (page, room) = (page(app, inspect, now), room(app, inspect));
            inspect.view_mut().look_for(needle, &page, room);
        }
    });
    fit(app, now);
}

/// A key for the search that is typed.
pub(crate) fn typed(app: &mut App, key: Key) {
    with(app, |_, inspect| {
        if let Some(input) = &mut inspect.typing {
            field::edit(input, key, NEEDLE);
        }
    });
}

/// Pasted text for the search that is typed.
pub(crate) fn pasted(app: &mut App, text: &str) {
    with(app, |_, inspect| {
        if let Some(input) = &mut inspect.typing {
            field::insert(input, text, NEEDLE);
        }
    });
}
