//! Figures as comma-separated values (RFC 4180), one line a figure and group.

use super::{Report, how_many, why};
use crate::clock::summary::{Share, Summary, Times};
use crate::clock::targets::Judged;

const HEAD: &str = "kind,group,name,formula,unit,n,left_out,left_out_why,median,p90,mean,percent,limit,met";

/// The report as a spreadsheet reads it; times in seconds.
#[must_use]
pub fn csv(report: &Report) -> String {
    let mut text = format!("{HEAD}\n");
    lines(&mut text, "all", "", &report.all);
    for (label, summary) in &report.groups {
        lines(&mut text, report.by.unwrap_or_default(), label, summary);
    }
    for target in &report.targets {
        line(&mut text, &of_target(target));
    }
    text
}

fn lines(text: &mut String, kind: &str, group: &str, summary: &Summary) {
    for cells in summary.times.iter().map(of_time).chain(summary.shares.iter().map(of_share)) {
        let mut line_of: Vec<String> = vec![kind.to_owned(), group.to_owned()];
        line_of.extend(cells);
        line(text, &line_of);
    }
}

fn of_time(time: &Times) -> Vec<String> {
    let value = |v: Option<i64>| v.map(|v| v.to_string()).unwrap_or_default();
    vec![
        time.formula.name.to_owned(),
        time.formula.text.to_owned(),
        "seconds".to_owned(),
        time.seconds.len().to_string(),
        how_many(&time.left_out).to_string(),
        why(&time.left_out),
        value(time.median()),
        value(time.p90()),
        value(time.mean()),
    ]
}

fn of_share(share: &Share) -> Vec<String> {
    let none = String::new;
    vec![
        share.formula.name.to_owned(),
        share.formula.text.to_owned(),
        "percent".to_owned(),
        share.whole.to_string(),
        how_many(&share.left_out).to_string(),
        why(&share.left_out),
        none(),
        none(),
        none(),
        share.percent().map(|p| format!("{p:.2}")).unwrap_or_default(),
    ]
}

fn of_target(target: &Judged) -> Vec<String> {
    let none = String::new;
    let unit = if target.percent.is_some() { "percent" } else { "seconds" };
    vec![
        "target".to_owned(),
        target.process.clone(),
        target.label.clone(),
        target.formula.map(|f| f.text.to_owned()).unwrap_or_default(),
        unit.to_owned(),
        target.n.to_string(),
        none(),
        none(),
        none(),
        none(),
        target.mean_seconds.map(|s| s.to_string()).unwrap_or_default(),
        target.percent.map(|p| format!("{p:.2}")).unwrap_or_default(),
        target.limit.clone(),
        target.met.map(|m| m.to_string()).unwrap_or_default(),
    ]
}

fn line(text: &mut String, cells: &[String]) {
    let columns = HEAD.split(',').count();
    let filled = (0..columns).map(|i| cells.get(i).map(|c| quoted(c)).unwrap_or_default());
    text.push_str(&filled.collect::<Vec<_>>().join(","));
    text.push('\n');
}

/// A cell; one that a spreadsheet would take for a formula begins with an apostrophe.
fn quoted(cell: &str) -> String {
    let cell =
        if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{cell}") } else { cell.to_owned() };
    if cell.contains([',', '"', '\n', '\r']) { format!("\"{}\"", cell.replace('"', "\"\"")) } else { cell }
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn cells_neither_break_the_line_nor_run() {
        assert_eq!(quoted("a,b"), "\"a,b\"");
        assert_eq!(quoted("a \"b\"\n"), "\"a \"\"b\"\"\n\"");
        assert_eq!(quoted("=1+1"), "'=1+1");
        assert_eq!(quoted("api"), "api");
    }
}
