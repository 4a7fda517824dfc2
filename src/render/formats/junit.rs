//! `JUnit` XML: a test case for each finding; what does not fail counts as skipped.

use std::fmt::Write as _;

use crate::render::findings::{Located, Report};

pub(in crate::render) fn render(report: &Report) -> String {
    let failures = report.findings.iter().filter(|f| f.finding.fails(report.strict)).count();
    let skipped = report.findings.len() - failures;
    let tests = report.findings.len().max(1);
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let numbers = format!("tests=\"{tests}\" failures=\"{failures}\" skipped=\"{skipped}\"");
    let _ = writeln!(out, "<testsuites name=\"inc check\" {numbers}>");
    let _ = writeln!(out, "  <testsuite name=\"inc check\" {numbers}>");
    if report.findings.is_empty() {
        // A suite without a test is an error to some readers.
        let _ = writeln!(out, "    <testcase classname=\"inc\" name=\"check\"/>");
    }
    for located in &report.findings {
        case(&mut out, located, report.strict);
    }
    out.push_str("  </testsuite>\n</testsuites>\n");
    out
}

fn case(out: &mut String, located: &Located, strict: bool) {
    let f = &located.finding;
    let place = format!("{}:{}:{}", located.path(), located.line, located.column);
    let _ = writeln!(
        out,
        "    <testcase classname=\"{}\" name=\"{}\" file=\"{}\" line=\"{}\">",
        escape(f.incident.as_deref().unwrap_or("repository")),
        escape(&format!("{} {place}", f.rule)),
        escape(&located.path()),
        located.line
    );
    let message = escape(&f.message);
    if let Some(waiver) = &f.waived {
        let by = escape(&format!("{} (accepted by {}: {})", f.message, waiver.by, waiver.reason));
        let _ = writeln!(out, "      <skipped message=\"waived: {by}\"/>");
    } else if f.fails(strict) {
        let help = f.help.as_ref().map(|h| format!("\nhelp: {h}")).unwrap_or_default();
        let body = escape(&format!("{place}: {}{help}", f.message));
        let level = f.weight.name();
        let _ = writeln!(out, "      <failure type=\"{level}\" message=\"{message}\">{body}</failure>");
    } else {
        let _ = writeln!(out, "      <skipped message=\"{}: {message}\"/>", located.level());
    }
    out.push_str("    </testcase>\n");
}

/// Text for an attribute or an element; characters that XML cannot hold are shown as escapes.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\n' => out.push_str("&#10;"),
            '\t' => out.push('\t'),
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => out.extend(c.escape_debug()),
            c => out.push(c),
        }
    }
    out
}
