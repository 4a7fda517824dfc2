//! Delivery: which channels carry a message to whom, and the entries that say what came of it.

use crate::change::Change;
use crate::context::Context;
use crate::error::plain;
use crate::model::Entry;
use crate::model::entry::{Kind, Outcome};
use crate::model::instant::Instant;
use crate::store::settings::{Channel, Occasion};
use crate::trust::Thing;

use super::fallen::fallen;
use super::message::Message;
use super::send;

/// Something to tell, before channels are chosen.
#[derive(Debug, Clone)]
pub struct News {
    /// What it is about.
    pub occasion: Occasion,
    /// What happened, in words.
    pub text: String,
    /// When.
    pub at: Instant,
    /// Who must be told, each with the obligation that asks for it.
    pub to: Vec<(String, Option<String>)>,
    /// The channels on which an update was posted; of a retry, the one that failed.
    pub channels: Vec<String>,
    /// The audience of an update.
    pub audience: Option<String>,
    /// It is told for the first time: whoever runs the command reads it once.
    pub first: bool,
}

impl News {
    /// News without words that goes to nobody yet.
    #[must_use]
    pub fn new(occasion: Occasion, at: Instant) -> Self {
        let (text, to, channels, audience) = (String::new(), Vec::new(), Vec::new(), None);
        Self { occasion, text, at, to, channels, audience, first: true }
    }
}

/// A message on its way: by which channel, to whom.
struct Job {
    name: String,
    channel: Channel,
    to: Vec<(String, Option<String>)>,
    message: Message,
    /// The words as they were given, whatever a restricted incident lets out.
    text: String,
    prints: bool,
}

/// Tells each piece of news by the channels that serve it, writes down what came of it, and says so.
///
/// It fails never: a channel that does is recorded, said, and tried again by the next `inc tick`.
///
/// Gives whether anything was tried.
pub fn deliver(change: &mut Change<'_>, news: &[News]) -> bool {
    let context = change.context;
    let jobs: Vec<Job> = news.iter().flat_map(|n| jobs(change, n)).collect();
    if jobs.is_empty() || context.globals.no_notify || !trusted(change) {
        return false;
    }
    let (printed, jobs): (Vec<Job>, Vec<Job>) = jobs.into_iter().partition(|j| j.channel.print);
    for job in printed.iter().filter(|j| j.prints) {
        context.ui.say(&job.message.body());
    }
    let sent =
        send::send(jobs.iter().map(|j| (j.channel.clone(), j.message.clone())).collect(), &change.store.root);
    let mut new = 0;
    for (job, outcome) in jobs.iter().zip(sent) {
        new += record(change, job, outcome);
    }
    let message = change.message("what came of telling people");
    if let Err(error) = if new > 0 { change.save(&message) } else { Ok(()) } {
        context.ui.warn(&format!("what came of telling people could not be written down: {error}"));
    }
    true
}

/// Tells that the incident was declared, to whom the process has told at once.
pub fn declared(change: &mut Change<'_>) {
    let now = change.context.now.max(change.at);
    let clocks = change.clocks();
    let due = clocks.iter().filter(|c| c.is_open() && c.due.is_none_or(|d| d <= now));
    let to: Vec<_> = due.flat_map(|c| to(change, &c.notify, Some(&c.obligation))).collect();
    let news = News { text: "declared".into(), to, ..News::new(Occasion::Declared, change.at) };
    deliver(change, &[news]);
}

/// The posts and people behind names, each with the obligation that asks for it.
#[must_use]
pub fn to(change: &Change<'_>, names: &[String], rule: Option<&str>) -> Vec<(String, Option<String>)> {
    let process = change.process();
    let posts = |who: &String| match process.level(who).filter(|l| !l.posts.is_empty()) {
        Some(level) => level.posts.clone(),
        None => vec![who.clone()],
    };
    names.iter().flat_map(posts).map(|who| (who, rule.map(str::to_owned))).collect()
}

/// What a tick has to tell: what fell due in the last day and is still to be done, levels that own the incident
/// since, and what could not be sent.
#[must_use]
pub fn pending(change: &Change<'_>) -> Vec<News> {
    let now = change.context.now;
    let since = now - chrono::TimeDelta::days(1);
    let mut news: Vec<News> = Vec::new();
    for fallen in fallen(&change.incident, change.process(), now) {
        if fallen.at < since || fallen.level.is_some() {
            continue;
        }
        news.retain(|n| n.to.iter().all(|(_, rule)| rule.as_ref() != Some(&fallen.rule)));
        let to = to(change, &fallen.notify, Some(&fallen.rule));
        news.push(News { text: fallen.label, to, ..News::new(Occasion::Due, fallen.at) });
    }
    for entry in change.incident.entries().filter(|e| e.at >= since && e.at <= now) {
        if let Kind::Escalated { level, rule: Some(rule), notify } = &entry.kind {
            let text = format!("→ {level}: {}", entry.text);
            let to = to(change, notify, Some(rule));
            news.push(News { text, to, ..News::new(Occasion::Escalated, entry.at) });
        }
    }
    news.retain(|n| !n.to.is_empty());
    news.extend(failed(change, since));
    news
}

/// What could not be sent since then and asks for no obligation: what was written by hand, else the last thing that
/// was told before.
fn failed(change: &Change<'_>, since: Instant) -> Vec<News> {
    let mut news = Vec::new();
    let entries: Vec<_> = change.incident.entries().collect();
    for (place, entry) in entries.iter().enumerate().filter(|(_, e)| e.at >= since) {
        let Kind::Notified { who, channel: Some(channel), rule: None, outcome: Some(Outcome::Failed) } =
            &entry.kind
        else {
            continue;
        };
        let later =
            outcomes(change, channel, who, None).any(|(at, o)| at >= entry.at && o == Outcome::Reached);
        let told = entries[..place].iter().rev().find_map(|e| of_entry(e, who, channel));
        let told = by_hand(entry).or(told);
        if let Some(told) = told.filter(|_| !later) {
            let to = vec![(who.clone(), None)];
            news.push(News { to, channels: vec![channel.clone()], ..told });
        }
    }
    news
}

/// What an entry told `who` by `channel` of its own accord. What was meant for another audience is not taken for it.
fn of_entry(entry: &Entry, who: &str, channel: &str) -> Option<News> {
    let (occasion, text) = match &entry.kind {
        Kind::Declared { .. } if who == channel => (Occasion::Declared, "declared".to_owned()),
        Kind::Escalated { level, rule: None, notify } if notify.iter().any(|n| n == who) => {
            (Occasion::Escalated, format!("→ {level}: {}", entry.text))
        }
        Kind::Update { audience, .. } if audience.as_deref().unwrap_or(channel) == who => {
            (Occasion::Update, entry.text.clone())
        }
        _ => return None,
    };
    Some(News { text, ..News::new(occasion, entry.at) })
}

fn trusted(change: &Change<'_>) -> bool {
    let ui = &change.context.ui;
    match Thing::channels(&change.repo, &change.store).map(|t| t.is_trusted(&change.repo)) {
        Ok(true) => true,
        Ok(false) => {
            ui.warn("nothing was sent: this clone does not trust the channels of inc.yaml; `inc trust --show` lists them, `inc trust` allows them");
            false
        }
        Err(error) => {
            ui.warn(&format!("nothing was sent: {error}"));
            false
        }
    }
}

/// The channels that serve a piece of news, each with whom it tells.
fn jobs(change: &Change<'_>, news: &News) -> Vec<Job> {
    let channels = change.store.settings.channels.iter();
    channels
        .filter(|(name, channel)| serves(name, channel, news))
        .filter_map(|(name, channel)| {
            let mut to = news.to.clone();
            to.retain(|(who, rule)| {
                reaches(change, channel, who) && !told(change, name, who, rule.as_deref(), news.at)
            });
            if to.is_empty() && !(news.to.is_empty() && channel.posts.is_empty()) {
                return None;
            }
            if to.is_empty() {
                to.push((news.audience.clone().unwrap_or_else(|| name.clone()), None));
            }
            let process = change.process();
            let mut message = Message::new(news.occasion, &change.incident, process, &news.text, news.at);
            message.notify = to.iter().map(|(who, _)| process.label_of(who).to_owned()).collect();
            message.notify.dedup();
            let (name, channel, text) = (name.clone(), channel.clone(), news.text.clone());
            Some(Job { name, channel, to, message, text, prints: news.first })
        })
        .collect()
}

fn serves(name: &String, channel: &Channel, news: &News) -> bool {
    let on = channel.on.is_empty() || channel.on.contains(&news.occasion);
    let posted = news.channels.contains(name);
    match news.occasion {
        Occasion::Message => posted,
        // What goes to one audience must not reach another.
        Occasion::Update => {
            on && (posted || news.audience.as_ref().is_some_and(|a| channel.audiences.contains(a)))
        }
        _ => on && (news.channels.is_empty() || posted),
    }
}

fn reaches(change: &Change<'_>, channel: &Channel, who: &str) -> bool {
    let post = change.process().role(who).and_then(|r| r.post.as_deref());
    channel.posts.is_empty() || channel.posts.iter().any(|p| p == who || Some(p.as_str()) == post)
}

/// Whether somebody was told of this by the channel already.
fn told(change: &Change<'_>, name: &str, who: &str, rule: Option<&str>, at: Instant) -> bool {
    rule.is_some() && outcomes(change, name, who, rule).any(|(when, o)| when >= at && o == Outcome::Reached)
}

/// What came of telling somebody by a channel, in order.
pub(super) fn outcomes<'a>(
    change: &'a Change<'_>,
    name: &'a str,
    to: &'a str,
    of: Option<&'a str>,
) -> impl Iterator<Item = (Instant, Outcome)> + 'a {
    change.incident.entries().filter_map(move |e| match &e.kind {
        Kind::Notified { who, channel: Some(channel), rule, outcome: Some(outcome) } => {
            (channel == name && who == to && rule.as_deref() == of).then_some((e.at, *outcome))
        }
        _ => None,
    })
}

/// What begins the last paragraph of an entry about a message that did not leave.
const NOT_SENT: &str = "Not sent: ";

/// What somebody wrote by hand, of an entry about a message that did not leave.
fn by_hand(entry: &Entry) -> Option<News> {
    let (said, _) = entry.text.rsplit_once(NOT_SENT)?;
    let text = said.trim().to_owned();
    (!text.is_empty()).then(|| News { text, ..News::new(Occasion::Message, entry.at) })
}

/// Adds the entries for a job, and says what came of it; a failure that is known already is not written again.
fn record(change: &mut Change<'_>, job: &Job, sent: send::Sent) -> usize {
    let context: &Context = change.context;
    let name = plain(&job.name);
    match &sent {
        Ok(()) => context.ui.say(&format!("sent by {name}: {}", plain(&job.message.notify.join(", ")))),
        Err(why) => {
            let then = "the next `inc tick` tries again";
            context.ui.warn(&format!("{name}: not sent: {}; {then}", plain(why)));
        }
    }
    let outcome = if sent.is_ok() { Outcome::Reached } else { Outcome::Failed };
    let mut written = 0;
    for (who, rule) in &job.to {
        let last =
            outcomes(change, &job.name, who, rule.as_deref()).filter(|(at, _)| *at >= job.message.at).last();
        if outcome == Outcome::Failed && last.is_some_and(|(_, o)| o == Outcome::Failed) {
            continue;
        }
        let kind = Kind::Notified {
            who: who.clone(),
            channel: Some(job.name.clone()),
            rule: rule.clone(),
            outcome: Some(outcome),
        };
        let at = context.now.max(change.at);
        // Only the entry knows what was written by hand.
        let by_hand = job.message.occasion == Occasion::Message;
        let said = by_hand.then_some(job.text.as_str()).into_iter();
        let why = sent.as_ref().err().map(|why| format!("{NOT_SENT}{why}"));
        let text: Vec<&str> = said.chain(why.as_deref()).filter(|part| !part.is_empty()).collect();
        change.add_at(at, kind, &text.join("\n\n"));
        written += 1;
    }
    written
}
