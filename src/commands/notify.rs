//! `inc notify`

use anyhow::Result;

use super::Done;
use crate::change::Change;
use crate::clock::time::format_beside;
use crate::context::{Context, line};
use crate::error::{Failure, nearest, plain, refused, usage};
use crate::model::entry::{Kind, Outcome};
use crate::notify::deliver::{self, News};
use crate::notify::people::{Callee, Directory};
use crate::render;
use crate::store::settings::Occasion;

/// Write down who was told or called, and what came of it
///
/// WHO is a post, a role, a level or a person: `inc notify on_call`, `inc notify bob --channel phone`. When nobody
/// answers, `--outcome no-answer` says who is called next, and by when.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Who was told: a post, a role, a level or a person
    #[arg(value_name = "WHO")]
    pub who: String,
    /// By what: `phone`, `email`; one that inc.yaml sets up sends TEXT, unless the outcome is known
    #[arg(long, value_name = "CHANNEL")]
    pub channel: Option<String>,
    /// What came of it
    #[arg(long, value_enum, value_name = "OUTCOME")]
    pub outcome: Option<Came>,
    /// WHO is a person's name, whatever else it resembles
    #[arg(long)]
    pub person: bool,
    /// What they were told or said; `-` reads standard input
    #[arg(value_name = "TEXT")]
    pub text: Vec<String>,
}

/// What came of telling somebody.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Came {
    /// They know
    #[default]
    Reached,
    /// Nobody answered: the next is called
    NoAnswer,
    /// The message could not be sent
    Failed,
}

impl From<Came> for Outcome {
    fn from(came: Came) -> Self {
        match came {
            Came::Reached => Self::Reached,
            Came::NoAnswer => Self::NoAnswer,
            Came::Failed => Self::Failed,
        }
    }
}

/// Records that somebody was told.
///
/// # Errors
/// WHO is nearly, but not quite, a name that the process has; or git or the disk fails.
pub fn run(context: &Context, args: &Args) -> Result<Done> {
    let mut change = Change::open(context, None)?;
    let channel = args.channel.as_deref().map(|c| line("the channel", c)).transpose()?;
    let text = super::timeline::text(context, &args.text)?;
    let told = told(&change, args)?;
    if let (Some(channel), None) = (&channel, args.outcome)
        && change.store.settings.channels.contains_key(channel)
    {
        return sent(&mut change, channel, told, text);
    }
    let came = args.outcome.unwrap_or_default();
    for (who, person) in &told {
        let text = match (person, text.as_str()) {
            (None, text) => text.to_owned(),
            (Some(person), "") => person.clone(),
            (Some(person), text) => format!("{person}: {text}"),
        };
        let outcome = Some(came.into());
        change.add(Kind::Notified { who: who.clone(), channel: channel.clone(), rule: None, outcome }, &text);
    }
    let names: Vec<&str> = told.iter().map(|(who, _)| who.as_str()).collect();
    let what = match came {
        Came::Reached => "told",
        Came::NoAnswer => "no answer from",
        Came::Failed => "could not tell",
    };
    change.save(&change.message(&format!("{what} {}", names.join(", "))))?;
    let written = change.incident.entries().rev().filter(|e| matches!(e.kind, Kind::Notified { .. }));
    let mut written: Vec<_> = written.take(told.len()).collect();
    written.reverse();
    for entry in written {
        let line = render::timeline::line(entry, context.now, &change.found);
        context.ui.out(&format!("{} {line}", change.folder.id));
    }
    if came != Came::Reached
        && let Some((who, person)) = told.last()
    {
        context.ui.out(&next(&change, who, person.as_deref()));
    }
    Ok(Done::Clean)
}

/// Sends the text by a channel of inc.yaml; the entry says what came of it.
fn sent(change: &mut Change<'_>, channel: &str, told: Vec<Told>, text: String) -> Result<Done> {
    let to = told.into_iter().map(|(who, _)| (who, None)).collect();
    let channels = vec![channel.to_owned()];
    let news = News { text, to, channels, ..News::new(Occasion::Message, change.at) };
    if deliver::deliver(change, &[news]) {
        return Ok(Done::Clean);
    }
    Err(refused(format!("nothing was sent by `{}`", plain(channel)))
        .hint("if they were told otherwise, say so: `--outcome reached`")
        .into())
}

/// The names that a change looks things up in.
pub(crate) fn directory<'a>(change: &'a Change<'_>) -> Directory<'a> {
    let now = change.context.now.max(change.at);
    Directory {
        incident: &change.incident,
        process: change.process(),
        settings: &change.store.settings,
        day: now.with_timezone(&change.process().timezone).date_naive(),
    }
}

/// Who an entry names, and the person behind a post when it was the person who was named.
type Told = (String, Option<String>);

fn told(change: &Change<'_>, args: &Args) -> Result<Vec<Told>> {
    let word = line("who was told", &args.who)?;
    let (directory, process) = (directory(change), change.process());
    let known =
        process.role(&word).is_some() || process.post(&word).is_some() || process.level(&word).is_some();
    if known && !args.person {
        return Ok(directory.callees(&word).into_iter().map(|c| (c.id, None)).collect());
    }
    if let Some(person) = directory.person(&word) {
        let posts = directory.posts_of(&person);
        let asked =
            |id: &str| change.clocks().iter().any(|c| c.is_open() && c.notify.iter().any(|n| n == id));
        let post = posts.iter().find(|p| asked(&p.id)).or(posts.first());
        return Ok(vec![post.map_or((person.clone(), None), |post| (post.id.clone(), Some(person.clone())))]);
    }
    if !args.person {
        slip(change, &word)?;
    }
    change.context.ui.say(&format!(
        "`{}` is no post, role or level of {} and nobody that inc.yaml names: written down as a person",
        plain(&word),
        process.pin()
    ));
    Ok(vec![(word, None)])
}

/// Refuses a word that is a name of the process but for a slip of the hand.
fn slip(change: &Change<'_>, word: &str) -> Result<(), Failure> {
    let process = change.process();
    let posts = process.posts.iter().flat_map(|p| p.aliases.iter().chain([&p.id]));
    let roles = process.roles.iter().flat_map(|r| r.aliases.iter().chain([&r.id]));
    let levels = process.levels.iter().map(|l| &l.id);
    let words = posts.chain(roles).chain(levels).map(String::as_str);
    let Some(near) = nearest(word, words) else { return Ok(()) };
    let slips = strsim::osa_distance(&word.to_lowercase(), &near.to_lowercase());
    if slips > 2 || slips * 3 > near.chars().count() {
        return Ok(());
    }
    Err(usage(format!("{} has no post, role or level `{}`", process.pin(), word.escape_debug()))
        .hint(format!("did you mean `{near}`?"))
        .hint(format!("if it is a person's name: `inc notify \"{}\" --person`", plain(word))))
}

/// Who is called next, and by when.
fn next(change: &Change<'_>, who: &str, person: Option<&str>) -> String {
    let (process, now) = (change.process(), change.context.now.max(change.at));
    let Some(chain) = &process.call_chain else {
        return format!("{} has no call chain: call whoever else can help", process.pin());
    };
    let Some(Callee { id, .. }) = directory(change).next(who, person) else {
        return "nobody is left in the call chain: start again from the top, and escalate with `inc escalate`"
            .to_owned();
    };
    let by = change.at + chain.wait.length;
    let callee = directory(change).next(who, person).map(|c| c.line()).unwrap_or_default();
    let mut text = format!(
        "call next, by {} ({}): {callee}\n  then `inc notify {id}`, or `inc notify {id} --outcome no-answer`",
        format_beside(by, now, process.timezone),
        render::clocks::countdown(by, now),
    );
    for meanwhile in &chain.meanwhile {
        text.push_str(&format!("\n  meanwhile: {}", plain(meanwhile)));
    }
    text
}
