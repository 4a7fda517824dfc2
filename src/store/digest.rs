//! The digest of a preserved file.

use std::fmt::Write as _;
use std::io::{ErrorKind, Read as _};
use std::path::Path;

use anyhow::Result;
use sha2::{Digest as _, Sha256};

use super::atomic;
use crate::error::storage;

/// The SHA-256 of a file under `root`, in lower-case hexadecimal, and its size in bytes; none when there is no
/// such file.
///
/// # Errors
/// The path leads out of `root`, or the disk fails.
#[expect(clippy::disallowed_methods, reason = "the store reads files")]
pub fn of_file(root: &Path, relative: &Path) -> Result<Option<(String, u64)>> {
    let path = atomic::inside(root, relative)?;
    let failed = |error: std::io::Error| storage(format!("cannot read {}: {error}", relative.display()));
    let mut file = match std::fs::File::open(&path) {
        Ok(file) if file.metadata().map_err(failed)?.is_file() => file,
        Ok(_) => return Ok(None),
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(failed(error).into()),
    };
    let (mut sha, mut size) = (Sha256::new(), 0);
    let mut buffer = vec![0; 64 * 1024];
    loop {
        let read = file.read(&mut buffer).map_err(failed)?;
        if read == 0 {
            break;
        }
        sha.update(buffer.get(..read).unwrap_or_default());
        size += read as u64;
    }
    let hex = sha.finalize().iter().fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    });
    Ok(Some((hex, size)))
}
