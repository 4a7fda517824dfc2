//! `inc rollback plan`

use anyhow::Result;

use super::{Done, PLAN, finish, in_order, record, steps, target};
use crate::change::Change;
use crate::context::{Context, line};
use crate::error::{plain, refused, usage};
use crate::git::Tag;
use crate::model::RollbackPlan;
use crate::model::entry::{Kind, RollbackStep};
use crate::model::rollback_plan::{Because, Condition, Decision, Target};
use crate::store::rollback::text;

/// Draft the plan: to which tag, why, who decided so
///
/// `inc rollback plan --target v2.3.1-SEALED --because fix-impossible --decision "back to 2.3.1" --decider alice`
/// writes `ROLLBACK_PLAN.json`; `inc schema rollback` says what it holds. Without `--decision` the last one that
/// `inc decision` wrote is taken. What follows `--` is the command that `inc rollback execute` is to run:
/// `… -- ./deploy.sh v2.3.1`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The tag to go back to
    #[arg(long, value_name = "TAG")]
    target: String,
    /// Which condition holds
    #[arg(long, value_enum, value_name = "CONDITION")]
    because: Why,
    /// What there is to say about the condition; needed for `other`
    #[arg(long, value_name = "TEXT")]
    explain: Option<String>,
    /// What was decided [default: the last documented decision]
    #[arg(long, value_name = "TEXT", requires = "decider")]
    decision: Option<String>,
    /// Who decided it
    #[arg(long, value_name = "WHO")]
    decider: Option<String>,
    /// Who is to approve it
    #[arg(long, value_name = "WHO")]
    approver: Option<String>,
    /// Why the target is known to be stable [default: what the tag says]
    #[arg(long, value_name = "TEXT")]
    stable: Option<String>,
    /// The repository of the tag, when it is another than this one
    #[arg(long, value_name = "PATH")]
    repo: Option<String>,
    /// What is done; may be given several times [default: the process's steps]
    #[arg(long = "step", value_name = "TEXT")]
    steps: Vec<String>,
    /// How one sees that it worked; may be given several times
    #[arg(long = "check", value_name = "TEXT")]
    checks: Vec<String>,
    /// The command that carries it out, without a shell
    #[arg(value_name = "COMMAND", last = true)]
    command: Vec<String>,
}

/// The conditions of a rollback, as they are typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Why {
    /// It cannot be mended within the limit
    FixImpossible,
    /// What is left as it is goes on doing damage
    ContinuedDamage,
    /// Something else: `--explain` says what
    Other,
}

pub(super) fn run(context: &Context, args: &Args) -> Result<Done> {
    let mut change = Change::open(context, None)?;
    in_order(&change, RollbackStep::Planned)?;
    let repository =
        args.repo.as_deref().map(|path| target::elsewhere(context, &change.repo, path)).transpose()?;
    let there = args.repo.iter().map(|path| context.dir().join(path)).collect::<Vec<_>>();
    let other = target::repository(&change.repo, repository.as_deref(), &there)?;
    let tag = target::target(&change, other.as_ref(), &args.target)?;
    let is_plan = |k: &Kind| matches!(k, Kind::Rollback { step: RollbackStep::Planned, .. });
    let number = steps(&change.incident).filter(|e| is_plan(&e.kind)).count() + 1;
    let lines =
        |what: &str, texts: &[String]| texts.iter().map(|t| line(what, t)).collect::<Result<Vec<_>>>();
    let plan = RollbackPlan {
        schema_version: 1,
        id: format!("RB-{}-{number}", change.folder.id),
        incident: change.folder.id.to_string(),
        created_at: change.at,
        created_by: change.by.clone(),
        repository,
        condition: condition(args)?,
        decision: decision(&change, args)?,
        steps: lines("the step", what_is_done(&change, args)?)?,
        command: lines("a word of the command", &args.command)?,
        checks: lines("the check", &args.checks)?,
        target: Target { stable_because: stable(args, &tag)?, tag: tag.name, commit: tag.commit },
    };
    document(&mut change, &plan.decision);
    record(&mut change, RollbackStep::Planned, &plan, None, "")?;
    change.attach(change.folder.path.join(PLAN), text(&plan)?);
    if plan.checks.is_empty() {
        context.ui.warn("the plan says nothing of how one sees that it worked: `--check TEXT`");
    }
    finish(context, &mut change, RollbackStep::Planned, &plan)
}

fn condition(args: &Args) -> Result<Condition> {
    let because = match args.because {
        Why::FixImpossible => Because::FixImpossible,
        Why::ContinuedDamage => Because::ContinuedDamage,
        Why::Other => Because::Other,
    };
    let explanation = args.explain.as_deref().map(|t| line("the explanation", t)).transpose()?;
    if because == Because::Other && explanation.is_none() {
        return Err(usage("another condition needs its name").hint("say it with `--explain \"…\"`").into());
    }
    Ok(Condition { because, explanation })
}

fn stable(args: &Args, tag: &Tag) -> Result<String> {
    match (&args.stable, &tag.message) {
        (Some(said), _) => line("the reason", said),
        (None, Some(message)) => Ok(plain(message.lines().next().unwrap_or_default())),
        (None, None) => Err(usage(format!("the tag {} does not say why it is stable", plain(&tag.name)))
            .hint("say it with `--stable \"ran for two weeks without an error\"`")
            .into()),
    }
}

fn what_is_done<'a>(change: &'a Change<'_>, args: &'a Args) -> Result<&'a [String]> {
    let steps = if args.steps.is_empty() { &change.process().rollback.steps } else { &args.steps };
    if steps.is_empty() {
        return Err(usage("what is done? neither the process nor `--step` says it")
            .hint("`--step \"deploy v2.3.1\" --step \"run the smoke tests\"`")
            .into());
    }
    Ok(steps)
}

fn same(a: &str, b: &str) -> bool {
    a.trim().to_lowercase() == b.trim().to_lowercase()
}

/// The human decision: what was said, else the last that was documented.
fn decision(change: &Change<'_>, args: &Args) -> Result<Decision> {
    let last = change.incident.entries().rev().find_map(|e| match &e.kind {
        Kind::Decision { decide: Some(decide), decider, .. } => {
            Some((decide.clone(), decider.clone().unwrap_or_else(|| e.by.clone())))
        }
        _ => None,
    });
    let (text, decider) = match (&args.decision, &args.decider, last) {
        (Some(text), Some(decider), _) => (line("the decision", text)?, line("the decider's name", decider)?),
        (None, said, Some((text, decider))) if said.as_ref().is_none_or(|s| same(s, &decider)) => {
            (plain(text.lines().next().unwrap_or_default()), decider)
        }
        _ => {
            return Err(usage("a rollback is a human decision: who decided what?")
                .hint("`--decision \"back to 2.3.1\" --decider WHO`, or `inc decision` before it")
                .into());
        }
    };
    let approver = args.approver.as_deref().map(|a| line("the approver's name", a)).transpose()?;
    if change.process().rollback.second_person && approver.as_ref().is_some_and(|a| same(a, &decider)) {
        let pin = change.process().pin();
        return Err(refused(format!("{decider} decided, and {pin} asks for a second person to approve"))
            .hint("name somebody else with `--approver WHO`")
            .into());
    }
    Ok(Decision { text, decider, approver })
}

/// Documents the decision, unless that was done.
fn document(change: &mut Change<'_>, decision: &Decision) {
    let known = change.incident.entries().any(|e| match &e.kind {
        Kind::Decision { decide: Some(decide), decider, .. } => {
            let first = plain(decide.lines().next().unwrap_or_default());
            same(&first, &decision.text) && same(decider.as_ref().unwrap_or(&e.by), &decision.decider)
        }
        _ => false,
    });
    if known {
        return;
    }
    let (decide, decider) = (Some(decision.text.clone()), Some(decision.decider.clone()));
    let kind = Kind::Decision { observe: None, orient: None, decide, act: None, decider, of_type: None };
    change.add(kind, "");
}
