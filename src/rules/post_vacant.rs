//! Posts that must be told are filled.
//!
//! ## What it checks
//! That `people` in `inc.yaml` names somebody for each post inside the organisation that the process of the
//! repository notifies, calls or escalates to; and that it names no post which the process does not have. A
//! repository without `people` is not asked.
//!
//! ## Why
//! At night, "notify the board" needs a name. An empty post is found when it is too late.
//!
//! ## Example
//! ```yaml
//! people:
//!   on_call: [alice, bob]
//!   # and nobody for `board`, whom the worst severity notifies
//! ```
//!
//! ## Instead
//! ```yaml
//! people:
//!   on_call: [alice, bob]
//!   board: dana
//! ```

use std::collections::BTreeSet;

use super::{Check, Place, Remark, Repository, Rule};
use crate::error::nearest;
use crate::process::Process;
use crate::process::obligation::Weight;

pub(super) static RULE: Rule = Rule {
    ..Rule::new("post-vacant", Weight::Warning, include_str!("post_vacant.rs"), Check::Repository(check))
};

fn check(repository: &Repository<'_>) -> Vec<Remark> {
    let (Some(settings), Some(process)) = (repository.settings, repository.process) else {
        return Vec::new();
    };
    let people = &repository.team.people;
    if people.is_empty() {
        return Vec::new();
    }
    let remark = |field: String, message: String| Remark::new(settings, Place::field(&field), message);
    let posts: Vec<&str> = process.posts.iter().map(|p| p.id.as_str()).collect();
    let mut remarks = Vec::new();
    let vacant: Vec<&str> = needed(process).into_iter().filter(|id| !is_filled(repository, id)).collect();
    if !vacant.is_empty() {
        let message = format!("nobody fills {}", vacant.join(", "));
        let first = vacant.first().copied().unwrap_or_default();
        let help = format!("the process notifies them: add `{first}: NAME` and so on under `people`");
        remarks.push(remark("people".into(), message).help(help));
    }
    for post in people.keys().filter(|p| !posts.contains(&p.as_str())) {
        let near = nearest(post, posts.iter().copied()).map(|n| format!("did you mean `{n}`? "));
        let help = format!("{}`inc process show` lists the posts", near.unwrap_or_default());
        let message = format!("the process {} has no post `{}`", process.name, post);
        remarks.push(remark(format!("people.{post}"), message).help(help));
    }
    remarks
}

fn is_filled(repository: &Repository<'_>, post: &str) -> bool {
    let people = repository.team.people.get(post);
    people.is_some_and(|people| people.iter().any(|p| !p.trim().is_empty()))
}

/// The posts inside the organisation that somebody must reach.
fn needed(process: &Process) -> BTreeSet<&str> {
    let notified = process.obligations.iter().flat_map(|o| &o.notify);
    let called = process.call_chain.iter().flat_map(|c| &c.order);
    let owning = process.levels.iter().flat_map(|l| &l.posts);
    let named: Vec<&String> = notified.chain(called).chain(owning).collect();
    let inside = process.posts.iter().filter(|p| !p.external && named.contains(&&p.id));
    inside.map(|p| p.id.as_str()).collect()
}
