//! What people and machines read: documents, tables, formats of findings.

pub mod findings;
mod formats;
