//! The real binary: names in what it prints, and what it keeps of them.

use std::fs;
use std::path::PathBuf;

use serde_json::Value;

use crate::support::served::Served;
use crate::support::{Home, Ran};

/// A real profile whose organisation is a sandbox: what it learns of names is kept.
struct Place {
    home: Home,
    served: Served,
    secret: String,
}

impl Place {
    fn new(scenario: &str) -> Self {
        let home = Home::new();
        let file = home.write("names.toml", scenario);
        let served = Served::start(&home, &[file.to_str().unwrap()]);
        let said = |key: &str| served.welcome[key].as_str().unwrap().to_owned();
        home.write(
            "home/config/config.toml",
            &served.profile("near", "write = true"),
        );
        let secret = said("client_secret");
        Self {
            home,
            served,
            secret,
        }
    }

    fn run(&self, arguments: &[&str]) -> Ran {
        let mut command = self.home.command(arguments);
        let command = command.env("UNSTICK_CLIENT_SECRET", &self.secret);
        Ran::of(&command.output().unwrap()).expect(0)
    }

    /// The list, unread.
    fn listed(&self) -> Vec<Value> {
        let arguments = ["list", "--profile", "near", "--json", "--read-for", "0s"];
        self.run(&arguments).json_lines()
    }

    /// What its rows go by.
    fn names(&self) -> Vec<[Value; 5]> {
        let rows = self.listed().into_iter();
        let keys = ["id", "queue", "bot", "deployment", "divisions"];
        rows.map(|row| keys.map(|key| row[key].clone())).collect()
    }

    fn cache(&self) -> PathBuf {
        let org = self.served.welcome["org_id"].as_str().unwrap();
        self.home.path(&format!("home/cache/names-{org}.json"))
    }

    /// Requests for names so far.
    fn asked(&self) -> Vec<String> {
        let requests = self.served.told("requests").into_iter();
        let paths = requests.map(|one| one["path"].as_str().unwrap().to_owned());
        paths
            .filter(|path| super::PLACES.contains(&path.as_str()))
            .collect()
    }
}

fn sorted(rows: &[Value], key: &str) -> Vec<String> {
    let all = rows.iter().filter_map(|row| row[key].as_str());
    let mut all: Vec<String> = all.map(str::to_owned).collect();
    all.sort();
    all
}

#[test]
fn an_unread_list_names_queues_bots_divisions_and_deployments_and_filters_by_them() {
    let place = Place::new(super::FEW);
    let rows = place.listed();
    assert!(rows.iter().all(|row| row["read_at"].is_null()));
    assert!(sorted(&rows, "queue").contains(&"Claims".to_owned()));
    assert_eq!(sorted(&rows, "deployment"), ["Desk", "Shop"]);
    assert!(
        rows.iter()
            .all(|row| !row["divisions"][0].as_str().unwrap().is_empty())
    );
    let matching = |filter: &str| {
        let arguments = [
            "list",
            "--profile",
            "near",
            "--json",
            "--read-for",
            "0s",
            "--filter",
            filter,
        ];
        place.run(&arguments).json_lines().len()
    };
    let queue = rows.iter().find(|row| row["queue"] == "Claims").unwrap();
    let id = queue["queue_id"].as_str().unwrap();
    for (filter, count) in [
        ("queue:Claims", 1),
        (&*format!("queue:{id:.8}"), 1),
        ("deployment:desk", 1),
        ("deployment!=desk", 1),
        ("bot:Triage", 1),
        ("queue:Other", 0),
    ] {
        assert_eq!(matching(filter), count, "{filter}");
    }
}

#[test]
fn what_was_learnt_is_kept_for_the_next_start_and_a_damaged_file_is_dropped() {
    let place = Place::new(super::FEW);
    let first = place.names();
    let cache = place.cache();
    let kept = fs::read_to_string(&cache).unwrap();
    assert!(kept.contains("Claims") && kept.contains("Shop"), "{kept}");
    let asked = place.asked();
    assert!(
        asked.contains(&"/api/v2/routing/queues".to_owned()),
        "{asked:?}"
    );
    assert_eq!(place.names(), first);
    // A deployment's setting is never from the disk.
    let again = place.asked()[asked.len()..].to_vec();
    assert_eq!(again, ["/api/v2/webdeployments/deployments"]);
    fs::write(&cache, &kept[..kept.len() / 2]).unwrap();
    assert_eq!(place.names(), first);
    assert_eq!(
        place.asked().len(),
        2 * asked.len() + 1,
        "all is asked again"
    );
    assert!(fs::read_to_string(&cache).unwrap().contains("Claims"));
    let log = fs::read_to_string(place.home.path("home/state/unstick.log")).unwrap();
    let words = "names that were kept cannot be used";
    assert_eq!(log.matches(words).count(), 1, "{log}");
}

#[test]
fn a_sandbox_s_names_are_not_kept() {
    let home = Home::new();
    let ran = home.run(&["list", "--sandbox=demo", "--json", "--read-for", "0s"]);
    let rows = ran.expect(0).json_lines();
    assert!(rows.iter().any(|row| row["queue"] == "Billing EU"));
    assert!(!home.path("home/cache").exists());
}

#[test]
fn the_wrap_up_code_of_a_plan_is_said_by_its_name() {
    let place = Place::new(
        "description = \"owed\"\n[[chat]]\nkind = \"wrap-up\"\n[platform]\nwrap_up_codes = [\"Left alone\"]\n",
    );
    let plan = |code: &str| {
        let arguments = [
            "plan",
            "--profile",
            "near",
            "--filter",
            "kind:wrap-up",
            "--wrap-up",
            code,
        ];
        let ran = place.run(&arguments);
        assert!(ran.stderr.contains("wrap-up Left alone,"), "{ran:?}");
        ran.json_lines()[0]["wrap_up"].as_str().unwrap().to_owned()
    };
    let id = plan("Left alone");
    assert_eq!(plan(&id), id);
}
