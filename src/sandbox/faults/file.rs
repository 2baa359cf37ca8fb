//! Orders as a file, and on which line of it what stands.

use super::check::{Problem, first_problem};
use super::orders::FaultOrders;
use crate::sandbox::scenario::{ScenarioError, line_of, located, read};
use std::path::Path;
use std::sync::Arc;
use toml::de::{DeTable, DeValue};

/// Where orders were written.
#[derive(Clone, Debug)]
pub(in crate::sandbox) struct Origin {
    file: String,
    text: String,
}

impl FaultOrders {
    /// The orders in a TOML file.
    ///
    /// # Errors
    /// With the file, the line and the field, and the word that was probably meant.
    pub fn from_file(path: &Path) -> Result<Self, ScenarioError> {
        let (text, file) = read(path)?;
        Self::parse(&text, &file)
    }

    /// The orders in a text; `file_name` is for the words of errors.
    ///
    /// # Errors
    /// As above.
    pub fn parse(text: &str, file_name: &str) -> Result<Self, ScenarioError> {
        let mut orders: Self =
            toml::from_str(text).map_err(|cause| located(&cause, text, file_name))?;
        if let Some(problem) = first_problem(&orders) {
            return Err(invalid(problem, text, file_name));
        }
        orders.origin = Some(Arc::new(Origin {
            file: file_name.to_owned(),
            text: text.to_owned(),
        }));
        Ok(orders)
    }

    /// Where a word stands that means nothing, as the start of a complaint.
    pub(in crate::sandbox) fn place_of(&self, word: &str, field: &str) -> String {
        let Some(origin) = &self.origin else {
            return format!("{field}: ");
        };
        let at = origin.text.find(&format!("\"{word}\"")).unwrap_or(0);
        format!("{}:{}: {field}: ", origin.file, line_of(&origin.text, at))
    }
}

/// Refuses orders of a scenario that contradict themselves.
pub(in crate::sandbox) fn check_tables(
    orders: &FaultOrders,
    text: &str,
    file: &str,
) -> Result<(), ScenarioError> {
    first_problem(orders).map_or(Ok(()), |problem| Err(invalid(problem, text, file)))
}

fn invalid(problem: Problem, text: &str, file: &str) -> ScenarioError {
    ScenarioError::Invalid {
        file: file.to_owned(),
        line: place(&problem, text).map_or(1, |at| line_of(text, at)),
        field: problem.field.to_owned(),
        problem: problem.words,
    }
}

/// Where the field of a problem stands, or else its table.
fn place(problem: &Problem, text: &str) -> Option<usize> {
    let whole = DeTable::parse(text).ok()?;
    let root = whole.get_ref();
    if problem.table.is_empty() {
        return key(root, problem.field);
    }
    let (_, tables) = root
        .iter()
        .find(|(name, _)| name.get_ref().trim_end_matches('s') == problem.table)?;
    let DeValue::Array(tables) = tables.get_ref() else {
        return None;
    };
    let table = tables.get(problem.index)?;
    let DeValue::Table(fields) = table.get_ref() else {
        return None;
    };
    Some(key(fields, problem.field).unwrap_or(table.span().start))
}

fn key(table: &DeTable<'_>, field: &str) -> Option<usize> {
    let mut keys = table.keys();
    keys.find(|name| name.get_ref() == field)
        .map(|name| name.span().start)
}
