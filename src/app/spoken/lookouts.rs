//! The screens that only show, in words: rules and guards, the pulse, profiles, the request log. Each is opened as its key opens it, read
//! out, and left again.

use jiff::Timestamp;

use super::commands::Verb;
use super::doing::Obeyed;
use super::list::{self, many};
use super::waiting::Awaited;
use super::{run, say_all, sentence, span, wait_for};
use crate::app::action::{Action, Mode};
use crate::app::lookout::profiles::{self, KnownProfile};
use crate::app::lookout::pulse::{Bar, Figures};
use crate::app::lookout::rules::{Entry, NONE_OWN, Sort};
use crate::app::lookout::{Lookout, Profiles, Pulse, Requests, Rulebook, requests, welcome};
use crate::app::request_table::RequestTable;
use crate::app::update::done as act;
use crate::app::{App, Screen};
use crate::domain::kind::Severity;

/// The most requests that are read out.
const MOST: usize = 10;

/// Does a command that asks for one of them.
pub(super) fn asked(app: &mut App, verb: Verb, rest: &str, now: Timestamp) -> Obeyed {
    let (action, by) = match verb {
        Verb::Rules => (Action::Rules, "rules"),
        Verb::Pulse => (Action::Pulse, "pulse"),
        Verb::Profiles => (Action::Profiles, "profiles"),
        _ => (Action::Requests, "log"),
    };
    if verb == Verb::Log && !matches!(rest, "" | "failed") {
        return Err("Say \"log\", or \"log failed\".".to_owned());
    }
    let effects = act(app, Mode::Chats, action, by, now);
    let lines = match app.screens.last_mut() {
        Some(Screen::Lookout(Lookout::Requests(screen))) => {
            // They are told from now on, the newest first of all.
            screen.failed_only = rest == "failed";
            wait_for(app, Awaited::Requests, now);
            return Ok(effects);
        }
        Some(Screen::Lookout(_)) => match app.screens.pop() {
            Some(Screen::Lookout(lookout)) => said(app, &lookout, rest, now)?,
            _ => Vec::new(),
        },
        _ => Vec::new(),
    };
    say_all(app, lines);
    Ok(effects)
}

fn said(app: &App, lookout: &Lookout, rest: &str, now: Timestamp) -> Result<Vec<String>, String> {
    match lookout {
        Lookout::Rules(book) => Ok(rules(book)),
        Lookout::Pulse(screen) => Ok(pulse(app, screen)),
        Lookout::Profiles(_) => known_profiles(app, rest, now),
        Lookout::Welcome(_) => Ok(how_to_begin(app)),
        Lookout::Requests(_) | Lookout::Recipes(_) => Ok(Vec::new()),
    }
}

/// The operator's own rules and guards, the kinds that have chats, and which kinds there are beside them.
fn rules(book: &Rulebook) -> Vec<String> {
    let (kinds, own): (Vec<&Entry>, Vec<&Entry>) = book
        .entries
        .iter()
        .partition(|entry| entry.sort == Sort::Kind);
    let mut lines: Vec<String> = own.iter().copied().map(entry).collect();
    if lines.is_empty() {
        lines.push(sentence(NONE_OWN));
    }
    let (here, others): (Vec<&Entry>, Vec<&Entry>) =
        kinds.into_iter().partition(|entry| entry.count > 0);
    lines.extend(here.into_iter().map(entry));
    let names: Vec<&str> = others.iter().map(|entry| entry.name.as_str()).collect();
    if !names.is_empty() {
        lines.push(format!("Kinds without a chat now: {}.", names.join(", ")));
    }
    lines
}

/// `Kind orphan, stuck, 4 chats now, allow: over 10 minutes, the customer is gone. Close it.`
fn entry(entry: &Entry) -> String {
    let (sort, severity) = match entry.sort {
        Sort::Rule => ("Rule", format!(", {}", entry.severity.word())),
        Sort::Guard => ("Guard", String::new()),
        Sort::Kind => ("Kind", format!(", {}", entry.severity.word())),
    };
    let doubt = match entry.in_doubt {
        0 => String::new(),
        count => format!(", not known of {count}, which it holds too"),
    };
    let when = match entry.sort {
        Sort::Kind => span::spelled(&bounds(&run::plain(&entry.when))),
        Sort::Rule | Sort::Guard => entry.when.clone(),
    };
    format!(
        "{sort} {}{severity}, {} now{doubt}, {}: {when}. {}",
        entry.name,
        many(entry.count, "chat"),
        entry.power,
        sentence(&entry.more)
    )
}

/// A bound in words.
fn bounds(when: &str) -> String {
    match (when.strip_prefix('>'), when.strip_prefix('<')) {
        (Some(rest), _) => format!("over {rest}"),
        (_, Some(rest)) => format!("under {rest}"),
        _ => when.to_owned(),
    }
}

fn pulse(app: &App, screen: &Pulse) -> Vec<String> {
    let figures = &screen.figures;
    let gauge = &app.link.gauge;
    let mut lines = vec![
        format!(
            "{}, {} waiting.",
            list::Told::of(app).words(app),
            figures.waiting
        ),
        ages(figures),
    ];
    lines.extend(oldest(figures));
    if !figures.kinds.is_empty() {
        lines.push(format!("By kind: {}.", joined(&figures.kinds)));
    }
    if !figures.groups.is_empty() {
        lines.push(format!(
            "By {}, stuck of all: {}.",
            figures.by.word(),
            joined(&figures.groups)
        ));
    }
    lines.push(format!(
        "Rate: {} of {} requests a minute.",
        gauge.used, gauge.allowed
    ));
    lines
}

fn ages(figures: &Figures) -> String {
    let [new, young, old] = figures.ages;
    format!("Ages: {new} under 5 minutes, {young} from 5 to 30 minutes, {old} over 30 minutes.")
}

fn oldest(figures: &Figures) -> Option<String> {
    let names = [Severity::Stuck.word(), Severity::Stale.word(), "waiting"];
    let known = names.into_iter().zip(figures.oldest);
    let ages: Vec<String> = known
        .filter_map(|(name, age)| Some(format!("{name} {}", span::words(age?))))
        .collect();
    (!ages.is_empty()).then(|| format!("The oldest: {}.", ages.join(", ")))
}

fn joined(bars: &[Bar]) -> String {
    let bars = bars.iter().map(|bar| match bar.severity {
        Some(_) => format!("{} {}", bar.name, bar.count),
        None => format!("{} {} of {}", bar.name, bar.count, bar.of),
    });
    let bars: Vec<String> = bars.collect();
    bars.join(", ")
}

/// Which profiles there are; or what there is to say of one.
fn known_profiles(app: &App, name: &str, now: Timestamp) -> Result<Vec<String>, String> {
    let known = &app.settings.configured.profiles;
    if name.is_empty() {
        let mut lines: Vec<String> = known.iter().map(|one| cells(app, one, now)).collect();
        lines
            .push("\"profiles NAME\" says how one is opened; nothing is switched here.".to_owned());
        return Ok(lines);
    }
    let at = known.iter().position(|one| one.name == name);
    let at = at.ok_or_else(|| format!("There is no profile {name}: \"profiles\" lists them."))?;
    let screen = Profiles {
        at,
        ..Profiles::default()
    };
    let lines = profiles::foot_lines(app, &screen, now);
    let words = lines.iter().map(|line| sentence(&run::plain(&line.text())));
    Ok(words.collect())
}

fn cells(app: &App, one: &KnownProfile, now: Timestamp) -> String {
    let cells = profiles::cells(app, one, now);
    let told: Vec<&str> = cells
        .iter()
        .map(|cell| cell.trim())
        .filter(|cell| !cell.is_empty())
        .collect();
    format!("{}.", told.join(", "))
}

/// What somebody can do who has no profile.
fn how_to_begin(app: &App) -> Vec<String> {
    let choices = welcome::CHOICES.iter();
    let choices = choices.map(|(name, lines, _)| format!("{name}: {}", lines.join(" ").trim()));
    std::iter::once(welcome::said(app)).chain(choices).collect()
}

/// Requests were told, or nobody asks for them any more.
pub(super) fn requests_came(app: &App) -> bool {
    let screen = requests_screen(app);
    screen.is_none() || !Requests::default().shown(&app.requests).is_empty()
}

fn requests_screen(app: &App) -> Option<&Requests> {
    app.screens.iter().find_map(|screen| match screen {
        Screen::Lookout(Lookout::Requests(requests)) => Some(requests),
        _ => None,
    })
}

/// Reads the newest requests out, and what they come to; then none is told any more.
pub(super) fn read_requests(app: &mut App, now: Timestamp) {
    let Some(screen) = requests_screen(app) else {
        return;
    };
    let table = RequestTable::of(run::WIDE_PAGE);
    let shown = screen.shown(&app.requests);
    let mut lines = vec![sentence(&format!(
        "{}, newest first: when, what, its code, how long it took, which try, for whom",
        many(shown.len(), "request")
    ))];
    lines.extend(shown.iter().take(MOST).map(|request| {
        let line = table.line(request, request.short_path(), &app.settings.zone, now);
        let id = request.receipt.correlation.as_ref();
        let id = id.filter(|_| !request.is_well());
        let id = id.map_or_else(String::new, |id| format!(", correlation id {id}"));
        format!("{}{id}.", run::plain(&line.text()))
    }));
    if shown.len() > MOST {
        lines.push(format!(
            "And {} more, on the full screen.",
            shown.len() - MOST
        ));
    }
    let foot = requests::foot_lines(app, screen, now);
    // The first two are about the one under a cursor.
    lines.extend(
        foot.iter()
            .skip(2)
            .map(|line| sentence(&run::plain(&line.text()))),
    );
    let is_log = |screen: &Screen| matches!(screen, Screen::Lookout(Lookout::Requests(_)));
    app.screens.retain(|screen| !is_log(screen));
    say_all(app, lines);
}
