//! The console in a real terminal: the whole way from the list to the report, killed in the middle and taken up again.

use crate::support::Home;
use crate::support::pty::Pty;
use crate::support::served::Served;
use rustix::process::Signal;

/// Opens the console on a served sandbox of seven chats, and waits until all of them are read.
pub(crate) fn open(home: &Home, served: &Served) -> Pty {
    let flag = served.flag();
    let mut pty = Pty::unstick(&[&flag], home);
    pty.wait_for_text("3 stuck and 1 stale of 7");
    pty
}

/// From the list to a plan of what is stuck, three chats in the scenario `quiet`.
pub(crate) fn plan_stuck(pty: &mut Pty) {
    pty.keys("2");
    pty.wait_for_text("[2 Stuck");
    pty.keys("*");
    pty.wait_for_text("3 marked");
    pty.keys("x");
}

/// From the list to a plan of the four stuck and stale chats, and through its confirmation.
pub(crate) fn start_run(pty: &mut Pty) {
    plan_stuck(pty);
    pty.wait_for_text("NOTHING HAS BEEN SENT");
    pty.wait_for_text("T opens the box");
    pty.keys("T");
    pty.wait_for_text("Type   sandbox 3");
    pty.phrase("sandbox 3");
    pty.keys("\r");
}

#[test]
fn the_stuck_chats_are_marked_planned_confirmed_ended_and_reported() {
    let home = Home::new();
    let served = Served::start(&home, &["quiet"]);
    let mut pty = open(&home, &served);
    start_run(&mut pty);
    pty.wait_for_text("3 ended");
    pty.wait_for_text("NOTHING NEEDS YOU");
    pty.leave("Run 0001 report");
    pty.wait_for_text("[2 Stuck");
    pty.keys("q");
    assert_eq!(pty.ended().exit_code(), 0);
    pty.is_as_found();
    assert!(!pty.text().contains("runs show"), "{}", pty.text());

    let shown = home
        .run(&["runs", "show", "1", "--json"])
        .expect(0)
        .json_lines();
    let mut journal: Vec<String> = shown[0]["items"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|item| item["settled"]["state"] == "ended")
        .map(|item| item["id"].as_str().unwrap().to_owned())
        .collect();
    journal.sort();
    assert_eq!(journal.len(), 3);
    assert_eq!(served.ended(&home), journal);
}

#[test]
fn killed_in_mid_run_the_next_start_offers_to_resume_and_tells_the_truth() {
    let home = Home::new();
    let faults = home.write(
        "faults.toml",
        "[[fault]]\nstep = \"legs\"\nnth = 2\nhold = true\n",
    );
    // What was accepted is applied before anybody can look, so that only a request can change anything more.
    let quiet = include_str!("../../assets/scenarios/quiet.toml");
    let scenario = home.write(
        "quiet-at-once.toml",
        &format!("{quiet}\n[platform]\napply_ms = [0, 0]\n"),
    );
    let [scenario, faults] = [&scenario, &faults].map(|file| file.to_str().unwrap());
    let served = Served::start(&home, &[scenario, "--faults", faults]);
    let mut pty = open(&home, &served);
    start_run(&mut pty);
    // The canary has ended, and a request of the second is on its way, held.
    pty.wait_for_text("✓ 1 ended");
    pty.wait_for_text("▸ ");
    pty.signal(Signal::KILL);
    pty.ended();

    let mut pty = Pty::unstick(&[&served.flag()], &home);
    pty.wait_for_text("Run 0001 was cut short");
    let sent = served.changed_by_us(&home).len();
    pty.keys("R");
    pty.wait_for_text("sandbox 2");
    assert_eq!(
        served.changed_by_us(&home).len(),
        sent,
        "it resumed by itself"
    );
    pty.phrase("sandbox 2");
    pty.keys("\r");
    pty.wait_for_text("Run 0001 report");
    let shown = home
        .run(&["runs", "show", "1", "--json"])
        .expect(0)
        .json_lines();
    let mut journal: Vec<String> = shown[0]["items"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|item| {
            item["settled"]["state"]
                .as_str()
                .unwrap()
                .starts_with("ended")
        })
        .map(|item| item["id"].as_str().unwrap().to_owned())
        .collect();
    journal.sort();
    assert_eq!(served.ended(&home), journal);
    assert_eq!(journal.len(), 3);
}

#[test]
fn a_pasted_text_runs_nothing() {
    let home = Home::new();
    let served = Served::start(&home, &["quiet"]);
    let mut pty = open(&home, &served);
    let before = pty.text().lines().nth(1).unwrap().to_owned();
    pty.keys("\x1b[200~xT sandbox 3\r\x1b[201~");
    pty.wait_for_text("pasted");
    assert_eq!(pty.text().lines().nth(1).unwrap(), before);
    pty.keys("q");
    assert_eq!(pty.ended().exit_code(), 0);
    assert!(served.changed_by_us(&home).is_empty());
    assert!(!home.path("home/data/journal.db").exists() || runs(&home) == 0);
}

fn runs(home: &Home) -> usize {
    home.run(&["runs", "--json"]).expect(0).json_lines().len()
}
