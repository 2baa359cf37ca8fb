//! Pages of things that have an id and a name, and one of them by its id.

use crate::sandbox::exchange::{Answer, Request};
use crate::sandbox::refusal::Refusal;
use crate::sandbox::world::directory::Named;
use serde_json::{Value, json};

const PAGE_SIZE: usize = 25;
const PAGE_SIZE_MAX: usize = 100;

/// The one thing that an id names.
pub(in crate::sandbox) fn single(
    list: &[Named],
    id: Option<&str>,
    show: fn(&Named) -> Value,
) -> Result<Answer, Refusal> {
    let mut all = list.iter();
    all.find(|named| Some(named.id.to_string().as_str()) == id)
        .map(|named| Answer::ok(show(named)))
        .ok_or_else(Refusal::not_found)
}

/// A page of a list, narrowed by repeated `id` and by `name`, `*` standing for any end.
pub(in crate::sandbox) fn listing(
    request: &Request,
    list: &[Named],
    show: fn(&Named) -> Value,
) -> Result<Answer, Refusal> {
    let size = number(request, "pageSize", PAGE_SIZE)?;
    let page = number(request, "pageNumber", 1)?;
    if size > PAGE_SIZE_MAX {
        return Err(Refusal::bad_request(
            "The page size may not be more than 100.",
        ));
    }
    let ids = request.query_values("id");
    let names = request.query_values("name");
    let fits = |named: &&Named| {
        let by_id = ids.is_empty() || ids.contains(&named.id.to_string());
        let own = named.name.to_lowercase();
        let by_name = names.is_empty()
            || names.iter().map(|name| name.to_lowercase()).any(|name| {
                let start = name.strip_suffix('*');
                start.map_or(own == name, |start| own.starts_with(start))
            });
        by_id && by_name
    };
    let found: Vec<&Named> = list.iter().filter(fits).collect();
    let entities: Vec<Value> = found
        .iter()
        .skip((page - 1).saturating_mul(size))
        .take(size)
        .map(|one| show(one))
        .collect();
    let path = &request.path;
    Ok(Answer::ok(json!({
        "entities": entities,
        "pageSize": size,
        "pageNumber": page,
        "total": found.len(),
        "pageCount": found.len().div_ceil(size),
        "firstUri": format!("{path}?pageSize={size}&pageNumber=1"),
        "selfUri": format!("{path}?pageSize={size}&pageNumber={page}"),
    })))
}

fn number(request: &Request, name: &str, usual: usize) -> Result<usize, Refusal> {
    match request.query_values(name).first() {
        None => Ok(usual),
        Some(text) => text
            .parse()
            .ok()
            .filter(|number| *number > 0)
            .ok_or_else(|| {
                Refusal::bad_request(format!("{name} must be a whole number of at least 1."))
            }),
    }
}
