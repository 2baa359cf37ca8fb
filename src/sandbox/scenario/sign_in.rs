//! How users sign in: the settings of the client of people, and what nobody has verified about it.

use crate::sandbox::identity::scopes;
use serde::Deserialize;

/// `[sign_in]`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(in crate::sandbox) struct SignIn {
    /// How long a user's token is good, in seconds.
    pub(in crate::sandbox) token_seconds: u32,
    /// How long a code is good, in seconds. The platform's time is not verified.
    pub(in crate::sandbox) code_seconds: u32,
    /// Where a browser may be sent with a code; a loopback address without a port stands for every port.
    pub(in crate::sandbox) redirect_uris: Vec<String>,
    /// What a user's token may be used for.
    pub(in crate::sandbox) scopes: Vec<String>,
    /// Whether a code that was asked for with PKCE, shown with the client's secret, brings a token for
    /// renewing as well. Not verified on the platform. Without PKCE it always does.
    pub(in crate::sandbox) refresh_tokens: bool,
}

impl Default for SignIn {
    fn default() -> Self {
        let mut read_write = scopes::all();
        read_write.retain(|scope| !scope.contains(':'));
        Self {
            token_seconds: 86_400,
            code_seconds: 60,
            redirect_uris: ["http://localhost", "http://127.0.0.1"]
                .map(str::to_owned)
                .to_vec(),
            scopes: read_write,
            refresh_tokens: false,
        }
    }
}
