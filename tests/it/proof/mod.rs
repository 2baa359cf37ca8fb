//! The real program at an organisation that withholds something: permissions, tokens, the right time, a way through. What each command
//! says, and with which code it leaves.

mod answers;
mod between;
mod clocks;
mod forms;
mod office;
mod recipes;
mod roles;
mod signed_out;
mod switches;
mod terminals;
mod tokens;
mod unverified;

pub(crate) use office::Findings;
