//! Roll-ups, classes and steps.

use crate::scans::{host, nessus};
use crate::world::{World, at};
use model::Severity::High;

tests::on_both! {
    async fn a_new_class_moves_what_is_booked_and_undo_moves_it_back(engine: Engine) {
        let world = World::new(engine).await;
        let scan = |file, day, wording: &str| {
            let mut scan = nessus(file, at(day, 0), vec![host("h", &[("1", 80, High), ("2", 80, High)])]);
            scan.wording = wording.to_owned();
            scan
        };
        world.import(&scan("a", 0, "plain")).await;
        let before = world.projection().await;
        let effect = world.import(&scan("b", 7, "inventory")).await;
        assert_eq!(effect.not_a_weakness, 2);
        assert_eq!(world.texts("SELECT DISTINCT CAST(inventory AS TEXT) FROM occurrence").await, ["1"]);
        world.assert_sound().await;
        world.store.scan_undo(effect.scan, None, world.now()).await.unwrap();
        assert_eq!(world.texts("SELECT DISTINCT CAST(inventory AS TEXT) FROM occurrence").await, ["0"]);
        assert_eq!(world.projection().await, before);
        world.assert_sound().await;
        world.store.scan_redo(effect.scan, None, world.now()).await.unwrap();
        // An older scan's words are kept and not shown.
        world.import(&scan("c", 3, "longer words")).await;
        assert_eq!(world.texts("SELECT title FROM weakness WHERE rule = '1'").await, ["Rule 1, inventory"]);
        world.store.scan_undo(effect.scan, None, world.now()).await.unwrap();
        assert_eq!(world.texts("SELECT title FROM weakness WHERE rule = '1'").await, ["Rule 1, longer words"]);
        world.assert_sound().await;
    }

    async fn the_clock_may_go_back_and_steps_do_not(engine: Engine) {
        let world = World::new(engine).await;
        for (number, now) in [at(100, 0), at(99, 0), at(99, 0)].into_iter().enumerate() {
            let scan = nessus(&format!("{number}"), at(0, i64::try_from(number).unwrap()), vec![host("h", &[("1", 80, High)])]);
            let staged = world.stage(&scan).await;
            world.store.import_commit(&staged, now).await.unwrap();
        }
        let steps = world.texts("SELECT CAST(recorded_at AS TEXT) FROM step ORDER BY step").await;
        let expected: Vec<String> = (0..3).map(|more| (at(100, 0).0 + more).to_string()).collect();
        assert_eq!(steps, expected);
    }

    async fn a_scan_from_the_future_or_without_a_date_closes_nothing(engine: Engine) {
        let world = World::new(engine).await;
        world.import(&nessus("a", at(0, 0), vec![host("h", &[("1", 80, High)])])).await;
        for (file, date) in [("b", Some(at(200, 0))), ("c", None)] {
            let mut scan = nessus(file, at(0, 0), vec![host("h", &[("2", 80, High)])]);
            scan.at = date;
            let effect = world.import(&scan).await;
            assert_eq!((effect.dated, effect.time_basis.as_str(), effect.closed), (false, "upload", 0));
            world.assert_sound().await;
        }
        assert_eq!(world.status("h", "1").await, "new");
        assert_eq!(world.status("h", "2").await, "new");
    }

    async fn a_stated_date_tells_the_history_anew(engine: Engine) {
        let world = World::new(engine).await;
        let dated = World::new(engine).await;
        let mut undated = nessus("b", at(7, 0), vec![host("h", &[("2", 80, High)])]);
        undated.wording = "longer words".to_owned();
        let mut third = nessus("c", at(9, 0), vec![host("h", &[("3", 80, High)])]);
        third.wording = "other".to_owned();
        for world in [&world, &dated] {
            world.import(&nessus("a", at(0, 0), vec![host("h", &[("1", 80, High)])])).await;
            world.import(&third).await;
        }
        dated.import(&undated).await;
        undated.at = None;
        let effect = world.import(&undated).await;
        assert_eq!((effect.dated, world.status("h", "1").await), (false, "fixed".to_owned()));
        let stated = world.store.scan_date(effect.scan, at(7, 0), None, world.now()).await.unwrap();
        assert!(stated.step.is_some());
        world.assert_sound().await;
        assert_eq!(world.projection().await, dated.projection().await);
        assert_eq!(world.store.scan_date(effect.scan, at(7, 0), None, world.now()).await.unwrap().step, None);
        // The same bytes with another date: the import says so.
        let mut staged = world.stageable(&undated).await;
        staged.1.stated_at = Some(at(8, 0));
        let staged = world.finish(staged).await;
        let effect = world.store.import_commit(&staged, world.now()).await.unwrap();
        assert_eq!((effect.at, effect.dated, effect.already_imported), (at(8, 0), true, false));
        world.assert_sound().await;
    }

    async fn two_imports_at_once_take_two_steps(engine: Engine) {
        let world = World::new(engine).await;
        let scans: Vec<_> = (0..4)
            .map(|n| nessus(&format!("{n}"), at(n, 0), vec![host("h", &[("1", 80, High), ("2", 443, High)])]))
            .collect();
        let mut staged = Vec::new();
        for scan in &scans {
            staged.push(world.stage(scan).await);
        }
        let mut racing = Vec::new();
        for staged in staged {
            let (store, now) = (world.store.clone(), world.now());
            racing.push(tokio::spawn(async move { store.import_commit(&staged, now).await.unwrap() }));
        }
        let mut new = 0;
        for import in racing {
            new += import.await.unwrap().new;
        }
        assert_eq!(new, 2);
        assert_eq!(world.count("step").await, 4);
        world.assert_sound().await;
    }
}
