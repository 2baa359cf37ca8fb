//! A person signs in before a command goes on: the browser is opened, or its address shown, and the answer waited for.

use super::connect::Choice;
use super::trouble::Trouble;
use super::{browser, output};
use crate::engine::ports::{Lane, Limiter};
use crate::genesys::{Attempt, Client, PATIENCE};

/// Signs somebody in; every start does so anew, as the token is nowhere but in memory.
pub(super) async fn sign_in(
    client: &Client,
    limiter: &Limiter,
    choice: &Choice,
    profile: &str,
) -> Result<(), Trouble> {
    if choice.no_input {
        let why = format!("profile `{profile}` signs in with a person, and --no-input asks nobody");
        return Err(Trouble::usage(why)
            .hint("leave --no-input away, or use a profile with the grant `client-credentials`"));
    }
    let failed = |failure| Trouble::of_failure("nobody is signed in", &failure);
    let attempt = client.begin_sign_in().await.map_err(failed)?;
    show(&attempt, choice.may_open_a_browser(), profile);
    let code = attempt.answered(PATIENCE).await.map_err(failed)?;
    let pass = limiter.acquire(Lane::Read, 1).await;
    client.finish_sign_in(code, pass).await.map_err(failed)?;
    output::words("Signed in.");
    Ok(())
}

fn show(attempt: &Attempt, may_open: bool, profile: &str) {
    let url = attempt.url();
    if may_open && browser::open(url).is_ok() {
        output::words(&format!(
            "Sign in to `{profile}` in the browser, within two minutes. If none opens, open this:\n  {url}"
        ));
        return;
    }
    let port = attempt.port();
    output::words(&format!(
        "Sign in to `{profile}` in a browser, within two minutes:\n  {url}\n\
         It comes back to port {port} of this machine. A browser elsewhere needs a way to it first: ssh -L {port}:127.0.0.1:{port} HOST"
    ));
}
