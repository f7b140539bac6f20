//! Schedules, connectors and runs as rows: each due time once, secrets sealed, places at a scanner never given twice.

use crate::world::{World, at};
use model::policy::Role;
use model::{Micros, Missed, Overlap, RunState};
use std::sync::atomic::{AtomicU64, Ordering};
use store::connectors::ConnectorNew;
use store::runs::{AdoptedRun, Gate, Lease, LogLine, Run};
use store::schedules::{DueRun, Schedule, ScheduleNew};
use store::targets::{Password, TargetNew};
use store::{Error, Store, Viewer};

const HOUR: i64 = 3_600;

fn connector(world: &World, name: &str) -> ConnectorNew {
    let settings = "{\"url\":\"http://scanner.test\"}".to_owned();
    ConnectorNew {
        name: name.to_owned(),
        kind: "zap".to_owned(),
        settings,
        source: world.source,
        at_a_time: 1,
        pull: 0,
    }
}

fn schedule(name: &str, connector: i64, target: i64, overlap: Overlap) -> ScheduleNew {
    ScheduleNew {
        name: name.to_owned(),
        connector,
        target: Some(target),
        cron: "0 * * * *".to_owned(),
        zone: "UTC".to_owned(),
        missed: Missed::All,
        overlap,
        jitter: 0,
        time_limit: 60,
        intensity: "normal".to_owned(),
        choice: String::new(),
        next: at(0, HOUR),
    }
}

/// A connector with a target, each by its number.
async fn scene(world: &World) -> (i64, i64) {
    let scoped = world.store.scoped(&world.operator);
    let connector = scoped.connector_create(&connector(world, "zap"), Some(b"key"), at(0, 0)).await.unwrap();
    let target = TargetNew {
        name: "shop".to_owned(),
        targets: "https://shop.test/".to_owned(),
        zone: "UTC".to_owned(),
        ..TargetNew::default()
    };
    (connector, scoped.target_set(None, &target, Password::Keep, at(0, 0)).await.unwrap())
}

/// A number that no other call gets.
fn next_number() -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

/// What a heartbeat does with an hourly schedule.
async fn beat(store: &Store, now: Micros) -> usize {
    let mut fired = 0;
    for schedule in store.schedules_due(50, now).await.unwrap() {
        let mut due = Vec::new();
        let mut next = Micros(schedule.next_at.unwrap());
        while next <= now {
            let key = format!("{}-{}-{}", schedule.id, next.0, next_number());
            due.push(DueRun { at: next, key, start: Some(next) });
            next = Micros(next.0 + HOUR * 1_000_000);
        }
        tokio::task::yield_now().await;
        fired += usize::from(store.schedule_fire(&schedule, &due, Some(next), None, now).await.unwrap());
    }
    fired
}

async fn due_times(world: &World) -> Vec<String> {
    world.texts("SELECT CAST(schedule_id AS TEXT) || ' ' || CAST(due_at AS TEXT) || ' ' || state FROM scan_run ORDER BY due_at").await
}

async fn claim(store: &Store, worker: &str, now: Micros) -> Option<Run> {
    store.run_claim(worker, Micros(now.0 + 60_000_000), now).await.unwrap()
}

async fn login(world: &World, name: &str) -> Viewer {
    world.person(name, Role::Analyst, None).await
}

tests::on_both! {
    async fn five_hundred_due_times_are_each_taken_once_by_replicas_that_die(engine: Engine) {
        let world = World::new(engine).await;
        let (connector, target) = scene(&world).await;
        let scoped = world.store.scoped(&world.operator);
        scoped.schedule_set(None, &schedule("hourly", connector, target, Overlap::Wait), at(0, 0)).await.unwrap();
        // Three replicas beat as the clock goes on; one of them is killed somewhere in the middle of each of its beats.
        for round in 0..50 {
            let now = at(0, HOUR * 10 * (round + 1));
            let replicas = (0..3).map(|replica| {
                let store = world.store.clone();
                let beat = tokio::spawn(async move { beat(&store, now).await });
                if replica == round % 3 {
                    let killer = beat.abort_handle();
                    tokio::spawn(async move {
                        tokio::time::sleep(std::time::Duration::from_micros(next_number() * 7_919 % 3_000)).await;
                        killer.abort();
                    });
                }
                beat
            });
            for replica in replicas.collect::<Vec<_>>() {
                let _ = replica.await;
            }
        }
        beat(&world.store, at(0, HOUR * 500)).await;
        let taken = due_times(&world).await;
        assert_eq!(taken.len(), 500);
        let once: std::collections::BTreeSet<&String> = taken.iter().collect();
        assert_eq!(once.len(), 500);
        assert!(taken.iter().all(|line| line.ends_with("queued")));
        assert_eq!(beat(&world.store, at(0, HOUR * 500)).await, 0);
    }

    async fn a_stale_reader_fires_nothing_and_a_run_under_way_holds_the_next_back(engine: Engine) {
        let world = World::new(engine).await;
        let (connector, target) = scene(&world).await;
        let store = &world.store;
        let scoped = store.scoped(&world.operator);
        let id = scoped.schedule_set(None, &schedule("hourly", connector, target, Overlap::Skip), at(0, 0)).await.unwrap();
        let stale: Schedule = store.schedule(id).await.unwrap();
        assert_eq!(beat(store, at(0, HOUR)).await, 1);
        let due = [DueRun { at: at(0, HOUR), key: "of-the-stale".to_owned(), start: Some(at(0, HOUR)) }];
        assert!(!store.schedule_fire(&stale, &due, Some(at(0, 9 * HOUR)), None, at(0, HOUR)).await.unwrap());
        // The first is queued, so the second is noted as skipped.
        beat(store, at(0, 2 * HOUR)).await;
        let states: Vec<String> = due_times(&world).await.iter().map(|l| l.rsplit(' ').next().unwrap().to_owned()).collect();
        assert_eq!(states, ["queued", "skipped"]);
        // Paused, nothing is due; let go, it goes on.
        scoped.schedule_pause(id, None, at(0, 3 * HOUR)).await.unwrap();
        assert_eq!(beat(store, at(0, 5 * HOUR)).await, 0);
        scoped.schedule_pause(id, Some(at(0, 6 * HOUR)), at(0, 5 * HOUR)).await.unwrap();
        assert_eq!(beat(store, at(0, 6 * HOUR)).await, 1);
    }

    async fn the_schedules_of_who_may_not_sign_in_stand_still(engine: Engine) {
        let world = World::new(engine).await;
        let (connector, target) = scene(&world).await;
        let ana = login(&world, "ana").await;
        let store = &world.store;
        store.scoped(&ana).schedule_set(None, &schedule("hers", connector, target, Overlap::Wait), at(0, 0)).await.unwrap();
        let scoped = store.scoped(&world.operator);
        scoped.user_set_enabled(ana.user().unwrap(), false, at(0, 1)).await.unwrap();
        assert_eq!(beat(store, at(0, 2 * HOUR)).await, 0);
        assert_eq!(scoped.schedule_list().await.unwrap()[0].stopped, 1);
        scoped.user_set_enabled(ana.user().unwrap(), true, at(0, 1)).await.unwrap();
        assert_eq!(beat(store, at(0, 2 * HOUR)).await, 1);
        // Who may not say what is scanned is refused.
        let member = world.person("eve", Role::Member, None).await;
        let refused = store.scoped(&member).schedule_set(None, &schedule("no", connector, target, Overlap::Wait), at(0, 0)).await;
        assert!(matches!(refused, Err(Error::Denied(_))));
        assert!(matches!(store.scoped(&member).connector_list().await, Err(Error::Denied(_))));
    }

    async fn a_secret_is_sealed_and_only_the_worker_opens_it(engine: Engine) {
        let world = World::new(engine).await;
        let (id, _) = scene(&world).await;
        let store = &world.store;
        assert_eq!(&**store.connector_secret(id).await.unwrap().unwrap(), b"key");
        let scoped = store.scoped(&world.operator);
        // Other settings keep the secret; another secret takes its place.
        scoped.connector_set(id, &connector(&world, "other"), None, at(1, 0)).await.unwrap();
        assert_eq!(&**store.connector_secret(id).await.unwrap().unwrap(), b"key");
        scoped.connector_set(id, &connector(&world, "other"), Some(b"new"), at(2, 0)).await.unwrap();
        assert_eq!(&**store.connector_secret(id).await.unwrap().unwrap(), b"new");
        assert_eq!(store.connector(id).await.unwrap().secret_at, Some(at(2, 0).0));
        let second = scoped.connector_create(&connector(&world, "second"), Some(b"two"), at(0, 0)).await.unwrap();
        let moved = format!("UPDATE connector SET sealed = (SELECT sealed FROM connector WHERE id = {id}) WHERE id = {second}");
        world.vandalize(&moved).await.unwrap();
        assert!(matches!(store.connector_secret(second).await, Err(Error::Seal(_))), "moved to another row it does not open");
        let taken = scoped.connector_create(&connector(&world, "other"), None, at(0, 0)).await;
        assert!(matches!(taken, Err(Error::Constraint(name)) if name == "connector_name_key"));
    }

    async fn places_at_a_scanner_are_never_given_twice(engine: Engine) {
        let world = World::new(engine).await;
        let (connector, target) = scene(&world).await;
        let store = &world.store;
        let scoped = store.scoped(&world.operator);
        for n in 0..4 {
            scoped.run_add(connector, None, Some(target), &format!("run-key-{n}"), "", at(0, n)).await.unwrap();
        }
        let begin = |worker: &'static str| {
            let store = store.clone();
            async move {
                // A claim that another was quicker with finds nothing, and is made again.
                let mut run = loop {
                    if let Some(run) = claim(&store, worker, at(1, 0)).await {
                        break run;
                    }
                };
                run.state = RunState::Starting.word().to_owned();
                // Who begins a run keeps it: let go, it would be the next one's to claim, which then finds that it is no longer queued.
                store.run_begin(&run, worker, Lease::Keep(at(1, 60)), &[], None, at(1, 0)).await.unwrap()
            }
        };
        let (a, b, c, d) = tokio::join!(begin("a"), begin("b"), begin("c"), begin("d"));
        let gates = [a, b, c, d];
        let of = |wanted: Gate| gates.iter().filter(|gate| **gate == wanted).count();
        assert_eq!((of(Gate::Open), of(Gate::Full)), (1, 3), "{gates:?}");
    }

    async fn racing_workers_never_share_a_run(engine: Engine) {
        let world = World::new(engine).await;
        let (connector, target) = scene(&world).await;
        for n in 0..60 {
            world.store.scoped(&world.operator).run_add(connector, None, Some(target), &format!("run-key-{n}"), "", at(0, 0)).await.unwrap();
        }
        let workers = (0..6).map(|worker| {
            let store = world.store.clone();
            tokio::spawn(async move {
                let mut mine = Vec::new();
                for _ in 0..200 {
                    mine.extend(claim(&store, &format!("w{worker}"), at(1, 0)).await.map(|run| run.id));
                }
                mine
            })
        });
        let mut all = Vec::new();
        for worker in workers.collect::<Vec<_>>() {
            all.append(&mut worker.await.unwrap());
        }
        all.sort_unstable();
        assert_eq!(all, (1..=60).collect::<Vec<i64>>());
    }

    async fn a_run_is_one_worker_s_until_its_lease_runs_out(engine: Engine) {
        let world = World::new(engine).await;
        let (connector, target) = scene(&world).await;
        let store = &world.store;
        let scoped = store.scoped(&world.operator);
        let id = scoped.run_add(connector, None, Some(target), "run-key-1", "", at(0, 0)).await.unwrap();
        let first = claim(store, "a", at(0, 1)).await.unwrap();
        assert!(claim(store, "b", at(0, 2)).await.is_none());
        let mut second = claim(store, "b", at(0, 62)).await.unwrap();
        assert_eq!(second.id, id);
        assert!(!store.run_save(&first, RunState::Queued, "a", Lease::Free, &[], at(0, 63)).await.unwrap());
        second.state = RunState::Starting.word().to_owned();
        let line = LogLine { code: "intent".to_owned(), ..LogLine::default() };
        assert_eq!(store.run_begin(&second, "b", Lease::Hold(at(0, 120)), &[line], None, at(0, 63)).await.unwrap(), Gate::Open);
        // What lives in one process is that one's alone, until its lease runs out.
        assert!(claim(store, "a", at(0, 64)).await.is_none());
        assert_eq!(claim(store, "b", at(0, 64)).await.unwrap().id, id);
        assert_eq!(claim(store, "a", at(0, 125)).await.unwrap().state().unwrap(), RunState::Starting);
        assert!(scoped.run_cancel(id, at(0, 126)).await.unwrap());
        assert_eq!(store.run(id).await.unwrap().cancel, 1);
        assert_eq!(scoped.run_log(id).await.unwrap().len(), 1);
    }

    async fn a_run_of_the_scanner_s_own_is_fetched_once(engine: Engine) {
        let world = World::new(engine).await;
        let (connector, _) = scene(&world).await;
        let run = |key: &str| AdoptedRun {
            key: key.to_owned(),
            remote: "{\"id\":1}".to_owned(),
            digest: "the same".to_owned(),
            name: "weekly".to_owned(),
            began: None,
        };
        assert!(world.store.run_adopt(connector, &run("key-1"), at(0, 0)).await.unwrap());
        assert!(!world.store.run_adopt(connector, &run("key-2"), at(0, 1)).await.unwrap());
        let claimed = claim(&world.store, "a", at(0, 2)).await.unwrap();
        assert_eq!(claimed.state().unwrap(), RunState::Exporting);
        // A look is one replica's.
        assert_eq!(world.store.connector_take(HOUR, at(0, 0)).await.unwrap(), Some(connector));
        assert_eq!(world.store.connector_take(HOUR, at(0, 0)).await.unwrap(), None);
        world.store.connector_ill(connector, "unreachable", "", None, at(0, 1)).await.unwrap();
        world.store.connector_ill(connector, "unreachable", "", Some(at(1, 0)), at(0, 2)).await.unwrap();
        let ill = world.store.connector(connector).await.unwrap();
        assert_eq!((ill.failures, ill.failed_since, ill.rests_until), (2, Some(at(0, 1).0), Some(at(1, 0).0)));
        world.store.connector_well(connector, Some("{}"), Some(12), at(0, 3)).await.unwrap();
        let well = world.store.connector(connector).await.unwrap();
        assert_eq!((well.failures, well.ok_at, well.latency), (0, Some(at(0, 3).0), Some(12)));
    }
}
