//! Nessus, and Tenable's cloud.

use crate::support::{NOW, code, connector, exported, followed, imported, order, pinned};
use fakes::nessus::{Edition, Nessus};
use fakes::{Effect, Fake, Identity, Reply};
use model::scanner::{Capability, ConnectorKind, FaultCode, Note, Phase, Retry};
use scanners::{Connector, Found, Halt, Order, Remote, Secret, Settings, Trust};
use std::time::Duration;
use zeroize::Zeroizing;

fn keys() -> Secret {
    Secret::Keys(Zeroizing::new("a".repeat(64)), Zeroizing::new("b".repeat(64)))
}

fn with(fake: &Fake<Nessus>, secret: Secret, trust: Trust) -> Box<dyn Connector> {
    let cloud = fake.state().edition == Edition::Cloud;
    let kind = if cloud { ConnectorKind::TenableVm } else { ConnectorKind::Nessus };
    connector(kind, &fake.url(), secret, trust, Settings::default())
}

fn nessus(fake: &Fake<Nessus>) -> Box<dyn Connector> {
    with(fake, keys(), Trust::System)
}

#[tokio::test]
async fn a_probe_tells_what_the_licence_allows() {
    for (edition, can, product) in [
        (Edition::Manager, Capability::Launch, "Nessus Manager"),
        (Edition::Professional, Capability::Pull, "Nessus Professional"),
        (Edition::Cloud, Capability::Launch, "Nessus Cloud"),
    ] {
        let fake = Fake::start(Nessus::of(edition), None).await;
        let probe = nessus(&fake).probe(NOW).await.unwrap();
        assert_eq!((probe.can, probe.product.as_str()), (can, product));
        let notes: Vec<Note> = probe.notes.iter().map(|line| line.note).collect();
        assert_eq!(notes.contains(&Note::LaunchNotLicensed), can == Capability::Pull);
        assert!(
            notes.contains(&Note::ClockSkew) && probe.clock_ahead.is_some(),
            "the test's now is far from the machine's"
        );
        assert_eq!(probe.choices.len(), if can == Capability::Launch { 3 } else { 0 });
        assert_eq!(probe.licence_ends.unwrap().0, 1_893_304_800_000_000);
    }
    let fake = Fake::start(Nessus { loading: true, ..Nessus::default() }, None).await;
    assert_eq!(code(nessus(&fake).probe(NOW).await), FaultCode::Unavailable);
    let wrong = Secret::Keys(Zeroizing::new("a".repeat(64)), Zeroizing::new("c".repeat(64)));
    fake.state().loading = false;
    assert_eq!(code(with(&fake, wrong, Trust::System).probe(NOW).await), FaultCode::Auth);
}

#[tokio::test]
async fn a_run_goes_from_launch_to_report_and_the_next_one_differs() {
    for edition in [Edition::Manager, Edition::Cloud] {
        let identity = Identity::self_signed();
        let fake = Fake::start(Nessus::of(edition), Some(&identity)).await;
        let nessus = with(&fake, keys(), pinned(&identity));
        let first = order("run-00000001", &["10.0.0.5", "10.0.0.6"]);
        let mut remote = nessus.launch(&first).await.unwrap();
        let (phase, stages) = followed(nessus.as_ref(), &first, &mut remote).await.unwrap();
        assert_eq!((phase, stages.as_slice()), (Phase::Done, &["preparing".to_owned(), "scanning".to_owned()][..]));
        let (result, bytes) = exported(nessus.as_ref(), &remote).await.unwrap();
        let (rules, assets) = imported(&bytes);
        assert_eq!((rules.len(), assets.as_slice()), (8, &["10.0.0.5".to_owned(), "10.0.0.6".to_owned()][..]));
        assert!(!result.partial && result.name.ends_with(".nessus") && !result.name.contains('"'), "{}", result.name);
        fake.state().mended.insert(104_743);
        let second = order("run-00000002", &["10.0.0.5"]);
        let mut remote = nessus.launch(&second).await.unwrap();
        followed(nessus.as_ref(), &second, &mut remote).await.unwrap();
        assert_eq!(imported(&exported(nessus.as_ref(), &remote).await.unwrap().1).0, ["11219", "19506", "51192"]);
        assert_eq!(fake.count("/launch"), 2);
    }
}

#[tokio::test]
async fn what_is_not_licensed_is_not_tried() {
    let fake = Fake::start(Nessus::of(Edition::Professional), None).await;
    let run = order("run-00000001", &["10.0.0.5"]);
    let fault = nessus(&fake).launch(&run).await.unwrap_err();
    assert_eq!((fault.code, fault.retry()), (FaultCode::NotLicensed, Retry::Never));
    assert_eq!(fake.count("POST /scans"), 0);
    // It says otherwise of itself than it does.
    let fake = Fake::start(Nessus::default(), None).await;
    let refusal = Reply::status(412, &serde_json::json!({"error": "API is not available"}));
    fake.disturb("POST /scans", 1, Effect::Say(refusal));
    assert_eq!(code(nessus(&fake).launch(&run).await), FaultCode::NotLicensed);
}

#[tokio::test]
async fn scans_of_a_professional_are_adopted_run_by_run() {
    let fake = Fake::start(Nessus::of(Edition::Professional), None).await;
    let nessus = nessus(&fake);
    assert!(nessus.scans().await.unwrap().is_empty(), "there are none, which it says in its own way");
    let id = fake.state().define("DMZ weekly", "10.0.0.5");
    let scans = nessus.scans().await.unwrap();
    assert_eq!((scans[0].name.as_str(), scans[0].phase), ("DMZ weekly", None));
    assert!(nessus.history(&scans[0].id, NOW).await.unwrap().is_empty());
    fake.state().start(id, None);
    fake.state().finish(id);
    fake.state().start(id, None);
    let runs = nessus.history(&scans[0].id, NOW).await.unwrap();
    let phases: Vec<Phase> = runs.iter().map(|run| run.phase).collect();
    assert_eq!(phases, [Phase::Done, Phase::Queued], "the oldest first, and what goes on is not through");
    assert!(runs[0].finished_at > runs[0].started_at && runs[1].finished_at.is_none());
    let (result, bytes) = exported(nessus.as_ref(), &runs[0].remote).await.unwrap();
    assert_eq!((imported(&bytes).0.len(), result.partial), (4, false));
    fake.state().finish(id);
    let later = nessus.history(&scans[0].id, NOW).await.unwrap();
    assert_eq!((later[0].remote.clone(), later[1].phase), (runs[0].remote.clone(), Phase::Done));
    for gone in ["999", "x"] {
        assert_eq!(code(nessus.history(gone, NOW).await), FaultCode::Gone);
    }
}

#[tokio::test]
async fn nothing_is_launched_twice() {
    let fake = Fake::start(Nessus::default(), None).await;
    let nessus = nessus(&fake);
    let run = order("run-00000001", &["10.0.0.5"]);
    // The scan was made and its number got lost: it is found by its name.
    fake.disturb("POST /scans", 1, Effect::LoseAnswer);
    let fault = nessus.launch(&run).await.unwrap_err();
    assert!(!fault.perhaps_done && nessus.find(&run.key).await.unwrap() == Found::NotLaunched);
    // The launch got there and its answer got lost.
    fake.disturb("/launch", 1, Effect::LoseAnswer);
    let fault = nessus.launch(&run).await.unwrap_err();
    assert!(fault.perhaps_done, "nobody knows");
    let Found::Launched(mut remote) = nessus.find(&run.key).await.unwrap() else { panic!("it was launched") };
    assert_eq!(nessus.launch(&run).await.unwrap(), remote);
    assert_eq!((fake.state().scans.len(), fake.count("/launch")), (1, 1));
    followed(nessus.as_ref(), &run, &mut remote).await.unwrap();
    exported(nessus.as_ref(), &remote).await.unwrap();
    // Somebody launched it at the scanner first.
    let run = order("run-00000002", &["10.0.0.5"]);
    fake.disturb(
        "/launch",
        1,
        Effect::Say(Reply::status(409, &serde_json::json!({"error": "Scan is already active"}))),
    );
    nessus.launch(&run).await.unwrap();
}

#[tokio::test]
async fn a_canceled_run_is_a_part() {
    let fake = Fake::start(Nessus { pace: 5, ..Nessus::default() }, None).await;
    let nessus = nessus(&fake);
    let run = order("run-00000001", &["10.0.0.5"]);
    let mut remote = nessus.launch(&run).await.unwrap();
    nessus.advance(&run, &remote).await.unwrap();
    assert_eq!(nessus.cancel(&remote).await.unwrap(), Halt::Asked);
    assert_eq!(followed(nessus.as_ref(), &run, &mut remote).await.unwrap().0, Phase::Canceled);
    assert_eq!(nessus.cancel(&remote).await.unwrap(), Halt::Over);
    assert!(exported(nessus.as_ref(), &remote).await.unwrap().0.partial);
    let id = *fake.state().scans.keys().next().unwrap();
    fake.state().scans.get_mut(&id).unwrap().runs[0].status = "aborted";
    assert_eq!(nessus.advance(&run, &remote).await.unwrap().phase, Phase::Failed);
    fake.state().scans.clear();
    assert_eq!(code(nessus.advance(&run, &remote).await), FaultCode::Gone);
    assert_eq!(nessus.cancel(&remote).await.unwrap(), Halt::Over);
}

#[tokio::test]
async fn a_session_that_ends_in_the_middle_is_begun_again() {
    let fake = Fake::start(Nessus::default(), None).await;
    let login = |word: &str| Secret::Login("admin".to_owned(), Zeroizing::new(word.to_owned()));
    let nessus = with(&fake, login("word"), Trust::System);
    let run = order("run-00000001", &["10.0.0.5"]);
    let mut remote = nessus.launch(&run).await.unwrap();
    assert_eq!(fake.count("POST /session"), 1);
    fake.state().sessions.clear();
    followed(nessus.as_ref(), &run, &mut remote).await.unwrap();
    assert_eq!(fake.count("POST /session"), 2);
    fake.state().sessions.clear();
    exported(nessus.as_ref(), &remote).await.unwrap();
    fake.state().account.1 = "changed".to_owned();
    fake.state().sessions.clear();
    assert_eq!(code(nessus.advance(&run, &remote).await), FaultCode::Auth);
    // Keys do not end, and are not tried again.
    let asked = fake.count("GET /scans/");
    fake.state().keys.1 = "c".repeat(64);
    assert_eq!(code(with(&fake, keys(), Trust::System).advance(&run, &remote).await), FaultCode::Auth);
    assert_eq!(fake.count("GET /scans/"), asked + 1);
}

#[tokio::test]
async fn what_disturbs_a_run_has_its_name() {
    let fake = Fake::start(Nessus::default(), None).await;
    let nessus = nessus(&fake);
    let run = order("run-00000001", &["10.0.0.5"]);
    let mut remote = nessus.launch(&run).await.unwrap();
    let limited = Reply::status(429, &serde_json::json!({"error": "Rate limit"})).with("retry-after", "7");
    for (effect, expected, retry) in [
        (Effect::Close, FaultCode::ClosedSilently, Retry::Later),
        (Effect::Hang, FaultCode::NoAnswer, Retry::Later),
        (Effect::Truncate, FaultCode::CutOff, Retry::Later),
        (Effect::Slow(Duration::from_millis(100)), FaultCode::TooLong, Retry::Never),
        (Effect::Say(Reply::text(503, "text/plain", "")), FaultCode::Unavailable, Retry::Later),
        (Effect::Say(Reply::text(403, "text/plain", "")), FaultCode::Forbidden, Retry::Never),
        (Effect::Say(Reply::text(200, "text/html", "<p>")), FaultCode::Protocol, Retry::Never),
        (Effect::Say(limited), FaultCode::RateLimited, Retry::Later),
    ] {
        fake.disturb("GET /scans/", 1, effect);
        let fault = nessus.advance(&run, &remote).await.unwrap_err();
        assert_eq!((fault.code, fault.retry()), (expected, retry));
        assert_eq!(fault.wait, (expected == FaultCode::RateLimited).then_some(Duration::from_secs(7)));
    }
    followed(nessus.as_ref(), &run, &mut remote).await.unwrap();
    fake.disturb("/download", 1, Effect::Truncate);
    assert_eq!(code(exported(nessus.as_ref(), &remote).await), FaultCode::CutOff);
    fake.disturb("/export?", 1, Effect::Say(Reply::text(409, "text/plain", "")));
    assert_eq!(code(exported(nessus.as_ref(), &remote).await), FaultCode::Busy, "too many exports at a time");
    fake.state().export_pace = u32::MAX;
    assert_eq!(code(exported(nessus.as_ref(), &remote).await), FaultCode::TooLong);
    fake.state().export_fails = true;
    assert_eq!(code(exported(nessus.as_ref(), &remote).await), FaultCode::ExportFailed);
    let as_trial = |nessus: &mut Nessus| {
        (nessus.edition, nessus.export_fails, nessus.export_pace) = (Edition::Trial, false, 0);
    };
    as_trial(&mut fake.state());
    assert_eq!(code(exported(nessus.as_ref(), &remote).await), FaultCode::NotLicensed);
}

#[tokio::test]
async fn targets_are_addresses() {
    let fake = Fake::start(Nessus::default(), None).await;
    for odd in ["http://a", "10.0.0.1,10.0.0.2", "a b", "$(id)"] {
        assert_eq!(code(nessus(&fake).launch(&order("run-00000001", &[odd])).await), FaultCode::Settings, "{odd}");
    }
    let mut unknown: Order = order("run-00000001", &["10.0.0.0/24"]);
    for choice in ["x", "template", "policy:x:y"] {
        unknown.choice = Some(choice.to_owned());
        assert_eq!(code(nessus(&fake).launch(&unknown).await), FaultCode::Settings, "{choice}");
    }
    assert_eq!(fake.state().scans.len(), 0);
    let stored = Remote::stored("nonsense".to_owned());
    assert_eq!(code(nessus(&fake).advance(&unknown, &stored).await), FaultCode::Protocol);
}
