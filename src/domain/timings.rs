//! The waiting times of a run.

use jiff::SignedDuration;

/// Waiting times of a run. Parameters, so that tests need not wait; never settings.
#[derive(Debug, Clone)]
pub struct Timings {
    /// How old a read may be when a request leaves that rests on it.
    pub fresh: SignedDuration,
    /// After an accepted request, when its effect is looked for: from the answer on.
    pub settle: Vec<SignedDuration>,
    /// How long machine legs get to end by themselves once the people are gone.
    pub machines: SignedDuration,
    /// Between the two reads of a verification.
    pub verify_gap: SignedDuration,
    /// After an unknown outcome, how long a late effect is awaited before anything is sent again.
    pub quiet: SignedDuration,
    /// The first wait after a failed read; doubled each time.
    pub retry: SignedDuration,
    /// When analytics is asked for the end of a conversation that cannot be found: from the newest failed read on. It lags.
    pub proof: Vec<SignedDuration>,
    /// When analytics is asked for the end of what was torn down though no leg was open: from the answer on, ten minutes in all.
    pub stray: Vec<SignedDuration>,
    /// When an open console looks for late effects at what a run has let go of: from the end of the run on.
    pub watch: Vec<SignedDuration>,
}

impl Default for Timings {
    fn default() -> Self {
        Self {
            fresh: SignedDuration::from_secs(2),
            settle: [1, 3, 7, 15].map(SignedDuration::from_secs).to_vec(),
            machines: SignedDuration::from_secs(10),
            verify_gap: SignedDuration::from_secs(2),
            quiet: SignedDuration::from_secs(15),
            retry: SignedDuration::from_millis(250),
            proof: [0, 2, 5, 10].map(SignedDuration::from_secs).to_vec(),
            stray: [5, 15, 30, 60, 120, 240, 420, 600]
                .map(SignedDuration::from_secs)
                .to_vec(),
            watch: [15, 45, 120, 300, 600]
                .map(SignedDuration::from_secs)
                .to_vec(),
        }
    }
}
