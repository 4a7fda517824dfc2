//! A team's process, read from `process.yaml`: the house rules as data.
//!
//! A process is whole: nothing extends anything. Keys are listed worst first, first first or in the order
//! of the document that they come from, and each may name its clause in `source`.

pub mod builtin;
pub mod classify;
pub mod communication;
pub mod documents;
pub mod event;
pub mod facts;
pub mod number;
pub mod obligation;
pub mod offices;
pub mod people;
pub mod postmortem;
pub mod response;
pub mod severity;
pub mod shape;
pub mod validate;
pub mod warroom;

pub use communication::Communication;
pub use event::Event;
pub use facts::{Truth, When};
pub use obligation::Obligation;
pub use severity::Severity;
pub use shape::Process;
