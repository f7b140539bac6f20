//! What Tenable's cloud knows, through its export of vulnerabilities.

use crate::support::{code, connector, exported, followed, imported, order};
use fakes::nessus::{Edition, Nessus};
use fakes::{Effect, Fake, Reply};
use model::Micros;
use model::scanner::{ConnectorKind, FaultCode, Note, Phase};
use scanners::{Connector, Found, Halt, Order, Secret, Settings, Trust};
use serde_json::json;
use std::time::Duration;
use zeroize::Zeroizing;

const DAY: i64 = 86_400;

async fn cloud() -> Fake<Nessus> {
    let fake = Fake::start(Nessus::of(Edition::Cloud), None).await;
    let now = fake.state().clock;
    for host in ["10.0.0.5", "10.0.0.6"] {
        fake.state().saw(host, now);
    }
    fake
}

fn over(fake: &Fake<Nessus>, kind: ConnectorKind) -> Box<dyn Connector> {
    let keys = Secret::Keys(Zeroizing::new("a".repeat(64)), Zeroizing::new("b".repeat(64)));
    connector(kind, &fake.url(), keys, Trust::System, Settings::default())
}

fn tenable(fake: &Fake<Nessus>) -> Box<dyn Connector> {
    over(fake, ConnectorKind::TenableVm)
}

fn all(since: Option<i64>) -> Order {
    Order { since: since.map(|since| Micros(since * 1_000_000)), ..order("run-00000001", &[]) }
}

#[tokio::test]
async fn everything_comes_first_and_then_what_changed() {
    let fake = cloud().await;
    let (tenable, run) = (tenable(&fake), all(None));
    let mut remote = tenable.launch(&run).await.unwrap();
    let (phase, stages) = followed(tenable.as_ref(), &run, &mut remote).await.unwrap();
    assert_eq!((phase, stages.as_slice()), (Phase::Done, &["preparing".to_owned(), "finishing".to_owned()][..]));
    let (result, bytes) = exported(tenable.as_ref(), &remote).await.unwrap();
    let (rules, assets) = imported(&bytes);
    assert_eq!((rules.len(), assets.as_slice()), (8, &["10.0.0.5".to_owned(), "10.0.0.6".to_owned()][..]));
    assert!(!result.partial && result.name.starts_with("tenable-") && result.name.ends_with(".json"));
    assert_eq!((result.lines[0].note, result.lines[0].number), (Note::FindingsFetched, Some(8)));
    let states = json!(["OPEN", "REOPENED"]);
    assert_eq!(
        fake.state().bulk.jobs[0].filters,
        json!({"since": 1_000_000_000, "state": states}),
        "a month if none is said"
    );

    let later = fake.state().clock + DAY;
    fake.state().mended.insert(104_743);
    fake.state().saw("10.0.0.6", later);
    let run = all(Some(later - 60));
    let mut remote = tenable.launch(&run).await.unwrap();
    let progress = tenable.advance(&run, &remote).await.unwrap();
    let noted: Vec<(Note, &str)> = progress.lines.iter().map(|line| (line.note, line.text.as_str())).collect();
    assert_eq!(noted, [(Note::ChangesSince, &Micros((later - 60) * 1_000_000).rfc3339()[..10])]);
    followed(tenable.as_ref(), &run, &mut remote).await.unwrap();
    let (result, bytes) = exported(tenable.as_ref(), &remote).await.unwrap();
    assert_eq!(
        imported(&bytes),
        (["11219", "19506", "51192"].map(str::to_owned).to_vec(), vec!["10.0.0.6".to_owned()])
    );
    assert_eq!(result.lines[0].number, Some(4), "what is fixed comes too");
    // Nothing changed since: that is an export as well.
    let run = all(Some(later + DAY));
    let mut remote = tenable.launch(&run).await.unwrap();
    followed(tenable.as_ref(), &run, &mut remote).await.unwrap();
    assert_eq!(imported(&exported(tenable.as_ref(), &remote).await.unwrap().1), (Vec::new(), Vec::new()));
    assert_eq!(fake.count("/launch") + fake.count("POST /scans"), 0, "nothing is scanned");
}

#[tokio::test]
async fn an_export_is_asked_for_once() {
    let fake = cloud().await;
    let (tenable, run) = (tenable(&fake), all(None));
    fake.disturb("POST /vulns/export", 1, Effect::LoseAnswer);
    assert!(tenable.launch(&run).await.unwrap_err().perhaps_done, "nobody knows");
    assert_eq!(tenable.find(&run.key).await.unwrap(), Found::NotLaunched);
    let mut remote = tenable.launch(&run).await.unwrap();
    assert_eq!(fake.state().bulk.jobs.len(), 1, "what goes on is taken up");
    assert_eq!(tenable.advance(&run, &remote).await.unwrap().lines[0].note, Note::Adopted);
    assert_eq!(tenable.cancel(&remote).await.unwrap(), Halt::LeftRunning, "it may be somebody else's");
    followed(tenable.as_ref(), &run, &mut remote).await.unwrap();
    assert_eq!(imported(&exported(tenable.as_ref(), &remote).await.unwrap().1).0.len(), 8);
    // One that says no more is waited for.
    let conflict = Reply::status(409, &json!({"failure_reason": "The request could not be completed"}));
    fake.disturb("POST /vulns/export", 1, Effect::Say(conflict));
    assert_eq!(code(tenable.launch(&run).await), FaultCode::Busy);
}

#[tokio::test]
async fn an_export_that_is_stopped_ends() {
    let fake = cloud().await;
    fake.state().bulk.stuck = true;
    let (tenable, run) = (tenable(&fake), all(None));
    let mut remote = tenable.launch(&run).await.unwrap();
    assert_eq!(tenable.advance(&run, &remote).await.unwrap().phase, Phase::Queued);
    assert_eq!(tenable.cancel(&remote).await.unwrap(), Halt::Asked);
    assert_eq!(followed(tenable.as_ref(), &run, &mut remote).await.unwrap().0, Phase::Canceled);
    assert_eq!(tenable.cancel(&remote).await.unwrap(), Halt::Over, "it has ended");
    fake.state().bulk.expired = true;
    assert_eq!(tenable.cancel(&remote).await.unwrap(), Halt::Over, "it is not known any more");
    assert_eq!(code(tenable.advance(&run, &remote).await), FaultCode::Gone);
}

#[tokio::test]
async fn what_disturbs_an_export_has_its_name() {
    let fake = cloud().await;
    let (tenable, run) = (tenable(&fake), all(None));
    let limited = Reply::text(429, "text/html", "<html>429 Too Many Requests").with("retry-after", "7");
    for (effect, expected) in [
        (Effect::Say(limited.clone()), FaultCode::RateLimited),
        (Effect::Say(Reply::text(503, "text/plain", "")), FaultCode::Unavailable),
        (Effect::Say(Reply::status(401, &json!({"message": "Invalid credentials."}))), FaultCode::Auth),
        (Effect::Say(Reply::text(403, "text/plain", "")), FaultCode::Forbidden),
        (Effect::Say(Reply::text(200, "text/html", "<p>")), FaultCode::Protocol),
        (Effect::Hang, FaultCode::NoAnswer),
    ] {
        fake.disturb("POST /vulns/export", 1, effect);
        let fault = tenable.launch(&run).await.unwrap_err();
        let wait = (expected == FaultCode::RateLimited).then_some(Duration::from_secs(7));
        assert_eq!((fault.code, fault.wait), (expected, wait));
    }
    let mut remote = tenable.launch(&run).await.unwrap();
    followed(tenable.as_ref(), &run, &mut remote).await.unwrap();
    // A chunk that comes empty, broken or late is asked for again.
    let soon = Reply::text(429, "text/html", "").with("retry-after", "0");
    for effect in [Effect::Truncate, Effect::Close, Effect::Say(soon)] {
        fake.disturb("/chunks/1", 2, effect);
        assert_eq!(imported(&exported(tenable.as_ref(), &remote).await.unwrap().1).0.len(), 8);
    }
    for (instead, times, expected) in
        [("", 2, Ok(8)), ("[{\"asset\"", 2, Ok(8)), ("[]", 2, Ok(8)), ("[]", 9, Ok(4)), ("", 9, Err(FaultCode::CutOff))]
    {
        fake.state().bulk.empty.insert(2, (times, instead));
        let came = exported(tenable.as_ref(), &remote).await;
        assert_eq!(
            came.map(|(_, bytes)| imported(&bytes).0.len()).map_err(|fault| fault.code),
            expected,
            "{instead:?} {times} times"
        );
    }
    fake.state().bulk.empty.clear();
    // Who is to wait long comes back later.
    let later = Reply::text(429, "text/html", "").with("retry-after", "600");
    fake.disturb("/chunks/2", 1, Effect::Say(later));
    let fault = exported(tenable.as_ref(), &remote).await.unwrap_err();
    assert_eq!((fault.code, fault.wait), (FaultCode::RateLimited, Some(Duration::from_secs(600))));
    // Without one of its parts it is no whole, and nothing of it is fetched.
    fake.state().bulk.failing.insert(2);
    let (result, bytes) = exported(tenable.as_ref(), &remote).await.unwrap();
    assert!(result.partial && bytes.is_empty());
    assert_eq!((result.lines[0].note, result.lines[0].number), (Note::PartsMissing, Some(1)));
    fake.state().bulk.errs = true;
    let mut remote = tenable.launch(&run).await.unwrap();
    let fault = followed(tenable.as_ref(), &run, &mut remote).await.unwrap_err();
    assert_eq!(fault.code, FaultCode::ExportFailed);
    fake.state().bulk.expired = true;
    assert_eq!(code(exported(tenable.as_ref(), &remote).await), FaultCode::Gone);
}

#[tokio::test]
async fn a_scanner_that_keeps_nothing_needs_targets() {
    let fake = Fake::start(Nessus::default(), None).await;
    let fault = over(&fake, ConnectorKind::Nessus).launch(&all(None)).await.unwrap_err();
    assert_eq!((fault.code, fault.detail.as_str()), (FaultCode::Settings, "targets"));
}
