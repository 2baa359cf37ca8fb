//! Rules that hold for every plan, whoever made it and wherever it comes from: it is asked when a plan file is read, and again before a run
//! is opened.

// Addresses only: `core` has no sockets.
use core::net::{IpAddr, SocketAddr};

use super::{Plan, PlanRefused};
use crate::domain::ids::ConversationId;
use crate::domain::kind::Bulk;
use crate::domain::recipe::{Recipe, STANDARD, Slot};
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
        let forbidden = self.items.iter().find(|item| match item.kind.bulk() {
            Bulk::Never => true,
            Bulk::Live => !self.allow_live,
            Bulk::OneByOne => self.items.len() > 1,
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
        if recipe.steps.is_empty() || !recipe.unreachable().is_empty() {
            return Err(format!(
                "the recipe `{}` has a step that is never come to, or none",
                recipe.name
            ));
        }
        // The last of several walls: whatever is said elsewhere, nothing but the ladder leaves this machine.
        if !is_on_this_machine(&self.api_host) {
            return Err(format!(
                "the recipe `{}` is planned for {}: a real organisation is only ever shown `{STANDARD}`",
                recipe.name, self.api_host
            ));
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
