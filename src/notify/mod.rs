//! Telling people: who is behind a name, and the channels that carry a message to them.

pub mod fallen;
pub mod people;
pub mod placeholders;
