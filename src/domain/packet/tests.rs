use serde_json::json;

use super::*;
use crate::domain::conversation::{Conversation, Participant, Purpose};
use crate::domain::failure::Receipt;
use crate::domain::ids::ParticipantId;
use crate::domain::request_line::{Asker, Passage, RequestLine};
use crate::domain::roster::{Listed, Reading};

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_790_000_000 + second).unwrap()
}

fn receipt(correlation: &str) -> Receipt {
    Receipt {
        status: Some(200),
        took_ms: 212,
        correlation: Some(Text::clean(correlation)),
        date: None,
    }
}

fn packet(is_masked: bool) -> Packet {
    let id = ConversationId::from_u128(7);
    let mut customer = Participant::new(ParticipantId::from_u128(1), Purpose::Customer);
    customer.name = Some(Text::clean("Mia Okafor"));
    let mut row = Row::new(Listed::new(id, at(-900)));
    row.reading = Some(Arc::new(Reading {
        conversation: Conversation {
            participants: vec![customer],
            ..Conversation::new(id, at(-900))
        },
        read_at: at(-2),
        arrived: at(-1),
        receipt: receipt("of-the-read"),
    }));
    let read = |second, state: &str| {
        let body = json!({ "participants": [{ "purpose": "customer", "name": "Mia Okafor", "state": state,
            "attributes": { "order": "canary-5513" } }] });
        Some(Arc::new(RawRead::new(
            at(second),
            receipt("of-an-answer"),
            body,
        )))
    };
    Packet {
        made_at: at(0),
        scope: Scope {
            org_id: "org-1".to_owned(),
            api_host: "api.example.test".to_owned(),
            client_id: "client-1".to_owned(),
            profile: "acme-prod".to_owned(),
        },
        place: "eu-central-1".to_owned(),
        label: "PROD".to_owned(),
        row,
        first: read(-60, "connected"),
        newest: read(-2, "disconnected"),
        requests: vec![RequestLine {
            number: 1,
            at: at(-2),
            method: "GET".to_owned(),
            path: format!("/api/v2/conversations/{id}"),
            by: Asker::Asked,
            attempt: 1,
            receipt: receipt("of-a-request"),
            trouble: None,
            passage: Passage::default(),
        }],
        runs: Vec::new(),
        no_runs: None,
        is_masked,
    }
}

#[test]
fn a_packet_has_both_answers_the_requests_and_who_it_is_about_and_names_nobody() {
    let text = packet(true).markdown();
    for kept in [
        "00000000-0000-0000-0000-000000000007",
        "org-1",
        "eu-central-1",
        "client-1",
        "of-a-request",
        "of-an-answer",
        "The first read, 2026-",
        "\"connected\"",
        "\"disconnected\"",
        concat!("unstick ", env!("CARGO_PKG_VERSION")),
        "M. O.",
        "Personal data",
    ] {
        assert!(text.contains(kept), "{kept} is not in\n{text}");
    }
    for gone in ["Okafor", "canary-5513"] {
        assert!(!text.contains(gone), "{gone} is in\n{text}");
    }
    let asked = packet(false).markdown();
    assert!(
        asked.contains("Mia Okafor") && asked.contains("canary-5513"),
        "{asked}"
    );
}

#[test]
fn what_others_wrote_breaks_out_of_no_cell_and_no_fence() {
    let mut packet = packet(false);
    let hostile = "x | y `z` </td>\n```\n# heading \u{1b}[2J\u{202e}";
    packet.place = hostile.to_owned();
    let body = json!({ "name": hostile, hostile: 1 });
    let read = RawRead::new(at(-2), receipt(hostile), body);
    packet.newest = Some(Arc::new(read));
    packet.first = None;
    let text = packet.markdown();
    assert!(
        !text.contains('\u{1b}') && !text.contains('\u{202e}'),
        "{text}"
    );
    let fences = text.lines().filter(|line| line.starts_with("```")).count();
    assert_eq!(fences, 2, "{text}");
    let headings: Vec<&str> = text.lines().filter(|line| line.starts_with("# ")).collect();
    assert_eq!(headings.len(), 1, "{headings:?}");
}
