//! The weekly scan of all hosts, as Nessus 10 would export it.

use super::company::{Host, Kind, hosts};
use super::plugins::{EXPLOITED, PLUGINS, Plugin};
use super::story::{self, Fate, dice};
use super::{DemoFile, at, xml};
use chrono::{DateTime, TimeDelta, Utc};
use model::Micros;
use std::fmt::Write;

/// The export of one week.
pub(super) fn weekly(week: i64, monday: DateTime<Utc>) -> DemoFile {
    let start = at(monday, 2);
    let mut out = String::with_capacity(400_000);
    // Writing to a String cannot fail.
    let _ = write!(out, "{}", head());
    let mut clock = start;
    for host in hosts().iter().filter(|host| reached(host, week)) {
        clock += TimeDelta::seconds(100);
        report(&mut out, host, week, clock);
    }
    out.push_str("</Report>\n</NessusClientData_v2>\n");
    let late = if week == story::LATE { 21 * 24 } else { 0 };
    DemoFile {
        name: format!("almadia-hosts-{}.nessus", start.format("%Y-%m-%d")),
        arrives: Micros::from(at(monday, 6 + late)),
        bytes: out.into_bytes(),
    }
}

/// Whether the scanner reached a host in that week.
fn reached(host: &Host, week: i64) -> bool {
    week >= host.since && !(week == story::OUTAGE && host.name.starts_with("srv-"))
}

fn head() -> String {
    let mut plugins: Vec<u32> = PLUGINS.iter().map(|plugin| plugin.id).collect();
    plugins.sort_unstable();
    let set: Vec<String> = plugins.iter().map(u32::to_string).collect();
    format!(
        "<?xml version=\"1.0\" ?>\n<NessusClientData_v2>\n<Policy><policyName>Advanced Scan</policyName>\n<Preferences>\
         <ServerPreferences>\n<preference><name>plugin_set</name><value>{};</value></preference>\n<preference><name>\
         port_range</name><value>default</value></preference>\n</ServerPreferences></Preferences></Policy>\n<Report \
         name=\"Almadia hosts\" xmlns:cm=\"http://www.nessus.org/cm\">\n",
        set.join(";")
    )
}

fn report(out: &mut String, host: &Host, week: i64, start: DateTime<Utc>) {
    let end = start + TimeDelta::seconds(90);
    let signed_in = host.kind != Kind::Appliance && !(host.team == 1 && story::NO_CREDENTIALS.contains(&week));
    let os = match host.kind {
        Kind::Windows => "Microsoft Windows Server 2022 Standard",
        Kind::Appliance => "Embedded device",
        Kind::Web | Kind::Database => "Linux Kernel 5.15 on Ubuntu 22.04",
    };
    let _ = writeln!(
        out,
        "<ReportHost name=\"{name}\"><HostProperties>\n<tag name=\"HOST_START_TIMESTAMP\">{}</tag>\n<tag \
         name=\"HOST_START\">{}</tag>\n<tag name=\"host-ip\">{}</tag>\n<tag name=\"host-fqdn\">{name}</tag>\n<tag \
         name=\"operating-system\">{os}</tag>\n<tag name=\"Credentialed_Scan\">{signed_in}</tag>\n<tag \
         name=\"HOST_END_TIMESTAMP\">{}</tag>\n<tag name=\"HOST_END\">{}</tag>\n</HostProperties>",
        start.timestamp(),
        start.format("%a %b %e %H:%M:%S %Y"),
        host.ip,
        end.timestamp(),
        end.format("%a %b %e %H:%M:%S %Y"),
        name = host.name,
    );
    for plugin in PLUGINS.iter().filter(|plugin| present(plugin, host, week, signed_in)) {
        item(out, plugin, host, signed_in, start);
    }
    out.push_str("</ReportHost>\n");
}

/// Whether a plugin reports on a host in that week.
fn present(plugin: &Plugin, host: &Host, week: i64, signed_in: bool) -> bool {
    if !plugin.on.is_empty() && !plugin.on.contains(&host.kind) || plugin.local && !signed_in {
        return false;
    }
    if plugin.id == 19_506 {
        return true;
    }
    // The exploited flaw is everywhere at once; of the rest about half have it.
    let roll = dice(&[u64::from(plugin.id), host.number, 1]);
    if plugin.id != EXPLOITED && !roll.is_multiple_of(2) && plugin.severity > 0 {
        return false;
    }
    let born = match (plugin.from, plugin.severity) {
        (0, 0) => -6,
        // What every release of the scanner has checked turns up as hosts are built and changed, all year long.
        (0, _) => i64::try_from(dice(&[u64::from(plugin.id), host.number, 6]) % 58).unwrap_or(0) - 10,
        (from, _) => from,
    };
    let from = born.max(host.since - 6);
    Fate::cast(u64::from(plugin.id), host.number, host.team, from, i64::from(plugin.severity)).present(week)
}

fn item(out: &mut String, plugin: &Plugin, host: &Host, signed_in: bool, start: DateTime<Utc>) {
    let kind = if plugin.local { "local" } else { "remote" };
    let protocol = if plugin.port == 161 { "udp" } else { "tcp" };
    let name = xml(plugin.name);
    let _ = writeln!(
        out,
        "<ReportItem port=\"{}\" svc_name=\"{}\" protocol=\"{protocol}\" severity=\"{}\" pluginID=\"{}\" \
         pluginName=\"{name}\" pluginFamily=\"{}\">\n<plugin_name>{name}</plugin_name>\n<plugin_type>{kind}</plugin_type>",
        plugin.port,
        plugin.service,
        plugin.severity,
        plugin.id,
        xml(plugin.family)
    );
    let risk =
        ["None", "Low", "Medium", "High", "Critical"].get(usize::from(plugin.severity)).copied().unwrap_or("None");
    let _ = writeln!(
        out,
        "<risk_factor>{risk}</risk_factor>\n<synopsis>{}</synopsis>\n<description>{}</description>\n<solution>{}</solution>",
        xml(&synopsis(plugin)),
        xml(&description(plugin)),
        xml(&solution(plugin))
    );
    for cve in plugin.cve {
        let _ = writeln!(out, "<cve>{cve}</cve>");
    }
    for cwe in plugin.cwe {
        let _ = writeln!(out, "<cwe>{cwe}</cwe>");
    }
    if !plugin.vector.is_empty() {
        let _ = writeln!(
            out,
            "<cvss3_base_score>{}</cvss3_base_score>\n<cvss3_vector>CVSS:3.1/{}</cvss3_vector>",
            plugin.score, plugin.vector
        );
    }
    let _ =
        writeln!(out, "<plugin_output>{}</plugin_output>\n</ReportItem>", xml(&output(plugin, host, signed_in, start)));
}

fn synopsis(plugin: &Plugin) -> String {
    match (plugin.severity, plugin.local) {
        (0, _) => format!("A fact about the host: {}.", plugin.name),
        (_, true) => "A security update is missing on the host.".to_owned(),
        (_, false) => "A service on the host has a known weakness.".to_owned(),
    }
}

fn description(plugin: &Plugin) -> String {
    if plugin.severity == 0 {
        return format!("{} was gathered while the host was scanned.", plugin.name);
    }
    let flaws = if plugin.cve.is_empty() { String::new() } else { format!(" Known flaws: {}.", plugin.cve.join(", ")) };
    format!(
        "The check \"{}\" applies to this host.{flaws} An attacker who can reach it may make use of it.",
        plugin.name
    )
}

fn solution(plugin: &Plugin) -> String {
    match (plugin.severity, plugin.cve.is_empty()) {
        (0, _) => "n/a".to_owned(),
        (_, false) => "Install the vendor's update and restart the service.".to_owned(),
        (_, true) => "Change the service's configuration so that the check no longer applies.".to_owned(),
    }
}

fn output(plugin: &Plugin, host: &Host, signed_in: bool, start: DateTime<Utc>) -> String {
    if plugin.id == 19_506 {
        return format!(
            "Information about this scan :\n\nNessus version : 10.8.3\nPlugin feed version : {}\nScanner edition used : \
             Nessus\nScan name : Almadia hosts\nScan policy used : Advanced Scan\nScanner IP : 10.20.0.2\nPort range : \
             default\nCredentialed checks : {}\nScan Start Date : {}\nScan duration : 90 sec\n",
            start.format("%Y%m%d0200"),
            if signed_in { "yes" } else { "no" },
            start.format("%Y/%-m/%-d %H:%M UTC")
        );
    }
    format!("\n  Host    : {}\n  Service : {}\n  Found   : {}\n", host.ip, plugin.service, plugin.name)
}
