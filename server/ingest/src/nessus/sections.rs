//! The `data` of a row in v1: everything that v2 has in elements, in one text under labels.
//!
//! What a label means is certain only where the scanner puts it: a plugin's own sections come first, `Plugin output` after
//! them, and lines of references last. Whatever else there is counts as output, so that nothing is lost and nothing made up.

use super::rule::{Field, RISK};

/// A label.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Label {
    Prose(Field),
    Risk,
    Output,
    Cve,
    Bid,
    Others,
}

const LABELS: [(&str, Label); 9] = [
    ("Synopsis", Label::Prose(Field::Synopsis)),
    ("Description", Label::Prose(Field::Description)),
    ("Solution", Label::Prose(Field::Solution)),
    ("See also", Label::Prose(Field::SeeAlso)),
    ("Risk factor", Label::Risk),
    ("Plugin output", Label::Output),
    ("CVE", Label::Cve),
    ("BID", Label::Bid),
    ("Other references", Label::Others),
];

/// How a check of an audit file ended, as its first line says in brackets.
const OUTCOMES: [&str; 4] = ["[PASSED]", "[FAILED]", "[WARNING]", "[ERROR]"];

/// The text with its line breaks, which v1 writes as `\n` and `\r\n`.
pub fn with_lines(text: &str) -> String {
    text.replace("\\r\\n", "\n").replace("\\n", "\n")
}

/// Whether a text is that of a check of an audit file: `"name" : [FAILED]`.
pub fn is_check(text: &str) -> bool {
    let line = text.trim_start().lines().next().unwrap_or_default().trim();
    line.starts_with('"') && line.rsplit_once(": ").is_some_and(|(_, outcome)| OUTCOMES.contains(&outcome))
}

/// The fields of a text.
pub fn fields(text: &str) -> Vec<(Field, &str)> {
    let mut fields = Vec::new();
    let text = references(text.trim(), &mut fields);
    let mut section = Section { label: None, start: 0 };
    let mut before = "";
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        if let Some((label, rest)) = label(line).filter(|(label, _)| !label.is_reference()) {
            section.end(&text[..at], &mut fields);
            if section.label.is_none() {
                before = text[..at].trim();
            }
            section = Section { label: Some(label), start: at + line.len() - rest.len() };
            if label == Label::Output {
                break;
            }
        }
        at += line.len();
    }
    section.end(text, &mut fields);
    // What stands before all labels is the description in the plugins that have no such section. It stays among the output, as
    // it may say what was found on this host.
    if !fields.iter().any(|(field, _)| *field == Field::Description) {
        push(Field::Description, before, &mut fields);
    }
    fields
}

/// A section, from behind its label on.
struct Section {
    label: Option<Label>,
    start: usize,
}

impl Section {
    /// Ends the section where `text` does.
    fn end<'t>(&self, text: &'t str, fields: &mut Vec<(Field, &'t str)>) {
        let body = text[self.start..].trim();
        match self.label {
            Some(Label::Risk) => risk(body, fields),
            Some(Label::Prose(field)) => push(field, body, fields),
            _ => push(Field::Output, body, fields),
        }
    }
}

fn push<'t>(field: Field, text: &'t str, fields: &mut Vec<(Field, &'t str)>) {
    if !text.is_empty() {
        fields.push((field, text));
    }
}

impl Label {
    fn is_reference(self) -> bool {
        matches!(self, Self::Cve | Self::Bid | Self::Others)
    }
}

/// The label that a line begins with, and what follows its colon.
fn label(line: &str) -> Option<(Label, &str)> {
    let (name, rest) = line.split_once(':')?;
    let name = name.trim();
    LABELS.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, label)| (*label, rest))
}

/// Takes the references off the text's end: `CVE : CVE-2008-2371`, `BID : 29796, 31681`, `Other references : OSVDB:46638`.
fn references<'t>(mut text: &'t str, fields: &mut Vec<(Field, &'t str)>) -> &'t str {
    loop {
        let start = text.rfind('\n').map_or(0, |at| at + 1);
        let Some((label, value)) = label(&text[start..]) else { return text };
        let value = value.trim();
        let values = || value.split(',').map(str::trim).filter(|value| !value.is_empty());
        match label {
            Label::Cve if values().all(|id| id.starts_with("CVE-")) => fields.push((Field::Cve, value)),
            Label::Bid if values().all(|id| id.bytes().all(|byte| byte.is_ascii_digit())) => {
                fields.push((Field::Reference("BID"), value));
            }
            Label::Others if values().all(|reference| reference.contains(':')) => {
                fields.extend(values().map(|reference| (Field::Xref, reference)));
            }
            _ => return text,
        }
        text = text[..start].trim_end();
    }
}

/// `High / CVSS Base Score : 7.5`, then `(CVSS2#AV:N/AC:L/Au:N/C:P/I:P/A:P)`, then the same of the temporal score. What follows is
/// none of it.
fn risk<'t>(text: &'t str, fields: &mut Vec<(Field, &'t str)>) {
    let mut rest = text.len();
    let mut at = 0;
    for (number, line) in text.split_inclusive('\n').enumerate() {
        let known = line.trim();
        if number == 0 {
            let (word, score) = known.split_once('/').unwrap_or((known, ""));
            push(RISK, word.trim(), fields);
            if let Some((_, score)) = score.split_once("CVSS Base Score :") {
                push(Field::score(2), score.trim(), fields);
            }
        } else if let Some(vector) = known.strip_prefix("(CVSS2#").and_then(|vector| vector.strip_suffix(')')) {
            if vector.starts_with("AV:") {
                fields.push((Field::Vector(""), vector));
            }
        } else if !known.is_empty() && !known.starts_with("CVSS Temporal Score :") {
            rest = at;
            break;
        }
        at += line.len();
    }
    push(Field::Output, text[rest..].trim(), fields);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<(Field, String)> {
        let text = with_lines(text);
        fields(&text).into_iter().map(|(field, text)| (field, text.to_owned())).collect()
    }

    fn owned(fields: &[(Field, &str)]) -> Vec<(Field, String)> {
        fields.iter().map(|(field, text)| (*field, (*text).to_owned())).collect()
    }

    #[test]
    fn sections_are_taken_apart() {
        let found = read(
            "\\nSynopsis :\\n\\nIt is old.\\n\\nDescription :\\n\\nOlder than 2.\\nMuch.\\n\\nSee also :\\n\\nhttp://a\\nhttp://b\\n\\n\
             Solution : \\n\\nUpgrade.\\n\\nRisk factor : \\n\\nHigh / CVSS Base Score : 7.5\\n(CVSS2#AV:N/AC:L/Au:N/C:P/I:P/A:P)\\n\
             CVSS Temporal Score : 6.2\\n(CVSS2#E:F/RL:OF/RC:C)\\n\\nPlugin output :\\n\\nVersion 1\\r\\n\\nSolution : is output here\\n\\n\
             CVE : CVE-2008-1, CVE-2008-2\\nBID : 1, 2\\nOther references : OSVDB:3, CWE:79\\n",
        );
        let expected = owned(&[
            (Field::Xref, "OSVDB:3"),
            (Field::Xref, "CWE:79"),
            (Field::Reference("BID"), "1, 2"),
            (Field::Cve, "CVE-2008-1, CVE-2008-2"),
            (Field::Synopsis, "It is old."),
            (Field::Description, "Older than 2.\nMuch."),
            (Field::SeeAlso, "http://a\nhttp://b"),
            (Field::Solution, "Upgrade."),
            (RISK, "High"),
            (Field::score(2), "7.5"),
            (Field::Vector(""), "AV:N/AC:L/Au:N/C:P/I:P/A:P"),
            (Field::Output, "Version 1\n\nSolution : is output here"),
        ]);
        assert_eq!(found, expected);
    }

    #[test]
    fn text_without_a_label_is_what_was_found() {
        assert_eq!(read("The remote host is up\\n"), owned(&[(Field::Output, "The remote host is up")]));
        let old = read("The server is on an odd port.\\n\\nSolution: Check it.\\nRisk factor : Medium\\n");
        let expected = owned(&[
            (Field::Output, "The server is on an odd port."),
            (Field::Solution, "Check it."),
            (RISK, "Medium"),
            (Field::Description, "The server is on an odd port."),
        ]);
        assert_eq!(old, expected);
    }

    #[test]
    fn what_only_looks_like_references_stays() {
        let text = "Risk factor :\\n\\nNone\\n\\nContents :\\n\\nAllow: /\\nCVE : none";
        let expected = owned(&[(RISK, "None"), (Field::Output, "Contents :\n\nAllow: /\nCVE : none")]);
        assert_eq!(read(text), expected);
    }

    #[test]
    fn checks_say_how_they_ended() {
        assert!(is_check("\n\"1.1 Length: 8\" : [FAILED]\n\nmore"));
        for text in ["", "\"a\" : [MAYBE]", "a : [FAILED]", "\"a\""] {
            assert!(!is_check(text), "{text}");
        }
    }
}
