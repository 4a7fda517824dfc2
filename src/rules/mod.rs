//! The rules that `check` holds incidents to: one file each, listed once.
//!
//! A rule is pure: it looks at a [`Subject`] and returns remarks; the engine weighs them as the process and the
//! settings say, and marks those that a person has accepted. A rule's doc comment is its documentation: what
//! `inc explain` prints.

mod doc;
mod finding;
mod levels;
mod prose;
mod subject;
mod words;

mod action_follow_up;
mod action_incomplete;
mod action_overdue;
mod action_priority;
mod action_ticket;
mod action_vague;
mod actions_missing;
mod box_unticked;
mod breach_data;
mod decider;
mod downtime;
mod five_whys;
mod future_entry;
mod gate_passed;
mod history;
mod history_entry;
mod history_evidence;
mod history_identity;
mod history_process;
mod history_severity;
mod history_waiver;
mod id_folder;
mod impact_contradiction;
mod inc_001;
mod inc_002;
mod inc_003;
mod inc_004;
mod inc_005;
mod incident_document;
mod incident_ticket;
mod leader_missing;
mod long_shift;
mod milestone_order;
mod missed_limit;
mod placeholder;
mod placeholder_contact;
mod post_vacant;
mod postmortem_approval;
mod postmortem_incomplete;
mod preparers;
mod process_names;
mod recorded_late;
mod registry_stale;
mod restricted_published;
mod review_incomplete;
mod role_missing;
mod roles_combined;
mod rollback_plan_changed;
mod rollback_target_moved;
mod schema;
mod self_approval;
mod step_order;
mod stray_folder;
mod summary_length;
mod timeline_gap;
mod title;
mod unknown_cause;
mod unknown_fact;
mod unknown_name;
mod unknown_rule;
mod update_overdue;
mod waiver;

pub(crate) use box_unticked::unticked;
pub use finding::{Finding, Place, Remark, Waiver};
pub use history::{History, Past, Version};
pub use levels::Levels;
pub(crate) use postmortem_incomplete::{filling, unfilled};
pub(crate) use review_incomplete::{Lack, lacks};
pub use subject::{Document, Files, Leads, ProcessFile, Repository, Rollback, Subject, Team, Trouble};

use std::collections::BTreeMap;
use std::path::Path;

use crate::error::plain;
use crate::model::Incident;
use crate::model::entry::{Entry, Kind};
use crate::process::obligation::Weight;
use crate::process::shape::RuleSetting;

/// Every rule, in the order in which they are documented.
static RULES: &[&Rule] = &[
    &schema::RULE,
    &id_folder::RULE,
    &title::RULE,
    &unknown_name::RULE,
    &impact_contradiction::RULE,
    &downtime::RULE,
    &breach_data::RULE,
    &restricted_published::RULE,
    &milestone_order::RULE,
    &future_entry::RULE,
    &timeline_gap::RULE,
    &recorded_late::RULE,
    &inc_001::RULE,
    &inc_002::RULE,
    &inc_003::RULE,
    &inc_004::RULE,
    &inc_005::RULE,
    &leader_missing::RULE,
    &role_missing::RULE,
    &roles_combined::RULE,
    &long_shift::RULE,
    &decider::RULE,
    &self_approval::RULE,
    &missed_limit::RULE,
    &unknown_fact::RULE,
    &update_overdue::RULE,
    &preparers::RULE,
    &step_order::RULE,
    &gate_passed::RULE,
    &postmortem_incomplete::RULE,
    &placeholder::RULE,
    &summary_length::RULE,
    &five_whys::RULE,
    &unknown_cause::RULE,
    &review_incomplete::RULE,
    &postmortem_approval::RULE,
    &box_unticked::RULE,
    &action_incomplete::RULE,
    &action_vague::RULE,
    &action_overdue::RULE,
    &action_ticket::RULE,
    &action_priority::RULE,
    &incident_ticket::RULE,
    &action_follow_up::RULE,
    &actions_missing::RULE,
    &rollback_plan_changed::RULE,
    &rollback_target_moved::RULE,
    &waiver::RULE,
    &incident_document::RULE,
    &registry_stale::RULE,
    &stray_folder::RULE,
    &post_vacant::RULE,
    &placeholder_contact::RULE,
    &process_names::RULE,
    &unknown_rule::RULE,
    &history_entry::RULE,
    &history_severity::RULE,
    &history_evidence::RULE,
    &history_identity::RULE,
    &history_waiver::RULE,
    &history_process::RULE,
];

/// The rules that say that a timeline is not what it was meant to be.
static DOUBTS: &[&Rule] = &[&unknown_name::RULE, &milestone_order::RULE];

/// A rule: its name, its weight, and how it looks.
#[derive(Debug)]
pub struct Rule {
    /// How people, settings and waivers name it.
    pub id: &'static str,
    /// How much it weighs where nobody says otherwise.
    pub level: Weight,
    /// The text of its file; its doc comment is the rule's documentation.
    pub source: &'static str,
    /// `check --fix` mends it.
    pub fixable: bool,
    /// A person may accept it.
    pub waivable: bool,
    /// It reads conclusions off the timeline as a whole, and waits while a name or the order in that is wrong.
    pub concludes: bool,
    /// Parameters that a process may set, with what holds otherwise.
    pub parameters: &'static [(&'static str, &'static str)],
    /// How it looks.
    pub check: Check,
}

/// What a rule looks at.
#[derive(Debug)]
pub enum Check {
    /// The files of an incident, readable or not.
    Files(fn(&Files) -> Vec<Remark>),
    /// An incident whose files could all be read.
    Incident(fn(&Subject<'_>) -> Vec<Remark>),
    /// The repository as a whole.
    Repository(fn(&Repository<'_>) -> Vec<Remark>),
    /// What a range of commits did to the past.
    History(fn(&History<'_>) -> Vec<Remark>),
}

impl Rule {
    /// A rule with an id, a weight and a check; it may be waived, is not fixable and has no parameters.
    #[must_use]
    pub const fn new(id: &'static str, level: Weight, source: &'static str, check: Check) -> Self {
        Self { id, level, source, fixable: false, waivable: true, concludes: false, parameters: &[], check }
    }

    /// Its documentation, in Markdown, with the clauses that it stands for.
    #[must_use]
    pub fn doc(&self) -> String {
        let mut doc = doc::of(self.source);
        for (n, clause) in doc::clauses(self.id).iter().enumerate() {
            doc.push_str(if n == 0 { "\n\n## Asked for by\n- " } else { "\n- " });
            doc.push_str(clause);
        }
        doc
    }

    /// The first sentence of its documentation.
    #[must_use]
    pub fn summary(&self) -> String {
        doc::summary(self.source)
    }
}

/// Every rule, in the order in which they are documented.
#[must_use]
pub fn all() -> &'static [&'static Rule] {
    RULES
}

/// The rule of an id, whatever its case.
#[must_use]
pub fn find(id: &str) -> Option<&'static Rule> {
    RULES.iter().copied().find(|r| r.id.eq_ignore_ascii_case(id))
}

/// What is wrong with an incident's files as such; when this finds nothing, the incident can be judged.
#[must_use]
pub fn check_files(files: &Files, team: &Team) -> Vec<Finding> {
    let levels = Levels { process: None, team: &team.rules };
    let checked = RULES.iter().filter_map(|rule| match rule.check {
        Check::Files(check) => Some((*rule, check(files))),
        _ => None,
    });
    weigh(checked, levels, Some(&files.id))
}

/// What is wrong with an incident, in order of rules; what a person accepted is marked.
///
/// While an entry has a name that nobody knows, or stands out of order, nothing is concluded from what the timeline
/// seems to lack: the one mistake is said, not all that would follow from it.
#[must_use]
pub fn check_incident(subject: &Subject<'_>) -> Vec<Finding> {
    let timeline = subject.folder.join("timeline");
    let doubts = |f: &Finding| f.path.starts_with(&timeline) && DOUBTS.iter().any(|r| r.id == f.rule);
    let checked = RULES.iter().filter_map(|rule| match rule.check {
        Check::Incident(check) => Some((*rule, check(subject))),
        _ => None,
    });
    let mut findings = weigh(checked, subject.levels(), Some(subject.id));
    if findings.iter().any(doubts) {
        findings.retain(|f| find(f.rule).is_none_or(|r| !r.concludes));
    }
    for finding in &mut findings {
        finding.waived = finding.waived.take().or_else(|| waiver(subject.incident, finding.rule));
    }
    findings
}

/// What is wrong with the repository as a whole.
#[must_use]
pub fn check_repository(repository: &Repository<'_>) -> Vec<Finding> {
    let levels = Levels { process: None, team: &repository.team.rules };
    let files = Files { troubles: repository.troubles.clone(), ..Files::default() };
    let checked = RULES.iter().filter_map(|rule| match rule.check {
        Check::Repository(check) => Some((*rule, check(repository))),
        Check::Files(check) => Some((*rule, check(&files))),
        Check::Incident(_) | Check::History(_) => None,
    });
    weigh(checked, levels, None)
}

/// What is wrong with the settings of rules in a file: rules and parameters that do not exist.
#[must_use]
pub fn check_settings(path: &Path, rules: &BTreeMap<String, RuleSetting>) -> Vec<Remark> {
    unknown_rule::in_file(path, rules)
}

/// What is wrong with what a range of commits did to an incident, or to the processes.
#[must_use]
pub fn check_history(history: &History<'_>, team: &Team) -> Vec<Finding> {
    let levels = Levels { process: history.process.map(|p| &p.rules), team: &team.rules };
    let checked = RULES.iter().filter_map(|rule| match rule.check {
        Check::History(check) => Some((*rule, check(history))),
        _ => None,
    });
    weigh(checked, levels, history.id)
}

fn weigh(
    checked: impl Iterator<Item = (&'static Rule, Vec<Remark>)>,
    levels: Levels<'_>,
    incident: Option<&str>,
) -> Vec<Finding> {
    let weighed = |(rule, remarks): (&'static Rule, Vec<Remark>)| {
        // What comes from files is shown on one line, control characters visible, whatever the format.
        remarks.into_iter().map(move |remark| Finding {
            rule: rule.id,
            weight: levels.weight(rule, remark.weight),
            incident: incident.map(str::to_owned),
            path: remark.path,
            place: remark.place,
            message: plain(&remark.message),
            help: remark.help.as_deref().map(plain),
            waived: remark.waived,
            restricted: false,
        })
    };
    checked.flat_map(weighed).filter(|f| f.weight != Weight::Off).collect()
}

/// Whether the reason of a waiver is more than a word.
#[must_use]
pub fn is_reason(reason: &str) -> bool {
    waiver::is_reason(reason)
}

/// The last waiver of a rule that may be waived.
pub(crate) fn waiver(incident: &Incident, rule: &str) -> Option<Waiver> {
    find(rule).filter(|r| r.waivable)?;
    let accepts = |entry: &Entry| match &entry.kind {
        Kind::Waived { rule: Some(id), reason, .. }
            if id.eq_ignore_ascii_case(rule) && !reason.trim().is_empty() =>
        {
            Some(Waiver { by: plain(&entry.by), reason: plain(reason) })
        }
        _ => None,
    };
    incident.waivers().filter_map(accepts).last()
}
