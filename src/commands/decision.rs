//! `inc decision`

use anyhow::Result;

use super::Done;
use crate::change::Change;
use crate::context::{Context, line};
use crate::error::usage;
use crate::model::entry::Kind;

/// Document a decision: what was seen, what it means, what was decided, what follows
///
/// `inc decision "fail over to the second site" --observe "the first does not answer" --decider alice`. The decider
/// is who writes, unless `--decider` names somebody else.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// What was decided; `-` reads standard input
    #[arg(value_name = "TEXT", required = true)]
    pub text: Vec<String>,
    /// What was observed
    #[arg(long, value_name = "TEXT")]
    pub observe: Option<String>,
    /// What that means, and which ways there were
    #[arg(long, value_name = "TEXT")]
    pub orient: Option<String>,
    /// What is done about it
    #[arg(long, value_name = "TEXT")]
    pub act: Option<String>,
    /// Who decided [default: who writes]
    #[arg(long, value_name = "WHO")]
    pub decider: Option<String>,
}

/// Documents a decision.
///
/// # Errors
/// The decision is empty, or a field is no single line.
pub fn run(context: &Context, args: &Args) -> Result<Done> {
    let decide = super::timeline::text(context, &args.text)?.trim().to_owned();
    if decide.is_empty() {
        return Err(usage("the decision is empty").hint("`inc decision \"what was decided\"`").into());
    }
    let said = |what: &str, text: &Option<String>| text.as_deref().map(|t| line(what, t)).transpose();
    let mut change = Change::open(context, None)?;
    let decider = said("the decider's name", &args.decider)?.unwrap_or_else(|| change.by.clone());
    let kind = Kind::Decision {
        observe: said("what was observed", &args.observe)?,
        orient: said("what it means", &args.orient)?,
        decide: decide.clone(),
        act: said("what is done", &args.act)?,
        decider: Some(decider.clone()),
    };
    change.add(kind, "");
    change.save(&change.message("a decision"))?;
    context.ui.out(&format!("{} {decider} decided: {decide}", change.folder.id));
    Ok(Done::Clean)
}
