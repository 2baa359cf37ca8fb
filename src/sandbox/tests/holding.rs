//! A body is taken exactly where the document allows it, as another program reads the document.

use super::published::{self, OPERATIONS, Operation};
use super::{bodies, cases};
use crate::sandbox::api::table;
use crate::sandbox::api::validate;
use crate::sandbox::exchange::Request;
use crate::sandbox::random::Random;
use proptest::prelude::*;
use serde_json::Value;

/// Of this one the platform asks less than its document says.
const LENIENT: &str = "patchConversationsMessage";

fn held(operation: &Operation, body: Vec<u8>) -> Result<Value, String> {
    let path = operation.path.trim_start_matches('/');
    let segments: Vec<&str> = path.split('/').collect();
    let (route, _) =
        table::find(None, &operation.method, &segments).map_err(|_| "no route".to_owned())?;
    let request = Request {
        method: operation.method.clone(),
        query: "id=x".to_owned(),
        body,
        ..Request::default()
    };
    validate::check(route, &request).map_err(|refusal| refusal.message)
}

/// Null counts as absent.
fn without_nulls(value: Value) -> Value {
    match value {
        Value::Object(members) => members
            .into_iter()
            .filter(|(_, member)| !member.is_null())
            .map(|(name, member)| (name, without_nulls(member)))
            .collect(),
        Value::Array(items) => items
            .into_iter()
            .filter(|item| !item.is_null())
            .map(without_nulls)
            .collect(),
        other => other,
    }
}

proptest! {
    #![proptest_config(cases(256))]

    #[test]
    fn fuzz_a_body_is_taken_exactly_where_the_document_allows_it(seed: u64) {
        let mut random = Random::stream(seed, "holding");
        let words = ["a", "disconnected", ""].map(str::to_owned);
        let takes = OPERATIONS.values().filter(|one| one.body().is_some());
        for operation in takes.filter(|one| one.id() != LENIENT) {
            let shape = operation.body().unwrap();
            let nonsense = *bodies::one(&mut random, &[0, 2, 10]);
            let body = without_nulls(bodies::of(shape, &words, nonsense, &mut random));
            if body.is_null() {
                continue;
            }
            let allowed = published::misfit_of_known(shape, &body);
            let taken = held(operation, body.to_string().into_bytes());
            prop_assert_eq!(
                taken.is_ok(), allowed.is_none(),
                "{} with {}: {:?} against {:?}", operation.id(), body, taken.err(), allowed
            );
        }
    }

    #[test]
    fn fuzz_no_bytes_at_all_break_the_reading_of_a_body(bytes: Vec<u8>, seed: u64) {
        let mut random = Random::stream(seed, "holding");
        let all: Vec<&Operation> = OPERATIONS.values().collect();
        let operation = *bodies::one(&mut random, &all);
        let taken = held(operation, bytes.clone());
        let readable = bytes.iter().all(u8::is_ascii_whitespace) || serde_json::from_slice::<Value>(&bytes).is_ok();
        prop_assert!(readable || taken.is_err());
    }
}
