//! `inc rollback`

mod execute;
mod order;
mod plan;
mod show;
mod target;

use anyhow::Result;

use super::Done;
use crate::change::Change;
use crate::context::Context;
use crate::error::{plain, refused};
use crate::model::RollbackPlan;
use crate::model::entry::{Kind, RollbackStep};
use crate::model::rollback_plan::RollbackPlan as Planned;
use crate::store::rollback::{PLAN, digest};

use order::{in_order, steps};
pub(crate) use target::repository;

/// Go back to a state that is known to be stable: plan, validate, approve, execute, verify
///
/// `inc` records each step, in order. It runs nothing, unless the plan names a command and this clone trusts the plan
/// (`inc trust --rollback`). Without a subcommand, shows the plan and how far it is.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    Plan(plan::Args),
    Validate(Validate),
    Approve(Approve),
    Execute(execute::Args),
    Verify(Verify),
}

/// Check that the target is what the plan says, and stable as the process asks
#[derive(Debug, clap::Args)]
pub struct Validate {
    /// Where the repository of the tag lies.
    #[command(flatten)]
    pub place: Elsewhere,
}

/// Where the repository of the tag lies.
#[derive(Debug, Default, clap::Args)]
pub struct Elsewhere {
    /// Where the plan's repository lies here, when it is not inside this one
    #[arg(long, value_name = "PATH")]
    pub repo: Option<String>,
}

/// The name under which a rollback is approved.
pub(super) const ROLLBACK: &str = "rollback";

/// Approve the plan, as `inc approve rollback` does
#[derive(Debug, Default, clap::Args)]
pub struct Approve {
    /// The role or post in which it is approved
    #[arg(long = "as", value_name = "ROLE")]
    pub as_role: Option<String>,
    /// Where the repository of the tag lies.
    #[command(flatten)]
    pub place: Elsewhere,
    /// What to note beside it; `-` reads standard input
    #[arg(value_name = "TEXT")]
    pub text: Vec<String>,
}

/// Say what the checks afterwards gave
#[derive(Debug, clap::Args)]
pub struct Verify {
    /// Whether the state is as it should be
    #[arg(long, value_enum, value_name = "RESULT")]
    pub result: Outcome,
    /// What was seen
    #[arg(value_name = "TEXT")]
    pub text: Vec<String>,
}

/// What a rollback came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Outcome {
    /// It is as it should be
    Ok,
    /// It is not
    Failed,
}

/// Runs the subcommand.
///
/// # Errors
/// As each says.
pub fn run(context: &Context, args: &Args) -> Result<Done> {
    match &args.command {
        None => show::run(context),
        Some(Command::Plan(args)) => plan::run(context, args),
        Some(Command::Validate(args)) => validate(context, args),
        Some(Command::Approve(args)) => approve(context, args),
        Some(Command::Execute(args)) => execute::run(context, args),
        Some(Command::Verify(args)) => verify(context, args),
    }
}

/// The plan as its file says it.
pub(super) fn planned(change: &Change<'_>) -> Result<RollbackPlan> {
    let plan = change.store.rollback_plan(&change.folder)?;
    plan.ok_or_else(|| {
        refused(format!("{} has no {PLAN}", change.folder.path.display()))
            .hint("`inc rollback plan` drafts one; if it is lost, git has it")
            .into()
    })
}

/// Holds the plan to what the last step was taken on.
fn unchanged(change: &Change<'_>, plan: &Planned) -> Result<()> {
    let last = steps(&change.incident).next_back();
    let Some((entry, Kind::Rollback { step, sha256: Some(was), .. })) = last.map(|e| (e, &e.kind)) else {
        return Ok(());
    };
    if *was == digest(plan)? {
        return Ok(());
    }
    Err(refused(format!("{PLAN} is not what was {} by {}", step.name(), plain(&entry.by)))
        .hint(format!("`git log -p -- {}` shows what changed", change.folder.path.join(PLAN).display()))
        .hint("put it back, or plan anew: `inc rollback plan`")
        .into())
}

/// Adds a step's entry, which holds the plan's digest.
fn record(
    change: &mut Change<'_>,
    step: RollbackStep,
    plan: &Planned,
    result: Option<String>,
    text: &str,
) -> Result<()> {
    let target = Some(plan.target.tag.clone());
    change.add(Kind::Rollback { step, target, result, sha256: Some(digest(plan)?) }, text);
    Ok(())
}

/// Saves a step, and says it and what is next.
fn finish(context: &Context, change: &mut Change<'_>, step: RollbackStep, plan: &Planned) -> Result<Done> {
    let what = format!("rollback to {} {}", plan.target.tag, step.name());
    change.save(&change.message(&what))?;
    context.ui.out(&format!(
        "{} {} {} {}, {}",
        change.folder.id,
        plan.id,
        step.name(),
        plain(&plan.target.tag),
        target::short(&plan.target.commit)
    ));
    if step != RollbackStep::Verified {
        context.ui.say(&format!("next: {}", order::next(change.process(), Some(step))));
    }
    Ok(Done::Clean)
}

fn validate(context: &Context, args: &Validate) -> Result<Done> {
    let mut change = Change::open(context, None)?;
    in_order(&change, RollbackStep::Validated)?;
    let plan = planned(&change)?;
    unchanged(&change, &plan)?;
    target::unmoved(&change, &plan, &args.place)?;
    let result = Some(plan.target.stable_because.clone());
    record(&mut change, RollbackStep::Validated, &plan, result, "")?;
    finish(context, &mut change, RollbackStep::Validated, &plan)
}

/// Approves the plan, for `inc rollback approve` and `inc approve rollback` alike.
///
/// # Errors
/// It does not come next, the plan or its target has changed, or who writes may not approve it.
pub(super) fn approve(context: &Context, args: &Approve) -> Result<Done> {
    let text = super::timeline::text(context, &args.text)?;
    let mut change = Change::open(context, None)?;
    in_order(&change, RollbackStep::Approved)?;
    let plan = planned(&change)?;
    unchanged(&change, &plan)?;
    target::unmoved(&change, &plan, &args.place)?;
    let process = &change.found.clone().process;
    let office =
        super::approve::office(&change, ROLLBACK, &process.rollback.approvers, args.as_role.as_deref())?;
    if process.rollback.second_person {
        let makers = [plan.decision.decider.clone(), plan.created_by.clone()];
        super::approve::second_person(&change, "decided on the rollback", &makers)?;
    }
    record(&mut change, RollbackStep::Approved, &plan, None, "")?;
    change.add(Kind::Approved { what: ROLLBACK.to_owned(), as_role: office.clone() }, &text);
    change.save(&change.message("rollback approved"))?;
    context.ui.out(&super::approve::said(&change, ROLLBACK, office.as_deref()));
    context.ui.out(&change.next_due(3));
    context.ui.say(&format!("next: {}", order::next(process, Some(RollbackStep::Approved))));
    Ok(Done::Clean)
}

fn verify(context: &Context, args: &Verify) -> Result<Done> {
    let said = super::timeline::text(context, &args.text)?;
    let mut change = Change::open(context, None)?;
    in_order(&change, RollbackStep::Verified)?;
    let plan = planned(&change)?;
    unchanged(&change, &plan)?;
    let result = match args.result {
        Outcome::Ok => "ok",
        Outcome::Failed => "failed",
    };
    record(&mut change, RollbackStep::Verified, &plan, Some(result.to_owned()), &said)?;
    let done = finish(context, &mut change, RollbackStep::Verified, &plan)?;
    context.ui.say(match args.result {
        Outcome::Ok => "it worked: `inc mitigate` or `inc resolve` says so for the incident",
        Outcome::Failed => "it did not work: `inc rollback plan` plans another, `inc escalate` gets help",
    });
    Ok(done)
}
