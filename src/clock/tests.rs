use super::*;

#[test]
fn i23_a_machine_that_slept_and_a_clock_that_was_set_back_both_make_evidence_old() {
    let clock = WallClock::start();
    let second = SignedDuration::from_secs(1);
    let start = clock.started_at;
    // The monotonic clock stands still while the machine sleeps for an hour; the wall clock is then ahead of it.
    let slept = clock.at(start + second * 3600, Duration::from_secs(1));
    assert_eq!(slept, start + second * 3600);
    // The wall clock is set back by an hour; the monotonic one goes on.
    let set_back = clock.at(start - second * 3600, Duration::from_secs(3));
    assert_eq!(set_back, start + second * 3);
    // Both go on together.
    let usual = clock.at(start + second * 3, Duration::from_secs(3));
    assert_eq!(usual, start + second * 3);
}
