//! The records of a report: entries, categories, pages.

use crate::bounded::document::Text;
use crate::fields;
use model::Severity;
use model::facts::{EvidenceKind, EvidencePart, Place, Row};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// An entry: something that was found.
#[derive(Default, Deserialize, Serialize)]
#[serde(default)]
pub struct Entry {
    method: Said,
    path: Said,
    info: Said,
    level: Said,
    parameter: Said,
    module: Said,
    http_request: Said,
    curl_command: Said,
    #[serde(skip_serializing)]
    detail: Option<Detail>,
}

/// Whatever stands where a text ought to.
#[derive(Default)]
struct Said(String);

impl<'de> Deserialize<'de> for Said {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Text::deserialize(deserializer).map(|text| Self(text.0))
    }
}

impl Serialize for Said {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Detail {
    response: Option<Response>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Response {
    status_code: Said,
    body: Said,
    headers: Option<Vec<(Said, Said)>>,
}

impl Response {
    fn text(self) -> String {
        let mut text = format!("HTTP {}\n", self.status_code.0);
        for (name, value) in self.headers.unwrap_or_default() {
            // Writing to a string cannot fail.
            let _ = writeln!(text, "{}: {}", name.0, value.0);
        }
        text.push('\n');
        text.push_str(&self.body.0);
        text
    }
}

impl Entry {
    /// The URL of the request, which only the command for it has whole.
    pub fn url(&self) -> Option<String> {
        let (_, rest) = self.curl_command.0.split_once("\"http")?;
        let end = rest.find('"')?;
        Some(format!("http{}", &rest[..end]))
    }

    /// The severity, by Wapiti's levels.
    ///
    /// # Errors
    /// What stands there, if it is none.
    pub fn severity(&self) -> Result<Severity, String> {
        match self.level.0.as_str() {
            "0" => Ok(Severity::Info),
            "1" => Ok(Severity::Low),
            "2" => Ok(Severity::Medium),
            "3" => Ok(Severity::High),
            "4" => Ok(Severity::Critical),
            other => Err(other.to_owned()),
        }
    }

    /// The entry for the quarantine, without its response.
    pub fn raw(&self) -> Vec<u8> {
        serde_json::to_vec(self).unwrap_or_default()
    }

    /// The row.
    pub fn into_row(self, asset: u32, weakness: u32, severity: Severity) -> Row {
        let mut evidence = Vec::new();
        let mut push = |kind, text: String| {
            if !text.trim().is_empty() {
                evidence.push(EvidencePart { kind, text });
            }
        };
        push(EvidenceKind::Detail, self.info.0);
        push(EvidenceKind::Request, self.http_request.0);
        let response = self.detail.and_then(|detail| detail.response);
        push(EvidenceKind::Response, response.map(Response::text).unwrap_or_default());
        fields::append(&mut evidence, fields::of_row("module", &self.module.0).into_iter().collect());
        let place = Place::Request {
            method: self.method.0.trim().to_owned(),
            target: self.path.0.trim().to_owned(),
            parameter: self.parameter.0.trim().to_owned(),
        };
        Row { asset, weakness, place, severity, confidence: None, serial: None, evidence }
    }
}

/// What a category is.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Category {
    desc: Said,
    sol: Said,
    #[serde(rename = "ref")]
    references: Option<BTreeMap<String, Said>>,
    wstg: Option<Vec<Said>>,
}

impl Category {
    /// What it is about.
    pub fn description(&self) -> &str {
        &self.desc.0
    }

    /// What to do.
    pub fn solution(&self) -> &str {
        &self.sol.0
    }

    /// The titles of what can be read about it.
    pub fn references(&self) -> Vec<&str> {
        self.references.iter().flatten().map(|(title, _)| title.as_str()).collect()
    }

    /// Where that is, a line each.
    pub fn links(&self) -> String {
        self.references.iter().flatten().map(|(_, link)| link.0.as_str()).collect::<Vec<_>>().join("\n")
    }

    /// The tests of the OWASP Web Security Testing Guide.
    pub fn wstg(&self) -> Vec<String> {
        self.wstg.iter().flatten().map(|test| test.0.clone()).filter(|test| !test.is_empty()).collect()
    }
}

/// The number of a weakness in a title such as `CWE-89: Improper Neutralization …`.
pub fn cwe(title: &str) -> Option<u32> {
    let digits = title.strip_prefix("CWE-")?;
    digits[..digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len())].parse().ok()
}

/// A page that was crawled.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Page {
    request: Option<Request>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Request {
    url: Said,
}

impl Page {
    /// Its address, empty if it is not told.
    pub fn url(&self) -> &str {
        self.request.as_ref().map_or("", |request| request.url.0.as_str())
    }
}

/// Who the scan was signed in as: nobody, if there is nothing.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Auth(Option<LoggedIn>);

#[derive(Default, Deserialize)]
#[serde(default)]
struct LoggedIn {
    logged_in: Option<bool>,
}

impl Auth {
    /// Whether it was signed in; `None` if it was told to and does not say whether it worked.
    pub fn signed_in(&self) -> Option<bool> {
        self.0.as_ref().map_or(Some(false), |auth| auth.logged_in)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_weaknesses_stand_first() {
        assert_eq!(
            (cwe("CWE-89: Improper"), cwe("CWE-1021"), cwe("OWASP: CWE-1"), cwe("CWE-x")),
            (Some(89), Some(1021), None, None)
        );
    }

    #[test]
    fn the_address_is_that_of_the_command() {
        let entry = |command: &str| Entry { curl_command: Said(command.to_owned()), ..Entry::default() };
        assert_eq!(entry(r#"curl "http://h/a?b=%22" -d "http=1""#).url().as_deref(), Some("http://h/a?b=%22"));
        assert_eq!((entry("").url(), entry("curl \"http://h").url()), (None, None));
    }
}
