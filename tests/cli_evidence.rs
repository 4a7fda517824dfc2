//! `inc evidence`

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]
#![allow(clippy::disallowed_methods, reason = "the tests make what is to be preserved")]
#![allow(clippy::print_stderr, reason = "a test that cannot run here says why")]

mod common;

use common::Scratch;

fn declared() -> Scratch {
    let mut scratch = Scratch::repo();
    scratch.write("inc.yaml", "process: standard\nevidence: { max_size: 1KB }\n");
    scratch.ok("declare \"checkout is down\" -s SEV2");
    scratch.at("2025-11-10T14:40:00Z");
    scratch
}

fn kept(scratch: &Scratch) -> Vec<String> {
    scratch.files().into_iter().filter(|f| f.contains("/evidence/") || f.contains("-evidence-")).collect()
}

#[test]
fn a_file_is_copied_with_its_digest_and_committed() {
    let scratch = declared();
    scratch.write("app.log", "500\n");
    insta::assert_snapshot!(scratch.run("evidence add app.log --text \"the first errors\""), @"20251110-ap27 kept evidence/app.log  4 B  sha256 792376c209f3…");
    let files = kept(&scratch);
    insta::assert_snapshot!(files.join("\n"), @r#"
    incidents/2025/20251110-ap27/evidence/app.log
    incidents/2025/20251110-ap27/timeline/20251110T144000Z-evidence-ttgk.md
    "#);
    insta::assert_snapshot!(scratch.read(&files[1]), @r#"
    ---
    at: 2025-11-10T14:40:00Z
    recorded: 2025-11-10T14:40:00Z
    by: alice
    kind: evidence
    path: evidence/app.log
    sha256: 792376c209f338959be4cf00c54dbf82662b90516082e23106faec4c43c69e49
    size: 4
    origin: app.log
    ---
    the first errors
    "#);
    insta::assert_snapshot!(scratch.git(&["log", "-1", "--format=%s", "--name-only"]), @r#"
    incident 20251110-ap27: evidence: evidence/app.log

    incidents/2025/20251110-ap27/evidence/app.log
    incidents/2025/20251110-ap27/timeline/20251110T144000Z-evidence-ttgk.md
    "#);
    scratch.ok("evidence add app.log");
    insta::assert_snapshot!(scratch.run("evidence list"), @r#"
    14:40  alice  evidence/app.log    4 B  792376c209f3  from app.log
    14:40  alice  evidence/app-2.log  4 B  792376c209f3  from app.log
    "#);
}

#[test]
fn folders_input_and_references_are_kept_too() {
    let scratch = declared();
    scratch.write("logs/a.log", "a");
    scratch.write("logs/deep/b.log", "b");
    insta::assert_snapshot!(scratch.run("evidence add logs"), @"20251110-ap27 kept evidence/logs/  2 files  sha256 fadd3477f146…");
    insta::assert_snapshot!(scratch.pipe("evidence add - --name \"web pods.txt\"", b"one\n\xff"), @"20251110-ap27 kept evidence/web_pods.txt  5 B  sha256 353df48126d1…");
    insta::assert_snapshot!(scratch.run("evidence add https://grafana.example/d/42"), @"20251110-ap27 kept https://grafana.example/d/42");
    scratch.write("big.bin", vec![0; 5000]);
    insta::assert_snapshot!(scratch.run("evidence add big.bin --reference"), @"20251110-ap27 kept big.bin  5.0 kB  sha256 7ca5bd879f39…");
    insta::assert_snapshot!(scratch.run("evidence add /nowhere/x --reference"), @r#"
    20251110-ap27 kept /nowhere/x
    --- stderr
    warning: /nowhere/x is no file that can be read here; it is recorded without a digest
    "#);
    insta::assert_snapshot!(scratch.run("evidence list"), @r#"
    14:40  alice  evidence/logs/                2 files  fadd3477f146  from logs
    14:40  alice  evidence/web_pods.txt         5 B      353df48126d1  from standard input
    14:40  alice  https://grafana.example/d/42
    14:40  alice  big.bin                       5.0 kB   7ca5bd879f39
    14:40  alice  /nowhere/x
    "#);
    assert_eq!(scratch.run("evidence verify").status, 0);
}

#[test]
fn what_cannot_be_kept_is_refused_and_nothing_is_written() {
    let scratch = declared();
    scratch.write("big.bin", vec![0; 5000]);
    scratch.write("some/small", "x");
    scratch.write("some/too-big", vec![0; 5000]);
    std::fs::create_dir(scratch.path().join("empty")).unwrap();
    let before = scratch.state();
    let mut wrong =
        vec!["evidence add big.bin", "evidence add gone.log", "evidence add some", "evidence add empty"];
    wrong.extend([
        "evidence add app.log --name a b.log",
        "evidence add big.bin some --name x",
        "evidence add",
    ]);
    let said: Vec<String> = wrong.iter().map(|w| format!("$ inc {w}\n{}", scratch.run(w))).collect();
    insta::assert_snapshot!(said.join("\n"), @r#"
    $ inc evidence add big.bin
    status 2
    --- stderr
    error: [repo]/big.bin is 5.0 kB long, and files up to 1kB are copied
     help: record where it is, with its digest: `inc evidence add --reference FILE`
     help: or raise the limit in inc.yaml: `evidence: { max_size: 100MB }`; with git LFS: git lfs track 'incidents/**/evidence/**'

    $ inc evidence add gone.log
    status 2
    --- stderr
    error: there is no file [repo]/gone.log

    $ inc evidence add some
    status 2
    --- stderr
    error: [repo]/some/too-big is 5.0 kB long, and files up to 1kB are copied
     help: record where it is, with its digest: `inc evidence add --reference FILE`
     help: or raise the limit in inc.yaml: `evidence: { max_size: 100MB }`; with git LFS: git lfs track 'incidents/**/evidence/**'

    $ inc evidence add empty
    status 2
    --- stderr
    error: [repo]/empty holds no file

    $ inc evidence add app.log --name a b.log
    status 2
    --- stderr
    error: `--name` names one file

    $ inc evidence add big.bin some --name x
    status 2
    --- stderr
    error: `--name` names one file

    $ inc evidence add
    status 2
    --- stderr
    error: the following required arguments were not provided:
      <FILE|DIR|URL|->...

    Usage: inc evidence add <FILE|DIR|URL|->...

    For more information, try '--help'.
    "#);
    assert_eq!(scratch.state(), before);
    let folder = scratch.path().join(scratch.incident()).join("evidence");
    assert!(!folder.exists(), "a folder made for nothing goes again");
}

#[test]
fn a_folder_of_ten_thousand_files_is_one_piece_with_a_manifest() {
    let scratch = declared();
    let folder = scratch.path().join("many");
    std::fs::create_dir(&folder).unwrap();
    for n in 0..10_000 {
        std::fs::write(folder.join(n.to_string()), [b'x']).unwrap();
    }
    insta::assert_snapshot!(scratch.run("evidence add many"), @"20251110-ap27 kept evidence/many/  10000 files  sha256 1f65fc49108c…");
    let entries = kept(&scratch).into_iter().filter(|f| f.contains("-evidence-")).count();
    assert_eq!(entries, 1);
    assert_eq!(scratch.git(&["status", "--short"]), "?? inc.yaml\n?? many/\n");
    insta::assert_snapshot!(scratch.run("evidence verify"), @r#"
    --- stderr
    10001 files of evidence: all as they were kept
    "#);
    let home = scratch.path().join(scratch.incident()).join("evidence");
    std::fs::write(home.join("many/4711"), "y").unwrap();
    std::fs::remove_file(home.join("many/4712")).unwrap();
    std::fs::write(home.join("many/new"), "new").unwrap();
    insta::assert_snapshot!(scratch.run("evidence verify"), @r#"
    status 1
    changed       evidence/many/4711  1 B now, sha256 a1fce4363854…
    missing       evidence/many/4712  it is not there
    unregistered  evidence/many/new   no entry names it: `inc evidence add incidents/2025/20251110-ap27/evidence/many/new`
    --- stderr
    10001 files of evidence, 3 wrong; git has what was committed: `git log -- incidents/2025/20251110-ap27/evidence`
    "#);
    let found = scratch.run("check").out;
    insta::assert_snapshot!(found.split("error[INC-003]").nth(1).unwrap().split("\n\n").next().unwrap(), @r#"
    : of the folder that was preserved, `evidence/many/4711` is not what was preserved, `evidence/many/4712` is not there
     --> incidents/2025/20251110-ap27/timeline/20251110T144000Z-evidence-ttgk.md:6:7
      |
    6 | path: evidence/many.sha256
      |       ^^^^^^^^^^^^^^^^^^^^
      |
      = help: `inc evidence verify` lists them; take them back from git
    "#);
    std::fs::remove_dir_all(&home).unwrap();
    insta::assert_snapshot!(scratch.run("evidence verify"), @r#"
    status 1
    missing  evidence/many.sha256  it is not there
    --- stderr
    1 file of evidence, 1 wrong; git has what was committed: `git log -- incidents/2025/20251110-ap27/evidence`
    "#);
}

#[cfg(unix)]
#[test]
fn links_pipes_and_devices_are_not_followed_out() {
    use std::os::unix::fs::symlink;
    let scratch = declared();
    let secret = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(secret.path(), "secret").unwrap();
    scratch.write("logs/a.log", "a");
    symlink(secret.path(), scratch.path().join("out")).unwrap();
    symlink("nowhere", scratch.path().join("dangling")).unwrap();
    symlink("logs/a.log", scratch.path().join("in")).unwrap();
    symlink("logs", scratch.path().join("folder")).unwrap();
    assert!(
        std::process::Command::new("mkfifo").arg(scratch.path().join("pipe")).status().unwrap().success()
    );
    let wrong = ["out", "dangling", "folder", "pipe", "/dev/null"];
    let said =
        wrong.iter().map(|w| format!("$ inc evidence add {w}\n{}", scratch.inc(&["evidence", "add", w])));
    insta::assert_snapshot!(said.collect::<Vec<_>>().join("\n"), @r#"
    $ inc evidence add out
    status 2
    --- stderr
    error: [repo]/out is a symbolic link that leads out of [repo]
     help: links are not followed out; name the file itself if it is the one that you mean

    $ inc evidence add dangling
    status 2
    --- stderr
    error: [repo]/dangling is a symbolic link that leads nowhere

    $ inc evidence add folder
    status 2
    --- stderr
    error: [repo]/folder is a symbolic link to a folder
     help: name the folder itself

    $ inc evidence add pipe
    status 2
    --- stderr
    error: [repo]/pipe is no regular file but a pipe, a socket or a device
     help: keep what it says: `COMMAND | inc evidence add -`, or `inc evidence capture -- COMMAND`

    $ inc evidence add /dev/null
    status 2
    --- stderr
    error: /dev/null is no regular file but a pipe, a socket or a device
     help: keep what it says: `COMMAND | inc evidence add -`, or `inc evidence capture -- COMMAND`
    "#);
    assert!(kept(&scratch).is_empty());
    scratch.ok("evidence add in");
    symlink(secret.path(), scratch.path().join("logs/out")).unwrap();
    insta::assert_snapshot!(scratch.run("evidence add logs"), @r#"
    status 2
    --- stderr
    error: [repo]/logs/out is a symbolic link that leads out of [repo]/logs
     help: links are not followed out; name the file itself if it is the one that you mean
    "#);
    assert_eq!(kept(&scratch).len(), 2, "{:?}", kept(&scratch));
}

#[cfg(unix)]
#[test]
fn names_are_made_safe_and_the_origin_keeps_them() {
    let scratch = declared();
    for name in ["my app.log", "two\nlines.log", "re\u{301}sume\u{301}.log"] {
        std::fs::write(scratch.path().join(name), name).unwrap();
        assert_eq!(scratch.inc(&["evidence", "add", name]).status, 0);
    }
    let files: Vec<String> = kept(&scratch).into_iter().filter(|f| f.contains("/evidence/")).collect();
    assert_eq!(
        files.iter().map(|f| f.rsplit('/').next().unwrap()).collect::<Vec<_>>(),
        ["my_app.log", "resume.log", "two_lines.log"]
    );
    let listed = scratch.ok("evidence list");
    assert!(listed.contains("from two\\nlines.log\n"), "{listed}");
    assert_eq!(scratch.run("evidence verify").status, 0);
}

#[test]
fn what_changed_went_or_came_is_found() {
    let scratch = declared();
    for name in ["a.log", "b.log", "c.log"] {
        scratch.write(name, name);
        scratch.ok(&format!("evidence add {name}"));
    }
    insta::assert_snapshot!(scratch.run("evidence verify"), @r#"
    --- stderr
    3 files of evidence: all as they were kept
    "#);
    let folder = format!("{}/evidence", scratch.incident());
    scratch.write(&format!("{folder}/a.log"), "A.log");
    std::fs::remove_file(scratch.path().join(&folder).join("b.log")).unwrap();
    scratch.write(&format!("{folder}/new.log"), "new");
    insta::assert_snapshot!(scratch.run("evidence verify"), @r#"
    status 1
    changed       evidence/a.log    5 B before, 5 B now, sha256 e0dd971a3c64…
    missing       evidence/b.log    it is not there
    unregistered  evidence/new.log  no entry names it: `inc evidence add incidents/2025/20251110-ap27/evidence/new.log`
    --- stderr
    3 files of evidence, 3 wrong; git has what was committed: `git log -- incidents/2025/20251110-ap27/evidence`
    "#);
    insta::assert_snapshot!(scratch.run("evidence verify --json"), @r#"
    status 1
    {
      "checked": 3,
      "findings": [
        {
          "state": "changed",
          "path": "evidence/a.log",
          "message": "5 B before, 5 B now, sha256 e0dd971a3c64…"
        },
        {
          "state": "missing",
          "path": "evidence/b.log",
          "message": "it is not there"
        },
        {
          "state": "unregistered",
          "path": "evidence/new.log",
          "message": "no entry names it: `inc evidence add incidents/2025/20251110-ap27/evidence/new.log`"
        }
      ]
    }
    "#);
    insta::assert_snapshot!(scratch.run(&format!("evidence add {folder}/new.log")), @"20251110-ap27 kept evidence/new.log  3 B  sha256 11507a0e2f5e…");
    assert_eq!(scratch.run(&format!("evidence add {folder}/new.log")).status, 2);
}

#[cfg(unix)]
#[test]
fn output_is_captured_with_its_exit_status() {
    let scratch = declared();
    insta::assert_snapshot!(scratch.run("evidence capture -- sh -c 'echo out; echo err >&2; exit 3'"), @r#"
    20251110-ap27 kept evidence/20251110T144000Z-sh.txt  8 B  sha256 9f345aa1474b…
    --- stderr
    sh -c 'echo out; echo err >&2; exit 3': exit status 3
    "#);
    let file = kept(&scratch).into_iter().find(|f| f.contains("-sh.txt")).unwrap();
    assert_eq!(scratch.read(&file), "out\nerr\n");
    insta::assert_snapshot!(scratch.run("evidence list"), @"14:40  alice  evidence/20251110T144000Z-sh.txt  8 B  9f345aa1474b  from $ sh -c 'echo out; echo err >&2; exit 3' (exit status 3)");
    insta::assert_snapshot!(scratch.run("evidence capture -- no-such-program-here"), @r#"
    status 2
    --- stderr
    error: there is no program `no-such-program-here`
     help: it runs without a shell; for pipes: `sh -c '…'`
    "#);
    insta::assert_snapshot!(scratch.run("evidence capture --name zeros -- head -c 5000000 /dev/zero"), @r#"
    20251110-ap27 kept evidence/zeros  1.0 kB  sha256 541b3e9daa09…
    --- stderr
    head -c 5000000 /dev/zero: stopped; kept are the first 1.0 kB
    "#);
    assert_eq!(scratch.run("evidence verify").status, 0);
}

#[test]
fn a_limit_that_is_no_size_is_said_with_its_line() {
    let scratch = Scratch::repo();
    scratch.write("inc.yaml", "process: standard\nevidence:\n  max_size: ten\n");
    insta::assert_snapshot!(scratch.run("declare x -s SEV2"), @r#"
    status 3
    --- stderr
    error: inc.yaml:3:13: `evidence.max_size`: `ten` is no size: write `10MB`, `512KB` or `1GiB`
    "#);
}

#[test]
fn the_bytes_are_the_same_in_every_clone() {
    let mut scratch = Scratch::repo();
    scratch.write(".gitattributes", "* text=auto\n");
    scratch.ok("init --process standard");
    scratch.ok("declare \"checkout is down\" -s SEV2");
    scratch.at("2025-11-10T14:40:00Z");
    scratch.write("crlf.log", "a\r\nb\r\n");
    scratch.ok("evidence add crlf.log");
    scratch.git(&["-c", "core.autocrlf=true", "clone", "-q", ".", "clone"]);
    assert_eq!(scratch.run("-C clone evidence verify").status, 0);
    let attributes = scratch.read(".gitattributes");
    scratch.write(".gitattributes", attributes.replace("/incidents/**/evidence/** -text\n", ""));
    insta::assert_snapshot!(scratch.run("evidence add crlf.log"), @r#"
    20251110-ttgk kept evidence/crlf-2.log  6 B  sha256 58055bdcc737…
    --- stderr
    warning: git may change the line ends of evidence/crlf-2.log, and then it is not what was kept: `inc doctor --fix`
    "#);
    scratch.run("doctor --fix");
    assert_eq!(scratch.run("evidence add crlf.log --name last.log").err, "");
}

#[cfg(unix)]
#[test]
fn large_files_go_through_the_filter_that_the_repository_asks_for() {
    let scratch = declared();
    scratch.write(".gitattributes", "*.bin filter=lfs -text\n");
    scratch.write("a.bin", "not a pointer");
    let before = scratch.state();
    insta::assert_snapshot!(scratch.run("evidence add a.bin"), @r#"
    status 1
    --- stderr
    error: evidence/a.bin goes through git's filter `lfs`, which this clone does not have
     help: for git LFS: `git lfs install`, then again; nothing was kept
     help: or record where it is: `inc evidence add --reference FILE`
    "#);
    assert_eq!(scratch.state(), before);
    scratch.git(&["config", "filter.lfs.clean", "sh -c 'echo pointer to; sha256sum'"]);
    scratch.git(&["config", "filter.lfs.smudge", "cat"]);
    scratch.ok("evidence add a.bin");
    let stored = scratch.git(&["show", &format!("HEAD:{}/evidence/a.bin", scratch.incident())]);
    assert!(stored.starts_with("pointer to\n"), "{stored}");
    assert_eq!(scratch.run("evidence verify").status, 0);
    // One that fails leaves whole entries with their files, which the next command commits.
    scratch.git(&["config", "filter.lfs.clean", "false"]);
    scratch.git(&["config", "filter.lfs.required", "true"]);
    assert_eq!(scratch.run("evidence add a.bin --name b.bin").status, 4);
    scratch.git(&["config", "filter.lfs.clean", "cat"]);
    scratch.ok("timeline add \"the filter works again\"");
    let held = scratch.git(&["show", "--stat=200", "--format=", "HEAD"]);
    assert!(held.contains("evidence/b.bin") && held.contains("-evidence-"), "{held}");
}

#[cfg(unix)]
#[test]
fn a_file_that_grows_is_kept_as_it_was_at_the_start() {
    let mut scratch = Scratch::repo();
    scratch.write("inc.yaml", "process: standard\nevidence: { max_size: 100MB }\n");
    scratch.ok("declare \"checkout is down\" -s SEV2");
    scratch.at("2025-11-10T14:40:00Z");
    let path = scratch.write("app.log", vec![b'x'; 8_000_000]);
    let writer = std::thread::spawn(move || {
        use std::io::Write as _;
        let mut log = std::fs::OpenOptions::new().append(true).open(path).unwrap();
        for _ in 0..4_000 {
            log.write_all(&[b'y'; 1_000]).unwrap();
            std::thread::sleep(std::time::Duration::from_micros(200));
        }
    });
    let answer = scratch.run("evidence add app.log");
    writer.join().unwrap();
    assert_eq!(answer.status, 0, "{answer}");
    assert_eq!(scratch.run("evidence verify").status, 0);
    let kept = scratch.path().join(scratch.incident()).join("evidence/app.log");
    assert!(kept.metadata().unwrap().len() <= 12_000_000);
}

/// Mounts a small file system, where the tests may: as root.
#[cfg(target_os = "linux")]
fn small_disk() -> Option<tempfile::TempDir> {
    let folder = tempfile::tempdir().unwrap();
    let mut mount = std::process::Command::new("mount");
    let answer = mount.args(["-t", "tmpfs", "-o", "size=3M", "tmpfs"]).arg(folder.path()).output();
    if answer.is_ok_and(|a| a.status.success()) {
        return Some(folder);
    }
    eprintln!("skipped: this test mounts a small disk, which needs root");
    None
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_keeps_nothing_by_half() {
    let Some(disk) = small_disk() else { return };
    let scratch = Scratch::repo();
    let home = disk.path().display().to_string();
    for line in [
        ["init", "-q"].as_slice(),
        &["config", "user.name", "alice"],
        &["config", "user.email", "a@example.com"],
    ] {
        scratch.git(&[&["-C", &home], line].concat());
    }
    scratch.ok(&format!("-C {home} declare \"checkout is down\" -s SEV2"));
    scratch.write("folder/a", "a");
    scratch.write("folder/b", vec![0; 5_000_000]);
    for source in ["folder/b", "folder"] {
        let source = scratch.path().join(source);
        let answer = scratch.run(&format!("-C {home} evidence add {}", source.display()));
        assert_eq!(answer.status, 4, "{answer}");
        assert!(
            answer.err.contains(": the disk is full\n help: nothing was kept; free some space"),
            "{answer}"
        );
        let listed = scratch.git(&["-C", &home, "status", "--short", "--ignored", "-uall"]);
        assert_eq!(listed, "", "nothing is left");
    }
    let ended = std::process::Command::new("umount").arg(disk.path()).status().unwrap();
    assert!(ended.success());
}

#[cfg(unix)]
#[test]
fn programs_that_are_killed_print_for_ever_or_leave_others_running_are_kept_too() {
    let scratch = declared();
    insta::assert_snapshot!(scratch.run("evidence capture --name killed -- sh -c 'echo a; kill -9 $$'").err, @"sh -c 'echo a; kill -9 $$': signal: 9 (SIGKILL)");
    insta::assert_snapshot!(scratch.run("evidence capture --name yes -- yes").err, @"yes: stopped; kept are the first 1.0 kB");
    let began = std::time::Instant::now();
    assert_eq!(scratch.run("evidence capture --name left -- sh -c 'sleep 60 & echo started'").status, 0);
    assert!(began.elapsed().as_secs() < 30, "what it left running is not waited for");
    scratch.ok("evidence capture --name control -- printf 'a\\033[2Jb'");
    let shown = scratch.ok("evidence list") + &scratch.ok("timeline list");
    assert!(!shown.contains('\u{1b}'), "{shown}");
    assert_eq!(scratch.run("evidence verify").status, 0);
}

#[test]
fn paths_lead_in_from_anywhere_and_out_of_the_folder_never() {
    let scratch = declared();
    let outside = tempfile::tempdir().unwrap();
    std::fs::write(outside.path().join("x.log"), "x").unwrap();
    let absolute = outside.path().join("x.log").display().to_string();
    scratch.ok(&format!("evidence add {absolute}"));
    scratch.write("a/b.log", "b");
    scratch.ok("evidence add a/../a/b.log");
    for name in ["../../../out", "/etc/out", "a/b", "..\\out"] {
        assert_eq!(scratch.inc(&["evidence", "add", "a/b.log", "--name", name]).status, 0, "{name}");
    }
    let home = format!("{}/evidence/", scratch.incident());
    let kept: Vec<String> =
        kept(&scratch).into_iter().filter_map(|f| Some(f.strip_prefix(&home)?.to_owned())).collect();
    insta::assert_snapshot!(kept.join("\n"), @r#"
    _.._.._out
    _etc_out
    _out
    a_b
    b.log
    x.log
    "#);
}

#[test]
fn evidence_says_what_it_is_and_counts_as_that_alone() {
    let mut scratch = Scratch::repo();
    scratch.write("inc.yaml", "process: koprogo\n");
    scratch.ok("declare \"API key leaked\" -s P0 --label security");
    scratch.at("2025-11-10T14:40:00Z");
    scratch.write("app.log", "500\n");
    let slip = scratch.run("evidence add app.log --type log").to_string();
    assert!(slip.contains("no type of evidence `log`") && slip.contains("did you mean `logs`?"), "{slip}");
    let unknown = scratch.run("evidence capture --type disk -- echo x").to_string();
    assert!(unknown.contains("the process has logs, snapshot"), "{unknown}");
    assert!(kept(&scratch).is_empty());
    let item = |scratch: &Scratch, id: &str| {
        let list = scratch.ok("checklist show security --json");
        let json: serde_json::Value = serde_json::from_str(&list).unwrap();
        let text = json.to_string();
        let at = text.find(&format!("\"id\":\"{id}\"")).unwrap();
        let (start, end) = (text[..at].rfind('{').unwrap(), at + text[at..].find('}').unwrap());
        text[start..=end].to_owned()
    };
    let open = item(&scratch, "forensics-logs");
    scratch.ok("evidence add app.log");
    assert_eq!(item(&scratch, "forensics-logs"), open);
    scratch.ok("evidence add app.log --type logs");
    assert_ne!(item(&scratch, "forensics-logs"), open);
    for step in ["ack", "resolve fixed", "verify"] {
        scratch.ok(step);
    }
    let held = |scratch: &Scratch| scratch.run("close").to_string();
    assert!(held(&scratch).contains("inc evidence add --type snapshot PATH"), "{}", held(&scratch));
    scratch.ok("evidence capture --type SNAPSHOT --name disk -- echo x");
    assert!(!held(&scratch).contains("security-evidence"), "{}", held(&scratch));
    let listed = scratch.ok("evidence list --json");
    assert!(listed.contains("\"type\": \"logs\"") && listed.contains("\"type\": \"snapshot\""), "{listed}");
}
