//! What a file is that is not read: formats of scanners and of their neighbours that are recognized, so that the refusal can
//! name them; and how the head of any file is taken apart.

use crate::format::Head;
use crate::nessus;

/// Takes the head of a file apart. `None` if it is bytes that are no text, or XML without a root.
pub fn head_of(text: &str) -> Option<Head<'_>> {
    let text = text.trim_start_matches('\u{feff}').trim_start();
    if text.starts_with(['{', '[']) {
        return Some(Head::Json { text });
    }
    if !text.starts_with('<') {
        return (!text.contains('\0')).then_some(Head::Text { text });
    }
    let text = prolog_end(text)?;
    let name =
        &text[1..text[1..].find(|character: char| character.is_whitespace() || matches!(character, '>' | '/'))? + 1];
    let root = name.rsplit_once(':').map_or(name, |(_, local)| local);
    Some(Head::Xml { root, text })
}

/// The text from the root's `<` on: what stands before it are declarations and comments.
fn prolog_end(mut text: &str) -> Option<&str> {
    loop {
        text = text.trim_start();
        let after = |end: &str| text.find(end).map(|at| &text[at + end.len()..]);
        if text.starts_with("<?") {
            text = after("?>")?;
        } else if text.starts_with("<!--") {
            text = after("-->")?;
        } else if text.starts_with("<!") {
            // An internal subset holds declarations with `>` of their own.
            let close = text.find('>')?;
            text = match text.find('[').filter(|open| *open < close) {
                Some(open) => {
                    let subset = &text[open..];
                    let end = subset.find("]>").or_else(|| subset.find(']'))?;
                    subset[end..].find('>').map(|at| &subset[end + at + 1..])?
                }
                None => &text[close + 1..],
            };
        } else if text.starts_with('<') && text[1..].starts_with(|first: char| first.is_alphabetic() || first == '_') {
            return Some(text);
        } else {
            return None;
        }
    }
}

/// The keys of a JSON object's first level (of the first element's, for an array), as far as the text goes.
pub fn keys(text: &str) -> Vec<&str> {
    let (mut keys, mut depth, mut rest) = (Vec::new(), 0_usize, text);
    let level = if text.starts_with('[') { 2 } else { 1 };
    while let Some(at) = rest.find(['"', '{', '}', '[', ']']) {
        let byte = rest.as_bytes()[at];
        rest = &rest[at + 1..];
        match byte {
            b'"' => {
                let Some(end) = string_end(rest) else { break };
                let string = &rest[..end];
                rest = &rest[end + 1..];
                if depth == level && rest.trim_start().starts_with(':') {
                    keys.push(string);
                }
            }
            b'{' | b'[' => depth += 1,
            _ => depth = depth.saturating_sub(1),
        }
    }
    keys
}

/// The text from the value on that stands under a key, where the key first occurs.
pub fn under<'t>(text: &'t str, key: &str) -> Option<&'t str> {
    let (_, after) = text.split_once(&format!("\"{key}\""))?;
    after.trim_start().strip_prefix(':').map(str::trim_start)
}

/// Where a JSON string ends: at the first quote with an even number of backslashes before it.
fn string_end(text: &str) -> Option<usize> {
    let mut escaped = false;
    text.bytes().position(|byte| {
        let ends = byte == b'"' && !escaped;
        escaped = byte == b'\\' && !escaped;
        ends
    })
}

/// What the file is, if it is a format that is recognized and not read.
pub fn unsupported(bytes: &[u8], text: &str, head: Option<&Head<'_>>) -> Option<&'static str> {
    match head {
        Some(Head::Xml { root, text }) => unsupported_xml(root, text),
        Some(Head::Json { text }) => unsupported_json(text),
        Some(Head::Text { .. }) | None => unsupported_other(bytes, text),
    }
}

fn unsupported_xml(root: &str, text: &str) -> Option<&'static str> {
    Some(match root {
        "items" if text.contains("burpVersion") => "Burp items XML",
        "testsuites" | "testsuite" => "JUnit XML",
        "niktoscan" | "niktoscans" => "Nikto XML",
        "report" | "get_reports_response" if text.contains("nvt") || text.contains("OpenVAS") => "OpenVAS XML",
        "ScanGroup" => "Acunetix XML",
        "netsparker-enterprise" | "invicti-enterprise" | "netsparker" => "Invicti XML",
        "BugCollection" => "SpotBugs XML",
        "CxXMLResults" => "Checkmarx XML",
        "bom" => "CycloneDX XML",
        root if root.eq_ignore_ascii_case("html") => html_of(text),
        _ => return None,
    })
}

fn html_of(text: &str) -> &'static str {
    if text.contains("ZAP") {
        "HTML report (ZAP)"
    } else if text.contains("Burp") {
        "HTML report (Burp)"
    } else if text.contains("Nessus") || text.contains("Tenable") {
        "HTML report (Nessus)"
    } else {
        "HTML"
    }
}

fn unsupported_json(text: &str) -> Option<&'static str> {
    let keys = keys(text);
    let has = |key: &str| keys.contains(&key);
    Some(if has("folders") && has("scans") {
        "Nessus API JSON: a list of scans, without results"
    } else if (has("info") || has("comphosts") || has("remediations")) && has("hosts") {
        "Nessus API JSON: scan details, which name neither host nor port of a finding"
    } else if nessus::is_host_details(&keys, text) {
        nessus::HOST_DETAILS
    } else if (has("alerts") || has("vulnerabilities") || has("pluginId")) && text.contains("\"pluginId\"") {
        "ZAP API JSON"
    } else if has("bomFormat") {
        "CycloneDX JSON"
    } else if has("template-id") {
        "Nuclei JSON"
    } else {
        return None;
    })
}

fn unsupported_other(bytes: &[u8], text: &str) -> Option<&'static str> {
    for (magic, name) in [
        (b"PK\x03\x04".as_slice(), "ZIP"),
        (b"\x1f\x8b", "gzip"),
        (b"\x28\xb5\x2f\xfd", "zstd"),
        (b"%PDF", "PDF"),
        (b"SQLite format 3", "SQLite"),
    ] {
        if bytes.starts_with(magic) {
            return Some(name);
        }
    }
    let line = text.trim_start_matches('\u{feff}').trim_start().lines().next().unwrap_or_default();
    if line.to_ascii_lowercase().starts_with("<!doctype html") {
        return Some(html_of(text));
    }
    nessus::unsupported(text.trim_start_matches('\u{feff}').trim_start())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_root_is_found_behind_any_prolog() {
        for text in [
            "<r:root a='1'/>",
            "\u{feff}<?xml version='1.0'?>\n<!-- > -->\n<!DOCTYPE root [\n<!ELEMENT root ANY>\n<!ATTLIST root a CDATA \"\">\n]>\n<root>",
            "<!DOCTYPE root><root ",
        ] {
            assert!(matches!(head_of(text), Some(Head::Xml { root: "root", .. })), "{text}");
        }
        for text in ["<?xml", "<!-- ", "< a>", "<root", "a\0b"] {
            assert!(head_of(text).is_none(), "{text}");
        }
        assert!(matches!(head_of("\u{feff}a,b\n"), Some(Head::Text { text: "a,b\n" })));
    }

    #[test]
    fn keys_are_those_of_the_first_level() {
        assert_eq!(keys(r#"{"a": {"b": [1, "c"]}, "d\"": "e", "f"#), ["a", "d\\\""]);
        assert_eq!(keys(r#"[{"a": {"b": 1}}, {"c": 2}]"#), ["a", "c"]);
        assert_eq!(under(r#"{"a": 1, "b" : [2]}"#, "b"), Some("[2]}"));
        assert_eq!((under("{\"a\"", "a"), under("{}", "a")), (None, None));
    }

    #[test]
    fn tables_without_findings_on_hosts_are_told_from_other_text() {
        let named = |text: &str| unsupported(text.as_bytes(), text, head_of(text).as_ref());
        let summary = "\u{feff}Plugin,Plugin Name,Family,Severity,Total,Host Total\n1,,,,,";
        assert_eq!(named(summary), Some("Tenable.sc vulnerability summary (CSV), which names no host"));
        assert!(named("Plugin Name;Severity;IP Address\n").is_some_and(|name| name.starts_with("CSV without")));
        assert_eq!((named("a,b,c"), named("Name,Total,State")), (None, None));
    }
}
