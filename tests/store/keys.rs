//! Rotation of keys: everything is sealed anew, nothing is lost, and what was changed is named.

use crate::scans::{host, nessus};
use crate::world::{World, at};
use model::Severity::High;
use std::sync::Arc;
use store::seal::{KeyRing, SealError, retire, rotate};
use store::{Config, Error, Store};

fn entropy(bytes: &mut [u8]) {
    // Nonces must differ, and so must keys.
    static NEXT: std::sync::atomic::AtomicU64 = std::sync::atomic::AtomicU64::new(1);
    let number = NEXT.fetch_add(1, std::sync::atomic::Ordering::Relaxed).to_be_bytes();
    for (byte, other) in bytes.iter_mut().zip(number.iter().cycle()) {
        *byte = *other;
    }
}

tests::on_both! {
    async fn a_rotation_seals_everything_anew_while_others_read(engine: Engine) {
        let world = World::new(engine).await;
        world.import(&nessus("a", at(0, 0), vec![host("h", &[("1", 80, High), ("2", 80, High)])])).await;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("postura.key");
        // The world's one key, in a file, so that it can be rotated.
        let hex: String = crate::world::MASTER.iter().map(|byte| format!("{byte:02x}")).collect();
        std::fs::write(&path, format!("{hex}\n")).unwrap();
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
        }
        let config = |ring| Config {
            keys: Arc::new(ring),
            entropy: Arc::new(entropy),
            ..crate::world::config(&crate::world::MASTER)
        };
        let open = async || Store::open(&world.url, config(KeyRing::load(&path).unwrap()), world.now()).await;
        let store = open().await.unwrap();
        let reader = open().await.unwrap();
        assert_eq!(store.sealed_by_others().await.unwrap(), 0);
        tokio::time::sleep(std::time::Duration::from_millis(30)).await;
        rotate(&path, &entropy).unwrap();
        let before = store.sealed_by_others().await.unwrap();
        assert!(before >= 3, "{before}");
        assert!(matches!(store.forget_other_keys().await, Err(Error::Conflict("keys_in_use"))));
        assert_eq!(store.reseal(world.now()).await.unwrap(), u64::try_from(before).unwrap());
        assert_eq!(store.sealed_by_others().await.unwrap(), 0);
        let report = reader.verify_sealed().await.unwrap();
        assert!(report.problems.is_empty() && report.texts >= 4, "a process that was open reads on: {report:?}");
        store.forget_other_keys().await.unwrap();
        tokio::time::sleep(std::time::Duration::from_millis(30)).await;
        assert_eq!(retire(&path).unwrap(), 1);
        assert!(open().await.unwrap().verify_sealed().await.unwrap().problems.is_empty());
        let old = Store::open(&world.url, crate::world::config(&crate::world::MASTER), world.now()).await;
        assert!(matches!(old, Err(Error::Seal(SealError::WrongKey))), "the key of before opens nothing any more");
    }

    async fn a_rotation_stops_at_what_was_changed(engine: Engine) {
        let world = World::new(engine).await;
        world.import(&nessus("a", at(0, 0), vec![host("h", &[("1", 80, High)])])).await;
        let shifted = "UPDATE pack SET sealed = (SELECT p.sealed FROM pack p WHERE p.id <> pack.id) WHERE purpose = 'evidence'";
        assert_eq!(world.vandalize(shifted).await.unwrap(), 1);
        let report = world.store.verify_sealed().await.unwrap();
        assert!(report.problems.iter().any(|problem| problem.starts_with("pack ")), "it is named: {report:?}");
    }
}
