//! Who waits for a turn, and whose turn it is: strict priorities, with a floor under each lane. Pure.

use std::collections::VecDeque;

/// What a request is for; earlier lanes go first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Lane {
    /// Reads that look for an effect or verify it.
    Verify,
    /// A check together with the request that rests on it.
    Act,
    /// Reads that somebody waits for: a plan's, the screen's.
    Read,
    /// The list, and reads that nobody waits for.
    Poll,
}

/// How many lanes there are.
const LANES: usize = 4;
/// A lane is given one request for so many that went to others while it waited: a tenth of the rate.
const FLOOR: u32 = 9;

/// A place in a lane.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ticket {
    lane: Lane,
    number: u64,
}

#[derive(Debug)]
struct Waiter<W> {
    number: u64,
    count: u32,
    who: W,
}

/// Everybody who waits, in order within each lane. `W` is whatever tells a waiter that it is its turn.
#[derive(Debug)]
pub struct Lanes<W> {
    waiting: [VecDeque<Waiter<W>>; LANES],
    /// Requests that went to other lanes while somebody waited in this one, less what it was given for them.
    passed_over: [u32; LANES],
    next: u64,
}

impl<W> Default for Lanes<W> {
    fn default() -> Self {
        Self {
            waiting: std::array::from_fn(|_| VecDeque::new()),
            passed_over: [0; LANES],
            next: 0,
        }
    }
}

impl<W> Lanes<W> {
    /// Takes the last place in a lane.
    pub fn enter(&mut self, lane: Lane, count: u32, who: W) -> Ticket {
        let number = self.next;
        self.next += 1;
        self.waiting[lane as usize].push_back(Waiter { number, count, who });
        Ticket { lane, number }
    }

    /// Whose turn it is.
    pub fn first(&self) -> Option<&W> {
        self.first_waiter().map(|waiter| &waiter.who)
    }

    /// Whether it is this one's turn.
    pub fn is_first(&self, ticket: Ticket) -> bool {
        self.first_waiter()
            .is_some_and(|waiter| waiter.number == ticket.number)
    }

    /// Gives a place up; nothing happens if it was given up before.
    pub fn leave(&mut self, ticket: Ticket) {
        let lane = &mut self.waiting[ticket.lane as usize];
        if let Ok(place) = lane.binary_search_by_key(&ticket.number, |waiter| waiter.number) {
            lane.remove(place);
        }
        if lane.is_empty() {
            self.passed_over[ticket.lane as usize] = 0;
        }
    }

    /// So many requests were given to this place, which is given up with that.
    pub fn serve(&mut self, ticket: Ticket, count: u32) {
        for (waiting, passed_over) in self.waiting.iter().zip(&mut self.passed_over) {
            if !waiting.is_empty() {
                *passed_over = passed_over.saturating_add(count);
            }
        }
        let own = &mut self.passed_over[ticket.lane as usize];
        *own = own.saturating_sub(count * (FLOOR + 1));
        self.leave(ticket);
    }

    /// The head of the lane that was passed over longest, if that is too long; else of the first lane in which somebody waits.
    fn first_waiter(&self) -> Option<&Waiter<W>> {
        let heads = || {
            self.waiting
                .iter()
                .map(VecDeque::front)
                .zip(self.passed_over)
                .filter_map(|(head, passed_over)| Some((head?, passed_over)))
        };
        let is_due = |(head, passed_over): &(&Waiter<W>, u32)| *passed_over >= FLOOR * head.count;
        let due = heads()
            .rev()
            .filter(is_due)
            .max_by_key(|(_, passed_over)| *passed_over);
        due.or_else(|| heads().next()).map(|(head, _)| head)
    }
}

#[cfg(test)]
mod tests;
