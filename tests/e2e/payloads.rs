//! What scanners, files and people write never runs in a real browser: payloads of many kinds, in every field that holds text.
//! Whatever the policy would have to stop is reported by the browser to the program itself, which must have heard of nothing.

use tests::support::people::{PASSWORD, set_up, team};
use tests::support::{Browser, Engine, TestServer, html};

/// Sixty kinds; each would set the title to `ran` if it ran. `N` becomes its number.
const PAYLOADS: [&str; 60] = [
    "<script>document.title='ran'</script>",
    "<ScRiPt>document.title='ran'</ScRiPt>",
    "<script src=//evil.invalid/x.js></script>",
    "<script src=data:text/javascript,document.title='ran'></script>",
    "<script type=module>document.title='ran'</script>",
    "<script\x09>document.title='ran'</script\x09>",
    "</script><script>document.title='ran'</script>",
    "</title><script>document.title='ran'</script>",
    "</textarea><script>document.title='ran'</script>",
    "</style><script>document.title='ran'</script>",
    "</code></pre><script>document.title='ran'</script>",
    "--><script>document.title='ran'</script><!--",
    "]]><script>document.title='ran'</script>",
    "<img src=x onerror=document.title='ran'>",
    "<img src=x onerror=\"document.title='ran'\">",
    "<img/src=x/onerror=document.title='ran'>",
    "<IMG SRC=x ONERROR=document.title='ran'>",
    "<img src=x:x onerror=eval(atob('ZG9jdW1lbnQudGl0bGU9J3Jhbic='))>",
    "<svg onload=document.title='ran'>",
    "<svg/onload=document.title='ran'>",
    "<svg><script>document.title='ran'</script></svg>",
    "<svg><animate onbegin=document.title='ran' attributeName=x dur=1s>",
    "<svg><set onbegin=document.title='ran' attributeName=x>",
    "<svg><a xlink:href=\"javascript:document.title='ran'\"><text>x</text></a></svg>",
    "<svg><use href=\"data:image/svg+xml,<svg id='x'/>#x\"></svg>",
    "<svg><foreignObject><iframe srcdoc=\"<script>parent.document.title='ran'</script>\"></iframe></foreignObject></svg>",
    "<math><mtext></p><img src=x onerror=document.title='ran'></math>",
    "<math href=\"javascript:document.title='ran'\">x</math>",
    "<iframe srcdoc=\"<script>parent.document.title='ran'</script>\"></iframe>",
    "<iframe src=\"javascript:parent.document.title='ran'\"></iframe>",
    "<iframe onload=document.title='ran'></iframe>",
    "<object data=\"javascript:document.title='ran'\"></object>",
    "<object data=\"data:text/html,<script>parent.document.title='ran'</script>\"></object>",
    "<embed src=\"javascript:document.title='ran'\">",
    "<a href=\"javascript:document.title='ran'\" autofocus>x</a>",
    "<a href=\" &#14; javascript:document.title='ran'\">x</a>",
    "javascript:document.title='ran'",
    "data:text/html,<script>document.title='ran'</script>",
    "<body onload=document.title='ran'>",
    "<body onpageshow=document.title='ran'>",
    "<input autofocus onfocus=document.title='ran'>",
    "<select autofocus onfocus=document.title='ran'><option>x</select>",
    "<details open ontoggle=document.title='ran'>x</details>",
    "<video><source onerror=document.title='ran'></video>",
    "<audio src=x onerror=document.title='ran'></audio>",
    "<video poster=x onloadstart=document.title='ran' src=x></video>",
    "<marquee onstart=document.title='ran'>x</marquee>",
    "<form><button formaction=\"javascript:document.title='ran'\" autofocus>x</button></form>",
    "<meta http-equiv=refresh content=\"0;url=javascript:document.title='ran'\">",
    "<meta http-equiv=refresh content=\"0;url=data:text/html,<script>document.title='ran'</script>\">",
    "<base href=//evil.invalid/>",
    "<link rel=stylesheet href=//evil.invalid/x.css>",
    "<style>@import url(//evil.invalid/x.css);*{animation:x}</style><p onanimationstart=document.title='ran'>",
    "<p style=\"animation:x\" onanimationstart=document.title='ran'>x</p>",
    "\" onfocus=document.title='ran' autofocus x=\"",
    "' onfocus=document.title='ran' autofocus x='",
    "\"><img src=x onerror=document.title='ran'>",
    "'><svg onload=document.title='ran'>",
    "<template><script>document.title='ran'</script></template><noscript><p title=\"</noscript><img src=x onerror=document.title='ran'>\">",
    "<div popover id=x onbeforetoggle=document.title='ran'>x</div>{{constructor.constructor('document.title=1')()}}${document.title='ran'}",
];

/// How many payloads stand in one text.
const AT_ONCE: usize = 15;

fn escaped(text: &str) -> String {
    let text: String = text.chars().map(|c| if c == '\u{e}' || c == '\t' { ' ' } else { c }).collect();
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// A Nessus export of one finding with the text in every field.
fn nessus(number: usize, text: &str) -> Vec<u8> {
    let h = escaped(text);
    let short: String = h.chars().take(200).collect();
    let short = &short[..short.rfind('&').unwrap_or(short.len())];
    format!(
        r#"<?xml version="1.0" ?><NessusClientData_v2><Report name="{short}"><ReportHost name="h{number}"><HostProperties>
<tag name="HOST_END_TIMESTAMP">1772442000</tag><tag name="host-ip">192.0.2.{number}</tag><tag name="netbios-name">{short}</tag>
<tag name="operating-system">{short}</tag></HostProperties><ReportItem port="443" svc_name="{short}" protocol="tcp" severity="4"
pluginID="1000{number:02}" pluginName="{h}" pluginFamily="{short}"><synopsis>{h}</synopsis><description>{h}</description>
<solution>{h}</solution><see_also>{h}</see_also><xref>{short}</xref><plugin_output>{h}</plugin_output></ReportItem></ReportHost>
</Report></NessusClientData_v2>"#
    )
    .into_bytes()
}

/// A ZAP report, the same.
fn zap(number: usize, text: &str) -> Vec<u8> {
    let instance = serde_json::json!({
        "uri": format!("https://zap{number}.example.com/{}", text.replace('\t', "")), "method": "GET", "param": text, "attack": text,
        "evidence": text, "otherinfo": text, "request-header": text, "request-body": text, "response-header": text,
        "response-body": text,
    });
    let alert = serde_json::json!({
        "pluginid": "40012", "alertRef": "40012", "alert": text, "name": text, "riskcode": "3", "confidence": "2", "riskdesc": text,
        "desc": text, "instances": [instance], "count": "1", "solution": text, "otherinfo": text, "reference": text, "cweid": "79",
        "wascid": "8", "sourceid": "1",
    });
    let name = format!("zap{number}.example.com");
    let site = serde_json::json!({
        "@name": format!("https://{name}"), "@host": name, "@port": "443", "@ssl": "true", "alerts": [alert],
    });
    let report = serde_json::json!({
        "@programName": "ZAP", "@version": "2.17.0", "@generated": "Mon, 2 Mar 2026 10:00:00",
        "created": "2026-03-02T09:00:00.343034755Z", "site": [site],
    });
    report.to_string().into_bytes()
}

/// A Burp report, the same.
fn burp(number: usize, text: &str) -> Vec<u8> {
    let h = escaped(text);
    format!(
        r#"<?xml version="1.0"?><issues burpVersion="2026.1.2" exportTime="Mon Mar 02 10:00:00 CET 2026"><issue>
<serialNumber>{number}</serialNumber><type>2097920</type><name>{h}</name><host ip="192.0.2.10">https://burp{number}.example.com</host>
<path>{h}</path><location>{h}</location><severity>High</severity><confidence>Certain</confidence>
<issueBackground>{h}</issueBackground><remediationBackground>{h}</remediationBackground><references>{h}</references>
<vulnerabilityClassifications>{h}</vulnerabilityClassifications><issueDetail>{h}</issueDetail>
<requestresponse><request method="GET" base64="false">{h}</request><response base64="false">{h}</response></requestresponse>
</issue></issues>"#
    )
    .into_bytes()
}

/// The page that is open ran nothing and holds nothing of a payload.
async fn check(browser: &Browser, path: &str) {
    let title = browser.run("return document.title", Vec::new()).await;
    assert!(title.as_str().is_some_and(|title| title != "ran" && title != "1"), "{path} ran a payload");
    let foreign = "return [...document.querySelectorAll('iframe,object,embed,base,[onerror],[onload],[onfocus],marquee,style')].length";
    assert_eq!(browser.run(foreign, Vec::new()).await, 0, "{path} holds an element of a payload");
}

#[tokio::test(flavor = "multi_thread")]
async fn no_payload_runs_anywhere() {
    let server = TestServer::start(Engine::Sqlite).await;
    let mut admin = set_up(&server).await;
    let mut by_hand = Vec::new();
    for (number, group) in PAYLOADS.chunks(AT_ONCE).enumerate() {
        let text = group.join(" ");
        let name = format!("{}.xml", group[0].replace(['\t', '/'], ""));
        for bytes in [nessus(number + 1, &text), zap(number + 1, &text), burp(number + 1, &text)] {
            let ends = admin.import(&[(name.as_str(), &bytes)]).await;
            assert_eq!(ends[0]["state"], "done", "{number}: {}", ends[0]);
        }
        let short: String = group[1].replace('\t', "");
        let (id, place) = (format!("{number:032x}"), format!("https://hand{number}.example.com/{short}"));
        let written = [
            ("id", id.as_str()),
            ("title", &short),
            ("severity", "high"),
            ("where", &place),
            ("method", "GET"),
            ("parameter", &short),
            ("description", &text),
            ("evidence", &text),
            ("solution", &text),
            ("references", &text),
            ("seen", "2026-03-02"),
        ];
        by_hand.push(admin.form("/findings/new", &written).await.expect(303).location().to_owned());
        let slug = team(&mut admin, &short.chars().take(100).collect::<String>(), &[], &[]).await;
        assert!(!slug.is_empty());
        let source = [("name", short.as_str()), ("space", "s"), ("zone", "UTC"), ("next", "/scans")];
        let _ = admin.act("/api/ui/add-source", &source).await;
    }
    let ids = admin.rows("/findings?q=status:any").await;
    assert!(ids.len() >= 16, "{}", ids.len());
    let all = PAYLOADS.join(" ");
    for id in &ids {
        let reason: String = all.chars().take(3_900).collect();
        let comment = [("kind", "comment"), ("ids[]", id), ("reason", reason.as_str()), ("next", "/")];
        let _ = admin.act("/api/ui/decide", &comment).await.expect(200);
    }
    let mut paths: Vec<String> = ids.iter().map(|id| format!("/findings/{id}")).collect();
    paths.extend(ids.iter().take(3).map(|id| format!("/findings/{id}/evidence")));
    let plain = [
        "/findings",
        "/findings?group=issue",
        "/scans",
        "/scans/1",
        "/scans/2",
        "/scans/3",
        "/scans/sources",
        "/assets",
    ];
    paths.extend(
        plain
            .iter()
            .chain(&["/posture", "/teams", "/settings", "/settings/audit", "/imports/1"])
            .map(|path| (*path).to_owned()),
    );
    for payload in PAYLOADS {
        paths.push(format!("/findings?q={}", html::encode(payload)));
        paths.push(format!("/findings/new?title={0}&where={0}&description={0}", html::encode(payload)));
    }
    for written in &by_hand {
        let id = written.split(['/', '?']).nth(2).expect("it leads to the finding");
        paths.push(format!("/findings/new?of={id}"));
    }
    let browser = Browser::start(server.origin(), "es", true).await;
    let go =
        async |path: &str| browser.driver.goto(format!("{}{path}", server.origin())).await.expect("the page opens");
    go("/sign-in").await;
    let enter = format!(
        "document.getElementById('login').value='root';document.getElementById('password').value='{PASSWORD}';\
         document.querySelector('form[action=\"/sign-in\"]').submit()"
    );
    browser.run(&enter, Vec::new()).await;
    browser.until("one is signed in", "location.pathname !== '/sign-in'").await;
    for path in &paths {
        go(path).await;
        check(&browser, path).await;
    }
    // What cannot be taken stands in its form again.
    for group in PAYLOADS.chunks(AT_ONCE) {
        go("/findings/new").await;
        let said = "const form = document.querySelector('form[action=\"/findings/new\"]'); form.noValidate = true;\
            for (const field of form.querySelectorAll('input[type=text],input:not([type]),textarea')) field.value = arguments[0];\
            form.submit()";
        browser.run(said, vec![group.join(" ").into()]).await;
        browser.until("it is refused", "document.querySelector('.p-error') !== null").await;
        check(&browser, "what was refused").await;
    }
    browser.quit().await;
    let page = admin.get("/settings/security").await.expect(200).body;
    assert!(!page.contains("<h2 class=\"p-h2\">"), "the browser reported something that the policy stopped: {page}");
}
