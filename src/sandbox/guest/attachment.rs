//! Files of guests: announced, sent to an address on this host, named in a message. Their bytes are
//! not kept.

use super::desk::Desk;
use super::envelope::Envelope;
use super::sent::Sent;
use super::session::Session;
use super::{Guests, Reply};
use crate::sandbox::exchange::{Answer, Request, SocketId};
use crate::sandbox::refusal::Refusal;
use crate::sandbox::world::World;
use crate::sandbox::world::conversation::Content;
use jiff::Timestamp;
use serde_json::json;

/// The largest file, in kilobytes.
pub(super) const SIZE_MAX_KB: u64 = 10_240;
/// Files that no guest may send.
pub(super) const BLOCKED: [&str; 2] = [".exe", ".js"];
/// The longest name, in bytes.
const NAME_MAX: usize = 255;
/// Where files are sent to.
const PLACE: &str = "/webmessaging/attachments";

/// One file.
#[derive(Clone, Debug)]
pub(super) struct Attachment {
    name: String,
    media: String,
    size: u64,
    is_uploaded: bool,
}

impl Guests {
    /// `onAttachment`: a file is announced.
    pub(super) fn announce(&mut self, socket: SocketId, sent: &Sent, desk: &Desk<'_>) -> Reply {
        let id = sent.attachment_id.clone().ok_or_else(Envelope::failed)?;
        let key = self.alive(socket, sent)?;
        let deployment = desk.world.directory.deployment(key.deployment);
        let allowed = deployment.is_some_and(|one| one.attachments);
        let refused = |code, words: &str| {
            if sent.errors_as_json.unwrap_or(false) {
                Envelope::no_url(&id, code, words)
            } else {
                Envelope::refused(code, words)
            }
        };
        if !allowed {
            return Err(refused(4000, "File upload is not available"));
        }
        let name = sent.file_name.clone().unwrap_or_default();
        let size = sent.file_size.unwrap_or(1);
        if let Some((code, words)) = fault_of(&name, size) {
            return Err(refused(code, &words));
        }
        let media = sent.file_type.clone();
        let media = media.unwrap_or_else(|| "application/octet-stream".to_owned());
        let answer = json!({
            "attachmentId": id,
            "url": self.address(&id),
            "fileName": name,
            "fileType": media,
            "fileSize": size,
            "headers": { "content-type": media },
        });
        let file = Attachment {
            name,
            media,
            size,
            is_uploaded: false,
        };
        if let Some(session) = self.sessions.get_mut(&key) {
            session.attachments.insert(id, file);
        }
        Ok(Some(Envelope::presigned_url(answer)))
    }

    /// `getAttachment`: where a file that was sent can be got.
    pub(super) fn locate(&self, socket: SocketId, sent: &Sent) -> Reply {
        let id = sent.attachment_id.clone().ok_or_else(Envelope::failed)?;
        let key = self.alive(socket, sent)?;
        let file = self.sessions.get(&key).map(|one| one.uploaded(&id));
        let file = file.unwrap_or_else(|| Err(unknown()))?;
        Ok(Some(Envelope::presigned_url(json!({
            "attachmentId": id,
            "url": self.address(&id),
            "fileName": file.name,
            "fileType": file.media,
            "fileSize": file.size,
            "headers": {},
        }))))
    }

    /// `deleteAttachment`.
    pub(super) fn drop_file(&mut self, socket: SocketId, sent: &Sent) -> Reply {
        let id = sent.attachment_id.clone().ok_or_else(Envelope::failed)?;
        let key = self.alive(socket, sent)?;
        let session = self.sessions.get_mut(&key);
        let removed = session.and_then(|one| one.attachments.remove(&id));
        removed.map_or_else(
            || Err(unknown()),
            |_| Ok(Some(Envelope::attachment_deleted(&id))),
        )
    }

    /// The file that a message names.
    pub(super) fn attached(&self, session: &Session, id: &str) -> Result<Content, Envelope> {
        let file = session.uploaded(id)?;
        Ok(Content::File {
            id: id.to_owned(),
            name: file.name.clone(),
            media: file.media.clone(),
            size: file.size,
            url: self.address(id),
        })
    }

    fn address(&self, id: &str) -> String {
        format!("{}{PLACE}/{id}", self.place)
    }

    /// A file arrives at its address, or is asked for there; nothing where the path is another's.
    pub(in crate::sandbox) fn file_request(
        &mut self,
        request: &Request,
        world: &mut World,
        now: Timestamp,
        out: &mut super::Outbox,
    ) -> Option<Result<Answer, Refusal>> {
        let id = request.path.strip_prefix(PLACE)?.strip_prefix('/')?;
        let mut all = self.sessions.iter_mut();
        let found = all.find_map(|(key, one)| Some((*key, one.attachments.get_mut(id)?)));
        let Some((key, file)) = found else {
            return Some(Err(Refusal::not_found()));
        };
        if request.method != "PUT" {
            // The bytes were thrown away when they came.
            return Some(Err(Refusal::not_found()));
        }
        file.is_uploaded = true;
        let body = json!({
            "attachmentId": id,
            "downloadUrl": format!("{}{PLACE}/{id}", self.place),
            "timestamp": format!("{now:.3}"),
        });
        let mut desk = Desk { world, now, out };
        self.tell_all(key, &Envelope::uploaded(body), &mut desk);
        Some(Ok(Answer::empty(200)))
    }
}

impl Session {
    fn uploaded(&self, id: &str) -> Result<&Attachment, Envelope> {
        let file = self.attachments.get(id).ok_or_else(unknown)?;
        if file.is_uploaded {
            Ok(file)
        } else {
            Err(Envelope::refused(4010, "Attachment not uploaded"))
        }
    }
}

fn unknown() -> Envelope {
    Envelope::refused(4009, "Attachment not found")
}

/// Why a file may not be sent.
fn fault_of(name: &str, size: u64) -> Option<(u16, String)> {
    let ending = name.rfind('.').and_then(|at| name.get(at..)).unwrap_or("");
    if name.trim().is_empty() || name.contains(['/', '\\']) {
        Some((4004, "File name is not valid".to_owned()))
    } else if name.len() > NAME_MAX {
        Some((4005, "File name is too long".to_owned()))
    } else if BLOCKED.iter().any(|one| ending.eq_ignore_ascii_case(one)) {
        Some((4001, format!("File type {ending} not supported")))
    } else if size == 0 {
        Some((4102, "File is empty".to_owned()))
    } else if size > SIZE_MAX_KB * 1024 {
        Some((4002, format!("File is larger than {SIZE_MAX_KB} KB")))
    } else {
        None
    }
}
