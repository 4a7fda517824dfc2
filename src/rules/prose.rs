//! What people wrote themselves in a document: outside the managed blocks, which say what the record says, and outside
//! fenced code, which quotes machines.

/// A paragraph, an item of a list or a row of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Passage<'a> {
    /// The headings above it, the outermost first.
    pub(crate) headings: Vec<&'a str>,
    /// Its first line, from 1.
    pub(crate) line: usize,
    /// Its text, without the mark of the list.
    pub(crate) text: &'a str,
    /// Whether its box is ticked; nothing when it has none.
    pub(crate) ticked: Option<bool>,
}

/// The passages of a Markdown document.
pub(super) fn passages(text: &str) -> Vec<Passage<'_>> {
    let mut reader = Reader::default();
    let mut at = 0;
    for (number, line) in text.split_inclusive('\n').enumerate() {
        reader.line(text, number + 1, at, line);
        at += line.len();
    }
    reader.end(text);
    reader.passages
}

/// What is known of the document at a line.
#[derive(Default)]
struct Reader<'a> {
    passages: Vec<Passage<'a>>,
    /// The headings that hold, each with its depth.
    headings: Vec<(usize, &'a str)>,
    /// The marker that ends the managed block or the fence.
    until: Option<Until>,
    /// The passage that is being read.
    open: Option<Open>,
}

/// A passage whose end is not known yet: its first line, its bytes, its box.
struct Open {
    line: usize,
    begin: usize,
    end: usize,
    ticked: Option<bool>,
}

/// What ends a stretch that people did not write.
#[derive(Clone, Copy)]
enum Until {
    /// The end of a managed block.
    Block,
    /// A fence of this character, at least as long.
    Fence(char, usize),
}

impl<'a> Reader<'a> {
    fn line(&mut self, text: &'a str, number: usize, at: usize, line: &'a str) {
        let trimmed = line.trim();
        if let Some(until) = self.until {
            if until.ends_at(trimmed) {
                self.until = None;
            }
        } else if let Some(until) = Until::begins_at(trimmed) {
            self.end(text);
            self.until = Some(until);
        } else if let Some((depth, heading)) = heading(trimmed) {
            self.end(text);
            self.headings.retain(|(d, _)| *d < depth);
            self.headings.push((depth, heading));
        } else if trimmed.is_empty() || trimmed.starts_with("<!--") {
            self.end(text);
        } else {
            let (mark, ticked) = mark(trimmed);
            let begin = at + (line.len() - line.trim_start().len()) + mark;
            let end = at + line.trim_end().len();
            match &mut self.open {
                Some(open) if mark == 0 => open.end = end,
                _ => {
                    self.end(text);
                    self.open = Some(Open { line: number, begin, end, ticked });
                }
            }
        }
    }

    fn end(&mut self, text: &'a str) {
        let Some(Open { line, begin, end, ticked }) = self.open.take() else { return };
        let headings = self.headings.iter().map(|(_, heading)| *heading).collect();
        let text = text.get(begin..end).unwrap_or_default();
        self.passages.push(Passage { headings, line, text, ticked });
    }
}

impl Until {
    fn begins_at(line: &str) -> Option<Self> {
        if line.starts_with("<!-- inc:begin ") {
            return Some(Self::Block);
        }
        let fence = line.chars().next().filter(|c| ['`', '~'].contains(c))?;
        let length = line.chars().take_while(|c| *c == fence).count();
        (length >= 3).then_some(Self::Fence(fence, length))
    }

    fn ends_at(self, line: &str) -> bool {
        match self {
            Self::Block => line.starts_with("<!-- inc:end "),
            Self::Fence(fence, length) => line.chars().all(|c| c == fence) && line.chars().count() >= length,
        }
    }
}

fn heading(line: &str) -> Option<(usize, &str)> {
    let text = line.trim_start_matches('#');
    let depth = line.len() - text.len();
    ((1..=6).contains(&depth) && (text.is_empty() || text.starts_with(' '))).then(|| (depth, text.trim()))
}

/// How many bytes of a line are the mark of a list or a table, none when it goes on with what stands before it; and
/// whether the box in it is ticked.
fn mark(line: &str) -> (usize, Option<bool>) {
    let number = line.bytes().take_while(u8::is_ascii_digit).count();
    let rest = line.get(number..).unwrap_or_default();
    let sign = match (number, rest.bytes().next()) {
        (1.., Some(b'.' | b')')) => number + 1,
        (0, Some(b'-' | b'*' | b'+' | b'>')) => 1,
        (0, Some(b'|')) => return (1, None),
        _ => return (0, None),
    };
    let after = line.get(sign..).unwrap_or_default();
    let text = after.trim_start_matches(' ');
    if text.len() == after.len() {
        return (0, None);
    }
    let boxes = [("[ ] ", false), ("[x] ", true), ("[X] ", true)];
    let ticked = boxes.iter().find_map(|(sign, ticked)| Some((text.strip_prefix(sign)?, *ticked)));
    let (text, ticked) = ticked.map_or((text, None), |(text, ticked)| (text, Some(ticked)));
    (line.len() - text.len(), ticked)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_wrote_is_read_with_its_headings_and_lines() {
        let text = "# Title\n\n## Causes\n\n<!-- inc:begin cause -->\nnot this\n<!-- inc:end cause -->\n\nThe pool\n\
                    was full.\n\n### Factors\n\n1. One\n2. Two\n   goes on\n- [ ] three\n\n```\nTODO\n```\n\n\
                    ## Next\n| a | b |\n";
        let found: Vec<(String, usize, &str)> =
            passages(text).into_iter().map(|p| (p.headings.join("/"), p.line, p.text)).collect();
        let expected = [
            ("Title/Causes", 9, "The pool\nwas full."),
            ("Title/Causes/Factors", 14, "One"),
            ("Title/Causes/Factors", 15, "Two\n   goes on"),
            ("Title/Causes/Factors", 17, "three"),
            ("Title/Next", 24, " a | b |"),
        ];
        assert_eq!(found, expected.map(|(h, l, t)| (h.to_owned(), l, t)));
        let boxes: Vec<Option<bool>> =
            passages("- [ ] a\n- [x] b\n* [X] c\n- [] d\n[ ] e\n").iter().map(|p| p.ticked).collect();
        assert_eq!(boxes, [Some(false), Some(true), Some(true), None]);
    }

    #[test]
    fn a_fence_that_is_not_closed_and_lone_marks_end_nothing_else() {
        assert_eq!(passages("~~~\nTBD\n``` \n").len(), 0);
        assert_eq!(passages("-5 degrees\n3.5 seconds\n").len(), 1);
        assert_eq!(passages("").len(), 0);
    }
}
