//! Findings in their one order, each with its place in the text, and the formats that say them.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use super::formats::{github, json, junit, sarif, text};
use crate::process::obligation::Weight;
use crate::rules::{Finding, Place};
use crate::store::front_matter;
use crate::store::yaml::{line_col, locate, locate_key};

/// A finding with its place in the file's text.
#[derive(Debug)]
pub(super) struct Located {
    /// The finding.
    pub(super) finding: Finding,
    /// The file's text; none when there is no such file.
    pub(super) text: Option<Rc<str>>,
    /// The bytes that it is about, on one line.
    pub(super) span: Range<usize>,
    /// The line, from 1.
    pub(super) line: usize,
    /// The column in characters, from 1.
    pub(super) column: usize,
}

/// How many findings there are of each weight; what was waived is only counted as that.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Errors.
    pub errors: usize,
    /// Warnings.
    pub warnings: usize,
    /// Notes.
    pub notes: usize,
    /// What a person accepted, of any weight.
    pub waived: usize,
}

/// All findings of one run, in order: the repository's, then incident by incident, by file, line and rule.
#[derive(Debug)]
pub struct Report {
    pub(super) findings: Vec<Located>,
    pub(super) incidents: usize,
    pub(super) strict: bool,
}

impl Report {
    /// A report on `incidents` incidents; `read` gives the text of a file, relative to the root.
    #[must_use]
    pub fn new(findings: Vec<Finding>, incidents: usize, read: &dyn Fn(&Path) -> Option<String>) -> Self {
        let texts: RefCell<BTreeMap<PathBuf, Option<Rc<str>>>> = RefCell::default();
        let text = |path: &Path| {
            let mut texts = texts.borrow_mut();
            texts.entry(path.to_owned()).or_insert_with(|| read(path).map(Rc::from)).clone()
        };
        let mut findings: Vec<Located> = findings.into_iter().map(|f| place(text(&f.path), f)).collect();
        findings.sort_by(|a, b| a.order().cmp(&b.order()));
        Self { findings, incidents, strict: false }
    }

    /// Lets warnings fail as errors do.
    #[must_use]
    pub fn strict(mut self, strict: bool) -> Self {
        self.strict = strict;
        self
    }

    /// Whether `check` fails.
    #[must_use]
    pub fn fails(&self) -> bool {
        self.findings.iter().any(|f| f.finding.fails(self.strict))
    }

    /// How many findings there are.
    #[must_use]
    pub fn counts(&self) -> Counts {
        let mut counts = Counts::default();
        for Located { finding, .. } in &self.findings {
            match (finding.waived.is_some(), finding.weight) {
                (true, _) => counts.waived += 1,
                (_, Weight::Error) => counts.errors += 1,
                (_, Weight::Warning) => counts.warnings += 1,
                (_, Weight::Note) => counts.notes += 1,
                (_, Weight::Off) => {}
            }
        }
        counts
    }

    /// How many incidents have a finding.
    pub(super) fn incidents_with_findings(&self) -> usize {
        self.findings.iter().filter_map(|f| f.finding.incident.as_deref()).collect::<BTreeSet<_>>().len()
    }

    /// For people: the source line underlined, grouped by incident, and a line that sums up.
    #[must_use]
    pub fn text(&self, color: bool, width: usize) -> String {
        text::render(self, color, width)
    }

    /// The JSON that DESIGN.md promises.
    #[must_use]
    pub fn json(&self) -> serde_json::Value {
        json::render(self)
    }

    /// Annotations for GitHub Actions.
    #[must_use]
    pub fn github(&self) -> String {
        github::render(self)
    }

    /// SARIF 2.1.0.
    #[must_use]
    pub fn sarif(&self) -> serde_json::Value {
        sarif::render(self)
    }

    /// `JUnit` XML.
    #[must_use]
    pub fn junit(&self) -> String {
        junit::render(self)
    }
}

impl Located {
    fn order(&self) -> (Option<&str>, &Path, usize, usize, &str, &str) {
        let f = &self.finding;
        (f.incident.as_deref(), &f.path, self.line, self.column, f.rule, &f.message)
    }

    /// The path with `/` between its parts, whatever the system.
    pub(super) fn path(&self) -> String {
        let parts = self.finding.path.components().map(|c| c.as_os_str().to_string_lossy());
        parts.collect::<Vec<_>>().join("/")
    }

    /// How serious it is, in a word: what was waived says so.
    pub(super) fn level(&self) -> &'static str {
        if self.finding.waived.is_some() { "waived" } else { self.finding.weight.name() }
    }

    /// The column after the last character that it is about.
    pub(super) fn end_column(&self) -> usize {
        let about = self.text.as_deref().and_then(|t| t.get(self.span.clone())).unwrap_or_default();
        self.column + about.chars().count()
    }
}

fn place(text: Option<Rc<str>>, finding: Finding) -> Located {
    let whole = text.as_deref().unwrap_or_default();
    let span = one_line(whole, find(whole, &finding));
    let (line, column) = line_col(whole, span.start);
    Located { finding, text, span, line, column }
}

/// The bytes that a place means.
fn find(text: &str, finding: &Finding) -> Range<usize> {
    match &finding.place {
        Place::Whole => 0..text.len(),
        Place::Line(line) => line_start(text, *line)..text.len(),
        Place::At(line, column) => {
            let start = line_start(text, *line);
            let line = text.get(start..).unwrap_or_default();
            let offset = line.char_indices().nth(column.saturating_sub(1)).map_or(line.len(), |(i, _)| i);
            // As far as the value may reach: what closes a list or mapping in brackets is not part of it.
            let rest = line.get(offset..).unwrap_or_default().lines().next().unwrap_or_default();
            start + offset..start + offset + rest.trim_end_matches([' ', '}', ']', ',']).len()
        }
        Place::After(line, word) => {
            let start = line_start(text, *line);
            let found = text.get(start..).unwrap_or_default().find(word.as_str()).map(|at| start + at);
            found.map_or(start..text.len(), |start| start..start + word.len())
        }
        Place::Field(path) => field(text, &finding.path, path, true),
        Place::Word(path, word) => {
            let span = field(text, &finding.path, path, false);
            let inside = text.get(span.clone()).unwrap_or_default();
            let found = inside.find(word.as_str()).map(|at| span.start + at);
            found.map_or(span, |start| start..start + word.len())
        }
    }
}

fn line_start(text: &str, line: usize) -> usize {
    let mut starts = std::iter::once(0).chain(text.match_indices('\n').map(|(i, _)| i + 1));
    starts.nth(line.saturating_sub(1)).unwrap_or(text.len())
}

/// The value of a field; where there is none, the key of the nearest field that would hold it. With `key`, a value
/// of several lines is meant by its key.
fn field(text: &str, file: &Path, path: &[String], key: bool) -> Range<usize> {
    let is_yaml = file.extension().is_some_and(|e| e == "yaml" || e == "yml");
    let (yaml, offset, body) = match front_matter::split(text) {
        _ if is_yaml => (text, 0, 0),
        Ok(parts) => (parts.yaml, text.find('\n').map_or(0, |i| i + 1), text.len() - parts.body.len()),
        Err(_) => ("", 0, 0),
    };
    if path.is_empty() {
        return body..text.len();
    }
    let path: Vec<&str> = path.iter().map(String::as_str).collect();
    let is_short = |span: &Range<usize>| !key || !yaml.get(span.clone()).unwrap_or_default().contains('\n');
    let value = locate(yaml, &path).filter(|span| !span.is_empty() && is_short(span));
    let span = value.or_else(|| (1..=path.len()).rev().find_map(|n| locate_key(yaml, &path[..n])));
    span.map_or_else(|| first_said(text)..text.len(), |span| span.start + offset..span.end + offset)
}

/// The first line that is no comment: where a file is meant as a whole.
fn first_said(text: &str) -> usize {
    let lines = text.split_inclusive('\n');
    let skipped =
        lines.take_while(|line| line.starts_with('#') || line.trim().is_empty()).map(str::len).sum();
    if skipped < text.len() { skipped } else { 0 }
}

/// A span cut off at the end of its first line, without the space at its end.
fn one_line(text: &str, span: Range<usize>) -> Range<usize> {
    let about = text.get(span.clone()).unwrap_or_default();
    let first = about.lines().next().unwrap_or_default().trim_end();
    span.start..span.start + first.len()
}
