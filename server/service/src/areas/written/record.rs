//! What was said in the form, checked, as the record of an export.

use crate::errors::internal;
use crate::import::preview;
use crate::request::new_token;
use ingest::feeds::cve_id;
use model::error::WireError;
use model::facts::{AssetFacts, AssetKind};
use model::mapping::{BY_HAND, FormFields, MappedFormat};
use model::view::findings::WRITING;
use model::view::mapping::PreviewOutcome;
use model::{MappedField, Mapping, Severity};
use serde_json::json;
use std::collections::BTreeMap;
use std::net::IpAddr;
use taxonomy::{cvss_score, cwe_name};
use url::Url;

/// Those of several lines.
const TEXTS: [&str; 4] = ["description", "evidence", "solution", "references"];

/// Where it is: what does not change.
pub(super) const PLACE: [&str; 4] = ["where", "port", "method", "parameter"];

/// The longest that the name of a host may be (RFC 1035, 2.3.4).
const MAX_HOST: usize = 253;

/// What a record of such an export has.
const COLUMNS: [MappedField; 18] = [
    MappedField::Rule,
    MappedField::Title,
    MappedField::Severity,
    MappedField::Asset,
    MappedField::Url,
    MappedField::Ip,
    MappedField::Fqdn,
    MappedField::Method,
    MappedField::Parameter,
    MappedField::Port,
    MappedField::Cwe,
    MappedField::Cve,
    MappedField::Cvss,
    MappedField::Description,
    MappedField::Solution,
    MappedField::References,
    MappedField::Evidence,
    MappedField::SeenAt,
];

/// A record: each column with its text.
pub(super) type Record = BTreeMap<&'static str, String>;

/// How such an export is read.
pub(super) fn mapping() -> Mapping {
    let columns = COLUMNS.into_iter().map(|field| (field, format!("/{}", field.word())));
    Mapping { columns: columns.collect(), ..Mapping::new(BY_HAND, MappedFormat::Json { records: String::new() }) }
}

/// The fields with their texts, trimmed. One that is too long, or that there is not, is named.
pub(super) fn bounded(fields: &FormFields) -> Result<BTreeMap<&'static str, String>, WireError> {
    let known = |name: &str| name == "source" || WRITING.iter().any(|(field, _)| *field == name);
    if let Some(name) = fields.keys().find(|name| !known(name)) {
        return Err(WireError::invalid(name.chars().take(40).collect::<String>().as_str(), "unknown"));
    }
    let said = WRITING.into_iter().map(|(name, most)| {
        let text = fields.get(name).map(|text| text.trim().replace("\r\n", "\n")).unwrap_or_default();
        let long = TEXTS.contains(&name);
        let bad = |letter: char| letter.is_control() && !(long && matches!(letter, '\n' | '\t'));
        if text.chars().count() > most {
            Err(WireError::invalid(name, "too_long"))
        } else if !long && text.contains(bad) {
            Err(WireError::invalid(name, "bad_character"))
        } else {
            Ok((name, text.replace(bad, "")))
        }
    });
    said.collect()
}

/// An id that nobody else has.
pub(super) fn new_id() -> String {
    new_token()[..32].to_owned()
}

/// The id that the form was drawn with: sent twice, it is one finding.
pub(super) fn id_of(text: &str) -> Result<String, WireError> {
    let is_id = text.len() == 32 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    if is_id { Ok(text.to_owned()) } else { Err(WireError::invalid("id", "unknown")) }
}

/// The record of what was said, without when.
pub(super) fn record(said: &BTreeMap<&'static str, String>, rule: &str) -> Result<Record, WireError> {
    let text = |name: &str| said.get(name).cloned().unwrap_or_default();
    if !text("title").contains(char::is_alphanumeric) {
        return Err(WireError::invalid("title", "missing"));
    }
    let severity = severity(&text("severity"), &text("cvss"))?;
    // A description is read as what scanners write, which may be HTML; a person writes what they mean.
    let plain = |name: &str| text(name).replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let mut record: Record = COLUMNS.into_iter().map(|field| (field.word(), String::new())).collect();
    record.extend([
        (MappedField::Rule.word(), rule.to_owned()),
        (MappedField::Title.word(), text("title")),
        (MappedField::Severity.word(), severity.word().to_owned()),
        (MappedField::Cwe.word(), cwes(&text("cwe"))?),
        (MappedField::Cve.word(), cves(&text("cve"))?),
        (MappedField::Cvss.word(), text("cvss")),
        (MappedField::Description.word(), plain("description")),
        (MappedField::Solution.word(), plain("solution")),
        (MappedField::References.word(), text("references")),
        (MappedField::Evidence.word(), text("evidence")),
    ]);
    record.extend(place(&text)?);
    Ok(record)
}

/// Where it is: a URL with the request, an address or a host's name with the port.
fn place(text: &impl Fn(&str) -> String) -> Result<Record, WireError> {
    let wher = text("where");
    if wher.contains("://") {
        let url = Url::parse(&wher).ok().filter(|url| matches!(url.scheme(), "http" | "https" | "ws" | "wss"));
        let url = url.filter(|url| url.host_str().is_some_and(|host| host.contains(char::is_alphanumeric)));
        if url.is_none_or(|url| url.port() == Some(0)) {
            return Err(WireError::invalid("where", "url"));
        }
        let method = text("method").to_ascii_uppercase();
        if !method.bytes().all(|byte| byte.is_ascii_uppercase()) {
            return Err(WireError::invalid("method", "unknown"));
        }
        return Ok(Record::from([
            (MappedField::Url.word(), wher),
            (MappedField::Method.word(), method),
            (MappedField::Parameter.word(), text("parameter")),
        ]));
    }
    let bare = wher.strip_prefix('[').and_then(|inner| inner.strip_suffix(']')).unwrap_or(&wher);
    let ip = bare.parse::<IpAddr>().ok().map(|ip| ip.to_string());
    if ip.is_none() && !is_host(&wher) {
        return Err(WireError::invalid("where", "host"));
    }
    Ok(Record::from([
        (MappedField::Asset.word(), ip.clone().unwrap_or(wher)),
        (MappedField::Ip.word(), ip.unwrap_or_default()),
        (MappedField::Port.word(), port(&text("port"))?),
    ]))
}

/// The name of a host: labels of letters, digits, `-` and `_`, not all of them numbers, for that is a mistyped address.
fn is_host(name: &str) -> bool {
    let labels: Vec<&str> = name.trim_end_matches('.').split('.').collect();
    let is_label = |label: &&str| {
        label.starts_with(char::is_alphanumeric)
            && label.chars().all(|letter| letter.is_alphanumeric() || matches!(letter, '-' | '_'))
    };
    let is_number = |label: &&str| label.bytes().all(|byte| byte.is_ascii_digit());
    name.len() <= MAX_HOST && labels.iter().all(is_label) && !labels.iter().all(is_number)
}

/// `443`, or with its protocol `443/tcp`; nothing for the host as a whole.
fn port(text: &str) -> Result<String, WireError> {
    let (number, protocol) = text.split_once('/').unwrap_or((text, "tcp"));
    let protocol = protocol.trim().to_ascii_lowercase();
    match number.trim().parse::<u16>() {
        _ if text.is_empty() => Ok(String::new()),
        Ok(number) if matches!(protocol.as_str(), "tcp" | "udp" | "sctp" | "icmp") => {
            Ok(format!("{number}/{protocol}"))
        }
        _ => Err(WireError::invalid("port", "unknown")),
    }
}

/// What a host is known by, as far as a record can say it.
pub(super) fn names(facts: &AssetFacts) -> Record {
    if facts.kind != AssetKind::Host {
        return Record::new();
    }
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    Record::from([
        (MappedField::Asset.word(), facts.name.clone()),
        (MappedField::Ip.word(), text(&facts.ip)),
        (MappedField::Fqdn.word(), text(&facts.fqdn)),
    ])
}

/// As it is chosen, else the band of the score of the vector.
fn severity(chosen: &str, vector: &str) -> Result<Severity, WireError> {
    let score = match vector {
        "" => None,
        vector => Some(cvss_score(vector).ok_or_else(|| WireError::invalid("cvss", "vector"))?),
    };
    match (chosen, score) {
        ("", Some(score)) => Ok(score.band),
        ("", None) => Err(WireError::invalid("severity", "missing")),
        (chosen, _) => chosen.parse().map_err(|_| WireError::invalid("severity", "unknown")),
    }
}

/// What stands between two of several.
fn tokens(text: &str) -> impl Iterator<Item = &str> {
    text.split(|letter: char| letter.is_whitespace() || letter == ',' || letter == ';')
        .filter(|token| !token.is_empty())
}

/// `79` or `CWE-79`, each a weakness that there is.
fn cwes(text: &str) -> Result<String, WireError> {
    let known = tokens(text).map(|token| {
        let number = token.to_ascii_uppercase();
        let number =
            number.strip_prefix("CWE-").unwrap_or(&number).parse().ok().filter(|number| cwe_name(*number).is_some());
        number.map(|number: u32| number.to_string()).ok_or_else(|| WireError::invalid("cwe", "unknown"))
    });
    Ok(known.collect::<Result<Vec<_>, _>>()?.join(" "))
}

/// Each a CVE id.
fn cves(text: &str) -> Result<String, WireError> {
    let known = tokens(text).map(|token| cve_id(token).ok_or_else(|| WireError::invalid("cve", "unknown")));
    Ok(known.collect::<Result<Vec<_>, _>>()?.join(" "))
}

/// Reads the record as it will be read, without its long texts, so that what is wrong is said by the form's field. The answer is
/// on which asset it is, and where on it.
pub(super) fn check(record: &Record) -> Result<(String, String), WireError> {
    let long = [MappedField::Description, MappedField::Solution, MappedField::References, MappedField::Evidence];
    let mut short = record.clone();
    short.extend(long.map(|field| (field.word(), String::new())));
    let bytes = serde_json::to_vec(&json!([short])).map_err(|error| internal(&error))?;
    let mut seen = preview(&bytes, &mapping(), 1);
    match seen.rows.pop().map(|row| row.outcome) {
        Some(PreviewOutcome::Sighting { asset, place, .. }) if seen.refusal.is_none() => Ok((asset, place)),
        Some(PreviewOutcome::Quarantined { reason, detail }) => {
            let column = detail.trim_start_matches('/').split(|letter: char| !letter.is_alphabetic()).next();
            let field = match column.unwrap_or_default() {
                "port" | "protocol" => "port",
                "title" | "rule" => "title",
                _ => "where",
            };
            Err(WireError::invalid(field, &reason))
        }
        _ => Err(WireError::invalid("where", "unreadable")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mapping_can_be_used_and_is_nobody_elses() {
        use model::mapping::{MappingPart, MappingProblem};
        let problems = mapping().validate().unwrap_err();
        assert!(
            matches!(&problems[..], [one] if (one.part, one.problem) == (MappingPart::Tool, MappingProblem::Taken))
        );
    }

    #[test]
    fn a_place_is_a_url_an_address_or_a_host() {
        let at = |wher: &str, port: &str| {
            let said = move |name: &str| match name {
                "where" => wher.to_owned(),
                "port" => port.to_owned(),
                "method" => "get".to_owned(),
                _ => String::new(),
            };
            place(&said)
        };
        for (wher, port, field, told) in [
            ("https://shop.example.org/a?b=1", "", "method", "GET"),
            ("https://[2001:db8::1]:8443/", "", "url", "https://[2001:db8::1]:8443/"),
            ("[2001:DB8::1]", "53/UDP", "ip", "2001:db8::1"),
            ("10.0.0.5", "443", "port", "443/tcp"),
            ("srv-1.example.org", "", "asset", "srv-1.example.org"),
        ] {
            assert_eq!(at(wher, port).unwrap()[field], told, "{wher}");
        }
        for wher in [
            "",
            "-",
            ".",
            "*",
            "a b",
            "shop.example.org/invoices/7",
            "10.0.0.5:443",
            "10.0.0.5/24",
            "10.0.0.256",
            "javascript:alert(1)",
            "//host/a",
            "https://",
            "https://.",
            "https://h:0/",
            "https://h:99999/",
            "ftp://h/",
            "javascript://h/%0aalert(1)",
        ] {
            assert_eq!(at(wher, "").unwrap_err().field, "where", "{wher}");
        }
        for port in ["x", "443/", "443/tcp (https)", "70000", "53/udp/dns"] {
            assert_eq!(at("10.0.0.5", port).unwrap_err().field, "port", "{port}");
        }
    }

    #[test]
    fn a_vector_says_how_severe_it_is_unless_a_person_does() {
        let vector = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H";
        assert_eq!(severity("", vector).unwrap(), Severity::Critical);
        assert_eq!(severity("low", vector).unwrap(), Severity::Low);
        for (chosen, vector, field) in [("", "", "severity"), ("bad", "", "severity"), ("low", "CVSS:3.1/AV:N", "cvss")]
        {
            assert_eq!(severity(chosen, vector).unwrap_err().field, field);
        }
    }

    #[test]
    fn numbers_are_those_that_there_are() {
        assert_eq!(cwes("79, CWE-89;cwe-22").unwrap(), "79 89 22");
        assert_eq!(cves("cve-2021-44228 CVE-2024-0001").unwrap(), "CVE-2021-44228 CVE-2024-0001");
        for bad in ["CWE-0", "999999", "xss"] {
            assert!(cwes(bad).is_err(), "{bad}");
        }
        for bad in ["CVE-21-44228", "CVE-2021-1", "2021-44228", "CVE-2021-44228-1"] {
            assert!(cves(bad).is_err(), "{bad}");
        }
    }
}
