//! The log: JSON lines in a file of the state folder, never on the terminal. Only this program's own events go in, and those carry paths,
//! statuses and correlation ids; bodies, tokens and names are never handed to it. Whatever is, nothing reaches the file that a terminal
//! would obey when somebody looks at it. Knows nothing of what is logged.

mod forgetting;

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tracing::Subscriber;
use tracing_subscriber::EnvFilter;

use crate::domain::text;
pub use forgetting::forget;

use crate::settings::LogLevel;
use crate::settings::paths::private_folder;

/// A file that is larger when the program starts makes room for a new one.
const FULL: u64 = 5 * 1024 * 1024;

/// How many files are kept, the one in use included.
const KEPT: u32 = 5;

/// The log of this process could not be opened. The program can go on without.
#[derive(Debug, thiserror::Error)]
#[error("nothing is logged: {}: {why}", .file.display())]
pub struct NoLog {
    file: PathBuf,
    why: io::Error,
}

/// Starts the log of this process: everything that is logged from now on goes to the file that is given back, if anything does.
pub fn start(state: &Path, level: LogLevel) -> Result<Option<PathBuf>, NoLog> {
    if level == LogLevel::Off {
        return Ok(None);
    }
    let file = file_in(state);
    let failed = |why| NoLog {
        file: file.clone(),
        why,
    };
    if !state.is_dir() {
        private_folder(state).map_err(failed)?;
    }
    let opened = open(&file).map_err(failed)?;
    tracing::subscriber::set_global_default(subscriber(opened, level))
        .map_err(|error| failed(io::Error::other(error)))?;
    Ok(Some(file))
}

/// The file in use.
pub fn file_in(state: &Path) -> PathBuf {
    state.join("unstick.log")
}

/// Writes each event as one line of JSON. Other crates' events stay out: what they carry is not ours to judge.
fn subscriber(file: File, level: LogLevel) -> impl Subscriber + Send + Sync {
    tracing_subscriber::fmt()
        .json()
        .with_env_filter(EnvFilter::new(format!("off,unstick={}", level.word())))
        .with_writer(Arc::new(Inert(file)))
        // A full disk would be told about on stderr, which is the console's screen.
        .log_internal_errors(false)
        .finish()
}

/// The formatter leaves alone what JSON allows in strings: delete, C1, direction overrides. Here they become escapes.
struct Inert(File);

impl Write for &Inert {
    /// An event comes whole.
    fn write(&mut self, event: &[u8]) -> io::Result<usize> {
        let line = String::from_utf8_lossy(event);
        (&self.0).write_all(text::json(&line).as_bytes())?;
        Ok(event.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        (&self.0).flush()
    }
}

/// Opens the file for its owner alone; a full one is put aside first, and the oldest is dropped.
fn open(file: &Path) -> io::Result<File> {
    match fs::symlink_metadata(file) {
        Ok(found) if !found.is_file() => {
            return Err(io::Error::other("it is a link or a folder, not a file"));
        }
        Ok(found) if found.len() > FULL => put_aside(file),
        _ => {}
    }
    let mut options = OpenOptions::new();
    options.append(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(file)
}

/// Moves `unstick.log` to `unstick.log.1`, that to `.2`, and so on. Another process may be doing the same; whoever comes late finds nothing.
fn put_aside(file: &Path) {
    let numbered = |number: u32| match number {
        0 => file.to_owned(),
        _ => file.with_extension(format!("log.{number}")),
    };
    for number in (0..KEPT - 1).rev() {
        let _ = fs::rename(numbered(number), numbered(number + 1));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder() -> PathBuf {
        let folder = std::env::temp_dir().join(format!("unstick-log-{}", uuid::Uuid::new_v4()));
        private_folder(&folder).unwrap();
        folder
    }

    #[test]
    fn events_of_ours_are_lines_of_json_in_a_private_file_and_others_stay_out() {
        let folder = folder();
        let file = file_in(&folder);
        let log = subscriber(open(&file).unwrap(), LogLevel::Info);
        tracing::subscriber::with_default(log, || {
            tracing::info!(target: "unstick::test", said = ?"a\u{1b}[2J\nb", "happened");
            tracing::info!(target: "unstick::test", said = "\u{9b}2J\u{202e}\u{7f}\r\n", "\u{1b}]0;x\u{7}\u{200b}");
            tracing::debug!(target: "unstick::test", "too fine");
            tracing::error!(target: "hyper", "somebody else's");
        });
        let text = fs::read_to_string(&file).unwrap();
        let lines: Vec<serde_json::Value> = text
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect();
        assert_eq!(lines.len(), 2, "{text}");
        assert_eq!(lines[0]["fields"]["message"], "happened");
        assert_eq!(lines[1]["fields"]["said"], "\u{9b}2J\u{202e}\u{7f}\r\n");
        assert_eq!(text, text::lines(&text), "something of it is not inert");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = fs::metadata(&file).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn a_full_file_makes_room_and_five_are_kept() {
        let folder = folder();
        let file = file_in(&folder);
        for _ in 0..7 {
            open(&file).unwrap().set_len(FULL + 1).unwrap();
        }
        open(&file).unwrap();
        assert_eq!(fs::metadata(&file).unwrap().len(), 0);
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 5);
        fs::remove_dir_all(folder).unwrap();
    }

    #[cfg(unix)]
    #[test]
    fn a_link_in_the_log_s_place_is_refused() {
        let folder = folder();
        let target = folder.join("target");
        fs::write(&target, "").unwrap();
        std::os::unix::fs::symlink(&target, file_in(&folder)).unwrap();
        assert!(open(&file_in(&folder)).is_err());
        fs::remove_dir_all(folder).unwrap();
    }
}
