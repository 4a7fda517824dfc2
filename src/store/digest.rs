//! The digest of a preserved file.

use std::fmt::Write as _;
use std::io::{ErrorKind, Read};
use std::path::Path;

use anyhow::Result;
use sha2::{Digest as _, Sha256};

use super::atomic;
use crate::error::disk;

/// The SHA-256 of a file under `root`, in lower-case hexadecimal, and its size in bytes; none when there is no
/// such file.
///
/// # Errors
/// The path leads out of `root`, or the disk fails.
#[expect(clippy::disallowed_methods, reason = "the store reads files")]
pub fn of_file(root: &Path, relative: &Path) -> Result<Option<(String, u64)>> {
    let path = atomic::inside(root, relative)?;
    let failed = |error: std::io::Error| disk(format!("cannot read {}", relative.display()), &error);
    // A pipe in its place would never open.
    if !path.metadata().is_ok_and(|found| found.is_file()) {
        return Ok(None);
    }
    let file = match std::fs::File::open(&path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(failed(error).into()),
    };
    Ok(Some(of(file).map_err(failed)?))
}

/// The SHA-256 of all that can be read, in lower-case hexadecimal, and its size in bytes.
///
/// # Errors
/// Reading fails.
pub fn of(mut from: impl Read) -> std::io::Result<(String, u64)> {
    let (mut sha, mut size) = (Sha256::new(), 0);
    let mut buffer = vec![0; 64 * 1024];
    loop {
        let read = from.read(&mut buffer)?;
        if read == 0 {
            break;
        }
        sha.update(buffer.get(..read).unwrap_or_default());
        size += read as u64;
    }
    Ok((hex(&sha.finalize()), size))
}

/// Bytes in lower-case hexadecimal.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}
