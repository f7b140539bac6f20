//! The daemon of ZAP 2.17: as recorded.

mod alerts;
mod plan;
mod report;
mod scans;
mod session;

use crate::{Api, Question, Reply};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

pub use alerts::ALERTS;
pub use plan::Plan;
pub use scans::Scan;
pub use session::{Setting, User};

/// A ZAP.
#[derive(Debug)]
pub struct Zap {
    /// The key that it wants.
    pub key: String,
    /// The add-ons that are installed, by the names of their components.
    pub parts: BTreeSet<&'static str>,
    /// How far a scan comes from one look to the next, in percent.
    pub pace: u32,
    /// The contexts of the session.
    pub contexts: Vec<Setting>,
    /// The users of the session.
    pub users: Vec<User>,
    /// True if everything is asked as the first user.
    pub forced: bool,
    /// The name and password that the target takes, and the text that its pages show to who is logged in.
    pub account: (String, String, String),
    /// The addresses that were visited.
    pub visited: BTreeSet<String>,
    /// The scans of the spider.
    pub spider: Vec<Scan>,
    /// The scans of the active scanner.
    pub active: Vec<Scan>,
    /// How many looks at its status the crawl in the browser still takes.
    pub browser: u32,
    /// How many records wait for their analysis.
    pub records: u32,
    /// The active rules of each policy.
    pub policies: BTreeMap<String, BTreeSet<&'static str>>,
    /// The numbers of the rules whose finding was mended on the target.
    pub mended: BTreeSet<&'static str>,
    /// The hosts that do not answer, as ZAP sees it.
    pub unreachable: BTreeSet<String>,
    /// The folder that reports are written to, if they can be.
    pub reports: Option<PathBuf>,
    /// True if no report can be made.
    pub report_fails: bool,
    /// When reports say that they were made.
    pub created: String,
    /// The plans that were begun.
    pub plans: Vec<Plan>,
    /// How many contexts were made, the default one included.
    pub contexts_made: u32,
}

impl Default for Zap {
    fn default() -> Self {
        Self {
            key: "zap-key".to_owned(),
            parts: ["spider", "ascan", "pscan", "ajaxSpider", "reports", "automation"].into(),
            pace: 50,
            contexts: Vec::new(),
            users: Vec::new(),
            forced: false,
            account: ("alice".to_owned(), "alice1".to_owned(), "Signed in as".to_owned()),
            visited: BTreeSet::new(),
            spider: Vec::new(),
            active: Vec::new(),
            browser: 0,
            records: 0,
            policies: [(scans::DEFAULT_POLICY.to_owned(), alerts::active_rules())].into(),
            mended: BTreeSet::new(),
            unreachable: BTreeSet::new(),
            reports: None,
            report_fails: false,
            created: "2026-11-23T16:08:36.015567736Z".to_owned(),
            plans: Vec::new(),
            contexts_made: 1,
        }
    }
}

/// What a call comes to: an answer, or an error's code.
type Called = Result<Value, &'static str>;

impl Zap {
    /// Forgets everything but its settings: the daemon was restarted.
    pub fn restart(&mut self) {
        self.plans.clear();
        self.new_session();
    }

    fn new_session(&mut self) {
        self.contexts.clear();
        self.users.clear();
        self.visited.clear();
        self.spider.clear();
        self.active.clear();
        (self.forced, self.browser, self.records, self.contexts_made) = (false, 0, 0, 1);
    }

    fn call(&mut self, component: &str, kind: &str, name: &str, question: &Question) -> Called {
        let optional = ["spider", "ascan", "pscan", "ajaxSpider", "reports", "automation"];
        let base = ["core", "context", "authentication", "sessionManagement", "users", "forcedUser", "alert"];
        if !self.parts.contains(component) && (optional.contains(&component) || !base.contains(&component)) {
            return Err("no_implementor");
        }
        let called = match component {
            "core" | "alert" => self.core(kind, name, question),
            "spider" => self.spider(kind, name, question),
            "ascan" => self.active(kind, name, question),
            "ajaxSpider" => self.browser(kind, name, question),
            "pscan" => self.passive(kind, name),
            "reports" => self.reports(kind, name, question),
            "automation" => self.plan(kind, name, question),
            _ => self.setting(component, kind, name, question),
        };
        called.unwrap_or(Err(if kind == "view" { "bad_view" } else { "bad_action" }))
    }

    fn core(&mut self, kind: &str, name: &str, question: &Question) -> Option<Called> {
        Some(match (kind, name) {
            ("view", "version") => Ok(json!({"version": "2.17.0"})),
            ("view", "mode") => Ok(json!({"mode": "standard"})),
            ("view", "sites") => Ok(json!({"sites": self.sites()})),
            ("view", "hosts") => Ok(json!({"hosts": self.hosts()})),
            ("view", "urls") => Ok(json!({"urls": self.visited_below(question.get("baseurl"))})),
            ("view", "numberOfMessages") => Ok(json!({"numberOfMessages": self.visited.len().to_string()})),
            ("view", "alerts") => Ok(json!({"alerts": self.page_of_alerts(question)})),
            ("view", "numberOfAlerts") => {
                Ok(json!({"numberOfAlerts": self.alerts_below(question.get("baseurl")).len().to_string()}))
            }
            ("view", "alertsSummary") => Ok(json!({"alertsSummary": self.summary(question.get("baseurl"))})),
            ("action", "newSession") => {
                self.new_session();
                Ok(json!({"Result": "OK"}))
            }
            ("action", "setMode" | "shutdown") => Ok(json!({"Result": "OK"})),
            ("action", "accessUrl") => self.access(question.get("url")),
            _ => return None,
        })
    }

    fn visited_below(&self, base: &str) -> Vec<&String> {
        self.visited.iter().filter(|url| url.starts_with(base)).collect()
    }
}

impl Api for Zap {
    fn answer(&mut self, question: &Question) -> Reply {
        let given = question.has("apikey").unwrap_or_else(|| question.header("x-zap-api-key"));
        // It says nothing at all to who has the wrong key.
        if given != self.key && question.segments.first().is_some_and(|first| first != "UI") {
            return Reply::Close;
        }
        let segments: Vec<&str> = question.segments.iter().map(String::as_str).collect();
        let called = match segments.as_slice() {
            ["OTHER", "core", "other", name] => return self.other(name),
            ["JSON" | "XML", component, kind @ ("view" | "action"), name] => self.call(component, kind, name, question),
            ["JSON" | "XML", ..] => Err("bad_format"),
            _ => return Reply::text(400, "text/plain; charset=UTF-8", "Bad Format"),
        };
        match called {
            Ok(answer) if segments.first() == Some(&"XML") => xml(&answer),
            Ok(answer) => Reply::json(&answer),
            Err(code) => {
                let status = if code == "internal_error" { 500 } else { 400 };
                Reply::status(status, &json!({"code": code, "message": message(code)}))
            }
        }
    }
}

/// The words of an error's code.
fn message(code: &str) -> &'static str {
    match code {
        "no_implementor" => "No Implementor",
        "bad_view" => "Bad View",
        "bad_action" => "Bad Action",
        "does_not_exist" => "Does Not Exist",
        "already_exists" => "Already Exists",
        "url_not_found" => "URL Not Found in the Scan Tree",
        "illegal_parameter" => "Provided parameter has illegal or unrecognized value",
        "missing_parameter" => "Missing Parameter",
        "scan_in_progress" => "Scan In Progress",
        "context_not_found" => "No Context Found That Matches Parameter",
        "user_not_found" => "User Not Found",
        "internal_error" => "Internal Error",
        _ => "Bad Format",
    }
}

/// A scalar as XML, which is all that anybody asks for in it.
fn xml(answer: &Value) -> Reply {
    let member = answer.as_object().and_then(|object| object.iter().next());
    let (name, value) = member.map_or(("Result", ""), |(name, value)| (name.as_str(), value.as_str().unwrap_or("")));
    let text = format!("<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"no\"?><{name}>{value}</{name}>");
    Reply::text(200, "application/xml; charset=UTF-8", text)
}
