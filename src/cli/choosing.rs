//! Which conversations a command is about: by a filter over everything that is open, or by their ids.

use std::io::{self, Read};
use std::path::Path;
use std::time::Duration;

use clap::Args;
use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::connect::Connection;
use super::exit::Exit;
use super::names;
use super::output;
use super::trouble::Trouble;
use crate::domain::failure::{Failure, FailureKind};
use crate::domain::filter::{Query, Surroundings, Truth, did_you_mean};
use crate::domain::horizon::Horizon;
use crate::domain::ids::{ConversationId, NotAnId};
use crate::domain::reach::Reach;
use crate::domain::roster::{FailedRead, Roster, Row};
use crate::domain::skew;
use crate::domain::sorting::{SortOrder, sorted};
use crate::domain::text::Text;
use crate::engine::gather::{Gather, Progress, gather};
use crate::engine::ports::{Clock, Org};

/// Which conversations.
#[derive(Debug, Clone, Default, Args)]
pub(super) struct Which {
    /// Those that match, like 'is:stuck idle>1h'
    #[arg(long, value_name = "FILTER", conflicts_with = "ids")]
    pub(super) filter: Option<String>,
    /// These: ids, a file of ids, or - for stdin
    #[arg(
        long,
        value_name = "ID|FILE|-",
        value_delimiter = ',',
        num_args = 1..
    )]
    pub(super) ids: Vec<String>,
}

/// A choice that was understood.
#[derive(Debug)]
pub(super) enum Chosen {
    /// Everything that matches.
    Matching(Filter),
    /// These.
    Named(Vec<ConversationId>),
}

/// A filter and the zone that its clocks are meant in.
#[derive(Debug)]
pub(super) struct Filter {
    query: Query,
    zone: TimeZone,
}

impl Filter {
    /// Understands a filter; without one everything matches.
    pub(super) fn parse(text: Option<&str>) -> Result<Self, Trouble> {
        let text = text.unwrap_or_default();
        let query = text.parse().map_err(|error| wrong_filter(text, &error))?;
        Ok(Self {
            query,
            zone: TimeZone::system(),
        })
    }

    /// As it is written in a plan; nothing when everything matches.
    pub(super) fn text(&self) -> Option<String> {
        (!self.query.is_everything()).then(|| self.query.to_string())
    }

    /// Only what is known to match does.
    pub(super) fn matches(&self, row: &Row, now: Timestamp) -> bool {
        self.truth(row, now) == Truth::True
    }

    /// What is known of it for a row.
    fn truth(&self, row: &Row, now: Timestamp) -> Truth {
        self.around(now, |query, around| query.truth(row, around))
    }

    /// Asks it something. Marks and changes belong to the console: nothing has them here.
    fn around<T>(&self, now: Timestamp, ask: impl FnOnce(&Query, &Surroundings<'_>) -> T) -> T {
        let around = Surroundings {
            now,
            zone: &self.zone,
            is_marked: &|_| false,
            is_changed: &|_| false,
            horizon: &Horizon::default(),
        };
        ask(&self.query, &around)
    }
}

fn wrong_filter(text: &str, error: &crate::domain::filter::FilterError) -> Trouble {
    let before = text.get(..error.span.start).unwrap_or_default();
    let meant = text.get(error.span.clone()).unwrap_or_default();
    let dashes = "^".repeat(meant.chars().count().max(1));
    let pointer = format!("  {text}\n  {}{dashes}", " ".repeat(before.chars().count()));
    Trouble::usage(format!("the filter cannot be used: {error}\n{pointer}"))
        .hint("nothing was asked or sent")
}

impl Which {
    /// What was asked for; one of both must be.
    pub(super) fn understand(&self) -> Result<Chosen, Trouble> {
        match (&self.filter, &self.ids[..]) {
            (Some(text), _) => Ok(Chosen::Matching(Filter::parse(Some(text))?)),
            (None, []) => Err(Trouble::usage("no conversations were named")
                .hint("give --filter 'is:stuck', or --ids with ids, a file, or -")),
            (None, said) => Ok(Chosen::Named(ids(said)?)),
        }
    }
}

/// Ids as given: one, a file of them, or stdin; each counts once.
fn ids(said: &[String]) -> Result<Vec<ConversationId>, Trouble> {
    let mut found: Vec<ConversationId> = Vec::new();
    for word in said {
        let text = text_of(word)?;
        for id in text.split([',', ' ', '\t', '\r', '\n']) {
            if id.is_empty() {
                continue;
            }
            let id = id.parse().map_err(no_id)?;
            if !found.contains(&id) {
                found.push(id);
            }
        }
    }
    if found.is_empty() {
        return Err(Trouble::said(
            Exit::NothingMatched,
            "no ids were given: the list is empty",
        ));
    }
    Ok(found)
}

/// A text that is no id. The beginning of one, as the console shows it, is found by a filter.
pub(super) fn no_id(wrong: NotAnId) -> Trouble {
    let said = wrong.said.clone();
    let is_beginning = said
        .chars()
        .all(|letter| letter.is_ascii_hexdigit() || letter == '-');
    Trouble::new(Exit::Usage, wrong).hint(if is_beginning && said.len() < 36 {
        format!("nothing was asked or sent; `unstick list --filter id:{said}` finds the whole id")
    } else {
        "nothing was asked or sent".to_owned()
    })
}

fn text_of(word: &str) -> Result<String, Trouble> {
    let unreadable = |error: io::Error| {
        Trouble::new(
            Exit::Usage,
            anyhow::Error::new(error).context(format!("the ids cannot be read from {word}")),
        )
    };
    if word == "-" {
        let mut text = String::new();
        io::stdin().read_to_string(&mut text).map_err(unreadable)?;
        return Ok(text);
    }
    if Path::new(word).is_file() {
        return std::fs::read_to_string(word).map_err(unreadable);
    }
    Ok(word.to_owned())
}

/// Lists everything and reads, for so long, what the filter does not rule out by what the list says.
pub(super) async fn collect(
    connection: &Connection,
    filter: &Filter,
    known: Roster,
    read_for: Duration,
) -> Result<Roster, Trouble> {
    let now = connection.clock.now();
    let is_open = |row: &Row| filter.truth(row, now) != Truth::False;
    let wanted = Gather {
        read_for,
        only: None,
        known,
        horizon_days: connection.profile.limits.horizon_days,
        worth_reading: Some(&is_open),
    };
    gathered(connection, wanted).await
}

/// Reads these, without listing first.
pub(super) async fn read(
    connection: &Connection,
    ids: Vec<ConversationId>,
    known: Roster,
    read_for: Duration,
) -> Result<Roster, Trouble> {
    let wanted = Gather {
        read_for,
        only: Some(ids),
        known,
        horizon_days: connection.profile.limits.horizon_days,
        worth_reading: None,
    };
    gathered(connection, wanted).await
}

/// Gathers, and says on stderr how it goes where somebody watches.
async fn gathered(connection: &Connection, mut wanted: Gather<'_>) -> Result<Roster, Trouble> {
    wanted.known.follow(connection.rules.clone());
    let mut told = String::new();
    let tell = |progress: Progress| {
        let words = progress_words(&progress, connection.clock.now());
        if output::is_watched() && words != told {
            output::words(&words);
            told = words;
        }
    };
    let mut roster = gather(
        &connection.client,
        &connection.clock,
        &connection.limiter,
        wanted,
        tell,
    )
    .await
    .map_err(|failure| Trouble::of_failure("the conversations cannot be listed", &failure))?;
    names::look_up(connection, &mut roster).await;
    Ok(roster)
}

/// How it goes, in words that change now and then.
fn progress_words(progress: &Progress, now: Timestamp) -> String {
    let reach = &progress.reach;
    let rounded = |number: usize, to: usize| match number / to * to {
        0 => number.min(1),
        rounded => rounded,
    };
    if progress.wanted == 0 && !reach.is_whole {
        // A line for about each ten pages.
        let coarse = Reach {
            named: reach.named / 1000 * 1000,
            page: reach.page / 10 * 10,
            ..reach.clone()
        };
        return coarse.words(now).unwrap_or_default();
    }
    let read = if progress.read == progress.wanted {
        progress.read
    } else {
        rounded(progress.read, 25)
    };
    format!("{} listed, {read} of {} read", reach.named, progress.wanted)
}

/// Says on stderr that nothing matched, and what was probably meant.
pub(super) fn say_none(roster: &Roster, filter: &Filter, now: Timestamp) {
    let rows = roster.rows();
    let meant = filter.around(now, |query, around| did_you_mean(query, &rows, around));
    let meant = meant.map_or_else(String::new, |meant| {
        format!("; did you mean {} ({})?", meant.clause, meant.count)
    });
    output::words(&format!("nothing matched{meant}"));
}

/// Those that match, in the order of the list.
pub(super) fn matching(roster: &Roster, filter: &Filter, now: Timestamp) -> Vec<ConversationId> {
    let rows = roster
        .rows()
        .filter(|row| row.over_since.is_none() && filter.matches(row, now));
    sorted(rows, &SortOrder::default(), now, |row| row.severity(now))
}

/// Says on stderr how many are unread: what nobody read matches no filter on what only a read shows. What the list alone rules out counts
/// for nothing there.
pub(super) fn say_unread(roster: &Roster, filter: Option<&Filter>, connection: &Connection) {
    for warning in roster.reach.warnings() {
        output::words(&format!("warning: {warning}"));
    }
    if let Some((named, counted)) = roster.partial() {
        output::words(&format!(
            "about {counted} chats: the list moved while its pages were read, and named {named}. List again to see all of them"
        ));
    }
    if let Some(words) = connection.client.clock_ahead().and_then(skew::warning) {
        output::words(&format!("warning: {words}"));
    }
    let now = connection.clock.now();
    let is_ruled_out =
        |row: &Row| filter.is_some_and(|filter| filter.truth(row, now) == Truth::False);
    let unread: Vec<Option<FailedRead>> = roster
        .rows()
        .filter(|row| row.reading.is_none() && !is_ruled_out(row))
        .map(|row| row.failed_read)
        .collect();
    if unread.is_empty() {
        return;
    }
    let read = roster.rows().filter(|row| row.reading.is_some()).count();
    let stuck = roster
        .rows()
        .filter(|row| row.severity(now) == crate::domain::kind::Severity::Stuck)
        .count();
    output::words(&format!(
        "{stuck} stuck of {} read; {} of {} unread: {}",
        read,
        unread.len(),
        roster.len(),
        why_unread(&unread)
    ));
}

/// More time helps only those whose turn did not come; the others were asked for, and were not to be had.
fn why_unread(unread: &[Option<FailedRead>]) -> String {
    let failures = unread.iter().flatten();
    let mut reasons: Vec<String> = failures.map(|failed| why_failed(&failed.failure)).collect();
    let failed = reasons.len();
    reasons.sort_unstable();
    reasons.dedup();
    let failed_words = format!("{failed} could not be read ({})", reasons.join(", "));
    match (failed, unread.len() - failed) {
        (0, _) => "give --read-for more time".to_owned(),
        (_, 0) => failed_words,
        (_, rest) => format!("{failed_words}; give --read-for more time for the other {rest}"),
    }
}

/// A missing permission is named: whoever may add it needs nothing else.
fn why_failed(failure: &Failure) -> String {
    match &failure.kind {
        FailureKind::NotPermitted { permissions } if !permissions.is_empty() => {
            let names: Vec<&str> = permissions.iter().map(Text::as_str).collect();
            format!("{}: {}", failure.short(), names.join(", "))
        }
        _ => failure.short(),
    }
}

/// A span of time on the command line: `10s`, `2m`.
pub(super) fn span(text: &str) -> Result<Duration, String> {
    text.parse::<jiff::SignedDuration>()
        .ok()
        .and_then(|span| Duration::try_from(span).ok())
        .ok_or_else(|| "this is no length of time. Write it like `10s` or `2m`".to_owned())
}
