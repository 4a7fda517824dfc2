//! `inc escalate`

use anyhow::Result;

use super::Done;
use super::notify::directory;
use crate::change::Change;
use crate::context::Context;
use crate::error::{nearest, plain, refused, usage};
use crate::model::duration::format_duration;
use crate::model::entry::Kind;
use crate::notify::deliver::{self, News};
use crate::notify::people::Callee;
use crate::process::people::Level;
use crate::store::settings::Occasion;
use crate::ui::{Tone, paint};

/// Hand the incident to a level of escalation, and say who must be called
///
/// Without LEVEL, to the one above the level that owns it now.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The level, by its id
    #[arg(value_name = "LEVEL")]
    pub level: Option<String>,
    /// Why, or what they should know; `-` reads standard input
    #[arg(long, value_name = "TEXT")]
    pub text: Option<String>,
}

/// Moves ownership to a level.
///
/// # Errors
/// The process has no such level, it owns the incident already, or there is none above.
pub fn run(context: &Context, args: &Args) -> Result<Done> {
    let mut change = Change::open(context, None)?;
    let text = args.text.clone().map_or(Ok(String::new()), |t| super::timeline::text(context, &[t]))?;
    let level = match &args.level {
        Some(word) => named(&change, word)?,
        None => above(&change)?,
    }
    .clone();
    let kind = Kind::Escalated { level: level.id.clone(), rule: None, notify: level.posts.clone() };
    change.add(kind, &text);
    change.save(&change.message(&format!("escalated to {}", level.id)))?;
    context.ui.out(&screen(&change, &level));
    let to = deliver::to(&change, &level.posts, None);
    let text = format!("→ {}: {text}", level.id);
    let news = News { text, to, ..News::new(Occasion::Escalated, change.at) };
    deliver::deliver(&mut change, &[news]);
    Ok(Done::Clean)
}

fn named<'a>(change: &'a Change<'_>, word: &str) -> Result<&'a Level> {
    let process = change.process();
    let Some(level) = process.level(word.trim()) else {
        let known: Vec<&str> = process.levels.iter().map(|l| l.id.as_str()).collect();
        let failure = usage(format!("{} has no level `{}`", process.pin(), word.escape_debug()));
        let failure = match nearest(word, known.iter().copied()) {
            Some(near) => failure.hint(format!("did you mean `{near}`?")),
            None => failure,
        };
        return Err(failure.hint(format!("its levels: {}", known.join(", "))).into());
    };
    if change.incident.level.as_deref() == Some(level.id.as_str()) {
        let hint = "`inc escalate` without a level goes one higher";
        return Err(usage(format!("{} owns {} already", level.id, change.folder.id)).hint(hint).into());
    }
    Ok(level)
}

/// The level above the one that owns the incident; whoever took it first is the first level.
fn above<'a>(change: &'a Change<'_>) -> Result<&'a Level> {
    let process = change.process();
    if process.levels.is_empty() {
        return Err(usage(format!("{} has no levels of escalation", process.pin()))
            .hint("`inc notify WHO` says who was told")
            .into());
    }
    let place = change.incident.level.as_deref();
    let place = place.and_then(|id| process.levels.iter().position(|l| l.id.eq_ignore_ascii_case(id)));
    let next = process.levels.get(place.unwrap_or(0) + 1);
    next.or(process.levels.first().filter(|_| place.is_none())).ok_or_else(|| {
        let last = process.levels.last().map_or("", |l| l.id.as_str());
        refused(format!("{} is with {last}, the highest level, already", change.folder.id))
            .hint("`inc notify WHO` says who else was told")
            .into()
    })
}

fn screen(change: &Change<'_>, level: &Level) -> String {
    let directory = directory(change);
    let label = if level.label == level.id { String::new() } else { format!(" ({})", plain(&level.label)) };
    let mut text = format!("{} is with {}{label} now\n", change.folder.id, level.id);
    let decides = change.process().decision_types.iter().filter(|d| d.deciders.contains(&level.id));
    for decision in decides {
        text.push_str(&format!("  decides: {}\n", plain(&decision.label)));
    }
    let callees: Vec<Callee> = directory.callees(&level.id);
    text.push_str(&format!("\n{}\n", paint(Tone::Strong, "call, in this order")));
    for (place, callee) in callees.iter().enumerate() {
        text.push_str(&format!("  {}. {}\n", place + 1, callee.line()));
    }
    if callees.iter().all(|c| c.people.is_empty() && c.contacts.is_empty()) {
        let first = callees.first().map_or("POST", |c| c.id.as_str());
        text.push_str(&format!(
            "  nobody is named: put them under `people:` in inc.yaml (`{first}: NAME`)\n"
        ));
    }
    if let (Some(chain), Some(first)) = (&change.process().call_chain, callees.first()) {
        let wait = format_duration(chain.wait.length);
        let id = &first.id;
        text.push_str(&format!("  no answer within {wait}: `inc notify {id} --outcome no-answer`\n"));
    }
    text.push('\n');
    text.push_str(&change.next_due(3));
    text
}
