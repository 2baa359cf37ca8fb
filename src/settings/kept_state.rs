//! `state.toml`: what the console keeps by itself, in the state folder and never in the operator's own file. Views that were saved, for
//! every profile; and for each profile how its list was left. It may be lost at any time; but what somebody saved by a key is not thrown
//! away: a file that cannot be used is put aside under another name.
//!
//! Two consoles may be open. Each change reads the file, changes it and puts the new one in its place, under a lock: no reader ever sees
//! half a file, and neither console undoes what the other saved.

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Deserializer, Serialize, de::Error as _};

use super::file::mend;
use super::paths::{Paths, private_folder};
use crate::crash::die_if_told;
use crate::domain::filter::Query;
use crate::domain::sorting::SortKey;
use crate::domain::text::Text;

/// The form of the file.
const FORMAT: u32 = 1;
/// The most that is read, in bytes.
const LARGEST: u64 = 256 * 1024;
/// The most files that are put aside; the next one stays where it is.
const ASIDE: u32 = 20;
/// What stands atop of it.
const HEAD: &str = "# Kept by the console of unstick: views that were saved, and how each profile's list was left.\n\
# What you write yourself belongs into config.toml. Without this file the console starts as configured.\n\n";

/// The file.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeptState {
    #[serde(deserialize_with = "format")]
    format: u32,
    /// Views that were saved, in the order of their keys.
    #[serde(default, rename = "view", skip_serializing_if = "Vec::is_empty")]
    pub views: Vec<KeptView>,
    /// How the list of each profile was left.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub profiles: BTreeMap<String, KeptPlace>,
}

/// A view that was saved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeptView {
    /// Its name.
    pub name: Text,
    /// Its filter, in the filter language.
    #[serde(deserialize_with = "filter")]
    pub filter: String,
    /// How it is sorted: `age`, or `-age` the other way round.
    #[serde(deserialize_with = "sort")]
    pub sort: String,
    /// Its columns; without them those of every view.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub columns: Vec<String>,
}

/// How a list was left.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeptPlace {
    /// The view that was open; without one, none was: a filter that was typed is not kept, for it may hold somebody's name.
    pub view: Option<Text>,
    /// How it was sorted.
    #[serde(deserialize_with = "sort")]
    pub sort: String,
    /// The columns of every view that has none of its own; without them those that the room allows.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub columns: Vec<String>,
    /// What the configuration said at that time. Where it says otherwise since, it is newer.
    pub configured: Configured,
}

/// What the configuration said of the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Configured {
    /// `ui.sort`.
    #[serde(deserialize_with = "sort")]
    pub sort: String,
    /// `ui.columns`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub columns: Vec<String>,
}

fn format<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u32, D::Error> {
    match u32::deserialize(deserializer)? {
        FORMAT => Ok(FORMAT),
        other => Err(D::Error::custom(format!(
            "format {other}, and this version writes {FORMAT}"
        ))),
    }
}

fn filter<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let said = String::deserialize(deserializer)?;
    match said.parse::<Query>() {
        Ok(_) => Ok(said),
        Err(error) => Err(D::Error::custom(format!("filter: {error}"))),
    }
}

fn sort<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let said = String::deserialize(deserializer)?;
    let key = said.strip_prefix('-').unwrap_or(&said);
    match SortKey::named(key) {
        Some(_) => Ok(said),
        None => Err(D::Error::custom(format!("nothing is sorted by `{key}`"))),
    }
}

/// What was kept; and in words what is wrong with the file, where it cannot be used. It is put aside then, if that is allowed.
pub fn load(paths: &Paths, may_put_aside: bool) -> (KeptState, Option<String>) {
    let file = file_of(paths);
    let name = name_of(&file);
    let wrong = match read(&file) {
        Ok(None) => return (KeptState::default(), None),
        Ok(Some(text)) => match understood(&text) {
            Ok(state) => return (state, None),
            Err(wrong) => wrong,
        },
        Err(error) => {
            let words = format!("{name} cannot be read: {error}. Nothing is kept");
            return (KeptState::default(), Some(words));
        }
    };
    if !may_put_aside {
        let words = format!("{name}{wrong}. It is left out, and stays as it is");
        return (KeptState::default(), Some(words));
    }
    match put_aside(paths) {
        // Another console was faster, and a good one stands there now.
        Ok(Aside::NotNeeded(state)) => (state, None),
        Ok(Aside::Done(aside)) => {
            let words = format!("{name}{wrong}. It is put aside as {aside}");
            (KeptState::default(), Some(words))
        }
        Err(error) => {
            let words = format!("{name}{wrong}. It cannot be put aside: {error}. Nothing is kept");
            (KeptState::default(), Some(words))
        }
    }
}

/// Changes what is kept, and answers with what is kept then.
///
/// # Errors
///
/// Why nothing was changed, in words: the change was refused, or the file cannot be read or written.
pub fn change(
    paths: &Paths,
    act: impl FnOnce(&mut KeptState) -> Result<(), String>,
) -> Result<KeptState, String> {
    let file = file_of(paths);
    let name = name_of(&file);
    let unwritten = |error: io::Error| format!("{name} cannot be written: {error}");
    private_folder(&paths.state).map_err(unwritten)?;
    let _lock = lock(paths).map_err(unwritten)?;
    let text = read(&file).map_err(|error| format!("{name} cannot be read: {error}"))?;
    let mut state = match text.as_deref().map(understood) {
        None => KeptState::default(),
        Some(Ok(state)) => state,
        Some(Err(wrong)) => {
            return Err(format!("{name}{wrong}. The next start puts it aside"));
        }
    };
    act(&mut state)?;
    state.format = FORMAT;
    let body = toml::to_string(&state).map_err(|error| format!("{name}: {error}"))?;
    replace(&file, &format!("{HEAD}{body}")).map_err(unwritten)?;
    Ok(state)
}

fn file_of(paths: &Paths) -> PathBuf {
    paths.state.join("state.toml")
}

fn name_of(file: &Path) -> String {
    let name = file.file_name().unwrap_or_default();
    name.to_string_lossy().into_owned()
}

/// What is in the file, a byte more than may be at most; nothing where it is not there. What is no file is not waited for.
fn read(file: &Path) -> io::Result<Option<Vec<u8>>> {
    match fs::metadata(file) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
        Ok(found) if !found.is_file() => return Err(io::Error::other("it is no file")),
        Ok(_) => {}
    }
    let mut bytes = Vec::new();
    File::open(file)?
        .take(LARGEST + 1)
        .read_to_end(&mut bytes)?;
    Ok(Some(bytes))
}

/// What it says; or where it is wrong, and why: `:7: unknown key …`. The parser's longer words would quote the file.
fn understood(bytes: &[u8]) -> Result<KeptState, String> {
    if u64::try_from(bytes.len()).is_ok_and(|length| length > LARGEST) {
        return Err(" is too large".to_owned());
    }
    let text = std::str::from_utf8(bytes).map_err(|_| " is no text".to_owned())?;
    toml::from_str(text).map_err(|error: toml::de::Error| {
        let byte = error.span().map_or(0, |span| span.start);
        let before = text.get(..byte).unwrap_or_default();
        let line = before.matches('\n').count() + 1;
        let what = Text::clean(&mend(error.message()));
        format!(":{line}: {what}")
    })
}

/// Waits for the other console, which needs no longer than a small file is written.
fn lock(paths: &Paths) -> io::Result<File> {
    let file = private()
        .create(true)
        .open(paths.state.join("state.lock"))?;
    file.lock()?;
    Ok(file)
}

/// What became of a file that cannot be used.
enum Aside {
    Done(String),
    NotNeeded(KeptState),
}

fn put_aside(paths: &Paths) -> io::Result<Aside> {
    private_folder(&paths.state)?;
    let _lock = lock(paths)?;
    let file = file_of(paths);
    match read(&file)?.as_deref().map(understood) {
        None => return Ok(Aside::NotNeeded(KeptState::default())),
        Some(Ok(state)) => return Ok(Aside::NotNeeded(state)),
        Some(Err(_)) => {}
    }
    for number in 1..=ASIDE {
        let aside = file.with_extension(format!("toml.broken-{number}"));
        // Nothing that was put aside before is written over: under the lock nobody else makes one.
        if fs::symlink_metadata(&aside).is_err() {
            fs::rename(&file, &aside)?;
            return Ok(Aside::Done(name_of(&aside)));
        }
    }
    Err(io::Error::other("too many were put aside already"))
}

/// Puts a new file in the place of the old one. Whatever happens in between, one of the two stands there whole.
fn replace(file: &Path, text: &str) -> io::Result<()> {
    let part = file.with_extension("toml.part");
    // Only a killed console leaves one, for the lock is held.
    match fs::remove_file(&part) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let written = write(&part, text).and_then(|()| {
        die_if_told("state-written");
        fs::rename(&part, file)
    });
    if written.is_err() {
        let _ = fs::remove_file(&part);
    }
    written?;
    sync_folder(file)
}

fn write(part: &Path, text: &str) -> io::Result<()> {
    let mut new = private().create_new(true).open(part)?;
    let (first, second) = text.as_bytes().split_at(text.len() / 2);
    new.write_all(first)?;
    die_if_told("state-half");
    new.write_all(second)?;
    new.sync_all()
}

#[cfg(unix)]
fn sync_folder(file: &Path) -> io::Result<()> {
    file.parent()
        .map_or(Ok(()), |folder| File::open(folder)?.sync_all())
}

#[cfg(not(unix))]
fn sync_folder(_: &Path) -> io::Result<()> {
    Ok(())
}

/// For files that only their owner may read; a link in the place of one is refused.
fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        let no_follow = rustix::fs::OFlags::NOFOLLOW.bits();
        options
            .mode(0o600)
            .custom_flags(i32::try_from(no_follow).unwrap_or(0));
    }
    options
}

#[cfg(test)]
mod tests;
