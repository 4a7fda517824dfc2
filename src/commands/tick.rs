//! `inc tick`

use std::path::PathBuf;

use anyhow::Result;

use super::Done;
use super::reading::unfinished;
use crate::change::Change;
use crate::clock::time::format_beside;
use crate::context::Context;
use crate::error::plain;
use crate::model::Entry;
use crate::notify::deliver;
use crate::notify::fallen::{Fallen, fallen};
use crate::store::Folder;
use crate::ui::{Tone, paint};

/// Carry out what fell due: escalations and missed updates, on every incident that is not closed
///
/// A level that fell due owns the incident from then on. Of an alarm or a missed update it notes that it fell due; that
/// somebody was told is an entry of its own, written once a message has left. For cron, or a schedule of your CI.
/// Running it twice, or on two clones at once, changes nothing the second
/// time: each entry is made from its rule and due time alone.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Say what would be written, and write nothing
    #[arg(long)]
    pub dry_run: bool,
}

/// Writes what fell due, in one commit, and says who must be told.
///
/// # Errors
/// There is no repository, nobody to commit as, or git or the disk fails.
pub fn run(context: &Context, args: &Args) -> Result<Done> {
    let mut due = Vec::new();
    for folder in folders(context)? {
        let repo = context.repo()?;
        let store = context.store(&repo)?;
        match Change::of(context, repo, store, folder.clone()) {
            Ok(change) => due.push(Due::new(change, context)),
            Err(error) => context.ui.warn(&format!("{} is left out: {error}", folder.id)),
        }
    }
    for due in &due {
        due.new.iter().for_each(|f| context.ui.out(&due.line(f)));
    }
    if due.iter().all(|d| d.new.is_empty()) {
        context.ui.say("nothing fell due");
    }
    if args.dry_run {
        return Ok(Done::Clean);
    }
    write(&mut due)?;
    for due in &due {
        due.tell(context);
    }
    for due in &mut due {
        let mut news = deliver::pending(&due.change);
        for told in &mut news {
            told.first = due.new.iter().any(|f| f.at == told.at);
        }
        deliver::deliver(&mut due.change, &news);
    }
    Ok(Done::Clean)
}

/// The incidents that something can still fall due on.
fn folders(context: &Context) -> Result<Vec<Folder>> {
    let repo = context.repo()?;
    let store = context.store(&repo)?;
    if context.globals.incident.is_some() {
        return Ok(vec![context.folder(&repo, &store, None)?]);
    }
    unfinished(context, &repo, &store)
}

/// An incident, and what fell due on it that no entry says yet.
struct Due<'a> {
    change: Change<'a>,
    new: Vec<Fallen>,
}

impl<'a> Due<'a> {
    fn new(change: Change<'a>, context: &Context) -> Self {
        let incident = &change.incident;
        let written = |entry: &Entry| incident.entries().any(|e| e.name == entry.name);
        let mut new = fallen(incident, change.process(), context.now);
        new.retain(|f| !written(&f.entry()));
        Self { change, new }
    }

    fn line(&self, fallen: &Fallen) -> String {
        let process = self.change.process();
        let at = format_beside(fallen.at, self.change.context.now, process.timezone);
        let level = fallen.level.as_ref().map(|l| format!("→ {} ", plain(l))).unwrap_or_default();
        let id = paint(Tone::Strong, self.change.folder.id.as_str());
        format!("{id} {at}  {level}{} ({})", plain(&fallen.label), plain(&fallen.rule))
    }

    /// Says who must be told about it, each once.
    fn tell(&self, context: &Context) {
        let directory = super::notify::directory(&self.change);
        let id = self.change.folder.id.short();
        let mut said: Vec<String> = Vec::new();
        for callee in self.new.iter().flat_map(|f| &f.notify).flat_map(|who| directory.callees(who)) {
            if !said.contains(&callee.id) {
                context.ui.say(&format!("tell {}, then `inc notify {} -i {id}`", callee.line(), callee.id));
                said.push(callee.id);
            }
        }
    }
}

/// Writes every entry, then commits them as one.
fn write(due: &mut [Due<'_>]) -> Result<()> {
    let mut paths: Vec<PathBuf> = Vec::new();
    let mut due: Vec<&mut Due<'_>> = due.iter_mut().filter(|d| !d.new.is_empty()).collect();
    for due in &mut due {
        for fallen in &due.new {
            due.change.put(fallen.entry());
        }
        paths.extend(due.change.write()?);
    }
    let entries: usize = due.iter().map(|d| d.new.len()).sum();
    let several = if entries == 1 { "thing" } else { "things" };
    let incidents = due.len();
    match due.as_slice() {
        [] => Ok(()),
        [one] => one.change.commit(paths, &one.change.message(&format!("{entries} {several} fell due"))),
        [first, ..] => {
            first.change.commit(paths, &format!("{entries} {several} fell due on {incidents} incidents"))
        }
    }
}
