//! The windows against a scripted service: what they ask, how often, and that what they name is what is open.

use std::collections::BTreeSet;

use jiff::SignedDuration;

use super::*;
use crate::domain::moment::after;
use crate::domain::roster::Listed;

const TEMPO: Tempo = Tempo {
    every: Duration::from_secs(10),
    per_page: Duration::from_millis(750),
};

/// Where the window begins that was asked about, and whether it was a count.
type Asked = (Timestamp, bool);

/// How a question fails, if it does.
type Fails = Box<dyn Fn(&PageWanted) -> Option<FailureKind>>;

/// What is open, by when it began.
type Open = BTreeSet<(Timestamp, ConversationId)>;

/// What becomes of it once a question is answered.
type Moves = Box<dyn FnMut(&PageWanted, &mut Open)>;

/// A service that lists, with whatever is open, and the windows that ask it.
pub(super) struct Scene {
    pub(super) windows: Windows,
    pub(super) now: Now,
    pub(super) open: Open,
    pub(super) asked: Vec<Asked>,
    pub(super) gone: Vec<ConversationId>,
    /// How questions about these days fail.
    pub(super) fails: Fails,
    pub(super) moves: Moves,
    /// Whether the service says how many there are.
    pub(super) does_count: bool,
    /// Rows that cannot be understood.
    pub(super) unreadable: Vec<ConversationId>,
    next_id: u128,
}

impl Scene {
    pub(super) fn new(days_back: u32) -> Self {
        let now = Now {
            at: "2026-11-26T06:00:00Z".parse().unwrap(),
            instant: Instant::now(),
        };
        Self {
            windows: Windows::new(days_back, now),
            now,
            open: BTreeSet::new(),
            asked: Vec::new(),
            gone: Vec::new(),
            fails: Box::new(|_| None),
            moves: Box::new(|_, _| ()),
            does_count: true,
            unreadable: Vec::new(),
            next_id: 1,
        }
    }

    /// So many conversations that began so many hours ago, a second apart.
    pub(super) fn begin(&mut self, count: u32, hours_ago: i64) -> Vec<ConversationId> {
        let from = after(self.now.at, SignedDuration::from_hours(-hours_ago));
        (0..count)
            .map(|second| {
                let id = ConversationId::from_u128(self.next_id);
                self.next_id += 1;
                let at = after(from, SignedDuration::from_secs(second.into()));
                self.open.insert((at, id));
                id
            })
            .collect()
    }

    pub(super) fn end(&mut self, id: ConversationId) {
        self.open.retain(|(_, other)| *other != id);
    }

    fn answer(&self, wanted: &PageWanted) -> ListedPage {
        assert!(wanted.number * wanted.size <= 100_000, "{wanted:?}");
        let within = self
            .open
            .iter()
            .filter(|(at, _)| (wanted.from..wanted.to).contains(at));
        let skip = usize::try_from((wanted.number - 1) * wanted.size).unwrap();
        let rows = within.clone().skip(skip);
        let rows = rows.take(usize::try_from(wanted.size).unwrap());
        let mut rows: Vec<_> = rows.map(|(at, id)| Listed::new(*id, *at)).collect();
        let on_it = rows.len();
        rows.retain(|row| !self.unreadable.contains(&row.id));
        let is_least = !self.does_count && on_it == usize::try_from(wanted.size).unwrap();
        let proven = skip + on_it + usize::from(is_least);
        let total = if self.does_count {
            within.count()
        } else {
            proven
        };
        ListedPage {
            unreadable: u32::try_from(on_it - rows.len()).unwrap(),
            rows,
            total: u32::try_from(total).unwrap(),
            is_least,
        }
    }

    /// Asks everything that may be asked now; answers come at once.
    pub(super) fn ask(&mut self) {
        while let Some((ask, wanted)) = self.windows.next(self.now, TEMPO) {
            self.asked.push((wanted.from, ask.is_count()));
            assert!(self.asked.len() < 100_000, "it asks for ever");
            let Some(kind) = (self.fails)(&wanted) else {
                let page = self.answer(&wanted);
                (self.moves)(&wanted, &mut self.open);
                let never = |_, _| false;
                let gone = self.windows.absorb(ask, &page, self.now, TEMPO, &never);
                self.gone.extend(gone);
                continue;
            };
            let failure = Failure::local(kind, "as scripted");
            let wait = Duration::from_secs(8);
            if self.windows.fail(ask, &failure, self.now, wait) == Meaning::Everything {
                self.pass(8);
            }
        }
    }

    pub(super) fn pass(&mut self, seconds: u64) {
        self.now.instant += Duration::from_secs(seconds);
        let span = SignedDuration::from_secs(i64::try_from(seconds).unwrap());
        self.now.at = after(self.now.at, span);
    }

    /// Time goes by, and everything that falls due is asked; answers how many questions that took.
    pub(super) fn watch(&mut self, seconds: u64) -> usize {
        let before = self.asked.len();
        for _ in 0..seconds {
            self.pass(1);
            self.ask();
        }
        self.asked.len() - before
    }

    pub(super) fn named(&self) -> Vec<ConversationId> {
        let windows = self.windows.list.iter();
        let mut named: Vec<_> = windows.flat_map(|one| one.named.keys().copied()).collect();
        named.sort();
        named
    }

    pub(super) fn is_true(&self) -> bool {
        let mut open: Vec<_> = self.open.iter().map(|(_, id)| *id).collect();
        open.sort();
        self.named() == open
    }
}

#[test]
fn every_window_is_counted_and_then_listed_oldest_first() {
    let mut scene = Scene::new(366);
    for hours in [300 * 24, 150 * 24, 40 * 24, 5] {
        scene.begin(120, hours);
    }
    scene.ask();
    assert!(scene.windows.is_whole() && scene.is_true());
    let (counts, lists): (Vec<Asked>, Vec<Asked>) =
        scene.asked.iter().copied().partition(|(_, count)| *count);
    assert!(counts.is_sorted(), "{counts:?}");
    assert_eq!(counts.len(), scene.windows.list.len() - 1);
    // The present is asked for its first page at once, because that is its count too; its others are the last of all.
    assert!(lists[1..].is_sorted(), "{lists:?}");
    assert_eq!(lists.len(), 8);
}

#[test]
fn what_is_quiet_is_asked_ever_more_rarely_and_the_present_every_ten_seconds() {
    let mut scene = Scene::new(366);
    scene.begin(250, 100 * 24);
    scene.begin(30, 200 * 24);
    scene.begin(40, 3);
    scene.ask();
    let present = scene.windows.list.last().unwrap().span.begin();
    let first_hour = scene.watch(3600);
    let past = |scene: &Scene, from: usize| {
        let asked = &scene.asked[from..];
        asked.iter().filter(|(begin, _)| *begin < present).count()
    };
    let before = scene.asked.len() - first_hour;
    let in_first = past(&scene, before);
    let from = scene.asked.len();
    let second_hour = scene.watch(3600);
    let in_second = past(&scene, from);
    assert_eq!(second_hour - in_second, 360, "a look every ten seconds");
    // Twelve windows that are empty, two that are not, of which one is listed whole once an hour.
    assert!(
        in_first < 60 && in_second <= 12 + 2 * 6 + 6,
        "{in_first} {in_second}"
    );
    assert!(scene.is_true());
}

#[test]
fn an_end_and_a_beginning_that_leave_the_count_as_it_was_are_noticed_by_the_next_looks() {
    for chats in [40, 350] {
        let mut scene = Scene::new(93);
        let ids = scene.begin(chats, 3);
        scene.ask();
        scene.watch(400);
        scene.end(ids[7]);
        let new = scene.begin(1, 0);
        scene.watch(11);
        assert!(scene.named().contains(&new[0]));
        assert_eq!(scene.gone, [], "one list alone says nothing");
        scene.watch(20);
        assert_eq!(scene.gone, [ids[7]]);
        assert!(scene.is_true());
    }
}

#[test]
fn what_begins_is_named_at_the_next_look_for_one_request_however_long_the_list_is() {
    let mut scene = Scene::new(93);
    scene.begin(5_030, 5);
    scene.ask();
    scene.watch(60);
    let new = scene.begin(3, 0);
    assert_eq!(scene.watch(10), 1);
    assert!(new.iter().all(|id| scene.named().contains(id)));
}

#[test]
fn what_ends_in_the_past_is_found_by_its_count_and_what_a_read_showed_before_needs_no_list() {
    let mut scene = Scene::new(93);
    let ids = scene.begin(500, 40 * 24);
    scene.ask();
    scene.watch(60);
    scene.end(ids[3]);
    scene.watch(1200);
    assert_eq!(scene.gone, [ids[3]]);
    let list = &scene.windows.list;
    let its = list.iter().find(|one| one.named.len() > 400).unwrap();
    let begin = its.span.begin();
    let pages = |scene: &Scene| {
        let pages = scene
            .asked
            .iter()
            .filter(|(at, is_count)| !is_count && *at == begin);
        pages.count()
    };
    let before = pages(&scene);
    scene.windows.note_end(ids[4], scene.now);
    scene.end(ids[4]);
    scene.watch(1200);
    assert_eq!(pages(&scene), before, "it was listed for what was known");
    assert!(scene.is_true());
}

#[test]
fn a_count_that_cannot_be_had_is_no_reason_to_skip() {
    for kind in [
        FailureKind::GatewayGaveUp,
        FailureKind::Refused,
        FailureKind::ServiceFault,
    ] {
        let mut scene = Scene::new(200);
        scene.begin(10, 100 * 24);
        let fails = kind.clone();
        scene.fails = Box::new(move |wanted| (wanted.size == 1).then(|| fails.clone()));
        scene.ask();
        scene.watch(600);
        assert!(scene.windows.is_whole() && scene.is_true(), "{kind:?}");
    }
}

#[test]
fn what_is_too_much_for_one_answer_is_parted_in_time() {
    for kind in [
        FailureKind::GatewayGaveUp,
        FailureKind::TooLarge,
        FailureKind::TimedOut,
    ] {
        let mut scene = Scene::new(60);
        scene.begin(400, 30 * 24);
        scene.begin(400, 25 * 24);
        let days = |wanted: &PageWanted| wanted.to.duration_since(wanted.from).as_hours() / 24;
        let fails = kind.clone();
        scene.fails =
            Box::new(move |wanted| (wanted.size > 1 && days(wanted) > 4).then(|| fails.clone()));
        scene.ask();
        scene.watch(900);
        assert!(scene.windows.is_whole() && scene.is_true(), "{kind:?}");
    }
}

#[test]
fn more_than_a_hundred_thousand_are_parted_before_a_page_is_refused() {
    let mut scene = Scene::new(60);
    scene.begin(60_000, 31 * 24);
    scene.begin(60_000, 28 * 24);
    scene.ask();
    assert!(scene.windows.is_whole() && scene.is_true());
}

#[test]
fn a_window_that_is_refused_is_said_and_keeps_nothing_else_from_being_listed() {
    let mut scene = Scene::new(366);
    scene.begin(10, 5);
    scene.begin(10, 40 * 24);
    let far = after(scene.now.at, SignedDuration::from_hours(-200 * 24));
    scene.fails = Box::new(move |wanted| (wanted.from < far).then_some(FailureKind::Refused));
    scene.ask();
    assert!(scene.windows.is_whole() && scene.is_true());
    let reach = scene.windows.reach(scene.now);
    assert!(reach.refused > 0 && reach.is_short() && !reach.is_exact);
    assert!(scene.watch(3600) < 450, "it is asked seldom");
    // It is asked again, and given.
    scene.fails = Box::new(|_| None);
    scene.watch(700);
    assert_eq!(scene.windows.reach(scene.now).refused, 0);
}

#[test]
fn a_new_day_loses_nothing_and_asks_little() {
    let mut scene = Scene::new(93);
    let old = scene.begin(150, 60 * 24);
    let recent = scene.begin(150, 40);
    scene.ask();
    scene.watch(30);
    scene.pass(18 * 3600);
    let before = scene.asked.len();
    scene.ask();
    scene.end(recent[0]);
    scene.end(old[0]);
    scene.watch(1300);
    assert!(scene.is_true());
    assert!(scene.asked.len() - before < 200);
    assert_eq!(scene.gone.len(), 2);
}

#[test]
fn whatever_begins_and_ends_the_list_is_true_once_it_is_quiet() {
    use crate::domain::ids::ConversationId;
    let mut dice = 1_u64;
    let mut roll = move |sides: usize| {
        dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        usize::try_from(dice >> 33).unwrap() % sides
    };
    for round in 0..12 {
        let mut scene = Scene::new(120);
        scene.begin(u32::try_from(roll(700)).unwrap(), 30 * 24);
        scene.begin(u32::try_from(roll(700)).unwrap(), 30);
        scene.ask();
        for _ in 0..60 {
            let open: Vec<ConversationId> = scene.open.iter().map(|(_, id)| *id).collect();
            if !open.is_empty() && roll(2) == 0 {
                let id = open[roll(open.len())];
                scene.end(id);
                if roll(2) == 0 {
                    scene.windows.note_end(id, scene.now);
                }
            }
            if roll(3) == 0 {
                scene.begin(1, 0);
            }
            scene.watch(u64::try_from(roll(20)).unwrap());
        }
        scene.watch(3700);
        assert!(scene.is_true(), "round {round}");
    }
}
