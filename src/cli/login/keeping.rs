//! What `login` leaves behind: the secret and the profile, both or neither; and the words that say where they are.

use std::path::Path;

use secrecy::SecretString;

use super::Wanted;
use crate::cli::exit::Exit;
use crate::cli::output;
use crate::cli::trouble::Trouble;
use crate::settings::editing::Draft;
use crate::settings::keyring::NoKeyring;
use crate::settings::secret::{Place, Safe};
use crate::settings::{Paths, Profile};

/// Where the secret is now, and why it is not in the keyring.
pub(super) type Kept = Option<(Place, Option<NoKeyring>)>;

/// The secret first: a profile without one would be of no use. Where the profile cannot be written, the secret from before is back.
pub(super) fn keep(
    draft: Draft,
    profile: &Profile,
    secret: Option<&SecretString>,
    paths: &Paths,
) -> Result<Kept, Trouble> {
    let safe = Safe::of(profile, paths);
    if secret.is_some() {
        can_keep(&safe)?;
    }
    let before = secret.map(|_| safe.before());
    let kept = secret.map(|secret| safe.keep(secret)).transpose();
    let kept = kept.map_err(|error| Trouble::new(Exit::Usage, error));
    let saved = kept.and_then(|kept| match draft.save() {
        Ok(()) => Ok(kept),
        Err(error) => Err(Trouble::new(Exit::Usage, error)),
    });
    saved.map_err(|trouble| {
        let put_back = before.map_or(Ok(()), |before| safe.put_back(&before));
        trouble.hint(match put_back {
            Ok(()) => "nothing was written".to_owned(),
            Err(lost) => format!("the profile was not written, and its secret is lost: {lost}"),
        })
    })
}

/// Refuses where the secret could not be kept: what is kept under the profile's name is another's.
pub(super) fn can_keep(safe: &Safe<'_>) -> Result<(), Trouble> {
    safe.is_for()
        .map_err(|error| Trouble::new(Exit::Usage, error).hint("nothing was written"))
}

/// Nothing may open a profile with the secret of the one whose place it took. What is a stranger's was never this profile's.
pub(super) fn forget(old: &Profile, new: &Profile, has_secret: bool, paths: &Paths) {
    // One that stays behind in the keyring opens nothing here: it is found by its client's id.
    if old.client_id != new.client_id {
        let _ = Safe::of(old, paths).forget_client();
    }
    if !has_secret
        && !new.is_stranger
        && let Err(error) = Safe::of(new, paths).clear()
    {
        output::words(&format!("warning: the secret from before is left: {error}"));
    }
}

/// Says what is where.
pub(super) fn say(wanted: &Wanted, profile: &Profile, kept: Kept, file: &Path) {
    match kept {
        Some((place, Some(NoKeyring(why)))) => output::words(&format!(
            "The secret is in {place}, which only you can read; not in the system's keyring: {why}."
        )),
        Some((place, None)) => output::words(&format!("The secret is in {place}.")),
        None => output::words("The client has no secret; nothing secret was kept."),
    }
    let name = &profile.name;
    let file = file.display();
    output::words(&match wanted {
        Wanted::New(_) => format!(
            "Profile `{name}` ({}) is in {file}, pinned to that organisation and read-only: `write = true` there, or --write, changes that.",
            profile.label
        ),
        Wanted::Again(_) => {
            format!("Profile `{name}` in {file} is as it was, and pinned to that organisation.")
        }
    });
    output::words(&format!("unstick --profile {name} opens it."));
}
