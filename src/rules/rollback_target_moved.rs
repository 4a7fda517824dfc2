//! The tag that a rollback plan names leads to the commit that it led to when the plan was drafted.
//!
//! ## What it checks
//! That the tag named in `ROLLBACK_PLAN.json` is still there, and that git resolves it to the commit that the plan
//! holds. A plan for a repository outside this one is not followed there on a file's word: a note says so, and
//! `inc check --repo PATH` looks.
//!
//! ## Why
//! A plan is approved for one state. A tag that was moved leads elsewhere, and one that is gone to nothing: what
//! was restored can then no longer be proved, or something else is restored than what was approved.
//!
//! ## Example
//! `git tag --force v2.3.1-SEALED` after the plan was approved.
//!
//! ## Instead
//! Put the tag back, `git tag --force v2.3.1-SEALED COMMIT` with the commit of the plan, or plan anew with
//! `inc rollback plan`.

use super::{Check, Leads, Place, Remark, Rule, Subject};
use crate::process::obligation::Weight;

pub(super) static RULE: Rule = Rule::new(
    "rollback-target-moved",
    Weight::Error,
    include_str!("rollback_target_moved.rs"),
    Check::Incident(check),
);

fn check(subject: &Subject<'_>) -> Vec<Remark> {
    let Some(rollback) = subject.rollback else { return Vec::new() };
    let target = &rollback.plan.target;
    let short = |commit: &str| commit.chars().take(9).collect::<String>();
    let word = Place::Word(Vec::new(), target.commit.clone());
    let message = match &rollback.leads_to {
        Leads::To(commit) if *commit == target.commit => return Vec::new(),
        Leads::To(commit) => {
            format!(
                "the tag {} has moved: the plan holds {}, and it leads to {}",
                target.tag,
                short(&target.commit),
                short(commit)
            )
        }
        Leads::Nowhere => format!("the tag {} is gone; the plan holds {}", target.tag, short(&target.commit)),
        Leads::Unknown(why) => {
            let message = format!("the tag {} was not looked at: {why}", target.tag);
            let remark = Remark::new(&rollback.path, word, message).weighing(Weight::Note);
            return vec![remark.help("`inc check --repo PATH` looks at the repository that lies there")];
        }
    };
    let help = format!("`git tag --force {} {}` puts it back", target.tag, target.commit);
    let fetched = "where the remote still has it, `git fetch --tags` brings it";
    let help = if rollback.leads_to == Leads::Nowhere { format!("{help}; {fetched}") } else { help };
    vec![Remark::new(&rollback.path, word, message).help(help)]
}
