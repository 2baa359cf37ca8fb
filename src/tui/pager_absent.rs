//! No pager: where a terminal cannot be lent to another program and taken back.

use std::path::Path;

use tokio::sync::oneshot;

/// A pager, of which there is none.
#[derive(Debug)]
pub(super) enum Pager {}

impl Pager {
    /// Says that there is none.
    pub(super) fn start(_: &str, _: &Path) -> Result<(Self, oneshot::Receiver<()>), String> {
        Err("there is no pager on this system".to_owned())
    }

    /// Never called.
    pub(super) fn finish(self) -> Option<String> {
        match self {}
    }
}
