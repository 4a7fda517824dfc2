//! What figures are told apart by: severity, service, type, month.

use std::collections::BTreeMap;

use super::Subject;

/// What incidents are told apart by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// The severity now; of each process its own, worst first.
    Severity,
    /// The service; an incident counts for each that it names.
    Service,
    /// The type, a runbook's name.
    Type,
    /// The month in which it began, in the zone of its process.
    Month,
}

impl By {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Severity, Self::Service, Self::Type, Self::Month];

    /// The name on the command line and in labels.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Severity => "severity",
            Self::Service => "service",
            Self::Type => "type",
            Self::Month => "month",
        }
    }
}

/// The incidents by what they are told apart by, groups in order; in the last one what has no such thing.
#[must_use]
pub fn groups<'a>(subjects: &[Subject<'a>], by: By) -> Vec<(String, Vec<Subject<'a>>)> {
    let mut groups: BTreeMap<Key, Vec<Subject<'a>>> = BTreeMap::new();
    let several = subjects.windows(2).any(|pair| match pair {
        [a, b] => a.process.name != b.process.name,
        _ => false,
    });
    for subject in subjects {
        for key in keys(*subject, by, several) {
            groups.entry(key).or_default().push(*subject);
        }
    }
    groups.into_iter().map(|((_, _, _, label), of)| (label, of)).collect()
}

/// Whether it lacks what groups are told apart by, process, rank, and what a person reads.
type Key = (bool, String, u32, String);

fn keys(subject: Subject<'_>, by: By, several: bool) -> Vec<Key> {
    let Subject { measured, process } = subject;
    let word = |text: Option<String>, none: &str| {
        let lacks = text.is_none();
        vec![(lacks, String::new(), 0, text.unwrap_or_else(|| none.to_owned()))]
    };
    match by {
        By::Severity => {
            let Some(id) = measured.severity.as_deref() else { return word(None, "no severity") };
            let label = if several { format!("{} {id}", process.name) } else { id.to_owned() };
            let process_name = if several { process.name.clone() } else { String::new() };
            vec![(false, process_name, process.rank(id).unwrap_or(u32::MAX), label)]
        }
        By::Service if measured.services.is_empty() => word(None, "no service"),
        By::Service => measured.services.iter().flat_map(|s| word(Some(s.clone()), "")).collect::<Vec<_>>(),
        By::Type => word(measured.kind.clone(), "no type"),
        By::Month => word(measured.month.clone(), "no beginning"),
    }
}
