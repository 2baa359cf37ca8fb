//! What reading costs: `cargo bench --bench reading`. A page of the list with 100 conversations, and 100 reads of one each, all of real size:
//! beside the same bytes as a plain `serde_json::Value`, and beside the vendor's Python SDK, all in one run; promised is the page. Then how
//! long the real client takes to the first usable row and to the whole roster, beside what the allowance sets. Needs Python 3 and its
//! registry for the SDK (or `UNSTICK_BENCH_PYTHON`, a Python that has it), and says so where it has to do without. `-- --quick` lists 2,000
//! chats instead of 10,000.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a measuring program says what it finds and stops where it cannot"
)]

mod bodies;
mod console;
mod promise;
mod served;
mod vendor;

use std::hint::black_box;
use std::path::Path;
use std::time::{Duration, Instant};

use console::{Console, PER_MINUTE, of_all_ages, processor_time};
use jiff::{SignedDuration, Timestamp};
use promise::{head, promised, reported};
use served::Home;
use unstick::domain::ids::ConversationId;
use unstick::engine::ports::{PAGE_SIZE, PageWanted};
use unstick::genesys::{page_of_body, read_of_body};

/// How often each way takes its turn; the two take turns, so that a busy machine slows both.
const ROUNDS: usize = 201;
/// Listing's share of the allowance.
const SHARE: f64 = 0.4;
/// Windows of 31 days back to the horizon, each counted by one request.
const WINDOWS: u32 = 12;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let is_quick = std::env::args().any(|word| word == "--quick");
    head();
    parsing();
    listing(if is_quick { 2_000 } else { 10_000 }).await;
}

/// Ours and the plain way, the medians.
struct Times {
    ours: Duration,
    plain: Duration,
}

/// The time of both ways over these bodies, what they allocate given back.
fn times<T>(bodies: &[Vec<u8>], mut ours: impl FnMut(usize, Vec<u8>) -> T) -> Times {
    let mut took = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        // The body itself is there already when its answer is read.
        let copies = bodies.to_vec();
        let begun = Instant::now();
        for (number, body) in copies.into_iter().enumerate() {
            drop(black_box(ours(number, body)));
        }
        took.0.push(begun.elapsed());
        let copies = bodies.to_vec();
        let begun = Instant::now();
        for body in copies {
            drop(black_box(
                serde_json::from_slice::<serde_json::Value>(&body).unwrap(),
            ));
        }
        took.1.push(begun.elapsed());
    }
    Times {
        ours: median(took.0),
        plain: median(took.1),
    }
}

fn median(mut of: Vec<Duration>) -> Duration {
    of.sort();
    of[of.len() / 2]
}

fn parsing() {
    let page = vec![serde_json::to_vec(&bodies::page(100)).unwrap()];
    let (ids, reads): (Vec<String>, Vec<Vec<u8>>) = (0..100)
        .map(bodies::conversation)
        .map(|(id, body)| (id, serde_json::to_vec(&body).unwrap()))
        .unzip();
    let ids: Vec<ConversationId> = ids.iter().map(|id| id.parse().unwrap()).collect();
    let now: Timestamp = "2026-11-18T12:00:00Z".parse().unwrap();
    let wanted = PageWanted {
        from: now - SignedDuration::from_hours(24),
        to: now,
        number: 1,
        size: PAGE_SIZE,
    };
    let of_page = times(&page, |_, body| {
        let page = page_of_body(body, wanted, now).unwrap();
        assert_eq!((page.rows.len(), page.unreadable), (100, 0));
        page
    });
    let of_reads = times(&reads, |number, body| {
        let read = read_of_body(body, ids[number], now).unwrap();
        assert_eq!(read.conversation.participants.len(), 4);
        read
    });
    let home = Home::new("reading");
    let by_vendor = by_vendor(&home.0, &page, &reads);
    let ways = [
        ("a page of the list, 100 rows", page, of_page, true),
        ("100 reads of one each", reads, of_reads, false),
    ];
    for (place, (what, bodies, times, is_promised)) in ways.into_iter().enumerate() {
        let compared = |with: &str, ratio: f64, least: f64| {
            let (what, measured) = (
                format!("{what}: faster than {with}"),
                format!("{ratio:.2} ×"),
            );
            if is_promised {
                promised(
                    &what,
                    &measured,
                    &format!("at least {least} ×"),
                    ratio >= least,
                );
            } else {
                reported(&what, &measured);
            }
        };
        let size: usize = bodies.iter().map(Vec::len).sum();
        reported(
            &format!("{what}: size"),
            &format!("{}.{} KB each", size / 100_000, size / 10_000 % 10),
        );
        reported(&format!("{what}: here"), &format!("{:.2?}", times.ours));
        reported(
            &format!("{what}: as a plain Value"),
            &format!("{:.2?}", times.plain),
        );
        let ratio = times.plain.as_secs_f64() / times.ours.as_secs_f64();
        compared("a Value", ratio, 3.0);
        match &by_vendor {
            Ok(took) => {
                let took = took[place];
                reported(&format!("{what}: Python SDK"), &format!("{took:.0?}"));
                let ratio = took.as_secs_f64() / times.ours.as_secs_f64();
                compared("the SDK", ratio, 100.0);
            }
            Err(why) => println!("{what}: NOT COMPARED WITH THE PYTHON SDK: {why}"),
        }
    }
}

/// How long the vendor's SDK takes for the page and for the reads.
fn by_vendor(folder: &Path, page: &[Vec<u8>], reads: &[Vec<u8>]) -> Result<Vec<Duration>, String> {
    let written = |name: &str, bodies: &[Vec<u8>]| {
        let file = folder.join(name);
        std::fs::write(&file, bodies.join(&b'\n')).unwrap();
        file
    };
    let (page, reads) = (written("page", page), written("reads", reads));
    vendor::deserialised(&[
        ("AnalyticsConversationQueryResponse", &page),
        ("Conversation", &reads),
    ])
}

/// The real client, from its start to the first row and to the last.
async fn listing(chats: usize) {
    let served = of_all_ages(chats);
    let used = processor_time();
    let begun = Instant::now();
    let mut console = Console::of(&served);
    let until = begun + Duration::from_secs(3600);
    console.watch(|app| !app.roster.is_empty(), until).await;
    let first = begun.elapsed();
    let second = Duration::from_secs(1);
    promised(
        "start to the first row",
        &format!("{first:.0?}"),
        "under 1 s",
        first < second,
    );
    console.watch(|app| app.chats.counts.read > 0, until).await;
    reported(
        "start to the first row whose kind is known",
        &format!("{:.0?}", begun.elapsed()),
    );
    console
        .watch(|app| app.link.listed_at.is_some(), until)
        .await;
    let took = begun.elapsed();
    assert_eq!(console.app.roster.len(), chats);
    let requests = f64::from(WINDOWS + console.pages);
    let set = 60.0 * requests / (f64::from(PER_MINUTE) * SHARE);
    let ratio = took.as_secs_f64() / set;
    let what = format!("{chats} chats, all listed in {took:.1?}");
    promised(
        &what,
        &format!("{ratio:.2} of {set:.0} s"),
        "at most 1.1 of what 40 % of 200/min set",
        ratio <= 1.1,
    );
    let percent = 100.0 * processor_time().saturating_sub(used).as_secs_f64() / took.as_secs_f64();
    reported(
        "processor meanwhile, folding included",
        &format!("{percent:.1} % of one core"),
    );
    println!(
        "most requests in a minute: {}; longest fold of one turn: {:.1?}",
        console.most, console.slowest
    );
    console.shares(took, used);
}
