use std::fs;

use super::*;

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> =
        folder.read_dir().unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

fn message<T: std::fmt::Debug>(result: Result<T>) -> String {
    result.unwrap_err().to_string()
}

#[test]
fn a_file_is_written_whole_and_replaced() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.md");
    write(&path, b"one").unwrap();
    write(&path, b"two").unwrap();
    assert_eq!(read_text(folder.path(), Path::new("a.md"), 3).unwrap(), "two");
    assert_eq!(names(folder.path()), ["a.md"]);
}

#[test]
fn a_new_file_replaces_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.md");
    write_new(&path, b"one").unwrap();
    assert!(message(write_new(&path, b"two")).ends_with("a.md: it exists already"));
    assert_eq!(read_text(folder.path(), Path::new("a.md"), 9).unwrap(), "one");
    assert_eq!(names(folder.path()), ["a.md"]);
}

#[test]
fn of_many_writers_of_a_new_file_one_wins() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.md");
    let won: Vec<bool> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..8_u8)
            .map(|n| {
                scope.spawn({
                    let path = &path;
                    move || write_new(path, &[n]).is_ok()
                })
            })
            .collect();
        threads.into_iter().map(|t| t.join().unwrap()).collect()
    });
    assert_eq!(won.into_iter().filter(|won| *won).count(), 1);
    assert_eq!(names(folder.path()), ["a.md"]);
}

#[test]
fn a_failure_names_the_path_and_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let said = message(write(&folder.path().join("no/a.md"), b"x"));
    assert!(said.contains("a.md: no such file or folder"), "{said}");
    fs::create_dir(folder.path().join("dir")).unwrap();
    assert!(message(write(&folder.path().join("dir"), b"x")).ends_with("it is a folder"));
    assert_eq!(names(folder.path()), ["dir"]);
    let full = io::Error::from(ErrorKind::StorageFull);
    let failure = unwritable(Path::new("a.md"), &full);
    assert_eq!(failure.message, "cannot write a.md: the disk is full");
    assert_eq!(failure.kind.exit_status(), 4);
    let read_only = unwritable(Path::new("a.md"), &io::Error::from(ErrorKind::ReadOnlyFilesystem));
    assert_eq!(read_only.message, "cannot write a.md: the file system is read-only");
}

#[test]
fn a_path_cannot_leave_its_root() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    for path in ["../x", "a/../../x", "/etc/passwd", ".."] {
        assert!(message(inside(root, Path::new(path))).contains("is absolute or holds `..`"), "{path}");
    }
    assert_eq!(inside(root, Path::new("not/yet.md")).unwrap(), root.join("not/yet.md"));
}

#[test]
fn what_is_no_readable_text_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    fs::write(root.join("a"), "12345").unwrap();
    assert!(message(read_text(root, Path::new("a"), 4)).ends_with("too large: 5 bytes, at most 4 are read"));
    fs::write(root.join("b"), b"one\ntwo\xff").unwrap();
    assert!(message(read_text(root, Path::new("b"), 99)).ends_with("b: line 2, byte 7 is not UTF-8 text"));
    assert!(message(read_text(root, Path::new("."), 99)).ends_with("it is a folder"));
    assert!(message(read_text(root, Path::new("c"), 99)).ends_with("c: no such file or folder"));
}

#[cfg(unix)]
mod unix {
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::*;

    #[test]
    fn links_are_not_followed_out() {
        let (folder, elsewhere) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let root = folder.path();
        fs::write(elsewhere.path().join("secret"), "s").unwrap();
        fs::write(root.join("real"), "r").unwrap();
        symlink(elsewhere.path(), root.join("out")).unwrap();
        symlink("real", root.join("in")).unwrap();
        symlink("nowhere", root.join("dangling")).unwrap();
        let out = message(read_text(root, Path::new("out/secret"), 9));
        assert!(out.ends_with("out/secret leads out through a symbolic link"), "{out}");
        assert!(message(inside(root, Path::new("out/new"))).contains("leads out"));
        assert!(message(inside(root, Path::new("dangling"))).contains("leads nowhere"));
        assert_eq!(read_text(root, Path::new("in"), 9).unwrap(), "r");
        assert!(message(write(&root.join("in"), b"x")).contains("it is a symbolic link"));
        assert!(message(write_new(&root.join("dangling"), b"x")).contains("it is a symbolic link"));
        assert_eq!(read_text(root, Path::new("real"), 9).unwrap(), "r");
    }

    #[test]
    fn a_device_is_not_read() {
        assert!(message(read_text(Path::new("/dev"), Path::new("null"), 9)).contains("no regular file"));
    }

    #[test]
    fn permissions_are_kept() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        write(&path, b"1").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        write(&path, b"2").unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o640);
    }
}
