//! `login`: a profile is set up, or signed in to again. The sign-in is tried before anything is written; what is written is the secret, in
//! the keyring or a private file, and a read-only profile that is pinned to the organisation that answered.

mod keeping;
mod questions;

use clap::Args;
use secrecy::SecretString;
use tokio::sync::mpsc;

use super::access::{client_of, give_back, grant_with, secret_given};
use super::choice::{Choice, wrong_settings};
use super::exit::Exit;
use super::interrupted::unless_stopped;
use super::trouble::Trouble;
use super::{output, person, unseen};
use crate::app::Signal;
use crate::clock::WallClock;
use crate::domain::failure::FailureKind;
use crate::domain::text::Text;
use crate::engine::ports::{Lane, Limiter};
use crate::genesys::{Identity, Timeouts};
use crate::settings::editing::{Draft, NewProfile, Where};
use crate::settings::profile::check_name;
use crate::settings::region::{Addresses, REGIONS};
use crate::settings::secret::{Safe, one_line};
use crate::settings::{Grant, Paths, Profile, Settings, Sso};
use crate::tui;
use questions::{Questions, client_id_of, grant_of, label_of};

/// `login`. What is not given is asked for, in a terminal.
#[derive(Debug, Args)]
pub(super) struct Login {
    /// A name for the profile; that of one that is there signs in to it again
    #[arg(value_name = "NAME")]
    name: Option<String>,
    /// The region, by its AWS name
    #[arg(long, value_name = "REGION", conflicts_with_all = ["domain", "api_url"])]
    region: Option<String>,
    /// Another domain of Genesys Cloud
    #[arg(long, value_name = "DOMAIN", conflicts_with = "api_url")]
    domain: Option<String>,
    /// The domain is meant, though this version does not know it
    #[arg(long, requires = "domain")]
    unlisted_domain: bool,
    /// A pretend organisation on this machine: its REST address
    #[arg(long, value_name = "URL", requires = "oauth_url")]
    api_url: Option<String>,
    /// A pretend organisation on this machine: its OAuth address
    #[arg(long = "login-url", value_name = "URL", requires = "api_url")]
    oauth_url: Option<String>,
    /// The OAuth client
    #[arg(long, value_name = "ID", value_parser = client_id_of)]
    client_id: Option<String>,
    /// client-credentials: the program signs in, with the client's secret; code: a person does, in the browser
    #[arg(long, value_name = "GRANT", value_parser = grant_of)]
    grant: Option<Grant>,
    /// PROD, STAGE or TEST
    #[arg(long, value_name = "LABEL", value_parser = label_of)]
    label: Option<String>,
    /// Grant code, single sign-on: the organisation's short name
    #[arg(long, value_name = "ORG", requires = "provider")]
    org: Option<String>,
    /// Grant code, single sign-on: the identity provider
    #[arg(long, value_name = "PROVIDER", requires = "org")]
    provider: Option<String>,
    /// Open this profile where none is named
    #[arg(long)]
    default: bool,
    /// Set up anew what is there already under this name
    #[arg(long)]
    replace: bool,
}

/// How often a secret is asked for that is refused.
const TRIES: u32 = 3;

/// What is signed in to.
enum Wanted {
    /// A profile that is not there, or is replaced.
    New(NewProfile),
    /// One that is there.
    Again(Box<Profile>),
}

impl Login {
    /// Asks, tries, writes.
    pub(super) async fn run(
        self,
        choice: &Choice,
        settings: &Settings,
        paths: &Paths,
    ) -> Result<Exit, Trouble> {
        if choice.sandbox.is_some() || !choice.staging.is_default() {
            return Err(Trouble::usage("the built-in sandbox needs no login").hint(
                "for one that runs by itself give --api-url and --login-url, both its `url`",
            ));
        }
        let questions = Questions::new(choice);
        let name = self.name(choice, &questions)?;
        let old = settings.profiles.iter().find(|old| old.name == name);
        let wanted = self.wanted(name.clone(), old, &questions)?;
        let usual = paths.config_file();
        let file = settings.config.as_deref().unwrap_or(&usual);
        let mut draft = Draft::of(file).map_err(wrong_settings)?;
        if let Wanted::New(new) = &wanted {
            draft.put(new).map_err(wrong_settings)?;
        }
        let profile = match &wanted {
            Wanted::New(new) => settings.bounded(draft.profile(&new.name).map_err(wrong_settings)?),
            Wanted::Again(profile) => profile.as_ref().clone(),
        };
        if profile.grant == Grant::ClientCredentials {
            // Its secret could not be kept; nobody should type it.
            keeping::can_keep(&Safe::of(&profile, paths))?;
        }
        // Questions before this are lines, which a signal ends by itself; what comes after must hear it.
        let mut stops = tui::stops()?;
        let given = unless_stopped(&mut stops, secret_given(choice)).await?;
        let is_typed = given.is_none() && questions.may_ask;
        let mut tries = 1;
        let (secret, identity) = loop {
            let secret = match &given {
                Some(secret) => Some(secret.clone()),
                None => secret_of(&profile, &questions, tries, &mut stops).await?,
            };
            if secret.is_some() {
                keeping::can_keep(&Safe::of(&profile, paths))?;
            }
            match try_it(&profile, secret.clone(), choice, paths, &mut stops).await {
                Ok(identity) => break (secret, identity),
                // A slip of the hand is no reason to ask for everything else again.
                Err(failed) if failed.is_refused && is_typed && tries < TRIES => {
                    tries += 1;
                    output::words(&format!("{}.", failed.trouble.on_a_line()));
                }
                Err(failed) => return Err(failed.trouble),
            }
        };
        output::words(&format!("{}.", said(&identity)));
        if let (Wanted::Again(_), Some(pinned)) = (&wanted, &profile.org_id)
            && *pinned != identity.org_id
        {
            let why = format!(
                "profile `{name}` is pinned to organisation {pinned}, and this client belongs to {}",
                identity.org_id
            );
            return Err(Trouble::said(Exit::Refused, why).hint(
                "nothing was written; for another organisation choose another name, or --replace",
            ));
        }
        // By this file itself: the usual one may name the organisation for it.
        let pinned = draft.profile(&name).map_err(wrong_settings)?.org_id;
        if pinned.as_ref() != Some(&identity.org_id) {
            draft.pin(&name, &identity.org_id).map_err(wrong_settings)?;
        }
        if self.default {
            draft.set_default(&name);
        }
        let kept = keeping::keep(draft, &profile, secret.as_ref(), paths)?;
        if let (Wanted::New(_), Some(old)) = (&wanted, old) {
            keeping::forget(old, &profile, kept.is_some(), paths);
        }
        keeping::say(&wanted, &profile, kept, file);
        Ok(Exit::Done)
    }

    fn name(&self, choice: &Choice, questions: &Questions) -> Result<String, Trouble> {
        match self.name.as_ref().or(choice.profile.as_ref()) {
            Some(name) => check_name(name)
                .map(|()| name.clone())
                .map_err(|why| Trouble::usage(format!("`{}`: {why}", Text::clean(name)))),
            None => questions.name(),
        }
    }

    /// Something is said of how the profile is to be, not only which.
    fn sets_up(&self) -> bool {
        self.replace
            || self.region.is_some()
            || self.domain.is_some()
            || self.api_url.is_some()
            || self.client_id.is_some()
            || self.grant.is_some()
            || self.label.is_some()
            || self.org.is_some()
    }

    fn wanted(
        &self,
        name: String,
        old: Option<&Profile>,
        questions: &Questions,
    ) -> Result<Wanted, Trouble> {
        if let Some(old) = old {
            let anew = if self.sets_up() {
                if !self.replace {
                    questions.replacing(&name)?;
                }
                true
            } else {
                questions.may_ask && questions.anew(&name)?
            };
            if !anew {
                return Ok(Wanted::Again(Box::new(old.clone())));
            }
        }
        self.new_profile(name, questions).map(Wanted::New)
    }

    fn new_profile(&self, name: String, questions: &Questions) -> Result<NewProfile, Trouble> {
        let place = self.place(questions)?;
        let is_pretend = matches!(place, Where::Loopback { .. });
        let grant = match self.grant {
            Some(grant) => grant,
            None => questions.grant()?,
        };
        let client_id = match &self.client_id {
            Some(client_id) => client_id.clone(),
            None => questions.client_id()?,
        };
        let label = match &self.label {
            // What is pretended is always badged so, whatever is said.
            _ if is_pretend => None,
            Some(label) => Some(label.clone()),
            None => Some(questions.label()?),
        };
        let sso = match (&self.org, &self.provider) {
            (Some(org), Some(provider)) => Some(Sso {
                org: org.clone(),
                provider: provider.clone(),
            }),
            _ => None,
        };
        Ok(NewProfile {
            name,
            place,
            client_id,
            grant,
            sso,
            label,
            org_id: None,
        })
    }

    fn place(&self, questions: &Questions) -> Result<Where, Trouble> {
        let wrong = |error: crate::settings::region::BadAddress| Trouble::new(Exit::Usage, error);
        let place = match (&self.region, &self.domain, &self.api_url, &self.oauth_url) {
            (Some(region), ..) => {
                Addresses::of_region(region).map_err(wrong)?;
                Where::Region(region.clone())
            }
            (_, Some(domain), ..) => {
                Addresses::of_domain(domain).map_err(wrong)?;
                Where::Domain(domain.clone())
            }
            (_, _, Some(api_url), Some(login_url)) => {
                Addresses::of_loopback(api_url, login_url).map_err(wrong)?;
                Where::Loopback {
                    api_url: api_url.clone(),
                    login_url: login_url.clone(),
                }
            }
            _ => questions.place()?,
        };
        if let Where::Domain(domain) = &place
            && !self.unlisted_domain
            && !REGIONS.iter().any(|(_, known)| known == domain)
        {
            questions.unlisted(domain)?;
        }
        Ok(place)
    }
}

/// The secret that is typed. A person's client may have none.
async fn secret_of(
    profile: &Profile,
    questions: &Questions,
    tries: u32,
    stops: &mut mpsc::Receiver<Signal>,
) -> Result<Option<SecretString>, Trouble> {
    let may_be_none = profile.grant == Grant::Code;
    if !questions.may_ask {
        if may_be_none {
            return Ok(None);
        }
        let why = "the client's secret is missing, and nobody can be asked";
        return Err(Trouble::usage(why)
            .hint("give it by UNSTICK_CLIENT_SECRET or `--secret-fd N`; there is no flag for it"));
    }
    let question = if may_be_none {
        "The client's secret, or Enter if it has none"
    } else {
        "The client's secret"
    };
    let question = match tries {
        1 => question.to_owned(),
        _ => format!("{question}, try {tries} of {TRIES}"),
    };
    loop {
        let typed = unseen::ask(&question, stops).await?;
        if typed.is_empty() && may_be_none {
            return Ok(None);
        }
        match one_line(&typed, "what was typed") {
            Ok(secret) => return Ok(Some(secret)),
            Err(why) => output::words(&format!("{why}.")),
        }
    }
}

/// Why a sign-in that was tried does not work.
struct Failed {
    trouble: Trouble,
    /// Another secret may mend it.
    is_refused: bool,
}

impl From<Trouble> for Failed {
    fn from(trouble: Trouble) -> Self {
        Self {
            trouble,
            is_refused: false,
        }
    }
}

/// Signs in and asks who we are. The token that this took is given back, however that ends.
async fn try_it(
    profile: &Profile,
    secret: Option<SecretString>,
    choice: &Choice,
    paths: &Paths,
    stops: &mut mpsc::Receiver<Signal>,
) -> Result<Identity, Failed> {
    let grant = grant_with(profile, secret)?;
    let limiter = Limiter::new(profile.limits.requests_per_minute);
    let (timeouts, clock) = (Timeouts::default(), WallClock::start());
    let client = client_of(profile, grant, None, timeouts, &limiter, clock, paths)?;
    let tried = async {
        if profile.grant == Grant::Code {
            person::sign_in(&client, &limiter, choice, profile).await?;
        }
        let pass = limiter.acquire(Lane::Read, 2).await;
        client.identity(pass).await.map_err(|failure| {
            let what = format!(
                "the sign-in at {} does not work",
                profile.login_url().host()
            );
            let is_refused = failure.kind == FailureKind::SignInRefused;
            let mut trouble = Trouble::of_failure(&what, &failure);
            if let Some(hint) = trouble.hint.as_mut().filter(|_| is_refused) {
                let again = format!("; `unstick login {}` asks again", profile.name);
                hint.push_str(&again);
            }
            Failed {
                trouble,
                is_refused,
            }
        })
    };
    let identity = tokio::select! {
        biased;
        _ = stops.recv() => {
            Err(Trouble::said(Exit::Interrupted, "the sign-in was interrupted").into())
        }
        identity = tried => identity,
    };
    give_back(&client, &limiter).await;
    identity.map_err(|mut failed| {
        let hint = match &failed.trouble.hint {
            Some(hint) => format!("nothing was written; {hint}"),
            None => "nothing was written".to_owned(),
        };
        failed.trouble.hint = Some(hint);
        failed
    })
}

/// Organisation and client, in words.
fn said(identity: &Identity) -> String {
    let named = |name: &Option<Text>, id: &str| match name {
        Some(name) => format!("{name} ({id})"),
        None => id.to_owned(),
    };
    format!(
        "The sign-in works: organisation {}, client {}",
        named(&identity.org_name, &identity.org_id),
        named(&identity.client_name, &identity.client_id)
    )
}
