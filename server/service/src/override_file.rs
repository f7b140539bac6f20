//! A file of rules, read: every rule with what is wrong with it, by its line.

use model::filter::Filter;
use model::overrides::{MAX_FILE, MAX_MATCH, MAX_NAME, MAX_REASON, MAX_RULES, Says, check_matches};
use model::view::overrides::OverrideFlaw;
use serde::Deserialize;
use store::overrides::OverrideNew;
use toml::Spanned;

/// The version of the format.
pub(crate) const VERSION: u32 = 1;

/// The most flaws that are told.
const FLAWS: usize = 50;
/// The most characters of what stands there.
const DETAIL: usize = 120;

/// A rule of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FileRule {
    /// Its name.
    pub(crate) name: String,
    /// Which weaknesses it is about.
    pub(crate) matches: Filter,
    /// What it says of them.
    pub(crate) says: Says,
    /// Why.
    pub(crate) reason: String,
}

impl FileRule {
    /// The rule as it is added.
    pub(crate) fn as_new(&self) -> OverrideNew<'_> {
        OverrideNew { name: &self.name, matches: &self.matches, says: self.says, reason: &self.reason }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    version: Spanned<u32>,
    #[serde(default)]
    rule: Vec<RawRule>,
}

/// A rule as it stands. Who added it and when is for people: whoever reads the file in says it anew.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawRule {
    name: Spanned<String>,
    #[serde(rename = "match")]
    matches: Spanned<String>,
    says: Spanned<String>,
    reason: Spanned<String>,
    #[serde(default, rename = "by")]
    _by: Option<String>,
    #[serde(default, rename = "at")]
    _at: Option<String>,
    #[serde(default, rename = "step")]
    _step: Option<i64>,
}

/// Reads a file of rules, or says all that is wrong with it.
pub(crate) fn read(text: &str) -> Result<Vec<FileRule>, Vec<OverrideFlaw>> {
    let mut flaws = Flaws { text, flaws: Vec::new() };
    if text.len() > MAX_FILE {
        flaws.add(0, "rules", "too_large", "");
        return Err(flaws.flaws);
    }
    let raw: Raw = match toml::from_str(text) {
        Ok(raw) => raw,
        Err(error) => {
            flaws.add(error.span().map_or(0, |span| span.start), "rules", "unreadable", error.message());
            return Err(flaws.flaws);
        }
    };
    if *raw.version.get_ref() != VERSION {
        flaws.add(raw.version.span().start, "rules", "version", &raw.version.get_ref().to_string());
    }
    if raw.rule.len() > MAX_RULES {
        flaws.add(0, "rules", "too_many", &raw.rule.len().to_string());
        return Err(flaws.flaws);
    }
    let rules: Vec<FileRule> = raw.rule.iter().filter_map(|raw| flaws.rule(raw)).collect();
    if flaws.flaws.is_empty() { Ok(rules) } else { Err(flaws.flaws) }
}

/// What is wrong with a text.
struct Flaws<'a> {
    text: &'a str,
    flaws: Vec<OverrideFlaw>,
}

impl Flaws<'_> {
    fn add(&mut self, at: usize, field: &str, code: &str, detail: &str) {
        if self.flaws.len() < FLAWS {
            let before = self.text.as_bytes().get(..at).unwrap_or_default();
            let line = 1 + before.iter().filter(|byte| **byte == b'\n').count() as u64;
            let detail = detail.chars().take(DETAIL).collect();
            self.flaws.push(OverrideFlaw { line, field: field.to_owned(), code: code.to_owned(), detail });
        }
    }

    /// A rule, if nothing is wrong with it.
    fn rule(&mut self, raw: &RawRule) -> Option<FileRule> {
        let name = self.text_within(&raw.name, "name", MAX_NAME);
        let reason = self.text_within(&raw.reason, "reason", MAX_REASON);
        let matches = self.matches(&raw.matches);
        let says = raw.says.get_ref().parse::<Says>().ok();
        if says.is_none() {
            self.add(raw.says.span().start, "says", "unreadable", raw.says.get_ref());
        }
        Some(FileRule { name: name?, matches: matches?, says: says?, reason: reason? })
    }

    fn text_within(&mut self, value: &Spanned<String>, field: &str, most: usize) -> Option<String> {
        let text = value.get_ref().trim();
        let fits = !text.is_empty() && text.chars().count() <= most && !text.contains('\0');
        if !fits {
            self.add(value.span().start, field, "length", text);
        }
        fits.then(|| text.to_owned())
    }

    fn matches(&mut self, value: &Spanned<String>) -> Option<Filter> {
        let text = value.get_ref();
        let read = match Filter::parse(text) {
            _ if text.chars().count() > MAX_MATCH => Err("length"),
            Ok(filter) => check_matches(&filter).map_err(|problem| problem.word()).map(|()| filter),
            Err(_) => Err("unreadable"),
        };
        read.map_err(|code| self.add(value.span().start, "match", code, text)).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_read_with_all_that_is_wrong_in_it_by_line() {
        let good = "version = 1\n\n[[rule]]\nname = \"a\"\nmatch = \"tool:zap rule:7\"\nsays = \"2021:A05\"\nreason = \"r\"\n\
                    by = \"Ana\"\nat = \"2026-01-01T00:00:00Z\"\nstep = 4\n";
        let rules = read(good).unwrap();
        assert_eq!((rules.len(), rules[0].matches.to_string().as_str()), (1, "tool:zap rule:7"));
        assert_eq!(read("version = 1\n"), Ok(Vec::new()));
        let said = |text: &str| -> Vec<(u64, String, String)> {
            let flaws = read(text).unwrap_err().into_iter();
            flaws.map(|flaw| (flaw.line, flaw.field, flaw.code)).collect()
        };
        let flaw = |line, field: &str, code: &str| (line, field.to_owned(), code.to_owned());
        let bad = good.replace("tool:zap rule:7", "asset:#7").replace("A05", "A11").replace("\"a\"", "\" \"");
        let expected = [flaw(4, "name", "length"), flaw(5, "match", "asset_number"), flaw(6, "says", "unreadable")];
        assert_eq!(said(&bad), expected);
        assert_eq!(said(&good.replace("version = 1", "version = 2")), [flaw(1, "rules", "version")]);
        assert_eq!(said(&good.replace("step = 4", "stop = 4"))[0], flaw(10, "rules", "unreadable"));
        assert_eq!(said("version = 1\nrule = [\n")[0].1, "rules");
        let many = format!(
            "version = 1\n{}",
            "[[rule]]\nname='a'\nmatch='rule:1'\nsays='inventory'\nreason='r'\n".repeat(1_001)
        );
        assert_eq!(said(&many), [flaw(1, "rules", "too_many")]);
        assert_eq!(said(&" ".repeat(MAX_FILE + 1)), [flaw(1, "rules", "too_large")]);
    }
}
