//! Which wrap-up code a plan names: the one that was asked for, else the profile's, else in the sandbox its first.

use super::connect::Connection;
use super::exit::Exit;
use super::output;
use super::trouble::Trouble;
use crate::app::WrapUpCode;
use crate::domain::failure::{Failure, FailureKind};
use crate::engine::ports::Lane;
use crate::genesys::WrapUpUnresolved;
use crate::settings::profile::SANDBOX;

impl Connection {
    /// The wrap-up code: the one asked for, else the profile's. The sandbox presets its first one.
    pub(super) async fn wrap_up(&self, asked: Option<&str>) -> Result<Option<WrapUpCode>, Trouble> {
        let Some(said) = asked.or(self.profile.wrap_up.as_deref()) else {
            return match self.preset().await {
                Ok(code) => Ok(code),
                // Nobody named a code, so whatever needs none can be done without.
                Err(failure) if matches!(failure.kind, FailureKind::NotPermitted { .. }) => {
                    output::words(&format!(
                        "warning: the wrap-up codes cannot be read: {}",
                        failure.words()
                    ));
                    Ok(None)
                }
                Err(failure) => Err(unread(&failure)),
            };
        };
        match self.client.wrap_up_code(said).await {
            Ok(id) => Ok(Some(WrapUpCode {
                id,
                name: said.to_owned(),
            })),
            Err(WrapUpUnresolved::Failed(failure)) => Err(unread(&failure)),
            Err(unresolved) => Err(Trouble::new(Exit::Usage, unresolved)),
        }
    }

    /// The same for a console, which asks for one with each plan that needs one where none is known now: nothing is ended on a guess, and
    /// nothing is printed.
    pub(super) async fn wrap_up_if_known(&self) -> Option<WrapUpCode> {
        if self.profile.wrap_up.is_none() {
            return self.preset().await.ok().flatten();
        }
        self.wrap_up(None).await.ok().flatten()
    }

    async fn preset(&self) -> Result<Option<WrapUpCode>, Failure> {
        if self.profile.name != SANDBOX {
            return Ok(None);
        }
        let pass = self.limiter.acquire(Lane::Read, 1).await;
        let codes = self.client.wrap_up_codes(1, pass).await?;
        Ok(codes.codes.into_iter().next().map(|code| WrapUpCode {
            id: code.id,
            name: code.name.into(),
        }))
    }
}

fn unread(failure: &Failure) -> Trouble {
    Trouble::of_failure("the wrap-up codes cannot be read", failure)
}
