//! What was said, as it came with an answer that somebody asked for. Personal data: never in the journal, never in a log, forgotten with
//! the page that shows it.

use std::fmt;

use jiff::Timestamp;

use super::conversation::Side;
use super::text::Text;

/// One message with its words.
#[derive(Clone, PartialEq, Eq)]
pub struct TranscriptLine {
    /// The message.
    pub id: Text,
    /// When it was written, by the platform's clock.
    pub at: Option<Timestamp>,
    /// Who wrote it: `inbound` is the customer's.
    pub from: Side,
    /// A machine wrote it (`originatingEntity` Bot).
    pub by_machine: bool,
    /// What kind of message it is, in the service's word.
    pub form: Option<Text>,
    /// The words; absent where there are none.
    pub text: Option<Text>,
}

impl TranscriptLine {
    /// Who wrote it, in a word.
    pub fn who(&self) -> &'static str {
        match (self.by_machine, self.from) {
            (true, _) => "bot",
            (false, Side::Customer) => "customer",
            (false, Side::Agent) => "agent",
        }
    }
}

/// Without the words.
impl fmt::Debug for TranscriptLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TranscriptLine")
            .field("id", &self.id)
            .field("at", &self.at)
            .field("who", &self.who())
            .finish_non_exhaustive()
    }
}
