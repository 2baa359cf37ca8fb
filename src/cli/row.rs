//! One conversation as a line of the table for people.

use jiff::Timestamp;

use crate::domain::moment::short;
use crate::domain::parties::Parties;
use crate::domain::roster::Row;
use crate::domain::shown;
use crate::domain::text::Text;

/// The heads of the table for people.
pub(super) const HEADS: [&str; 8] = [
    "SEV", "KIND", "AGE", "IDLE", "PARTIES", "WHERE", "CUSTOMER", "ID",
];

/// The cells of a line for people, in the order of [`HEADS`].
pub(super) fn line(row: &Row, now: Timestamp) -> [String; 8] {
    let kind = row.kind(now);
    let read = row.reading.as_ref();
    let name = |text: Option<&Text>| text.map(|text| text.as_str().to_owned());
    let place = [shown::place_words(row), name(shown::agent(row))]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join(", ");
    [
        row.severity_of(kind, now).word().to_owned(),
        kind.word().to_owned(),
        short(row.age(now)),
        row.idle(now).map_or_else(|| "?".to_owned(), short),
        read.map_or_else(
            || "?".to_owned(),
            |reading| Parties::of(&reading.conversation).to_string(),
        ),
        place,
        name(shown::customer(row)).unwrap_or_default(),
        row.listed.id.to_string(),
    ]
}
