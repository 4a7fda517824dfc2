//! What people and machines read: documents from templates, the managed blocks of documents that people write,
//! tables, formats of findings.

mod block;
mod context;
pub mod documents;
mod engine;
pub mod escape;
mod filters;
pub mod findings;
mod formats;
pub mod forms;
pub mod managed;
mod shape;
pub mod terminal;

pub use documents::{Templates, render};
