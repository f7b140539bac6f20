//! The workspace's files, as the checks read them.

use std::path::{Path, PathBuf};
use std::process::Command;

/// The workspace's root.
pub fn root() -> PathBuf {
    let tests = std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
    Path::new(&tests).parent().expect("the tests are in the workspace").to_owned()
}

/// A text file of the workspace.
pub struct TextFile {
    /// Its path from the root, with `/`.
    pub path: String,
    pub text: String,
}

impl TextFile {
    /// The file of that path.
    pub fn read(path: &str) -> Self {
        let text = std::fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"));
        Self { path: path.to_owned(), text }
    }

    /// True if the file is below one of these folders.
    pub fn is_below(&self, folders: &[&str]) -> bool {
        folders.iter().any(|folder| self.path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/')))
    }

    /// False for the programs beside a crate that test or measure it.
    pub fn is_library(&self) -> bool {
        !["/examples/", "/tests/", "/benches/"].iter().any(|folder| self.path.contains(folder))
    }

    /// The lines that are compiled into the program, with their numbers: no comments, no unit tests (which end a file).
    pub fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        self.text
            .lines()
            .enumerate()
            .take_while(|(_, line)| *line != "#[cfg(test)]")
            .filter(|(_, line)| !line.trim_start().starts_with("//"))
            .map(|(index, line)| (index + 1, line))
    }

    /// `path:line: text` of the code lines that the test picks.
    pub fn hits<'a>(&'a self, picks: impl Fn(&str) -> bool + 'a) -> impl Iterator<Item = String> + 'a {
        self.code()
            .filter(move |(_, line)| picks(line))
            .map(|(number, line)| format!("{}:{number}: {}", self.path, line.trim()))
    }
}

/// The files with one of these endings, in the order of their paths; nothing that was built, nothing hidden but the
/// project's own settings.
pub fn files(endings: &[&str]) -> Vec<TextFile> {
    let mut found = Vec::new();
    collect(&root(), "", &mut |path| {
        if endings.iter().any(|ending| path.ends_with(ending)) {
            found.push(TextFile::read(path));
        }
    });
    found.sort_by(|a, b| a.path.cmp(&b.path));
    assert!(!found.is_empty(), "no files that end in {endings:?}: is the root right?");
    found
}

fn collect(folder: &Path, path: &str, found: &mut impl FnMut(&str)) {
    for entry in std::fs::read_dir(folder).expect("a folder of the workspace can be read").flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let below = if path.is_empty() { name.clone() } else { format!("{path}/{name}") };
        let hidden = name.starts_with('.') && ![".cargo", ".ci"].contains(&name.as_str());
        if hidden || ["target", "data"].contains(&below.as_str()) {
            continue;
        }
        if entry.path().is_dir() { collect(&entry.path(), &below, found) } else { found(&below) }
    }
}

/// What cargo writes, run in the workspace without the network.
pub fn cargo(arguments: &[&str]) -> String {
    let program = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let done = Command::new(program).current_dir(root()).args(arguments).args(["--offline", "--locked"]).output();
    let done = done.expect("cargo runs");
    assert!(done.status.success(), "cargo {arguments:?}: {}", String::from_utf8_lossy(&done.stderr));
    String::from_utf8(done.stdout).expect("cargo writes UTF-8")
}

/// Compares lines with a checked-in list beside this file, in which `#` begins a comment. Writes the list instead, its
/// comments at the top, if `POSTURA_TIDY_WRITE` is set.
pub fn assert_list(file: &str, lines: &[String], what_to_do: &str) {
    let path = root().join("tests/tidy").join(file);
    let listed = std::fs::read_to_string(&path).unwrap_or_default();
    if std::env::var_os("POSTURA_TIDY_WRITE").is_some() {
        let comments = listed.lines().filter(|line| line.starts_with('#')).map(str::to_owned);
        let all: Vec<String> = comments.chain(lines.iter().cloned()).collect();
        std::fs::write(&path, all.join("\n") + "\n").expect("the list can be written");
        return;
    }
    let listed: Vec<&str> = listed.lines().filter(|line| !line.starts_with('#') && !line.is_empty()).collect();
    let new: Vec<&String> = lines.iter().filter(|line| !listed.contains(&line.as_str())).collect();
    let gone: Vec<&&str> = listed.iter().filter(|line| !lines.iter().any(|now| now == **line)).collect();
    assert!(
        new.is_empty() && gone.is_empty(),
        "tests/tidy/{file} differs.\nnew: {new:#?}\nno longer there: {gone:#?}\n{what_to_do} Then: POSTURA_TIDY_WRITE=1"
    );
}

/// Fails with a message and the offending places, if there are any.
pub fn assert_none(offences: Vec<String>, message: &str) {
    assert!(offences.is_empty(), "{message}\n  {}", offences.join("\n  "));
}
