//! What a list without rows says: why it is empty, and what to do.

use jiff::Timestamp;

use super::pen::Pen;
use crate::app::App;
use crate::app::action::{Action, Mode};
use crate::app::chats::VIEWS;
use crate::app::clock_text::{clock, exact, tenths};
use crate::app::link::Standing;
use crate::app::tone::Tone;
use crate::domain::failure::FailureKind;
use crate::domain::moment::since;

/// Draws it.
pub(crate) fn draw(pen: &mut Pen<'_>, app: &App, now: Timestamp) {
    let (headline, lines) = words(app, now);
    let top = pen.height().saturating_sub(4) / 2;
    pen.centre(top, &headline, Tone::Strong);
    for (y, line) in (top + 2..).zip(lines) {
        pen.centre(y, &line, Tone::Plain);
    }
}

/// Headline and the lines below it.
fn words(app: &App, now: Timestamp) -> (String, Vec<String>) {
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
    let headline = |words: &str| words.to_owned();
    match link.standing(now) {
        Standing::Connecting => (
            format!("Connecting to {}", app.settings.place),
            vec![format!(
                "{}s so far. {quit} quits.",
                tenths(since(link.began, now).as_millis())
            )],
        ),
        Standing::Loading => {
            let (rows, total) = link.pages.map_or((0, 0), |pages| (pages.rows, pages.total));
            let so_far = match total {
                0 => "The first page is on its way".to_owned(),
                _ => format!("{rows} of about {total}"),
            };
            (
                headline("Loading chats"),
                vec![
                    format!("{so_far}, {}s", tenths(since(link.began, now).as_millis())),
                    "What is there can be used already.".to_owned(),
                ],
            )
        }
        Standing::SignedOut if link.wants_a_person() => (
            headline("Sign-in expired"),
            vec![
                said,
                format!("{refresh} signs in again, in the browser."),
                format!(
                    "Or {quit}, and then: unstick --profile {}",
                    app.settings.scope.profile
                ),
            ],
        ),
        Standing::SignedOut => (
            headline("Sign-in refused"),
            vec![said, remedy, retry, correlation],
        ),
        Standing::NotPermitted => {
            let names = match trouble.map(|trouble| &trouble.failure.kind) {
                Some(FailureKind::NotPermitted { permissions }) if !permissions.is_empty() => {
                    let names: Vec<&str> = permissions
                        .iter()
                        .map(crate::domain::text::Text::as_str)
                        .collect();
                    format!("Missing permission  {}", names.join(", "))
                }
                _ => said,
            };
            (
                headline("You cannot list chats"),
                vec![names, remedy, retry, correlation],
            )
        }
        Standing::Offline => (headline("Offline"), vec![said, remedy, retry, correlation]),
        Standing::RateLimited => (
            headline("Slowed by Genesys"),
            vec![
                "The service said 429: too many requests.".to_owned(),
                "Polling goes on as soon as it may. Other programs may share this limit."
                    .to_owned(),
            ],
        ),
        Standing::Slow | Standing::Partial => (
            headline("The list could not be had"),
            vec![said, remedy, retry],
        ),
        Standing::Live | Standing::Paused => nothing(app, now),
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
                format!("{} shows all.", app.key(Mode::Chats, Action::View1)),
            ],
        );
    }
    (
        "Nothing matches this filter".to_owned(),
        vec![
            format!("{} chats are hidden by   {filter}", counts.rows),
            unread,
            match &app.chats.filter.nearest {
                Some(nearest) => format!("Did you mean {nearest}?   Esc clears it   / edits it"),
                None => "Esc clears it   / edits it".to_owned(),
            },
        ],
    )
}
