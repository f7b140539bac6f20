//! The evidence of an issue in JSON: requests and responses in segments, and what is said around them.
//!
//! Burp nests its kinds of evidence (`DiffableEvidence` holds two others, `CollaboratorEvidence` an interaction with a request
//! of its own), and adds kinds. So this goes by what a value holds, not by its `type`.

use super::issue::Issue;
use crate::bounded::record::{elements, number, text};
use crate::remarks::Remarks;
use crate::{base64, text};
use model::Micros;
use model::facts::{EvidenceKind, EvidencePart};
use serde_json::Value;

/// What says how evidence is built, not what was seen.
const STRUCTURE: [&str; 7] = ["type", "__typename", "url", "band_flags", "source", "found_at", "was_redirect_followed"];

/// The texts that people read: HTML.
const PROSE: [&str; 3] = ["title", "description", "description_html"];

impl Issue {
    /// Takes in evidence, with all that is nested in it.
    pub fn add_evidence(&mut self, evidence: &Value, remarks: &mut Remarks) {
        for item in elements(evidence) {
            match item {
                Value::Object(_) | Value::Array(_) => self.add_evidence(item, remarks),
                item => self.add_line(&text(item)),
            }
        }
        let Some(fields) = evidence.as_object() else { return };
        for name in PROSE {
            self.add_detail(&text::from_html(&text(&evidence[name])));
        }
        for (name, value) in fields {
            match (name.as_str(), value) {
                (name, _) if PROSE.contains(&name) || STRUCTURE.contains(&name) => {}
                ("request" | "request_segments", Value::Array(segments)) => {
                    self.add_message(EvidenceKind::Request, joined(segments, remarks));
                }
                ("response" | "response_segments", Value::Array(segments)) => {
                    self.add_message(EvidenceKind::Response, joined(segments, remarks));
                }
                ("payload", payload) => {
                    let sent = decoded(&text(&payload["bytes"]), remarks);
                    self.add_message(EvidenceKind::Attack, text::from_bytes(sent));
                }
                ("request_time", time) => self.seen_at = self.seen_at.max(instant(time)),
                (_, Value::Object(_) | Value::Array(_)) => self.add_evidence(value, remarks),
                (name, Value::String(said)) if !said.trim().is_empty() => self.add_line(&format!("{name}: {said}")),
                _ => {}
            }
        }
    }

    fn add_message(&mut self, kind: EvidenceKind, text: String) {
        if !text.trim().is_empty() {
            self.messages.push(EvidencePart { kind, text });
        }
    }
}

/// A message out of its segments. What Burp left out is marked, and so is what the query that was sent to the GraphQL API did
/// not ask for: such a segment stands without its content.
fn joined(segments: &[Value], remarks: &mut Remarks) -> String {
    let mut message = Vec::new();
    for segment in segments {
        let given = |name: &str| segment[name].as_str();
        if let Some(data) = given("data") {
            message.extend(decoded(data, remarks));
        } else if let Some(html) = given("data_html").or_else(|| given("highlight_html")) {
            message.extend(text::from_escaped(html).into_bytes());
        } else {
            let length = number(&segment["length"]).or_else(|| number(&segment["snip_length"]));
            message.extend(length.map_or("[…]".to_owned(), |length| format!("[… {length} bytes …]")).into_bytes());
        }
    }
    text::from_bytes(message)
}

/// The bytes of a text in base64. One that says it is in base64 and is not, is kept as it stands.
pub fn decoded(data: &str, remarks: &mut Remarks) -> Vec<u8> {
    base64::decode(data).unwrap_or_else(|| {
        remarks.add("base64_kept_literally", "");
        data.as_bytes().to_vec()
    })
}

/// When a request was sent: milliseconds since 1970, in a range in which scans can have happened.
fn instant(time: &Value) -> Option<Micros> {
    let millis = i64::try_from(number(time)?).ok()?;
    (100_000_000_000..10_000_000_000_000).contains(&millis).then(|| Micros(millis * 1000))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn issue(evidence: &Value) -> (Issue, Remarks) {
        let (mut issue, mut remarks) = (Issue::default(), Remarks::default());
        issue.add_evidence(evidence, &mut remarks);
        (issue, remarks)
    }

    #[test]
    fn a_time_that_no_scan_had_is_none() {
        assert_eq!(instant(&json!(1_700_000_000_000_i64)), Some(Micros(1_700_000_000_000_000)));
        for millis in [0, i64::MAX, i64::MIN] {
            assert_eq!(instant(&json!(millis)), None, "{millis}");
        }
    }

    #[test]
    fn segments_are_joined_byte_by_byte_and_gaps_are_marked() {
        let (mut remarks, nothing) = (Remarks::default(), Remarks::default());
        // The two bytes of `ñ` stand in two segments.
        let segments = json!([{"data": "YcM="}, {"data": "sWI=", "type": "HighlightSegment"}, {"length": 7}, {}]);
        assert_eq!(joined(elements(&segments), &mut remarks), "añb[… 7 bytes …][…]");
        let segments = json!([{"data_html": "a&lt;b "}, {"highlight_html": "c"}, {"snip_length": "12"}]);
        assert_eq!(joined(elements(&segments), &mut remarks), "a<b c[… 12 bytes …]");
        assert_eq!(remarks.clone().into_facts(), nothing.into_facts());
        assert_eq!(joined(elements(&json!([{"data": "no!"}])), &mut remarks), "no!");
        assert_eq!(remarks.into_facts()[0].code, "base64_kept_literally");
    }

    #[test]
    fn evidence_is_found_however_it_is_nested() {
        let (issue, _) = issue(&json!([{
            "type": "DiffableEvidence",
            "first_evidence": {
                "type": "FirstOrderEvidence",
                "detail": {"payload": {"bytes": "Jw==", "flags": 0}, "band_flags": ["in_band"]},
                "request_response": {"url": "http://h/", "request": [{"data": "R0VU"}], "response": [], "request_time": "1611066291482"},
            },
            "http_event": {"description": "The server was <b>asked</b>.", "request_response": {"response": [{"data": "T0s="}]}},
            "information_items": ["Other: id"],
            "sink_caption": "<p>innerHTML</p>",
        }]));
        let said: Vec<_> = issue.messages.iter().map(|part| (part.kind, part.text.as_str())).collect();
        assert_eq!(said, [(EvidenceKind::Attack, "'"), (EvidenceKind::Request, "GET"), (EvidenceKind::Response, "OK")]);
        assert_eq!(issue.details, "The server was asked.\nOther: id\nsink_caption: <p>innerHTML</p>");
        let no_times = [json!("soon"), json!(-1), json!(0), json!(u64::MAX), json!(99_999_999_999_999_u64)];
        assert_eq!(no_times.map(|time| instant(&time)), [None; 5]);
        assert_eq!(issue.seen_at.unwrap().rfc3339(), "2021-01-19T14:24:51.482000Z");
    }
}
