//! Keys of the plan screen beside the phrase: the wrap-up code it names, and the dry run. Neither sends anything but reads.

use jiff::{SignedDuration, Timestamp};
use unstick::app::confirm::Deed;
use unstick::app::{Effect, Key, KeyCode, Msg, Overlay};
use unstick::domain::conversation::{Message, Side};
use unstick::domain::failure::{Failure, FailureKind};
use unstick::domain::feed::{Command, Fact};
use unstick::domain::ids::ConversationId;
use unstick::domain::names::{NameKind, Named};
use unstick::domain::plan::Skipped;
use unstick::domain::step::Rung;
use unstick::domain::text::Text;

use crate::console_desk::Desk;
use crate::console_loop;
use crate::console_screens::shoot;
use crate::console_world::{Chat, chats, id, reading, settings};

pub(crate) const ABANDONED: &str = "11111111-77b0-4d8e-9a51-0e6c2f6b1d20";
pub(crate) const CLOSED: &str = "22222222-77b0-4d8e-9a51-0e6c2f6b1d20";
pub(crate) const SPAM: &str = "33333333-77b0-4d8e-9a51-0e6c2f6b1d20";

pub(crate) fn code(id: &str, name: &str) -> Named {
    Named {
        id: id.into(),
        name: name.into(),
        on_disconnect: None,
    }
}

/// The codes come, those of one queue among them.
pub(crate) fn codes_come(desk: &mut Desk) {
    let all = vec![
        code(ABANDONED, "Abandoned by guest"),
        code(CLOSED, "Closed by operations"),
        code(SPAM, "Spam"),
    ];
    desk.fact(Fact::Codes {
        queue: None,
        result: Ok(all),
    });
    desk.fact(Fact::Codes {
        queue: Some("queue-1".into()),
        result: Ok(vec![code(CLOSED, "Closed by operations")]),
    });
}

/// A desk on which nothing presets a code.
fn without_code(width: u16, height: u16) -> Desk {
    let mut settings = settings("PROD", true);
    settings.wrap_up = None;
    let mut desk = Desk::new(settings, width, height);
    desk.fill();
    desk
}

pub(crate) fn asked_for_codes(desk: &Desk) -> usize {
    let is_asked = |effect: &&Effect| matches!(effect, Effect::Engine(Command::ListCodes { .. }));
    desk.effects.iter().filter(is_asked).count()
}

pub(crate) fn plan(desk: &Desk) -> std::sync::Arc<unstick::domain::plan::Plan> {
    desk.app.planning().unwrap().plan.clone().unwrap()
}

#[test]
fn the_list_of_wrap_up_codes() {
    let listed = |width, height| {
        let mut desk = Desk::full(width, height);
        desk.plan();
        desk.keys("w");
        codes_come(&mut desk);
        desk.press(Key::plain(KeyCode::Down));
        desk
    };
    shoot("plan_codes", listed);
}

#[test]
fn a_code_that_is_chosen_makes_another_plan_and_is_what_runs() {
    let mut desk = Desk::full(80, 24);
    desk.plan();
    let before = plan(&desk);
    desk.keys("w");
    assert_eq!(asked_for_codes(&desk), 1);
    assert!(
        desk.text().contains("asking which codes there are"),
        "{}",
        desk.text()
    );
    codes_come(&mut desk);
    let text = desk.text();
    assert!(text.contains("3 codes"), "{text}");
    // The queue's own stands before the others.
    let places =
        ["no code", "Closed by operations", "Abandoned by guest"].map(|name| text.find(name));
    assert!(places.is_sorted() && places[0].is_some(), "{text}");
    desk.keys("operat\r");
    let after = plan(&desk);
    assert_eq!(after.wrap_up.as_deref(), Some(CLOSED));
    assert_ne!(after.hash, before.hash);
    assert_eq!(after.hash, after.computed_hash());
    assert_eq!(after.items, before.items);
    desk.pass(7000);
    let mut names = unstick::domain::names::Names::default();
    names.add(
        NameKind::WrapUpCode,
        vec![code(CLOSED, "Closed by operations")],
        desk.now,
    );
    desk.fact(Fact::Names(std::sync::Arc::new(names)));
    assert!(
        desk.text().contains("Wrap-up  Closed by operations"),
        "{}",
        desk.text()
    );
    // What is known is not asked for again.
    desk.keys("w\u{1b}");
    assert_eq!(asked_for_codes(&desk), 1);
    desk.keys("T");
    desk.pass(500);
    desk.keys("acme-prod 8\r");
    desk.pass(3100);
    let (started, _) = desk.started().unwrap();
    assert_eq!(started.hash, after.hash);
}

#[test]
fn with_a_code_a_chat_that_owes_wrap_up_can_be_planned_and_without_one_it_cannot() {
    let mut desk = without_code(80, 24);
    desk.plan();
    let owes = id("9e41b3f0");
    let is_planned = |desk: &Desk| plan(desk).items.iter().any(|item| item.id == owes);
    assert!(!is_planned(&desk));
    assert!(
        desk.text().contains("no code; w chooses one"),
        "{}",
        desk.text()
    );
    desk.keys("w");
    codes_come(&mut desk);
    desk.keys("spam\r");
    assert!(is_planned(&desk));
    desk.keys("wno code\r");
    assert!(!is_planned(&desk));
    assert_eq!(plan(&desk).wrap_up, None);
}

#[test]
fn a_whole_id_can_be_typed_where_no_list_is_to_be_had_and_anything_else_cannot() {
    let mut desk = without_code(80, 24);
    desk.plan();
    desk.keys("w");
    let refused = Failure::local(
        FailureKind::NotPermitted {
            permissions: Vec::new(),
        },
        "no",
    );
    desk.fact(Fact::Codes {
        queue: None,
        result: Err(refused),
    });
    assert!(
        desk.text().contains("the codes cannot be listed"),
        "{}",
        desk.text()
    );
    let before = plan(&desk).hash.clone();
    desk.keys("33333333-77b0\r");
    assert!(desk.text().contains("no whole id"), "{}", desk.text());
    assert_eq!(plan(&desk).hash, before);
    desk.keys("-4d8e-9a51-0e6c2f6b1d20\r");
    assert_eq!(plan(&desk).wrap_up.as_deref(), Some(SPAM));
    // Whoever was refused asks again.
    desk.keys("w\u{1b}");
    assert_eq!(asked_for_codes(&desk), 2);
}

#[test]
fn the_rung_that_ends_legs_alone_applies_no_code_and_says_so() {
    let mut desk = Desk::full(80, 24);
    desk.plan();
    assert_eq!(plan(&desk).wrap_up.as_deref(), Some("code-1"));
    desk.keys("sw");
    let text = desk.text();
    assert!(text.contains("w: the rung legs applies no code"), "{text}");
    assert!(text.contains("Wrap-up  none under this rung"), "{text}");
    assert_eq!(plan(&desk).wrap_up, None);
    assert!(desk.app.overlay.is_none());
    desk.keys("s");
    assert_eq!(plan(&desk).wrap_up.as_deref(), Some("code-1"));
}

#[test]
fn half_a_phrase_is_void_once_the_code_is_another() {
    let mut desk = Desk::full(80, 24);
    desk.plan();
    let before = plan(&desk);
    desk.keys("T");
    desk.pass(500);
    desk.keys("acme-prod ");
    assert!(desk.text().contains("> acme-prod"), "{}", desk.text());
    desk.keys("\u{1b}w");
    codes_come(&mut desk);
    desk.keys("spam\r");
    let after = plan(&desk);
    assert_ne!(after.hash, before.hash);
    // The rest of the phrase is for nobody.
    desk.keys("8\r\u{1b}");
    desk.pass(4000);
    assert!(desk.started().is_none());
    // The next box begins with nothing, and its phrase starts the plan that names the other code.
    let shown = |desk: &Desk| match &desk.app.overlay {
        Some(Overlay::Confirm(confirm)) => match &confirm.deed {
            Deed::Start { plan, .. } => (confirm.typed.value().to_owned(), plan.hash.clone()),
            other @ Deed::Resume { .. } => panic!("{other:?}"),
        },
        other => panic!("{other:?}"),
    };
    desk.keys("T");
    desk.pass(500);
    assert_eq!(shown(&desk), (String::new(), after.hash.clone()));
    desk.keys("8\r");
    desk.pass(4000);
    assert!(desk.started().is_none(), "half a phrase started it");
    desk.keys("\u{1b}T");
    desk.pass(500);
    desk.keys(&format!("{}\r", after.phrase()));
    desk.pass(4000);
    let (started, _) = desk.started().unwrap();
    assert_eq!(started.hash, after.hash);
    assert_eq!(started.wrap_up.as_deref(), Some(SPAM));
}

#[test]
fn whatever_is_typed_into_the_list_of_codes_stays_in_it() {
    let mut desk = Desk::full(80, 24);
    desk.plan();
    desk.keys("w");
    codes_come(&mut desk);
    desk.keys("spam");
    // The key of the box is a letter here.
    desk.keys("T");
    assert!(desk.text().contains("spamT"), "{}", desk.text());
    desk.press(Key::plain(KeyCode::Backspace));
    // And so does what is pasted.
    desk.tell(Msg::Paste(" and more".to_owned()));
    let text = desk.text();
    assert!(text.contains("no code has these words"), "{text}");
    for _ in 0.." and more".len() {
        desk.press(Key::plain(KeyCode::Backspace));
    }
    desk.keys("\r");
    assert_eq!(plan(&desk).wrap_up.as_deref(), Some(SPAM));
    assert!(desk.started().is_none());
}

#[test]
fn the_summary_counts_what_is_left_out_by_its_reasons() {
    let mut desk = rehearsed(80, 24);
    desk.keys("\u{1b} ");
    let text = desk.text();
    assert!(
        text.contains("Will skip  5    1 changed, 1 dropped by you, 1 not read, "),
        "{text}"
    );
    // Each is counted, by what its own reason is.
    let skipped = plan(&desk).skipped.clone();
    let counted = unstick::app::planning::left_out::skip_words(&skipped);
    let counts = counted
        .split([' ', ','])
        .filter_map(|word| word.parse::<usize>().ok());
    let counts: Vec<usize> = counts.collect();
    assert_eq!(counts.iter().skip(1).sum::<usize>(), 5, "{counted}");
}

/// What was asked of the engine since then.
pub(crate) fn commands(desk: &Desk, since: usize) -> Vec<&Command> {
    let effects = desk.effects.iter().skip(since);
    effects
        .filter_map(|effect| match effect {
            Effect::Engine(Command::Attend { .. }) => None,
            Effect::Engine(command) => Some(command),
            _ => None,
        })
        .collect()
}

/// A read of this chat that shows that its customer wrote just now.
fn written(chat: &Chat, now: Timestamp) -> Fact {
    let mut read = chat.conversation();
    read.messages.push(Message {
        id: Text::clean("new"),
        at: now,
        from: Side::Customer,
    });
    reading(read, now)
}

/// A dry run in which one customer wrote meanwhile and one read fails.
pub(crate) fn rehearsed(width: u16, height: u16) -> Desk {
    let mut desk = Desk::full(width, height);
    desk.plan();
    desk.keys("D");
    let asked = desk.app.planning().unwrap().asked.clone();
    for asked in asked {
        let chat = chats().into_iter().find(|chat| chat.id == asked).unwrap();
        let fact = match chat.id.short().as_str() {
            "3f2a9c41" => written(&chat, desk.now),
            "b81e07d2" => Fact::Read {
                id: chat.id,
                result: Err(Failure::local(FailureKind::TimedOut, "")),
                at: desk.now,
            },
            _ => chat.read(desk.now),
        };
        desk.fact(fact);
    }
    desk
}

#[test]
fn a_dry_run_says_what_a_run_would_hold_and_why() {
    shoot("plan_dry_run", rehearsed);
}

#[test]
fn a_dry_run_sends_reads_alone_and_leaves_out_of_the_plan_what_is_not_as_planned() {
    let mut desk = Desk::full(80, 24);
    desk.plan();
    let before = desk.effects.len();
    desk.keys("D");
    assert!(
        desk.text().contains("Dry run: checking 0 of 10"),
        "{}",
        desk.text()
    );
    let asked = commands(&desk, before);
    assert!(
        matches!(asked.as_slice(), [Command::Read(ids)] if ids.len() == 10),
        "{asked:?}"
    );
    let mut desk = rehearsed(80, 24);
    let text = desk.text();
    assert!(
        text.contains("6 of 8 fit the plan, 1 would be left alone, 1 could not be"),
        "{text}"
    );
    assert!(text.contains("3f2a9c41  held: customer wrote"), "{text}");
    assert!(text.contains("b81e07d2  could not be read: "), "{text}");
    assert!(
        text.contains("9e41b3f0  fits the plan; first: apply wrap-up"),
        "{text}"
    );
    desk.keys("y\u{1b}");
    let copied = desk.effects.iter().find_map(|effect| match effect {
        Effect::Copy(_, text) => Some(text.clone()),
        _ => None,
    });
    assert!(copied.unwrap().contains("held: customer wrote"));
    let skipped: Vec<ConversationId> = plan(&desk).skipped.iter().map(|one| one.id).collect();
    assert!(skipped.contains(&id("3f2a9c41")) && skipped.contains(&id("b81e07d2")));
    assert_eq!(plan(&desk).items.len(), 6);
    assert!(desk.started().is_none());
}

/// Answers the reads of a pass with what was read last.
pub(crate) fn read_as_before(desk: &mut Desk) {
    for asked in desk.app.planning().unwrap().asked.clone() {
        let read = desk.app.roster.row(asked).unwrap().reading.clone();
        let fact = reading(read.unwrap().conversation.clone(), desk.now);
        desk.fact(fact);
    }
}

#[test]
fn what_was_left_out_as_changed_comes_back_by_no_other_read() {
    for key in ["D", "r"] {
        let mut desk = rehearsed(80, 24);
        let left_out = |desk: &Desk| {
            let is_it = |one: &Skipped| one.id == id("3f2a9c41");
            plan(desk).skipped.iter().any(is_it)
        };
        assert!(left_out(&desk));
        for _ in 0..2 {
            if desk.app.overlay.is_some() {
                desk.keys("\u{1b}");
            }
            desk.keys(key);
            read_as_before(&mut desk);
            assert!(left_out(&desk), "{}", desk.text());
        }
    }
}

/// The customer of this chat writes.
fn write(desk: &mut Desk, chat: ConversationId) {
    let chat = chats().into_iter().find(|one| one.id == chat).unwrap();
    let fact = written(&chat, desk.now);
    desk.fact(fact);
}

#[test]
fn the_cursor_stays_on_its_chat_when_another_one_leaves_the_plan() {
    let mut desk = Desk::full(80, 24);
    desk.plan();
    let under = |desk: &Desk| desk.app.planning().unwrap().under_cursor().unwrap();
    desk.keys("jj");
    let (first, third) = (plan(&desk).items[0].id, under(&desk));
    write(&mut desk, first);
    assert_eq!(under(&desk), third);
    // Among what is left out, too.
    desk.keys("G");
    let last = under(&desk);
    assert!(plan(&desk).skipped.iter().any(|one| one.id == last));
    write(&mut desk, third);
    assert_eq!(under(&desk), last);
    // What is dropped leaves the cursor on its line.
    desk.keys("gj");
    let next = plan(&desk).items[2].id;
    desk.keys(" ");
    assert_eq!(under(&desk), next);
}

#[test]
fn a_note_that_is_typed_while_a_dry_run_ends_is_kept_whole() {
    let mut desk = Desk::full(80, 24);
    desk.plan();
    desk.keys("Dn, tic");
    read_as_before(&mut desk);
    desk.keys("ket y 7\r");
    let note = desk.app.planning().unwrap().note.clone();
    assert!(note.ends_with("open, ticket y 7"), "{note}");
    assert!(desk.text().contains("ry run: "), "{}", desk.text());
}

#[test]
fn the_check_of_a_dry_run_is_that_of_a_run_also_where_a_chat_is_over() {
    let mut desk = Desk::full(80, 24);
    desk.app.chats.marks.mark(id("3f2a9c41"));
    desk.keys("x");
    desk.reread(1);
    desk.keys("D");
    let mut over = chats()[0].conversation();
    for leg in over
        .participants
        .iter_mut()
        .flat_map(|party| &mut party.legs)
    {
        leg.state = unstick::domain::conversation::LegState::Disconnected;
    }
    let fact = reading(over, desk.now);
    desk.fact(fact);
    let text = desk.text();
    assert!(text.contains("3f2a9c41  ended-elsewhere: "), "{text}");
}

#[test]
fn whoever_left_the_plan_during_a_dry_run_is_told_nothing() {
    let mut desk = Desk::full(80, 24);
    desk.plan();
    desk.keys("D\u{1b}\u{1b}");
    for chat in chats().iter().filter(|chat| chat.agent != "D. Rossi") {
        let fact = chat.read(desk.now);
        desk.fact(fact);
    }
    assert!(desk.app.overlay.is_none() && desk.app.screens.is_empty());
    assert!(!desk.text().contains("ry run"), "{}", desk.text());
}

#[test]
fn while_nothing_can_be_read_there_is_no_dry_run() {
    let mut desk = Desk::full(80, 24);
    desk.plan();
    let failure = Failure::local(FailureKind::Unreachable, "");
    let retry_at = desk.now + SignedDuration::from_secs(5);
    desk.fact(Fact::Listing(unstick::domain::feed::Listing::Failed {
        failure,
        retry_at,
    }));
    let before = desk.effects.len();
    desk.keys("D");
    assert!(
        desk.text().contains("D: off, chats cannot be read now"),
        "{}",
        desk.text()
    );
    assert!(commands(&desk, before).is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn codes_of_the_real_client_are_chosen_among_and_a_dry_run_changes_nothing() {
    let (_home, sandbox, journal, mut desk) = console_loop::opened().await;
    desk.until("3 stuck and 1 stale of 7").await;
    desk.types("/kind:orphan,bot-loop,wrap-up").await;
    desk.press(KeyCode::Enter).await;
    desk.types("*").await;
    desk.until("3 marked").await;
    desk.types("x").await;
    desk.until("no code; w chooses one").await;
    desk.until("T opens the box").await;
    desk.types("w").await;
    desk.until("codes; type to narrow").await;
    desk.until("offered by").await;
    desk.press(KeyCode::Down).await;
    desk.press(KeyCode::Enter).await;
    desk.until("this is another plan now").await;
    desk.until("apply wrap-up").await;
    let has_code = |desk: &console_loop::Desk| {
        let planning = desk.console.app().planning();
        planning
            .and_then(|planning| planning.plan.clone())
            .unwrap()
            .wrap_up
            .is_some()
    };
    assert!(has_code(&desk));
    let changes = sandbox.truth().len();
    desk.types("D").await;
    desk.until("3 of 3 fit the plan; nothing was sent but reads")
        .await;
    assert_eq!(sandbox.truth().len(), changes);
    assert!(journal.history().runs(1).unwrap().is_empty());
    desk.leave().await;
    sandbox.stop().await;
}

#[test]
fn esc_during_a_dry_run_gives_that_up_and_keeps_the_plan_with_all_that_was_chosen() {
    let mut desk = Desk::full(80, 24);
    desk.plan();
    desk.keys("s ");
    let before = plan(&desk);
    let note = desk.app.planning().unwrap().note.clone();
    desk.keys("D\u{1b}");
    assert!(desk.text().contains("dry run given up"), "{}", desk.text());
    read_as_before(&mut desk);
    let text = desk.text();
    assert!(desk.app.overlay.is_none(), "{text}");
    assert!(!text.contains("fit the plan"), "{text}");
    let after = plan(&desk);
    assert_eq!((after.rung, &after.items), (Rung::Legs, &before.items));
    assert_eq!(desk.app.planning().unwrap().note, note);
    desk.keys("T");
    assert!(desk.app.overlay.is_some(), "{}", desk.text());
    desk.keys("\u{1b}\u{1b}");
    assert!(desk.app.screens.is_empty());
}

#[test]
fn a_row_that_is_not_in_view_while_chats_are_read_is_neither_dropped_nor_opened() {
    for key in ["D", "r"] {
        let mut desk = Desk::full(80, 24);
        desk.plan();
        let before = plan(&desk);
        desk.keys(key);
        for (key, name) in [(" ", "space"), ("\r", "enter")] {
            desk.keys(key);
            let text = desk.text();
            let why = format!("{name}: the chats are read just now: wait for it");
            assert!(text.contains(&why), "{text}");
        }
        assert_eq!(desk.app.screens.len(), 1);
        read_as_before(&mut desk);
        assert_eq!(plan(&desk).items, before.items);
    }
}
