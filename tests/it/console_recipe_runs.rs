//! Plans by a recipe in the real loop, on the real engine and journal, against a sandbox that speaks the forum's dialect: from the list to
//! what the report says is to be done next. What was really ended is asked of the sandbox.

use tokio::net::TcpListener;
use unstick::app::KeyCode;
use unstick::domain::evidence::OpenLeg;
use unstick::domain::fact::{FinalState, ItemEvent, RunEvent};
use unstick::domain::item::Item;
use unstick::domain::recipe::Way;
use unstick::journal::{Journal, JournalOptions};
use unstick::sandbox::{Change, Options, Sandbox, Scenario};

use crate::console_loop::{Desk, by_us};
use crate::console_plan_recipes::shipped;
use crate::support::Home;
use crate::support::served::Served;
use crate::support::talk::Talk;

async fn opened() -> (Home, Sandbox, Journal, Desk) {
    let home = Home::new();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let options = Options::new(Scenario::named("forum").unwrap());
    let sandbox = Sandbox::start(options, listener).await.unwrap();
    let journal = Journal::open_at(&home.path("journal.db"), JournalOptions::default()).unwrap();
    let desk = Desk::open_with(&sandbox, &journal, shipped()).await;
    (home, sandbox, journal, desk)
}

/// Whose legs of a chat have really ended, by the plan's own evidence.
fn ended(sandbox: &Sandbox, item: &Item) -> Vec<String> {
    let truth = sandbox.truth();
    let is_over = |leg: &&OpenLeg| {
        let leg = leg.communication.to_string();
        let mut ends = truth
            .iter()
            .filter(|change| change.what == Change::LegEnded);
        ends.any(|end| {
            end.communication
                .is_some_and(|ended| ended.to_string() == leg)
        })
    };
    let legs = item.plan.evidence.legs.iter().filter(is_over);
    let mut whose: Vec<String> = legs.map(|leg| leg.purpose.word().to_owned()).collect();
    whose.sort();
    whose
}

/// A plan of the first chats, by the recipe of this name, confirmed.
async fn start_by(desk: &mut Desk, name: &str, count: usize) {
    desk.until("32 stale of 32").await;
    desk.types(&" ".repeat(count)).await;
    desk.types("x").await;
    desk.until("T opens the box").await;
    let known = shipped();
    let place = known.known().iter().position(|recipe| recipe.name == name);
    desk.types("Rg").await;
    desk.types(&"j".repeat(place.unwrap())).await;
    desk.press(KeyCode::Enter).await;
    desk.until(&format!("Recipe     {name}")).await;
    desk.types("T").await;
    desk.until(&format!("by the recipe {name}")).await;
    desk.phrase(&format!("sandbox {count}")).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_wrapper_alone_leaves_the_guest_which_is_said_and_ended_in_the_published_way() {
    let (_home, sandbox, journal, mut desk) = opened().await;
    start_by(&mut desk, "5-patch-wrapper", 2).await;
    desk.until("Terminating 2 chats by 5-patch-wrapper").await;
    // The first of a run goes alone, and this one could not be ended.
    desk.until("PAUSED, 2 chats by 5-patch-wrapper").await;
    desk.types("p").await;
    desk.until("RECIPE      5-patch-wrapper").await;
    desk.until("the customer is still connected, whatever was accepted")
        .await;
    desk.until("in the list U, then x plans it alone, by standard")
        .await;
    let of_journal = |number: usize| {
        let runs = journal.history().runs(10).unwrap();
        journal.history().load(runs[number].header.id).unwrap()
    };
    let run = of_journal(0);
    let item = &run.items[0];
    let (settled, _) = item.settled.as_ref().unwrap();
    assert_eq!(settled.state, FinalState::Escalate);
    assert_eq!(run.header.plan.recipe.name(), "5-patch-wrapper");
    assert_eq!(run.header.plan.hash, run.header.plan.computed_hash());
    let bound = item.plan.request_bound(&run.header.plan);
    assert!(usize::try_from(item.requests).unwrap() <= bound);
    // Only the wrapper was closed, and by us alone.
    assert_eq!(by_us(&sandbox).len(), 2);
    assert_eq!(ended(&sandbox, item), ["agent"]);
    // The trace has the recipe's own request.
    desk.press(KeyCode::Enter).await;
    desk.until("PATCH /api/v2/conversations/webchat/").await;
    desk.until(r#"{"status":"closed"}"#).await;
    desk.press(KeyCode::Esc).await;
    desk.until("RECIPE      5-patch-wrapper").await;
    // What is left is ended as the report says, by a plan that takes no recipe by itself.
    desk.types("qU").await;
    desk.until("2 stuck and 30 stale of 32").await;
    desk.types("gx").await;
    desk.until("Recipe     standard").await;
    desk.until("T opens the box").await;
    desk.types("T").await;
    desk.until("Type   sandbox 1").await;
    desk.phrase("sandbox 1").await;
    desk.until("Run 0002 report").await;
    let again = of_journal(0);
    assert_eq!(again.header.plan.recipe, Way::Standard);
    let id = again.items[0].plan.id;
    let item = run.items.iter().find(|item| item.plan.id == id).unwrap();
    assert_eq!(ended(&sandbox, item), ["agent", "customer"]);
    // Past runs say by what each was.
    desk.types("qH").await;
    desk.until("rung close").await;
    desk.types("j").await;
    desk.until("recipe 5-patch-wrapper").await;
    assert!(journal.history().verify().unwrap().faults.is_empty());
    desk.leave().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_right_order_ends_it_and_the_board_shows_both_of_its_requests() {
    let (_home, sandbox, journal, mut desk) = opened().await;
    start_by(&mut desk, "5-participant-then-wrapper", 1).await;
    desk.until("RECIPE      5-participant-then-wrapper").await;
    let runs = journal.history().runs(10).unwrap();
    let run = journal.history().load(runs[0].header.id).unwrap();
    let (settled, _) = run.items[0].settled.as_ref().unwrap();
    assert!(
        matches!(settled.state, FinalState::Ended | FinalState::WrapUpOwed),
        "{settled:?}"
    );
    let (_, facts) = journal.history().facts(run.header.id).unwrap();
    let sent = facts.iter().filter_map(|fact| match &fact.event {
        RunEvent::Item {
            what: ItemEvent::Intended { action, .. },
            ..
        } => Some(action.step().word()),
        _ => None,
    });
    assert_eq!(sent.collect::<Vec<_>>(), ["legs", "close"]);
    assert_eq!(ended(&sandbox, &run.items[0]), ["agent", "customer"]);
    desk.leave().await;
}

/// By the real program, which learns what a sandbox speaks from the sandbox.
#[test]
fn a_sandbox_that_speaks_the_dialect_offers_recipes_and_any_other_says_that_it_does_not() {
    for (scenario, count) in [("forum", 1), ("quiet", 0)] {
        let home = Home::new();
        let served = Served::start(&home, &[scenario]);
        let mut talk = Talk::open(&home, &served);
        talk.ask("plan 1");
        let said = talk.ask("recipe 5-patch-wrapper");
        let chosen = said.matches("Recipe 5-patch-wrapper: PATCH").count();
        assert_eq!(chosen, count, "{said}");
        let refused = "this sandbox does not speak the forum's dialect: --sandbox=forum does";
        assert_eq!(said.contains(refused), count == 0, "{said}");
    }
}
