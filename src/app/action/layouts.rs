//! Keyboards without Latin letters: the letter that stands where a Latin one would, so that `k` is the same key for everybody. A terminal
//! that tells the place of a key tells it in a way that our reader of the terminal drops; so the places stand here, for the layouts on
//! which most people write these scripts. Text fields take every letter as it is.

/// Letters, and the Latin ones on the same keys.
const LAYOUTS: [(&str, &str); 5] = [
    // Russian, with what Ukrainian and Belarusian have instead.
    (
        "йцукенгшщзфывапролдячсмитьбю",
        "qwertyuiopasdfghjklzxcvbnm,.",
    ),
    ("іў", "so"),
    ("ςερτυθιοπασδφγηξκλζχψωβνμ", "wertyuiopasdfghjklzxcvbnm"),
    ("קראטוןםפשדגכעיחלךזסבהנמצתץ", "ertyuiopasdfghjklzxcvbnm,."),
    ("ضصثقفغعهخحشسيبلاتنمئءؤرىةوز", "qwertyuiopasdfghjklzxcvnm,."),
];

/// The Latin letter where this one stands on its keyboard, as large or small as it is; nothing for letters of no such keyboard.
pub(super) fn latin(letter: char) -> Option<char> {
    let mut small = letter.to_lowercase();
    let small = small.next().filter(|_| small.next().is_none())?;
    let place = |(letters, latin): &(&str, &str)| {
        let place = letters.chars().position(|other| other == small)?;
        latin.chars().nth(place)
    };
    let found = LAYOUTS.iter().find_map(place)?;
    Some(if letter == small {
        found
    } else {
        found.to_ascii_uppercase()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_letter_has_one_place_and_capitals_stay_capitals() {
        let mut seen = std::collections::HashSet::new();
        for (letters, latin_ones) in LAYOUTS {
            assert_eq!(letters.chars().count(), latin_ones.chars().count());
            for (letter, expected) in letters.chars().zip(latin_ones.chars()) {
                assert!(!letter.is_ascii() && seen.insert(letter), "{letter}");
                assert_eq!(latin(letter), Some(expected));
            }
        }
        assert_eq!(latin('Ч'), Some('X'));
        assert_eq!(latin('Е'), Some('T'));
        for other in ['x', '?', 'é', 'ß', '中'] {
            assert_eq!(latin(other), None, "{other}");
        }
    }
}
