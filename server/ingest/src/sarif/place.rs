//! Where an artifact is (3.4): a page of a web origin, or a file of a code base.

use crate::bounded::record::{number, text};
use crate::text as plain;
use serde::Serialize;
use serde_json::Value;
use std::collections::{BTreeSet, HashMap};

/// An `artifactLocation`.
#[derive(Clone, Default, Serialize)]
pub struct Artifact {
    /// Where it is, absolute or relative to the base.
    pub uri: String,
    /// The base's name, else empty.
    pub base: String,
    /// Its number among the run's artifacts.
    pub index: Option<usize>,
}

/// What an artifact is.
#[derive(Debug, PartialEq, Eq)]
pub enum Resource {
    /// What has an address on the web: the whole URL.
    Page(String),
    /// A file: its path in the code base.
    File(String),
}

impl Artifact {
    /// Reads an `artifactLocation`.
    pub fn of(value: &Value) -> Self {
        let index = number(&value["index"]).and_then(|index| usize::try_from(index).ok());
        Self { uri: text(&value["uri"]), base: text(&value["uriBaseId"]), index }
    }

    /// The bytes of its texts.
    pub fn size(&self) -> usize {
        self.uri.len() + self.base.len()
    }

    /// Whether it is the address of a page, whatever the run's bases and artifacts are.
    pub fn is_page(&self) -> bool {
        is_page(&self.uri)
    }

    /// Whether nothing but the run's artifacts says where it is.
    pub fn is_by_number(&self) -> bool {
        self.uri.is_empty() && self.index.is_some()
    }

    /// What it is, by the run's artifacts and bases. `None` if it is nowhere.
    pub fn resolved(&self, artifacts: &[Self], bases: &HashMap<String, Self>) -> Option<Resource> {
        let found = if self.is_by_number() { artifacts.get(self.index?)? } else { self };
        if found.uri.is_empty() {
            return None;
        }
        let uri = if scheme(&found.uri).is_some() { found.uri.clone() } else { based(found, bases) };
        Some(if is_page(&uri) { Resource::Page(uri) } else { Resource::File(path(&uri)) })
    }
}

/// A relative reference behind its bases (3.14.14). Where a base is a folder of the machine on which the tool ran, the path
/// begins inside it: the folder is another one at every build, and a file is the same file all the same (3.4.7).
fn based(artifact: &Artifact, bases: &HashMap<String, Artifact>) -> String {
    let mut uri = artifact.uri.clone();
    let mut seen = BTreeSet::new();
    let mut name = &artifact.base;
    while let Some(base) = bases.get(name).filter(|_| seen.insert(name)) {
        if is_page(&base.uri) {
            return format!("{}{uri}", base.uri);
        }
        if scheme(&base.uri).is_some() || uri.len() > MAX_URI {
            return uri;
        }
        uri.insert_str(0, &base.uri);
        name = &base.base;
    }
    uri
}

/// How long a path becomes at most by putting bases before it.
const MAX_URI: usize = 64 << 10;

/// The scheme, in lower case. One letter is a drive of Windows.
fn scheme(uri: &str) -> Option<String> {
    let (scheme, _) = uri.split_once(':')?;
    let is_scheme = scheme.len() > 1
        && scheme.starts_with(|first: char| first.is_ascii_alphabetic())
        && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.'));
    is_scheme.then(|| scheme.to_ascii_lowercase())
}

fn is_page(uri: &str) -> bool {
    matches!(scheme(uri).as_deref(), Some("http" | "https" | "ws" | "wss")) && crate::origin::of_url(uri).is_some()
}

/// A path as people write it: without `file:`, with `/` for what tools of Windows write, percent-encoding decoded (3.10.1,
/// RFC 3986, 2.1), dot segments removed (3.10.2).
fn path(uri: &str) -> String {
    let local = if scheme(uri).as_deref() == Some("file") { without_scheme(&uri["file:".len()..]) } else { uri };
    let slashed = local.replace('\\', "/");
    let root = if slashed.starts_with('/') { "/" } else { "" };
    let mut segments: Vec<&str> = Vec::new();
    for segment in slashed.split('/') {
        match segment {
            "" | "." => {}
            ".." if segments.last().is_some_and(|last| *last != "..") => drop(segments.pop()),
            segment => segments.push(segment),
        }
    }
    decoded(&format!("{root}{}", segments.join("/")))
}

/// What follows `file:`: `//host/path` without the host if that is the machine itself, and a drive without a slash before it.
fn without_scheme(rest: &str) -> &str {
    let path = match rest.strip_prefix("//") {
        Some(after) => after.strip_prefix("localhost").filter(|path| path.starts_with('/')).unwrap_or(after),
        None => rest,
    };
    let drive = path.strip_prefix('/').filter(|path| path.as_bytes().get(1) == Some(&b':'));
    drive.unwrap_or(path)
}

fn decoded(text: &str) -> String {
    if !text.contains('%') {
        return text.to_owned();
    }
    let (mut out, mut rest) = (Vec::with_capacity(text.len()), text.as_bytes());
    while let [first, tail @ ..] = rest {
        let hex = tail.get(..2).filter(|_| *first == b'%').and_then(|hex| std::str::from_utf8(hex).ok());
        match hex.filter(|hex| hex.bytes().all(|byte| byte.is_ascii_hexdigit())).map(|hex| u8::from_str_radix(hex, 16))
        {
            Some(Ok(byte)) => {
                out.push(byte);
                rest = &tail[2..];
            }
            _ => {
                out.push(*first);
                rest = tail;
            }
        }
    }
    plain::from_bytes(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn artifact(uri: &str, base: &str) -> Artifact {
        Artifact { uri: uri.to_owned(), base: base.to_owned(), index: None }
    }

    #[test]
    fn paths_are_those_of_files() {
        for (uri, file) in [
            ("src/a%20b.c", "src/a b.c"),
            ("./src//x/../a.c", "src/a.c"),
            ("../a.c", "../a.c"),
            ("src\\a.c", "src/a.c"),
            ("file:///srv/x/a.c", "/srv/x/a.c"),
            ("file://localhost/a.c", "/a.c"),
            ("file:///C:/code/a.c", "C:/code/a.c"),
            ("FILE:/a.c", "/a.c"),
            ("C:\\code\\a.c", "C:/code/a.c"),
            ("100%/%zz/%ff.c", "100%/%zz/\\xff.c"),
            ("pkg:npm/left-pad@1.0", "pkg:npm/left-pad@1.0"),
            ("añ%C3%B1", "aññ"),
        ] {
            let found = artifact(uri, "").resolved(&[], &HashMap::new());
            assert_eq!(found, Some(Resource::File(file.to_owned())), "{uri}");
        }
        assert_eq!(artifact("", "SRC").resolved(&[], &HashMap::new()), None);
    }

    #[test]
    fn bases_come_before_what_is_relative() {
        let bases = [
            ("ROOT", artifact("file:///srv/ci/7/", "")),
            ("SRC", artifact("src/", "ROOT")),
            ("WEB", artifact("https://shop.example.com/app/", "")),
            ("A", artifact("a/", "B")),
            ("B", artifact("b/", "A")),
        ];
        let bases = bases.map(|(name, base)| (name.to_owned(), base)).into();
        for (uri, base, resource) in [
            ("x.c", "SRC", Resource::File("src/x.c".into())),
            ("x.c", "ROOT", Resource::File("x.c".into())),
            ("x.c", "OTHER", Resource::File("x.c".into())),
            ("x.c", "A", Resource::File("b/a/x.c".into())),
            ("x", "WEB", Resource::Page("https://shop.example.com/app/x".into())),
            ("http://shop.example.com/y", "SRC", Resource::Page("http://shop.example.com/y".into())),
            ("http:///y", "", Resource::File("http:/y".into())),
        ] {
            assert_eq!(artifact(uri, base).resolved(&[], &bases), Some(resource), "{uri} {base}");
        }
        let numbered = Artifact { index: Some(0), ..Artifact::default() };
        assert_eq!(numbered.resolved(&[artifact("x.c", "SRC")], &bases), Some(Resource::File("src/x.c".into())));
        assert_eq!(numbered.resolved(&[], &bases), None);
    }
}
