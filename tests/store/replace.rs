//! Originals read again: the head is that of a database that never knew the first reading.

use crate::scans::{Scan, host, nessus};
use crate::world::{World, at};
use model::ScanId;
use model::Severity::{Critical, High, Low, Medium};

/// Three weeks; the second is what is read again.
fn weeks() -> [Scan; 3] {
    let first =
        nessus("a", at(0, 0), vec![host("h1", &[("1", 80, High), ("2", 80, Low)]), host("h2", &[("1", 22, High)])]);
    let second = nessus("b", at(7, 0), vec![host("h1", &[("1", 80, High)]), host("h3", &[("5", 25, Medium)])]);
    let third = nessus("c", at(14, 0), vec![host("h1", &[("2", 80, Low)]), host("h3", &[])]);
    [first, second, third]
}

/// The second week as a better reader sees it: another host, a row more, another severity and another wording.
fn better() -> Scan {
    let mut scan = nessus(
        "b",
        at(7, 0),
        vec![host("h1", &[("1", 80, Critical), ("2", 80, Low)]), host("h4", &[("6", 443, High)]), host("h2", &[])],
    );
    scan.wording = "inventory of".to_owned();
    scan
}

async fn reread(world: &World, scan: &Scan, of: ScanId, dry_run: bool) -> store::ImportEffect {
    let staged = world.stage(scan).await;
    let effect = world.store.import_replace(&staged, of, None, dry_run, world.now()).await.unwrap();
    if dry_run {
        world.store.import_discard(staged, world.now()).await.unwrap();
    }
    effect
}

tests::on_both! {
    async fn what_is_read_again_is_as_if_it_had_always_been_read_so(engine: Engine) {
        for order in [[0, 1, 2], [2, 1, 0], [1, 2, 0]] {
            let world = World::new(engine).await;
            let mut second = ScanId(0);
            for week in order {
                let effect = world.import(&weeks()[week]).await;
                if week == 1 {
                    second = effect.scan;
                }
            }
            let before = world.projection().await;
            let known = world.count("step").await;
            let told = reread(&world, &better(), second, true).await;
            assert_eq!(world.projection().await, before, "a dry run changes nothing");
            let done = reread(&world, &better(), second, false).await;
            assert_eq!((told.new, told.closed, told.rows, told.assets), (done.new, done.closed, done.rows, done.assets));
            assert_eq!(world.count("step").await, known + 2);
            world.assert_sound().await;

            let other = World::new(engine).await;
            for week in order {
                let scan = if week == 1 { better() } else { weeks()[week].clone() };
                other.import(&scan).await;
            }
            let known = other.projection().await;
            let ours = world.projection().await;
            // What only the first reading saw stays as a row that is not known any more.
            let missing: Vec<_> = known.iter().filter(|line| !ours.contains(line)).collect();
            assert!(missing.is_empty(), "{order:?}: {missing:#?}");

            // It can be undone and read again like any other.
            world.store.scan_undo(second, None, world.now()).await.unwrap();
            world.store.scan_redo(second, None, world.now()).await.unwrap();
            assert_eq!(world.projection().await, ours);
            reread(&world, &weeks()[1], second, false).await;
            reread(&world, &better(), second, false).await;
            assert_eq!(world.projection().await, ours);
            world.assert_sound().await;
        }
    }

    async fn only_the_same_bytes_in_force_are_read_again(engine: Engine) {
        let world = World::new(engine).await;
        let scan = world.import(&weeks()[0]).await.scan;
        let staged = world.stage(&weeks()[1]).await;
        assert!(world.store.import_replace(&staged, scan, None, false, world.now()).await.is_err());
        world.store.import_discard(staged, world.now()).await.unwrap();
        world.store.scan_undo(scan, None, world.now()).await.unwrap();
        assert!(world.store.original(scan).await.is_err());
        world.store.scan_redo(scan, None, world.now()).await.unwrap();
        assert!(world.store.original(scan).await.unwrap().stated_at.is_none());
        assert_eq!(world.store.scans_read_before(2).await.unwrap(), [scan]);
        assert!(world.store.scans_read_before(1).await.unwrap().is_empty());
    }
}
