//! Places at which a test stops the program, as a kill or a power cut would.
//!
//! Whatever reaches the disk goes through [`step`]. A debug build ends at the step whose number `INC_FAULT` gives,
//! cleaning up nothing, and notes those that were done in the file `INC_FAULT_LOG`; a release build has none of it.

use std::path::Path;

/// Does one step of writing: `what` to `paths`.
///
/// Fails as `action` does.
pub(crate) fn step<T, E>(what: &str, paths: &[&Path], action: impl FnOnce() -> Result<T, E>) -> Result<T, E> {
    #[cfg(debug_assertions)]
    armed::before();
    let done = action()?;
    #[cfg(debug_assertions)]
    armed::after(what, paths);
    #[cfg(not(debug_assertions))]
    let _ = (what, paths);
    Ok(done)
}

#[cfg(debug_assertions)]
mod armed {
    use std::io::Write;
    use std::path::Path;
    use std::sync::LazyLock;
    use std::sync::atomic::{AtomicUsize, Ordering};

    static PASSED: AtomicUsize = AtomicUsize::new(0);
    static LAST: LazyLock<Option<usize>> = LazyLock::new(|| variable("INC_FAULT")?.to_str()?.parse().ok());
    static LOG: LazyLock<Option<std::ffi::OsString>> = LazyLock::new(|| variable("INC_FAULT_LOG"));

    #[expect(clippy::disallowed_methods, reason = "only tests set these, and only a debug build reads them")]
    fn variable(name: &str) -> Option<std::ffi::OsString> {
        std::env::var_os(name)
    }

    pub(super) fn before() {
        if LAST.is_some() && *LAST == Some(PASSED.fetch_add(1, Ordering::SeqCst) + 1) {
            std::process::abort();
        }
    }

    /// One line a step: what it was, and its paths after tabs.
    pub(super) fn after(what: &str, paths: &[&Path]) {
        let Some(log) = LOG.as_ref() else { return };
        let paths: Vec<String> = paths.iter().map(|path| format!("\t{}", path.display())).collect();
        let line = format!("{what}{}\n", paths.concat());
        // A test that misses its log fails.
        let opened = std::fs::OpenOptions::new().append(true).create(true).open(log);
        let _ = opened.and_then(|mut file| file.write_all(line.as_bytes()));
    }
}
