//! `rules test`: which of a file's rules catch which chats, which guards hold them, and what may be done with each. Nothing is sent but
//! reads, and none of that where the chats come from a file.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use clap::{Args, Subcommand};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::choice::Choice;
use super::choosing::{self, Filter};
use super::connect::Connection;
use super::exit::Exit;
use super::trouble::Trouble;
use super::{output, printed};
use crate::domain::conversation::Conversation;
use crate::domain::failure::Receipt;
use crate::domain::kind::Bulk;
use crate::domain::roster::{Listed, Reading, Roster, Row};
use crate::domain::rules::Rules;
use crate::engine::ports::Clock;
use crate::settings::{Check, Paths, Settings};

/// `rules`.
#[derive(Debug, Args)]
pub(super) struct RulesCommand {
    #[command(subcommand)]
    command: Test,
}

#[derive(Debug, Subcommand)]
enum Test {
    /// Which rules of a file catch which chats, which guards hold them, what may be done
    Test {
        /// A file of rules and guards, written as in the configuration; a whole configuration will do
        file: PathBuf,
        /// Chats as an earlier `rules test --json` printed them, at the time of their reads; without it, those that are open now
        #[arg(long, value_name = "FILE")]
        from: Option<PathBuf>,
        /// One JSON object a line, with everything the rules were asked about: names and attributes of customers, no text of messages
        #[arg(long)]
        json: bool,
        /// How long conversations are read; the rest stays unread
        #[arg(long, value_parser = choosing::span, default_value = "10s", value_name = "TIME")]
        read_for: Duration,
    },
}

/// What became of one chat. Printed, and read again.
#[derive(Debug, Serialize, Deserialize)]
struct Verdict {
    id: String,
    kind: String,
    severity: String,
    rules: Vec<Named>,
    guards: Vec<Named>,
    /// What may be done with it.
    may: String,
    /// When the read left that this rests on; nothing where it was not read.
    read_at: Option<Timestamp>,
    took_part: Option<bool>,
    started: Timestamp,
    chat: Option<Conversation>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Named {
    name: String,
    terminate: String,
    words: String,
}

/// The part of a line that is read again.
#[derive(Debug, Deserialize)]
struct Kept {
    read_at: Option<Timestamp>,
    took_part: Option<bool>,
    chat: Option<Conversation>,
}

impl RulesCommand {
    /// The chats come from a file, so that no organisation is needed.
    pub(super) fn is_offline(&self) -> bool {
        let Test::Test { from, .. } = &self.command;
        from.is_some()
    }

    /// Tests against chats from a file.
    pub(super) fn run_offline(self) -> Result<Exit, Trouble> {
        let Test::Test {
            file, from, json, ..
        } = self.command;
        let Some(from) = from else {
            return Ok(Exit::Internal);
        };
        let rules = rules_of(&file)?;
        let verdicts = chats(&from)?
            .into_iter()
            .map(|(row, read_at)| verdict(&row.under(Some(Arc::clone(&rules))), read_at))
            .collect::<Vec<_>>();
        print(&verdicts, json)
    }

    /// Tests against the chats of an organisation.
    pub(super) async fn run(
        self,
        choice: &Choice,
        settings: &Settings,
        paths: &Paths,
    ) -> Result<Exit, Trouble> {
        let Test::Test {
            file,
            json,
            read_for,
            ..
        } = self.command;
        let rules = rules_of(&file)?;
        let tested = async |connection: &mut Connection| {
            connection.rules = Some(rules);
            let filter = Filter::parse(None)?;
            let known = Roster::default();
            let roster = choosing::collect(connection, &filter, known, read_for).await?;
            choosing::say_unread(&roster, None, connection);
            let now = connection.clock.now();
            let verdicts = choosing::matching(&roster, &filter, now)
                .into_iter()
                .filter_map(|id| roster.row(id))
                .map(|row| verdict(&row, now))
                .collect::<Vec<_>>();
            print(&verdicts, json)
        };
        Connection::with(choice, settings, paths, tested).await
    }
}

/// The rules and guards of a file, if nothing is wrong with it.
fn rules_of(file: &Path) -> Result<Arc<Rules>, Trouble> {
    let text = text_of(file)?;
    let check = Check::read(&text, file);
    let problems = check.problems();
    match check.rules() {
        Some(rules) if problems.is_empty() && rules.is_empty() => Err(Trouble::usage(format!(
            "{} holds neither rules nor guards",
            file.display()
        ))
        .hint("write one: unstick config example shows how")),
        Some(rules) if problems.is_empty() => Ok(Arc::new(rules.clone())),
        _ => {
            let lines: Vec<String> = problems
                .iter()
                .map(|problem| problem.error.to_string())
                .collect();
            Err(Trouble::usage(lines.join("\n  ")).hint("nothing was sent; mend the file"))
        }
    }
}

fn text_of(file: &Path) -> Result<String, Trouble> {
    std::fs::read_to_string(file).map_err(|error| {
        let what = format!("{} cannot be read", file.display());
        Trouble::new(Exit::Usage, anyhow::Error::new(error).context(what))
    })
}

/// The chats of a file of verdicts, each with the time at which it was read.
fn chats(file: &Path) -> Result<Vec<(Row, Timestamp)>, Trouble> {
    let text = text_of(file)?;
    let mut rows = Vec::new();
    for (number, line) in text.lines().enumerate() {
        if line.trim().is_empty() {
            continue;
        }
        let kept: Kept = serde_json::from_str(line).map_err(|error| {
            let what = format!("{}:{}: not a chat", file.display(), number + 1);
            Trouble::new(Exit::Usage, anyhow::Error::new(error).context(what))
                .hint("a file of chats is what `unstick rules test FILE --json` prints")
        })?;
        // What was not read has no facts that a rule could be tested on later.
        let (Some(read_at), Some(conversation)) = (kept.read_at, kept.chat) else {
            continue;
        };
        let listed = Listed {
            took_part: kept.took_part,
            ..Listed::new(conversation.id, conversation.started)
        };
        let row = Row {
            reading: Some(Arc::new(Reading {
                conversation,
                read_at,
                arrived: read_at,
                receipt: Receipt::default(),
            })),
            ..Row::new(listed)
        };
        rows.push((row, read_at));
    }
    Ok(rows)
}

fn verdict(row: &Row, now: Timestamp) -> Verdict {
    let kind = row.kind(now);
    let may = row.forbidden(now).unwrap_or_else(|| {
        let may = match kind.bulk() {
            Bulk::Yes => "may be ended, alone or with others",
            Bulk::OneByOne => "may be ended one at a time",
            Bulk::Live => "healthy: only alone, with --allow-live",
            Bulk::Never => "is left alone",
        };
        let warned = !row.warnings(now).is_empty() && kind.bulk() != Bulk::Never;
        format!("{may}{}", if warned { ", counted aloud" } else { "" })
    });
    let rules = row.caught(now).into_iter().map(|rule| Named {
        name: rule.name.clone(),
        terminate: rule.power.word().to_owned(),
        words: rule.words(row, now),
    });
    let guards = row.guarded(now).into_iter().map(|held| Named {
        name: held.guard.name.clone(),
        terminate: held.guard.power.word().to_owned(),
        words: held.guard.words(row, now),
    });
    Verdict {
        id: row.listed.id.to_string(),
        kind: kind.word().to_owned(),
        severity: row.severity_of(kind, now).word().to_owned(),
        rules: rules.collect(),
        guards: guards.collect(),
        may,
        read_at: row.reading.as_ref().map(|reading| reading.read_at),
        took_part: row.listed.took_part,
        started: row.listed.started,
        chat: row
            .reading
            .as_ref()
            .map(|reading| reading.conversation.clone()),
    }
}

fn print(verdicts: &[Verdict], as_json: bool) -> Result<Exit, Trouble> {
    if as_json {
        for verdict in verdicts {
            output::json_line(verdict)?;
        }
        return Ok(Exit::Done);
    }
    let names = |named: &[Named]| {
        let names: Vec<&str> = named.iter().map(|one| one.name.as_str()).collect();
        if names.is_empty() {
            "-".to_owned()
        } else {
            names.join(" ")
        }
    };
    let lines: Vec<[String; 6]> = verdicts
        .iter()
        .map(|verdict| {
            [
                verdict.severity.clone(),
                verdict.kind.clone(),
                names(&verdict.rules),
                names(&verdict.guards),
                verdict.may.clone(),
                verdict.id.clone(),
            ]
        })
        .collect();
    let heads = ["SEV", "KIND", "RULES", "GUARDS", "MAY", "ID"];
    output::data(&printed::table(heads, &lines))?;
    let mut words = String::new();
    let caught = verdicts.iter().filter(|one| !one.rules.is_empty()).count();
    let held = verdicts.iter().filter(|one| !one.guards.is_empty()).count();
    // Writing to a string cannot fail.
    let _ = write!(
        words,
        "{caught} caught and {held} held of {}",
        verdicts.len()
    );
    output::words(&words);
    Ok(Exit::Done)
}
