//! As whom a token is asked for: the OAuth client itself, by its secret, or a person who said yes in a browser. Builds the requests of
//! both; the form fields are those of `genesys-api.md` 1.2 and 1.3.

use reqwest::header;
use reqwest::{Client, Request, Url};
use secrecy::{ExposeSecret as _, SecretString};

use crate::domain::failure::{Failure, FailureKind};
use crate::settings::Sso;
use crate::settings::region::BaseUrl;

/// How a token is got.
#[derive(Debug, Clone)]
pub enum Grant {
    /// The client stands for itself, and shows its secret.
    ClientCredentials(SecretString),
    /// A person signs in, in a browser. Nothing can be asked until that has happened.
    Code {
        /// The client's secret, where it has one. Only with it can a token be renewed without the person.
        secret: Option<SecretString>,
        /// Where the person's own sign-in is, if not at the platform.
        sso: Option<Sso>,
    },
}

impl Grant {
    pub(super) fn secret(&self) -> Option<&SecretString> {
        match self {
            Self::ClientCredentials(secret) => Some(secret),
            Self::Code { secret, .. } => secret.as_ref(),
        }
    }
}

/// A code that a browser brought back, and what proves that it was asked for here.
pub struct Code {
    pub(super) value: SecretString,
    pub(super) verifier: SecretString,
    pub(super) redirect_uri: String,
}

/// What is shown to the token endpoint.
pub(super) enum Shown<'a> {
    /// The client's secret alone.
    Secret,
    /// A code.
    Code(&'a Code),
    /// What a token came with, to get another.
    Renewal(&'a SecretString),
}

/// The request for a token. Nothing is sent yet.
pub(super) fn request(
    http: &Client,
    login: &BaseUrl,
    client_id: &str,
    secret: Option<&SecretString>,
    shown: &Shown<'_>,
) -> Result<Request, Failure> {
    let not_sent = |why: &str| Failure::local(FailureKind::NotSent, why);
    let url = Url::parse(login.as_str())
        .and_then(|base| base.join("/oauth/token"))
        .map_err(|_| not_sent("the login URL is no URL"))?;
    let body = match shown {
        Shown::Secret => "grant_type=client_credentials".to_owned(),
        Shown::Code(code) => form(
            login,
            &[
                ("grant_type", "authorization_code"),
                ("code", code.value.expose_secret()),
                ("code_verifier", code.verifier.expose_secret()),
                ("client_id", client_id),
                ("redirect_uri", &code.redirect_uri),
            ],
        )?,
        Shown::Renewal(renewing) => form(
            login,
            &[
                ("grant_type", "refresh_token"),
                ("refresh_token", renewing.expose_secret()),
            ],
        )?,
    };
    let mut request = http
        .post(url)
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header(header::ACCEPT, "application/json")
        .body(body);
    if let Some(secret) = secret {
        request = request.basic_auth(client_id, Some(secret.expose_secret()));
    }
    request
        .build()
        .map_err(|error| not_sent(&error.without_url().to_string()))
}

/// Fields as a form. A URL's query is written in the same way.
fn form(login: &BaseUrl, fields: &[(&str, &str)]) -> Result<String, Failure> {
    let mut url = Url::parse(login.as_str())
        .map_err(|_| Failure::local(FailureKind::NotSent, "the login URL is no URL"))?;
    url.query_pairs_mut().extend_pairs(fields);
    Ok(url.query().unwrap_or_default().to_owned())
}
