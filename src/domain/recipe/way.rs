//! The way in which a plan ends its conversations: the ladder, or a recipe, which the plan then holds whole, so that what was confirmed is
//! what runs, today and after a resume.

use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{Recipe, STANDARD};

/// The ladder, or a recipe.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Way {
    /// The ladder.
    #[default]
    Standard,
    /// A recipe.
    Recipe(Arc<Recipe>),
}

impl Way {
    /// Its name.
    pub fn name(&self) -> &str {
        match self {
            Self::Standard => STANDARD,
            Self::Recipe(recipe) => &recipe.name,
        }
    }

    /// The recipe, where it is not the ladder.
    pub fn recipe(&self) -> Option<&Recipe> {
        match self {
            Self::Standard => None,
            Self::Recipe(recipe) => Some(recipe),
        }
    }
}

/// As a plan writes it: a word for the ladder, else the whole recipe.
#[derive(Deserialize)]
#[serde(untagged)]
enum Written {
    Word(String),
    Recipe(Box<Recipe>),
}

impl Serialize for Way {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Standard => serializer.serialize_str(STANDARD),
            Self::Recipe(recipe) => recipe.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for Way {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match Written::deserialize(deserializer)? {
            Written::Word(word) if word == STANDARD => Ok(Self::Standard),
            Written::Word(word) => Err(serde::de::Error::custom(format!(
                "the recipe `{word}` is not in the plan: only `{STANDARD}` is known by its name"
            ))),
            Written::Recipe(recipe) => Ok(Self::Recipe(Arc::from(recipe))),
        }
    }
}
