//! Rules that hold for every plan, whoever made it and wherever it comes from: it is asked when a plan file is read, and again before a run
//! is opened.

// Addresses only: `core` has no sockets.
use core::net::{IpAddr, SocketAddr};

use super::{Plan, PlanItem, PlanRefused};
use crate::domain::ids::ConversationId;
use crate::domain::kind::{Bulk, Kind};
use crate::domain::recipe::{Recipe, Slot};
use crate::domain::step::Rung;

impl Plan {
    /// Rules that hold for every plan, whoever made it: each conversation once, and nothing that the table of kinds forbids.
    ///
    /// # Errors
    ///
    /// [`PlanRefused::Unusable`], with the rule that is broken.
    pub fn check_sense(&self) -> Result<(), PlanRefused> {
        let mut ids: Vec<ConversationId> = self.items.iter().map(|item| item.id).collect();
        ids.sort();
        ids.dedup();
        if ids.len() != self.items.len() {
            return Err(PlanRefused::Unusable(
                "a conversation is in it twice".to_owned(),
            ));
        }
        if let Some(recipe) = self.recipe.recipe() {
            self.check_recipe(recipe).map_err(PlanRefused::Unusable)?;
        }
        if (self.rung == Rung::Teardown || self.allow_live) && self.items.len() > 1 {
            return Err(PlanRefused::Unusable(
                "a teardown and a live conversation are planned one at a time".to_owned(),
            ));
        }
        if self.sweep.is_some() && (self.rung != Rung::Close || self.allow_live) {
            return Err(PlanRefused::Unusable(
                "a sweep closes, and nothing that is live".to_owned(),
            ));
        }
        let forbidden = self.items.iter().find(|item| match item.kind.bulk() {
            Bulk::Never => true,
            Bulk::Live => !self.allow_live,
            Bulk::OneByOne => self.items.len() > 1 || self.sweep.is_some(),
            Bulk::Yes => false,
        });
        if let Some(item) = forbidden {
            return Err(PlanRefused::Unusable(format!(
                "{} is `{}`, which may not be planned like this",
                item.id,
                item.kind.word()
            )));
        }
        Ok(())
    }

    /// A recipe is another order of requests, no other right: it stands on the rung `close`, and what it needs is in the plan.
    fn check_recipe(&self, recipe: &Recipe) -> Result<(), String> {
        // The last of several walls: whatever is said elsewhere, nothing but the ladder leaves this machine.
        if !is_on_this_machine(&self.api_host) {
            return Err(recipe.not_on(&self.api_host));
        }
        let is_wide = |item: &PlanItem| {
            item.kind == Kind::Mixed || item.evidence.legs.iter().any(|leg| !leg.is_message())
        };
        if let Some(item) = self.items.iter().find(|item| is_wide(item)) {
            return Err(format!(
                "another medium is open on {}, which a recipe could end too: only the rung `legs` may be used",
                item.id
            ));
        }
        if let Some(what) = recipe.trouble() {
            return Err(format!("the recipe `{}`: {what}", recipe.name));
        }
        if self.rung != Rung::Close {
            return Err(format!(
                "a recipe is planned on the rung `close`, not `{}`",
                self.rung.word()
            ));
        }
        if let Some(step) = recipe.steps.iter().find(|step| !step.is_aimed_right()) {
            return Err(format!(
                "the recipe `{}` sends `{step}`: a frame goes to the socket of guests, and nothing else does",
                recipe.name
            ));
        }
        if recipe.needs(Slot::WrapUp) && self.wrap_up.is_none() {
            return Err(format!(
                "the recipe `{}` sends a wrap-up code: the plan needs one",
                recipe.name
            ));
        }
        Ok(())
    }
}

/// A loopback address, with or without a port.
fn is_on_this_machine(host: &str) -> bool {
    let bare = host.trim_matches(|letter| letter == '[' || letter == ']');
    let address = host
        .parse()
        .map(|at: SocketAddr| at.ip())
        .or_else(|_| bare.parse());
    address.is_ok_and(|at: IpAddr| at.is_loopback())
}
