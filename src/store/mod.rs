//! Where files are; reading, appending and editing them.

pub mod atomic;
pub mod edit;
pub mod front_matter;
pub mod yaml;
