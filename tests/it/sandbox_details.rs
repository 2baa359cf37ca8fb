//! The details query over HTTP: order, pages, aggregations, strays, and the refusals with their words.

use crate::sandbox_support::Bench;
use reqwest::Method;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Five chats whose starts, ends and segments are in different orders.
const FIVE: &str = "[platform]\nanalytics_lag_ms = 0\napply_ms = [0, 0]\n\
    [[chat]]\nkind = \"orphan\"\nlabel = \"a\"\nage = \"9h\"\nidle = \"5h\"\nqueue = \"Returns\"\n\
    [[chat]]\nkind = \"orphan\"\nlabel = \"b\"\nage = \"8h\"\nidle = \"6h\"\nqueue = \"Returns\"\n\
    [[chat]]\nkind = \"orphan\"\nlabel = \"c\"\nage = \"7h\"\nidle = \"3h\"\nqueue = \"Sales Web\"\n\
    [[chat]]\nkind = \"waiting\"\nlabel = \"d\"\nage = \"40m\"\nqueue = \"Sales Web\"\n\
    [[chat]]\nkind = \"in-bot\"\nlabel = \"e\"\nage = \"20m\"\n";

/// The labels of what a query finds, in its order.
async fn labels(bench: &Bench, more: Value) -> Vec<String> {
    let (status, body) = bench.query(more).await;
    assert_eq!(status, 200, "{body}");
    let staged: BTreeMap<String, String> = bench
        .sandbox
        .staged()
        .into_iter()
        .filter_map(|one| Some((one.conversation.to_string(), one.label?)))
        .collect();
    let rows = body["conversations"].as_array().unwrap().iter();
    rows.map(|row| staged[row["conversationId"].as_str().unwrap()].clone())
        .collect()
}

async fn end(bench: &Bench, label: &str) {
    let path = format!("/api/v2/conversations/{}/disconnect", bench.id(label));
    assert_eq!(bench.send(Method::POST, &path, None).await.status(), 202);
    bench
        .read_until(label, |seen| seen["endTime"].is_string())
        .await;
}

#[tokio::test]
async fn every_order_is_kept_in_both_directions() {
    let bench = Bench::of(FIVE).await;
    for label in ["c", "a"] {
        end(&bench, label).await;
    }
    for (by, expected) in [
        ("conversationStart", "abcde"),
        ("conversationEnd", "cabde"),
        ("segmentStart", "abcde"),
        ("segmentEnd", "cabde"),
    ] {
        let found = labels(&bench, json!({ "orderBy": by })).await.concat();
        assert_eq!(found, expected, "{by}");
        let back = labels(&bench, json!({ "orderBy": by, "order": "desc" })).await;
        let expected: String = expected.chars().rev().collect();
        assert_eq!(back.concat(), expected, "{by}, descending");
    }
    let mut any = labels(
        &bench,
        json!({ "order": "unordered", "orderBy": "segmentEnd" }),
    )
    .await;
    any.sort();
    assert_eq!(any.concat(), "abcde");
}

#[tokio::test]
async fn aggregations_count_conversations_by_value_and_by_range() {
    let bench = Bench::of(FIVE).await;
    let query = json!({
        "paging": { "pageSize": 1, "pageNumber": 1 },
        "aggregations": [
            { "type": "termFrequency", "dimension": "queueId" },
            { "type": "termFrequency", "dimension": "purpose", "size": 2 },
            { "type": "numericRange", "metric": "nOffered", "ranges": [{ "gte": 1, "lt": 2 }, { "gte": 2 }] } ],
    });
    let (status, body) = bench.query(query).await;
    assert_eq!(status, 200, "{body}");
    assert_eq!(body["conversations"].as_array().unwrap().len(), 1);
    assert_eq!(body["totalHits"], 5);
    let counts = |index: usize| -> Vec<u64> {
        let results = body["aggregations"][index]["results"].as_array().unwrap();
        results
            .iter()
            .map(|one| one["count"].as_u64().unwrap())
            .collect()
    };
    assert_eq!(body["aggregations"][0]["dimension"], "queueId");
    assert_eq!(body["aggregations"][0]["count"], 4);
    assert_eq!(counts(0), [2, 2]);
    assert_eq!(
        counts(1),
        [5, 4],
        "everybody has a customer, four were in a queue"
    );
    assert_eq!(counts(2), [4, 0]);
    for wrong in [
        json!([{ "type": "termFrequency" }]),
        json!([{ "dimension": "queueId" }]),
        json!([{ "type": "termFrequency", "dimension": "shoeSize" }]),
    ] {
        let (status, body) = bench.query(json!({ "aggregations": wrong })).await;
        assert_eq!(status, 400, "{body}");
    }
}

#[tokio::test]
async fn pages_and_intervals_that_are_too_large_are_refused_in_the_platforms_words() {
    let bench = Bench::quiet().await;
    let refused = async |more: Value| {
        let (status, body) = bench.query(more).await;
        assert_eq!(status, 400, "{body}");
        body["message"].as_str().unwrap().to_owned()
    };
    let paging =
        |size: i64, page: i64| json!({ "paging": { "pageSize": size, "pageNumber": page } });
    assert!(refused(paging(101, 1)).await.contains("from 1 to 100"));
    assert!(refused(paging(0, 1)).await.contains("from 1 to 100"));
    refused(paging(-1, 1)).await;
    let deep = refused(paging(100, 1001)).await;
    assert!(
        deep.starts_with("Pagination may not exceed 100000 results. Tip:"),
        "{deep}"
    );
    let (status, body) = bench.query(paging(100, 1000)).await;
    assert_eq!((status.as_u16(), &body["conversations"]), (200, &json!([])));
    let long = json!({ "interval": "2026-01-01T00:00:00Z/2026-02-02T00:00:00Z" });
    assert!(refused(long).await.contains("31 days"));
    for interval in [
        "2026-01-02T00:00:00Z/2026-01-01T00:00:00Z",
        "today",
        "2026-01-01T00:00:00Z",
    ] {
        assert!(
            refused(json!({ "interval": interval }))
                .await
                .contains(interval)
        );
    }
}

#[tokio::test]
async fn a_page_follows_what_changes_once_the_lag_has_passed() {
    let bench = Bench::of(FIVE).await;
    let open = json!({ "conversationFilters": [{ "type": "and", "predicates": [
        { "dimension": "conversationEnd", "operator": "notExists" } ] }] });
    assert_eq!(labels(&bench, open.clone()).await.concat(), "abcde");
    end(&bench, "b").await;
    assert_eq!(labels(&bench, open.clone()).await.concat(), "acde");
    let order = |lag: u32| json!({ "analytics_lag_ms": lag });
    bench.order("/sandbox/faults", &order(600_000)).await;
    assert_eq!(
        labels(&bench, open.clone()).await.concat(),
        "abcde",
        "a slower index"
    );
    bench.order("/sandbox/faults", &order(0)).await;
    assert_eq!(labels(&bench, open.clone()).await.concat(), "acde");
    let back = json!({ "event": "customer-writes", "conversation": "b" });
    bench.order("/sandbox/events", &back).await;
    assert_eq!(
        labels(&bench, open).await.concat(),
        "abcde",
        "its guest came back"
    );
}

#[tokio::test]
async fn a_stray_is_open_in_analytics_and_over_in_the_conversation_service_until_a_teardown() {
    let bench = Bench::of(FIVE).await;
    let astray = |event: &str, label: &str| json!({ "event": event, "conversation": label });
    bench
        .order("/sandbox/events", &astray("index-loses-track", "a"))
        .await;
    bench
        .order("/sandbox/events", &astray("index-shows-over", "d"))
        .await;
    bench
        .order("/sandbox/events", &astray("agent-leaves", "a"))
        .await;
    bench
        .read_until("a", |seen| seen["endTime"].is_string())
        .await;
    let open = json!({ "conversationFilters": [{ "type": "and", "predicates": [
        { "dimension": "conversationEnd", "operator": "notExists" } ] }] });
    assert_eq!(labels(&bench, open.clone()).await.concat(), "abce");
    assert_eq!(bench.read("d").await["endTime"], Value::Null);
    let path = format!("/api/v2/conversations/{}/disconnect", bench.id("a"));
    assert_eq!(bench.send(Method::POST, &path, None).await.status(), 202);
    assert_eq!(labels(&bench, open).await.concat(), "bce");
}
