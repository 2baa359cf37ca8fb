//! How a place is made: what is staged, and how fast everything goes.

use unstick::domain::item::Timings;
use unstick::domain::run::Pace;
use unstick::genesys::Timeouts;
use unstick::sandbox::Scenario;

/// How a place is made.
pub(crate) struct Staging {
    pub(crate) scenario: Scenario,
    pub(crate) timings: Timings,
    pub(crate) timeouts: Timeouts,
    pub(crate) per_minute: u32,
    pub(crate) pace: Pace,
    /// Whether the sandbox speaks TLS.
    pub(crate) is_encrypted: bool,
    /// Whether the client is told whom to trust.
    pub(crate) is_trusting: bool,
    /// Whether there is a line between client and sandbox that can be cut.
    pub(crate) is_relayed: bool,
}

impl Staging {
    /// A built-in scenario, and everything as it is in earnest.
    pub(crate) fn named(scenario: &str) -> Self {
        Self {
            scenario: Scenario::named(scenario).unwrap(),
            timings: Timings::default(),
            timeouts: Timeouts::default(),
            per_minute: 270,
            pace: Pace {
                canary: 1,
                max_parallel: 4,
            },
            is_encrypted: false,
            is_trusting: true,
            is_relayed: false,
        }
    }

    /// A scenario written in the test, on a platform and with waiting times that are both five times as fast as in earnest: what is
    /// accepted is applied within 0.16 s, an effect is looked for after 0.2, 0.6, 1.4 and 3 s, a late one awaited for 3 s. How old a read
    /// may be is no wait, and stays.
    pub(crate) fn quick(text: &str) -> Self {
        Self::on("", text)
    }

    /// The same with more to say of the platform.
    pub(crate) fn on(platform: &str, text: &str) -> Self {
        Self::whole("", platform, text)
    }

    /// The same, filled up to so many chats.
    pub(crate) fn filled(count: usize, text: &str) -> Self {
        Self::whole(&format!("fill = {count}"), "", text)
    }

    /// One that speaks the forum's dialect, with these traps.
    pub(crate) fn forum(switches: &str, text: &str) -> Self {
        let first = "dialect = \"forum\"";
        Self::whole(first, "", &format!("[forum]\n{switches}\n{text}"))
    }

    fn whole(first: &str, platform: &str, text: &str) -> Self {
        let text = format!(
            "{first}\ndescription = \"of a test\"\nseed = 11\n[platform]\nrate_limit = 3000\napply_ms = [20, 160]\nanalytics_lag_ms = 600\n{platform}\n{text}"
        );
        Self {
            scenario: Scenario::parse(&text, "test.toml").unwrap(),
            timings: fifth(&Timings::default()),
            per_minute: 2700,
            ..Self::named("quiet")
        }
    }

    /// So many orphans, `orphan`, `orphan-2` and so on.
    pub(crate) fn orphans(count: usize) -> Self {
        Self::quick(&orphans(count))
    }
}

/// So many orphans, as a scenario says it.
pub(crate) fn orphans(count: usize) -> String {
    format!("[[chat]]\nkind = \"orphan\"\nlabel = \"orphan\"\ncount = {count}\n")
}

/// Every wait a fifth of what it was. How old evidence may be is none.
pub(crate) fn fifth(timings: &Timings) -> Timings {
    Timings {
        settle: timings.settle.iter().map(|wait| *wait / 5).collect(),
        machines: timings.machines / 5,
        verify_gap: timings.verify_gap / 5,
        quiet: timings.quiet / 5,
        retry: timings.retry / 5,
        proof: timings.proof.iter().map(|wait| *wait / 5).collect(),
        stray: timings.stray.iter().map(|wait| *wait / 60).collect(),
        ..timings.clone()
    }
}
