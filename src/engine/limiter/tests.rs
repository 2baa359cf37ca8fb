use proptest::prelude::*;

use super::*;

/// How many requests leave in the worst 60-second window.
fn worst_window(times: &[Instant]) -> usize {
    let mut worst = 0;
    let mut first = 0;
    for (index, at) in times.iter().enumerate() {
        while at.duration_since(times[first]) >= WINDOW {
            first += 1;
        }
        worst = worst.max(index + 1 - first);
    }
    worst
}

#[tokio::test(start_paused = true)]
async fn i16_no_window_holds_more_than_the_allowance() {
    let limiter = Limiter::new(270);
    let mut times = Vec::new();
    for number in 0..2_000_u32 {
        let _ = limiter.acquire(Lane::Poll, 1 + number % 2).await;
        times.extend(std::iter::repeat_n(
            Instant::now(),
            (1 + number % 2) as usize,
        ));
    }
    let worst = worst_window(&times);
    assert!(worst <= 270, "{worst} requests in one window");
    let took = times.last().unwrap().duration_since(times[0]);
    let least = took.as_secs() * 200 / 60;
    assert!(
        times.len() as u64 > least,
        "{} in {took:?}: the budget must also be usable",
        times.len()
    );
}

#[tokio::test(start_paused = true)]
async fn i15_a_429_shuts_one_gate_for_every_lane_until_the_told_time() {
    let limiter = Limiter::new(270);
    limiter.observe(RateHeaders {
        limited: Some(Some(7)),
        ..RateHeaders::default()
    });
    let start = Instant::now();
    let _both = tokio::join!(
        limiter.acquire(Lane::Verify, 1),
        limiter.acquire(Lane::Poll, 1)
    );
    assert!(start.elapsed() >= Duration::from_secs(7));
    assert!(limiter.standing().allowed < 270, "a 429 lowers the rate");
}

#[tokio::test(start_paused = true)]
async fn without_a_retry_after_the_wait_doubles() {
    let limiter = Limiter::new(270);
    for wait in [5, 10, 20, 40, 40] {
        limiter.observe(RateHeaders {
            limited: Some(None),
            ..RateHeaders::default()
        });
        let shut = limiter.standing().shut_for.unwrap();
        assert_eq!(shut.as_secs(), wait);
        tokio::time::advance(shut).await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_lower_advertised_limit_counts_at_once() {
    let limiter = Limiter::new(270);
    for _ in 0..50 {
        limiter.acquire(Lane::Poll, 1).await;
    }
    limiter.observe(RateHeaders {
        allowed: Some(60),
        ..RateHeaders::default()
    });
    assert_eq!(limiter.standing().allowed, 54);
    let start = Instant::now();
    for _ in 0..10 {
        limiter.acquire(Lane::Verify, 1).await;
    }
    assert!(
        start.elapsed() > Duration::from_secs(30),
        "the window was full already: {:?}",
        start.elapsed()
    );
}

#[tokio::test(start_paused = true)]
async fn a_run_goes_before_polling() {
    let limiter = Limiter::new(60);
    while limiter.lock().take(Instant::now(), 1).is_none() {}
    let order = Arc::new(Mutex::new(Vec::new()));
    let ask = |lane: Lane| {
        let (limiter, order) = (limiter.clone(), order.clone());
        tokio::spawn(async move {
            limiter.acquire(lane, 1).await;
            order.lock().unwrap().push(lane);
        })
    };
    let poll: Vec<_> = (0..3).map(|_| ask(Lane::Poll)).collect();
    tokio::task::yield_now().await;
    let verify = ask(Lane::Verify);
    verify.await.unwrap();
    for task in poll {
        task.await.unwrap();
    }
    assert_eq!(order.lock().unwrap().first(), Some(&Lane::Verify));
}

#[tokio::test(start_paused = true)]
async fn a_late_refund_gives_back_its_own_request_and_nobody_elses() {
    let limiter = Limiter::new(100);
    let kept = limiter.acquire(Lane::Act, 1).await;
    tokio::time::advance(Duration::from_secs(30)).await;
    let _used = limiter.acquire(Lane::Act, 1).await;
    limiter.refund(&kept);
    tokio::time::advance(Duration::from_secs(40)).await;
    assert_eq!(limiter.standing().used, 1, "the later request still counts");
    let kept = limiter.acquire(Lane::Act, 1).await;
    tokio::time::advance(Duration::from_secs(70)).await;
    let _used = limiter.acquire(Lane::Act, 1).await;
    limiter.refund(&kept);
    assert_eq!(
        limiter.standing().used,
        1,
        "what left the window is not given back"
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn any_mix_of_takes_refunds_and_limits_stays_within_the_allowance(cap in 5_u32..400, steps in prop::collection::vec((0_u64..3000, 0_u8..8), 1..400)) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
        runtime.block_on(async {
            let limiter = Limiter::new(cap);
            let mut times = Vec::new();
            for (pause, what) in steps {
                tokio::time::advance(Duration::from_millis(pause)).await;
                let now = Instant::now();
                let count = if what == 7 { 2.min(cap) } else { 1 };
                if limiter.lock().take(now, count).is_none() {
                    if what == 6 {
                        limiter.refund(&Pass { left: count, at: now });
                    } else {
                        times.extend(std::iter::repeat_n(now, count as usize));
                    }
                }
            }
            assert!(worst_window(&times) <= cap as usize);
        });
    }
}
