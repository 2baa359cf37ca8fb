//! Somebody signs in again while the console is open: what is known and marked stays, and the list is asked for at once. A person does so in
//! a browser; a client shows its secret as it is kept now, for whoever was refused may have been given another.

use std::sync::Arc;

use secrecy::SecretString;
use tokio::sync::Mutex;

use super::access;
use super::browser::Opener;
use super::choice::Choice;
use super::connect::Connection;
use super::person;
use crate::app::Msg;
use crate::domain::feed::Command;
use crate::engine::Engine;
use crate::engine::ports::{Lane, Limiter};
use crate::genesys::Client;
use crate::settings::profile::SANDBOX;
use crate::settings::secret::{Given, Safe};
use crate::settings::{Grant, Paths, Profile};
use crate::tui::SignIn;

/// Who signs in again, and with what.
struct Again {
    client: Client,
    limiter: Limiter,
    profile: Profile,
    org_id: String,
    choice: Choice,
    /// Who opens a browser, where one may be opened.
    opener: Option<Opener>,
    paths: Paths,
}

/// How it is begun, one attempt at a time.
pub(super) fn sign_in(
    connection: &Connection,
    engine: &Engine,
    choice: &Choice,
    opener: Option<&Opener>,
    paths: &Paths,
) -> SignIn {
    let again = Arc::new(Again {
        client: connection.client.clone(),
        limiter: connection.limiter.clone(),
        profile: connection.profile.clone(),
        org_id: connection.scope.org_id.clone(),
        choice: choice.clone(),
        opener: opener.cloned(),
        paths: paths.clone(),
    });
    let (engine, busy) = (engine.clone(), Arc::new(Mutex::new(())));
    SignIn::new(move |answers| {
        let (again, engine, busy) = (Arc::clone(&again), engine.clone(), Arc::clone(&busy));
        tokio::spawn(async move {
            let Ok(_one) = busy.try_lock() else { return };
            let done = match again.profile.grant {
                Grant::Code => again.person().await,
                Grant::ClientCredentials => again.client_alone().await,
            };
            let said = done.map_or_else(|why| why, |()| "signed in again".to_owned());
            // Nobody listens any more once the console has left.
            let _ = answers.send(Msg::Said(said));
            engine.send(Command::Refresh);
        });
    })
}

impl Again {
    async fn person(&self) -> Result<(), String> {
        let (opener, org_id) = (self.opener.as_ref(), Some(self.org_id.as_str()));
        person::again(&self.client, &self.limiter, opener, org_id).await
    }

    async fn client_alone(&self) -> Result<(), String> {
        let secret = self.secret().await?;
        let pass = self.limiter.acquire(Lane::Read, 1).await;
        let signed_in = self.client.sign_in_anew(secret, pass).await;
        signed_in.map_err(|failure| format!("not signed in: {}", failure.words()))
    }

    /// What was handed to this program, else what is kept now. A sandbox has told its own, and is shown no other.
    async fn secret(&self) -> Result<Option<SecretString>, String> {
        if self.profile.name == SANDBOX {
            return Ok(None);
        }
        let given = access::secret_given(&self.choice).await;
        if let Some(secret) = given.map_err(|trouble| trouble.on_a_line())? {
            return Ok(Some(secret));
        }
        let (profile, paths) = (self.profile.clone(), self.paths.clone());
        let found =
            tokio::task::spawn_blocking(move || Safe::of(&profile, &paths).find(Given::default()));
        let found = found.await.map_err(|error| error.to_string())?;
        found
            .map(|(secret, _)| Some(secret))
            .map_err(|error| error.to_string())
    }
}
