//! Paths as git spells them.

use std::ffi::OsStr;
use std::path::{Component, Path, PathBuf};

use super::Repo;
use crate::error::{refused, storage};

/// One path of a commit: where it is on disk, and its name in trees and in the index.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct GitPath {
    /// Bytes with `/` between the parts.
    pub(super) name: Vec<u8>,
    /// The file in the work tree.
    pub(super) file: PathBuf,
}

impl GitPath {
    /// The path relative to the root of the work tree.
    pub(super) fn relative(&self) -> PathBuf {
        from_git(&self.name)
    }
}

impl Repo {
    /// The paths in git's order, each once. Fails on a path that leaves the work tree, runs through a
    /// link or lies in another repository: none of them is ours to commit.
    pub(super) fn git_paths(&self, paths: &[PathBuf]) -> anyhow::Result<Vec<GitPath>> {
        let mut all = paths.iter().map(|p| self.git_path(p)).collect::<anyhow::Result<Vec<_>>>()?;
        all.sort();
        all.dedup();
        Ok(all)
    }

    fn git_path(&self, path: &Path) -> anyhow::Result<GitPath> {
        let relative = path.strip_prefix(&self.workdir).unwrap_or(path);
        let name = name(relative)
            .ok_or_else(|| refused(format!("{} is not a path inside the repository", path.display())))?;
        let file = self.workdir.join(relative);
        let mut above = self.workdir.clone();
        for part in relative.parent().into_iter().flat_map(Path::components) {
            above.push(part);
            self.ours(&above, path)?;
        }
        Ok(GitPath { name, file })
    }

    fn ours(&self, folder: &Path, path: &Path) -> anyhow::Result<()> {
        let Ok(meta) = folder.symlink_metadata() else { return Ok(()) };
        let shown = folder.strip_prefix(&self.workdir).unwrap_or(folder).display();
        if meta.is_symlink() {
            return Err(refused(format!("{} is beyond the link {shown}", path.display())).into());
        }
        if !meta.is_dir() {
            return Err(
                storage(format!("{shown} is a file, and {} needs a folder there", path.display())).into()
            );
        }
        if folder.join(".git").symlink_metadata().is_ok() {
            return Err(refused(format!("{} is in another repository, {shown}", path.display()))
                .hint(format!("inc -C {shown} …"))
                .into());
        }
        Ok(())
    }
}

/// The name of a relative path in git; `None` for one that is absolute, empty, climbs, or enters `.git`.
pub(super) fn name(relative: &Path) -> Option<Vec<u8>> {
    let mut name = Vec::new();
    for part in relative.components() {
        let Component::Normal(part) = part else {
            if part == Component::CurDir {
                continue;
            }
            return None;
        };
        if part.eq_ignore_ascii_case(".git") {
            return None;
        }
        if !name.is_empty() {
            name.push(b'/');
        }
        name.extend_from_slice(&bytes(part)?);
    }
    Some(name).filter(|n| !n.is_empty())
}

/// The bytes of one part of a path; `None` for one that is no text on a system whose paths are text.
fn bytes(part: &OsStr) -> Option<Vec<u8>> {
    #[cfg(unix)]
    let bytes = Some(std::os::unix::ffi::OsStrExt::as_bytes(part).to_vec());
    #[cfg(not(unix))]
    let bytes = part.to_str().map(|text| text.as_bytes().to_vec());
    bytes
}

/// The path that git spells `name`.
#[cfg(unix)]
pub(super) fn from_git(name: &[u8]) -> PathBuf {
    PathBuf::from(<OsStr as std::os::unix::ffi::OsStrExt>::from_bytes(name))
}

/// The path that git spells `name`.
#[cfg(not(unix))]
pub(super) fn from_git(name: &[u8]) -> PathBuf {
    PathBuf::from(String::from_utf8_lossy(name).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paths_inside_have_a_name() {
        assert_eq!(name(Path::new("./incidents/2025")), Some(b"incidents/2025".to_vec()));
        for outside in ["../x", "/etc/passwd", "a/../../b", ".git/config", "a/.GIT/x", "", "."] {
            assert_eq!(name(Path::new(outside)), None, "{outside}");
        }
    }
}
