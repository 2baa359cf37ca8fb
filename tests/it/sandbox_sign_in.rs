//! Users sign in with a browser, a code and a proof; tokens do what their client, scopes and roles allow.

use crate::sandbox_support::{Bench, disconnected, participant_path};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use reqwest::redirect::Policy;
use reqwest::{Client, Method, Response};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use unstick::sandbox::Actor;

const VERIFIER: &str = "a-verifier-that-is-long-enough-0123456789.~_-";
const HERE: &str = "http://localhost:53187";
const FORM: &str = "application/x-www-form-urlencoded";

/// A program that signs users in, with a browser that follows no redirect.
pub(crate) struct Program<'a> {
    bench: &'a Bench,
    browser: Client,
    id: String,
    secret: String,
    users: Vec<Value>,
}

impl<'a> Program<'a> {
    pub(crate) async fn of(bench: &'a Bench) -> Self {
        let known = bench.get("/sandbox/clients").await;
        let people = &known["clients"][1];
        assert_eq!(people["grant"], "CODE");
        Self {
            bench,
            browser: Client::builder()
                .no_proxy()
                .redirect(Policy::none())
                .build()
                .unwrap(),
            id: people["client_id"].as_str().unwrap().to_owned(),
            secret: people["client_secret"].as_str().unwrap().to_owned(),
            users: known["users"].as_array().unwrap().clone(),
        }
    }

    pub(crate) fn user(&self, number: usize) -> &str {
        self.users[number]["id"].as_str().unwrap()
    }

    async fn asks(&self, redirect_uri: &str, more: &str) -> Response {
        let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(VERIFIER));
        let url = self.bench.url(&format!(
            "/oauth/authorize?client_id={}&response_type=code&redirect_uri={redirect_uri}\
             &code_challenge={challenge}&code_challenge_method=S256&state=a%26b{more}",
            self.id
        ));
        self.browser.get(url).send().await.unwrap()
    }

    async fn answers(&self, page: &str, user: &str) -> Response {
        let ticket = page.split("name=\"ticket\" value=\"").nth(1).unwrap();
        let ticket = ticket.split('"').next().unwrap();
        let request = self.browser.post(self.bench.url("/oauth/authorize"));
        let request = request.header("content-type", FORM);
        request
            .body(format!("ticket={ticket}&user={user}"))
            .send()
            .await
            .unwrap()
    }

    async fn code_for(&self, user: &str) -> String {
        let page = self.asks(HERE, "").await.text().await.unwrap();
        let sent = location(&self.answers(&page, user).await);
        let code = sent.strip_prefix(&format!("{HERE}?code=")).unwrap();
        code.strip_suffix("&state=a%26b").unwrap().to_owned()
    }

    async fn exchange(&self, form: String, proving: bool) -> (u16, Value) {
        let mut request = self.bench.client.post(self.bench.url("/oauth/token"));
        if proving {
            request = request.basic_auth(&self.id, Some(&self.secret));
        }
        let answer = request
            .header("content-type", FORM)
            .body(form)
            .send()
            .await
            .unwrap();
        (answer.status().as_u16(), answer.json().await.unwrap())
    }

    fn form(&self, code: &str) -> String {
        format!(
            "grant_type=authorization_code&code={code}&code_verifier={VERIFIER}&client_id={}&redirect_uri={HERE}",
            self.id
        )
    }

    pub(crate) async fn token_for(&self, user: usize) -> String {
        let code = self.code_for(self.user(user)).await;
        let (status, body) = self.exchange(self.form(&code), false).await;
        assert_eq!(status, 200, "{body}");
        body["access_token"].as_str().unwrap().to_owned()
    }
}

fn location(answer: &Response) -> String {
    assert_eq!(answer.status(), 302);
    answer.headers()["location"].to_str().unwrap().to_owned()
}

async fn status(
    bench: &Bench,
    token: &str,
    method: Method,
    path: &str,
    body: Option<&Value>,
) -> (u16, Value) {
    let mut request = bench
        .client
        .request(method, bench.url(path))
        .bearer_auth(token);
    if let Some(body) = body {
        request = request.json(body);
    }
    let answer = request.send().await.unwrap();
    let status = answer.status().as_u16();
    (status, answer.json().await.unwrap_or(Value::Null))
}

#[tokio::test]
async fn a_user_allows_a_program_on_a_plain_page_and_it_acts_for_the_user() {
    let bench = Bench::quiet().await;
    let program = Program::of(&bench).await;
    let answer = program.asks(HERE, "").await;
    assert_eq!(answer.status(), 200);
    let policy = answer.headers()["content-security-policy"]
        .to_str()
        .unwrap()
        .to_owned();
    assert!(policy.contains("default-src 'none'"), "{policy}");
    let page = answer.text().await.unwrap();
    for user in &program.users {
        assert!(page.contains(user["name"].as_str().unwrap()), "{page}");
    }
    assert!(
        !page.contains("<script") && !page.contains("src="),
        "{page}"
    );
    let token = program.token_for(0).await;
    let (_, info) = status(&bench, &token, Method::GET, "/api/v2/tokens/me", None).await;
    assert_eq!(info["OAuthClient"]["id"], json!(program.id));
    assert_eq!(info["OAuthClient"]["authorizedGrantType"], "CODE");
    assert!(
        info["authorizedScope"]
            .as_array()
            .unwrap()
            .contains(&json!("conversations"))
    );
    let path = participant_path(&bench.read("orphan").await, "agent");
    assert_eq!(
        status(&bench, &token, Method::PATCH, &path, Some(&disconnected()))
            .await
            .0,
        202
    );
    bench
        .read_until("orphan", |seen| seen["endTime"].is_string())
        .await;
    let truth = bench.sandbox.truth();
    let mine = truth
        .iter()
        .find(|one| one.who == Actor::Client(program.id.clone()))
        .unwrap();
    let user = mine.request.as_ref().unwrap().user.unwrap().to_string();
    assert_eq!(user, program.user(0));
}

#[tokio::test]
async fn a_code_is_good_once_and_a_second_use_takes_the_token_back() {
    let bench = Bench::quiet().await;
    let program = Program::of(&bench).await;
    let code = program.code_for(program.user(0)).await;
    let (status_code, body) = program.exchange(program.form(&code), true).await;
    assert_eq!(
        status_code, 200,
        "with the secret as well as without: {body}"
    );
    assert!(
        body.get("refresh_token").is_none(),
        "nobody has verified that there is one"
    );
    let token = body["access_token"].as_str().unwrap();
    let me = "/api/v2/tokens/me";
    assert_eq!(status(&bench, token, Method::GET, me, None).await.0, 200);
    let (again, body) = program.exchange(program.form(&code), true).await;
    assert_eq!(
        (again, body["error"].as_str().unwrap()),
        (400, "invalid_grant")
    );
    assert_eq!(status(&bench, token, Method::GET, me, None).await.0, 401);
}

#[tokio::test]
async fn whatever_does_not_fit_the_code_is_refused_in_oauths_words() {
    let bench = Bench::quiet().await;
    let program = Program::of(&bench).await;
    let cases = [
        (
            "code_verifier=a-verifier",
            "code_verifier=b-verifier",
            400,
            "invalid_grant",
        ),
        ("53187", "53188", 400, "invalid_grant"),
        (
            "grant_type=authorization_code",
            "grant_type=password",
            400,
            "unsupported_grant_type",
        ),
        ("code=", "cod=", 400, "invalid_request"),
        (program.id.as_str(), "nobody", 401, "invalid_client"),
        (
            program.id.as_str(),
            bench.sandbox.welcome().client_id.as_str(),
            400,
            "unauthorized_client",
        ),
    ];
    for (right, wrong, status, error) in cases {
        let code = program.code_for(program.user(1)).await;
        let form = program.form(&code).replacen(right, wrong, 1);
        let (seen, body) = program.exchange(form, false).await;
        assert_eq!(
            (seen, body["error"].as_str().unwrap()),
            (status, error),
            "{wrong}"
        );
        assert!(body["error_description"].is_string());
    }
    let form = "grant_type=client_credentials".to_owned();
    let (seen, body) = program.exchange(form, true).await;
    assert_eq!(
        (seen, body["error"].as_str().unwrap()),
        (400, "unauthorized_client")
    );
}

#[tokio::test]
async fn a_browser_is_sent_to_a_registered_address_of_this_machine_and_nowhere_else() {
    let bench = Bench::quiet().await;
    let program = Program::of(&bench).await;
    let elsewhere = [
        "http://localhost.evil.example:80",
        "http://localhost:99999",
        "http://localhost:1@evil.example",
        "https://localhost:53187",
        "http://localhost:53187/deeper",
        "http://evil.example",
    ];
    for uri in elsewhere {
        let answer = program.asks(uri, "").await;
        assert_eq!(answer.status(), 400, "{uri}");
        let body: Value = answer.json().await.unwrap();
        assert_eq!(body["error"], "invalid_request");
    }
    for uri in [
        "http://localhost",
        "http://127.0.0.1:1",
        "http://localhost:53187/",
    ] {
        assert_eq!(program.asks(uri, "").await.status(), 200, "{uri}");
    }
}

#[tokio::test]
async fn who_refuses_sends_the_program_back_without_a_code() {
    let bench = Bench::quiet().await;
    let program = Program::of(&bench).await;
    let page = program.asks(HERE, "").await.text().await.unwrap();
    let sent = location(&program.answers(&page, "nobody").await);
    assert!(
        sent.starts_with(&format!("{HERE}?error=access_denied&")),
        "{sent}"
    );
    assert!(sent.ends_with("&state=a%26b"), "{sent}");
    let late = program.answers(&page, program.user(0)).await;
    assert_eq!(late.status(), 400, "a page answers once");
}

#[tokio::test]
async fn a_code_that_is_too_old_brings_nothing() {
    let bench = Bench::of("[sign_in]\ncode_seconds = 0\n").await;
    let program = Program::of(&bench).await;
    let code = program.code_for(program.user(0)).await;
    let (status, body) = program.exchange(program.form(&code), false).await;
    assert_eq!(
        (status, body["error"].as_str().unwrap()),
        (400, "invalid_grant")
    );
}

#[tokio::test]
async fn a_token_is_renewed_where_the_scenario_says_that_it_can_be() {
    let bench = Bench::of("[sign_in]\nrefresh_tokens = true\ntoken_seconds = 1800\n").await;
    let program = Program::of(&bench).await;
    let code = program.code_for(program.user(0)).await;
    let (_, body) = program.exchange(program.form(&code), true).await;
    assert_eq!(body["expires_in"], 1800);
    let renewing = body["refresh_token"].as_str().unwrap();
    let form = format!("grant_type=refresh_token&refresh_token={renewing}");
    let (status_code, body) = program.exchange(form.clone(), true).await;
    assert_eq!(status_code, 200, "{body}");
    assert_eq!(body["refresh_token"], renewing, "the SDKs read one here");
    let token = body["access_token"].as_str().unwrap();
    assert_eq!(
        status(&bench, token, Method::GET, "/api/v2/tokens/me", None)
            .await
            .0,
        200
    );
    let without = format!("{form}&client_id={}", program.id);
    assert_eq!(
        program.exchange(without, false).await.0,
        401,
        "it needs the secret"
    );
}

#[tokio::test]
async fn a_scope_for_reading_reads_and_changes_nothing() {
    let bench = Bench::of(
        "[sign_in]\nscopes = [\"conversations:readonly\", \"analytics:readonly\"]\n\
         [[chat]]\nkind = \"orphan\"\nlabel = \"orphan\"\n",
    )
    .await;
    let program = Program::of(&bench).await;
    let token = program.token_for(0).await;
    let seen = bench.read("orphan").await;
    let own = format!("/api/v2/conversations/{}", seen["id"].as_str().unwrap());
    assert_eq!(status(&bench, &token, Method::GET, &own, None).await.0, 200);
    let path = participant_path(&seen, "agent");
    let (refused, body) = status(&bench, &token, Method::PATCH, &path, Some(&disconnected())).await;
    assert_eq!(
        (refused, body["code"].as_str().unwrap()),
        (403, "not.authorized")
    );
    let (refused, _) = status(&bench, &token, Method::GET, "/api/v2/routing/queues", None).await;
    assert_eq!(refused, 403);
    assert!(bench.sandbox.truth().is_empty());
}

#[tokio::test]
async fn a_permission_is_taken_from_one_user_from_a_role_and_from_everybody() {
    let bench = Bench::quiet().await;
    let program = Program::of(&bench).await;
    let (first, second) = (program.token_for(0).await, program.token_for(1).await);
    let own = format!("/api/v2/conversations/{}", bench.id("orphan"));
    let read = async || {
        let mut seen = Vec::new();
        for token in [&first, &second, &bench.token] {
            seen.push(status(&bench, token, Method::GET, &own, None).await.0);
        }
        seen
    };
    let name = json!(["conversation:communication:view"]);
    let steps = [
        (json!(program.user(1)), [200, 403, 200]),
        (json!("Console"), [200, 200, 403]),
        (Value::Null, [403, 403, 403]),
    ];
    for (whose, expected) in steps {
        bench
            .order(
                "/sandbox/faults",
                &json!({ "remove_permissions": name, "whose": whose }),
            )
            .await;
        assert_eq!(read().await, expected, "{whose}");
        bench
            .order(
                "/sandbox/faults",
                &json!({ "restore_permissions": name, "whose": whose }),
            )
            .await;
        assert_eq!(read().await, [200, 200, 200], "{whose}");
    }
    let wrong = json!({ "remove_permissions": name, "whose": "Agnet" });
    let (refused, body) = bench
        .ask(Method::POST, "/sandbox/faults", Some(&wrong))
        .await;
    assert_eq!(refused, 400);
    assert!(
        body["message"].as_str().unwrap().contains("`Agent`"),
        "{body}"
    );
}

#[tokio::test]
async fn a_token_that_ran_out_and_one_that_was_revoked_are_refused_in_different_words() {
    let bench = Bench::quiet().await;
    let code = async || {
        let (status, body) = bench.ask(Method::GET, "/api/v2/tokens/me", None).await;
        (status.as_u16(), body["code"].clone())
    };
    bench
        .order("/sandbox/faults", &json!({ "expire_tokens": true }))
        .await;
    assert_eq!(code().await, (401, json!("credentials.expired")));
    bench
        .order("/sandbox/faults", &json!({ "revoke_tokens": true }))
        .await;
    assert_eq!(code().await, (401, json!("bad.credentials")));
}

#[tokio::test]
async fn who_signed_in_is_me_and_may_do_what_the_roles_say() {
    let bench = Bench::quiet().await;
    let program = Program::of(&bench).await;
    let token = program.token_for(1).await;
    let me = "/api/v2/users/me?expand=authorization&expand=organization&expand=token";
    let (seen, body) = status(&bench, &token, Method::GET, me, None).await;
    assert_eq!((seen, &body["id"]), (200, &program.users[1]["id"]));
    let organization = bench.sandbox.welcome().org_id.to_string();
    assert_eq!(body["organization"]["id"], organization);
    assert_eq!(body["token"]["OAuthClient"]["id"], program.id);
    let path = "/api/v2/authorization/subjects/me";
    let (_, subject) = status(&bench, &token, Method::GET, path, None).await;
    assert_eq!(subject["id"], program.users[1]["id"]);
    let role = &subject["grants"][0]["role"];
    assert_eq!(role["name"], "Agent");
    assert_eq!(body["authorization"]["roles"][0]["id"], role["id"]);
    assert!(allows(&subject, "conversation:message:park"));
    let away =
        json!({ "remove_permissions": ["conversation:message:park"], "whose": program.user(1) });
    bench.order("/sandbox/faults", &away).await;
    let (_, subject) = status(&bench, &token, Method::GET, path, None).await;
    assert!(!allows(&subject, "conversation:message:park"));
    assert!(allows(&subject, "routing:queue:view"));
}

#[tokio::test]
async fn a_program_is_told_what_it_may_do_at_the_moment() {
    let bench = Bench::quiet().await;
    let path = "/api/v2/authorization/subjects/me";
    let needed = "conversation:communication:disconnect";
    let subject = bench.get(path).await;
    assert_eq!(subject["id"], bench.sandbox.welcome().client_id);
    assert!(allows(&subject, needed));
    let away = json!({ "remove_permissions": [needed] });
    bench.order("/sandbox/faults", &away).await;
    assert!(!allows(&bench.get(path).await, needed));
    let brief = bench.get(&format!("{path}?includeFullRoles=false")).await;
    assert!(brief["grants"][0]["role"].get("policies").is_none());
}

/// Whether some grant of a subject holds a permission.
fn allows(subject: &Value, permission: &str) -> bool {
    let [domain, entity, action] = permission.split(':').collect::<Vec<_>>()[..] else {
        return false;
    };
    let grants = subject["grants"].as_array().unwrap().iter();
    let mut policies = grants.flat_map(|grant| grant["role"]["policies"].as_array().unwrap());
    policies.any(|policy| {
        let about = policy["domain"] == domain && policy["entityName"] == entity;
        about
            && policy["actions"]
                .as_array()
                .unwrap()
                .contains(&json!(action))
    })
}
