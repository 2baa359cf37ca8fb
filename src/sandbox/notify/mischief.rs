//! What goes wrong with channels' sockets, on order.
//!
//! Only decides what becomes of a frame and when a socket is to close; the hub does it. Whoever reads
//! fault files and the control route makes the orders.

use super::channel::after;
use crate::sandbox::exchange::SocketId;
use crate::sandbox::random::Random;
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;

/// More copies than this prove nothing more.
const COPIES_MAX: u32 = 100;

/// Orders for every channel. Each new order stands instead of the one before; the empty one ends all.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(in crate::sandbox) struct Mischief {
    /// Close every socket whenever it has been open for so many milliseconds.
    pub(in crate::sandbox) flap_ms: Option<u32>,
    /// Close every socket that is open now, once, in so many milliseconds.
    pub(in crate::sandbox) close_ms: Option<u32>,
    /// Let no frame out for so many milliseconds: no event, no heartbeat, no answer.
    pub(in crate::sandbox) silent_ms: Option<u32>,
    /// Let no event out; heartbeats and answers go on.
    pub(in crate::sandbox) withhold: bool,
    /// Send each event so many times, 100 at most.
    pub(in crate::sandbox) copies: Option<u32>,
    /// Keep events back for so many milliseconds, then let them out in any order.
    pub(in crate::sandbox) shuffle_ms: Option<u32>,
}

/// The orders in force, and the frames that they keep back.
#[derive(Debug)]
pub(super) struct Mischiefs {
    orders: Mischief,
    silent_until: Option<Timestamp>,
    kept: Vec<(SocketId, String)>,
    release: Option<Timestamp>,
    random: Random,
}

impl Mischiefs {
    pub(super) fn new(seed: u64) -> Self {
        Self {
            orders: Mischief::default(),
            silent_until: None,
            kept: Vec::new(),
            release: None,
            random: Random::stream(seed, "mischief"),
        }
    }

    /// Takes new orders. What was kept back comes out with the next tick.
    pub(super) fn obey(&mut self, orders: Mischief, now: Timestamp) {
        self.silent_until = orders.silent_ms.map(|span| later(now, span));
        self.release = self.release.map(|_| now);
        self.orders = orders;
    }

    /// When a socket that opens now is to close.
    pub(super) fn closing(&self, now: Timestamp) -> Option<Timestamp> {
        self.orders.flap_ms.map(|span| later(now, span.max(1)))
    }

    /// Whether nothing at all may go out.
    pub(super) fn is_silent(&self, now: Timestamp) -> bool {
        self.silent_until.is_some_and(|until| now < until)
    }

    /// What becomes of an event: the copies that go out at once.
    pub(super) fn copies(&mut self, socket: SocketId, frame: &str, now: Timestamp) -> u32 {
        let copies = self.orders.copies.unwrap_or(1).min(COPIES_MAX);
        if self.orders.withhold {
            return 0;
        }
        let Some(span) = self.orders.shuffle_ms else {
            return copies;
        };
        let all = (0..copies).map(|_| (socket, frame.to_owned()));
        self.kept.extend(all);
        self.release.get_or_insert(later(now, span));
        0
    }

    /// The events that were kept back long enough, shuffled.
    pub(super) fn released(&mut self, now: Timestamp) -> Vec<(SocketId, String)> {
        if self.release.is_none_or(|at| now < at) {
            return Vec::new();
        }
        self.release = None;
        let mut kept = std::mem::take(&mut self.kept);
        for last in (1..kept.len()).rev() {
            kept.swap(last, self.random.index(last + 1));
        }
        kept
    }

    pub(super) fn next_due(&self) -> Option<Timestamp> {
        self.release
    }
}

pub(super) fn later(at: Timestamp, milliseconds: u32) -> Timestamp {
    after(at, SignedDuration::from_millis(milliseconds.into()))
}
