//! Repositories that `inc` can use, and what it says of the others before it writes.
#![allow(clippy::disallowed_methods, reason = "tests make files and run git to verify")]
#![allow(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

mod git_support;

use git_support::{Sandbox, at, paths};
use inc::error::Failure;
use inc::git::Repo;

fn refused(sandbox: &Sandbox) -> Failure {
    Repo::open(&sandbox.path("")).err().unwrap().downcast::<Failure>().unwrap()
}

#[test]
fn a_folder_that_is_no_repository() {
    let sandbox = Sandbox::empty();
    let failure = refused(&sandbox);
    assert_eq!(failure.message, format!("{} is in no git repository", sandbox.path("").display()));
    assert_eq!(failure.hints, ["git init, then inc init"]);
    assert!(Repo::init(&sandbox.path("")).unwrap().workdir().ends_with("work"));
}

#[test]
fn a_bare_repository() {
    let sandbox = Sandbox::empty();
    sandbox.git(&["init", "-q", "--bare"]);
    assert!(refused(&sandbox).message.ends_with("is a bare repository: it has no files to write"));
}

#[test]
fn formats_that_cannot_be_written() {
    for (format, reason) in [
        ("--object-format=sha256", "names its objects by SHA-256"),
        ("--ref-format=reftable", "keeps its branches in another form than files (reftable)"),
    ] {
        let sandbox = Sandbox::empty();
        sandbox.git(&["init", "-q", format]);
        let message = refused(&sandbox).message;
        assert!(message.contains(reason), "{message}");
        assert!(message.ends_with("nothing was changed"), "{message}");
    }
}

#[test]
fn a_partial_clone() {
    let sandbox = Sandbox::started();
    sandbox.git(&["config", "uploadpack.allowFilter", "true"]);
    let source = format!("file://{}", sandbox.path("").display());
    sandbox.git(&["clone", "-q", "--filter=blob:none", &source, "../partial"]);
    let failure = Repo::open(&sandbox.path("../partial")).err().unwrap().to_string();
    assert!(failure.contains("is a partial clone"), "{failure}");
}

#[test]
fn nobody_to_commit_as() {
    let sandbox = Sandbox::started();
    // Blank, so that the machine's own configuration is no part of the test.
    sandbox.git(&["config", "user.name", " "]);
    sandbox.git(&["config", "user.email", ""]);
    sandbox.write("a.md", "a\n");
    let failure = sandbox.open().commit(&paths(&["a.md"]), "x", at()).unwrap_err();
    let failure = failure.downcast::<Failure>().unwrap();
    assert_eq!(failure.message, "git does not know who you are: `user.name` and `user.email` are not set");
    assert_eq!(
        failure.hints,
        ["git config user.name \"Your Name\"", "git config user.email \"you@example.com\""]
    );
    assert_eq!(sandbox.git(&["status", "--porcelain"]), "?? a.md");
}

#[test]
fn paths_that_are_not_ours() {
    let sandbox = Sandbox::started();
    sandbox.write("inner/x.md", "x\n");
    sandbox.git(&["init", "-q", "inner"]);
    #[cfg(unix)]
    std::os::unix::fs::symlink("/tmp", sandbox.path("link")).unwrap();
    let repo = sandbox.open();
    let inner = Repo::open(&sandbox.path("inner")).unwrap();
    assert!(inner.workdir().ends_with("inner"));
    for (path, reason) in [
        ("inner/x.md", "inner/x.md is in another repository, inner"),
        #[cfg(unix)]
        ("link/x.md", "link/x.md is beyond the link link"),
        ("../x.md", "../x.md is not a path inside the repository"),
        (".git/config", ".git/config is not a path inside the repository"),
    ] {
        let error = repo.commit(&paths(&[path]), "x", at()).unwrap_err().to_string();
        assert_eq!(error, reason);
    }
}
