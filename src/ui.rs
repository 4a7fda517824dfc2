//! The only printer: data on standard output, talk on standard error.

use std::borrow::Cow;
use std::io::{BufRead, IsTerminal, Read, Write};

use anstream::{AutoStream, ColorChoice};
use anstyle::{AnsiColor, Style};

use crate::error::{Failure, disk, is_control, plain, usage};
use crate::progress::Progress;

/// When colour is used.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Color {
    /// On a terminal.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// How text stands out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// What matters most.
    Strong,
    /// What may be overlooked.
    Dim,
    /// Wrong or late.
    Bad,
    /// Soon, or to be looked at.
    Warn,
    /// As it should be.
    Good,
}

/// Text in a tone; colour is stripped where there is none, and the words alone must do.
#[must_use]
pub fn paint(tone: Tone, text: &str) -> String {
    if text.is_empty() {
        return String::new();
    }
    let style = match tone {
        Tone::Strong => Style::new().bold(),
        Tone::Dim => Style::new().dimmed(),
        Tone::Bad => AnsiColor::Red.on_default().bold(),
        Tone::Warn => AnsiColor::Yellow.on_default(),
        Tone::Good => AnsiColor::Green.on_default(),
    };
    format!("{style}{text}{style:#}")
}

/// The printer, and the one who asks.
#[derive(Debug)]
pub struct Ui {
    color: ColorChoice,
    quiet: bool,
    width: Option<u16>,
}

impl Ui {
    /// A printer; with `quiet`, talk that is no warning is left out.
    #[must_use]
    pub fn new(color: Color, quiet: bool, width: Option<u16>) -> Self {
        let color = match color {
            Color::Auto => ColorChoice::Auto,
            Color::Always => ColorChoice::Always,
            Color::Never => ColorChoice::Never,
        };
        Self { color, quiet, width }
    }

    /// Whether only the most necessary is asked for.
    #[must_use]
    pub fn quiet(&self) -> bool {
        self.quiet
    }

    /// The width to fit tables to, in columns.
    #[must_use]
    pub fn width(&self) -> u16 {
        self.width.unwrap_or(100)
    }

    /// Whether a person can be asked.
    #[must_use]
    pub fn can_ask(&self) -> bool {
        std::io::stdin().is_terminal() && std::io::stderr().is_terminal()
    }

    /// Whether standard input is something else than a terminal.
    #[must_use]
    pub fn has_input(&self) -> bool {
        !std::io::stdin().is_terminal()
    }

    /// Whether standard output shows colour.
    #[must_use]
    pub fn colored(&self) -> bool {
        match self.color {
            ColorChoice::Never => false,
            ColorChoice::Auto => AutoStream::choice(&std::io::stdout()) != ColorChoice::Never,
            _ => true,
        }
    }

    /// Prints data. A reader that has gone away, such as `head`, is no failure.
    pub fn out(&self, text: &str) {
        let mut stream = AutoStream::new(std::io::stdout().lock(), self.color);
        let _ = stream.write_all(visible(text).as_bytes());
        if !text.ends_with('\n') {
            let _ = stream.write_all(b"\n");
        }
        let _ = stream.flush();
    }

    /// Prints a part of JSON, which holds nothing that a terminal would act on.
    pub fn json(&self, text: &str) {
        let mut stdout = std::io::stdout().lock();
        let _ = stdout.write_all(text.as_bytes());
        let _ = stdout.flush();
    }

    /// Says something beside the data, unless asked to be quiet.
    pub fn say(&self, text: &str) {
        if !self.quiet {
            self.err(text);
        }
    }

    /// Says something that must be seen.
    pub fn warn(&self, text: &str) {
        self.err(&format!("{} {text}", paint(Tone::Warn, "warning:")));
    }

    /// Says what went wrong and what to do next.
    pub fn fail(&self, error: &anyhow::Error) {
        let messages: Vec<String> = error.chain().map(|e| printable(&e.to_string())).collect();
        let mut text = format!("{} {}", paint(Tone::Bad, "error:"), messages.join(": "));
        for hint in error.downcast_ref::<Failure>().map_or(&[][..], |f| &f.hints) {
            text.push_str(&format!("\n{} {}", paint(Tone::Strong, " help:"), printable(hint)));
        }
        self.err(&text);
    }

    fn err(&self, text: &str) {
        let mut stream = AutoStream::new(std::io::stderr().lock(), self.color);
        let _ = stream.write_all(visible(text).as_bytes());
        let _ = stream.write_all(b"\n");
    }

    /// Shows how far long work is, where somebody watches; nothing in a log or a pipe.
    #[must_use]
    pub fn progress(&self, what: &'static str, total: usize) -> Progress {
        let watched = !self.quiet && std::io::stderr().is_terminal();
        Progress::new(what, total, watched.then(|| Box::new(std::io::stderr()) as Box<dyn Write + Send>))
    }

    /// Asks for one line on the terminal.
    ///
    /// # Errors
    /// Nobody answers.
    pub fn ask(&self, question: &str) -> anyhow::Result<String> {
        let mut stream = AutoStream::new(std::io::stderr().lock(), self.color);
        let _ = write!(stream, "{question} ");
        let _ = stream.flush();
        let mut answer = String::new();
        let read = std::io::stdin().lock().read_line(&mut answer);
        match read {
            Ok(0) => Err(usage("no answer was given").into()),
            Ok(_) => Ok(answer.trim().to_owned()),
            Err(error) => Err(disk("cannot read the answer", &error).into()),
        }
    }

    /// All of standard input, at most `limit` bytes.
    ///
    /// # Errors
    /// It is longer, or no text.
    pub fn input(&self, limit: u64) -> anyhow::Result<String> {
        let mut text = String::new();
        let read = std::io::stdin().lock().take(limit + 1).read_to_string(&mut text);
        match read {
            Ok(length) if length as u64 > limit => {
                Err(usage(format!("standard input is longer than {limit} bytes")).into())
            }
            Ok(_) => Ok(text),
            Err(error) => Err(usage(format!("standard input is no UTF-8 text: {error}")).into()),
        }
    }
}

/// Text with every control character visible but line ends, tabs and the escapes that colour is made of: a last
/// net below those that escape each value for where it goes.
fn visible(text: &str) -> Cow<'_, str> {
    let plain = |b: u8| matches!(b, b' '..=b'~' | b'\n' | b'\t' | 0x1b);
    let stays = |c: char| matches!(c, '\n' | '\t' | '\u{1b}') || !is_control(c);
    if text.bytes().all(plain) || text.chars().all(stays) {
        return Cow::Borrowed(text);
    }
    let shown = |c: char| if stays(c) { c.to_string() } else { c.escape_unicode().to_string() };
    // A calendar ends its lines with both; a carriage return anywhere else would overwrite the line.
    let lines = text.split("\r\n").map(|line| line.chars().map(shown).collect::<String>());
    Cow::Owned(lines.collect::<Vec<_>>().join("\r\n"))
}

/// A message that may be of several lines, with nothing in it that moves the cursor.
fn printable(text: &str) -> String {
    text.lines().map(plain).collect::<Vec<_>>().join("\n")
}
