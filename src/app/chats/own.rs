//! How many chats each view of the operator's own has. What a row is to each of them is worked out once and kept until the row is read
//! again or time makes it another, so that six views cost a long list no more than its kinds do.

use super::field::Seen;
use super::kept::Judged;
use super::view::View;
use crate::domain::filter::{Query, Truth};
use crate::domain::ids::{ByConversation, ConversationId};
use crate::domain::roster::Row;

/// The count of one view.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct OwnCount {
    /// Chats that fit.
    pub fitting: usize,
    /// Chats of which that is not known: not read yet, mostly.
    pub unknown: usize,
}

/// A row to every view, a bit for each.
#[derive(Debug, Clone, Copy, Default)]
struct Bits {
    fitting: u16,
    unknown: u16,
}

/// A view's filter.
#[derive(Debug)]
struct Asked {
    query: Query,
    /// Marks change without a read, so nothing of it is kept.
    is_of_marks: bool,
}

/// The counts.
#[derive(Debug, Default)]
pub struct OwnCounts {
    asked: Vec<Asked>,
    known: ByConversation<Bits>,
    counts: Vec<OwnCount>,
}

impl OwnCounts {
    /// These are the views now.
    pub(super) fn follow<'v>(&mut self, views: impl Iterator<Item = &'v View>) {
        let asked = views.map(|view| {
            // What cannot be understood is refused where it is written; it would fit everything here.
            let query: Query = view.filter.parse().unwrap_or_default();
            let is_of_marks = query.asks_about_the_console();
            Asked { query, is_of_marks }
        });
        self.asked = asked.collect();
        self.forget_all();
        self.counts = self.none();
    }

    /// Marks decide about one of them.
    pub(super) fn ask_about_marks(&self) -> bool {
        self.asked.iter().any(|asked| asked.is_of_marks)
    }

    /// The counts in view, to be changed row by row and then shown again.
    pub(super) fn taken(&mut self) -> Vec<OwnCount> {
        std::mem::take(&mut self.counts)
    }

    /// What this row was to every view is counted no more.
    pub(super) fn take(&mut self, counts: &mut [OwnCount], id: ConversationId) {
        let Some(bits) = self.known.remove(&id) else {
            return;
        };
        for (place, count) in counts.iter_mut().enumerate() {
            let bit = 1_u16 << place;
            count.fitting -= usize::from(bits.fitting & bit != 0).min(count.fitting);
            count.unknown -= usize::from(bits.unknown & bit != 0).min(count.unknown);
        }
    }

    /// This row was read, listed anew or judged anew.
    pub(super) fn forget(&mut self, id: ConversationId) {
        self.known.remove(&id);
    }

    /// What all rows are judged by has changed.
    pub(super) fn forget_all(&mut self) {
        self.known.clear();
    }

    /// Nothing is counted yet.
    pub(super) fn none(&self) -> Vec<OwnCount> {
        vec![OwnCount::default(); self.asked.len()]
    }

    /// All rows are counted.
    pub(super) fn show(&mut self, counts: Vec<OwnCount>) {
        self.counts = counts;
    }

    /// Counts a row; what is over is shown for a while, and counts no more.
    pub(super) fn add(
        &mut self,
        counts: &mut [OwnCount],
        row: &Row,
        judged: Judged,
        seen: &Seen<'_>,
    ) {
        let id = row.listed.id;
        if self.asked.is_empty() || row.over_since.is_some() {
            self.known.remove(&id);
            return;
        }
        let kept = self.known.get(&id).copied();
        let mut bits = kept.unwrap_or_default();
        for (place, (asked, count)) in self.asked.iter().zip(counts).enumerate() {
            let bit = 1_u16 << place;
            if kept.is_none() || asked.is_of_marks {
                let Judged { kind, severity } = judged;
                let query = &asked.query;
                let truth = seen.with(|around| query.truth_of_judged(row, kind, severity, around));
                bits.set(bit, truth);
            }
            count.fitting += usize::from(bits.fitting & bit != 0);
            count.unknown += usize::from(bits.unknown & bit != 0);
        }
        self.known.insert(id, bits);
    }

    /// The count of a view of the operator's own, from 0.
    pub fn of(&self, own: usize) -> Option<OwnCount> {
        self.counts.get(own).copied()
    }
}

impl Bits {
    fn set(&mut self, bit: u16, truth: Truth) {
        self.fitting &= !bit;
        self.unknown &= !bit;
        match truth {
            Truth::True => self.fitting |= bit,
            Truth::Unknown => self.unknown |= bit,
            Truth::False => {}
        }
    }
}
