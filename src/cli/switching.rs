//! From one profile to another without leaving the program, as far as no screen is needed for it: another profile is got ready while the
//! console of this one is open, and sign-ins are tried. What was got ready and is not wanted any more is closed again: a person's sign-in
//! is given back, a sandbox stopped.

mod flags;

pub(super) use flags::Flags;

use std::time::Duration;

use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use super::browser::Opener;
use super::choice::{Choice, Handed, wrong_settings};
use super::connect::Connection;
use super::reload::Stamps;
use super::trouble::Trouble;
use crate::app::lookout::profiles::{ProfileNews, ProfileTold, ProfileWish, SignedIn};
use crate::app::{Msg, WrapUpCode};
use crate::domain::failure::{Failure, FailureKind};
use crate::domain::needs::at_a_glance;
use crate::engine::ports::{Lane, Limiter, Pass};
use crate::genesys::{Client, Timeouts};
use crate::settings::profile::SANDBOX;
use crate::settings::secret::SecretError;
use crate::settings::{Chosen, Grant, Paths, Profile, Settings};
use crate::tui::AskProfile;

/// How long one question of a tried sign-in may take with the wait for its turn.
const PATIENCE: Duration = Duration::from_secs(10);

/// What a console is opened with beside its connection.
#[derive(Debug)]
pub(super) struct Start {
    pub(super) choice: Choice,
    pub(super) settings: Settings,
    /// The files that say something, as they were when they were read.
    pub(super) read: Stamps,
    pub(super) wrap_up: Option<WrapUpCode>,
    /// What is to be noted of it on the screen.
    pub(super) note: Option<String>,
    /// What its file would allow by now and waits for the next start, as it was open before.
    pub(super) held: Vec<&'static str>,
}

/// A profile that can be opened: somebody is signed in there.
pub(super) struct Next {
    pub(super) connection: Connection,
    pub(super) start: Start,
}

/// The profile that is open, as far as its sign-in is tried.
#[derive(Clone)]
struct Open {
    client: Client,
    limiter: Limiter,
    profile: Profile,
}

type Asked = (ProfileWish, mpsc::UnboundedSender<Msg>);

/// Carries wishes out, the newest alone.
pub(super) struct Switchboard {
    wishes: mpsc::UnboundedSender<Asked>,
    task: JoinHandle<Option<Next>>,
}

impl Switchboard {
    /// For the console of this profile.
    pub(super) fn begin(
        connection: &Connection,
        flags: &Flags,
        opener: Option<&Opener>,
        paths: &Paths,
    ) -> Self {
        let (wishes, wanted) = mpsc::unbounded_channel();
        let server = Server {
            open: Open {
                client: connection.client.clone(),
                limiter: connection.limiter.clone(),
                profile: connection.profile.clone(),
            },
            flags: flags.clone(),
            opener: opener.cloned(),
            paths: paths.clone(),
            wanted,
        };
        Self {
            wishes,
            task: tokio::spawn(server.serve()),
        }
    }

    /// How the console asks.
    pub(super) fn asker(&self) -> AskProfile {
        let wishes = self.wishes.clone();
        // Nobody serves any more once the console has left.
        AskProfile::new(move |wish, answers| drop(wishes.send((wish, answers))))
    }

    /// The console was left, for this profile or for none. What is ready and not wanted is closed.
    pub(super) async fn end(self, bound_for: Option<&str>) -> Option<Next> {
        drop(self.wishes);
        let next = self.task.await.ok().flatten()?;
        if bound_for == Some(next.connection.profile.name.as_str()) {
            return Some(next);
        }
        next.connection.close().await;
        None
    }
}

/// What came of something that a newer wish ends.
enum Came<T> {
    Done(T),
    /// Something else is wanted; or nobody wants anything any more.
    Newer(Option<Asked>),
}

struct Server {
    open: Open,
    flags: Flags,
    opener: Option<Opener>,
    paths: Paths,
    wanted: mpsc::UnboundedReceiver<Asked>,
}

impl Server {
    /// Serves until nobody can ask any more; what is ready then is the answer.
    async fn serve(mut self) -> Option<Next> {
        let mut ready: Option<Next> = None;
        let mut wanted = self.wanted.recv().await;
        while let Some((wish, answers)) = wanted.take() {
            if let Some(unwanted) = ready.take() {
                unwanted.connection.close().await;
            }
            let tell = |name: String, what: ProfileTold| {
                // Nobody listens any more once the console has left.
                let _ = answers.send(Msg::Profile(Box::new(ProfileNews { name, what })));
            };
            match wish {
                ProfileWish::CallOff => {}
                ProfileWish::Open(name, number) => match self.get_ready(&name).await {
                    Came::Done(Ok(next)) => {
                        ready = Some(next);
                        tell(name, ProfileTold::Ready(number));
                    }
                    Came::Done(Err(trouble)) => {
                        tell(name, ProfileTold::NotOpened(number, trouble.on_a_line()));
                    }
                    Came::Newer(asked) => {
                        wanted = asked;
                        continue;
                    }
                },
                ProfileWish::Try(name) => match self.tried(&name).await {
                    Came::Done(result) => tell(name, ProfileTold::Tried(result)),
                    Came::Newer(asked) => {
                        wanted = asked;
                        continue;
                    }
                },
            }
            wanted = self.wanted.recv().await;
        }
        ready
    }

    /// Signs in to a profile and makes sure who we are there.
    async fn get_ready(&mut self, name: &str) -> Came<Result<Next, Trouble>> {
        let choice = self.flags.of_profile(name);
        let (mut settings, read) = match settings_of(name, &choice, &self.paths) {
            Ok(settings) => settings,
            Err(trouble) => return Came::Done(Err(trouble)),
        };
        let held = self.flags.hold(&mut settings);
        let paths = self.paths.clone();
        let prepared = Connection::prepare(&choice, &settings, &paths, Timeouts::default());
        let mut connection = match unless_newer(&mut self.wanted, prepared).await {
            Came::Done(Ok(connection)) => connection,
            Came::Done(Err(trouble)) => {
                return Came::Done(Err(self.without_secret(name, trouble)));
            }
            Came::Newer(asked) => return Came::Newer(asked),
        };
        let entered = async {
            let note = connection.enter_silently(self.opener.as_ref()).await?;
            Ok((note, connection.wrap_up_if_known().await))
        };
        match unless_newer(&mut self.wanted, entered).await {
            Came::Done(Ok((note, wrap_up))) => Came::Done(Ok(Next {
                connection,
                start: Start {
                    choice,
                    settings,
                    read,
                    wrap_up,
                    note,
                    held,
                },
            })),
            Came::Done(Err(trouble)) => {
                connection.close().await;
                Came::Done(Err(trouble))
            }
            Came::Newer(asked) => {
                connection.close().await;
                Came::Newer(asked)
            }
        }
    }

    /// A profile for which no secret is kept says how to keep one: that another was handed over for another profile helps nobody here.
    fn without_secret(&self, name: &str, trouble: Trouble) -> Trouble {
        let cause = trouble.error.as_ref();
        let cause = cause.and_then(|error| error.downcast_ref::<SecretError>());
        if !matches!(cause, Some(SecretError::Missing { .. })) {
            return trouble;
        }
        let first = &self.flags.first;
        let other = match self.flags.choice.handed {
            Handed::Known(_) => format!("; the one that was handed over is for {first}"),
            Handed::Unread | Handed::Nothing => String::new(),
        };
        Trouble::usage(format!("no secret is kept for it{other}"))
            .hint(format!("unstick login {name}"))
    }

    /// Tries a sign-in. Nothing is changed, and nothing that is tried stays open.
    async fn tried(&mut self, name: &str) -> Came<Result<SignedIn, String>> {
        if name == self.open.profile.name {
            let open = self.open.clone();
            return unless_newer(&mut self.wanted, signed_in(open)).await;
        }
        if name == SANDBOX {
            let why = "pretend data: there is nothing to sign in to until it is opened";
            return Came::Done(Err(why.to_owned()));
        }
        let choice = self.flags.of_profile(name);
        let settings = settings_of(name, &choice, &self.paths);
        let grant = settings.as_ref().ok().and_then(|(settings, _)| {
            let profile = settings.profile(name).ok()?;
            Some(profile.grant)
        });
        if grant == Some(Grant::Code) {
            let why = "a person signs in there, in a browser: opening it begins that";
            return Came::Done(Err(why.to_owned()));
        }
        let settings = match settings {
            Ok((settings, _)) => settings,
            Err(trouble) => return Came::Done(Err(trouble.on_a_line())),
        };
        let paths = self.paths.clone();
        let prepared = Connection::prepare(&choice, &settings, &paths, Timeouts::default());
        let connection = match unless_newer(&mut self.wanted, prepared).await {
            Came::Done(Ok(connection)) => connection,
            Came::Done(Err(trouble)) => {
                return Came::Done(Err(self.without_secret(name, trouble).on_a_line()));
            }
            Came::Newer(asked) => return Came::Newer(asked),
        };
        let open = Open {
            client: connection.client.clone(),
            limiter: connection.limiter.clone(),
            profile: connection.profile.clone(),
        };
        let came = unless_newer(&mut self.wanted, signed_in(open)).await;
        connection.close().await;
        came
    }
}

/// The settings as the files say them now, for this profile and no other.
fn settings_of(name: &str, choice: &Choice, paths: &Paths) -> Result<(Settings, Stamps), Trouble> {
    let overrides = choice.overrides(choice.profile.clone(), choice.sandbox.is_some());
    let read = Stamps::now(paths, &overrides.map_err(wrong_settings)?);
    let settings = choice.settings(paths).map_err(wrong_settings)?;
    let chosen = match &settings.chosen {
        Chosen::Profile(profile) => profile.name.as_str(),
        Chosen::Sandbox => SANDBOX,
    };
    if chosen == name {
        return Ok((settings, read));
    }
    Err(Trouble::usage(format!("the flags lead to {chosen}")).hint("start the program again"))
}

/// Works until it is done or something else is wanted.
async fn unless_newer<T>(
    wanted: &mut mpsc::UnboundedReceiver<Asked>,
    work: impl Future<Output = T>,
) -> Came<T> {
    // On the heap, as whole connections are built in it.
    let work = Box::pin(work);
    tokio::select! {
        biased;
        newer = wanted.recv() => Came::Newer(newer),
        done = work => Came::Done(done),
    }
}

/// How a sign-in stands, in three requests at most beside that of a token; for a person, whose token is asked for nowhere but in a browser,
/// as it is.
async fn signed_in(open: Open) -> Result<SignedIn, String> {
    let Open {
        client,
        limiter,
        profile,
    } = open;
    let words = |failure: Failure| failure.words();
    let until = bounded(&limiter, |pass| client.sign_in(pass));
    let until = until.await.map_err(words)?;
    let (organisation, rights) = tokio::join!(
        bounded(&limiter, |pass| client.organisation(pass)),
        bounded(&limiter, |pass| client.rights(pass)),
    );
    let (id, name) = organisation.map_err(words)?;
    if let Some(pinned) = profile.org_id.as_ref().filter(|pinned| **pinned != id) {
        return Err(format!(
            "the sign-in stands for organisation {id}, and the profile names {pinned}: check org_id and client_id"
        ));
    }
    Ok(SignedIn {
        until,
        organisation: name.map_or_else(|| id.clone(), |name| format!("{name} ({id})")),
        can: rights.map(|rights| at_a_glance(&rights)).map_err(words),
        may_tear_down: profile.allow_teardown,
    })
}

/// One question, with its turn and within its time.
async fn bounded<T, F: Future<Output = Result<T, Failure>>>(
    limiter: &Limiter,
    question: impl FnOnce(Pass) -> F,
) -> Result<T, Failure> {
    let asked = async { question(limiter.acquire(Lane::Read, 1).await).await };
    tokio::time::timeout(PATIENCE, asked)
        .await
        .unwrap_or_else(|_| {
            let why = "no answer within 10 s, the wait for a turn included";
            Err(Failure::local(FailureKind::TimedOut, why))
        })
}
