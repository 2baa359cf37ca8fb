//! When a conversation is gone: never by one list alone. Whatever one window is answered, whatever reads show meanwhile, what is called
//! gone was missed by two whole lists in a row, or by one and a read; and what two whole lists miss is called gone.

use jiff::SignedDuration;
use proptest::prelude::*;

use super::span::Span;
use super::*;
use crate::domain::moment::after;
use crate::domain::roster::Listed;

const CHATS: u32 = 5;
const TEMPO: Tempo = Tempo {
    every: Duration::from_secs(10),
    per_page: Duration::from_millis(750),
};

/// What happens, a second after what happened before.
#[derive(Debug, Clone, Copy)]
enum Event {
    /// A list that names these, of a bit each, and counts more where it is not whole.
    List {
        named: u32,
        is_whole: bool,
    },
    /// Reads that show these open between the asking of a list and its answer.
    ListBesideReads {
        named: u32,
        open: u32,
    },
    /// A read.
    Open(u32),
    Over(u32),
}

fn event() -> impl Strategy<Value = Event> {
    let named = || 0..1_u32 << CHATS;
    prop_oneof![
        4 => (named(), prop::bool::weighted(0.8)).prop_map(|(named, is_whole)| Event::List { named, is_whole }),
        1 => (named(), named()).prop_map(|(named, open)| Event::ListBesideReads { named, open }),
        1 => (0..CHATS).prop_map(Event::Open),
        1 => (0..CHATS).prop_map(Event::Over),
    ]
}

fn id(chat: u32) -> ConversationId {
    ConversationId::from_u128(u128::from(chat) + 1)
}

/// What is known of one chat by somebody who looks at all of it.
#[derive(Debug, Clone, Copy, Default)]
struct Truth {
    is_named: bool,
    /// Whole lists in a row without it, all of them asked for after the newest read that showed it open.
    missed: u32,
    /// The newest read showed that it is over.
    is_over: bool,
}

proptest! {
    #[test]
    fn what_is_gone_was_missed_by_two_whole_lists_or_by_one_and_a_read(events in prop::collection::vec(event(), 1..40)) {
        let mut now = Now { at: Timestamp::UNIX_EPOCH, instant: Instant::now() };
        let mut pass = || {
            now.at = after(now.at, SignedDuration::from_secs(1));
            now.instant += Duration::from_secs(1);
            now
        };
        let mut window = Window::new(1, Span { from: 0, to: 2 }, true, pass().instant);
        let mut truth = [Truth::default(); CHATS as usize];
        let mut open_at: std::collections::HashMap<ConversationId, Timestamp> = std::collections::HashMap::new();
        for event in events {
            let at = pass();
            let (named, is_whole, open) = match event {
                Event::List { named, is_whole } => (named, is_whole, 0),
                Event::ListBesideReads { named, open } => (named, true, open),
                Event::Open(chat) => {
                    open_at.insert(id(chat), at.at);
                    (truth[chat as usize].missed, truth[chat as usize].is_over) = (0, false);
                    continue;
                }
                Event::Over(chat) => {
                    open_at.remove(&id(chat));
                    window.note_end(id(chat), at);
                    truth[chat as usize].is_over = truth[chat as usize].is_named;
                    continue;
                }
            };
            window.begin(What::Newest(1), at);
            let read = pass();
            let has = |set: u32, chat: u32| set & (1 << chat) != 0;
            for chat in (0..CHATS).filter(|chat| has(open, *chat)) {
                open_at.insert(id(chat), read.at);
                truth[chat as usize].is_over = false;
            }
            let rows: Vec<Listed> = (0..CHATS).filter(|chat| has(named, *chat)).map(|chat| Listed::new(id(chat), Timestamp::UNIX_EPOCH)).collect();
            let total = u32::try_from(rows.len()).unwrap() + u32::from(!is_whole);
            let is_open_since = |id: ConversationId, at: Timestamp| open_at.get(&id).is_some_and(|open| *open > at);
            let gone = window.absorb(What::Newest(1), &ListedPage::new(rows, total), pass(), TEMPO, &is_open_since);
            for chat in 0..CHATS {
                let known = &mut truth[chat as usize];
                if has(named, chat) {
                    (known.is_named, known.missed) = (true, 0);
                } else if is_whole {
                    known.missed = if has(open, chat) { 0 } else { known.missed + 1 };
                }
                let may_go = known.is_named && !has(named, chat) && is_whole && (known.missed >= 2 || known.is_over);
                prop_assert_eq!(gone.contains(&id(chat)), may_go, "chat {} of {:?}", chat, gone);
                if may_go {
                    *known = Truth::default();
                }
            }
        }
    }
}
