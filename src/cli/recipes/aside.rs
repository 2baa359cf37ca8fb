//! Recipes beside an open console: which there are, and their comparison while the console goes on. Whatever organisation the console has
//! open is not known here: there is no way from here to it.

use std::path::PathBuf;
use std::sync::Arc;

use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;

use super::compare::Comparison;
use crate::app::Msg;
use crate::app::lookout::recipes::{RecipeNews, RecipeWish};
use crate::cli::trouble::Trouble;
use crate::domain::recipe::{Compared, Recipe};
use crate::settings::{Paths, recipes};
use crate::tui::AskRecipes;

type Asked = (RecipeWish, mpsc::UnboundedSender<Msg>);

/// Carries wishes about recipes out, one after the other.
pub(in crate::cli) struct Aside {
    wishes: mpsc::UnboundedSender<Asked>,
    stop: watch::Sender<bool>,
    task: JoinHandle<()>,
}

impl Aside {
    /// Begins to listen for them.
    pub(in crate::cli) fn begin(paths: &Paths) -> Self {
        let (wishes, wanted) = mpsc::unbounded_channel();
        let (stop, stopped) = watch::channel(false);
        Self {
            wishes,
            stop,
            task: tokio::spawn(serve(wanted, stopped, paths.recipes())),
        }
    }

    /// How the console asks.
    pub(in crate::cli) fn asker(&self) -> AskRecipes {
        let wishes = self.wishes.clone();
        // Nobody serves any more once the console has left.
        AskRecipes::new(move |wish, answers| drop(wishes.send((wish, answers))))
    }

    /// The console was left: what is under way is put away.
    pub(in crate::cli) async fn end(self) {
        drop(self.wishes);
        let _ = self.stop.send(true);
        // A panic in there was reported.
        let _ = self.task.await;
    }
}

async fn serve(
    mut wanted: mpsc::UnboundedReceiver<Asked>,
    mut stopped: watch::Receiver<bool>,
    folder: PathBuf,
) {
    loop {
        let asked = tokio::select! {
            biased;
            _ = stopped.wait_for(|stop| *stop) => return,
            asked = wanted.recv() => asked,
        };
        let Some((wish, answers)) = asked else { return };
        // Nobody listens any more once the console has left.
        let tell = |news: RecipeNews| drop(answers.send(Msg::Recipes(Box::new(news))));
        match wish {
            RecipeWish::List => tell(known(&folder)),
            RecipeWish::Compare(recipes) => {
                let names: Vec<String> = recipes.iter().map(|one| one.name.clone()).collect();
                let recipes = recipes.iter().map(|one| Recipe::clone(one)).collect();
                let each = |place: usize, row: Result<Compared, Trouble>| match row {
                    Ok(row) => tell(RecipeNews::Row(Box::new(row))),
                    Err(trouble) => {
                        let name = names.get(place).cloned().unwrap_or_default();
                        tell(RecipeNews::Without(name, trouble.on_a_line()));
                    }
                };
                let carried_out = match Comparison::of(recipes) {
                    Ok(comparison) => Box::pin(comparison.carry_out(&stopped, each)).await,
                    Err(trouble) => Err(trouble),
                };
                tell(RecipeNews::Over(
                    carried_out.map_err(|trouble| trouble.on_a_line()),
                ));
            }
        }
    }
}

/// Those that come with the program and one's own, which may have changed since.
fn known(folder: &std::path::Path) -> RecipeNews {
    let mut known = Vec::new();
    let mut wrong = Vec::new();
    for source in recipes::all(folder) {
        match source.read {
            Ok(recipe) => known.push(Arc::new(recipe)),
            Err(errors) => wrong.extend(errors.iter().map(ToString::to_string)),
        }
    }
    RecipeNews::Known(known, wrong)
}
