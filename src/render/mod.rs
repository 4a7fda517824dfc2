//! What people and machines read: documents from templates, the managed blocks of documents that people write,
//! screens and tables for a terminal, JSON, formats of findings.

pub mod actions;
mod block;
pub mod brief;
pub mod clocks;
pub mod columns;
mod context;
pub mod declared;
pub mod documents;
mod engine;
pub mod escape;
mod filters;
pub mod findings;
mod formats;
pub mod forms;
pub mod ics;
pub mod json;
pub mod listing;
pub mod managed;
mod messages;
pub mod metrics;
pub mod process;
pub mod registry;
pub mod screen;
pub mod severities;
mod shape;
pub mod steps;
pub mod terminal;
pub mod timeline;

pub use documents::{People, Templates, Values, render};
