//! How far long work is: one line on a terminal, from half a second on, gone when the work is done.

use std::io::Write;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Nobody wonders about what takes no longer.
const QUIET: Duration = Duration::from_millis(500);

/// How often the line changes.
const PAUSE: Duration = Duration::from_millis(100);

/// How far work is that many hands do at once.
pub struct Progress {
    what: &'static str,
    total: usize,
    done: AtomicUsize,
    begun: Instant,
    line: Option<Mutex<Line>>,
}

/// The line on the terminal.
struct Line {
    terminal: Box<dyn Write + Send>,
    next: Duration,
    shown: bool,
}

impl Progress {
    /// Nothing done yet of `total`; without a terminal nothing is ever shown.
    #[must_use]
    pub fn new(what: &'static str, total: usize, terminal: Option<Box<dyn Write + Send>>) -> Self {
        let line = terminal.map(|terminal| Mutex::new(Line { terminal, next: QUIET, shown: false }));
        Self { what, total, done: AtomicUsize::new(0), begun: Instant::now(), line }
    }

    /// One more is done.
    pub fn step(&self) {
        let done = self.done.fetch_add(1, Ordering::Relaxed) + 1;
        if let Some(line) = &self.line {
            // Whoever finds somebody else writing has nothing newer to say.
            if let Ok(mut line) = line.try_lock() {
                line.show(self.what, done, self.total, self.begun.elapsed());
            }
        }
    }
}

impl Progress {
    /// Takes the line away, for something else to be printed; the next step may bring it back.
    pub fn hide(&self) {
        if let Some(line) = &self.line {
            line.lock().unwrap_or_else(PoisonError::into_inner).hide();
        }
    }
}

impl Line {
    fn hide(&mut self) {
        if self.shown {
            let _ = write!(self.terminal, "\r\u{1b}[K");
            let _ = self.terminal.flush();
            self.shown = false;
        }
    }

    fn show(&mut self, what: &str, done: usize, total: usize, elapsed: Duration) {
        if elapsed < self.next {
            return;
        }
        self.next = elapsed + PAUSE;
        self.shown = true;
        // The line is overwritten, and what was longer before it is wiped out.
        let _ = write!(self.terminal, "\r{what}: {done} of {total}\u{1b}[K");
        let _ = self.terminal.flush();
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        let Some(line) = &mut self.line else { return };
        line.get_mut().unwrap_or_else(PoisonError::into_inner).hide();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    #[derive(Clone, Default)]
    struct Screen(Arc<Mutex<Vec<u8>>>);

    impl Write for Screen {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    impl Screen {
        fn text(&self) -> String {
            String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
        }
    }

    #[test]
    fn short_work_is_done_in_silence() {
        let screen = Screen::default();
        let progress = Progress::new("reading", 2, Some(Box::new(screen.clone())));
        progress.step();
        progress.step();
        drop(progress);
        assert_eq!(screen.text(), "");
    }

    #[test]
    fn long_work_shows_one_line_ten_times_a_second_and_takes_it_away() {
        let screen = Screen::default();
        let progress = Progress::new("reading", 9, Some(Box::new(screen.clone())));
        let at = |done, millis| {
            let mut line = progress.line.as_ref().unwrap().lock().unwrap();
            line.show("reading", done, 9, Duration::from_millis(millis));
        };
        at(1, 499);
        at(2, 500);
        at(3, 599);
        at(4, 600);
        assert_eq!(screen.text(), "\rreading: 2 of 9\u{1b}[K\rreading: 4 of 9\u{1b}[K");
        drop(progress);
        assert!(screen.text().ends_with("\r\u{1b}[K"));
    }

    #[test]
    fn nobody_watches_a_log() {
        let progress = Progress::new("reading", 1, None);
        progress.step();
        assert!(progress.line.is_none());
    }
}
