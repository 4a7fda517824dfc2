//! The index file, edited in place: a few entries change, all others stay byte for byte what they were.
//!
//! libgit2 would parse and write the whole file, verifying a checksum that git itself does not, and cannot
//! hold git's lock between the two. Nothing here interprets an entry it does not change. Versions 2 and 3
//! are edited; anything else (version 4, split, sparse) is left to the `git` program.

use sha1::{Digest, Sha1};

use super::object::{Staged, Stat};

/// Length of an entry before its flags: ten stat fields and the object's id.
const FIXED: usize = 60;
/// Length of a SHA-1 digest, which ends the file.
const DIGEST: usize = 20;

/// What to do with one path: its entry from now on, or `None` to remove it.
pub(super) type Edit = (Vec<u8>, Option<Staged>);

/// The outcome of an edit.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Edited {
    /// The new file, without the digest that [`seal`] appends.
    File(Vec<u8>),
    /// The index says all of it already.
    Same,
    /// A form of index that only `git` can write.
    Foreign,
}

/// One entry as it lies in the file.
struct Entry<'a> {
    name: &'a [u8],
    start: usize,
    end: usize,
    stage: u8,
    intent_to_add: bool,
}

/// An entry whose file changed no earlier than the index was written: its stat data proves nothing.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Racy {
    /// Where the entry starts in the new file.
    pub(super) offset: usize,
    pub(super) name: Vec<u8>,
}

/// Applies `edits` (sorted by name) to the index `old`, written at `written`.
pub(super) fn edit(old: &[u8], edits: &[Edit], written: (u32, u32)) -> (Edited, Vec<Racy>) {
    edited(old, edits, written).unwrap_or((Edited::Foreign, Vec::new()))
}

/// An index without entries.
pub(super) fn empty() -> Vec<u8> {
    let mut file = b"DIRC\0\0\0\x02\0\0\0\0".to_vec();
    seal(&mut file);
    file
}

fn edited(old: &[u8], edits: &[Edit], written: (u32, u32)) -> Option<(Edited, Vec<Racy>)> {
    let body = old.get(..old.len().checked_sub(DIGEST)?)?;
    let version = number(body, 4)?;
    if body.get(..4)? != b"DIRC" || !(2..=3).contains(&version) {
        return None;
    }
    let count = number(body, 8)?;
    let mut out = Vec::with_capacity(old.len() + 256 * edits.len() + DIGEST);
    let (mut racy, mut changed, mut kept) = (Vec::new(), false, 0_u32);
    let (mut at, mut copied) = (12, 0);
    let mut todo = edits.iter().peekable();
    for _ in 0..count {
        let entry = entry(body, at)?;
        while let Some((name, staged)) = todo.next_if(|(name, _)| name.as_slice() < entry.name) {
            out.extend_from_slice(body.get(copied..at)?);
            copied = at;
            changed |= insert(&mut out, name, staged.as_ref(), &mut kept);
        }
        let ours = todo.peek().filter(|(name, _)| name == entry.name);
        at = entry.end;
        match ours {
            Some((_, staged)) if !settled(body, &entry, staged.as_ref()) => {
                out.extend_from_slice(body.get(copied..entry.start)?);
                copied = entry.end;
                changed = true;
            }
            _ => {
                kept += 1;
                if is_racy(body, &entry, written) {
                    racy.push(Racy { offset: out.len() + entry.start - copied, name: entry.name.to_vec() });
                }
                if ours.is_some() {
                    todo.next();
                }
            }
        }
    }
    out.extend_from_slice(body.get(copied..at)?);
    for (name, staged) in todo {
        changed |= insert(&mut out, name, staged.as_ref(), &mut kept);
    }
    // Before anything is said of it: an index that shares entries with another file does not show them all.
    extensions(body.get(at..)?, edits, &mut out)?;
    if !changed {
        return Some((Edited::Same, racy));
    }
    out.get_mut(8..12)?.copy_from_slice(&kept.to_be_bytes());
    Some((Edited::File(out), racy))
}

/// Whether the entry already is what the edit wants: same object and mode, no conflict.
fn settled(body: &[u8], entry: &Entry<'_>, staged: Option<&Staged>) -> bool {
    let Some(staged) = staged else { return false };
    let mode = number(body, entry.start + 24);
    let oid = body.get(entry.start + 40..entry.start + FIXED);
    entry.stage == 0
        && !entry.intent_to_add
        && mode == Some(staged.mode)
        && oid == Some(staged.oid.as_bytes())
}

fn insert(out: &mut Vec<u8>, name: &[u8], staged: Option<&Staged>, kept: &mut u32) -> bool {
    let Some(staged) = staged else { return false };
    *kept += 1;
    let start = out.len();
    let Stat { ctime, mtime, dev, ino, uid, gid, size } = staged.stat;
    for field in [ctime.0, ctime.1, mtime.0, mtime.1, dev, ino, staged.mode, uid, gid, size] {
        out.extend_from_slice(&field.to_be_bytes());
    }
    out.extend_from_slice(staged.oid.as_bytes());
    let length = u16::try_from(name.len()).unwrap_or(u16::MAX).min(0xFFF);
    out.extend_from_slice(&length.to_be_bytes());
    out.extend_from_slice(name);
    let padded = (out.len() - start + 8) & !7;
    out.resize(start + padded, 0);
    true
}

fn entry(body: &[u8], start: usize) -> Option<Entry<'_>> {
    let flags = u16::from_be_bytes(body.get(start + FIXED..start + FIXED + 2)?.try_into().ok()?);
    let extended = flags & 0x4000 != 0;
    let text = start + FIXED + if extended { 4 } else { 2 };
    let more = if extended { *body.get(start + FIXED + 2)? } else { 0 };
    let length = match usize::from(flags & 0xFFF) {
        0xFFF => body.get(text..)?.iter().position(|b| *b == 0)?,
        length => length,
    };
    let name = body.get(text..text + length)?;
    let end = start + ((text - start + length + 8) & !7);
    let stage = u8::try_from((flags >> 12) & 3).ok()?;
    (end <= body.len()).then_some(Entry { name, start, end, stage, intent_to_add: more & 0x20 != 0 })
}

fn is_racy(body: &[u8], entry: &Entry<'_>, written: (u32, u32)) -> bool {
    let time = (number(body, entry.start + 8), number(body, entry.start + 12));
    let file = number(body, entry.start + 24).is_some_and(|mode| mode & 0o170_000 != 0o160_000);
    file && entry.stage == 0 && time >= (Some(written.0), Some(written.1))
}

/// Keeps what stays true (resolved conflicts, the cached trees that no edit touches) and drops the caches
/// that git rebuilds. `None` for a part without which the index cannot be read.
fn extensions(mut rest: &[u8], edits: &[Edit], out: &mut Vec<u8>) -> Option<()> {
    while !rest.is_empty() {
        let name = rest.get(..4)?;
        let size = usize::try_from(number(rest, 4)?).ok()?;
        let data = rest.get(8..8_usize.checked_add(size)?)?;
        if name == b"TREE" {
            if let Some(tree) = super::cachetree::forget(data, edits) {
                out.extend_from_slice(b"TREE");
                out.extend_from_slice(&u32::try_from(tree.len()).ok()?.to_be_bytes());
                out.extend_from_slice(&tree);
            }
        } else if name == b"REUC" {
            out.extend_from_slice(rest.get(..8 + size)?);
        } else if !name.first()?.is_ascii_uppercase() {
            return None;
        }
        rest = rest.get(8 + size..)?;
    }
    Some(())
}

/// Makes git look at the file itself the next time, since the stat data of this entry proves nothing.
pub(super) fn distrust(file: &mut [u8], offset: usize) {
    if let Some(size) = file.get_mut(offset + 36..offset + 40) {
        size.fill(0);
    }
}

/// The object that an entry of the file names.
pub(super) fn oid(file: &[u8], offset: usize) -> Option<&[u8]> {
    file.get(offset + 40..offset + FIXED)
}

/// Appends the digest that ends an index.
pub(super) fn seal(file: &mut Vec<u8>) {
    let digest = Sha1::digest(&*file);
    file.extend_from_slice(&digest);
}

fn number(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..at + 4).and_then(|b| b.try_into().ok()).map(u32::from_be_bytes)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn put(name: &str, byte: u8) -> Edit {
        let oid = git2::Oid::from_bytes(&[byte; 20]).unwrap();
        (name.into(), Some(Staged { oid, mode: 0o100_644, stat: Stat::default() }))
    }

    fn file(base: &[u8], edits: &[Edit]) -> Vec<u8> {
        let (Edited::File(mut file), _) = edit(base, edits, (u32::MAX, 0)) else { return Vec::new() };
        seal(&mut file);
        file
    }

    #[test]
    fn entries_come_and_go_in_order() {
        let one = file(&empty(), &[put("b", 1)]);
        let both = file(&one, &[put("a", 2), put("c", 3)]);
        assert_eq!(both, file(&empty(), &[put("a", 2), put("b", 1), put("c", 3)]));
        assert_eq!(file(&both, &[("a".into(), None), ("c".into(), None)]), one);
        assert_eq!(edit(&one, &[put("b", 1), ("x".into(), None)], (u32::MAX, 0)).0, Edited::Same);
    }

    proptest! {
        /// An index that is cut off or damaged is left to git, which says so; it never ends the program.
        #[test]
        fn a_damaged_index_is_not_ours(at in 0_usize..400, byte: u8, cut in 0_usize..400) {
            let names: Vec<_> = (b'a'..=b'e').map(|n| put(&format!("dir/{}", char::from(n)), n)).collect();
            let mut damaged = file(&empty(), &names);
            if let Some(found) = damaged.get_mut(at) {
                *found = byte;
            }
            damaged.truncate(damaged.len().saturating_sub(cut));
            edit(&damaged, &[put("dir/bb", 9), ("dir/d".into(), None)], (0, 0));
        }
    }
}
