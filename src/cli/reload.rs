//! Watches the configuration while the console is open: looked at once a second, read again when it has changed and come to rest.

use std::fs;
use std::path::Path;
use std::sync::mpsc::RecvTimeoutError;
use std::time::{Duration, SystemTime};

use tokio::sync::mpsc;

use super::config::examine;
use crate::app::{Msg, NewLimits, Reload};
use crate::domain::diagnosis::Thresholds;
use crate::settings::{
    Limits, LogLevel, Overrides, Paths, Profile, Settings, Ui, View, reread, sources,
};

/// How often the file is looked at.
const LOOK: Duration = Duration::from_secs(1);

/// A file as it is told from another: when it was written and how long it is. Nothing where there is none.
type Stamp = Option<(SystemTime, u64)>;

/// Of every file that says something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Stamps(Vec<Stamp>);

impl Stamps {
    /// As the files are now.
    pub(super) fn now(paths: &Paths, overrides: &Overrides) -> Self {
        let files = sources(paths, overrides);
        Self(files.iter().map(|file| stamp(file)).collect())
    }
}

fn stamp(file: &Path) -> Stamp {
    let found = fs::metadata(file).ok()?;
    Some((found.modified().ok()?, found.len()))
}

/// What the console was started with.
pub(super) struct Watch {
    paths: Paths,
    overrides: Overrides,
    /// Every profile that there is.
    profiles: Vec<Profile>,
    default_profile: Option<String>,
    /// The profile that is open; nothing for the built-in one, which the file says nothing of.
    profile: Option<Profile>,
    ui: Ui,
    keys: Vec<(String, Vec<String>)>,
    views: Vec<View>,
    thresholds: Thresholds,
    log_level: LogLevel,
    read: Stamps,
    seen: Stamps,
}

impl Watch {
    /// Watches what these settings were read from. What changed since is news, so the stamps are of before they were read.
    pub(super) fn new(
        paths: &Paths,
        overrides: Overrides,
        settings: &Settings,
        read: Stamps,
    ) -> Self {
        let profile = match &settings.chosen {
            crate::settings::Chosen::Profile(profile) => Some(profile.as_ref().clone()),
            crate::settings::Chosen::Sandbox => None,
        };
        Self {
            paths: paths.clone(),
            overrides,
            profiles: settings.profiles.clone(),
            default_profile: settings.default_profile.clone(),
            profile,
            ui: settings.ui.clone(),
            keys: settings.keys.clone(),
            views: settings.views.clone(),
            thresholds: settings.thresholds.clone(),
            log_level: settings.log_level,
            seen: read.clone(),
            read,
        }
    }

    /// Watches until what this gives is dropped, or nobody listens any more. On a thread of its own, which wakes for the look alone: a timer
    /// and a blocking task of the runtime would wake three threads each second of an idle console.
    pub(super) fn spawn(
        mut self,
        told: mpsc::UnboundedSender<Msg>,
    ) -> std::io::Result<std::sync::mpsc::Sender<()>> {
        let (watched, leaving) = std::sync::mpsc::channel();
        let thread = std::thread::Builder::new().name("config".to_owned());
        thread.spawn(move || {
            loop {
                if let Some(reload) = self.look()
                    && told.send(Msg::Reloaded(Box::new(reload))).is_err()
                {
                    return;
                }
                if leaving.recv_timeout(LOOK) != Err(RecvTimeoutError::Timeout) {
                    return;
                }
            }
        })?;
        Ok(watched)
    }

    /// What the file says, if it has changed. One that is still being written is waited for.
    fn look(&mut self) -> Option<Reload> {
        let now = Stamps::now(&self.paths, &self.overrides);
        let is_at_rest = now == std::mem::replace(&mut self.seen, now.clone());
        if !is_at_rest || now == self.read {
            return None;
        }
        self.read = now;
        Some(self.news())
    }

    fn news(&self) -> Reload {
        let mut again = match reread(&self.paths, &self.overrides) {
            Ok(again) => again,
            Err(error) => {
                return Reload {
                    trouble: Some(error.to_string()),
                    ..Reload::default()
                };
            }
        };
        examine(&mut again.check, &self.paths);
        let problems = again.check.problems();
        let name = again.file.file_name().unwrap_or_default();
        let mut reload = Reload {
            file: name.to_string_lossy().into_owned(),
            rules: again.rules(),
            trouble: problems.first().map(|first| {
                let error = first.error.within(&again.file);
                match problems.len() - 1 {
                    0 => error,
                    more => format!("{error} (and {more} more: unstick config check)"),
                }
            }),
            ..Reload::default()
        };
        // The usual file bounds the one that a variable named; its own words name it whole.
        if let Some(error) = again.trouble_of_own() {
            reload.trouble = Some(error.within(&self.paths.config_file()));
        }
        if again.is_wrong("profiles") || again.is_wrong("limits") {
            return reload;
        }
        if let Some(started) = &self.profile {
            match again.profile(&started.name) {
                Some(profile) => {
                    reload.limits = Some(limits(&profile));
                    reload.later = differences(started, &profile);
                }
                None => reload
                    .later
                    .push(format!("the profile {} is gone", started.name)),
            }
        }
        let log_level = self.overrides.log_level.or(again.check.log_level());
        let log_level = log_level.unwrap_or_default();
        let default_profile = again.check.default_profile();
        let sections = [
            (
                "profiles",
                self.others(&again.profiles()) != self.others(&self.profiles),
            ),
            (
                "default_profile",
                default_profile != self.default_profile.as_deref(),
            ),
            ("ui", *again.check.ui() != self.ui),
            ("keys", again.check.keys() != self.keys),
            ("view", again.check.views() != self.views),
            ("thresholds", again.thresholds() != self.thresholds),
            ("log_level", log_level != self.log_level),
        ];
        let differing = sections.into_iter().filter(|(section, differs)| {
            // Of a section in which something is wrong, that was said.
            *differs && !again.is_wrong(section)
        });
        let named = differing.map(|(section, _)| section.to_owned());
        reload.later.extend(named);
        reload
    }

    /// All but the open one, whose keys are named one by one.
    fn others<'a>(&self, profiles: &'a [Profile]) -> Vec<&'a Profile> {
        let open = self.profile.as_ref().map(|open| &open.name);
        let others = profiles.iter().filter(|one| Some(&one.name) != open);
        others.collect()
    }
}

fn limits(profile: &Profile) -> NewLimits {
    NewLimits {
        max_batch: profile.limits.max_batch,
        require_note: profile.limits.require_note,
        recent_reply: profile.limits.recent_reply,
        writes: profile.write,
    }
}

/// The keys of a profile that differ and cannot change while the console is open. What may narrow is left out: the console judges that.
fn differences(started: &Profile, now: &Profile) -> Vec<String> {
    let (old, new): (&Limits, &Limits) = (&started.limits, &now.limits);
    let differing = [
        ("region", started.addresses != now.addresses),
        ("client_id", started.client_id != now.client_id),
        (
            "grant",
            started.grant != now.grant || started.sso != now.sso,
        ),
        ("org_id", started.org_id != now.org_id),
        ("label", started.label != now.label),
        (
            "allow_teardown",
            started.allow_teardown != now.allow_teardown,
        ),
        ("wrap_up", started.wrap_up != now.wrap_up),
        ("notifications", started.notifications != now.notifications),
        ("privacy", started.privacy != now.privacy),
        ("proxy", started.proxy != now.proxy),
        ("ca_file", started.ca_file != now.ca_file),
        ("canary", old.canary != new.canary),
        ("max_parallel", old.max_parallel != new.max_parallel),
        (
            "requests_per_minute",
            old.requests_per_minute != new.requests_per_minute,
        ),
        ("max_per_hour", old.max_per_hour != new.max_per_hour),
        ("horizon_days", old.horizon_days != new.horizon_days),
    ];
    differing
        .into_iter()
        .filter(|(_, differs)| *differs)
        .map(|(key, _)| key.to_owned())
        .collect()
}

#[cfg(test)]
mod tests;
