//! Obligations to clocks, metrics, and how times and durations are read.

pub mod time;
