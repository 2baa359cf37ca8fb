use std::future::Future as _;
use std::pin::pin;

use super::*;

/// How many requests leave in the worst 60-second window.
fn worst_window(times: &[Instant]) -> usize {
    let mut worst = 0;
    let mut first = 0;
    for (index, at) in times.iter().enumerate() {
        while at.duration_since(times[first]) >= budget::WINDOW {
            first += 1;
        }
        worst = worst.max(index + 1 - first);
    }
    worst
}

fn limited(told: Option<u32>) -> RateHeaders {
    RateHeaders {
        limited: Some(told),
        ..RateHeaders::default()
    }
}

fn allowed(allowed: u32) -> RateHeaders {
    RateHeaders {
        allowed: Some(allowed),
        ..RateHeaders::default()
    }
}

#[tokio::test(start_paused = true)]
async fn i16_timers_that_round_put_nothing_more_into_a_window() {
    let limiter = Limiter::new(270);
    let mut times = Vec::new();
    for number in 0..2_000_u32 {
        let pass = limiter.acquire(Lane::Poll, 1 + number % 2).await;
        times.extend(std::iter::repeat_n(Instant::now(), pass.left as usize));
    }
    let worst = worst_window(&times);
    assert_eq!(worst, 270, "requests in the fullest window");
    let took = times.last().unwrap().duration_since(times[0]);
    let whole = took.as_secs_f64() * 270.0 / 60.0;
    #[expect(clippy::cast_precision_loss, reason = "thousands")]
    let share = times.len() as f64 / whole;
    assert!(share > 0.98, "{share} of the rate is used");
    let pauses = times.windows(2).map(|two| two[1].duration_since(two[0]));
    let longest = pauses.max().unwrap();
    assert!(
        longest < Duration::from_secs(1),
        "everybody stood still for {longest:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn a_turn_that_was_spent_on_a_token_is_waited_for_by_the_request_that_wanted_it() {
    let limiter = Limiter::new(270);
    limiter.observe(limited(Some(7)));
    let mut pass = limiter.acquire(Lane::Read, 1).await;
    // The token is fetched with it, and the request itself waits for another turn.
    pass.spend();
    pass.ready().await;
    let waited = pass.waited();
    assert!(waited.span >= Duration::from_secs(7), "{waited:?}");
    assert!(waited.was_shut);
    // What was told already is not told again.
    pass.spend();
    pass.ready().await;
    assert!(!pass.waited().was_shut);
}

#[tokio::test(start_paused = true)]
async fn i16_an_answer_that_is_slow_in_coming_keeps_its_place_in_the_window() {
    let limiter = Limiter::new(10);
    let mut slow = Vec::new();
    for _ in 0..10 {
        slow.push(limiter.acquire(Lane::Poll, 1).await);
    }
    tokio::time::advance(Duration::from_secs(70)).await;
    assert_eq!(limiter.standing().used, 10, "they may arrive only now");
    slow.clear();
    let start = Instant::now();
    limiter.acquire(Lane::Verify, 1).await;
    assert!(start.elapsed() >= budget::WINDOW, "{:?}", start.elapsed());
}

#[tokio::test(start_paused = true)]
async fn f16_a_429_shuts_one_gate_for_every_lane_until_the_told_time() {
    let limiter = Limiter::new(270);
    limiter.observe(limited(Some(7)));
    let start = Instant::now();
    let _all = tokio::join!(
        limiter.acquire(Lane::Verify, 1),
        limiter.acquire(Lane::Act, 2),
        limiter.acquire(Lane::Read, 1),
        async {
            limiter.acquire(Lane::Poll, 1).await;
            assert!(start.elapsed() >= Duration::from_secs(7));
        }
    );
    assert!(start.elapsed() >= Duration::from_secs(7));
    assert!(start.elapsed() < Duration::from_secs(10));
}

#[tokio::test(start_paused = true)]
async fn a_pass_says_once_how_long_its_turn_was_waited_for_and_whether_a_429_was_why() {
    let limiter = Limiter::new(60);
    let mut first = limiter.acquire(Lane::Read, 1).await;
    assert_eq!(first.waited(), Waited::default());
    limiter.observe(limited(Some(7)));
    let mut second = limiter.acquire(Lane::Read, 2).await;
    let waited = second.waited();
    assert!(waited.span >= Duration::from_secs(7), "{waited:?}");
    assert!(waited.was_shut);
    assert_eq!(second.waited(), Waited::default());
    assert_eq!(second.split().unwrap().waited(), Waited::default());
    // A rate that is used up is waited for, too, and is no 429.
    drop((first, second));
    drop(limiter.acquire(Lane::Read, 30).await);
    let mut last = limiter.acquire(Lane::Read, 30).await;
    let waited = last.waited();
    assert!(
        waited.span > Duration::ZERO && !waited.was_shut,
        "{waited:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn i15_the_gate_is_shut_for_a_second_at_least_and_never_for_less_than_was_told() {
    for (told, shut) in [
        (0, 1),
        (1, 1),
        (301, 301),
        (3600, 3600),
        (u32::MAX, u32::MAX),
    ] {
        let limiter = Limiter::new(270);
        limiter.observe(limited(Some(told)));
        limiter.observe(limited(Some(2)));
        let stands = limiter.standing().shut_for.unwrap();
        assert_eq!(stands.as_secs(), u64::from(shut.max(2)), "told {told}");
    }
    let limiter = Limiter::new(270);
    limiter.observe(limited(Some(0)));
    assert_eq!(limiter.standing().shut_for, Some(Duration::from_secs(1)));
}

#[tokio::test(start_paused = true)]
async fn f17_without_a_retry_after_the_wait_doubles_up_to_forty_seconds() {
    let limiter = Limiter::new(270);
    for wait in [5, 10, 20, 40, 40] {
        limiter.observe(limited(None));
        // What was in flight when the gate shut is part of the same trouble.
        limiter.observe(limited(None));
        limiter.observe(RateHeaders::default());
        let shut = limiter.standing().shut_for.unwrap();
        assert_eq!(shut.as_secs(), wait);
        tokio::time::advance(shut).await;
    }
    limiter.observe(RateHeaders::default());
    limiter.observe(limited(None));
    assert_eq!(limiter.standing().shut_for.unwrap().as_secs(), 5);
}

#[tokio::test(start_paused = true)]
async fn f17_a_full_window_is_waited_for_where_nothing_else_is_told() {
    let limiter = Limiter::new(270);
    let full = RateHeaders {
        count: Some(300),
        allowed: Some(300),
        reset: Some(31),
        limited: Some(None),
    };
    limiter.observe(full);
    assert_eq!(limiter.standing().shut_for.unwrap().as_secs(), 31);
}

#[tokio::test(start_paused = true)]
async fn a_429_cuts_the_rate_once_and_it_grows_back_by_a_twentieth_each_clean_half_minute() {
    let limiter = Limiter::new(200);
    for _ in 0..6 {
        limiter.observe(limited(Some(7)));
    }
    assert_eq!(
        limiter.standing().allowed,
        140,
        "six in flight are one trouble"
    );
    tokio::time::advance(Duration::from_secs(29)).await;
    assert_eq!(limiter.standing().allowed, 140);
    for expected in [150, 160, 170, 180, 190, 200, 200] {
        tokio::time::advance(Duration::from_secs(30)).await;
        assert_eq!(limiter.standing().allowed, expected);
    }
    for _ in 0..20 {
        limiter.observe(limited(Some(1)));
        tokio::time::advance(Duration::from_secs(1)).await;
    }
    assert_eq!(limiter.standing().allowed, 20, "a tenth is always left");
}

#[tokio::test(start_paused = true)]
async fn f18_a_lower_advertised_limit_counts_at_once() {
    let limiter = Limiter::new(270);
    limiter.observe(allowed(300));
    for _ in 0..50 {
        limiter.acquire(Lane::Poll, 1).await;
    }
    limiter.observe(allowed(60));
    assert_eq!(limiter.standing().allowed, 54);
    let mut times = Vec::new();
    let start = Instant::now();
    for _ in 0..200 {
        limiter.acquire(Lane::Verify, 1).await;
        times.push(Instant::now());
    }
    assert!(worst_window(&times) <= 54, "{}", worst_window(&times));
    let in_first = times
        .iter()
        .filter(|at| at.duration_since(start) < Duration::from_secs(45));
    assert!(in_first.count() <= 4, "the window was nearly full already");
}

#[tokio::test(start_paused = true)]
async fn a_check_and_what_rests_on_it_are_granted_together_and_what_is_not_used_is_given_back() {
    let limiter = Limiter::new(60);
    let mut pass = limiter.acquire(Lane::Act, 2).await;
    let spare = pass.split().unwrap();
    assert!(pass.split().is_none());
    assert_eq!(limiter.standing().used, 2);
    drop(pass);
    assert_eq!(limiter.standing().used, 2, "it was used");
    spare.refund();
    assert_eq!(limiter.standing().used, 1);
    let whole = Limiter::new(1).acquire(Lane::Act, 2).await;
    assert_eq!(
        whole.left, 1,
        "a window that holds one request holds no two"
    );
}

#[tokio::test(start_paused = true)]
async fn a_spent_pass_waits_for_another_turn_and_holds_nothing_meanwhile() {
    let limiter = Limiter::new(1);
    let mut pass = limiter.acquire(Lane::Read, 1).await;
    pass.ready().await;
    let start = Instant::now();
    pass.spend();
    pass.spend();
    pass.ready().await;
    assert_eq!(start.elapsed().as_secs(), 60);
    drop(pass);
    assert_eq!(limiter.standing().used, 1);
}

#[tokio::test(start_paused = true)]
async fn a_run_goes_before_polling() {
    let limiter = Limiter::new(60);
    limiter.acquire(Lane::Poll, 60).await;
    let order = Arc::new(Mutex::new(Vec::new()));
    let ask = |lane: Lane| {
        let (limiter, order) = (limiter.clone(), order.clone());
        tokio::spawn(async move {
            limiter.acquire(lane, 1).await;
            order.lock().unwrap().push(lane);
        })
    };
    let mut asked: Vec<_> = (0..3).map(|_| ask(Lane::Poll)).collect();
    tokio::task::yield_now().await;
    asked.push(ask(Lane::Verify));
    for task in asked {
        task.await.unwrap();
    }
    assert_eq!(order.lock().unwrap().first(), Some(&Lane::Verify));
}

#[tokio::test(start_paused = true)]
async fn who_gives_up_waiting_makes_room_for_the_next() {
    let limiter = Limiter::new(60);
    limiter.acquire(Lane::Poll, 60).await;
    let impatient = tokio::spawn({
        let limiter = limiter.clone();
        async move { limiter.acquire(Lane::Verify, 1).await }
    });
    tokio::task::yield_now().await;
    let patient = tokio::spawn({
        let limiter = limiter.clone();
        async move { limiter.acquire(Lane::Poll, 1).await }
    });
    tokio::task::yield_now().await;
    impatient.abort();
    let waited = tokio::time::timeout(Duration::from_secs(70), patient).await;
    assert!(waited.is_ok(), "nobody was first any more");
}

#[tokio::test(start_paused = true)]
async fn ten_thousand_who_wait_are_not_woken_for_one_another() {
    let limiter = Limiter::new(3_000);
    let polls = Arc::new(Mutex::new(0_u64));
    let mut waiting = tokio::task::JoinSet::new();
    for _ in 0..10_000 {
        let (limiter, polls) = (limiter.clone(), Arc::clone(&polls));
        waiting.spawn(async move {
            let mut turn = pin!(limiter.acquire(Lane::Read, 1));
            std::future::poll_fn(|context| {
                *polls.lock().unwrap() += 1;
                turn.as_mut().poll(context)
            })
            .await;
            limiter.observe(allowed(3_300));
        });
    }
    while waiting.join_next().await.is_some() {}
    let polls = *polls.lock().unwrap();
    assert!(polls < 50_000, "{polls} polls for 10,000 turns");
}
