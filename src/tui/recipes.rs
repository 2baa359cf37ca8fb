//! Wishes about recipes from the console. How they are carried out is not the terminal's business: that is handed in, runs elsewhere, and
//! is answered by messages.

use std::fmt;

use tokio::sync::mpsc;

use crate::app::Msg;
use crate::app::lookout::recipes::RecipeWish;
use crate::engine::ports::Clock;

use super::{Console, Screen};

/// Takes wishes about recipes.
pub struct AskRecipes(Box<dyn Fn(RecipeWish, mpsc::UnboundedSender<Msg>) + Send>);

impl AskRecipes {
    /// One that takes them like this; it must not wait.
    pub fn new(ask: impl Fn(RecipeWish, mpsc::UnboundedSender<Msg>) + Send + 'static) -> Self {
        Self(Box::new(ask))
    }

    pub(super) fn ask(&self, wish: RecipeWish, answers: mpsc::UnboundedSender<Msg>) {
        (self.0)(wish, answers);
    }
}

impl fmt::Debug for AskRecipes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AskRecipes")
    }
}

impl<S: Screen, C: Clock> Console<S, C> {
    /// The same console, from which recipes can be looked at and compared.
    pub fn with_recipes(mut self, recipes: Option<AskRecipes>) -> Self {
        self.recipes = recipes;
        self
    }
}
