//! What was measured, as `benches/README.md` shows it.

use std::path::Path;
use std::time::Duration;

/// Where the tables begin in `benches/README.md`.
const TABLES: &str = "<!-- tables -->\n";

/// A measured command: what it is called, what it took, and what it may take.
pub(crate) struct Row {
    pub(crate) what: &'static str,
    pub(crate) took: Duration,
    pub(crate) beside: &'static str,
    pub(crate) other: Duration,
    pub(crate) most: Most,
}

/// A limit: a multiple of what stands beside it, and so much more, or a time that is short enough anyway.
#[derive(Clone, Copy)]
pub(crate) struct Most {
    pub(crate) times: f64,
    pub(crate) plus: Duration,
    pub(crate) anyway: Duration,
}

impl Most {
    pub(crate) const fn times(times: f64) -> Self {
        Self { times, plus: Duration::ZERO, anyway: Duration::ZERO }
    }

    pub(crate) fn text(self) -> String {
        let ms = |d: Duration| d.as_millis();
        let plus = if self.plus.is_zero() { String::new() } else { format!(" + {} ms", ms(self.plus)) };
        let anyway =
            if self.anyway.is_zero() { String::new() } else { format!(", or {} ms", ms(self.anyway)) };
        format!("{}{plus}{anyway}", self.times)
    }
}

impl Row {
    pub(crate) fn is_over(&self) -> bool {
        self.took > self.other.mul_f64(self.most.times) + self.most.plus && self.took > self.most.anyway
    }

    pub(crate) fn text(&self) -> String {
        let Self { what, took, beside, other, most } = self;
        let (took, other) = (took.as_secs_f64() * 1e3, other.as_secs_f64() * 1e3);
        let ratio = took / other;
        let verdict = if self.is_over() { "**over**" } else { "kept" };
        format!(
            "| {what} | {took:.1} ms | {beside} | {other:.1} ms | {ratio:.2} | {} | {verdict} |",
            most.text()
        )
    }
}

/// How much longer an entry takes in the largest repository than in the smallest, beside git's own commit.
pub(crate) fn growth(smallest: &Row, largest: &Row) -> (String, bool) {
    let times = |a: Duration, b: Duration| b.as_secs_f64() / a.as_secs_f64();
    let (ours, gits) = (times(smallest.took, largest.took), times(smallest.other, largest.other));
    let verdict = if ours > gits { "**over**" } else { "kept" };
    let text = format!(
        "Growth of `timeline add` from the smallest to the largest: {ours:.1} times, at most that of git's commit, \
         {gits:.1} times: {verdict}."
    );
    (text, ours > gits)
}

/// Puts the tables where the last ones are.
pub(crate) fn write(tables: &str) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/README.md");
    let text = std::fs::read_to_string(&file).unwrap();
    let (before, _) = text.split_once(TABLES).unwrap();
    std::fs::write(&file, format!("{before}{TABLES}{tables}")).unwrap();
}
