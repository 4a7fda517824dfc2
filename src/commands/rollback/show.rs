//! `inc rollback` without a subcommand: the plan, and how far it is.

use std::path::Path;

use anyhow::Result;
use serde_json::json;

use super::super::program;
use super::{Done, order, target};
use crate::context::{Context, Opened};
use crate::error::plain;
use crate::model::RollbackPlan;
use crate::model::entry::RollbackStep;
use crate::model::rollback_plan::Because;
use crate::render;
use crate::store::rollback::PLAN;
use crate::ui::{Tone, paint};

pub(super) fn run(context: &Context) -> Result<Done> {
    let Opened { store, folder, incident, found } = context.open(None)?;
    let plan = store.rollback_plan(&folder)?;
    let step = order::last(&incident);
    if context.globals.json {
        let json = json!({ "incident": incident.id(), "state": step.map(RollbackStep::name), "plan": plan });
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
    context.ui.say(&format!("next: {}", order::next(&found.process, step)));
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
    let mut lines = vec![
        format!("{}  {}", paint(Tone::Strong, &plain(&plan.id)), step.map_or("planned", RollbackStep::name)),
        format!("  to       {} ({})", plain(&plan.target.tag), target::short(&plan.target.commit)),
        format!("  stable   {}", plain(&plan.target.stable_because)),
        format!("  because  {because}{explained}"),
        format!("  decided  {} ({})", plain(&plan.decision.text), plain(&plan.decision.decider)),
    ];
    lines.extend(plan.steps.iter().enumerate().map(|(n, s)| format!("  step {}   {}", n + 1, plain(s))));
    if !plan.command.is_empty() {
        lines.push(format!("  runs     {}", program::shown(&plan.command)));
    }
    lines.extend(plan.checks.iter().map(|c| format!("  check    {}", plain(c))));
    lines.push(paint(Tone::Dim, &format!("  {}", folder.join(PLAN).display())));
    lines.join("\n")
}
