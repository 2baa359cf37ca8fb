//! Refusals that only the threads know. What they quote is quoted, the rest is said in their sense; the
//! codes are ours, for they name none.

use crate::sandbox::refusal::Refusal;

/// Thread 1: a `DELETE` comes too early.
pub(super) const ACTIVE: &str = "Conversation is active.";
/// Thread 4: the same in other words.
pub(super) const NOT_WHILE_ACTIVE: &str = "Conversation cannot be deleted while active.";

/// 409, with words of a thread.
pub(super) fn conflict(words: &str) -> Refusal {
    Refusal::new(409, "conflict", words)
}

/// 409: what is to be closed is closed.
pub(super) fn already_closed() -> Refusal {
    conflict("The conversation is already closed.")
}

/// 409: the guest is there.
pub(super) fn held_by_a_socket() -> Refusal {
    conflict("The client's socket still holds the session open.")
}

/// 400: the customer is there.
pub(super) fn active_on_the_client() -> Refusal {
    Refusal::bad_request("The conversation is still active on the client side.")
}
