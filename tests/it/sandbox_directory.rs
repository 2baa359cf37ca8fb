//! Users, queues, codes, divisions, flows and limits over real HTTP.

use crate::sandbox_support::Bench;
use reqwest::Method;
use serde_json::{Value, json};
use std::collections::BTreeSet;

const USERS: &str = "/api/v2/users";
const SEARCH: &str = "/api/v2/users/search";

fn names(list: &Value) -> Vec<&str> {
    let all = list.as_array().unwrap().iter();
    all.map(|one| one["name"].as_str().unwrap()).collect()
}

impl Bench {
    async fn refused(&self, method: Method, path: &str, body: Option<&Value>) -> (u16, String) {
        let (status, body) = self.ask(method, path, body).await;
        (
            status.as_u16(),
            body["code"].as_str().unwrap_or("").to_owned(),
        )
    }

    async fn search(&self, query: Value) -> Vec<String> {
        let body = json!({ "pageSize": 100, "query": query });
        let (status, body) = self.ask(Method::POST, SEARCH, Some(&body)).await;
        assert_eq!(status, 200, "{body}");
        assert_eq!(body["total"], body["results"].as_array().unwrap().len());
        names(&body["results"])
            .into_iter()
            .map(str::to_owned)
            .collect()
    }
}

#[tokio::test]
async fn pages_lead_from_the_first_to_the_last_and_show_everybody_once() {
    let bench = Bench::quiet().await;
    let mut seen = Vec::new();
    let mut next = Some(format!("{USERS}?pageSize=3&sortOrder=descending&state=any"));
    let mut pages = 0;
    while let Some(path) = next {
        let page = bench.get(&path).await;
        pages += 1;
        assert_eq!(page["pageNumber"], pages);
        assert_eq!(
            (&page["total"], &page["pageCount"]),
            (&json!(10), &json!(4))
        );
        assert_eq!(page.get("previousUri").is_some(), pages > 1);
        assert_eq!(bench.get(page["selfUri"].as_str().unwrap()).await, page);
        seen.extend(names(&page["entities"]).into_iter().map(str::to_owned));
        next = page["nextUri"].as_str().map(str::to_owned);
    }
    assert_eq!(pages, 4);
    assert!(seen.is_sorted_by(|one, other| one > other), "{seen:?}");
    let beyond = bench.get(&format!("{USERS}?pageNumber=99")).await;
    assert_eq!(beyond["entities"], json!([]));
    let last = bench.get(beyond["lastUri"].as_str().unwrap()).await;
    assert_eq!(last["entities"].as_array().unwrap().len(), 8);
}

#[tokio::test]
async fn who_has_left_is_shown_only_to_those_who_ask() {
    let bench = Bench::quiet().await;
    for (state, wanted) in [("inactive", "Ivo Brandt"), ("deleted", "Jun Okada")] {
        let found = bench.get(&format!("{USERS}?state={state}")).await;
        assert_eq!(names(&found["entities"]), [wanted]);
        assert_eq!(found["entities"][0]["state"], state);
    }
    let usual = bench.get(USERS).await;
    assert!(!names(&usual["entities"]).contains(&"Jun Okada"));
    let deleted = bench.get(&format!("{USERS}?state=deleted")).await;
    let id = deleted["entities"][0]["id"].as_str().unwrap();
    let refused = bench
        .refused(Method::GET, &format!("{USERS}/{id}"), None)
        .await;
    assert_eq!(refused, (404, "general.resource.not.found".to_owned()));
    let shown = bench.get(&format!("{USERS}/{id}?state=deleted")).await;
    assert_eq!(shown["name"], "Jun Okada");
    // A name can still be found by its id, as old conversations need it.
    let by_id = bench.get(&format!("{USERS}?state=any&id={id}")).await;
    assert_eq!(names(&by_id["entities"]), ["Jun Okada"]);
}

#[tokio::test]
async fn a_request_may_name_a_hundred_users_and_no_more() {
    let bench = Bench::quiet().await;
    let ids = |count| vec!["id=00000000-0000-4000-8000-000000000000"; count].join("&");
    let found = bench.get(&format!("{USERS}?{}", ids(100))).await;
    assert_eq!(found["total"], 0);
    let refused = bench
        .refused(Method::GET, &format!("{USERS}?{}", ids(101)), None)
        .await;
    assert_eq!(refused, (400, "max.user.ids".to_owned()));
    let refused = bench
        .refused(Method::GET, &format!("{USERS}?pageSize=101"), None)
        .await;
    assert_eq!(refused, (400, "bad.request".to_owned()));
}

#[tokio::test]
async fn what_is_not_asked_for_is_not_shown() {
    let bench = Bench::quiet().await;
    let plain = bench.get(USERS).await;
    let plain = plain["entities"][0].as_object().unwrap();
    assert_eq!(plain["division"]["name"], "Home");
    for member in ["presence", "routingStatus", "skills", "conversationSummary"] {
        assert!(!plain.contains_key(member), "{member}");
        let asked = bench.get(&format!("{USERS}?expand={member}")).await;
        let asked = asked["entities"][0].as_object().unwrap();
        assert!(asked.contains_key(member), "{member}");
        assert_eq!(asked.len(), plain.len() + 1);
    }
}

#[tokio::test]
async fn an_agent_who_goes_home_is_seen_to_be_gone_and_has_the_chat_still() {
    let bench =
        Bench::of("[[chat]]\nkind = \"live\"\nlabel = \"live\"\nagent = \"Ana Lima\"").await;
    let expand = "expand=presence,routingStatus,conversationSummary";
    let ana = || async {
        let found = bench.get(&format!("{USERS}?{expand}")).await;
        let all = found["entities"].as_array().unwrap().clone();
        all.into_iter()
            .find(|one| one["name"] == "Ana Lima")
            .unwrap()
    };
    let before = ana().await;
    let presence = |user: &Value| user["presence"]["presenceDefinition"]["systemPresence"].clone();
    assert_eq!(presence(&before), "On Queue");
    assert_eq!(before["routingStatus"]["status"], "INTERACTING");
    let message = |user: &Value| user["conversationSummary"]["message"]["contactCenter"].clone();
    assert_eq!(message(&before), json!({ "active": 1, "acw": 0 }));
    let order = json!({ "user": "Ana Lima", "presence": "offline" });
    bench.order("/sandbox/users", &order).await;
    let after = ana().await;
    assert_eq!(presence(&after), "Offline");
    assert_eq!(after["routingStatus"]["status"], "OFF_QUEUE");
    assert!(
        after["presence"]["modifiedDate"].as_str() > before["presence"]["modifiedDate"].as_str()
    );
    assert_eq!(message(&after), message(&before));
    assert!(bench.sandbox.truth().is_empty());
}

#[tokio::test]
async fn an_order_about_a_user_that_makes_no_sense_changes_nothing() {
    let bench = Bench::quiet().await;
    for order in [
        json!({ "user": "Ana Lima" }),
        json!({ "user": "Ana Lina", "presence": "offline" }),
        json!({ "user": "Ana Lima", "presence": "gone" }),
        json!({ "user": "Ana Lima", "presence": "offline", "routing": "idle" }),
        json!({ "user": "Ana Lima", "presence": "away", "color": "red" }),
    ] {
        let refused = bench
            .refused(Method::POST, "/sandbox/users", Some(&order))
            .await;
        assert_eq!(refused, (400, "bad.request".to_owned()), "{order}");
    }
    let found = bench.get(&format!("{USERS}?expand=routingStatus")).await;
    let all = found["entities"].as_array().unwrap();
    assert!(
        all.iter()
            .all(|one| one["routingStatus"]["status"] != "OFF_QUEUE")
    );
}

#[tokio::test]
async fn a_program_is_no_user() {
    let bench = Bench::quiet().await;
    let refused = bench.refused(Method::GET, "/api/v2/users/me", None).await;
    assert_eq!(refused, (400, "not.a.user".to_owned()));
}

#[tokio::test]
async fn a_search_finds_by_every_kind_of_criterion() {
    let bench = Bench::quiet().await;
    let of = |kind: &str, field: &str, value: &str| json!([{ "type": kind, "fields": [field], "value": value }]);
    for (query, wanted) in [
        (of("EXACT", "name", "ana lima"), &["Ana Lima"][..]),
        (
            of("EXACT", "email", "ben.hall@sandbox.invalid"),
            &["Ben Hall"],
        ),
        (of("STARTS_WITH", "name", "d"), &["Dana Park"]),
        (
            of("CONTAINS", "name", "AN"),
            &[
                "Ana Lima",
                "Dana Park",
                "Emil Kranz",
                "Goran Ilic",
                "Hana Sato",
                "Ivo Brandt",
            ],
        ),
        (of("TERM", "name", "eze"), &["Chidi Eze"]),
        (of("TERM", "name", "ez"), &[]),
        (of("REGEX", "name", "b.n .*"), &["Ben Hall"]),
        (of("EXACT", "state", "deleted"), &["Jun Okada"]),
        (
            of("GREATER_THAN_EQUAL_TO", "name", "hana sato"),
            &["Hana Sato", "Ivo Brandt", "Jun Okada"],
        ),
        (
            json!([{ "type": "EXACT", "fields": ["name"], "values": ["Ana Lima", "Ben Hall"] }]),
            &["Ana Lima", "Ben Hall"],
        ),
        (
            json!([{ "type": "RANGE", "fields": ["name"], "startValue": "c", "endValue": "e" }]),
            &["Chidi Eze", "Dana Park"],
        ),
        (
            json!([{ "type": "QUERY_STRING", "value": "far* noor" }]),
            &["Farah Noor"],
        ),
        (
            json!([{ "type": "EXACT", "fields": ["name"], "value": "Ana Lima" }, { "type": "EXACT", "operator": "OR", "fields": ["name"], "value": "Ben Hall" }]),
            &["Ana Lima", "Ben Hall"],
        ),
        (
            json!([{ "type": "CONTAINS", "fields": ["name"], "value": "an" }, { "type": "STARTS_WITH", "operator": "NOT", "fields": ["name"], "value": "a" },
                { "type": "EXACT", "fields": ["state"], "value": "active" }]),
            &["Dana Park", "Emil Kranz", "Goran Ilic", "Hana Sato"],
        ),
        (
            json!([{ "type": "EXACT", "fields": ["state"], "value": "active" },
                { "type": "EXACT", "group": [{ "type": "STARTS_WITH", "fields": ["name"], "value": "a" }, { "type": "STARTS_WITH", "operator": "OR", "fields": ["name"], "value": "b" }] }]),
            &["Ana Lima", "Ben Hall"],
        ),
    ] {
        assert_eq!(bench.search(query.clone()).await, wanted, "{query}");
    }
    assert_eq!(
        bench.search(json!([{ "type": "MATCH_ALL" }])).await.len(),
        10
    );
}

#[tokio::test]
async fn a_search_is_cut_into_pages_and_sorted_and_what_it_cannot_mean_is_refused() {
    let bench = Bench::quiet().await;
    let body = json!({ "pageSize": 3, "pageNumber": 2, "sortOrder": "DESC", "sortBy": "name", "expand": ["presence"] });
    let (_, page) = bench.ask(Method::POST, SEARCH, Some(&body)).await;
    assert_eq!(
        (&page["total"], &page["pageCount"]),
        (&json!(10), &json!(4))
    );
    assert_eq!(
        names(&page["results"]),
        ["Goran Ilic", "Farah Noor", "Emil Kranz"]
    );
    assert!(page["results"][0].get("presence").is_some());
    for body in [
        json!({ "pageSize": 0 }),
        json!({ "pageNumber": -1 }),
        json!({ "pageSize": 101 }),
        json!({ "sortBy": "hat" }),
        json!({ "query": [{ "type": "EXACT", "fields": ["hat"], "value": "x" }] }),
        json!({ "query": [{ "type": "EXACT", "fields": ["name"] }] }),
        json!({ "query": [{ "type": "REGEX", "fields": ["name"], "value": "(" }] }),
        json!({ "query": [{ "type": "REGEX", "fields": ["name"], "value": "(a{1000}){1000}" }] }),
    ] {
        let (status, _) = bench.refused(Method::POST, SEARCH, Some(&body)).await;
        assert_eq!(status, 400, "{body}");
    }
}

#[tokio::test]
async fn queues_are_found_by_name_division_and_id_and_have_no_peers() {
    let bench = Bench::quiet().await;
    let path = "/api/v2/routing/queues";
    let all = bench.get(path).await;
    assert_eq!(
        names(&all["entities"]),
        [
            "Billing EU",
            "Billing US",
            "Returns",
            "Sales Web",
            "Tech Support"
        ]
    );
    let queue = &all["entities"][0];
    let (id, division) = (&queue["id"].as_str().unwrap(), &queue["division"]);
    assert_eq!(division["name"], "Europe");
    assert_eq!(queue["memberCount"], 8);
    let settings = &queue["mediaSettings"]["message"];
    assert_eq!(settings["enableInactivityTimeout"], false);
    assert_eq!(&bench.get(&format!("{path}/{id}")).await, queue);
    let division = division["id"].as_str().unwrap();
    for (query, wanted) in [
        ("name=billing*".to_owned(), 2),
        ("name=*web".to_owned(), 1),
        (format!("divisionId={division}"), 1),
        (format!("id={id}&id={division}"), 1),
        ("hasPeer=true".to_owned(), 0),
        ("hasPeer=false".to_owned(), 5),
    ] {
        let found = bench.get(&format!("{path}?{query}")).await;
        assert_eq!(found["total"], wanted, "{query}");
    }
}

#[tokio::test]
async fn the_views_by_division_end_at_the_fifth_page_and_the_whole_list_has_five_hundred() {
    let bench = Bench::quiet().await;
    let views = "/api/v2/routing/queues/divisionviews";
    for (path, status) in [
        (format!("{views}?pageNumber=5&pageSize=100"), 200),
        (format!("{views}?pageNumber=6"), 400),
        (format!("{views}?pageSize=101"), 400),
        (format!("{views}/all?pageSize=500&pageNumber=6"), 200),
        (format!("{views}/all?pageSize=501"), 400),
    ] {
        let (seen, _) = bench.ask(Method::GET, &path, None).await;
        assert_eq!(seen, status, "{path}");
    }
    let sorted = bench
        .get(&format!("{views}?sortBy=name&sortOrder=desc"))
        .await;
    assert_eq!(sorted["entities"][0]["name"], "Tech Support");
    assert!(sorted["entities"][0].get("mediaSettings").is_none());
}

#[tokio::test]
async fn a_deleted_code_is_named_to_those_who_ask_and_can_be_chosen_by_nobody() {
    let bench = Bench::quiet().await;
    let views = "/api/v2/routing/wrapupcodes/divisionviews";
    let deleted = bench.get(&format!("{views}?includeState=Deleted")).await;
    assert_eq!(names(&deleted["entities"]), ["Obsolete"]);
    let both = bench
        .get(&format!("{views}?includeState=ActiveAndDeleted"))
        .await;
    assert_eq!(both["total"], 5);
    let active = bench.get("/api/v2/routing/wrapupcodes").await;
    assert!(!names(&active["entities"]).contains(&"Obsolete"));
    let queue = bench.get("/api/v2/routing/queues").await["entities"][0]["id"].clone();
    let of_queue = format!(
        "/api/v2/routing/queues/{}/wrapupcodes",
        queue.as_str().unwrap()
    );
    assert_eq!(bench.get(&of_queue).await["total"], 4);
    let owing = bench.read("wrap-up").await;
    let path = crate::sandbox_support::participant_path(&owing, "agent");
    let body = json!({ "wrapup": { "code": deleted["entities"][0]["id"] } });
    let refused = bench.refused(Method::PATCH, &path, Some(&body)).await;
    assert_eq!(
        refused,
        (400, "conversation.error.wrapup.code.required".to_owned())
    );
}

#[tokio::test]
async fn the_rate_that_is_listed_is_the_rate_that_holds() {
    let bench = Bench::of("platform = { rate_limit = 120 }").await;
    let namespace = "/api/v2/organizations/limits/namespaces/platform.api";
    let value = |body: Value, key: &str| {
        let all = body["entities"].as_array().unwrap().clone();
        let found = all.into_iter().find(|one| one["key"] == key).unwrap();
        found["value"].as_u64().unwrap()
    };
    let key = "client.credentials.token.rate.per.minute";
    assert_eq!(value(bench.get(namespace).await, key), 120);
    bench
        .order("/sandbox/faults", &json!({ "rate_limit": 90 }))
        .await;
    let answer = bench.send(Method::GET, namespace, None).await;
    assert_eq!(answer.headers()["inin-ratelimit-allowed"], "90");
    assert_eq!(value(answer.json().await.unwrap(), key), 90);
    let usual = bench.get(&format!("{namespace}/defaults")).await;
    assert_eq!(value(usual, key), 300);
    let all = bench.get("/api/v2/organizations/limits/namespaces").await;
    let all: BTreeSet<&str> = all["entities"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(Value::as_str)
        .collect();
    for name in [
        "platform.api",
        "analytics",
        "analytics.realtime",
        "conversation",
        "messaging",
        "notifications",
        "web.messaging",
    ] {
        assert!(all.contains(name), "{name}");
        bench
            .get(&format!("/api/v2/organizations/limits/namespaces/{name}"))
            .await;
    }
}

#[tokio::test]
async fn the_flow_that_a_conversation_names_is_listed_with_its_type() {
    let bench = Bench::quiet().await;
    for (label, purpose, kind) in [
        ("bot-loop", "botflow", "DIGITALBOT"),
        ("orphan", "workflow", "INBOUNDSHORTMESSAGE"),
    ] {
        let path = format!(
            "/api/v2/analytics/conversations/{}/details",
            bench.id(label)
        );
        let seen = bench.get(&path).await;
        let all = seen["participants"].as_array().unwrap();
        let party = all.iter().find(|one| one["purpose"] == purpose).unwrap();
        let flow = &party["sessions"][0]["flow"];
        assert_eq!(flow["flowType"], kind);
        let id = flow["flowId"].as_str().unwrap();
        let found = bench.get(&format!("/api/v2/flows/lookup?id={id}")).await;
        assert_eq!(
            names(&found["entities"]),
            [flow["flowName"].as_str().unwrap()]
        );
        assert_eq!(found["entities"][0]["type"], kind);
        let listed = bench
            .get(&format!(
                "/api/v2/flows/divisionviews?type={}",
                kind.to_lowercase()
            ))
            .await;
        assert!(names(&listed["entities"]).contains(&flow["flowName"].as_str().unwrap()));
    }
}

#[tokio::test]
async fn the_messenger_and_its_window_are_those_of_the_scenario() {
    let bench = Bench::of("platform = { threading_minutes = 90 }").await;
    let window = bench
        .get("/api/v2/conversations/messaging/threadingtimeline")
        .await;
    assert_eq!(
        window["settings"],
        json!([{ "messengerType": "webmessaging", "timeoutInMinutes": 90 }])
    );
    let path = "/api/v2/conversations/messaging/integrations";
    let plain = bench.get(path).await;
    let one = &plain["entities"][0];
    assert_eq!(one["messengerType"], "webmessaging");
    assert_eq!(
        one["recipient"]["id"],
        bench.sandbox.welcome().deployment_id.to_string()
    );
    assert!(one["messagingSetting"].get("name").is_none());
    let setting = one["messagingSetting"]["id"].as_str().unwrap();
    let query = format!("{path}?expand=messagingSetting&messagingSetting.id={setting}");
    let expanded = bench.get(&query).await;
    let settings = bench.get("/api/v2/conversations/messaging/settings").await;
    assert_eq!(
        expanded["entities"][0]["messagingSetting"],
        settings["entities"][0]
    );
}

#[tokio::test]
async fn a_conversation_belongs_to_the_division_of_its_queue_everywhere() {
    let chats = "[[chat]]\nkind = \"waiting\"\nlabel = \"eu\"\nqueue = \"Billing EU\"\n\
                 [[chat]]\nkind = \"bot-loop\"\nlabel = \"home\"";
    let bench = Bench::of(chats).await;
    let divisions = bench.get("/api/v2/authorization/divisions").await;
    let id = |name: &str| {
        let mut all = divisions["entities"].as_array().unwrap().iter();
        all.find(|one| one["name"] == name).unwrap()["id"].clone()
    };
    for (label, name) in [("eu", "Europe"), ("home", "Home")] {
        let live = bench.read(label).await;
        assert_eq!(live["divisions"][0]["division"]["name"], name);
        let path = format!(
            "/api/v2/analytics/conversations/{}/details",
            bench.id(label)
        );
        assert_eq!(bench.get(&path).await["divisionIds"], json!([id(name)]));
        let predicate =
            json!({ "type": "dimension", "dimension": "divisionId", "value": id(name) });
        let filter =
            json!({ "conversationFilters": [{ "type": "and", "predicates": [predicate] }] });
        let (_, found) = bench.query(filter).await;
        assert_eq!(found["totalHits"], 1);
        assert_eq!(found["conversations"][0]["conversationId"], bench.id(label));
    }
}
