//! The token, the organisation that it stands for, the OAuth client that asked for it, and what its scopes say.

use serde_json::json;

use super::asked::{Asked, Rest};
use super::line::{Group, Line, shortened};
use crate::cli::exit::Exit;
use crate::domain::failure::{Failure, FailureKind};
use crate::domain::moment::{short, since};
use crate::domain::text::Text;
use crate::genesys::TokenFacts;
use crate::settings::Profile;

const GROUP: Group = Group::SignIn;

/// The grant by which programs sign in; scopes do not bind it.
const PROGRAMS: &str = "CLIENT-CREDENTIALS";

/// The families of scopes that this program's requests belong to, by the platform's convention: which operation needs which is published
/// nowhere. `<family>:readonly` is enough but where something is ended.
const FAMILIES: [(&str, &str); 9] = [
    ("analytics", "finding open chats"),
    ("conversations", "reading and ending chats"),
    ("notifications", "hearing of changes at once"),
    ("users", "names of agents"),
    ("routing", "names of queues and wrap-up codes"),
    ("web-deployments", "whether a guest is told"),
    ("architect", "names of flows"),
    ("messaging", "how long a chat can come back"),
    ("organization", "which organisation this is"),
];

/// What can be said of the sign-in.
pub(super) fn lines(asked: &Asked, profile: &Profile) -> Vec<Line> {
    let mut lines = vec![token(asked)];
    match &asked.rest {
        Some(rest) => {
            lines.push(organisation(rest, profile));
            lines.push(client(&rest.token));
            lines.push(scopes(&rest.token, profile));
        }
        None => lines.extend(unasked("without a sign-in nothing is asked")),
    }
    lines
}

/// What is not known without a sign-in.
pub(super) fn unasked(why: &str) -> Vec<Line> {
    let checks = ["organisation", "OAuth client", "scopes"];
    checks
        .map(|check| Line::unknown(GROUP, check, why))
        .to_vec()
}

/// A failure of a question as a line: what happened, and what to do.
pub(super) fn failed(group: Group, check: &str, failure: &Failure) -> Line {
    let said = match failure.said.as_str() {
        "" => failure.short(),
        said => format!("{}: {said}", failure.short()),
    };
    let correlation = failure.receipt.correlation.as_ref();
    let line = Line::unknown(group, check, said).mend(failure.remedy());
    match correlation {
        Some(id) => line.detail(json!({ "correlation": id })),
        None => line,
    }
}

fn token(asked: &Asked) -> Line {
    match &asked.sign_in {
        Ok(until) => {
            let left = short(since(asked.now, *until));
            let grant = asked
                .rest
                .as_ref()
                .and_then(|rest| rest.token.as_ref().ok());
            let grant = grant.and_then(|token| token.grant.as_ref());
            let what = match grant {
                Some(grant) => format!("good for {left}, by {grant}"),
                None => format!("good for {left}"),
            };
            Line::ok(GROUP, "token", what)
        }
        Err(failure) => Line {
            exit: Some(Exit::of_failure(failure)),
            word: super::line::Word::Bad,
            ..failed(GROUP, "token", failure)
        },
    }
}

fn organisation(rest: &Rest, profile: &Profile) -> Line {
    const CHECK: &str = "organisation";
    let (id, name) = match &rest.organisation {
        Ok(found) => found,
        Err(failure) => {
            return Line {
                exit: Some(Exit::of_failure(failure)),
                word: super::line::Word::Bad,
                ..failed(GROUP, CHECK, failure)
            };
        }
    };
    let name = name.as_ref().map_or("without a name", Text::as_str);
    let place = profile
        .region
        .as_deref()
        .unwrap_or(profile.api_url().host());
    let what = format!("{name} ({}), {place}", shortened(id));
    let detail = json!({ "id": id, "name": name, "region": profile.region });
    let other = rest
        .token
        .as_ref()
        .ok()
        .and_then(|token| token.org_id.as_ref());
    if let Some(other) = other.filter(|other| *other != id) {
        let what = format!(
            "organizations/me says {}, tokens/me says {}",
            shortened(id),
            shortened(other)
        );
        return Line::bad(GROUP, CHECK, what, Exit::Unreachable)
            .mend("something answers in the platform's place; nothing is ended like this");
    }
    match &profile.org_id {
        Some(pinned) if pinned != id => {
            let what = format!(
                "the sign-in stands for {name} ({}), and the profile names {}",
                shortened(id),
                shortened(pinned)
            );
            Line::bad(GROUP, CHECK, what, Exit::Refused)
                .mend("check org_id and client_id of the profile")
                .detail(json!({ "id": id, "pinned": pinned }))
        }
        Some(_) => Line::ok(GROUP, CHECK, format!("{what}, as pinned")).detail(detail),
        None => Line::warn(GROUP, CHECK, format!("{what}, not pinned"))
            .mend(format!("add org_id = \"{id}\" to the profile"))
            .detail(detail),
    }
}

fn client(token: &Result<TokenFacts, Failure>) -> Line {
    const CHECK: &str = "OAuth client";
    match token {
        Ok(TokenFacts {
            client_id: Some(id),
            client_name,
            ..
        }) => {
            let name = client_name.as_ref().map_or("without a name", Text::as_str);
            Line::ok(GROUP, CHECK, format!("{name} ({})", shortened(id)))
                .detail(json!({ "id": id, "name": name }))
        }
        Ok(_) => Line::unknown(GROUP, CHECK, "the token does not name it"),
        Err(failure) => failed(GROUP, CHECK, failure),
    }
}

fn scopes(token: &Result<TokenFacts, Failure>, profile: &Profile) -> Line {
    const CHECK: &str = "scopes";
    let token = match token {
        Ok(token) => token,
        Err(failure) => return failed(GROUP, CHECK, failure),
    };
    match &token.grant {
        Some(grant) if grant.as_str().eq_ignore_ascii_case(PROGRAMS) => {
            return Line::ok(
                GROUP,
                CHECK,
                "do not apply to client credentials: roles decide",
            );
        }
        None if token.scopes.is_empty() => {
            return Line::unknown(GROUP, CHECK, "the token names neither its grant nor scopes");
        }
        _ => {}
    }
    let missing: Vec<&(&str, &str)> = FAMILIES
        .iter()
        .filter(|(family, _)| !has_scope(&token.scopes, family, profile.write))
        .collect();
    let detail = json!({ "scopes": token.scopes });
    if missing.is_empty() {
        return Line::ok(GROUP, CHECK, "all that are needed").detail(detail);
    }
    let lost: Vec<String> = missing
        .iter()
        .map(|(family, lost)| format!("{family} ({lost})"))
        .collect();
    Line::warn(GROUP, CHECK, format!("not among them: {}", lost.join(", ")))
        .mend("add them to the OAuth client, then sign in again")
        .detail(detail)
}

fn has_scope(held: &[Text], family: &str, writes: bool) -> bool {
    let needs_all = writes && family == "conversations";
    held.iter().map(Text::as_str).any(|scope| {
        scope == family || !needs_all && scope.strip_suffix(":readonly") == Some(family)
    })
}

/// Whether a failure says that the permission is not there.
pub(super) fn is_refusal(failure: &Failure) -> bool {
    matches!(
        failure.kind,
        FailureKind::NotPermitted { .. } | FailureKind::Forbidden
    )
}
