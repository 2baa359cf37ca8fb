//! Names: asked for in bulk over HTTP, with roles taken away, in an organisation of ten thousand chats; kept on disk; on the screen.

mod commands;
mod screens;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::mpsc;
use unstick::clock::WallClock;
use unstick::domain::feed::{Command, Fact, Listing};
use unstick::domain::names::{Called, NameKind, Names, OnDisconnect, seen_in_list, seen_in_read};
use unstick::domain::roster::Roster;
use unstick::domain::text::Text;
use unstick::engine::Engine;
use unstick::engine::names::resolve;
use unstick::engine::ports::{Limiter, NamesWanted, Org as _};
use unstick::genesys::{Access, Client, Grant, Timeouts};
use unstick::sandbox::{Options, Sandbox, Scenario};
use unstick::settings::{Overrides, Paths, Welcome, load};

use crate::client_server::pass;

/// A test that waits this long has failed.
const PATIENCE: Duration = Duration::from_secs(240);

/// Where names are asked for.
const PLACES: [&str; 9] = [
    "/api/v2/routing/queues",
    "/api/v2/routing/queues/divisionviews",
    "/api/v2/routing/wrapupcodes",
    "/api/v2/routing/wrapupcodes/divisionviews",
    "/api/v2/flows/lookup",
    "/api/v2/flows/divisionviews",
    "/api/v2/authorization/divisions",
    "/api/v2/users",
    "/api/v2/webdeployments/deployments",
];

async fn serve(scenario: &str) -> Sandbox {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let options = Options::new(Scenario::parse(scenario, "names.toml").unwrap());
    Sandbox::start(options, listener).await.unwrap()
}

fn client(sandbox: &Sandbox, limiter: &Limiter) -> Client {
    let printed = serde_json::to_string(sandbox.welcome()).unwrap();
    let welcome: Welcome = serde_json::from_str(&printed).unwrap();
    let nowhere = std::env::temp_dir().join("unstick-no-such-home");
    let settings = load(&Paths::under(&nowhere), &Overrides::default()).unwrap();
    let profile = settings.sandbox(&welcome).unwrap();
    let access = Access::of(&profile, Grant::ClientCredentials(welcome.client_secret));
    Client::new(
        access,
        Timeouts::default(),
        limiter.clone(),
        WallClock::start(),
    )
    .unwrap()
}

/// Watches until this is so of what the console would show.
async fn watch_until(
    client: &Client,
    limiter: &Limiter,
    is_so: impl Fn(&Roster) -> bool,
) -> Roster {
    let (sender, mut facts) = mpsc::channel(256);
    let clock = WallClock::start();
    let (engine, _task) =
        Engine::spawn_read_only(client.clone(), clock, limiter.clone(), 93, sender);
    let mut roster = Roster::default();
    let watched = async {
        while let Some(fact) = facts.recv().await {
            match fact {
                Fact::Listing(Listing::Page { rows, .. }) => roster.absorb_page(&rows),
                Fact::Read {
                    id, result: Ok(it), ..
                } => roster.absorb_reading(id, &it),
                Fact::Names(names) => roster.absorb_names(&names),
                _ => continue,
            }
            if is_so(&roster) {
                return;
            }
        }
    };
    tokio::time::timeout(PATIENCE, watched).await.unwrap();
    engine.send(Command::Shutdown);
    roster
}

/// Every id that the rows show, by sort.
fn ids(roster: &Roster) -> BTreeMap<NameKind, Vec<Text>> {
    let mut all: BTreeMap<NameKind, Vec<Text>> = BTreeMap::new();
    for row in roster.rows() {
        let read = row.reading.iter();
        let read = read.flat_map(|reading| seen_in_read(&reading.conversation));
        for (kind, id) in seen_in_list(&row.listed).chain(read) {
            all.entry(kind).or_default().push(id.clone());
        }
    }
    for ids in all.values_mut() {
        ids.sort();
        ids.dedup();
    }
    all
}

fn is_answered(roster: &Roster, kind: NameKind) -> bool {
    let all = ids(roster);
    let seen = all.get(&kind);
    seen.is_some_and(|ids| {
        let mut ids = ids.iter();
        ids.all(|id| roster.names().known(kind, id).is_some())
    })
}

/// Requests for names, by path.
fn asked(sandbox: &Sandbox) -> BTreeMap<String, usize> {
    let mut count = BTreeMap::new();
    for arrival in sandbox.arrivals() {
        if PLACES.contains(&arrival.path.as_str()) {
            *count.entry(arrival.path).or_default() += 1;
        }
    }
    count
}

const FEW: &str = "description = \"few\"\n[[deployment]]\nname = \"Shop\"\ndisconnect = \"read-only\"\n[[deployment]]\nname = \"Desk\"\n\
    [[chat]]\nkind = \"orphan\"\nqueue = \"Claims\"\n[[chat]]\nkind = \"bot-loop\"\nbot = \"Triage\"\ndeployment = \"Desk\"\n";

fn without(permissions: &[&str]) -> String {
    let quoted: Vec<String> = permissions.iter().map(|one| format!("\"{one}\"")).collect();
    format!(
        "{FEW}[platform]\nwithout_permissions = [{}]\n",
        quoted.join(", ")
    )
}

#[tokio::test]
async fn every_id_of_the_list_gets_its_name_and_deployments_what_they_are_set_to() {
    let sandbox = serve(FEW).await;
    let limiter = Limiter::new(10_000);
    let client = client(&sandbox, &limiter);
    let sorts = [NameKind::Queue, NameKind::Division, NameKind::Deployment];
    let roster = watch_until(&client, &limiter, |roster| {
        sorts.iter().all(|kind| is_answered(roster, *kind))
    })
    .await;
    let named = |kind| {
        let names = roster.names().of(kind).into_iter();
        names
            .map(|(_, name, _)| name.to_string())
            .collect::<Vec<_>>()
    };
    assert_eq!(named(NameKind::Queue), ["Claims"]);
    assert!(!named(NameKind::Division).is_empty());
    let mut settings: Vec<(String, OnDisconnect)> = roster
        .names()
        .of(NameKind::Deployment)
        .into_iter()
        .map(|(id, name, _)| {
            let known = roster.names().known(NameKind::Deployment, id).unwrap();
            (name.to_string(), known.on_disconnect.clone().unwrap())
        })
        .collect();
    settings.sort_by(|left, right| left.0.cmp(&right.0));
    assert_eq!(
        settings,
        [
            ("Desk".to_owned(), OnDisconnect::Off),
            ("Shop".to_owned(), OnDisconnect::ReadOnly)
        ]
    );
    sandbox.stop().await;
}

#[tokio::test]
async fn every_sort_of_name_is_told_by_a_real_answer_those_of_the_gone_too() {
    let sandbox = serve(&format!(
        "{FEW}[[chat]]\nkind = \"idle\"\nagent = \"Ana Lima\"\n"
    ))
    .await;
    let limiter = Limiter::new(10_000);
    let client = client(&sandbox, &limiter);
    let roster = watch_until(&client, &limiter, |roster| {
        roster.rows().filter(|row| row.reading.is_some()).count() == 3
    })
    .await;
    let users = roster.rows().flat_map(|row| {
        let parties = &row.reading.as_ref().unwrap().conversation.participants;
        let users = parties.iter().filter_map(|party| party.user.clone());
        users.collect::<Vec<_>>()
    });
    let flows = roster.rows().filter_map(|row| {
        let legs = &row.listed.recorded.as_ref()?.legs;
        legs.iter().find_map(|leg| leg.flow.as_ref()?.id.clone())
    });
    let codes = client.wrap_up_codes(1, pass().await).await.unwrap().codes;
    let codes = codes.into_iter().map(|code| Text::clean(&code.id));
    for (kind, ids) in [
        (NameKind::User, users.collect::<Vec<_>>()),
        (NameKind::Flow, flows.collect()),
        (NameKind::WrapUpCode, codes.collect()),
    ] {
        assert!(!ids.is_empty(), "{kind:?}");
        for is_second_way in [false, true] {
            if is_second_way && !kind.has_second_way() {
                continue;
            }
            let wanted = NamesWanted {
                kind,
                ids: ids.clone(),
                is_second_way,
                after: None,
            };
            let page = client.names(wanted, pass().await).await.unwrap();
            for id in &ids {
                assert!(page.named.iter().any(|one| one.id == *id), "{kind:?} {id}");
            }
        }
    }
    sandbox.stop().await;
}

#[tokio::test]
async fn without_the_permission_the_second_way_is_taken_and_without_both_the_id_says_what_is_missing()
 {
    for (taken, is_known) in [
        (&["routing:queue:view"][..], true),
        (&["routing:queue:view", "routing:queue:search"], false),
    ] {
        let sandbox = serve(&without(taken)).await;
        let limiter = Limiter::new(10_000);
        let client = client(&sandbox, &limiter);
        let roster = watch_until(&client, &limiter, |roster| {
            is_answered(roster, NameKind::Queue) && is_answered(roster, NameKind::Division)
        })
        .await;
        let (queue, row) = roster
            .rows()
            .find_map(|row| Some((unstick::domain::shown::queue_id(&row)?.clone(), row)))
            .unwrap();
        let called = &roster
            .names()
            .known(NameKind::Queue, &queue)
            .unwrap()
            .called;
        if is_known {
            assert_eq!(*called, Called::As("Claims".into()));
        } else {
            assert_eq!(*called, Called::Closed(Some("routing:queue:search".into())));
            let shown = roster.names().words(NameKind::Queue, &queue);
            assert_eq!(shown, format!("queue {:.6}", queue.as_str()));
        }
        // What a read tells for free is not lost for it.
        if row.reading.is_some() {
            assert_eq!(
                unstick::domain::shown::queue(&row).unwrap().as_str(),
                "Claims"
            );
        }
        sandbox.stop().await;
    }
}

#[tokio::test]
async fn without_the_permission_for_deployments_nothing_is_known_of_them() {
    let sandbox = serve(&without(&["webDeployments:deployment:view"])).await;
    let limiter = Limiter::new(10_000);
    let client = client(&sandbox, &limiter);
    let roster = watch_until(&client, &limiter, |roster| {
        is_answered(roster, NameKind::Deployment)
    })
    .await;
    for id in &ids(&roster)[&NameKind::Deployment] {
        let known = roster.names().known(NameKind::Deployment, id).unwrap();
        let permission = Text::clean("webDeployments:deployment:view");
        assert_eq!(known.called, Called::Closed(Some(permission)));
        assert_eq!(known.on_disconnect, None);
    }
    assert_eq!(asked(&sandbox)["/api/v2/webdeployments/deployments"], 1);
    sandbox.stop().await;
}

/// Ten thousand chats in sixty queues.
fn ten_thousand() -> String {
    let mut scenario =
        String::from("description = \"many queues\"\n[platform]\nrate_limit = 1000000\n");
    for queue in 1..=60 {
        let count = if queue <= 40 { 167 } else { 166 };
        let _ = write!(
            scenario,
            "[[chat]]\nkind = \"orphan\"\nqueue = \"Queue {queue:02}\"\ncount = {count}\n"
        );
    }
    scenario
}

#[tokio::test]
async fn ten_thousand_chats_in_sixty_queues_cost_a_handful_of_questions() {
    let sandbox = serve(&ten_thousand()).await;
    let limiter = Limiter::new(60_000);
    let client = client(&sandbox, &limiter);
    let roster = watch_until(&client, &limiter, |roster| {
        roster.len() == 10_000
            && is_answered(roster, NameKind::Queue)
            && is_answered(roster, NameKind::Division)
            && is_answered(roster, NameKind::Deployment)
    })
    .await;
    let queues = roster.names().of(NameKind::Queue);
    assert_eq!(queues.len(), 60);
    let by_path = asked(&sandbox);
    let total: usize = by_path.values().sum();
    println!("names of 10,000 chats in 60 queues: {total} requests, {by_path:?}");
    assert!(total <= 12, "{by_path:?}");
    // A command asks once more for nothing of what is known, and for all of it in one pass.
    let all: Vec<_> = ids(&roster)
        .into_iter()
        .flat_map(|(kind, ids)| ids.into_iter().map(move |id| (kind, id)))
        .collect();
    let clock = WallClock::start();
    let count = || asked(&sandbox).values().sum::<usize>();
    let names = Arc::clone(roster.names());
    resolve(&client, &clock, &limiter, names, &all, PATIENCE).await;
    assert_eq!(count(), total);
    let names = resolve(
        &client,
        &clock,
        &limiter,
        Arc::new(Names::default()),
        &all,
        PATIENCE,
    )
    .await;
    assert_eq!(names.of(NameKind::Queue).len(), 60);
    let pass = count() - total;
    println!("one pass for a command: {pass} requests");
    assert!(pass <= 6, "{pass}");
    sandbox.stop().await;
}
