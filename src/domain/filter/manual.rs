//! The language in examples, for whoever reads the help: each of them works as it stands.

/// What may be asked about: an example, and what it means.
pub const FIELDS: [(&str, &str); 20] = [
    (
        "is:stuck",
        "how grave: stuck stale watch fresh; also marked, changed, mine",
    ),
    ("age>2h", "since it began"),
    ("idle>=30m", "since anybody wrote"),
    ("wait>10m", "waiting in queue"),
    ("for>10m", "since a leg last came, rang or went"),
    ("cust:off", "the customer: on off none, or a name"),
    (
        "agent:none",
        "an agent: on off none alerting parked wrapup, or a name",
    ),
    (
        "queue:Claims,\"Billing EU\"",
        "a queue by name; a comma means any of",
    ),
    ("bot:on", "a bot or workflow: on off none, or a name"),
    ("state:parked", "a leg in this state"),
    ("kind:orphan", "why it is open, as the WHY column has it"),
    ("why:customer", "words of the diagnosis"),
    ("rule:night-desk", "a rule of your own that fits"),
    ("msgs<2", "how many messages"),
    ("last:cust", "who wrote last: cust agent none"),
    ("id:3f2a", "the beginning of an id"),
    ("name:Okafor", "a name of anybody in it"),
    ("attr.caseId:5513", "an attribute"),
    ("division:Home", "a division"),
    ("deployment:shop-eu", "where the guest wrote"),
];

/// How fields are compared and joined.
pub const GRAMMAR: [(&str, &str); 9] = [
    ("refund", "ids, names and queues that have it in them"),
    ("cust:off agent:on", "a blank means and"),
    ("is:stuck or is:stale", "either"),
    ("not queue:Claims", "not; so does -queue:Claims"),
    ("(age>2h or idle>1h) cust:on", "brackets"),
    ("age>1h30m", "lengths: 45s 30m 2h 3d 1h30m"),
    ("queue!=Claims", ": = != > >= < <="),
    ("id like \"^3f\"", "like, or ~, is a regular expression"),
    ("name:okafor", "small letters fit capitals too"),
];

#[cfg(test)]
mod tests {
    use super::{FIELDS, GRAMMAR};
    use crate::domain::filter::Query;
    use crate::domain::filter::vocabulary::Field;

    #[test]
    fn every_example_of_the_manual_is_a_filter() {
        for (example, _) in FIELDS.iter().chain(&GRAMMAR) {
            let read = example.parse::<Query>();
            assert!(read.is_ok(), "{example}: {read:?}");
        }
    }

    #[test]
    fn every_field_of_the_language_is_in_the_manual() {
        for field in Field::ALL {
            let word = field.word();
            let is_there = FIELDS.iter().any(|(example, _)| {
                let rest = example.strip_prefix(word);
                rest.is_some_and(|rest| !rest.starts_with(char::is_alphanumeric))
            });
            assert!(is_there, "{word}");
        }
    }
}
