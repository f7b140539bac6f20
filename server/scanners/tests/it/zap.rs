//! ZAP.

use crate::support::{
    NOW, code, connector, connector_in, exported, followed, imported, key, order, pinned, surroundings,
};
use fakes::{Effect, Fake, Identity, Reply, Zap};
use model::scanner::{Capability, ConnectorKind, FaultCode, Intensity, Note, Phase, Retry};
use scanners::{Connector, Found, Halt, Login, Order, RunKey, Settings, Trust};
use zeroize::Zeroizing;

const SHOP: &str = "http://shop.example/";

/// The rules of all that there is to find in the shop.
const ALL: [&str; 6] = ["10021", "10037", "10038-1", "40012", "40018", "6-1"];

fn zap(fake: &Fake<Zap>) -> Box<dyn Connector> {
    connector(ConnectorKind::Zap, &fake.url(), key("zap-key"), Trust::System, Settings::default())
}

fn login() -> Login {
    Login {
        url: "http://shop.example/login".to_owned(),
        body: "username={%username%}&password={%password%}".to_owned(),
        json: false,
        username: "alice".to_owned(),
        password: Zeroizing::new("alice1".to_owned()),
        page: "http://shop.example/account".to_owned(),
        sign: "Signed in as".to_owned(),
    }
}

#[tokio::test]
async fn a_probe_tells_what_is_there() {
    let fake = Fake::start(Zap::default(), None).await;
    let probe = zap(&fake).probe(NOW).await.unwrap();
    assert_eq!((probe.can, probe.version.as_str()), (Capability::Launch, "2.17.0"));
    assert_eq!(probe.parts, ["spider", "ascan", "pscan", "ajaxSpider", "reports"]);
    assert_eq!(probe.choices, [("Default Policy".to_owned(), "Default Policy".to_owned())]);
    fake.state().parts.remove("ajaxSpider");
    let probe = zap(&fake).probe(NOW).await.unwrap();
    assert_eq!(probe.can, Capability::Launch, "it does without");
    assert!(probe.notes.iter().any(|line| (line.note, line.text.as_str()) == (Note::AddOnMissing, "ajaxSpider")));
    fake.state().parts.remove("ascan");
    assert_eq!(zap(&fake).probe(NOW).await.unwrap().can, Capability::ReadOnly);
}

#[tokio::test]
async fn a_wrong_key_is_silence_and_said_to_be_one() {
    let fake = Fake::start(Zap::default(), None).await;
    let wrong = connector(ConnectorKind::Zap, &fake.url(), key("wrong"), Trust::System, Settings::default());
    let fault = wrong.probe(NOW).await.unwrap_err();
    assert_eq!((fault.code, fault.retry()), (FaultCode::KeyOrAddressRefused, Retry::Later));
    let reports_them =
        Reply::status(400, &serde_json::json!({"code": "bad_api_key", "message": "Invalid or missing API key"}));
    fake.disturb("version", 1, Effect::Say(reports_them));
    assert_eq!(code(zap(&fake).probe(NOW).await), FaultCode::Auth);
    fake.disturb("version", 1, Effect::Say(Reply::text(502, "text/html", "<html>")));
    assert_eq!(code(zap(&fake).probe(NOW).await), FaultCode::Settings, "it took us for who wants its proxy");
}

#[tokio::test]
async fn a_run_goes_from_crawl_to_report_and_the_next_one_differs() {
    let identity = Identity::self_signed();
    let fake = Fake::start(Zap::default(), Some(&identity)).await;
    let zap = connector(ConnectorKind::Zap, &fake.url(), key("zap-key"), pinned(&identity), Settings::default());
    let first = Order {
        login: Some(login()),
        exclude: vec!["http://shop.example/logout".to_owned()],
        ..order("run-00000001", &[SHOP])
    };
    let mut remote = zap.launch(&first).await.unwrap();
    assert_eq!(zap.launch(&first).await.unwrap(), remote, "a launch that was whole is found");
    let context = fake.state().contexts[0].clone();
    assert_eq!(context.include, [r"\Qhttp://shop.example/\E.*"]);
    assert_eq!(context.exclude, [r"\Qhttp://shop.example/logout\E.*"]);
    let (phase, stages) = followed(zap.as_ref(), &first, &mut remote).await.unwrap();
    assert_eq!(phase, Phase::Done);
    assert_eq!(stages, ["crawl", "browser_crawl", "passive", "active", "passive", "finishing"]);
    let (result, bytes) = exported(zap.as_ref(), &remote).await.unwrap();
    let (rules, assets) = imported(&bytes);
    assert_eq!((rules, assets), (ALL.map(str::to_owned).to_vec(), vec!["http://shop.example".to_owned()]));
    let coverage = result.coverage.unwrap();
    assert!(!result.partial && coverage.login_held == Some(true) && !coverage.urls_cut);
    assert!(coverage.urls.contains(&"http://shop.example/items?id=1".to_owned()));
    assert!(coverage.rules.iter().all(|rule| rule.whole) && coverage.rules.len() == 6, "{:?}", coverage.rules);
    assert_eq!((fake.count("spider/action/scanAsUser"), fake.count("ascan/action/scanAsUser")), (1, 1));
    // The next run begins with a new session, and sees that something was mended.
    fake.state().mended.insert("40018");
    let second = order("run-00000002", &[SHOP]);
    let mut remote = zap.launch(&second).await.unwrap();
    followed(zap.as_ref(), &second, &mut remote).await.unwrap();
    let (_, bytes) = exported(zap.as_ref(), &remote).await.unwrap();
    assert_eq!(imported(&bytes).0, ["10021", "10037", "10038-1", "40012", "6-1"]);
}

#[tokio::test]
async fn the_report_with_exchanges_comes_through_a_shared_folder() {
    let place = tempfile::tempdir().unwrap();
    let fake = Fake::start(Zap { reports: Some(place.path().to_owned()), ..Zap::default() }, None).await;
    let mut around = surroundings();
    around.folders.insert("zap".to_owned(), place.path().to_owned());
    let settings =
        Settings { folder: Some("zap".to_owned()), report_dir: Some("/zap/reports".to_owned()), ..Settings::default() };
    let zap = connector_in(&around, ConnectorKind::Zap, &fake.url(), key("zap-key"), Trust::System, settings);
    let run = order("run-00000001", &[SHOP]);
    let mut remote = zap.launch(&run).await.unwrap();
    followed(zap.as_ref(), &run, &mut remote).await.unwrap();
    let (result, bytes) = exported(zap.as_ref(), &remote).await.unwrap();
    assert!(String::from_utf8_lossy(&bytes).contains("response-header") && result.lines.is_empty());
    assert_eq!(imported(&bytes).0, ALL);
    assert_eq!(std::fs::read_dir(place.path()).unwrap().count(), 0, "the copy is taken away");
}

#[tokio::test]
async fn intensity_and_rules_make_a_policy() {
    let fake = Fake::start(Zap::default(), None).await;
    let zap = zap(&fake);
    let verify =
        Order { rules: vec!["40018".to_owned()], ..order("run-00000001", &["http://shop.example/items?id=1"]) };
    let mut remote = zap.launch(&verify).await.unwrap();
    followed(zap.as_ref(), &verify, &mut remote).await.unwrap();
    let coverage = exported(zap.as_ref(), &remote).await.unwrap().0.coverage.unwrap();
    let active: Vec<&str> =
        coverage.rules.iter().map(|rule| rule.id.as_str()).filter(|id| !id.starts_with("100")).collect();
    assert_eq!(active, ["40018"], "no other rule ran");
    let light = Order { intensity: Intensity::Light, ..order("run-00000002", &[SHOP]) };
    let mut remote = zap.launch(&light).await.unwrap();
    followed(zap.as_ref(), &light, &mut remote).await.unwrap();
    assert_eq!(fake.count("ajaxSpider/action/scan"), 0);
    assert!(fake.state().policies.contains_key("postura-light"));
}

#[tokio::test]
async fn several_targets_are_scanned_one_after_the_other() {
    let fake = Fake::start(Zap { pace: 100, ..Zap::default() }, None).await;
    let zap = zap(&fake);
    let run = order("run-00000001", &[SHOP, "http://other.example/"]);
    let mut remote = zap.launch(&run).await.unwrap();
    followed(zap.as_ref(), &run, &mut remote).await.unwrap();
    assert_eq!((fake.count("spider/action/scan"), fake.count("ascan/action/scan")), (2, 2));
    let (_, bytes) = exported(zap.as_ref(), &remote).await.unwrap();
    assert_eq!(imported(&bytes).1, ["http://other.example", "http://shop.example"]);
}

#[tokio::test]
async fn a_login_that_does_not_hold_stops_the_launch() {
    let fake = Fake::start(Zap::default(), None).await;
    let wrong = Login { password: Zeroizing::new("wrong".to_owned()), ..login() };
    let run = Order { login: Some(wrong), ..order("run-00000001", &[SHOP]) };
    assert_eq!(code(zap(&fake).launch(&run).await), FaultCode::LoginFailed);
    let unseen = Login { sign: "Welcome back".to_owned(), ..login() };
    let run = Order { login: Some(unseen), ..order("run-00000001", &[SHOP]) };
    assert_eq!(code(zap(&fake).launch(&run).await), FaultCode::LoginFailed);
    assert_eq!(fake.count("ascan/action/scan"), 0);
    assert_eq!(zap(&fake).find(&run.key).await.unwrap(), Found::NotLaunched);
}

#[tokio::test]
async fn targets_are_of_the_web_and_answer() {
    let fake = Fake::start(Zap::default(), None).await;
    for odd in ["10.0.0.1", "ftp://shop.example", "shop"] {
        assert_eq!(code(zap(&fake).launch(&order("run-00000001", &[odd])).await), FaultCode::Settings, "{odd}");
    }
    assert_eq!(fake.count("newSession"), 0);
    fake.state().unreachable.insert("shop.example".to_owned());
    assert_eq!(code(zap(&fake).launch(&order("run-00000001", &[SHOP])).await), FaultCode::TargetUnreachable);
    // One of two that answers is worth a scan.
    zap(&fake).launch(&order("run-00000002", &[SHOP, "http://other.example/"])).await.unwrap();
}

#[tokio::test]
async fn nothing_is_launched_twice() {
    let fake = Fake::start(Zap::default(), None).await;
    let zap = zap(&fake);
    let run = order("run-00000001", &[SHOP]);
    // Broken off before the marker: nothing was launched. At the marker itself: it was.
    fake.disturb("accessUrl", 1, Effect::Close);
    assert!(zap.launch(&run).await.is_err());
    assert_eq!(zap.find(&run.key).await.unwrap(), Found::NotLaunched);
    let made = fake.count("newContext");
    fake.disturb("includeInContext", 1, Effect::LoseAnswer);
    assert!(zap.launch(&run).await.is_err() && fake.count("newContext") == made + 1);
    let launched = zap.launch(&run).await.unwrap();
    assert_eq!(zap.find(&run.key).await.unwrap(), Found::Launched(launched.clone()));
    assert_eq!(zap.find(&RunKey::new("another-run").unwrap()).await.unwrap(), Found::NotLaunched);
    // The answer to each beginning of a scan gets lost, and what it said was not stored: it is taken up, not begun again.
    for action in ["spider/action/scan", "ascan/action/scan", "ajaxSpider/action/scan"] {
        fake.disturb(action, 1, Effect::LoseAnswer);
    }
    let mut remote = launched;
    let mut lost = 0;
    loop {
        match followed(zap.as_ref(), &run, &mut remote).await {
            Ok((phase, _)) => break assert_eq!(phase, Phase::Done),
            Err(fault) => {
                assert_eq!(fault.code, FaultCode::KeyOrAddressRefused);
                lost += 1;
            }
        }
    }
    assert_eq!(lost, 3);
    assert_eq!((fake.count("spider/action/scan"), fake.count("ascan/action/scan")), (1, 1));
    assert_eq!(fake.count("ajaxSpider/action/scan"), 1);
}

#[tokio::test]
async fn a_zap_that_works_is_left_alone() {
    let fake = Fake::start(Zap::default(), None).await;
    let zap = zap(&fake);
    let run = order("run-00000001", &[SHOP]);
    let mut remote = zap.launch(&run).await.unwrap();
    remote = zap.advance(&run, &remote).await.unwrap().remote.unwrap();
    let fault = zap.launch(&order("run-00000002", &[SHOP])).await.unwrap_err();
    assert_eq!((fault.code, fault.retry()), (FaultCode::Busy, Retry::WhenFree));
    followed(zap.as_ref(), &run, &mut remote).await.unwrap();
}

#[tokio::test]
async fn a_canceled_run_is_told_from_a_whole_one() {
    let fake = Fake::start(Zap { pace: 5, ..Zap::default() }, None).await;
    let zap = zap(&fake);
    let run = order("run-00000001", &[SHOP]);
    let mut remote = zap.launch(&run).await.unwrap();
    remote = zap.advance(&run, &remote).await.unwrap().remote.unwrap();
    assert_eq!(zap.cancel(&remote).await.unwrap(), Halt::Over);
    assert_eq!(code(zap.advance(&run, &remote).await), FaultCode::Gone, "nothing of it goes on");
    assert_eq!(zap.cancel(&remote).await.unwrap(), Halt::Over);
    assert_eq!(fake.count("ascan/action/scan"), 0);
    // Somebody stops it at the scanner: its status says 100, its progress does not.
    let run = order("run-00000002", &[SHOP]);
    let mut remote = zap.launch(&run).await.unwrap();
    remote = zap.advance(&run, &remote).await.unwrap().remote.unwrap();
    fake.state().spider[0].state = "FINISHED";
    let (phase, _) = followed(zap.as_ref(), &run, &mut remote).await.unwrap();
    assert_eq!(phase, Phase::Canceled);
    assert!(exported(zap.as_ref(), &remote).await.unwrap().0.partial, "what it found is a part");
}

#[tokio::test]
async fn what_disturbs_a_run_has_its_name() {
    let fake = Fake::start(Zap::default(), None).await;
    let zap = zap(&fake);
    let run = order("run-00000001", &[SHOP]);
    let mut remote = zap.launch(&run).await.unwrap();
    for (effect, expected, retry) in [
        (Effect::Hang, FaultCode::NoAnswer, Retry::Later),
        (Effect::Truncate, FaultCode::CutOff, Retry::Later),
        (Effect::Say(Reply::text(503, "text/html", "<p>")), FaultCode::Unavailable, Retry::Later),
        (
            Effect::Say(Reply::text(429, "text/plain", "").with("retry-after", "3")),
            FaultCode::RateLimited,
            Retry::Later,
        ),
        (Effect::Say(Reply::text(200, "text/html", "<p>")), FaultCode::Protocol, Retry::Never),
    ] {
        fake.disturb("contextList", 1, effect);
        let fault = zap.advance(&run, &remote).await.unwrap_err();
        assert_eq!((fault.code, fault.retry()), (expected, retry));
    }
    // A status that sticks is no end: the caller's limit of time ends it.
    remote = zap.advance(&run, &remote).await.unwrap().remote.unwrap();
    fake.state().spider[0].stuck = true;
    for _ in 0..5 {
        assert_eq!(zap.advance(&run, &remote).await.unwrap().phase, Phase::Running);
    }
    fake.state().spider[0].stuck = false;
    followed(zap.as_ref(), &run, &mut remote).await.unwrap();
    fake.disturb("jsonreport", 1, Effect::Truncate);
    assert_eq!(code(exported(zap.as_ref(), &remote).await), FaultCode::CutOff);
    fake.state().report_fails = true;
    assert_eq!(code(exported(zap.as_ref(), &remote).await), FaultCode::ExportFailed);
    fake.state().restart();
    assert_eq!(code(zap.advance(&run, &remote).await), FaultCode::Gone, "it was restarted and knows nothing");
    assert_eq!(code(exported(zap.as_ref(), &remote).await), FaultCode::Gone);
    assert_eq!(zap.find(&run.key).await.unwrap(), Found::NotLaunched);
}

#[tokio::test]
async fn a_plan_of_its_own_is_the_other_door() {
    let fake = Fake::start(Zap::default(), None).await;
    let plan = |path: &str| {
        let settings = Settings { plan: Some(path.to_owned()), ..Settings::default() };
        connector(ConnectorKind::ZapPlan, &fake.url(), key("zap-key"), Trust::System, settings)
    };
    let zap = plan("/zap/plans/shop.yaml");
    assert_eq!(zap.probe(NOW).await.unwrap().can, Capability::Launch);
    let run = order("run-00000001", &[SHOP]);
    assert_eq!(code(plan("/zap/plans/none.yaml").launch(&run).await), FaultCode::Refused);
    assert_eq!(zap.find(&run.key).await.unwrap(), Found::NotLaunched);
    let mut remote = zap.launch(&run).await.unwrap();
    assert_eq!(
        (zap.launch(&run).await.unwrap(), zap.find(&run.key).await.unwrap()),
        (remote.clone(), Found::Launched(remote.clone()))
    );
    assert_eq!(followed(zap.as_ref(), &run, &mut remote).await.unwrap().0, Phase::Done);
    let (result, bytes) = exported(zap.as_ref(), &remote).await.unwrap();
    assert_eq!((imported(&bytes).0, result.partial), (ALL.map(str::to_owned).to_vec(), false));
    // The answer to its beginning gets lost: nobody knows, and nobody begins it again.
    let run = order("run-00000002", &[SHOP]);
    fake.disturb("runPlan", 1, Effect::LoseAnswer);
    assert!(zap.launch(&run).await.unwrap_err().perhaps_done);
    assert_eq!(zap.find(&run.key).await.unwrap(), Found::CannotTell);
    assert!(zap.launch(&run).await.is_err() && fake.state().plans.len() == 2);
    let run = order("run-00000003", &[SHOP]);
    let mut remote = zap.launch(&run).await.unwrap();
    assert_eq!(zap.cancel(&remote).await.unwrap(), Halt::Over);
    assert!(fake.state().plans[2].stopped);
    assert_eq!(code(zap.advance(&run, &remote).await), FaultCode::Gone);
    let run = order("run-00000004", &[SHOP]);
    remote = zap.launch(&run).await.unwrap();
    fake.state().plans[3].errors.push("Job activeScan failed".to_owned());
    assert_eq!(followed(zap.as_ref(), &run, &mut remote).await.unwrap().0, Phase::Failed);
}
