//! Chance that can be repeated: the tests' one source of random numbers beside proptest's.

/// Random numbers that a seed repeats (splitmix64).
#[derive(Debug, Clone, Copy)]
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// A number below the limit.
    pub(crate) fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % limit.max(1)
    }

    /// True this often in a thousand.
    pub(crate) fn in_thousand(&mut self, chances: u64) -> bool {
        self.below(1000) < chances
    }

    /// True this often in ten.
    pub(crate) fn in_ten(&mut self, chances: u64) -> bool {
        self.below(10) < chances
    }

    /// A number of milliseconds below this limit.
    pub(crate) fn ms(&mut self, limit: u64) -> i64 {
        i64::try_from(self.below(limit)).unwrap()
    }

    /// One of these.
    pub(crate) fn of<T: Clone>(&mut self, choices: &[T]) -> T {
        let index = self.below(u64::try_from(choices.len()).unwrap());
        choices[usize::try_from(index).unwrap()].clone()
    }
}
