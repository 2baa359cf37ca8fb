use super::*;

/// Every theme that ships, by name. One that could not be read would be missing, and `auto` would be without colours.
fn shipped() -> Vec<(&'static str, Theme)> {
    SHIPPED
        .map(|(name, text)| (name, Theme::read(text).expect(name)))
        .to_vec()
}

#[test]
fn every_theme_that_ships_can_be_read_and_auto_is_the_one_that_nobody_chose() {
    assert_eq!(shipped().len(), 5);
    assert_eq!(Theme::default(), Theme::shipped("auto").unwrap());
    assert_ne!(Theme::default(), Theme::mono());
    assert_eq!(Theme::shipped("mono"), Some(Theme::mono()));
    assert_eq!(Theme::shipped("drak"), None);
}

#[test]
fn without_colours_no_role_has_one() {
    for name in ["mono", "high-contrast"] {
        let theme = Theme::shipped(name).unwrap();
        for tone in Tone::ALL {
            assert_eq!(theme.style(tone).fg, None, "{name} {tone:?}");
        }
    }
}

#[test]
fn no_theme_sets_a_background_or_paints_ordinary_text() {
    for (name, theme) in shipped() {
        for tone in Tone::ALL {
            assert_eq!(theme.style(tone).bg, None, "{name} {tone:?}");
        }
        assert_eq!(theme.style(Tone::Plain), Style::new(), "{name}");
    }
}

#[test]
fn bad_stands_out_from_good_and_warn_without_any_colour() {
    for (name, theme) in shipped() {
        let modifiers = |tone| theme.style(tone).add_modifier;
        assert_ne!(modifiers(Tone::Bad), modifiers(Tone::Good), "{name}");
        assert_ne!(modifiers(Tone::Bad), modifiers(Tone::Warn), "{name}");
    }
}

#[test]
fn a_file_says_only_what_differs_in_any_order_of_words() {
    let theme = Theme::read("[roles]\nbad = \"bold #F4511E underlined\"\ngood = \"12\"").unwrap();
    let bad = Style::new()
        .fg(Color::Rgb(0xf4, 0x51, 0x1e))
        .add_modifier(Modifier::BOLD | Modifier::UNDERLINED);
    assert_eq!(theme.style(Tone::Bad), bad);
    assert_eq!(theme.style(Tone::Good), Style::new().fg(Color::Indexed(12)));
    assert_eq!(theme.style(Tone::Dim), Theme::mono().style(Tone::Dim));
}

#[test]
fn what_cannot_be_a_theme_is_refused_with_its_place_and_what_would_do() {
    let refused = |text: &str| Theme::read(text).unwrap_err();
    let neither = "is neither a colour (`#5aa9ff`, `light-blue`, `0` to `255`) nor one of bold, dim, italic, underlined, reversed";
    assert_eq!(
        refused("[roles]\nwarn = \"yellow\"\nbad = \"redd bold\""),
        format!("3:7: `redd` {neither}")
    );
    assert_eq!(
        refused("[roles]\nbad = \"reset\""),
        format!("2:7: `reset` {neither}")
    );
    assert_eq!(
        refused("[roles]\nbad = \"red blue\""),
        "2:7: `blue` would be a second colour"
    );
    for hidden in ["8", "dark-gray", "darkgrey", "light-black"] {
        let said = refused(&format!("[roles]\ndim = \"{hidden}\""));
        assert!(
            said.contains("is the background of some palettes"),
            "{said}"
        );
    }
    assert!(refused("[roles]\nbda = \"red\"").starts_with("2:1: unknown field `bda`"));
    assert!(refused("good = \"red\"").starts_with("1:1: "));
}
