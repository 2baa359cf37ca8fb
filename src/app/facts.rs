//! What the engine tells, folded into what is known: lists, reads, names, the steps of a run.

use jiff::Timestamp;

use super::chats::Chats;
use super::update::attend;
use super::{App, Effect, inspect, lookout, messages, planning, running};
use crate::domain::feed::{Fact, Listing};
use crate::domain::skew;

/// Folds one fact.
pub(super) fn learned(app: &mut App, fact: Fact, now: Timestamp) -> Vec<Effect> {
    match fact {
        Fact::Listing(listing) => listed(app, &listing, now),
        Fact::Read { id, result, at } => {
            match result {
                Ok(reading) => app.roster.absorb_reading(id, &reading),
                Err(failure) => {
                    messages::note_read(app, id, &failure, now);
                    app.roster.absorb_failed_read(id, failure, at);
                }
            }
            app.chats.note_row(&app.roster, id, now);
            planning::was_read(app, id, now);
            app.with_chats(now, Chats::freshen);
            inspect::fit(app, now);
            Vec::new()
        }
        Fact::Learned(learned) => {
            app.roster.learn(&learned);
            app.chats.note_list();
            app.with_chats(now, Chats::freshen);
            Vec::new()
        }
        Fact::RunOpened(header) => running::opened(app, *header),
        Fact::RunRefused { why } => running::refused(app, &why, now),
        Fact::Run(id, fact) => running::happened(app, id, &fact, now),
        fact @ (Fact::Raw { .. } | Fact::Requests { .. } | Fact::Transcript { .. }) => {
            inspect::learned(app, fact, now)
        }
        Fact::AllRequests(lines) => lookout::learned(app, lines),
        Fact::Codes { queue, result } => planning::codes::learned(app, queue, result),
        Fact::Names(names) => {
            app.roster.absorb_names(&names);
            // The operator's rules may ask for a name.
            app.chats.note_list();
            app.with_chats(now, Chats::freshen);
            Vec::new()
        }
        Fact::Gauge(gauge) => {
            let is_news = gauge.clock_ahead != app.link.gauge.clock_ahead;
            if let Some(words) = gauge
                .clock_ahead
                .filter(|_| is_news)
                .and_then(skew::warning)
            {
                app.notices.warn(words, now);
            }
            app.link.gauge = gauge;
            Vec::new()
        }
        Fact::Events(hearing) => {
            let is_news = hearing.warning() != app.link.hearing.warning();
            if let Some(words) = hearing.warning().filter(|_| is_news) {
                app.notices.warn(words, now);
            }
            app.link.hearing = hearing;
            Vec::new()
        }
    }
}

fn listed(app: &mut App, listing: &Listing, now: Timestamp) -> Vec<Effect> {
    let before = messages::trouble(app);
    app.link.apply(listing, now);
    messages::note_listing(app, before, now);
    match listing {
        Listing::Page { rows, .. } if !rows.is_empty() => {
            app.roster.absorb_page(rows);
            let ids = rows.iter().map(|listed| listed.id);
            app.chats.note_rows(&app.roster, ids, now);
        }
        Listing::Gone { ids, at } => {
            app.roster.lose(ids, *at);
            app.chats.note_rows(&app.roster, ids.iter().copied(), now);
        }
        Listing::Reach(reach) => {
            app.roster.reach = reach.clone();
            return Vec::new();
        }
        Listing::Done { at } => app.roster.finish_listing(*at),
        Listing::Started | Listing::Page { .. } | Listing::Failed { .. } => return Vec::new(),
    }
    let is_first = app.attended.0.is_empty();
    app.with_chats(now, Chats::freshen);
    if is_first {
        attend(app).into_iter().collect()
    } else {
        Vec::new()
    }
}
