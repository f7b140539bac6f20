//! Nessus on premises in each of its editions, and Tenable Vulnerability Management: as documented and recorded.

mod bulk;
mod exports;
mod report;
mod scans;

use crate::{Api, Question, Reply};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

pub use bulk::{Bulk, Found, Job};
pub use exports::Export;
pub use report::FINDINGS;
pub use scans::{Run, Scan};

/// What is sold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Edition {
    /// Scans may be started by API.
    Manager,
    /// They may not.
    Professional,
    /// Nor here, and nothing can be exported.
    Trial,
    /// Tenable Vulnerability Management.
    Cloud,
}

/// A Nessus.
#[derive(Debug)]
pub struct Nessus {
    /// What it is.
    pub edition: Edition,
    /// The access key and its secret.
    pub keys: (String, String),
    /// A name and its password.
    pub account: (String, String),
    /// The sessions that are open.
    pub sessions: BTreeSet<String>,
    /// Its scans, by their number.
    pub scans: BTreeMap<i64, Scan>,
    /// Its exports.
    pub exports: Vec<Export>,
    /// What the cloud knows of findings, and its exports of them.
    pub bulk: Bulk,
    /// How far a scan comes from one look to the next, in percent.
    pub pace: i64,
    /// How many looks at its status an export takes.
    pub export_pace: u32,
    /// True if it is still loading its plugins.
    pub loading: bool,
    /// True if a launch that is not licensed is met with silence, as some builds do.
    pub drops: bool,
    /// True if every export ends in an error.
    pub export_fails: bool,
    /// The numbers of the plugins whose finding was mended on the targets.
    pub mended: BTreeSet<u32>,
    /// The second at which the next thing happens.
    pub clock: i64,
    /// The number of the last thing that was made.
    pub next_id: i64,
}

impl Default for Nessus {
    fn default() -> Self {
        Self {
            edition: Edition::Manager,
            keys: ("a".repeat(64), "b".repeat(64)),
            account: ("admin".to_owned(), "word".to_owned()),
            sessions: BTreeSet::new(),
            scans: BTreeMap::new(),
            exports: Vec::new(),
            bulk: Bulk::default(),
            pace: 50,
            export_pace: 2,
            loading: false,
            drops: false,
            export_fails: false,
            mended: BTreeSet::new(),
            clock: 1_795_000_000,
            next_id: 5,
        }
    }
}

/// What the web page of Nessus holds for itself; some clients read it.
const SCRIPT: &str = r#"{key:"getApiToken",value:function(){return"6B5C2A7E-0000-4000-8000-000000000001"}}"#;

/// The templates that a scan can be made of.
const TEMPLATES: [(&str, &str, &str); 3] = [
    ("731a8e52-3ea6-a291-ec0a-d2ff0619c19d7bd788d6be818b65", "basic", "Basic Network Scan"),
    ("ad629e16-03b6-8c1d-cef6-ef8c9dd3c658d24bd260ef5f9e66", "advanced", "Advanced Scan"),
    ("bbd4f805-3966-d464-b2d1-0079eb89d69708c3a05ec2812bcf", "discovery", "Host Discovery"),
];

impl Nessus {
    /// With another pace, in percent.
    #[must_use]
    pub fn paced(self, pace: i64) -> Self {
        Self { pace, ..self }
    }

    /// An edition of it.
    #[must_use]
    pub fn of(edition: Edition) -> Self {
        Self { edition, ..Self::default() }
    }

    fn id(&mut self) -> i64 {
        self.next_id += 1;
        self.next_id
    }

    fn now(&mut self) -> i64 {
        self.clock += 60;
        self.clock
    }

    fn is_cloud(&self) -> bool {
        self.edition == Edition::Cloud
    }

    fn launches(&self) -> bool {
        matches!(self.edition, Edition::Manager | Edition::Cloud)
    }

    /// Whether whoever asks may.
    fn knows(&self, question: &Question) -> bool {
        let keys = question.header("x-apikeys");
        if !keys.is_empty() {
            let of = |name: &str| {
                keys.split(';').find_map(|part| part.trim().strip_prefix(name)).map(|value| value.trim().to_owned())
            };
            return of("accessKey=").as_ref() == Some(&self.keys.0) && of("secretKey=").as_ref() == Some(&self.keys.1);
        }
        question
            .header("x-cookie")
            .trim()
            .strip_prefix("token=")
            .is_some_and(|token| self.sessions.contains(token.trim_end_matches(';')))
    }

    fn properties(&self) -> Value {
        let (name, kind) = match self.edition {
            Edition::Manager => ("Nessus Manager", "manager"),
            Edition::Professional => ("Nessus Professional", "professional"),
            Edition::Trial => ("Nessus Professional", "eval"),
            Edition::Cloud => ("Nessus Cloud", "vm"),
        };
        let mut licence =
            json!({"type": kind, "expiration_date": 1_893_304_800, "ips": -1, "agents": 0, "scanners": 0});
        if !self.is_cloud() {
            licence["features"] = json!({"api": true, "scan_api": self.launches()});
        }
        json!({
            "nessus_type": name, "server_version": if self.is_cloud() { "6.9.1" } else { "10.8.3" }, "nessus_ui_version": "10.8.3",
            "loaded_plugin_set": "202611250601", "platform": "LINUX", "feed": "ProFeed", "server_uuid": "fake",
            "license": licence, "expiration": 1_893_304_800,
        })
    }

    fn log_in(&mut self, question: &Question) -> Reply {
        let body = question.json();
        let given = |name: &str| body[name].as_str().map_or_else(|| question.get(name).to_owned(), str::to_owned);
        if (given("username"), given("password")) != self.account || self.is_cloud() {
            return error(401, "Invalid Credentials");
        }
        let token = format!("{:032x}", self.id());
        self.sessions.insert(token.clone());
        Reply::json(&json!({"token": token, "md5sum_wizard_templates": "0", "md5sum_tenable_links": "0"}))
    }
}

fn error(status: u16, words: &str) -> Reply {
    Reply::status(status, &json!({"error": words}))
}

fn empty() -> Reply {
    Reply::text(200, "application/json; charset=utf-8", "")
}

impl Api for Nessus {
    fn answer(&mut self, question: &Question) -> Reply {
        let (method, path) = question.route();
        let reply = match (method, path.as_slice()) {
            ("GET", ["nessus6.js"]) => Reply::text(200, "application/javascript", SCRIPT),
            ("GET", ["server", "status"]) if self.loading => {
                Reply::status(503, &json!({"code": 503, "status": "loading", "progress": 40}))
            }
            ("GET", ["server", "status"]) => Reply::json(&json!({"code": 200, "status": "ready"})),
            ("POST", ["session"]) => self.log_in(question),
            // Whoever has an export's token needs no more.
            ("GET", ["tokens", token, what]) => self.by_token(token, what),
            ("GET", ["scans", "exports", token, "download"]) => self.by_token(token, "download"),
            _ if !self.knows(question) => error(401, "Invalid Credentials"),
            ("DELETE", ["session"]) => {
                self.sessions.clear();
                empty()
            }
            ("GET", ["session"]) => {
                Reply::json(&json!({"id": 1, "username": self.account.0, "permissions": 128, "enabled": true}))
            }
            ("GET", ["server", "properties"]) => Reply::json(&self.properties()),
            ("GET", ["editor", "scan" | "policy", "templates"]) => {
                let shown = TEMPLATES.map(|(uuid, name, title)| {
                    json!({"uuid": uuid, "name": name, "title": title, "desc": title, "unsupported": false, "cloud_only": false,
                           "subscription_only": false, "is_agent": null, "manager_only": false})
                });
                Reply::json(&json!({"templates": shown}))
            }
            ("GET", ["policies"]) => Reply::json(&json!({"policies": null})),
            ("GET", ["folders"]) => Reply::json(&json!({"folders": scans::folders()})),
            ("GET", ["scanners"]) => {
                Reply::json(&json!({"scanners": [{"id": 1, "name": "Local Scanner", "status": "on"}]}))
            }
            ("GET", ["scans", "timezones"]) => {
                Reply::json(&json!({"timezones": [{"name": "UTC", "value": "Etc/UTC"}]}))
            }
            ("GET", ["filters", "scans", "reports"]) => Reply::json(&json!({"filters": []})),
            (_, ["vulns", rest @ ..]) if self.is_cloud() => self.vulns(method, rest, question),
            (_, ["scans", rest @ ..]) => self.scans(method, rest, question),
            _ => error(404, "The requested file was not found"),
        };
        if self.is_cloud() { reply.with("x-request-uuid", "0123456789abcdef") } else { reply }
    }
}
