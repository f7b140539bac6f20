//! What Tenable's cloud knows, fetched by schedule without targets: its export of vulnerabilities over HTTP, from the due time to
//! the books.

use crate::office::{HOUR, Office, START, schedule, target};
use crate::pages::{saved, until};
use fakes::nessus::{Edition, Nessus};
use fakes::{Effect, Fake, Reply};
use model::policy::Role;
use model::view::findings::FindingsQuery;
use model::view::scanning::{ConnectorDraft, ScheduleAct, ScheduleDraft, TargetDraft};
use model::{Grade, Micros, RunState};
use ports::{Findings as _, Scanning as _, Scans as _};
use serde_json::json;
use service::Surroundings;
use std::time::Duration;
use tests::support::{Engine, TestServer, people};

const DAY: i64 = 24 * HOUR;

/// Everything, as an export is asked for it.
const EVER: i64 = 1_000_000_000;

/// The TLS that is too old, which the fake's hosts speak.
const OLD_TLS: u32 = 104_743;

/// A cloud that knows two hosts.
async fn cloud() -> Fake<Nessus> {
    let fake = Fake::start(Nessus { clock: START - 2 * HOUR, ..Nessus::of(Edition::Cloud) }.paced(100), None).await;
    for host in ["10.0.0.5", "10.0.0.6"] {
        fake.state().saw(host, START - HOUR);
    }
    fake
}

fn tenable(fake: &Fake<Nessus>) -> ConnectorDraft {
    ConnectorDraft {
        name: "cloud".to_owned(),
        kind: "tenable_vm".to_owned(),
        address: fake.url(),
        confirmed: "127.0.0.1".to_owned(),
        key: "a".repeat(64),
        secret: "b".repeat(64),
        at_a_time: 2,
        ..ConnectorDraft::default()
    }
}

/// Every night, without targets.
fn nightly() -> ScheduleDraft {
    ScheduleDraft {
        connector: "cloud".to_owned(),
        target: String::new(),
        cron: "0 1 * * *".to_owned(),
        zone: "UTC".to_owned(),
        choice: String::new(),
        time_limit: 20_160,
        ..schedule("nightly")
    }
}

/// An office that fetches every night, and the number of its schedule.
async fn fetching(engine: Engine) -> (Office, Fake<Nessus>, i64) {
    let office = Office::open_with(engine, Surroundings::default()).await;
    let fake = cloud().await;
    office.session.set_connector(tenable(&fake)).await.unwrap();
    let schedule = office.session.set_schedule(nightly()).await.unwrap();
    (office, fake, schedule)
}

async fn codes(office: &Office, run: i64) -> Vec<String> {
    office.run(run).await.log.into_iter().map(|(_, (code, ..))| code).collect()
}

/// The ids of the findings of a filter, sorted.
async fn found(office: &Office, filter: &str) -> Vec<String> {
    let query = FindingsQuery { q: filter.to_owned(), ..FindingsQuery::default() };
    let mut ids: Vec<String> = office.session.list(query).await.unwrap().rows.into_iter().map(|row| row.id).collect();
    ids.sort();
    ids
}

fn since(fake: &Fake<Nessus>, job: usize) -> i64 {
    fake.state().bulk.jobs[job].filters["since"].as_i64().unwrap()
}

tests::on_both! {
    async fn what_the_cloud_knows_is_fetched_every_night(engine: Engine) {
        let (office, fake, _) = fetching(engine).await;
        let page = office.session.schedules().await.unwrap();
        assert!(page.connectors.iter().any(|one| one.name == "cloud" && one.fetches));
        let shown = page.schedules.iter().find(|one| one.said.name == "nightly").unwrap();
        assert_eq!((shown.said.target.as_str(), shown.next.len()), ("", 5));
        office.drive(HOUR, 120).await;
        let page = office.run(1).await;
        assert_eq!(page.run.state, RunState::Done, "{page:?}");
        assert!(page.targets.is_empty() && page.delta.as_ref().unwrap().new.value >= 4, "{page:?}");
        let log = codes(&office, 1).await;
        for code in ["intent_to_fetch", "launched", "everything_known", "findings_fetched", "exported", "done"] {
            assert!(log.contains(&code.to_owned()), "{code} in {log:?}");
        }
        assert_eq!(fake.state().bulk.jobs[0].filters, json!({"since": EVER, "state": ["OPEN", "REOPENED"]}));
        let old = format!("rule:{OLD_TLS} status:open");
        assert_eq!(found(&office, &old).await.len(), 2);

        // The next night brings what changed: what Tenable calls fixed closes there, and nothing that it is silent about.
        fake.state().mended.insert(OLD_TLS);
        fake.state().saw("10.0.0.6", START + 20 * HOUR);
        office.drive(DAY + HOUR, 120).await;
        let page = office.run(2).await;
        assert_eq!(page.run.state, RunState::Done, "{page:?}");
        let begun = since(&fake, 1) + DAY - START;
        assert!((HOUR..HOUR + 120).contains(&begun), "since the night before, and a day more: {begun}");
        assert_eq!(fake.state().bulk.jobs[1].filters["state"], json!(["OPEN", "REOPENED", "FIXED"]));
        let delta = page.delta.unwrap();
        assert_eq!((delta.new.value, delta.closed.value), (0, 1), "{delta:?}");
        assert_eq!(found(&office, &old).await.len(), 1);
        let gone = found(&office, &format!("rule:{OLD_TLS} status:fixed")).await;
        let finding = office.session.finding(gone[0].clone()).await.unwrap();
        let (at, _, grade) = finding.episodes[0].closed.clone().unwrap();
        assert_eq!((grade, at.iso.as_str()), (Grade::RuleRanThere, "2026-01-05T20:00:00Z"), "when it was looked at");
        let scan = office.session.scan(page.run.scan.unwrap()).await.unwrap();
        assert!(format!("{scan:?}").contains("rows_fixed"), "{scan:?}");
        // It is back.
        fake.state().mended.clear();
        fake.state().saw("10.0.0.6", START + 44 * HOUR);
        office.drive(2 * DAY + HOUR, 120).await;
        assert_eq!(office.run(3).await.delta.unwrap().reopened.value, 1);
        assert_eq!(found(&office, &old).await.len(), 2);
        assert_eq!(fake.count("/launch") + fake.count("POST /scans"), 0, "nothing was scanned");
    }

    async fn a_finding_of_both_doors_is_one_and_a_scan_closes_it(engine: Engine) {
        let (office, fake, _) = fetching(engine).await;
        office.drive(HOUR, 120).await;
        let fetched = found(&office, "").await;
        let place = TargetDraft { name: "hosts".to_owned(), targets: "10.0.0.5\n10.0.0.6".to_owned(), exclude: String::new(), ..target() };
        office.session.set_target(place).await.unwrap();
        let scan = ScheduleDraft { name: "scan".to_owned(), target: "hosts".to_owned(), cron: "0 3 * * *".to_owned(), ..nightly() };
        office.session.set_schedule(scan).await.unwrap();
        fake.state().clock = START + 2 * HOUR;
        office.drive(3 * HOUR, 120).await;
        assert_eq!(office.states().await, [RunState::Done, RunState::Done]);
        assert_eq!(office.run(2).await.targets, ["10.0.0.5", "10.0.0.6"]);
        assert_eq!(found(&office, "").await, fetched, "the same hosts, rules and ports");
        assert_eq!(office.run(2).await.delta.unwrap().new.value, 0);
        // A scan says what it looked at.
        fake.state().mended.insert(OLD_TLS);
        fake.state().clock = START + DAY + 2 * HOUR;
        office.drive(DAY + 3 * HOUR, 120).await;
        assert_eq!(office.states().await.last(), Some(&RunState::Done));
        let gone = found(&office, &format!("rule:{OLD_TLS} status:fixed")).await;
        assert_eq!(gone.len(), 2);
        let finding = office.session.finding(gone[0].clone()).await.unwrap();
        assert_eq!(finding.episodes.len(), 1);
        assert_eq!(finding.episodes[0].closed.as_ref().unwrap().2, Grade::RuleRanThere);
    }

    async fn what_passes_is_waited_for_and_no_second_export_is_asked_for(engine: Engine) {
        let (office, fake, schedule) = fetching(engine).await;
        let limited = Reply::text(429, "text/html", "").with("retry-after", "40");
        fake.disturb("POST /vulns/export", 1, Effect::Say(limited));
        let run = office.session.run_now(schedule, Vec::new(), Vec::new()).await.unwrap();
        office.drive(10, 20).await;
        let waits = office.run(run).await.run;
        assert_eq!((waits.state, waits.reason.as_str()), (RunState::Queued, "rate_limited"));
        assert_eq!(fake.state().bulk.jobs.len(), 0, "as long as it asked for");
        office.drive(60, 120).await;
        assert_eq!(office.run(run).await.run.state, RunState::Done);
        // The answer is lost, and the export goes on there.
        fake.disturb("POST /vulns/export", 1, Effect::LoseAnswer);
        let run = office.session.run_now(schedule, Vec::new(), Vec::new()).await.unwrap();
        office.drive(300, 180).await;
        assert_eq!(office.run(run).await.run.state, RunState::Done, "{:?}", office.run(run).await);
        let log = codes(&office, run).await;
        assert!(log.contains(&"launch_unclear".to_owned()) && log.contains(&"adopted".to_owned()), "{log:?}");
        assert_eq!(fake.state().bulk.jobs.len(), 2);
        // Polls that fail are tried again, a chunk that breaks off too.
        fake.disturb("/status", 2, Effect::Say(Reply::text(503, "text/plain", "")));
        fake.disturb("/chunks/2", 1, Effect::Truncate);
        let run = office.session.run_now(schedule, Vec::new(), Vec::new()).await.unwrap();
        office.drive(600, 300).await;
        assert_eq!(office.run(run).await.run.state, RunState::Done, "{:?}", office.run(run).await);
        assert_eq!(fake.state().bulk.jobs.len(), 3);
    }

    async fn what_does_not_come_whole_is_not_imported_and_is_asked_for_again(engine: Engine) {
        let (office, fake, schedule) = fetching(engine).await;
        office.session.act_schedule(schedule, ScheduleAct::Pause).await.unwrap();
        let mut now = 10;
        let mut run = async |change: fn(&mut Nessus)| {
            let id = office.session.run_now(schedule, Vec::new(), Vec::new()).await.unwrap();
            change(&mut fake.state());
            office.drive(now, 120).await;
            now += 1_000;
            office.run(id).await
        };
        let page = run(|fake| fake.bulk.failing = [2].into()).await;
        assert_eq!((page.run.state, page.run.reason.as_str(), page.run.scan), (RunState::Failed, "partial", None));
        assert!(page.log.iter().any(|(_, (code, n, _))| code == "parts_missing" && *n == Some(1)), "{:?}", page.log);
        let page = run(|fake| (fake.bulk.failing, fake.bulk.errs) = (Default::default(), true)).await;
        assert_eq!((page.run.state, page.run.reason.as_str()), (RunState::Failed, "export_failed"));
        let page = run(|fake| (fake.bulk.errs, fake.bulk.expired) = (false, true)).await;
        assert_eq!((page.run.state, page.run.reason.as_str()), (RunState::Failed, "gone"));
        // What did not come to the books is fetched by the next.
        let page = run(|fake| fake.bulk.expired = false).await;
        assert_eq!(page.run.state, RunState::Done, "{page:?}");
        assert_eq!(since(&fake, 2), EVER, "the one that went on unseen is taken up");
        let scan = page.run.scan.unwrap();
        // And so is what somebody undid.
        run(|_| {}).await;
        assert!(since(&fake, 3) > EVER);
        for scan in [Some(scan), office.runs().await[0].scan].into_iter().flatten() {
            office.session.undo(scan, false).await.unwrap();
        }
        run(|_| {}).await;
        assert_eq!(since(&fake, 4), EVER);
    }

    async fn a_person_stops_it_there_too(engine: Engine) {
        let (office, fake, schedule) = fetching(engine).await;
        fake.state().bulk.stuck = true;
        let run = office.session.run_now(schedule, Vec::new(), Vec::new()).await.unwrap();
        office.drive(10, 30).await;
        assert_eq!(office.run(run).await.run.state, RunState::Running);
        office.session.stop_run(run).await.unwrap();
        office.drive(60, 60).await;
        let stopped = office.run(run).await.run;
        assert_eq!((stopped.state, stopped.reason.as_str()), (RunState::Canceled, "by_hand"));
        assert_eq!(fake.state().bulk.jobs[0].status, "CANCELLED");
    }

    async fn only_a_scanner_that_keeps_findings_does_without_targets(engine: Engine) {
        let (office, fake, schedule) = fetching(engine).await;
        let nessus = Fake::start(Nessus::default(), None).await;
        let premises = ConnectorDraft { name: "premises".to_owned(), kind: "nessus".to_owned(), address: nessus.url(), ..tenable(&fake) };
        office.session.set_connector(premises).await.unwrap();
        let draft = ScheduleDraft { name: "other".to_owned(), connector: "premises".to_owned(), ..nightly() };
        let refused = office.session.set_schedule(draft).await.unwrap_err();
        assert_eq!((refused.field.as_str(), refused.detail.as_str()), ("target", "unknown"));
        for (targets, rules) in [(vec!["10.0.0.5".to_owned()], Vec::new()), (Vec::new(), vec!["1".to_owned()])] {
            assert!(office.session.run_now(schedule, targets, rules).await.is_err(), "no part of it can be asked for");
        }
    }

    async fn it_goes_on_wherever_a_process_died(engine: Engine) {
        let (office, fake, schedule) = fetching(engine).await;
        office.session.act_schedule(schedule, ScheduleAct::Pause).await.unwrap();
        // What opened the office waits: others take the run, and die.
        let run = office.session.run_now(schedule, Vec::new(), Vec::new()).await.unwrap();
        let mut now = 10;
        for life in 0..400_u64 {
            let replica = office.another().await;
            let lives = tokio::spawn(async move {
                loop {
                    let _ = replica.beat().await;
                    while replica.drive_one().await.unwrap_or(false) {}
                    tokio::time::sleep(Duration::from_millis(5)).await;
                }
            });
            tokio::time::sleep(Duration::from_millis(20 + life * 37 % 400)).await;
            lives.abort();
            let _ = lives.await;
            // The claim of who died runs out.
            now += 70;
            office.clock.set(Micros((START + now) * 1_000_000));
            if office.run(run).await.run.state.ended() {
                break;
            }
        }
        assert_eq!(office.run(run).await.run.state, RunState::Done, "{:?}", office.run(run).await);
        assert_eq!(fake.state().bulk.jobs.len(), 1, "one export, however often it was asked for");
    }
    async fn a_person_has_it_fetched_on_the_pages(engine: Engine) {
        let now = i64::try_from(std::time::UNIX_EPOCH.elapsed().unwrap().as_secs()).unwrap();
        let fake = Fake::start(Nessus { clock: now - HOUR, ..Nessus::of(Edition::Cloud) }, None).await;
        fake.state().saw("10.0.0.5", now - HOUR);
        let server = TestServer::start(engine).await;
        let mut root = people::set_up(&server).await;
        let mut ana = people::person(&server, &mut root, "ana", Role::Analyst).await;
        let (url, access, secret) = (fake.url(), "a".repeat(64), "b".repeat(64));
        let connector = [
            ("name", "Cloud"),
            ("kind", "tenable_vm"),
            ("address", &url),
            ("confirmed", "127.0.0.1"),
            ("key", &access),
            ("secret", &secret),
            ("at_a_time", "1"),
            ("pull", "0"),
        ];
        saved(&mut ana, "/scans/connectors", &connector).await;
        // There is no group of targets, and none is needed.
        let page = ana.get("/scans/schedules").await.expect(200).body;
        assert!(page.contains("Nothing: the findings that Tenable keeps are fetched"), "{page}");
        let schedule = [
            ("name", "Nightly"),
            ("connector", "Cloud"),
            ("target", ""),
            ("every", "day"),
            ("time", "02:30"),
            ("zone", "Europe/Madrid"),
            ("missed", "once"),
            ("overlap", "skip"),
            ("jitter", "0"),
            ("time_limit", "60"),
            ("intensity", "normal"),
        ];
        saved(&mut ana, "/scans/schedules", &schedule).await;
        let mut spanish = ana.clone().in_language("es");
        assert!(spanish.get("/scans/schedules").await.expect(200).body.contains("Se trae lo que guarda Cloud"));
        ana.form("/scans/schedules", &[("run", "1")]).await.expect(303);
        let page = until(&mut ana, "/scans/runs/1", "What changed").await;
        for said in ["nothing is scanned", "Everything that is known there is fetched.", "4 findings fetched."] {
            assert!(page.contains(said), "{said}: {page}");
        }
        let page = spanish.get("/scans/runs/1").await.expect(200).body;
        assert!(page.contains("Se trae todo lo que hay allí.") && page.contains("4 hallazgos traídos."), "{page}");
        for path in ["/scans/runs", "/scans/calendar", "/scans/health"] {
            assert!(ana.get(path).await.expect(200).body.contains("Nightly"), "{path}");
        }
        assert!(!server.log().contains("ERROR"), "{}", server.log());
    }
}
