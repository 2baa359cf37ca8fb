//! Spans of time in words, as they are read aloud: `6 hours 12 minutes`.

use jiff::SignedDuration;

/// A unit, its length in seconds, and the letter that it has in short spans.
const UNITS: [(&str, i64, char); 4] = [
    ("day", 86_400, 'd'),
    ("hour", 3600, 'h'),
    ("minute", 60, 'm'),
    ("second", 1, 's'),
];
/// The most digits of a number before a unit: more are part of an id.
const DIGITS: usize = 4;

/// A number with its unit: `1 hour`, `2 hours`.
pub(super) fn counted(count: i64, unit: &str) -> String {
    if count == 1 {
        format!("1 {unit}")
    } else {
        format!("{count} {unit}s")
    }
}

/// `6 hours 12 minutes`: the largest unit and what is left over in the next; a time ahead reads as `0 seconds`.
pub(super) fn words(span: SignedDuration) -> String {
    let seconds = span.as_secs().max(0);
    let first = UNITS.iter().position(|(_, length, _)| seconds >= *length);
    let Some(first) = first else {
        return counted(0, "second");
    };
    let mut left = seconds;
    let mut parts = Vec::new();
    for (unit, length, _) in UNITS.iter().skip(first).take(2) {
        let count = left / length;
        left %= length;
        // Beside minutes nobody wants seconds.
        if count > 0 && !(*unit == "second" && seconds >= 60) {
            parts.push(counted(count, unit));
        }
    }
    parts.join(" ")
}

/// A text with every short span in it written out: `6h12m` becomes `6 hours 12 minutes`. What only looks like one, as the end of an id
/// does, stays.
pub(super) fn spelled(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    let mut before: Option<char> = None;
    while let Some(first) = rest.chars().next() {
        let is_inside =
            before.is_some_and(|before| before.is_alphanumeric() || "-_./:".contains(before));
        let found = (!is_inside).then(|| span_at(rest)).flatten();
        let taken = if let Some((length, words)) = found {
            out += &words;
            length
        } else {
            out.push(first);
            first.len_utf8()
        };
        before = rest.get(..taken).and_then(|part| part.chars().last());
        rest = rest.get(taken..).unwrap_or_default();
    }
    out
}

/// The span that a text begins with: its length, and its words.
fn span_at(text: &str) -> Option<(usize, String)> {
    let mut parts = Vec::new();
    let mut at = 0;
    while let Some((length, part)) = part_at(text.get(at..)?) {
        at += length;
        parts.extend(part);
    }
    let next = text.get(at..)?.chars().next();
    let ends = next.is_none_or(|next| !next.is_alphanumeric() && !"-_".contains(next));
    if at == 0 || !ends {
        return None;
    }
    if parts.is_empty() {
        parts.push(counted(0, "second"));
    }
    Some((at, parts.join(" ")))
}

/// A number and its unit: their length, and their words where they are not nothing beside something else.
fn part_at(text: &str) -> Option<(usize, Option<String>)> {
    let digits = text.chars().take_while(char::is_ascii_digit).count();
    if digits == 0 || digits > DIGITS {
        return None;
    }
    let count: i64 = text.get(..digits)?.parse().ok()?;
    let letter = text.get(digits..)?.chars().next()?;
    let (unit, ..) = UNITS.iter().find(|(.., short)| *short == letter)?;
    Some((digits + 1, (count > 0).then(|| counted(count, unit))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_read_as_people_say_them() {
        for (seconds, said) in [
            (0, "0 seconds"),
            (-4, "0 seconds"),
            (1, "1 second"),
            (59, "59 seconds"),
            (61, "1 minute"),
            (22_320, "6 hours 12 minutes"),
            (3600, "1 hour"),
            (97_200, "1 day 3 hours"),
        ] {
            assert_eq!(words(SignedDuration::from_secs(seconds)), said);
        }
    }

    #[test]
    fn short_spans_in_a_text_are_written_out_and_ids_are_not() {
        for (text, said) in [
            (
                "customer left 6h12m ago",
                "customer left 6 hours 12 minutes ago",
            ),
            ("idle 3d04h, then 9s", "idle 3 days 4 hours, then 9 seconds"),
            (
                "over 60s old: read again",
                "over 60 seconds old: read again",
            ),
            ("0s", "0 seconds"),
            ("1234567d was read", "1234567d was read"),
            ("3f2a-123d-x", "3f2a-123d-x"),
            ("412ms and 5GB", "412ms and 5GB"),
            ("2.5s", "2.5s"),
            ("é5m", "é5m"),
        ] {
            assert_eq!(spelled(text), said, "{text}");
        }
    }
}
