use super::*;
use crate::settings::tests::Home;

/// Comments everywhere, an order of its own, and odd spaces.
const WRITTEN: &str = "# mine\nlog_level   = \"debug\" # for now\ndefault_profile = 'acme' # the one\n\n[limits] # of all\nmax_batch = 5\n\n\
    # production\n[profiles.acme]\nregion = \"eu-west-1\"\nclient_id = \"c\" # app 7\nwrite = true\n\n[[view]]\nname = \"v\"\nfilter = \"is:stuck\"\n";

fn new(name: &str) -> NewProfile {
    NewProfile {
        name: name.to_owned(),
        place: Where::Region("eu-central-1".to_owned()),
        client_id: "d".to_owned(),
        grant: Grant::Code,
        sso: Some(Sso {
            org: "o \"q\"".to_owned(),
            provider: "okta".to_owned(),
        }),
        label: Some("STAGE".to_owned()),
        org_id: Some("o-1".to_owned()),
    }
}

fn file_with(home: &Home, text: &str) -> PathBuf {
    let file = home.paths().config_file();
    fs::write(&file, text).unwrap();
    file
}

#[test]
fn a_new_profile_is_added_and_every_line_that_was_there_stays() {
    let home = Home::new();
    let file = file_with(&home, WRITTEN);
    let mut draft = Draft::of(&file).unwrap();
    draft.put(&new("stage")).unwrap();
    draft.save().unwrap();
    let text = fs::read_to_string(&file).unwrap();
    for line in WRITTEN.lines() {
        assert!(text.contains(line), "`{line}` is gone from\n{text}");
    }
    let expected = "\n[profiles.stage]\nregion = \"eu-central-1\"\nclient_id = \"d\"\ngrant = \"code\"\n\
        sso = { org = 'o \"q\"', provider = \"okta\" }\nlabel = \"STAGE\"\norg_id = \"o-1\"\n";
    assert!(text.contains(expected), "{text}");
    let profile = Draft::of(&file).unwrap().profile("stage").unwrap();
    assert!(!profile.write && profile.grant == Grant::Code);
    assert_eq!(profile.sso, new("x").sso);
    let acme = Draft::of(&file).unwrap().profile("acme").unwrap();
    assert!(acme.write);
}

#[test]
fn a_profile_is_pinned_made_the_default_and_forgotten_where_it_stands() {
    let home = Home::new();
    let file = file_with(&home, WRITTEN);
    let mut draft = Draft::of(&file).unwrap();
    draft.pin("acme", "o-7").unwrap();
    draft.put(&new("stage")).unwrap();
    draft.set_default("stage");
    draft.save().unwrap();
    let text = fs::read_to_string(&file).unwrap();
    assert!(text.contains("write = true\norg_id = \"o-7\"\n"), "{text}");
    assert!(
        text.contains("default_profile = \"stage\" # the one\n"),
        "{text}"
    );
    let mut draft = Draft::of(&file).unwrap();
    assert!(draft.forget("stage").unwrap());
    assert!(!draft.forget("acme").unwrap());
    draft.save().unwrap();
    let text = fs::read_to_string(&file).unwrap();
    assert!(
        !text.contains("profiles.") && !text.contains("default_profile"),
        "{text}"
    );
    assert!(text.contains("max_batch = 5") && text.contains("# mine"));
}

#[test]
fn a_profile_is_added_however_profiles_are_written() {
    for text in [
        "",
        "profiles = { a = { region = \"eu-west-1\", client_id = \"c\" } } # in one\n",
        "[profiles]\na = { region = \"eu-west-1\", client_id = \"c\" }\n",
        "[profiles]\na.region = \"eu-west-1\"\na.client_id = \"c\"\n[ui]\n",
        "profiles.a.region = \"eu-west-1\"\nprofiles.a.client_id = \"c\"\n",
    ] {
        let home = Home::new();
        let file = file_with(&home, text);
        let mut draft = Draft::of(&file).unwrap();
        draft.put(&new("stage")).unwrap();
        draft.save().unwrap();
        let draft = Draft::of(&file).unwrap();
        assert_eq!(draft.profile("stage").unwrap().label, "STAGE", "{text}");
        assert_eq!(text.is_empty(), draft.profile("a").is_err(), "{text}");
    }
}

#[test]
fn what_cannot_be_read_is_not_touched_and_what_could_not_be_read_is_not_written() {
    let home = Home::new();
    let broken = "[profiles.a\nregion = 1\n";
    let file = file_with(&home, broken);
    let error = Draft::of(&file).unwrap_err().to_string();
    assert!(error.contains("config.toml:1:12"), "{error}");
    assert_eq!(fs::read_to_string(&file).unwrap(), broken);
    let file = file_with(&home, WRITTEN);
    let mut draft = Draft::of(&file).unwrap();
    let wrong = NewProfile {
        label: Some("SANDBOX".to_owned()),
        ..new("stage")
    };
    draft.put(&wrong).unwrap();
    assert!(draft.profile("stage").is_err());
    let error = draft.save().unwrap_err().to_string();
    assert!(error.contains("belongs to pretend"), "{error}");
    assert_eq!(fs::read_to_string(&file).unwrap(), WRITTEN);
}

#[test]
fn what_somebody_else_wrote_meanwhile_is_not_lost() {
    let home = Home::new();
    let file = file_with(&home, WRITTEN);
    let mut draft = Draft::of(&file).unwrap();
    draft.put(&new("stage")).unwrap();
    fs::write(&file, "# theirs\n").unwrap();
    let error = draft.save().unwrap_err().to_string();
    assert!(error.contains("changed it meanwhile"), "{error}");
    assert_eq!(fs::read_to_string(&file).unwrap(), "# theirs\n");
}

#[cfg(unix)]
#[test]
fn a_new_file_is_private_an_old_one_keeps_its_permissions_and_a_link_its_target() {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = |file: &Path| fs::metadata(file).unwrap().permissions().mode() & 0o777;
    let home = Home::new();
    let file = home.0.join("new/config.toml");
    let save = |file: &Path, name: &str| {
        let mut draft = Draft::of(file).unwrap();
        draft.put(&new(name)).unwrap();
        draft.save().unwrap();
    };
    save(&file, "a");
    assert_eq!(mode(&file), 0o600);
    assert_eq!(mode(file.parent().unwrap()), 0o700);
    fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).unwrap();
    let link = home.0.join("link.toml");
    std::os::unix::fs::symlink(&file, &link).unwrap();
    save(&link, "b");
    assert!(link.symlink_metadata().unwrap().is_symlink());
    assert_eq!(mode(&file), 0o640);
    assert!(Draft::of(&file).unwrap().profile("b").is_ok());
    let left = fs::read_dir(file.parent().unwrap()).unwrap().count();
    assert_eq!(left, 1, "nothing is left aside");
}
