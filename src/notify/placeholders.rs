//! Places that somebody forgot to fill in, such as `[HH:MM]`, `XX minutes` or `TBD`.

/// The first place in a message that was left open, as it stands there.
#[must_use]
pub fn find(text: &str) -> Option<String> {
    bracketed(text).or_else(|| text.split_whitespace().find(|w| is_open(w)).map(trimmed))
}

/// `[…]`, `{{ … }}` or `<…>`; links, footnotes and check boxes of Markdown, addresses and comparisons are none.
fn bracketed(text: &str) -> Option<String> {
    for (open, close) in [("{{", "}}"), ("{%", "%}"), ("[", "]"), ("<", ">")] {
        let mut rest = text;
        while let Some((_, after)) = rest.split_once(open) {
            let Some((inside, behind)) = after.split_once(close) else { break };
            if is_place(open, inside, behind) {
                return Some(format!("{open}{inside}{close}"));
            }
            rest = after;
        }
    }
    None
}

fn is_place(open: &str, inside: &str, behind: &str) -> bool {
    let short = !inside.contains('\n') && inside.chars().count() <= 60;
    match open {
        "[" => {
            let mark =
                inside.trim().is_empty() || inside.chars().all(|c| c.is_ascii_digit()) || inside == "x";
            short && !mark && !inside.starts_with('^') && !behind.starts_with(['(', '['])
        }
        "<" => short && inside.starts_with(char::is_alphabetic) && !inside.contains([':', '@', '/', '=']),
        _ => true,
    }
}

fn trimmed(word: &str) -> String {
    word.trim_matches(|c: char| !c.is_alphanumeric() && !matches!(c, '_' | '.' | '…' | '?')).to_owned()
}

/// A word that stands for something else: `XX`, `HH:MM`, `TBD`, `___`, `…` alone.
fn is_open(word: &str) -> bool {
    let bare = trimmed(word);
    let line = bare.len() >= 3 && bare.chars().all(|c| matches!(c, '_' | '.' | '?'));
    if bare == "…" || line {
        return true;
    }
    let parts: Vec<&str> = bare.split(|c: char| !c.is_alphanumeric()).filter(|p| !p.is_empty()).collect();
    let time = parts.iter().all(|p| ["HH", "MM", "SS", "DD", "JJ", "YY", "YYYY", "AAAA"].contains(p));
    (time && parts.len() > 1) || parts.iter().any(|p| stands_for_another(p))
}

fn stands_for_another(part: &str) -> bool {
    let rest = part.trim_start_matches('X');
    let crosses = part.len() - rest.len() >= 2 && rest.chars().all(char::is_lowercase);
    crosses || ["TBD", "TBC", "TODO", "HH", "YYYY", "AAAA", "JJ"].contains(&part)
}

#[cfg(test)]
mod tests {
    use super::find;

    #[test]
    fn what_was_left_open_is_found() {
        for (text, place) in [
            ("We write again at [HH:MM] UTC", "[HH:MM]"),
            ("back in [XX minutes]", "[XX minutes]"),
            ("call +225 XX XX XX", "XX"),
            ("until HH:MM, sorry", "HH:MM"),
            ("by 2025-MM-DD: TBD", "TBD"),
            ("fixed in XXmin", "XXmin"),
            ("issues with [feature/service].", "[feature/service]"),
            ("Dear <name>,", "<name>"),
            ("{{ features }} works again", "{{ features }}"),
            ("Cause: ___", "___"),
            ("Cause: …", "…"),
            ("Cause: ...", "..."),
            ("one [link](https://a.b) and [nom]", "[nom]"),
        ] {
            assert_eq!(find(text).as_deref(), Some(place), "{text}");
        }
    }

    #[test]
    fn what_people_write_passes() {
        for text in [
            "We are looking into it… more at 14:30 UTC.",
            "See [the status page](https://status.example.com), [1] and [^1].",
            "- [x] done\n- [ ] open",
            "latency < 5 s and > 1 s; write to <help@example.com> or <https://a.b/c>",
            "Mr. Kouassi, size XXL, XML, Xavier, 50 %",
            "What happened? We do not know.",
            "M. Kone, SS Moritz",
        ] {
            assert_eq!(find(text), None, "{text}");
        }
    }
}
