//! What the server does with HTTP itself: bodies in chunks, large ones, none, and what is no HTTP.

use crate::sandbox_raw::{Heard, ask, hear, request};
use crate::sandbox_support::Bench;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::Value;

const ME: &str = "/api/v2/organizations/me";
const QUERY: &str = "/api/v2/analytics/conversations/details/query";

async fn posted(bench: &Bench, path: &str, more: &str, body: &[u8]) -> Heard {
    let more = format!("content-type: application/json\r\n{more}");
    let mut sent = request(bench, "POST", path, &more);
    sent.extend_from_slice(body);
    hear(bench, &sent).await
}

#[tokio::test]
async fn every_answer_is_dated_and_json_is_called_json() {
    let bench = Bench::quiet().await;
    for (path, status) in [(ME, 200), ("/api/v2/nowhere", 404), ("/sandbox", 200)] {
        let heard = ask(&bench, "GET", path).await;
        assert_eq!(heard.status(), status, "{path}");
        assert_eq!(
            heard.header("content-type"),
            Some("application/json"),
            "{path}"
        );
        assert!(heard.header("date").unwrap().ends_with(" GMT"));
        serde_json::from_slice::<Value>(&heard.body).unwrap();
    }
}

#[tokio::test]
async fn a_head_request_is_answered_without_a_body() {
    let bench = Bench::quiet().await;
    for (path, status) in [("/api/v2/tokens/me", 200), (ME, 405)] {
        let heard = ask(&bench, "HEAD", path).await;
        assert_eq!(heard.status(), status, "{path}");
        assert!(heard.body.is_empty(), "{path}");
    }
}

#[tokio::test]
async fn a_body_in_chunks_is_as_good_as_one_in_one_piece() {
    let bench = Bench::quiet().await;
    let now = jiff::Timestamp::now();
    let from = now - jiff::SignedDuration::from_hours(200);
    let body = format!("{{\"interval\":\"{from}/{now}\"}}");
    let (first, second) = body.split_at(9);
    let chunks = format!(
        "{:x}\r\n{first}\r\n{:x};extension=1\r\n{second}\r\n0\r\ntrailer: x\r\n\r\n",
        first.len(),
        second.len()
    );
    let heard = posted(
        &bench,
        QUERY,
        "transfer-encoding: chunked\r\n",
        chunks.as_bytes(),
    )
    .await;
    assert_eq!(heard.status(), 200, "{heard:?}");
    let seen: Value = serde_json::from_slice(&heard.body).unwrap();
    assert!(seen["totalHits"].as_u64().unwrap() > 0);
}

#[tokio::test]
async fn an_empty_body_is_a_body_where_none_is_needed() {
    let bench = Bench::quiet().await;
    let id = bench.id("orphan");
    let path = format!("/api/v2/conversations/{id}/disconnect");
    for more in ["content-length: 0\r\n", "transfer-encoding: chunked\r\n"] {
        let body: &[u8] = if more.contains("chunked") {
            b"0\r\n\r\n"
        } else {
            b""
        };
        assert_eq!(
            posted(&bench, &path, more, body).await.status(),
            202,
            "{more}"
        );
    }
    let path = format!("/api/v2/conversations/messages/{id}");
    let heard = ask(&bench, "PATCH", &path).await;
    assert_eq!(heard.status(), 400, "there it is needed: {heard:?}");
}

#[tokio::test]
async fn a_body_of_512000_bytes_is_read_and_a_larger_one_is_not() {
    let bench = Bench::quiet().await;
    let spaces = |count: usize| " ".repeat(count).into_bytes();
    let more = format!("content-length: {}\r\n", 512_000);
    let heard = posted(&bench, QUERY, &more, &spaces(512_000)).await;
    assert_eq!(heard.status(), 400, "white space is no query");
    let more = format!("content-length: {}\r\n", 512_001);
    let heard = posted(&bench, QUERY, &more, &spaces(512_001)).await;
    assert_eq!(heard.status(), 413);
    let body: Value = serde_json::from_slice(&heard.body).unwrap();
    assert_eq!(
        (&body["code"], &body["status"]),
        (&"request.entity.too.large".into(), &413.into())
    );
    let mut chunk = b"7d001\r\n".to_vec();
    chunk.extend(spaces(512_001));
    chunk.extend(b"\r\n0\r\n\r\n");
    let heard = posted(&bench, QUERY, "transfer-encoding: chunked\r\n", &chunk).await;
    assert_eq!(heard.status(), 413);
}

#[tokio::test]
async fn what_is_no_http_harms_nobody() {
    let bench = Bench::quiet().await;
    let long = format!("GET /{} HTTP/1.1\r\nhost: x\r\n\r\n", "x".repeat(200_000));
    let many = format!("GET / HTTP/1.1\r\n{}\r\n", "a: b\r\n".repeat(1000));
    let cases: [&[u8]; 8] = [
        b"GET\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"\x00\xff\x00\xff\r\n\r\n",
        b"POST / HTTP/1.1\r\nhost: x\r\ncontent-length: -1\r\n\r\n",
        b"POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nxx",
        b"POST / HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n\r\n",
        long.as_bytes(),
        many.as_bytes(),
    ];
    for case in cases {
        let heard = hear(&bench, case).await;
        let refused = (400..500).contains(&heard.status()) || heard.head.is_empty();
        assert!(refused, "{:?}", heard.head);
    }
    bench.get(ME).await;
}

/// A longer run is `PROPTEST_CASES=20000 cargo test --test it any_bytes`.
#[test]
fn any_bytes_are_answered_or_hung_up_on_and_the_world_goes_on() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let bench = runtime.block_on(Bench::quiet());
    let cases = std::env::var("PROPTEST_CASES").map_or(150, |cases| cases.parse().unwrap());
    let mut runner = TestRunner::new(Config {
        failure_persistence: None,
        ..Config::with_cases(cases)
    });
    let words = prop::sample::select(vec![
        "GET ",
        "PATCH ",
        "POST ",
        "/api/v2/conversations/",
        "/oauth/token",
        "/v1",
        "/channels/x",
        " HTTP/1.1\r\n",
        "host: x\r\n",
        "upgrade: websocket\r\n",
        "connection: upgrade\r\n",
        "content-length: 5\r\n",
        "transfer-encoding: chunked\r\n",
        "\r\n",
        "{\"state\":",
        "%00",
        "5\r\n",
    ]);
    let piece = prop_oneof![
        3 => words.prop_map(|word| word.as_bytes().to_vec()),
        1 => prop::collection::vec(any::<u8>(), 0..40),
    ];
    let all = prop::collection::vec(piece, 0..14).prop_map(|pieces| pieces.concat());
    let result = runner.run(&all, |mut bytes| {
        // The end of the head, so that nobody waits for the rest of it.
        bytes.extend_from_slice(b"\r\n\r\n");
        runtime.block_on(async {
            let url = bench.url("");
            let address = url.strip_prefix("http://").unwrap();
            let mut stream = tokio::net::TcpStream::connect(address).await.unwrap();
            let _ = tokio::io::AsyncWriteExt::write_all(&mut stream, &bytes).await;
            let _ = tokio::io::AsyncWriteExt::shutdown(&mut stream).await;
            let mut answer = Vec::new();
            let reading = tokio::io::AsyncReadExt::read_to_end(&mut stream, &mut answer);
            let waited = tokio::time::timeout(std::time::Duration::from_secs(10), reading).await;
            prop_assert!(waited.is_ok(), "somebody is left hanging");
            prop_assert!(answer.is_empty() || answer.starts_with(b"HTTP/1.1 "));
            Ok(())
        })
    });
    result.unwrap();
    runtime.block_on(bench.get(ME));
    assert!(bench.sandbox.truth().is_empty());
}
