//! Laws that hold for any text: nothing panics, a printed query parses to itself, and what is unknown is never shown.

use jiff::SignedDuration;
use proptest::prelude::*;

use super::*;
use crate::domain::moment::after;

/// Pieces of the language, good and bad, in any order.
fn soup() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "is:stuck",
        "is:",
        "is!=marked",
        "idle>45m",
        "idle>45",
        "age>=1h30m",
        "age<14:05",
        "age>yesterday",
        "age>2026-03-02T09:00",
        "cust:off",
        "agent:on,\"on\"",
        "agent:\"Ana \\\"A\\\" Lima\"",
        "queue:Claims,\"Billing EU\"",
        "queue~^a\\S",
        "queue like x",
        "queue",
        "like",
        "attr.caseId~^5",
        "attr.",
        "msgs<2",
        "last!=cust",
        "kind:orphan,idle",
        "id:3f2a",
        "\"and\"",
        "\"-a\"",
        "a\\b",
        "(",
        ")",
        "or",
        "and",
        "not",
        "-",
        ",",
        "\"",
        ":",
        "!",
        "=",
        ">",
        "ß",
        "日本",
        "\u{1f600}",
        "\\",
        "x!=",
        "!x",
        "~",
    ]);
    let gap = prop::sample::select(vec![" ", " ", " ", "", "\t"]);
    prop::collection::vec((piece, gap), 0..12).prop_map(|pieces| {
        pieces
            .iter()
            .flat_map(|(piece, gap)| [*piece, *gap])
            .collect()
    })
}

fn rows() -> Vec<Row> {
    let mut unread = okafor();
    unread.reading = None;
    vec![okafor(), live(1).read("2s"), alone(2).read("2s"), unread]
}

fn holds_the_laws(text: &str) -> Result<(), TestCaseError> {
    with_surroundings(|around| {
        for at in 0..=text.len() {
            let _ = complete(text, at, rows().iter(), around);
        }
        let query = match text.parse::<Query>() {
            Ok(query) => query,
            Err(error) => {
                prop_assert!(text.get(error.span.clone()).is_some(), "{error:?}");
                return Ok(());
            }
        };
        let printed = query.to_string();
        let again = printed.parse::<Query>();
        prop_assert_eq!(again.as_ref(), Ok(&query), "printed as {}", printed);
        let _ = did_you_mean(&query, &rows().iter(), around);
        for row in rows() {
            let is_shown = query.matches(&row, around);
            prop_assert_eq!(
                explain(&query, &row, around, &str::to_owned).is_empty(),
                is_shown
            );
        }
        Ok(())
    })
}

proptest! {
    #[test]
    fn any_text_is_understood_or_refused_with_its_place(text in any::<String>()) {
        holds_the_laws(&text)?;
    }

    #[test]
    fn whatever_is_understood_prints_as_itself(text in soup()) {
        holds_the_laws(&text)?;
    }

    #[test]
    fn what_a_filter_says_stands_until_its_horizon(text in soup(), later in 0_i64..200_000) {
        let Ok(query) = text.parse::<Query>() else { return Ok(()) };
        for row in rows() {
            let horizon = Horizon::default();
            let at = |now, horizon: &Horizon| with_surroundings(|around| query.truth(&row, &Surroundings { now, horizon, ..*around }));
            let now = at(NOW, &horizon);
            let until = horizon.take();
            let ahead = until.duration_since(NOW) - SignedDuration::from_nanos(1);
            for span in [ahead, SignedDuration::from_secs(later)] {
                let then = after(NOW, span);
                if NOW <= then && then < until {
                    prop_assert_eq!(at(then, &horizon), now, "{} at {} of {}", query, then, until);
                }
            }
        }
    }

    #[test]
    fn turned_round_a_filter_shows_nothing_that_it_showed_before(text in soup()) {
        let turned = format!("-({text})");
        if let (Ok(query), Ok(turned)) = (text.parse::<Query>(), turned.parse::<Query>()) {
            for row in rows() {
                let (one, other) = with_surroundings(|around| (query.truth(&row, around), turned.truth(&row, around)));
                prop_assert_eq!(!one, other);
            }
        }
    }
}
