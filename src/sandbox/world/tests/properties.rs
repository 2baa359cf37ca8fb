//! What holds whatever happens, in whatever order.

use super::*;
use proptest::prelude::*;
use std::collections::BTreeMap;

/// One thing that somebody does, or time that passes.
#[derive(Clone, Debug)]
enum Step {
    Wait(i64),
    Happen(usize, Happening),
    EndLegs(usize),
    EndAll(usize, bool, bool),
    Park(usize, i64),
    Resume(usize),
    WrapUp(usize),
}

const HAPPENINGS: [Happening; 20] = [
    Happening::AgentJoins,
    Happening::AgentLeaves,
    Happening::AgentWrites,
    Happening::BotWrites,
    Happening::BotEnds,
    Happening::CustomerWrites,
    Happening::CustomerLeaves,
    Happening::GuestClears,
    Happening::SessionExpires,
    Happening::GuestReborn,
    Happening::GuestArrives,
    Happening::WrapUpDone,
    Happening::Transfer,
    Happening::TransferHangs,
    Happening::Park,
    Happening::Unpark,
    Happening::VoiceLegAdded,
    Happening::VoiceLegEnds,
    Happening::AgentAway,
    Happening::AgentBack,
];

fn step() -> impl Strategy<Value = Step> {
    let which = || any::<usize>();
    prop_oneof![
        3 => (0_i64..900_000).prop_map(Step::Wait),
        6 => (which(), prop::sample::select(HAPPENINGS.to_vec())).prop_map(|(which, what)| Step::Happen(which, what)),
        2 => which().prop_map(Step::EndLegs),
        2 => (which(), any::<bool>(), any::<bool>()).prop_map(|(which, teardown, all)| Step::EndAll(which, teardown, all)),
        1 => (which(), 1_i64..4_000_000).prop_map(|(which, wait)| Step::Park(which, wait)),
        1 => which().prop_map(Step::Resume),
        1 => which().prop_map(Step::WrapUp),
    ]
}

fn lively(seed: u64) -> World {
    let text = "description = \"x\"\n[life]\narrivals_per_hour = 20\nmessages = true\n\
        [platform]\nthreading_minutes = 30\n\
        [[queue]]\nname = \"Returns\"\ninactivity = \"15m\"\nwrap_up = \"mandatory-timeout\"\n\
        [[queue]]\nname = \"Sales Web\"\nanswers = false\nwrap_up = \"mandatory\"\n";
    let kinds = Kind::ALL.map(|kind| format!("[[chat]]\nkind = \"{kind}\"\n"));
    let text = format!("{text}{}", kinds.concat());
    World::new(
        &Scenario::parse(&text, "x.toml").unwrap(),
        seed,
        None,
        now(),
    )
}

fn play(world: &mut World, steps: &[Step]) -> Timestamp {
    let mut at = now();
    for step in steps {
        let count = world.conversations.len();
        let by = client();
        match *step {
            Step::Wait(milliseconds) => at = later(at, milliseconds),
            Step::Happen(which, what) => world.order(which % count, what, at),
            Step::EndLegs(which) => {
                let legs = world.conversations[which % count].open_legs();
                world.accept_leg_ends(
                    which % count,
                    &legs,
                    Disconnect::Client,
                    &by,
                    Applying::Usual,
                    at,
                );
            }
            Step::EndAll(which, teardown, all) => {
                let ending = Ending {
                    medium: (!all).then_some(Medium::Message),
                    teardown: teardown.then(|| world.system_code()),
                    ..Ending::of_all_legs(Disconnect::Client)
                };
                world.accept_end_of_all(which % count, ending, &by, Applying::Usual, at);
            }
            Step::Park(which, wait) => {
                if let Some(leg) = world.open_leg(which % count, Purpose::Agent) {
                    let park = Changing::Park(leg, later(at, wait));
                    world.accept(which % count, park, &by, Applying::Usual, at);
                }
            }
            Step::Resume(which) => {
                if let Some(leg) = world.open_leg(which % count, Purpose::Agent) {
                    world.accept(
                        which % count,
                        Changing::Resume(leg),
                        &by,
                        Applying::Usual,
                        at,
                    );
                }
            }
            Step::WrapUp(which) => {
                let parties = &world.conversations[which % count].participants;
                if let Some(agent) = parties
                    .iter()
                    .find(|one| one.wrap_up.is_owed())
                    .map(|one| one.id)
                {
                    world.accept_wrap_up(
                        which % count,
                        agent,
                        WrapUpWish::Skip,
                        &by,
                        Applying::Usual,
                        at,
                    );
                }
            }
        }
        world.tick(at);
    }
    at
}

/// A conversation as the log alone tells it.
#[derive(Clone, Debug, Default, PartialEq)]
struct Told {
    /// Open legs, and whether each is parked and whether it still rings.
    legs: BTreeMap<Uuid, (bool, bool)>,
    owing: BTreeSet<Uuid>,
    messages: Vec<Uuid>,
    over: bool,
}

fn seen(one: &Conversation) -> Told {
    let legs = one.participants.iter().flat_map(|party| &party.legs);
    let open = legs.filter(|leg| leg.is_open());
    let owing = one
        .participants
        .iter()
        .filter(|party| party.wrap_up.is_owed());
    Told {
        legs: open
            .map(|leg| (leg.id, (leg.is_parked(), leg.is_alerting())))
            .collect(),
        owing: owing.map(|party| party.id).collect(),
        messages: one.messages.iter().map(|message| message.id).collect(),
        over: one.ended.is_some(),
    }
}

/// Tells the log again, from what was staged.
fn replayed(staged: BTreeMap<Uuid, Told>, truth: &[Truth]) -> BTreeMap<Uuid, Told> {
    let mut all = staged;
    let mut ever: BTreeSet<Uuid> = all
        .values()
        .flat_map(|told| told.legs.keys().copied())
        .collect();
    for change in truth {
        let told = all.entry(change.conversation).or_default();
        let leg = change.communication.unwrap_or_default();
        let party = change.participant.unwrap_or_default();
        match change.what {
            Change::LegAlerting => {
                assert!(ever.insert(leg), "a leg began twice");
                told.legs.insert(leg, (false, true));
            }
            Change::LegConnected => {
                let rang = told.legs.insert(leg, (false, false));
                assert!(rang.is_some() || ever.insert(leg), "a leg came back");
            }
            Change::LegParked => told.legs.get_mut(&leg).unwrap().0 = true,
            Change::LegResumed => told.legs.get_mut(&leg).unwrap().0 = false,
            Change::LegEnded => assert!(told.legs.remove(&leg).is_some(), "ended twice"),
            Change::WrapUpOwed => assert!(told.owing.insert(party)),
            Change::WrapUpDone => {
                told.owing.remove(&party);
            }
            Change::MessageWritten => told.messages.push(change.message.unwrap()),
            Change::ConversationEnded => {
                assert!(told.legs.is_empty() && told.owing.is_empty() && !told.over);
                told.over = true;
            }
            Change::ConversationReopened => {
                assert!(told.over);
                told.over = false;
            }
            _ => {}
        }
    }
    all
}

proptest! {
    #![proptest_config(crate::sandbox::tests::cases(64))]

    #[test]
    fn fuzz_the_log_tells_the_whole_world_and_nothing_impossible(seed in any::<u64>(), steps in prop::collection::vec(step(), 1..80)) {
        let mut world = lively(seed);
        let staged: BTreeMap<Uuid, Told> = world.conversations.iter().map(|one| (one.id, seen(one))).collect();
        let at = play(&mut world, &steps);
        let told = replayed(staged, world.truth());
        for one in &world.conversations {
            prop_assert_eq!(&told[&one.id], &seen(one));
            prop_assert!(one.ended.is_none() || one.open_legs().is_empty(), "{:#?}", one);
            prop_assert!(one.messages.is_sorted_by(|left, right| left.at < right.at));
            for leg in one.participants.iter().flat_map(|party| &party.legs) {
                let began = leg.began().unwrap();
                prop_assert!(leg.ended.is_none_or(|(ended, _)| began <= ended), "{:#?}", leg);
            }
        }
        prop_assert!(world.truth().is_sorted_by_key(|change| change.at));
        prop_assert!(world.truth().iter().all(|change| change.at <= at));
    }

    #[test]
    fn fuzz_the_same_seed_and_the_same_steps_make_the_same_world(seed in any::<u64>(), steps in prop::collection::vec(step(), 1..40)) {
        let lived = || {
            let mut world = lively(seed);
            play(&mut world, &steps);
            (format!("{:?}", world.conversations), world.truth().to_vec())
        };
        prop_assert_eq!(lived(), lived());
    }
}
