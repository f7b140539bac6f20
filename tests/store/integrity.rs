//! What the database itself refuses, and what sealing notices.

use crate::scans::{host, nessus};
use crate::world::{START, World, at, config};
use model::Severity::High;
use store::decision::Act;
use store::seal::SealError;
use store::{Error, Store};

tests::on_both! {
    async fn books_decisions_and_audit_are_append_only(engine: Engine) {
        let world = World::new(engine).await;
        world.import(&nessus("a", at(0, 0), vec![host("h", &[("1", 80, High)])])).await;
        let id = world.occurrence("h", "1").await;
        world.store.scoped(&world.operator).decide(&[id], &[Act::Confirm], "", world.now()).await.unwrap();
        for table in ["entry", "decision", "audit"] {
            assert!(world.count(table.to_owned().leak()).await > 0, "{table}");
            for sql in [format!("UPDATE {table} SET id = id + 1000"), format!("DELETE FROM {table}")] {
                let error = world.vandalize(&sql).await.expect_err(&sql);
                assert!(error.to_string().contains("append-only"), "{sql}: {error}");
            }
        }
    }

    async fn a_changed_or_moved_sealed_value_is_noticed(engine: Engine) {
        let world = World::new(engine).await;
        world.import(&nessus("a", at(0, 0), vec![host("h", &[("1", 80, High)])])).await;
        let id = world.occurrence("h", "1").await;
        let detail = async || {
            let scoped = world.store.scoped(&world.operator);
            scoped.occurrence_detail(id, &model::filter::Filter::default(), world.now()).await
        };
        assert_eq!(detail().await.unwrap().evidence.unwrap()[0].text, "1 on h:80");
        let shifted = "UPDATE pack SET sealed = (SELECT p.sealed FROM pack p WHERE p.id <> pack.id) WHERE purpose = 'evidence'";
        assert_eq!(world.vandalize(shifted).await.unwrap(), 1);
        assert!(matches!(detail().await, Err(Error::Seal(SealError::Tampered))), "moved");
    }

    async fn everything_sealed_is_opened_when_asked(engine: Engine) {
        let world = World::new(engine).await;
        world.import(&nessus("a", at(0, 0), vec![host("h", &[("1", 80, High), ("2", 80, High)])])).await;
        let report = world.store.verify_sealed().await.unwrap();
        assert_eq!((report.texts, report.originals, report.problems.len()), (4, 1, 0), "{report:?}");
        let cut = "UPDATE pack SET items = items + 1 WHERE purpose = 'prose'";
        assert_eq!(world.vandalize(cut).await.unwrap(), 1);
        let swapped = "UPDATE pack SET sealed = (SELECT c.sealed FROM blob_chunk c) WHERE purpose = 'evidence'";
        assert_eq!(world.vandalize(swapped).await.unwrap(), 1);
        assert_eq!(world.vandalize("UPDATE blob SET bytes = bytes + 1").await.unwrap(), 1);
        let report = world.store.verify_sealed().await.unwrap();
        assert_eq!((report.texts, report.originals, report.problems.len()), (0, 0, 3), "{report:?}");
    }

    async fn another_key_is_told_when_the_store_opens(engine: Engine) {
        let world = World::new(engine).await;
        let refused = Store::open(&world.url, config(&[8; 32]), START).await;
        assert!(matches!(refused, Err(Error::Seal(SealError::WrongKey))));
    }

    async fn nothing_readable_of_evidence_or_original_is_stored(engine: Engine) {
        let world = World::new(engine).await;
        let mut scan = nessus("a", at(0, 0), vec![host("h", &[("1", 80, High)])]);
        scan.hosts[0].rows[0].evidence = "PLAINLY-VISIBLE-SECRET".to_owned();
        world.import(&scan).await;
        let Some(path) = world.url.strip_prefix("sqlite:") else { return };
        for file in [path.to_owned(), format!("{path}-wal")] {
            let Ok(bytes) = std::fs::read(&file) else { continue };
            assert!(!bytes.windows(22).any(|window| window == b"PLAINLY-VISIBLE-SECRET"), "{file}");
        }
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            for file in [path.to_owned(), format!("{path}-wal")] {
                assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600, "{file}");
            }
        }
    }

    async fn a_constraint_is_told_by_its_name(engine: Engine) {
        let world = World::new(engine).await;
        world.team("web").await;
        let again = world.store.scoped(&world.operator).team_create("web", "Web", START).await;
        assert!(matches!(&again, Err(Error::Constraint(name)) if name == "team_slug_key"), "{again:?}");
    }

    async fn a_vandal_s_change_is_found_in_the_books(engine: Engine) {
        let world = World::new(engine).await;
        world.import(&nessus("a", at(0, 0), vec![host("h", &[("1", 80, High)])])).await;
        for (sql, word) in [
            ("UPDATE occurrence SET status = 5", "stored head"),
            ("UPDATE rollup SET total = total + 1", "roll-up"),
            ("UPDATE episode SET opened_at = opened_at + 1", "episodes"),
        ] {
            world.vandalize(sql).await.unwrap();
            let report = world.store.verify_ledger(world.now()).await.unwrap();
            assert!(report.problems.iter().any(|problem| problem.contains(word)), "{sql}: {report:?}");
        }
    }
}
