//! The steps of an incident's life, a command each.

use anyhow::Result;

use super::Done;
use crate::change::Change;
use crate::context::Context;
use crate::model::Milestone;
use crate::model::entry::Kind;
use crate::render::clocks::since;

macro_rules! step {
    ($(#[$doc:meta])* $name:ident, $run:ident, $milestone:ident) => {
        $(#[$doc])*
        #[derive(Debug, clap::Args)]
        pub struct $name {
            /// What to note beside it
            #[arg(value_name = "TEXT")]
            pub text: Vec<String>,
        }

        /// Takes the step.
        ///
        /// # Errors
        /// The step is not legal now, or an unmet obligation holds it up.
        pub fn $run(context: &Context, args: &$name) -> Result<Done> {
            let milestone = Milestone::$milestone;
            take(context, milestone, Kind::Milestone(milestone), &args.text.join(" "))
        }
    };
}

step!(
    /// Take the incident: somebody has seen it
    ///
    /// Stops the clocks that wait for somebody to answer. Back-date it with `--at 14:32` or `--at "3m ago"`.
    Ack, ack, Acknowledged
);
step!(
    /// Say that work on it has begun
    Respond, respond, Responded
);
step!(
    /// Say that the cause is known
    ///
    /// The text says what it is: `inc identify "connection pool exhausted"`. The root cause of the report is a
    /// field of the record, `inc update --set analysis.root_cause.text=…`.
    Identify, identify, Identified
);
step!(
    /// Say that users no longer suffer, though the cause may stand
    Mitigate, mitigate, Mitigated
);
step!(
    /// Say that it is over
    ///
    /// From here on each command renders INCIDENT.md with what it writes. If it was not over, `inc reopen`.
    Resolve, resolve, Resolved
);
step!(
    /// Say that somebody checked that it is over
    Verify, verify, Verified
);
step!(
    /// Close it: nothing is left to do
    Close, close, Closed
);

/// Take a resolution back: it was not over
///
/// Clocks that ended with the resolution run again from their own start.
#[derive(Debug, clap::Args)]
pub struct Reopen {
    /// Why
    #[arg(long, value_name = "REASON")]
    pub reason: String,
}

/// Withdraws the resolution.
///
/// # Errors
/// It is not resolved.
pub fn reopen(context: &Context, args: &Reopen) -> Result<Done> {
    let reason = crate::context::line("the reason", &args.reason)?;
    take(context, Milestone::Reopened, Kind::Reopened { reason }, "")
}

fn take(context: &Context, milestone: Milestone, kind: Kind, text: &str) -> Result<Done> {
    let mut change = Change::open(context, None)?;
    change.step(milestone, kind, text)?;
    change.save(&change.message(milestone.name()))?;
    let since = since(&change.incident, milestone).map(|s| format!(", {s}")).unwrap_or_default();
    let zone = change.process().timezone;
    let at = crate::clock::time::format_beside(change.at, context.now, zone);
    context.ui.out(&format!("{} {milestone} at {at}{since}", change.folder.id));
    context.ui.out(&change.next_due(3));
    Ok(Done::Clean)
}
