//! Exports as scanners write them, made of what a test wants to say.

use serde_json::{Value, json};
use std::fmt::Write;

/// A host of a Nessus scan.
#[derive(Clone, Debug)]
pub struct Host {
    pub ip: &'static str,
    pub signed_in: bool,
    pub rows: Vec<Row>,
}

/// A row of a Nessus scan.
#[derive(Clone, Debug)]
pub struct Row {
    pub plugin: u32,
    pub port: u16,
    pub severity: u8,
    pub output: String,
}

/// A Nessus export.
#[derive(Clone, Debug)]
pub struct Nessus {
    /// When each host ended, in seconds.
    pub ended: i64,
    pub plugins: Vec<u32>,
    pub hosts: Vec<Host>,
}

/// Rows of plugins on ports, all of one severity.
pub fn rows(of: &[(u32, u16)]) -> Vec<Row> {
    of.iter()
        .map(|(plugin, port)| Row { plugin: *plugin, port: *port, severity: 3, output: "Seen.".to_owned() })
        .collect()
}

/// A host to which the scanner signed in.
pub fn host(ip: &'static str, of: &[(u32, u16)]) -> Host {
    Host { ip, signed_in: true, rows: rows(of) }
}

/// A scan whose policy holds the plugins 100 to 109 and lists the ports up to 1024.
pub fn nessus(ended: i64, hosts: Vec<Host>) -> Nessus {
    Nessus { ended, plugins: (100..110).collect(), hosts }
}

impl Nessus {
    /// The file.
    pub fn text(&self) -> String {
        let set: String = self.plugins.iter().map(|plugin| format!("{plugin};")).collect();
        let hosts: String = self.hosts.iter().map(|host| self.host(host)).collect();
        format!(
            "<?xml version=\"1.0\" ?>\n<NessusClientData_v2><Policy><policyName>Weekly</policyName><Preferences>\
             <ServerPreferences><preference><name>plugin_set</name><value>19506;{set}</value></preference><preference>\
             <name>port_range</name><value>1-1024</value></preference></ServerPreferences></Preferences></Policy>\n\
             <Report name=\"Weekly\" xmlns:cm=\"http://www.nessus.org/cm\">\n{hosts}</Report></NessusClientData_v2>\n"
        )
    }

    fn host(&self, host: &Host) -> String {
        let mut out = format!(
            "<ReportHost name=\"{ip}\"><HostProperties><tag name=\"host-ip\">{ip}</tag><tag name=\"Credentialed_Scan\">\
             {}</tag><tag name=\"HOST_END_TIMESTAMP\">{}</tag></HostProperties>\n<ReportItem port=\"0\" \
             svc_name=\"general\" protocol=\"tcp\" severity=\"0\" pluginID=\"19506\" pluginName=\"Nessus Scan \
             Information\" pluginFamily=\"Settings\"><plugin_output>Information about this scan</plugin_output>\
             </ReportItem>\n",
            host.signed_in,
            self.ended,
            ip = host.ip
        );
        for Row { plugin, port, severity, output } in &host.rows {
            // Writing to a String cannot fail.
            let _ = writeln!(
                out,
                "<ReportItem port=\"{port}\" svc_name=\"www\" protocol=\"tcp\" severity=\"{severity}\" \
                 pluginID=\"{plugin}\" pluginName=\"SQL injection {plugin}\" pluginFamily=\"CGI abuses\"><cwe>89</cwe>\
                 <plugin_output>{output}</plugin_output></ReportItem>"
            );
        }
        out + "</ReportHost>\n"
    }
}

/// A host's compliance checks that failed, as Nessus writes them.
pub fn compliance(ended: i64, hosts: usize, checks: usize) -> String {
    let check = |check: usize| {
        format!(
            "<ReportItem port=\"0\" svc_name=\"general\" protocol=\"tcp\" severity=\"3\" pluginID=\"21157\" \
             pluginName=\"Unix Compliance Checks\" pluginFamily=\"Policy Compliance\"><compliance>true</compliance>\
             <description>\"{check} Setting\" : [FAILED]</description><cm:compliance-check-name>{check} Setting\
             </cm:compliance-check-name><cm:compliance-result>FAILED</cm:compliance-result>\
             <cm:compliance-check-id>c{check:04}</cm:compliance-check-id></ReportItem>\n"
        )
    };
    let checks: String = (0..checks).map(check).collect();
    let host = |host: usize| {
        format!(
            "<ReportHost name=\"10.9.0.{host}\"><HostProperties><tag name=\"HOST_END_TIMESTAMP\">{ended}</tag>\
             </HostProperties>\n{checks}</ReportHost>\n"
        )
    };
    let hosts: String = (1..=hosts).map(host).collect();
    format!(
        "<?xml version=\"1.0\" ?>\n<NessusClientData_v2><Report name=\"Audit\" \
         xmlns:cm=\"http://www.nessus.org/cm\">\n{hosts}</Report></NessusClientData_v2>\n"
    )
}

/// A ZAP report on one site: rules with the places at which each alerted.
pub fn zap(created: i64, site: &str, alerts: &[(&str, &[&str])]) -> String {
    let created = chrono::DateTime::from_timestamp(created, 0).unwrap().to_rfc3339();
    let alert = |(rule, paths): &(&str, &[&str])| {
        let instance = |path: &&str| json!({ "uri": format!("{site}{path}"), "method": "GET", "param": "q" });
        json!({
            "pluginid": rule.split('-').next(), "alertRef": rule, "alert": format!("Alert {rule}"),
            "name": format!("Alert {rule}"), "riskcode": "2", "confidence": "2", "cweid": "79",
            "instances": paths.iter().map(instance).collect::<Vec<Value>>(),
        })
    };
    let alerts: Vec<Value> = alerts.iter().map(alert).collect();
    json!({
        "@programName": "ZAP", "@version": "2.17.0", "created": created,
        "site": [{ "@name": site, "alerts": alerts }],
    })
    .to_string()
}

/// An issue of a Burp export.
#[derive(Clone, Debug)]
pub struct Issue {
    pub serial: u32,
    pub kind: u32,
    pub name: &'static str,
    pub parameter: &'static str,
}

/// A Burp export of one host.
pub fn burp(exported: i64, issues: &[Issue]) -> String {
    let exported = chrono::DateTime::from_timestamp(exported, 0).unwrap().format("%a %b %d %H:%M:%S UTC %Y");
    let issue = |issue: &Issue| {
        let Issue { serial, kind, name, parameter } = issue;
        format!(
            "<issue><serialNumber>{serial}</serialNumber><type>{kind}</type><name><![CDATA[{name}]]></name>\
             <host ip=\"192.0.2.10\">https://shop.example.com</host><path><![CDATA[/search]]></path>\
             <location><![CDATA[/search [{parameter} parameter]]]></location><severity>High</severity>\
             <confidence>Certain</confidence></issue>\n"
        )
    };
    let issues: String = issues.iter().map(issue).collect();
    format!("<?xml version=\"1.0\"?>\n<issues burpVersion=\"2026.1.2\" exportTime=\"{exported}\">\n{issues}</issues>\n")
}
