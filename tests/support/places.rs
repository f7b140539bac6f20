//! Where things are.

use std::path::{Path, PathBuf};

/// A variable that `cargo xtask test` sets.
///
/// # Panics
/// It is not set.
#[must_use]
pub fn variable(name: &str) -> String {
    std::env::var(name).unwrap_or_else(|_| panic!("{name} is not set: run the tests with `cargo xtask test`"))
}

/// The workspace's root.
#[must_use]
pub fn root() -> PathBuf {
    let tests = std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
    Path::new(&tests).parent().expect("the tests are in the workspace").to_owned()
}

/// The program under test.
#[must_use]
pub fn binary() -> PathBuf {
    variable("POSTURA_TEST_BINARY").into()
}

/// The folder of the browser's files.
#[must_use]
pub fn site() -> PathBuf {
    variable("POSTURA_TEST_SITE").into()
}

/// The folder into which cargo compiles, found by the program's own place in it.
#[must_use]
pub fn target() -> PathBuf {
    binary().parent().and_then(Path::parent).expect("the program is in a profile's folder").to_owned()
}

/// A folder for what tests leave for the next run, and for what they take away themselves.
#[must_use]
pub fn temporary() -> PathBuf {
    let folder = target().join("tmp");
    std::fs::create_dir_all(&folder).expect("the folder for temporary files can be made");
    folder
}

/// A file of the project's own examples: `nessus/full.nessus`.
///
/// # Panics
/// There is no such file.
#[must_use]
pub fn fixture(path: &str) -> Vec<u8> {
    let file = root().join("tests/fixtures").join(path);
    std::fs::read(&file).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Compares lines with a checked-in list, in which `#` begins a comment; writes the list instead, its comments at the top,
/// if `POSTURA_TIDY_WRITE` is set.
///
/// # Panics
/// They differ.
pub fn assert_list(path: &str, lines: &[String]) {
    let file = root().join(path);
    let kept = std::fs::read_to_string(&file).unwrap_or_default();
    if std::env::var_os("POSTURA_TIDY_WRITE").is_some() {
        let comments = kept.lines().filter(|line| line.starts_with('#')).map(str::to_owned);
        let all: Vec<String> = comments.chain(lines.iter().cloned()).collect();
        std::fs::write(&file, all.join("\n") + "\n").expect("the list can be written");
        return;
    }
    let kept: Vec<&str> = kept.lines().filter(|line| !line.starts_with('#') && !line.is_empty()).collect();
    let new: Vec<&String> = lines.iter().filter(|line| !kept.contains(&line.as_str())).collect();
    let gone: Vec<&&str> = kept.iter().filter(|line| !lines.iter().any(|now| now == **line)).collect();
    assert!(
        new.is_empty() && gone.is_empty(),
        "{path} differs.\nnow: {new:#?}\nno longer: {gone:#?}\nIf that is meant: POSTURA_TIDY_WRITE=1, and review the list."
    );
}
