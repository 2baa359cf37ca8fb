//! A support packet: everything about one conversation that somebody needs who looks for the fault, as one Markdown file. Times are UTC. No
//! token, no secret, no text of a message; names, addresses and the values of attributes are masked unless asked for.

mod steps;

use std::fmt::Write as _;
use std::sync::Arc;

use jiff::Timestamp;
use serde_json::Value;

use super::comparison;
use super::conversation::Purpose;
use super::diagnosis::Diagnosis;
use super::fact::RunFact;
use super::ids::ConversationId;
use super::masking::{Mask, initials, masked};
use super::plan::Scope;
use super::raw_read::RawRead;
use super::recorded::{Recorded, RecordedLeg};
use super::request_line::RequestLine;
use super::roster::Row;
use super::run::RunHeader;
use super::text::{Text, code, json};

/// What a packet is made of.
#[derive(Debug, Clone)]
pub struct Packet {
    /// When it was made.
    pub made_at: Timestamp,
    /// Organisation, host, client, profile.
    pub scope: Scope,
    /// Where it is, in words: a region, a host.
    pub place: String,
    /// The profile's label.
    pub label: String,
    /// The conversation as it is known now.
    pub row: Row,
    /// What the first read was answered.
    pub first: Option<Arc<RawRead>>,
    /// What the newest read was answered.
    pub newest: Option<Arc<RawRead>>,
    /// Requests about it, oldest first.
    pub requests: Vec<RequestLine>,
    /// Runs that it was part of, with their facts, oldest first.
    pub runs: Vec<(RunHeader, Vec<RunFact>)>,
    /// Why runs are not known.
    pub no_runs: Option<String>,
    /// Names, addresses and values of attributes are masked.
    pub is_masked: bool,
}

impl Packet {
    /// The conversation.
    pub fn id(&self) -> ConversationId {
        self.row.listed.id
    }

    /// A name for its file: short, and another one each second.
    pub fn file_name(&self) -> String {
        let at = self.made_at.strftime("%Y%m%dT%H%M%SZ");
        format!("unstick-{}-{at}.md", self.id().short())
    }

    /// The file.
    pub fn markdown(&self) -> String {
        let mut out = String::new();
        self.head(&mut out);
        self.verdict(&mut out);
        self.analytics(&mut out);
        self.requests(&mut out);
        steps::write(&mut out, self);
        self.answers(&mut out);
        out
    }

    fn head(&self, out: &mut String) {
        let masking = if self.is_masked {
            "Names are initials, and addresses and the values of attributes are lengths. Ids are whole."
        } else {
            "Names, addresses and attributes are as they are."
        };
        let scope = &self.scope;
        let rows = [
            ("conversation", self.id().to_string()),
            ("organisation", scope.org_id.clone()),
            ("region", self.place.clone()),
            ("API host", scope.api_host.clone()),
            ("OAuth client", scope.client_id.clone()),
            ("profile", format!("{} ({})", scope.profile, self.label)),
            ("made at", self.made_at.to_string()),
            (
                "made by",
                concat!("unstick ", env!("CARGO_PKG_VERSION")).to_owned(),
            ),
        ];
        let _ = writeln!(out, "# Support packet: conversation {}\n", self.id());
        let _ = writeln!(
            out,
            "Personal data may be in this file: pass it on only to whom it concerns. {masking} No message text, no token. Times are UTC.\n"
        );
        table(
            out,
            ["what", "value"],
            rows.map(|(what, said)| [what.to_owned(), code(&said)]),
        );
    }

    fn verdict(&self, out: &mut String) {
        let Diagnosis { kind, why } = self.row.diagnosis(self.made_at);
        let _ = writeln!(out, "\n## Diagnosis\n");
        let reading = self.row.reading.as_ref();
        let read_at = reading.map(|reading| reading.read_at.to_string());
        let rows = [
            (
                "kind",
                format!(
                    "{}, {}",
                    self.row.severity_of(kind, self.made_at).word(),
                    kind.word()
                ),
            ),
            ("why", self.unnamed(&why)),
            ("remedy", kind.remedy().to_owned()),
            ("read at", read_at.unwrap_or_else(|| "not read".to_owned())),
        ];
        table(
            out,
            ["what", "value"],
            rows.map(|(what, said)| [what.to_owned(), code(&said)]),
        );
    }

    /// Live and analytics, party by party.
    fn analytics(&self, out: &mut String) {
        let _ = writeln!(out, "\n## Live and analytics\n");
        if let Some(reading) = &self.row.reading {
            let legs = reading.conversation.legs().map(|(party, leg)| {
                [
                    "live".to_owned(),
                    code(party.purpose.word()),
                    code(&self.name(party.name.as_ref(), party.purpose.is_human())),
                    code(leg.state.word()),
                    code(&time(leg.since)),
                    code(&time(leg.ended)),
                    code(leg.disconnect.as_ref().map_or("", Text::as_str)),
                    String::new(),
                ]
            });
            table(out, HEADS, legs);
        } else {
            let _ = writeln!(out, "Live was not read.");
        }
        let Some(recorded) = &self.row.listed.recorded else {
            let _ = writeln!(out, "\nAnalytics was not asked.");
            return;
        };
        let _ = writeln!(out);
        table(
            out,
            HEADS,
            recorded.legs.iter().map(|leg| self.recorded(leg)),
        );
        let _ = writeln!(out, "\n{}", whole(recorded));
        let compared = comparison::of(&self.row, self.made_at);
        let pairs = compared
            .iter()
            .flat_map(|all| std::iter::once(&all.whole).chain(&all.legs));
        for pair in pairs {
            if let Some(mismatch) = &pair.mismatch {
                let who = pair.purpose.as_ref().map_or("conversation", Purpose::word);
                let _ = writeln!(out, "\n{} differs: {}.", code(who), mismatch.words());
            }
        }
    }

    fn recorded(&self, leg: &RecordedLeg) -> [String; 8] {
        let flow = leg.flow.as_ref().map(|flow| {
            let said = [&flow.name, &flow.version, &flow.kind, &flow.id];
            let said: Vec<&str> = said.into_iter().flatten().map(Text::as_str).collect();
            said.join(", ")
        });
        [
            "analytics".to_owned(),
            code(leg.purpose.word()),
            code(&self.name(leg.name.as_ref(), leg.purpose.is_human())),
            code(if leg.is_open() { "open" } else { "over" }),
            code(&time(leg.since)),
            code(&time(leg.ended)),
            code(leg.disconnect.as_ref().map_or("", Text::as_str)),
            code(&flow.unwrap_or_default()),
        ]
    }

    fn name(&self, name: Option<&Text>, is_person: bool) -> String {
        let name = name.map_or("", Text::as_str);
        if self.is_masked && is_person {
            initials(name)
        } else {
            name.to_owned()
        }
    }

    /// A sentence in which no person is named.
    fn unnamed(&self, said: &str) -> String {
        let reading = self.row.reading.as_ref().filter(|_| self.is_masked);
        let parties = reading.map_or(&[][..], |reading| &reading.conversation.participants);
        let people = parties.iter().filter(|party| party.purpose.is_human());
        let names = people.filter_map(|party| party.name.as_ref());
        names.fold(said.to_owned(), |said, name| {
            said.replace(name.as_str(), &initials(name.as_str()))
        })
    }

    fn requests(&self, out: &mut String) {
        let _ = writeln!(out, "\n## Requests of this program about it\n");
        if self.requests.is_empty() {
            let _ = writeln!(out, "None is known.");
            return;
        }
        let heads = [
            "at",
            "method",
            "path",
            "status",
            "ms",
            "try",
            "for",
            "correlation id",
        ];
        let lines = self.requests.iter().map(|line| {
            let receipt = &line.receipt;
            let status = receipt.status.map(|status| status.to_string());
            let trouble = line.trouble.as_ref().map(ToString::to_string);
            [
                code(&line.at.to_string()),
                code(&line.method),
                code(&line.path),
                code(&status.or(trouble).unwrap_or_default()),
                receipt.took_ms.to_string(),
                line.attempt.to_string(),
                line.by.word().to_owned(),
                code(receipt.correlation.as_ref().map_or("", Text::as_str)),
            ]
        });
        table(out, heads, lines);
    }

    /// The first answer and the newest.
    fn answers(&self, out: &mut String) {
        let _ = writeln!(
            out,
            "\n## Answers of `GET /api/v2/conversations/{}`",
            self.id()
        );
        let first = self.first.as_ref();
        let newest = self.newest.as_ref();
        let is_same = |one: &Arc<RawRead>, other: &Arc<RawRead>| one.read_at == other.read_at;
        match (first, newest) {
            (Some(first), Some(newest)) if is_same(first, newest) => {
                self.answer(out, "The only read", newest);
            }
            _ => {
                for (title, read) in [("The first read", first), ("The newest read", newest)] {
                    if let Some(read) = read {
                        self.answer(out, title, read);
                    }
                }
            }
        }
        if newest.is_none() {
            let _ = writeln!(
                out,
                "\nNo answer was kept: the conversation was not looked into."
            );
        }
    }

    fn answer(&self, out: &mut String, title: &str, read: &RawRead) {
        let shown: Value = if self.is_masked {
            masked(&read.body, Mask::ALL)
        } else {
            read.body.clone()
        };
        let correlation = read
            .receipt
            .correlation
            .as_ref()
            .map_or("none", Text::as_str);
        let text = serde_json::to_string_pretty(&shown).unwrap_or_default();
        let _ = writeln!(
            out,
            "\n### {title}, {}\n\ncorrelation id {}\n\n```json\n{}\n```",
            read.read_at,
            code(correlation),
            json(&text)
        );
    }
}

const HEADS: [&str; 8] = [
    "source", "party", "name", "state", "since", "ended", "how", "flow",
];

fn whole(recorded: &Recorded) -> String {
    let end = recorded.ended.map_or_else(
        || "knows of no end".to_owned(),
        |ended| format!("says that it ended at {ended}"),
    );
    format!("Analytics was asked at {} and {end}.", recorded.asked_at)
}

fn time(at: Option<Timestamp>) -> String {
    at.map_or_else(String::new, |at| at.to_string())
}

/// A table; the cells are safe already.
fn table<const N: usize>(
    out: &mut String,
    heads: [&str; N],
    lines: impl IntoIterator<Item = [String; N]>,
) {
    let _ = writeln!(out, "| {} |\n|{}", heads.join(" | "), " --- |".repeat(N));
    for line in lines {
        let _ = writeln!(out, "| {} |", line.join(" | "));
    }
}

#[cfg(test)]
mod tests;
