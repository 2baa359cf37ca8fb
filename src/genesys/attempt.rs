//! One attempt of a person to sign in: what the browser is sent to ask, and the one answer that is taken (RFC 7636, RFC 8252;
//! `genesys-api.md` 1.3). A code alone is worth nothing: whoever redeems it must know the verifier, which never leaves this process before.

use std::io;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use reqwest::Url;
use secrecy::SecretString;
use sha2::{Digest as _, Sha256};
use tokio::net::TcpListener;
use uuid::Uuid;

use super::client::Client;
use super::grant::{Code, Grant};
use super::loopback::{self, Brought};
use crate::domain::failure::{Failure, FailureKind};
use crate::domain::text::Text;
use crate::engine::ports::Pass;
use crate::settings::Sso;
use crate::settings::region::BaseUrl;

/// How long a person has to sign in.
pub const PATIENCE: Duration = Duration::from_secs(120);

/// An attempt: a port of this machine is open for its answer while this value lives.
#[derive(Debug)]
pub struct Attempt {
    listener: TcpListener,
    url: String,
    redirect_uri: String,
    state: String,
    verifier: SecretString,
}

impl Attempt {
    async fn begin(login: &BaseUrl, client_id: &str, sso: Option<&Sso>) -> io::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        // The registered address is `http://localhost`, which stands for every port.
        let redirect_uri = format!("http://localhost:{}", listener.local_addr()?.port());
        let verifier = random(4);
        let state = random(2);
        let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes()));
        let mut url = Url::parse(login.as_str())
            .and_then(|base| base.join("/oauth/authorize"))
            .map_err(io::Error::other)?;
        url.query_pairs_mut()
            .append_pair("client_id", client_id)
            .append_pair("response_type", "code")
            .append_pair("redirect_uri", &redirect_uri)
            .append_pair("code_challenge", &challenge)
            .append_pair("code_challenge_method", "S256")
            .append_pair("state", &state);
        if let Some(sso) = sso {
            url.query_pairs_mut()
                .append_pair("org", &sso.org)
                .append_pair("provider", &sso.provider);
        }
        Ok(Self {
            listener,
            url: url.into(),
            redirect_uri,
            state,
            verifier: verifier.into(),
        })
    }

    /// What the browser must open. Nothing in it is secret.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The port on which the answer is waited for.
    pub fn port(&self) -> u16 {
        self.listener.local_addr().map_or(0, |here| here.port())
    }

    /// Waits for the browser to come back, so long at most. Whatever does not belong to this attempt is turned away and changes nothing;
    /// the first answer that does belong to it closes the port.
    pub async fn answered(self, patience: Duration) -> Result<Code, Failure> {
        let waited = tokio::time::timeout(patience, loopback::wait(self.listener, &self.state));
        match waited.await {
            Err(_) => Err(Failure::signed_out(
                "nobody signed in within the time that there is for it",
            )),
            Ok(Err(error)) => Err(Failure::local(
                FailureKind::NotSent,
                &format!("the browser's answer cannot be waited for: {error}"),
            )),
            Ok(Ok(Brought::Refusal { error, said })) => {
                let code = Text::clean(&error);
                let said = if said.is_empty() { error } else { said };
                let mut failure = Failure::local(
                    FailureKind::SignInRefused,
                    &format!("the sign-in page says: {said}"),
                );
                failure.code = Some(code);
                Err(failure)
            }
            Ok(Ok(Brought::Code(value))) => Ok(Code {
                value,
                verifier: self.verifier,
                redirect_uri: self.redirect_uri,
            }),
        }
    }
}

/// Why a person is not signed in, who signed in.
#[derive(Debug)]
pub enum NotSignedIn {
    /// Something went wrong.
    Failed(Failure),
    /// The sign-in stands for another organisation than the one that is wanted.
    Elsewhere {
        /// The id of that organisation.
        org_id: String,
        /// The platform took its token back. Else it is given back with the next one, or runs out.
        is_given_back: bool,
    },
}

impl From<Failure> for NotSignedIn {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

/// So many times 122 random bits, in letters that a verifier may have.
fn random(times: usize) -> String {
    (0..times)
        .map(|_| Uuid::new_v4().simple().to_string())
        .collect()
}

impl Client {
    /// Begins a person's sign-in. Nothing is sent: the browser does the asking.
    pub async fn begin_sign_in(&self) -> Result<Attempt, Failure> {
        let tokens = self.funnel.tokens();
        let Grant::Code { sso, .. } = tokens.grant() else {
            let why = "this client signs in with its secret, not with a person";
            return Err(Failure::local(FailureKind::NotSent, why));
        };
        let attempt = Attempt::begin(tokens.login(), tokens.client_id(), sso.as_ref());
        attempt.await.map_err(|error| {
            let why = format!("no port of this machine can be opened: {error}");
            Failure::local(FailureKind::NotSent, &why)
        })
    }

    /// Redeems what the browser brought, makes sure that it stands for this organisation where one is named, and only then asks with that
    /// token. One that stands for another is given back, and everything is as before. Whoever asked may stop waiting: the token that came
    /// for the code is then given back by [`Client::sign_out`].
    pub async fn finish_sign_in(
        &self,
        code: Code,
        org_id: Option<&str>,
        mut pass: Pass,
    ) -> Result<(), NotSignedIn> {
        let lane = pass.lane();
        let tokens = self.funnel.tokens();
        let redeemed = tokens.redeem(&code, &mut pass).await?;
        if let Some(org_id) = org_id {
            let here = self.organisation_of(&redeemed, pass).await;
            if !here.as_ref().is_ok_and(|here| here == org_id) {
                let pass = self.funnel.limiter().acquire(lane, 1).await;
                let is_given_back = self.funnel.give_back(&redeemed, pass).await.is_ok();
                if is_given_back {
                    tokens.drop_redeemed().await;
                }
                return Err(NotSignedIn::Elsewhere {
                    org_id: here?,
                    is_given_back,
                });
            }
        }
        Ok(tokens.put_in_use().await?)
    }
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret as _;

    use super::*;

    #[tokio::test]
    async fn what_the_browser_asks_holds_the_challenge_and_not_the_verifier() {
        let login = BaseUrl::login("http://127.0.0.1:1").unwrap();
        let sso = Sso {
            org: "acme & co".to_owned(),
            provider: "okta".to_owned(),
        };
        let attempt = Attempt::begin(&login, "c-1", Some(&sso)).await.unwrap();
        let verifier = attempt.verifier.expose_secret();
        assert!((43..=128).contains(&verifier.len()), "{verifier}");
        let asked = Url::parse(attempt.url()).unwrap();
        let field = |name: &str| {
            let mut pairs = asked.query_pairs();
            pairs.find(|(key, _)| key == name).unwrap().1.into_owned()
        };
        assert_eq!(asked.path(), "/oauth/authorize");
        assert_eq!(field("code_challenge_method"), "S256");
        let digest = Sha256::digest(verifier.as_bytes());
        assert_eq!(field("code_challenge"), URL_SAFE_NO_PAD.encode(digest));
        assert_eq!(
            field("redirect_uri"),
            format!("http://localhost:{}", attempt.port())
        );
        assert_eq!((field("org"), field("provider")), (sso.org, sso.provider));
        assert!(field("state").len() >= 32);
        assert!(!attempt.url().contains(verifier));
        assert!(!format!("{attempt:?}").contains(verifier));
        let here = attempt.listener.local_addr().unwrap();
        assert!(here.ip().is_loopback() && here.port() != 0);
        let other = Attempt::begin(&login, "c-1", None).await.unwrap();
        assert_ne!(attempt.state, other.state);
        assert_ne!(verifier, other.verifier.expose_secret());
        assert!(!other.url().contains("provider="));
    }
}
