//! Which users fit a search: criteria over fields, in groups, each joined to the others by its operator.

use super::user::{self, Glass};
use crate::sandbox::api::listing::is_like;
use crate::sandbox::exchange::Answer;
use crate::sandbox::refusal::Refusal;
use crate::sandbox::service::Service;
use crate::sandbox::world::directory::{Directory, User};
use regex::RegexBuilder;
use serde_json::{Value, json};

const PAGE_SIZE: u64 = 25;
const PAGE_SIZE_MAX: u64 = 100;
/// The most memory that the pattern of one criterion may need, in bytes.
const PATTERN_MAX: usize = 64 * 1024;
/// The fields that a search can look at. The document lists none.
const FIELDS: [&str; 10] = [
    "id",
    "name",
    "email",
    "username",
    "title",
    "department",
    "state",
    "division.id",
    "division.name",
    "skills",
];

/// `POST /users/search`: of all users, whatever their state, unless the state is a criterion.
pub(super) fn answer(service: &Service, body: &Value) -> Result<Answer, Refusal> {
    let size = number(body, "pageSize", PAGE_SIZE)?;
    let number = number(body, "pageNumber", 1)?;
    if size > PAGE_SIZE_MAX {
        return Err(Refusal::bad_request(
            "The page size may not be more than 100.",
        ));
    }
    let directory = &service.world.directory;
    let mut found = Vec::new();
    for user in directory.users() {
        if all(list(body, "query"), user, directory)? {
            found.push(user);
        }
    }
    in_order(body, &mut found, directory)?;
    let expand: Vec<String> = texts(body, "expand");
    let glass = Glass::new(service, &expand);
    let before = usize::try_from((number - 1).saturating_mul(size)).unwrap_or(usize::MAX);
    let size_here = usize::try_from(size).unwrap_or(usize::MAX);
    let shown = found.iter().skip(before).take(size_here);
    let results: Vec<Value> = shown.map(|user| glass.user(user)).collect();
    Ok(Answer::ok(json!({
        "total": found.len(),
        "pageCount": found.len().div_ceil(size_here),
        "pageSize": size,
        "pageNumber": number,
        "types": ["users"],
        "results": results,
    })))
}

fn number(body: &Value, name: &str, usual: u64) -> Result<u64, Refusal> {
    match body.get(name) {
        None | Some(Value::Null) => Ok(usual),
        Some(sent) => sent.as_u64().filter(|number| *number > 0).ok_or_else(|| {
            Refusal::bad_request(format!("{name} must be a whole number of at least 1."))
        }),
    }
}

fn list<'a>(body: &'a Value, name: &str) -> &'a [Value] {
    body.get(name)
        .and_then(Value::as_array)
        .map_or(&[], Vec::as_slice)
}

fn texts(body: &Value, name: &str) -> Vec<String> {
    let all = list(body, name).iter().filter_map(Value::as_str);
    all.map(str::to_owned).collect()
}

fn text<'a>(body: &'a Value, name: &str) -> Option<&'a str> {
    body.get(name).and_then(Value::as_str)
}

/// Whether a user fits criteria that stand side by side. Each says by its operator how it joins those
/// before it; `AND` is usual.
fn all(criteria: &[Value], user: &User, directory: &Directory) -> Result<bool, Refusal> {
    let mut fits = true;
    for (place, criterion) in criteria.iter().enumerate() {
        let one = fits_one(criterion, user, directory)?;
        fits = match text(criterion, "operator") {
            Some("OR") if place > 0 => fits || one,
            Some("NOT") => fits && !one,
            _ => fits && one,
        };
    }
    Ok(fits)
}

fn fits_one(criterion: &Value, user: &User, directory: &Directory) -> Result<bool, Refusal> {
    let group = list(criterion, "group");
    if !group.is_empty() {
        return all(group, user, directory);
    }
    let kind = text(criterion, "type").unwrap_or("");
    if kind == "MATCH_ALL" {
        return Ok(true);
    }
    let mut fields = texts(criterion, "fields");
    if let Some(unknown) = fields.iter().find(|name| !FIELDS.contains(&name.as_str())) {
        return Err(Refusal::invalid_value(unknown, "fields", &FIELDS));
    }
    if fields.is_empty() && kind == "QUERY_STRING" {
        fields = ["name", "email", "title", "department"]
            .map(str::to_owned)
            .to_vec();
    }
    let held: Vec<Vec<String>> = fields
        .iter()
        .map(|name| values(name, user, directory))
        .collect();
    if kind == "REQUIRED_FIELDS" {
        return Ok(held.iter().all(|values| !values.is_empty()));
    }
    let test = Test::new(kind, criterion)?;
    let mut held = held.iter().flatten();
    Ok(held.any(|value| test.holds(value)))
}

/// What a criterion asks of one value. Capitals mean nothing.
enum Test {
    Any(fn(&str, &str) -> bool, Vec<String>),
    Between(Option<String>, Option<String>),
    Pattern(regex::Regex),
}

impl Test {
    fn new(kind: &str, criterion: &Value) -> Result<Self, Refusal> {
        let mut wanted = texts(criterion, "values");
        wanted.extend(text(criterion, "value").map(str::to_owned));
        let wanted: Vec<String> = wanted.iter().map(|one| one.to_lowercase()).collect();
        let bound = |name| text(criterion, name).map(str::to_lowercase);
        let needs_value = !matches!(kind, "RANGE");
        if needs_value && wanted.is_empty() {
            let problem = format!("A criterion of type {kind} needs a value or values.");
            return Err(Refusal::bad_request(problem));
        }
        let first = wanted.first().cloned();
        Ok(match kind {
            "EXACT" => Self::Any(|own, wanted| own == wanted, wanted),
            "STARTS_WITH" => Self::Any(|own, wanted| own.starts_with(wanted), wanted),
            "CONTAINS" => Self::Any(|own, wanted| own.contains(wanted), wanted),
            "TERM" | "TERMS" => Self::Any(has_term, wanted),
            "QUERY_STRING" => Self::Any(has_every_term, wanted),
            "RANGE" => Self::Between(bound("startValue"), bound("endValue")),
            "GREATER_THAN_EQUAL_TO" => Self::Between(first, None),
            "LESS_THAN_EQUAL_TO" => Self::Between(None, first),
            "GREATER_THAN" => Self::Any(|own, wanted| own > wanted, wanted),
            "LESS_THAN" => Self::Any(|own, wanted| own < wanted, wanted),
            "REGEX" => Self::Pattern(pattern(&first.unwrap_or_default())?),
            other => {
                let problem = format!("A criterion of type {other} is not understood.");
                return Err(Refusal::bad_request(problem));
            }
        })
    }

    fn holds(&self, value: &str) -> bool {
        let own = value.to_lowercase();
        match self {
            Self::Any(fits, wanted) => wanted.iter().any(|wanted| fits(&own, wanted)),
            Self::Between(from, to) => {
                from.as_ref().is_none_or(|from| own >= *from)
                    && to.as_ref().is_none_or(|to| own <= *to)
            }
            Self::Pattern(pattern) => pattern.is_match(&own),
        }
    }
}

/// A pattern for the whole of a value.
fn pattern(text: &str) -> Result<regex::Regex, Refusal> {
    RegexBuilder::new(&format!("^(?:{text})$"))
        .case_insensitive(true)
        .size_limit(PATTERN_MAX)
        .build()
        .map_err(|_| Refusal::bad_request("The regular expression cannot be understood."))
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    let all = text.split(|letter: char| !letter.is_alphanumeric());
    all.filter(|word| !word.is_empty())
}

/// Whether the whole value or one word of it is the term.
fn has_term(own: &str, wanted: &str) -> bool {
    own == wanted || words(own).any(|word| word == wanted)
}

/// Whether every word of a query is in the value, `*` standing for any end.
fn has_every_term(own: &str, wanted: &str) -> bool {
    let mut terms = wanted.split_whitespace();
    terms.all(|term| own == term || words(own).any(|word| is_like(word, term)))
}

/// What a user has in a field.
fn values(field: &str, user: &User, directory: &Directory) -> Vec<String> {
    match field {
        "id" => vec![user.id.to_string()],
        "name" => vec![user.name.clone()],
        "email" | "username" => vec![user.email()],
        "title" => vec![user::TITLE.to_owned()],
        "department" => vec![user::DEPARTMENT.to_owned()],
        "state" => vec![user.state.word().to_owned()],
        "division.id" => vec![user.division.to_string()],
        "division.name" => vec![directory.division(user.division).name.clone()],
        "skills" => user.skills.iter().map(|one| one.name.clone()).collect(),
        _ => Vec::new(),
    }
}

/// Puts users in the order of `sort`, or else of `sortBy` and `sortOrder`, or else by name.
fn in_order(body: &Value, found: &mut [&User], directory: &Directory) -> Result<(), Refusal> {
    let several = list(body, "sort");
    let orders = if several.is_empty() {
        std::slice::from_ref(body)
    } else {
        several
    };
    // The last order is applied first: sorting is stable, so the first one decides.
    for order in orders.iter().rev() {
        let by = text(order, "sortBy").unwrap_or("name");
        if !FIELDS.contains(&by) {
            return Err(Refusal::invalid_value(by, "sortBy", &FIELDS));
        }
        let key = |user: &&User| values(by, user, directory).join(" ").to_lowercase();
        if text(order, "sortOrder") == Some("DESC") {
            found.sort_by_cached_key(|user| std::cmp::Reverse(key(user)));
        } else {
            found.sort_by_cached_key(key);
        }
    }
    Ok(())
}
