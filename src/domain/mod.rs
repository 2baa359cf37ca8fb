//! Facts and rules, pure: no clock, no I/O, no terminal, no async. Whatever decides lives here; everything around it only carries.

pub mod aside;
pub mod beside;
pub mod conversation;
pub mod decide;
pub mod diagnosis;
pub mod draft;
pub mod evidence;
pub mod fact;
pub mod failure;
pub mod feed;
pub mod filter;
pub mod guard;
pub mod hearing;
pub mod ids;
pub mod item;
pub mod kind;
pub mod marks;
pub mod masking;
pub mod moment;
pub mod names;
pub mod needs;
pub mod packet;
pub mod parties;
pub mod plan;
pub mod raw_read;
pub mod reach;
pub mod recorded;
pub mod request_line;
pub mod rights;
pub mod roster;
pub mod rules;
pub mod rulings;
pub mod run;
pub mod shown;
pub mod sighting;
pub mod skew;
pub mod sorting;
pub mod step;
pub mod tally;
pub mod text;
pub mod timings;
pub mod transcript;
pub mod vendor_page;
pub mod watch;

#[cfg(test)]
mod staged;
