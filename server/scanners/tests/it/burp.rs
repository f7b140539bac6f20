//! Burp Suite, Professional and DAST.

use crate::support::{NOW, code, connector, exported, followed, imported, key, order, pinned};
use fakes::burp::{BurpDast, BurpPro};
use fakes::{Effect, Fake, Identity, Reply};
use model::scanner::{Capability, ConnectorKind, FaultCode, Intensity, Note, Phase, Retry};
use scanners::{Connector, Found, Halt, Order, Settings, Trust};
use std::time::Duration;

const SHOP: &str = "https://shop.example/";

fn professional(fake: &Fake<BurpPro>) -> Box<dyn Connector> {
    let secret = key(&fake.state().key);
    connector(ConnectorKind::BurpPro, &fake.url(), secret, Trust::System, Settings::default())
}

fn dast(fake: &Fake<BurpDast>, trust: Trust) -> Box<dyn Connector> {
    connector(ConnectorKind::BurpDast, &fake.url(), key("dast-key"), trust, Settings::default())
}

#[tokio::test]
async fn a_professional_runs_a_scan_and_its_events_are_gathered() {
    let fake = Fake::start(BurpPro::default(), None).await;
    let burp = professional(&fake);
    let probe = burp.probe(NOW).await.unwrap();
    let notes: Vec<Note> = probe.notes.iter().map(|line| line.note).collect();
    assert_eq!(
        (probe.can, notes),
        (Capability::Launch, vec![Note::CannotCancel, Note::CannotBeAsked, Note::PlainHttp])
    );
    let run =
        Order { intensity: Intensity::Light, exclude: vec![format!("{SHOP}logout")], ..order("run-00000001", &[SHOP]) };
    let mut remote = burp.launch(&run).await.unwrap();
    let asked = fake.state().tasks[0].asked.clone();
    assert_eq!(asked["scope"]["exclude"][0]["rule"], "https://shop.example/logout");
    assert_eq!(asked["scan_configurations"][0]["name"], "Crawl and Audit - Lightweight");
    assert_eq!(code(exported(burp.as_ref(), &remote).await), FaultCode::Busy, "it is not through");
    let (phase, stages) = followed(burp.as_ref(), &run, &mut remote).await.unwrap();
    assert_eq!((phase, stages), (Phase::Done, ["crawl", "active", "finishing"].map(str::to_owned).to_vec()));
    let (result, bytes) = exported(burp.as_ref(), &remote).await.unwrap();
    let (rules, assets) = imported(&bytes);
    assert_eq!(
        (rules.as_slice(), assets),
        (&["1049088", "2097920", "5245344"].map(str::to_owned)[..], vec!["https://shop.example".to_owned()])
    );
    assert!(!result.partial);
    fake.state().mended.insert(1_049_088);
    let run = order("run-00000002", &[SHOP]);
    let mut remote = burp.launch(&run).await.unwrap();
    followed(burp.as_ref(), &run, &mut remote).await.unwrap();
    assert_eq!(imported(&exported(burp.as_ref(), &remote).await.unwrap().1).0, ["2097920", "5245344"]);
}

#[tokio::test]
async fn many_events_come_page_by_page() {
    let fake = Fake::start(BurpPro { pace: 100, ..BurpPro::default() }, None).await;
    let burp = professional(&fake);
    let many: Vec<String> = (0..400).map(|host| format!("https://h{host}.example/")).collect();
    let run = order("run-00000001", &many.iter().map(String::as_str).collect::<Vec<_>>());
    let mut remote = burp.launch(&run).await.unwrap();
    followed(burp.as_ref(), &run, &mut remote).await.unwrap();
    let before = fake.count("/scan/");
    assert_eq!(imported(&exported(burp.as_ref(), &remote).await.unwrap().1).0.len(), 1200);
    assert_eq!(fake.count("/scan/") - before, 4, "three pages and an empty one");
}

#[tokio::test]
async fn a_professional_cannot_be_asked_nor_told_to_stop() {
    let fake = Fake::start(BurpPro::default(), None).await;
    let burp = professional(&fake);
    let run = order("run-00000001", &[SHOP]);
    fake.disturb("POST", 1, Effect::LoseAnswer);
    let fault = burp.launch(&run).await.unwrap_err();
    assert!(fault.perhaps_done && burp.find(&run.key).await.unwrap() == Found::CannotTell);
    assert!(!burp.nature().can_be_asked && !burp.nature().can_cancel);
    let run = order("run-00000002", &[SHOP]);
    let mut remote = burp.launch(&run).await.unwrap();
    assert_eq!(burp.cancel(&remote).await.unwrap(), Halt::LeftRunning);
    followed(burp.as_ref(), &run, &mut remote).await.unwrap();
    assert_eq!(burp.cancel(&remote).await.unwrap(), Halt::Over);
    fake.state().tasks.last_mut().unwrap().status = "cancelled";
    assert_eq!(followed(burp.as_ref(), &run, &mut remote).await.unwrap().0, Phase::Canceled);
    assert!(exported(burp.as_ref(), &remote).await.unwrap().0.partial);
    fake.state().tasks.clear();
    assert_eq!(code(burp.advance(&run, &remote).await), FaultCode::Gone, "it was restarted");
}

#[tokio::test]
async fn the_key_in_the_path_is_told_to_nobody() {
    let fake = Fake::start(BurpPro::default(), None).await;
    let wrong = connector(ConnectorKind::BurpPro, &fake.url(), key("wrongkey"), Trust::System, Settings::default());
    assert_eq!(code(wrong.probe(NOW).await), FaultCode::Auth);
    let secret = fake.state().key.clone();
    let told = Reply::text(400, "text/plain", format!("no such thing: /{secret}/v0.1/"));
    fake.disturb("GET", 1, Effect::Say(told));
    let fault = professional(&fake).probe(NOW).await.unwrap_err();
    assert!(fault.code == FaultCode::Refused && !fault.to_string().contains(&secret), "{fault}");
    for (effect, expected, retry) in [
        (Effect::Close, FaultCode::ClosedSilently, Retry::Later),
        (Effect::Truncate, FaultCode::CutOff, Retry::Later),
        (Effect::Hang, FaultCode::NoAnswer, Retry::Later),
        (Effect::Say(Reply::text(500, "text/plain", "")), FaultCode::Unavailable, Retry::Later),
    ] {
        fake.disturb("GET", 1, effect);
        let fault = professional(&fake).probe(NOW).await.unwrap_err();
        assert_eq!((fault.code, fault.retry()), (expected, retry));
    }
    // Any site has a page; only Burp knows issues.
    fake.disturb("GET", 2, Effect::Say(Reply::text(200, "text/html", "<h1>Welcome</h1>")));
    assert_eq!(code(professional(&fake).probe(NOW).await), FaultCode::Protocol);
}

#[tokio::test]
async fn a_dast_scans_a_site_and_gives_its_report() {
    for old in [false, true] {
        let identity = Identity::self_signed();
        let fake = Fake::start(BurpDast { old, ..BurpDast::default() }, Some(&identity)).await;
        let burp = dast(&fake, pinned(&identity));
        let probe = burp.probe(NOW).await.unwrap();
        assert_eq!((probe.can, probe.choices[0].1.as_str()), (Capability::Launch, "Crawl and Audit - Balanced"));
        let run = Order { choice: Some(probe.choices[0].0.clone()), ..order("run-00000001", &[SHOP]) };
        let mut remote = burp.launch(&run).await.unwrap();
        let (phase, stages) = followed(burp.as_ref(), &run, &mut remote).await.unwrap();
        assert_eq!((phase, stages), (Phase::Done, ["preparing", "scanning", "finishing"].map(str::to_owned).to_vec()));
        let (_, bytes) = exported(burp.as_ref(), &remote).await.unwrap();
        assert_eq!(
            imported(&bytes),
            (["1049088", "2097920", "5245344"].map(str::to_owned).to_vec(), vec!["https://shop.example".to_owned()])
        );
        // The next run is of the same site.
        let run = order("run-00000002", &["https://shop.example"]);
        let mut remote = burp.launch(&run).await.unwrap();
        followed(burp.as_ref(), &run, &mut remote).await.unwrap();
        assert_eq!(fake.state().sites.len(), 1);
        let site = burp.scans().await.unwrap().remove(0);
        let runs = burp.history(&site.id, NOW).await.unwrap();
        assert!(runs.len() == 2 && runs.iter().all(|run| run.phase == Phase::Done && run.finished_at > run.started_at));
        assert_eq!(imported(&exported(burp.as_ref(), &runs[0].remote).await.unwrap().1).0.len(), 3);
    }
}

#[tokio::test]
async fn a_dast_is_asked_before_anything_is_launched_again() {
    let fake = Fake::start(BurpDast::default(), None).await;
    let burp = dast(&fake, Trust::System);
    let run = order("run-00000001", &[SHOP]);
    assert_eq!(burp.find(&run.key).await.unwrap(), Found::NotLaunched);
    fake.state().site("Shop", SHOP);
    // Asked for: the items, the sites, the time; then the item is made and the answer lost.
    let launched = burp.launch(&run).await.unwrap();
    assert_eq!(burp.find(&run.key).await.unwrap(), Found::Launched(launched.clone()));
    assert_eq!(burp.launch(&run).await.unwrap(), launched);
    assert_eq!(fake.state().items.len(), 1);
    // Canceled before it began, and while it runs.
    assert_eq!(burp.cancel(&launched).await.unwrap(), Halt::Over);
    assert!(fake.state().items.is_empty());
    let run = order("run-00000002", &[SHOP]);
    let mut remote = burp.launch(&run).await.unwrap();
    for _ in 0..3 {
        if let Some(new) = burp.advance(&run, &remote).await.unwrap().remote {
            remote = new;
        }
    }
    assert_eq!(burp.cancel(&remote).await.unwrap(), Halt::Asked);
    assert_eq!(followed(burp.as_ref(), &run, &mut remote).await.unwrap().0, Phase::Canceled);
    assert!(exported(burp.as_ref(), &remote).await.unwrap().0.partial);
    fake.state().report_fails = true;
    assert_eq!(code(exported(burp.as_ref(), &remote).await), FaultCode::ExportFailed);
    fake.state().scans.clear();
    assert_eq!(code(burp.advance(&run, &remote).await), FaultCode::Gone);
    // An item that was deleted before it had a scan never has one.
    let run = order("run-00000003", &[SHOP]);
    let remote = burp.launch(&run).await.unwrap();
    assert_eq!(burp.advance(&run, &remote).await.unwrap().phase, Phase::Queued);
    fake.state().items.clear();
    assert_eq!(code(burp.advance(&run, &remote).await), FaultCode::Gone);
}

#[tokio::test]
async fn errors_of_graphql_come_with_a_good_status() {
    let fake = Fake::start(BurpDast::default(), None).await;
    let wrong = connector(ConnectorKind::BurpDast, &fake.url(), key("wrong"), Trust::System, Settings::default());
    assert_eq!(code(wrong.probe(NOW).await), FaultCode::Auth);
    let burp = dast(&fake, Trust::System);
    let said =
        |words: &str| Effect::Say(Reply::json(&serde_json::json!({"errors": [{"message": words}], "data": null})));
    for (effect, expected) in [
        (said("You do not have permission"), FaultCode::Forbidden),
        (said("Something else"), FaultCode::Refused),
        (Effect::Say(Reply::text(429, "text/plain", "").with("retry-after", "3")), FaultCode::RateLimited),
        (Effect::Say(Reply::text(503, "text/plain", "")), FaultCode::Unavailable),
        (Effect::Close, FaultCode::ClosedSilently),
        (Effect::Truncate, FaultCode::CutOff),
        (Effect::Slow(Duration::from_millis(300)), FaultCode::TooLong),
    ] {
        fake.disturb("graphql", 1, effect);
        assert_eq!(code(burp.probe(NOW).await), expected);
    }
    let two = order("run-00000001", &[SHOP, "https://other.example/"]);
    assert_eq!(code(burp.launch(&two).await), FaultCode::Settings);
}
