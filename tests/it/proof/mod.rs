//! The real program at an organisation that withholds something: permissions, tokens, the right time, a way through. What each command
//! says, and with which code it leaves.

mod answers;
mod clocks;
mod office;
mod roles;
mod signed_out;
mod terminals;
mod tokens;
