//! Figures as `OpenMetrics` text, which a Prometheus textfile collector reads, too.

use super::{Report, how_many};
use crate::clock::metrics::Formula;
use crate::clock::summary::Summary;

/// The report as gauges: times in seconds, shares as ratios from 0 to 1; it ends with `# EOF`.
#[must_use]
pub fn openmetrics(report: &Report) -> String {
    let groups = report.groups.iter().map(|(label, summary)| {
        (format!("{}=\"{}\"", report.by.unwrap_or("group"), escaped(label)), summary)
    });
    // Sums over a label must not count an incident twice: with groups, the whole is left to the reader.
    let mut of: Vec<(String, &Summary)> = groups.collect();
    if report.by.is_none() {
        of.push((String::new(), &report.all));
    }
    let mut text = String::new();
    let counts = |pick: fn(&Summary) -> usize| {
        of.iter().map(|(labels, s)| (labels.clone(), pick(s).to_string())).collect::<Vec<_>>()
    };
    family(&mut text, "inc_incidents", None, "incidents in the figures", &counts(|s| s.incidents));
    family(&mut text, "inc_incidents_cancelled", None, "cancelled, in no figure", &counts(|s| s.cancelled));
    times(&mut text, report, &of);
    shares(&mut text, report, &of);
    targets(&mut text, report);
    text.push_str("# EOF\n");
    text
}

fn times(text: &mut String, report: &Report, of: &[(String, &Summary)]) {
    for (place, time) in report.all.times.iter().enumerate() {
        let mut samples = Vec::new();
        for (labels, summary) in of {
            let Some(time) = summary.times.get(place) else { continue };
            let values = [("median", time.median()), ("p90", time.p90()), ("mean", time.mean())];
            samples.extend(values.into_iter().filter_map(|(statistic, value)| {
                Some((join(labels, &format!("statistic=\"{statistic}\"")), value?.to_string()))
            }));
        }
        let name = format!("inc_{}_seconds", time.formula.name);
        family(text, &name, Some("seconds"), time.formula.text, &samples);
        let counts = of.iter().filter_map(|(labels, s)| {
            let time = s.times.get(place)?;
            Some((labels, time.seconds.len(), how_many(&time.left_out)))
        });
        observations(text, time.formula, counts);
    }
}

fn shares(text: &mut String, report: &Report, of: &[(String, &Summary)]) {
    for (place, share) in report.all.shares.iter().enumerate() {
        let ratio = |(labels, s): &(String, &Summary)| {
            Some((labels.clone(), format!("{:.4}", s.shares.get(place)?.percent()? / 100.0)))
        };
        let samples: Vec<_> = of.iter().filter_map(ratio).collect();
        let name = format!("inc_{}_ratio", share.formula.name);
        family(text, &name, Some("ratio"), share.formula.text, &samples);
        let counts = of.iter().filter_map(|(labels, s)| {
            let share = s.shares.get(place)?;
            Some((labels, share.whole, how_many(&share.left_out)))
        });
        observations(text, share.formula, counts);
    }
}

fn observations<'a>(
    text: &mut String,
    formula: Formula,
    counts: impl Iterator<Item = (&'a String, usize, usize)>,
) {
    let samples: Vec<_> = counts
        .flat_map(|(labels, n, left_out)| {
            let label = |of: &str| join(labels, &format!("counted=\"{of}\""));
            [(label("yes"), n.to_string()), (label("no"), left_out.to_string())]
        })
        .collect();
    let name = format!("inc_{}_observations", formula.name);
    family(text, &name, None, "how many values there are, and how many were left out", &samples);
}

fn targets(text: &mut String, report: &Report) {
    let judged = report.targets.iter().filter_map(|t| {
        let labels = format!("process=\"{}\",target=\"{}\"", escaped(&t.process), escaped(&t.key));
        Some((labels, u8::from(t.met?).to_string()))
    });
    let samples: Vec<_> = judged.collect();
    family(text, "inc_target_met", None, "1 when the process's target is met, over rank 1 alone", &samples);
}

fn family(text: &mut String, name: &str, unit: Option<&str>, help: &str, samples: &[(String, String)]) {
    text.push_str(&format!("# TYPE {name} gauge\n"));
    if let Some(unit) = unit {
        text.push_str(&format!("# UNIT {name} {unit}\n"));
    }
    text.push_str(&format!("# HELP {name} {}\n", escaped(help)));
    for (labels, value) in samples {
        let labels = if labels.is_empty() { String::new() } else { format!("{{{labels}}}") };
        text.push_str(&format!("{name}{labels} {value}\n"));
    }
}

fn join(labels: &str, more: &str) -> String {
    if labels.is_empty() { more.to_owned() } else { format!("{labels},{more}") }
}

fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}
