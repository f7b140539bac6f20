//! A .nessus file of a size: rows over hosts and plugins, each with prose, references and an output of its own.

use std::fs::File;
use std::io::{BufWriter, Result, Write};
use std::path::Path;

/// What a file holds.
pub struct Sample {
    /// Its name.
    pub name: &'static str,
    /// Rows in all.
    pub rows: u32,
    /// Different plugins among them.
    pub plugins: u32,
}

/// Rows a host.
const PER_HOST: u32 = 100;

impl Sample {
    /// Writes the file. The same sample gives the same bytes.
    pub fn write(&self, path: &Path) -> Result<()> {
        let mut out = BufWriter::new(File::create(path)?);
        let set: Vec<String> = (0..self.plugins).map(|plugin| (10_000 + plugin).to_string()).collect();
        write!(
            out,
            "<?xml version=\"1.0\" ?>\n<NessusClientData_v2>\n<Policy><policyName>Bench</policyName><Preferences>\
             <ServerPreferences><preference><name>plugin_set</name><value>{}</value></preference></ServerPreferences>\
             </Preferences></Policy>\n<Report name=\"Bench\">\n",
            set.join(";")
        )?;
        for host in 0..self.rows.div_ceil(PER_HOST) {
            self.host(&mut out, host)?;
        }
        out.write_all(b"</Report>\n</NessusClientData_v2>\n")?;
        out.flush()?;
        Ok(())
    }

    fn host(&self, out: &mut impl Write, host: u32) -> Result<()> {
        let (b, c) = (host / 250, host % 250 + 1);
        let start = 1_790_000_000 + host * 60;
        write!(
            out,
            "<ReportHost name=\"10.9.{b}.{c}\"><HostProperties>\n<tag name=\"HOST_START_TIMESTAMP\">{start}</tag>\n<tag \
             name=\"host-ip\">10.9.{b}.{c}</tag>\n<tag name=\"host-fqdn\">h{host}.bench.example</tag>\n<tag \
             name=\"Credentialed_Scan\">true</tag>\n<tag name=\"HOST_END_TIMESTAMP\">{}</tag>\n</HostProperties>\n",
            start + 50
        )?;
        let first = host * PER_HOST;
        for row in first..(first + PER_HOST).min(self.rows) {
            self.item(out, row)?;
        }
        out.write_all(b"</ReportHost>\n")?;
        Ok(())
    }

    fn item(&self, out: &mut impl Write, row: u32) -> Result<()> {
        let plugin = 10_000 + row % self.plugins;
        let (severity, port) = (row % 5, 20 + row % PER_HOST);
        let sentence = "The remote service is affected by a weakness that an attacker who can reach it may use to read, \
                        change or delay what it serves. ";
        let output = format!(
            "  Path              : /opt/app/{row}\n  Installed version : 1.{}.{row}\n  Fixed version     : 2.0\n",
            row % 7
        );
        write!(
            out,
            "<ReportItem port=\"{port}\" svc_name=\"svc\" protocol=\"tcp\" severity=\"{severity}\" pluginID=\"{plugin}\" \
             pluginName=\"Check number {plugin}\" pluginFamily=\"General\">\n<description>{}</description>\n<synopsis>A \
             service has weakness {plugin}.</synopsis>\n<solution>Upgrade to a version without weakness {plugin}.\
             </solution>\n<cve>CVE-2024-{plugin}</cve>\n<cwe>{}</cwe>\n<cvss3_base_score>7.5</cvss3_base_score>\n\
             <cvss3_vector>CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N</cvss3_vector>\n<plugin_type>remote</plugin_type>\n\
             <see_also>https://vendor.example/{plugin}</see_also>\n<risk_factor>High</risk_factor>\n<plugin_output>{}\
             </plugin_output>\n</ReportItem>\n",
            sentence.repeat(12),
            79 + plugin % 20,
            output.repeat(8),
        )?;
        Ok(())
    }
}
