//! Words in texts that people wrote: compared without regard to case and punctuation, kept with their places.

use std::ops::Range;

use serde::de::DeserializeOwned;

use crate::process::builtin;

/// A word in lower case, and where it stands in the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Word {
    /// The word in lower case.
    pub(super) text: String,
    /// Its bytes in the text.
    pub(super) span: Range<usize>,
}

/// The words of a text: runs of letters and digits; an apostrophe divides.
pub(super) fn words(text: &str) -> Vec<Word> {
    let mut words = Vec::new();
    let mut start = None;
    for (at, c) in text.char_indices().chain([(text.len(), ' ')]) {
        match (c.is_alphanumeric(), start) {
            (true, None) => start = Some(at),
            (false, Some(from)) => {
                let text = text.get(from..at).unwrap_or_default().to_lowercase();
                words.push(Word { text, span: from..at });
                start = None;
            }
            _ => {}
        }
    }
    words
}

/// A phrase as the words that it is made of.
pub(super) fn phrase(text: &str) -> Vec<String> {
    words(text).into_iter().map(|w| w.text).collect()
}

/// Where a phrase occurs among words, as ranges of their places.
pub(super) fn find(words: &[Word], phrase: &[String]) -> Vec<Range<usize>> {
    if phrase.is_empty() {
        return Vec::new();
    }
    let same = |window: &[Word]| window.iter().zip(phrase).all(|(w, p)| w.text == *p);
    let windows = words.windows(phrase.len()).enumerate();
    windows.filter(|(_, w)| same(w)).map(|(at, _)| at..at + phrase.len()).collect()
}

/// The sentences of a text, as byte ranges; a full stop ends one only before white space or the end.
pub(super) fn sentences(text: &str) -> Vec<Range<usize>> {
    let mut sentences = Vec::new();
    let mut start = 0;
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let end = at + c.len_utf8();
        let before_space = chars.peek().is_none_or(|(_, next)| next.is_whitespace());
        if matches!(c, '.' | '!' | '?' | '…') && before_space {
            sentences.push(start..end);
            start = end;
        }
    }
    sentences.push(start..text.len());
    sentences.retain(|s| text.get(s.clone()).is_some_and(|t| t.chars().any(char::is_alphanumeric)));
    sentences
}

/// A list of words that belongs to a rule: an embedded file under `templates/rules`.
pub(super) fn list<T: DeserializeOwned + Default>(name: &str) -> T {
    let text = builtin::file(&format!("rules/{name}.yaml")).unwrap_or_default();
    serde_yaml::from_str(text).unwrap_or_default()
}

/// All lists whose name begins with `prefix`: one a language.
pub(super) fn lists<T: DeserializeOwned>(prefix: &str) -> Vec<T> {
    let files = builtin::files_under("rules").filter(|(name, _)| name.starts_with(prefix));
    files.filter_map(|(_, text)| serde_yaml::from_str(text).ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_whatever_their_case_and_punctuation() {
        let words = words("It's the engineer, alas, who FORGOT.");
        assert_eq!(find(&words, &phrase("it's")).first(), Some(&(0..2)));
        assert_eq!(find(&words, &phrase("who forgot")).first(), Some(&(5..7)));
        assert!(find(&words, &phrase("the")).len() == 1 && find(&words, &[]).is_empty());
    }

    #[test]
    fn a_decimal_point_ends_no_sentence() {
        assert_eq!(sentences("It took 5.2 s. Then it ended! Was it over? …").len(), 3);
        assert_eq!(sentences("").len(), 0);
        assert_eq!(sentences("One").len(), 1);
    }
}
