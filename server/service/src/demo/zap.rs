//! A scan of one application every other week, as ZAP 2.16 would report it: JSON for half of them, XML for the rest.

use super::alerts::{ALERTS, Alert};
use super::company::{APPS, TEAMS};
use super::story::{Fate, dice};
use super::{DemoFile, at, xml};
use chrono::{DateTime, SecondsFormat, Utc};
use model::Micros;
use serde_json::json;
use std::fmt::Write;

/// The report of one application in one week.
pub(super) fn scan(app: usize, week: i64, monday: DateTime<Utc>) -> DemoFile {
    let when = at(monday, 30 + app as i64);
    let host = host(app);
    let found: Vec<(&Alert, Vec<&'static str>)> =
        ALERTS.iter().map(|alert| (alert, places(app, week, alert))).filter(|(_, places)| !places.is_empty()).collect();
    let (ending, text) =
        if app.is_multiple_of(2) { ("json", as_json(app, when, &found)) } else { ("xml", as_xml(app, when, &found)) };
    DemoFile {
        name: format!("zap-{host}-{}.{ending}", when.format("%Y-%m-%d")),
        arrives: Micros::from(at(monday, 34 + app as i64)),
        bytes: text.into_bytes(),
    }
}

fn host(app: usize) -> &'static str {
    let origin = APPS[app].origin;
    origin.split("://").nth(1).and_then(|rest| rest.split(':').next()).unwrap_or(origin)
}

/// Which team's pace decides; applications without an owner are slow.
pub(super) fn pace_of(app: usize) -> usize {
    let origin = APPS[app].origin;
    TEAMS
        .iter()
        .position(|team| team.patterns.iter().any(|pattern| origin.contains(pattern.trim_matches(['*', ':', '/']))))
        .unwrap_or(2)
}

/// The pages on which an alert is raised in that week. Systemic ones are sampled on the first page.
fn places(app: usize, week: i64, alert: &Alert) -> Vec<&'static str> {
    let paths = APPS[app].paths;
    paths
        .iter()
        .take(if alert.systemic { 1 } else { paths.len() })
        .enumerate()
        .filter(|(index, _)| {
            let thing = (app as u64) * 100 + *index as u64;
            let rule = u64::from(alert.plugin);
            // The worse it is, the rarer it is.
            let rare = [3, 2, 3, 6].get(usize::from(alert.risk)).copied().unwrap_or(4);
            let born = i64::try_from(dice(&[rule, thing, 3]) % 60).unwrap_or(0) - 12;
            dice(&[rule, thing, 2]).is_multiple_of(rare)
                && Fate::cast(rule, thing, pace_of(app), born, i64::from(alert.risk) + 1).present(week)
        })
        .map(|(_, path)| *path)
        .collect()
}

/// A page's address in that week: the numbers in it change from run to run, the place does not.
fn uri(app: usize, path: &str, alert: &Alert, when: DateTime<Utc>) -> String {
    let id = dice(&[app as u64, when.timestamp().unsigned_abs()]) % 9000 + 1000;
    let path = path.replace("{id}", &id.to_string());
    let query =
        if alert.parameter.is_empty() || alert.systemic { String::new() } else { format!("?{}={id}", alert.parameter) };
    format!("{}{path}{query}", APPS[app].origin)
}

fn description(alert: &Alert) -> String {
    format!(
        "<p>{}: the response shows that the control is missing or can be got around (CWE-{}).</p>",
        alert.name, alert.cwe
    )
}

fn as_json(app: usize, when: DateTime<Utc>, found: &[(&Alert, Vec<&'static str>)]) -> String {
    let alerts: Vec<serde_json::Value> = found
        .iter()
        .map(|(alert, places)| {
            let instances: Vec<serde_json::Value> = places
                .iter()
                .map(|path| {
                    json!({
                        "uri": uri(app, path, alert, when), "method": "GET", "param": alert.parameter, "attack": "",
                        "evidence": alert.evidence, "otherinfo": ""
                    })
                })
                .collect();
            json!({
                "pluginid": alert.plugin.to_string(), "alertRef": alert.reference, "alert": alert.name, "name": alert.name,
                "riskcode": alert.risk.to_string(), "confidence": "2",
                "riskdesc": format!("{} (Medium)", risk(alert.risk)), "desc": description(alert),
                "instances": instances, "count": places.len().to_string(),
                "solution": "<p>Change the application or its server so that the control is in place.</p>",
                "otherinfo": "", "reference": "<p>https://owasp.org/Top10/</p>", "cweid": alert.cwe.to_string(),
                "wascid": alert.wasc.to_string(), "sourceid": "1",
                "tags": alert.tags.iter().map(|tag| json!({ "tag": tag, "link": "https://owasp.org/Top10/" })).collect::<Vec<_>>()
            })
        })
        .collect();
    let (scheme, rest) = APPS[app].origin.split_once("://").unwrap_or(("https", ""));
    let port = rest.split(':').nth(1).unwrap_or(if scheme == "https" { "443" } else { "80" });
    json!({
        "@programName": "ZAP", "@version": "2.16.1", "@generated": when.format("%a, %-d %b %Y %H:%M:%S").to_string(),
        "created": when.to_rfc3339_opts(SecondsFormat::Nanos, true),
        "site": [{
            "@name": APPS[app].origin, "@host": host(app), "@port": port,
            "@ssl": (scheme == "https").to_string(), "alerts": alerts
        }]
    })
    .to_string()
}

fn as_xml(app: usize, when: DateTime<Utc>, found: &[(&Alert, Vec<&'static str>)]) -> String {
    let (scheme, rest) = APPS[app].origin.split_once("://").unwrap_or(("https", ""));
    let port = rest.split(':').nth(1).unwrap_or(if scheme == "https" { "443" } else { "80" });
    let mut out = format!(
        "<?xml version=\"1.0\"?>\n<OWASPZAPReport programName=\"ZAP\" version=\"2.16.1\" generated=\"{}\" \
         created=\"{}\">\n<site name=\"{}\" host=\"{}\" port=\"{port}\" ssl=\"{}\"><alerts>\n",
        when.format("%a, %-d %b %Y %H:%M:%S"),
        when.to_rfc3339_opts(SecondsFormat::Nanos, true),
        APPS[app].origin,
        host(app),
        scheme == "https"
    );
    for (alert, places) in found {
        // Writing to a String cannot fail.
        let _ = writeln!(
            out,
            "<alertitem><pluginid>{}</pluginid><alertRef>{}</alertRef><alert>{name}</alert><name>{name}</name><riskcode>{}\
             </riskcode><confidence>2</confidence><riskdesc>{} (Medium)</riskdesc><confidencedesc>Medium</confidencedesc>\
             <desc>{}</desc><instances>",
            alert.plugin,
            alert.reference,
            alert.risk,
            risk(alert.risk),
            xml(&description(alert)),
            name = xml(alert.name),
        );
        for path in places {
            let _ = writeln!(
                out,
                "<instance><uri>{}</uri><method>GET</method><param>{}</param><attack></attack><evidence>{}</evidence>\
                 <otherinfo></otherinfo></instance>",
                xml(&uri(app, path, alert, when)),
                alert.parameter,
                xml(alert.evidence)
            );
        }
        let tags: String = alert
            .tags
            .iter()
            .map(|tag| format!("<tag><tag>{tag}</tag><link>https://owasp.org/Top10/</link></tag>"))
            .collect();
        let _ = writeln!(
            out,
            "</instances><count>{}</count><solution>{}</solution><otherinfo></otherinfo><reference></reference><cweid>{}\
             </cweid><wascid>{}</wascid><sourceid>1</sourceid><tags>{tags}</tags></alertitem>",
            places.len(),
            xml("<p>Change the application or its server so that the control is in place.</p>"),
            alert.cwe,
            alert.wasc,
        );
    }
    out.push_str("</alerts></site>\n</OWASPZAPReport>\n");
    out
}

fn risk(code: u8) -> &'static str {
    ["Informational", "Low", "Medium", "High"].get(usize::from(code)).copied().unwrap_or("Informational")
}
