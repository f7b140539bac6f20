//! What a tester exports from Burp Suite every few weeks: a selection of issues, which proves nothing absent.

use super::company::APPS;
use super::issues::ISSUES;
use super::story::{Fate, dice};
use super::zap::pace_of;
use super::{DemoFile, at, xml};
use chrono::{DateTime, Utc};
use model::Micros;
use std::fmt::Write;

/// Burp 2025 declares the elements of its export, and nothing else, in the document itself.
const DOCTYPE: &str = "<!DOCTYPE issues [\n<!ELEMENT issues (issue*)>\n<!ATTLIST issues burpVersion CDATA \"\">\n<!ATTLIST \
    issues exportTime CDATA \"\">\n<!ELEMENT issue ANY>\n]>\n";

/// The export of one application in one week.
pub(super) fn export(app: usize, week: i64, monday: DateTime<Utc>) -> DemoFile {
    let when = at(monday, 60 + app as i64);
    let origin = APPS[app].origin;
    let name = origin.split("://").nth(1).unwrap_or(origin);
    let mut out = format!(
        "<?xml version=\"1.0\"?>\n{DOCTYPE}<issues burpVersion=\"2025.10.4\" exportTime=\"{}\">\n",
        when.format("%a %b %d %H:%M:%S UTC %Y")
    );
    for (index, path) in APPS[app].paths.iter().enumerate() {
        for issue in ISSUES {
            let thing = (app as u64) * 1000 + index as u64;
            let rule = u64::from(issue.kind);
            let born = i64::try_from(dice(&[rule, thing, 5]) % 58).unwrap_or(0) - 12;
            let there = dice(&[rule, thing, 4]).is_multiple_of(3)
                && Fate::cast(rule, thing, pace_of(app), born, 2).present(week);
            if !there {
                continue;
            }
            let path = path.replace("{id}", "42");
            let location = match issue.parameter {
                "" => path.clone(),
                parameter => format!("{path} [{parameter} parameter]"),
            };
            // Writing to a String cannot fail.
            let _ = writeln!(
                out,
                "<issue><serialNumber>{}</serialNumber><type>{}</type><name><![CDATA[{}]]></name><host ip=\"10.20.9.{}\">{origin}\
                 </host><path><![CDATA[{path}]]></path><location><![CDATA[{location}]]></location><severity>{}</severity>\
                 <confidence>{}</confidence><issueBackground><![CDATA[<p>{} was found by an active check.</p>]]>\
                 </issueBackground><remediationBackground><![CDATA[<p>Treat the input as untrusted and encode it for its \
                 context.</p>]]></remediationBackground><vulnerabilityClassifications><![CDATA[<ul><li><a \
                 href=\"https://cwe.mitre.org/data/definitions/{}.html\">CWE-{}: {}</a></li></ul>]]>\
                 </vulnerabilityClassifications><issueDetail><![CDATA[The value of the request was copied into the response.]]>\
                 </issueDetail><requestresponse><request method=\"GET\" base64=\"false\"><![CDATA[GET {path} HTTP/1.1\nHost: \
                 {name}\nCookie: session=0f9c2ab1\n\n]]></request><response base64=\"false\"><![CDATA[HTTP/1.1 200 \
                 OK\nContent-Type: text/html\n\n<html>…</html>]]></response></requestresponse></issue>",
                dice(&[rule, thing, week.unsigned_abs()]),
                issue.kind,
                issue.name,
                10 + app,
                issue.severity,
                issue.confidence,
                xml(issue.name),
                issue.cwe,
                issue.cwe,
                issue.cwe_name,
            );
        }
    }
    out.push_str("</issues>\n");
    DemoFile {
        name: format!("burp-{name}-{}.xml", when.format("%Y-%m-%d")),
        arrives: Micros::from(at(monday, 66 + app as i64)),
        bytes: out.into_bytes(),
    }
}
