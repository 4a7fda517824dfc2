//! Telling people: who is behind a name, what fell due, and the channels that carry a message to them.
//!
//! Messages leave after the commit, and only from a clone that trusts its `inc.yaml`. What came of each is an
//! entry of its own.

pub mod deliver;
pub mod fallen;
pub mod message;
#[cfg(feature = "notify")]
mod net;
pub mod people;
pub mod placeholders;
mod program;
pub mod send;
