//! `inc approve`

use anyhow::Result;

use super::Done;
use super::rollback::{Approve, ROLLBACK};
use crate::change::Change;
use crate::context::Context;
use crate::error::{refused, usage};
use crate::model::entry::Kind;
use crate::process::Process;
use crate::process::event::Event;

/// Approve what the process asks an approval for: the post-mortem, a rollback, a message to the press …
///
/// `inc approve press --as board`. Who may approve is the process's; where it asks for a second person, whoever
/// wrote or decided cannot approve. Without WHAT: what can be approved, and by whom.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// What is approved
    #[arg(value_name = "WHAT")]
    pub what: Option<String>,
    /// The role or post in which it is approved
    #[arg(long = "as", value_name = "ROLE")]
    pub as_role: Option<String>,
    /// What to note beside it; `-` reads standard input
    #[arg(value_name = "TEXT")]
    pub text: Vec<String>,
}

/// The name under which the post-mortem is approved.
pub(super) const POSTMORTEM: &str = "postmortem";

/// Something that can be approved.
struct Asked {
    name: String,
    label: String,
    may: Vec<String>,
}

/// Approves something.
///
/// # Errors
/// The process asks no approval of that name, or who writes may not give it.
pub fn run(context: &Context, args: &Args) -> Result<Done> {
    if args.what.as_deref().is_some_and(|what| what.eq_ignore_ascii_case(ROLLBACK)) {
        let (as_role, text) = (args.as_role.clone(), args.text.clone());
        return super::rollback::approve(context, &Approve { as_role, text, ..Approve::default() });
    }
    let text = super::timeline::text(context, &args.text)?;
    let mut change = Change::open(context, None)?;
    let asked = asked(change.process());
    let Some(what) = &args.what else {
        context.ui.out(&list(&change, &asked));
        return Ok(Done::Clean);
    };
    let asked = choose(&change, &asked, what)?;
    if asked.name == POSTMORTEM {
        return super::postmortem::approve_in(change, args.as_role.as_deref(), &text);
    }
    let before = change.incident.entries().find(|e| {
        matches!(&e.kind, Kind::Approved { what, .. } if *what == asked.name) && same(&e.by, &change.by)
    });
    if let Some(before) = before {
        let at = crate::clock::time::format_beside(before.at, context.now, change.process().timezone);
        return Err(usage(format!("{} approved {} already, at {at}", change.by, asked.name)).into());
    }
    let office = office(&change, &asked.name, &asked.may, args.as_role.as_deref())?;
    change.add(Kind::Approved { what: asked.name.clone(), as_role: office.clone() }, &text);
    change.save(&change.message(&format!("{} approved", asked.name)))?;
    context.ui.out(&said(&change, &asked.name, office.as_deref()));
    context.ui.out(&change.next_due(3));
    Ok(Done::Clean)
}

/// `20251110-7f3k press approved by dana as Board`
pub(super) fn said(change: &Change<'_>, what: &str, office: Option<&str>) -> String {
    let office = office.map(|o| format!(" as {}", change.process().label_of(o))).unwrap_or_default();
    format!("{} {what} approved by {}{office}", change.folder.id, change.by)
}

/// Refuses an approval by one of those who made what is approved.
pub(super) fn second_person(change: &Change<'_>, did: &str, makers: &[String]) -> Result<()> {
    if !makers.iter().any(|m| same(m, &change.by)) {
        return Ok(());
    }
    Err(refused(format!("{} {did}, and {} asks for a second person", change.by, change.process().pin()))
        .hint("somebody else approves it, with their own git name or `--by WHO`")
        .into())
}

/// The role or post in which who writes may approve; none where the process names nobody and nobody is named.
pub(super) fn office(
    change: &Change<'_>,
    what: &str,
    may: &[String],
    said: Option<&str>,
) -> Result<Option<String>> {
    let process = change.process();
    let labels = || may.iter().map(|m| process.label_of(m)).collect::<Vec<_>>().join(", ");
    let Some(said) = said else {
        if may.is_empty() {
            return Ok(None);
        }
        let held = may.iter().find(|m| holders(change, m).iter().any(|h| same(h, &change.by)));
        return held.map(|m| Some(m.clone())).ok_or_else(|| {
            let first = may.first().map_or("ROLE", String::as_str);
            refused(format!("{} is approved by {}, and {} is not known as that", what, labels(), change.by))
                .hint(format!("`inc approve {what} --as {first} --by WHO`"))
                .hint("posts are filled under `people` in inc.yaml, roles with `inc assign`")
                .into()
        });
    };
    let id = known(process, said)?;
    if !may.is_empty() && !may.contains(&id) {
        return Err(
            refused(format!("{what} is approved by {}, not by {}", labels(), process.label_of(&id))).into()
        );
    }
    let holders = holders(change, &id);
    match holders.as_slice() {
        [] if process.role(&id).is_some() => Err(refused(format!("nobody is {} yet", process.label_of(&id)))
            .hint(format!("`inc assign {id} {}`", change.by))
            .into()),
        [] => {
            let label = process.label_of(&id);
            change
                .context
                .ui
                .say(&format!("inc.yaml names nobody as {label}: taken on {}'s word", change.by));
            Ok(Some(id))
        }
        known if known.iter().any(|h| same(h, &change.by)) => Ok(Some(id)),
        known => Err(refused(format!(
            "{} is not {}: that is {}",
            change.by,
            process.label_of(&id),
            known.join(", ")
        ))
        .into()),
    }
}

/// Who holds a role in the incident, or fills a post at the time of the command.
fn holders(change: &Change<'_>, id: &str) -> Vec<String> {
    let role = change.incident.holder(id).map(str::to_owned);
    role.into_iter().chain(change.posted().remove(id).into_iter().flatten()).collect()
}

fn same(a: &str, b: &str) -> bool {
    a.trim().to_lowercase() == b.trim().to_lowercase()
}

/// The id of a role or post.
fn known(process: &Process, word: &str) -> Result<String> {
    let role = process.role(word).map(|r| &r.id);
    if let Some(id) = role.or_else(|| process.post(word).map(|p| &p.id)) {
        return Ok(id.clone());
    }
    let roles = process.roles.iter().map(|r| r.id.as_str());
    let known: Vec<&str> = roles.chain(process.posts.iter().map(|p| p.id.as_str())).collect();
    let failure = usage(format!("{} has no role or post `{}`", process.pin(), word.escape_debug()))
        .did_you_mean(word, known.iter().copied());
    Err(failure.hint(format!("its roles and posts: {}", known.join(", "))).into())
}

fn choose<'a>(change: &Change<'_>, asked: &'a [Asked], word: &str) -> Result<&'a Asked> {
    asked.iter().find(|a| a.name.eq_ignore_ascii_case(word)).ok_or_else(|| {
        let known: Vec<&str> = asked.iter().map(|a| a.name.as_str()).collect();
        let pin = change.process().pin();
        let failure = usage(format!("{pin} asks no approval of `{}`", word.escape_debug()))
            .did_you_mean(word, known.iter().copied());
        failure
            .hint(format!("it asks for: {}", known.join(", ")))
            .hint("anything else: `inc decision \"…\" --decider WHO`")
            .into()
    })
}

fn list(change: &Change<'_>, asked: &[Asked]) -> String {
    let rows: Vec<Vec<String>> = asked
        .iter()
        .map(|a| {
            let may: Vec<&str> = a.may.iter().map(|m| change.process().label_of(m)).collect();
            let by = if may.is_empty() { String::new() } else { format!("by {}", may.join(", ")) };
            vec![format!("  {}", a.name), a.label.clone(), by]
        })
        .collect();
    crate::render::columns::columns(&rows)
}

/// Everything that the process asks an approval for, each once.
fn asked(process: &Process) -> Vec<Asked> {
    let own = |name: &str, label: &str, may: &[String]| Asked {
        name: name.into(),
        label: label.into(),
        may: may.to_vec(),
    };
    let mut all = vec![
        own(POSTMORTEM, "The post-mortem", &process.postmortem.approvers),
        own(ROLLBACK, "A rollback", &process.rollback.approvers),
    ];
    for audience in &process.communication.audiences {
        let approval = audience.approval.as_slice();
        if !approval.is_empty() {
            all.push(own(&audience.id, &audience.label, approval));
        }
    }
    for item in process.items() {
        let may = item.role.as_slice();
        named(item.done_by.iter(), &mut |name| all.push(own(name, &item.text, may)));
    }
    for obligation in &process.obligations {
        let events = obligation.from.values().chain(&obligation.until).chain(&obligation.unless);
        named(events.chain(&obligation.reset), &mut |name| all.push(own(name, &obligation.label, &[])));
    }
    let mut seen = std::collections::BTreeSet::new();
    all.retain(|a| seen.insert(a.name.clone()));
    all
}

/// The names of approvals in events.
fn named<'a>(events: impl Iterator<Item = &'a Event>, take: &mut dyn FnMut(&str)) {
    for event in events {
        event.walk(&mut |inner| {
            if let Event::Of(map) = inner
                && let Some(name) = &map.approved
            {
                take(name);
            }
        });
    }
}
