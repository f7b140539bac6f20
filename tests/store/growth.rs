//! A year of weeks in which nothing changes costs references, not copies.

use crate::scans::{Finding, Scan, host, nessus};
use crate::world::{World, at};
use model::Severity::High;
use tests::support::Engine;

/// Bytes of everything but the exports' originals, as the engine keeps it.
const SQLITE: &str = "SELECT CAST(SUM(pgsize) AS TEXT) FROM dbstat WHERE name NOT LIKE 'blob%'";
const POSTGRES: &str = "SELECT CAST(SUM(pg_total_relation_size(c.oid)) AS TEXT) FROM pg_class c JOIN pg_namespace n \
    ON n.oid = c.relnamespace WHERE n.nspname = 'public' AND c.relkind = 'r' AND c.relname NOT LIKE 'blob%'";

async fn bytes(world: &World, engine: Engine) -> i64 {
    let sql = match engine {
        Engine::Sqlite => SQLITE,
        Engine::Postgres => POSTGRES,
    };
    world.texts(sql).await[0].parse().unwrap()
}

/// What PostgreSQL does by itself every minute or so.
async fn rest(world: &World, engine: Engine) {
    if engine == Engine::Postgres {
        world.vandalize("VACUUM").await.unwrap();
    }
}

tests::on_both! {
    async fn unchanged_weeks_hardly_grow_the_database(engine: Engine) {
        let world = World::new(engine).await;
        let empty = bytes(&world, engine).await;
        let rows = |name: &str| -> Vec<Finding> {
            let one = |n: u16| Finding { rule: (n % 40 + 1).to_string(), port: n + 1, severity: High, evidence: format!("{n} on {name}") };
            (0..400).map(one).collect()
        };
        let names: Vec<String> = (1..=10).map(|n| format!("h{n}")).collect();
        let mut scan = nessus("week 0", at(0, 0), names.iter().map(|name| host(name, &[])).collect());
        scan.hosts.iter_mut().zip(&names).for_each(|(host, name)| host.rows = rows(name));
        let week = async |scan: &mut Scan, n: i64| {
            (scan.file, scan.at) = (format!("week {n}"), Some(at(7 * n, 0)));
            let effect = world.import(scan).await;
            assert_eq!((effect.sightings, effect.closed, effect.reopened), (4_000, 0, 0));
        };
        week(&mut scan, 0).await;
        let first = bytes(&world, engine).await - empty;
        // PostgreSQL writes a row anew to change it, and reuses the old place from then on: its room is taken once.
        week(&mut scan, 1).await;
        rest(&world, engine).await;
        week(&mut scan, 2).await;
        rest(&world, engine).await;
        let (observed, second) = (world.count("observed").await, bytes(&world, engine).await);
        for n in 3..=10 {
            week(&mut scan, n).await;
            rest(&world, engine).await;
        }
        assert_eq!((observed, world.count("observed").await), (10, 10), "who was seen is kept once");
        assert_eq!(world.count("described").await, 1);
        let year = (bytes(&world, engine).await - second) * 52 / 8;
        println!("{year} bytes a year after {first}");
        assert!(year * 10 < first, "{year} bytes a year after {first}");
        // What one scan alone said goes with it, what others say as well stays.
        scan.hosts[0].rows[0].evidence = "otherwise".to_owned();
        week(&mut scan, 11).await;
        assert_eq!(world.count("observed").await, 11);
        let newest: i64 = world.texts("SELECT CAST(MAX(id) AS TEXT) FROM scan").await[0].parse().unwrap();
        world.store.scoped(&world.operator).scan_purge(model::ScanId(newest), world.now()).await.unwrap();
        assert_eq!(world.count("observed").await, 10);
        world.assert_sound().await;
    }
}
