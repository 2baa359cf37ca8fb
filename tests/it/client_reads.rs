//! What the client asks when it lists, identifies itself, looks for wrap-up codes and fetches words; and what it makes of the answers.

use serde_json::{Value, json};
use unstick::domain::conversation::Side;
use unstick::domain::failure::FailureKind;
use unstick::engine::ports::{Org as _, PageWanted, Terminator as _};
use unstick::genesys::{WrapUpUnresolved, WritingClient};

use crate::client_server::{Server, answer, pass};

const ID: &str = "5b0c7a1e-77b0-4d8e-9a51-0e6c2f6b1d20";

fn page(from: &str, to: &str) -> PageWanted {
    PageWanted {
        from: from.parse().unwrap(),
        to: to.parse().unwrap(),
        number: 2,
        size: 100,
    }
}

#[tokio::test]
async fn the_list_asks_for_open_web_messaging_conversations_oldest_first() {
    let rows = json!({ "totalHits": 231, "conversations": [ {
        "conversationId": ID, "conversationStart": "2026-11-18T09:12:03.120Z", "customerParticipation": true,
        "participants": [
            { "purpose": "customer", "participantName": "Gu\u{1b}[2Jest" },
            { "purpose": "agent", "participantName": "Ada" },
            { "purpose": "agent" },
            { "purpose": "brand-new-purpose", "participantName": "X" },
        ] } ] });
    let server = Server::signed_in(move |_, _| answer(200, "", &rows.to_string())).await;
    let wanted = page("2026-11-01T00:00:00Z", "2026-11-20T12:00:00.5Z");
    let listed = server.client().list(wanted, pass().await).await.unwrap();
    assert_eq!(listed.total, 231);
    let row = &listed.rows[0];
    assert_eq!(row.id.to_string(), ID);
    assert_eq!(row.took_part, Some(true));
    assert_eq!(row.agent.as_ref().unwrap().as_str(), "Ada");
    assert!(!row.customer.as_ref().unwrap().as_str().contains('\u{1b}'));
    let asked = server.questions().pop().unwrap();
    assert_eq!(
        asked.target,
        "/api/v2/analytics/conversations/details/query"
    );
    let body: Value = serde_json::from_str(&asked.body).unwrap();
    let dimension = |dimension: &str, operator: &str| json!({ "type": "dimension", "dimension": dimension, "operator": operator });
    let matches = |name: &str, value: &str| {
        let mut predicate = dimension(name, "matches");
        predicate["value"] = json!(value);
        predicate
    };
    assert_eq!(
        body,
        json!({
            "interval": "2026-11-01T00:00:00.000Z/2026-11-20T12:00:00.500Z",
            "order": "asc", "orderBy": "conversationStart",
            "paging": { "pageSize": 100, "pageNumber": 2 },
            "conversationFilters": [ { "type": "and", "predicates": [dimension("conversationEnd", "notExists")] } ],
            "segmentFilters": [ { "type": "and", "predicates": [matches("mediaType", "message"), matches("messageType", "webmessaging")] } ],
        })
    );
}

#[tokio::test]
async fn more_than_31_days_are_not_asked_for() {
    let server = Server::signed_in(|_, _| answer(200, "", r#"{"totalHits":0}"#)).await;
    let client = server.client();
    for (from, to) in [
        ("2026-10-01T00:00:00Z", "2026-11-01T00:00:01Z"),
        ("2026-11-02T00:00:00Z", "2026-11-01T00:00:00Z"),
    ] {
        let failure = client.list(page(from, to), pass().await).await.unwrap_err();
        assert_eq!(failure.kind, FailureKind::NotSent);
    }
    assert!(server.questions().is_empty());
    let whole = page("2026-10-01T00:00:00Z", "2026-11-01T00:00:00Z");
    assert_eq!(client.list(whole, pass().await).await.unwrap().total, 0);
}

/// A row that says nothing takes no other with it, and is counted.
#[tokio::test]
async fn a_row_of_the_list_that_cannot_be_understood_is_left_out_and_counted() {
    let sound = json!({ "conversationId": ID, "conversationStart": "2026-11-18T09:12:03.120Z" });
    let rows = json!({ "totalHits": 106, "conversations": [
        { "conversationId": "no id", "conversationStart": "2026-11-18T09:12:03.120Z" },
        { "conversationId": ID, "conversationStart": "yesterday" },
        { "conversationId": ID, "participants": "nobody" },
        7, null, sound,
    ] });
    let server = Server::signed_in(move |_, _| answer(200, "", &rows.to_string())).await;
    let wanted = page("2026-11-01T00:00:00Z", "2026-11-20T12:00:00Z");
    let listed = server.client().list(wanted, pass().await).await.unwrap();
    assert_eq!((listed.rows.len(), listed.unreadable), (1, 5));
    assert_eq!((listed.total, listed.is_least), (106, false));
    assert_eq!(listed.rows[0].id.to_string(), ID);
}

/// How many there are, where the service does not say: what its pages prove. Members that are empty may be left out, all of them too; an
/// answer of another form is not one without rows.
#[tokio::test]
async fn a_list_that_does_not_say_how_many_there_are_is_taken_for_what_its_pages_prove() {
    const NOTHING: usize = usize::MAX;
    const ANOTHER_FORM: usize = usize::MAX - 1;
    let row = || json!({ "conversationId": ID, "conversationStart": "2026-11-18T09:12:03.120Z" });
    // Rows of an answer, the page and its size; what is proven, and whether there may be more.
    let cases = [
        (0, 1, 100, Some((0, false))),
        (40, 1, 100, Some((40, false))),
        (100, 1, 100, Some((101, true))),
        (30, 3, 100, Some((230, false))),
        (1, 1, 1, Some((2, true))),
        (NOTHING, 1, 100, Some((0, false))),
        (ANOTHER_FORM, 1, 100, None),
    ];
    for (count, number, size, proven) in cases {
        let body = match count {
            NOTHING => json!({}),
            ANOTHER_FORM => json!({ "results": [] }),
            count => json!({ "conversations": (0..count).map(|_| row()).collect::<Vec<_>>() }),
        };
        let server = Server::signed_in(move |_, _| answer(200, "", &body.to_string())).await;
        let wanted = PageWanted {
            number,
            size,
            ..page("2026-11-01T00:00:00Z", "2026-11-20T12:00:00Z")
        };
        let listed = server.client().list(wanted, pass().await).await;
        match proven {
            Some(proven) => {
                let listed = listed.unwrap();
                assert_eq!((listed.total, listed.is_least), proven);
            }
            None => assert_eq!(listed.unwrap_err().kind, FailureKind::Garbled),
        }
    }
}

#[tokio::test]
async fn the_identity_is_the_platform_s_word_and_a_contradiction_is_refused() {
    let org = |id: &str| json!({ "id": id, "name": "Acme" });
    for (token_org, agrees) in [("org-1", true), ("org-2", false)] {
        let server = Server::signed_in(move |asked, _| {
            let body = match asked.target.as_str() {
                "/api/v2/organizations/me" => org("org-1"),
                "/api/v2/tokens/me" => {
                    json!({ "organization": org(token_org), "OAuthClient": { "id": "client-9", "name": "Ops" } })
                }
                _ => Value::Null,
            };
            answer(200, "", &body.to_string())
        })
        .await;
        let scope = WritingClient::new(server.client())
            .identity(pass().await)
            .await;
        if !agrees {
            assert_eq!(scope.unwrap_err().kind, FailureKind::Unreadable);
            continue;
        }
        let scope = scope.unwrap();
        assert_eq!(
            (scope.org_id.as_str(), scope.client_id.as_str()),
            ("org-1", "client-9")
        );
        assert_eq!(format!("http://{}", scope.api_host), server.url);
        assert_eq!(scope.profile, "test");
        let identity = server.client().identity(pass().await).await.unwrap();
        assert_eq!(identity.client_name.unwrap().as_str(), "Ops");
    }
}

#[tokio::test]
async fn a_wrap_up_code_is_found_by_its_one_exact_name() {
    let server = Server::signed_in(|asked, _| {
        let second = asked.target.contains("pageNumber=2");
        let names: &[&str] = if second {
            &["Closed", "Twice"]
        } else {
            &["Twice", "Other"]
        };
        let entities: Vec<Value> = names
            .iter()
            .map(|name| json!({ "id": format!("id-{name}-{second}"), "name": name }))
            .collect();
        answer(
            200,
            "",
            &json!({ "entities": entities, "pageCount": 2 }).to_string(),
        )
    })
    .await;
    let client = server.client();
    assert_eq!(
        client.wrap_up_code("Closed").await.unwrap(),
        "id-Closed-true"
    );
    let error = client.wrap_up_code("Twice").await.unwrap_err();
    assert!(
        matches!(error, WrapUpUnresolved::Several { count: 2, .. }),
        "{error}"
    );
    let error = client.wrap_up_code("closed").await.unwrap_err();
    assert!(matches!(error, WrapUpUnresolved::Nobody(_)), "{error}");
    let asked = server.questions().len();
    assert_eq!(client.wrap_up_code(ID).await.unwrap(), ID);
    assert_eq!(server.questions().len(), asked, "an id needs no request");
}

#[tokio::test]
async fn words_come_in_order_with_who_wrote_them() {
    let said = json!({ "entities": [
        { "id": "m2", "timestamp": "2026-11-18T09:13:00Z", "direction": "outbound",
          "normalizedMessage": { "type": "Text", "text": "hello", "originatingEntity": "Bot" } },
        { "id": "m1", "timestamp": "2026-11-18T09:12:00Z", "direction": "inbound",
          "normalizedMessage": { "type": "Text", "text": "any\u{202e}body?" } },
    ] });
    let server = Server::signed_in(move |_, _| answer(200, "", &said.to_string())).await;
    let ids = ["m1".into(), "m2".into()];
    let lines = server
        .client()
        .transcript(ID.parse().unwrap(), &ids, pass().await)
        .await
        .unwrap();
    assert_eq!(lines[0].text.as_ref().unwrap().as_str(), "any\u{fffd}body?");
    assert_eq!(
        (lines[0].from, lines[0].by_machine),
        (Side::Customer, false)
    );
    assert_eq!((lines[1].from, lines[1].by_machine), (Side::Agent, true));
    let asked = server.questions().pop().unwrap();
    assert_eq!(
        asked.target,
        format!("/api/v2/conversations/messages/{ID}/messages/bulk")
    );
}
