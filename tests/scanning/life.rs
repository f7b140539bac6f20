//! A run's life, and everything that may come between.

use crate::office::{HOUR, Office, at, connector, schedule, target};
use model::RunState;
use model::error::ErrorCode;
use model::scanner::{Capability, FaultCode, Phase};
use model::view::scanning::{ConnectorDraft, ScheduleAct, TargetDraft};
use ports::Scanning as _;

/// Long enough for a run that nothing disturbs.
const WHILE: i64 = 120;

tests::on_both! {
    async fn a_due_time_becomes_a_run_that_ends_in_the_books(engine: Engine) {
        let office = Office::open(engine).await;
        office.schedule("hourly").await;
        let shown = &office.session.schedules().await.unwrap().schedules[0];
        assert_eq!(shown.next.len(), 5);
        assert!(shown.next[0].text.contains("02:00"), "in Madrid: {:?}", shown.next[0]);
        office.drive(HOUR, WHILE).await;
        assert_eq!(office.states().await, [RunState::Done]);
        let page = office.run(1).await;
        assert!(page.run.scan.is_some());
        assert!(page.delta.as_ref().unwrap().new.value > 0, "{page:?}");
        let codes: Vec<&str> = page.log.iter().map(|(_, (code, ..))| code.as_str()).collect();
        assert_eq!(codes, ["intent", "launched", "stage_began", "finished", "exported", "done"]);
        let asked = office.fake.memory.lock().unwrap().asked.clone().unwrap();
        assert_eq!((asked.targets, asked.exclude), (vec!["https://shop.test/".to_owned()], vec!["https://shop.test/logout".to_owned()]));
        assert_eq!(asked.choice.as_deref(), Some("7"));
        // The next finds less: what its rules looked for and did not see closes with proof, and the page says what changed.
        let text = String::from_utf8(office.fake.memory.lock().unwrap().result.clone()).unwrap();
        office.fake.memory.lock().unwrap().result = text.replace("2026", "2027").into_bytes();
        office.drive(2 * HOUR, WHILE).await;
        let page = office.run(2).await;
        assert_eq!(page.run.state, RunState::Done);
        assert_eq!(page.before.unwrap().id, 1);
        assert_eq!(office.fake.launches(), 2);
    }

    async fn a_launch_without_an_answer_is_looked_for_and_never_made_twice(engine: Engine) {
        let office = Office::open(engine).await;
        let schedule = office.schedule("hourly").await;
        office.fake.set(|knobs| knobs.launch_unclear = true);
        let run = office.session.run_now(schedule, Vec::new(), Vec::new()).await.unwrap();
        office.drive(10, WHILE).await;
        assert_eq!(office.run(run).await.run.state, RunState::Done);
        assert_eq!(office.fake.launches(), 1, "the scanner confirmed it");
        // One that cannot be asked loses the run, and says that it may be running.
        office.fake.set(|knobs| knobs.can_be_asked = false);
        let run = office.session.run_now(schedule, Vec::new(), Vec::new()).await.unwrap();
        office.drive(300, WHILE).await;
        let lost = office.run(run).await.run;
        assert_eq!((lost.state, lost.reason.as_str()), (RunState::Lost, "cannot_ask"));
        assert_eq!(office.fake.launches(), 2);
    }

    async fn what_passes_is_tried_again_and_what_does_not_ends_with_its_words(engine: Engine) {
        let office = Office::open(engine).await;
        let schedule = office.schedule("hourly").await;
        office.fake.set(|knobs| knobs.fault = Some(FaultCode::Unavailable));
        let run = office.session.run_now(schedule, Vec::new(), Vec::new()).await.unwrap();
        office.drive(10, 30).await;
        let waiting = office.run(run).await.run;
        assert_eq!((waiting.state, waiting.reason.as_str()), (RunState::Queued, "unavailable"));
        office.fake.set(|knobs| knobs.fault = None);
        office.drive(100, WHILE).await;
        assert_eq!(office.run(run).await.run.state, RunState::Done);
        for (code, ends) in [(FaultCode::NotLicensed, "not_licensed"), (FaultCode::Auth, "auth")] {
            office.fake.set(|knobs| knobs.fault = Some(code));
            let run = office.session.run_now(schedule, Vec::new(), Vec::new()).await.unwrap();
            office.drive(300, 20).await;
            let failed = office.run(run).await.run;
            assert_eq!((failed.state, failed.reason.as_str()), (RunState::Failed, ends));
        }
        office.fake.set(|knobs| knobs.fault = None);
        office.fake.set(|knobs| knobs.poll_fault = Some(FaultCode::Gone));
        let run = office.session.run_now(schedule, Vec::new(), Vec::new()).await.unwrap();
        office.drive(400, 30).await;
        assert_eq!(office.run(run).await.run.reason, "gone");
    }

    async fn nothing_that_did_not_come_to_its_end_is_imported(engine: Engine) {
        let office = Office::open(engine).await;
        let schedule = office.schedule("hourly").await;
        office.session.act_schedule(schedule, ScheduleAct::Pause).await.unwrap();
        let mut now = 10;
        for (ends, partial, state, reason) in [
            (Phase::Failed, false, RunState::Failed, "failed_there"),
            (Phase::Canceled, false, RunState::Canceled, "stopped_there"),
            (Phase::Done, true, RunState::Failed, "partial"),
        ] {
            office.fake.set(|knobs| (knobs.ends, knobs.partial) = (ends, partial));
            let run = office.session.run_now(schedule, Vec::new(), Vec::new()).await.unwrap();
            office.drive(now, 60).await;
            now += 100;
            let ended = office.run(run).await.run;
            assert_eq!((ended.state, ended.reason.as_str(), ended.scan), (state, reason, None));
        }
        // Neither is one that takes too long, nor one that a person stops.
        office.fake.set(|knobs| (knobs.ends, knobs.partial, knobs.polls) = (Phase::Done, false, 100_000));
        let slow = office.session.run_now(schedule, Vec::new(), Vec::new()).await.unwrap();
        office.drive(now, 20).await;
        office.drive(now + HOUR, 20).await;
        assert_eq!(office.run(slow).await.run.reason, "time_limit");
        let stopped = office.session.run_now(schedule, Vec::new(), Vec::new()).await.unwrap();
        office.drive(now + HOUR + 100, 20).await;
        assert_eq!(office.run(stopped).await.run.state, RunState::Running);
        office.session.stop_run(stopped).await.unwrap();
        office.drive(now + HOUR + 200, 20).await;
        let run = office.run(stopped).await.run;
        assert_eq!((run.state, run.reason.as_str()), (RunState::Canceled, "by_hand"));
        assert_eq!(office.session.stop_run(stopped).await.unwrap_err().detail, "run_ended");
    }

    async fn nothing_is_scanned_without_permission_out_of_scope_or_in_a_blackout(engine: Engine) {
        let office = Office::open(engine).await;
        let id = office.schedule("hourly").await;
        let none = TargetDraft { id: Some(1), authorised_by: String::new(), authorised_until: String::new(), ..target() };
        office.session.set_target(none).await.unwrap();
        let refused = office.session.run_now(id, Vec::new(), Vec::new()).await.unwrap_err();
        assert_eq!((refused.code, refused.detail.as_str()), (ErrorCode::Conflict, "not_authorised"));
        office.drive(HOUR, 20).await;
        assert_eq!(office.runs().await[0].reason, "not_authorised");
        assert_eq!(office.fake.launches(), 0);
        office.session.act_schedule(id, ScheduleAct::Pause).await.unwrap();
        // A Monday morning.
        let office_hours = TargetDraft { id: Some(1), blackouts: "mon-fri 01:00-03:00".to_owned(), ..target() };
        office.session.set_target(office_hours).await.unwrap();
        let elsewhere = vec!["https://other.test/".to_owned()];
        assert_eq!(office.session.run_now(id, elsewhere, Vec::new()).await.unwrap_err().detail, "out_of_scope");
        let part = vec!["https://shop.test/cart".to_owned()];
        let run = office.session.run_now(id, part.clone(), vec!["40012".to_owned()]).await.unwrap();
        office.drive(HOUR + 600, 20).await;
        let waits = office.run(run).await.run;
        assert_eq!((waits.state, waits.reason.as_str()), (RunState::Queued, "blackout"));
        assert_eq!(waits.look.unwrap().iso, "2026-01-05T03:00:00Z");
        office.drive(3 * HOUR, WHILE).await;
        assert_eq!(office.run(run).await.run.state, RunState::Done);
        assert_eq!(office.run(run).await.targets, part);
    }

    async fn a_scanner_that_cannot_launch_is_only_pulled_from(engine: Engine) {
        let office = Office::open(engine).await;
        let id = office.schedule("hourly").await;
        office.fake.set(|knobs| knobs.can = Capability::Pull);
        office.fake.memory.lock().unwrap().own =
            vec![("old".to_owned(), at(-9_000)), ("last".to_owned(), at(-3_600))];
        let pull = ConnectorDraft { id: Some(1), pull: 15, key: String::new(), ..connector("zap") };
        office.session.set_connector(pull).await.unwrap();
        assert_eq!(office.session.run_now(id, Vec::new(), Vec::new()).await.unwrap_err().detail, "cannot_launch");
        assert_eq!(office.session.set_schedule(schedule("another")).await.unwrap_err().detail, "cannot_launch");
        let page = office.session.connectors().await.unwrap();
        assert_eq!(page.connectors[0].probe.as_ref().unwrap().can, Capability::Pull);
        office.session.act_schedule(id, ScheduleAct::Pause).await.unwrap();
        office.drive(10, 60).await;
        assert_eq!(office.states().await, [RunState::Done], "of those before only the newest");
        // A new one there appears by itself, once.
        office.fake.memory.lock().unwrap().own.push(("next".to_owned(), at(2_000)));
        office.drive(2 * HOUR, 60).await;
        office.drive(3 * HOUR, 60).await;
        assert_eq!(office.states().await.len(), 2);
        assert_eq!(office.fake.launches(), 0);
    }

    async fn a_secret_is_never_shown_and_not_sent_elsewhere(engine: Engine) {
        let office = Office::open(engine).await;
        let page = serde_json::to_string(&office.session.connectors().await.unwrap()).unwrap();
        assert!(!page.contains("the key of the scanner"));
        let moved = ConnectorDraft { id: Some(1), address: "http://evil.test".to_owned(), key: String::new(), ..connector("zap") };
        assert_eq!(office.session.set_connector(moved).await.unwrap_err().detail, "with_address");
        office.fake.set(|knobs| knobs.fault = Some(FaultCode::Auth));
        for _ in 0..6 {
            assert_eq!(office.session.test_connector(1).await.unwrap(), "auth");
        }
        let health = office.session.health().await.unwrap();
        assert_eq!((health.connectors[0].failures, health.connectors[0].rests_until.is_some()), (6, true));
        office.fake.set(|knobs| knobs.fault = None);
        assert_eq!(office.session.test_connector(1).await.unwrap(), "");
        assert_eq!(office.session.health().await.unwrap().connectors[0].failures, 0);
    }

    async fn the_calendar_holds_runs_plans_and_tests_by_hand(engine: Engine) {
        let office = Office::open(engine).await;
        office.schedule("hourly").await;
        office.drive(HOUR, WHILE).await;
        let session = &office.session;
        session.plan_test("Pentest of the shop".to_owned(), "Acme".to_owned(), "2026-01-07T10:00".to_owned(), 8).await.unwrap();
        let week = session.calendar(String::new()).await.unwrap();
        assert_eq!(week.around, ("2025-12-29".to_owned(), "2026-01-12".to_owned()));
        let monday = &week.days[0].1;
        assert_eq!((monday[0].state, monday[1].state), (Some(RunState::Done), None));
        let manual: Vec<_> = week.days[2].1.iter().filter_map(|item| item.manual.clone()).collect();
        assert_eq!(manual, [(1, "Acme".to_owned())]);
        session.unplan_test(1).await.unwrap();
        let week = session.calendar("2026-01-07".to_owned()).await.unwrap();
        assert!(week.days[2].1.iter().all(|item| item.manual.is_none()));
        assert_eq!(week.days[2].1.len(), 24);
    }
}
