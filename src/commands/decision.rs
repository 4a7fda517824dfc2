//! `inc decision`

use anyhow::Result;

use super::Done;
use super::types;
use crate::change::Change;
use crate::clock::Clock;
use crate::clock::time::format_beside;
use crate::context::{Context, line};
use crate::error::{plain, refused, usage};
use crate::model::decision::{self, Decision};
use crate::model::duration::format_duration;
use crate::model::entry::{DecisionStep, Kind};
use crate::process::offices::listed;
use crate::process::people::DecisionType;
use crate::process::{Event, Process};

/// Document a decision: what was seen, what it means, what was decided, what follows
///
/// `inc decision "fail over to the second site" --observe "the first does not answer" --decider alice`. The decider
/// is who writes, unless `--decider` names somebody else.
///
/// Without TEXT, what was seen or weighed opens a decision, and the next `inc decision TEXT` takes it: `inc due` counts
/// the time where the process gives it some. Who may take a decision of a type is the process's: `inc process show`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// What was decided; `-` reads standard input [default: nothing yet]
    #[arg(value_name = "TEXT", required_unless_present_any = ["observe", "orient"])]
    pub text: Vec<String>,
    /// What was observed
    #[arg(long, value_name = "TEXT")]
    pub observe: Option<String>,
    /// What that means, and which ways there were
    #[arg(long, value_name = "TEXT")]
    pub orient: Option<String>,
    /// What is done about it
    #[arg(long, value_name = "TEXT", requires = "text")]
    pub act: Option<String>,
    /// Who decided: a person, or the role or post in which it was decided [default: who writes]
    #[arg(long, value_name = "WHO", requires = "text")]
    pub decider: Option<String>,
    /// What is decided, in the process's words [default: as the open decision says]
    #[arg(long = "type", value_name = "TYPE")]
    pub of_type: Option<String>,
}

/// Documents a decision, or opens one.
///
/// # Errors
/// The decision is empty, a field is no single line, the process has no such type, or the decider may not take it; one
/// is opened while another is open.
pub fn run(context: &Context, args: &Args) -> Result<Done> {
    let decide = super::timeline::text(context, &args.text)?.trim().to_owned();
    if decide.is_empty() && !args.text.is_empty() {
        return Err(usage("the decision is empty").hint("`inc decision \"what was decided\"`").into());
    }
    let said = |what: &str, text: &Option<String>| text.as_deref().map(|t| line(what, t)).transpose();
    let mut change = Change::open(context, None)?;
    let known = change.process().decision_types.iter().map(|d| (&d.id, &d.label));
    let of_type = args.of_type.as_deref();
    let of_type = of_type.map(|word| types::known("decision", "decision_types", known, word)).transpose()?;
    let observe = said("what was observed", &args.observe)?;
    let orient = said("what it means", &args.orient)?;
    if args.text.is_empty() {
        let seen = observe.clone().or(orient.clone()).unwrap_or_default();
        let kind = Kind::Decision { observe, orient, decide: None, act: None, decider: None, of_type };
        return open(change, kind, &seen);
    }
    let decider = said("the decider's name", &args.decider)?.unwrap_or_else(|| change.by.clone());
    let opened = decision::open(&change.incident);
    let since = opened.as_ref().and_then(|d| d.opened.first()).map(|e| e.at);
    let of_type = of_type.or_else(|| opened.and_then(|d| d.of_type()).map(str::to_owned));
    allowed(&change, of_type.as_deref(), &decider)?;
    let act = said("what is done", &args.act)?;
    let taken = Kind::Decision {
        observe,
        orient,
        decide: Some(decide.clone()),
        act,
        decider: Some(decider.clone()),
        of_type,
    };
    change.add(taken, "");
    change.save(&change.message("a decision"))?;
    let after = since.map(|at| format!(" (after {})", format_duration(change.at - at))).unwrap_or_default();
    context.ui.out(&format!("{} {decider} decided: {decide}{after}", change.folder.id));
    Ok(Done::Clean)
}

/// Opens a decision: what was seen is to be decided on.
fn open(mut change: Change<'_>, kind: Kind, seen: &str) -> Result<Done> {
    let of_type = match &kind {
        Kind::Decision { of_type, .. } => of_type.clone(),
        _ => None,
    };
    if let Some(open) = decision::open(&change.incident) {
        return Err(usage(format!("a decision is open already, {}", told(&change, &open)))
            .hint("`inc decision \"what was decided\"` takes it")
            .hint("`inc timeline add TEXT` notes what else was seen")
            .into());
    }
    change.add(kind, "");
    change.save(&change.message("a decision opened"))?;
    let context = change.context;
    context.ui.out(&format!("{} to be decided: {}", change.folder.id, plain(seen)));
    context.ui.say(&format!("`inc decision TEXT` takes the decision{}", by_when(&change)));
    if let Some(decided) = deciders(&change, of_type.as_deref()) {
        context.ui.say(&who_decides(change.process(), decided));
    }
    context.ui.out(&change.next_due(3));
    Ok(Done::Clean)
}

/// The type of a decision, where the process says who decides it.
fn deciders<'c>(change: &'c Change<'_>, of_type: Option<&str>) -> Option<&'c DecisionType> {
    let known = change.process().decision_types.iter().find(|d| Some(d.id.as_str()) == of_type);
    known.filter(|d| !d.deciders.is_empty())
}

/// `Words for the press is decided by Management`
fn who_decides(process: &Process, decided: &DecisionType) -> String {
    plain(&format!("{} is decided by {}", decided.label, listed(process, &decided.deciders, "or")))
}

/// `, by 14:40`, where the process gives it some time.
fn by_when(change: &Change<'_>) -> String {
    let clocks = change.clocks();
    let due =
        clocks.iter().filter(|c| c.from == Some(change.at) && waits_for_decision(c)).find_map(|c| c.due);
    let zone = change.process().timezone;
    due.map(|due| format!(", by {}", format_beside(due, change.now(), zone))).unwrap_or_default()
}

fn waits_for_decision(clock: &Clock) -> bool {
    let mut found = false;
    if let Some(until) = &clock.until {
        until.walk(&mut |e| {
            found |= matches!(e, Event::Of(map) if map.decision == Some(DecisionStep::Decided));
        });
    }
    found
}

/// `since 14:30: the first site does not answer`
fn told(change: &Change<'_>, open: &Decision<'_>) -> String {
    let at = open.opened.first().map(|e| format_beside(e.at, change.now(), change.process().timezone));
    let seen = open.observe().or(open.orient()).unwrap_or_default();
    format!("since {}: {}", at.unwrap_or_default(), plain(seen))
}

/// Refuses a decision by somebody who may not take it.
fn allowed(change: &Change<'_>, of_type: Option<&str>, decider: &str) -> Result<()> {
    let Some(decided) = deciders(change, of_type) else { return Ok(()) };
    let posted = change.posted();
    if change.offices(&posted).holds_one_of(decider, &decided.deciders) {
        return Ok(());
    }
    let first = decided.deciders.first().map_or("POST", String::as_str);
    let who = who_decides(change.process(), decided);
    Err(refused(format!("{who}, and {} is none of them", plain(decider)))
        .hint(format!(
            "`--decider WHO` says who decided: a person, or in what office, such as `--decider {first}`"
        ))
        .hint("posts are filled under `people` in inc.yaml, roles with `inc assign`")
        .into())
}
