//! `recipes compare`: what each recipe really does, side by side. Every recipe is carried out twice, on two chats that are alike but for
//! what their deployments tell guests, each in a fresh sandbox of its own, so that nothing that one of them does can change what another
//! one finds. All of them run at the same time: the whole takes about as long as the slowest.
//!
//! It knows nothing of profiles, configurations and running sandboxes, and its journals are in a folder that goes with it.

use std::path::Path;

use clap::Args;
use serde_json::{Value, json};
use tokio::sync::watch;
use tokio::task::JoinSet;

use super::columns;
use super::scratch::Scratch;
use super::trial::{Outcome, Trial};
use crate::app::tone::wrap;
use crate::cli::exit::Exit;
use crate::cli::pretend::{Staging, scenario_of};
use crate::cli::trouble::Trouble;
use crate::cli::{interrupted, output};
use crate::domain::recipe::{Compared, Really, Recipe, differences, lesson};
use crate::sandbox::Scenario;
use crate::settings::recipes;
use crate::tui;

/// The chat whose guest is told of an end, and the one whose guest is not.
const CHATS: [&str; 2] = ["told", "untold"];
/// The built-in scenario.
const SCENARIO: &str = "forum";

/// `recipes compare`.
#[derive(Debug, Args)]
pub(super) struct Compare {
    /// Only these
    #[arg(long, value_name = "NAME", value_delimiter = ',', num_args = 1..)]
    only: Vec<String>,
    /// A scenario like `forum`, with other switches: each trap can be turned around
    #[arg(long, value_name = "FILE", default_value = SCENARIO, hide_default_value = true)]
    scenario: String,
}

/// What is compared, on what.
#[derive(Debug, Clone)]
pub(super) struct Comparison {
    recipes: Vec<Recipe>,
    scenario: Scenario,
    seed: Option<u64>,
}

impl Comparison {
    /// These recipes on the built-in scenario.
    pub(super) fn of(recipes: Vec<Recipe>) -> Result<Self, Trouble> {
        Self::on(recipes, SCENARIO, None)
    }

    fn on(recipes: Vec<Recipe>, scenario: &str, seed: Option<u64>) -> Result<Self, Trouble> {
        Ok(Self {
            recipes,
            scenario: scenario_of(scenario)?.one_of_each(),
            seed,
        })
    }

    /// Carries everything out, and tells each recipe's place with its row once that is there. Leaves at once when told to stop; nothing of
    /// it stays behind either way.
    pub(super) async fn carry_out(
        self,
        stop: &watch::Receiver<bool>,
        mut tell: impl FnMut(usize, Result<Compared, Trouble>),
    ) -> Result<(), Trouble> {
        let scratch = Scratch::new()?;
        let mut rows = JoinSet::new();
        for (place, recipe) in self.recipes.into_iter().enumerate() {
            let trials = CHATS.map(|label| Trial {
                recipe: recipe.clone(),
                scenario: self.scenario.clone(),
                seed: self.seed,
                label,
                folder: scratch.folder().join(format!("{place}-{label}")),
            });
            let stop = stop.clone();
            rows.spawn(async move { (place, both(trials, &stop).await) });
        }
        while let Some(row) = rows.join_next().await {
            let (place, row) = row.map_err(|_| Trouble::silent(Exit::Internal))?;
            tell(place, row);
        }
        Ok(())
    }
}

/// A recipe on both chats.
async fn both(trials: [Trial; 2], stop: &watch::Receiver<bool>) -> Result<Compared, Trouble> {
    let [told, untold] = trials;
    let recipe = told.recipe.clone();
    // On the heap: an engine with all it needs is a large thing to carry through.
    let (told, untold) = tokio::join!(
        Box::pin(told.carry_out(stop.clone())),
        Box::pin(untold.carry_out(stop.clone()))
    );
    row(&recipe, &told?, &untold?)
}

fn row(recipe: &Recipe, told: &Outcome, untold: &Outcome) -> Result<Compared, Trouble> {
    let nothing = || Trouble::silent(Exit::Internal);
    let (said, _) = told.item.settled.as_ref().ok_or_else(nothing)?;
    let (said_too, _) = untold.item.settled.as_ref().ok_or_else(nothing)?;
    let mut differs = differences(said, &told.really);
    let of_other = differences(said_too, &untold.really);
    differs.extend(of_other.into_iter().map(|what| format!("untold: {what}")));
    Ok(Compared {
        recipe: recipe.name.clone(),
        is_published: recipe.is_published(),
        requests: told.item.requests,
        sends: u32::try_from(told.item.sends.len()).unwrap_or(u32::MAX),
        took_ms: told.took_ms(),
        refused: told.first_refusal(),
        said: said.clone(),
        really: told.really.clone(),
        untold: untold.really.clone(),
        differs,
    })
}

impl Compare {
    /// Compares, and prints what is really so.
    pub(super) async fn run(
        self,
        staging: &Staging,
        folder: &Path,
        as_json: bool,
    ) -> Result<Exit, Trouble> {
        if staging.chats.is_some() || staging.faults.is_some() {
            return Err(Trouble::usage(
                "a comparison takes no --chats and no --faults: its chats are alike, and what goes wrong is in a scenario",
            )
            .hint("give --scenario a file"));
        }
        let (recipes, wrong) = self.chosen(folder)?;
        let names: Vec<String> = recipes.iter().map(|recipe| recipe.name.clone()).collect();
        let comparison = Comparison::on(recipes, &self.scenario, staging.seed)?;
        let is_telling = !as_json || output::is_watched();
        if is_telling {
            output::words(&format!(
                "comparing {} on sandboxes of their own, all at once: about half a minute",
                counted(names.len())
            ));
        }
        let rows = told(comparison, &names, is_telling).await?;
        let mut exits: Vec<Exit> = wrong.iter().map(|_| Exit::Usage).collect();
        for line in wrong {
            output::words(&format!("not taken: {line}"));
        }
        let mut there = Vec::new();
        for (name, row) in names.iter().zip(rows) {
            match row {
                Ok(row) => there.push(row),
                Err(trouble) => {
                    output::words(&format!("not compared: {name}: {}", trouble.on_a_line()));
                    exits.push(trouble.exit);
                }
            }
        }
        for row in &there {
            for what in &row.differs {
                output::words(&format!("wrong: {}: {what}", row.recipe));
                exits.push(Exit::Internal);
            }
            if as_json {
                output::json_line(&as_data(row))?;
            }
        }
        if !as_json {
            let mut text = columns::table(&there);
            for line in wrap(&lesson(&there.iter().collect::<Vec<_>>()), super::WIDE) {
                text.push('\n');
                text.push_str(&line);
            }
            output::data(&format!("{text}\n"))?;
        }
        Ok(Exit::first(exits))
    }

    /// Those that were named, or all there are; and of one's own what cannot be used.
    fn chosen(&self, folder: &Path) -> Result<(Vec<Recipe>, Vec<String>), Trouble> {
        if !self.only.is_empty() {
            let named = self.only.iter().map(|name| super::named(name, folder));
            return Ok((named.collect::<Result<_, _>>()?, Vec::new()));
        }
        let mut recipes = Vec::new();
        let mut wrong = Vec::new();
        for source in recipes::all(folder) {
            match source.read {
                Ok(recipe) => recipes.push(recipe),
                Err(errors) => wrong.extend(errors.iter().map(ToString::to_string)),
            }
        }
        Ok((recipes, wrong))
    }
}

/// The rows in the order of their recipes; says how far it is.
async fn told(
    comparison: Comparison,
    names: &[String],
    is_telling: bool,
) -> Result<Vec<Result<Compared, Trouble>>, Trouble> {
    let mut stops = tui::stops()?;
    let (stop, stopped) = watch::channel(false);
    let mut rows: Vec<Option<Result<Compared, Trouble>>> = names.iter().map(|_| None).collect();
    let mut done = 0;
    {
        let tell = |place: usize, row: Result<Compared, Trouble>| {
            done += 1;
            if let (true, Ok(row)) = (is_telling, &row) {
                let (name, state) = (&row.recipe, row.said.state.word());
                output::words(&format!("{done} of {}  {name}: {state}", names.len()));
            }
            if let Some(slot) = rows.get_mut(place) {
                *slot = Some(row);
            }
        };
        let mut carried_out = Box::pin(comparison.carry_out(&stopped, tell));
        tokio::select! {
            biased;
            _ = stops.recv() => {
                let _ = stop.send(true);
                // Every trial puts away what it has.
                let _ = carried_out.await;
                return Err(interrupted::interrupted());
            }
            done = &mut carried_out => done?,
        }
    }
    let missing = || Err(Trouble::silent(Exit::Internal));
    Ok(rows
        .into_iter()
        .map(|row| row.unwrap_or_else(missing))
        .collect())
}

fn counted(recipes: usize) -> String {
    if recipes == 1 {
        "1 recipe".to_owned()
    } else {
        format!("{recipes} recipes")
    }
}

/// A row as data. Who is left, what guests were told and what was recorded is the sandbox's word, not our client's.
fn as_data(row: &Compared) -> Value {
    let really = |really: &Really| {
        json!({
            "ended": really.ended,
            "left": really.left,
            "guest_told": really.guest_told,
            "wrap_up": really.wrap_up,
        })
    };
    json!({
        "recipe": row.recipe,
        "published": row.is_published,
        "requests": row.requests,
        "sends": row.sends,
        "took_ms": row.took_ms,
        "first_refusal": row.refused,
        "said": row.said.state,
        "reason": row.said.reason,
        "proved": row.is_proved(),
        "told": really(&row.really),
        "untold": really(&row.untold),
        "differs": row.differs,
    })
}
