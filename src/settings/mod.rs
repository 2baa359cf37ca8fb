//! Flags, environment, file and defaults become one [`Settings`] value. Knows files and words; sends nothing and draws nothing.

mod nearest;
pub mod region;
