//! `inc` keeps a team's incidents as files in its git repository.
//!
//! An incident is its timeline: each command appends one small file that says what happened. Everything
//! else (status, severity, clocks, findings, documents) is computed, in one direction:
//! entries, record, process and now go in; [`model::Incident`] is folded; [`clock`], [`rules`] and
//! [`render`] read it. `model`, `process`, `clock` and `rules` touch no file, no clock, no environment.

pub mod change;
pub mod check;
pub mod cli;
pub mod clock;
pub mod commands;
pub mod context;
pub mod documents;
pub mod error;
mod fault;
pub mod git;
pub mod model;
pub mod notify;
pub mod process;
pub mod progress;
pub mod render;
pub mod rules;
pub mod store;
pub mod trust;
pub mod ui;
