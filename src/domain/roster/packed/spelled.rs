//! Texts that are kept shorter than they are spelled: ids, and addresses of pages.

use uuid::Uuid;

use crate::domain::text::Text;

/// The 128 bits of a text that is an id in small letters, and whether it has hyphens.
pub(super) fn id_in(text: &str) -> Option<(u128, bool)> {
    let id = Uuid::try_parse(text).ok()?;
    let mut room = Uuid::encode_buffer();
    if id.hyphenated().encode_lower(&mut room) == text {
        return Some((id.as_u128(), true));
    }
    (id.simple().encode_lower(&mut room) == text).then(|| (id.as_u128(), false))
}

/// An address up to the end of its host, and what comes behind.
pub(super) fn host(text: &str) -> Option<(&str, &str)> {
    let (scheme, rest) = text.split_once("://")?;
    let (host, _) = rest.split_once('/')?;
    text.split_at_checked(scheme.len() + "://".len() + host.len() + 1)
}

/// An id as it is mostly written.
pub(super) fn hyphenated(bits: u128) -> Text {
    let mut room = Uuid::encode_buffer();
    Text::again(Uuid::from_u128(bits).hyphenated().encode_lower(&mut room))
}

/// An id without hyphens.
pub(super) fn digits(bits: u128) -> Text {
    let mut room = Uuid::encode_buffer();
    Text::again(Uuid::from_u128(bits).simple().encode_lower(&mut room))
}
