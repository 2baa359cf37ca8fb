//! `doctor`: what works, what does not, and the mend; one line each, for people and for support. It asks and looks, and changes nothing:
//! no request of it is one that could. Checks are independent: one that fails never hides the others.

mod asked;
mod configuration;
mod journal;
mod line;
mod machine;
mod permissions;
mod platform;
mod sign_in;
mod terminal;

use clap::Args;
use serde_json::json;

use super::choice::Choice;
use super::connect::Connection;
use super::exit::Exit;
use super::interrupted::unless_stopped;
use super::trouble::Trouble;
use super::{look, output, version};
use crate::domain::plan::Scope;
use crate::settings::{Paths, Settings};
use crate::tui;
use asked::Asked;
use line::{Group, Line};

/// `doctor`.
#[derive(Debug, Args)]
pub(super) struct Doctor {
    /// One JSON object, for support: ids are whole in it
    #[arg(long)]
    json: bool,
    /// Copy a word to see whether the clipboard takes it
    #[arg(long)]
    test_clipboard: bool,
}

impl Doctor {
    /// Looks at everything.
    pub(super) async fn run(self, choice: &Choice, paths: &Paths) -> Result<Exit, Trouble> {
        let settings = choice.settings(paths);
        // Looks and the log are the same for every profile, so they are known even where none was chosen.
        let general = match &settings {
            Ok(settings) => Some(settings.clone()),
            Err(_) => choice.settings_of_no_profile(paths).ok(),
        };
        let mut lines = configuration::lines(&settings, choice, paths).await;
        let machine = machine::lines(paths, general.as_ref()).await;
        let (about, scope) = match &settings {
            Ok(settings) if lines.iter().all(|line| line.exit.is_none()) => {
                organisation(settings, choice, paths).await?
            }
            _ => (nobody("not signed in: see above"), None),
        };
        lines.extend(about);
        lines.extend(journal::lines(paths, scope).await);
        lines.extend(machine);
        let manners = general.as_ref().map(|settings| look::manners(&settings.ui));
        let looks = general
            .as_ref()
            .map(|settings| look::chosen(choice, settings, paths));
        let glyphs = looks.as_ref().map(|chosen| chosen.look.glyphs);
        lines.extend(terminal::lines(looks, manners, !self.json, self.test_clipboard).await);
        let exit = Exit::first(lines.iter().filter_map(|line| line.exit));
        if self.json {
            output::json_line(&json!({
                "format": "unstick-doctor/1",
                "version": env!("CARGO_PKG_VERSION"),
                "commit": version::COMMIT,
                "system": std::env::consts::OS,
                "machine": std::env::consts::ARCH,
                "exit": exit.number(),
                "checks": lines,
            }))?;
        } else {
            output::data(&line::page(&lines, glyphs.unwrap_or_default()))?;
        }
        Ok(exit)
    }
}

/// Everything that the organisation is asked; and for whom the journal may be looked through. Only a signal is an error.
async fn organisation(
    settings: &Settings,
    choice: &Choice,
    paths: &Paths,
) -> Result<(Vec<Line>, Option<Scope>), Trouble> {
    if configuration::is_signed_out(settings, choice) {
        return Ok((nobody("signed out"), None));
    }
    let mut stops = tui::stops()?;
    let answered = async {
        let prepared = Connection::prepare(choice, settings, paths, asked::TIMEOUTS);
        let prepared = unless_stopped(&mut stops, prepared).await?;
        let looked = async |connection: &mut Connection| {
            let asked = async {
                // Where nobody may be asked to, what is asked next says that nobody has signed in.
                if !choice.no_input {
                    connection.sign_in(choice).await?;
                }
                Ok(asked::ask(connection).await)
            };
            let asked = unless_stopped(&mut stops, asked).await?;
            Ok((about(&asked, connection), scope(&asked, connection)))
        };
        prepared.during(looked).await
    };
    match answered.await {
        Ok((lines, scope)) => Ok((lines, Some(scope))),
        Err(trouble) if trouble.exit == Exit::Interrupted => Err(trouble),
        Err(trouble) => Ok((unprepared(&trouble), None)),
    }
}

fn about(asked: &Asked, connection: &Connection) -> Vec<Line> {
    let profile = &connection.profile;
    [
        sign_in::lines(asked, profile),
        permissions::lines(asked, profile.write),
        platform::lines(asked, profile),
    ]
    .concat()
}

/// Whose runs are meant: what the platform says, else what the profile does.
fn scope(asked: &Asked, connection: &Connection) -> Scope {
    let rest = asked.rest.as_ref();
    let org_id = rest.and_then(|rest| Some(rest.organisation.as_ref().ok()?.0.clone()));
    let client_id = rest.and_then(|rest| rest.token.as_ref().ok()?.client_id.clone());
    let mut scope = connection.scope.clone();
    scope.org_id = org_id.unwrap_or(scope.org_id);
    scope.client_id = client_id.unwrap_or(scope.client_id);
    scope
}

/// What is not known where there is nobody to ask; the permissions are the list of what will be needed.
fn nobody(why: &str) -> Vec<Line> {
    [
        vec![Line::unknown(Group::SignIn, "token", why)],
        sign_in::unasked(why),
        permissions::unasked(why),
    ]
    .concat()
}

/// The same where nobody could sign in, or not even a request could be made.
fn unprepared(trouble: &Trouble) -> Vec<Line> {
    let why = trouble.error.as_ref().map_or_else(String::new, |error| {
        let causes: Vec<String> = error.chain().map(ToString::to_string).collect();
        causes.join(": ")
    });
    let mut lines = nobody("not signed in");
    if let Some(token) = lines.first_mut() {
        let bad = Line::bad(Group::SignIn, "token", why, trouble.exit);
        *token = match &trouble.hint {
            Some(hint) => bad.mend(hint),
            None => bad,
        };
    }
    lines
}
