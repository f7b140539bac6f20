//! What this Nessus finds, as it writes it.

use super::{Run, Scan};
use std::collections::BTreeSet;
use std::fmt::Write;

/// Plugin, name, family, port, service, severity from 0 to 4.
pub const FINDINGS: [(u32, &str, &str, u16, &str, u8); 4] = [
    (19_506, "Nessus Scan Information", "Settings", 0, "general", 0),
    (11_219, "Nessus SYN scanner", "Port scanners", 443, "www", 0),
    (51_192, "SSL Certificate Cannot Be Trusted", "General", 443, "www", 2),
    (104_743, "TLS Version 1.0 Protocol Detection", "Service detection", 443, "www", 2),
];

const RISKS: [&str; 5] = ["None", "Low", "Medium", "High", "Critical"];

pub(super) fn nessus(scan: &Scan, run: &Run, mended: &BTreeSet<u32>) -> String {
    let mut text = String::from(
        "<?xml version=\"1.0\" ?>\n<NessusClientData_v2>\n<Policy><policyName>Basic Network Scan</policyName>",
    );
    let set: Vec<String> = FINDINGS.iter().map(|finding| finding.0.to_string()).collect();
    let _ = writeln!(
        text,
        "<Preferences><ServerPreferences><preference><name>port_range</name><value>default</value></preference><preference><name>plugin_set</name><value>{}</value></preference><preference>\
         <name>TARGET</name><value>{}</value></preference></ServerPreferences></Preferences></Policy>\n<Report name=\"{}\">",
        set.join(";"),
        run.targets,
        scan.name.replace('&', "&amp;").replace('"', "&quot;"),
    );
    for host in run.targets.split(',').map(str::trim).filter(|host| !host.is_empty()) {
        let _ = writeln!(
            text,
            "<ReportHost name=\"{host}\"><HostProperties><tag name=\"HOST_START\">Mon Nov 23 02:00:00 2026</tag><tag name=\"HOST_END\">Mon Nov 23 02:10:00 2026</tag>\
             <tag name=\"HOST_START_TIMESTAMP\">{}</tag><tag name=\"HOST_END_TIMESTAMP\">{}</tag><tag name=\"host-ip\">{host}</tag>\
             </HostProperties>",
            run.times.0, run.times.1,
        );
        for (plugin, name, family, port, service, severity) in
            FINDINGS.iter().filter(|finding| !mended.contains(&finding.0))
        {
            let _ = writeln!(
                text,
                "<ReportItem port=\"{port}\" svc_name=\"{service}\" protocol=\"tcp\" severity=\"{severity}\" pluginID=\"{plugin}\" \
                 pluginName=\"{name}\" pluginFamily=\"{family}\"><description>{name}.</description><risk_factor>{}</risk_factor>\
                 <solution>Mend it.</solution><synopsis>{name}.</synopsis><plugin_output>Seen on {host}.</plugin_output></ReportItem>",
                RISKS[usize::from(*severity)],
            );
        }
        text.push_str("</ReportHost>\n");
    }
    text.push_str("</Report>\n</NessusClientData_v2>\n");
    text
}
