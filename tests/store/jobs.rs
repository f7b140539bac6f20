//! Jobs: claimed once, lost with the lease.

use crate::world::{World, at};
use std::task::Poll;
use store::job::{JobEnd, Progress};

/// What is left of a future that is looked at so many times and then dropped.
async fn dropped_after(looks: usize, work: impl Future<Output = ()>) {
    let (mut work, mut looked) = (Box::pin(work), 0);
    std::future::poll_fn(|context| {
        looked += 1;
        if looked > looks || work.as_mut().poll(context).is_ready() { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
}

tests::on_both! {
    async fn work_that_is_dropped_anywhere_leaves_no_transaction_to_the_next(engine: Engine) {
        let world = World::new(engine).await;
        let store = &world.store;
        for looks in 0..63 {
            // Reads in a transaction that may not write, and writes: whoever comes next writes, and it stays.
            dropped_after(looks % 9, async { drop(store.verify_audit(&[]).await) }).await;
            dropped_after(looks % 7, async { drop(store.job_enqueue("{}", 10, None, at(0, 0)).await) }).await;
            // As often as there are connections, which are lent in turn.
            for _ in 0..12 {
                let job = store.job_enqueue("{}", 10, None, at(0, 0)).await;
                let job = job.unwrap_or_else(|error| panic!("after {looks}: {error}"));
                assert!(store.job(job).await.is_ok());
            }
        }
    }

    async fn a_job_is_one_worker_s_until_its_lease_runs_out(engine: Engine) {
        let world = World::new(engine).await;
        let store = &world.store;
        let first = store.job_enqueue("{\"n\":1}", 10, None, at(0, 0)).await.unwrap();
        let second = store.job_enqueue("{\"n\":2}", 20, None, at(0, 1)).await.unwrap();
        let claimed = store.job_claim("w1", at(0, 60), at(0, 2)).await.unwrap().unwrap();
        assert_eq!((claimed.id, claimed.attempts, claimed.payload.as_str()), (first, 1, "{\"n\":1}"));
        assert_eq!(store.job_claim("w2", at(0, 60), at(0, 2)).await.unwrap().unwrap().id, second);
        assert!(store.job_claim("w3", at(0, 60), at(0, 2)).await.unwrap().is_none());
        let progress = Progress { phase: "reading", bytes: 5, rows: 2 };
        assert!(store.job_progress(first, "w1", progress, at(0, 90), at(0, 30)).await.unwrap());
        assert!(!store.job_progress(first, "w2", progress, at(0, 90), at(0, 30)).await.unwrap());
        // w1 dies: after its lease w3 takes over, and w1 has lost the job.
        let again = store.job_claim("w3", at(0, 200), at(0, 91)).await.unwrap().unwrap();
        let again = if again.id == first { again } else { store.job_claim("w3", at(0, 200), at(0, 91)).await.unwrap().unwrap() };
        assert_eq!((again.id, again.attempts), (first, 2));
        let ended = JobEnd { failed: false, waits: false };
        assert!(!store.job_finish(first, "w1", ended, "{}", at(0, 92)).await.unwrap());
        assert!(store.job_finish(first, "w3", ended, "{\"ok\":1}", at(0, 93)).await.unwrap());
        let done = store.job(first).await.unwrap();
        assert_eq!((done.state.as_str(), done.result.as_deref()), ("done", Some("{\"ok\":1}")));
        assert!(store.job_cancel(second, at(0, 94)).await.unwrap());
        assert!(!store.job_cancel(first, at(0, 94)).await.unwrap());
    }

    async fn what_waits_for_a_person_is_decided_once_and_what_is_written_is_not_stopped(engine: Engine) {
        let world = World::new(engine).await;
        let store = &world.store;
        let job = store.job_enqueue("{}", 10, None, at(0, 0)).await.unwrap();
        store.job_claim("w1", at(0, 60), at(0, 1)).await.unwrap().unwrap();
        let writing = Progress { phase: "write", bytes: 10, rows: 2 };
        assert!(store.job_progress(job, "w1", writing, at(0, 60), at(0, 2)).await.unwrap());
        assert!(!store.job_cancel(job, at(0, 3)).await.unwrap());
        let waiting = JobEnd { failed: true, waits: true };
        assert!(store.job_finish(job, "w1", waiting, "{}", at(0, 4)).await.unwrap());
        assert_eq!(store.jobs_waiting(at(0, 4)).await.unwrap(), Vec::<i64>::new());
        assert_eq!(store.jobs_waiting(at(0, 5)).await.unwrap(), [job]);
        assert!(store.job_decide(job, at(0, 6)).await.unwrap());
        assert!(!store.job_decide(job, at(0, 7)).await.unwrap());
        assert_eq!(store.job(job).await.unwrap().phase, "failed");
    }

    async fn racing_workers_never_share_a_job(engine: Engine) {
        let world = World::new(engine).await;
        for _ in 0..20 {
            world.store.job_enqueue("{}", 0, None, at(0, 0)).await.unwrap();
        }
        let workers = (0..4).map(|worker| {
            let store = world.store.clone();
            tokio::spawn(async move {
                let mut mine = Vec::new();
                while let Some(job) = store.job_claim(&format!("w{worker}"), at(1, 0), at(0, 1)).await.unwrap() {
                    mine.push(job.id);
                }
                mine
            })
        });
        let mut all = Vec::new();
        for worker in workers.collect::<Vec<_>>() {
            all.append(&mut worker.await.unwrap());
        }
        all.sort_unstable();
        assert_eq!(all, (1..=20).collect::<Vec<i64>>());
    }
}
