//! The way in which a plan ends its conversations: the ladder, or a recipe, which the plan then holds whole, so that what was confirmed is
//! what runs, today and after a resume.

use std::fmt;
use std::sync::Arc;

use serde::de::value::MapAccessDeserializer;
use serde::de::{self, MapAccess, Visitor};
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
    /// The way of this recipe: of the one that describes it, the ladder itself.
    pub fn of(recipe: &Arc<Recipe>) -> Self {
        if recipe.name == STANDARD {
            Self::Standard
        } else {
            Self::Recipe(Arc::clone(recipe))
        }
    }

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

/// A word for the ladder, else the whole recipe.
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
        deserializer.deserialize_any(AsWritten)
    }
}

/// What a plan says of its way. What is wrong with a recipe is said, not only that it is none.
struct AsWritten;

impl<'de> Visitor<'de> for AsWritten {
    type Value = Way;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "`{STANDARD}` or a recipe")
    }

    fn visit_str<E: de::Error>(self, word: &str) -> Result<Way, E> {
        if word == STANDARD {
            return Ok(Way::Standard);
        }
        let said: String = word.chars().take(60).collect();
        Err(E::custom(format!(
            "the recipe `{said}` is not in the plan: only `{STANDARD}` is known by its name"
        )))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Way, A::Error> {
        let recipe = Recipe::deserialize(MapAccessDeserializer::new(map))?;
        Ok(Way::Recipe(Arc::new(recipe)))
    }
}
