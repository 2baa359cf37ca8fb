//! How the platform answers: its clock, its speed, what it allows a minute, what can be listened to, and what lies in between.

use serde_json::json;

use super::asked::{Asked, Rest};
use super::line::{Group, Line};
use super::sign_in::failed;
use crate::cli::exit::Exit;
use crate::cli::route;
use crate::domain::rights::Holding;
use crate::domain::skew;
use crate::domain::text::Text;
use crate::genesys::{Topic, Tried};
use crate::settings::Profile;
use crate::settings::proxy::Proxy;

const GROUP: Group = Group::Platform;

/// An answer that takes longer, in milliseconds, makes a run of ten chats take minutes.
const SLOW: u64 = 1500;

/// The topic by which changes of chats are heard of: one for each queue.
const QUEUE_TOPIC: &str = "v2.routing.queues.{id}.conversations.messages";

/// What can be said of the platform.
pub(super) fn lines(asked: &Asked, profile: &Profile) -> Vec<Line> {
    let mut lines = vec![clock(asked), certificate(asked, profile), proxy(profile)];
    if let Some(rest) = &asked.rest {
        lines.extend([latency(rest), rate(rest, profile), topics(rest)]);
    }
    lines
}

fn clock(asked: &Asked) -> Line {
    const CHECK: &str = "clock";
    let Some(ahead) = asked.clock_ahead else {
        return Line::unknown(GROUP, CHECK, "no answer was dated");
    };
    let detail = json!({ "platform_ahead_s": ahead.as_secs() });
    let mend = "set this machine's clock (NTP)";
    if let Some(why) = skew::refusal(ahead) {
        return Line::bad(GROUP, CHECK, why, Exit::Refused)
            .mend(mend)
            .detail(detail);
    }
    match skew::warning(ahead) {
        Some(words) => Line::warn(GROUP, CHECK, words).mend(mend),
        None => Line::ok(GROUP, CHECK, "agrees with the platform's to within 30 s"),
    }
    .detail(detail)
}

fn certificate(asked: &Asked, profile: &Profile) -> Line {
    const CHECK: &str = "TLS";
    if profile.api_url().as_str().starts_with("http://") {
        return Line::ok(GROUP, CHECK, "plain text, and only within this machine");
    }
    match &asked.issuer {
        Some(issuer) => {
            let what = format!("trusted; the certificate was signed by {issuer}");
            Line::ok(GROUP, CHECK, what).detail(json!({ "issuer": issuer }))
        }
        // Of what comes through a tunnel the HTTP client does not keep the certificate.
        None if asked.sign_in.is_ok() => Line::ok(
            GROUP,
            CHECK,
            "trusted; through a proxy the issuer is not told",
        ),
        None => Line::unknown(GROUP, CHECK, "no certificate was accepted"),
    }
}

/// Which proxy is used, a variable's before the file's, without what may be secret in its address.
fn proxy(profile: &Profile) -> Line {
    const CHECK: &str = "proxy";
    if profile.is_pretend() {
        return Line::ok(
            GROUP,
            CHECK,
            "none: this machine is never asked through one",
        );
    }
    let except = route::exceptions().map_or_else(String::new, |hosts| {
        format!(", except for {}", Text::clean(&hosts))
    });
    let what = match (route::by_variable(), &profile.proxy) {
        (Some((name, address)), _) => format!("{} by {name}{except}", host_of(&address)),
        (None, Some(Proxy::Direct)) => "none, as the configuration says".to_owned(),
        (None, Some(Proxy::Through(address))) => {
            format!("{} by the configuration{except}", host_of(address))
        }
        (None, None) => "no variable and no configuration names one".to_owned(),
    };
    Line::ok(GROUP, CHECK, what)
}

/// Host and port of a proxy's address; a user and a password before them are nobody's business.
fn host_of(address: &str) -> String {
    let after_scheme = address.split_once("://").map_or(address, |(_, rest)| rest);
    let authority = after_scheme
        .split(['/', '?', '#'])
        .next()
        .unwrap_or_default();
    let host = authority
        .rsplit_once('@')
        .map_or(authority, |(_, host)| host);
    Text::clean(host).into()
}

fn latency(rest: &Rest) -> Line {
    const CHECK: &str = "speed";
    let listed = rest.glimpse.as_ref().ok().map(|glimpse| &glimpse.tried);
    let read = rest.one.as_ref().and_then(|one| one.as_ref().ok());
    let named = [("a list", listed), ("a read", read)];
    let took: Vec<(&str, u64)> = named
        .into_iter()
        .filter_map(|(name, tried)| Some((name, tried?.receipt.took_ms)))
        .collect();
    let words: Vec<String> = took
        .iter()
        .map(|(name, took)| format!("{name} took {took} ms"))
        .collect();
    if words.is_empty() {
        return Line::unknown(GROUP, CHECK, "nothing was answered that could be measured");
    }
    let words = words.join(", ");
    if took.iter().any(|(_, took)| *took > SLOW) {
        return Line::warn(GROUP, CHECK, words).mend("a slow line: runs take longer, nothing else");
    }
    Line::ok(GROUP, CHECK, words)
}

fn rate(rest: &Rest, profile: &Profile) -> Line {
    const CHECK: &str = "requests a minute";
    let own = profile.limits.requests_per_minute;
    let newest: Option<&Tried> = rest.one.as_ref().and_then(|one| one.as_ref().ok()).or(rest
        .glimpse
        .as_ref()
        .ok()
        .map(|glimpse| &glimpse.tried));
    let headers = newest.map(|tried| tried.rate);
    let allowed = headers.and_then(|rate| rate.allowed);
    let published = rest.published.as_ref().ok().copied().flatten();
    let detail = json!({
        "own": own,
        "allowed": allowed,
        "used": headers.and_then(|rate| rate.count),
        "reset_s": headers.and_then(|rate| rate.reset),
        "published": published,
    });
    let published = published.map_or_else(String::new, |rate| format!(", {rate} published"));
    let Some(allowed) = allowed else {
        let what = format!("the answers say nothing of it{published}; at most {own} are sent");
        return Line::unknown(GROUP, CHECK, what).detail(detail);
    };
    let used = headers.and_then(|rate| rate.count).unwrap_or(0);
    let cap = own.min(allowed.saturating_mul(9) / 10);
    let what = format!("{allowed} allowed{published}, {used} used; at most {cap} are sent");
    if u64::from(used) * 2 > u64::from(allowed) {
        return Line::warn(GROUP, CHECK, what)
            .mend("something else uses the same OAuth client; give this program one of its own")
            .detail(detail);
    }
    Line::ok(GROUP, CHECK, what).detail(detail)
}

/// Whether changes of chats can be listened to, by what the topic asks for: no channel is made to find out.
fn topics(rest: &Rest) -> Line {
    const CHECK: &str = "notifications";
    let topics = match &rest.topics {
        Ok(topics) => topics,
        Err(failure) => return failed(GROUP, CHECK, failure),
    };
    let Some(topic) = topics.iter().find(|topic| topic.id.as_str() == QUEUE_TOPIC) else {
        return Line::warn(
            GROUP,
            CHECK,
            "queues cannot be listened to here; chats are polled",
        );
    };
    let needed = topic
        .permissions
        .iter()
        .map(Text::as_str)
        .collect::<Vec<_>>();
    if needed.is_empty() {
        return Line::ok(GROUP, CHECK, "queues can be listened to");
    }
    let Ok(rights) = &rest.rights else {
        let what = format!(
            "unknown until first use: queues ask for {}",
            needed.join(", ")
        );
        return Line::unknown(GROUP, CHECK, what);
    };
    let missing = missing_for(topic, |permission| rights.holding(&[permission]));
    if missing.is_empty() {
        return Line::ok(GROUP, CHECK, "queues can be listened to");
    }
    let what = format!(
        "queues ask for {}; without it chats are polled",
        missing.join(", ")
    );
    Line::warn(GROUP, CHECK, what).mend("ask an administrator to add it to the role")
}

fn missing_for(topic: &Topic, held: impl Fn(&str) -> Holding) -> Vec<&str> {
    let missing: Vec<&str> = topic
        .permissions
        .iter()
        .map(Text::as_str)
        .filter(|permission| held(permission) == Holding::Missing)
        .collect();
    let is_enough = topic.any_is_enough && missing.len() < topic.permissions.len();
    if is_enough { Vec::new() } else { missing }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_proxy_only_host_and_port_are_said() {
        for (address, host) in [
            ("http://user:secret@proxy.acme:3128/", "proxy.acme:3128"),
            ("proxy.acme:3128", "proxy.acme:3128"),
            ("user:p@ss@proxy.acme", "proxy.acme"),
            ("socks5://[::1]:1080", "[::1]:1080"),
        ] {
            assert_eq!(host_of(address), host);
        }
    }
}
