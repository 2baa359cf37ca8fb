//! A person signs in before a command goes on: the browser is opened, or its address shown, and the answer waited for.

use super::browser::Opener;
use super::choice::Choice;
use super::exit::Exit;
use super::trouble::Trouble;
use super::{browser, output};
use crate::domain::failure::Failure;
use crate::engine::ports::{Lane, Limiter};
use crate::genesys::{Attempt, Client, NotSignedIn, PATIENCE};
use crate::settings::Profile;

/// Signs somebody in; every start does so anew, as the token is nowhere but in memory.
pub(super) async fn sign_in(
    client: &Client,
    limiter: &Limiter,
    choice: &Choice,
    profile: &Profile,
) -> Result<(), Trouble> {
    let name = &profile.name;
    if choice.no_input {
        let why = format!("profile `{name}` signs in with a person, and --no-input asks nobody");
        return Err(Trouble::usage(why)
            .hint("leave --no-input away, or use a profile with the grant `client-credentials`"));
    }
    let failed = |failure| Trouble::of_failure("nobody is signed in", &failure);
    let attempt = client.begin_sign_in().await.map_err(failed)?;
    show(&attempt, choice.may_open_a_browser(), name);
    let code = attempt.answered(PATIENCE).await.map_err(failed)?;
    let pass = limiter.acquire(Lane::Read, 1).await;
    let org_id = profile.org_id.as_deref();
    let finished = client.finish_sign_in(code, org_id, pass).await;
    finished.map_err(|why| match why {
        NotSignedIn::Failed(failure) => failed(failure),
        NotSignedIn::Elsewhere {
            org_id: other,
            is_given_back,
        } => Trouble::said(
            Exit::Refused,
            format!(
                "the sign-in stands for organisation {other}, and the profile `{name}` names {}",
                org_id.unwrap_or_default()
            ),
        )
        .hint(format!(
            "{}; check org_id and client_id of the profile",
            outcome(is_given_back)
        )),
    })?;
    output::words("Signed in.");
    Ok(())
}

/// Signs somebody in while the console is open, for this organisation where one is named; else says why not. Nothing is printed.
pub(super) async fn again(
    client: &Client,
    limiter: &Limiter,
    opener: Option<&Opener>,
    org_id: Option<&str>,
) -> Result<(), String> {
    let words = |failure: Failure| failure.words();
    let attempt = client.begin_sign_in().await.map_err(words)?;
    let is_open = match opener {
        Some(opener) => opener.open(attempt.url()).await.is_ok(),
        None => false,
    };
    if !is_open {
        return Err(
            "no browser can be opened from here: quit, and sign in at the start".to_owned(),
        );
    }
    let code = attempt.answered(PATIENCE).await.map_err(words)?;
    let pass = limiter.acquire(Lane::Read, 1).await;
    let finished = client.finish_sign_in(code, org_id, pass).await;
    finished.map_err(|why| match why {
        NotSignedIn::Failed(failure) => words(failure),
        NotSignedIn::Elsewhere {
            org_id: other,
            is_given_back,
        } => format!(
            "that sign-in stands for organisation {other}, not for {}; {}",
            org_id.unwrap_or_default(),
            outcome(is_given_back)
        ),
    })
}

/// What became of a sign-in that is not used.
fn outcome(is_given_back: bool) -> &'static str {
    if is_given_back {
        "it was given back"
    } else {
        "the platform did not take it back, and it runs out by itself"
    }
}

fn show(attempt: &Attempt, may_open: bool, profile: &str) {
    let url = attempt.url();
    if may_open && browser::open(url).is_ok() {
        let words = format!(
            "Sign in to `{profile}` in the browser, within two minutes. If none opens, open this:\n  {url}"
        );
        output::words_linking(&words, url);
        return;
    }
    let port = attempt.port();
    let words = format!(
        "Sign in to `{profile}` in a browser, within two minutes:\n  {url}\n\
         It comes back to port {port} of this machine. A browser elsewhere needs a way to it first: ssh -L {port}:127.0.0.1:{port} HOST"
    );
    output::words_linking(&words, url);
}
