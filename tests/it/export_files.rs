//! Exports as files, on the real loop and engine against a sandbox over HTTP, and with the real binary: private, whole, never over another;
//! and the plan is the one that the command carries out.

use std::fs;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde_json::Value;
use unstick::app::KeyCode;
use unstick::journal::{ExportForm, Journal, JournalOptions, save_export};

use crate::console_loop::Desk;
use crate::pty_console::open;
use crate::sandbox_support::Bench;
use crate::support::Home;
use crate::support::pty::Pty;
use crate::support::served::Served;

/// The files that were exported, by their names.
fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).map(|all| all.map(|entry| entry.unwrap().path()));
    let mut files: Vec<PathBuf> = entries.map(Iterator::collect).unwrap_or_default();
    files.sort();
    files
}

/// The one file whose name begins like this.
fn only(folder: &Path, begin: &str) -> String {
    let all = files(folder);
    let name = |path: &&PathBuf| {
        let name = path.file_name().unwrap().to_string_lossy();
        name.starts_with(begin)
    };
    let found: Vec<&PathBuf> = all.iter().filter(name).collect();
    assert_eq!(found.len(), 1, "{begin} in {all:?}");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = found[0].metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{}", found[0].display());
    }
    fs::read_to_string(found[0]).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_screen_exports_a_private_file_that_says_what_the_screen_says() {
    let home = Home::new();
    let bench = Bench::quiet().await;
    let journal = Journal::open_at(&home.path("journal.db"), JournalOptions::default()).unwrap();
    let mut desk = Desk::open(&bench.sandbox, &journal).await;
    let folder = home.path("exports");
    desk.until("3 stuck and 1 stale of 7").await;
    desk.types("Ec").await;
    desk.until("exported: ").await;
    let csv = only(&folder, "chats-");
    assert_eq!(csv.lines().count(), 8, "{csv}");
    assert!(csv.starts_with("\"id\",\"kind\",\"severity\""), "{csv}");

    desk.types("/kind:orphan").await;
    desk.press(KeyCode::Enter).await;
    desk.types("x").await;
    desk.until("T opens the box").await;
    desk.types("E").await;
    desk.until("Export the plan").await;
    desk.types("j").await;
    desk.until("/plan-").await;
    let plan: Value = serde_json::from_str(&only(&folder, "plan-")).unwrap();
    assert_eq!(plan["format"], "unstick-plan/1");
    desk.types("T").await;
    desk.until("Type   sandbox 1").await;
    desk.phrase("sandbox 1").await;
    desk.until("NOTHING NEEDS YOU").await;
    desk.types("Ej").await;
    desk.until("/run-0001-").await;
    let run = journal.history().runs(1).unwrap()[0].header.id;
    let told = journal
        .history()
        .export(run, ExportForm::JsonLines)
        .unwrap();
    assert_eq!(only(&folder, "run-0001-"), told);
    desk.press(KeyCode::Enter).await;
    desk.until("PLANNED ON").await;
    desk.types("Et").await;
    desk.until("/trace-").await;
    assert!(only(&folder, "trace-").contains("PATCH"));
    desk.press(KeyCode::Esc).await;
    desk.until("NOTHING NEEDS YOU").await;
    desk.types("L").await;
    desk.until("PATCH").await;
    desk.types("Eh").await;
    desk.until("/requests-").await;
    let archive: Value = serde_json::from_str(&only(&folder, "requests-")).unwrap();
    let entries = archive["log"]["entries"].as_array().unwrap();
    let is_patch = |entry: &&Value| entry["request"]["method"] == "PATCH";
    assert!(entries.iter().any(|entry| is_patch(&entry)));
    for secret in ["Bearer", "access_token", "client_secret", "Authorization"] {
        for file in files(&folder) {
            let text = fs::read_to_string(&file).unwrap();
            assert!(!text.contains(secret), "{secret} is in {}", file.display());
        }
    }
    desk.leave().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_overwritten_and_a_folder_that_cannot_be_made_is_told_in_words() {
    let home = Home::new();
    let bench = Bench::quiet().await;
    let journal = Journal::open_at(&home.path("journal.db"), JournalOptions::default()).unwrap();
    let mut desk = Desk::open(&bench.sandbox, &journal).await;
    desk.until("3 stuck and 1 stale of 7").await;
    // A file stands where the folder should.
    let folder = home.path("exports");
    fs::write(&folder, "mine").unwrap();
    desk.types("Ec").await;
    desk.until("not exported: ").await;
    assert_eq!(fs::read_to_string(&folder).unwrap(), "mine");
    fs::remove_file(&folder).unwrap();

    // Names of the seconds to come are taken.
    fs::create_dir(&folder).unwrap();
    let now = Timestamp::now();
    for later in 0..90 {
        let at = now + jiff::SignedDuration::from_secs(later);
        let name = at.strftime("chats-%Y%m%dT%H%M%SZ.csv").to_string();
        fs::write(folder.join(name), "mine").unwrap();
    }
    desk.types("E").await;
    desk.until("Export 7 chats").await;
    desk.types("c").await;
    desk.until("Z-2.csv").await;
    let (mine, ours): (Vec<PathBuf>, Vec<PathBuf>) = files(&folder)
        .into_iter()
        .partition(|path| fs::read_to_string(path).unwrap() == "mine");
    assert_eq!(mine.len(), 90);
    assert_eq!(ours.len(), 1);
    assert!(ours[0].to_string_lossy().ends_with("Z-2.csv"), "{ours:?}");
    desk.leave().await;
}

#[test]
fn an_export_that_breaks_off_leaves_nothing_behind() {
    let home = Home::new();
    let folder = home.path("taken");
    fs::create_dir_all(&folder).unwrap();
    // The part cannot be written: its name is too long.
    let long = folder.join("x".repeat(250));
    assert!(save_export(&long, "text").is_err());
    assert!(!long.exists());
    let file = folder.join("y.csv");
    fs::write(&file, "mine").unwrap();
    let error = save_export(&file, "text").unwrap_err();
    assert_eq!(error.kind(), std::io::ErrorKind::AlreadyExists);
    assert_eq!(fs::read_to_string(&file).unwrap(), "mine");
    assert_eq!(files(&folder).len(), 1);
    // What another one is writing stays.
    fs::write(folder.join("z.csv.part"), "theirs").unwrap();
    save_export(&folder.join("z.csv"), "text").unwrap();
    let theirs = fs::read_to_string(folder.join("z.csv.part")).unwrap();
    assert_eq!(theirs, "theirs");
    assert_eq!(files(&folder).len(), 3);
}

#[test]
fn of_several_that_export_to_one_place_one_has_it_and_whole() {
    let home = Home::new();
    let folder = home.path("many");
    fs::create_dir_all(&folder).unwrap();
    for round in 0..50 {
        let file = folder.join(format!("{round}.csv"));
        let start = std::sync::Barrier::new(4);
        let saved: Vec<(usize, std::io::Result<()>)> = std::thread::scope(|scope| {
            let all = [1, 2, 3, 4].map(|who: usize| {
                let (start, file) = (&start, &file);
                scope.spawn(move || {
                    start.wait();
                    (who, save_export(file, &who.to_string().repeat(5000)))
                })
            });
            all.map(|one| one.join().unwrap()).into()
        });
        let (won, lost): (Vec<_>, Vec<_>) = saved.into_iter().partition(|(_, it)| it.is_ok());
        assert_eq!(won.len(), 1, "{won:?}");
        for (_, error) in lost {
            let kind = error.unwrap_err().kind();
            assert_eq!(kind, std::io::ErrorKind::AlreadyExists);
        }
        let text = fs::read_to_string(&file).unwrap();
        assert_eq!(text, won[0].0.to_string().repeat(5000));
    }
    assert_eq!(files(&folder).len(), 50);
}

/// A limit on the size of files is a full disk that needs no rights.
#[cfg(unix)]
#[test]
fn a_full_disk_is_told_in_words_and_leaves_nothing_half_written() {
    let home = Home::new();
    let served = Served::start(&home, &["quiet"]);
    // 512 bytes: less than seven rows take. A program that ignores the signal is told by an error.
    let line = format!(
        "trap '' XFSZ; ulimit -f 1; exec {} {} --read-only",
        Home::binary().display(),
        served.flag()
    );
    let mut pty = Pty::start(Path::new("/bin/sh"), &["-c", &line], &home, &[]);
    pty.wait_for_text("3 stuck and 1 stale of 7");
    pty.keys("E");
    pty.wait_for_text("Export 7 chats shown");
    pty.keys("c");
    pty.wait_for_text("not exported: ");
    assert_eq!(
        files(&home.path("home/data/exports")),
        Vec::<PathBuf>::new()
    );
    pty.keys("q");
    pty.ended();
    pty.is_as_found();
}

#[test]
fn a_plan_that_the_screen_saved_is_carried_out_by_the_command_and_by_its_phrase_alone() {
    let home = Home::new();
    let served = Served::start(&home, &["quiet"]);
    let mut pty = open(&home, &served);
    pty.keys("2");
    pty.wait_for_text("[2 Stuck");
    pty.keys("*");
    pty.wait_for_text("3 marked");
    pty.keys("x");
    pty.wait_for_text("T opens the box");
    pty.keys("E");
    pty.wait_for_text("unstick terminate --plan");
    pty.keys("j");
    pty.wait_for_text("exported: ");
    pty.keys("\x1b");
    pty.wait_for_text("[2 Stuck");
    pty.keys("q");
    assert_eq!(pty.ended().exit_code(), 0);
    let saved = files(&home.path("home/data/exports"));
    let [plan] = &saved[..] else {
        panic!("{saved:?}");
    };
    let (flag, plan) = (served.flag(), plan.to_str().unwrap());
    let arguments = ["terminate", &flag, "--plan", plan];
    home.run(&arguments).expect(2);
    assert!(served.changed_by_us(&home).is_empty());
    let wrong = [&arguments[..], &["--confirm", "sandbox 2"]].concat();
    home.run(&wrong).expect(5);
    assert!(served.changed_by_us(&home).is_empty());
    let right = [&arguments[..], &["--confirm", "sandbox 3"]].concat();
    home.run(&right).expect(0);
    assert_eq!(served.ended(&home).len(), 3);
}
