//! Orders to the sandbox of a test, whoever gives them.

use serde_json::Value;

use super::host::Address;

/// Gives the sandbox orders.
#[derive(Debug, Clone)]
pub(crate) struct Control {
    client: reqwest::Client,
    url: String,
}

impl Control {
    pub(crate) fn of(address: &Address) -> Self {
        let builder = reqwest::Client::builder().no_proxy();
        Self {
            client: builder.build().unwrap(),
            // The same port speaks plain text too, and whom to trust is not what is tested here.
            url: address.url.replace("https://", "http://"),
        }
    }

    /// Posts an order: to `faults` or to `events`.
    pub(crate) async fn order(&self, what: &str, order: &Value) {
        let url = format!("{}/sandbox/{what}", self.url);
        let answer = self.client.post(url).json(order).send().await.unwrap();
        let status = answer.status();
        assert!(status.is_success(), "{}", answer.text().await.unwrap());
    }
}
