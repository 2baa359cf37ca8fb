//! A person with a browser: opens the page, chooses who signs in, and is sent back to the program.

use reqwest::redirect::Policy;
use reqwest::{Client, Url};

/// A browser that goes where it is sent only when it is told to.
pub(crate) struct Browser(Client);

impl Browser {
    pub(crate) fn new() -> Self {
        let http = Client::builder().no_proxy().redirect(Policy::none());
        Self(http.build().unwrap())
    }

    /// Opens the consent page at this address and says yes as its first user; answers where the browser is sent.
    pub(crate) async fn consent(&self, url: &str) -> String {
        self.choose(url, |page| between(page, "name=\"user\" value=\"", "\""))
            .await
    }

    /// The same, and says no.
    pub(crate) async fn refuse(&self, url: &str) -> String {
        self.choose(url, |_| "nobody".to_owned()).await
    }

    async fn choose(&self, url: &str, user: impl Fn(&str) -> String) -> String {
        let answer = self.0.get(url).send().await.unwrap();
        assert_eq!(answer.status(), 200, "{url}");
        let page = answer.text().await.unwrap();
        let ticket = between(&page, "name=\"ticket\" value=\"", "\"");
        let form = format!("ticket={ticket}&user={}", user(&page));
        let to = Url::parse(url).unwrap().join("/oauth/authorize").unwrap();
        let request = self.0.post(to).body(form);
        let request = request.header("content-type", "application/x-www-form-urlencoded");
        let answer = request.send().await.unwrap();
        assert_eq!(answer.status(), 302);
        answer.headers()["location"].to_str().unwrap().to_owned()
    }

    /// Goes there; answers the status and the page, or nothing where nobody listens.
    pub(crate) async fn go(&self, to: &str) -> Option<(u16, String)> {
        // By address: where the name leads is not what is tried here.
        let to = to.replace("//localhost:", "//127.0.0.1:");
        let answer = self.0.get(to).send().await.ok()?;
        let status = answer.status().as_u16();
        Some((status, answer.text().await.ok()?))
    }
}

/// What stands between these in a text.
pub(crate) fn between(text: &str, before: &str, after: &str) -> String {
    let rest = text.split(before).nth(1);
    let rest = rest.unwrap_or_else(|| panic!("no {before} in {text}"));
    rest.split(after).next().unwrap().to_owned()
}
