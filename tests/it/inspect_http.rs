//! One chat looked into on the real loop, engine, client and journal against a sandbox over HTTP; and the same without a screen.

use std::path::Path;

use reqwest::Method;
use serde_json::{Value, json};
use unstick::app::KeyCode;
use unstick::journal::{Journal, JournalOptions};

use crate::console_loop::Desk;
use crate::sandbox_support::{Bench, participant_path};
use crate::support::Home;
use crate::support::served::Served;

/// What a flow noted down about the customer.
const NOTED: &str = "canary-5513";

/// The orphan of `quiet`, with an attribute, and the words of its newest message.
async fn staged() -> (Bench, String, String) {
    let bench = Bench::quiet().await;
    let orphan = bench
        .sandbox
        .staged()
        .iter()
        .find(|one| format!("{:?}", one.kind) == "Orphan")
        .map(|one| one.conversation.to_string())
        .unwrap();
    let read = bench.get(&format!("/api/v2/conversations/{orphan}")).await;
    let path = format!("{}/attributes", participant_path(&read, "customer"));
    let noted = json!({ "attributes": { "orderId": NOTED } });
    let (status, answer) = bench.ask(Method::PATCH, &path, Some(&noted)).await;
    assert!(status.is_success(), "{answer}");
    let ids: Vec<Value> = read["participants"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|party| party["messages"].as_array().cloned().unwrap_or_default())
        .flat_map(|leg| leg["messages"].as_array().cloned().unwrap_or_default())
        .map(|message| message["messageId"].clone())
        .collect();
    let path = format!("/api/v2/conversations/messages/{orphan}/messages/bulk");
    let (_, said) = bench.ask(Method::POST, &path, Some(&json!(ids))).await;
    let texts = said["entities"].as_array().unwrap().iter();
    let text = texts
        .filter_map(|one| one["normalizedMessage"]["text"].as_str())
        .find(|text| text.len() > 12)
        .unwrap();
    (bench, orphan, text.to_owned())
}

/// Every file below a folder that holds these words.
fn holders(folder: &Path, words: &str) -> Vec<String> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let path = entry.path();
        if path.is_dir() {
            found.extend(holders(&path, words));
        } else {
            let bytes = std::fs::read(&path).unwrap();
            let holds = bytes
                .windows(words.len())
                .any(|part| part == words.as_bytes());
            found.extend(holds.then(|| path.display().to_string()));
        }
    }
    found
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_chat_is_looked_into_over_http_and_what_was_said_is_nowhere_but_on_the_screen_that_was_asked()
 {
    let home = Home::new();
    let (bench, orphan, said) = staged().await;
    let journal = Journal::open_at(&home.path("journal.db"), JournalOptions::default()).unwrap();
    let mut desk = Desk::open(&bench.sandbox, &journal).await;
    let begin: String = said.chars().take(12).collect();

    desk.until("3 stuck and 1 stale of 7").await;
    desk.types("/kind:orphan").await;
    desk.press(KeyCode::Enter).await;
    desk.until("orphan").await;
    desk.press(KeyCode::Enter).await;
    desk.until("[1 Overview]").await;
    // The whole answer and the requests come with the read.
    desk.types("3").await;
    desk.until(&format!("\"id\": \"{orphan}\"")).await;
    desk.types("4").await;
    desk.until("asked").await;
    desk.until("/conversations/").await;
    desk.types("5").await;
    desk.until("[11 characters]").await;
    assert!(!desk.text().contains(NOTED));
    desk.types("u").await;
    desk.until(NOTED).await;
    desk.types("u6").await;
    desk.until("FLOW").await;
    desk.until("open since").await;
    desk.types("2").await;
    desk.until("characters]").await;
    assert!(!desk.text().contains(&begin), "{}", desk.text());
    desk.types("u").await;
    desk.until(&begin).await;
    desk.types("E").await;
    desk.until("saved, personal data, only you can read it: unstick-")
        .await;

    // A run of it is in the next packet, with its steps.
    desk.types("x").await;
    desk.until("T opens the box").await;
    desk.types("T").await;
    desk.until("Type   sandbox 1").await;
    desk.phrase("sandbox 1").await;
    desk.until("1 ended").await;
    let short: String = orphan.chars().take(8).collect();
    let history = journal.history();
    let runs = history.about(orphan.parse().unwrap()).unwrap();
    assert_eq!(runs.len(), 1);
    assert!(
        history
            .about("3f2a9c41-77b0-4d8e-9a51-0e6c2f6b1d20".parse().unwrap())
            .unwrap()
            .is_empty()
    );
    desk.leave().await;

    let folder = home.path("packets");
    let packet = std::fs::read_dir(&folder).unwrap().next().unwrap().unwrap();
    assert!(
        packet
            .file_name()
            .to_string_lossy()
            .starts_with(&format!("unstick-{short}-"))
    );
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(
            packet.metadata().unwrap().permissions().mode() & 0o777,
            0o600
        );
    }
    let text = std::fs::read_to_string(packet.path()).unwrap();
    assert!(
        text.contains(&orphan) && text.contains("correlation id"),
        "{text}"
    );
    // Nowhere in the journal, in a packet, in a log.
    for words in [said.as_str(), NOTED, begin.as_str()] {
        assert_eq!(holders(&home.path("."), words), Vec::<String>::new());
    }
}

#[test]
fn show_tells_the_same_without_a_screen_and_masks_what_nobody_asked_for() {
    let home = Home::new();
    let served = Served::start(&home, &["quiet"]);
    let flag = served.flag();
    let id = served.of_kind(&home, "orphan").remove(0);
    let raw = home.run(&["show", &flag, &id, "--raw"]).expect(0);
    let answer: Value = serde_json::from_str(&raw.stdout).unwrap();
    assert_eq!(answer["id"], id.as_str());
    assert!(answer["participants"].as_array().unwrap().len() >= 2);
    let whole = home
        .run(&[
            "show",
            &flag,
            &id,
            "--json",
            "--raw",
            "--analytics",
            "--transcript",
        ])
        .expect(0)
        .json_lines();
    assert_eq!(whole[0]["raw"]["id"], id.as_str());
    let compared = whole[0]["analytics"]["compared"].as_array().unwrap();
    assert!(
        compared
            .iter()
            .any(|pair| pair["purpose"] == "agent" && pair["analytics_is_open"] == true)
    );
    assert!(!whole[0]["transcript"].as_array().unwrap().is_empty());
    let requests = whole[0]["requests"].as_array().unwrap();
    assert!(
        requests
            .iter()
            .any(|one| one["path"].as_str().unwrap().ends_with("/messages/bulk"))
    );
    assert!(
        requests
            .iter()
            .all(|one| one["receipt"]["correlation"].is_string())
    );
}

#[test]
fn a_packet_is_one_new_private_file_with_the_steps_of_our_runs_and_no_words() {
    let home = Home::new();
    let served = Served::start(&home, &["quiet"]);
    let flag = served.flag();
    let id = served.of_kind(&home, "orphan").remove(0);
    let said = home
        .run(&["show", &flag, &id, "--json", "--transcript"])
        .expect(0)
        .json_lines();
    let words = said[0]["transcript"][0]["text"]
        .as_str()
        .unwrap()
        .to_owned();
    home.run(&["terminate", &flag, "--ids", &id, "--confirm", "sandbox 1"])
        .expect(0);
    let file = home.path("packet.md");
    let name = file.to_str().unwrap();
    let ran = home.run(&["show", &flag, &id, "--packet", name]).expect(0);
    assert!(ran.stderr.contains("personal data"), "{ran:#?}");
    let text = std::fs::read_to_string(&file).unwrap();
    for kept in [
        id.as_str(),
        "### Run 0001",
        "intended",
        "PATCH /api/v2/",
        "ACCEPTED",
        "settled",
        "ended",
        "The only read",
        "Diagnosis",
    ] {
        assert!(text.contains(kept), "{kept} is not in\n{text}");
    }
    let secret = served.welcome["client_secret"].as_str().unwrap();
    let customer = said[0]["customer"].as_str().unwrap();
    for gone in [words.as_str(), secret, customer, "Bearer"] {
        assert!(!text.contains(gone), "{gone} is in\n{text}");
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = std::fs::metadata(&file).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    // Never over a file that is there.
    let again = home.run(&["show", &flag, &id, "--packet", name]).expect(2);
    assert!(again.stderr.contains("name a new one"), "{again:#?}");
    assert_eq!(std::fs::read_to_string(&file).unwrap(), text);
}
