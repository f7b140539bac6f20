//! The chain of the audit log: whatever is done to it past the program is found and named.

use crate::read_bench::Bench;
use crate::read_support::{NOW, admin};
use model::Micros;
use std::sync::{Arc, Mutex};
use store::audit::verify::AuditReport;
use store::audit::{AuditNew, Head};
use store::{Reason, Store};
use tests::support::Engine;

/// What takes the triggers away that refuse changes.
fn open_up(engine: Engine) -> Vec<String> {
    let texts: &[&str] = match engine {
        Engine::Sqlite => &["DROP TRIGGER audit_no_update", "DROP TRIGGER audit_no_delete"],
        Engine::Postgres => &["DROP TRIGGER audit_append_only ON audit"],
    };
    texts.iter().map(|text| (*text).to_owned()).collect()
}

/// Writes entries, the last of which is the one that the anchor names.
async fn write(store: &Store, subjects: &[&str]) {
    let unscoped = store.unscoped(Reason::SignIn);
    for subject in subjects {
        let entry = AuditNew { action: "sign_in", subject, network: "192.0.2.1", ..AuditNew::default() };
        unscoped.audit("ana", &entry, NOW).await.unwrap();
    }
}

fn assert_found(report: &AuditReport, word: &str, what: &str) {
    assert!(!report.is_sound(), "{what} is not noticed");
    assert!(report.problems.iter().any(|problem| problem.contains(word)), "{what}: {:?}", report.problems);
}

tests::on_both! {
    async fn whatever_is_done_to_the_log_is_found(engine: Engine) {
        let tamper = [
            ("UPDATE audit SET actor = 'eve' WHERE seq = 3", "number 3", "another actor"),
            ("UPDATE audit SET outcome = 'refused' WHERE seq = 3", "number 3", "another outcome"),
            ("UPDATE audit SET was = 'x' WHERE seq = 4", "number 4", "another before"),
            ("UPDATE audit SET at = at + 1 WHERE seq = 2", "number 2", "another time"),
            ("UPDATE audit SET user_id = 7 WHERE seq = 2", "number 2", "another person"),
            ("DELETE FROM audit WHERE seq = 3", "missing", "a missing entry"),
            ("DELETE FROM audit WHERE seq = 1", "missing", "a missing beginning"),
            ("DELETE FROM audit WHERE seq > 4", "was cut off", "a cut end"),
            ("DELETE FROM audit", "was cut off", "an empty log"),
            (
                "INSERT INTO audit (at, actor, action, subject, outcome, network, detail) VALUES (1, 'x', 'y', '', 'done', '', '')",
                "in no chain",
                "an entry without a chain",
            ),
            ("UPDATE audit SET seq = CASE seq WHEN 3 THEN 400 WHEN 4 THEN 3 ELSE seq END WHERE seq IN (3, 4)", "number 400", "another order"),
            ("UPDATE audit SET chain = 'other' WHERE seq > 4", "chain other", "another chain"),
        ];
        for (sql, word, what) in tamper {
            let bench = Bench::new(engine).await;
            write(&bench.store, &["1", "2", "3", "4", "5"]).await;
            let anchors = bench.store.audit_heads().await.unwrap();
            assert_eq!(anchors.iter().map(|head| head.seq).collect::<Vec<_>>(), [6], "five, and the one that begins");
            let sound = bench.store.verify_audit(&anchors).await.unwrap();
            assert!(sound.is_sound(), "{sound:?}");
            assert_eq!((sound.entries, &sound.heads), (6, &anchors));
            let mut statements = open_up(engine);
            statements.push(sql.to_owned());
            bench.run(&statements).await;
            assert_found(&bench.store.verify_audit(&anchors).await.unwrap(), word, what);
        }
    }

    async fn an_end_that_is_cut_together_with_its_head_is_seen_by_the_anchor_alone(engine: Engine) {
        let bench = Bench::new(engine).await;
        write(&bench.store, &["1", "2"]).await;
        let older = bench.store.audit_heads().await.unwrap();
        write(&bench.store, &["3", "4"]).await;
        let newer = bench.store.audit_heads().await.unwrap();
        let mut statements = open_up(engine);
        statements.push("DELETE FROM audit WHERE seq > 3".to_owned());
        statements.push(format!("UPDATE audit_chain SET seq = 3, mac = {}", bench.bytes(&older[0].mac)));
        bench.run(&statements).await;
        assert!(bench.store.verify_audit(&older).await.unwrap().is_sound(), "the chain cannot see it");
        assert_found(&bench.store.verify_audit(&newer).await.unwrap(), "was cut off", "a cut end");
    }

    async fn another_chain_tells_of_a_chain_that_is_gone(engine: Engine) {
        let bench = Bench::new(engine).await;
        let seen = Arc::new(Mutex::new(Vec::new()));
        let keeper = Arc::clone(&seen);
        let witness = move |head: &Head| keeper.lock().unwrap().push(head.to_string());
        let other = bench.store.clone().with_chain("replica-2", Arc::new(witness));
        write(&bench.store, &["1"]).await;
        write(&other, &["2", "3"]).await;
        bench.store.audit_anchor(Micros(NOW.0 + 1)).await.unwrap();
        let report = bench.store.verify_audit(&[]).await.unwrap();
        assert!(report.is_sound() && report.heads.len() == 2, "{report:?}");
        let last = seen.lock().unwrap().last().cloned().unwrap();
        assert_eq!(last, report.heads[1].to_string(), "the witness saw the newest entry");
        assert_eq!(last.parse::<Head>().as_ref(), Ok(&report.heads[1]));
        let mut statements = open_up(engine);
        statements.push("DELETE FROM audit WHERE chain = 'replica-2'".to_owned());
        statements.push("DELETE FROM audit_chain WHERE chain = 'replica-2'".to_owned());
        bench.run(&statements).await;
        assert_found(&bench.store.verify_audit(&[]).await.unwrap(), "chain replica-2 was anchored", "a chain that is gone");
    }

    async fn what_was_written_before_there_were_chains_is_vouched_for(engine: Engine) {
        let bench = Bench::new(engine).await;
        let old = |subject| format!(
            "INSERT INTO audit (at, actor, action, subject, outcome, network, detail) VALUES (1, 'x', 'undo', '{subject}', 'done', '', '')"
        );
        bench.run(&[old("scan:1"), old("scan:2")]).await;
        admin(&bench.store).await;
        let report = bench.store.verify_audit(&[]).await.unwrap();
        assert!(report.is_sound(), "{report:?}");
        assert_eq!((report.before, report.entries), (2, 2));
        let mut statements = open_up(engine);
        statements.push("DELETE FROM audit WHERE subject = 'scan:2'".to_owned());
        bench.run(&statements).await;
        assert_found(&bench.store.verify_audit(&[]).await.unwrap(), "before the chains", "an old entry that is gone");
    }

    async fn writers_of_one_chain_take_turns(engine: Engine) {
        let bench = Bench::new(engine).await;
        let writers = (0..8).map(|_| {
            let store = bench.store.clone();
            tokio::spawn(async move { write(&store, &["a", "b", "c", "d", "e"]).await })
        });
        for writer in writers.collect::<Vec<_>>() {
            writer.await.unwrap();
        }
        let report = bench.store.verify_audit(&bench.store.audit_heads().await.unwrap()).await.unwrap();
        assert!(report.is_sound(), "{report:?}");
        assert_eq!(report.entries, 41);
    }
}
