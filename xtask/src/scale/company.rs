//! A company of five thousand hosts and a hundred teams, scanned for two years.
//!
//! Hosts are scanned in twenty groups, one a week in turn, so that each is scanned about five times. From visit to visit of a
//! group a few of a hundred findings go and others come back, as patching and new plugins have it.

use anyhow::Result;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

/// Hosts in all.
pub const HOSTS: u32 = 5_000;
/// Teams, which own the hosts of one domain each.
pub const TEAMS: u32 = 100;
/// Findings that a host may have.
const PER_HOST: u32 = 200;
/// Groups of hosts.
const GROUPS: u32 = 20;
/// Different plugins.
const PLUGINS: u32 = 4_000;
/// A finding is gone on one visit of so many.
const GONE: u32 = 33;
/// The first Monday, 02:00 UTC on 2024-09-30, in Unix seconds.
const FIRST: u64 = 1_727_661_600;
/// Seconds of a week.
pub const WEEK: u64 = 7 * 86_400;

/// The pattern of the hosts that a team owns.
pub fn pattern(team: u32) -> String {
    format!("*.t{team:03}.scale.example")
}

/// Writes the scan of a week. The same week gives the same bytes; `shift` moves it in time and nothing else.
pub fn write_week(path: &Path, week: u32, shift: u64) -> Result<()> {
    let mut out = BufWriter::new(File::create(path)?);
    let (group, visit) = (week % GROUPS, week / GROUPS);
    let set: Vec<String> = (0..PLUGINS).map(|plugin| (50_000 + plugin).to_string()).collect();
    write!(
        out,
        "<?xml version=\"1.0\" ?>\n<NessusClientData_v2>\n<Policy><policyName>Weekly</policyName><Preferences>\
         <ServerPreferences><preference><name>plugin_set</name><value>{}</value></preference>\
         <preference><name>port_range</name><value>1-65535</value></preference></ServerPreferences>\
         </Preferences></Policy>\n<Report name=\"Group {group}\">\n",
        set.join(";")
    )?;
    let hosts = HOSTS / GROUPS;
    for host in group * hosts..(group + 1) * hosts {
        write_host(&mut out, host, visit, FIRST + u64::from(week) * WEEK + shift)?;
    }
    out.write_all(b"</Report>\n</NessusClientData_v2>\n")?;
    Ok(out.flush()?)
}

fn write_host(out: &mut impl Write, host: u32, visit: u32, at: u64) -> Result<()> {
    let (b, c, end) = (host / 250, host % 250 + 1, at + u64::from(host % 250) * 60);
    write!(
        out,
        "<ReportHost name=\"10.20.{b}.{c}\"><HostProperties>\n<tag name=\"HOST_START_TIMESTAMP\">{}</tag>\n<tag \
         name=\"host-ip\">10.20.{b}.{c}</tag>\n<tag name=\"host-fqdn\">h{host}.t{:03}.scale.example</tag>\n<tag \
         name=\"Credentialed_Scan\">true</tag>\n<tag name=\"HOST_END_TIMESTAMP\">{end}</tag>\n</HostProperties>\n",
        end - 50,
        host % TEAMS,
    )?;
    for number in 0..PER_HOST {
        let mixed = mix(host * PER_HOST + number);
        if !(mixed + visit).is_multiple_of(GONE) {
            write_item(out, host, number, mixed)?;
        }
    }
    Ok(out.write_all(b"</ReportHost>\n")?)
}

fn write_item(out: &mut impl Write, host: u32, number: u32, mixed: u32) -> Result<()> {
    // Every twentieth of the plugins, so that a host has each at most once and two hosts have many in common.
    let plugin = 50_000 + (number * 20 + host % 20) % PLUGINS;
    let severity = match mix(plugin) % 100 {
        0..3 => 4,
        3..15 => 3,
        15..50 => 2,
        50..80 => 1,
        _ => 0,
    };
    let family =
        ["Ubuntu Local Security Checks", "Web Servers", "General", "CGI abuses", "Databases"][plugin as usize % 5];
    write!(
        out,
        "<ReportItem port=\"{}\" svc_name=\"svc\" protocol=\"tcp\" severity=\"{severity}\" pluginID=\"{plugin}\" \
         pluginName=\"Weakness number {plugin}\" pluginFamily=\"{family}\">\n<description>The service has weakness {plugin}.\
         </description>\n<solution>Upgrade.</solution>\n<cve>CVE-2024-{plugin}</cve>\n<cwe>{}</cwe>\n<cvss3_base_score>{}.5\
         </cvss3_base_score>\n<plugin_output>Installed version : 1.{}.{number}</plugin_output>\n</ReportItem>\n",
        20 + number,
        [79, 89, 22, 200, 295, 327, 352, 434, 502, 611, 798, 918][plugin as usize % 12],
        severity * 2 + 1,
        mixed % 40,
    )?;
    Ok(())
}

/// A number that looks like another, the same each time.
fn mix(number: u32) -> u32 {
    let mut mixed = number.wrapping_add(0x9e37_79b9);
    mixed = (mixed ^ (mixed >> 16)).wrapping_mul(0x85eb_ca6b);
    mixed = (mixed ^ (mixed >> 13)).wrapping_mul(0xc2b2_ae35);
    (mixed ^ (mixed >> 16)) % 1_000_003
}
