//! Workflow commands of GitHub Actions: each finding is an annotation at its line.

use std::fmt::Write as _;

use crate::process::obligation::Weight;
use crate::render::findings::{Located, Report};

pub(in crate::render) fn render(report: &Report) -> String {
    report.findings.iter().map(line).collect()
}

fn line(located: &Located) -> String {
    let f = &located.finding;
    let command = match (&f.waived, f.weight) {
        (None, Weight::Error) => "error",
        (None, Weight::Warning) => "warning",
        _ => "notice",
    };
    let mut message = f.message.clone();
    if let Some(waiver) = &f.waived {
        let _ = write!(message, "\naccepted by {}: {}", waiver.by, waiver.reason);
    } else if let Some(help) = &f.help {
        let _ = write!(message, "\nhelp: {help}");
    }
    let title = f.incident.as_ref().map_or_else(|| f.rule.to_owned(), |id| format!("{} {id}", f.rule));
    format!(
        "::{command} file={},line={},col={},endColumn={},title={}::{}\n",
        property(&located.path()),
        located.line,
        located.column,
        located.end_column(),
        property(&title),
        data(&message)
    )
}

/// Text as the runner reads it back: it splits at line ends and takes `%` for an escape.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
