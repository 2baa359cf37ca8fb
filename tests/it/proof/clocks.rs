//! Clocks that are apart, both ways: what is said, what is still done, and what is not.

use serde_json::json;

use super::office::{ORPHAN, Office};

#[test]
fn clocks_are_said_to_be_apart_over_thirty_seconds_and_end_nothing_over_five_minutes() {
    for (seconds, word, words, terminate) in [
        (10, "ok", "to within 30 s", 0),
        (-10, "ok", "to within 30 s", 0),
        (45, "warn", "behind the platform's", 0),
        (-45, "warn", "ahead of the platform's", 0),
        (600, "bad", "10m behind the platform's", 5),
        (-600, "bad", "10m ahead of the platform's", 5),
    ] {
        let office = Office::new();
        office
            .served
            .order(&json!({ "clock_skew_ms": seconds * 1000 }));
        let found = office.doctor();
        assert_eq!(found.code, terminate, "{seconds}: {:#}", found.whole);
        found.says("clock", word, words);
        let kinds = office.run(&["list", "--json"]).expect(0);
        let is_orphan = |row: &serde_json::Value| row["kind"] == "orphan";
        let orphans = kinds
            .json_lines()
            .iter()
            .filter(|row| is_orphan(row))
            .count();
        assert_eq!(orphans, 3, "no kind changes by {seconds} s: {kinds:#?}");
        let is_said = kinds.stderr.contains("clock is");
        assert_eq!(is_said, word != "ok", "{seconds}: {kinds:#?}");
        let id = office.id(ORPHAN);
        let ran = office.terminate(&id, &[]);
        assert_eq!(ran.code, Some(terminate), "{seconds}: {ran:#?}");
        let is_ended = office.served.ended(&office.home).contains(&id);
        assert_eq!(is_ended, terminate == 0, "{seconds}");
        assert_eq!(office.changes().is_empty(), terminate != 0, "{seconds}");
    }
}
