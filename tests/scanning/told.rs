//! What a driven scanner tells of what ran where is what its findings close by: a ZAP over HTTP, its reports one a day.

use crate::office::{HOUR, Office, connector, schedule, target};
use fakes::{Fake, Zap};
use model::view::findings::{FindingPage, FindingsQuery};
use model::view::scanning::{ConnectorDraft, LoginDraft, ScheduleDraft, TargetDraft};
use model::{Grade, RunState};
use ports::{Findings as _, Scanning as _};
use service::Surroundings;

/// The hours of the due times, and when the reports say that they were made.
const DAY: i64 = 24 * HOUR;

/// An office with a ZAP that is asked every night.
async fn nightly(engine: tests::support::Engine) -> (Office, Fake<Zap>) {
    let office = Office::open_with(engine, Surroundings::default()).await;
    let zap = Fake::start(Zap { pace: 100, ..Zap::default() }, None).await;
    let draft = ConnectorDraft {
        address: zap.url(),
        confirmed: "127.0.0.1".to_owned(),
        key: "zap-key".to_owned(),
        ..connector("lab")
    };
    office.session.set_connector(draft).await.unwrap();
    let place = TargetDraft { name: "site".to_owned(), targets: "http://shop.example/".to_owned(), ..target() };
    office.session.set_target(place).await.unwrap();
    let night = ScheduleDraft {
        connector: "lab".to_owned(),
        target: "site".to_owned(),
        cron: "0 1 * * *".to_owned(),
        zone: "UTC".to_owned(),
        choice: String::new(),
        ..schedule("nightly")
    };
    office.session.set_schedule(night).await.unwrap();
    (office, zap)
}

/// Lets one night pass; how its run ended.
async fn night(office: &Office, zap: &Fake<Zap>, night: i64) -> RunState {
    zap.state().created = format!("2026-01-{:02}T01:00:00Z", 5 + night);
    office.drive(night * DAY + HOUR, 120).await;
    office.runs().await[0].state
}

async fn finding(office: &Office, rule: &str) -> FindingPage {
    let query = FindingsQuery { q: format!("rule:{rule} status:open,fixed"), ..FindingsQuery::default() };
    let list = office.session.list(query).await.unwrap();
    let all = office.session.list(FindingsQuery::default()).await.unwrap();
    let all: Vec<_> = all.rows.iter().map(|row| (&row.rule, &row.location, row.status)).collect();
    assert_eq!(list.total, 1, "{rule} among {all:?}");
    office.session.finding(list.rows[0].id.clone()).await.unwrap()
}

/// The grade with which its newest episode closed; why nothing proves that it is gone, if it is open.
async fn proof(office: &Office, rule: &str) -> Result<Grade, String> {
    let page = finding(office, rule).await;
    match page.episodes[0].closed {
        Some((.., grade)) => Ok(grade),
        None => Err(page.not_retested_why),
    }
}

tests::on_both! {
    async fn what_a_driven_zap_ran_and_visited_is_the_proof(engine: Engine) {
        let (office, zap) = nightly(engine).await;
        assert_eq!(night(&office, &zap, 0).await, RunState::Done);
        let codes: Vec<String> = office.run(1).await.log.into_iter().map(|(_, (code, ..))| code).collect();
        assert!(codes.contains(&"urls_visited".to_owned()) && codes.contains(&"rules_run".to_owned()), "{codes:?}");
        assert_eq!(proof(&office, "40018").await, Err(String::new()), "it is there");

        // Both are mended; of one the rule is switched off, so that nobody looked.
        zap.state().mended = ["40018", "40012"].into();
        zap.state().policies.get_mut("Default Policy").unwrap().remove("40012");
        assert_eq!(night(&office, &zap, 1).await, RunState::Done);
        assert_eq!(proof(&office, "40018").await, Ok(Grade::RuleRanThere));
        assert_eq!(proof(&office, "40012").await, Err("rule_not_run".to_owned()));
        assert_eq!(proof(&office, "6-1").await, Err(String::new()), "it is still there");
    }

    async fn what_is_seen_signed_in_closes_only_while_the_sign_in_holds(engine: Engine) {
        let (office, zap) = nightly(engine).await;
        let site = "http://shop.example/";
        let login = LoginDraft {
            url: format!("{site}login"),
            body: "username={%username%}&password={%password%}".to_owned(),
            json: false,
            user: "alice".to_owned(),
            password: "alice1".to_owned(),
            page: format!("{site}account"),
            sign: "Signed in as".to_owned(),
        };
        let place = TargetDraft { name: "site".to_owned(), targets: site.to_owned(), ..target() };
        let known = office.session.targets().await.unwrap().targets;
        let id = known.into_iter().find(|one| one.said.name == "site").unwrap().said.id;
        let elsewhere = LoginDraft { url: "http://evil.example/".to_owned(), ..login.clone() };
        let refused = office.session.set_target(TargetDraft { id, login: elsewhere, ..place.clone() }).await.unwrap_err();
        assert_eq!((refused.field.as_str(), refused.detail.as_str()), ("login_url", "out_of_scope"));
        office.session.set_target(TargetDraft { id, login: login.clone(), ..place.clone() }).await.unwrap();
        let shown = office.session.targets().await.unwrap().targets.into_iter().find(|one| one.said.id == id).unwrap();
        assert!(shown.said.login.password.is_empty() && shown.login_set.is_some(), "the password never comes back");
        // Elsewhere it is asked for anew; with nothing but another sign the one that is kept stays.
        let moved = LoginDraft { url: format!("{site}other"), password: String::new(), ..login.clone() };
        let refused = office.session.set_target(TargetDraft { id, login: moved, ..place.clone() }).await.unwrap_err();
        assert_eq!(refused.field, "login_password");
        let same = LoginDraft { password: String::new(), ..login.clone() };
        office.session.set_target(TargetDraft { id, login: same, ..place.clone() }).await.unwrap();

        assert_eq!(night(&office, &zap, 0).await, RunState::Done);
        let codes = |page: model::view::scanning::RunPage| page.log.into_iter().map(|(_, (code, ..))| code).collect::<Vec<_>>();
        assert!(codes(office.run(1).await).contains(&"login_held".to_owned()));

        // The site signs it out in the middle of the run.
        zap.state().mended = ["40018"].into();
        zap.state().created = "2026-01-06T01:00:00Z".to_owned();
        office.drive(DAY + HOUR, 10).await;
        zap.state().account.1 = "another password".to_owned();
        office.drive(DAY + HOUR + 10, 120).await;
        let page = office.run(2).await;
        assert_eq!(page.run.state, RunState::Done);
        assert!(codes(page).contains(&"login_lost".to_owned()));
        assert_eq!(proof(&office, "40018").await, Err("credentials_worse".to_owned()));

        // A sign-in that fails is a run that fails.
        assert_eq!(night(&office, &zap, 2).await, RunState::Failed);
        assert_eq!(office.run(3).await.run.reason, "login_failed");
        zap.state().account.1 = "alice1".to_owned();
        assert_eq!(night(&office, &zap, 3).await, RunState::Done);
        assert_eq!(proof(&office, "40018").await, Ok(Grade::RuleRanThere));
    }

    async fn a_fix_is_verified_by_a_run_of_exactly_its_rule_and_place(engine: Engine) {
        let (office, zap) = nightly(engine).await;
        assert_eq!(night(&office, &zap, 0).await, RunState::Done);
        let page = finding(&office, "40018").await;
        let verify = page.insight.as_ref().unwrap().verify.clone().unwrap();
        assert_eq!((verify.why_not.as_str(), verify.target.as_str()), ("", "http://shop.example/items?id=1"));
        let [(schedule, _)] = verify.over.as_slice() else { panic!("{verify:?}") };
        zap.state().mended = ["40018", "40012"].into();
        zap.state().created = "2026-01-05T09:00:00Z".to_owned();
        let run = office.session.verify_fix(page.row.id.clone(), *schedule).await.unwrap();
        office.drive(9 * HOUR, 120).await;
        assert_eq!(office.run(run).await.run.state, RunState::Done);
        assert_eq!(office.run(run).await.targets, ["http://shop.example/items?id=1"]);
        assert_eq!(proof(&office, "40018").await, Ok(Grade::RuleRanThere));
        // What was not asked for is as before: neither closed nor called not re-tested.
        assert_eq!(proof(&office, "40012").await, Err(String::new()));
        let verify = finding(&office, "40018").await.insight.unwrap().verify.unwrap();
        assert_eq!(verify.runs.iter().map(|one| one.id).collect::<Vec<_>>(), [run], "the page shows what came of it");

        // Without a permission that holds nothing is offered, and the page says why.
        let known = office.session.targets().await.unwrap().targets;
        let site = known.into_iter().find(|one| one.said.name == "site").unwrap().said;
        let none = TargetDraft { authorised_by: String::new(), authorised_until: String::new(), ..site };
        office.session.set_target(none).await.unwrap();
        let verify = finding(&office, "40012").await.insight.unwrap().verify.unwrap();
        assert_eq!((verify.why_not.as_str(), verify.over.len()), ("not_authorised", 0));
        assert!(office.session.verify_fix(page.row.id, *schedule).await.is_err());
    }

    async fn a_run_that_breaks_off_closes_nothing(engine: Engine) {
        let (office, zap) = nightly(engine).await;
        assert_eq!(night(&office, &zap, 0).await, RunState::Done);
        zap.state().mended = ["40018", "40012", "6"].into();
        zap.state().report_fails = true;
        assert_eq!(night(&office, &zap, 1).await, RunState::Failed);
        assert_eq!(proof(&office, "40018").await, Err(String::new()));
    }
}
