//! Nonsense into what reads from outside: nothing panics, and nothing hostile comes out. `PROPTEST_CASES` sets how often.

use proptest::prelude::*;
use unstick::domain::filter::Query;
use unstick::domain::plan::Plan;
use unstick::domain::text::{Text, cells, cut, json, lines, whole};
use unstick::settings::Welcome;

use super::oracle::{Licence, judge};
use super::payloads;

fn nonsense() -> impl Strategy<Value = String> {
    let known: Vec<String> = payloads().iter().map(super::Payload::raw).collect();
    let piece = prop_oneof![
        3 => prop::sample::select(known),
        2 => any::<String>(),
        1 => prop::sample::select(vec!["is:stuck", "idle>", "45m", "not ", "(", ")", "\"", " or ", "queue:", "{", "}", "[", "]", ":", ",", "null", "\\ud83d"]).prop_map(str::to_owned),
    ];
    prop::collection::vec(piece, 0..8).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn nonsense_is_refused_or_made_safe_and_nothing_panics(text in nonsense(), room in 0usize..90) {
        for safe in [Text::clean(&text).as_str().to_owned(), whole(&text).into_owned(), cut(&text, room)] {
            prop_assert!(judge(safe.as_bytes(), Licence::Frames).breaches.is_empty(), "{safe:?}");
        }
        prop_assert!(judge(lines(&text).as_bytes(), Licence::Lines).breaches.is_empty());
        prop_assert!(judge(json(&text).as_bytes(), Licence::Lines).breaches.is_empty());
        prop_assert!(cells(&cut(&text, room)) <= room);
        if let Err(refused) = text.parse::<Query>() {
            let _ = refused.to_string();
        }
        let _ = serde_json::from_str::<Plan>(&text).map_err(|refused| refused.to_string());
        let _ = serde_json::from_str::<Welcome>(&text).map_err(|refused| refused.to_string());
    }
}
