//! What a declaration answers: the id, who must be told, what is due next.

use crate::change::Change;
use crate::error::plain;
use crate::render::{clocks, screen};
use crate::ui::{Tone, paint};

/// The answer to `inc declare`.
#[must_use]
pub fn screen(change: &Change<'_>) -> String {
    let now = change.context.now.max(change.at);
    let process = change.process();
    let mut text = screen::head(&change.incident, &change.found, now);
    let all = change.clocks();
    let tell = clocks::to_tell(&all, now);
    if !tell.is_empty() {
        text.push_str(&format!("\n{}\n", paint(Tone::Strong, "tell now")));
        let day = now.with_timezone(&process.timezone).date_naive();
        for who in tell.iter().flat_map(|c| &c.notify) {
            let people = change.store.settings.holders(who, day);
            let people =
                if people.is_empty() { String::new() } else { format!(": {}", plain(&people.join(", "))) };
            let line = format!("  {}{people}", plain(process.label_of(who)));
            if !text.contains(&format!("{line}\n")) {
                text.push_str(&format!("{line}\n"));
            }
        }
    }
    text.push('\n');
    text.push_str(&clocks::next_due(change, 3));
    text
}
