//! The random part of ids and file names, injected as time is.

use std::cell::Cell;
use std::hash::{BuildHasher, Hasher, RandomState};

/// A source of random bits; with a seed, always the same ones.
#[derive(Debug)]
pub struct Random(Cell<u64>);

impl Random {
    /// Random bits from the operating system, or from a seed.
    #[must_use]
    pub fn new(seed: Option<u64>) -> Self {
        Self(Cell::new(seed.unwrap_or_else(|| RandomState::new().build_hasher().finish())))
    }

    /// The next 64 bits. Splitmix64: good for names, not for secrets.
    pub fn next(&self) -> u64 {
        let state = self.0.get().wrapping_add(0x9e37_79b9_7f4a_7c15);
        self.0.set(state);
        let mixed = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// Four random characters of Crockford's base 32.
    pub fn suffix(&self) -> String {
        crate::model::id::suffix(self.next())
    }
}
