//! The questions of `login`, in a terminal and line by line. Without one, what is missing is an error that names its flag.

use std::fmt::Write as _;
use std::io::{self, BufRead as _, IsTerminal as _};

use crate::app::tone::wrap;
use crate::cli::choice::Choice;
use crate::cli::exit::Exit;
use crate::cli::output;
use crate::cli::trouble::Trouble;
use crate::settings::Grant;
use crate::settings::editing::Where;
use crate::settings::profile::{check_label, check_name};
use crate::settings::region::{Addresses, REGIONS};

/// Asks, where somebody can answer.
pub(super) struct Questions {
    pub(super) may_ask: bool,
}

impl Questions {
    pub(super) fn new(choice: &Choice) -> Self {
        let is_seen = io::stdin().is_terminal() && io::stderr().is_terminal();
        Self {
            may_ask: !choice.no_input && is_seen,
        }
    }

    /// Asks until the answer is one; `flag` is what says it without a question.
    pub(super) fn ask<T>(
        &self,
        question: &str,
        flag: &str,
        read: impl Fn(&str) -> Result<T, String>,
    ) -> Result<T, Trouble> {
        if !self.may_ask {
            return Err(
                Trouble::usage(format!("{flag} is missing, and nobody can be asked"))
                    .hint("nothing was sent and nothing was written; `unstick login --help` has all flags"),
            );
        }
        output::words(&wrapped(question));
        loop {
            match read(&line()?) {
                Ok(answer) => return Ok(answer),
                Err(why) => {
                    let stop = if why.ends_with(['?', '.']) { "" } else { "." };
                    output::words(&wrapped(&format!("{why}{stop} Again:")));
                }
            }
        }
    }

    pub(super) fn name(&self) -> Result<String, Trouble> {
        let question = "A name for the profile. It is typed to confirm what is done there, as in `acme-prod 14`:";
        self.ask(question, "the profile's NAME", |said| {
            check_name(said).map(|()| said.to_owned())
        })
    }

    /// A region of the list, or a domain.
    pub(super) fn place(&self) -> Result<Where, Trouble> {
        let mut question = "Where is the organisation?\n".to_owned();
        let half = REGIONS.len().div_ceil(2);
        for (row, (region, domain)) in REGIONS.iter().take(half).enumerate() {
            // Writing to a string cannot fail.
            let _ = write!(question, " {:>2} {region:<12} {domain:<22}", row + 1);
            if let Some((region, domain)) = REGIONS.get(row + half) {
                let _ = write!(question, " {:>2} {region:<14} {domain}", row + half + 1);
            }
            question.push('\n');
        }
        question.push_str("Its number or name, or another domain of Genesys Cloud:");
        self.ask(&question, "--region", place_of)
    }

    /// A domain that is on no list must be meant.
    pub(super) fn unlisted(&self, domain: &str) -> Result<(), Trouble> {
        let flag = format!(
            "`{domain}` is not one of the regions that this version knows: --unlisted-domain"
        );
        let question = format!(
            "warning: `{domain}` is not one of the {} regions that this version knows. The client's secret would be sent to \
             https://login.{domain}.\nType the domain again if it is meant, or Ctrl-C:",
            REGIONS.len()
        );
        self.ask(&question, &flag, |said| {
            let wrong = || format!("That is not `{domain}`");
            (said == domain).then_some(()).ok_or_else(wrong)
        })
    }

    pub(super) fn grant(&self) -> Result<Grant, Trouble> {
        let question = "How to sign in?\n  1  client-credentials  the program, with the client's secret\n  \
            2  code                you, in the browser\nIts number:";
        self.ask(question, "--grant", |said| match said {
            "1" => Ok(Grant::ClientCredentials),
            "2" => Ok(Grant::Code),
            _ => grant_of(said),
        })
    }

    pub(super) fn client_id(&self) -> Result<String, Trouble> {
        self.ask("The OAuth client's id:", "--client-id", client_id_of)
    }

    pub(super) fn label(&self) -> Result<String, Trouble> {
        let question = "A label: PROD, STAGE or TEST. Where it is PROD, every run needs a note:";
        self.ask(question, "--label", label_of)
    }

    /// What becomes of a profile that is there already. True: it is set up anew.
    pub(super) fn anew(&self, name: &str) -> Result<bool, Trouble> {
        let question = format!(
            "Profile `{name}` is there already.\nEnter signs in to it again and leaves its settings; `replace` sets it up anew, read-only:"
        );
        self.ask(&question, "--replace", |said| match said {
            "" => Ok(false),
            "replace" => Ok(true),
            _ => Err("Enter, or `replace`".to_owned()),
        })
    }

    /// That a profile is overwritten.
    pub(super) fn replacing(&self, name: &str) -> Result<(), Trouble> {
        let question = format!(
            "Profile `{name}` is there already, and would be replaced with all its settings. Type its name if that is meant, or Ctrl-C:"
        );
        let flag = format!("profile `{name}` is there already: --replace");
        self.ask(&question, &flag, |said| {
            let wrong = || format!("That is not `{name}`");
            (said == name).then_some(()).ok_or_else(wrong)
        })
    }
}

/// Folded at 80 columns, between words; a line that is laid out stays as it is.
fn wrapped(said: &str) -> String {
    let folded = |line: &str| {
        if line.starts_with(' ') {
            line.to_owned()
        } else {
            wrap(line, 80).join("\n")
        }
    };
    said.lines().map(folded).collect::<Vec<_>>().join("\n")
}

/// A line, without the spaces around it.
fn line() -> Result<String, Trouble> {
    let mut line = String::new();
    if io::stdin().lock().read_line(&mut line)? == 0 {
        return Err(
            Trouble::said(Exit::Interrupted, "the question was not answered")
                .hint("nothing was written"),
        );
    }
    Ok(line.trim().to_owned())
}

/// A number of the list, a region's name, or a domain.
fn place_of(said: &str) -> Result<Where, String> {
    let by_number = || REGIONS.get(said.parse::<usize>().ok()?.checked_sub(1)?);
    let by_word = |(region, domain): &&(&str, &str)| *region == said || *domain == said;
    if let Some((region, _)) = by_number().or_else(|| REGIONS.iter().find(by_word)) {
        return Ok(Where::Region((*region).to_owned()));
    }
    let is_a_domain = said.contains('.');
    let checked = if is_a_domain {
        Addresses::of_domain(said)
    } else {
        Addresses::of_region(said)
    };
    checked
        .map(|_| Where::Domain(said.to_owned()))
        .map_err(|error| error.to_string())
}

/// A grant by its word.
pub(super) fn grant_of(said: &str) -> Result<Grant, String> {
    let found = Grant::ALL.into_iter().find(|grant| grant.word() == said);
    found.ok_or_else(|| "there are `client-credentials` and `code`".to_owned())
}

/// A client's id as it stands in the vendor's page: a UUID there, but that is not for us to say.
pub(super) fn client_id_of(said: &str) -> Result<String, String> {
    let is_plain = |c: char| c.is_ascii_graphic() && c != ':';
    if said.is_empty() || said.len() > 100 || !said.chars().all(is_plain) {
        return Err(
            "a client's id is one word of letters and digits, like `a1b2c3d4-…`".to_owned(),
        );
    }
    Ok(said.to_owned())
}

pub(super) fn label_of(said: &str) -> Result<String, String> {
    check_label(said).map(str::to_owned)
}
