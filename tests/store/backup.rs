//! Backups: what comes back is what was there, on either engine; whatever was done to the file is noticed, and costs nothing.

use crate::scans::{host, nessus};
use crate::world::{MASTER, START, World, at, config, nowhere};
use model::Severity::High;
use model::policy::Role;
use store::audit::AuditNew;
use store::backup::{BackupError, Restored, restore};
use store::decision::Act;
use store::{Error, Store};
use tests::support::{Engine, places};

/// A world with scans, decisions, people and an audit log; and its backup.
async fn backed_up(engine: Engine) -> (World, Vec<u8>) {
    let world = World::new(engine).await;
    let web = world.team("web").await;
    let ana = world.person("ana", Role::Analyst, Some(web)).await;
    world.import(&nessus("a", at(0, 0), vec![host("h", &[("1", 80, High), ("2", 443, High)])])).await;
    world.import(&nessus("b", at(1, 0), vec![host("h", &[("1", 80, High)]), host("ñ", &[("3", 22, High)])])).await;
    let id = world.occurrence("h", "1").await;
    world.store.scoped(&ana).decide(&[id], &[Act::Confirm], "mañana", world.now()).await.unwrap();
    let entry = AuditNew { action: "confirm", subject: "h", ..AuditNew::default() };
    world.store.scoped(&ana).audit(&entry, world.now()).await.unwrap();
    let mut file = Vec::new();
    let done = world.store.backup("0.0.1", world.now(), &mut file).await.unwrap();
    assert_eq!(done.bytes, file.len() as u64);
    assert!(done.tables > 50 && done.rows > 50, "{done:?}");
    (world, file)
}

async fn taken_back(url: &str, file: &[u8], replace: bool) -> Result<Restored, Error> {
    restore(url, &config(&MASTER), &mut &*file, replace).await
}

/// The refusal's code.
async fn refusal(url: &str, file: &[u8], replace: bool) -> String {
    let Err(error) = taken_back(url, file, replace).await else { panic!("it is taken") };
    assert!(matches!(error, Error::Backup(_)), "{error}");
    error.to_string().split(':').next().unwrap().to_owned()
}

tests::on_both! {
    async fn a_backup_comes_back_on_either_engine(engine: Engine) {
        let (world, file) = backed_up(engine).await;
        let before = world.projection().await;
        for other in Engine::BOTH {
            let folder = tempfile::tempdir().unwrap();
            let url = nowhere(other, &folder).await;
            let restored = taken_back(&url, &file, false).await.unwrap();
            assert_eq!((restored.program.as_str(), restored.aside), ("0.0.1", None));
            let back = World::on(other, url, folder).await;
            assert_eq!(back.projection().await, before);
            for table in ["entry", "decision", "blob_chunk", "pack", "observation", "sealing_key"] {
                assert_eq!(back.count(table).await, world.count(table).await, "{table}");
            }
            back.assert_sound().await;
            let sealed = back.store.verify_sealed().await.unwrap();
            assert!(sealed.problems.is_empty() && sealed.originals == 2, "{sealed:?}");
            let heads = world.store.audit_heads().await.unwrap();
            let audit = back.store.verify_audit(&heads).await.unwrap();
            assert!(audit.is_sound() && audit.entries >= 2, "{audit:?}");
            // What refuses changes is back, what holds between tables too, and new rows find free numbers.
            let refused = back.vandalize("DELETE FROM entry").await.expect_err("the books are append-only");
            assert!(refused.to_string().contains("append-only"), "{refused}");
            assert!(back.vandalize("DELETE FROM asset").await.is_err(), "somebody names it");
            back.team("later").await;
            back.import(&nessus("c", at(2, 0), vec![host("h", &[("9", 80, High)])])).await;
            back.assert_sound().await;
            back.store.close().await;
            let again = taken_back(&back.url, &file, false).await;
            assert!(matches!(again, Err(Error::Backup(BackupError::NotEmpty))), "{again:?}");
        }
    }

    async fn a_database_is_replaced_only_when_told_and_used_by_nobody(engine: Engine) {
        let (world, file) = backed_up(engine).await;
        let before = world.projection().await;
        world.import(&nessus("later", at(3, 0), vec![host("h", &[("9", 80, High)])])).await;
        assert_eq!(refusal(&world.url, &file, true).await, "in_use");
        world.store.close().await;
        assert_eq!(refusal(&world.url, &file, false).await, "not_empty");
        let restored = taken_back(&world.url, &file, true).await.unwrap();
        assert_eq!(restored.aside.is_some(), engine == Engine::Sqlite);
        assert_eq!(world.projection().await, before);
        if let Some(aside) = restored.aside {
            let old = Store::open(&format!("sqlite:{}", aside.display()), config(&MASTER), START).await.unwrap();
            assert!(old.verify_ledger(world.now()).await.unwrap().is_sound(), "the one of before is whole");
        }
    }

    async fn whatever_was_done_to_a_backup_is_noticed_and_changes_nothing(engine: Engine) {
        let (world, file) = backed_up(engine).await;
        let before = world.projection().await;
        let mut other = Vec::new();
        world.store.backup("0.0.1", world.now(), &mut other).await.unwrap();
        world.store.close().await;
        let code = async |file: &[u8]| refusal(&world.url, file, true).await;
        assert_eq!(code(b"SQLite format 3\0 and more of it").await, "not_a_backup");
        assert_eq!(code(b"").await, "truncated");
        for cut in [5, 20, 33, 35, 200, file.len() / 2, file.len() - 1] {
            assert_eq!(code(&file[..cut]).await, "truncated", "{cut} of {}", file.len());
        }
        for place in [20, 45, 300, file.len() / 3, file.len() / 2, file.len() - 30, file.len() - 1] {
            let mut changed = file.clone();
            changed[place] ^= 1;
            let code = code(&changed).await;
            // A length that was changed cuts its frame elsewhere.
            assert!(code == "tampered" || code == "truncated", "{place}: {code}");
        }
        assert_eq!(code(&[&file[..], b"x"].concat()).await, "tampered");
        let exchanged = [&file[..33], &other[33..]].concat();
        assert_eq!(code(&exchanged).await, "tampered", "frames of another file");
        let stranger = restore(&world.url, &config(&[9; 32]), &mut &*file, true).await;
        assert!(matches!(stranger, Err(Error::Backup(BackupError::WrongKey))), "{stranger:?}");
        assert_eq!(world.projection().await, before);
    }

    // The file is of a program whose newest migration was 20.
    async fn a_backup_of_an_older_program_comes_back_with_the_tables_of_today(engine: Engine) {
        let file = places::fixture("backup/migration-20.backup");
        let folder = tempfile::tempdir().unwrap();
        let url = nowhere(engine, &folder).await;
        let restored = taken_back(&url, &file, false).await.unwrap();
        assert_eq!(restored.program, "0.0.1");
        let back = World::on(engine, url, folder).await;
        assert_eq!((back.count("scan").await, back.count("occurrence").await), (2, 3));
        assert_eq!(back.count("oidc_account").await, 0, "a table that it did not have");
        back.assert_sound().await;
        assert!(back.store.verify_sealed().await.unwrap().problems.is_empty());
        back.import(&nessus("c", at(2, 0), vec![host("h", &[("9", 80, High)])])).await;
        back.assert_sound().await;
    }

    async fn a_backup_of_a_newer_program_is_refused(engine: Engine) {
        let world = World::new(engine).await;
        world.vandalize("UPDATE _sqlx_migrations SET version = 9999 WHERE version = 1").await.unwrap();
        let mut file = Vec::new();
        world.store.backup("9.9.9", world.now(), &mut file).await.unwrap();
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(refusal(&nowhere(engine, &folder).await, &file, false).await, "newer_version");
    }
}
