//! Analytics: queues as they are now, details by id, jobs over the data lake, and what is refused.

use crate::sandbox_support::{Bench, disconnected, participant_path};
use jiff::{SignedDuration, Timestamp};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

const JOBS: &str = "/api/v2/analytics/conversations/details/jobs";

async fn observe(bench: &Bench, body: &Value) -> Value {
    let path = "/api/v2/analytics/queues/observations/query";
    let (status, answer) = bench.ask(Method::POST, path, Some(body)).await;
    assert_eq!(status, 200, "{answer}");
    answer
}

async fn activity(bench: &Bench, query: &str, body: &Value) -> Value {
    let path = format!("/api/v2/analytics/conversations/activity/query{query}");
    let (status, answer) = bench.ask(Method::POST, &path, Some(body)).await;
    assert_eq!(status, 200, "{answer}");
    answer
}

/// A query for what waits in one queue, by its name.
async fn waiting_in(bench: &Bench, queue: &str) -> (String, Value) {
    let path = format!("/api/v2/routing/queues?name={}", queue.replace(' ', "%20"));
    let found = bench.get(&path).await;
    let id = found["entities"][0]["id"].as_str().unwrap().to_owned();
    let body = json!({
        "filter": { "type": "and", "clauses": [
            { "type": "or", "predicates": [{ "dimension": "queueId", "value": id }] },
            { "type": "or", "predicates": [{ "dimension": "mediaType", "value": "message" }] } ] },
        "metrics": ["oWaiting", "oInteracting", "oAlerting", "oLongestWaiting"],
        "detailMetrics": ["oWaiting"],
    });
    (id, body)
}

/// The data of one metric.
fn datum<'a>(result: &'a Value, metric: &str) -> &'a Value {
    let data = result["data"].as_array().unwrap();
    data.iter().find(|one| one["metric"] == metric).unwrap()
}

fn ids(list: &Value) -> Vec<String> {
    let all = list.as_array().unwrap().iter();
    all.map(|one| one["conversationId"].as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test]
async fn a_queue_tells_its_depth_and_since_when_its_oldest_waits() {
    let bench = Bench::of(
        "[[chat]]\nkind = \"waiting\"\nlabel = \"young\"\nage = \"10m\"\nqueue = \"Sales Web\"\n\
         [[chat]]\nkind = \"waiting\"\nlabel = \"old\"\nage = \"50m\"\nqueue = \"Sales Web\"\n\
         [[chat]]\nkind = \"ringing\"\nqueue = \"Sales Web\"\n\
         [[chat]]\nkind = \"serving\"\nqueue = \"Sales Web\"\n\
         [[chat]]\nkind = \"waiting\"\nqueue = \"Returns\"\n",
    )
    .await;
    let (id, body) = waiting_in(&bench, "Sales Web").await;
    let answer = observe(&bench, &body).await;
    assert_eq!(answer["results"].as_array().unwrap().len(), 1);
    let result = &answer["results"][0];
    assert_eq!(
        result["group"],
        json!({ "queueId": id, "mediaType": "message" })
    );
    let waiting = datum(result, "oWaiting");
    assert_eq!(waiting["stats"]["count"], 2);
    assert_eq!(
        ids(&waiting["observations"]),
        [bench.id("old"), bench.id("young")]
    );
    assert_eq!(waiting["truncated"], false);
    assert_eq!(datum(result, "oInteracting")["stats"]["count"], 1);
    assert_eq!(datum(result, "oAlerting")["stats"]["count"], 1);
    assert_eq!(datum(result, "oAlerting")["observations"], Value::Null);
    let since = &waiting["observations"][0]["observationDate"];
    let since: Timestamp = since.as_str().unwrap().parse().unwrap();
    let longest = &datum(result, "oLongestWaiting")["stats"]["calculatedMetricValue"];
    assert_eq!(
        longest,
        &json!(since.as_millisecond()),
        "a moment, not a span"
    );
}

#[tokio::test]
async fn the_details_of_a_deep_queue_stop_at_the_fifty_oldest_and_the_fifty_newest() {
    let bench = Bench::of(
        "[[chat]]\nkind = \"waiting\"\ncount = 120\nlabel = \"w\"\nqueue = \"Returns\"\n",
    )
    .await;
    let (_, body) = waiting_in(&bench, "Returns").await;
    let answer = observe(&bench, &body).await;
    let waiting = datum(&answer["results"][0], "oWaiting");
    assert_eq!(waiting["stats"]["count"], 120);
    assert_eq!(waiting["truncated"], true);
    let shown = waiting["observations"].as_array().unwrap();
    let times: Vec<&str> = shown
        .iter()
        .map(|one| one["observationDate"].as_str().unwrap())
        .collect();
    assert_eq!(times.len(), 100);
    assert!(times.is_sorted());
    let longest = datum(&answer["results"][0], "oLongestWaiting");
    let oldest: Timestamp = times[0].parse().unwrap();
    assert_eq!(
        longest["stats"]["calculatedMetricValue"],
        oldest.as_millisecond()
    );
    // The activity query, whose groups are the same queues, cuts in the same way.
    let query =
        json!({ "metrics": [{ "metric": "oWaiting", "details": true }], "groupBy": ["queueId"] });
    let answer = activity(&bench, "", &query).await;
    let group = &answer["results"][0];
    assert_eq!(group["data"][0]["count"], 120);
    assert_eq!(group["truncated"], true);
    assert_eq!(ids(&group["entities"]), ids(&waiting["observations"]));
}

#[tokio::test]
async fn what_is_observed_is_live_and_details_are_late() {
    let bench = Bench::of(
        "[platform]\nanalytics_lag_ms = 600000\n[[chat]]\nkind = \"orphan\"\nlabel = \"orphan\"\n",
    )
    .await;
    let query = json!({ "metrics": [{ "metric": "oInteracting" }], "groupBy": ["mediaType"] });
    let before = activity(&bench, "", &query).await;
    assert_eq!(
        before["results"][0]["group"],
        json!({ "mediaType": "message" })
    );
    assert_eq!(before["results"][0]["data"][0]["count"], 1);
    let orphan = bench.read("orphan").await;
    let path = participant_path(&orphan, "agent");
    bench
        .send(Method::PATCH, &path, Some(&disconnected()))
        .await;
    bench
        .read_until("orphan", |seen| seen["endTime"].is_string())
        .await;
    let after = activity(&bench, "", &query).await;
    assert_eq!(after["results"], json!([]), "nobody interacts any more");
    let path = format!(
        "/api/v2/analytics/conversations/{}/details",
        bench.id("orphan")
    );
    let details = bench.get(&path).await;
    assert_eq!(details["conversationEnd"], Value::Null, "not told yet");
    // An order makes the lag shorter, and what is known comes at once.
    bench
        .order("/sandbox/faults", &json!({ "analytics_lag_ms": 0 }))
        .await;
    let details = bench.get(&path).await;
    assert!(details["conversationEnd"].is_string());
}

#[tokio::test]
async fn activity_is_grouped_filtered_and_paged() {
    let bench = Bench::of(
        "[[chat]]\nkind = \"waiting\"\nqueue = \"Returns\"\ncount = 2\n\
         [[chat]]\nkind = \"serving\"\nqueue = \"Returns\"\nagent = \"Ana Lima\"\nlabel = \"served\"\n\
         [[chat]]\nkind = \"waiting\"\nqueue = \"Sales Web\"\n",
    )
    .await;
    let waiting = json!([{ "metric": "oWaiting" }, { "metric": "oLongestWaiting" }]);
    let by_queue = json!({ "metrics": waiting, "groupBy": ["queueId"] });
    let mut counts = Vec::new();
    for page in 1..=3 {
        let query = format!("?pageSize=1&pageNumber={page}");
        let answer = activity(&bench, &query, &by_queue).await;
        let results = answer["results"].as_array().unwrap().clone();
        counts.extend(results.iter().map(|one| {
            assert!(one["data"][1]["calculatedMetricValue"].is_i64());
            one["data"][0]["count"].as_u64().unwrap()
        }));
    }
    counts.sort_unstable();
    assert_eq!(counts, [1, 2]);
    let by_user = json!({
        "metrics": [{ "metric": "oInteracting", "details": true }, { "metric": "oWaiting", "details": true }],
        "groupBy": ["userId", "conversationId"],
        "filter": { "type": "and", "predicates": [{ "dimension": "mediaType", "value": "message" }] },
    });
    let answer = activity(&bench, "", &by_user).await;
    let results = answer["results"].as_array().unwrap();
    assert_eq!(results.len(), 1, "what waits has no user: {answer}");
    assert_eq!(results[0]["group"]["conversationId"], bench.id("served"));
    let entity = &results[0]["entities"][0];
    assert_eq!(entity["metric"], "oInteracting");
    assert_eq!(entity["userId"], results[0]["group"]["userId"]);
    assert!(entity["queueId"].is_string() && entity["activityDate"].is_string());
    let voice = json!({
        "metrics": waiting, "groupBy": ["queueId"],
        "filter": { "type": "and", "predicates": [{ "dimension": "mediaType", "value": "voice" }] },
    });
    assert_eq!(activity(&bench, "", &voice).await["results"], json!([]));
}

#[tokio::test]
async fn details_are_read_by_id_repeated_or_with_commas() {
    let bench = Bench::named("kinds").await;
    let staged = bench.sandbox.staged();
    let [first, second, third] = [0, 1, 2].map(|place: usize| staged[place].conversation);
    let nobody = uuid::Uuid::nil();
    let path = format!(
        "/api/v2/analytics/conversations/details?id={first},{nobody}&id={second}&id={third}&id={first}"
    );
    let answer = bench.get(&path).await;
    let expected = [first, second, third].map(|id| id.to_string());
    assert_eq!(ids(&answer["conversations"]), expected);
    let alone = bench
        .get(&format!("/api/v2/analytics/conversations/{first}/details"))
        .await;
    assert_eq!(alone, answer["conversations"][0]);
    for (query, expected) in [
        (String::new(), 400),
        (
            format!("?id={}", vec![first.to_string(); 101].join(",")),
            400,
        ),
    ] {
        let path = format!("/api/v2/analytics/conversations/details{query}");
        let (status, body) = bench.ask(Method::GET, &path, None).await;
        assert_eq!(
            (status.as_u16(), &body["code"]),
            (expected, &json!("bad.request"))
        );
    }
    let path = format!("/api/v2/analytics/conversations/{nobody}/details");
    let (status, body) = bench.ask(Method::GET, &path, None).await;
    assert_eq!((status.as_u16(), &body["code"]), (404, &json!("not.found")));
}

/// Starts a job over everything; its path.
async fn start_job(bench: &Bench, more: &Value) -> String {
    let now = Timestamp::now();
    let mut query =
        json!({ "interval": format!("{}/{}", now - SignedDuration::from_hours(24 * 60), now) });
    let members = query.as_object_mut().unwrap();
    members.extend(more.as_object().unwrap().clone());
    let (status, body) = bench.ask(Method::POST, JOBS, Some(&query)).await;
    assert_eq!(status, 202, "{body}");
    format!("{JOBS}/{}", body["jobId"].as_str().unwrap())
}

/// Asks how a job stands until it stands so, and tells every word on the way once.
async fn until(bench: &Bench, job: &str, wanted: &str) -> Vec<String> {
    let begun = Instant::now();
    let mut words: Vec<String> = Vec::new();
    let mut turns = tokio::time::interval(Duration::from_millis(20));
    loop {
        turns.tick().await;
        let status = bench.get(job).await;
        let word = status["state"].as_str().unwrap().to_owned();
        if words.last() != Some(&word) {
            words.push(word.clone());
        }
        if word == wanted {
            return words;
        }
        assert!(begun.elapsed() < Duration::from_secs(10), "{status}");
    }
}

#[tokio::test]
async fn a_job_is_queued_then_pending_then_fulfilled_and_tells_its_results_by_cursor() {
    let bench = Bench::of(
        "[platform]\njob_ms = [300, 300]\nlake_lag_ms = 3600000\n\
         [[chat]]\nkind = \"orphan\"\ncount = 5\nage = \"3h\"\nidle = \"2h\"\n\
         [[chat]]\nkind = \"waiting\"\nage = \"30m\"\nlabel = \"too young\"\n",
    )
    .await;
    let job = start_job(&bench, &json!({ "order": "desc" })).await;
    let early = bench
        .ask(Method::GET, &format!("{job}/results"), None)
        .await;
    assert_eq!(
        (early.0.as_u16(), &early.1["code"]),
        (400, &json!("bad.request"))
    );
    assert_eq!(
        until(&bench, &job, "FULFILLED").await,
        ["QUEUED", "PENDING", "FULFILLED"]
    );
    let status = bench.get(&job).await;
    for member in ["submissionDate", "completionDate", "expirationDate"] {
        assert!(status[member].is_string(), "{status}");
    }
    let (mut seen, mut cursor, mut pages) = (Vec::new(), None::<String>, 0);
    loop {
        let more = cursor
            .map(|cursor| format!("&cursor={cursor}"))
            .unwrap_or_default();
        let page = bench.get(&format!("{job}/results?pageSize=2{more}")).await;
        pages += 1;
        for one in page["conversations"].as_array().unwrap() {
            assert!(one["participants"][0]["attributes"].is_object(), "{one}");
        }
        seen.extend(ids(&page["conversations"]));
        let lake: Timestamp = page["dataAvailabilityDate"]
            .as_str()
            .unwrap()
            .parse()
            .unwrap();
        let behind = Timestamp::now().duration_since(lake);
        assert!(behind >= SignedDuration::from_hours(1) && behind < SignedDuration::from_mins(61));
        match page["cursor"].as_str() {
            Some(next) => cursor = Some(next.to_owned()),
            None => break,
        }
    }
    assert_eq!(
        (seen.len(), pages),
        (5, 3),
        "what is younger than the lake is not in it"
    );
    let all: std::collections::BTreeSet<&String> = seen.iter().collect();
    assert_eq!(all.len(), 5, "none twice");
    let availability = bench.get(&format!("{JOBS}/availability")).await;
    assert!(availability["dataAvailabilityDate"].is_string());
    for wrong in ["cursor=nonsense", "pageSize=0", "pageSize=1001"] {
        let (status, _) = bench
            .ask(Method::GET, &format!("{job}/results?{wrong}"), None)
            .await;
        assert_eq!(status, 400, "{wrong}");
    }
}

#[tokio::test]
async fn a_job_is_cancelled_forgotten_expires_or_was_never_there() {
    let bench = Bench::of("[platform]\njob_ms = [600000, 0]\n[[chat]]\nkind = \"orphan\"\n").await;
    let job = start_job(&bench, &json!({})).await;
    let (status, body) = bench.ask(Method::DELETE, &job, None).await;
    assert_eq!((status, body), (StatusCode::OK, Value::Null));
    assert_eq!(bench.get(&job).await["state"], "CANCELLED");
    let (status, body) = bench
        .ask(Method::GET, &format!("{job}/results"), None)
        .await;
    assert_eq!(status, 400);
    assert!(body["message"].as_str().unwrap().contains("CANCELLED"));
    bench.send(Method::DELETE, &job, None).await;
    let nobody = format!("{JOBS}/{}", uuid::Uuid::nil());
    for path in [&job, &nobody] {
        for (method, path) in [
            (Method::GET, path.clone()),
            (Method::DELETE, path.clone()),
            (Method::GET, format!("{path}/results")),
        ] {
            let (status, body) = bench.ask(method, &path, None).await;
            assert_eq!(
                (status.as_u16(), &body["code"]),
                (404, &json!("not.found")),
                "{path}"
            );
        }
    }
    let bench = Bench::of("[platform]\njob_ms = [0, 0]\njob_seconds = 0\n").await;
    let job = start_job(&bench, &json!({})).await;
    assert_eq!(bench.get(&job).await["state"], "EXPIRED");
    let (status, _) = bench
        .ask(Method::GET, &format!("{job}/results"), None)
        .await;
    assert_eq!(status, 400);
}

#[tokio::test]
async fn a_job_takes_a_limit_and_either_meaning_of_its_interval() {
    let bench = Bench::of(
        "[platform]\njob_ms = [0, 0]\nlake_lag_ms = 0\n\
         [[chat]]\nkind = \"idle\"\nlabel = \"old\"\nage = \"5d\"\nidle = \"4d\"\n\
         [[chat]]\nkind = \"orphan\"\nlabel = \"young\"\nage = \"3h\"\nidle = \"2h\"\n",
    )
    .await;
    let found = async |more: Value| {
        let job = start_job(&bench, &more).await;
        let page = bench.get(&format!("{job}/results")).await;
        ids(&page["conversations"])
    };
    assert_eq!(found(json!({ "limit": 1 })).await, [bench.id("old")]);
    let newest = json!({ "limit": 1, "order": "desc" });
    assert_eq!(found(newest).await, [bench.id("young")]);
    let now = Timestamp::now();
    let between = |from: i64, to: i64| {
        let at = |hours| now - SignedDuration::from_hours(hours);
        format!("{}/{}", at(from), at(to))
    };
    let quiet = between(72, 48);
    assert_eq!(
        found(json!({ "interval": quiet })).await,
        [bench.id("old")],
        "it is open all the time"
    );
    let by_day = json!({ "interval": quiet, "startOfDayIntervalMatching": true });
    assert!(
        found(by_day).await.is_empty(),
        "nothing began on those days"
    );
    let (status, _) = bench
        .ask(Method::POST, JOBS, Some(&json!({ "limit": 3 })))
        .await;
    assert_eq!(status, 400);
}

#[tokio::test]
async fn a_queue_tells_who_its_members_are_and_what_they_do() {
    let bench = Bench::of(
        "[[chat]]\nkind = \"serving\"\nqueue = \"Returns\"\nagent = \"Ana Lima\"\n\
         [[chat]]\nkind = \"ringing\"\nqueue = \"Returns\"\nagent = \"Ben Hall\"\n",
    )
    .await;
    let (id, mut body) = waiting_in(&bench, "Returns").await;
    body["metrics"] = json!(["oMemberUsers", "oOnQueueUsers", "oUserPresences"]);
    body["detailMetrics"] = json!([]);
    let answer = observe(&bench, &body).await;
    assert_eq!(answer["results"].as_array().unwrap().len(), 1);
    let result = &answer["results"][0];
    assert_eq!(result["group"], json!({ "queueId": id }), "of no medium");
    let members = datum(result, "oMemberUsers")["stats"]["count"]
        .as_u64()
        .unwrap();
    let data = result["data"].as_array().unwrap();
    let of = |metric: &str, qualifier: &str| {
        let mut all = data.iter();
        let found = all.find(|one| one["metric"] == metric && one["qualifier"] == qualifier);
        found.map_or(0, |one| one["stats"]["count"].as_u64().unwrap())
    };
    assert_eq!(
        of("oOnQueueUsers", "INTERACTING"),
        1,
        "who is alerted is not yet"
    );
    assert_eq!(of("oOnQueueUsers", "IDLE"), members - 1);
    let on_queue = &answer["systemToOrganizationMappings"]["ON_QUEUE"][0];
    assert_eq!(of("oUserPresences", on_queue.as_str().unwrap()), members);
}
