//! Figures as a person reads them.

use chrono::TimeDelta;

use super::{Report, how_many, why};
use crate::clock::metrics::Formula;
use crate::clock::summary::{LeftOut, METHODS, Share, Summary, Times};
use crate::clock::targets::{JUDGED_BY, Judged};
use crate::error::plain;
use crate::model::duration::format_duration;
use crate::render::columns::columns;
use crate::ui::{Tone, paint};

/// The most months that a line of bars shows: the last ones.
const MONTHS: usize = 12;

/// Figures, groups, targets, and how each is computed.
#[must_use]
pub fn table(report: &Report) -> String {
    let mut text = paint(Tone::Strong, &heading(report));
    text.push_str(&format!("\n\n{}", figures(report)));
    for (label, summary) in &report.groups {
        text.push_str(&format!("\n{}\n{}", paint(Tone::Strong, &group(label, summary)), values(summary)));
    }
    if !report.targets.is_empty() {
        text.push_str(&format!(
            "\n{} ({JUDGED_BY})\n{}",
            paint(Tone::Strong, "targets"),
            targets(&report.targets)
        ));
    }
    text.push_str(&left_out(&report.all));
    text.push_str(&format!("\n{}\n{}", paint(Tone::Strong, "how they are computed"), formulas(&report.all)));
    text
}

fn count(n: usize) -> String {
    if n == 1 { "1 incident".into() } else { format!("{n} incidents") }
}

fn cancelled(summary: &Summary) -> String {
    match summary.cancelled {
        0 => String::new(),
        n => format!("; {n} cancelled, in no figure"),
    }
}

fn heading(report: &Report) -> String {
    let range = match (report.months.first(), report.months.last()) {
        (Some((first, _)), Some((last, _))) if first == last => format!(", {first}"),
        (Some((first, _)), Some((last, _))) => format!(", {first} to {last}"),
        _ => String::new(),
    };
    format!("{}{range}{}", count(report.all.incidents), cancelled(&report.all))
}

fn group(label: &str, summary: &Summary) -> String {
    format!("{}: {}{}", plain(label), count(summary.incidents), cancelled(summary))
}

/// A figure's name as a person reads it.
fn name(formula: Formula) -> String {
    formula.name.replace('_', " ")
}

fn length(seconds: Option<i64>) -> String {
    seconds.map_or_else(|| "-".into(), |s| format_duration(TimeDelta::seconds(s)))
}

fn percent(value: Option<f64>) -> String {
    value.map_or_else(|| "-".into(), |v| format!("{v:.0} %"))
}

/// The figures over all, with a bar for each month.
fn figures(report: &Report) -> String {
    let first = report.months.len().saturating_sub(MONTHS);
    let months = report.months.get(first..).unwrap_or_default();
    let medians = |place: usize| months.iter().map(|(_, s)| s.times.get(place)?.median()).collect::<Vec<_>>();
    let shares = |place: usize| months.iter().map(|(_, s)| rounded(s.shares.get(place)?)).collect::<Vec<_>>();
    let mut times = time_rows(&report.all);
    let mut parts = share_rows(&report.all);
    if months.len() > 1 {
        times.iter_mut().skip(1).enumerate().for_each(|(place, row)| row.push(bars(&medians(place))));
        parts.iter_mut().skip(1).enumerate().for_each(|(place, row)| row.push(bars(&shares(place))));
        times.iter_mut().take(1).for_each(|head| head.push(dim("median by month")));
        parts.iter_mut().take(1).for_each(|head| head.push(dim("by month")));
    }
    format!("{}\n{}", columns(&times), columns(&parts))
}

fn values(summary: &Summary) -> String {
    format!("{}{}", columns(&time_rows(summary)), columns(&share_rows(summary)))
}

fn dim(text: &str) -> String {
    paint(Tone::Dim, text)
}

/// A heading, then a row for each time.
fn time_rows(summary: &Summary) -> Vec<Vec<String>> {
    let time = |t: &Times| {
        let [median, p90, mean] = [t.median(), t.p90(), t.mean()].map(length);
        vec![padded(t.formula), t.seconds.len().to_string(), median, p90, mean]
    };
    let head = vec![["", "n", "median", "p90", "mean"].map(dim).to_vec()];
    head.into_iter().chain(summary.times.iter().map(time)).collect()
}

/// A heading, then a row for each share.
fn share_rows(summary: &Summary) -> Vec<Vec<String>> {
    let share =
        |s: &Share| vec![padded(s.formula), s.whole.to_string(), s.part.to_string(), percent(s.percent())];
    let head = vec![["", "n", "yes", "share"].map(dim).to_vec()];
    head.into_iter().chain(summary.shares.iter().map(share)).collect()
}

/// A figure's name, wide enough that the tables of times and shares stand under one another.
fn padded(formula: Formula) -> String {
    format!("{:<27}", name(formula))
}

#[expect(clippy::cast_possible_truncation, reason = "a percentage is at most 100")]
fn rounded(share: &Share) -> Option<i64> {
    share.percent().map(|p| p.round() as i64)
}

/// One bar a month, the highest full; a dot where a month has no value.
fn bars(values: &[Option<i64>]) -> String {
    const BARS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
    let most = values.iter().flatten().copied().max().unwrap_or(0).max(1);
    let bar = |value: &Option<i64>| match value {
        None => '·',
        Some(value) => {
            usize::try_from(value * 7 / most).ok().and_then(|i| BARS.get(i)).copied().unwrap_or('▁')
        }
    };
    values.iter().map(bar).collect()
}

fn targets(targets: &[Judged]) -> String {
    let rows: Vec<Vec<String>> = targets
        .iter()
        .map(|t| {
            let value = if t.percent.is_some() { percent(t.percent) } else { length(t.mean_seconds) };
            let verdict = match t.met {
                Some(true) => paint(Tone::Good, "met"),
                Some(false) => paint(Tone::Bad, "missed"),
                None if t.formula.is_none() => paint(Tone::Warn, "no figure of this name"),
                None => paint(Tone::Dim, "nothing to judge"),
            };
            let figure = t.formula.map(name).unwrap_or_default();
            vec![
                plain(&t.process),
                plain(&t.label),
                figure,
                t.limit.clone(),
                value,
                verdict,
                format!("n {}", t.n),
            ]
        })
        .collect();
    columns(&rows)
}

fn left_out(summary: &Summary) -> String {
    let line = |formula: Formula, left_out: &LeftOut| {
        (how_many(left_out) > 0).then(|| vec![name(formula), how_many(left_out).to_string(), why(left_out)])
    };
    let times = summary.times.iter().filter_map(|t| line(t.formula, &t.left_out));
    let rows: Vec<_> =
        times.chain(summary.shares.iter().filter_map(|s| line(s.formula, &s.left_out))).collect();
    if rows.is_empty() {
        return String::new();
    }
    format!("\n{}\n{}", paint(Tone::Strong, "left out"), columns(&rows))
}

fn formulas(summary: &Summary) -> String {
    let formulas = summary.times.iter().map(|t| t.formula).chain(summary.shares.iter().map(|s| s.formula));
    let formulas = formulas.map(|f| vec![name(f), f.text.to_owned()]);
    let methods = METHODS.iter().map(|(name, text)| vec![(*name).to_owned(), (*text).to_owned()]);
    columns(&formulas.chain(methods).collect::<Vec<_>>())
}

#[cfg(test)]
mod tests {
    use super::bars;

    #[test]
    fn the_highest_month_is_full_and_an_empty_one_a_dot() {
        assert_eq!(bars(&[Some(0), None, Some(50), Some(100)]), "▁·▄█");
        assert_eq!(bars(&[Some(0)]), "▁");
        assert_eq!(bars(&[]), "");
    }
}
