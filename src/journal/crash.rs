//! Crash points: places around a commit where a build with debug assertions can be told to die, so that tests see what a killed
//! program leaves behind. `UNSTICK_CRASH_AT=after-intent` dies at the first, `after-intent:3` at the third; `UNSTICK_STOP_AT` stands still
//! there instead, like a machine that sleeps, until it is continued. And points from which on the
//! disk is full: `UNSTICK_FAIL_AT=outcome`, `outcome:2`; with `,spill` behind it nothing can be kept elsewhere either. Release builds
//! never look.

use crate::domain::fact::{ItemEvent, RunEvent};

/// Where to die and where to fail, if anywhere.
#[derive(Debug, Default)]
pub(super) struct Crash {
    death: Option<Point>,
    sleep: Option<Point>,
    full: Option<Point>,
    is_full: bool,
    spills_fail: bool,
}

/// A named point, and how often it is still to be passed.
#[derive(Debug)]
struct Point {
    name: String,
    left: u32,
}

impl Point {
    fn parse(text: &str) -> Self {
        let (name, count) = text.split_once(':').unwrap_or((text, "1"));
        Self {
            name: name.to_owned(),
            left: count.parse().unwrap_or(1),
        }
    }

    /// Passes a point; answers whether it is the one, for the last time.
    fn is_reached(&mut self, name: &str) -> bool {
        if self.name != name || self.left == 0 {
            return false;
        }
        self.left -= 1;
        self.left == 0
    }
}

impl Crash {
    /// What the environment asks for.
    pub(super) fn from_environment() -> Self {
        if !cfg!(debug_assertions) {
            return Self::default();
        }
        let said = |name: &str| std::env::var(name).ok();
        let full = said("UNSTICK_FAIL_AT").unwrap_or_default();
        let (point, more) = full.split_once(',').unwrap_or((&full, ""));
        Self {
            death: said("UNSTICK_CRASH_AT").as_deref().map(Point::parse),
            sleep: said("UNSTICK_STOP_AT").as_deref().map(Point::parse),
            full: (!point.is_empty()).then(|| Point::parse(point)),
            is_full: false,
            spills_fail: more == "spill",
        }
    }

    /// Passes a point by its name.
    pub(super) fn pass(&mut self, name: &str) {
        if self
            .death
            .as_mut()
            .is_some_and(|point| point.is_reached(name))
        {
            std::process::abort();
        }
        if self
            .sleep
            .as_mut()
            .is_some_and(|point| point.is_reached(name))
        {
            stand_still();
        }
    }

    /// Passes a point: `before` or `after` the commit of this event.
    pub(super) fn pass_event(&mut self, moment: &str, event: &RunEvent) {
        if (self.death.is_some() || self.sleep.is_some())
            && let Some(point) = point(event)
        {
            self.pass(&format!("{moment}-{point}"));
        }
    }

    /// The disk is full for this event, and stays so.
    pub(super) fn is_full_for(&mut self, event: &RunEvent) -> bool {
        if let (Some(full), Some(point)) = (&mut self.full, point(event)) {
            self.is_full |= full.is_reached(point);
        }
        self.is_full
    }

    /// Nothing can be kept elsewhere either.
    pub(super) fn fails_spill(&self) -> bool {
        self.is_full && self.spills_fail
    }
}

#[cfg(unix)]
fn stand_still() {
    use rustix::process::{Signal, getpid, kill_process};
    // Where that is not possible, the test that wants it waits in vain.
    let _ = kill_process(getpid(), Signal::STOP);
    // Another thread may take the signal, a moment later: this one does nothing before it stands still too.
    std::thread::park_timeout(std::time::Duration::from_secs(1));
}

#[cfg(not(unix))]
fn stand_still() {}

fn point(event: &RunEvent) -> Option<&'static str> {
    match event {
        RunEvent::Confirmed => Some("confirm"),
        RunEvent::Item { what, .. } => match what {
            ItemEvent::Observed { .. } => Some("observation"),
            ItemEvent::Intended { .. } => Some("intent"),
            ItemEvent::Answered { .. } => Some("outcome"),
            ItemEvent::Settled(_) => Some("final"),
            ItemEvent::ReadFailed { .. }
            | ItemEvent::EndSought { .. }
            | ItemEvent::Sighted(_)
            | ItemEvent::LateEffect { .. } => None,
        },
        RunEvent::Finished => Some("finish"),
        _ => None,
    }
}
