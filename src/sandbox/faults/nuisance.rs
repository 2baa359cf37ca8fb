//! What becomes of open sockets on order: they are cut, or their frames come late.

use super::orders::{SocketOrder, Sockets};
use crate::sandbox::exchange::{Outbox, Push, SocketId};
use jiff::{SignedDuration, Timestamp};
use std::collections::{BTreeMap, HashMap};

/// The orders in force, the sockets that are open, and the frames that are kept back.
#[derive(Debug, Default)]
pub(in crate::sandbox) struct Nuisance {
    open: BTreeMap<SocketId, Sockets>,
    cuts: Vec<(Timestamp, SocketOrder)>,
    delays: HashMap<Sockets, SignedDuration>,
    late: BTreeMap<(Timestamp, u64), (SocketId, Push)>,
    kept: u64,
}

impl Nuisance {
    pub(in crate::sandbox) fn opened(&mut self, socket: SocketId, of: Sockets) {
        self.open.insert(socket, of);
    }

    pub(in crate::sandbox) fn closed(&mut self, socket: SocketId) {
        self.open.remove(&socket);
        self.late.retain(|_, (of, _)| *of != socket);
    }

    pub(in crate::sandbox) fn obey(&mut self, order: SocketOrder, now: Timestamp) {
        if let Some(delay) = order.delay_ms {
            for of in [Sockets::Guests, Sockets::Notifications] {
                if order.of.is_none_or(|meant| meant == of) {
                    self.delays
                        .insert(of, SignedDuration::from_millis(delay.into()));
                }
            }
        }
        if let Some(span) = order.cut_ms {
            let span = SignedDuration::from_millis(span.into());
            self.cuts
                .push((now.checked_add(span).unwrap_or(now), order));
        }
    }

    /// What goes out now, of what is to go out and of what was kept back.
    pub(in crate::sandbox) fn pass(&mut self, pushes: Outbox, now: Timestamp) -> Outbox {
        if self.late.is_empty() && self.delays.values().all(SignedDuration::is_zero) {
            let mut out = pushes;
            out.extend(self.cut(now));
            return out;
        }
        for (socket, push) in pushes {
            let delay = self.open.get(&socket).and_then(|of| self.delays.get(of));
            let due = now.checked_add(delay.copied().unwrap_or_default());
            // Nothing overtakes what is kept back for the same socket.
            let mut waiting = self.late.iter().rev();
            let last = waiting.find(|(_, (of, _))| *of == socket);
            let last = last.map_or(now, |((at, _), _)| *at);
            self.kept += 1;
            let at = due.unwrap_or(now).max(last);
            self.late.insert((at, self.kept), (socket, push));
        }
        let mut out = Outbox::new();
        while let Some(first) = self.late.first_entry() {
            if first.key().0 > now {
                break;
            }
            out.push(first.remove());
        }
        out.extend(self.cut(now));
        out
    }

    fn cut(&mut self, now: Timestamp) -> Outbox {
        let due: Vec<(Timestamp, SocketOrder)> =
            self.cuts.extract_if(.., |(at, _)| *at <= now).collect();
        let mut out = Outbox::new();
        for (_, order) in due {
            let push = if order.reset { Push::Reset } else { Push::Cut };
            let meant = self
                .open
                .iter()
                .filter(|(_, of)| order.of.is_none_or(|meant| meant == **of));
            out.extend(meant.map(|(socket, _)| (*socket, push.clone())));
        }
        out
    }

    /// When something is due next.
    pub(in crate::sandbox) fn next_due(&self) -> Option<Timestamp> {
        let late = self.late.first_key_value().map(|((at, _), _)| *at);
        let cut = self.cuts.iter().map(|(at, _)| *at).min();
        [late, cut].into_iter().flatten().min()
    }
}
