//! Reports: written on its own disk, or sent.

use super::{Called, Zap};
use crate::{Question, Reply};
use serde_json::{Value, json};
use url::Url;

const TEMPLATES: [&str; 4] = ["traditional-json", "traditional-json-plus", "traditional-xml", "traditional-html"];

impl Zap {
    pub(super) fn reports(&mut self, kind: &str, name: &str, question: &Question) -> Option<Called> {
        Some(match (kind, name) {
            ("view", "templates") => Ok(json!({"templates": TEMPLATES})),
            ("action", "generate") => self.generate(question),
            _ => return None,
        })
    }

    fn generate(&self, question: &Question) -> Called {
        let template = question.get("template");
        if self.report_fails {
            return Err("internal_error");
        }
        if !TEMPLATES.contains(&template) {
            return Err("does_not_exist");
        }
        // Its report folder has a name inside of it that is not the one outside.
        let Some(folder) = self.reports.as_ref().filter(|_| question.get("reportDir") == "/zap/reports") else {
            return Err("illegal_parameter");
        };
        let file = question.get("reportFileName");
        let report = self.json_report(template == "traditional-json-plus").to_string();
        std::fs::write(folder.join(file), report).map_err(|_| "internal_error")?;
        Ok(json!({"generate": format!("/zap/reports/{file}")}))
    }

    pub(super) fn other(&self, name: &str) -> Reply {
        match name {
            _ if self.report_fails => Reply::text(500, "text/plain", ""),
            "jsonreport" => Reply::text(200, "application/json; charset=UTF-8", self.json_report(false).to_string()),
            "xmlreport" => Reply::text(200, "text/xml; charset=UTF-8", self.xml_report()),
            "htmlreport" => Reply::text(200, "text/html; charset=UTF-8", "<!DOCTYPE html><html></html>"),
            _ => Reply::status(400, &json!({"code": "bad_other", "message": "Bad Other"})),
        }
    }

    fn json_report(&self, whole: bool) -> Value {
        let sites = self.sites().into_iter().map(|site| {
            let url = Url::parse(&site).expect("a site");
            let alerts = self.found().into_iter().filter(|(_, url)| url.starts_with(&site));
            let alerts: Vec<Value> = alerts.map(|(alert, url)| alert.reported(&url, whole)).collect();
            json!({
                "@name": site, "@host": url.host_str(), "@port": url.port_or_known_default().unwrap_or(0).to_string(),
                "@ssl": (url.scheme() == "https").to_string(), "alerts": alerts,
            })
        });
        json!({
            "@programName": "ZAP", "@version": "2.17.0", "@generated": "Mon, 23 Nov 2026 16:08:36",
            "created": self.created, "insights": [], "site": sites.collect::<Vec<_>>(),
        })
    }

    fn xml_report(&self) -> String {
        let items = |site: &str| -> String {
            let found = self.found().into_iter().filter(|(_, url)| url.starts_with(site));
            found
                .map(|(alert, url)| {
                    format!(
                        "<alertitem><pluginid>{}</pluginid><alertRef>{}</alertRef><alert>{name}</alert><name>{name}</name>\
                         <riskcode>{}</riskcode><confidence>{}</confidence><desc></desc><instances><instance><uri>{}</uri>\
                         <method>GET</method><param>{}</param></instance></instances><count>1</count><cweid>{}</cweid></alertitem>",
                        alert.rule, alert.kind, alert.risk, alert.confidence, url.replace('&', "&amp;"), alert.parameter, alert.cwe,
                        name = alert.name,
                    )
                })
                .collect()
        };
        let site = |site: String| {
            let url = Url::parse(&site).expect("a site");
            let (host, port) = (url.host_str().unwrap_or(""), url.port_or_known_default().unwrap_or(0));
            let ssl = url.scheme() == "https";
            format!(
                "<site name=\"{site}\" host=\"{host}\" port=\"{port}\" ssl=\"{ssl}\"><alerts>{}</alerts></site>",
                items(&site)
            )
        };
        let sites: String = self.sites().into_iter().map(site).collect();
        format!(
            "<?xml version=\"1.0\"?><OWASPZAPReport programName=\"ZAP\" version=\"2.17.0\" \
             created=\"2026-11-23T16:08:35.343034755Z\">{sites}</OWASPZAPReport>"
        )
    }
}
