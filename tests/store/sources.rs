//! Sources' settings: what they change is restated at the step that learned it, all or nothing.

use crate::scans::{Scan, host, nessus};
use crate::world::{START, World, at};
use model::Severity::{High, Low};
use model::filter::Filter;
use model::{ScanId, SourceId, Tool};
use posture::ClosingPolicy;
use store::sources::SourceNew;
use store::{Error, ImportNew, SourceChanged, Staged};

/// A ZAP report on one origin.
fn site(file: &str, day: i64, origin: &str, rules: &[(&str, u16, model::Severity)]) -> Scan {
    Scan { tool: Tool::Zap, ..nessus(file, at(day, 0), vec![host(origin, rules)]) }
}

fn settings(name: &str) -> SourceNew {
    SourceNew {
        name: name.to_owned(),
        space: "default".to_owned(),
        zone: "UTC".to_owned(),
        closing: ClosingPolicy::Both,
        prefer_fqdn: false,
        aliases: Vec::new(),
    }
}

async fn stage(world: &World, source: SourceId, scan: &Scan, under: Option<&SourceNew>) -> Staged {
    let new = ImportNew { source, file_name: scan.file.clone(), user: None, job: None };
    let import = world.store.import_begin(&new, world.now()).await.unwrap();
    let mut stager = world.store.stager_under(import, under, world.now()).await.unwrap();
    let scan = scan.clone();
    let parsing = tokio::task::spawn_blocking(move || {
        stager.original(scan.original().as_bytes()).unwrap();
        let (rows, facts) = scan.facts();
        rows.into_iter().for_each(|row| stager.row(row).unwrap());
        (stager, facts)
    });
    let parsed = parsing.await.unwrap();
    world.finish(parsed).await
}

async fn import(world: &World, source: SourceId, scan: &Scan) -> ScanId {
    let staged = stage(world, source, scan, None).await;
    world.store.import_commit(&staged, world.now()).await.unwrap().scan
}

/// Changes a source's settings with its scans read again.
async fn change(world: &World, source: SourceId, to: &SourceNew, scans: &[(ScanId, &Scan)]) -> SourceChanged {
    let mut staged = Vec::new();
    for (id, scan) in scans {
        staged.push((*id, stage(world, source, scan, Some(to)).await));
    }
    let before = world.projection().await;
    let told = world.store.source_change(source, to, &staged, None, true, world.now()).await.unwrap();
    assert_eq!(world.projection().await, before, "a dry run changes nothing");
    let done = world.store.source_change(source, to, &staged, None, false, world.now()).await.unwrap();
    assert_eq!(told, done);
    world.assert_sound().await;
    done
}

async fn assets(world: &World) -> Vec<String> {
    world
        .texts(
            "SELECT DISTINCT a.name || ' ' || a.key FROM asset a JOIN occurrence o ON o.asset_id = a.id WHERE o.known = 1 \
             ORDER BY 1",
        )
        .await
}

async fn listed(world: &World, filter: &str) -> i64 {
    let filter = Filter::parse(filter).unwrap();
    world.store.scoped(&world.operator).occurrence_count(&filter, world.now()).await.unwrap()
}

tests::on_both! {
    async fn two_applications_on_localhost_stay_apart_until_an_alias_says_what_they_are(engine: Engine) {
        let world = World::new(engine).await;
        let other = world.store.scoped(&world.operator).source_create(&settings("other"), START).await.unwrap();
        let here = site("here", 0, "http://localhost:8080", &[("40012", 1, High), ("10038-1", 1, Low)]);
        let there = site("there", 1, "http://LOCALHOST:8080", &[("40012", 1, High)]);
        let (first, second) = (import(&world, world.source, &here).await, import(&world, other, &there).await);
        let apart = world.projection().await;
        assert_eq!((assets(&world).await.len(), listed(&world, "").await), (2, 3));
        let step: i64 = world.texts("SELECT CAST(step AS TEXT) FROM head").await[0].parse().unwrap();

        let aliases = vec!["localhost=Shop Staging".parse().unwrap()];
        let told = SourceNew { aliases, ..settings("default") };
        let done = change(&world, world.source, &told, &[(first, &here)]).await;
        assert_eq!((done.scans, done.left, done.came, done.decided), (1, 2, 2, 0));
        let named = "http://Shop Staging:8080 origin:http://shop staging:8080@default";
        assert!(assets(&world).await.contains(&named.to_owned()), "{:?}", assets(&world).await);
        assert_eq!(listed(&world, "").await, 3);

        // The other source says that it is the same: one asset, seen by both.
        let both = SourceNew { name: "other".to_owned(), ..told.clone() };
        let done = change(&world, other, &both, &[(second, &there)]).await;
        assert_eq!((done.left, done.came), (1, 2));
        assert_eq!((assets(&world).await, listed(&world, "").await), (vec![named.to_owned()], 2));
        assert_eq!(listed(&world, &format!("known-at:{step}")).await, 3);

        // As if it had been said before the first import.
        let before = World::new(engine).await;
        let again = before.store.scoped(&before.operator).source_create(&both, START).await.unwrap();
        before.store.source_change(before.source, &told, &[], None, false, before.now()).await.unwrap();
        import(&before, again, &there).await;
        import(&before, before.source, &here).await;
        assert_eq!(world.projection().await, before.projection().await);

        change(&world, other, &settings("other"), &[(second, &there)]).await;
        change(&world, world.source, &settings("default"), &[(first, &here)]).await;
        assert_eq!(world.projection().await, apart, "taken back");
        world.store.close().await;
    }

    async fn another_space_is_another_network_and_undone_scans_go_along(engine: Engine) {
        let world = World::new(engine).await;
        let scans = [
            nessus("a", at(0, 0), vec![host("10.0.0.5", &[("1", 80, High), ("2", 80, Low)])]),
            nessus("b", at(7, 0), vec![host("10.0.0.5", &[("1", 80, High)])]),
        ];
        let ids = [import(&world, world.source, &scans[0]).await, import(&world, world.source, &scans[1]).await];
        let before = world.projection().await;
        world.store.scan_undo(ids[1], None, world.now()).await.unwrap();
        let undone = world.projection().await;
        let lab = SourceNew { space: "lab".to_owned(), ..settings("default") };
        let pairs = [(ids[0], &scans[0]), (ids[1], &scans[1])];
        let done = change(&world, world.source, &lab, &pairs).await;
        assert_eq!((done.scans, done.left, done.came), (2, 2, 2));
        assert!(assets(&world).await.iter().all(|asset| asset.ends_with("@lab")));
        world.store.scan_redo(ids[1], None, world.now()).await.unwrap();
        assert!(assets(&world).await.iter().all(|asset| asset.ends_with("@lab")));
        world.assert_sound().await;
        world.store.scan_undo(ids[1], None, world.now()).await.unwrap();
        change(&world, world.source, &settings("default"), &pairs).await;
        assert_eq!(world.projection().await, undone);
        world.store.scan_redo(ids[1], None, world.now()).await.unwrap();
        assert_eq!(world.projection().await, before);
    }

    async fn a_closing_policy_restates_what_it_closes(engine: Engine) {
        let world = World::new(engine).await;
        let mut scans = [
            nessus("a", at(0, 0), vec![host("h", &[("1", 80, High)])]),
            nessus("b", at(7, 0), vec![host("h", &[("2", 80, High)])]),
        ];
        scans.iter_mut().for_each(|scan| scan.coverage.plugin_set = None);
        for scan in &scans {
            import(&world, world.source, scan).await;
        }
        assert_eq!(world.status("h", "1").await, "fixed");
        let strict = SourceNew { closing: ClosingPolicy::RuleRanThere, ..settings("default") };
        let done = change(&world, world.source, &strict, &[]).await;
        assert_eq!((done.scans, done.left, done.came), (0, 0, 0));
        assert!(done.step.is_some());
        assert_eq!(world.status("h", "1").await, "new, not re-tested");
        change(&world, world.source, &settings("default"), &[]).await;
        assert_eq!(world.status("h", "1").await, "fixed");
    }

    async fn what_was_read_under_other_settings_is_refused(engine: Engine) {
        let world = World::new(engine).await;
        let scan = nessus("a", at(0, 0), vec![host("10.0.0.5", &[("1", 80, High)])]);
        let early = stage(&world, world.source, &scan, None).await;
        let lab = SourceNew { space: "lab".to_owned(), ..settings("default") };
        change(&world, world.source, &lab, &[]).await;
        let late = world.store.import_commit(&early, world.now()).await;
        assert!(matches!(late, Err(Error::Conflict("source_changed"))), "{late:?}");
        import(&world, world.source, &scan).await;
        let missing = world.store.source_change(world.source, &settings("default"), &[], None, false, world.now()).await;
        assert!(matches!(missing, Err(Error::Conflict("scans_changed"))), "{missing:?}");
        assert!(assets(&world).await.iter().all(|asset| asset.ends_with("@lab")));
        world.assert_sound().await;
    }
}
