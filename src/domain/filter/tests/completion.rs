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
fn a_filter_that_shows_nothing_names_what_was_probably_meant_and_how_much_that_shows() {
    let rows = [okafor(), live(2).read("2s")];
    let meant = |filter: &str| {
        let query: Query = filter.parse().unwrap();
        let meant = with_surroundings(|around| did_you_mean(&query, &rows.iter(), around))?;
        let shown: Query = meant.filter.parse().unwrap();
        let matching = rows
            .iter()
            .filter(|row| with_surroundings(|around| shown.matches(row, around)));
        assert_eq!((matching.count(), meant.count > 0), (meant.count, true));
        // What falls away is said, and nothing where nothing does.
        let whole = meant.without.as_ref().map_or(meant.filter.clone(), |rest| {
            format!("{rest} {}", meant.filter)
        });
        let fewer = query.to_string().split(' ').count() != whole.split(' ').count();
        assert!(!fewer, "{query}: {whole}");
        Some((meant.clause, meant.filter))
    };
    let is = |clause: &str, filter: &str| Some((clause.to_owned(), filter.to_owned()));
    assert_eq!(
        meant("is:stuck queue:\"Biling EU\""),
        is("queue:\"Billing EU\"", "is:stuck queue:\"Billing EU\"")
    );
    // What the rest of the filter hides is better shown alone than not at all.
    assert_eq!(
        meant("is:stale queue:\"Biling EU\""),
        is("queue:\"Billing EU\"", "queue:\"Billing EU\"")
    );
    assert_eq!(meant("okafro"), None, "half of it would have to change");
    let okafor = "name:\"M. Okafor\"";
    assert_eq!(meant("\"m. okafro\""), is(okafor, okafor));
    // Words of the list, typed as if they were texts.
    assert_eq!(meant("orphan"), is("kind:orphan", "kind:orphan"));
    assert_eq!(meant("Orphans"), is("kind:orphan", "kind:orphan"));
    // A beginning of three letters is enough, and fewer are not.
    assert_eq!(meant("orph"), is("kind:orphan", "kind:orphan"));
    assert_eq!(meant("Stu"), is("is:stuck", "is:stuck"));
    assert_eq!(meant("st"), None);
    assert_eq!(
        meant("stuck queue:bil"),
        is("is:stuck", "is:stuck queue:bil")
    );
    assert_eq!(meant("refund"), None);
    assert_eq!(meant("idle>9h"), is("idle>=5h30m", "idle>=5h30m"));
    assert_eq!(meant("age<10s"), is("age<=10h1m", "age<=10h1m"));
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
