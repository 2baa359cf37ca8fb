//! What a body says, apart from how it came: the two answers of which nearly all that a console reads is made, for whoever has the bytes and
//! no request.

use jiff::Timestamp;

use super::carrier::Exchange;
use super::{conversations, listing};
use crate::domain::failure::{Failure, Receipt};
use crate::domain::ids::ConversationId;
use crate::domain::roster::Reading;
use crate::engine::ports::{ListedPage, PageWanted, RateHeaders};

/// What the body of a page of the list says, had it been asked for then.
pub fn page_of_body(
    body: Vec<u8>,
    page: PageWanted,
    asked_at: Timestamp,
) -> Result<ListedPage, Failure> {
    listing::said(&answer(body, asked_at), page)
}

/// What the body of a read of this conversation says, had it been asked for then.
pub fn read_of_body(
    body: Vec<u8>,
    id: ConversationId,
    asked_at: Timestamp,
) -> Result<Reading, Failure> {
    conversations::reading(id, answer(body, asked_at))
}

fn answer(body: Vec<u8>, asked_at: Timestamp) -> Exchange {
    Exchange {
        status: 200,
        content_type: Some("application/json".to_owned()),
        allow: None,
        retry_after: None,
        rate: RateHeaders::default(),
        receipt: Receipt::default(),
        sent_at: asked_at,
        arrived: asked_at,
        body: Ok(body),
    }
}
