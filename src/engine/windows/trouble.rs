//! Lists that move while they are read, windows that the service does not give, answers that say less than they ought to.

use jiff::SignedDuration;

use super::tests::Scene;
use super::*;
use crate::domain::moment::after;

#[test]
fn what_begins_while_many_end_is_named_at_the_next_look_wherever_the_end_of_the_list_is_by_then() {
    for (ended, begun) in [(80, 20), (20, 80), (150, 30), (0, 260), (200, 230)] {
        let mut scene = Scene::new(93);
        let ids = scene.begin(350, 5);
        scene.ask();
        scene.watch(60);
        for id in &ids[..ended] {
            // Reads showed it, so that the count alone is no surprise.
            scene.windows.note_end(*id, scene.now);
            scene.end(*id);
        }
        let new = scene.begin(begun, 1);
        scene.watch(10);
        let named = scene.named();
        let missed = new.iter().filter(|id| !named.contains(id)).count();
        assert_eq!(missed, 0, "{ended} ended and {begun} began");
    }
}

#[test]
fn as_many_that_begin_as_end_while_the_first_list_is_made_hide_nothing() {
    let mut scene = Scene::new(93);
    let ids = scene.begin(350, 5);
    let (first, new) = (ids[3], scene.begin(1, 0)[0]);
    let begun = *scene.open.iter().find(|(_, id)| *id == new).unwrap();
    scene.end(new);
    let mut is_done = false;
    scene.moves = Box::new(move |wanted, open| {
        if wanted.number == 2 && !is_done {
            is_done = true;
            open.retain(|(_, id)| *id != first);
            open.insert(begun);
        }
    });
    scene.ask();
    scene.watch(30);
    let named = scene.named();
    let missed = scene.open.iter().filter(|(_, id)| !named.contains(id));
    assert_eq!(missed.count(), 0);
    assert!(scene.windows.is_whole());
}

/// While a list is made backward, one comes back that began before all others, and one that was listed just now ends: as many are named as
/// are counted, and one that is open is not among them.
#[test]
fn what_one_list_misses_though_its_count_is_right_is_not_gone() {
    let mut scene = Scene::new(93);
    let back = scene.begin(1, 51 * 24);
    scene.begin(350, 50 * 24);
    let returning = *scene.open.iter().find(|(_, id)| *id == back[0]).unwrap();
    scene.end(back[0]);
    scene.ask();
    assert!(scene.windows.is_whole() && scene.is_true());
    let mut is_done = false;
    scene.moves = Box::new(move |wanted, open| {
        if wanted.size > 1 && wanted.number == 3 && !is_done {
            is_done = true;
            open.insert(returning);
            let last = *open.iter().next_back().unwrap();
            open.remove(&last);
        }
    });
    // Once an hour it is listed whole.
    scene.watch(4000);
    let ended = scene.gone.clone();
    assert!(
        ended
            .iter()
            .all(|id| !scene.open.iter().any(|(_, open)| open == id)),
        "{ended:?}"
    );
    scene.watch(1300);
    assert_eq!(scene.gone.len(), 1);
    assert!(scene.is_true());
}

#[test]
fn a_window_that_always_fails_is_given_up_for_a_while_and_keeps_no_other_from_being_listed() {
    for kind in [
        FailureKind::Garbled,
        FailureKind::ServiceFault,
        FailureKind::TimedOut,
        FailureKind::Odd,
        FailureKind::Unreadable,
    ] {
        let mut scene = Scene::new(366);
        scene.begin(10, 300 * 24);
        let young = [scene.begin(150, 100 * 24), scene.begin(150, 5)].concat();
        let far = after(scene.now.at, SignedDuration::from_hours(-280 * 24));
        let fails = kind.clone();
        scene.fails = Box::new(move |wanted| (wanted.from < far).then(|| fails.clone()));
        scene.ask();
        scene.watch(120);
        let named = scene.named();
        assert!(young.iter().all(|id| named.contains(id)), "{kind:?}");
        let is_given_up = |scene: &mut Scene| {
            let reach = scene.windows.reach(scene.now);
            reach.refused > 0 && reach.is_whole && reach.why.is_some_and(|why| why.kind == kind)
        };
        if kind == FailureKind::TimedOut {
            // It is parted, down to single days.
            continue;
        }
        scene.watch(400);
        assert!(
            is_given_up(&mut scene),
            "{kind:?}: {:?}",
            scene.windows.reach(scene.now)
        );
        scene.fails = Box::new(|_| None);
        scene.watch(1300);
        assert!(
            scene.is_true() && scene.windows.reach(scene.now).why.is_none(),
            "{kind:?}"
        );
    }
}

/// A page in the middle of the present that is never given.
#[test]
fn the_present_whose_list_fails_is_looked_at_all_the_same() {
    let mut scene = Scene::new(60);
    scene.begin(250, 5);
    scene.fails = Box::new(|wanted| (wanted.number == 2).then_some(FailureKind::Garbled));
    scene.ask();
    scene.watch(600);
    let reach = scene.windows.reach(scene.now);
    assert!(reach.refused == 1 && reach.why.is_some(), "{reach:?}");
    let new = scene.begin(3, 0);
    scene.watch(90);
    assert!(new.iter().all(|id| scene.named().contains(id)));
}

#[test]
fn a_service_that_does_not_count_is_listed_whole_all_the_same() {
    for chats in [0, 40, 100, 250, 300] {
        let mut scene = Scene::new(93);
        scene.begin(chats, 50 * 24);
        scene.begin(chats, 5);
        scene.does_count = false;
        scene.ask();
        scene.watch(60);
        assert!(scene.windows.is_whole() && scene.is_true(), "{chats}");
        let ids: Vec<ConversationId> = scene.open.iter().map(|(_, id)| *id).collect();
        ids.iter().step_by(9).for_each(|id| scene.end(*id));
        let new = scene.begin(1, 0);
        scene.watch(300);
        assert!(
            scene.named().contains(&new[0]) && scene.is_true(),
            "{chats}"
        );
    }
}

#[test]
fn rows_that_cannot_be_understood_are_counted_and_leave_the_list_whole() {
    for chats in [40, 250] {
        let mut scene = Scene::new(93);
        let ids = scene.begin(chats, 5);
        scene.unreadable = ids[7..9].to_vec();
        scene.ask();
        scene.watch(300);
        let present = scene.windows.list.last().unwrap().span.begin();
        let before = scene.asked.len();
        scene.watch(300);
        let looks = scene.asked[before..]
            .iter()
            .filter(|(at, _)| *at == present);
        assert_eq!(looks.count(), 30, "it is listed again and again");
        let reach = scene.windows.reach(scene.now);
        assert_eq!((reach.unreadable, reach.named), (2, chats - 2));
        assert!(reach.is_whole && !reach.is_exact && reach.is_short());
    }
}

/// What was named is not gone because its row says nothing any more; only a read tells.
#[test]
fn a_row_that_can_be_understood_no_more_is_not_gone_and_has_nothing_listed_again_and_again() {
    for (chats, hours) in [(40, 5), (250, 5), (40, 50 * 24), (250, 50 * 24)] {
        let mut scene = Scene::new(93);
        let ids = scene.begin(chats, hours);
        scene.ask();
        scene.watch(60);
        scene.unreadable = vec![ids[7]];
        scene.watch(8000);
        assert_eq!(scene.gone, [], "{chats} {hours}");
        assert!(scene.is_true());
        let asked = scene.watch(600);
        assert!(asked <= 70, "{chats} {hours}: {asked}");
        // Another ends, and that is noticed where a read shows it.
        scene.end(ids[9]);
        scene.windows.note_end(ids[9], scene.now);
        scene.watch(1300);
        assert!(scene.is_true(), "{chats} {hours}");
        assert!(!scene.gone.contains(&ids[7]));
    }
}
