//! The canonical text of a term.

use super::{Compare, DueIs, Known, PersonIs, StatusIs, TeamIs, Term, TestedIs, What, When};
use crate::Tool;
use std::fmt::{self, Display, Formatter, Write as _};

impl Display for Term {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        if self.negated {
            f.write_str("-")?;
        }
        let key = self.what.key();
        if !key.is_empty() {
            write!(f, "{key}:")?;
        }
        match &self.what {
            What::Severity(values) => list(f, values),
            What::Owasp(_, values) => words(f, values.iter().map(|value| value.word())),
            What::Team(values) => words(
                f,
                values.iter().map(|value| match value {
                    TeamIs::Unowned => "none".to_owned(),
                    TeamIs::Slug(slug) => quoted(slug),
                }),
            ),
            What::Tool(values) => list(f, values),
            What::Rule(values)
            | What::Asset(values)
            | What::Source(values)
            | What::Cve(values)
            | What::Title(values) => words(f, values.iter().map(|value| quoted(value))),
            What::Kev(known) => known.fmt(f),
            What::Epss(compare, share) => f.write_str(&decimal(compare.sign(), *share)),
            What::Criticality(values) => {
                words(f, values.iter().map(|value| value.map_or("none", |v| v.word()).to_owned()))
            }
            What::Exposure(values) => {
                words(f, values.iter().map(|value| value.map_or("none", |v| v.word()).to_owned()))
            }
            What::Environment(values) | What::Tag(values) => {
                words(f, values.iter().map(|value| value.as_deref().map_or_else(|| "none".to_owned(), quoted)))
            }
            What::Tested(when, tool) | What::SignedIn(when, tool) => tested(f, *when, *tool),
            What::Id(values) => list(f, values),
            What::Status(values) => words(f, values.iter().map(|value| value.word().to_owned())),
            What::Cwe(values) => list(f, values),
            What::Age(when) | What::Seen(when) | What::Due(DueIs::When(when)) => when.fmt(f),
            What::Due(DueIs::Overdue) => f.write_str("overdue"),
            What::Due(DueIs::Unset) => f.write_str("none"),
            What::Assignee(values) => words(
                f,
                values.iter().map(|value| match value {
                    PersonIs::Nobody => "none".to_owned(),
                    PersonIs::Me => "me".to_owned(),
                    PersonIs::Login(login) => quoted(login),
                }),
            ),
            What::Is(mark) => mark.fmt(f),
            What::Issue(values) => words(f, values.iter().map(|(tool, rule)| quoted(&format!("{rule}@{tool}")))),
            What::Scan(values) => list(f, values),
            What::Effect(values) => words(f, values.iter().map(|(effect, scan)| format!("{effect}@{scan}"))),
            What::Flow(_, from, to) => range(f, *from, *to),
            What::AsOf(day) | What::KnownAt(Known::Day(day)) => day.fmt(f),
            What::KnownAt(Known::Step(step)) => step.fmt(f),
            What::Text(text) => f.write_str(&text_word(text)),
        }
    }
}

impl Display for When {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ago(compare, days) => write!(f, "{}{days}d", compare.sign()),
            Self::Day(compare, day) => write!(f, "{}{day}", compare.sign()),
            Self::Between(from, to) => range(f, *from, *to),
        }
    }
}

impl Compare {
    /// The sign in the language.
    #[must_use]
    pub fn sign(self) -> &'static str {
        match self {
            Self::Less => "<",
            Self::AtMost => "<=",
            Self::AtLeast => ">=",
            Self::More => ">",
        }
    }
}

impl StatusIs {
    /// The word in the language.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Closed => "closed",
            Self::Any => "any",
            Self::One(status) => status.word(),
        }
    }
}

/// Millionths as a decimal number without idle zeros.
fn decimal(sign: &str, share: u32) -> String {
    let text = format!("{sign}{}.{:06}", share / 1_000_000, share % 1_000_000);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

fn tested(f: &mut Formatter<'_>, when: TestedIs, tool: Option<Tool>) -> fmt::Result {
    match when {
        TestedIs::Never => f.write_str("never")?,
        TestedIs::When(when) => when.fmt(f)?,
    }
    tool.map_or(Ok(()), |tool| write!(f, "@{tool}"))
}

fn range(f: &mut Formatter<'_>, from: crate::Day, to: crate::Day) -> fmt::Result {
    if from == to { from.fmt(f) } else { write!(f, "{from}..{to}") }
}

fn list<T: Display>(f: &mut Formatter<'_>, values: &[T]) -> fmt::Result {
    words(f, values.iter().map(ToString::to_string))
}

fn words(f: &mut Formatter<'_>, values: impl Iterator<Item = String>) -> fmt::Result {
    for (index, value) in values.enumerate() {
        if index > 0 {
            f.write_char(',')?;
        }
        f.write_str(&value)?;
    }
    Ok(())
}

/// A value after a key, in quotes where it must be.
fn quoted(value: &str) -> String {
    let plain = !value.is_empty() && !value.contains(|c: char| c.is_whitespace() || matches!(c, ',' | '"' | '\\'));
    if plain { value.to_owned() } else { in_quotes(value) }
}

/// Free text, in quotes where it would be read as something else.
fn text_word(value: &str) -> String {
    let plain = !value.is_empty()
        && !value.starts_with('-')
        && !value.contains(|c: char| c.is_whitespace() || matches!(c, ':' | '"' | '\\'));
    if plain { value.to_owned() } else { in_quotes(value) }
}

fn in_quotes(value: &str) -> String {
    let mut out = String::with_capacity(value.len() + 2);
    out.push('"');
    for c in value.chars() {
        if matches!(c, '"' | '\\') {
            out.push('\\');
        }
        out.push(c);
    }
    out.push('"');
    out
}
