//! What expires and what stays: facts for ever, words for as long as the policy says, and purging.

use crate::scans::{host, nessus};
use crate::world::{World, at};
use model::Severity::High;
use model::filter::Filter;
use store::Error;
use store::retention::{Class, Expired, Held};

/// Days of the policy, counted back from the hundredth day.
const DAYS: i64 = 60;

async fn evidence(world: &World, asset: &str, rule: &str) -> (Vec<String>, bool) {
    let id = world.occurrence(asset, rule).await;
    let scoped = world.store.scoped(&world.operator);
    let detail = scoped.occurrence_detail(id, &Filter::default(), world.now()).await.unwrap();
    (detail.evidence.unwrap().into_iter().map(|part| part.text).collect(), detail.evidence_expired.is_some())
}

async fn expire(world: &World, dry_run: bool) -> Expired {
    world.store.retention_run(dry_run, world.now()).await.unwrap()
}

tests::on_both! {
    async fn words_expire_and_facts_stay(engine: Engine) {
        let world = World::new(engine).await;
        let scoped = world.store.scoped(&world.operator);
        let scan = |file: &str, day, hosts: &[&str]| {
            let hosts = hosts.iter().map(|name| host(name, &[("1", 80, High)])).collect();
            nessus(file, at(day, 0), hosts)
        };
        // h1 is seen again lately with the same words, h2 is not; h3 is held.
        let first = world.import(&scan("a", 0, &["h1"])).await.scan;
        let second = world.import(&scan("b", 1, &["h2"])).await.scan;
        let third = world.import(&scan("c", 2, &["h3"])).await.scan;
        world.import(&scan("d", 95, &["h1"])).await;
        assert_eq!(expire(&world, false).await, Expired::default(), "without a policy all is kept");
        for (class, days) in [(Class::Evidence, 0), (Class::Original, 36_501)] {
            assert!(matches!(scoped.retention_set(class, Some(days), world.now()).await, Err(Error::Invalid { .. })));
        }
        for class in [Class::Evidence, Class::Original] {
            scoped.retention_set(class, Some(DAYS), world.now()).await.unwrap();
        }
        assert!(matches!(scoped.hold(Held::Scan(999), "law", world.now()).await, Err(Error::NotFound(_))));
        assert!(matches!(scoped.hold(Held::Scan(third.0), " ", world.now()).await, Err(Error::Invalid { .. })));
        scoped.hold(Held::Scan(third.0), "law", world.now()).await.unwrap();
        let (books, shown) = (world.count("entry").await, world.projection().await);

        let told = expire(&world, true).await;
        assert_eq!((told.packs, told.kept, told.originals), (1, 2, 2), "{told:?}");
        assert_eq!(evidence(&world, "h2", "1").await, (vec!["1 on h2:80".to_owned()], false), "a dry run takes nothing");
        assert_eq!(expire(&world, false).await, told);
        assert_eq!(expire(&world, false).await, Expired { kept: 2, ..Expired::default() }, "once");

        assert_eq!(evidence(&world, "h1", "1").await, (vec!["1 on h1:80".to_owned()], false), "seen lately");
        assert_eq!(evidence(&world, "h2", "1").await, (Vec::new(), true));
        assert_eq!(evidence(&world, "h3", "1").await, (vec!["1 on h3:80".to_owned()], false), "held");
        for (scan, kept) in [(first, false), (second, false), (third, true)] {
            let original = world.store.original(scan).await;
            assert_eq!(original.is_ok(), kept, "{original:?}");
            assert!(kept || matches!(original, Err(Error::Conflict("original_expired"))));
        }
        assert_eq!((world.count("entry").await, world.projection().await), (books, shown), "facts stay");
        world.assert_sound().await;
        assert!(world.store.verify_sealed().await.unwrap().problems.is_empty());

        // The same words again are kept again.
        world.import(&scan("e", 96, &["h2"])).await;
        assert_eq!(evidence(&world, "h2", "1").await, (vec!["1 on h2:80".to_owned()], false));
        // Once released it goes with the rest.
        let hold = scoped.holds().await.unwrap()[0].id;
        scoped.hold_release(hold, world.now()).await.unwrap();
        assert!(matches!(scoped.hold_release(hold, world.now()).await, Err(Error::NotFound(_))));
        assert_eq!(expire(&world, false).await.packs, 1);
        world.assert_sound().await;
    }

    async fn what_is_purged_does_not_come_back(engine: Engine) {
        let world = World::new(engine).await;
        let scoped = world.store.scoped(&world.operator);
        let kept = nessus("a", at(0, 0), vec![host("h1", &[("1", 80, High)])]);
        let gone = nessus("b", at(1, 0), vec![host("h1", &[("1", 80, High)]), host("h2", &[("2", 80, High)])]);
        world.import(&kept).await;
        let before = world.projection().await;
        let scan = world.import(&gone).await.scan;
        let asset: i64 = world.texts("SELECT CAST(id AS TEXT) FROM asset WHERE name = 'h2'").await[0].parse().unwrap();
        scoped.hold(Held::Asset(asset), "law", world.now()).await.unwrap();
        assert!(matches!(scoped.scan_purge(scan, world.now()).await, Err(Error::Conflict("held"))));
        let hold = scoped.holds().await.unwrap()[0].id;
        scoped.hold_release(hold, world.now()).await.unwrap();
        scoped.scan_purge(scan, world.now()).await.unwrap();
        assert_eq!(world.projection().await, before, "as if it had never been imported");
        assert_eq!(world.texts("SELECT CAST(COUNT(*) AS TEXT) FROM observation").await, ["1"]);
        assert!(matches!(scoped.scan_purge(scan, world.now()).await, Err(Error::Conflict("purged"))));
        assert!(matches!(world.store.scan_redo(scan, None, world.now()).await, Err(Error::Conflict("purged"))));
        assert!(world.store.original(scan).await.is_err());
        let staged = world.stage(&gone).await;
        let again = world.store.import_commit(&staged, world.now()).await;
        assert!(matches!(again, Err(Error::Conflict("purged"))), "{again:?}");
        world.store.import_discard(staged, world.now()).await.unwrap();
        assert_eq!(world.projection().await, before);
        world.assert_sound().await;
        assert!(world.store.verify_sealed().await.unwrap().problems.is_empty());
    }
}
