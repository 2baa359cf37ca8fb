//! `plan`: which conversations would be ended, how, on what evidence, as one JSON object. Reads only.

use std::time::Duration;

use clap::Args;
use jiff::SignedDuration;

use super::choice::Choice;
use super::choosing::{self, Chosen, Filter, Which};
use super::connect::Connection;
use super::escalated;
use super::exit::Exit;
use super::names;
use super::output;
use super::trouble::Trouble;
use super::way;
use crate::domain::draft::{draft, redraft};
use crate::domain::failure::FailureKind;
use crate::domain::guard::Terms;
use crate::domain::ids::ConversationId;
use crate::domain::moment::round;
use crate::domain::plan::{Choices, Plan};
use crate::domain::recipe::{Recipe, Way};
use crate::domain::roster::{Roster, Row};
use crate::domain::rules::warned;
use crate::domain::step::Rung;
use crate::domain::sweep::may_take;
use crate::domain::told;
use crate::engine::ports::Clock;
use crate::settings::{Paths, Settings};

/// How old a read may be when a plan is confirmed.
const CONFIRMABLE: SignedDuration = SignedDuration::from_secs(60);

/// What is planned, and how hard it may push.
#[derive(Debug, Clone, Args)]
pub(super) struct Wishes {
    #[command(flatten)]
    pub(super) which: Which,
    /// How hard the plan may push: legs, close or teardown
    #[arg(long, value_parser = rung_of, default_value = "close", value_name = "RUNG")]
    rung: Rung,
    #[command(flatten)]
    means: Means,
    /// One healthy chat, named by its id, may be ended
    #[arg(long)]
    allow_live: bool,
}

/// With what it is planned, and for how long it is looked: for a plan and for a sweep alike.
#[derive(Debug, Clone, Args)]
pub(super) struct Means {
    /// The wrap-up code to apply, by id or name
    #[arg(long, value_name = "CODE")]
    wrap_up: Option<String>,
    /// A recipe instead of the ladder, on a sandbox that speaks the forum's dialect: see `unstick recipes`
    #[arg(long, value_name = "NAME")]
    recipe: Option<String>,
    /// How long chats are read; the rest is not planned
    #[arg(long, value_parser = choosing::span, default_value = "60s", value_name = "TIME")]
    read_for: Duration,
}

impl Wishes {
    /// In which way, understood before anything is asked of the organisation.
    pub(super) fn way(&self, settings: &Settings, paths: &Paths) -> Result<Way, Trouble> {
        self.means.way(self.rung, settings, paths)
    }
}

impl Means {
    /// In which way, understood before anything is asked of the organisation.
    pub(super) fn way(
        &self,
        rung: Rung,
        settings: &Settings,
        paths: &Paths,
    ) -> Result<Way, Trouble> {
        let way = way::chosen(self.recipe.as_deref(), rung, settings, paths)?;
        match way.recipe() {
            Some(recipe) if self.wrap_up.is_some() && !recipe.needs_wrap_up() => {
                let words = format!(
                    "the recipe `{}` sends no wrap-up code, and nothing is sent beside it: it takes no `--wrap-up`",
                    recipe.name
                );
                Err(Trouble::usage(words))
            }
            _ => Ok(way),
        }
    }
}

/// A rung by its word.
fn rung_of(said: &str) -> Result<Rung, String> {
    let known = [Rung::Legs, Rung::Close, Rung::Teardown];
    let found = known.into_iter().find(|rung| rung.word() == said);
    found.ok_or_else(|| "there are `legs`, `close` and `teardown`".to_owned())
}

/// `plan`.
#[derive(Debug, Args)]
pub(super) struct PlanCommand {
    #[command(flatten)]
    wishes: Wishes,
    /// A plan is always JSON; taken as by every command
    #[arg(long)]
    json: bool,
}

impl PlanCommand {
    /// Plans.
    pub(super) async fn run(
        self,
        choice: &Choice,
        settings: &Settings,
        paths: &Paths,
    ) -> Result<Exit, Trouble> {
        let chosen = self.wishes.which.understand()?;
        let way = self.wishes.way(settings, paths)?;
        let planned = async |connection: &mut Connection| {
            let drafter = Drafter::new(&self.wishes, way, chosen, connection, paths).await?;
            let (plan, seen) = drafter.draft(connection, paths).await?;
            say(&plan, &seen, connection).await;
            output::json_line(&plan)?;
            Ok(if plan.items.is_empty() {
                why_nothing(&plan, &seen)
            } else {
                Exit::Done
            })
        };
        Connection::with(choice, settings, paths, planned).await
    }
}

/// A plan without items is no plan: a guard refused what is there and open, or nothing is there.
pub(super) fn why_nothing(plan: &Plan, seen: &Roster) -> Exit {
    let is_open = |id: ConversationId| {
        seen.row(id)
            .and_then(|row| row.reading)
            .is_some_and(|reading| reading.conversation.open_legs().next().is_some())
    };
    if plan.skipped.iter().any(|skipped| is_open(skipped.id)) {
        return Exit::Refused;
    }
    // Of what could not be read at all nobody can say that it does not match.
    let is_blind = seen.rows().all(|row| row.reading.is_none());
    let failures = seen.rows().filter_map(|row| row.failed_read);
    let refusals = failures
        .filter(|failed| failed.failure.kind != FailureKind::NotFound)
        .map(|failed| Exit::of_failure(&failed.failure));
    match refusals.min() {
        Some(exit) if is_blind => exit,
        _ => Exit::NothingMatched,
    }
}

/// Says on stderr what a plan holds and what it leaves out.
pub(super) async fn say(plan: &Plan, seen: &Roster, connection: &Connection) {
    for skipped in &plan.skipped {
        output::words(&format!("skipped {}: {}", skipped.id, skipped.reason));
    }
    if plan.items.is_empty() {
        output::words("nothing to end: no conversation was planned");
    } else {
        let code = match &plan.wrap_up {
            Some(id) => format!(", wrap-up {}", names::code_words(connection, id).await),
            None => String::new(),
        };
        output::words(&format!(
            "{} planned, {} skipped, {}{code}, at most {} requests, phrase: {}",
            plan.items.len(),
            plan.skipped.len(),
            plan.manner(),
            plan.request_bound(),
            plan.phrase()
        ));
        if let Some(guests) = told::of_plan(plan, |item| seen.row(item.id)) {
            output::words(&format!("guests: {guests}"));
        }
        aloud(plan, seen, connection);
    }
}

/// Counts aloud what deserves a second look.
fn aloud(plan: &Plan, seen: &Roster, connection: &Connection) {
    let now = connection.clock.now();
    let within = connection.profile.limits.recent_reply;
    let recent = plan.recent_replies(within, now);
    if recent > 0 {
        output::words(&format!(
            "careful: {recent} with a reply in the last {}",
            round(within)
        ));
    }
    let rows = plan.items.iter().filter_map(|item| seen.row(item.id));
    if let Some(warned) = warned(rows, now) {
        output::words(&format!("careful: {warned}"));
    }
}

/// Drafts a plan, and drafts it anew on fresh reads.
pub(super) struct Drafter {
    chosen: Chosen,
    choices: Choices,
    escalated: Vec<ConversationId>,
    read_for: Duration,
    /// What a policy asks of a chat is asked of every read too.
    is_sweep: bool,
}

impl Drafter {
    /// Everything that does not depend on the conversations.
    pub(super) async fn new(
        wishes: &Wishes,
        recipe: Way,
        chosen: Chosen,
        connection: &Connection,
        paths: &Paths,
    ) -> Result<Self, Trouble> {
        let filter = match &chosen {
            Chosen::Matching(filter) => Some(filter.text().unwrap_or_default()),
            Chosen::Named(_) => None,
        };
        let (rung, means) = (wishes.rung, &wishes.means);
        way::may_be_gone(&recipe, connection, paths).await?;
        // A recipe settles no after-call work but in a request of its own.
        let takes_code = recipe.recipe().is_none_or(Recipe::needs_wrap_up);
        let wrap_up = if rung == Rung::Close && takes_code {
            connection.wrap_up(means.wrap_up.as_deref()).await?
        } else {
            None
        };
        let escalated = if rung == Rung::Teardown {
            escalated::on_record(paths, &connection.scope.org_id)?
        } else {
            Vec::new()
        };
        Ok(Self {
            chosen,
            choices: Choices {
                filter,
                rung,
                wrap_up: wrap_up.map(|code| code.id),
                allow_live: wishes.allow_live,
                recipe,
            },
            escalated,
            read_for: means.read_for,
            is_sweep: false,
        })
    }

    /// The same for a sweep, which draws from a filter and closes.
    pub(super) async fn of_sweep(
        filter: Filter,
        means: &Means,
        way: Way,
        connection: &Connection,
        paths: &Paths,
    ) -> Result<Self, Trouble> {
        let wishes = Wishes {
            which: Which::default(),
            rung: Rung::Close,
            means: means.clone(),
            allow_live: false,
        };
        let chosen = Chosen::Matching(filter);
        let drafter = Self::new(&wishes, way, chosen, connection, paths).await?;
        Ok(Self {
            is_sweep: true,
            ..drafter
        })
    }

    /// What was chosen for its plans.
    pub(super) fn choices(&self) -> &Choices {
        &self.choices
    }

    /// Lists, reads and drafts; gives what was seen along.
    pub(super) async fn draft(
        &self,
        connection: &Connection,
        paths: &Paths,
    ) -> Result<(Plan, Roster), Trouble> {
        let (roster, asked) = self.look(connection, paths).await?;
        if let Some(filter) = self.filter().filter(|_| asked.is_empty()) {
            choosing::say_none(&roster, filter, connection.clock.now());
        }
        let plan = self.draft_these(&asked, &roster, connection)?;
        Ok((plan, roster))
    }

    /// Lists and reads; gives what was asked for along, in the order of the list.
    pub(super) async fn look(
        &self,
        connection: &Connection,
        paths: &Paths,
    ) -> Result<(Roster, Vec<ConversationId>), Trouble> {
        let known = connection.roster(paths);
        let roster = match &self.chosen {
            Chosen::Named(ids) => {
                choosing::read(connection, ids.clone(), known, self.read_for).await?
            }
            Chosen::Matching(filter) => {
                choosing::collect(connection, filter, known, self.read_for).await?
            }
        };
        let filter = self.filter();
        choosing::say_unread(&roster, filter, connection);
        let now = connection.clock.now();
        let asked = match &self.chosen {
            Chosen::Named(ids) => ids.clone(),
            Chosen::Matching(filter) => choosing::matching(&roster, filter, now),
        };
        Ok((roster, asked))
    }

    /// Drafts a plan of these, as they were read.
    pub(super) fn draft_these(
        &self,
        asked: &[ConversationId],
        roster: &Roster,
        connection: &Connection,
    ) -> Result<Plan, Trouble> {
        self.with_terms(connection, None, |terms| {
            draft(asked, roster, &connection.scope, terms)
        })
    }

    /// Reads the planned conversations again and leaves out what changed: a phrase is accepted only for what was just seen.
    pub(super) async fn draft_again(
        &self,
        plan: &Plan,
        seen: Roster,
        connection: &Connection,
    ) -> Result<(Plan, Roster), Trouble> {
        let ids = plan.items.iter().map(|item| item.id).collect();
        let roster: Roster = choosing::read(connection, ids, seen, self.read_for).await?;
        let plan = self.with_terms(connection, Some(CONFIRMABLE), |terms| {
            redraft(plan, &roster, terms)
        })?;
        Ok((plan, roster))
    }

    fn filter(&self) -> Option<&Filter> {
        match &self.chosen {
            Chosen::Matching(filter) => Some(filter),
            Chosen::Named(_) => None,
        }
    }

    /// Does something under the terms of its plans.
    pub(super) fn with_terms<T, R: Into<anyhow::Error>>(
        &self,
        connection: &Connection,
        max_read_age: Option<SignedDuration>,
        make: impl FnOnce(&Terms<'_>) -> Result<T, R>,
    ) -> Result<T, Trouble> {
        let now = connection.clock.now();
        let filter = self.filter();
        let recent = connection.profile.limits.recent_reply;
        let still_matches = |row: &Row| {
            filter.is_none_or(|filter| filter.matches(row, now))
                && (!self.is_sweep || may_take(row, recent, now).is_ok())
        };
        let terms = Terms {
            choices: &self.choices,
            from_filter: filter.is_some(),
            max_batch: connection.profile.limits.max_batch,
            allow_teardown: connection.profile.allow_teardown,
            escalated: &self.escalated,
            now,
            max_read_age,
            still_matches: Some(&still_matches),
        };
        make(&terms).map_err(|refused| {
            Trouble::new(Exit::Refused, refused).hint("nothing was sent but reads")
        })
    }
}
