//! What the parser cannot see: times that contradict the kind, words that name nothing.

use super::contradictions;
use super::error::line_of;
use super::guests::SOCKETS_MAX;
use super::{Chat, Scenario, ScenarioError, nearest};
use crate::sandbox::api::forum::grants;
use crate::sandbox::api::table;
use crate::sandbox::faults::check_tables;
use crate::sandbox::identity::scopes;
use std::collections::BTreeSet;
use uuid::Uuid;

/// A complaint: where, about which field, and what is wrong.
pub(super) type Complaint = (usize, &'static str, String);

/// Refuses a scenario that could be parsed and still makes no sense.
pub(super) fn check(scenario: &Scenario, text: &str, file: &str) -> Result<(), ScenarioError> {
    let complaint = range(scenario, text)
        .or_else(|| guests(scenario, text))
        .or_else(|| contradictions::first(scenario, text))
        .or_else(|| scenario.chats.iter().find_map(times))
        .or_else(|| labels(scenario))
        .or_else(|| words(scenario, text));
    match complaint {
        None => check_tables(&scenario.orders(), text, file),
        Some((at, field, problem)) => Err(ScenarioError::Invalid {
            file: file.to_owned(),
            line: line_of(text, at),
            field: field.to_owned(),
            problem,
        }),
    }
}

fn range(scenario: &Scenario, text: &str) -> Option<Complaint> {
    let life = &scenario.life;
    let ranges = [
        ("apply_ms", scenario.platform.apply_ms),
        ("bot_answers_ms", life.bot_answers_ms),
        ("agent_answers_ms", life.agent_answers_ms),
        ("guest_waits_ms", life.guest_waits_ms),
        ("writes_every_ms", scenario.guest.writes_every_ms),
    ];
    let mut all = ranges.into_iter();
    let (field, _) = all.find(|(_, (shortest, longest))| shortest > longest)?;
    let at = text.find(field).unwrap_or(0);
    let problem = "the shortest wait is longer than the longest".to_owned();
    Some((at, field, problem))
}

/// More than the platform allows, or deployments that cannot be told apart.
fn guests(scenario: &Scenario, text: &str) -> Option<Complaint> {
    let place = |field: &str| text.find(field).unwrap_or(0);
    let guest = &scenario.guest;
    if guest.sockets > SOCKETS_MAX {
        let problem = format!("at most {SOCKETS_MAX} simulated guests hold sockets");
        return Some((place("sockets"), "sockets", problem));
    }
    if guest.naive > guest.sockets {
        let problem = "more guests are naive than hold a socket".to_owned();
        return Some((place("naive"), "naive", problem));
    }
    if scenario.platform.threading_minutes > 72 * 60 {
        let problem = "the platform allows 72 hours, 4320 minutes, at most".to_owned();
        return Some((place("threading_minutes"), "threading_minutes", problem));
    }
    let mut seen = BTreeSet::new();
    let complaint = scenario.deployments.iter().find_map(|one| {
        let (name, silence) = (one.name.get_ref(), &one.silence);
        if !seen.insert(name) {
            let problem = format!("`{name}` names another deployment already");
            return Some((one.name.span().start, "name", problem));
        }
        let problem = "a guest needs at least one second".to_owned();
        (silence.get_ref().0.as_secs() < 1).then_some((silence.span().start, "session", problem))
    });
    let known: Vec<&str> = seen.iter().map(|name| name.as_str()).collect();
    let mut asked = scenario
        .chats
        .iter()
        .filter_map(|chat| chat.deployment.as_ref());
    let mut unknown = || asked.find(|one| !known.contains(&one.get_ref().as_str()));
    complaint.or_else(|| {
        let name = unknown()?;
        let mend = nearest(name.get_ref(), &known);
        let mend = mend.map_or_else(String::new, |name| format!(", did you mean `{name}`?"));
        let problem = format!("no deployment is called `{}`{mend}", name.get_ref());
        Some((name.span().start, "deployment", problem))
    })
}

fn times(chat: &Chat) -> Option<Complaint> {
    let kind = *chat.kind.get_ref();
    let times = kind.times();
    let given = [
        ("age", chat.age.as_ref(), times.age_bounds),
        ("idle", chat.idle.as_ref(), times.idle_bounds),
    ];
    for (field, span, (over, under)) in given {
        let Some(span) = span else { continue };
        let seconds = span.get_ref().0.as_secs();
        if seconds <= over * 60 || seconds >= under * 60 {
            let problem = format!(
                "a chat of kind `{kind}` needs more than {over} and less than {under} minutes here"
            );
            return Some((span.span().start, field, problem));
        }
    }
    let (age, idle) = (chat.age.as_ref()?, chat.idle.as_ref()?);
    let problem = "the silence is longer than the age".to_owned();
    (idle.get_ref().0 > age.get_ref().0).then_some((idle.span().start, "idle", problem))
}

fn labels(scenario: &Scenario) -> Option<Complaint> {
    let mut seen = BTreeSet::new();
    scenario.chats.iter().find_map(|chat| {
        let label = chat.label.as_ref()?;
        let problem = format!("`{label}` names another chat already");
        (!seen.insert(label)).then_some((chat.kind.span().start, "label", problem))
    })
}

/// Labels in faults and names of permissions: a misspelt one would silently do nothing.
fn words(scenario: &Scenario, text: &str) -> Option<Complaint> {
    let complaint = |word: &str, field: &'static str, known: &[&str]| {
        let at = text.find(&format!("\"{word}\"")).unwrap_or(0);
        let mend = nearest(word, known)
            .map_or_else(String::new, |name| format!(", did you mean `{name}`?"));
        (at, field, format!("`{word}` is not known here{mend}"))
    };
    let labels: Vec<String> = scenario.chats.iter().flat_map(Chat::labels).collect();
    let labels: Vec<&str> = labels.iter().map(String::as_str).collect();
    let orders = scenario.orders();
    let mut targets = orders.targets().into_iter();
    let unknown = targets.find(|word| !labels.contains(word) && Uuid::try_parse(word).is_err());
    if let Some(word) = unknown {
        return Some(complaint(word, "conversation", &labels));
    }
    let scopes = scopes::all();
    let scopes: Vec<&str> = scopes.iter().map(String::as_str).collect();
    let mut allowed = scenario.sign_in.scopes.iter();
    if let Some(word) = allowed.find(|word| !scopes.contains(&word.as_str())) {
        return Some(complaint(word, "scopes", &scopes));
    }
    let forum = scenario.spoken_forum();
    let invented = grants();
    let mut lacking = forum.iter().flat_map(|one| &one.without_grants);
    if let Some(word) = lacking.find(|word| !invented.contains(&word.as_str())) {
        return Some(complaint(word, "without_grants", &invented));
    }
    let permissions = table::permissions(forum.as_ref());
    let mut taken = scenario.platform.without_permissions.iter();
    let word = taken.find(|word| !permissions.contains(&word.as_str()))?;
    Some(complaint(word, "without_permissions", &permissions))
}
