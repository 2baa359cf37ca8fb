//! Recipes as files: those that come with the program, and the operator's own in the configuration's folder `recipes`. A file is taken whole
//! or refused with everything that is wrong with it, each with its line.

mod entry;
mod sense;

use std::path::{Path, PathBuf};

use serde::Deserialize as _;
use toml::de::{DeTable, Deserializer};

use super::error::SettingsError;
use super::file::mend;
use super::places::Places;
use crate::domain::recipe::Recipe;
use entry::RecipeFile;

/// A file of `assets/recipes/`.
macro_rules! shipped {
    ($name:literal) => {
        (
            $name,
            include_str!(concat!("../../assets/recipes/", $name, ".toml")),
        )
    };
}

/// The longest file that is read, in bytes.
const MOST_BYTES: u64 = 64 * 1024;

/// Those that come with the program, by the names of their files, in the order in which they are listed.
const SHIPPED: [(&str, &str); 14] = [
    shipped!("standard"),
    shipped!("1-post-close"),
    shipped!("1-put-closed"),
    shipped!("2-post-empty"),
    shipped!("3-messaging-close"),
    shipped!("3-patch-status"),
    shipped!("3-routing-status"),
    shipped!("4-end-participant"),
    shipped!("4-patch-200"),
    shipped!("5-disposition"),
    shipped!("5-participant-then-wrapper"),
    shipped!("5-patch-participant"),
    shipped!("5-patch-wrapper"),
    shipped!("5-socket-event"),
];

/// A recipe's file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// Where it is; `NAME.toml` alone for one that came with the program.
    pub file: PathBuf,
    /// It came with the program.
    pub is_shipped: bool,
    /// The recipe, or what is wrong with it.
    pub read: Result<Recipe, Vec<SettingsError>>,
}

impl Source {
    /// The name by which it is asked for: its file's.
    pub fn name(&self) -> String {
        self.file
            .file_stem()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned()
    }
}

/// Those that come with the program.
pub fn shipped() -> Vec<Source> {
    SHIPPED
        .iter()
        .map(|(name, text)| {
            let file = PathBuf::from(name).with_extension("toml");
            let read = read(text, &file);
            Source {
                file,
                is_shipped: true,
                read,
            }
        })
        .collect()
}

/// All there are: those that come with the program, then the operator's own by their names. None of one's own takes a shipped one's name.
pub fn all(folder: &Path) -> Vec<Source> {
    let mut sources = shipped();
    let mut own: Vec<PathBuf> = std::fs::read_dir(folder)
        .map(|entries| {
            entries
                .filter_map(|entry| Some(entry.ok()?.path()))
                .filter(|file| file.extension().is_some_and(|form| form == "toml"))
                .collect()
        })
        .unwrap_or_default();
    own.sort();
    for file in own {
        let mut source = Source {
            read: from_file(&file),
            file,
            is_shipped: false,
        };
        let name = source.name();
        if sources.iter().any(|other| other.name() == name) {
            source.read = Err(vec![SettingsError::Wrong {
                file: source.file.clone(),
                line: 1,
                column: 1,
                what: format!(
                    "a recipe named `{name}` comes with the program: give the file another name"
                ),
            }]);
        }
        sources.push(source);
    }
    sources
}

/// Reads a file.
pub fn from_file(file: &Path) -> Result<Recipe, Vec<SettingsError>> {
    let unreadable = |why: String| {
        vec![SettingsError::Unreadable {
            file: file.to_owned(),
            why,
        }]
    };
    let size = std::fs::metadata(file).map_err(|error| unreadable(error.to_string()))?;
    if !size.is_file() {
        return Err(unreadable("it is no file".to_owned()));
    }
    if size.len() > MOST_BYTES {
        return Err(unreadable(format!("it is longer than {MOST_BYTES} bytes")));
    }
    let text = std::fs::read_to_string(file).map_err(|error| unreadable(error.to_string()))?;
    read(&text, file)
}

/// Reads a text; the file is for its name and for what is said of mistakes.
pub fn read(text: &str, file: &Path) -> Result<Recipe, Vec<SettingsError>> {
    let at = |byte: usize, what: String| SettingsError::at(file, text, byte, what);
    let (table, errors) = DeTable::parse_recoverable(text);
    if !errors.is_empty() {
        return Err(errors
            .into_iter()
            .map(|error| {
                at(
                    error.span().map_or(0, |span| span.start),
                    mend(error.message()),
                )
            })
            .collect());
    }
    let places = Places::of(table.get_ref());
    let says = RecipeFile::deserialize(Deserializer::from(table)).map_err(|error| {
        vec![at(
            error.span().map_or(0, |span| span.start),
            mend(error.message()),
        )]
    })?;
    let name = file.file_stem().unwrap_or_default().to_string_lossy();
    sense::understood(says, &name).map_err(|wrong| {
        let mut errors: Vec<SettingsError> = wrong
            .into_iter()
            .map(|wrong| at(places.within(text, &wrong.way, wrong.offset), wrong.what))
            .collect();
        errors.sort_by_key(SettingsError::place);
        errors
    })
}

#[cfg(test)]
mod tests;
