//! `recipes` as a person or a script calls it: the real program in a pipe.

use crate::support::Home;

#[test]
fn every_recipe_is_listed_with_its_thread_and_only_the_standard_one_is_published() {
    let home = Home::new();
    let listed = home.run(&["recipes"]).expect(0);
    let line = |name: &str| {
        listed
            .stdout
            .lines()
            .find(|line| line.split_whitespace().next() == Some(name))
            .unwrap_or_else(|| panic!("{name} is not in\n{}", listed.stdout))
    };
    assert!(line("standard").contains("4 of 4"));
    assert!(line("1-put-closed").contains("0 of 3"));
    assert!(line("5-participant-then-wrapper").contains("0 of 2"));
    assert_eq!(listed.stdout.lines().count(), 15);
    let as_json = home.run(&["recipes", "list", "--json"]).expect(0);
    let published: Vec<String> = as_json
        .json_lines()
        .into_iter()
        .filter(|recipe| recipe["published"] == true)
        .map(|recipe| recipe["name"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(published, ["standard"]);
}

#[test]
fn a_recipe_is_shown_with_its_claim_its_steps_and_the_published_way() {
    let home = Home::new();
    let shown = home.run(&["recipes", "show", "2-post-empty"]).expect(0);
    for words in [
        "forum thread 2",
        "POST /api/v2/conversations/{conversation}",
        "that path has DELETE and GET only",
        "POST /api/v2/conversations/{conversationId}/disconnect",
        "client credentials",
    ] {
        assert!(
            shown.stdout.contains(words),
            "{words} is not in\n{}",
            shown.stdout
        );
    }
    assert!(
        shown.stdout.lines().all(|line| line.chars().count() <= 80),
        "{}",
        shown.stdout
    );
    home.run(&["recipes", "show", "6-magic"])
        .refused(6, &["there is no recipe `6-magic`"]);
}

#[test]
fn a_file_of_one_s_own_is_checked_step_by_step_or_refused_with_its_line() {
    let home = Home::new();
    let text = std::fs::read_to_string("assets/recipes/4-patch-200.toml").unwrap();
    let file = home.write("mine.toml", &text);
    let name = file.to_str().unwrap();
    let checked = home.run(&["recipes", "check", name]).expect(0);
    assert!(
        checked.stdout.contains(
            "not published  mine patch: PATCH /api/v2/conversations/messaging/{conversation}"
        ),
        "{}",
        checked.stdout
    );
    assert!(
        checked.stderr.contains("0 of 2 steps are published"),
        "{}",
        checked.stderr
    );
    std::fs::write(&file, text.replacen("accepted =", "acepted =", 1)).unwrap();
    home.write("mine.toml", &text.replacen("accepted =", "acepted =", 1));
    home.run(&["recipes", "check", name])
        .refused(2, &["mine.toml:", "unknown key `acepted`"]);
    home.run(&["recipes", "check", "nowhere/else.toml"])
        .refused(2, &["cannot be read"]);
}

#[test]
fn every_step_of_every_recipe_is_checked_and_those_that_are_made_up_name_the_published_way() {
    let home = Home::new();
    let checked = home.run(&["recipes", "check", "--json"]).expect(0);
    let lines = checked.json_lines();
    assert_eq!(lines.len(), 22);
    for line in &lines {
        let is_standard = line["recipe"] == "standard";
        assert_eq!(line["published"].is_string(), is_standard, "{line}");
        assert!(!line["instead"].as_array().unwrap().is_empty(), "{line}");
    }
}
