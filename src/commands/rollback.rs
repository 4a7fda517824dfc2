//! `inc rollback`

use std::path::Path;

use anyhow::Result;
use serde_json::json;

use super::Done;
use crate::change::Change;
use crate::context::{Context, line};
use crate::error::{nearest, plain, refused, usage};
use crate::git::{Repo, Tag};
use crate::model::entry::{Kind, RollbackStep};
use crate::model::rollback_plan::{Because, Condition, Decision, Target};
use crate::model::{Incident, RollbackPlan};
use crate::process::Process;
use crate::render;
use crate::store::Store;
use crate::store::rollback::{PLAN, text};
use crate::ui::{Tone, paint};

/// Go back to a state that is known to be stable: plan, validate, approve, execute, verify
///
/// `inc` records each step, in order, and runs nothing itself. Without a subcommand, shows the plan and how far it is.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    Plan(Plan),
    /// Check that the target is what the plan says, and stable as the process asks
    Validate,
    Approve(Approve),
    Execute(Execute),
    Verify(Verify),
}

/// Draft the plan: to which tag, why, who decided so
///
/// `inc rollback plan --target v2.3.1-SEALED --because fix-impossible --decision "back to 2.3.1" --decider alice`
/// writes `ROLLBACK_PLAN.json`; `inc schema rollback` says what it holds.
#[derive(Debug, clap::Args)]
pub struct Plan {
    /// The tag to go back to
    #[arg(long, value_name = "TAG")]
    pub target: String,
    /// Which condition holds
    #[arg(long, value_enum, value_name = "CONDITION")]
    pub because: Why,
    /// What there is to say about the condition; needed for `other`
    #[arg(long, value_name = "TEXT")]
    pub explain: Option<String>,
    /// What was decided
    #[arg(long, value_name = "TEXT")]
    pub decision: String,
    /// Who decided it
    #[arg(long, value_name = "WHO")]
    pub decider: String,
    /// Who is to approve it
    #[arg(long, value_name = "WHO")]
    pub approver: Option<String>,
    /// Why the target is known to be stable [default: what the tag says]
    #[arg(long, value_name = "TEXT")]
    pub stable: Option<String>,
    /// The repository of the tag, when it is another than this one
    #[arg(long, value_name = "PATH")]
    pub repo: Option<String>,
    /// What is done; may be given several times [default: the process's steps]
    #[arg(long = "step", value_name = "TEXT")]
    pub steps: Vec<String>,
    /// How one sees that it worked; may be given several times
    #[arg(long = "check", value_name = "TEXT")]
    pub checks: Vec<String>,
}

/// The conditions of a rollback, as they are typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Why {
    /// It cannot be mended within the limit
    FixImpossible,
    /// What is left as it is goes on doing damage
    ContinuedDamage,
    /// Something else: `--explain` says what
    Other,
}

/// Approve the plan, as `inc approve rollback` does
#[derive(Debug, clap::Args)]
pub struct Approve {
    /// The role or post in which it is approved
    #[arg(long = "as", value_name = "ROLE")]
    pub as_role: Option<String>,
    /// What to note beside it; `-` reads standard input
    #[arg(value_name = "TEXT")]
    pub text: Vec<String>,
}

/// Say that it was carried out
#[derive(Debug, clap::Args)]
pub struct Execute {
    /// What was done, and what happened
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
        None => show(context),
        Some(Command::Plan(args)) => plan(context, args),
        Some(Command::Validate) => validate(context),
        Some(Command::Approve(args)) => approve(context, args),
        Some(Command::Execute(args)) => execute(context, args),
        Some(Command::Verify(args)) => verify(context, args),
    }
}

/// The last step that was taken.
fn last(incident: &Incident) -> Option<RollbackStep> {
    incident.entries().rev().find_map(|e| match e.kind {
        Kind::Rollback { step, .. } => Some(step),
        _ => None,
    })
}

const fn name(step: RollbackStep) -> &'static str {
    match step {
        RollbackStep::Planned => "planned",
        RollbackStep::Validated => "validated",
        RollbackStep::Approved => "approved",
        RollbackStep::Executed => "executed",
        RollbackStep::Verified => "verified",
    }
}

/// The command that comes after a step, and the steps that it may come after: where the process asks for a written plan
/// none is left out, elsewhere validation and, where nobody is named to give it, approval may be.
fn next(process: &Process, step: Option<RollbackStep>) -> &'static str {
    match step {
        None | Some(RollbackStep::Verified) => "inc rollback plan",
        Some(RollbackStep::Planned) if process.rollback.plan => "inc rollback validate",
        Some(RollbackStep::Planned | RollbackStep::Validated) if needs_approval(process) => {
            "inc rollback approve"
        }
        Some(RollbackStep::Planned | RollbackStep::Validated | RollbackStep::Approved) => {
            "inc rollback execute"
        }
        Some(RollbackStep::Executed) => "inc rollback verify --result ok|failed",
    }
}

fn needs_approval(process: &Process) -> bool {
    let asked = &process.rollback;
    asked.plan || asked.second_person || !asked.approvers.is_empty()
}

/// Refuses a step that does not come next.
fn in_order(change: &Change<'_>, wanted: RollbackStep) -> Result<()> {
    let process = change.process();
    let last = last(&change.incident);
    let allowed = match wanted {
        RollbackStep::Planned => last != Some(RollbackStep::Executed),
        RollbackStep::Validated => last == Some(RollbackStep::Planned),
        RollbackStep::Approved => {
            last == Some(RollbackStep::Validated)
                || (!process.rollback.plan && last == Some(RollbackStep::Planned))
        }
        RollbackStep::Executed => {
            let early = matches!(last, Some(RollbackStep::Planned | RollbackStep::Validated));
            last == Some(RollbackStep::Approved) || (early && !needs_approval(process))
        }
        RollbackStep::Verified => last == Some(RollbackStep::Executed),
    };
    if allowed {
        return Ok(());
    }
    let id = &change.folder.id;
    let now = last.map_or_else(
        || format!("{id} has no rollback plan"),
        |l| format!("the rollback of {id} is {}", name(l)),
    );
    Err(refused(format!("it cannot be {} now: {now}", name(wanted)))
        .hint(format!("next: {}", next(process, last)))
        .into())
}

fn plan(context: &Context, args: &Plan) -> Result<Done> {
    let given = |what: &str, text: &str| line(what, text);
    let mut change = Change::open(context, None)?;
    in_order(&change, RollbackStep::Planned)?;
    let found = change.found.clone();
    let process = &found.process;
    let because = match args.because {
        Why::FixImpossible => Because::FixImpossible,
        Why::ContinuedDamage => Because::ContinuedDamage,
        Why::Other => Because::Other,
    };
    let explanation = args.explain.as_deref().map(|t| given("the explanation", t)).transpose()?;
    if because == Because::Other && explanation.is_none() {
        return Err(usage("another condition needs its name").hint("say it with `--explain \"…\"`").into());
    }
    let repository = args.repo.as_deref().map(|path| elsewhere(context, &change.repo, path)).transpose()?;
    let tag = target(&change, repository.as_deref(), &args.target)?;
    let stable_because = match (&args.stable, &tag.message) {
        (Some(said), _) => given("the reason", said)?,
        (None, Some(message)) => plain(message.lines().next().unwrap_or_default()),
        (None, None) => {
            return Err(usage(format!("the tag {} does not say why it is stable", plain(&tag.name)))
                .hint("say it with `--stable \"ran for two weeks without an error\"`")
                .into());
        }
    };
    let steps = if args.steps.is_empty() { process.rollback.steps.clone() } else { args.steps.clone() };
    if steps.is_empty() {
        return Err(usage("what is done? neither the process nor `--step` says it")
            .hint("`--step \"deploy v2.3.1\" --step \"run the smoke tests\"`")
            .into());
    }
    let decision = Decision {
        text: given("the decision", &args.decision)?,
        decider: given("the decider's name", &args.decider)?,
        approver: args.approver.as_deref().map(|a| given("the approver's name", a)).transpose()?,
    };
    let same = |a: &str, b: &str| a.eq_ignore_ascii_case(b);
    if process.rollback.second_person
        && decision.approver.as_ref().is_some_and(|a| same(a, &decision.decider))
    {
        let pin = process.pin();
        return Err(refused(format!(
            "{} decided, and {pin} asks for a second person to approve",
            decision.decider
        ))
        .hint("name somebody else with `--approver WHO`")
        .into());
    }
    let before = change.incident.entries();
    let planned = |k: &Kind| matches!(k, Kind::Rollback { step: RollbackStep::Planned, .. });
    let number = before.filter(|e| planned(&e.kind)).count() + 1;
    let plan = RollbackPlan {
        schema_version: 1,
        id: format!("RB-{}-{number}", change.folder.id),
        incident: change.folder.id.to_string(),
        created_at: change.at,
        created_by: change.by.clone(),
        repository,
        target: Target { tag: tag.name.clone(), commit: tag.commit.clone(), stable_because },
        condition: Condition { because, explanation },
        decision: decision.clone(),
        steps: steps.iter().map(|s| given("the step", s)).collect::<Result<_>>()?,
        checks: args.checks.iter().map(|s| given("the check", s)).collect::<Result<_>>()?,
    };
    change.add(
        Kind::Decision {
            observe: None,
            orient: None,
            decide: decision.text,
            act: None,
            decider: Some(decision.decider),
        },
        "",
    );
    record(&mut change, RollbackStep::Planned, &tag.name, None, "");
    change.attach(change.folder.path.join(PLAN), text(&plan)?);
    finish(context, &mut change, RollbackStep::Planned, &plan)
}

/// The path of another repository as the plan keeps it: as it is typed at the top of this one, else in full.
fn elsewhere(context: &Context, repo: &Repo, path: &str) -> Result<String> {
    let other = Repo::open(&context.dir().join(path))?;
    let at_top = context.dir() == repo.workdir();
    Ok(if at_top { path.to_owned() } else { other.workdir().to_string_lossy().into_owned() })
}

/// The tag of a name, held to what the process asks of a target.
fn target(change: &Change<'_>, path: Option<&str>, name: &str) -> Result<Tag> {
    let other = path.map(|p| Repo::open(&change.repo.workdir().join(p))).transpose()?;
    let repo = other.as_ref().unwrap_or(&change.repo);
    let Some(tag) = repo.tag(name)? else {
        let known = repo.tags()?;
        let failure = usage(format!("there is no tag `{}`", name.escape_debug()));
        let near = nearest(name, known.iter().map(String::as_str));
        let failure = near.map_or(failure.clone(), |n| failure.hint(format!("did you mean `{n}`?")));
        let failure = match known.as_slice() {
            [] => failure.hint("this clone knows no tag at all: git fetch --tags"),
            _ => failure.hint(
                "`git tag --sort=-creatordate` lists the tags, `git fetch --tags` gets those of the remote",
            ),
        };
        return Err(failure.into());
    };
    let asked = &change.process().rollback;
    if let Some(mark) = &asked.sealed {
        let says = tag.name.contains(mark.as_str())
            || tag.message.as_ref().is_some_and(|m| m.contains(mark.as_str()));
        if !says {
            let pin = change.process().pin();
            return Err(refused(format!("{} is not known to be stable: neither its name nor its annotation holds `{mark}`, as {pin} asks", tag.name))
                .hint(format!("git tag --list '*{mark}*'"))
                .into());
        }
    }
    if asked.in_history && !repo.in_history(&tag.commit)? {
        return Err(refused(format!(
            "{} is not in the history of this branch, as {} asks",
            tag.name,
            change.process().pin()
        ))
        .hint(format!("git branch --contains {} lists the branches that hold it", tag.name))
        .into());
    }
    Ok(tag)
}

/// The plan as its file says it.
fn planned(change: &Change<'_>) -> Result<RollbackPlan> {
    let plan = change.store.rollback_plan(&change.folder)?;
    plan.ok_or_else(|| {
        refused(format!("{} has no {PLAN}", change.folder.path.display()))
            .hint("`inc rollback plan` drafts one; if it is lost, git has it")
            .into()
    })
}

/// Holds the plan's target to what it was: the same tag, the same commit.
fn unmoved(change: &Change<'_>, plan: &RollbackPlan) -> Result<()> {
    let tag = target(change, plan.repository.as_deref(), &plan.target.tag)?;
    if tag.commit == plan.target.commit {
        return Ok(());
    }
    Err(refused(format!(
        "the tag {} has moved since the plan: it led to {}, and leads to {} now",
        tag.name,
        short(&plan.target.commit),
        short(&tag.commit)
    ))
    .hint("find out who moved it, and plan anew: `inc rollback plan`")
    .into())
}

fn short(commit: &str) -> &str {
    commit.get(..9).unwrap_or(commit)
}

fn record(change: &mut Change<'_>, step: RollbackStep, target: &str, result: Option<String>, text: &str) {
    change.add(Kind::Rollback { step, target: Some(target.to_owned()), result }, text);
}

/// Saves a step, and says it and what is next.
fn finish(
    context: &Context,
    change: &mut Change<'_>,
    step: RollbackStep,
    plan: &RollbackPlan,
) -> Result<Done> {
    let what = format!("rollback to {} {}", plan.target.tag, name(step));
    change.save(&change.message(&what))?;
    let commit = short(&plan.target.commit);
    context.ui.out(&format!(
        "{} {} {} {}, {commit}",
        change.folder.id,
        plan.id,
        name(step),
        plain(&plan.target.tag)
    ));
    if step == RollbackStep::Planned && plan.checks.is_empty() {
        context.ui.warn("the plan says nothing of how one sees that it worked: `--check TEXT`");
    }
    if step != RollbackStep::Verified {
        context.ui.say(&format!("next: {}", next(change.process(), Some(step))));
    }
    Ok(Done::Clean)
}

fn validate(context: &Context) -> Result<Done> {
    let mut change = Change::open(context, None)?;
    in_order(&change, RollbackStep::Validated)?;
    let plan = planned(&change)?;
    unmoved(&change, &plan)?;
    let result = Some(plan.target.stable_because.clone());
    record(&mut change, RollbackStep::Validated, &plan.target.tag, result, "");
    finish(context, &mut change, RollbackStep::Validated, &plan)
}

fn approve(context: &Context, args: &Approve) -> Result<Done> {
    let change = Change::open(context, None)?;
    in_order(&change, RollbackStep::Approved)?;
    unmoved(&change, &planned(&change)?)?;
    let what = Some("rollback".to_owned());
    let args = super::approve::Args { what, as_role: args.as_role.clone(), text: args.text.clone() };
    let done = super::approve::run(context, &args)?;
    context.ui.say(&format!("next: {}", next(change.process(), Some(RollbackStep::Approved))));
    Ok(done)
}

fn execute(context: &Context, args: &Execute) -> Result<Done> {
    let said = super::timeline::text(context, &args.text)?;
    let mut change = Change::open(context, None)?;
    in_order(&change, RollbackStep::Executed)?;
    let plan = planned(&change)?;
    unmoved(&change, &plan)?;
    record(&mut change, RollbackStep::Executed, &plan.target.tag, None, &said);
    let done = finish(context, &mut change, RollbackStep::Executed, &plan)?;
    for check in &plan.checks {
        context.ui.out(&format!("  check: {}", plain(check)));
    }
    Ok(done)
}

fn verify(context: &Context, args: &Verify) -> Result<Done> {
    let said = super::timeline::text(context, &args.text)?;
    let mut change = Change::open(context, None)?;
    in_order(&change, RollbackStep::Verified)?;
    let plan = planned(&change)?;
    let result = match args.result {
        Outcome::Ok => "ok",
        Outcome::Failed => "failed",
    };
    record(&mut change, RollbackStep::Verified, &plan.target.tag, Some(result.to_owned()), &said);
    let done = finish(context, &mut change, RollbackStep::Verified, &plan)?;
    context.ui.say(match args.result {
        Outcome::Ok => "it worked: `inc mitigate` or `inc resolve` says so for the incident",
        Outcome::Failed => "it did not work: `inc rollback plan` plans another, `inc escalate` gets help",
    });
    Ok(done)
}

fn show(context: &Context) -> Result<Done> {
    let repo = context.repo()?;
    let store: Store = context.store(&repo)?;
    let folder = context.folder(&repo, &store, None)?;
    let incident = context.load(&store, &folder)?;
    let found = store.processes.get(&incident.record.process)?;
    let plan = store.rollback_plan(&folder)?;
    let step = last(&incident);
    if context.globals.json {
        let json = json!({ "incident": incident.id(), "state": step.map(name), "plan": plan });
        context.ui.out(&render::json::pretty(&json)?);
        return Ok(Done::Clean);
    }
    let Some(plan) = plan else {
        context.ui.out(&format!("{} has no rollback plan", incident.id()));
        for condition in &found.process.rollback.conditions {
            context.ui.out(&format!("  - {}", plain(condition)));
        }
        context.ui.say("`inc rollback plan --help` says what a plan needs");
        return Ok(Done::Clean);
    };
    context.ui.out(&screen(&plan, step, Path::new(&folder.path)));
    context.ui.say(&format!("next: {}", next(&found.process, step)));
    Ok(Done::Clean)
}

fn screen(plan: &RollbackPlan, step: Option<RollbackStep>, folder: &Path) -> String {
    let because = match plan.condition.because {
        Because::FixImpossible => "it cannot be mended in time",
        Because::ContinuedDamage => "it goes on doing damage",
        Because::Other => "another condition",
    };
    let explained =
        plan.condition.explanation.as_ref().map(|e| format!(": {}", plain(e))).unwrap_or_default();
    let state = step.map_or("planned", name);
    let mut lines = vec![
        format!("{}  {state}", paint(Tone::Strong, &plain(&plan.id))),
        format!("  to       {} ({})", plain(&plan.target.tag), short(&plan.target.commit)),
        format!("  stable   {}", plain(&plan.target.stable_because)),
        format!("  because  {because}{explained}"),
        format!("  decided  {} ({})", plain(&plan.decision.text), plain(&plan.decision.decider)),
    ];
    lines.extend(plan.steps.iter().enumerate().map(|(n, s)| format!("  step {}   {}", n + 1, plain(s))));
    lines.extend(plan.checks.iter().map(|c| format!("  check    {}", plain(c))));
    lines.push(paint(Tone::Dim, &format!("  {}", folder.join(PLAN).display())));
    lines.join("\n")
}
