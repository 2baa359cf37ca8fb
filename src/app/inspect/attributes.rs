//! What flows and programs noted down about the parties (participant attributes), party by party; values are masked until somebody asks.

use super::Inspect;
use crate::app::App;
use crate::app::action::{Action, Mode};
use crate::app::text_view::PageLine;
use crate::app::tone::{Tone, Words};
use crate::domain::conversation::Participant;
use crate::domain::evidence::who;
use crate::domain::masking::length;
use crate::domain::text::{cells, fit};

/// The widest column of keys.
const KEYS: usize = 28;

/// The page.
pub(super) fn lines(app: &App, inspect: &Inspect) -> Vec<PageLine> {
    let parties = parties(app, inspect);
    let widest = parties
        .iter()
        .flat_map(|party| &party.attributes)
        .map(|(key, _)| cells(key.as_str()))
        .max();
    let keys = widest.unwrap_or(8).clamp(8, KEYS);
    let is_masked = !inspect.shows_attributes() || app.privacy.is_on;
    let head = format!(" {:<10}{} VALUE", "PARTY", fit("KEY", keys + 1));
    let mut lines = vec![PageLine::of(Words::new(Tone::Dim, head))];
    for party in &parties {
        for (key, value) in &party.attributes {
            let shown = if is_masked {
                (Tone::Dim, length(value.as_str()))
            } else {
                (Tone::Plain, value.to_string())
            };
            let words = Words::plain(format!(" {} ", fit(who(&party.purpose), 9)))
                .and(Tone::Accent, format!("{}  ", fit(key.as_str(), keys)))
                .and(shown.0, shown.1);
            lines.push(PageLine {
                words,
                hang: keys + 13,
                value: (!is_masked).then(|| value.to_string()),
                place: None,
            });
        }
    }
    lines
}

fn parties(app: &App, inspect: &Inspect) -> Vec<Participant> {
    let row = app.roster.row(inspect.id);
    let reading = row.and_then(|row| row.reading);
    reading.map_or_else(Vec::new, |reading| {
        let all = reading.conversation.participants.iter();
        all.filter(|party| !party.attributes.is_empty())
            .cloned()
            .collect()
    })
}

/// What the page's status row says.
pub(super) fn said(app: &App, inspect: &Inspect) -> (Tone, String) {
    let parties = parties(app, inspect);
    let count: usize = parties.iter().map(|party| party.attributes.len()).sum();
    let words = match (count, inspect.shows_attributes(), app.privacy.is_on) {
        (0, _, _) => "Nobody noted anything down about the parties, as far as was read.".to_owned(),
        (_, _, true) => format!(
            "{count} attributes, masked by privacy ({}).",
            app.key(Mode::Inspect, Action::Privacy)
        ),
        (_, false, false) => {
            let key = app.key(Mode::Inspect, Action::Unmask);
            format!("{count} attributes, masked: {key} shows the values.")
        }
        (_, true, false) => {
            let key = app.key(Mode::Inspect, Action::CopyValue);
            format!("{count} attributes. Personal data. {key} copies a value.")
        }
    };
    (Tone::Plain, words)
}
