//! `login --replace`: the secret that is kept afterwards is that of the profile that is there afterwards.

use std::fs;

use crate::cli_login::Place;

impl Place {
    fn kept(&self, name: &str) -> Option<String> {
        let text = fs::read_to_string(self.secret_file(name)).ok()?;
        Some(text.trim_end().to_owned())
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
