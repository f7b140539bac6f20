//! What stands under the headings of an issue in the reports that Burp writes for people.

use super::issue::Issue;
use super::types;
use crate::bounded::html::Token;
use model::facts::{EvidenceKind, EvidencePart};

/// What a heading announces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Detail,
    Background,
    Remediation,
    References,
    Classifications,
    Message(EvidenceKind),
    /// Which extension reported the issue.
    Origin,
    /// Anything else that is said of an instance, such as an interaction with Collaborator.
    Other,
}

impl Kind {
    fn of(heading: &str) -> Self {
        let words = heading.trim_end_matches(|end: char| end.is_ascii_digit() || end.is_whitespace() || end == ':');
        match words.trim_start().to_ascii_lowercase().as_str() {
            "issue detail" | "remediation detail" => Self::Detail,
            "issue background" | "issue description" => Self::Background,
            "issue remediation" | "remediation background" => Self::Remediation,
            "references" => Self::References,
            "vulnerability classifications" => Self::Classifications,
            "request" => Self::Message(EvidenceKind::Request),
            "response" => Self::Message(EvidenceKind::Response),
            "issue origin" => Self::Origin,
            _ => Self::Other,
        }
    }
}

/// A heading, and the text under it as it is read.
pub struct Passage {
    kind: Kind,
    heading: String,
    body: String,
}

impl Passage {
    /// A passage without text yet.
    pub fn new(heading: &str) -> Self {
        Self { kind: Kind::of(heading), heading: heading.trim().to_owned(), body: String::new() }
    }

    /// Adds HTML: a message as it can be seen, everything else as it is written.
    pub fn push(&mut self, token: &Token) {
        match self.kind {
            Kind::Message(_) => token.push_text(&mut self.body),
            _ => token.push_html(&mut self.body),
        }
    }

    /// Adds a line of plain text.
    pub fn push_line(&mut self, line: &str) {
        self.body.push_str(line);
        self.body.push('\n');
    }

    /// Its text so far.
    pub fn body(&self) -> &str {
        &self.body
    }

    /// Puts it where it belongs in an issue.
    pub fn put_into(self, issue: &mut Issue) {
        match self.kind {
            Kind::Background => issue.background = self.body,
            Kind::Remediation => issue.remediation = self.body,
            Kind::References => issue.references = self.body,
            Kind::Classifications => issue.classifications = self.body,
            Kind::Detail => {
                let text = issue.prose(&self.body);
                issue.add_detail(&text);
            }
            Kind::Message(kind) => {
                let text = self.body.trim().to_owned();
                if !text.is_empty() {
                    issue.messages.push(EvidencePart { kind, text });
                }
            }
            Kind::Origin | Kind::Other => {
                let text = issue.prose(&self.body);
                if self.kind == Kind::Origin && text.contains("extension") {
                    types::EXTENSION.clone_into(&mut issue.kind);
                }
                if !text.is_empty() {
                    issue.add_detail(&format!("{}\n{text}", self.heading));
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_are_known_with_numbers_and_colons() {
        for (heading, kind) in [
            ("Issue detail:", Kind::Detail),
            ("\nIssue background\n", Kind::Background),
            ("Remediation Background", Kind::Remediation),
            ("Request 1:", Kind::Message(EvidenceKind::Request)),
            ("Response 12", Kind::Message(EvidenceKind::Response)),
            ("Request to Collaborator", Kind::Other),
        ] {
            assert_eq!(Kind::of(heading), kind, "{heading}");
        }
    }
}
