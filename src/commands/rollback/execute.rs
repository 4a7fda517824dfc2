//! `inc rollback execute`: the one command that runs what a file of the repository says.
//!
//! That takes three things: the approvals for which the process asks; a plan that is what was approved; and the word of
//! the person at this clone that its command may run (`inc trust --rollback`), which holds for the plan and the code as
//! they were then. A pull request can bring the first two. It cannot bring the third.

use anyhow::Result;

use super::super::{evidence, program};
use super::{Done, Elsewhere, Planned, finish, in_order, planned, record, target, unchanged};
use crate::change::Change;
use crate::context::Context;
use crate::error::{plain, refused};
use crate::model::entry::{Kind, RollbackStep};
use crate::model::instant::compact;
use crate::trust::Thing;

/// Carry it out: run the plan's command, or say that it was carried out by hand
///
/// A command is run in the folder of inc.yaml, without a shell and without input; `INC_INCIDENT`, `INC_ROLLBACK_TAG` and
/// `INC_ROLLBACK_COMMIT` say what it is about. What it prints is kept as evidence. It runs only once this clone
/// trusts it: `inc trust --rollback`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Only say what would run, and what stands in its way
    #[arg(long, conflicts_with = "by_hand")]
    dry_run: bool,
    /// Run nothing: somebody carried it out
    #[arg(long)]
    by_hand: bool,
    #[command(flatten)]
    place: Elsewhere,
    /// What was done, and what happened
    #[arg(value_name = "TEXT")]
    text: Vec<String>,
}

pub(super) fn run(context: &Context, args: &Args) -> Result<Done> {
    let said = super::super::timeline::text(context, &args.text)?;
    let change = Change::open(context, None)?;
    if args.dry_run {
        return dry(context, &change, args);
    }
    in_order(&change, RollbackStep::Executed)?;
    let plan = planned(&change)?;
    unchanged(&change, &plan)?;
    target::unmoved(&change, &plan, &args.place)?;
    let done = if plan.command.is_empty() || args.by_hand {
        let mut change = change;
        record(&mut change, RollbackStep::Executed, &plan, None, &said)?;
        finish(context, &mut change, RollbackStep::Executed, &plan)?
    } else {
        trusted(&change, &plan)?;
        carry_out(context, change, &plan, &said)?
    };
    for check in &plan.checks {
        context.ui.out(&format!("  check: {}", plain(check)));
    }
    Ok(done)
}

fn trusted(change: &Change<'_>, plan: &Planned) -> Result<()> {
    if Thing::plan(&change.repo, &change.store, &change.folder, plan)?.is_trusted(&change.repo) {
        return Ok(());
    }
    let shown = program::shown(&plan.command);
    Err(refused(format!("this clone does not trust the plan's command, `{shown}`: nothing was run"))
        .hint("read it and what it runs, then `inc trust --rollback`: it holds for the plan and the code as they are")
        .hint("`inc rollback execute --by-hand \"what was done\"` records what somebody carried out")
        .into())
}

/// Says what would run, and everything that stands in its way.
fn dry(context: &Context, change: &Change<'_>, args: &Args) -> Result<Done> {
    let plan = planned(change)?;
    if plan.command.is_empty() {
        context.ui.out("would run nothing: the plan names no command");
    } else {
        let root = change.store.root.display();
        context.ui.out(&format!("would run in {root}: {}", program::shown(&plan.command)));
    }
    let to_trust = if plan.command.is_empty() { Ok(()) } else { trusted(change, &plan) };
    let found = [
        in_order(change, RollbackStep::Executed),
        unchanged(change, &plan),
        target::unmoved(change, &plan, &args.place),
        to_trust,
    ];
    let obstacles: Vec<anyhow::Error> = found.into_iter().filter_map(Result::err).collect();
    for obstacle in &obstacles {
        context.ui.out(&format!("but not yet: {obstacle}"));
    }
    Ok(if obstacles.is_empty() { Done::Clean } else { Done::Findings })
}

/// Runs the plan's command. That it begins is committed first, so that one that is cut short has left its trace.
fn carry_out(context: &Context, mut change: Change<'_>, plan: &Planned, said: &str) -> Result<Done> {
    let shown = program::shown(&plan.command);
    change.add(Kind::Note { rule: None }, &format!("Rollback to {} begins: `{shown}`", plan.target.tag));
    change.save(&change.message(&format!("rollback to {} begins", plan.target.tag)))?;
    context.ui.say(&format!("runs {shown}"));
    let limit = change.store.settings.evidence.max_size.0;
    let environment = [
        ("INC_INCIDENT", change.folder.id.as_str()),
        ("INC_ROLLBACK_TAG", &plan.target.tag),
        ("INC_ROLLBACK_COMMIT", &plan.target.commit),
    ];
    let when_full = program::WhenFull::Discard;
    let ended = program::run(&plan.command, &change.store.root, &environment, limit, when_full)?;
    let name = format!("{}-rollback.txt", compact(change.at));
    evidence::preserve(&mut change, &ended, &name, &shown)?;
    record(&mut change, RollbackStep::Executed, plan, Some(ended.how.clone()), said)?;
    finish(context, &mut change, RollbackStep::Executed, plan)?;
    for line in
        String::from_utf8_lossy(&ended.output).lines().rev().take(LAST).collect::<Vec<_>>().iter().rev()
    {
        context.ui.out(&format!("  | {}", plain(line)));
    }
    context.ui.say(&format!("{shown}: {}", ended.how));
    if ended.well {
        return Ok(Done::Clean);
    }
    context.ui.warn("the command failed: look at what it left, then `inc rollback verify --result failed`");
    Ok(Done::Findings)
}

/// How many of the last lines of its output are shown.
const LAST: usize = 10;
