//! The published description, read as strictly as it can be: a member that it does not list is an error.

use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, LazyLock, Mutex};

/// The document as it came, not as the sandbox reads it.
pub(crate) static DOCUMENT: LazyLock<Value> = LazyLock::new(|| {
    let text = include_str!("../../../assets/platform/openapi.json");
    serde_json::from_str(text).unwrap()
});

/// Every operation by its id.
pub(crate) static OPERATIONS: LazyLock<BTreeMap<String, Operation>> = LazyLock::new(|| {
    let paths = DOCUMENT["paths"].as_object().unwrap();
    let all = paths.iter().flat_map(|(path, methods)| {
        let methods = methods.as_object().unwrap().iter();
        methods.map(move |(method, described)| Operation {
            method: method.to_uppercase(),
            path: path.clone(),
            described,
        })
    });
    all.map(|one| (one.id().to_owned(), one)).collect()
});

/// The definitions, closed: no object has a member that is not listed.
static CLOSED: LazyLock<Map<String, Value>> = LazyLock::new(|| {
    let all = DOCUMENT["definitions"].as_object().unwrap();
    all.iter()
        .map(|(name, schema)| (name.clone(), closed(schema)))
        .collect()
});

/// Validators that were built, by their schema.
static BUILT: LazyLock<Mutex<HashMap<String, Arc<jsonschema::Validator>>>> =
    LazyLock::new(Mutex::default);

/// One operation.
pub(crate) struct Operation {
    /// Upper case.
    pub(crate) method: String,
    /// With its parameters in braces.
    pub(crate) path: String,
    described: &'static Value,
}

impl Operation {
    pub(crate) fn id(&self) -> &'static str {
        self.described["operationId"].as_str().unwrap()
    }

    /// The parameters of a place: `path`, `query` or `body`.
    pub(crate) fn parameters(&self, place: &'static str) -> impl Iterator<Item = &'static Value> {
        let all = self.described["parameters"].as_array();
        let all = all.into_iter().flatten();
        all.filter(move |one| one["in"] == place)
    }

    /// The shape of the body, where it takes one.
    pub(crate) fn body(&self) -> Option<&'static Value> {
        self.parameters("body").next().map(|one| &one["schema"])
    }

    /// The permissions of which some are needed.
    pub(crate) fn permissions(&self) -> Vec<&'static str> {
        let all = self.described["x-inin-requires-permissions"]["permissions"].as_array();
        let all = all.into_iter().flatten();
        all.filter_map(Value::as_str).collect()
    }

    /// Whether the document lists a status for it.
    pub(crate) fn lists(&self, status: u16) -> bool {
        self.described["responses"]
            .get(status.to_string())
            .is_some()
    }

    /// The statuses of success.
    pub(crate) fn successes(&self) -> BTreeSet<u16> {
        let all = self.described["responses"].as_object().unwrap().keys();
        let all = all.filter_map(|status| status.parse().ok());
        all.filter(|status| *status < 400).collect()
    }

    /// What is wrong with the body of an answer, if anything.
    pub(crate) fn complaint(&self, status: u16, body: &[u8]) -> Option<String> {
        let response = &self.described["responses"][status.to_string()];
        let error = json!({ "$ref": "#/definitions/ErrorBody" });
        let schema = match response.get("schema") {
            // Refusals that the document does not list have the body of all others.
            None if status >= 400 => Some(&error),
            other => other,
        };
        match schema {
            Some(_) if self.method == "HEAD" => {
                (!body.is_empty()).then(|| "a HEAD answer has a body".to_owned())
            }
            None => (!body.is_empty()).then(|| {
                let body = String::from_utf8_lossy(body);
                format!("no body is published, and this came: {body}")
            }),
            Some(schema) => match serde_json::from_slice(body) {
                Err(cause) => Some(format!("the body is no JSON: {cause}")),
                Ok(body) => misfit(schema, &body),
            },
        }
    }
}

/// Where a value does not fit a schema of the document, if anywhere.
pub(crate) fn misfit(schema: &Value, value: &Value) -> Option<String> {
    complaints(&validator(schema, Reading::Closed), value)
}

/// The same for what is sent to the platform, which ignores members that it does not know.
pub(crate) fn misfit_of_known(schema: &Value, value: &Value) -> Option<String> {
    complaints(&validator(schema, Reading::Open), value)
}

fn complaints(validator: &jsonschema::Validator, value: &Value) -> Option<String> {
    let all = validator.iter_errors(value);
    let all: Vec<String> = all
        .map(|one| format!("at `{}`: {one}", one.instance_path()))
        .collect();
    (!all.is_empty()).then(|| all.join("\n  "))
}

/// A schema with its references followed once.
pub(crate) fn resolved(schema: &'static Value) -> &'static Value {
    match schema["$ref"].as_str() {
        None => schema,
        Some(path) => &DOCUMENT["definitions"][path.rsplit('/').next().unwrap()],
    }
}

/// Whether members that are not listed are errors.
#[derive(Clone, Copy, Debug)]
enum Reading {
    Closed,
    Open,
}

impl Reading {
    fn of(self, schema: &Value) -> Value {
        match self {
            Self::Closed => closed(schema),
            Self::Open => schema.clone(),
        }
    }

    fn definition(self, name: &str) -> &'static Value {
        match self {
            Self::Closed => &CLOSED[name],
            Self::Open => &DOCUMENT["definitions"][name],
        }
    }
}

fn validator(schema: &Value, reading: Reading) -> Arc<jsonschema::Validator> {
    let key = format!("{reading:?} {schema}");
    let mut built = BUILT.lock().unwrap();
    let entry = built.entry(key);
    let made = entry.or_insert_with(|| {
        let mut whole = reading.of(schema);
        let needed = reached(&whole, reading);
        let definitions = needed.into_iter().map(|name| {
            let definition = reading.definition(&name).clone();
            (name, definition)
        });
        whole["definitions"] = Value::Object(definitions.collect());
        let options = jsonschema::draft4::options().should_validate_formats(true);
        Arc::new(options.build(&whole).unwrap())
    });
    Arc::clone(made)
}

/// The names of all definitions that a schema needs.
fn reached(schema: &Value, reading: Reading) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut open = named(schema);
    while let Some(name) = open.pop() {
        if found.insert(name.clone()) {
            open.extend(named(reading.definition(&name)));
        }
    }
    found
}

fn named(schema: &Value) -> Vec<String> {
    match schema {
        Value::Object(members) => {
            let own = members.get("$ref").and_then(Value::as_str);
            let own = own.and_then(|path| path.strip_prefix("#/definitions/"));
            let own = own.map(str::to_owned).into_iter();
            own.chain(members.values().flat_map(named)).collect()
        }
        Value::Array(items) => items.iter().flat_map(named).collect(),
        _ => Vec::new(),
    }
}

/// A schema whose objects have the listed members only. A member may be called `properties` itself.
/// An object of which nothing is listed is anything: so the rebuilt document writes what the SDKs leave
/// untyped, such as the members of a JSON schema.
fn closed(schema: &Value) -> Value {
    if *schema == json!({ "type": "object" }) {
        return json!({});
    }
    let mut schema = schema.clone();
    let Some(members) = schema.as_object_mut() else {
        return schema;
    };
    for key in ["items", "additionalProperties"] {
        if let Some(inner) = members.get_mut(key) {
            *inner = closed(inner);
        }
    }
    if let Some(properties) = members.get_mut("properties").and_then(Value::as_object_mut) {
        for property in properties.values_mut() {
            *property = closed(property);
        }
        members
            .entry("additionalProperties")
            .or_insert(Value::Bool(false));
    }
    schema
}
