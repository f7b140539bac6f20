//! Text that scanners, files and people wrote is shown as text, wherever it is shown.

use tests::on_both;
use tests::support::{Client, TestServer, people};

/// What breaks out of elements, attributes, comments, scripts and text areas where it is not escaped. `<zq` stands nowhere
/// else.
const HOSTILE: &str = "x\"'><zq onzq=1>--></textarea></title></script><zq>${7*7}{{7*7}}";

fn xml(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// A Nessus export with hostile text in every field that may hold text.
fn nessus() -> Vec<u8> {
    let h = xml(HOSTILE);
    format!(
        r#"<?xml version="1.0" ?><NessusClientData_v2><Policy><policyName>{h}</policyName></Policy><Report name="{h}">
<ReportHost name="{h}"><HostProperties>
<tag name="HOST_END">Mon Mar  2 10:00:00 2026</tag><tag name="HOST_END_TIMESTAMP">1772442000</tag>
<tag name="host-ip">192.0.2.66</tag><tag name="host-fqdn">{h}</tag><tag name="netbios-name">{h}</tag>
<tag name="operating-system">{h}</tag></HostProperties>
<ReportItem port="443" svc_name="{h}" protocol="tcp" severity="4" pluginID="100001" pluginName="{h}" pluginFamily="{h}">
<synopsis>{h}</synopsis><description>{h}</description><solution>{h}</solution><risk_factor>High</risk_factor>
<see_also>{h}</see_also><see_also>https://example.com/{h}</see_also><see_also>javascript:alert(1)</see_also><xref>CWE:79</xref>
<xref>{h}</xref><plugin_output>{h}</plugin_output></ReportItem></ReportHost></Report></NessusClientData_v2>"#
    )
    .into_bytes()
}

/// A ZAP report, the same.
fn zap() -> Vec<u8> {
    let instance = serde_json::json!({
        "uri": format!("https://shop.example.com/{HOSTILE}"), "method": "GET", "param": HOSTILE, "attack": HOSTILE,
        "evidence": HOSTILE, "otherinfo": HOSTILE, "request-header": HOSTILE, "request-body": HOSTILE,
        "response-header": HOSTILE, "response-body": HOSTILE,
    });
    let alert = serde_json::json!({
        "pluginid": "40012", "alertRef": "40012", "alert": HOSTILE, "name": HOSTILE, "riskcode": "3", "confidence": "2",
        "riskdesc": HOSTILE, "desc": HOSTILE, "instances": [instance], "count": "1", "solution": HOSTILE, "otherinfo": HOSTILE,
        "reference": HOSTILE, "cweid": "79", "wascid": "8", "sourceid": "1",
    });
    let site = serde_json::json!({
        "@name": "https://shop.example.com", "@host": "shop.example.com", "@port": "443", "@ssl": "true", "alerts": [alert],
    });
    serde_json::json!({
        "@programName": "ZAP", "@version": "2.17.0", "@generated": "Mon, 2 Mar 2026 10:00:00",
        "created": "2026-03-02T09:00:00.343034755Z", "site": [site],
    })
    .to_string()
    .into_bytes()
}

/// A Burp report, the same.
fn burp() -> Vec<u8> {
    let h = format!("<![CDATA[{}]]>", HOSTILE.replace("-->", "- ->"));
    format!(
        r#"<?xml version="1.0"?><issues burpVersion="2026.1.2" exportTime="Mon Mar 02 10:00:00 CET 2026"><issue>
<serialNumber>1001</serialNumber><type>2097920</type><name>{h}</name><host ip="192.0.2.10">https://shop.example.com</host>
<path>{h}</path><location>{h}</location><severity>High</severity><confidence>Certain</confidence>
<issueBackground>{h}</issueBackground><remediationBackground>{h}</remediationBackground><references>{h}</references>
<vulnerabilityClassifications>{h}</vulnerabilityClassifications><issueDetail>{h}</issueDetail>
<requestresponse><request method="GET" base64="false">{h}</request><response base64="false">{h}</response></requestresponse>
</issue></issues>"#
    )
    .into_bytes()
}

async fn assert_text_only(client: &mut Client, path: &str) -> String {
    let page = client.visit(path).await;
    assert_eq!(page.status, 200, "{path}");
    if let Some(at) = page.body.find("<zq") {
        let around: String = page.body[at.saturating_sub(300)..].chars().take(500).collect();
        panic!("{path} has it as HTML:\n{around}");
    }
    assert!(!page.body.contains("href=\"javascript:"), "{path}");
    page.body
}

on_both! {
    async fn hostile_text_stays_text(engine: Engine) {
        let server = TestServer::start(engine).await;
        let mut admin = people::set_up(&server).await;
        let slug = people::team(&mut admin, HOSTILE, &["root"], &["*"]).await;
        let fields = [("name", HOSTILE), ("space", HOSTILE), ("zone", "UTC"), ("next", "/scans")];
        let _ = admin.act("/api/ui/add-source", &fields).await.expect(200);
        let person = [("login", "zq"), ("name", HOSTILE), ("role", "lead"), ("password", people::PASSWORD), ("next", "/")];
        let _ = admin.act("/api/ui/add-user", &person).await.expect(200);
        let name = format!("{HOSTILE}.nessus");
        let files = [(name.as_str(), nessus()), ("zap.json", zap()), ("burp.xml", burp())];
        for (name, bytes) in &files {
            let ends = admin.import(&[(name, bytes)]).await;
            assert_eq!(ends[0]["state"], "done", "{name}: {}", ends[0]);
        }
        let ends = admin.import(&[(name.as_str(), b"<nothing/>")]).await;
        assert_eq!(ends[0]["state"], "refused");

        let ids = admin.rows("/findings?q=status:any").await;
        assert_eq!(ids.len(), 3);
        for id in &ids {
            let comment = [("kind", "comment"), ("ids[]", id), ("reason", HOSTILE), ("next", "/")];
            let _ = admin.act("/api/ui/decide", &comment).await.expect(200);
            let page = assert_text_only(&mut admin, &format!("/findings/{id}")).await;
            assert!(page.contains("&lt;zq"), "the text is there, as text");
            let evidence = admin.get(&format!("/api/ui/finding?id={id}")).await.expect(200).json();
            let parts = evidence["evidence"].as_array().unwrap();
            assert!(parts.iter().any(|part| part["text"].as_str().is_some_and(|text| text.contains("<zq"))), "{evidence:#}");
        }
        let pages = ["/findings", "/findings?group=issue", "/findings?group=team", "/scans", "/scans/1", "/posture", "/teams", "/my-team", "/settings"];
        for page in pages {
            assert_text_only(&mut admin, page).await;
        }
        assert_text_only(&mut admin, &format!("/teams/{slug}")).await;
        for job in 1..=4 {
            assert_text_only(&mut admin, &format!("/imports/{job}")).await;
        }
        let hostile = tests::support::html::encode(HOSTILE);
        for path in ["/findings?q=", "/findings?q=asset:", "/posture?q=", "/scans?error=invalid&field=", "/settings?error=internal&reference="] {
            assert_text_only(&mut admin, &format!("{path}{hostile}")).await;
        }
        let csv = admin.get("/findings.csv?q=status:any").await.expect(200);
        assert!(csv.header("content-type").starts_with("text/csv"));
        assert!(csv.header("content-disposition").starts_with("attachment"));
    }

    async fn cells_of_a_csv_are_no_formulas(engine: Engine) {
        let server = TestServer::start(engine).await;
        let mut admin = people::set_up(&server).await;
        let export = String::from_utf8(nessus()).unwrap().replace(&xml(HOSTILE), "=cmd|' /C calc'!A0");
        let ends = admin.import(&[("a.nessus", export.as_bytes())]).await;
        assert_eq!(ends[0]["state"], "done", "{}", ends[0]);
        let csv = admin.get("/findings.csv").await.expect(200).body;
        assert!(csv.contains("'=cmd"), "{csv}");
        assert!(!csv.contains(",=cmd") && !csv.contains(",\"=cmd"), "{csv}");
    }
}
