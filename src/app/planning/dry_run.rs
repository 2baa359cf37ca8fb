//! A dry run of a plan (`D`): its chats are read once more, and what a run's check would make of that is said, chat by chat. Step 1 alone,
//! and so reads alone. As after every read, the plan is then frozen anew on what is true now.

use std::sync::Arc;

use jiff::Timestamp;

use super::{BEING_READ, Planning};
use crate::app::action::{Action, Mode};
use crate::app::clock_text::clock;
use crate::app::sheet::{Paragraph, Sheet};
use crate::app::tone::{Tone, Words, glyph};
use crate::app::{App, Effect, Overlay};
use crate::domain::feed::Command;
use crate::domain::item::Timings;
use crate::domain::plan::Plan;
use crate::domain::rehearsal::{Rehearsed, Verdict, rehearse};

/// Why there can be no dry run now.
pub(crate) fn why_not(app: &App, planning: &Planning, now: Timestamp) -> Option<String> {
    let has_rows = planning
        .plan
        .as_ref()
        .is_some_and(|plan| !plan.items.is_empty());
    if !planning.is_read() {
        return Some(BEING_READ.to_owned());
    }
    if !has_rows {
        return Some("there is nothing in the plan to check".to_owned());
    }
    app.link.is_down(now).then(|| {
        let again = app.key(Mode::Chats, Action::Refresh);
        format!("off, chats cannot be read now. {again} in the list tries again")
    })
}

/// Reads the chats of the plan again, for the plan as it stands.
pub(super) fn begin(planning: &mut Planning) -> Vec<Effect> {
    planning.rehearsing.clone_from(&planning.plan);
    planning.read_again();
    vec![Effect::Engine(Command::Read(planning.to_read()))]
}

/// Every chat was read: says what the check of a run would make of it. Whoever has gone elsewhere meanwhile is not interrupted.
pub(super) fn finish(app: &mut App, plan: &Arc<Plan>, now: Timestamp) {
    let rehearsed = rehearse(plan, |id| app.roster.row(id), &Timings::default(), now);
    let words = summary(&rehearsed);
    // A note that is being typed is no key of a sheet.
    if app.mode() == Mode::Plan {
        let at = clock(now, &app.settings.zone, now);
        app.overlay = Some(Overlay::Sheet(Box::new(sheet(&rehearsed, &words, &at))));
    } else {
        app.notices.tell(format!("dry run: {words}"), now);
    }
}

/// `7 fit the plan, 1 would be held; nothing was sent but reads`.
fn summary(rehearsed: &[Rehearsed]) -> String {
    let count = |is_meant: fn(&Verdict) -> bool| {
        rehearsed
            .iter()
            .filter(|one| is_meant(&one.verdict))
            .count()
    };
    let (fit, unread) = (
        count(Verdict::goes),
        count(|verdict| matches!(verdict, Verdict::Unread(_))),
    );
    let left = rehearsed.len() - fit - unread;
    let mut words = vec![format!("{fit} of {} fit the plan", rehearsed.len())];
    if left > 0 {
        words.push(format!("{left} would be left alone"));
    }
    if unread > 0 {
        words.push(format!("{unread} could not be read"));
    }
    format!("{}; nothing was sent but reads", words.join(", "))
}

/// What would not be as planned stands first.
fn sheet(rehearsed: &[Rehearsed], summary: &str, at: &str) -> Sheet {
    let mut all = vec![
        Paragraph {
            label: Words::new(Tone::Strong, " "),
            text: format!("{summary}."),
            tone: Tone::Strong,
        },
        Paragraph::line(Words::blank()),
    ];
    let (fits, others): (Vec<&Rehearsed>, Vec<&Rehearsed>) =
        rehearsed.iter().partition(|one| one.verdict.goes());
    for one in others.iter().chain(&fits) {
        let (mark, tone) = match &one.verdict {
            Verdict::Goes(_) => (glyph::DONE, Tone::Good),
            Verdict::Ends(..) => (glyph::SKIPPED, Tone::Warn),
            Verdict::Unread(_) => (glyph::UNKNOWN, Tone::Warn),
        };
        all.push(Paragraph {
            label: Words::new(tone, format!("  {mark} {}  ", one.id.short())),
            text: one.verdict.words(),
            tone: Tone::Plain,
        });
    }
    all.push(Paragraph::line(Words::blank()));
    if !others.is_empty() {
        all.push(note(
            "What is not as planned was left out of the plan: it stays marked.",
        ));
    }
    all.push(note(
        "A run checks each chat again before it sends anything for it.",
    ));
    Sheet::new(format!("Dry run at {at}: step 1, CHECK"), all)
}

fn note(words: &str) -> Paragraph {
    Paragraph {
        label: Words::new(Tone::Dim, " "),
        text: words.to_owned(),
        tone: Tone::Dim,
    }
}
