//! From a profile to a client: its secret, how its token is got, whom to trust.

use std::time::Duration;

use secrecy::SecretString;

use super::choice::{Choice, Handed};
use super::exit::Exit;
use super::route;
use super::trouble::Trouble;
use crate::clock::WallClock;
use crate::engine::ports::{Lane, Limiter};
use crate::genesys::{self, Access, Client, Timeouts};
use crate::settings::secret::{Given, Safe, SecretError};
use crate::settings::{Grant, Paths, Profile, Welcome};

/// How long the end of a command is held up by a sign-out.
const GIVE_BACK: Duration = Duration::from_secs(3);

/// What the command line and the environment say of the secret.
pub(super) fn given(choice: &Choice) -> Given {
    Given {
        descriptor: choice.secret_fd,
        variable: std::env::var_os("UNSTICK_CLIENT_SECRET"),
    }
}

/// The secret that they give. An open file may let whoever reads it wait, so nobody else waits with it.
pub(super) async fn secret_given(choice: &Choice) -> Result<Option<SecretString>, Trouble> {
    match &choice.handed {
        Handed::Unread => {}
        Handed::Nothing => return Ok(None),
        Handed::Known(secret) => return Ok(Some(secret.clone())),
    }
    let given = given(choice);
    let read = tokio::task::spawn_blocking(|| given.secret());
    let read = read.await.map_err(std::io::Error::other)?;
    let read = read.map_err(|error| Trouble::new(Exit::Usage, error))?;
    Ok(read.map(|(secret, _)| secret))
}

/// How a profile's token is got, with the secret that was given or is kept for it.
pub(super) async fn grant_of(
    profile: &Profile,
    choice: &Choice,
    paths: &Paths,
) -> Result<genesys::Grant, Trouble> {
    if !choice.staging.is_default() {
        return Err(Trouble::usage(
            "--chats, --seed and --faults belong to a sandbox, and this profile is none",
        )
        .hint("leave them away, or add --sandbox"));
    }
    if let Some(secret) = secret_given(choice).await? {
        return grant_with(profile, Some(secret));
    }
    match Safe::of(profile, paths).find(Given::default()) {
        Ok((secret, _)) => grant_with(profile, Some(secret)),
        // A person's client may have none.
        Err(SecretError::Missing { .. }) if profile.grant == Grant::Code => {
            grant_with(profile, None)
        }
        Err(error) => Err(Trouble::new(Exit::Usage, error)),
    }
}

/// How a profile's token is got, with this secret.
pub(super) fn grant_with(
    profile: &Profile,
    secret: Option<SecretString>,
) -> Result<genesys::Grant, Trouble> {
    match (profile.grant, secret) {
        (Grant::Code, secret) => Ok(genesys::Grant::Code {
            secret,
            sso: profile.sso.clone(),
        }),
        (Grant::ClientCredentials, Some(secret)) => Ok(genesys::Grant::ClientCredentials(secret)),
        (Grant::ClientCredentials, None) => Err(Trouble::usage("the client's secret is missing")),
    }
}

/// A client of a profile's organisation. Nothing is sent yet.
pub(super) fn client_of(
    profile: &Profile,
    grant: genesys::Grant,
    pretend: Option<&Welcome>,
    timeouts: Timeouts,
    limiter: &Limiter,
    clock: WallClock,
    paths: &Paths,
) -> Result<Client, Trouble> {
    let access = Access {
        certificate: match pretend {
            Some(welcome) => certificate(welcome)?,
            None => route::authorities(profile, paths)?,
        },
        proxy: route::proxy(profile),
        ..Access::of(profile, grant)
    };
    Client::new(access, timeouts, limiter.clone(), clock)
        .map_err(|failure| Trouble::of_failure("the client cannot be built", &failure))
}

/// Nobody needs the token any more. Nobody waits long for that either: a token that the platform does not take back runs out.
pub(super) async fn give_back(client: &Client, limiter: &Limiter) {
    let given_back = async {
        let pass = limiter.acquire(Lane::Read, 1).await;
        client.sign_out(pass).await
    };
    let _ = tokio::time::timeout(GIVE_BACK, given_back).await;
}

fn certificate(welcome: &Welcome) -> Result<Option<Vec<u8>>, Trouble> {
    let Some(file) = &welcome.ca_file else {
        return Ok(None);
    };
    std::fs::read(file).map(Some).map_err(|error| {
        Trouble::new(
            Exit::Usage,
            anyhow::Error::new(error).context(format!("{} cannot be read", file.display())),
        )
    })
}
