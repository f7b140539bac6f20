//! Import, dry run, undo and redo.

use crate::scans::{Finding, host, nessus};
use crate::world::{World, at};
use model::Severity::{Critical, High, Low, Medium};

tests::on_both! {
    async fn an_import_counts_its_effects(engine: Engine) {
        let world = World::new(engine).await;
        let first = nessus("a", at(0, 0), vec![
            host("h1", &[("1", 80, High), ("2", 80, Low), ("2", 80, Medium), ("3", 0, Critical)]),
            host("h2", &[("1", 22, High)]),
        ]);
        let effect = world.import(&first).await;
        assert_eq!((effect.new, effect.same, effect.reopened, effect.closed), (4, 0, 0, 0));
        assert_eq!((effect.assets, effect.rows, effect.sightings), (2, 5, 5));
        assert_eq!(effect.time_basis, "run");
        world.assert_sound().await;

        // One more occurrence, one gone and covered, one at another severity, and h2 left out.
        let second = nessus("b", at(7, 0), vec![host("h1", &[("1", 80, High), ("2", 80, High), ("4", 443, Low)])]);
        let effect = world.import(&second).await;
        assert_eq!((effect.new, effect.same, effect.reopened, effect.closed), (1, 2, 0, 1));
        assert_eq!(effect.not_retested, 1);
        assert_eq!(world.status("h1", "3").await, "fixed");
        assert_eq!(world.status("h2", "1").await, "new, not re-tested");
        world.assert_sound().await;

        let third = nessus("c", at(14, 0), vec![
            host("h1", &[("3", 0, Critical)]),
            host("h2", &[("1", 22, High)]),
        ]);
        let effect = world.import(&third).await;
        assert_eq!((effect.new, effect.same, effect.reopened, effect.closed, effect.not_retested), (0, 1, 1, 3, 0));
        assert_eq!(world.status("h2", "1").await, "new");
        world.assert_sound().await;
    }

    async fn the_same_bytes_twice_add_nothing(engine: Engine) {
        let world = World::new(engine).await;
        let scan = nessus("a", at(0, 0), vec![host("h1", &[("1", 80, High), ("2", 80, Low)])]);
        world.import(&scan).await;
        let before = world.projection().await;
        let counts = [world.count("entry").await, world.count("pack").await, world.count("blob_chunk").await];
        let effect = world.import(&scan).await;
        assert!(effect.already_imported);
        assert_eq!((effect.new, effect.same, effect.closed), (0, 2, 0));
        assert_eq!(world.projection().await, before);
        assert_eq!(counts, [world.count("entry").await, world.count("pack").await, world.count("blob_chunk").await]);
        assert_eq!(world.count("step").await, 1);
    }

    async fn a_dry_run_tells_what_the_import_will_do(engine: Engine) {
        let world = World::new(engine).await;
        world.import(&nessus("a", at(0, 0), vec![host("h1", &[("1", 80, High), ("2", 80, Low)])])).await;
        let before = world.projection().await;
        let scan = nessus("b", at(7, 0), vec![host("h1", &[("1", 80, Critical), ("5", 25, Low)])]);
        let staged = world.stage(&scan).await;
        let preview = world.store.import_preview(&staged, world.now()).await.unwrap();
        assert_eq!(world.projection().await, before);
        world.assert_sound().await;
        let effect = world.store.import_commit(&staged, world.now()).await.unwrap();
        assert_eq!(preview, effect);
        assert_eq!((effect.new, effect.same, effect.closed), (1, 1, 1));
        let discarded = world.stage(&nessus("c", at(8, 0), vec![host("h9", &[("1", 80, High)])])).await;
        let packs = world.count("pack").await;
        world.store.import_discard(discarded, world.now()).await.unwrap();
        assert!(world.count("pack").await < packs);
        assert_eq!(world.count("asset").await, 1);
    }

    async fn undo_gives_what_was_and_redo_what_it_undid(engine: Engine) {
        let world = World::new(engine).await;
        let scans = [
            nessus("a", at(0, 0), vec![host("h1", &[("1", 80, High), ("2", 80, Low)]), host("h2", &[("1", 80, High)])]),
            nessus("b", at(7, 0), vec![host("h1", &[("1", 80, Critical), ("3", 80, Low)])]),
        ];
        world.import(&scans[0]).await;
        let before = world.projection().await;
        let second = world.import(&scans[1]).await;
        let after = world.projection().await;
        let undone = world.store.scan_undo(second.scan, None, world.now()).await.unwrap();
        assert!(undone.step.is_some());
        assert_eq!(world.projection().await, before);
        assert_eq!(world.status("h1", "3").await, "unknown");
        world.assert_sound().await;
        assert_eq!(world.store.scan_undo(second.scan, None, world.now()).await.unwrap().step, None);
        // The same bytes again lift it.
        let lifted = world.import(&scans[1]).await;
        assert!(!lifted.already_imported);
        assert_eq!((lifted.new, lifted.same, lifted.closed), (second.new, second.same, second.closed));
        assert_eq!(lifted.scan, second.scan);
        assert_eq!(world.projection().await, after);
        world.assert_sound().await;
    }

    async fn an_unchanged_scan_writes_little_and_keeps_the_evidence(engine: Engine) {
        let world = World::new(engine).await;
        let rows: Vec<Finding> = (1..=40)
            .map(|rule| Finding { rule: rule.to_string(), port: 80, severity: High, evidence: format!("seen {rule}") })
            .collect();
        let mut first = nessus("a", at(0, 0), vec![host("h1", &[])]);
        first.hosts[0].rows = rows;
        world.import(&first).await;
        let (entries, packs) = (world.count("entry").await, world.count("pack").await);
        let mut second = first.clone();
        (second.file, second.at) = ("b".to_owned(), Some(at(7, 0)));
        second.hosts[0].rows[3].evidence = "seen otherwise".to_owned();
        let effect = world.import(&second).await;
        assert_eq!((effect.new, effect.same), (0, 40));
        assert_eq!(world.count("entry").await, entries);
        // The pack with the one changed text; the rest and every prose are where they were.
        assert_eq!(world.count("pack").await, packs + 1);
        world.assert_sound().await;
        for (rule, expected) in [("4", "seen otherwise"), ("5", "seen 5")] {
            let id = world.occurrence("h1", rule).await;
            let scoped = world.store.scoped(&world.operator);
            let detail = scoped.occurrence_detail(id, &model::filter::Filter::default(), world.now()).await.unwrap();
            assert_eq!(detail.evidence.unwrap()[0].text, expected);
            assert_eq!(detail.detail.weakness.prose.description, format!("plain words on {rule}"));
            assert_eq!(detail.row.last_seen, at(7, 0));
        }
    }

    async fn a_refused_file_leaves_nothing_but_its_reason(engine: Engine) {
        let world = World::new(engine).await;
        let new = store::ImportNew { source: world.source, file_name: "x".to_owned(), user: None, job: None };
        let import = world.store.import_begin(&new, world.now()).await.unwrap();
        let mut stager = world.store.stager(import, world.now()).await.unwrap();
        let stager = tokio::task::spawn_blocking(move || {
            stager.original(&vec![1; 3 << 20]).unwrap();
            stager.quarantined(b"{\"why\":\"odd\"}".to_vec()).unwrap();
            stager
        });
        let facts = nessus("x", at(0, 0), vec![]).stageable();
        let staged = stager.await.unwrap().finish(facts).await.unwrap();
        assert_eq!(world.count("blob_chunk").await, 3);
        world.store.import_refuse(import, None, "{\"code\":\"truncated\"}", world.now()).await.unwrap();
        assert_eq!(world.count("blob_chunk").await, 0);
        assert_eq!(world.store.quarantine(import).await.unwrap(), [b"{\"why\":\"odd\"}"]);
        let refused = world.store.import_commit(&staged, world.now()).await;
        assert!(matches!(refused, Err(store::Error::Conflict("import_not_running"))));
        assert_eq!(world.count("scan").await, 0);
    }

    async fn imports_that_broke_off_are_swept(engine: Engine) {
        let world = World::new(engine).await;
        world.import(&nessus("a", at(0, 0), vec![host("h1", &[("1", 80, High)])])).await;
        let (packs, chunks) = (world.count("pack").await, world.count("blob_chunk").await);
        world.stage(&nessus("b", at(1, 0), vec![host("h1", &[("2", 80, High)])])).await;
        assert!(world.count("pack").await > packs);
        assert_eq!(world.store.sweep(world.now()).await.unwrap().imports, 0);
        let swept = world.store.sweep(at(101, 0)).await.unwrap();
        assert_eq!(swept.imports, 1);
        assert_eq!((packs, chunks), (world.count("pack").await, world.count("blob_chunk").await));
        world.assert_sound().await;
    }
}
