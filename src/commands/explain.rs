//! `inc explain`

use anyhow::Result;

use super::Done;
use crate::context::Context;
use crate::error::usage;
use crate::rules;

/// Explain a rule of `inc check`: what it checks, why, an example, what to do instead
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The rule; without it, all of them in a line each
    #[arg(value_name = "RULE")]
    pub rule: Option<String>,
    /// All of them, whole, as one Markdown page
    #[arg(long, conflicts_with = "rule")]
    pub all: bool,
}

/// Explains a rule.
///
/// # Errors
/// There is no such rule.
pub fn run(context: &Context, args: &Args) -> Result<Done> {
    if args.all {
        context.ui.out(&page());
        return Ok(Done::Clean);
    }
    let Some(name) = &args.rule else {
        let rows: Vec<Vec<String>> = rules::all()
            .iter()
            .map(|r| vec![format!("  {}", r.id), r.level.name().to_owned(), r.summary()])
            .collect();
        context.ui.out(&crate::render::columns::columns(&rows));
        return Ok(Done::Clean);
    };
    let rule = rules::find(name).ok_or_else(|| {
        let failure = usage(format!("there is no rule `{}`", name.escape_debug()));
        failure.did_you_mean(name, rules::all().iter().map(|r| r.id)).hint("`inc explain` lists the rules")
    })?;
    context.ui.out(&rule.doc());
    Ok(Done::Clean)
}

/// Every rule with its documentation, as one page.
#[must_use]
pub fn page() -> String {
    let mut text = String::from(
        "# Rules of `inc check`\n\nWritten by `inc explain --all`; each text stands in the rule's own file.\n",
    );
    for rule in rules::all() {
        // The headings of a rule stand below its own.
        let doc = rule.doc().replace("\n## ", "\n### ");
        text.push_str(&format!("\n## {} ({})\n\n{}\n", rule.id, rule.level.name(), doc.trim_end()));
    }
    text
}
