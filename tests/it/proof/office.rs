//! A served organisation, the program's folders, and a profile of it: what every proof needs.

use std::process::Command;

use serde_json::{Value, json};

use crate::support::served::Served;
use crate::support::{Home, Ran};

/// Three orphans and a chat that owes wrap-up, on a platform that applies at once.
const STAGED: &str = r#"
[[chat]]
kind = "orphan"
label = "orphan"
count = 3
[[chat]]
kind = "wrap-up"
label = "owed"
"#;

/// An organisation and a program that has a profile of it, named `acme`.
pub(crate) struct Office {
    pub(crate) home: Home,
    pub(crate) served: Served,
}

/// A conversation that everything is tried on.
pub(crate) const ORPHAN: &str = "orphan";

impl Office {
    /// As it comes.
    pub(crate) fn new() -> Self {
        Self::on("", "")
    }

    /// With more to say of the platform, and more flags for the sandbox.
    pub(crate) fn on(platform: &str, more: &str) -> Self {
        let home = Home::new();
        let usual = [
            "rate_limit = 3000",
            "apply_ms = [0, 0]",
            "analytics_lag_ms = 0",
        ];
        let is_left = |line: &&str| !platform.contains(line.split(' ').next().unwrap());
        let usual: Vec<&str> = usual.into_iter().filter(is_left).collect();
        let usual = usual.join("\n");
        let text = format!(
            "description = \"of a test\"\nseed = 11\n[platform]\n{usual}\n{platform}\n{STAGED}"
        );
        let scenario = home.write("office.toml", &text).display().to_string();
        let mut arguments = vec![scenario.as_str()];
        arguments.extend(more.split_whitespace());
        let served = Served::start(&home, &arguments);
        let office = Self { home, served };
        office.profile("write = true");
        office
    }

    /// Writes the profile `acme`, with these lines besides.
    pub(crate) fn profile(&self, more: &str) {
        let word = |name: &str| self.served.welcome[name].as_str().unwrap().to_owned();
        let (url, login, client) = (word("url"), word("login_url"), word("client_id"));
        let org = word("org_id");
        let text = format!(
            "default_profile = \"acme\"\n[profiles.acme]\napi_url = \"{url}\"\nlogin_url = \"{login}\"\nclient_id = \"{client}\"\norg_id = \"{org}\"\n{more}\n"
        );
        self.home.write("home/config/config.toml", &text);
    }

    /// The profile `acme` as one of a real region, with these lines besides: its hosts must be somewhere on the way.
    pub(crate) fn real_profile(&self, more: &str) {
        let word = |name: &str| self.served.welcome[name].as_str().unwrap().to_owned();
        let (client, org) = (word("client_id"), word("org_id"));
        let text = format!(
            "default_profile = \"acme\"\n[profiles.acme]\nregion = \"eu-west-1\"\nlabel = \"STAGE\"\nwrite = true\nclient_id = \"{client}\"\norg_id = \"{org}\"\n{more}\n"
        );
        self.home.write("home/config/config.toml", &text);
    }

    /// The binary with the profile's secret in its variable.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = self.home.command(arguments);
        let secret = self.served.welcome["client_secret"].as_str().unwrap();
        command.env("UNSTICK_CLIENT_SECRET", secret);
        command
    }

    /// Runs it to its end.
    pub(crate) fn run(&self, arguments: &[&str]) -> Ran {
        Ran::of(&self.command(arguments).output().unwrap())
    }

    /// Ends one chat, confirmed, with these arguments besides.
    pub(crate) fn terminate(&self, id: &str, more: &[&str]) -> Ran {
        let confirmed = ["terminate", "--ids", id, "--confirm", "acme 1"];
        self.run(&[&confirmed, more].concat())
    }

    /// What doctor finds.
    pub(crate) fn doctor(&self) -> Findings {
        Findings::of(&self.run(&["doctor", "--json"]))
    }

    /// The id of a staged chat.
    pub(crate) fn id(&self, label: &str) -> String {
        self.served.id(label)
    }

    /// Requests that were to change something, whoever sent them. A channel to listen by is the listener's own.
    pub(crate) fn changes(&self) -> Vec<Value> {
        let asks = |path: &str| path.contains("/query") || path.ends_with("/bulk");
        let mut arrivals = self.served.told("requests");
        arrivals.retain(|one| {
            let path = one["path"].as_str().unwrap();
            !matches!(one["method"].as_str(), Some("GET" | "HEAD"))
                && !asks(path)
                && !path.starts_with("/oauth/")
                && !path.starts_with("/api/v2/notifications/")
        });
        arrivals
    }

    /// Takes permissions away from every role.
    pub(crate) fn without(&self, permissions: &[&str]) {
        self.served
            .order(&json!({ "remove_permissions": permissions }));
    }

    /// Every answer of this path is this from now on.
    pub(crate) fn answers(&self, path: &str, status: u16, body: &Value) {
        self.served.order(&json!({ "fault": [{
            "path": path, "times": 0, "status": status,
            "body": body.to_string(), "content_type": "application/json",
        }] }));
    }
}

/// What doctor printed as JSON.
#[derive(Debug)]
pub(crate) struct Findings {
    pub(crate) code: i32,
    pub(crate) whole: Value,
}

impl Findings {
    #[track_caller]
    pub(crate) fn of(ran: &Ran) -> Self {
        let [whole] = &ran.json_lines()[..] else {
            panic!("one object: {ran:#?}");
        };
        let code = ran.code.unwrap();
        assert_eq!(whole["format"], "unstick-doctor/1");
        assert_eq!(whole["exit"], code, "it says with what it leaves");
        Self {
            code,
            whole: whole.clone(),
        }
    }

    /// The line of one check.
    #[track_caller]
    pub(crate) fn check(&self, name: &str) -> &Value {
        let checks = self.whole["checks"].as_array().unwrap();
        let found = checks.iter().find(|check| check["check"] == name);
        found.unwrap_or_else(|| panic!("no {name} in {:#}", self.whole))
    }

    /// A check came out like this, with these words somewhere in what was found or in the mend.
    #[track_caller]
    pub(crate) fn says(&self, name: &str, word: &str, words: &str) -> &Self {
        let check = self.check(name);
        assert_eq!(check["word"], word, "{check:#}");
        let said = format!(
            "{} {}",
            check["what"].as_str().unwrap(),
            check["mend"].as_str().unwrap_or_default()
        );
        assert!(said.contains(words), "no `{words}` in {check:#}");
        self
    }

    /// Every check that came out like this.
    pub(crate) fn named(&self, word: &str) -> Vec<&str> {
        let checks = self.whole["checks"].as_array().unwrap().iter();
        checks
            .filter(|check| check["word"] == word)
            .map(|check| check["check"].as_str().unwrap())
            .collect()
    }
}
