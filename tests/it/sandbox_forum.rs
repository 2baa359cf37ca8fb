//! What the routes of the forum threads really end, under every switch, by the ground truth.

use crate::sandbox_forum_stage::{
    CONVERSATION, Chat, END, MESSAGING, OPERATIONS, ROUTING, STATUS, STATUS_CLOSE, WEB_CHAT,
    WEB_CHAT_PARTIES, WEB_CHAT_PARTY, WEB_MESSAGING, WEB_MESSAGING_CLOSE, forum, settled,
};
use crate::sandbox_sign_in::Program;
use crate::sandbox_support::{Bench, parties, states};
use reqwest::Method;
use serde_json::json;
use unstick::sandbox::Change;

const CLOSED: &str = r#"{"state":"closed"}"#;
const WITH_CODE: &str = r#"{"state":"closed","wrapupCode":{"id":"{code}"}}"#;
const STATUS_CLOSED: &str = r#"{"status":"closed"}"#;
const COMPLETED: &str = r#"{"status":"completed","reason":"Agent ended"}"#;
const DISPOSITION: &str = r#"{"participantId":"{p}","disposition":"closed"}"#;
const ENDED: &str = r#"{"ended":true,"endedReason":"agent"}"#;

const BOTH: &[&str] = &["agent", "customer"];
const WRAPPER: &[&str] = &["agent"];
const GUEST: &[&str] = &["customer"];
const NOBODY: &[&str] = &[];

/// Switches, the request, its status, and whose legs end by it.
type Row = (
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    u16,
    &'static [&'static str],
);

#[rustfmt::skip]
const ROWS: [Row; 44] = [
    // Thread 1.
    ("", "PATCH", WEB_MESSAGING, CLOSED, 200, WRAPPER),
    ("", "PATCH", WEB_MESSAGING, r#"{"state":"closed","wrapUpCode":{"id":"{code}"}}"#, 200, WRAPPER),
    ("", "PATCH", WEB_MESSAGING, r#"{"state":"closed","wrapUpCode":{"id":"some-wrap-up-id"}}"#, 400, NOBODY),
    ("closed = \"wrapper\"", "PATCH", WEB_MESSAGING, CLOSED, 200, WRAPPER),
    ("closed = \"everybody\"", "PATCH", WEB_MESSAGING, CLOSED, 200, BOTH),
    ("", "PUT", WEB_MESSAGING, WITH_CODE, 200, WRAPPER),
    ("", "PUT", WEB_MESSAGING, CLOSED, 400, NOBODY),
    ("put_wrap_up = \"required\"", "PUT", WEB_MESSAGING, CLOSED, 400, NOBODY),
    ("put_wrap_up = \"optional\"", "PUT", WEB_MESSAGING, CLOSED, 200, WRAPPER),
    ("put_wrap_up = \"optional\"", "PUT", WEB_MESSAGING, r#"{"state":"closed","wrapupCode":{}}"#, 400, NOBODY),
    ("closed = \"everybody\"", "PUT", WEB_MESSAGING, WITH_CODE, 200, BOTH),
    ("", "DELETE", WEB_MESSAGING, "", 409, NOBODY),
    ("delete = \"conflict\"", "DELETE", WEB_MESSAGING, "", 409, NOBODY),
    ("delete = \"not-allowed\"", "DELETE", WEB_MESSAGING, "", 405, NOBODY),
    ("delete = \"accepted\"", "DELETE", WEB_MESSAGING, "", 200, BOTH),
    ("delete = \"accepted\"\ndeleted = \"forgotten\"", "DELETE", WEB_MESSAGING, "", 200, NOBODY),
    ("", "POST", WEB_MESSAGING_CLOSE, "", 404, NOBODY),
    ("close = \"absent\"", "POST", WEB_MESSAGING_CLOSE, "", 404, NOBODY),
    ("close = \"wrapper\"", "POST", WEB_MESSAGING_CLOSE, "", 200, WRAPPER),
    ("close = \"everybody\"", "POST", WEB_MESSAGING_CLOSE, "", 200, BOTH),
    // Thread 2.
    ("", "POST", CONVERSATION, "{}", 200, BOTH),
    ("empty_post = \"everybody\"", "POST", CONVERSATION, "", 200, BOTH),
    ("empty_post = \"wrapper\"", "POST", CONVERSATION, "{}", 200, WRAPPER),
    ("agent_context = \"agent\"", "POST", CONVERSATION, "{}", 403, NOBODY),
    // Thread 3. Nobody holds a socket here.
    ("", "PATCH", STATUS, STATUS_CLOSED, 400, NOBODY),
    ("status_patch = \"accepted\"", "PATCH", STATUS, STATUS_CLOSED, 200, BOTH),
    ("", "POST", STATUS_CLOSE, "", 200, BOTH),
    ("", "PUT", ROUTING, COMPLETED, 200, BOTH),
    ("routing_status = \"ends\"", "PUT", ROUTING, STATUS_CLOSED, 200, BOTH),
    ("routing_status = \"nothing\"", "PUT", ROUTING, COMPLETED, 200, NOBODY),
    // Thread 4.
    ("", "PATCH", MESSAGING, CLOSED, 200, NOBODY),
    ("state_patch = \"nothing\"", "PATCH", MESSAGING, STATUS_CLOSED, 200, NOBODY),
    ("state_patch = \"ends\"", "PATCH", MESSAGING, CLOSED, 200, BOTH),
    ("", "DELETE", MESSAGING, "", 409, NOBODY),
    ("delete = \"not-allowed\"", "DELETE", MESSAGING, "", 405, NOBODY),
    ("delete = \"accepted\"", "DELETE", MESSAGING, "", 200, BOTH),
    ("", "POST", END, ENDED, 202, GUEST),
    ("", "POST", END, r#"{"ended":false}"#, 400, NOBODY),
    // Thread 5.
    ("", "PATCH", WEB_CHAT, STATUS_CLOSED, 200, WRAPPER),
    ("closed = \"everybody\"", "PATCH", WEB_CHAT, STATUS_CLOSED, 200, BOTH),
    ("", "PATCH", WEB_CHAT_PARTY, STATUS_CLOSED, 202, GUEST),
    ("", "POST", WEB_CHAT_PARTY, STATUS_CLOSED, 202, GUEST),
    ("", "POST", WEB_CHAT_PARTIES, DISPOSITION, 202, GUEST),
    ("", "POST", WEB_CHAT_PARTIES, r#"{"disposition":"closed"}"#, 202, GUEST),
];

#[tokio::test]
async fn every_route_under_every_switch_ends_whom_it_says_and_nobody_else() {
    for (switches, method, path, body, status, ends) in ROWS {
        let bench = forum(switches).await;
        let chat = Chat::of(&bench, "one").await;
        let told = format!("{switches} {method} {path} {body}");
        let (seen, said) = chat.ask(&bench, method, path, body).await;
        assert_eq!(seen, status, "{told}: {said}");
        if status >= 400 {
            assert_eq!(said["status"], status, "{told}: the standard body");
        }
        settled(&bench).await;
        let path = chat.filled(path, "customer");
        assert_eq!(chat.ended_by(&bench, method, &path), ends, "{told}");
        if switches.contains("forgotten") {
            continue;
        }
        let after = bench.read("one").await;
        for purpose in ["agent", "customer"] {
            let state = if ends.contains(&purpose) {
                "disconnected"
            } else {
                "connected"
            };
            assert_eq!(states(&after, purpose), [state], "{told}");
        }
    }
}

#[tokio::test]
async fn the_agent_can_be_ended_alone_and_a_wrapper_takes_queue_and_alert_with_it() {
    let bench = forum("").await;
    for (method, path, body) in [
        ("POST", END, ENDED),
        ("PATCH", WEB_CHAT_PARTY, STATUS_CLOSED),
        ("POST", WEB_CHAT_PARTY, STATUS_CLOSED),
        ("POST", WEB_CHAT_PARTIES, DISPOSITION),
    ] {
        let bench = forum("").await;
        let chat = Chat::of(&bench, "one").await;
        let answer = chat.send_about(&bench, "agent", method, path, body).await;
        assert_eq!(answer.status(), 202);
        settled(&bench).await;
        let path = chat.filled(path, "agent");
        assert_eq!(chat.ended_by(&bench, method, &path), WRAPPER);
    }
    let chat = Chat::of(&bench, "ringing").await;
    chat.ask(&bench, "PATCH", WEB_CHAT, STATUS_CLOSED).await;
    settled(&bench).await;
    let path = chat.filled(WEB_CHAT, "customer");
    assert_eq!(chat.ended_by(&bench, "PATCH", &path), ["acd", "agent"]);
    assert_eq!(
        states(&bench.read("ringing").await, "customer"),
        ["connected"]
    );
}

#[tokio::test]
async fn only_the_empty_object_and_a_delete_end_other_media() {
    for (switches, method, path, body, callback) in [
        ("", "POST", CONVERSATION, "{}", "disconnected"),
        (
            "delete = \"accepted\"",
            "DELETE",
            MESSAGING,
            "",
            "disconnected",
        ),
        (
            "closed = \"everybody\"",
            "PATCH",
            WEB_MESSAGING,
            CLOSED,
            "connected",
        ),
        ("", "PUT", ROUTING, COMPLETED, "connected"),
    ] {
        let bench = forum(switches).await;
        let chat = Chat::of(&bench, "mixed").await;
        let (status, said) = chat.ask(&bench, method, path, body).await;
        assert_eq!(status, 200, "{said}");
        settled(&bench).await;
        let after = bench.read("mixed").await;
        let customer = parties(&after, "customer")[0];
        assert_eq!(customer["messages"][0]["state"], "disconnected", "{path}");
        assert_eq!(customer["callbacks"][0]["state"], callback, "{path}");
    }
}

#[tokio::test]
async fn a_code_settles_what_the_agent_owes_and_without_one_it_stays_owed() {
    for (method, body, is_settled) in [
        ("PUT", WITH_CODE, true),
        (
            "PATCH",
            r#"{"state":"closed","wrapUpCode":{"id":"{code}"}}"#,
            true,
        ),
        ("PATCH", CLOSED, false),
    ] {
        let bench = forum("closed = \"everybody\"").await;
        let chat = Chat::of(&bench, "one").await;
        let (status, _) = chat.ask(&bench, method, WEB_MESSAGING, body).await;
        assert_eq!(status, 200);
        settled(&bench).await;
        let truth = chat.truth(&bench);
        let has = |what| truth.iter().any(|line| line.what == what);
        assert!(has(Change::WrapUpOwed));
        assert_eq!(has(Change::WrapUpDone), is_settled, "{body}");
        assert_eq!(has(Change::ConversationEnded), is_settled, "{body}");
        let path = chat.filled("/api/v2/conversations/{c}/participants/{p}/wrapup", "agent");
        let code = bench.get(&path).await["code"].clone();
        let wanted = if is_settled {
            json!(chat.code())
        } else {
            json!(null)
        };
        assert_eq!(code, wanted, "{body}");
    }
}

#[tokio::test]
async fn the_empty_object_settles_what_is_owed_and_may_need_somebody_who_signed_in() {
    let bench = forum("").await;
    let chat = Chat::of(&bench, "one").await;
    let (_, said) = chat.ask(&bench, "POST", CONVERSATION, "{}").await;
    assert_eq!(
        said["id"], chat.before["id"],
        "the conversation is the answer"
    );
    settled(&bench).await;
    assert!(bench.read("one").await["endTime"].is_string());

    let mut bench = forum("agent_context = \"agent\"").await;
    let chat = Chat::of(&bench, "one").await;
    let (status, said) = chat.ask(&bench, "POST", CONVERSATION, "{}").await;
    assert_eq!(
        (status, &said["code"]),
        (
            403,
            &json!("conversation.error.forbidden.not.active.participant")
        )
    );
    let token = Program::of(&bench).await.token_for(0).await;
    bench.token = token;
    let (status, said) = chat.ask(&bench, "POST", CONVERSATION, "{}").await;
    assert_eq!(status, 200, "{said}");
    settled(&bench).await;
    assert!(bench.read("one").await["endTime"].is_string());
}

#[tokio::test]
async fn a_delete_is_refused_in_the_words_of_its_thread_or_with_the_methods_that_there_are() {
    let bench = forum("").await;
    let chat = Chat::of(&bench, "one").await;
    for (path, words) in [
        (WEB_MESSAGING, "Conversation is active."),
        (MESSAGING, "Conversation cannot be deleted while active."),
    ] {
        let (_, said) = chat.ask(&bench, "DELETE", path, "").await;
        assert_eq!(said["message"], words);
    }
    let bench = forum("delete = \"not-allowed\"").await;
    let chat = Chat::of(&bench, "one").await;
    for (path, allowed) in [(WEB_MESSAGING, "PATCH, PUT"), (MESSAGING, "PATCH")] {
        let answer = chat.send(&bench, "DELETE", path, "").await;
        assert_eq!(answer.headers()["allow"], allowed);
    }
}

#[tokio::test]
async fn a_delete_is_accepted_once_the_guest_was_ended_and_purges_nothing() {
    for path in [WEB_MESSAGING, MESSAGING] {
        let bench = forum("").await;
        let chat = Chat::of(&bench, "plain").await;
        let (status, _) = chat.ask(&bench, "POST", END, ENDED).await;
        assert_eq!(status, 202);
        settled(&bench).await;
        assert_eq!(states(&bench.read("plain").await, "agent"), ["connected"]);
        let before = chat.truth(&bench);
        let (status, _) = chat.ask(&bench, "DELETE", path, "").await;
        assert_eq!(status, 200);
        settled(&bench).await;
        let after = chat.truth(&bench);
        assert_eq!(after[..before.len()], before);
        assert_eq!(after.last().unwrap().what, Change::ConversationEnded);
        assert!(bench.read("plain").await["endTime"].is_string());
    }
}

#[tokio::test]
async fn a_forgotten_conversation_is_not_found_and_goes_on_in_the_truth_and_in_analytics() {
    let bench = forum("delete = \"accepted\"\ndeleted = \"forgotten\"").await;
    let chat = Chat::of(&bench, "one").await;
    let (status, _) = chat.ask(&bench, "DELETE", WEB_MESSAGING, "").await;
    assert_eq!(status, 200);
    settled(&bench).await;
    let read = chat.filled(CONVERSATION, "customer");
    let (status, _) = bench.ask(Method::GET, &read, None).await;
    assert_eq!(status, 404);
    let (status, _) = chat.ask(&bench, "DELETE", WEB_MESSAGING, "").await;
    assert_eq!(status, 404);
    let truth = chat.truth(&bench);
    assert_eq!(truth.len(), 1);
    assert_eq!(truth[0].what, Change::RecordRemoved);
    let path = chat.filled(WEB_MESSAGING, "customer");
    assert_eq!(truth[0].request.as_ref().unwrap().path, path);
    let path = chat.filled("/api/v2/analytics/conversations/{c}/details", "customer");
    assert!(bench.get(&path).await["conversationEnd"].is_null());
}

#[tokio::test]
async fn who_left_already_is_no_reason_to_refuse() {
    for (method, path, body) in [("PATCH", STATUS, STATUS_CLOSED), ("DELETE", MESSAGING, "")] {
        let bench = forum("").await;
        let chat = Chat::of(&bench, "orphan").await;
        let (status, said) = chat.ask(&bench, method, path, body).await;
        assert_eq!(status, 200, "{said}");
        settled(&bench).await;
        let path = chat.filled(path, "customer");
        assert_eq!(chat.ended_by(&bench, method, &path), WRAPPER);
    }
}

#[tokio::test]
async fn what_is_over_is_answered_as_the_switch_says_and_nothing_changes() {
    let is_third = |path: &str| [STATUS, STATUS_CLOSE, ROUTING].contains(&path);
    for (switch, usual) in [("accepted", 0), ("conflict", 409)] {
        let bench = forum(&format!("again = \"{switch}\"\nclose = \"wrapper\"")).await;
        let chat = Chat::of(&bench, "over").await;
        for (method, path, body) in OPERATIONS {
            let (status, said) = chat.ask(&bench, method, path, body).await;
            let told = format!("{switch}: {method} {path}: {said}");
            if is_third(path) || (usual == 409 && method != "DELETE") {
                assert_eq!(status, 409, "{told}");
                assert!(said["message"].as_str().unwrap().contains("already closed"));
            } else {
                assert!((200..300).contains(&status), "{told}");
            }
        }
        settled(&bench).await;
        assert_eq!(chat.truth(&bench), []);
    }
}

#[tokio::test]
async fn the_threads_own_permission_is_asked_for_by_name() {
    let bench = forum("without_grants = [\"conversation:webchat:write\"]").await;
    let chat = Chat::of(&bench, "one").await;
    for (method, path, body) in OPERATIONS {
        let lacks = [WEB_CHAT, WEB_CHAT_PARTY].contains(&path);
        let (status, said) = chat.ask(&bench, method, path, body).await;
        assert_eq!(status == 403, lacks, "{method} {path}: {said}");
        if lacks {
            assert_eq!(said["code"], "missing.any.permissions");
            let words = said["message"].as_str().unwrap();
            assert!(words.contains("[conversation:webchat:write]"), "{words}");
        }
    }
    taken_and_given_back(&forum("").await).await;
}

/// A right is taken and given back while everything runs, as with those that are published.
async fn taken_and_given_back(bench: &Bench) {
    let chat = Chat::of(bench, "one").await;
    let right = json!(["interaction:write"]);
    for (field, wanted) in [("remove_permissions", 403), ("restore_permissions", 200)] {
        bench
            .order("/sandbox/faults", &json!({ field: right }))
            .await;
        let (status, _) = chat.ask(bench, "PUT", ROUTING, COMPLETED).await;
        assert_eq!(status, wanted, "{field}");
    }
}
