//! One file of the cache: a text for each incident, with the fingerprint under which it holds.

use std::borrow::Cow;
use std::collections::HashMap;
use std::path::Path;

use super::super::atomic;
use crate::model::Id;
use crate::model::instant::{Instant, rfc3339};

/// The last line: a file that was cut off lacks it.
const END: &str = "end\n";

/// A shelf as it was read.
#[derive(Debug)]
pub(super) struct Shelf {
    /// The first lines that this run would write; a later time than this run's is none that holds now.
    head: String,
    /// What is in the file; empty where nothing of it holds.
    text: String,
}

/// What a shelf holds, by incident.
#[derive(Debug)]
pub(super) struct Held<'s> {
    head: &'s str,
    by_id: HashMap<&'s str, (u64, u64, &'s str)>,
}

/// What is kept of one incident.
#[derive(Debug, Clone)]
pub(super) struct Kept<'s> {
    id: Cow<'s, str>,
    print: u64,
    text: Cow<'s, str>,
    is_new: bool,
}

/// What a shelf says of an incident.
#[derive(Debug, Clone, Copy)]
pub(super) struct Said<'s> {
    id: &'s str,
    print: u64,
    /// The text.
    pub(super) text: &'s str,
}

impl Shelf {
    /// The shelf in `file`; empty where there is none that holds: made by another program or other processes, or at
    /// a time after `now`, or not whole.
    pub(super) fn read(file: &Path, rules: u64, now: Instant) -> Self {
        let first = format!("inc {} {rules:016x}\n", env!("CARGO_PKG_VERSION"));
        let head = format!("{first}{}\n", rfc3339(now));
        let text = atomic::read_cache(file).unwrap_or_default();
        let made_at = text.strip_prefix(&first).and_then(|rest| rest.get(..head.len() - first.len()));
        // What was found at a later time may not have been so at this one.
        let holds = made_at.is_some_and(|at| Some(at) <= head.get(first.len()..)) && text.ends_with(END);
        Self { head, text: if holds { text } else { String::new() } }
    }

    /// What it holds; what is not as it was written is not there.
    pub(super) fn held(&self) -> Held<'_> {
        let mut rest = self.text.get(self.head.len()..).unwrap_or_default();
        let mut by_id = HashMap::new();
        while let Some((id, kept, after)) = one(rest) {
            by_id.insert(id, kept);
            rest = after;
        }
        if rest != END {
            by_id.clear();
        }
        Held { head: &self.head, by_id }
    }
}

/// The first text of a shelf, and what follows it.
fn one(rest: &str) -> Option<(&str, (u64, u64, &str), &str)> {
    let (line, rest) = rest.split_once('\n')?;
    let mut words = line.split(' ');
    let id = words.next()?;
    let print = u64::from_str_radix(words.next()?, 16).ok()?;
    let sum = u64::from_str_radix(words.next()?, 16).ok()?;
    let length: usize = words.next()?.parse().ok()?;
    let text = rest.get(..length)?;
    let after = rest.get(length..)?.strip_prefix('\n')?;
    Some((id, (print, sum, text), after))
}

impl<'s> Held<'s> {
    /// What is said of an incident whose files have this fingerprint.
    pub(super) fn get(&self, id: &str, print: u64) -> Option<Said<'s>> {
        let (id, (then, sum, text)) = self.by_id.get_key_value(id)?;
        (*then == print && *sum == sum_of(text)).then_some(Said { id, print, text })
    }

    /// Writes what is kept now, where that is news. A failure costs the next command some time and no more.
    pub(super) fn write(&self, file: &Path, kept: Vec<Kept<'_>>) {
        if kept.len() == self.by_id.len() && !kept.iter().any(|k| k.is_new) {
            return;
        }
        let size = kept.iter().map(|k| k.text.len() + 64).sum::<usize>();
        let mut text = String::with_capacity(self.head.len() + size + END.len());
        text.push_str(self.head);
        for Kept { id, print, text: kept, .. } in &kept {
            text.push_str(&format!("{id} {print:x} {:x} {}\n", sum_of(kept), kept.len()));
            text.push_str(kept);
            text.push('\n');
        }
        text.push_str(END);
        let _ = atomic::write_cache(file, &text);
    }
}

impl<'s> From<Said<'s>> for Kept<'s> {
    fn from(said: Said<'s>) -> Self {
        Self { id: said.id.into(), print: said.print, text: said.text.into(), is_new: false }
    }
}

impl Kept<'_> {
    /// News of an incident.
    pub(super) fn new(id: &Id, print: u64, text: String) -> Self {
        Self { id: id.to_string().into(), print, text: text.into(), is_new: true }
    }
}

/// A number by which a text that was damaged on the disk is found out, eight bytes at a time.
fn sum_of(text: &str) -> u64 {
    let step = |sum: u64, word: u64| (sum ^ word).wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(29);
    let (words, rest) = text.as_bytes().as_chunks::<8>();
    let sum = words.iter().fold(text.len() as u64, |sum, word| step(sum, u64::from_le_bytes(*word)));
    rest.iter().fold(sum, |sum, byte| step(sum, u64::from(*byte)))
}
