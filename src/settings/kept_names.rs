//! Names that were read before, on disk: one small file for each organisation in the cache folder, which may be lost at any time. Names of
//! people are never in it. What is damaged, too large, of another version or of another organisation is as good as nothing.

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::path::PathBuf;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::paths::{Paths, private_folder};
use crate::domain::names::{NameKind, Names};
use crate::domain::text::Text;

/// The version of the file's form.
const VERSION: u32 = 1;
/// The most that is read of a file, in bytes.
const LARGEST: u64 = 4 * 1024 * 1024;
/// Names of one sort that are kept, the newest.
const MOST: usize = 5000;
/// Names older than this are forgotten.
const OLDEST: SignedDuration = SignedDuration::from_hours(30 * 24);

/// The file.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Kept {
    version: u32,
    org_id: String,
    /// By the word of the sort, then by id.
    names: BTreeMap<String, BTreeMap<Text, KeptName>>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct KeptName {
    name: Text,
    read_at: Timestamp,
}

/// The file of an organisation; nothing where its id is none, which could lead anywhere.
fn file_of(paths: &Paths, org_id: &str) -> Option<PathBuf> {
    let id = uuid::Uuid::try_parse(org_id).ok()?;
    Some(paths.cache.join(format!("names-{}.json", id.hyphenated())))
}

/// What was kept of an organisation's names; nothing where nothing was, or what was cannot be used, which the log says.
pub fn load(paths: &Paths, org_id: &str, now: Timestamp) -> Arc<Names> {
    let Some(path) = file_of(paths, org_id) else {
        return Arc::default();
    };
    let kept = match read(&path) {
        Ok(text) => understood(&text, org_id),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Arc::default(),
        Err(error) => Err(error.to_string()),
    };
    match kept {
        Ok(kept) => Arc::new(names_of(kept, now)),
        Err(why) => {
            tracing::warn!(file = %path.display(), %why, "names that were kept cannot be used, and are dropped");
            let _ = fs::remove_file(&path);
            Arc::default()
        }
    }
}

fn read(path: &PathBuf) -> io::Result<String> {
    let mut text = String::new();
    let read = File::open(path)?
        .take(LARGEST + 1)
        .read_to_string(&mut text)?;
    if u64::try_from(read).is_ok_and(|read| read <= LARGEST) {
        Ok(text)
    } else {
        Err(io::Error::other("it is too large"))
    }
}

fn understood(text: &str, org_id: &str) -> Result<Kept, String> {
    // The parser's own words would quote the file.
    let kept: Kept =
        serde_json::from_str(text).map_err(|error| format!("damaged in line {}", error.line()))?;
    if kept.version != VERSION {
        return Err(format!("version {}, and this is {VERSION}", kept.version));
    }
    if kept.org_id != org_id {
        return Err("it is another organisation's".to_owned());
    }
    Ok(kept)
}

fn names_of(kept: Kept, now: Timestamp) -> Names {
    let mut names = Names::default();
    for (word, entries) in kept.names {
        let kind = NameKind::ALL.into_iter().find(|kind| kind.word() == word);
        let Some(kind) = kind.filter(|kind| !kind.is_personal()) else {
            continue;
        };
        for (id, KeptName { name, read_at }) in entries {
            if now.duration_since(read_at) <= OLDEST {
                names.take(kind, id, name, read_at);
            }
        }
    }
    names
}

/// Keeps an organisation's names for the next start, readable by their owner alone. A crash leaves the file before or the file after.
///
/// # Errors
///
/// What the system said; nothing is lost that could not be asked for again.
pub fn save(paths: &Paths, org_id: &str, names: &Names) -> io::Result<()> {
    let Some(path) = file_of(paths, org_id) else {
        return Ok(());
    };
    let kept = Kept {
        version: VERSION,
        org_id: org_id.to_owned(),
        names: NameKind::ALL
            .into_iter()
            .filter(|kind| !kind.is_personal())
            .map(|kind| (kind.word().to_owned(), newest(names, kind)))
            .filter(|(_, entries)| !entries.is_empty())
            .collect(),
    };
    private_folder(&paths.cache)?;
    let aside = path.with_extension(format!("{}.part", std::process::id()));
    let written =
        write(&aside, &serde_json::to_vec(&kept)?).and_then(|()| fs::rename(&aside, &path));
    if written.is_err() {
        let _ = fs::remove_file(&aside);
    }
    written
}

fn newest(names: &Names, kind: NameKind) -> BTreeMap<Text, KeptName> {
    let mut all = names.of(kind);
    all.sort_by_key(|(_, _, read_at)| std::cmp::Reverse(*read_at));
    let kept = all.into_iter().take(MOST).map(|(id, name, read_at)| {
        let name = name.clone();
        (id.clone(), KeptName { name, read_at })
    });
    kept.collect()
}

fn write(path: &PathBuf, contents: &[u8]) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        let no_follow = rustix::fs::OFlags::NOFOLLOW.bits();
        options
            .mode(0o600)
            .custom_flags(i32::try_from(no_follow).unwrap_or(0));
    }
    let mut file = options.open(path)?;
    file.write_all(contents)?;
    file.sync_all()
}

/// Forgets what was kept of an organisation; nothing kept is nothing to forget.
///
/// # Errors
///
/// What the system said of a file that is there and cannot be removed.
pub fn forget(paths: &Paths, org_id: &str) -> io::Result<()> {
    let Some(path) = file_of(paths, org_id) else {
        return Ok(());
    };
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests;
