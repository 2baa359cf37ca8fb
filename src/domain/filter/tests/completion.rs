//! What could be typed next, and what was probably meant.

use super::*;

#[test]
fn completion_offers_fields_then_values_with_their_counts() {
    let rows = [okafor(), live(2).read("2s"), orphan(3).row];
    let offered = |text: &str| -> Vec<(String, Option<usize>)> {
        let completions =
            with_surroundings(|around| complete(text, text.len(), rows.iter(), around));
        completions
            .into_iter()
            .map(|one| {
                (
                    format!("{}{}", &text[..one.replaces.start], one.insert),
                    one.count,
                )
            })
            .collect()
    };
    assert_eq!(
        offered("is:stuck -a"),
        [
            ("is:stuck -age>".to_owned(), None),
            ("is:stuck -agent:".to_owned(), None),
            ("is:stuck -attr.".to_owned(), None)
        ]
    );
    let queue = |typed: &str| offered(typed).first().cloned();
    let billing = Some(("(queue:\"Billing EU\"".to_owned(), Some(1)));
    assert_eq!(queue("(queue:bil"), billing);
    assert_eq!(queue("(queue:\"Billing E"), billing);
    assert_eq!(
        queue("agent:on,li"),
        Some(("agent:on,\"Ana Lima\"".to_owned(), Some(1)))
    );
    assert_eq!(
        offered("agent:").first(),
        Some(&("agent:on".to_owned(), Some(2)))
    );
    assert_eq!(offered("kind:orp"), [("kind:orphan".to_owned(), Some(1))]);
    assert_eq!(offered("age>"), []);
    assert_eq!(offered("nonsense:"), []);
}

#[test]
fn a_filter_that_shows_nothing_names_what_was_probably_meant() {
    let rows = [okafor(), live(2).read("2s")];
    let meant = |filter: &str| {
        let query: Query = filter.parse().unwrap();
        with_surroundings(|around| did_you_mean(&query, &rows.iter(), around))
    };
    assert_eq!(
        meant("is:stuck queue:\"Biling EU\""),
        Some("queue:\"Billing EU\"".to_owned())
    );
    assert_eq!(meant("okafro"), None, "half of it would have to change");
    assert_eq!(
        meant("\"m. okafro\""),
        Some("name:\"M. Okafor\"".to_owned())
    );
    assert_eq!(meant("queue:bil"), None, "it fits");
    assert_eq!(meant("-queue:Biling"), None);
    assert_eq!(meant("queue:Xylophones"), None);
}

#[test]
fn the_nearest_word_is_the_one_with_the_fewest_changes() {
    let words = ["age", "agent", "queue"];
    for (said, expected) in [
        ("agnet", "agent"),
        ("qeue", "queue"),
        ("ag", "age"),
        ("AGE", "age"),
        ("", "age"),
    ] {
        assert_eq!(nearest(said, words), Some(expected), "{said}");
    }
    assert_eq!(nearest("x", []), None);
}
