//! What a step sends: its method, path, body and headers, and what counts as accepted.

use std::collections::BTreeMap;

use super::Reader;
use crate::domain::recipe::{
    Each, Method, Slot, Template, accepted_trouble, aim_trouble, body_trouble, header_trouble,
    size_trouble, slots_of,
};
use crate::settings::nearest::nearest;
use crate::settings::region::did_you_mean;

const FOR_NOBODY: &str = "`{participant}` and `{communication}` need a step that is sent for a party: `for = \"customer\"` or `\"agent\"`";

impl Reader {
    pub(super) fn method(&mut self, said: &str) -> Option<Method> {
        let found = Method::ALL
            .into_iter()
            .find(|(word, _)| *word == said)
            .map(|(_, method)| method);
        if found.is_none() {
            let words = Method::ALL.map(|(word, _)| word);
            let near = nearest(&said.to_uppercase(), words);
            let what = format!(
                "`{said}` is no method ({}){}",
                words.join(", "),
                did_you_mean(near.as_deref())
            );
            self.wrong("method", 0, what);
        }
        found
    }

    pub(super) fn path(
        &mut self,
        said: &str,
        method: Option<Method>,
        each: Each,
    ) -> Option<Template> {
        let path = match said.parse::<Template>() {
            Ok(path) => path,
            Err(bad) => {
                self.wrong("path", bad.at(), bad.to_string());
                return None;
            }
        };
        let is_frame = method == Some(Method::Socket);
        if method.is_some() && is_frame != path.is_guests_socket() {
            let what = if is_frame {
                "a frame goes to `/v1?deploymentId={deployment}`, the web socket of guests"
            } else {
                "the web socket of guests takes frames alone: its method is `SOCKET`"
            };
            self.wrong("path", 0, what);
            return None;
        }
        if each == Each::Conversation
            && [Slot::Participant, Slot::Communication]
                .iter()
                .any(|slot| path.has(*slot))
        {
            self.wrong("path", 0, FOR_NOBODY);
            return None;
        }
        Some(path)
    }

    pub(super) fn check_body(
        &mut self,
        body: Option<&serde_json::Value>,
        method: Option<Method>,
        each: Each,
    ) {
        let Some(body) = body else {
            if method == Some(Method::Socket) {
                self.wrong("method", 0, "a frame on a socket needs a `body`");
            }
            return;
        };
        if method == Some(Method::Delete) {
            self.wrong("body", 0, "a DELETE has no body here");
        }
        if let Some(bad) = body_trouble(body) {
            self.wrong("body", 0, bad.to_string());
        }
        if let Some(what) = size_trouble(body) {
            self.wrong("body", 0, what);
        }
        let of_a_party = slots_of(body)
            .iter()
            .any(|slot| matches!(slot, Slot::Participant | Slot::Communication));
        if each == Each::Conversation && of_a_party {
            self.wrong("body", 0, FOR_NOBODY);
        }
    }

    pub(super) fn check_aim(
        &mut self,
        path: Option<&Template>,
        body: Option<&serde_json::Value>,
        method: Option<Method>,
    ) {
        let aim = path.zip(method);
        if let Some(what) = aim.and_then(|(path, method)| aim_trouble(path, body, method)) {
            self.wrong("path", 0, what);
        }
    }

    pub(super) fn check_headers(&mut self, headers: &BTreeMap<String, String>) {
        for (name, value) in headers {
            if let Some(what) = header_trouble(name, value) {
                self.wrong(&format!("headers.{name}"), 0, what);
            }
        }
    }

    pub(super) fn check_accepted(&mut self, accepted: &[u16], method: Option<Method>) {
        if let Some(what) = method.and_then(|method| accepted_trouble(accepted, method)) {
            self.wrong("accepted", 0, what);
        }
    }
}
