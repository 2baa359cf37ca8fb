use serde_json::json;

use super::*;

fn texts(now: &Value, before: Option<&Value>, folds: &Folds) -> Vec<String> {
    let seen = |value| Seen {
        raw: value,
        shown: value,
    };
    let lines = lines(seen(now), before.map(seen), folds);
    lines.iter().map(|line| line.words.text()).collect()
}

#[test]
fn a_tree_is_folded_and_opened() {
    let tree = json!({ "a": [{ "purpose": "customer", "state": "x", "more": 1 }], "b": null });
    let shut = texts(&tree, None, &Folds::all_shut());
    assert_eq!(
        shut,
        [
            "   1  ▾ {  2 keys",
            "   2    ▸ \"a\": [ … ],  1 item",
            "   3      \"b\": null",
            "   4    }",
        ]
    );
    let usual = texts(&tree, None, &Folds::default());
    assert!(
        usual[2].contains("▸ { \"purpose\": \"customer\", \"state\": \"x\", … }"),
        "{usual:#?}"
    );
    let open = texts(&tree, None, &Folds::all_open());
    assert_eq!(open.len(), 10, "{open:#?}");
}

#[test]
fn what_is_new_changed_and_gone_is_marked_in_the_line_and_in_all_above_it() {
    let before = json!({ "a": { "state": "connected", "old": 1 }, "same": true });
    let now = json!({ "a": { "state": "disconnected", "new": 2 }, "same": true });
    let lines = texts(&now, Some(&before), &Folds::all_open());
    let has = |sign: char, words: &str| {
        assert!(
            lines
                .iter()
                .any(|line| line.chars().nth(5) == Some(sign) && line.contains(words)),
            "{sign} {words} in {lines:#?}"
        );
    };
    has('*', "\"a\": {");
    has('*', "\"state\": \"disconnected\",  was \"connected\"");
    has('+', "\"new\": 2");
    has('-', "\"old\": 1");
    has(' ', "\"same\": true");
    assert_eq!(changes(&now, &before), 3);
}

#[test]
fn a_path_is_shown_as_people_write_it() {
    assert_eq!(path_words("/participants/3/a~1b"), ".participants[3].a/b");
    assert_eq!(path_words(""), ".");
}
