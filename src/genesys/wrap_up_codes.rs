//! Wrap-up codes by name, so that a profile may say `Closed by operations` where the platform wants an id.

use super::client::Client;
use super::send::Question;
use super::{parse, wire};
use crate::domain::failure::{Failure, FailureKind};
use crate::domain::names::{Named, is_askable};
use crate::domain::text::Text;
use crate::engine::ports::{Lane, NamesPage, Pass};

/// The most pages that are searched for a name: 2,000 codes.
const MOST_PAGES: u32 = 20;

/// A wrap-up code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrapUpCode {
    /// Its id, which requests name.
    pub id: String,
    /// Its name, which people know.
    pub name: Text,
}

/// A page of wrap-up codes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrapUpCodes {
    /// The codes of this page.
    pub codes: Vec<WrapUpCode>,
    /// How many pages there are.
    pub pages: u32,
}

/// Why a wrap-up code is not known.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WrapUpUnresolved {
    /// No code has this name.
    #[error("no wrap-up code is named `{0}`. Give its exact name or its id")]
    Nobody(String),
    /// More than one code has it.
    #[error("{count} wrap-up codes are named `{name}`. Give the id of the one that is meant")]
    Several {
        /// The name.
        name: String,
        /// How many have it.
        count: usize,
    },
    /// The codes could not be read.
    #[error("the wrap-up codes could not be read: {}", .0.words())]
    Failed(Failure),
}

impl Client {
    /// One page of a hundred wrap-up codes, from 1.
    pub async fn wrap_up_codes(&self, page: u32, pass: Pass) -> Result<WrapUpCodes, Failure> {
        let path = "/api/v2/routing/wrapupcodes".to_owned();
        self.codes_at(path, page, pass).await
    }

    /// The same, or of the codes that a queue offers, as names. Nothing is asked about what cannot be the id of a queue.
    pub(super) async fn named_codes(
        &self,
        queue: Option<Text>,
        page: u32,
        pass: Pass,
    ) -> Result<NamesPage, Failure> {
        let said = match queue {
            None => self.wrap_up_codes(page, pass).await?,
            Some(queue) if is_askable(&queue) => {
                let path = format!("/api/v2/routing/queues/{queue}/wrapupcodes");
                self.codes_at(path, page, pass).await?
            }
            Some(_) => {
                let why = "this is no id of a queue";
                return Err(Failure::local(FailureKind::NotSent, why));
            }
        };
        let named = said.codes.into_iter().map(|code| Named {
            id: Text::clean(&code.id),
            name: code.name,
            on_disconnect: None,
        });
        Ok(NamesPage {
            named: named.collect(),
            next: (page < said.pages).then(|| (page + 1).to_string()),
        })
    }

    async fn codes_at(&self, path: String, page: u32, pass: Pass) -> Result<WrapUpCodes, Failure> {
        let query = vec![
            ("pageSize", "100".to_owned()),
            ("pageNumber", page.to_string()),
        ];
        let question = Question::Get(path, query);
        let answer = self.funnel.ask(&question, pass).await?;
        let said: wire::Entities<wire::Named> = answer.content()?;
        let codes = said.entities.into_iter().flatten().filter_map(|code| {
            Some(WrapUpCode {
                id: parse::text(code.id)?.into(),
                name: parse::text(code.name)?,
            })
        });
        Ok(WrapUpCodes {
            codes: codes.collect(),
            pages: said.page_count.unwrap_or(1),
        })
    }

    /// The id of a code that was given by its id or by its name. A name must be exact and unique; an id is taken as it is.
    pub async fn wrap_up_code(&self, said: &str) -> Result<String, WrapUpUnresolved> {
        if uuid::Uuid::try_parse(said).is_ok() {
            return Ok(said.to_owned());
        }
        let mut found = Vec::new();
        let mut page = 1;
        loop {
            let pass = self.funnel.limiter().acquire(Lane::Read, 1).await;
            let here = self
                .wrap_up_codes(page, pass)
                .await
                .map_err(WrapUpUnresolved::Failed)?;
            let fits = |code: &WrapUpCode| code.name.as_str() == said;
            found.extend(here.codes.into_iter().filter(fits));
            if page >= here.pages.min(MOST_PAGES) {
                break;
            }
            page += 1;
        }
        let count = found.len();
        match (count, found.pop()) {
            (1, Some(code)) => Ok(code.id),
            (0, _) | (_, None) => Err(WrapUpUnresolved::Nobody(said.to_owned())),
            _ => Err(WrapUpUnresolved::Several {
                name: said.to_owned(),
                count,
            }),
        }
    }
}
