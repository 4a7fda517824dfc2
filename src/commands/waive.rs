//! `inc waive`

use std::collections::BTreeSet;

use anyhow::Result;

use super::Done;
use crate::change::Change;
use crate::clock::State;
use crate::context::{Context, line};
use crate::error::{refused, usage};
use crate::model::entry::Kind;
use crate::rules;

/// Accept a finding of `inc check`, or an obligation that will not be met, with a reason
///
/// `inc waive INC-002 --reason "declared by telephone first"`. The waiver is an entry of the timeline: every report
/// shows it, with who and why. It covers all that the rule finds in this incident, now and later; a missed limit is
/// waived by the name of its obligation. What must stand up afterwards, such as preserved evidence, cannot be waived.
#[derive(Debug, clap::Args)]
#[command(group = clap::ArgGroup::new("what").required(true))]
pub struct Args {
    /// The rule, or the obligation; `inc explain` lists the rules
    #[arg(value_name = "RULE", group = "what")]
    pub rule: Option<String>,
    /// The obligation; `inc show --json` and a refused step name them
    #[arg(long, value_name = "ID", group = "what")]
    pub obligation: Option<String>,
    /// Why it is accepted
    #[arg(long, value_name = "REASON")]
    pub reason: Option<String>,
}

/// Accepts a finding or an obligation.
///
/// # Errors
/// There is no reason, no such rule or obligation, it was accepted or met already, or it cannot be accepted at all.
pub fn run(context: &Context, args: &Args) -> Result<Done> {
    let name = args.rule.as_ref().or(args.obligation.as_ref()).map_or("", String::as_str);
    let Some(reason) = &args.reason else {
        return Err(usage(format!("a waiver of `{}` needs a reason", name.escape_debug()))
            .hint("say it with `--reason \"…\"`: whoever reads the report will ask")
            .into());
    };
    let reason = line("the reason", reason)?;
    let mut change = Change::open(context, None)?;
    let as_rule = args.rule.as_deref().filter(|name| !is_obligation(&change, name));
    let rule = as_rule.map(rule).transpose()?.map(str::to_owned);
    let as_obligation = args.obligation.as_ref().or(args.rule.as_ref().filter(|_| rule.is_none()));
    let obligation = as_obligation.map(|id| obligation(&change, id)).transpose()?;
    let what = rule.clone().or_else(|| obligation.clone()).unwrap_or_default();
    let is_obligation = obligation.is_some();
    once(&change, rule.as_deref(), obligation.as_deref())?;
    if !rules::is_reason(&reason) {
        return Err(usage(format!("`{}` is no reason", reason.escape_debug()))
            .hint("say in a sentence why it is all right here: every report shows it")
            .into());
    }
    change.add(Kind::Waived { rule, obligation, reason: reason.clone() }, "");
    change.save(&change.message(&format!("waive {what}")))?;
    context.ui.out(&format!("{} {what} is waived by {}: {reason}", change.folder.id, change.by));
    if is_obligation {
        context.ui.out(&change.next_due(3));
    }
    Ok(Done::Clean)
}

/// Whether a name is one of an obligation, and of no rule.
fn is_obligation(change: &Change<'_>, name: &str) -> bool {
    let own = change.process().obligations.iter().any(|o| o.id.eq_ignore_ascii_case(name));
    let due = || change.clocks().iter().any(|c| c.obligation.eq_ignore_ascii_case(name));
    rules::find(name).is_none() && (own || due())
}

/// The rule of a name, if a person may accept what it finds.
fn rule(name: &str) -> Result<&'static str> {
    let Some(rule) = rules::find(name) else {
        let failure = usage(format!("there is no rule `{}`", name.escape_debug()))
            .did_you_mean(name, rules::all().iter().map(|r| r.id));
        return Err(failure
            .hint("`inc explain` lists the rules; an obligation takes `inc waive --obligation ID`")
            .into());
    };
    if rule.waivable {
        return Ok(rule.id);
    }
    Err(refused(format!("{} cannot be waived: what it finds has to be mended", rule.id))
        .hint(format!("`inc explain {}` says how", rule.id))
        .into())
}

/// The obligation of a name, if it is not met already.
fn obligation(change: &Change<'_>, name: &str) -> Result<String> {
    let clocks = change.clocks();
    let own = change.process().obligations.iter().map(|o| o.id.as_str());
    let known: BTreeSet<&str> = own.chain(clocks.iter().map(|c| c.obligation.as_str())).collect();
    let Some(id) = known.iter().find(|id| id.eq_ignore_ascii_case(name)) else {
        let pin = change.process().pin();
        let failure = usage(format!("{pin} has no obligation `{}`", name.escape_debug()))
            .did_you_mean(name, known.iter().copied());
        let unmet = clocks.iter().filter(|c| c.state != State::Met && c.state != State::Waived);
        let unmet: BTreeSet<&str> = unmet.map(|c| c.obligation.as_str()).collect();
        let unmet: Vec<&str> = unmet.into_iter().collect();
        return Err(failure.hint(format!("not met here: {}", unmet.join(", "))).into());
    };
    let mut these = clocks.iter().filter(|c| c.obligation == *id).peekable();
    if these.peek().is_some() && these.all(|c| c.state == State::Met) {
        return Err(usage(format!("`{id}` is met: there is nothing to waive")).into());
    }
    Ok((*id).to_owned())
}

/// Nothing is accepted twice.
fn once(change: &Change<'_>, rule: Option<&str>, obligation: Option<&str>) -> Result<()> {
    let same = |kind: &Kind| match kind {
        Kind::Waived { rule: r, obligation: o, reason }
            if r.as_deref() == rule && o.as_deref() == obligation =>
        {
            Some(reason.clone())
        }
        _ => None,
    };
    let before = change.incident.waivers().find_map(|e| Some((e.by.clone(), same(&e.kind)?)));
    match before {
        Some((by, reason)) => Err(usage(format!("{by} has waived it already: {reason}")).into()),
        None => Ok(()),
    }
}
