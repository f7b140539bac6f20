//! The same flaw by two scanners is one issue with two sources: on the finding's page, in the list by issue, in exactly its rows;
//! parted and joined by hand, and gone with the scan that made it.

use tests::on_both;
use tests::support::{Client, TestServer, html, people};

/// A report of ZAP with a flaw at two parameters.
fn zap() -> Vec<u8> {
    let instance = |parameter: &str| {
        format!(
            r#"{{"uri":"https://shop.example/search?{parameter}=x","method":"GET","param":"{parameter}","attack":"a","evidence":"e"}}"#
        )
    };
    format!(
        r#"{{"@version":"2.15.0","@generated":"Mon, 2 Mar 2026 10:00:00","site":[{{"@name":"https://shop.example","@host":"shop.example","@port":"443","@ssl":"true","alerts":[{{"pluginid":"40012","alertRef":"40012","alert":"Cross Site Scripting (Reflected)","name":"Cross Site Scripting (Reflected)","riskcode":"3","confidence":"2","desc":"d","solution":"s","cweid":"79","wascid":"8","instances":[{},{}]}}]}}]}}"#,
        instance("q"),
        instance("page")
    )
    .into_bytes()
}

/// An export of Burp with one of them, and with another flaw.
fn burp() -> Vec<u8> {
    let issue = |kind: u32, name: &str, cwe: u32, place: &str| {
        format!(
            "<issue><serialNumber>{kind}</serialNumber><type>{kind}</type><name>{name}</name><host ip=\"192.0.2.7\">https://shop.example</host>\
             <path><![CDATA[/search]]></path><location><![CDATA[/search [{place}]]]></location><severity>High</severity>\
             <confidence>Certain</confidence><vulnerabilityClassifications><![CDATA[<ul><li>\
             <a href=\"https://cwe.mitre.org/data/definitions/{cwe}.html\">CWE-{cwe}: x</a></li></ul>]]></vulnerabilityClassifications></issue>"
        )
    };
    let issues = [
        issue(2_097_920, "Cross-site scripting (reflected)", 79, "q parameter"),
        issue(1_049_088, "SQL injection", 89, "q parameter"),
    ];
    format!(
        "<?xml version=\"1.0\"?>\n<issues burpVersion=\"2024.1\" exportTime=\"Tue Mar 03 10:00:00 UTC 2026\">{}</issues>",
        issues.concat()
    )
    .into_bytes()
}

/// The id of the one finding of a filter.
async fn one(client: &mut Client, filter: &str) -> String {
    let rows = client.rows(&format!("/findings?q={filter}")).await;
    assert_eq!(rows.len(), 1, "{filter}");
    rows[0].clone()
}

/// The list by issue: the numbers and where each leads.
async fn issues(client: &mut Client) -> Vec<(i64, String)> {
    let page = client.get("/api/ui/findings?query[q]=&query[group]=issue").await.expect(200).json();
    let group =
        |group: &serde_json::Value| (group["count"].as_i64().unwrap(), group["filter"].as_str().unwrap().to_owned());
    let mut groups: Vec<_> = page["groups"].as_array().unwrap().iter().map(group).collect();
    groups.sort();
    groups
}

/// Each issue's number has exactly its rows, and together they are all.
async fn whole(client: &mut Client, all: usize) -> Vec<i64> {
    let mut seen = std::collections::BTreeSet::new();
    let mut sizes = Vec::new();
    for (count, filter) in issues(client).await {
        let rows = client.rows(&format!("/findings?q={}", html::encode(&filter))).await;
        assert_eq!(rows.len() as i64, count, "{filter}");
        seen.extend(rows);
        sizes.push(count);
    }
    assert_eq!((seen.len(), sizes.iter().sum::<i64>()), (all, all as i64));
    sizes
}

on_both! {
    async fn two_scanners_that_see_the_same_are_one_issue(engine: Engine) {
        let server = TestServer::start(engine).await;
        let mut admin = people::set_up(&server).await;
        admin.import(&[("zap.json", &zap())]).await;
        assert_eq!(whole(&mut admin, 2).await, [2]);
        admin.import(&[("burp.xml", &burp())]).await;
        // Three of the flaw (two places of ZAP, one of them seen by Burp too), and the other flaw of Burp.
        assert_eq!(whole(&mut admin, 4).await, [1, 3]);
        let page = admin.get("/findings?group=issue").await.expect(200).body;
        assert!(page.contains("ZAP 40012 + Burp Suite"), "the sources stand in the list");
        let (ours, theirs) = (one(&mut admin, "tool:burp+cwe:79").await, one(&mut admin, "tool:zap+search?q=x").await);
        let page = admin.get(&format!("/findings/{ours}")).await.expect(200).body;
        assert!(page.contains(&format!("/findings/{theirs}")) && page.contains("cross site scripting"), "why, and with what");
        assert!(admin.get(&format!("/findings/{theirs}")).await.expect(200).body.contains(&format!("/findings/{ours}")));
        // Parted by hand, and back.
        let next = format!("/findings/{ours}");
        for (kind, sizes) in [("apart", vec![1, 1, 2]), ("rule", vec![1, 3])] {
            let fields = [("id", ours.as_str()), ("kind", kind), ("next", next.as_str())];
            let done = admin.form("/api/ui/say-issue", &fields).await;
            assert!(done.location().contains("done=issue"), "{}", done.location());
            assert_eq!(whole(&mut admin, 4).await, sizes, "{kind}");
        }
        // Joined by hand to what no rule joins; another asset's finding cannot be.
        let sql = one(&mut admin, "cwe:89").await;
        let fields = [("id", sql.as_str()), ("kind", "with"), ("target", theirs.as_str()), ("next", next.as_str())];
        admin.form("/api/ui/say-issue", &fields).await;
        assert_eq!(whole(&mut admin, 4).await, [4]);
        let fields = [("id", sql.as_str()), ("kind", "with"), ("target", sql.as_str()), ("next", next.as_str())];
        assert!(admin.form("/api/ui/say-issue", &fields).await.location().contains("error=invalid"));
        // Without the scan there is no second source; with it again there is.
        let scans = admin.get("/api/ui/scans?page=").await.expect(200).json();
        let scan = scans["scans"].as_array().unwrap().iter().find(|scan| scan["file"] == "burp.xml").unwrap()["id"].to_string();
        admin.form("/api/ui/undo-scan", &[("scan", &scan), ("redo", "false"), ("next", "/")]).await;
        assert_eq!(whole(&mut admin, 2).await, [2]);
        assert!(!admin.get(&format!("/findings/{theirs}")).await.expect(200).body.contains(&format!("/findings/{ours}")));
        admin.form("/api/ui/undo-scan", &[("scan", &scan), ("redo", "true"), ("next", "/")]).await;
        assert_eq!(whole(&mut admin, 4).await, [4]);
        assert!(server.postura(&["verify-ledger"], "").status.success());
        assert!(!server.log().contains("ERROR"), "{}", server.log());
    }
}
