//! From flags to an organisation that can be asked: settings → sandbox or profile → secret → client → who we are.

use std::collections::HashMap;
use std::sync::Arc;

use super::browser::Opener;
use super::choice::{Choice, wrong_settings};
use super::exit::Exit;
use super::guests::Witness;
use super::interrupted::unless_stopped;
use super::pretend::Pretend;
use super::trouble::Trouble;
use super::{access, operator, output, person};
use crate::app::opening::Awaited;
use crate::clock::WallClock;
use crate::domain::beside::Accepted;
use crate::domain::diagnosis::Thresholds;
use crate::domain::failure::Failure;
use crate::domain::ids::ConversationId;
use crate::domain::item::Timings;
use crate::domain::plan::Scope;
use crate::domain::roster::Roster;
use crate::domain::rules::Rules;
use crate::domain::run::Pace;
use crate::engine::Parts;
use crate::engine::ports::{Lane, Limiter, Recorder};
use crate::genesys::{self, Client, Timeouts, WritingClient};
use crate::journal::{History, NEWEST};
use crate::settings::{Chosen, Grant, Overrides, Paths, Profile, Settings, load};
use crate::tui;

/// An organisation that can be asked.
pub(super) struct Connection {
    pub(super) profile: Profile,
    /// Whose plans are made here.
    pub(super) scope: Scope,
    /// Where it is, in words.
    pub(super) place: String,
    pub(super) client: Client,
    pub(super) limiter: Limiter,
    pub(super) clock: WallClock,
    /// The operator's rules and guards.
    pub(super) rules: Option<Arc<Rules>>,
    /// Where names are kept for the next start; nowhere for a pretend organisation, whose ids are new each time.
    pub(super) keeps_names_in: Option<Paths>,
    /// The figures that kinds are told by.
    pub(super) thresholds: Thresholds,
    /// Somebody who sees what guests are told, where there is one.
    pub(super) witness: Option<Witness>,
    /// `--read-only` was said, whatever the profile allows.
    pub(super) is_started_read_only: bool,
    pretend: Option<Pretend>,
}

impl Connection {
    /// Reaches the organisation, makes sure who we are there, and works with it, which changes nothing; however that ends, by a signal too, it
    /// is closed.
    pub(super) async fn with<T>(
        choice: &Choice,
        settings: &Settings,
        paths: &Paths,
        work: impl AsyncFnOnce(&mut Self) -> Result<T, Trouble>,
    ) -> Result<T, Trouble> {
        let mut stops = tui::stops()?;
        let prepared = Self::prepare(choice, settings, paths, Timeouts::default());
        let prepared = unless_stopped(&mut stops, prepared).await?;
        let entered = async |connection: &mut Self| {
            let worked = async {
                connection.enter(choice).await?;
                work(connection).await
            };
            unless_stopped(&mut stops, worked).await
        };
        prepared.during(entered).await
    }

    /// Works with it; however that ends, what was started for it alone is ended too: a person's sign-in, a sandbox.
    pub(super) async fn during<T>(
        mut self,
        work: impl AsyncFnOnce(&mut Self) -> Result<T, Trouble>,
    ) -> Result<T, Trouble> {
        let done = work(&mut self).await;
        self.close().await;
        done
    }

    /// Ends what was started for it alone: a person's sign-in, a sandbox.
    pub(super) async fn close(self) {
        if self.profile.grant == Grant::Code {
            access::give_back(&self.client, &self.limiter).await;
        }
        if let Some(pretend) = self.pretend {
            pretend.stop().await;
        }
    }

    /// Its sandbox was started for it, and ends with it.
    pub(super) fn is_own_sandbox(&self) -> bool {
        self.pretend.as_ref().is_some_and(Pretend::is_own)
    }

    /// Signs in, and makes sure who we are there.
    pub(super) async fn enter(&mut self, choice: &Choice) -> Result<(), Trouble> {
        self.sign_in(choice).await?;
        match self.identify().await {
            Ok(scope) => {
                let note = self.settle(scope)?;
                say(note);
                Ok(())
            }
            Err(failure) => Err(self.unknown(&failure)),
        }
    }

    /// The same for the console, where a person has signed in who has to. It can also show an organisation that is out of reach just now, if
    /// the profile says which it is: a run asks who we are again before it sends anything. Nothing is printed: what is to be noted is the answer.
    pub(super) async fn enter_patiently(
        &mut self,
        tell: &impl Fn(Awaited),
    ) -> Result<Option<String>, Trouble> {
        tell(Awaited::SignIn);
        if self.pretend.is_some() {
            return Ok(None);
        }
        let asked = async {
            let pass = self.limiter.acquire(Lane::Read, 1).await;
            self.client.sign_in(pass).await?;
            tell(Awaited::Identity);
            self.identify().await
        };
        match asked.await {
            Ok(scope) => self.settle(scope),
            Err(failure)
                if self.profile.org_id.is_some()
                    && (failure.is_offline() || failure.is_passing()) =>
            {
                Ok(None)
            }
            Err(failure) => Err(self.unknown(&failure)),
        }
    }

    /// The same while a console is open: nothing is printed, and what is to be noted is the answer. `opener`: where a person signs in, of
    /// the browser. An organisation that is out of reach is not opened in the place of one that is there.
    pub(super) async fn enter_silently(
        &mut self,
        opener: Option<&Opener>,
    ) -> Result<Option<String>, Trouble> {
        if self.profile.grant == Grant::Code {
            let org_id = self.profile.org_id.clone();
            person::again(&self.client, &self.limiter, opener, org_id.as_deref())
                .await
                .map_err(|why| Trouble::said(Exit::SignIn, why))?;
        }
        match self.identify().await {
            Ok(_) if self.pretend.is_some() => Ok(None),
            Ok(scope) => self.settle(scope),
            Err(failure) => Err(Trouble::of_failure(
                "its organisation cannot be asked",
                &failure,
            )),
        }
    }

    /// Everything that needs no request, with a client that waits so long for an answer.
    pub(super) async fn prepare(
        choice: &Choice,
        settings: &Settings,
        paths: &Paths,
        timeouts: Timeouts,
    ) -> Result<Self, Trouble> {
        let (profile, grant, pretend) = match &settings.chosen {
            Chosen::Sandbox => {
                let asked = choice.wanted_sandbox();
                let pretend = Pretend::find(asked, &choice.staging, paths).await?;
                let profile = settings.sandbox(&pretend.welcome).map_err(wrong_settings)?;
                let secret = pretend.welcome.client_secret.clone();
                let grant = access::grant_with(&profile, Some(secret))?;
                (profile, grant, Some(pretend))
            }
            Chosen::Profile(profile) => {
                let grant = access::grant_of(profile, choice, paths).await?;
                (profile.as_ref().clone(), grant, None)
            }
        };
        Self::assemble(profile, grant, pretend, settings, paths, timeouts)
    }

    /// To a sandbox of this process that is nobody's but the caller's: no configuration and no variable has a say, and whatever is kept is
    /// kept below these paths.
    pub(super) fn to_own(pretend: Pretend, paths: &Paths) -> Result<Self, Trouble> {
        let overrides = Overrides {
            sandbox: true,
            ..Overrides::default()
        };
        let settings = load(paths, &overrides).map_err(wrong_settings)?;
        let profile = settings.sandbox(&pretend.welcome).map_err(wrong_settings)?;
        let secret = pretend.welcome.client_secret.clone();
        let grant = access::grant_with(&profile, Some(secret))?;
        let timeouts = Timeouts::default();
        Self::assemble(profile, grant, Some(pretend), &settings, paths, timeouts)
    }

    fn assemble(
        profile: Profile,
        grant: genesys::Grant,
        pretend: Option<Pretend>,
        settings: &Settings,
        paths: &Paths,
        timeouts: Timeouts,
    ) -> Result<Self, Trouble> {
        let clock = WallClock::start();
        let limiter = Limiter::new(profile.limits.requests_per_minute);
        let welcome = pretend.as_ref().map(|pretend| &pretend.welcome);
        let client = access::client_of(&profile, grant, welcome, timeouts, &limiter, clock, paths)?;
        let client = client.listening_as(&profile, paths.state.join("notifications"));
        let place = pretend.as_ref();
        let place = place.map_or_else(|| place_of(&profile), |pretend| pretend.place.clone());
        let scope = Scope {
            org_id: profile.org_id.clone().unwrap_or_default(),
            api_host: profile.api_url().host().to_owned(),
            client_id: profile.client_id.clone(),
            profile: profile.name.clone(),
        };
        Ok(Self {
            profile,
            scope,
            place,
            client,
            limiter,
            clock,
            rules: settings.rules.clone(),
            keeps_names_in: pretend.is_none().then(|| paths.clone()),
            thresholds: settings.thresholds.clone(),
            witness: pretend.as_ref().map(|pretend| Witness {
                url: pretend.welcome.url.clone(),
                paths: paths.clone(),
            }),
            is_started_read_only: settings.is_read_only(),
            pretend,
        })
    }

    /// A person signs in, where the profile wants one.
    pub(super) async fn sign_in(&self, choice: &Choice) -> Result<(), Trouble> {
        if self.profile.grant != Grant::Code {
            return Ok(());
        }
        person::sign_in(&self.client, &self.limiter, choice, &self.profile).await
    }

    /// What our own newest runs had accepted here: a conversation that is open still was in one of them, or is found `stubborn` again by the
    /// next run. A journal that cannot be read tells nothing; whoever needs it says so.
    pub(super) fn accepted(&self, paths: &Paths) -> HashMap<ConversationId, Vec<Accepted>> {
        let history = History::at(&paths.journal_file(), Timings::default());
        history
            .accepted(&self.scope.org_id, NEWEST)
            .inspect_err(|error| {
                tracing::warn!(%error, "what runs on record had accepted is not known");
            })
            .unwrap_or_default()
    }

    /// What is known before anything is asked: the figures to judge by, and what our own runs had accepted.
    pub(super) fn roster(&self, paths: &Paths) -> Roster {
        let mut roster = Roster::judging_by(self.thresholds.clone());
        for (id, accepted) in self.accepted(paths) {
            roster.accept(id, accepted);
        }
        roster
    }

    async fn identify(&self) -> Result<Scope, Failure> {
        let pass = self.limiter.acquire(Lane::Read, 2).await;
        self.client.scope(pass).await
    }

    /// Takes the organisation's own word, if it is the one that the profile names; what is to be noted of it is the answer.
    fn settle(&mut self, scope: Scope) -> Result<Option<String>, Trouble> {
        if let Some(named) = &self.profile.org_id
            && *named != scope.org_id
        {
            return Err(Trouble::said(
                Exit::Refused,
                format!(
                    "the sign-in stands for organisation {}, and the profile `{}` names {named}",
                    scope.org_id, self.profile.name
                ),
            )
            .hint("nothing else was sent; check org_id and client_id of the profile"));
        }
        let note = self.profile.org_id.is_none().then(|| {
            format!(
                "note: profile `{0}` is not pinned to its organisation. `unstick login {0}` pins it, or add under [profiles.{0}]: org_id = \"{1}\"",
                self.profile.name, scope.org_id
            )
        });
        self.scope = scope;
        Ok(note)
    }

    fn unknown(&self, failure: &Failure) -> Trouble {
        let what = format!(
            "the organisation of profile `{}` at {} cannot be opened",
            self.profile.name,
            self.profile.api_url().host()
        );
        Trouble::of_failure(&what, failure)
    }

    /// The client that may end conversations, where the profile may.
    pub(super) fn writing(&self) -> Result<WritingClient, Trouble> {
        if self.profile.write {
            return Ok(WritingClient::new(self.client.clone()));
        }
        Err(Trouble::said(
            Exit::Refused,
            format!("the profile `{}` is read-only here", self.profile.name),
        )
        .hint(if self.is_started_read_only {
            "nothing was sent; leave out --read-only (or UNSTICK_READ_ONLY)"
        } else {
            "nothing was sent; set `write = true` in the profile, or start with --write"
        }))
    }

    /// What an engine is made of that may end conversations.
    pub(super) fn parts<R: Recorder>(
        &self,
        recorder: R,
        polls: bool,
    ) -> Result<Parts<WritingClient, R, WallClock>, Trouble> {
        let limits = &self.profile.limits;
        Ok(Parts {
            org: self.writing()?,
            recorder,
            clock: self.clock,
            limiter: self.limiter.clone(),
            scope: self.scope.clone(),
            pace: Pace {
                canary: limits.canary,
                max_parallel: limits.max_parallel,
            },
            max_batch: limits.max_batch,
            operator: operator::name(),
            label: self.profile.label.clone(),
            api_url: self.profile.api_url().as_str().to_owned(),
            timings: Timings::default(),
            polls,
            rules: self.rules.clone(),
            horizon_days: limits.horizon_days,
        })
    }
}

/// Where the organisation of a profile is, in words.
pub(super) fn place_of(profile: &Profile) -> String {
    let host = || profile.api_url().host().to_owned();
    profile.region.clone().unwrap_or_else(host)
}

fn say(note: Option<String>) {
    if let Some(note) = note {
        output::words(&note);
    }
}
