//! Everything that is open is found, however far back it began; what has ended is not asked about again; and the budget is kept while ten
//! thousand chats are mostly unread.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use jiff::SignedDuration;
use tokio::sync::mpsc;
use tokio::time::Instant;
use unstick::domain::failure::FailureKind;
use unstick::domain::feed::{Command, Fact, Listing};
use unstick::domain::ids::ConversationId;
use unstick::domain::roster::{Roster, Row};
use unstick::engine::Engine;
use unstick::engine::gather::{Gather, gather};
use unstick::engine::ports::{Clock, Limiter};

use crate::console_desk::Desk;
use crate::console_world::settings;
use crate::faults::place::{Place, Staging};
use crate::model::*;
use crate::poller_share::{Watched, most};

const MINUTE: Duration = Duration::from_secs(60);
const YEAR: u32 = 366;

/// An engine that looks, and what it tells, folded.
struct Watch {
    engine: Engine,
    facts: mpsc::Receiver<Fact>,
    model: Model,
    roster: Roster,
    /// Rounds that were done.
    rounds: usize,
    gone: HashSet<ConversationId>,
    /// What was told, for a console that is to fold it too.
    told: Vec<Fact>,
}

impl Watch {
    fn of(org: &Watched, rate: u32) -> Self {
        let (sender, facts) = mpsc::channel(256);
        let clock = org.model.clock;
        let (engine, _task) =
            Engine::spawn_read_only(org.clone(), clock, Limiter::new(rate), YEAR, sender);
        Self {
            engine,
            facts,
            model: org.model.clone(),
            roster: Roster::default(),
            rounds: 0,
            gone: HashSet::new(),
            told: Vec::new(),
        }
    }

    async fn next(&mut self) {
        let fact = tokio::time::timeout(Duration::from_secs(3600), self.facts.recv()).await;
        let fact = fact.expect("nothing is told").expect("the engine ended");
        match &fact {
            Fact::Listing(Listing::Page { rows, .. }) => self.roster.absorb_page(rows),
            Fact::Listing(Listing::Gone { ids, at }) => {
                self.roster.lose(ids, *at);
                self.gone.extend(ids);
            }
            Fact::Listing(Listing::Reach(reach)) => self.roster.reach = reach.clone(),
            Fact::Listing(Listing::Done { at }) => {
                self.roster.finish_listing(*at);
                self.rounds += 1;
            }
            Fact::Read { id, result, at } => match result {
                Ok(reading) => self.roster.absorb_reading(*id, reading),
                Err(failure) => self.roster.absorb_failed_read(*id, failure.clone(), *at),
            },
            _ => {}
        }
        self.roster.forget_ghosts(self.model.clock.now(), |_| false);
        self.told.push(fact);
    }

    async fn for_so_long(&mut self, long: Duration) {
        let until = Instant::now() + long;
        while Instant::now() < until {
            self.next().await;
        }
    }

    async fn rounds(&mut self, more: usize) {
        let until = self.rounds + more;
        while self.rounds < until {
            self.next().await;
        }
    }

    fn open(&self) -> HashSet<ConversationId> {
        let rows = self.roster.rows().filter(|row| row.over_since.is_none());
        rows.map(|row| row.listed.id).collect()
    }
}

/// Orphans of which each began a few hours before the one before it.
fn spread(model: &Model, count: u32, hours_apart: i64) -> Vec<ConversationId> {
    (1..=count)
        .map(|number| {
            let id = model.orphan(u128::from(number));
            let back = SignedDuration::from_hours(hours_apart * i64::from(number));
            model.rewrite(id, |conversation| conversation.started -= back);
            id
        })
        .collect()
}

#[tokio::test(start_paused = true)]
async fn ten_thousand_mostly_unread_are_listed_in_two_minutes_within_the_budget_and_the_screen_stays_fresh()
 {
    let model = Model::new();
    // Back to three hundred days ago: every window has some.
    let ids: Vec<ConversationId> = (1..=10_000_u32)
        .map(|number| {
            let id = model.orphan(number.into());
            let back = SignedDuration::from_mins(43 * i64::from(number));
            model.rewrite(id, |conversation| conversation.started -= back);
            id
        })
        .collect();
    let org = Watched::over(&model);
    let start = Instant::now();
    let mut watch = Watch::of(&org, 200);
    let visible: Vec<ConversationId> = ids[5_000..5_014].to_vec();
    watch.engine.send(Command::Attend {
        visible: visible.clone(),
        marked: Vec::new(),
    });
    while watch.roster.is_empty() {
        watch.next().await;
    }
    assert!(
        start.elapsed() < Duration::from_secs(2),
        "{:?}",
        start.elapsed()
    );
    watch.rounds(1).await;
    // 113 pages, 13 counts at 40 % of 200 a minute.
    let listed_in = start.elapsed();
    assert!(listed_in < 2 * MINUTE, "{listed_in:?}");
    assert_eq!(watch.roster.len(), 10_000);
    assert_eq!(watch.roster.partial(), None);
    watch.for_so_long(8 * MINUTE).await;
    let (pages, reads, read_ids) = org.kept(|kept| {
        let pages = std::mem::take(&mut kept.pages);
        (
            pages,
            std::mem::take(&mut kept.reads),
            std::mem::take(&mut kept.read_ids),
        )
    });
    let mut all = [pages.clone(), reads.clone()].concat();
    all.sort();
    assert!(most(&pages) <= 80, "{} pages in a minute", most(&pages));
    assert!(most(&all) <= 200, "{} requests in a minute", most(&all));
    // What listing does not take is read, and after the first minutes listing takes next to nothing.
    let minutes = u32::try_from(start.elapsed().as_secs() / 60).unwrap();
    assert!(
        all.len() > 185 * usize::try_from(minutes).unwrap(),
        "{}",
        all.len()
    );
    let late = pages
        .iter()
        .filter(|at| at.duration_since(start) > 3 * MINUTE);
    assert!(late.count() < 15 * usize::try_from(minutes).unwrap());
    let mut newest: HashMap<ConversationId, Instant> = HashMap::new();
    for (at, id) in read_ids.iter().filter(|(_, id)| visible.contains(id)) {
        if let Some(before) = newest.insert(*id, *at) {
            let gap = at.duration_since(before);
            assert!(gap < Duration::from_secs(30), "{id} was read after {gap:?}");
        }
    }
    assert_eq!(newest.len(), visible.len());
    let read = watch
        .roster
        .rows()
        .filter(|row| row.reading.is_some())
        .count();
    assert!((1_000..2_000).contains(&read), "{read} read");
    // Oldest first: what is read beside the screen are the last ids.
    let oldest = ids.iter().rev().take(read - 40);
    assert!(
        oldest
            .into_iter()
            .all(|id| watch.roster.row(*id).unwrap().reading.is_some())
    );
    let mut desk = Desk::new(settings("PROD", true), 80, 24);
    for fact in watch.told {
        desk.fact(fact);
    }
    desk.pass(6000);
    let text = desk.text();
    let words = format!(
        "{read} stuck of {read} read; {} not read yet",
        10_000 - read
    );
    assert!(text.contains(&words), "{words}\n{text}");
}

#[tokio::test(start_paused = true)]
async fn what_has_ended_is_not_read_again_and_leaves_the_list() {
    let model = Model::new();
    let ids = spread(&model, 60, 30);
    let org = Watched::over(&model);
    let mut watch = Watch::of(&org, 200);
    watch.engine.send(Command::Attend {
        visible: ids[..10].to_vec(),
        marked: ids[5..15].to_vec(),
    });
    watch.for_so_long(2 * MINUTE).await;
    let over: Vec<ConversationId> = ids[3..50].iter().step_by(4).copied().collect();
    for id in &over {
        model.later(SignedDuration::ZERO, Effect::DisconnectAll(*id));
    }
    let ended = Instant::now();
    watch.for_so_long(15 * MINUTE).await;
    let reads = org.kept(|kept| kept.read_ids.clone());
    for id in &over {
        let after = reads.iter().filter(|(at, read)| read == id && *at >= ended);
        assert!(after.count() <= 1, "{id} was read on");
        assert!(watch.roster.row(*id).is_none(), "{id} is still on the list");
    }
    assert_eq!(watch.open().len(), 60 - over.len());
    assert_eq!(watch.roster.partial(), None);
}

#[tokio::test(start_paused = true)]
async fn a_chat_that_its_customer_brings_back_is_on_the_list_again_within_minutes() {
    let model = Model::new();
    let ids = spread(&model, 12, 2);
    let org = Watched::over(&model);
    let mut watch = Watch::of(&org, 200);
    watch.engine.send(Command::Attend {
        visible: ids.clone(),
        marked: Vec::new(),
    });
    watch.for_so_long(MINUTE).await;
    model.later(SignedDuration::ZERO, Effect::DisconnectAll(ids[3]));
    watch.for_so_long(3 * MINUTE).await;
    assert!(!watch.open().contains(&ids[3]));
    model.rewrite(ids[3], |conversation| conversation.ended = None);
    watch.for_so_long(3 * MINUTE).await;
    assert!(watch.open().contains(&ids[3]), "it stays hidden");
}

#[tokio::test(start_paused = true)]
async fn counts_that_cannot_be_had_skip_nothing() {
    let model = Model::new();
    let ids = spread(&model, 40, 200);
    let org = Watched::over(&model);
    org.kept(|kept| kept.has_no_counts = true);
    let mut watch = Watch::of(&org, 270);
    watch.rounds(1).await;
    assert_eq!(watch.open(), ids.into_iter().collect());
}

#[tokio::test(start_paused = true)]
async fn f10_a_list_that_moves_while_its_pages_are_read_is_whole_in_the_end() {
    let model = Model::new();
    let ids: Vec<ConversationId> = (1..=350).map(|bits| model.orphan(bits)).collect();
    // Each on a page that has been taken by then.
    for (place, id) in ids[..6].iter().enumerate() {
        let wait = SignedDuration::from_millis(120 + 30 * i64::try_from(place).unwrap());
        model.later(wait, Effect::DisconnectAll(*id));
    }
    let org = Watched::over(&model);
    let mut watch = Watch::of(&org, 270);
    watch.rounds(2).await;
    assert_eq!(watch.open(), ids[6..].iter().copied().collect());
    assert_eq!(watch.roster.partial(), None);
}

#[tokio::test(start_paused = true)]
async fn while_polling_is_paused_nothing_is_listed_unless_somebody_asks() {
    let model = Model::new();
    spread(&model, 20, 5);
    let org = Watched::over(&model);
    let mut watch = Watch::of(&org, 270);
    watch.rounds(1).await;
    watch.engine.send(Command::PausePolling(true));
    tokio::time::sleep(Duration::from_secs(2)).await;
    let pages = || org.kept(|kept| kept.pages.len());
    let before = pages();
    tokio::time::sleep(5 * MINUTE).await;
    assert_eq!(pages(), before);
    watch.engine.send(Command::Refresh);
    watch.rounds(1).await;
    let asked = pages();
    assert!(asked > before);
    tokio::time::sleep(5 * MINUTE).await;
    assert!(pages() <= asked + 4, "it went on listing");
}

fn wanted(horizon_days: u32) -> Gather<'static> {
    Gather {
        read_for: Duration::from_secs(30),
        only: None,
        known: Roster::default(),
        horizon_days,
        worth_reading: None,
    }
}

#[tokio::test(start_paused = true)]
async fn without_a_screen_what_the_list_rules_out_is_not_read() {
    let model = Model::new();
    let ids = spread(&model, 100, 48);
    let young = |row: &Row| row.age(model.clock.now()) < SignedDuration::from_hours(10 * 24);
    let wanted = Gather {
        worth_reading: Some(&young),
        ..wanted(YEAR)
    };
    let limiter = Limiter::new(200);
    let roster = gather(&model, &model.clock, &limiter, wanted, |_| {})
        .await
        .unwrap();
    assert_eq!(roster.len(), ids.len());
    let read = roster.rows().filter(|row| row.reading.is_some());
    let read: HashSet<ConversationId> = read.map(|row| row.listed.id).collect();
    let asked: HashSet<_> = model
        .requests()
        .iter()
        .map(|one| one.conversation)
        .collect();
    assert_eq!((read.len(), asked), (4, read.clone()));
}

/// Old windows, or the second page of every list: the list ends, has everything else, and says what is not there.
#[tokio::test(start_paused = true)]
async fn without_a_screen_what_never_comes_whole_is_said_and_the_rest_is_listed() {
    for kind in [
        FailureKind::ServiceFault,
        FailureKind::Garbled,
        FailureKind::Refused,
        FailureKind::TimedOut,
    ] {
        let model = Model::new();
        let ids = spread(&model, 40, 200);
        let org = Watched::over(&model);
        let far = model.clock.now() - SignedDuration::from_hours(200 * 24);
        let fails = kind.clone();
        org.kept(|kept| {
            kept.list_fails = Some(Box::new(move |wanted| {
                (wanted.from < far).then(|| fails.clone())
            }));
        });
        let limiter = Limiter::new(200);
        let listing = gather(&org, &model.clock, &limiter, wanted(YEAR), |_| {});
        let roster = tokio::time::timeout(Duration::from_secs(1200), listing)
            .await
            .unwrap_or_else(|_| panic!("{kind:?}: it lists for ever"))
            .unwrap();
        // Two hundred hours apart: twenty began less than 170 days ago.
        let young = ids[..20].iter().filter(|id| roster.row(**id).is_some());
        assert_eq!(young.count(), 20, "{kind:?}");
        let warnings = roster.reach.warnings();
        assert_eq!(warnings.len(), 1, "{kind:?}: {warnings:?}");
        let why = failure(kind.clone(), Some(500)).short();
        assert!(warnings[0].contains(&why), "{kind:?}: {warnings:?}");
        assert!(roster.reach.is_short());
    }
}

#[tokio::test(start_paused = true)]
async fn without_a_screen_a_page_that_is_never_given_ends_the_list_and_is_said() {
    for kind in [
        FailureKind::Refused,
        FailureKind::TooLarge,
        FailureKind::Garbled,
    ] {
        let model = Model::new();
        for bits in 1..=150 {
            model.orphan(bits);
        }
        let org = Watched::over(&model);
        let fails = kind.clone();
        org.kept(|kept| {
            kept.list_fails = Some(Box::new(move |wanted| {
                (wanted.number == 2).then(|| fails.clone())
            }));
        });
        let limiter = Limiter::new(200);
        let listing = gather(&org, &model.clock, &limiter, wanted(60), |_| {});
        let roster = tokio::time::timeout(Duration::from_secs(1200), listing)
            .await
            .unwrap_or_else(|_| panic!("{kind:?}: it lists for ever"))
            .unwrap();
        assert_eq!(roster.len(), 100, "{kind:?}");
        assert_eq!(roster.reach.warnings().len(), 1, "{kind:?}");
        assert!(org.kept(|kept| kept.pages.len()) < 30, "{kind:?}");
    }
}

/// Of a task that falls over nothing stays behind: no lane that is taken for ever, no question that never comes back.
#[tokio::test(start_paused = true)]
async fn f47_questions_that_fall_over_are_asked_again_and_hold_nothing_up() {
    let model = Model::new();
    let ids = spread(&model, 40, 30);
    let org = Watched::over(&model);
    org.kept(|kept| kept.list_falls = 6);
    (0..10).for_each(|_| model.fall_over(None));
    let mut watch = Watch::of(&org, 200);
    watch.for_so_long(8 * MINUTE).await;
    assert!(watch.rounds > 5, "{} rounds", watch.rounds);
    assert_eq!(watch.open().len(), ids.len());
    let unread = watch.roster.rows().filter(|row| row.reading.is_none());
    assert_eq!(unread.count(), 0);
}

#[tokio::test(start_paused = true)]
async fn what_ended_long_ago_and_is_listed_all_the_same_has_nothing_listed_again() {
    let model = Model::new();
    for bits in 1..=1_500 {
        let id = model.orphan(bits);
        let back = SignedDuration::from_hours(40 * 24);
        model.rewrite(id, |conversation| conversation.started -= back);
    }
    let org = Watched::over(&model);
    org.kept(|kept| kept.stray = Some(ConversationId::from_u128(7 << 32)));
    let mut watch = Watch::of(&org, 200);
    watch.engine.send(Command::Attend {
        visible: vec![ConversationId::from_u128(7 << 32)],
        marked: Vec::new(),
    });
    watch.for_so_long(10 * MINUTE).await;
    org.kept(|kept| kept.pages.clear());
    watch.for_so_long(30 * MINUTE).await;
    // A look at the present every ten seconds, and the past seldom.
    let pages = org.kept(|kept| kept.pages.len());
    assert!((175..230).contains(&pages), "{pages}");
}

/// Through the real client, over HTTP: as far back as the horizon, and no further.
#[tokio::test]
async fn what_began_many_months_ago_is_found_and_says_from_where_and_when_it_is_known() {
    let staged = "\
        [[chat]]\nkind = \"orphan\"\ncount = 3\nage = \"5h\"\nidle = \"4h\"\n\
        [[chat]]\nkind = \"orphan\"\ncount = 130\nage = \"100d\"\nidle = \"99d\"\n\
        [[chat]]\nkind = \"orphan\"\ncount = 2\nage = \"330d\"\nidle = \"329d\"\n";
    let place = Place::of(Staging::quick(staged)).await;
    for (horizon_days, found) in [(31, 3), (120, 133), (YEAR, 135)] {
        let unread = |_: &Row| false;
        let wanted = Gather {
            worth_reading: Some(&unread),
            ..wanted(horizon_days)
        };
        let before = place.clock.now();
        let roster = gather(&place.client, &place.clock, &place.limiter, wanted, |_| {})
            .await
            .unwrap();
        assert_eq!((roster.len(), roster.partial()), (found, None));
        assert!(roster.reach.is_whole && roster.reach.is_exact);
        for row in roster.rows() {
            assert_eq!(row.source().word(), "list");
            assert!(row.listed.seen_at.is_some_and(|at| at >= before));
            let words = row.source().words(place.clock.now());
            assert!(
                words.starts_with("listed ") && words.ends_with(" ago, not read"),
                "{words}"
            );
        }
    }
}
