//! From text to terms, by hand: one pass over the characters, no backtracking.

use super::error::nearest;
use super::{
    Compare, DueIs, Effect, Filter, FilterError, FilterProblem, Flow, Known, MAX_CHARS, MAX_TERMS, MAX_VALUES, Mark,
    PersonIs, StatusIs, TeamIs, Term, TestedIs, What, When,
};
use crate::{Category, Criticality, Day, Edition, Exposure, Mapped, ScanId, Severity, Status, Step, Tool, asset};
use chrono::NaiveDate;

/// Every key that the language knows, aliases included.
pub(super) const KEYS: [&str; 43] = [
    "issue",
    "criticality",
    "exposure",
    "env",
    "tag",
    "tested",
    "signed-in",
    "signed_in",
    "sev",
    "severity",
    "owasp",
    "owasp17",
    "owasp21",
    "owasp25",
    "team",
    "tool",
    "rule",
    "asset",
    "id",
    "status",
    "cwe",
    "cve",
    "age",
    "seen",
    "due",
    "assignee",
    "is",
    "source",
    "scan",
    "effect",
    "new",
    "reopened",
    "fixed",
    "other",
    "moved",
    "as-of",
    "known-at",
    "as_of",
    "known_at",
    "text",
    "title",
    "kev",
    "epss",
];

struct Value {
    text: String,
    position: usize,
}

struct Reader {
    chars: Vec<char>,
    at: usize,
}

/// Reads a text; `fits` says which terms the list knows.
pub(super) fn parse(text: &str, fits: fn(&What) -> Result<(), FilterProblem>) -> Result<Filter, FilterError> {
    let chars: Vec<char> = text.chars().collect();
    if chars.len() > MAX_CHARS {
        return Err(problem(FilterProblem::TooLong, MAX_CHARS, "", ""));
    }
    let mut reader = Reader { chars, at: 0 };
    let mut filter = Filter::default();
    while let Some(start) = reader.next_token() {
        if filter.terms.len() == MAX_TERMS {
            return Err(problem(FilterProblem::TooManyTerms, start, &reader.word_at(start), ""));
        }
        let term = reader.term(start)?;
        fits(&term.what).map_err(|why| problem(why, start, &reader.word_at(start), ""))?;
        let once = matches!(term.what, What::AsOf(_) | What::KnownAt(_));
        if once && term.negated {
            return Err(problem(FilterProblem::NotNegatable, start, &reader.word_at(start), &term.to_string()[1..]));
        }
        if once && filter.has(term.what.key()) {
            return Err(problem(FilterProblem::Repeated, start, &reader.word_at(start), ""));
        }
        filter.terms.push(term);
    }
    refuse_closed_as_of(&filter)?;
    Ok(filter)
}

/// A list as of a day holds what was open then, so that a closed status can only be a misunderstanding.
fn refuse_closed_as_of(filter: &Filter) -> Result<(), FilterError> {
    if !filter.is_past() {
        return Ok(());
    }
    for term in &filter.terms {
        if let What::Status(values) = &term.what
            && let Some(value) = values.iter().find(|value| match value {
                StatusIs::Closed => true,
                StatusIs::One(status) => !status.is_open(),
                StatusIs::Open | StatusIs::Any => false,
            })
        {
            return Err(problem(FilterProblem::ClosedAsOf, 0, &format!("status:{}", value.word()), "status:open"));
        }
    }
    Ok(())
}

impl Reader {
    fn peek(&self) -> Option<char> {
        self.chars.get(self.at).copied()
    }

    /// Skips white space; the position of the next token, if there is one.
    fn next_token(&mut self) -> Option<usize> {
        while self.peek().is_some_and(char::is_whitespace) {
            self.at += 1;
        }
        self.peek().map(|_| self.at)
    }

    /// The characters from `start` to the next white space, for messages.
    fn word_at(&self, start: usize) -> String {
        self.chars.iter().skip(start).take_while(|c| !c.is_whitespace()).take(60).collect()
    }

    fn term(&mut self, start: usize) -> Result<Term, FilterError> {
        let next = self.chars.get(self.at + 1);
        let negated = self.peek() == Some('-') && next.is_some_and(|c| !c.is_whitespace());
        if negated {
            self.at += 1;
        }
        let Some(key) = self.key() else {
            let value = self.value(false)?;
            return Ok(Term { negated, what: What::Text(value.text) });
        };
        let known = KEYS.iter().copied().find(|known| *known == key);
        let Some(known) = known else {
            let word = self.word_at(start);
            let suggestion = match nearest(&key, KEYS) {
                Some(near) => format!("{near}:"),
                None => format!("\"{}\"", word.replace('"', "")),
            };
            return Err(problem(FilterProblem::UnknownKey, start, &word, &suggestion));
        };
        let mut values: Vec<Value> = Vec::new();
        loop {
            let value = self.value(true)?;
            if value.text.is_empty() {
                return Err(problem(FilterProblem::EmptyValue, value.position, &self.word_at(start), example(known)));
            }
            if values.len() == MAX_VALUES {
                return Err(problem(FilterProblem::TooManyValues, value.position, &value.text, ""));
            }
            values.push(value);
            if self.peek() != Some(',') {
                break;
            }
            self.at += 1;
        }
        Ok(Term { negated, what: what(known, &values)? })
    }

    /// Reads `key:` if that is what stands here.
    fn key(&mut self) -> Option<String> {
        let rest = self.chars.get(self.at..)?;
        let length = rest.iter().take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_')).count();
        let begins = rest.first().is_some_and(char::is_ascii_alphabetic);
        if !begins || rest.get(length) != Some(&':') {
            return None;
        }
        let key = rest.iter().take(length).collect::<String>().to_ascii_lowercase();
        self.at += length + 1;
        Some(key)
    }

    /// Reads a value: in quotes, or up to white space (or a comma, in a list).
    fn value(&mut self, in_list: bool) -> Result<Value, FilterError> {
        let position = self.at;
        let mut text = String::new();
        if self.peek() == Some('"') {
            self.at += 1;
            loop {
                match self.peek() {
                    None => return Err(problem(FilterProblem::OpenQuote, position, &self.word_at(position), "")),
                    Some('"') => break,
                    Some('\\') if matches!(self.chars.get(self.at + 1), Some('"' | '\\')) => self.at += 1,
                    Some(_) => {}
                }
                text.extend(self.peek());
                self.at += 1;
            }
            self.at += 1;
        } else {
            while let Some(c) = self.peek() {
                if c.is_whitespace() || (in_list && c == ',') {
                    break;
                }
                text.push(c);
                self.at += 1;
            }
        }
        Ok(Value { text, position })
    }
}

fn what(key: &'static str, values: &[Value]) -> Result<What, FilterError> {
    Ok(match key {
        "sev" | "severity" => {
            What::Severity(each(key, values, Severity::ALL.map(Severity::word), |text| text.parse().ok())?)
        }
        "owasp" | "owasp21" => What::Owasp(Edition::Y2021, mapped(key, values)?),
        "owasp17" => What::Owasp(Edition::Y2017, mapped(key, values)?),
        "owasp25" => What::Owasp(Edition::Y2025, mapped(key, values)?),
        "team" => What::Team(each(key, values, [], |text| {
            Some(if text == "none" { TeamIs::Unowned } else { TeamIs::Slug(text.to_lowercase()) })
        })?),
        "tool" => What::Tool(each(key, values, Tool::ALL.map(Tool::word), |text| text.parse().ok())?),
        "rule" => What::Rule(each(key, values, [], |text| Some(text.to_owned()))?),
        "asset" => What::Asset(each(key, values, [], |text| Some(text.to_owned()))?),
        "criticality" => What::Criticality(each(key, values, or_none(Criticality::ALL, Criticality::word), |text| {
            absent(text).or_else(|| text.parse().ok().map(Some))
        })?),
        "exposure" => What::Exposure(each(key, values, or_none(Exposure::ALL, Exposure::word), |text| {
            absent(text).or_else(|| text.parse().ok().map(Some))
        })?),
        "env" => What::Environment(each(key, values, [], |text| absent(text).or_else(|| asset::word(text).map(Some)))?),
        "tag" => What::Tag(each(key, values, [], |text| absent(text).or_else(|| asset::word(text).map(Some)))?),
        "tested" => {
            let (when, tool) = one(key, values, tested)?;
            What::Tested(when, tool)
        }
        "signed-in" | "signed_in" => {
            let (when, tool) = one(key, values, tested)?;
            What::SignedIn(when, tool)
        }
        "source" => What::Source(each(key, values, [], |text| Some(text.to_owned()))?),
        "id" => What::Id(each(key, values, [], |text| text.parse().ok())?),
        "status" => {
            let known = ["open", "closed", "any"].into_iter().chain(Status::ALL.iter().map(|status| status.word()));
            What::Status(each(key, values, known, status)?)
        }
        "cwe" => What::Cwe(each(key, values, [], |text| {
            let digits = text.get(..4).filter(|head| head.eq_ignore_ascii_case("cwe-")).map_or(text, |_| &text[4..]);
            digits.parse().ok()
        })?),
        "cve" => What::Cve(each(key, values, [], cve)?),
        "title" => What::Title(each(key, values, [], |text| Some(text.to_owned()))?),
        "kev" => What::Kev(one(key, values, |text| text.parse().ok())?),
        "epss" => {
            let (compare, share) = one(key, values, share)?;
            What::Epss(compare, share)
        }
        "age" => What::Age(one(key, values, when)?),
        "seen" => What::Seen(one(key, values, when)?),
        "due" => What::Due(one(key, values, |text| match text {
            "overdue" => Some(DueIs::Overdue),
            "none" => Some(DueIs::Unset),
            _ => when(text).map(DueIs::When),
        })?),
        "assignee" => What::Assignee(each(key, values, [], |text| {
            Some(match text {
                "none" => PersonIs::Nobody,
                "me" => PersonIs::Me,
                _ => PersonIs::Login(text.to_owned()),
            })
        })?),
        "is" => What::Is(one(key, values, |text| text.replace('-', "_").parse::<Mark>().ok())?),
        "issue" => What::Issue(each(key, values, [], |text| {
            let (rule, tool) = text.rsplit_once('@').filter(|(rule, _)| !rule.is_empty())?;
            Some((tool.parse::<Tool>().ok()?, rule.to_owned()))
        })?),
        "scan" => What::Scan(each(key, values, [], |text| text.parse().ok().map(ScanId))?),
        "effect" => What::Effect(each(key, values, [], |text| {
            let (effect, scan) = text.split_once('@')?;
            Some((effect.parse::<Effect>().ok()?, ScanId(scan.parse().ok()?)))
        })?),
        "as-of" | "as_of" => What::AsOf(one(key, values, day)?),
        "known-at" | "known_at" => What::KnownAt(one(key, values, |text| {
            let step = text.parse::<i64>().ok().filter(|step| *step >= 0);
            step.map(|step| Known::Step(Step(step))).or_else(|| day(text).map(Known::Day))
        })?),
        "text" => What::Text(one(key, values, |text| Some(text.to_owned()))?),
        flow => {
            let (from, to) = one(key, values, range)?;
            if to < from {
                let first = values.first();
                let token = first.map_or("", |value| value.text.as_str());
                let position = first.map_or(0, |value| value.position);
                return Err(problem(FilterProblem::EmptyRange, position, token, &format!("{flow}:{to}..{from}")));
            }
            What::Flow(flow.parse::<Flow>().unwrap_or(Flow::New), from, to)
        }
    })
}

/// The filter's word for "has none".
fn absent<T>(text: &str) -> Option<Option<T>> {
    (text == "none").then_some(None)
}

/// The words of an enum, and that for "has none".
fn or_none<T: Copy>(all: &'static [T], word: fn(T) -> &'static str) -> impl Iterator<Item = &'static str> {
    all.iter().map(move |value| word(*value)).chain(["none"])
}

/// `never` or a bound, of any scanner or of the one behind the `@`.
fn tested(text: &str) -> Option<(TestedIs, Option<Tool>)> {
    let (bound, tool) = match text.split_once('@') {
        Some((bound, tool)) => (bound, Some(tool.parse::<Tool>().ok()?)),
        None => (text, None),
    };
    let is = if bound == "never" { Some(TestedIs::Never) } else { when(bound).map(TestedIs::When) };
    is.map(|is| (is, tool))
}

/// Every value by `read`, without repetitions.
fn each<T: PartialEq>(
    key: &str,
    values: &[Value],
    known: impl IntoIterator<Item = &'static str>,
    read: impl Fn(&str) -> Option<T>,
) -> Result<Vec<T>, FilterError> {
    let known: Vec<&str> = known.into_iter().collect();
    let mut out = Vec::with_capacity(values.len());
    for value in values {
        let Some(item) = read(&value.text) else {
            let near = nearest(&value.text, known.iter().copied()).map(|near| format!("{key}:{near}"));
            let suggestion = near.unwrap_or_else(|| example(key).to_owned());
            return Err(problem(FilterProblem::UnknownValue, value.position, &value.text, &suggestion));
        };
        if !out.contains(&item) {
            out.push(item);
        }
    }
    Ok(out)
}

/// The only value by `read`.
fn one<T: PartialEq>(key: &str, values: &[Value], read: impl Fn(&str) -> Option<T>) -> Result<T, FilterError> {
    if let Some(second) = values.get(1) {
        return Err(problem(FilterProblem::Repeated, second.position, &second.text, example(key)));
    }
    let known: &[&str] = match key {
        "is" => &["inventory", "not_retested", "regressed", "declared", "host", "origin"],
        "kev" => &["true", "false"],
        _ => &[],
    };
    let mut all = each(key, values, known.iter().copied(), read)?;
    all.pop().ok_or_else(|| problem(FilterProblem::EmptyValue, 0, key, example(key)))
}

fn mapped(key: &str, values: &[Value]) -> Result<Vec<Mapped>, FilterError> {
    each(key, values, ["unmapped", "inventory"], |text| match text {
        "unmapped" => Some(Mapped::Unmapped),
        "inventory" => Some(Mapped::NotAWeakness),
        _ => text.parse::<Category>().ok().map(Mapped::To),
    })
}

fn status(text: &str) -> Option<StatusIs> {
    Some(match text.to_ascii_lowercase().as_str() {
        "open" => StatusIs::Open,
        "closed" => StatusIs::Closed,
        "any" => StatusIs::Any,
        word => StatusIs::One(word.replace('-', "_").parse().ok()?),
    })
}

fn cve(text: &str) -> Option<String> {
    let upper = text.to_ascii_uppercase();
    let (year, number) = upper.strip_prefix("CVE-")?.split_once('-')?;
    let digits = |part: &str, least: usize| part.len() >= least && part.bytes().all(|b| b.is_ascii_digit());
    (digits(year, 4) && year.len() == 4 && digits(number, 4) && number.len() <= 19).then_some(upper)
}

/// A comparison and what it compares with.
fn compared(text: &str) -> Option<(Compare, &str)> {
    let compares = [("<=", Compare::AtMost), (">=", Compare::AtLeast), ("<", Compare::Less), (">", Compare::More)];
    compares.into_iter().find_map(|(sign, compare)| Some((compare, text.strip_prefix(sign)?)))
}

/// A share of 0 to 1 with up to six decimals, in millionths: `>0.5`.
fn share(text: &str) -> Option<(Compare, u32)> {
    let (compare, text) = compared(text)?;
    let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if whole.len() != 1 || decimals.len() > 6 || !digits(whole) || !digits(decimals) {
        return None;
    }
    let millionths = format!("{whole}{decimals:0<6}").parse().ok()?;
    (millionths <= 1_000_000).then_some((compare, millionths))
}

fn when(text: &str) -> Option<When> {
    let Some((compare, rest)) = compared(text) else {
        let (from, to) = range(text)?;
        return (from <= to).then_some(When::Between(from, to));
    };
    let number = |digits: &str| digits.parse::<u32>().ok().filter(|days| *days <= 36_500);
    if let Some(days) = rest.strip_suffix('d').and_then(number) {
        return Some(When::Ago(compare, days));
    }
    if let Some(weeks) = rest.strip_suffix('w').and_then(number) {
        return Some(When::Ago(compare, weeks.checked_mul(7)?));
    }
    day(rest).map(|day| When::Day(compare, day))
}

fn range(text: &str) -> Option<(Day, Day)> {
    match text.split_once("..") {
        Some((from, to)) => Some((day(from)?, day(to)?)),
        None => day(text).map(|day| (day, day)),
    }
}

/// A date as `2026-01-31`, in the years 1970 to 9999, so that its text is always the same ten characters.
fn day(text: &str) -> Option<Day> {
    let date = NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()?;
    let day = Day::from(date);
    (text.len() == 10 && day.0 >= 0).then_some(day)
}

fn example(key: &str) -> &'static str {
    match key {
        "sev" | "severity" => "sev:critical,high",
        "owasp" | "owasp21" => "owasp:A03",
        "owasp17" => "owasp17:A01",
        "owasp25" => "owasp25:A05",
        "team" => "team:none",
        "tool" => "tool:nessus,zap,burp",
        "rule" => "rule:19506",
        "asset" => "asset:shop.*",
        "criticality" => "criticality:critical,high",
        "exposure" => "exposure:internet",
        "env" => "env:production",
        "tag" => "tag:pci",
        "tested" => "tested:<30d",
        "signed-in" | "signed_in" => "signed-in:<30d@nessus",
        "status" => "status:open",
        "cwe" => "cwe:79",
        "cve" => "cve:CVE-2021-44228",
        "title" => "title:*injection*",
        "kev" => "kev:true",
        "epss" => "epss:>0.5",
        "age" => "age:>30d",
        "seen" => "seen:<7d",
        "due" => "due:overdue",
        "assignee" => "assignee:me",
        "is" => "is:not_retested",
        "issue" => "issue:40012@zap",
        "scan" => "scan:12",
        "effect" => "effect:new@12",
        "as-of" | "as_of" => "as-of:2026-06-30",
        "known-at" | "known_at" => "known-at:2026-07-02",
        "new" => "new:2026-01-01..2026-01-31",
        "reopened" => "reopened:2026-01-01..2026-01-31",
        "fixed" => "fixed:2026-01-01..2026-01-31",
        "other" => "other:2026-01-01..2026-01-31",
        "moved" => "moved:2026-01-01..2026-01-31",
        _ => "",
    }
}

fn problem(problem: FilterProblem, position: usize, token: &str, suggestion: &str) -> FilterError {
    FilterError {
        problem,
        position,
        token: token.chars().take(120).collect(),
        suggestion: suggestion.chars().take(120).collect(),
    }
}
