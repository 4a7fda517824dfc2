//! The incident and what it is made of: plain types, no input or output.

mod answers;
pub mod decision;
pub mod duration;
pub mod entry;
pub mod evidence;
mod fields;
pub mod fold;
pub mod id;
pub mod incident;
pub mod instant;
pub mod lifecycle;
pub mod limit;
pub mod milestone;
pub mod record;
pub mod rollback_plan;
pub mod zone;

pub use answers::Answers;
pub use entry::{Entry, Kind};
pub use fold::fold;
pub use id::Id;
pub use incident::{Incident, Status};
pub use milestone::Milestone;
pub use record::Record;
pub use rollback_plan::RollbackPlan;
pub use zone::Zone;
