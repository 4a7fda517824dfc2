//! For people: the source line underlined, what is wrong with it, and how to mend it.

use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};

use crate::process::obligation::Weight;
use crate::render::findings::{Located, Report};

pub(in crate::render) fn render(report: &Report, color: bool, width: usize) -> String {
    let renderer = if color { Renderer::styled() } else { Renderer::plain() }.term_width(width);
    let mut out = String::new();
    let mut incident = None;
    for located in &report.findings {
        if incident != Some(&located.finding.incident) {
            incident = Some(&located.finding.incident);
            out.push_str(located.finding.incident.as_deref().unwrap_or("the repository"));
            out.push_str("\n\n");
        }
        out.push_str(&renderer.render(&[group(located)]));
        out.push_str("\n\n");
    }
    out.push_str(&summary(report));
    out.push('\n');
    out
}

fn group(located: &Located) -> Group<'_> {
    let finding = &located.finding;
    let level = match (&finding.waived, finding.weight) {
        (Some(_), _) => Level::NOTE.with_name("waived"),
        (None, Weight::Error) => Level::ERROR,
        (None, Weight::Warning) => Level::WARNING,
        (None, Weight::Note | Weight::Off) => Level::NOTE,
    };
    let title = level.primary_title(finding.message.as_str()).id(finding.rule);
    let group = match located.text.as_deref().filter(|t| !t.is_empty()) {
        Some(text) => title.element(
            Snippet::source(text)
                .path(located.path())
                .annotation(AnnotationKind::Primary.span(located.span.clone())),
        ),
        None => title.element(Origin::path(located.path())),
    };
    let group = match &finding.waived {
        Some(waiver) => {
            let by = format!("accepted by {}: {}", waiver.by, waiver.reason);
            group.element(Level::NOTE.message(by))
        }
        None => group,
    };
    match &finding.help {
        Some(help) if finding.waived.is_none() => group.element(Level::HELP.message(help.as_str())),
        _ => group,
    }
}

fn summary(report: &Report) -> String {
    let counts = report.counts();
    let of = number(report.incidents, "incident");
    let parts: Vec<String> = [
        (counts.errors, "error"),
        (counts.warnings, "warning"),
        (counts.notes, "note"),
        (counts.waived, "waived finding"),
    ]
    .into_iter()
    .filter(|(n, _)| *n > 0)
    .map(|(n, what)| number(n, what))
    .collect();
    if parts.is_empty() {
        return format!("no findings in {of}");
    }
    let in_repository = report.findings.iter().any(|f| f.finding.incident.is_none());
    let place = match (report.incidents_with_findings(), in_repository) {
        (0, _) => format!("in the repository, {of} checked"),
        (n, false) if n == report.incidents => format!("in {of}"),
        (n, false) => format!("in {n} of {of}"),
        (n, true) => format!("in the repository and {n} of {of}"),
    };
    format!("{} {place}; `inc explain RULE` says why a rule is there", parts.join(", "))
}

fn number(n: usize, what: &str) -> String {
    if n == 1 { format!("1 {what}") } else { format!("{n} {what}s") }
}
