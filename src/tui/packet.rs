//! Writes support packets: each a new file that only its owner may read. What is there already stays.

use std::fs::{DirBuilder, OpenOptions};
use std::io::{self, Write as _};
use std::path::Path;

use crate::domain::packet::Packet;
use crate::journal::History;

/// The runs that the conversation was part of, as the journal has them, put into the packet.
pub fn complete(packet: &mut Packet, history: &History) {
    match history.about(packet.id()) {
        Ok(runs) => packet.runs = runs,
        Err(failure) => packet.no_runs = Some(failure.to_string()),
    }
}

/// Writes a packet to a file that is not there yet.
pub fn write_to(path: &Path, packet: &Packet) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(packet.markdown().as_bytes())?;
    file.sync_all()
}

/// Completes a packet and writes it beside the journal; the words say where.
pub(super) fn save(mut packet: Packet, history: &History) -> Result<String, String> {
    complete(&mut packet, history);
    let folder = history.folder().join("packets");
    let name = packet.file_name();
    let written = make(&folder).and_then(|()| write_to(&folder.join(&name), &packet));
    let shown = folder.display();
    written
        .map(|()| format!("saved, personal data, only you can read it: {name} in {shown}"))
        .map_err(|error| format!("no packet: {name} cannot be written in {shown}: {error}"))
}

/// Makes a folder, with those above it, that only its owner can enter.
pub(super) fn make(folder: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}
