use proptest::prelude::*;
use unicode_width::UnicodeWidthStr;

use super::{cut, fit};

#[test]
fn what_is_cut_says_so() {
    assert_eq!(cut("Retail Help", 8), "Retail …");
    assert_eq!(cut("Retail Help", 11), "Retail Help");
    assert_eq!(cut("x", 0), "");
    assert_eq!(
        fit("日本語", 4).width(),
        4,
        "wide characters are never halved"
    );
}

proptest! {
    #[test]
    fn a_fitted_text_has_exactly_its_width(text in "\\PC{0,40}", room in 0usize..30) {
        let text = crate::domain::text::Text::clean(&text);
        prop_assert_eq!(fit(text.as_str(), room).width(), room);
    }
}
