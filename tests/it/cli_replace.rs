//! `login --replace`: the secret that is kept afterwards is that of the profile that is there afterwards.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::process::Command;

use crate::cli_login::Place;
use crate::support::Ran;

impl Place {
    fn kept(&self, name: &str) -> Option<String> {
        let text = fs::read_to_string(self.secret_file(name)).ok()?;
        Some(text.trim_end().to_owned())
    }

    /// The usual configuration has the profile `near` of one client, with a secret; another file has that of another client, a person's.
    fn with_a_stranger() -> Self {
        let place = Self::new();
        place
            .login("near", &place.said("client_secret"), &[])
            .expect(0);
        let stranger = place.person_lines("near");
        place.home.write("said.toml", &stranger);
        place
    }

    /// A command under that other file.
    fn under_said(&self, arguments: &[&str]) -> Command {
        let mut command = self.home.command(arguments);
        command.env("UNSTICK_CONFIG", self.home.path("said.toml"));
        command
    }
}

#[test]
fn a_profile_of_another_client_has_the_new_secret() {
    let place = Place::new();
    let secret = place.said("client_secret");
    place.login("near", &secret, &[]).expect(0);
    let other = place.config().replace(&place.said("client_id"), "c-other");
    place.home.write("home/config/config.toml", &other);
    fs::write(place.secret_file("near"), "secret of c-other\n").unwrap();
    place.login("near", &secret, &["--replace"]).expect(0);
    assert_eq!(place.kept("near"), Some(secret));
    place.home.run(&["list", "--json"]).expect(0);
}

#[tokio::test]
async fn a_client_without_a_secret_is_not_given_that_of_the_one_before() {
    let place = Place::new();
    place
        .login("near", &place.said("client_secret"), &[])
        .expect(0);
    let flags = place.person_flags();
    let mut arguments = vec!["login", "near", "--replace", "--no-browser"];
    arguments.extend(flags.iter().map(String::as_str));
    let login = place.begin(&arguments, &[]);
    login.consent().await;
    login.end().expect(0);
    assert_eq!(place.kept("near"), None);
}

#[tokio::test]
async fn a_configuration_that_somebody_changes_meanwhile_leaves_the_secret_as_it_was() {
    for was_there in [true, false] {
        let place = Place::new();
        let before = was_there.then(|| place.said("client_secret"));
        if let Some(secret) = &before {
            place.login("near", secret, &[]).expect(0);
        }
        let people = place.people();
        let secret = people["client_secret"].as_str().unwrap();
        let flags = place.person_flags();
        let mut arguments = vec!["login", "near", "--replace", "--no-browser"];
        arguments.extend(flags.iter().map(String::as_str));
        let login = place.begin(&arguments, &[("UNSTICK_CLIENT_SECRET", secret)]);
        let changed = place.config() + "# meanwhile\n";
        place.home.write("home/config/config.toml", &changed);
        login.consent().await;
        login
            .end()
            .refused(2, &["changed it meanwhile", "nothing was written"]);
        assert_eq!(place.config(), changed);
        assert_eq!(place.kept("near"), before);
        if was_there {
            place.home.run(&["list", "--json"]).expect(0);
        }
    }
}

#[test]
fn a_secret_that_cannot_be_kept_is_refused_before_anybody_signs_in_and_what_is_kept_stays() {
    let place = Place::with_a_stranger();
    // Not even one that is refused, because others can read it, is this command's to remove.
    let file = place.secret_file("near");
    fs::set_permissions(&file, fs::Permissions::from_mode(0o644)).unwrap();
    let before = place.served.told("requests").len();
    let mut login = place.under_said(&["login", "near", "--no-input"]);
    login.env("UNSTICK_CLIENT_SECRET", "another");
    Ran::of(&login.output().unwrap())
        .refused(2, &["no secret is kept or taken", "nothing was written"]);
    assert_eq!(place.kept("near"), Some(place.said("client_secret")));
    assert_eq!(place.served.told("requests").len(), before);
}

#[tokio::test]
async fn a_profile_that_is_a_stranger_s_is_set_up_and_forgotten_and_the_other_s_secret_stays() {
    let place = Place::with_a_stranger();
    let said = place.home.path("said.toml");
    let flags = place.person_flags();
    let mut arguments = vec!["login", "near", "--replace", "--no-browser"];
    arguments.extend(flags.iter().map(String::as_str));
    let login = place.begin(&arguments, &[("UNSTICK_CONFIG", said.to_str().unwrap())]);
    login.consent().await;
    let ran = login.end().expect(0);
    assert!(!ran.stderr.contains("warning"), "{ran:#?}");
    let forget = place
        .under_said(&["logout", "near", "--forget"])
        .output()
        .unwrap();
    let ran = Ran::of(&forget).expect(0);
    let words = "What is kept under `near` is for another client or other addresses, and stays";
    assert!(ran.stderr.contains(words), "{ran:#?}");
    let left = fs::read_to_string(said).unwrap();
    assert!(!left.contains("profiles.near"), "{left}");
    assert_eq!(place.kept("near"), Some(place.said("client_secret")));
    place.home.run(&["list", "--json"]).expect(0);
}

#[test]
fn a_profile_of_a_file_that_a_variable_names_is_pinned_there() {
    let place = Place::new();
    let secret = place.said("client_secret");
    place.login("near", &secret, &[]).expect(0);
    let org_id = format!("org_id = \"{}\"", place.said("org_id"));
    let own = place.config();
    assert!(own.contains(&org_id), "{own}");
    place.home.write("said.toml", &own.replace(&org_id, ""));
    let mut login = place.under_said(&["login", "near", "--no-input"]);
    login.env("UNSTICK_CLIENT_SECRET", &secret);
    let ran = Ran::of(&login.output().unwrap()).expect(0);
    assert!(ran.stderr.contains("pinned to that"), "{ran:#?}");
    let said = fs::read_to_string(place.home.path("said.toml")).unwrap();
    assert!(said.contains(&org_id), "{said}");
}
