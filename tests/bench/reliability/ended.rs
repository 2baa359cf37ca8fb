//! What ending one conversation costs: the real client, engine and journal against the sandbox over HTTP, without trouble and with one
//! request in ten going wrong.

use std::time::{Duration, Instant};

use unstick::domain::fact::FinalState;
use unstick::domain::item::Item;
use unstick::domain::kind::Kind;
use unstick::domain::run::Run;
use unstick::genesys::Timeouts;

use super::carrying::{carried_out, planned};
use super::organisation::Organisation;
use super::report::Row;

/// What is ended, and how many requests it may take without trouble.
const SORTS: [(&str, Kind, f64); 3] = [
    ("one person's leg", Kind::Orphan, 4.0),
    ("one, and a bot's", Kind::BotLoop, 7.0),
    ("two people's", Kind::Idle, 7.0),
];
/// How much more it may take when one request in ten goes wrong.
const MORE: f64 = 1.25;

/// Both organisations at once.
pub(crate) async fn requests_each(is_quick: bool) -> Vec<Row> {
    let each = if is_quick { 20 } else { 100 };
    let began = Instant::now();
    let (sound, troubled) = tokio::join!(end_all(each, false), end_all(each, true));
    let mut rows = Vec::new();
    for (sort, kind, bound) in SORTS {
        for (run, trouble, most) in [
            (&sound, "no trouble", bound),
            (&troubled, "10 % trouble", bound * MORE),
        ] {
            let (ended, mean) = mean(run, kind);
            rows.push(Row {
                promise: "few requests for each conversation (HTTP)",
                tried: format!("{ended} ended, {sort}, {trouble}: {mean:.2}, at most {most:.2}"),
                broke: Some(usize::from(mean > most || ended == 0)),
                took: began.elapsed(),
                seeds: "1".to_owned(),
            });
        }
    }
    rows
}

/// How many of a kind were ended, and what each took, of those that came to their end.
#[expect(clippy::cast_precision_loss, reason = "hundreds")]
fn mean(run: &Run, kind: Kind) -> (usize, f64) {
    let is_ended = |item: &&Item| {
        let state = item.settled.as_ref().map(|(settled, _)| settled.state);
        item.plan.kind == kind && state == Some(FinalState::Ended)
    };
    let requests: Vec<u32> = run
        .items
        .iter()
        .filter(is_ended)
        .map(|item| item.requests)
        .collect();
    (
        requests.len(),
        f64::from(requests.iter().sum::<u32>()) / requests.len().max(1) as f64,
    )
}

async fn end_all(each: usize, is_troubled: bool) -> Run {
    let timeouts = Timeouts {
        read: Duration::from_secs(5),
        ..Timeouts::default()
    };
    let place = Organisation::start(&scenario(each), 3_000, timeouts).await;
    let planned = planned(&place, &SORTS.map(|(_, kind, _)| kind)).await;
    if is_troubled {
        place.order_trouble("/conversations/").await;
    }
    carried_out(&place, planned, 24).await
}

/// Chats of each sort, at a rate that nobody waits for.
fn scenario(each: usize) -> String {
    let chat = |kind: &str, more: &str| {
        format!("[[chat]]\nkind = \"{kind}\"\nlabel = \"{kind}\"\ncount = {each}\n{more}\n")
    };
    format!(
        "description = \"what one end costs\"\n[platform]\nrate_limit = 100000\n{}{}{}",
        chat("orphan", ""),
        chat("bot-loop", "bot_stays = true"),
        chat("idle", "")
    )
}
