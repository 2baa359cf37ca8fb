use super::*;
use proptest::prelude::*;
use unicode_general_category::{GeneralCategory as Is, get_general_category};
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// Nothing of it may be left, whatever went in.
pub(super) fn is_banned(character: char) -> bool {
    matches!(
        get_general_category(character),
        Is::Control
            | Is::Format
            | Is::LineSeparator
            | Is::ParagraphSeparator
            | Is::PrivateUse
            | Is::Surrogate
            | Is::Unassigned
    )
}

fn is_mark(character: char) -> bool {
    matches!(
        get_general_category(character),
        Is::NonspacingMark | Is::SpacingMark | Is::EnclosingMark
    )
}

fn every_character() -> impl Iterator<Item = char> {
    (0..=u32::from(char::MAX)).filter_map(char::from_u32)
}

#[test]
fn escape_sequences_and_overrides_lose_their_power_and_are_seen() {
    assert_eq!(Text::clean("a\u{1b}[2Jb").as_str(), "a\u{fffd}[2Jb");
    assert_eq!(
        Text::clean("x\u{202e}txt\u{200b}").as_str(),
        "x\u{fffd}txt\u{fffd}"
    );
    assert_eq!(Text::clean("two\nlines\r\n").as_str(), "two lines");
    let twice = "é\u{301}".repeat(3);
    assert_eq!(Text::clean(&twice).as_str(), twice);
    let zalgo = format!("e{}x", "\u{301}".repeat(30));
    assert_eq!(Text::clean(&zalgo).as_str(), "e\u{301}\u{301}\u{fffd}x");
    assert_eq!(
        Text::clean("\u{301}a \u{301}").as_str(),
        "\u{fffd}a \u{fffd}"
    );
}

#[test]
fn what_names_are_written_with_stays_readable() {
    for name in [
        "Zoë Núñez",
        "Nguyễn Thị Hoa",
        "日本 太郎",
        "김민준",
        "محمد",
        "שרה",
        "สมชาย",
        "क्षितिज",
        "Ο'Νηλ & Σία",
    ] {
        assert_eq!(Text::clean(name).as_str(), name);
    }
    assert_eq!(Text::clean("Ana ❤\u{fe0f}").as_str(), "Ana ❤");
    assert_eq!(Text::clean("👩\u{200d}💻 👍\u{1f3fd}").as_str(), "👩💻 👍");
}

#[test]
fn a_long_text_is_cut_and_says_so() {
    let text = Text::clean(&"a".repeat(5000));
    assert_eq!(text.as_str().chars().count(), Text::MAX + 1);
    assert!(text.as_str().ends_with('…'));
}

#[test]
fn of_all_characters_none_that_is_banned_is_kept_and_none_that_is_kept_takes_no_room() {
    for character in every_character() {
        let alone = whole(character.encode_utf8(&mut [0; 4])).into_owned();
        assert!(!alone.chars().any(is_banned), "{character:?}: {alone:?}");
        for kept in alone.chars() {
            assert_ne!(
                kept.width(),
                Some(0),
                "{character:?} is kept and not to be seen"
            );
        }
        let on_a_letter: String = whole(&format!("a{character}")).into_owned();
        assert!(!on_a_letter.chars().any(is_banned), "{character:?}");
    }
}

#[test]
fn lines_stay_lines_and_json_says_what_it_said() {
    assert_eq!(lines("a\u{1b}[2J\n\tb\r\n"), "a\u{fffd}[2J\n b \n");
    let value = serde_json::json!({ "name": "a\u{202e}b\u{7f}\u{e0041}\n\u{9b}", "zalgo": format!("e{}", "\u{301}".repeat(9)) });
    let text = serde_json::to_string(&value).unwrap();
    let safe = json(&text);
    assert!(!safe.chars().any(is_banned), "{safe}");
    assert_eq!(
        serde_json::from_str::<serde_json::Value>(&safe).unwrap(),
        value
    );
}

#[test]
fn a_cell_that_looks_like_a_formula_stays_text() {
    for raw in [
        "=1+1",
        "+49 170",
        "-2",
        "@SUM(A1)",
        "  =cmd()",
        "\t=cmd|' /C calc'!A0",
        "\r\n=1",
        "\u{200d}=1",
        "＝1",
    ] {
        assert!(cell(raw).starts_with('\''), "{raw:?}: {:?}", cell(raw));
    }
    for (raw, safe) in [
        ("M. Okafor", "M. Okafor"),
        ("a-b, +c; d", "a-b, +c; d"),
        ("a; =1", "a;' =1"),
        ("a;\"@x", "a;'\"@x"),
        ("\"=1", "'\"=1"),
    ] {
        assert_eq!(cell(raw), safe);
    }
}

#[test]
fn a_cell_of_a_document_is_one_span_of_code() {
    assert_eq!(code("[x](http://y) <b>"), "`[x](http://y) <b>`");
    assert_eq!(code("a|b`c\r\nd"), "`a\u{a6}b'c  d`");
    assert_eq!(code(" \n"), "");
}

#[test]
fn what_is_cut_says_so() {
    assert_eq!(cut("Retail Help", 8), "Retail …");
    assert_eq!(cut("Retail Help", 11), "Retail Help");
    assert_eq!(cut("x", 0), "");
    assert_eq!(fit("日本語", 4), "日… ", "wide characters are never halved");
    assert_eq!(cells("日本語 é👍"), 10);
}

#[test]
fn what_takes_a_cell_a_letter_is_safe_and_joins_with_nothing() {
    let evens: Vec<String> = every_character()
        .map(String::from)
        .filter(|letter| even(letter).is_some())
        .collect();
    for one in &evens {
        assert_eq!(even(one), Some(1));
        assert_eq!(whole(one), one.as_str(), "it is safe");
        assert_eq!(one.width(), 1, "{one}");
        for other in &evens {
            let both = format!("{one}{other}");
            assert_eq!(both.graphemes(true).count(), 2, "{both}");
            assert_eq!(whole(&both), both);
        }
    }
    assert!(evens.len() > 300);
    for odd in ["e\u{301}", "日", "▪\u{fe0f}", "a\u{1b}", "👍"] {
        assert_eq!(even(odd), None, "{odd:?}");
    }
    assert_eq!(cut("─────", 3), "──…");
    assert_eq!(fit("Zoë ▪", 7), "Zoë ▪  ");
}

fn any_text() -> impl Strategy<Value = String> {
    let odd = prop::sample::select(vec![
        "\u{301}",
        "\u{1b}[2J",
        "\u{202e}",
        "\u{200d}",
        "\u{fe0f}",
        "👍",
        "\u{1f3fd}",
        "日",
        "ل",
        "ا",
        "\u{1100}",
        "\u{1161}",
        "\u{11a8}",
        "🇩",
        "\u{d4e}",
        "\u{17d2}",
        "ក",
        "ｶ\u{ff9e}",
        "\u{ff9e}",
        " ",
        "\n",
        "\u{2028}",
        "\u{e0041}",
        "a",
        "क",
        "\u{94d}",
        "\u{3000}",
        "\u{a4f8}",
    ]);
    prop_oneof![
        any::<String>(),
        prop::collection::vec(odd, 0..40).prop_map(|parts| parts.concat()),
        (prop::collection::vec(any::<char>(), 0..20), 1usize..60)
            .prop_map(|(characters, times)| String::from_iter(characters).repeat(times)),
    ]
}

proptest! {
    #[test]
    fn a_clean_text_is_safe_short_and_stays_as_it_is(raw in any_text()) {
        let text = Text::clean(&raw);
        let said = text.as_str();
        prop_assert!(!said.chars().any(is_banned), "{said:?}");
        prop_assert!(said.chars().count() <= Text::MAX + 1);
        prop_assert!(said.graphemes(true).count() <= Text::MAX + 1);
        let mut marks = 0;
        for character in said.chars() {
            marks = if is_mark(character) { marks + 1 } else { 0 };
            prop_assert!(marks <= 2, "{said:?}");
        }
        prop_assert_eq!(Text::clean(said), text.clone());
        let unbound = whole(&raw);
        prop_assert_eq!(whole(&unbound), unbound.as_ref());
        let of_lines = lines(&raw);
        prop_assert!(!of_lines.chars().any(|character| character != '\n' && is_banned(character)));
        prop_assert_eq!(of_lines.matches('\n').count(), raw.matches('\n').count());
    }

    #[test]
    fn a_fitted_text_has_exactly_its_width(raw in any_text(), room in 0usize..60) {
        let fitted = fit(&raw, room);
        prop_assert_eq!(cells(&fitted), room, "{:?}", fitted);
    }

    #[test]
    fn json_is_inert_and_loses_nothing(raw in any_text()) {
        let text = serde_json::to_string(&raw).unwrap();
        let safe = json(&text);
        prop_assert!(!safe.chars().any(is_banned));
        prop_assert_eq!(serde_json::from_str::<String>(&safe).unwrap(), raw);
    }
}
