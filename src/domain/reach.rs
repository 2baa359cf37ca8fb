//! How far the list reaches back, and what is still missing of it.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::failure::Failure;

/// How far the list reaches: the time back to the horizon is listed in windows, because the platform gives at most 31 days at once.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Reach {
    /// Where the window of the past begins whose list is under way, if one is.
    pub from: Option<Timestamp>,
    /// Pages of the list under way that have come.
    pub page: u32,
    /// Pages that it has.
    pub pages: u32,
    /// Conversations named so far, over all windows.
    pub named: u32,
    /// Conversations that the service counts, over all windows that were asked.
    pub counted: u32,
    /// How many windows there are.
    pub windows: u32,
    /// Of those, how many the service does not list.
    pub refused: u32,
    /// Why not, of the newest of them.
    pub why: Option<Failure>,
    /// Rows of the list that could not be understood, and are left out.
    pub unreadable: u32,
    /// Every window was listed once, as far as the service gives it.
    pub is_whole: bool,
    /// What is named is what there is; else rows may be missing, or be over.
    pub is_exact: bool,
}

impl Reach {
    /// What is being listed, in words: `looking back to May, 41,200 of 100,000`; nothing where no list is under way that somebody waits
    /// for.
    pub fn words(&self, now: Timestamp) -> Option<String> {
        if self.is_whole {
            return None;
        }
        let count = match (self.named, self.counted) {
            (_, 0) => String::new(),
            (named, counted) => format!(", {} of {}", grouped(named), grouped(counted.max(named))),
        };
        Some(match self.from {
            Some(from) => format!("looking back to {}{count}", month(from, now)),
            None if self.pages > 1 => format!("loading, {} of {} pages", self.page, self.pages),
            None => format!("loading{count}"),
        })
    }

    /// There is more than is listed.
    pub fn is_short(&self) -> bool {
        self.windows > 0 && (!self.is_whole || self.gap().is_some())
    }

    /// How many of its windows the list has, where the service does not give some; else how many of its rows say nothing.
    pub fn gap(&self) -> Option<String> {
        let had = self.windows.saturating_sub(self.refused);
        match (self.refused, self.unreadable) {
            (0, 0) => None,
            (0, 1) => Some("1 row unreadable".to_owned()),
            (0, rows) => Some(format!("{} rows unreadable", grouped(rows))),
            _ => Some(format!("{had} of {} windows", self.windows)),
        }
    }

    /// The same in whole sentences, for somebody who has a list and no more: each says what is not there, why, and what to do.
    pub fn warnings(&self) -> Vec<String> {
        let mut warnings = Vec::new();
        let why = self.why.as_ref().map_or_else(String::new, |why| {
            let id = why.receipt.correlation.as_ref();
            let id = id.map_or_else(String::new, |id| format!(", correlation {id}"));
            format!(" ({}{id})", why.short())
        });
        if let Some(gap) = self.gap().filter(|_| self.refused > 0) {
            warnings.push(format!(
                "only {gap} could be listed: the service does not give the others{why}. They may lie too far back: see `horizon_days`; if not, list again"
            ));
        } else if !self.is_whole && self.windows > 0 {
            warnings.push(format!(
                "not everything could be listed{why}. List again to see all of it"
            ));
        }
        if self.unreadable > 0 {
            let rows = if self.unreadable == 1 {
                "1 row".to_owned()
            } else {
                format!("{} rows", grouped(self.unreadable))
            };
            warnings.push(format!(
                "{rows} of the list cannot be read and are left out: damaged, or new to this version. Look for a newer version"
            ));
        }
        warnings
    }
}

/// `May`, and of another year `May 2025`.
fn month(at: Timestamp, now: Timestamp) -> String {
    let (at, now) = (at.to_zoned(TimeZone::UTC), now.to_zoned(TimeZone::UTC));
    let form = if at.year() == now.year() {
        "%b"
    } else {
        "%b %Y"
    };
    at.strftime(form).to_string()
}

/// `41,200`.
pub fn grouped(number: u32) -> String {
    let digits = number.to_string();
    let mut words = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            words.push(',');
        }
        words.push(digit);
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped_by_thousands() {
        let words = [0, 999, 1000, 41_200, 100_000, 1_234_567].map(grouped);
        let wanted = ["0", "999", "1,000", "41,200", "100,000", "1,234,567"];
        assert_eq!(words, wanted);
    }

    #[test]
    fn what_is_listed_is_said_until_all_of_it_is_there() {
        let now = "2026-11-26T06:00:00Z".parse().unwrap_or_default();
        let reach = Reach {
            from: "2026-05-03T00:00:00Z".parse().ok(),
            named: 41_200,
            counted: 100_000,
            ..Reach::default()
        };
        let words = |reach: &Reach| reach.words(now).unwrap_or_default();
        assert_eq!(words(&reach), "looking back to May, 41,200 of 100,000");
        let last_year = Reach {
            from: "2025-12-03T00:00:00Z".parse().ok(),
            counted: 0,
            ..reach.clone()
        };
        assert_eq!(words(&last_year), "looking back to Dec 2025");
        let present = Reach {
            from: None,
            page: 2,
            pages: 3,
            ..reach.clone()
        };
        assert_eq!(words(&present), "loading, 2 of 3 pages");
        let whole = Reach {
            is_whole: true,
            ..reach
        };
        assert_eq!(whole.words(now), None);
    }
}
