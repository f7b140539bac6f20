//! Three replicas on one database that are killed wherever they are: each due time runs exactly once.

use crate::office::{HOUR, Office, schedule};
use model::RunState;
use model::view::scanning::{ConnectorDraft, RunView, ScheduleAct, ScheduleDraft};
use ports::Scanning as _;
use service::Service;
use service::import::ImportOptions;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tests::support::places;

/// Schedules and due times of each: five hundred, each of which is driven from its due time to the books while its replicas die
/// on the way.
const SCHEDULES: i64 = 50;
const DUE: i64 = 10;

/// The longest that a replica lives after the one that was killed before it, in microseconds. A run has a dozen steps, each a
/// transaction of its own that takes some milliseconds.
const LIFE: u64 = 1_000_000;

/// A number that jumps about, the same in each run of the test.
fn number() -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    NEXT.fetch_add(1, Ordering::Relaxed).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 40
}

/// What a process does, until it is killed.
async fn live(replica: Arc<Service>) {
    let drives = async {
        loop {
            let _ = replica.beat().await;
            while replica.drive_one().await.unwrap_or(false) {}
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::select! {
        () = Arc::clone(&replica).work() => {}
        () = drives => {}
    }
}

/// Three replicas live for a moment and are killed, each at an instant of its own.
async fn lives(office: &Office) {
    let mut replicas = Vec::new();
    for _ in 0..3 {
        replicas.push(tokio::spawn(live(office.replica().await)));
    }
    for replica in replicas {
        tokio::time::sleep(Duration::from_micros(5_000 + number() % LIFE)).await;
        replica.abort();
        let _ = replica.await;
    }
}

async fn all_runs(office: &Office) -> Vec<RunView> {
    let (mut all, mut page) = (Vec::new(), String::new());
    loop {
        let mut runs = office.session.runs(None, page).await.unwrap();
        all.append(&mut runs.runs);
        page = runs.next;
        if page.is_empty() {
            return all;
        }
    }
}

tests::on_both! {
    async fn due_times_run_once_each_though_replicas_die_on_the_way(engine: Engine) {
        let office = Office::open(engine).await;
        office.fake.set(|knobs| knobs.polls = 1);
        let connector = office.session.connectors().await.unwrap().connectors[0].settings.clone();
        office.session.set_connector(ConnectorDraft { at_a_time: 100, ..connector }).await.unwrap();
        // What they all bring is known: it is told at once that it is, and the time goes into dying.
        let known = places::root().join("tests/fixtures/zap/plain.json");
        let options = ImportOptions { source: Some("zap".to_owned()), ..ImportOptions::default() };
        office.service.import_file(&known, &options).await.unwrap();
        for n in 1..=SCHEDULES {
            let draft = ScheduleDraft { time_limit: 20_160, ..schedule(&format!("hourly {n}")) };
            assert_eq!(office.session.set_schedule(draft).await.unwrap(), n);
        }
        for hour in 1..=DUE {
            office.now(hour * HOUR);
            lives(&office).await;
        }
        let expected = usize::try_from(SCHEDULES * DUE).unwrap();
        for _ in 0..200 {
            if all_runs(&office).await.len() == expected {
                break;
            }
            lives(&office).await;
        }
        for n in 1..=SCHEDULES {
            office.session.act_schedule(n, ScheduleAct::Pause).await.unwrap();
        }
        // The clock goes on, so that the claims of the killed run out.
        let mut now = DUE * HOUR;
        while office.session.runs(None, String::new()).await.unwrap().active > 0 {
            now += 20;
            assert!(now < (DUE + 24) * HOUR, "it comes to an end");
            office.now(now);
            lives(&office).await;
        }
        let launches = office.fake.memory.lock().unwrap().launches.clone();
        assert_eq!(launches.len(), expected);
        assert!(launches.values().all(|times| *times == 1), "{launches:?}");
        let runs = all_runs(&office).await;
        let done = runs.iter().filter(|run| run.state == RunState::Done).count();
        assert_eq!((runs.len(), done), (expected, expected));
    }
}
