//! Files of a size, and what is wanted of their reading.

use std::fs::File;
use std::io::{BufWriter, Result, Write};
use std::path::Path;

// The same file that whole imports are measured with.
#[path = "../../../../xtask/src/bench/sample.rs"]
mod sample;

use sample::Sample;

/// The most memory that reading may take, whatever the size, in MB.
pub const PEAK: f64 = 64.0;

/// A file, and how fast it has to be read.
pub struct Goal {
    /// The file's name.
    pub name: &'static str,
    /// Writes it.
    pub make: fn(&Path) -> Result<()>,
    /// MB a second.
    pub rate: f64,
    /// Per cent of a bare pass's rate.
    pub share: f64,
}

impl Goal {
    /// The goal for people.
    pub fn words(&self) -> String {
        let mut words = format!("at most {PEAK} MB");
        if self.rate > 0.0 {
            words.push_str(&format!(", at least {} MB/s", self.rate));
        }
        if self.share > 0.0 {
            words.push_str(&format!(", at least {} % of a bare pass", self.share));
        }
        words
    }
}

/// 146 MB, and three times that: the memory is the same.
const ROWS: Sample = Sample { name: "50000-rows.nessus", rows: 50_000, plugins: 400 };
const MORE_ROWS: Sample = Sample { name: "150000-rows.nessus", rows: 150_000, plugins: 400 };
/// Every row a plugin of its own: what is held is what the plugins say.
const PLUGINS: Sample = Sample { name: "10000-plugins.nessus", rows: 10_000, plugins: 10_000 };

/// All of them. For JSON no rate is set: the figures are there to be compared with those of another day.
pub const GOALS: [Goal; 7] = [
    Goal { name: ROWS.name, make: |path| ROWS.write(path), rate: 0.0, share: 40.0 },
    Goal { name: MORE_ROWS.name, make: |path| MORE_ROWS.write(path), rate: 0.0, share: 40.0 },
    Goal { name: PLUGINS.name, make: |path| PLUGINS.write(path), rate: 0.0, share: 0.0 },
    Goal { name: "burp-4-kb-bodies.xml", make: burp, rate: 100.0, share: 0.0 },
    Goal { name: "zap-plus.xml", make: zap_xml, rate: 0.0, share: 40.0 },
    Goal { name: "zap-plus.json", make: zap_json, rate: 0.0, share: 0.0 },
    Goal { name: "zap-api.json", make: zap_api, rate: 0.0, share: 0.0 },
];

/// What an application answers, 4 KB of it.
fn body(row: u32) -> String {
    let line = format!("<tr class=\"item\"><td>{row}</td><td>A thing that is sold &amp; sent.</td></tr>\n");
    line.repeat(4096 / line.len())
}

fn burp(path: &Path) -> Result<()> {
    let mut out = BufWriter::new(File::create(path)?);
    writeln!(
        out,
        "<?xml version=\"1.0\"?>\n<issues burpVersion=\"2026.1\" exportTime=\"Mon Mar 02 10:00:00 CET 2026\">"
    )?;
    for row in 0..12_000 {
        let request = base64(format!("GET /item/{row} HTTP/1.1\r\nHost: shop.example.com\r\n\r\n").as_bytes());
        let response = base64(format!("HTTP/1.1 200 OK\r\n\r\n{}", body(row)).as_bytes());
        writeln!(
            out,
            "<issue><serialNumber>{row}</serialNumber><type>{}</type><name><![CDATA[Kind {}]]></name><host ip=\"192.0.2.10\">\
             https://shop.example.com</host><path><![CDATA[/item/{row}]]></path><location><![CDATA[/item/{row} [q parameter]]]>\
             </location><severity>Medium</severity><confidence>Firm</confidence><issueBackground><![CDATA[<p>Why.</p>]]>\
             </issueBackground><issueDetail><![CDATA[<p>The value <b>{row}</b> is returned.</p>]]></issueDetail>\
             <requestresponse><request method=\"GET\" base64=\"true\"><![CDATA[{request}]]></request><response base64=\"true\">\
             <![CDATA[{response}]]></response></requestresponse></issue>",
            2_097_920 + row % 40,
            row % 40,
        )?;
    }
    out.write_all(b"</issues>\n")?;
    out.flush()
}

/// The usual alphabet, with padding.
fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for three in bytes.chunks(3) {
        let bits = three.iter().fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte)) << (8 * (3 - three.len()));
        for at in 0..4 {
            let value = bits >> (18 - 6 * at) & 63;
            out.push(if at > three.len() { '=' } else { char::from(ALPHABET[value as usize]) });
        }
    }
    out
}

/// Alerts, and instances of each.
const ALERTS: u32 = 50;
const INSTANCES: u32 = 200;

fn zap_xml(path: &Path) -> Result<()> {
    let mut out = BufWriter::new(File::create(path)?);
    writeln!(
        out,
        "<?xml version=\"1.0\"?>\n<OWASPZAPReport version=\"2.16.0\" generated=\"Mon, 2 Mar 2026 10:00:00\">\n<site \
         name=\"https://shop.example.com\" host=\"shop.example.com\" port=\"443\" ssl=\"true\"><alerts>"
    )?;
    for alert in 0..ALERTS {
        writeln!(
            out,
            "<alertitem><pluginid>{0}</pluginid><alertRef>{0}</alertRef><alert>Kind {alert}</alert><name>Kind {alert}</name>\
             <riskcode>2</riskcode><confidence>2</confidence><riskdesc>Medium (Medium)</riskdesc><desc>&lt;p&gt;Why.&lt;/p&gt;\
             </desc><instances>",
            10_000 + alert
        )?;
        for row in 0..INSTANCES {
            let body = body(row).replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
            writeln!(
                out,
                "<instance><uri>https://shop.example.com/item/{row}</uri><method>GET</method><param>q</param><attack></attack>\
                 <evidence>{row}</evidence><otherinfo></otherinfo><requestheader>GET /item/{row} HTTP/1.1</requestheader>\
                 <requestbody></requestbody><responseheader>HTTP/1.1 200 OK</responseheader><responsebody>{body}</responsebody>\
                 </instance>"
            )?;
        }
        out.write_all(b"</instances><count>200</count><solution>Do.</solution><cweid>79</cweid></alertitem>\n")?;
    }
    out.write_all(b"</alerts></site></OWASPZAPReport>\n")?;
    out.flush()
}

fn zap_json(path: &Path) -> Result<()> {
    let mut out = BufWriter::new(File::create(path)?);
    writeln!(
        out,
        "{{\"@version\": \"2.16.0\", \"@generated\": \"Mon, 2 Mar 2026 10:00:00\", \"site\": [{{\"@name\": \
         \"https://shop.example.com\", \"@host\": \"shop.example.com\", \"@port\": \"443\", \"@ssl\": \"true\", \"alerts\": ["
    )?;
    for alert in 0..ALERTS {
        let comma = if alert > 0 { "," } else { "" };
        writeln!(
            out,
            "{comma}{{\"pluginid\": \"{0}\", \"alertRef\": \"{0}\", \"alert\": \"Kind {alert}\", \"name\": \"Kind {alert}\", \
             \"riskcode\": \"2\", \"confidence\": \"2\", \"riskdesc\": \"Medium (Medium)\", \"desc\": \"<p>Why.</p>\", \
             \"instances\": [",
            10_000 + alert
        )?;
        for row in 0..INSTANCES {
            let comma = if row > 0 { "," } else { "" };
            let body = serde_json::to_string(&body(row))?;
            writeln!(
                out,
                "{comma}{{\"uri\": \"https://shop.example.com/item/{row}\", \"method\": \"GET\", \"param\": \"q\", \"attack\": \
                 \"\", \"evidence\": \"{row}\", \"otherinfo\": \"\", \"request-header\": \"GET /item/{row} HTTP/1.1\\r\\n\", \
                 \"request-body\": \"\", \"response-header\": \"HTTP/1.1 200 OK\\r\\n\", \"response-body\": {body}}}"
            )?;
        }
        out.write_all(b"], \"count\": \"200\", \"solution\": \"<p>Do.</p>\", \"cweid\": \"79\"}\n")?;
    }
    out.write_all(b"]}]}\n")?;
    out.flush()
}

fn zap_api(path: &Path) -> Result<()> {
    let mut out = BufWriter::new(File::create(path)?);
    out.write_all(b"{\"alerts\": [\n")?;
    for row in 0..60_000_u32 {
        let comma = if row > 0 { "," } else { "" };
        writeln!(
            out,
            "{comma}{{\"sourceid\": \"3\", \"other\": \"\", \"method\": \"GET\", \"evidence\": \"{row}\", \"pluginId\": \"{0}\", \
             \"cweid\": \"79\", \"confidence\": \"Medium\", \"wascid\": \"8\", \"description\": \"{1}\", \"messageId\": \"{row}\", \
             \"inputVector\": \"\", \"url\": \"https://shop.example.com/item/{row}\", \"tags\": {{\"OWASP_2021_A03\": \
             \"https://owasp.example/a03\"}}, \"reference\": \"https://owasp.example\", \"solution\": \"{1}\", \"alert\": \"Kind\", \
             \"param\": \"q\", \"attack\": \"\", \"name\": \"Kind\", \"risk\": \"Medium\", \"id\": \"{row}\", \"alertRef\": \
             \"{0}\"}}",
            10_000 + row % 50,
            "A sentence about what is wrong.\\n".repeat(20),
        )?;
    }
    out.write_all(b"]}\n")?;
    out.flush()
}
