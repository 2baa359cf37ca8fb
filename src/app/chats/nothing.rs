//! What a list without rows says: why it is empty, and what to do.

use jiff::Timestamp;

use super::VIEWS;
use crate::app::App;
use crate::app::PastRun;
use crate::app::action::{Action, Mode};
use crate::app::clock_text::{clock, exact, tenths};
use crate::app::history::Older;
use crate::app::link::{LinkTrouble, Standing};
use crate::domain::fact::FinalState;
use crate::domain::failure::FailureKind;
use crate::domain::filter::Meant;
use crate::domain::moment::since;
use crate::domain::text::Text;

/// Headline and the lines below it, the most important first.
pub fn words(app: &App, now: Timestamp) -> (String, Vec<String>) {
    let link = &app.link;
    let trouble = link.trouble.as_ref();
    let said = trouble.map_or_else(String::new, |trouble| trouble.failure.short());
    let correlation = trouble
        .and_then(|trouble| trouble.failure.receipt.correlation.as_ref())
        .map_or_else(String::new, |id| format!("correlation {id}"));
    let key = |action| app.key(Mode::Chats, action);
    let (refresh, quit) = (key(Action::Refresh), key(Action::Quit));
    let retry = trouble.map_or_else(String::new, |trouble| {
        format!(
            "Next try in {}; {refresh} tries now.",
            exact(since(now, trouble.retry_at))
        )
    });
    let remedy = trouble.map_or_else(String::new, |trouble| {
        let remedy = trouble.failure.remedy();
        let mut letters = remedy.chars();
        letters.next().map_or_else(String::new, |first| {
            format!("{}{}.", first.to_uppercase(), letters.as_str())
        })
    });
    let copies = format!("{} copies this.", key(Action::Copy));
    let headline = |words: &str| words.to_owned();
    match link.standing(now) {
        Standing::Connecting => (
            format!("Connecting to {}", app.settings.place),
            vec![format!(
                "{}s so far. {quit} quits.",
                tenths(since(link.began, now).as_millis())
            )],
        ),
        Standing::Loading => loading(app, now),
        Standing::SignedOut if link.wants_a_person() => (
            headline("Sign-in expired"),
            vec![
                said,
                signs_in(app),
                format!(
                    "Or {quit}, and then: unstick --profile {}",
                    app.settings.scope.profile
                ),
            ],
        ),
        Standing::SignedOut => (
            headline("Sign-in refused"),
            vec![
                said,
                remedy,
                signs_in(app),
                by_itself(app, now),
                correlation,
            ],
        ),
        Standing::NotPermitted => {
            let names = missing(trouble).unwrap_or(said);
            (
                headline("You cannot list chats"),
                vec![
                    names,
                    remedy,
                    retry,
                    correlation,
                    "unstick doctor lists every permission it needs.".to_owned(),
                    copies,
                ],
            )
        }
        Standing::Offline => (
            headline("Offline"),
            vec![said, remedy, retry, correlation, copies],
        ),
        Standing::RateLimited => (
            headline("Slowed by Genesys"),
            vec![
                "The service said 429: too many requests.".to_owned(),
                format!(
                    "Asked again in {}. Other programs may share this limit.",
                    exact(since(now, limited_until(app, now)))
                ),
                "What was read can be marked and looked into.".to_owned(),
            ],
        ),
        Standing::Slow | Standing::Partial => (
            headline("The list could not be had"),
            vec![said, remedy, retry, correlation, copies],
        ),
        Standing::Live | Standing::Paused => nothing(app, now),
    }
}

/// How somebody signs in again.
fn signs_in(app: &App) -> String {
    let how = if app.link.wants_a_person() {
        "in the browser"
    } else {
        "with the secret that is kept now"
    };
    let key = |action| app.key(Mode::Chats, action);
    let (open, profiles) = (key(Action::Open), key(Action::Profiles));
    format!("{open} signs in again, {how}.   {profiles} profiles")
}

/// When that is tried without anybody, and how somebody is told of it.
fn by_itself(app: &App, now: Timestamp) -> String {
    let copies = app.key(Mode::Chats, Action::Copy);
    let trouble = app.link.trouble.as_ref();
    trouble.map_or_else(String::new, |trouble| {
        let left = exact(since(now, trouble.retry_at));
        format!("Next try by itself in {left}.   {copies} copies this")
    })
}

/// The first pages are on their way.
fn loading(app: &App, now: Timestamp) -> (String, Vec<String>) {
    let pages = app.link.pages;
    let (rows, total) = pages.map_or((0, 0), |pages| (pages.rows, pages.total));
    let so_far = match total {
        0 => "The first page is on its way".to_owned(),
        _ => format!("{rows} of about {total}"),
    };
    let page = match pages.map_or(0, |pages| pages.count) {
        0 => String::new(),
        page => format!("page {page}   "),
    };
    let took = tenths(since(app.link.began, now).as_millis());
    (
        "Loading chats".to_owned(),
        vec![
            format!("{page}{so_far}   {took}s"),
            "What is there can be used already.".to_owned(),
        ],
    )
}

/// What the service says is missing, where it names that.
fn missing(trouble: Option<&LinkTrouble>) -> Option<String> {
    match &trouble?.failure.kind {
        FailureKind::NotPermitted { permissions } if !permissions.is_empty() => {
            let names: Vec<&str> = permissions.iter().map(Text::as_str).collect();
            Some(format!("Missing permission  {}", names.join(", ")))
        }
        _ => None,
    }
}

/// The list is there, and nothing of it is shown.
fn nothing(app: &App, now: Timestamp) -> (String, Vec<String>) {
    let counts = app.chats.counts;
    let filter = app.chats.filter.text();
    let at = app
        .link
        .listed_at
        .map_or_else(String::new, |at| clock(at, &app.settings.zone, now));
    if let Some(percent) = app.chats.filtering() {
        let words = format!("{percent} % of {} chats were looked at.", app.roster.len());
        return ("Filtering".to_owned(), vec![words]);
    }
    if app.chats.only_marked {
        return (
            "Nothing is marked".to_owned(),
            vec![format!(
                "{} shows all chats again.",
                app.key(Mode::Chats, Action::OnlyMarked)
            )],
        );
    }
    if counts.rows == 0 {
        return (
            "No web messaging chats at all".to_owned(),
            vec![
                format!("The organisation lists none as open, as of {at}."),
                "If that is wrong: check the client's divisions and permissions.".to_owned(),
                "unstick doctor tells them.".to_owned(),
            ],
        );
    }
    let unread = match (counts.gap(), counts.unreadable) {
        (None, _) => "Every one of them was read.".to_owned(),
        (Some(_), 0) => format!(
            "{} are not read yet, so nothing is known of them.",
            counts.listed - counts.read
        ),
        (Some(gap), _) => format!("Nothing is known of some: {gap}."),
    };
    let is_view = filter == VIEWS[1].1 && counts.stale == 0;
    if (is_view || filter == "is:stuck") && counts.stuck == 0 {
        return (
            "No stuck chats".to_owned(),
            vec![
                format!(
                    "{} open, {} read and found healthy or too young.",
                    counts.listed, counts.read
                ),
                unread,
                last_ended(app, now),
                format!(
                    "{} shows all, {} the organisation at a glance.",
                    app.key(Mode::Chats, Action::View1),
                    app.key(Mode::Chats, Action::Pulse)
                ),
            ],
        );
    }
    let is_typing = app.mode() == Mode::Filter;
    let (edit, back) = (
        app.key(Mode::Chats, Action::Filter),
        app.key(Mode::Chats, Action::Back),
    );
    let mut lines = vec![format!("{} chats are hidden by   {filter}", counts.rows)];
    if let Some(meant) = meant(app) {
        // What could be typed next goes first.
        let takes = match (is_typing, app.chats.filter.offers.is_empty()) {
            (true, true) => Some(app.key(Mode::Filter, Action::Complete)),
            (true, false) => None,
            (false, _) => Some(app.key(Mode::Chats, Action::Open)),
        };
        let takes = takes.map_or_else(String::new, |key| format!("   {key} takes it"));
        lines.push(format!(
            "Did you mean   {} ({})?{takes}",
            meant.clause, meant.count
        ));
        let rest = meant.without.as_ref();
        lines.extend(rest.map(|rest| format!("That lets go of   {rest}")));
    }
    lines.push(unread);
    if !is_typing {
        lines.push(format!("{back} clears it   {edit} edits it"));
    }
    ("Nothing matches this filter".to_owned(), lines)
}

/// What was probably meant by a filter that shows nothing; a name that is masked is not named here either.
pub(crate) fn meant(app: &App) -> Option<&Meant> {
    let meant = app.chats.filter.nearest.as_ref();
    meant.filter(|meant| !(app.privacy.is_on && meant.names_people()))
}

/// The newest run that ended chats of this organisation, and when; where none is known, how much of the journal that rests on.
fn last_ended(app: &App, now: Timestamp) -> String {
    let history = &app.history;
    match (newest_ended(app, now), &history.runs, history.older) {
        (Some(words), ..) => words,
        (None, ..) if history.error.is_some() => {
            "Not every run on record can be read: when one ended a chat here is not known."
                .to_owned()
        }
        (None, None, _) | (None, _, Older::Awaited) => {
            "The journal is still being read.".to_owned()
        }
        (None, Some(runs), Older::Left | Older::Unreadable) => format!(
            "None of the newest {} runs has ended a chat of this organisation.",
            runs.len()
        ),
        (None, Some(_), Older::None) => {
            "No run on record has ended a chat of this organisation.".to_owned()
        }
    }
}

fn newest_ended(app: &App, now: Timestamp) -> Option<String> {
    let is_ours = |run: &&PastRun| {
        run.org_id == app.settings.scope.org_id && run.tally.of(FinalState::Ended) > 0
    };
    let runs = app.history.runs.iter().flatten().filter(is_ours);
    let ended = runs.filter_map(|run| Some((run.finished?, run.id)));
    let (at, run) = ended.max()?;
    let at = clock(at, &app.settings.zone, now);
    Some(format!("Last ended from here: {at} (run {run})."))
}

/// When the service may be asked again.
fn limited_until(app: &App, now: Timestamp) -> Timestamp {
    let shut = app.link.gauge.shut_until;
    let retry = app.link.trouble.as_ref().map(|trouble| trouble.retry_at);
    shut.into_iter().chain(retry).max().unwrap_or(now)
}

/// The same as text, for the clipboard.
pub(crate) fn copied(app: &App, now: Timestamp) -> String {
    let (headline, lines) = words(app, now);
    let lines = lines.into_iter().filter(|line| !line.is_empty());
    std::iter::once(headline)
        .chain(lines)
        .collect::<Vec<_>>()
        .join("\n")
}
