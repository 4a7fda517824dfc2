//! What two states of a disk have in common: all that a program could tell them apart by, and nothing else.
#![allow(clippy::disallowed_methods, clippy::unwrap_used, reason = "tests look at files")]

use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::Path;

use crate::power;

/// A digest of all files below `root`, names, contents and permissions. Where the folder lies, the random part of the
/// names of temporary files, the time in git's reflog and the stat data in its index differ between copies, and make no
/// difference to what is looked at.
pub(crate) fn digest(root: &Path) -> u64 {
    use std::os::unix::fs::PermissionsExt;
    let mut hasher = DefaultHasher::new();
    let place = root.to_str().unwrap().as_bytes();
    for path in power::files(root).into_iter().filter(|path| !path.starts_with("log")) {
        let file = root.join(&path);
        let content = std::fs::read(&file).unwrap();
        name(&path).hash(&mut hasher);
        file.metadata().unwrap().permissions().mode().hash(&mut hasher);
        if content.starts_with(b"DIRC") {
            without_stat(content).hash(&mut hasher);
        } else if path.components().any(|part| part.as_os_str() == "logs") {
            without_times(&content).hash(&mut hasher);
        } else {
            without(&content, place).hash(&mut hasher);
        }
    }
    hasher.finish()
}

/// A path with `*` for what is random in it.
fn name(path: &Path) -> String {
    let part = |part: &std::ffi::OsStr| {
        let part = part.to_string_lossy();
        if part.ends_with(".tmp") { "*.tmp".to_owned() } else { part.into_owned() }
    };
    path.iter().map(part).collect::<Vec<_>>().join("/")
}

fn without(content: &[u8], place: &[u8]) -> Vec<u8> {
    let mut rest = content;
    let mut kept = Vec::with_capacity(content.len());
    while let Some(at) = rest.windows(place.len()).position(|part| part == place) {
        kept.extend_from_slice(&rest[..at]);
        rest = &rest[at + place.len()..];
    }
    kept.extend_from_slice(rest);
    kept
}

/// Lines of a reflog: ids, who, seconds, zone, a tab and what.
fn without_times(log: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(log);
    let line = |line: &str| {
        let (who, what) = line.split_once('\t').unwrap_or((line, ""));
        let who: Vec<&str> = who.rsplitn(3, ' ').collect();
        format!("{}\t{what}", who.last().unwrap())
    };
    text.lines().map(line).collect()
}

/// An index of git's, version 2, with neither the times, device and inode of its entries nor the checksum over them.
fn without_stat(mut index: Vec<u8>) -> Vec<u8> {
    let count = u32::from_be_bytes(index[8..12].try_into().unwrap());
    assert_eq!(index[4..8], [0, 0, 0, 2], "an index of another version");
    let mut at = 12;
    for _ in 0..count {
        index[at..at + 24].fill(0);
        let length = usize::from(u16::from_be_bytes([index[at + 60], index[at + 61]]) & 0xFFF);
        at += (62 + length + 8) & !7;
    }
    index.truncate(index.len() - 20);
    index
}
