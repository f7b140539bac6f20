//! The spider, the browser, the passive and the active scanner.

use super::alerts::{active_rules, passive_rules};
use super::{ALERTS, Called, Zap};
use crate::Question;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use url::Url;

/// The policy that is always there.
pub(super) const DEFAULT_POLICY: &str = "Default Policy";

/// A scan of the spider or of the active scanner.
#[derive(Clone, Debug)]
pub struct Scan {
    /// Where it began.
    pub target: String,
    /// How far it is, in percent.
    pub progress: u32,
    /// `RUNNING`, `PAUSED` or `FINISHED`.
    pub state: &'static str,
    /// True if it stays where it is.
    pub stuck: bool,
    /// True once it was removed.
    pub removed: bool,
    /// The active rules that it runs.
    pub rules: BTreeSet<&'static str>,
}

impl Scan {
    fn go_on(&mut self, pace: u32) {
        if self.state == "RUNNING" && !self.stuck {
            self.progress = (self.progress + pace).min(100);
            if self.progress == 100 {
                self.state = "FINISHED";
            }
        }
    }

    /// What the status says: a scan that was stopped says that it is through.
    fn status(&self) -> String {
        if self.state == "FINISHED" { 100 } else { self.progress }.to_string()
    }
}

fn done() -> Called {
    Ok(json!({"Result": "OK"}))
}

/// What every scan can be told.
fn tell(scans: &mut [Scan], name: &str, question: &Question) -> Option<Called> {
    let each = |scan: &mut Scan| match name {
        "pause" | "pauseAllScans" if scan.state == "RUNNING" => scan.state = "PAUSED",
        "resume" | "resumeAllScans" if scan.state == "PAUSED" => scan.state = "RUNNING",
        "stop" | "stopAllScans" => scan.state = "FINISHED",
        "removeScan" => scan.removed = true,
        _ => {}
    };
    match name {
        "pauseAllScans" | "resumeAllScans" | "stopAllScans" => {
            scans.iter_mut().for_each(each);
            Some(done())
        }
        "pause" | "resume" | "stop" | "removeScan" => Some(match numbered(scans, question) {
            Ok(scan) => {
                each(scan);
                done()
            }
            Err(code) => Err(code),
        }),
        _ => None,
    }
}

fn numbered<'a>(scans: &'a mut [Scan], question: &Question) -> Result<&'a mut Scan, &'static str> {
    let index: usize = question.get("scanId").parse().map_err(|_| "does_not_exist")?;
    scans.get_mut(index).filter(|scan| !scan.removed).ok_or("does_not_exist")
}

fn url_of(question: &Question) -> Result<Url, &'static str> {
    let text = question.has("url").filter(|text| !text.is_empty()).ok_or("missing_parameter")?;
    Url::parse(text).ok().filter(Url::has_host).ok_or("illegal_parameter")
}

impl Zap {
    fn start(&self, question: &Question) -> Result<Scan, &'static str> {
        let target = url_of(question)?.to_string();
        Ok(Scan { target, progress: 0, state: "RUNNING", stuck: false, removed: false, rules: BTreeSet::new() })
    }

    pub(super) fn spider(&mut self, kind: &str, name: &str, question: &Question) -> Option<Called> {
        let pace = self.pace;
        Some(match (kind, name) {
            ("view", "status") => numbered(&mut self.spider, question).map(|scan| {
                let shown = json!({"status": scan.status()});
                scan.go_on(pace);
                shown
            }),
            ("view", "scans") => {
                let shown = self.spider.iter().enumerate().filter(|(_, scan)| !scan.removed);
                let shown = shown.map(|(id, scan)| json!({"id": id.to_string(), "progress": scan.progress.to_string(), "state": scan.state}));
                let shown = Ok(json!({"scans": shown.collect::<Vec<_>>()}));
                self.spider.iter_mut().for_each(|scan| scan.go_on(pace));
                shown
            }
            ("view", "results") => numbered(&mut self.spider, question)
                .map(|scan| scan.target.clone())
                .map(|target| json!({"results": self.visited_below(&target)})),
            ("action", "scan" | "scanAsUser") => match self.start(question) {
                Err(code) => Err(code),
                Ok(scan) => {
                    self.visit(&scan.target.clone());
                    self.spider.push(scan);
                    Ok(json!({name: (self.spider.len() - 1).to_string()}))
                }
            },
            ("action", _) => return tell(&mut self.spider, name, question),
            _ => return None,
        })
    }

    /// What a crawl finds: the pages on which there is something to find.
    pub(super) fn visit(&mut self, target: &str) {
        let Ok(base) = Url::parse(target) else { return };
        let pages = ALERTS.iter().filter_map(|alert| base.join(alert.path).ok()).map(|url| url.to_string());
        self.visited.extend(pages.chain([target.to_owned()]));
        self.records += 2;
    }

    pub(super) fn active(&mut self, kind: &str, name: &str, question: &Question) -> Option<Called> {
        let pace = self.pace;
        let policy = question.has("scanPolicyName").filter(|name| !name.is_empty()).unwrap_or(DEFAULT_POLICY);
        Some(match (kind, name) {
            ("view", "status") => numbered(&mut self.active, question).map(|scan| {
                let shown = json!({"status": scan.status()});
                scan.go_on(pace);
                shown
            }),
            ("view", "scans") => {
                let shown = Ok(json!({"scans": self.listed()}));
                self.active.iter_mut().for_each(|scan| scan.go_on(pace));
                shown
            }
            ("view", "scanProgress") => numbered(&mut self.active, question).map(|scan| scan_progress(scan)),
            ("view", "scanPolicyNames") => Ok(json!({"scanPolicyNames": self.policies.keys().collect::<Vec<_>>()})),
            ("view", "scanners") => Ok(json!({"scanners": rules_shown(&active_rules())})),
            ("action", "scan" | "scanAsUser") => {
                let begun = self.start(question).and_then(|mut scan| {
                    if !self.visited.iter().any(|url| url.starts_with(&scan.target)) {
                        return Err("url_not_found");
                    }
                    scan.rules = self.policies.get(policy).ok_or("does_not_exist")?.clone();
                    Ok(scan)
                });
                begun.map(|scan| {
                    self.active.push(scan);
                    self.records += 1;
                    json!({name: (self.active.len() - 1).to_string()})
                })
            }
            ("action", "addScanPolicy") if self.policies.contains_key(policy) => Err("already_exists"),
            ("action", "addScanPolicy") => {
                self.policies.insert(policy.to_owned(), active_rules());
                done()
            }
            ("action", "removeScanPolicy") => self.policies.remove(policy).ok_or("does_not_exist").and_then(|_| done()),
            ("action", "disableAllScanners") => self.policy(policy).and_then(|rules| {
                rules.clear();
                done()
            }),
            ("action", "enableScanners") => {
                let wanted: Vec<&str> = question.get("ids").split(',').collect();
                self.policy(policy).and_then(|rules| {
                    rules.extend(active_rules().into_iter().filter(|rule| wanted.contains(rule)));
                    done()
                })
            }
            ("action", option) if option.starts_with("setOption") => match question.get("Integer").parse::<i32>() {
                Ok(_) => done(),
                Err(_) => Err("illegal_parameter"),
            },
            ("action", _) => return tell(&mut self.active, name, question),
            _ => return None,
        })
    }

    fn policy(&mut self, name: &str) -> Result<&mut BTreeSet<&'static str>, &'static str> {
        self.policies.get_mut(name).ok_or("does_not_exist")
    }

    fn listed(&self) -> Vec<Value> {
        let listed = self.active.iter().enumerate().filter(|(_, scan)| !scan.removed);
        listed
            .map(|(id, scan)| {
                let (requests, alerts) = ((scan.progress * 15).to_string(), (scan.progress / 10).to_string());
                json!({
                    "id": id.to_string(), "state": scan.state, "progress": scan.progress.to_string(),
                    "reqCount": requests, "alertCount": alerts.clone(), "newAlertCount": alerts,
                })
            })
            .collect()
    }

    pub(super) fn browser(&mut self, kind: &str, name: &str, question: &Question) -> Option<Called> {
        Some(match (kind, name) {
            ("view", "status") => {
                let status = if self.browser > 0 { "running" } else { "stopped" };
                self.browser = self.browser.saturating_sub(1);
                Ok(json!({"status": status}))
            }
            ("view", "numberOfResults") => Ok(json!({"numberOfResults": self.visited.len().to_string()})),
            ("action", "scan" | "scanAsUser") if self.browser > 0 => Err("scan_in_progress"),
            ("action", "scan" | "scanAsUser") => url_of(question).and_then(|_| {
                self.browser = 2;
                done()
            }),
            ("action", "stop") => {
                self.browser = 0;
                done()
            }
            _ => return None,
        })
    }

    pub(super) fn passive(&mut self, kind: &str, name: &str) -> Option<Called> {
        Some(match (kind, name) {
            ("view", "recordsToScan") => {
                let shown = json!({"recordsToScan": self.records.to_string()});
                self.records = self.records.saturating_sub(2);
                Ok(shown)
            }
            ("view", "scanners") => Ok(json!({"scanners": rules_shown(&passive_rules())})),
            ("action", "enableAllScanners") => done(),
            _ => return None,
        })
    }
}

fn scan_progress(scan: &Scan) -> Value {
    let host = Url::parse(&scan.target).map(|url| url.origin().ascii_serialization()).unwrap_or_default();
    let state = if scan.progress >= 100 { "Complete" } else { "Skipped, scan stopped" };
    let plugins =
        scan.rules.iter().map(|rule| json!({"Plugin": [name_of(rule), rule, "release", state, "120", "15", "1"]}));
    json!({"scanProgress": [host, {"HostProcess": plugins.collect::<Vec<_>>()}]})
}

fn rules_shown(rules: &BTreeSet<&'static str>) -> Vec<Value> {
    let shown = |rule: &&'static str| {
        json!({
            "id": rule, "name": name_of(rule), "enabled": "true", "quality": "release", "status": "release",
            "alertThreshold": "DEFAULT",
        })
    };
    rules.iter().map(shown).collect()
}

fn name_of(rule: &str) -> &'static str {
    ALERTS.iter().find(|alert| alert.rule == rule).map_or("", |alert| alert.name)
}
