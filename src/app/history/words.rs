//! Past runs in words: a line each, what is known of the chosen one, what the last 30 days come to, and a run as it is copied.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use jiff::{SignedDuration, Timestamp};

use super::{History, Older, RunsScreen, foot};
use crate::app::action::{Action, Mode};
use crate::app::clock_text::{day, elapsed, full};
use crate::app::extent::Class;
use crate::app::lookout::bars::bar;
use crate::app::msg::PastRun;
use crate::app::tone::{Tone, Words, folded, glyph};
use crate::app::{App, extent::Extent};
use crate::domain::fact::FinalState;
use crate::domain::filter::Query;
use crate::domain::ids::RunId;
use crate::domain::moment::since;
use crate::domain::text::fit;

/// What the last 30 days are counted over.
const LATELY: SignedDuration = SignedDuration::from_hours(30 * 24);
/// Kinds that have a bar of their own; the others share one.
const BARS: usize = 5;

/// The heads of the columns.
pub fn head(extent: Extent) -> String {
    match extent.class() {
        Class::Wide | Class::Normal => format!(
            "   {:<5}{:<16}{:<12}{:>4}{:>6}{:>5}{:>5}{:>8} NOTE",
            "RUN", "WHEN", "PROFILE", "ASK", "ENDED", "SKIP", "FAIL", "TOOK"
        ),
        Class::Compact => format!(
            "   {:<5}{:<16}{:>4}{:>6}{:>5}{:>5}{:>8} NOTE",
            "RUN", "WHEN", "ASK", "ENDED", "SKIP", "FAIL", "TOOK"
        ),
        _ => format!(
            "   {:<5}{:>4}{:>6}{:>5}{:>5}",
            "RUN", "ASK", "ENDED", "SKIP", "FAIL"
        ),
    }
}

/// A run as a line.
pub fn line(app: &App, run: &PastRun, is_chosen: bool, now: Timestamp) -> Words {
    let cursor = if is_chosen { glyph::CURSOR } else { " " };
    let class = app.extent.class();
    let mut text = format!(" {cursor} {:<5}", run.id.to_string());
    if class >= Class::Compact {
        text.push_str(&fit(&day(run.created, &app.settings.zone, now), 16));
    }
    if class >= Class::Normal {
        text.push_str(&fit(&run.profile, 12));
    }
    let counts = [run.ended(), run.skipped(), run.failed()];
    let [ended, skipped, failed] = counts;
    let _ = write!(
        text,
        "{:>4}{ended:>6}{skipped:>5}{failed:>5}",
        run.tally.planned
    );
    let took = if class >= Class::Compact {
        took(run)
    } else {
        String::new()
    };
    let wide = if class >= Class::Compact { 8 } else { 0 };
    let _ = write!(text, "{took:>wide$} ");
    let is_clean = run.ended() == run.tally.planned && run.tally.incidents == 0;
    let tone = match run.finished {
        None => Tone::Warn,
        Some(_) if is_clean => Tone::Plain,
        Some(_) => Tone::Strong,
    };
    let words = Words::new(tone, text);
    let words = if run.tally.incidents > 0 {
        words.and(Tone::Bad, "INCIDENT ")
    } else {
        words
    };
    let note = run.note.as_deref().unwrap_or("");
    words.and(tone, note).chosen(is_chosen)
}

/// How long it took; of one that was cut short, how many have no final state.
fn took(run: &PastRun) -> String {
    match (run.finished, run.open_count()) {
        (Some(finished), _) => elapsed(since(run.created, finished)),
        (None, 0) => "no end".to_owned(),
        (None, open) => format!("{open} open"),
    }
}

/// What the words of the filter are looked for in: number, profile, who, note, outcome, kinds.
pub(super) fn haystack(run: &PastRun) -> String {
    let outcomes = FinalState::ALL.into_iter();
    let outcomes: Vec<&str> = outcomes
        .filter(|state| run.tally.of(*state) > 0)
        .map(FinalState::word)
        .collect();
    let kinds: Vec<&str> = run.plan.kinds.iter().map(|(kind, _)| kind.word()).collect();
    let cut = if run.finished.is_none() {
        "cut short unfinished open"
    } else {
        ""
    };
    let incident = if run.tally.incidents > 0 {
        "incident"
    } else {
        ""
    };
    format!(
        "{} {} {} {} {} {} {} {cut} {incident}",
        run.id,
        run.plan.recipe.as_deref().unwrap_or(""),
        run.profile,
        run.operator,
        run.note.as_deref().unwrap_or(""),
        outcomes.join(" "),
        kinds.join(" ")
    )
}

/// How it came out: `12 ended, 1 held, 1 without a final state`.
fn outcome(run: &PastRun) -> String {
    let tally = &run.tally;
    let mut words: Vec<String> = FinalState::ALL
        .into_iter()
        .filter(|state| tally.of(*state) > 0)
        .map(|state| format!("{} {}", tally.of(state), state.word()))
        .collect();
    if run.open_count() > 0 {
        words.push(format!("{} without a final state", run.open_count()));
    }
    if tally.incidents > 0 {
        words.push(format!("{} with an INCIDENT", tally.incidents));
    }
    if words.is_empty() {
        words.push("nothing".to_owned());
    }
    words.join(", ")
}

/// How it was to be done, a recipe in the place of the rung: `rung close, wrap-up Abandoned, filter is:stuck, plan 7be1c4aa`.
fn manner(app: &App, run: &PastRun) -> String {
    let plan = &run.plan;
    let way = match &plan.recipe {
        Some(name) => format!("recipe {name}"),
        None => format!("rung {}", plan.rung.word()),
    };
    let mut words = vec![way];
    if let Some(code) = &plan.wrap_up {
        words.push(format!("wrap-up {}", app.code_words(code)));
    }
    if let Some(filter) = &plan.filter {
        // One that is not understood any more may name anybody.
        let names = |filter: &str| {
            let query: Option<Query> = filter.parse().ok();
            query.is_none_or(|query| query.may_name_people())
        };
        if app.privacy.is_on && names(filter) {
            words.push("filter hidden, as it may name people".to_owned());
        } else {
            words.push(format!("filter {filter}"));
        }
    }
    if !plan.hash.is_empty() {
        words.push(format!("plan {}", plan.hash));
    }
    words.join(", ")
}

/// What stands below the list.
pub fn foot_lines(app: &App, screen: &RunsScreen, now: Timestamp) -> Vec<Words> {
    if foot(app.extent) == 0 {
        return Vec::new();
    }
    let width = usize::from(app.extent.width);
    let mut lines = Vec::new();
    if let Some(run) = screen.chosen(&app.history) {
        let label = Words::new(Tone::Strong, format!(" RUN {}  ", run.id));
        let words = format!(
            "by {}: {}; {}",
            run.operator,
            outcome(run),
            manner(app, run)
        );
        let mut about = folded(label, &words, Tone::Plain, width);
        about.truncate(if app.extent.class() == Class::Wide {
            3
        } else {
            2
        });
        lines.extend(about);
        let label = Words::new(Tone::Dim, " NOTE      ");
        let note = run.note.as_deref().unwrap_or("none");
        let mut note = folded(label, note, Tone::Plain, width);
        let room = foot(app.extent).saturating_sub(1 + lines.len());
        note.truncate(room.min(3));
        lines.extend(note);
    }
    if app.extent.class() == Class::Wide {
        lines.push(Words::blank());
        lines.extend(lately(&app.history, now));
    }
    lines
}

/// What the runs of the last 30 days come to.
fn lately(history: &History, now: Timestamp) -> Vec<Words> {
    let runs = history.runs.iter().flatten();
    let runs: Vec<&PastRun> = runs
        .filter(|run| since(run.created, now) < LATELY)
        .collect();
    let sum = |of: fn(&PastRun) -> usize| runs.iter().map(|run| of(run)).sum::<usize>();
    // Where all that are listed are of these days, older ones that are not listed may be so as well.
    let is_all = history.older == Older::None && history.damaged == 0;
    let is_short = history
        .runs
        .as_ref()
        .is_some_and(|all| all.len() == runs.len());
    let least = if is_all || !is_short { "" } else { "at least " };
    let mut lines = vec![Words::new(Tone::Strong, " LAST 30 DAYS  ").and(
        Tone::Plain,
        format!(
            "{least}{}, {} over, {} skipped, {} failed, {} without a final state, {}",
            many(runs.len(), "run"),
            many(sum(PastRun::ended), "chat"),
            sum(PastRun::skipped),
            sum(PastRun::failed),
            sum(PastRun::open_count),
            many(sum(|run| run.tally.incidents), "incident"),
        ),
    )];
    let mut kinds: BTreeMap<&str, usize> = BTreeMap::new();
    for (kind, count) in runs.iter().flat_map(|run| &run.plan.kinds) {
        *kinds.entry(kind.word()).or_default() += count;
    }
    let mut kinds: Vec<(&str, usize)> = kinds.into_iter().collect();
    kinds.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    let other: usize = kinds.iter().skip(BARS).map(|(_, count)| count).sum();
    kinds.truncate(BARS);
    kinds.extend((other > 0).then_some(("other", other)));
    let most = kinds.iter().map(|(_, count)| *count).max().unwrap_or(0);
    let mut label = " ASKED BY KIND";
    for (kind, count) in kinds {
        let words = Words::new(Tone::Strong, format!("{label:<15}")).and(
            Tone::Plain,
            format!("{kind:<10}{} {count:>4}", bar(30, count, most)),
        );
        lines.push(words);
        label = "";
    }
    lines
}

fn many(count: usize, noun: &str) -> String {
    let many = if count == 1 { "" } else { "s" };
    format!("{count} {noun}{many}")
}

/// What stands beside the title.
pub fn heading(history: &History, screen: &RunsScreen) -> String {
    let Some(runs) = &history.runs else {
        return String::new();
    };
    let count = runs.len();
    if screen.narrowing.is_on() {
        let shown = screen.shown(history).len();
        return match history.older {
            Older::None => format!("{shown} of {count} runs"),
            _ => format!("{shown} of the newest {count} runs"),
        };
    }
    let damaged = match history.damaged {
        0 => String::new(),
        damaged => format!("; {damaged} damaged"),
    };
    match (history.older, count) {
        (Older::Awaited, _) => format!("the newest {count} runs; reading older ones"),
        (Older::Left, _) => format!("the newest {count} runs{damaged}; older: unstick runs"),
        (Older::Unreadable, _) => format!("the newest {count} runs; older ones cannot be read"),
        (Older::None, 1) => format!("1 run kept{damaged}"),
        (Older::None, _) => format!("{count} runs kept, newest first{damaged}"),
    }
}

/// What an empty list says.
pub fn empty(app: &App, screen: &RunsScreen) -> String {
    let history = &app.history;
    let older = history.older != Older::None;
    match (&history.runs, &history.error) {
        (None, None) => "reading the journal".to_owned(),
        (None, Some(_)) => String::new(),
        (Some(runs), _) if screen.narrowing.is_on() => {
            let none = if older {
                format!("none of the newest {} runs", runs.len())
            } else {
                "no run".to_owned()
            };
            let back = app.key(Mode::Runs, Action::Back);
            format!("{none} has these words; {back} shows all again")
        }
        (Some(_), _) if older => "those that could be read so far: none".to_owned(),
        (Some(_), _) if history.damaged > 0 => "none of its runs can be read".to_owned(),
        (Some(_), _) => "no run was made yet on this machine".to_owned(),
    }
}

/// Which runs are there and cannot be read.
pub(super) fn damage(damaged: &[RunId]) -> Option<String> {
    let runs: Vec<String> = damaged.iter().map(ToString::to_string).collect();
    match runs.as_slice() {
        [] => None,
        [run] => Some(format!(
            "run {run} is damaged and not listed: unstick runs says why"
        )),
        runs => Some(format!(
            "{} runs are damaged and not listed ({}): unstick runs says why",
            runs.len(),
            runs.join(", ")
        )),
    }
}

/// A run for a ticket.
pub(super) fn copied(app: &App, run: &PastRun, now: Timestamp) -> String {
    let zone = &app.settings.zone;
    let from = full(run.created, zone);
    let end = match run.finished {
        Some(finished) => format!("took {}", elapsed(since(run.created, finished))),
        None => format!(
            "not finished; {} after its start",
            elapsed(since(run.created, now))
        ),
    };
    let note = run.note.as_deref().unwrap_or("none");
    format!(
        "run {} of {}, by {}\n{from}, {end}\n{} planned: {}\n{}\nnote: {note}",
        run.id,
        run.profile,
        run.operator,
        run.tally.planned,
        outcome(run),
        manner(app, run),
    )
}
