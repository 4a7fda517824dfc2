//! `inc assign` and `inc handover`

use anyhow::Result;

use super::Done;
use crate::change::Change;
use crate::context::{Context, line};
use crate::error::{Failure, nearest, usage};
use crate::model::entry::Kind;
use crate::process::Process;
use crate::process::people::Role;

/// Give a role to somebody
///
/// `inc assign commander alice`. The roles are the process's; `inc process show` lists them.
#[derive(Debug, clap::Args)]
pub struct Assign {
    /// The role
    #[arg(value_name = "ROLE")]
    pub role: String,
    /// Who takes it
    #[arg(value_name = "WHO")]
    pub who: String,
}

/// Hand a role over to somebody else
///
/// The text, or standard input with `-`, is the brief: what is known, tried, pending.
#[derive(Debug, clap::Args)]
pub struct Handover {
    /// The role
    #[arg(value_name = "ROLE")]
    pub role: String,
    /// Who takes it over
    #[arg(value_name = "WHO")]
    pub who: String,
    /// The brief; `-` reads standard input
    #[arg(value_name = "TEXT")]
    pub text: Vec<String>,
}

/// Gives a role.
///
/// # Errors
/// The process has no such role, somebody holds it already, or the same person must not hold both.
pub fn assign(context: &Context, args: &Assign) -> Result<Done> {
    let mut change = Change::open(context, None)?;
    let role = role(change.process(), &args.role)?.clone();
    if let Some(holder) = change.incident.holder(&role.id) {
        let hint = format!("`inc handover {} {}` passes it on", role.id, args.who);
        return Err(usage(format!("{holder} is {} already", role.id)).hint(hint).into());
    }
    give(&mut change, &role, &args.who, "")
}

/// Passes a role on.
///
/// # Errors
/// The process has no such role, or nobody holds it yet.
pub fn handover(context: &Context, args: &Handover) -> Result<Done> {
    let text = super::timeline::text(context, &args.text)?;
    let mut change = Change::open(context, None)?;
    let role = role(change.process(), &args.role)?.clone();
    match change.incident.holder(&role.id) {
        None => {
            let hint = format!("`inc assign {} {}` gives it", role.id, args.who);
            Err(usage(format!("nobody is {} yet", role.id)).hint(hint).into())
        }
        Some(holder) if holder == args.who.trim() => {
            Err(usage(format!("{holder} is {} already", role.id)).into())
        }
        Some(_) => give(&mut change, &role, &args.who, &text),
    }
}

fn give(change: &mut Change<'_>, role: &Role, who: &str, text: &str) -> Result<Done> {
    let person = line("the person's name", who)?;
    let clash = role.not_with.iter().find(|other| change.incident.holder(other) == Some(person.as_str()));
    if let Some(other) = clash {
        let hint = format!("`inc handover {other} WHO` frees them, or choose somebody else");
        return Err(usage(format!("{person} is {other}, and must not be {} as well", role.id))
            .hint(hint)
            .into());
    }
    let before = change.incident.holder(&role.id).map(|p| format!(", after {p}")).unwrap_or_default();
    change.add(Kind::Role { role: role.id.clone(), person: person.clone() }, text);
    change.save(&change.message(&format!("{} is {person}", role.id)))?;
    let context = change.context;
    context.ui.out(&format!("{} {}: {person}{before}", change.folder.id, role.label));
    for duty in &role.duties {
        context.ui.say(&format!("  - {duty}"));
    }
    Ok(Done::Clean)
}

/// The role that a word means.
///
/// # Errors
/// The process has none of that name; said with those it has.
pub fn role<'a>(process: &'a Process, word: &str) -> Result<&'a Role, Failure> {
    process.role(word).ok_or_else(|| {
        let known: Vec<&str> = process.roles.iter().map(|r| r.id.as_str()).collect();
        let failure = usage(format!("{} has no role `{}`", process.pin(), word.escape_debug()));
        let failure = match nearest(word, known.iter().copied()) {
            Some(near) => failure.hint(format!("did you mean `{near}`?")),
            None => failure,
        };
        failure.hint(format!("its roles: {}", known.join(", ")))
    })
}
