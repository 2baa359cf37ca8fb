//! What the console wants done. `update` only says so; the shell does it.

use super::exporting::Export;
use super::keeping::Keep;
use super::lookout::profiles::ProfileWish;
use super::lookout::recipes::RecipeWish;
use super::manners::Notify;
use crate::domain::feed::Command;
use crate::domain::ids::RunId;
use crate::domain::packet::Packet;

/// One thing to do.
#[derive(Debug, Clone)]
pub enum Effect {
    /// Send this to the engine.
    Engine(Command),
    /// Read the list of past runs; the answer is [`super::Msg::History`], with the same number.
    LoadHistory(u32),
    /// Read one run from the journal; the answer is [`super::Msg::Loaded`].
    LoadRun(RunId),
    /// Complete this support packet from the journal and write it; the answer is [`super::Msg::Saved`].
    SavePacket(Box<Packet>),
    /// Write this export into a new file; the answers are [`super::Msg::Exporting`], and in the end [`super::Msg::Exported`].
    Export(Box<Export>),
    /// Draw what is on the screen as a picture and write it into a new file; the answer is [`super::Msg::Saved`].
    Picture,
    /// Lend the terminal to the operator's pager, with this text.
    Page(String),
    /// Open this page in a browser, or say and copy where it is; the answer is [`super::Msg::Said`].
    Browse(String),
    /// Let a person sign in again, in the browser; the answer is [`super::Msg::Said`].
    SignIn,
    /// Put a text into the clipboard; the answer, which names what it is, is [`super::Msg::Said`].
    Copy(&'static str, String),
    /// Have the mouse reported, or no more.
    Mouse(bool),
    /// Tell somebody who looks elsewhere, in this way.
    Notify(Notify, String),
    /// Give the terminal back and stop until resumed.
    Suspend,
    /// Draw everything anew, as after foreign output.
    Redraw,
    /// Keep this for the next start; the answer, where there is one, is [`super::Msg::Kept`].
    Keep(Keep),
    /// Leave. Whatever is in flight is the shell's to join; a further signal exits at once.
    Quit,
    /// Ask something of a profile; the answer is [`super::Msg::Profile`].
    Profile(ProfileWish),
    /// Something that is wanted of recipes, which concerns nothing that is open here; the answers are [`super::Msg::Recipes`].
    Recipes(RecipeWish),
}
