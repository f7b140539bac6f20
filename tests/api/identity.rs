//! Which assets are one, and how sources are understood, as people say it on plain forms.

use model::policy::Role;
use tests::on_both;
use tests::support::{TestServer, people};

/// Two hosts with one hardware address.
fn hosts() -> Vec<u8> {
    let host = |ip: &str, rules: &[u32]| {
        let rows: String = rules
            .iter()
            .map(|rule| {
                format!(
                    r#"<ReportItem port="443" svc_name="www" protocol="tcp" severity="3" pluginID="{rule}" pluginName="Rule {rule}" pluginFamily="Web Servers"><plugin_output>seen</plugin_output></ReportItem>"#
                )
            })
            .collect();
        format!(
            r#"<ReportHost name="{ip}"><HostProperties><tag name="HOST_END_TIMESTAMP">1772442000</tag><tag name="host-ip">{ip}</tag><tag name="mac-address">00:1A:2B:3C:4D:5E</tag></HostProperties>{rows}</ReportHost>"#
        )
    };
    let hosts = [host("192.0.2.5", &[100_001]), host("192.0.2.9", &[100_001, 100_002])].concat();
    format!(
        r#"<?xml version="1.0" ?><NessusClientData_v2><Report name="Weekly">{hosts}</Report></NessusClientData_v2>"#
    )
    .into_bytes()
}

/// A ZAP report on the scanner's own machine.
const LOCAL: &[u8] = br#"{"@programName":"ZAP","@version":"2.16.0","created":"2026-03-02T10:00:00.000Z","site":[{"@name":"http://localhost:8080","@host":"localhost","@port":"8080","@ssl":"false","alerts":[{"pluginid":"40012","alertRef":"40012","alert":"XSS","name":"XSS","riskcode":"3","confidence":"2","riskdesc":"High (Medium)","desc":"d","instances":[{"uri":"http://localhost:8080/a","method":"GET","param":"q","attack":"x","evidence":"x","otherinfo":""}],"count":"1","solution":"s","otherinfo":"","reference":"","cweid":"79","wascid":"8","sourceid":"1"}]}]}"#;

on_both! {
    async fn two_hosts_are_merged_and_split_on_the_page(engine: Engine) {
        let server = TestServer::start(engine).await;
        let mut admin = people::set_up(&server).await;
        assert_eq!(admin.import(&[("a.nessus", &hosts())]).await[0]["state"], "done");
        let page = admin.get("/assets/merges").await.expect(200).body;
        assert!(page.contains("00:1a:2b:3c:4d:5e") && page.contains("192.0.2.9"), "{page}");
        let part = admin.rows("/findings?q=asset:192.0.2.9+rule:100001").await.remove(0);

        let silent = [("one", "1"), ("other", "2"), ("reason", " "), ("next", "/assets/merges")];
        assert!(admin.form("/api/ui/merge-assets", &silent).await.expect(303).location().contains("field=reason"));
        let unknown = [("one", "ip:192.0.2.77@default"), ("other", "2"), ("reason", "r"), ("next", "/assets/merges")];
        assert!(admin.form("/api/ui/merge-assets", &unknown).await.expect(303).location().contains("field=asset"));
        let merge = [("one", "ip:192.0.2.9@default"), ("other", "1"), ("reason", "<b>one</b>"), ("next", "/assets/merges")];
        let merged = admin.form("/api/ui/merge-assets", &merge).await.expect(303);
        assert_eq!(merged.location(), "/assets/merges?done=merged&n=2");
        let page = admin.get(merged.location()).await.expect(200).body;
        assert!(page.contains("&lt;b&gt;one&lt;/b&gt;"), "a reason is text");
        assert_eq!(admin.rows("/findings").await.len(), 2);
        let again = admin.form("/api/ui/merge-assets", &merge).await.expect(303);
        assert!(again.location().contains("detail=one_already"));

        // The id that is part of another leads to it: on the page, over the wire, in a filter, in an act.
        let found = admin.get(&format!("/api/ui/finding?id={part}")).await.expect(200).json();
        assert_eq!(found["row"]["asset"], "192.0.2.5");
        assert_ne!(found["row"]["id"], part.as_str());
        let body = admin.get(&format!("/findings/{part}")).await.expect(200).body;
        assert!(body.contains("192.0.2.5"));
        assert_eq!(admin.rows(&format!("/findings?q=id:{part}")).await, [found["row"]["id"].as_str().unwrap()]);
        let decided = [("kind", "confirm"), ("ids[]", part.as_str()), ("next", "/findings")];
        assert_eq!(admin.form("/api/ui/decide", &decided).await.expect(303).location(), "/findings?done=decided&n=1");

        let split = admin.form("/api/ui/split-assets", &[("merge", "1"), ("next", "/assets/merges")]).await.expect(303);
        assert_eq!(split.location(), "/assets/merges?done=split");
        assert_eq!(admin.rows("/findings").await.len(), 3);
        let audit = admin.get("/settings/audit").await.expect(200).body;
        assert!(audit.matches("merge:1").count() >= 2, "both acts are written down");
        let mut lead = people::person(&server, &mut admin, "lead", Role::Lead).await;
        lead.get("/api/ui/drawn?path=/assets/merges&query=&language=en").await.expect(403);
    }

    async fn a_source_says_what_localhost_is(engine: Engine) {
        let server = TestServer::start(engine).await;
        let mut admin = people::set_up(&server).await;
        assert_eq!(admin.import(&[("z.json", LOCAL)]).await[0]["state"], "done");
        let said = |aliases, preview| {
            let fields = [
                ("name", "default"),
                ("space", "default"),
                ("zone", "UTC"),
                ("closing", "both"),
                ("aliases", aliases),
                ("next", "/scans/sources"),
            ];
            let mut fields = fields.to_vec();
            if preview {
                fields.push(("preview", "true"));
            }
            fields
        };
        let bad = admin.form("/api/ui/set-source", &said("localhost", false)).await.expect(303);
        assert!(bad.location().contains("field=aliases"), "{}", bad.location());
        let preview = admin.form("/api/ui/set-source", &said("localhost=Shop staging", true)).await.expect(303);
        assert_eq!(preview.location(), "/scans/sources?done=source_preview&n=1");
        assert!(!admin.get("/scans/sources").await.expect(200).body.contains("Shop staging"));
        let saved = admin.form("/api/ui/set-source", &said("localhost=Shop staging", false)).await.expect(303);
        assert_eq!(saved.location(), "/scans/sources?done=source_saved&n=1");
        assert!(admin.get("/scans/sources").await.expect(200).body.contains("localhost=Shop staging"));
        let list = admin.get("/findings").await.expect(200).body;
        assert!(list.contains("http://Shop staging:8080") && !list.contains("http://localhost:8080"));
        let audit = admin.get("/settings/audit").await.expect(200).body;
        assert!(audit.contains("source:default"));
    }
}
