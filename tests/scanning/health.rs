//! How scanning fares: certificates and secrets that grow old, the last result of a schedule, and the notice of scanners that do
//! not answer.

use crate::office::{HOUR, Office, at};
use fakes::{Fake, Identity, Zap};
use model::RunState;
use model::policy::Role;
use model::scanner::FaultCode;
use model::view::scanning::ConnectorView;
use ports::Scanning as _;
use scanners::http::Certificate;
use tests::support::{Client, TestServer, people};

/// Seconds of a day.
const DAY: i64 = 24 * HOUR;
/// Between two looks at a connector whose scans are not fetched.
const LOOK: i64 = HOUR / 4;

async fn connector(office: &Office) -> ConnectorView {
    office.session.health().await.unwrap().connectors.remove(0)
}

/// What the doctor says of a thing: whether it is well, and what to do.
async fn doctor(office: &Office, what: &str) -> (bool, String) {
    let checks = office.service.check().await.unwrap();
    let check = checks.into_iter().find(|check| check.what.starts_with(what)).unwrap();
    assert!(!check.grave, "{check:?}");
    (check.good, format!("{}: {}", check.what, check.advice))
}

/// A form on the page of connectors that is taken.
async fn set(client: &mut Client, fields: &[(&str, &str)]) {
    let to = client.form("/scans/connectors", fields).await.expect(303);
    assert!(to.location().contains("did="), "{}", to.location());
}

tests::on_both! {
    async fn certificates_and_secrets_grow_old_in_words(engine: Engine) {
        let office = Office::open(engine).await;
        let shown = connector(&office).await;
        assert_eq!(shown.certificate, None);
        assert!(shown.secret.is_some_and(|secret| secret.days == 0 && !secret.is_due()));
        let certificate = Certificate {
            fingerprint: [7; 32],
            subject: "A scanner".to_owned(),
            issuer: "Tests' authority".to_owned(),
            names: Vec::new(),
            not_before: Some(at(-10 * DAY)),
            not_after: Some(at(40 * DAY)),
            self_signed: false,
        };
        office.fake.set(|knobs| knobs.certificate = Some(certificate));
        let on = async |day: i64| {
            office.now(day * DAY);
            office.service.beat().await.unwrap();
            connector(&office).await
        };
        let certificate = on(0).await.certificate.unwrap();
        assert_eq!((certificate.age, certificate.left, certificate.is_due()), (Some(10), Some(40), false));
        assert!(doctor(&office, "the certificate of the connector zap holds").await.0);
        let soon = on(11).await;
        assert!(soon.certificate.unwrap().is_due() && !soon.secret.unwrap().is_due());
        let (good, told) = doctor(&office, "the certificate of the connector zap holds").await;
        assert!(!good && told.contains("29 days are left"), "{told}");
        assert_eq!(on(41).await.certificate.unwrap().left, Some(-1));
        assert!(!on(179).await.secret.unwrap().is_due());
        assert!(doctor(&office, "the secret of the connector zap").await.0);
        let old = on(180).await.secret.unwrap();
        assert_eq!((old.days, old.is_due(), &old.due), (180, true, &office.session.health().await.unwrap().connectors[0].secret.as_ref().unwrap().due));
        assert!(!doctor(&office, "the secret of the connector zap").await.0);
        let (good, told) = doctor(&office, "the connector zap answers").await;
        assert!(good && told.contains("last at 2026-07-04T00:00:00Z"), "{told}");
    }

    async fn the_last_result_of_a_schedule_stays_when_runs_fail(engine: Engine) {
        let office = Office::open(engine).await;
        office.schedule("hourly").await;
        let of = async || office.session.health().await.unwrap().schedules.remove(0);
        assert_eq!(of().await.last_done, None);
        office.drive(HOUR, 60).await;
        assert_eq!(of().await.last_done.unwrap().id, 1);
        office.fake.set(|knobs| knobs.fault = Some(FaultCode::Auth));
        office.drive(2 * HOUR, 60).await;
        let now = of().await;
        assert_eq!(now.schedule.last.map(|run| (run.id, run.state)), Some((2, RunState::Failed)));
        assert_eq!(now.last_done.unwrap().id, 1);
        assert_eq!((now.due, now.done, now.failed), (2, 1, 1));
        let by_hand = office.session.run_now(1, Vec::new(), Vec::new()).await.unwrap();
        assert_eq!((by_hand, of().await.due), (3, 2), "what a person asks for besides was not planned");
    }

    async fn a_connector_that_fails_two_looks_is_told_until_it_answers(engine: Engine) {
        let office = Office::open(engine).await;
        let look = async |time: i64| {
            office.now(time * LOOK);
            office.service.beat().await.unwrap();
            office.session.failing().await.unwrap()
        };
        assert!(look(0).await.is_empty());
        office.fake.set(|knobs| knobs.fault = Some(FaultCode::Unreachable));
        assert!(look(1).await.is_empty(), "once is an accident");
        let told = look(2).await;
        assert_eq!(told.iter().map(|one| (one.id, one.name.as_str())).collect::<Vec<_>>(), [(1, "zap")]);
        assert_eq!(told[0].since.iso, "2026-01-05T00:15:00Z");
        office.fake.set(|knobs| knobs.fault = None);
        assert!(look(3).await.is_empty(), "it goes by itself");
        office.fake.set(|knobs| knobs.fault = Some(FaultCode::Unreachable));
        look(4).await;
        assert_eq!(look(5).await.len(), 1);
        office.session.switch_connector(1, false).await.unwrap();
        assert!(look(6).await.is_empty(), "nobody looks at what is switched off");
    }

    async fn the_notice_stands_above_every_page_for_who_may_mend_it(engine: Engine) {
        let (right, other) = (Identity::signed(), Identity::expired());
        let zap = Fake::start(Zap::default(), Some(&right)).await;
        let server = TestServer::start(engine).await;
        let mut root = people::set_up(&server).await;
        let mut ana = people::person(&server, &mut root, "ana", Role::Analyst).await;
        let mut others = Vec::new();
        for role in [Role::Lead, Role::Member, Role::Executive, Role::Auditor] {
            others.push((role, people::person(&server, &mut root, role.word(), role).await));
        }
        people::team(&mut root, "Shop", &[Role::Lead.word(), Role::Member.word()], &["shop"]).await;
        let url = zap.url();
        let fields = [
            ("name", "Lab <1>"),
            ("kind", "zap"),
            ("address", url.as_str()),
            ("confirmed", "127.0.0.1"),
            ("trust", "authorities"),
            ("authorities", right.authority.as_str()),
            ("key", "zap-key"),
            ("at_a_time", "1"),
            ("pull", "0"),
        ];
        set(&mut ana, &fields).await;
        let page = ana.get("/scans/health").await.expect(200).body;
        assert!(page.contains("Holds for") && page.contains("to be changed by") && page.contains("Tests&#x27; authority") | page.contains("Tests' authority"), "{page}");

        let notice = "A scanner does not answer:";
        zap.show(&other);
        set(&mut ana, &[("test", "1")]).await;
        assert!(!ana.get("/findings").await.expect(200).body.contains(notice));
        set(&mut ana, &[("test", "1")]).await;
        for path in ["/findings", "/posture", "/settings", "/scans/health"] {
            let page = ana.get(path).await.expect(200).body;
            assert!(page.contains(notice) && page.contains("href=\"/scans/connectors#connector-1\""), "{path}: {page}");
            assert!(page.contains("Lab &lt;1&gt;") && !page.contains("Lab <1>"), "{path}");
        }
        assert!(ana.get("/scans/connectors").await.expect(200).body.contains("id=\"connector-1\""));
        let mut spanish = ana.clone().in_language("es");
        assert!(spanish.get("/assets").await.expect(200).body.contains("Un escáner no responde:"));
        for (role, client) in &mut others {
            for path in ["/findings", "/settings"] {
                let page = client.get(path).await.expect(200).body;
                assert!(!page.contains(notice) && !page.contains("connector-1"), "{role:?} at {path}");
            }
        }
        // What was shown last is kept, though it was not taken.
        let page = ana.get("/scans/health").await.expect(200).body;
        assert!(page.contains("days ago") && page.contains("Ended"), "{page}");

        zap.show(&right);
        set(&mut ana, &[("test", "1")]).await;
        for path in ["/findings", "/scans/health"] {
            assert!(!ana.get(path).await.expect(200).body.contains(notice), "{path}");
        }
        assert!(!server.log().contains("ERROR"), "{}", server.log());
    }
}
