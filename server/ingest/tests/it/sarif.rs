//! SARIF of any tool.

use crate::support::{File, bytes, evidence, read, read_bytes};
use ingest::{Options, QuarantineReason, RefusalCode};
use model::facts::{AssetKind, EvidenceKind, Place, Row};
use model::{Severity, Tool};
use std::ops::ControlFlow;

fn code(path: &str, line: u32, fingerprint: &str) -> Place {
    Place::Code { path: path.to_owned(), line, fingerprint: fingerprint.to_owned() }
}

fn request(method: &str, target: &str) -> Place {
    Place::Request { method: method.to_owned(), target: target.to_owned(), parameter: String::new() }
}

/// A log with one run that has these fields, besides a tool named `Lint`.
fn log(fields: &str) -> String {
    format!(r#"{{"version": "2.1.0", "runs": [{{"tool": {{"driver": {{"name": "Lint"}}}}, {fields}}}]}}"#)
}

fn read_text(text: &str) -> File {
    read_bytes(text.as_bytes(), &Options::default()).unwrap_or_else(|refusal| panic!("{text}: {refusal}"))
}

fn refused(text: &str) -> (RefusalCode, String) {
    match read_bytes(text.as_bytes(), &Options::default()) {
        Ok(_) => panic!("{} was read", text.chars().take(200).collect::<String>()),
        Err(refusal) => (refusal.code, refusal.detail),
    }
}

fn remarks(file: &File) -> Vec<&str> {
    file.parsed.scan.remarks.iter().map(|remark| remark.code.as_str()).collect()
}

/// Everything of the rows, with names for numbers, in an order of its own.
fn told(file: &File) -> Vec<String> {
    let line = |row: &Row| {
        let rule = &file.parsed.weaknesses[row.weakness as usize].rule;
        let Row { place, severity, confidence, evidence, .. } = row;
        format!("{} {rule} {place:?} {severity} {confidence:?} {evidence:?}", file.facts(row).name)
    };
    let mut lines: Vec<_> = file.kept.rows.iter().map(line).collect();
    lines.sort();
    lines
}

#[test]
fn results_are_rows_at_each_of_their_locations() {
    let file = read("sarif/code.sarif");
    assert_eq!((file.parsed.rows, file.parsed.no_finding, file.parsed.quarantined), (14, 4, 3));
    let base = "git.example.com/shop/web";
    assert_eq!(
        file.places("acme-scan/js/xss"),
        [(base, &code("web/src/my page.js", 12, "39fa2ee980eb94b0:1"))],
        "inside the folder of the build, with what the tool knows it by"
    );
    assert_eq!(
        file.places("acme-scan/CVE-2021-44228"),
        [(base, &code("pom.xml", 1, "")), (base, &code("sub/pom.xml", 7, ""))]
    );
    assert_eq!(file.places("acme-scan/style"), [(base, &code("shop::cart::total", 0, "")), (base, &Place::Whole)]);
    assert_eq!(file.places("acme-scan/go/path"), [(base, &code("web/lib/numbered.go", 5, ""))]);
    assert_eq!(file.places("acme-scan/web"), [("https://shop.example.com", &request("", "/items?id=2"))]);
    assert_eq!(file.asset(base).facts.kind, AssetKind::Host);
    assert!(file.parsed.assets.iter().all(|asset| asset.observation.reached));
    let lost: Vec<_> = file.kept.quarantined.iter().map(|row| (row.reason, row.detail.as_str())).collect();
    assert_eq!(
        lost,
        [
            (QuarantineReason::FieldInvalid, "level=High"),
            (QuarantineReason::FieldInvalid, "level=High"),
            (QuarantineReason::RuleMissing, "ruleId")
        ]
    );
    assert!(String::from_utf8_lossy(&file.kept.quarantined[2].raw).contains("Nameless"));
}

#[test]
fn a_scan_is_of_its_tool_and_category() {
    let scan = read("sarif/code.sarif").parsed.scan;
    assert_eq!((scan.tool, scan.tool_version.as_str()), (Tool::Other, "Acme Scan 3.1.0"));
    assert_eq!(scan.name, "Acme Scan (nightly/web)", "without the part that is another one at every run");
    assert_eq!(scan.started_at.unwrap().rfc3339(), "2026-03-02T09:00:00Z");
    assert_eq!(scan.finished_at.unwrap().rfc3339(), "2026-03-02T09:05:00.500000Z");
    assert!(!scan.coverage.incomplete && !scan.zone_assumed && scan.remarks.is_empty());
}

#[test]
fn severity_is_the_score_else_the_level() {
    let file = read("sarif/code.sarif");
    let of = |rule: &str| file.rows(rule).map(|row| row.severity).collect::<Vec<_>>();
    assert_eq!(of("acme-scan/js/xss"), [Severity::Medium], "6.1, whatever the level");
    assert_eq!(of("acme-scan/CVE-2021-44228"), [Severity::Critical; 2]);
    assert_eq!(of("acme-scan/style"), [Severity::Low, Severity::Info], "the rule's level; what is to be reviewed");
    assert_eq!(of("acme-scan/go/path"), [Severity::Medium], "its own level before the rule's");
    assert_eq!(of("acme-scan/web"), [Severity::High]);
    let file = read_text(&log(r#""results": [{"ruleId": "a", "message": {"text": "m"}}]"#));
    assert_eq!(file.kept.rows[0].severity, Severity::Medium, "3.27.10");
}

#[test]
fn texts_and_classes_come_from_the_rule() {
    let file = read("sarif/code.sarif");
    let xss = file.weakness("acme-scan/js/xss");
    assert_eq!(xss.title, "Reflected cross-site scripting");
    assert_eq!(xss.prose.description, "Writing <user> input\ninto a page.");
    assert_eq!(
        (xss.prose.solution.as_str(), xss.prose.references.as_str()),
        ("Escape it.", "https://docs.example.com/js/xss")
    );
    assert_eq!((xss.cwe.as_slice(), xss.score_tenths), (&[79][..], Some(61)));
    assert_eq!(xss.refs, ["OWASP_2021_A03"]);
    assert_eq!(file.weakness("acme-scan/CVE-2021-44228").cve, ["CVE-2021-44228"]);
    assert_eq!(file.weakness("acme-scan/style").cwe, [710], "by a relationship");
    assert_eq!(file.weakness("acme-scan/web").cwe, [22], "by the result");
    assert_eq!(file.weakness("acme-scan/go/path").title, "Path traversal", "of an extension");
    let row = file.rows("acme-scan/js/xss").next().unwrap();
    assert_eq!(row.confidence.as_deref(), Some("high"));
    assert_eq!(
        evidence(row, EvidenceKind::Detail),
        ["  write(q)", "q reaches the page in render.", "src/in.js:3 source\nsrc/my%20page.js:12 sink"]
    );
    let shared = file.rows("acme-scan/style").next().unwrap();
    assert_eq!(evidence(shared, EvidenceKind::Detail), ["Shared words."]);
}

#[test]
fn the_order_of_keys_makes_no_difference() {
    let (written, sorted) = (read("sarif/code.sarif"), read("sarif/sorted.sarif"));
    assert_eq!(told(&written), told(&sorted));
    let by_rule = |file: &File| {
        let mut weaknesses = file.parsed.weaknesses.clone();
        weaknesses.sort_by(|a, b| a.rule.cmp(&b.rule));
        weaknesses
    };
    assert_eq!(by_rule(&written), by_rule(&sorted));
    assert_eq!(written.parsed.scan, sorted.parsed.scan);
    let counts = |file: &File| (file.parsed.rows, file.parsed.no_finding, file.parsed.quarantined);
    assert_eq!(counts(&written), counts(&sorted));
}

#[test]
fn a_log_of_zap_is_a_scan_of_zap() {
    let file = read("sarif/zap.sarif");
    let scan = &file.parsed.scan;
    assert_eq!((scan.tool, scan.tool_version.as_str()), (Tool::Zap, "2.17.0"));
    assert_eq!(scan.name, "ZAP SARIF", "another series than its reports, which name more");
    assert!(scan.coverage.active_proven && scan.finished_at.is_none());
    let shop = "https://shop.example.com";
    assert_eq!(
        file.places("40012"),
        [(shop, &request("GET", "/search?q=%3Cscript%3E")), (shop, &request("POST", "/buy"))]
    );
    assert_eq!(file.places("10038"), [(shop, &request("GET", ""))]);
    assert_eq!(file.parsed.assets.len(), 1, "ZAP has no code base");
    let [first, second] = [0, 1].map(|at| &file.kept.rows[at]);
    assert_eq!((first.severity, file.kept.rows[2].severity), (Severity::High, Severity::Info));
    assert_eq!(
        (evidence(first, EvidenceKind::Attack), evidence(first, EvidenceKind::Output)),
        (vec!["<script>"], vec!["<script>"])
    );
    assert_eq!(
        evidence(second, EvidenceKind::Request),
        ["POST https://shop.example.com/buy HTTP/1.1\r\nhost: shop.example.com\r\n\r\nitem=1"]
    );
    assert_eq!(evidence(second, EvidenceKind::Response), ["HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<html>"]);
    let weakness = file.weakness("40012");
    assert_eq!((weakness.title.as_str(), weakness.cwe.as_slice()), ("Cross Site Scripting", &[79][..]));
    assert_eq!(weakness.prose.solution, "Escape.");
    assert_eq!(weakness.prose.references, "https://example.com/1\nhttps://example.com/2");
    let lost = &file.kept.quarantined[0];
    assert_eq!((lost.reason, lost.detail.as_str()), (QuarantineReason::FieldMissing, "artifactLocation.uri"));
}

#[test]
fn several_tools_keep_their_rules_apart_and_several_runs_of_one_do_not() {
    let file = read("sarif/several.sarif");
    let scan = &file.parsed.scan;
    assert_eq!((scan.tool, scan.name.as_str()), (Tool::Other, "Lint + ZAP SARIF"));
    assert_eq!(scan.tool_version, "2.17.0 + Lint");
    assert_eq!(remarks(&file), ["several_tools"]);
    assert_eq!(file.places("lint/40012"), [("Lint code", &code("a.c", 1, "")), ("Lint code", &code("b.c", 1, ""))]);
    assert_eq!(file.rows("zap/40012").count(), 2);
    assert!(!scan.coverage.active_proven);
}

#[test]
fn an_empty_run_covers_its_code_base() {
    let file = read("sarif/empty.sarif");
    assert_eq!((file.parsed.rows, file.parsed.scan.coverage.incomplete), (0, false));
    assert!(file.asset("Lint code").observation.reached);
}

#[test]
fn what_did_not_run_to_its_end_is_incomplete() {
    for (fields, remark) in [
        (r#""results": null"#, "results_missing"),
        (r#""columnKind": "utf16CodeUnits""#, "results_missing"),
        (r#""results": [], "invocations": [{"executionSuccessful": false}]"#, "tool_failed"),
        (
            r#""results": [], "invocations": [{"toolExecutionNotifications": [{"level": "error", "message": {"text": "x"}}]}]"#,
            "tool_reported_errors",
        ),
        (r#""results": [], "externalPropertyFileReferences": {"results": []}"#, "properties_outside"),
    ] {
        let file = read_text(&log(fields));
        assert!(file.parsed.scan.coverage.incomplete, "{fields}");
        assert_eq!(remarks(&file), [remark], "{fields}");
    }
}

#[test]
fn what_is_no_log_of_this_version_is_refused() {
    let refusal = |code: RefusalCode, detail: &str| (code, detail.to_owned());
    for (text, expected) in [
        (
            r#"{"version": "1.0.0", "runs": [{"tool": {"name": "x"}}]}"#,
            refusal(RefusalCode::UnsupportedFormat, "SARIF 1.0.0"),
        ),
        (
            r#"{"runs": [{"tool": {"driver": {"name": "x"}}}], "version": "2.2"}"#,
            refusal(RefusalCode::UnsupportedFormat, "SARIF 2.2"),
        ),
        (r#"{"runs": [{"tool": {"driver": {"name": "x"}}}]}"#, refusal(RefusalCode::UnsupportedFormat, "SARIF")),
        (r#"{"version": "2.1.0", "runs": []}"#, refusal(RefusalCode::NotAScan, "SARIF without runs")),
        (r#"{"version": "2.1.0", "runs": null}"#, refusal(RefusalCode::NotAScan, "SARIF without runs")),
    ] {
        assert_eq!(refused(text), expected, "{text}");
    }
    let (code, detail) = refused(r#"{"version": "2.1.0", "runs": [{"results": []}]}"#);
    assert!(code == RefusalCode::Malformed && detail.starts_with("tool.driver.name"), "{code} {detail}");
}

#[test]
fn odd_values_are_read() {
    let file = read_text(&log(
        r#""results": [{"ruleId": "a", "ruleId": 7, "level": "note", "message": "text", "locations": {},
            "tags": 1, "suppressions": {}, "properties": [], "fingerprints": 3, "codeFlows": "x"}, 5]"#,
    ));
    assert_eq!(file.places("lint/7"), [("Lint code", &Place::Whole)]);
    assert_eq!(file.kept.quarantined[0].detail, "result");
}

#[test]
fn any_encoding_is_read() {
    let text = String::from_utf8(bytes("sarif/code.sarif")).unwrap();
    let wide: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let marked = format!("\u{feff}{text}").into_bytes();
    for other in [wide, marked] {
        let file = read_bytes(&other, &Options::default()).unwrap();
        assert_eq!(told(&file), told(&read("sarif/code.sarif")));
    }
}

#[test]
fn a_part_holds_no_result_whose_tool_or_code_base_may_have_been_cut_off() {
    let part = |text: &str| {
        let options = Options { accept_partial: true, ..Options::default() };
        read_bytes(text.as_bytes(), &options).map_err(|refusal| refusal.code)
    };
    let cut = |fields: &str| log(fields).trim_end_matches("}]}").to_owned();
    let results = r#""results": [{"ruleId": "a"}, {"ruleId": "b"}"#;
    let provenance = r#""versionControlProvenance": [{"repositoryUri": "https://git.example.com/shop/web"}]"#;
    assert_eq!(part(&cut(results)).err(), Some(RefusalCode::Truncated), "the code base may have a name");
    let file = part(&cut(&format!("{provenance}, {results}"))).unwrap();
    assert_eq!(file.places("lint/b"), [("git.example.com/shop/web", &Place::Whole)]);
    // A run that was cut before its results says nothing, be it that there are none.
    let file = part(&cut(&format!(r#"{results}]}}, {{"tool": {{"driver": {{"name": "Other""#))).unwrap();
    assert_eq!((file.parsed.assets.len(), remarks(&file)), (1, vec!["read_in_part"]));
    let sorted = String::from_utf8(bytes("sarif/sorted.sarif")).unwrap();
    let before_tool = &sorted[..sorted.find(r#""tool""#).unwrap()];
    assert_eq!(part(before_tool).err(), Some(RefusalCode::Truncated), "the results wait");
}

#[test]
fn what_waits_for_its_run_to_end_has_a_limit() {
    let results = format!(r#""results": [{{"ruleId": "a", "locations": [{}{{}}]}}]"#, "{},".repeat(1_000_000));
    let late = format!(r#"{{"version": "2.1.0", "runs": [{{{results}, "tool": {{"driver": {{"name": "x"}}}}}}]}}"#);
    assert_eq!(refused(&late), (RefusalCode::EventTooLarge, (128 << 20).to_string()));
    let text = log(&results);
    let mut sink = Forgetful(0);
    ingest::parse(&mut text.as_bytes(), &Options::default(), &mut sink).unwrap();
    assert_eq!(sink.0, 1_000_001, "nothing waits behind the tool");
}

/// Counts rows.
struct Forgetful(u64);

impl ingest::Sink for Forgetful {
    fn row(&mut self, _: Row) -> ControlFlow<()> {
        self.0 += 1;
        ControlFlow::Continue(())
    }

    fn quarantined(&mut self, _: ingest::Quarantined) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }
}
