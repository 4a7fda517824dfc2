//! The index's cache of trees: which tree each folder was when it was last written.

use super::index::Edit;

/// Folders deeper than this are no work of a person's.
const DEEPEST: usize = 256;

/// The cache without the folders that `edits` touch; `None` when it cannot be read, and git does without.
pub(super) fn forget(data: &[u8], edits: &[Edit]) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(data.len());
    let rest = folder(data, &mut Vec::new(), 0, edits, &mut out)?;
    rest.is_empty().then_some(out)
}

/// Copies one folder with all in it, and returns what follows.
fn folder<'a>(
    data: &'a [u8],
    above: &mut Vec<u8>,
    depth: usize,
    edits: &[Edit],
    out: &mut Vec<u8>,
) -> Option<&'a [u8]> {
    let (name, rest) = split(data, 0)?;
    let (line, mut rest) = split(rest, b'\n')?;
    let line = std::str::from_utf8(line).ok()?;
    let (count, folders) = line.split_once(' ')?;
    let folders: usize = folders.parse().ok()?;
    let valid = !count.starts_with('-');
    let before = above.len();
    if depth > 0 {
        above.extend_from_slice(name);
        above.push(b'/');
    }
    out.extend_from_slice(name);
    out.push(0);
    let touched = edits.iter().any(|(path, _)| path.starts_with(above));
    if touched || !valid {
        out.extend_from_slice(format!("-1 {folders}\n").as_bytes());
    } else {
        out.extend_from_slice(line.as_bytes());
        out.push(b'\n');
        out.extend_from_slice(rest.get(..20)?);
    }
    if valid {
        rest = rest.get(20..)?;
    }
    if depth > DEEPEST {
        return None;
    }
    for _ in 0..folders {
        rest = folder(rest, above, depth + 1, edits, out)?;
    }
    above.truncate(before);
    Some(rest)
}

fn split(data: &[u8], at: u8) -> Option<(&[u8], &[u8])> {
    let end = data.iter().position(|b| *b == at)?;
    Some((data.get(..end)?, data.get(end + 1..)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_folders_above_an_edit_are_forgotten() {
        let id = [7_u8; 20];
        let mut data = b"\x003 2\n".to_vec();
        data.extend(id);
        for name in [b"a", b"b"] {
            data.extend(name);
            data.extend(b"\x001 0\n");
            data.extend(id);
        }
        let mut expected = b"\x00-1 2\na\x00-1 0\nb\x001 0\n".to_vec();
        expected.extend(id);
        assert_eq!(forget(&data, &[(b"a/x".to_vec(), None)]), Some(expected));
        assert_eq!(forget(b"\x00nonsense", &[]), None);
    }
}
