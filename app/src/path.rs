//! Addresses within this site, by type: what `next` may be.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// A path on this site with its query: one that no browser reads as another site's address.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct LocalPath(String);

/// What is not a path on this site.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotLocal;

impl fmt::Display for NotLocal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a path on this site")
    }
}

impl std::error::Error for NotLocal {}

impl LocalPath {
    /// The longest path that is taken, in bytes.
    pub const MAX: usize = 4096;

    /// The start page.
    #[must_use]
    pub fn root() -> Self {
        Self("/".to_owned())
    }

    /// The path of a text, or the start page if it is none.
    #[must_use]
    pub fn or_root(text: &str) -> Self {
        text.parse().unwrap_or_else(|_| Self::root())
    }

    /// Where one proves again who one is, and comes back from to `next`.
    #[must_use]
    pub fn confirm(next: &Self) -> Self {
        Self("/account/confirm".to_owned()).with(&[("next", next.with(&[]).0)])
    }

    /// The path with its query.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The same path without what earlier answers left in its query, and with `pairs` added (values percent-encoded).
    #[must_use]
    pub fn with(&self, pairs: &[(&str, String)]) -> Self {
        const ANSWERS: [&str; 9] = ["done", "n", "refused", "error", "field", "detail", "reference", "__path", "__err"];
        let (path, query) = self.0.split_once('?').unwrap_or((&self.0, ""));
        let kept = query
            .split('&')
            .filter(|pair| !pair.is_empty())
            .filter(|pair| !ANSWERS.contains(&pair.split('=').next().unwrap_or_default()))
            .map(ToOwned::to_owned);
        let added = pairs
            .iter()
            .filter(|(_, value)| !value.is_empty())
            .map(|(key, value)| format!("{key}={}", crate::locales::say::encode(value)));
        let query: Vec<String> = kept.chain(added).collect();
        Self(if query.is_empty() { path.to_owned() } else { format!("{path}?{}", query.join("&")) })
    }
}

impl FromStr for LocalPath {
    type Err = NotLocal;
    /// Takes what begins with exactly one `/`. Browsers read `\` as `/` and drop tabs and line breaks, so texts with any
    /// of them are refused, as are fragments.
    fn from_str(text: &str) -> Result<Self, NotLocal> {
        let second = text.as_bytes().get(1);
        let local = text.starts_with('/') && second != Some(&b'/') && text.len() <= Self::MAX;
        let clean = !text.contains(|c: char| c == '\\' || c == '#' || c.is_control() || c.is_whitespace());
        if local && clean { Ok(Self(text.to_owned())) } else { Err(NotLocal) }
    }
}

impl TryFrom<String> for LocalPath {
    type Error = NotLocal;
    fn try_from(text: String) -> Result<Self, NotLocal> {
        text.parse()
    }
}

impl From<LocalPath> for String {
    fn from(path: LocalPath) -> Self {
        path.0
    }
}

impl fmt::Display for LocalPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paths_of_this_site_are_taken() {
        for good in ["/", "/findings", "/findings?q=sev:high+-team:none&group=issue", "/scans/12"] {
            assert!(good.parse::<LocalPath>().is_ok(), "{good}");
        }
        let bad = [
            "",
            "findings",
            "//evil.example",
            "/\\evil.example",
            "https://evil.example",
            "/a\nb",
            "/\t/evil",
            "/a b",
            "/a#b",
        ];
        for bad in bad {
            assert_eq!(bad.parse::<LocalPath>(), Err(NotLocal), "{bad:?}");
        }
        assert_eq!(LocalPath::or_root("//evil.example"), LocalPath::root());
    }

    #[test]
    fn an_answer_replaces_the_one_before() {
        let path = LocalPath::or_root("/findings?q=a&done=decided&n=3");
        let next = path.with(&[("error", "forbidden".to_owned()), ("field", String::new())]);
        assert_eq!(next.as_str(), "/findings?q=a&error=forbidden");
        assert_eq!(LocalPath::or_root("/scans?done=source").with(&[]).as_str(), "/scans");
    }
}
