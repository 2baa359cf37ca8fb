use proptest::prelude::*;

use super::*;

const ALL: [Lane; LANES] = [Lane::Verify, Lane::Act, Lane::Read, Lane::Poll];

/// Lanes in which somebody always waits, in those that `waits` names; who was served, in order.
fn serve(waits: &[(Lane, u32)], turns: u32) -> Vec<Lane> {
    let mut lanes = Lanes::default();
    let mut tickets = std::collections::HashMap::new();
    let mut served = Vec::new();
    for (lane, count) in waits {
        tickets.insert(*lane, (lanes.enter(*lane, *count, *lane), *count));
    }
    for _ in 0..turns {
        let lane = *lanes.first().unwrap();
        let (ticket, count) = tickets[&lane];
        assert!(lanes.is_first(ticket));
        let next = lanes.enter(lane, count, lane);
        lanes.serve(ticket, count);
        tickets.insert(lane, (next, count));
        served.extend(std::iter::repeat_n(lane, count as usize));
    }
    served
}

#[test]
fn the_first_lane_goes_first_and_each_other_gets_its_tenth() {
    let served = serve(&ALL.map(|lane| (lane, 1)), 1_000);
    let of = |lane| served.iter().filter(|served| **served == lane).count();
    let shares = ALL.map(of);
    for (share, tenth) in shares.into_iter().zip([700, 100, 100, 100]) {
        assert!(share.abs_diff(tenth) <= 3, "{shares:?}");
    }
    let served = serve(&[(Lane::Act, 2), (Lane::Poll, 1)], 1_000);
    let polls = served
        .iter()
        .filter(|served| **served == Lane::Poll)
        .count();
    assert!(
        polls.abs_diff(served.len() / 10) <= 2,
        "{polls} of {}",
        served.len()
    );
}

#[test]
fn within_a_lane_whoever_asks_first_goes_first_and_who_leaves_is_forgotten() {
    let mut lanes = Lanes::default();
    let tickets: Vec<Ticket> = (0..4).map(|who| lanes.enter(Lane::Read, 1, who)).collect();
    lanes.leave(tickets[0]);
    lanes.leave(tickets[2]);
    assert_eq!(lanes.first(), Some(&1));
    lanes.serve(tickets[1], 1);
    lanes.leave(tickets[1]);
    assert_eq!(lanes.first(), Some(&3));
    lanes.serve(tickets[3], 1);
    assert_eq!(lanes.first(), None);
}

proptest! {
    #[test]
    fn no_lane_starves(arrivals in prop::collection::vec((0_usize..4, 1_u32..=2, 0_u8..3), 1..2_000)) {
        let mut lanes: Lanes<usize> = Lanes::default();
        let mut waiting: [std::collections::VecDeque<(Ticket, u32)>; LANES] = Default::default();
        // Since the lane has had somebody waiting: served in all, and of them its own.
        let mut since = [(0_u32, 0_u32); LANES];
        for (lane, count, serves) in arrivals {
            waiting[lane].push_back((lanes.enter(ALL[lane], count, lane), count));
            for _ in 0..serves {
                let Some(lane) = lanes.first().copied() else { break };
                let (ticket, count) = waiting[lane].pop_front().unwrap();
                prop_assert!(lanes.is_first(ticket));
                lanes.serve(ticket, count);
                for other in 0..LANES {
                    if other == lane {
                        since[other].1 += count;
                    }
                    since[other].0 += count;
                    if waiting[other].is_empty() {
                        since[other] = (0, 0);
                    }
                    let (all, own) = since[other];
                    prop_assert!(own + 4 >= all / 10, "lane {other} got {own} of {all}");
                }
            }
        }
    }
}
