//! Takes lines out of the log that name what was removed from the journal. Another process that logs meanwhile goes on in the file as it
//! was, and those lines are lost: the log may be.

use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::path::Path;

use super::{KEPT, file_in};

/// Removes every line that holds one of these texts, from all files of the log.
pub fn forget(state: &Path, texts: &[String]) -> io::Result<()> {
    let newest = file_in(state);
    let older = (1..KEPT).map(|number| newest.with_extension(format!("log.{number}")));
    for file in std::iter::once(newest.clone()).chain(older) {
        match fs::symlink_metadata(&file) {
            Ok(found) if found.is_file() => forget_in(&file, texts)?,
            _ => {}
        }
    }
    Ok(())
}

fn forget_in(file: &Path, texts: &[String]) -> io::Result<()> {
    let before = fs::read(file)?;
    let before = String::from_utf8_lossy(&before);
    let is_kept = |line: &&str| !texts.iter().any(|text| line.contains(text.as_str()));
    let after: String = before.split_inclusive('\n').filter(is_kept).collect();
    if after.len() == before.len() {
        return Ok(());
    }
    let new = file.with_extension("log.new");
    let _ = fs::remove_file(&new);
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut open = options.open(&new)?;
    open.write_all(after.as_bytes())?;
    open.sync_all()?;
    fs::rename(&new, file)
}
