//! What this ZAP finds.

use super::Zap;
use crate::Question;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use url::Url;

/// A finding.
#[derive(Debug)]
pub struct Alert {
    /// The rule's number.
    pub rule: &'static str,
    /// The rule's number with that of the kind, where it has several.
    pub kind: &'static str,
    /// Its name.
    pub name: &'static str,
    /// 0 to 3.
    pub risk: usize,
    /// 1 to 3.
    pub confidence: usize,
    /// The weakness.
    pub cwe: &'static str,
    /// The page.
    pub path: &'static str,
    /// The parameter.
    pub parameter: &'static str,
    /// What was sent.
    pub attack: &'static str,
    /// What gave it away.
    pub evidence: &'static str,
    /// True if it takes an active test.
    pub active: bool,
}

/// The names of risks and confidences.
const RISKS: [&str; 4] = ["Informational", "Low", "Medium", "High"];
const CONFIDENCES: [&str; 4] = ["False Positive", "Low", "Medium", "High"];

/// All that there is to find.
pub const ALERTS: [Alert; 6] = [
    Alert {
        rule: "40012",
        kind: "40012",
        name: "Cross Site Scripting (Reflected)",
        risk: 3,
        confidence: 2,
        cwe: "79",
        path: "/search?q=lamp",
        parameter: "q",
        attack: "<script>alert(1)</script>",
        evidence: "<script>alert(1)</script>",
        active: true,
    },
    Alert {
        rule: "40018",
        kind: "40018",
        name: "SQL Injection",
        risk: 3,
        confidence: 2,
        cwe: "89",
        path: "/items?id=1",
        parameter: "id",
        attack: "1'",
        evidence: "unrecognized token",
        active: true,
    },
    Alert {
        rule: "6",
        kind: "6-1",
        name: "Path Traversal",
        risk: 3,
        confidence: 2,
        cwe: "22",
        path: "/file?name=readme.txt",
        parameter: "name",
        attack: "/etc/passwd",
        evidence: "root:x:0:0",
        active: true,
    },
    Alert {
        rule: "10038",
        kind: "10038-1",
        name: "Content Security Policy (CSP) Header Not Set",
        risk: 2,
        confidence: 3,
        cwe: "693",
        path: "/",
        parameter: "",
        attack: "",
        evidence: "",
        active: false,
    },
    Alert {
        rule: "10021",
        kind: "10021",
        name: "X-Content-Type-Options Header Missing",
        risk: 1,
        confidence: 2,
        cwe: "693",
        path: "/",
        parameter: "x-content-type-options",
        attack: "",
        evidence: "",
        active: false,
    },
    Alert {
        rule: "10037",
        kind: "10037",
        name: "Server Leaks Information via X-Powered-By",
        risk: 1,
        confidence: 2,
        cwe: "497",
        path: "/",
        parameter: "",
        attack: "",
        evidence: "X-Powered-By: PHP/7.4.1",
        active: false,
    },
];

pub(super) fn active_rules() -> BTreeSet<&'static str> {
    ALERTS.iter().filter(|alert| alert.active).map(|alert| alert.rule).collect()
}

pub(super) fn passive_rules() -> BTreeSet<&'static str> {
    ALERTS.iter().filter(|alert| !alert.active).map(|alert| alert.rule).collect()
}

impl Alert {
    /// As the API lists it.
    pub(super) fn listed(&self, id: usize, url: &str) -> Value {
        json!({
            "id": id.to_string(), "pluginId": self.rule, "alertRef": self.kind, "alert": self.name, "name": self.name,
            "risk": RISKS[self.risk], "confidence": CONFIDENCES[self.confidence], "cweid": self.cwe, "wascid": "8",
            "url": url, "nodeName": url, "method": "GET", "param": self.parameter, "attack": self.attack,
            "evidence": self.evidence, "other": "", "description": self.description(), "solution": "Mend it.",
            "reference": "https://owasp.org/", "tags": {}, "inputVector": "", "messageId": "1", "sourceMessageId": 0,
            "sourceid": if self.active { "1" } else { "3" },
        })
    }

    /// As a report in JSON has it, with its requests and responses or without.
    pub(super) fn reported(&self, url: &str, whole: bool) -> Value {
        let mut instance = json!({
            "id": "0", "uri": url, "nodeName": url, "method": "GET", "param": self.parameter, "attack": self.attack,
            "evidence": self.evidence, "otherinfo": "",
        });
        if whole {
            instance["request-header"] = format!("GET {url} HTTP/1.1\r\nhost: shop\r\n\r\n").into();
            instance["request-body"] = "".into();
            instance["response-header"] = "HTTP/1.1 200 OK\r\nX-Powered-By: PHP/7.4.1\r\n\r\n".into();
            instance["response-body"] = format!("<html>{}</html>", self.evidence).into();
        }
        let (risk, confidence) = (RISKS[self.risk], CONFIDENCES[self.confidence]);
        json!({
            "pluginid": self.rule, "alertRef": self.kind, "alert": self.name, "name": self.name,
            "riskcode": self.risk.to_string(), "confidence": self.confidence.to_string(),
            "riskdesc": format!("{risk} ({confidence})"), "desc": format!("<p>{}</p>", self.description()),
            "instances": [instance], "count": "1", "systemic": !self.active, "solution": "<p>Mend it.</p>", "otherinfo": "",
            "reference": "<p>https://owasp.org/</p>", "cweid": self.cwe, "wascid": "8", "sourceid": "1",
        })
    }

    fn description(&self) -> String {
        format!("{} was seen here.", self.name)
    }
}

impl Zap {
    /// What was found until now, with its addresses.
    pub(super) fn found(&self) -> Vec<(&'static Alert, String)> {
        let tested = |alert: &Alert, site: &str| {
            !alert.active
                || self.active.iter().any(|scan| {
                    scan.progress == 100 && scan.target.starts_with(site) && scan.rules.contains(alert.rule)
                })
        };
        let mut found = Vec::new();
        for site in self.sites() {
            for alert in ALERTS.iter().filter(|alert| tested(alert, &site) && !self.mended.contains(alert.rule)) {
                let url = Url::parse(&site)
                    .and_then(|site| site.join(alert.path))
                    .map(|url| url.to_string())
                    .unwrap_or_default();
                if self.visited.contains(&url) {
                    found.push((alert, url));
                }
            }
        }
        found
    }

    pub(super) fn sites(&self) -> BTreeSet<String> {
        let origin = |url: &String| Url::parse(url).ok().map(|url| url.origin().ascii_serialization());
        self.visited.iter().filter_map(origin).collect()
    }

    pub(super) fn hosts(&self) -> BTreeSet<String> {
        let host = |url: &String| Url::parse(url).ok().and_then(|url| url.host_str().map(str::to_owned));
        self.visited.iter().filter_map(host).collect()
    }

    pub(super) fn alerts_below(&self, base: &str) -> Vec<Value> {
        let found = self.found().into_iter().filter(|(_, url)| url.starts_with(base)).enumerate();
        found.map(|(id, (alert, url))| alert.listed(id, &url)).collect()
    }

    pub(super) fn page_of_alerts(&self, question: &Question) -> Vec<Value> {
        let number = |name: &str| question.get(name).parse::<usize>().ok();
        let all = self.alerts_below(question.get("baseurl")).into_iter().skip(number("start").unwrap_or(0));
        let count = number("count").filter(|count| *count > 0).unwrap_or(usize::MAX);
        all.take(count).collect()
    }

    pub(super) fn summary(&self, base: &str) -> Value {
        let found = self.alerts_below(base);
        let of = |risk: &str| found.iter().filter(|alert| alert["risk"] == risk).count();
        RISKS.iter().map(|risk| ((*risk).to_owned(), Value::from(of(risk)))).collect::<serde_json::Map<_, _>>().into()
    }
}
