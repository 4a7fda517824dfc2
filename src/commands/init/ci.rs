//! `inc init --ci` and `--hooks`: the gate where it is needed.

use std::path::{Path, PathBuf};

use anyhow::Result;

use crate::context::Context;
use crate::error::{disk, usage};
use crate::git::{Repo, run_git};
use crate::store::atomic;

/// Where the check runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Ci {
    /// GitHub Actions: .github/workflows/incidents.yml
    Github,
    /// GitLab CI: .gitlab/incidents.yml
    Gitlab,
    /// The framework of pre-commit.com: .pre-commit-config.yaml
    PreCommit,
}

const GITHUB: &str = include_str!("../../../templates/ci/github.yml");
const GITLAB: &str = include_str!("../../../templates/ci/gitlab.yml");
const GITLAB_INCLUDE: &str = include_str!("../../../templates/ci/gitlab-include.yml");
const PRE_COMMIT: &str = include_str!("../../../templates/ci/pre-commit.yaml");
const HOOK: &str = include_str!("../../../templates/ci/pre-commit.sh");

impl Ci {
    /// The file, relative to the top of the repository, and its text.
    const fn file(self) -> (&'static str, &'static str) {
        match self {
            Self::Github => (".github/workflows/incidents.yml", GITHUB),
            Self::Gitlab => (".gitlab/incidents.yml", GITLAB),
            Self::PreCommit => (".pre-commit-config.yaml", PRE_COMMIT),
        }
    }
}

/// Writes the file of a service; gives the paths that were written, relative to the work tree.
///
/// # Errors
/// There is such a file with another text already: what to add to it is said.
pub(super) fn install(context: &Context, repo: &Repo, ci: Ci) -> Result<Vec<PathBuf>> {
    let (file, text) = ci.file();
    let mut written = Vec::new();
    written.extend(write(context, repo, file, text)?);
    if !written.is_empty() && text.contains("INC_SOURCE") {
        context.ui.say("set the variable INC_SOURCE of the service to the URL of inc's git repository: the job builds it");
    }
    if ci == Ci::Gitlab {
        let main = ".gitlab-ci.yml";
        let there = repo.workdir().join(main).exists();
        let text =
            if there { atomic::read_text(repo.workdir(), Path::new(main), LARGEST)? } else { String::new() };
        if there && !text.contains(file) {
            context.ui.say(&format!("add to {main}, if it is not there:\n{GITLAB_INCLUDE}"));
        } else if !there {
            written.extend(write(context, repo, main, GITLAB_INCLUDE)?);
        }
    }
    Ok(written)
}

fn write(context: &Context, repo: &Repo, file: &str, text: &str) -> Result<Option<PathBuf>> {
    let path = Path::new(file);
    let place = atomic::inside(repo.workdir(), path)?;
    if place.exists() {
        if atomic::read_text(repo.workdir(), path, LARGEST)? == text {
            context.ui.out(&format!("{file} is there already"));
            return Ok(None);
        }
        return Err(usage(format!("{file} is there already, with another text"))
            .hint(format!("add to it by hand:\n{text}"))
            .into());
    }
    atomic::make_folder(place.parent().unwrap_or(repo.workdir()))?;
    atomic::write_new(&place, text.as_bytes())?;
    context.ui.out(&format!("wrote {file}"));
    Ok(Some(path.to_owned()))
}

const LARGEST: u64 = 1 << 20;

/// Puts the check before each commit of this clone.
///
/// # Errors
/// There is another hook already, or git or the disk fails.
pub(super) fn hook(context: &Context, repo: &Repo) -> Result<()> {
    let asked = run_git(repo.workdir(), &["rev-parse", "--git-path", "hooks"])?;
    let folder = repo.workdir().join(asked.success("git does not say where its hooks are")?);
    atomic::make_folder(&folder)?;
    let place = folder.join("pre-commit");
    if place.exists() {
        if atomic::read_text(&folder, Path::new("pre-commit"), LARGEST)? == HOOK {
            context.ui.out("the hook is there already");
            return Ok(());
        }
        return Err(usage(format!("{} is there already", place.display()))
            .hint("add `inc check` to it by hand")
            .into());
    }
    atomic::write_new(&place, HOOK.as_bytes())?;
    executable(&place)?;
    context.ui.out(&format!(
        "wrote {}: `inc check` runs before each commit that touches incidents",
        place.display()
    ));
    context.ui.say("the commits of inc itself do not run it, unless inc.yaml says `hooks: run`");
    Ok(())
}

/// Lets git run the hook; elsewhere than on Unix it runs any.
fn executable(path: &Path) -> Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::Permissions::from_mode(0o755);
        std::fs::set_permissions(path, mode)
            .map_err(|e| disk(format!("cannot make {} executable", path.display()), &e))?;
    }
    let _ = path;
    Ok(())
}
