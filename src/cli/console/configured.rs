//! What a console goes by: settings and flags as the console has them.

use jiff::tz::TimeZone;

use crate::app::action::keymap::Keymap;
use crate::app::chats::{Column, OWN_VIEWS, Sort, View};
use crate::app::planning::recipes::Recipes;
use crate::app::{AppSettings, Configured, WrapUpCode};
use crate::cli::connect::Connection;
use crate::cli::{look, profiles};
use crate::domain::item::Timings;
use crate::domain::text::Text;
use crate::engine::ports::Clock;
use crate::journal::{History, JournalFailure};
use crate::settings::{Paths, Settings};
use crate::tui;

/// What the console goes by, and the first thing of it that cannot be used.
pub(super) fn configured(
    connection: &Connection,
    settings: &Settings,
    paths: &Paths,
) -> (Configured, Option<String>) {
    let (keys, bad) = Keymap::of(&settings.keys);
    let columns =
        |said: Option<&Vec<String>>| Column::named(said.into_iter().flatten().map(String::as_str));
    let views = settings.views.iter().take(OWN_VIEWS).map(|view| View {
        name: Text::clean(&view.name),
        filter: view.filter.clone().unwrap_or_default(),
        sort: view.sort.as_deref().and_then(Sort::named),
        columns: columns(view.columns.as_ref()),
    });
    let file = settings.config.clone();
    let file = file.unwrap_or_else(|| paths.config_file());
    let sort = settings.ui.sort.as_deref().and_then(Sort::named);
    let configured = Configured {
        thresholds: connection.thresholds.clone(),
        rules: connection.rules.clone(),
        recent_reply: connection.profile.limits.recent_reply,
        keys,
        views: views.collect(),
        sort: sort.unwrap_or_default(),
        columns: columns(settings.ui.columns.as_ref()),
        manners: look::manners(&settings.ui),
        profiles: profiles::known(settings),
        file: Some(file.display().to_string()),
        is_named: settings.is_named,
    };
    let wrong = bad.first().map(|bad| {
        let what = Text::clean(&bad.what);
        format!("keys: {what}. The others apply: unstick config check")
    });
    (configured, wrong)
}

/// The same with what is known of the profile that is open.
pub(super) fn app_settings(
    connection: &Connection,
    configured: Configured,
    (wrap_up, recipes): (Option<WrapUpCode>, Recipes),
    trouble: Option<&JournalFailure>,
    paths: &Paths,
) -> AppSettings {
    let exports = History::at(&paths.journal_file(), Timings::default()).exports();
    let profile = &connection.profile;
    AppSettings {
        scope: connection.scope.clone(),
        label: profile.label.clone(),
        place: connection.place.clone(),
        api_url: profile.api_url().as_str().to_owned(),
        exports: tui::shown_path(&exports),
        clipboard: tui::clipboard_ways(),
        writes: profile.write && trouble.is_none(),
        no_writes: trouble.map(JournalFailure::short),
        is_started_read_only: connection.is_started_read_only,
        max_batch: profile.limits.max_batch,
        max_parallel: profile.limits.max_parallel,
        per_minute: profile.limits.requests_per_minute,
        require_note: profile.limits.require_note,
        configured,
        wrap_up,
        recipes,
        privacy: profile.privacy,
        zone: TimeZone::system(),
        started: connection.clock.now(),
    }
}
