//! Assets that people say are one, and take apart again.

use crate::scans::{Scan, host, nessus};
use crate::world::{World, at};
use model::Severity::{Critical, High, Low, Medium};
use model::filter::Filter;
use model::view::findings::Sort;
use model::{AssetId, OccurrenceId, Status, Tool};
use store::Error;
use store::decision::Act;
use store::merge::Merged;
use store::occurrences::ListQuery;

/// Three weeks of two hosts that are one machine.
fn weeks() -> [Scan; 3] {
    let both = vec![
        host("h1", &[("1", 80, High), ("2", 80, Low)]),
        host("h2", &[("1", 80, Low), ("3", 22, Medium), ("4", 25, Low)]),
        host("other", &[("1", 80, High)]),
    ];
    let second = vec![host("h2", &[("1", 80, Critical), ("5", 80, Low)])];
    let third = vec![host("h1", &[("2", 80, Low)]), host("h2", &[]), host("other", &[])];
    [nessus("a", at(0, 0), both), nessus("b", at(7, 0), second), nessus("c", at(14, 0), third)]
}

/// The same weeks where both had the lower key.
fn as_one() -> [Scan; 3] {
    let mut weeks = weeks();
    for host in weeks.iter_mut().flat_map(|week| &mut week.hosts) {
        if host.name == "h2" {
            host.name = "h1".to_owned();
        }
    }
    weeks
}

async fn asset(world: &World, name: &str) -> AssetId {
    let rows = world.texts("SELECT key || '|' || CAST(id AS TEXT) FROM asset").await;
    let prefix = format!("name:{name}@default|");
    let id = rows.iter().find_map(|row| row.strip_prefix(&prefix)).unwrap_or_else(|| panic!("{name} in {rows:?}"));
    AssetId(id.parse().unwrap())
}

async fn merge(world: &World, one: &str, other: &str) -> Result<Merged, Error> {
    let (one, other) = (asset(world, one).await, asset(world, other).await);
    world.store.scoped(&world.operator).asset_merge(one, other, "one machine", false, world.now()).await
}

async fn split(world: &World, merge: i64) {
    world.store.scoped(&world.operator).asset_split(merge, world.now()).await.unwrap();
}

async fn listed(world: &World, filter: &str) -> Vec<(String, String, Status)> {
    let filter = Filter::parse(filter).unwrap();
    let query = ListQuery { filter: &filter, sort: Sort::Asset, cursor: None, limit: 100 };
    let page = world.store.scoped(&world.operator).occurrence_list(&query, world.now()).await.unwrap();
    let mut rows: Vec<_> = page.rows.into_iter().map(|row| (row.asset, row.rule, row.status)).collect();
    rows.sort();
    rows
}

fn differences(ours: &[String], theirs: &[String]) -> (Vec<String>, Vec<String>) {
    let without = |some: &[String], others: &[String]| some.iter().filter(|l| !others.contains(l)).cloned().collect();
    (without(ours, theirs), without(theirs, ours))
}

tests::on_both! {
    async fn a_merge_is_as_if_every_record_had_the_lower_key_in_any_order(engine: Engine) {
        let reference = World::new(engine).await;
        for week in as_one() {
            reference.import(&week).await;
        }
        let expected = reference.projection().await;
        let apart = World::new(engine).await;
        for week in weeks() {
            apart.import(&week).await;
        }
        let apart = apart.projection().await;
        for (order, after) in [([0, 1, 2], 1), ([0, 1, 2], 3), ([2, 1, 0], 1), ([1, 0, 2], 2)] {
            let world = World::new(engine).await;
            let (mut merged, mut scans) = (None, Vec::new());
            for (number, week) in (1..).zip(order) {
                scans.push(world.import(&weeks()[week]).await.scan);
                if number >= after && merged.is_none() {
                    merged = merge(&world, "h2", "h1").await.ok();
                    world.assert_sound().await;
                }
            }
            let Some(merged) = merged.take() else { panic!("both were there") };
            assert_eq!(merged.survivor, asset(&world, "h1").await);
            let found = world.projection().await;
            assert_eq!(differences(&found, &expected), (vec![], vec![]), "{order:?} after {after}");
            world.assert_sound().await;
            // Undo and redo leave it as it is, whatever is merged.
            for scan in &scans {
                world.store.scan_undo(*scan, None, world.now()).await.unwrap();
                world.assert_sound().await;
            }
            assert!(world.projection().await.is_empty());
            for scan in scans.iter().rev() {
                world.store.scan_redo(*scan, None, world.now()).await.unwrap();
                world.assert_sound().await;
            }
            let found = world.projection().await;
            assert_eq!(differences(&found, &expected), (vec![], vec![]), "undone and redone");
            // The same bytes again add nothing.
            assert!(world.import(&weeks()[1]).await.already_imported);
            split(&world, merged.merge).await;
            world.assert_sound().await;
            let found = world.projection().await;
            assert_eq!(differences(&found, &apart), (vec![], vec![]), "split");
            merge(&world, "h1", "h2").await.unwrap();
            world.assert_sound().await;
            let found = world.projection().await;
            assert_eq!(differences(&found, &expected), (vec![], vec![]), "merged again");
        }
    }

    async fn what_was_known_before_a_merge_stays(engine: Engine) {
        let world = World::new(engine).await;
        let step = world.import(&weeks()[0]).await.step;
        let before = listed(&world, "").await;
        assert_eq!(before.len(), 6);
        let merged = merge(&world, "h1", "h2").await.unwrap();
        assert_eq!((merged.moved, merged.joined), (3, 1));
        let after = listed(&world, "").await;
        assert_eq!(after.len(), 5);
        assert!(after.iter().all(|(asset, ..)| asset != "h2"));
        assert_eq!(listed(&world, &format!("known-at:{step}")).await, before);
        assert_eq!(listed(&world, &format!("known-at:{}", merged.step)).await, after);
        split(&world, merged.merge).await;
        assert_eq!(listed(&world, "").await, before);
        assert_eq!(listed(&world, &format!("known-at:{}", merged.step)).await, after);
        world.assert_sound().await;
    }

    async fn ids_lead_to_the_survivor_and_both_sets_of_decisions_apply(engine: Engine) {
        let world = World::new(engine).await;
        world.import(&weeks()[0]).await;
        let scoped = world.store.scoped(&world.operator);
        let (one, other) = (world.occurrence("h1", "1").await, world.occurrence("h2", "1").await);
        let moved = world.occurrence("h2", "3").await;
        let decide = async |id: OccurrenceId, act: Act| {
            scoped.decide(&[id], &[act], "because", world.now()).await.unwrap().touched
        };
        assert_eq!(decide(one, Act::Confirm).await, 1);
        assert_eq!(decide(other, Act::ClaimFix).await, 1);
        let team = world.team("blue").await;
        assert_eq!(decide(one, Act::AssignTeam(Some(team))).await, 1);
        assert_eq!(decide(moved, Act::FalsePositive).await, 1);
        let merged = merge(&world, "h1", "h2").await.unwrap();
        for id in [one, other] {
            let found = scoped.occurrence_detail(id, &Filter::new(), world.now()).await.unwrap();
            assert_eq!(found.row.id, one, "{id}");
            // Per layer the last: the workflow that the other was in, the team of the one.
            assert_eq!((found.row.status, found.row.team.map(|team| team.id)), (Status::FixClaimed, Some(team)));
            assert_eq!(found.decisions.len(), 3);
        }
        let found = scoped.occurrence_detail(moved, &Filter::new(), world.now()).await.unwrap();
        assert_eq!((found.row.asset.as_str(), found.row.status), ("h1", Status::FalsePositive));
        // What is said by the id that is part of another is said of that one, and stays with it.
        assert_eq!(decide(other, Act::Start).await, 1);
        let last = world.texts("SELECT CAST(MAX(id) AS TEXT) FROM decision").await[0].parse().unwrap();
        split(&world, merged.merge).await;
        let status = async |id: OccurrenceId| {
            scoped.occurrence_detail(id, &Filter::new(), world.now()).await.unwrap().row.status
        };
        assert_eq!((status(one).await, status(other).await), (Status::InProgress, Status::FixClaimed));
        assert_eq!(status(moved).await, Status::FalsePositive);
        scoped.decision_withdraw(last, world.now()).await.unwrap();
        assert_eq!(status(one).await, Status::Confirmed);
        world.assert_sound().await;
    }

    async fn chains_of_merges_have_one_survivor_and_come_apart_one_by_one(engine: Engine) {
        let world = World::new(engine).await;
        world.import(&weeks()[0]).await;
        let apart = world.projection().await;
        let high = merge(&world, "h2", "other").await.unwrap();
        assert_eq!(high.survivor, asset(&world, "h2").await);
        let pair = world.projection().await;
        let low = merge(&world, "other", "h1").await.unwrap();
        assert_eq!(low.survivor, asset(&world, "h1").await);
        world.assert_sound().await;
        let merges = world.store.scoped(&world.operator).asset_merges().await.unwrap();
        assert_eq!(merges.iter().map(|merge| merge.survivor).collect::<Vec<_>>(), [low.survivor, low.survivor]);
        let names: Vec<_> = listed(&world, "asset:other status:any").await.into_iter().map(|row| row.0).collect();
        assert!(!names.is_empty() && names.iter().all(|name| name == "h1"), "{names:?}");
        split(&world, low.merge).await;
        assert_eq!(differences(&world.projection().await, &pair), (vec![], vec![]));
        split(&world, high.merge).await;
        assert_eq!(differences(&world.projection().await, &apart), (vec![], vec![]));
        world.assert_sound().await;
    }

    async fn the_owner_follows_the_survivors_names(engine: Engine) {
        let world = World::new(engine).await;
        let (one, two) = (world.team("one").await, world.team("two").await);
        for (team, pattern) in [(one, "h1"), (two, "h2")] {
            world.store.ownership_rule_add(team, pattern, None, world.now()).await.unwrap();
        }
        let first = world.import(&nessus("a", at(0, 0), vec![host("h2", &[("1", 80, High)])])).await.scan;
        let second = world.import(&nessus("b", at(1, 0), vec![host("h1", &[("1", 80, High)])])).await.scan;
        let merged = merge(&world, "h2", "h1").await.unwrap();
        assert_eq!(listed(&world, "team:one").await.len(), 1);
        assert_eq!(listed(&world, "team:two").await.len(), 0);
        // Nothing in force knows the survivor by its own key: it goes by the names of the other.
        world.store.scan_undo(second, None, world.now()).await.unwrap();
        assert_eq!(listed(&world, "team:two").await, [("h2".to_owned(), "1".to_owned(), Status::New)]);
        world.assert_sound().await;
        world.store.scan_redo(second, None, world.now()).await.unwrap();
        world.store.scan_undo(first, None, world.now()).await.unwrap();
        assert_eq!(listed(&world, "team:one").await, [("h1".to_owned(), "1".to_owned(), Status::New)]);
        world.store.scan_redo(first, None, world.now()).await.unwrap();
        let scoped = world.store.scoped(&world.operator);
        assert_eq!(scoped.asset_count(&model::filter::Filter::new(), world.now()).await.unwrap(), 1);
        split(&world, merged.merge).await;
        assert_eq!((listed(&world, "team:one").await.len(), listed(&world, "team:two").await.len()), (1, 1));
        world.assert_sound().await;
    }

    async fn what_cannot_be_one_is_refused(engine: Engine) {
        let world = World::new(engine).await;
        world.import(&weeks()[0]).await;
        let mut site = nessus("site", at(1, 0), vec![host("https://h1.example", &[("40012", 80, High)])]);
        site.tool = Tool::Zap;
        world.import(&site).await;
        let origin = world.texts("SELECT CAST(id AS TEXT) FROM asset WHERE kind = 2").await[0].parse().unwrap();
        let scoped = world.store.scoped(&world.operator);
        let h1 = asset(&world, "h1").await;
        let kinds = scoped.asset_merge(h1, AssetId(origin), "why", false, world.now()).await;
        assert!(matches!(kinds, Err(Error::Conflict("kinds_differ"))), "{kinds:?}");
        let itself = scoped.asset_merge(h1, h1, "why", false, world.now()).await;
        assert!(matches!(itself, Err(Error::Conflict("one_already"))), "{itself:?}");
        let unknown = scoped.asset_merge(h1, AssetId(900), "why", false, world.now()).await;
        assert!(matches!(unknown, Err(Error::NotFound("asset"))), "{unknown:?}");
        let silent = scoped.asset_merge(h1, asset(&world, "h2").await, " ", false, world.now()).await;
        assert!(matches!(silent, Err(Error::Invalid { field: "reason", .. })), "{silent:?}");
        let lead = world.person("lea", model::policy::Role::Lead, None).await;
        let denied = world.store.scoped(&lead).asset_merge(h1, asset(&world, "h2").await, "why", false, world.now()).await;
        assert!(matches!(denied, Err(Error::Denied(_))), "{denied:?}");

        // The other's is a duplicate of the one's: by the merge it is the one, and counts.
        let duplicate = async |id: OccurrenceId, of: OccurrenceId| {
            scoped.decide(&[id], &[Act::Duplicate { of }], "because", world.now()).await.unwrap().touched
        };
        let [one, other] = [world.occurrence("h1", "1").await, world.occurrence("h2", "1").await];
        assert_eq!(duplicate(other, one).await, 1);
        let merged = merge(&world, "h1", "h2").await.unwrap();
        assert_eq!(world.status("h1", "1").await, "new");
        split(&world, merged.merge).await;
        assert_eq!(world.status("h2", "1").await, "duplicate");

        // Two that would be duplicates of each other, so that neither would count.
        let [two, four] = [world.occurrence("h1", "2").await, world.occurrence("h2", "4").await];
        assert_eq!((duplicate(one, two).await, duplicate(two, four).await), (1, 1));
        let before = world.projection().await;
        let third = world.occurrence("other", "1").await;
        assert_eq!(duplicate(four, third).await, 1);
        let circle = merge(&world, "h1", "other").await;
        assert!(matches!(circle, Err(Error::Conflict("duplicates_in_a_circle"))), "{circle:?}");
        assert_ne!(world.projection().await, before);
        world.assert_sound().await;
        let tried = scoped.asset_merge(h1, asset(&world, "h2").await, "why", true, world.now()).await.unwrap();
        assert_eq!(scoped.asset_merges().await.unwrap(), []);
        assert!(matches!(scoped.asset_split(tried.merge, world.now()).await, Err(Error::NotFound("merge"))));
    }
}
