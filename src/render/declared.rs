//! What a declaration answers: the id, who must be told, what is due next.

use crate::clock::Clock;
use crate::error::plain;
use crate::model::Incident;
use crate::model::instant::Instant;
use crate::render::{clocks, screen};
use crate::store::Settings;
use crate::store::processes::Found;
use crate::ui::{Tone, paint};

/// The answer to `inc declare`.
#[must_use]
pub fn screen(
    incident: &Incident,
    found: &Found,
    settings: &Settings,
    due: &[Clock],
    now: Instant,
) -> String {
    let process = &found.process;
    let mut text = screen::head(incident, found, now);
    let tell = clocks::to_tell(due, now);
    if !tell.is_empty() {
        text.push_str(&format!("\n{}\n", paint(Tone::Strong, "tell now")));
        let day = now.with_timezone(&process.timezone).date_naive();
        for who in tell.iter().flat_map(|c| &c.notify) {
            let people = settings.holders(who, day);
            let people =
                if people.is_empty() { String::new() } else { format!(": {}", plain(&people.join(", "))) };
            let line = format!("  {}{people}", plain(process.label_of(who)));
            if !text.contains(&format!("{line}\n")) {
                text.push_str(&format!("{line}\n"));
            }
        }
    }
    text.push('\n');
    let steps = crate::render::steps::first_steps(incident, process, now, 4);
    if !steps.is_empty() {
        text.push_str(&steps);
        text.push('\n');
    }
    text.push_str(&clocks::next_due(due, process, now, 3));
    text
}
