//! Laws of the classification, over every answer of every built-in process.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::sync::LazyLock;

use inc::process::Process;
use inc::process::builtin;
use inc::process::classify::Answers;
use proptest::prelude::*;

fn processes() -> Vec<Process> {
    let names = ["standard", "koprogo", "nasa-l4", "distri-night", "alertimmo"];
    let read = |name: &&str| {
        let text = builtin::file(&format!("processes/{name}/process.yaml")).unwrap();
        inc::store::yaml::read::<Process>(text).unwrap()
    };
    names.iter().map(read).collect()
}

fn distri() -> &'static Process {
    static READ: LazyLock<Process> =
        LazyLock::new(|| processes().into_iter().find(|p| p.name == "distri-night").unwrap());
    &READ
}

fn severity(process: &Process, answers: &[(&str, &str)], raises: &[&str]) -> String {
    let mut given = Answers::default();
    for (question, answer) in answers {
        given.give(process, question, answer).unwrap();
    }
    for question in raises {
        given.raise(process, question, "because").unwrap();
    }
    given.classify(process).unwrap().severity
}

#[test]
fn bands_of_users_just_below_at_and_above_each_boundary() {
    let process = distri();
    for (users, wanted) in [
        ("0", "P4"),
        ("4.99", "P4"),
        ("5", "P3"),
        ("5.01", "P3"),
        ("19.99", "P3"),
        ("20", "P2"),
        ("20.01", "P2"),
        ("49.99", "P2"),
        ("50", "P2"),
        ("50.01", "P1"),
        ("100", "P1"),
    ] {
        assert_eq!(severity(process, &[("users", users)], &[]), wanted, "{users} %");
    }
}

#[test]
fn bands_of_revenue_just_below_at_and_above_each_boundary() {
    let process = distri();
    for (revenue, wanted) in [
        ("0", "P4"),
        ("0.01", "P3"),
        ("4.99", "P3"),
        ("5", "P2"),
        ("5.01", "P2"),
        ("19.99", "P2"),
        ("20", "P2"),
        ("20.01", "P1"),
        ("100", "P1"),
    ] {
        assert_eq!(severity(process, &[("revenue", revenue)], &[]), wanted, "{revenue} %");
    }
}

#[test]
fn the_worst_is_the_base_moves_add_up_and_what_decides_wins() {
    let process = distri();
    let say = |answers: &[(&str, &str)]| severity(process, answers, &[]);
    assert_eq!(say(&[("users", "35"), ("revenue", "3")]), "P2");
    assert_eq!(say(&[("users", "35"), ("workaround", "simple")]), "P3");
    assert_eq!(say(&[("users", "35"), ("workaround", "simple"), ("security", "potential")]), "P2");
    assert_eq!(say(&[("users", "1"), ("workaround", "simple")]), "P4");
    assert_eq!(say(&[("users", "90"), ("security", "potential")]), "P1");
    assert_eq!(say(&[("users", "1"), ("workaround", "simple"), ("security", "confirmed")]), "P1");
}

#[test]
fn a_choice_that_is_left_open_is_taken_with_a_reason() {
    let process = distri();
    assert_eq!(severity(process, &[("function", "core")], &[]), "P2");
    assert_eq!(severity(process, &[("function", "core")], &["function"]), "P1");
    assert_eq!(severity(process, &[("users", "10"), ("workaround", "none")], &["workaround"]), "P2");
    let mut answers = Answers::default();
    answers.give(process, "function", "critical").unwrap();
    assert!(answers.raise(process, "function", "because").is_err(), "nothing is left open");
    assert!(answers.raise(process, "workaround", "because").is_err(), "not answered");
}

#[test]
fn every_combination_of_choices_stays_on_the_scale() {
    for process in &processes() {
        let Some(questions) = &process.classification else { continue };
        let mut sets: Vec<Vec<(String, String, bool)>> = vec![Vec::new()];
        for question in &questions.questions {
            let numbers = ["0", "3", "10", "35", "80"].map(str::to_owned);
            let options: Vec<(String, bool)> = if question.bands.is_empty() {
                let raises = |c: &inc::process::severity::Choice| c.then.or_with_reason.is_some();
                let choices = question.choices.iter();
                let both = choices.flat_map(|c| [(c.id.clone(), false), (c.id.clone(), raises(c))]);
                both.collect::<std::collections::BTreeSet<_>>().into_iter().collect()
            } else {
                numbers.into_iter().map(|n| (n, false)).collect()
            };
            let with = |set: &Vec<(String, String, bool)>, (answer, raised): &(String, bool)| {
                let mut set = set.clone();
                set.push((question.id.clone(), answer.clone(), *raised));
                set
            };
            sets = sets.iter().flat_map(|s| options.iter().map(|o| with(s, o)).collect::<Vec<_>>()).collect();
        }
        for set in sets {
            let mut answers = Answers::default();
            for (question, answer, raised) in &set {
                answers.give(process, question, answer).unwrap();
                if *raised {
                    answers.raise(process, question, "because").unwrap();
                }
            }
            let result = answers.classify(process).unwrap();
            assert!(process.rank(&result.severity).is_some(), "{}: {set:?}", process.name);
            assert_eq!(result.trace.len(), set.len() + 1, "a line a question, and one for the sum");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_number_has_a_band_or_is_refused(users in -10.0..200.0f64) {
        let process = distri();
        let mut answers = Answers::default();
        let given = answers.give(process, "users", &users.to_string());
        prop_assert_eq!(given.is_ok(), (0.0..=100.0).contains(&users));
    }

    #[test]
    fn more_users_are_never_milder(a in 0.0..=100.0f64, b in 0.0..=100.0f64) {
        let process = distri();
        let rank = |users: f64| process.rank(&severity(process, &[("users", &users.to_string())], &[]));
        prop_assert!(rank(a.max(b)) <= rank(a.min(b)));
    }
}
