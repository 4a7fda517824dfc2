//! What to type: the command that meets a clock.

use crate::clock::{Clock, Progress};
use crate::model::Milestone;
use crate::model::entry::{DecisionStep, KindName, PostmortemState, RollbackStep, WarroomStep};
use crate::process::Event;
use crate::process::event::{EventMap, Meeting};

/// The command that meets a clock.
#[must_use]
pub fn command(clock: &Clock) -> Option<String> {
    if let Some(id) = clock.obligation.strip_prefix("action:") {
        return Some(format!("inc action done {id}"));
    }
    // Whatever else would end it, what moves ownership is done by moving it.
    if let Some(level) = &clock.level {
        return Some(format!("inc escalate {level}"));
    }
    of_event(clock.until.as_ref()?, clock.progress)
}

fn of_event(event: &Event, progress: Progress) -> Option<String> {
    Some(match event {
        Event::Milestone(milestone) => match milestone {
            Milestone::Acknowledged => "inc ack".into(),
            Milestone::Responded => "inc respond".into(),
            Milestone::Identified => "inc identify".into(),
            Milestone::Mitigated => "inc mitigate".into(),
            Milestone::Resolved => "inc resolve".into(),
            Milestone::Verified => "inc verify".into(),
            Milestone::Closed => "inc close".into(),
            Milestone::Reopened => "inc reopen --reason \"…\"".into(),
            Milestone::Started | Milestone::Detected => {
                format!("inc timeline add --kind {milestone} --at TIME")
            }
            Milestone::Declared => return None,
        },
        Event::Kind(KindName::Update) => "inc comms post".into(),
        Event::Kind(KindName::Decision) => "inc decision TEXT".into(),
        Event::Kind(KindName::Note) => "inc timeline add TEXT".into(),
        Event::Kind(KindName::Evidence) => "inc evidence add PATH".into(),
        Event::Kind(_) | Event::Breach | Event::Cost => return None,
        Event::Of(map) => return of_map(map, progress),
    })
}

fn of_map(map: &EventMap, progress: Progress) -> Option<String> {
    if let Some(events) = map.any.as_ref().or(map.all.as_ref()) {
        // What is done about it comes before the milestones that would end it anyway.
        let own = events.iter().filter(|e| !matches!(e, Event::Milestone(_)));
        return own.chain(events).find_map(|e| of_event(e, progress));
    }
    let named = |template: &str, name: &Option<String>| name.as_ref().map(|n| template.replace('*', n));
    named("inc escalate *", &map.escalated)
        .or_else(|| named("inc assign * WHO", &map.role))
        .or_else(|| named("inc handover * WHO", &map.handover))
        .or_else(|| named("inc notify *", &map.notified))
        .or_else(|| named("inc checklist done *", &map.done))
        .or_else(|| named("inc approve *", &map.approved))
        .or_else(|| named("inc evidence add --type * PATH", &map.evidence))
        .or_else(|| {
            let update = map.update.as_ref()?;
            let state = update.state.map(|s| format!(" {}", s.name())).unwrap_or_default();
            let audience = update.audience.as_ref().map(|a| format!(" --audience {a}")).unwrap_or_default();
            let channel = update.channel.as_ref().map(|c| format!(" --channel {c}")).unwrap_or_default();
            Some(format!("inc comms post{state}{audience}{channel}"))
        })
        .or_else(|| {
            // To say when it was held is to plan it after the fact.
            let (Meeting::Planned | Meeting::Held) = map.meeting?;
            let begun = progress.postmortem.map_or("new --meeting", |_| "meeting");
            Some(format!("inc postmortem {begun} TIME"))
        })
        .or_else(|| Some(format!("inc postmortem {}", towards(map.postmortem?, progress.postmortem))))
        .or_else(|| {
            let seen = map.decision? == DecisionStep::Opened;
            Some(format!("inc decision {}", if seen { "--observe TEXT" } else { "TEXT" }))
        })
        .or_else(|| map.warroom.map(|s| format!("inc warroom {}", warroom_verb(s))))
        .or_else(|| {
            // Nothing can be done of a rollback that nobody planned.
            let next =
                map.rollback.map(|wanted| progress.rollback.map_or(RollbackStep::Planned, |_| wanted))?;
            Some(format!("inc rollback {}", rollback_verb(next)))
        })
}

/// The next step towards a state of the post-mortem: a draft has to be submitted before anybody can approve it.
fn towards(wanted: PostmortemState, now: Option<PostmortemState>) -> &'static str {
    use PostmortemState::{Approved, Closed, Draft, Review};
    let steps = [(Draft, "new"), (Review, "submit"), (Approved, "approve"), (Closed, "close")];
    let ahead = steps.into_iter().find(|(state, _)| now.is_none_or(|now| *state > now) || *state == wanted);
    ahead.map_or("show", |(_, verb)| verb)
}

const fn warroom_verb(step: WarroomStep) -> &'static str {
    use WarroomStep as Step;
    match step {
        Step::Opened => "open",
        Step::Briefed => "brief",
        Step::CheckedIn => "checkin TEXT",
        Step::HandedOver => "handover WHO",
        Step::Closed => "close",
    }
}

const fn rollback_verb(step: RollbackStep) -> &'static str {
    use RollbackStep as Step;
    match step {
        Step::Planned => "plan --target TAG --because fix-impossible --decision TEXT --decider WHO",
        Step::Validated => "validate",
        Step::Approved => "approve",
        Step::Executed => "execute",
        Step::Verified => "verify --result ok",
    }
}
