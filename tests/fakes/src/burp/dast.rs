//! Burp Suite DAST: operations that have a name, as far as a client of scans needs them.

use super::issues;
use crate::{Api, Question, Reply};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::fmt::Write;

/// A Burp Suite DAST.
#[derive(Debug)]
pub struct BurpDast {
    /// The key, which stands in the header alone.
    pub key: String,
    /// True for a server that knows `site_id` and not `site_ids`.
    pub old: bool,
    /// Its sites.
    pub sites: Vec<Site>,
    /// Its schedule items.
    pub items: Vec<Item>,
    /// Its scans: the id of one is its place, from 1 on.
    pub scans: Vec<DastScan>,
    /// How far a scan comes from one look to the next, in percent.
    pub pace: u64,
    /// How many looks it takes until a schedule item has its scan.
    pub delay: u32,
    /// True if no report can be made.
    pub report_fails: bool,
    /// The types of the issues that were mended on the sites.
    pub mended: BTreeSet<u32>,
    /// When reports say that they were made.
    pub exported: String,
    /// The number of the last thing that was made.
    pub next_id: u32,
}

/// A site.
#[derive(Clone, Debug)]
pub struct Site {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its addresses.
    pub urls: Vec<String>,
}

/// A schedule item.
#[derive(Clone, Debug)]
pub struct Item {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: Value,
    /// Its site.
    pub site: String,
    waits: u32,
}

/// A scan.
#[derive(Clone, Debug)]
pub struct DastScan {
    /// Its site.
    pub site: String,
    /// Its schedule item.
    pub item: String,
    /// Its status.
    pub status: &'static str,
    /// How far it is, in percent.
    pub progress: u64,
}

impl Default for BurpDast {
    fn default() -> Self {
        Self {
            key: "dast-key".to_owned(),
            old: false,
            sites: Vec::new(),
            items: Vec::new(),
            scans: Vec::new(),
            pace: 50,
            delay: 1,
            report_fails: false,
            mended: BTreeSet::new(),
            exported: "Mon Nov 23 16:08:36 UTC 2026".to_owned(),
            next_id: 10,
        }
    }
}

/// An error as GraphQL tells it: with a status that says that all is well.
fn error(words: &str) -> Value {
    json!({"errors": [{"message": words}], "data": null})
}

fn data(value: Value) -> Value {
    json!({"data": value})
}

impl BurpDast {
    fn id(&mut self) -> String {
        self.next_id += 1;
        self.next_id.to_string()
    }

    /// A site.
    pub fn site(&mut self, name: &str, url: &str) -> String {
        let id = self.id();
        self.sites.push(Site { id: id.clone(), name: name.to_owned(), urls: vec![url.to_owned()] });
        id
    }

    fn operation(&mut self, query: &str, variables: &Value) -> Value {
        let input = &variables["input"];
        let field = query.split_once('{').map(|(_, rest)| rest.trim_start()).unwrap_or("");
        let field: String = field.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
        match field.as_str() {
            "scan_configurations" => data(
                json!({"scan_configurations": [{"id": "87410000-0000-4000-8000-000000000001", "name": "Crawl and Audit - Balanced"}]}),
            ),
            "site_tree" => {
                let sites: Vec<Value> = self
                    .sites
                    .iter()
                    .map(|site| json!({"id": site.id, "name": site.name, "parent_id": "0", "scope_v2": {"start_urls": site.urls}}))
                    .collect();
                data(json!({"site_tree": {"folders": [], "sites": sites}}))
            }
            "create_site" if input["confirm_permission_to_scan"] != true => {
                error("Permission to scan must be confirmed")
            }
            "create_site" => {
                let url = input["scope_v2"]["start_urls"][0].as_str().unwrap_or("").to_owned();
                let id = self.site(input["name"].as_str().unwrap_or(""), &url);
                data(json!({"create_site": {"site": {"id": id}}}))
            }
            "create_schedule_item" => self.create_item(input),
            "schedule_items" => {
                let items: Vec<Value> =
                    self.items.iter().map(|item| json!({"id": item.id, "schedule": {"name": item.name}})).collect();
                data(json!({"schedule_items": items}))
            }
            "delete_schedule_item" => {
                let id = input["id"].as_str().unwrap_or("").to_owned();
                self.items.retain(|item| item.id != id);
                data(json!({"delete_schedule_item": {"id": id}}))
            }
            "scans" => self.list(query, variables),
            "scan" => {
                let shown = self.scan_of(variables).map(|(id, scan)| shown(id, scan));
                self.go_on();
                data(json!({"scan": shown}))
            }
            "cancel_scan" => {
                let id = input["id"].as_str().unwrap_or("").to_owned();
                match self.scan_of(&json!({"id": id})).map(|(id, _)| id) {
                    Some(number) => {
                        self.scans[number - 1].status = "cancelled";
                        data(json!({"cancel_scan": {"id": id}}))
                    }
                    None => error("Scan not found"),
                }
            }
            "burp_xml_report" if self.report_fails => error("The report could not be generated"),
            "burp_xml_report" => match self.scan_of(variables).map(|(_, scan)| self.report(scan)) {
                Some(xml) => data(json!({"burp_xml_report": {"report_xml": xml}})),
                None => error("Scan not found"),
            },
            other => error(&format!(
                "Validation error (FieldUndefined@[{other}]) : Field '{other}' in type 'Query' is undefined"
            )),
        }
    }

    fn create_item(&mut self, input: &Value) -> Value {
        let (known, unknown) = if self.old { ("site_id", "site_ids") } else { ("site_ids", "site_id") };
        if !input[unknown].is_null() {
            return error(&format!(
                "Variable 'input' has an invalid value: {unknown} is not a field of CreateScheduleItemInput"
            ));
        }
        let site = input[known].as_str().or_else(|| input[known][0].as_str()).unwrap_or("").to_owned();
        if !self.sites.iter().any(|one| one.id == site) {
            return error("Site not found");
        }
        let (id, waits) = (self.id(), self.delay);
        self.items.push(Item { id: id.clone(), name: input["schedule"]["name"].clone(), site, waits });
        data(json!({"create_schedule_item": {"schedule_item": {"id": id}}}))
    }

    fn list(&mut self, query: &str, variables: &Value) -> Value {
        let wanted = variables["id"].as_str().unwrap_or("").to_owned();
        let by_item = query.contains("schedule_item_id:");
        for item in self.items.iter_mut().filter(|item| by_item && item.id == wanted) {
            if item.waits == 0 && !self.scans.iter().any(|scan| scan.item == item.id) {
                self.scans.push(DastScan {
                    site: item.site.clone(),
                    item: item.id.clone(),
                    status: "queued",
                    progress: 0,
                });
            }
            item.waits = item.waits.saturating_sub(1);
        }
        let of = |scan: &&DastScan| if by_item { scan.item == wanted } else { scan.site == wanted };
        let all = self.scans.iter().enumerate().rev().filter(|(_, scan)| of(scan));
        data(json!({"scans": all.map(|(index, scan)| shown(index + 1, scan)).collect::<Vec<_>>()}))
    }

    fn scan_of(&self, variables: &Value) -> Option<(usize, &DastScan)> {
        let id: usize = variables["id"].as_str()?.parse().ok()?;
        self.scans.get(id.checked_sub(1)?).map(|scan| (id, scan))
    }

    fn go_on(&mut self) {
        for scan in &mut self.scans {
            scan.status = match scan.status {
                "queued" => "running",
                "running" => {
                    scan.progress = (scan.progress + self.pace).min(100);
                    if scan.progress == 100 { "succeeded" } else { "running" }
                }
                other => other,
            };
        }
    }

    fn report(&self, scan: &DastScan) -> String {
        let mut text =
            format!("<?xml version=\"1.0\"?>\n<issues burpVersion=\"2026.10\" exportTime=\"{}\">\n", self.exported);
        let urls = self.sites.iter().filter(|site| site.id == scan.site).flat_map(|site| &site.urls);
        for (serial, url) in urls.enumerate() {
            let host = url.trim_end_matches('/');
            for (number, name, path, severity) in issues(&self.mended) {
                let severity = if *severity == "high" { "High" } else { "Low" };
                let _ = writeln!(
                    text,
                    "<issue><serialNumber>{serial}{number}</serialNumber><type>{number}</type><name><![CDATA[{name}]]></name>\
                     <host ip=\"203.0.113.5\">{host}</host><path><![CDATA[{path}]]></path><location><![CDATA[{path}]]></location>\
                     <severity>{severity}</severity><confidence>Firm</confidence><issueBackground><![CDATA[About it.]]></issueBackground>\
                     </issue>",
                );
            }
        }
        text.push_str("</issues>\n");
        text
    }
}

fn shown(id: usize, scan: &DastScan) -> Value {
    let over = !matches!(scan.status, "queued" | "running" | "paused");
    json!({
        "id": id.to_string(), "status": scan.status, "start_time": "2026-11-23T15:08:36.000Z",
        "end_time": over.then_some("2026-11-23T16:08:36.000Z"), "duration_in_seconds": 3600, "scan_failure_message": null,
        "scan_metrics": {
            "crawl_request_count": 34, "unique_location_count": 12, "audit_request_count": scan.progress * 10,
            "crawl_and_audit_progress_percentage": scan.progress,
        },
    })
}

impl Api for BurpDast {
    fn answer(&mut self, question: &Question) -> Reply {
        let (method, path) = question.route();
        if (method, path.as_slice()) != ("POST", &["graphql", "v1"]) {
            return Reply::text(404, "text/plain", "Not found");
        }
        if question.header("authorization") != self.key {
            return Reply::json(&error("Unauthorized"));
        }
        let body = question.json();
        let (query, name) = (body["query"].as_str().unwrap_or(""), body["operationName"].as_str().unwrap_or(""));
        if name.is_empty() || query.split([' ', '(']).nth(1) != Some(name) {
            return Reply::json(&error("Operations must be named"));
        }
        let date = "Mon, 23 Nov 2026 15:08:36 GMT";
        Reply::json(&self.operation(query, &body["variables"])).with("date", date)
    }
}
