//! Orders: whole or not at all, from files, from the control route, and from rules that strike.

use super::Service;
use crate::sandbox::api::table;
use crate::sandbox::faults::{ALL_MAX, Event, FalseEnd, FaultOrders, Skew, SocketOrder};
use crate::sandbox::scenario::nearest;
use crate::sandbox::truth::Truth;
use crate::sandbox::world::conversation::Conversation;
use jiff::{SignedDuration, Timestamp};

impl Service {
    /// Carries out orders, or says what in them means nothing here.
    pub(in crate::sandbox) fn obey(
        &mut self,
        orders: FaultOrders,
        now: Timestamp,
    ) -> Result<(), String> {
        self.understands(&orders)?;
        self.carry_out(orders, now);
        Ok(())
    }

    /// Carries out orders that were understood.
    pub(super) fn carry_out(&mut self, orders: FaultOrders, now: Timestamp) {
        if orders.clear {
            self.faults.clear();
        }
        self.releases += u64::from(orders.release);
        self.change_platform(&orders, now);
        self.change_rights(&orders, now);
        for fault in orders.faults {
            if fault.is_stale() {
                self.remember(fault.target().map(str::to_owned).as_deref());
            }
            self.faults.add(fault);
        }
        for event in &orders.events {
            self.order(event, now);
        }
        for one in &orders.false_ends {
            self.expect_false_end(one, now);
        }
        for order in orders.sockets {
            self.nuisance.obey(order, now);
        }
        if let Some(mischief) = orders.notifications {
            self.hub.misbehave(mischief, now);
        }
    }

    fn change_platform(&mut self, orders: &FaultOrders, now: Timestamp) {
        if let Some(milliseconds) = orders.unreachable_ms {
            let span = SignedDuration::from_millis(milliseconds.into());
            self.unreachable_until = now.checked_add(span).ok();
            if milliseconds > 0 {
                let all = SocketOrder {
                    cut_ms: Some(0),
                    ..SocketOrder::default()
                };
                self.nuisance.obey(all, now);
            }
        }
        if let Some(allowed) = orders.rate_limit {
            self.platform.rate_limit = allowed;
        }
        if let Some(milliseconds) = orders.analytics_lag_ms {
            self.platform.analytics_lag_ms = milliseconds;
        }
        if let Some(milliseconds) = orders.clock_skew_ms {
            self.skew = Skew::of_ms(milliseconds);
        }
        if orders.swap_organization {
            self.organization.0 = self.correlation.uuid();
        }
    }

    fn change_rights(&mut self, orders: &FaultOrders, now: Timestamp) {
        let whose = orders.whose.as_deref();
        let roles = &mut self.identity.roles;
        roles.take(&orders.remove_permissions, whose);
        roles.give(&orders.restore_permissions, whose);
        if orders.expire_tokens {
            self.identity.tokens.expire_all(now);
        }
        if orders.revoke_tokens {
            self.identity.tokens.revoke_all();
        }
    }

    /// Lets somebody do something; the time at which they will.
    pub(in crate::sandbox) fn order(&mut self, event: &Event, now: Timestamp) -> Option<Timestamp> {
        let named = event.conversation.as_deref();
        let index = match named.and_then(|name| self.world.find_by_name(name)) {
            Some(index) => index,
            None if event.is_at_large() => 0,
            None => return None,
        };
        let at = later(now, event.after_ms);
        self.world
            .order_exactly(index, event.what, event.details(), at);
        Some(at)
    }

    /// Keeps the past of a conversation, or of all.
    fn remember(&mut self, name: Option<&str>) {
        let all = &self.world.conversations;
        let memory = &mut self.faults.memory;
        match name {
            None => memory.watch_all(all),
            Some(name) => {
                let index = self.world.find_by_name(name);
                if let Some((index, one)) = index.and_then(|at| Some((at, all.get(at)?))) {
                    memory.watch(index, one);
                }
            }
        }
    }

    /// Keeps what has just changed, where somebody may be shown the past.
    pub(super) fn keep(&mut self, news: &[Truth], now: Timestamp) {
        if !self.faults.memory.is_watching() {
            return;
        }
        for change in news {
            let index = self.world.find(&change.conversation.to_string());
            let one = index.and_then(|at| Some((at, self.world.conversations.get(at)?)));
            if let Some((index, one)) = one {
                self.faults.memory.note(index, one, now);
            }
        }
    }

    fn expect_false_end(&mut self, one: &FalseEnd, now: Timestamp) {
        let number = u64::try_from(self.false_ends.len()).unwrap_or(u64::MAX);
        let at = later(now, one.after_ms);
        self.false_ends
            .insert((at, number), one.conversation.clone());
    }

    /// Lets notifications tell of the ends that are due and are none.
    pub(super) fn tell_false_ends(&mut self, now: Timestamp) {
        while let Some(first) = self.false_ends.first_entry() {
            if first.key().0 > now {
                return;
            }
            let name = first.remove();
            // That there is such a conversation was seen when the order came.
            let _ = self.pretend_end(&name, now);
        }
    }

    /// Puts another picture of a conversation in its place, and hands over the one that stood there.
    pub(super) fn exchange(
        &mut self,
        index: Option<usize>,
        other: Option<Conversation>,
    ) -> Option<Conversation> {
        let place = self.world.conversations.get_mut(index?)?;
        Some(std::mem::replace(place, other?))
    }

    /// Whether everything that the orders name is there.
    fn understands(&self, orders: &FaultOrders) -> Result<(), String> {
        let targets = orders.targets();
        let unknown = |name: &&&str| self.world.find_by_name(name).is_none();
        if let Some(name) = targets.iter().find(unknown) {
            let place = orders.place_of(name, "conversation");
            return Err(format!(
                "{place}there is no conversation `{name}`, by id or by label"
            ));
        }
        for order in orders.and_later() {
            self.knows_rights(order).map_err(|(field, name, words)| {
                format!("{}{words}", orders.place_of(&name, field))
            })?;
            let nameless = order
                .faults
                .iter()
                .any(|one| one.is_stale() && one.target().is_none());
            if nameless && self.world.conversations.len() > ALL_MAX {
                let place = orders.place_of("", "stale_ms");
                return Err(format!(
                    "{place}the past of more than {ALL_MAX} conversations is not kept; name one with `conversation`"
                ));
            }
        }
        Ok(())
    }

    fn knows_rights(&self, order: &FaultOrders) -> Result<(), (&'static str, String, String)> {
        let subjects = self.identity.roles.names();
        let whose = order.whose.as_deref();
        if let Some(name) = whose.filter(|name| !subjects.contains(name)) {
            let mend =
                nearest(name, &subjects).unwrap_or("a role, or the id of a client or a user");
            let words = format!("there is no role and nobody called `{name}`; use `{mend}`");
            return Err(("whose", name.to_owned(), words));
        }
        let known = table::permissions(self.forum.as_ref());
        let fields = [
            ("remove_permissions", &order.remove_permissions),
            ("restore_permissions", &order.restore_permissions),
        ];
        for (field, names) in fields {
            if let Some(name) = names.iter().find(|name| !known.contains(&name.as_str())) {
                let mend = nearest(name, &known).unwrap_or("one of the published names");
                let words = format!("no operation asks for the permission `{name}`; use `{mend}`");
                return Err((field, name.clone(), words));
            }
        }
        Ok(())
    }
}

fn later(now: Timestamp, milliseconds: u32) -> Timestamp {
    let span = SignedDuration::from_millis(milliseconds.into());
    now.checked_add(span).unwrap_or(now)
}
