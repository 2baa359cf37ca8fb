//! The start line: everything that a client needs to sign in.

use serde::Serialize;
use uuid::Uuid;

/// What `sandbox serve` prints first, and `GET /sandbox/` answers.
#[derive(Clone, Debug, Serialize)]
pub struct Welcome {
    /// Where the API is.
    pub url: String,
    /// Where tokens are; the same origin.
    pub login_url: String,
    /// New at each start.
    pub org_id: Uuid,
    /// The organisation's name.
    pub org_name: String,
    /// The only client that the organisation knows.
    pub client_id: String,
    /// Its secret. It opens nothing but this pretend organisation.
    pub client_secret: String,
    /// The web messaging deployment.
    pub deployment_id: Uuid,
    /// The certificate authority to trust, where the sandbox speaks TLS.
    pub ca_file: Option<String>,
}
