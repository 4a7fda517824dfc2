//! Mutations of seeds: bytes, lines, and words that matter in the formats that are read.

/// Draws mutated texts; the same seed draws the same ones.
#[derive(Clone)]
pub(crate) struct Mutator {
    state: u64,
    seeds: std::rc::Rc<Vec<String>>,
}

/// What is put in: what YAML, Markdown, times and terminals take for more than text.
const WORDS: [&str; 60] = [
    "---",
    "...",
    ":",
    ": ",
    "- ",
    "? ",
    "#",
    " #",
    "&a",
    "*a",
    "!!str ",
    "!!binary ",
    "<<: ",
    "|",
    ">",
    "|+",
    ">-2",
    "'",
    "\"",
    "\\",
    "\\x00",
    "{",
    "}",
    "[",
    "]",
    ",",
    "\n",
    "\r\n",
    "\r",
    "\t",
    "    ",
    "\u{feff}",
    "\u{85}",
    "\u{2028}",
    "\0",
    "\u{1b}[2J",
    "\u{202e}",
    "é",
    "日本",
    "👩‍👩‍👧",
    "e\u{301}",
    "~",
    "null",
    "true",
    ".nan",
    "-.inf",
    "1e999",
    "0x1f",
    "-1",
    "99999999999999999999",
    "2025-11-10T14:30:00Z",
    "+262143-01-01T00:00:00Z",
    "-9999-01-01",
    "24:00",
    "23:59:60",
    "<!-- inc:begin x -->",
    "<!-- inc:end -->",
    "<!-- inc:end x -->",
    "%n",
    "$(id)",
];

impl Mutator {
    pub(crate) fn new(seed: u64, seeds: &[String]) -> Self {
        Self { state: seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1, seeds: std::rc::Rc::new(seeds.to_vec()) }
    }

    /// A number below `end`, which is not 0.
    fn below(&mut self, end: usize) -> usize {
        self.state ^= self.state << 13;
        self.state ^= self.state >> 7;
        self.state ^= self.state << 17;
        usize::try_from(self.state >> 11).unwrap() % end
    }

    /// A seed as it is.
    pub(crate) fn seed(&mut self) -> String {
        let n = self.below(self.seeds.len());
        self.seeds[n].clone()
    }

    /// A seed with one to eight mutations.
    pub(crate) fn text(&mut self) -> String {
        let seed = self.seed();
        self.again(&seed)
    }

    /// A seed with none or one.
    pub(crate) fn lightly(&mut self) -> String {
        let seed = self.seed();
        if self.below(2) == 0 { seed } else { self.once(&seed) }
    }

    /// A text with one to eight mutations.
    pub(crate) fn again(&mut self, text: &str) -> String {
        (0..=self.below(8)).fold(text.to_owned(), |text, _| self.once(&text))
    }

    fn once(&mut self, text: &str) -> String {
        let chars: Vec<char> = text.chars().collect();
        let (a, b) = (self.below(chars.len() + 1), self.below(chars.len() + 1));
        let (from, to) = (a.min(b), a.max(b).min(a.min(b) + 40));
        let part = |range: std::ops::Range<usize>| chars[range].iter().collect::<String>();
        let (before, after) = (part(0..from), part(from..chars.len()));
        match self.below(9) {
            // Something left out, said twice, or turned into a single character.
            0 => before + &part(to..chars.len()),
            1 => before + &part(from..to) + &after,
            2 => format!(
                "{before}{}{}",
                char::from_u32(u32::try_from(self.below(0x2fff)).unwrap()).unwrap_or('x'),
                part(to.max(from)..chars.len())
            ),
            3 | 4 => format!("{before}{}{after}", WORDS[self.below(WORDS.len())]),
            5 => self.digit(&chars),
            // Whole lines.
            6 | 7 => self.lines(text),
            _ => {
                let other = self.seed();
                let lines: Vec<&str> = other.lines().collect();
                let line = lines.get(self.below(lines.len().max(1))).copied().unwrap_or_default();
                let all: Vec<&str> = text.lines().collect();
                let at = self.below(all.len() + 1);
                [&all[..at], &[line], &all[at..]].concat().join("\n") + "\n"
            }
        }
    }

    /// Another digit in the place of one.
    fn digit(&mut self, chars: &[char]) -> String {
        let digits: Vec<usize> = (0..chars.len()).filter(|n| chars[*n].is_ascii_digit()).collect();
        let mut chars = chars.to_vec();
        if !digits.is_empty() {
            let at = digits[self.below(digits.len())];
            chars[at] = char::from(b'0' + u8::try_from(self.below(10)).unwrap());
        }
        chars.into_iter().collect()
    }

    /// Lines left out, swapped, indented or said again.
    fn lines(&mut self, text: &str) -> String {
        let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
        if lines.is_empty() {
            return "\n".into();
        }
        let (a, b) = (self.below(lines.len()), self.below(lines.len()));
        match self.below(4) {
            0 => drop(lines.remove(a)),
            1 => lines.swap(a, b),
            2 => lines[a] = format!("  {}", lines[a]),
            _ => lines.insert(b, lines[a].clone()),
        }
        lines.join("\n") + "\n"
    }
}
