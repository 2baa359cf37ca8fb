//! A sandbox that dies with a run in its middle: the run is closed as unresolved, and is not offered for resuming.

use serde_json::Value;

use crate::support::Home;
use crate::support::pty::Pty;
use crate::support::served::Served;

/// A journal with one run that was killed in its middle, and whose sandbox is gone.
fn abandoned(point: &str) -> Home {
    let home = Home::new();
    let served = Served::start(&home, &["quiet"]);
    let output = home
        .command(&[
            "terminate",
            &served.flag(),
            "--filter",
            "is:stuck",
            "--confirm",
            "sandbox 3",
        ])
        .env("UNSTICK_CRASH_AT", point)
        .output()
        .unwrap();
    assert_eq!(output.status.code(), None, "{output:?}");
    let runs = home.run(&["runs", "--json"]).expect(0).json_lines();
    assert_eq!(runs[0]["state"], "unfinished", "its sandbox is still there");
    home
}

fn is_closed(home: &Home) {
    let runs = home.run(&["runs", "--json"]).expect(0).json_lines();
    assert_eq!(runs[0]["state"], "finished");
    assert_eq!(runs[0]["counts"]["unresolved"], 3);
    let shown = home.run(&["runs", "show", "1", "--json"]).expect(0);
    let items = shown.json_lines()[0]["items"].clone();
    let reason = |item: &Value| item["settled"]["reason"].as_str().unwrap().to_owned();
    let reasons: Vec<String> = items.as_array().unwrap().iter().map(reason).collect();
    let told = |words: &str| {
        let words = format!("its sandbox is gone; {words}");
        reasons.iter().filter(|reason| **reason == words).count()
    };
    assert_eq!(told("what became of it is not known"), 1, "{reasons:?}");
    assert_eq!(told("nothing had been sent for it"), 2, "{reasons:?}");
    home.run(&["runs", "verify"]).expect(0);
}

#[test]
fn runs_closes_what_a_sandbox_took_with_it_whatever_was_on_its_way() {
    for point in ["after-intent", "before-outcome", "after-outcome"] {
        let home = abandoned(point);
        let told = home.run(&["runs"]).expect(0);
        assert!(
            told.stderr
                .contains("run 0001 is closed as unresolved: its sandbox is gone"),
            "{told:?}"
        );
        is_closed(&home);
        let again = home.run(&["runs"]).expect(0);
        assert!(again.stderr.is_empty(), "it was closed twice: {again:?}");
    }
}

#[test]
fn the_console_on_another_sandbox_closes_it_and_offers_nothing() {
    let home = abandoned("after-intent");
    let mut pty = Pty::unstick(&["--sandbox=quiet"], &home);
    pty.wait_for_text("3 stuck and 1 stale of 7");
    assert!(!pty.text().contains("cut short"), "{}", pty.text());
    pty.keys("H");
    pty.wait_for_text("1 run kept");
    assert!(!pty.text().contains("cut short"), "{}", pty.text());
    pty.keys("\x03");
    pty.ended();
    is_closed(&home);
}
