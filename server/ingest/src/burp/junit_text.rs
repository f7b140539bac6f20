//! The text of a failure: lines `Severity: High` and so on, and then passages under headings that stand in lines of their own.

use super::issue::Issue;
use super::passage::Passage;
use crate::text;

/// The headings, in the order in which they come. A line that equals one of them out of this order is text.
const HEADINGS: [&[&str]; 7] = [
    &["Issue Detail"],
    &["Issue Background", "Issue Description"],
    &["Remediation Detail"],
    &["Remediation Background", "Issue Remediation"],
    &[EVIDENCE],
    &["References"],
    &["Vulnerability Classifications"],
];

/// The heading of the messages: `Request:` and `Response:`, each as it was sent.
const EVIDENCE: &str = "Evidence";

/// Reads a failure's text into an issue.
pub fn read_into(issue: &mut Issue, failure: &str) {
    let failure = text::without_nul(failure.to_owned());
    let lines: Vec<&str> = failure.lines().collect();
    let mut passage: Option<Passage> = None;
    let (mut next, mut in_evidence) = (0, false);
    for (at, line) in lines.iter().copied().enumerate() {
        // A message may hold any line, a heading too: behind the messages it is the last one that counts.
        let is_last = || !in_evidence || !lines[at + 1..].contains(&line);
        if let Some(found) = heading(line, next).filter(|_| is_last()) {
            next = found + 1;
            in_evidence = line == EVIDENCE;
            start(&mut passage, issue, line);
        } else if in_evidence && matches!(line, "Request:" | "Response:") {
            start(&mut passage, issue, line);
        } else if line.starts_with("Reported by Dastardly: ") && !in_evidence {
            break;
        } else if let Some(passage) = &mut passage {
            passage.push_line(line);
        } else if let Some((name, value)) = line.split_once(": ") {
            field(issue, name, value.trim());
        }
    }
    if let Some(passage) = passage {
        passage.put_into(issue);
    }
    issue.references = references(&issue.references);
}

/// The number of a heading in [`HEADINGS`], from `next` on.
fn heading(line: &str, next: usize) -> Option<usize> {
    HEADINGS.iter().skip(next).position(|headings| headings.contains(&line)).map(|at| at + next)
}

fn start(passage: &mut Option<Passage>, issue: &mut Issue, heading: &str) {
    if let Some(passage) = passage.replace(Passage::new(heading)) {
        passage.put_into(issue);
    }
}

fn field(issue: &mut Issue, name: &str, value: &str) {
    let field = match name {
        "Severity" => &mut issue.severity,
        "Confidence" => &mut issue.confidence,
        "Host" => &mut issue.host,
        "Path" => &mut issue.path,
        _ => return,
    };
    value.clone_into(field);
}

/// `- Title (address)`, with empty lines between, as lines `title: address`.
fn references(list: &str) -> String {
    let lines = list.lines().map(|line| line.trim().trim_start_matches("- ")).filter(|line| !line.is_empty());
    let links = lines.map(|line| match line.strip_suffix(')').and_then(|line| line.rsplit_once(" (")) {
        Some((title, address)) if address.contains("://") => format!("{title}: {address}"),
        _ => line.to_owned(),
    });
    links.collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::facts::EvidenceKind;

    #[test]
    fn headings_inside_of_messages_are_text() {
        let mut issue = Issue { is_plain: true, ..Issue::default() };
        read_into(
            &mut issue,
            "\nSeverity: High\n\nPath: /a: b\n\nIssue Detail\nOne.\nSeverity: Low\n\nIssue Background\nTwo.\nIssue Detail\n\n\
             Evidence\nRequest:\nGET /\n\n\nResponse:\nHTTP/1.1 200 OK\nReferences\nReported by Dastardly: x\n\n\
             References\n\t\n- A (b) (https://x)\n\n- Plain\n\nVulnerability Classifications\n- CWE-79: X\n\nReported by Dastardly: y\nz",
        );
        assert_eq!((issue.severity.as_str(), issue.path.as_str()), ("High", "/a: b"));
        assert_eq!(issue.details, "One.\nSeverity: Low");
        assert_eq!(issue.background.trim(), "Two.\nIssue Detail");
        let messages: Vec<_> = issue.messages.iter().map(|part| (part.kind, part.text.as_str())).collect();
        assert_eq!(
            messages,
            [
                (EvidenceKind::Request, "GET /"),
                (EvidenceKind::Response, "HTTP/1.1 200 OK\nReferences\nReported by Dastardly: x")
            ]
        );
        assert_eq!(issue.references, "A (b): https://x\nPlain");
        assert_eq!(issue.classifications.trim(), "- CWE-79: X");
    }
}
