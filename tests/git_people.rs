//! Git as people have it: signing, hooks, submodules, sparse checkouts, odd index files.
#![allow(clippy::disallowed_methods, reason = "tests make files and run git to verify")]
#![allow(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]
#![allow(clippy::print_stdout, reason = "a test that is skipped says so")]

mod git_support;

use std::process::Command;

use git_support::{Sandbox, at, paths};
use inc::git::CommitOptions;

/// Says so and returns false where the machine lacks the program.
fn has(program: &str) -> bool {
    let found = Command::new(program).arg("--version").output().is_ok();
    if !found {
        println!("skipped: no {program} on this machine");
    }
    found
}

#[test]
fn an_ssh_signature_that_git_verifies() {
    // ssh-keygen knows no --version; it prints its usage, and that it ran is what counts.
    if !has("ssh-keygen") {
        return;
    }
    let sandbox = Sandbox::started();
    let key = sandbox.path("../key");
    let key = key.to_str().unwrap();
    let made =
        Command::new("ssh-keygen").args(["-q", "-t", "ed25519", "-N", "", "-C", "ada", "-f", key]).status();
    assert!(made.unwrap().success());
    let public = std::fs::read_to_string(format!("{key}.pub")).unwrap();
    sandbox.write("../allowed", &format!("ada@example.com {public}"));
    sandbox.git(&["config", "gpg.format", "ssh"]);
    sandbox.git(&["config", "user.signingkey", &format!("{key}.pub")]);
    sandbox.git(&["config", "gpg.ssh.allowedSignersFile", sandbox.path("../allowed").to_str().unwrap()]);
    sandbox.git(&["config", "commit.gpgsign", "true"]);
    sandbox.write("a.md", "a\n");
    sandbox.open().commit(&paths(&["a.md"]), "signed", at()).unwrap().unwrap();
    sandbox.git(&["verify-commit", "HEAD"]);
    assert_eq!(sandbox.git(&["log", "-1", "--format=%G? %aI %s"]), "G 2025-11-10T14:30:00Z signed");
    sandbox.clean();

    let head = sandbox.git(&["rev-parse", "HEAD"]);
    sandbox.git(&["config", "user.signingkey", "/nowhere/key.pub"]);
    sandbox.write("b.md", "b\n");
    let message = sandbox.open().commit(&paths(&["b.md"]), "x", at()).unwrap_err().to_string();
    assert!(message.starts_with("the commit cannot be signed, as commit.gpgsign asks:"), "{message}");
    assert_eq!(sandbox.git(&["rev-parse", "HEAD"]), head);
    assert_eq!(sandbox.git(&["status", "--porcelain"]), "?? b.md");
}

#[test]
#[cfg(unix)]
fn an_openpgp_signature_that_git_verifies() {
    use std::os::unix::fs::PermissionsExt;
    if !has("gpg") {
        return;
    }
    let sandbox = Sandbox::started();
    // Short, since gpg-agent's socket must fit in 108 bytes.
    let home = tempfile::Builder::new().prefix("gpg").tempdir_in("/tmp").unwrap();
    std::fs::set_permissions(home.path(), std::fs::Permissions::from_mode(0o700)).unwrap();
    let made = Command::new("gpg")
        .args([
            "--batch",
            "--quiet",
            "--passphrase",
            "",
            "--quick-gen-key",
            "Ada <ada@example.com>",
            "ed25519",
        ])
        .env("GNUPGHOME", home.path())
        .output()
        .unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let wrapper = sandbox.path("../gpg");
    let script = format!("#!/bin/sh\nGNUPGHOME={} exec gpg \"$@\"\n", home.path().display());
    std::fs::write(&wrapper, script).unwrap();
    std::fs::set_permissions(&wrapper, std::fs::Permissions::from_mode(0o755)).unwrap();
    sandbox.git(&["config", "gpg.program", wrapper.to_str().unwrap()]);
    sandbox.git(&["config", "commit.gpgsign", "true"]);
    sandbox.write("a.md", "a\n");
    sandbox.open().commit(&paths(&["a.md"]), "signed", at()).unwrap().unwrap();
    sandbox.git(&["verify-commit", "HEAD"]);
    sandbox.clean();
    Command::new("gpgconf").args(["--kill", "all"]).env("GNUPGHOME", home.path()).status().ok();
}

#[cfg(unix)]
fn hook(sandbox: &Sandbox, name: &str, script: &str) {
    use std::os::unix::fs::PermissionsExt;
    sandbox.write(&format!(".git/hooks/{name}"), &format!("#!/bin/sh\n{script}\n"));
    let path = sandbox.path(&format!(".git/hooks/{name}"));
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755)).unwrap();
}

#[test]
#[cfg(unix)]
fn hooks_run_when_they_are_asked_for() {
    let sandbox = Sandbox::started();
    sandbox.write("staged.txt", "x\n");
    sandbox.git(&["add", "staged.txt"]);
    hook(
        &sandbox,
        "pre-commit",
        "git diff --cached --name-only > ../seen; grep -q forbidden a.md && echo no >&2 && exit 1; exit 0",
    );
    hook(&sandbox, "commit-msg", "echo 'Checked: yes' >> \"$1\"");
    hook(&sandbox, "post-commit", "exit 3");
    let repo = sandbox.open();
    let hooks = CommitOptions { run_hooks: true };
    sandbox.write("a.md", "forbidden\n");
    let refusal = repo.commit_with(&paths(&["a.md"]), "one", at(), hooks).unwrap_err().to_string();
    assert_eq!(refusal, "the pre-commit hook refused: no");
    assert_eq!(sandbox.git(&["status", "--porcelain"]), "A  staged.txt\n?? a.md");
    assert_eq!(std::fs::read_to_string(sandbox.path("../seen")).unwrap(), "a.md\n");
    sandbox.write("a.md", "fine\n");
    let made = repo.commit_with(&paths(&["a.md"]), "one", at(), hooks).unwrap().unwrap();
    assert_eq!(made.warnings.len(), 1);
    assert_eq!(sandbox.git(&["log", "-1", "--format=%B"]), "one\nChecked: yes");
    sandbox.write("a.md", "forbidden\n");
    repo.commit(&paths(&["a.md"]), "not asked", at()).unwrap().unwrap();
    sandbox.healthy();
}

#[test]
fn a_submodule_is_left_alone() {
    let sandbox = Sandbox::started();
    sandbox.git(&["clone", "-q", ".", "../library"]);
    sandbox.git(&["-c", "protocol.file.allow=always", "submodule", "--quiet", "add", "../library", "lib"]);
    sandbox.git(&["commit", "-qm", "library"]);
    sandbox.write("lib/new.md", "x\n");
    sandbox.write("a.md", "a\n");
    let repo = sandbox.open();
    repo.commit(&paths(&["a.md"]), "one", at()).unwrap().unwrap();
    let refused = repo.commit(&paths(&["lib/new.md"]), "two", at()).unwrap_err().to_string();
    assert_eq!(refused, "lib/new.md is in another repository, lib");
    assert_eq!(sandbox.git(&["status", "--porcelain"]), " M lib");
    sandbox.healthy();
}

#[test]
fn files_that_a_sparse_checkout_leaves_out_stay() {
    for index in ["--no-sparse-index", "--sparse-index"] {
        let sandbox = Sandbox::started();
        sandbox.write("code/big.txt", "x\n");
        sandbox.write("incidents/1.md", "x\n");
        sandbox.git(&["add", "."]);
        sandbox.git(&["commit", "-qm", "files"]);
        sandbox.git(&["sparse-checkout", "set", "--cone", index, "incidents"]);
        assert!(!sandbox.path("code").exists());
        let repo = sandbox.open();
        sandbox.write("incidents/2.md", "y\n");
        repo.commit(&paths(&["incidents/2.md"]), "one", at()).unwrap().unwrap();
        assert_eq!(
            sandbox.git(&["ls-tree", "-r", "--name-only", "HEAD"]),
            "README.md\ncode/big.txt\nincidents/1.md\nincidents/2.md"
        );
        assert_eq!(repo.uncommitted(&["".as_ref()]).unwrap(), paths(&[]));
        assert_eq!(repo.commit(&paths(&["code/big.txt"]), "absent, not removed", at()).unwrap(), None);
        sandbox.clean();
    }
}

#[test]
fn index_files_of_every_form() {
    for setup in [
        &["update-index", "--index-version", "4"][..],
        &["update-index", "--split-index"],
        &["update-index", "--untracked-cache"],
        &["update-index", "--index-version", "3"],
    ] {
        let sandbox = Sandbox::started();
        sandbox.git(setup);
        sandbox.write("staged.txt", "x\n");
        sandbox.git(&["add", "-N", "staged.txt"]);
        sandbox.git(&["add", "staged.txt"]);
        sandbox.write("a.md", "a\n");
        let repo = sandbox.open();
        repo.commit(&paths(&["a.md"]), "one", at()).unwrap().unwrap();
        std::fs::remove_file(sandbox.path("a.md")).unwrap();
        repo.commit(&paths(&["a.md"]), "two", at()).unwrap().unwrap();
        assert_eq!(sandbox.git(&["status", "--porcelain"]), "A  staged.txt", "{setup:?}");
        assert_eq!(sandbox.git(&["ls-tree", "-r", "--name-only", "HEAD"]), "README.md", "{setup:?}");
        sandbox.healthy();
    }
}

#[test]
fn a_merge_in_progress_keeps_its_conflict() {
    let sandbox = Sandbox::started();
    sandbox.git(&["switch", "-qc", "side"]);
    sandbox.write("README.md", "side\n");
    sandbox.git(&["commit", "-qam", "side"]);
    sandbox.git(&["switch", "-q", "main"]);
    sandbox.write("README.md", "main\n");
    sandbox.git(&["commit", "-qam", "main"]);
    assert!(!sandbox.try_git(&["merge", "-q", "side"]).status.success());
    sandbox.write("a.md", "a\n");
    let made = sandbox.open().commit(&paths(&["a.md"]), "one", at()).unwrap().unwrap();
    assert_eq!(made.warnings, ["git is in the middle of something else here (merge): see `git status`"]);
    assert_eq!(sandbox.git(&["status", "--porcelain"]), "UU README.md");
    assert_eq!(sandbox.git(&["show", "--name-only", "--format=", "HEAD"]), "a.md");
    sandbox.healthy();
}

#[test]
#[cfg(unix)]
fn names_beside_ours_that_are_no_text() {
    use std::os::unix::ffi::OsStrExt;
    let sandbox = Sandbox::started();
    let name = std::ffi::OsStr::from_bytes(b"incidents/caf\xe9/\xff.md");
    std::fs::create_dir_all(sandbox.path("").join(name).parent().unwrap()).unwrap();
    std::fs::write(sandbox.path("").join(name), "x\n").unwrap();
    sandbox.git(&["add", "."]);
    sandbox.git(&["commit", "-qm", "odd"]);
    sandbox.write("incidents/a.md", "a\n");
    let repo = sandbox.open();
    assert_eq!(repo.uncommitted(&["incidents".as_ref()]).unwrap(), paths(&["incidents/a.md"]));
    repo.commit(&paths(&["incidents/a.md"]), "one", at()).unwrap().unwrap();
    std::fs::write(sandbox.path("").join(name), "changed\n").unwrap();
    assert_eq!(repo.uncommitted(&["incidents".as_ref()]).unwrap(), [std::path::PathBuf::from(name)]);
    repo.commit(&[name.into()], "two", at()).unwrap().unwrap();
    sandbox.clean();
}

#[test]
fn a_change_in_the_tick_of_the_index_is_seen_afterwards() {
    let sandbox = Sandbox::started();
    // Same size, same inode, and the time that the index has too: only the content tells.
    let second = std::time::SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(1_700_000_000);
    let date = |file: &str| {
        let file = std::fs::File::options().write(true).open(sandbox.path(file)).unwrap();
        file.set_modified(second).unwrap();
    };
    sandbox.git(&["config", "core.trustctime", "false"]);
    sandbox.write("racy.txt", "one\n");
    date("racy.txt");
    sandbox.git(&["add", "racy.txt"]);
    sandbox.write("racy.txt", "two\n");
    date("racy.txt");
    date(".git/index");
    sandbox.write("a.md", "a\n");
    sandbox.open().commit(&paths(&["a.md"]), "one", at()).unwrap().unwrap();
    assert_eq!(sandbox.git(&["status", "--porcelain"]), "AM racy.txt");
}
