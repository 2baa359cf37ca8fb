use super::*;

/// The filter in force after each letter, typed one by one.
fn typed(bar: &mut FilterBar, text: &str) -> Vec<String> {
    let roster = Roster::default();
    let marks = Marks::default();
    let seen = Seen {
        now: Timestamp::UNIX_EPOCH,
        zone: &TimeZone::UTC,
        marks: &marks,
        horizon: Horizon::default(),
    };
    bar.begin();
    let mut in_force = Vec::new();
    for end in 1..=text.len() {
        bar.typing = Some(Input::new(text[..end].to_owned()));
        bar.offer(&roster, Privacy::default(), &seen);
        bar.typed();
        in_force.push(bar.text().to_owned());
    }
    in_force
}

#[test]
fn a_field_that_is_being_named_hides_nothing_and_an_error_keeps_the_last_good_filter() {
    let mut bar = FilterBar::default();
    let in_force = typed(&mut bar, "is:stuck idle>45");
    assert_eq!(in_force.last().map(String::as_str), Some("is:stuck"));
    assert!(!in_force.iter().any(|text| text.contains("idle")));
    assert!(bar.error.is_some_and(|error| error.contains("idle>45m")));
}

#[test]
fn a_word_that_is_a_fields_name_is_searched_for_once_it_is_accepted() {
    let mut bar = FilterBar::default();
    let in_force = typed(&mut bar, "age");
    assert!(in_force.iter().all(String::is_empty), "{in_force:?}");
    bar.accept();
    assert_eq!(bar.text(), "age");
    assert!(bar.typing.is_none());
}
