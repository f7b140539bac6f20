//! Small files that would cost much: work that grows with the square of the input, and texts that are copied to every row.
//!
//! Where nothing but time is at stake, the test is that it ends: what is linear takes a second, what is not would take hours.

use crate::support::{File, read_bytes};
use ingest::{Limits, Options, QuarantineReason, Refusal, RefusalCode};

fn read(document: &str) -> Result<File, Refusal> {
    read_bytes(document.as_bytes(), &Options::default())
}

fn nessus(items: &str) -> String {
    format!(
        "<NessusClientData_v2><Report name=\"r\"><ReportHost name=\"h\">{items}</ReportHost></Report></NessusClientData_v2>"
    )
}

fn burp(issue: &str) -> String {
    format!(
        "<issues burpVersion=\"1\"><issue><type>1</type><name>n</name><host>http://shop.example.com</host>\
         <severity>Low</severity>{issue}</issue></issues>"
    )
}

fn zap_xml(alert: &str) -> String {
    format!(
        "<OWASPZAPReport><site name=\"http://shop.example.com\"><alerts><alertitem>{alert}</alertitem></alerts></site></OWASPZAPReport>"
    )
}

fn zap_json(alert: &str) -> String {
    format!(
        "{{\"@version\": \"2\", \"site\": [{{\"@name\": \"http://shop.example.com\", \"alerts\": [{{{alert}}}]}}]}}"
    )
}

const ALERT_XML: &str = "<pluginid>1</pluginid><alert>a</alert><riskcode>1</riskcode><confidence>1</confidence>";
const ALERT_JSON: &str = "\"pluginid\": \"1\", \"alert\": \"a\", \"riskcode\": \"1\", \"confidence\": \"1\"";

#[test]
fn lists_of_references_end() {
    let numbers = || (0..100_000_u32).map(|number| number.wrapping_mul(2_654_435_761) % 1_000_000_000);
    let cves: String = numbers().map(|number| format!("<cve>CVE-2020-{number}</cve>")).collect();
    let xrefs: String = numbers().map(|number| format!("<xref>X:{number}</xref>")).collect();
    let items =
        format!("<ReportItem port=\"1\" severity=\"1\" pluginID=\"1\" pluginName=\"n\">{cves}{xrefs}</ReportItem>");
    let classes: String = numbers().map(|number| format!("CWE-{number} CAPEC-{number} ")).collect();
    let classes = format!("<vulnerabilityClassifications>{classes}</vulnerabilityClassifications>");
    for document in [nessus(&items), burp(&classes)] {
        let file = read(&document).unwrap();
        let weakness = &file.parsed.weaknesses[0];
        assert_eq!((weakness.refs.len(), weakness.cve.len().max(weakness.cwe.len())), (4096, 4096));
        assert!(file.parsed.scan.remarks.iter().any(|remark| remark.code == "references_cut"));
    }
}

#[test]
fn rows_of_one_check_add_to_one_list() {
    let item = "<ReportItem port=\"0\" severity=\"3\" pluginID=\"21156\" pluginName=\"Compliance\" pluginFamily=\"Policy Compliance\">\
                <compliance>true</compliance><cm:compliance-check-name>c</cm:compliance-check-name>\
                <cm:compliance-result>FAILED</cm:compliance-result><xref>X:1</xref><cve>CVE-2020-1</cve><cwe>79</cwe>\
                <cvss_vector>AV:N</cvss_vector></ReportItem>";
    let file = read(&nessus(&item.repeat(3))).unwrap();
    let weakness = &file.parsed.weaknesses[0];
    assert_eq!((file.parsed.rows, file.parsed.weaknesses.len()), (3, 1));
    assert_eq!((weakness.refs.len(), weakness.cve.len(), weakness.cwe.len(), weakness.cvss.len()), (1, 1, 1, 1));
}

#[test]
fn many_sites_are_found_again() {
    let alerts: Vec<String> = (0..20_000)
        .map(|at| {
            format!(
                "{{\"pluginId\": \"1\", \"alert\": \"a\", \"risk\": \"Low\", \"url\": \"http://h{at}.example.com/\"}}"
            )
        })
        .collect();
    let file = read(&format!("[{}]", alerts.join(","))).unwrap();
    assert_eq!((file.parsed.assets.len(), file.kept.rows.len()), (20_000, 20_000));
}

#[test]
fn what_an_alert_says_once_is_not_copied_to_every_row() {
    let long = "x".repeat(10_000);
    let xml = ALERT_XML.replace("<confidence>1", &format!("<confidence>{long}"));
    let json = ALERT_JSON.replace("\"confidence\": \"1", &format!("\"confidence\": \"{long}"));
    let instances = "<instance/>".repeat(100);
    for document in [
        zap_xml(&format!("{xml}<instances>{instances}</instances>")),
        zap_json(&format!("{json}, \"instances\": [{}{{}}]", "{},".repeat(99))),
    ] {
        let file = read(&document).unwrap();
        assert_eq!(file.kept.rows.len(), 100);
        assert!(file.kept.rows.iter().all(|row| row.confidence.as_ref().is_some_and(|word| word.len() == 64)));
    }
    let broken = xml.replace("<riskcode>1", &format!("<riskcode>{long}"));
    let file = read(&zap_xml(&format!("{broken}<instances>{instances}</instances>"))).unwrap();
    assert_eq!(file.kept.quarantined.len(), 100);
    for row in &file.kept.quarantined {
        assert_eq!((row.reason, row.detail.len()), (QuarantineReason::FieldInvalid, 120));
    }
}

#[test]
fn instances_that_are_held_back_are_counted_even_if_they_say_nothing() {
    // What the alert is comes behind its instances: they are held until then.
    for document in [
        zap_xml(&format!("<instances>{}</instances>{ALERT_XML}", "<instance/>".repeat(300_000))),
        zap_json(&format!("\"instances\": [{}{{}}], {ALERT_JSON}", "{},".repeat(300_000))),
    ] {
        let refusal = read(&document).err().unwrap();
        assert_eq!(refusal.code, RefusalCode::EventTooLarge, "{refusal}");
    }
}

#[test]
fn tags_end() {
    let small = Options { limits: Limits { max_event: 4 << 10, ..Limits::default() }, ..Options::default() };
    let tags: String = (0..10_000).map(|at| format!("<tag><tag>T{at}</tag><link>l</link></tag>")).collect();
    let xml = zap_xml(&format!("{ALERT_XML}<instances><instance/></instances><tags>{tags}</tags>"));
    let refusal = read_bytes(xml.as_bytes(), &small).err().unwrap();
    assert_eq!(refusal.code, RefusalCode::EventTooLarge, "an alert is a row, behind its instances too: {refusal}");

    let listed: Vec<String> = (0..10_000).map(|at| format!("{{\"tag\": \"T{at}\"}}")).collect();
    let keys: Vec<String> = (0..10_000).map(|at| format!("\"T{at}\": \"l\"")).collect();
    let alert = "\"pluginId\": \"1\", \"alert\": \"a\", \"risk\": \"Low\", \"url\": \"http://shop.example.com/\"";
    for document in [
        xml,
        zap_json(&format!("{ALERT_JSON}, \"instances\": [{{}}], \"tags\": [{}]", listed.join(","))),
        format!("[{{{alert}, \"tags\": {{{}}}}}]", keys.join(",")),
    ] {
        assert_eq!(read(&document).unwrap().parsed.weaknesses[0].refs.len(), 256);
    }
}
