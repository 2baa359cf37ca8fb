//! The promises, held against the simulator: hundreds of runs of hundreds of conversations, a tenth of the requests going wrong, people
//! who come at the worst moment, the process killed over and over.

use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::PathBuf;

use crate::simulator::{Sabotage, Settings, Total, simulate, simulate_all};

const ORDINARY: Settings = Settings {
    conversations: 500,
    faults: 100,
    crashes: 2,
    least_parallel: 1,
    sabotage: None,
};
const SEEDS: u64 = 200;

/// Seeds that once broke a promise, one a line: seed, conversations, faults and crashes in a thousand.
fn regressions() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/it/simulator/regressions.txt")
}

fn keep(total: &Total, settings: Settings) {
    if total.broken.is_empty() {
        return;
    }
    let file = OpenOptions::new().append(true).open(regressions());
    let mut file = file.unwrap();
    for seed in &total.broken {
        writeln!(
            file,
            "{seed} {} {} {}",
            settings.conversations, settings.faults, settings.crashes
        )
        .unwrap();
    }
}

#[test]
fn a_hundred_thousand_conversations_and_no_promise_is_broken() {
    let total = simulate_all(0..SEEDS, ORDINARY);
    keep(&total, ORDINARY);
    assert!(
        total.broken.is_empty(),
        "seeds {:?} of {ORDINARY:?}, now in regressions.txt:\n{}",
        total.broken,
        total.verdict.words
    );
    // A simulation in which nothing happens proves nothing.
    let counts = total.counts;
    let of = |word| total.verdict.finals.get(word).copied().unwrap_or(0);
    assert!(counts.crashes > 1000, "{counts:?}");
    assert!(of("ended") > 50_000, "{:?}", total.verdict.finals);
    for word in ["held", "escalate", "ended-elsewhere", "wrap-up-owed"] {
        assert!(of(word) > 1000, "{word}: {:?}", total.verdict.finals);
    }
    assert!(total.verdict.late > 0, "no effect came late");
    assert!(total.verdict.incidents > 100, "{}", total.verdict.incidents);
}

#[test]
fn at_thirty_percent_trouble_the_promises_hold_too() {
    let settings = Settings {
        faults: 300,
        crashes: 20,
        conversations: 200,
        ..ORDINARY
    };
    let total = simulate_all(1000..1040, settings);
    keep(&total, settings);
    assert!(
        total.broken.is_empty(),
        "seeds {:?} of {settings:?}, now in regressions.txt:\n{}",
        total.broken,
        total.verdict.words
    );
}

#[test]
fn what_once_broke_a_promise_breaks_none_now() {
    let text = std::fs::read_to_string(regressions()).unwrap();
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    let mut count = 0;
    for line in lines {
        let numbers: Vec<u64> = line
            .split(' ')
            .map(|number| number.parse().unwrap())
            .collect();
        let [seed, conversations, faults, crashes] = numbers[..] else {
            panic!("{line}");
        };
        let settings = Settings {
            conversations: usize::try_from(conversations).unwrap(),
            faults,
            crashes,
            ..ORDINARY
        };
        let (verdict, ..) = simulate(seed, settings);
        assert!(verdict.is_sound(), "{line}:\n{}", verdict.words);
        count += 1;
    }
    assert!(count > 0, "the file of regressions is empty");
}

#[test]
fn i27_the_same_seed_gives_the_same_history_byte_for_byte() {
    let settings = Settings {
        conversations: 50,
        crashes: 20,
        ..ORDINARY
    };
    let history = |seed| {
        let (_, _, world) = simulate(seed, settings);
        serde_json::to_string(&world.journal).unwrap()
    };
    for seed in 0..4 {
        assert_eq!(history(seed), history(seed), "seed {seed}");
    }
    assert_ne!(history(0), history(1));
}

/// Runs with one mistake made on purpose.
fn sabotaged(sabotage: Sabotage) -> Total {
    let settings = Settings {
        conversations: 60,
        crashes: 5,
        sabotage: Some(sabotage),
        ..ORDINARY
    };
    simulate_all(0..20, settings)
}

#[test]
fn the_oracle_sees_each_mistake_that_is_made_on_purpose() {
    let verdict = |sabotage| sabotaged(sabotage).verdict;
    assert!(verdict(Sabotage::SendToAnother).outside > 0);
    assert!(verdict(Sabotage::CloseInsteadOfLegs).lost > 0);
    assert!(verdict(Sabotage::SendTwice).lost > 0);
    assert!(verdict(Sabotage::ForgetWhatWasKept).lost > 0);
    assert!(verdict(Sabotage::SeeNoLegs).falsely_ended > 0);
    assert!(verdict(Sabotage::SeeNoStrangers).unreported > 0);
}
