//! What the requests of the log come to: how long answers take, what failed, what waited; and for whom the newest minute was used.

use jiff::{SignedDuration, Timestamp};

use crate::domain::moment::since;
use crate::domain::request_line::{Asker, RequestLine};

/// What requests come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Figures {
    /// Half of the answers took at most so many milliseconds.
    pub median: Option<u64>,
    /// So did 95 of 100.
    pub p95: Option<u64>,
    /// Without an answer, or with one that is no 2xx.
    pub failed: usize,
    /// Sent again.
    pub retried: usize,
    /// Those that waited for their turn for a second or longer.
    pub waited: usize,
    /// Bytes of all answers.
    pub bytes: u64,
}

/// From how many milliseconds on a wait is one.
pub const WAIT: u64 = 1000;

impl Figures {
    /// Those of these requests.
    pub fn of<'a>(lines: impl IntoIterator<Item = &'a RequestLine>) -> Self {
        let lines: Vec<&RequestLine> = lines.into_iter().collect();
        let answered = lines.iter().filter(|line| line.receipt.status.is_some());
        let mut took: Vec<u64> = answered.map(|line| line.receipt.took_ms).collect();
        took.sort_unstable();
        // So many of them took at most that long: never fewer, so the place is rounded up.
        let at = |hundredth: usize| {
            let place = (took.len() * hundredth).div_ceil(100);
            took.get(place.checked_sub(1)?).copied()
        };
        let count =
            |is_meant: fn(&RequestLine) -> bool| lines.iter().filter(|line| is_meant(line)).count();
        Self {
            median: at(50),
            p95: at(95),
            failed: count(|line| !line.is_well()),
            retried: count(|line| line.attempt > 1),
            waited: count(|line| line.passage.waited_ms >= WAIT),
            bytes: lines.iter().map(|line| line.passage.bytes).sum(),
        }
    }

    /// `median 205 ms   p95 430 ms   failed 0   retried 1   waited 2   1.8 MB`.
    pub fn words(&self) -> String {
        let ms = |took: Option<u64>| took.map_or_else(|| "-".to_owned(), |took| took.to_string());
        format!(
            "median {} ms   p95 {} ms   failed {}   retried {}   waited {}   {}",
            ms(self.median),
            ms(self.p95),
            self.failed,
            self.retried,
            self.waited,
            size(self.bytes)
        )
    }
}

/// `812 B`, `12 kB`, `1.8 MB`.
pub fn size(bytes: u64) -> String {
    match bytes {
        0..1_000 => format!("{bytes} B"),
        1_000..1_000_000 => format!("{} kB", bytes.div_ceil(1000)),
        _ => {
            let tenths = bytes / 100_000;
            format!("{}.{} MB", tenths / 10, tenths % 10)
        }
    }
}

/// For whom the requests of the last minute left: `run 70, poll 12`.
pub fn shares<'a>(lines: impl Iterator<Item = &'a RequestLine>, now: Timestamp) -> String {
    let minute = SignedDuration::from_mins(1);
    let mut counts = [Asker::Run, Asker::Asked, Asker::Poll, Asker::Token].map(|by| (by, 0));
    for line in lines.filter(|line| since(line.at, now) < minute) {
        for (by, count) in &mut counts {
            *count += usize::from(*by == line.by);
        }
    }
    let told = counts.iter().filter(|(_, count)| *count > 0);
    let told: Vec<String> = told
        .map(|(by, count)| format!("{} {count}", by.word()))
        .collect();
    told.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::failure::Receipt;
    use crate::domain::request_line::Passage;

    fn took(number: u64, took_ms: u64) -> RequestLine {
        RequestLine {
            number,
            at: Timestamp::UNIX_EPOCH,
            method: "GET".to_owned(),
            path: "/api/v2/users/me".to_owned(),
            by: Asker::Poll,
            attempt: 1,
            receipt: Receipt {
                status: Some(200),
                took_ms,
                ..Receipt::default()
            },
            trouble: None,
            passage: Passage::default(),
        }
    }

    #[test]
    fn so_many_of_a_hundred_took_at_most_what_is_said_and_not_less() {
        let figures = |times: &[u64]| {
            let lines: Vec<RequestLine> = (1..)
                .zip(times)
                .map(|(number, ms)| took(number, *ms))
                .collect();
            let figures = Figures::of(&lines);
            (figures.median, figures.p95)
        };
        assert_eq!(figures(&[]), (None, None));
        assert_eq!(figures(&[40]), (Some(40), Some(40)));
        assert_eq!(figures(&[900, 40]), (Some(40), Some(900)));
        assert_eq!(figures(&[3, 1, 2]), (Some(2), Some(3)));
        let hundred: Vec<u64> = (1..=100).collect();
        assert_eq!(figures(&hundred), (Some(50), Some(95)));
    }

    #[test]
    fn what_left_more_than_a_minute_ago_is_nobodys_share() {
        let mut lines = [took(1, 5), took(2, 5), took(3, 5)];
        lines[1].by = Asker::Run;
        lines[2].at = Timestamp::UNIX_EPOCH + SignedDuration::from_secs(30);
        let at = |second: i64| Timestamp::from_second(second).unwrap();
        assert_eq!(shares(lines.iter(), at(59)), "run 1, poll 2");
        assert_eq!(shares(lines.iter(), at(60)), "poll 1");
    }

    #[test]
    fn sizes_are_never_said_smaller_than_a_thing_that_is_there() {
        let told = [
            (0, "0 B"),
            (999, "999 B"),
            (1001, "2 kB"),
            (1_800_000, "1.8 MB"),
        ];
        for (bytes, words) in told {
            assert_eq!(size(bytes), words);
        }
    }
}
