//! What the console exports, pages and copies as curl: keys in, what would be written out.

use jiff::SignedDuration;
use serde_json::Value;

use crate::console_desk::Desk;
use crate::console_dossier::look_into;
use crate::console_screens::shoot;
use crate::console_world::{id, receipt, settings};
use unstick::app::exporting::{Contents, Export, Format, Progress};
use unstick::app::{Effect, Msg};
use unstick::domain::feed::Fact;
use unstick::domain::plan::Plan;
use unstick::domain::request_line::{Asker, Passage, RequestLine};
use unstick::domain::row_data::{RowData, csv, json_lines};
use unstick::domain::text::Text;

/// What was exported last.
fn exported(desk: &Desk) -> Option<&Export> {
    desk.effects.iter().rev().find_map(|effect| match effect {
        Effect::Export(export) => Some(export.as_ref()),
        _ => None,
    })
}

/// What was given to the pager last.
fn paged(desk: &Desk) -> Option<&str> {
    desk.effects.iter().rev().find_map(|effect| match effect {
        Effect::Page(text) => Some(text.as_str()),
        _ => None,
    })
}

/// The text of an export that is one.
fn text(export: &Export) -> &str {
    match &export.contents {
        Contents::Text(text) => text,
        other => panic!("{other:?}"),
    }
}

/// The log of requests, with a failure and a token's among them.
fn log(width: u16, height: u16) -> Desk {
    let mut desk = Desk::full(width, height);
    desk.keys("L");
    let line = |number: u64, method: &str, path: &str, by, status| RequestLine {
        number,
        at: desk.now - SignedDuration::from_secs(60 - i64::try_from(number).unwrap()),
        method: method.to_owned(),
        path: path.to_owned(),
        by,
        attempt: 1,
        receipt: receipt(status, 100 + number),
        trouble: (status == 429).then(|| Text::clean("rate limited")),
        passage: Passage::default(),
    };
    let about = format!("/api/v2/conversations/{}", id("3f2a9c41"));
    let lines = vec![
        line(1, "POST", "/oauth/token", Asker::Token, 200),
        line(2, "GET", &about, Asker::Asked, 200),
        line(
            3,
            "PATCH",
            "/api/v2/conversations/messages/x",
            Asker::Run,
            429,
        ),
    ];
    desk.fact(Fact::AllRequests(lines));
    desk
}

#[test]
fn the_dialog_of_an_export() {
    shoot("export_chats", |width, height| {
        let mut desk = Desk::full(width, height);
        desk.keys("E");
        desk
    });
    shoot("export_run", |width, height| {
        let mut desk = Desk::full(width, height);
        desk.run_whole();
        desk.keys("E");
        desk
    });
    shoot("export_names", |width, height| {
        let mut desk = Desk::full(width, height);
        desk.keys("En");
        desk
    });
}

#[test]
fn rows_that_the_filter_shows_are_exported_or_the_marked_ones_with_initials_unless_names_are_asked_for()
 {
    let ids = |desk: &Desk| match &exported(desk).unwrap().contents {
        Contents::Rows {
            ids, with_names, ..
        } => (ids.clone(), *with_names),
        other => panic!("{other:?}"),
    };
    let mut desk = Desk::full(80, 24);
    desk.keys("2E");
    let count = desk.app.chats.shown().len();
    assert!(desk.text().contains(&format!("Export {count} chats shown")));
    assert!(desk.text().contains("people are initials"));
    desk.keys("c");
    let shown = desk.app.chats.shown().to_vec();
    assert_eq!(ids(&desk), (shown, false));
    assert_eq!(exported(&desk).unwrap().format, Format::Csv);
    // One at a time.
    desk.keys("E");
    assert!(desk.text().contains("an export is being written"));
    desk.tell(Msg::Exported(Ok("exported: ~/x.csv".to_owned())));
    assert!(desk.text().contains("exported: ~/x.csv"), "{}", desk.text());

    // Marks go before the filter, hidden ones too.
    desk.app.chats.marks.mark(id("4c18ae90"));
    desk.keys("En");
    assert!(desk.text().contains("Export the marked chat"));
    assert!(desk.text().contains("NAMES ARE IN IT"), "{}", desk.text());
    desk.keys("j");
    assert_eq!(ids(&desk), (vec![id("4c18ae90")], true));
    assert_eq!(exported(&desk).unwrap().format, Format::JsonLines);
    let name = exported(&desk).unwrap().file_name(1);
    assert!(name.starts_with("chats-20260302T1322"), "{name}");
    assert!(exported(&desk).unwrap().file_name(2).ends_with("Z-2.jsonl"));
}

#[test]
fn under_the_privacy_mask_no_name_can_be_chosen() {
    let mut desk = Desk::full(80, 24);
    desk.keys("zEn");
    let text = desk.text();
    assert!(text.contains("n: privacy is on"), "{text}");
    desk.keys("c");
    let Contents::Rows { with_names, .. } = exported(&desk).unwrap().contents else {
        panic!();
    };
    assert!(!with_names);
}

#[test]
fn a_letter_that_is_not_offered_writes_nothing_and_says_so() {
    let mut desk = Desk::full(80, 24);
    desk.keys("Em");
    assert!(exported(&desk).is_none());
    assert!(desk.text().contains("m: this is not written in that form"));
    desk.keys("\u{1b}");
    assert!(desk.app.overlay.is_none());
    assert!(exported(&desk).is_none());
}

#[test]
fn rows_hold_no_name_unless_asked_for_and_no_cell_is_a_formula() {
    let mut desk = Desk::full(80, 24);
    let mut evil = desk.app.roster.row(id("3f2a9c41")).unwrap();
    evil.listed.customer = Some(Text::clean("=HYPERLINK(\"x\")"));
    evil.reading = None;
    desk.keys("Ec");
    let Contents::Rows { ids, roster, .. } = &exported(&desk).unwrap().contents else {
        panic!();
    };
    let rows = ids.iter().filter_map(|id| roster.row(*id));
    let rows: Vec<_> = rows.chain([evil]).collect();
    let data = || rows.iter().map(|row| RowData::of(row, desk.now));
    let masked = csv(data().map(RowData::masked)).unwrap();
    let named = csv(data()).unwrap();
    for name in ["Okafor", "Ana Lima", "太郎"] {
        assert!(named.contains(name), "{named}");
        assert!(!masked.contains(name), "{name} is in {masked}");
    }
    assert!(masked.contains("\"A. L.\",\"M. O.\""), "{masked}");
    assert!(named.contains("\"'=HYPERLINK(\"\"x\"\")\""), "{named}");
    let lines = json_lines(data().map(RowData::masked)).unwrap();
    let first: Value = serde_json::from_str(lines.lines().next().unwrap()).unwrap();
    assert!(first["customer"].as_str().unwrap().ends_with('.'));
    assert_eq!(lines.lines().count(), rows.len());
}

#[test]
fn the_plan_is_exported_as_the_file_that_can_be_read_again_and_not_before_it_is_frozen() {
    let mut desk = Desk::full(80, 24);
    desk.mark_stuck();
    desk.keys("xE");
    assert!(
        desk.text().contains("E: no chat is planned yet"),
        "{}",
        desk.text()
    );
    desk.reread(usize::MAX);
    desk.keys("E");
    assert!(desk.text().contains("unstick terminate --plan"));
    desk.keys("j");
    let plan = desk.app.planning().unwrap().plan.clone().unwrap();
    let read = Plan::parse(text(exported(&desk).unwrap())).unwrap();
    assert_eq!(read, *plan);
}

#[test]
fn a_run_is_exported_from_its_report_and_from_the_list_of_runs() {
    let mut desk = Desk::full(80, 24);
    desk.run_whole();
    desk.keys("Em");
    let export = exported(&desk).unwrap();
    assert!(matches!(export.contents, Contents::Run(_)), "{export:?}");
    assert!(export.file_name(1).starts_with("run-0142-"));
    assert!(export.file_name(1).ends_with("Z.md"));
    let mut desk = Desk::full(80, 24);
    desk.keys("H");
    desk.history();
    desk.keys("jE");
    assert!(desk.text().contains("Export run "), "{}", desk.text());
    desk.keys("c");
    assert!(matches!(
        exported(&desk).unwrap().contents,
        Contents::Run(_)
    ));
}

#[test]
fn requests_are_exported_as_an_archive_without_queries_bodies_and_tokens() {
    let mut desk = log(140, 40);
    desk.keys("Eh");
    let archive: Value = serde_json::from_str(text(exported(&desk).unwrap())).unwrap();
    assert_eq!(archive["log"]["version"], "1.2");
    let entries = archive["log"]["entries"].as_array().unwrap();
    assert_eq!(entries.len(), 3);
    let url = format!(
        "https://api.example.test/api/v2/conversations/{}",
        id("3f2a9c41")
    );
    assert_eq!(
        entries[0]["request"]["url"],
        "https://login.example.test/oauth/token"
    );
    assert_eq!(entries[1]["request"]["url"], url.as_str());
    assert_eq!(entries[1]["time"], 102);
    assert_eq!(
        entries[1]["response"]["headers"][0]["name"],
        "ININ-Correlation-Id"
    );
    assert_eq!(entries[2]["response"]["status"], 429);
    // Every field that the format demands.
    for entry in entries {
        for part in ["startedDateTime", "time", "cache"] {
            assert!(!entry[part].is_null(), "{part}");
        }
        for part in [
            "method",
            "url",
            "httpVersion",
            "cookies",
            "headers",
            "queryString",
            "headersSize",
            "bodySize",
        ] {
            assert!(!entry["request"][part].is_null(), "{part}");
        }
        for part in [
            "status",
            "statusText",
            "httpVersion",
            "cookies",
            "headers",
            "content",
            "redirectURL",
            "headersSize",
            "bodySize",
        ] {
            assert!(!entry["response"][part].is_null(), "{part}");
        }
        for part in ["send", "wait", "receive"] {
            assert!(entry["timings"][part].as_u64().is_some(), "{part}");
        }
        assert_eq!(entry["request"]["queryString"], Value::Array(Vec::new()));
        assert_eq!(entry["request"]["headers"], Value::Array(Vec::new()));
    }
    let time: jiff::Timestamp = entries[1]["startedDateTime"]
        .as_str()
        .unwrap()
        .parse()
        .unwrap();
    assert_eq!(
        time,
        desk.app.settings.started + SignedDuration::from_secs(3 - 58)
    );
    // Only what is shown.
    desk.tell(Msg::Exported(Ok(String::new())));
    desk.keys("fEh");
    let archive: Value = serde_json::from_str(text(exported(&desk).unwrap())).unwrap();
    assert_eq!(archive["log"]["entries"].as_array().unwrap().len(), 1);
}

#[test]
fn a_trace_is_exported_and_copied_as_curl_without_a_token_and_pasting_it_sends_nothing() {
    let mut desk = Desk::full(80, 24);
    desk.run_half();
    desk.keys("\rE");
    assert!(
        desk.text().contains("Export the requests of"),
        "{}",
        desk.text()
    );
    desk.keys("t");
    let page = text(exported(&desk).unwrap()).to_owned();
    assert!(page.contains("Conversation 6a1f3d88-"), "{page}");
    assert!(
        page.contains("429") && page.contains("PLANNED ON"),
        "{page}"
    );
    assert!(!page.contains("anon-9027"), "{page}");
    desk.keys("Y");
    let curl = desk.copied().pop().unwrap();
    let commands: Vec<&str> = curl.lines().filter(|line| line.contains("curl ")).collect();
    assert_eq!(commands.len(), 2, "{curl}");
    let url = format!(
        "'https://api.example.test/api/v2/conversations/{}'",
        id("6a1f3d88")
    );
    assert!(commands[0].starts_with("curl -sS -H \"Authorization: Bearer $GENESYS_TOKEN\""));
    assert!(commands[0].ends_with(&url), "{curl}");
    assert!(commands[1].starts_with("# curl -sS -X 'PATCH'"), "{curl}");
    assert!(
        commands[1].contains("-d '{\"state\":\"disconnected\"}'"),
        "{curl}"
    );
    assert!(curl.contains("429 61 ms correlation 8c41b0de"), "{curl}");
}

#[test]
fn one_request_of_the_log_is_copied_as_curl() {
    let mut desk = log(80, 24);
    desk.keys("jY");
    let curl = desk.copied().pop().unwrap();
    assert!(curl.contains(&format!(
        "'https://api.example.test/api/v2/conversations/{}'",
        id("3f2a9c41")
    )));
    let mut desk = Desk::full(80, 24);
    desk.keys("LY");
    assert!(desk.copied().is_empty());
    assert!(desk.text().contains("Y: there is no request here"));
}

#[test]
fn a_large_export_says_how_far_it_is() {
    let mut desk = Desk::full(80, 24);
    desk.keys("Ec");
    desk.tell(Msg::Exporting(Progress {
        done: 4000,
        total: 10_000,
    }));
    assert!(
        desk.text().contains("exporting: 4000 of 10000 chats"),
        "{}",
        desk.text()
    );
    desk.tell(Msg::Exported(Err(
        "not exported: x cannot be written".to_owned()
    )));
    assert!(!desk.text().contains("exporting:"));
    assert!(desk.text().contains("not exported: x"));
    // What comes too late says nothing any more.
    desk.tell(Msg::Exporting(Progress { done: 1, total: 2 }));
    desk.keys("j");
    assert!(!desk.text().contains("exporting:"));
}

#[test]
fn the_pager_gets_the_page_in_view_masked_where_the_screen_is() {
    let mut desk = Desk::full(80, 24);
    look_into(&mut desk);
    desk.keys("e");
    let page = paged(&desk).unwrap();
    assert!(
        page.starts_with("Chat 3f2a9c41-") && page.contains(": Overview"),
        "{page}"
    );
    assert!(page.contains("Ana Lima"), "{page}");
    desk.keys("ze");
    let page = paged(&desk).unwrap();
    assert!(
        !page.contains("Ana Lima") && page.contains("A. L."),
        "{page}"
    );
    desk.keys("4e");
    assert!(paged(&desk).unwrap().contains("/conversations/"));
    desk.keys("\u{1b}:messages\re");
    assert!(
        paged(&desk).unwrap().contains("privacy on"),
        "{:?}",
        paged(&desk)
    );
    let mut desk = log(80, 24);
    desk.keys("e");
    assert!(paged(&desk).unwrap().contains("8c41b0de"));
    let mut desk = Desk::full(80, 24);
    desk.run_whole();
    desk.keys("e");
    assert!(paged(&desk).unwrap().contains("NEEDS YOU"));
    desk.keys("\re");
    assert!(paged(&desk).unwrap().contains("PLANNED ON"));
}

#[test]
fn while_a_run_goes_on_there_is_no_pager_and_the_reason_is_said() {
    let mut desk = Desk::full(80, 24);
    desk.run_half();
    desk.keys("\re");
    assert!(paged(&desk).is_none());
    assert!(
        desk.text().contains("e: a run is under way"),
        "{}",
        desk.text()
    );
}

#[test]
fn a_read_only_console_exports_too() {
    let mut desk = Desk::new(settings("PROD", false), 80, 24);
    desk.fill();
    desk.keys("Ec");
    assert!(exported(&desk).is_some());
}
