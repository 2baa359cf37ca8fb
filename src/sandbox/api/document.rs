//! The published description of the API: which operations there are, what they take, who may call them.
//!
//! It is the platform's own document, so the sandbox neither forgets an operation nor invents one.
//! Answers are not read here: tests hold them against the same document with another program's eyes.

use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// The text, as it is kept with the program; its provenance stands in its `info`.
const TEXT: &str = include_str!("../../../assets/platform/openapi.json");

/// The document, read once. A constant that is too large to be written as code.
pub(in crate::sandbox) static DOCUMENT: LazyLock<Document> =
    // A test reads the text whole; it cannot be another one later.
    LazyLock::new(|| serde_json::from_str(TEXT).unwrap_or_default());

/// Operations by path, then by method in lower case.
pub(in crate::sandbox) type Paths = BTreeMap<String, BTreeMap<String, Described>>;

/// What is read of the document.
#[derive(Debug, Default, Deserialize)]
pub(in crate::sandbox) struct Document {
    pub(in crate::sandbox) paths: Paths,
    pub(in crate::sandbox) definitions: BTreeMap<String, Schema>,
    /// The notification topics whose payloads are described.
    #[serde(rename = "x-notification-topics")]
    pub(in crate::sandbox) topics: Vec<Topic>,
}

/// One operation.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::sandbox) struct Described {
    pub(in crate::sandbox) operation_id: String,
    #[serde(default)]
    pub(in crate::sandbox) parameters: Vec<Parameter>,
    #[serde(rename = "x-inin-requires-permissions")]
    pub(in crate::sandbox) permissions: Option<Permissions>,
}

/// Who may call an operation.
#[derive(Debug, Deserialize)]
pub(in crate::sandbox) struct Permissions {
    /// `ALL`, or `ANY` where one is enough.
    #[serde(rename = "type")]
    pub(in crate::sandbox) kind: String,
    pub(in crate::sandbox) permissions: Vec<String>,
}

/// One parameter: of the path, the query, a header, or the body.
#[derive(Debug, Deserialize)]
pub(in crate::sandbox) struct Parameter {
    pub(in crate::sandbox) name: String,
    #[serde(rename = "in")]
    pub(in crate::sandbox) place: String,
    #[serde(default)]
    pub(in crate::sandbox) required: bool,
    /// The shape of a body.
    pub(in crate::sandbox) schema: Option<Schema>,
    /// The shape of everything else.
    #[serde(flatten)]
    pub(in crate::sandbox) own: Schema,
}

/// A shape, as far as requests are held against it.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::sandbox) struct Schema {
    #[serde(rename = "$ref")]
    pub(in crate::sandbox) reference: Option<String>,
    #[serde(rename = "type")]
    pub(in crate::sandbox) kind: Option<String>,
    pub(in crate::sandbox) format: Option<String>,
    #[serde(rename = "enum", default)]
    pub(in crate::sandbox) words: Vec<serde_json::Value>,
    pub(in crate::sandbox) items: Option<Box<Schema>>,
    #[serde(default)]
    pub(in crate::sandbox) properties: BTreeMap<String, Schema>,
    pub(in crate::sandbox) additional_properties: Option<Box<Schema>>,
    #[serde(default)]
    pub(in crate::sandbox) required: Vec<String>,
    pub(in crate::sandbox) minimum: Option<f64>,
    pub(in crate::sandbox) min_length: Option<usize>,
    pub(in crate::sandbox) max_length: Option<usize>,
}

/// A notification topic and the definition of its payload.
#[derive(Debug, Deserialize)]
pub(in crate::sandbox) struct Topic {
    /// With `{id}` where the id goes.
    pub(in crate::sandbox) topic: String,
    #[serde(rename = "class")]
    pub(in crate::sandbox) payload: String,
}

impl Document {
    /// The definition that a reference names.
    pub(in crate::sandbox) fn resolve<'a>(&'a self, schema: &'a Schema) -> &'a Schema {
        let name = schema
            .reference
            .as_deref()
            .and_then(|path| path.rsplit('/').next());
        name.and_then(|name| self.definitions.get(name))
            .unwrap_or(schema)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_is_read_whole() {
        let read: Document = serde_json::from_str(TEXT).unwrap();
        let operations: usize = read.paths.values().map(BTreeMap::len).sum();
        assert_eq!(
            (operations, read.definitions.len(), read.topics.len()),
            (77, 688, 29)
        );
    }
}
