//! Figures over many incidents depend on the set of incidents alone.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod story;

use chrono::TimeDelta;
use inc::clock::summary::groups::{By, groups};
use inc::clock::summary::{Measured, Subject, summary};
use inc::clock::targets::judged;
use inc::model::entry::{CancelReason, Kind};
use inc::model::{Milestone, fold};
use inc::process::Process;
use proptest::prelude::*;
use story::{Story, story, zero};

/// Seconds from the declaration to each milestone, where it was reached; and whether it was cancelled.
type Plot = ([Option<i64>; 5], bool, bool);

fn tell((milestones, cancelled, worst): Plot) -> Story {
    use Milestone::{Acknowledged, Detected, Mitigated, Resolved, Started};
    let mut told = story("standard", if worst { "SEV1" } else { "SEV3" });
    for (milestone, at) in [Started, Detected, Acknowledged, Mitigated, Resolved].into_iter().zip(milestones)
    {
        if let Some(at) = at {
            told = told.reach(at, milestone);
        }
    }
    if cancelled {
        told.then(9000, Kind::Cancelled { reason: CancelReason::FalsePositive, of: None })
    } else {
        told
    }
}

fn plot() -> impl Strategy<Value = Plot> {
    (prop::array::uniform5(prop::option::of(-3000_i64..9000)), prop::bool::weighted(0.2), any::<bool>())
}

fn subjects(told: &[(Measured, Process)]) -> Vec<Subject<'_>> {
    told.iter().map(|(measured, process)| Subject { measured, process }).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn order_does_not_matter_and_nothing_is_lost(plots in prop::collection::vec(plot(), 0..8), turn in 0_usize..8) {
        let now = zero() + TimeDelta::hours(10);
        let told: Vec<(Measured, Process)> = plots
            .into_iter()
            .map(|plot| {
                let story = tell(plot);
                let incident = fold(story.record, story.entries);
                (Measured::new(&incident, &story.process, now), story.process)
            })
            .collect();
        let straight = subjects(&told);
        let mut turned: Vec<Subject<'_>> = straight.iter().rev().copied().collect();
        turned.rotate_left(turn.min(told.len()));
        let figures = summary(&straight);
        prop_assert_eq!(&figures, &summary(&turned));
        prop_assert_eq!(judged(&straight), judged(&turned));
        prop_assert_eq!(figures.incidents + figures.cancelled, told.len());
        for time in &figures.times {
            let left_out: usize = time.left_out.values().map(Vec::len).sum();
            prop_assert_eq!(time.seconds.len() + left_out, figures.incidents, "{}", time.formula.name);
            prop_assert!(time.seconds.iter().all(|s| *s >= 0));
        }
        for share in &figures.shares {
            prop_assert!(share.part <= share.whole);
        }
        let by_severity = groups(&straight, By::Severity);
        prop_assert_eq!(by_severity.iter().map(|(_, of)| of.len()).sum::<usize>(), told.len());
    }
}
