//! Who is signed in: clients, tokens, and what they may do.

pub(super) mod tokens;
