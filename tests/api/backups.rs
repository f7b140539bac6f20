//! `postura backup` while the program serves, and `postura restore` into another place.

use crate::NESSUS;
use tests::on_both;
use tests::support::{Idle, TestServer, people, places};

on_both! {
    async fn a_backup_is_written_while_serving_and_comes_back_elsewhere(engine: Engine) {
        let server = TestServer::start(engine).await;
        let mut admin = people::set_up(&server).await;
        admin.import(&[("full.nessus", &places::fixture(NESSUS))]).await;
        let said = server.ask(&["backup", "monday.backup"]);
        assert!(said.contains("monday.backup"), "{said}");
        let file = server.folder().join("monday.backup");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
        }
        assert!(!server.postura(&["backup", "monday.backup"], "").status.success(), "no backup is written over");
        assert!(!server.folder().join("monday.part").exists());
        let log = admin.get("/settings/audit.csv?action=backup").await.expect(200).body;
        assert!(log.contains("backup:monday.backup"), "{log}");

        // A server has the database open: refused, with a code.
        let refused = server.postura(&["restore", "--replace", "monday.backup"], "");
        let said = String::from_utf8_lossy(&refused.stderr);
        assert_eq!(refused.status.code(), Some(2), "{said}");
        assert!(said.contains("in_use"), "{said}");

        let there = Idle::with_key_of(&server, engine).await;
        let restored = there.ask(&["restore", file.to_str().unwrap()]);
        assert!(restored.contains("are back as of"), "{restored}");
        assert!(there.ask(&["verify-audit"]).contains("as it was written"));
        let verified = there.ask(&["verify-ledger", "--evidence"]);
        assert!(verified.contains("originals opened"), "{verified}");
        assert_eq!(there.ask(&["occurrences", "--json"]), server.ask(&["occurrences", "--json"]));
        let again = there.postura(&["restore", file.to_str().unwrap()]);
        assert!(String::from_utf8_lossy(&again.stderr).contains("not_empty"), "{again:?}");
        std::fs::remove_file(there.data().join("postura.key")).unwrap();
        let keyless = there.postura(&["restore", "--replace", file.to_str().unwrap()]);
        assert!(String::from_utf8_lossy(&keyless.stderr).contains("postura.key is missing"), "{keyless:?}");
    }
}
