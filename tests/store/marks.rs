//! The mark that leaves inventory out of lists: where many move, it follows, and no answer depends on it.

use crate::scans::{Scan, host, nessus};
use crate::world::{MASTER, World, at, config, nowhere};
use model::Severity::{High, Low};
use model::filter::Filter;
use model::view::findings::Sort;
use store::occurrences::ListQuery;
use store::overrides::OverrideNew;
use store::{Config, Store};

/// How many findings a step marks here.
const FEW: i64 = 3;

fn scan(file: &str, day: i64, ports: std::ops::Range<u16>) -> Scan {
    let rows: Vec<_> = ports.flat_map(|port| [("1", port, High), ("2", port, Low)]).collect();
    nessus(file, at(day, 0), vec![host("h1", &rows), host("h2", &rows)])
}

impl World {
    /// A world in which a step marks only a few findings.
    async fn of_few(engine: tests::support::Engine) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = nowhere(engine, &folder).await;
        let mut world = World::on(engine, url, folder).await;
        world.store = world.opened().await;
        world
    }

    /// Its database, opened as after a crash.
    async fn opened(&self) -> Store {
        let config = Config { marks: FEW, ..config(&MASTER) };
        Store::open(&self.url, config, self.now()).await.unwrap()
    }

    async fn ruled(&self, matches: &str, says: &str) -> i64 {
        let matches = Filter::parse(matches).unwrap();
        let new = OverrideNew { name: "ours", matches: &matches, says: says.parse().unwrap(), reason: "because" };
        self.store.scoped(&self.operator).override_add(&new, self.now()).await.unwrap().0
    }

    async fn unruled(&self, rule: i64) {
        self.store.scoped(&self.operator).override_undo(rule, self.now()).await.unwrap();
    }

    /// What pages say: counts, rows with whether they are inventory, groups, and what is around a row.
    async fn answers(&self) -> Vec<String> {
        let scoped = self.store.scoped(&self.operator);
        let mut answers = Vec::new();
        for text in
            ["", "is:inventory", "-is:inventory", "owasp:A04", "rule:2", "asset:h1", "as-of:2026-01-06", "status:any"]
        {
            let filter = Filter::parse(text).unwrap();
            let query = ListQuery { filter: &filter, sort: Sort::FirstSeen, cursor: None, limit: 100 };
            let rows = scoped.occurrence_list(&query, self.now()).await.unwrap().rows;
            let count = scoped.occurrence_count(&filter, self.now()).await.unwrap();
            assert_eq!(i64::try_from(rows.len()).unwrap(), count, "{text}");
            let groups = scoped.occurrence_groups_by_team(&filter, self.now()).await.unwrap();
            let inventory = rows.iter().filter(|row| row.inventory).count();
            answers.push(format!("{text}: {count}, of them {inventory}, {groups:?}"));
            if let Some(row) = rows.first() {
                let detail = scoped.occurrence_detail(row.id, &filter, self.now()).await.unwrap();
                let around = scoped.occurrence_neighbours(&detail).await.unwrap().open;
                answers.push(format!("{} is among {around}", row.id));
            }
        }
        answers
    }

    /// From which finding on marks lag.
    async fn lagging(&self) -> Option<String> {
        self.texts("SELECT COALESCE(CAST(marks_from AS TEXT), 'none') FROM head")
            .await
            .pop()
            .filter(|from| from != "none")
    }

    /// How many findings bear each mark.
    async fn marked(&self) -> Vec<String> {
        self.texts("SELECT CAST(inventory AS TEXT) || ':' || CAST(COUNT(*) AS TEXT) FROM occurrence GROUP BY inventory ORDER BY 1")
            .await
    }

    /// Lets every mark follow.
    async fn settled(&self) {
        while self.store.catch_up(self.now()).await.unwrap() {}
        assert_eq!(self.lagging().await, None);
    }
}

tests::on_both! {
    async fn a_rule_about_many_is_in_force_at_once_and_their_marks_follow(engine: Engine) {
        let mut world = World::of_few(engine).await;
        world.import(&scan("a", 0, 80..85)).await;
        let (before, projection) = (world.answers().await, world.projection().await);
        assert_eq!((world.marked().await, world.lagging().await), (vec!["0:20".to_owned()], None));

        let rule = world.ruled("rule:2", "inventory").await;
        let inventory = world.answers().await;
        assert_eq!(inventory[0], before[0].replace(": 20, of them 0", ": 10, of them 0").replace("20", "10"));
        assert!(inventory.iter().any(|line| line.starts_with("is:inventory: 10, of them 10")), "{inventory:?}");
        assert_eq!(world.marked().await, ["0:17", "1:3"], "a step marks few");
        assert_eq!(world.lagging().await.as_deref(), Some("0"));
        world.assert_sound().await;

        // A crash between two windows loses nothing, and what a scan brings meanwhile is marked by itself.
        assert!(world.store.catch_up(world.now()).await.unwrap());
        world.store = world.opened().await;
        assert_eq!(world.answers().await, inventory);
        world.assert_sound().await;
        let later = world.import(&scan("b", 1, 80..87)).await;
        assert!(world.lagging().await.is_some());
        let grown = world.answers().await;
        world.assert_sound().await;
        world.settled().await;
        assert_eq!(world.marked().await, ["0:14", "1:14"]);
        assert_eq!(world.answers().await, grown);
        world.assert_sound().await;

        // Taken back while the marks still follow another rule.
        let other = world.ruled("rule:1", "inventory").await;
        assert!(world.store.catch_up(world.now()).await.unwrap());
        world.unruled(rule).await;
        world.unruled(other).await;
        world.store.scan_undo(later.scan, None, world.now()).await.unwrap();
        assert_eq!(world.answers().await, before);
        world.assert_sound().await;
        world.settled().await;
        assert_eq!((world.answers().await, world.projection().await), (before, projection));
        world.assert_sound().await;
    }

    async fn so_are_rules_about_assets_and_few_findings_are_marked_at_once(engine: Engine) {
        let world = World::of_few(engine).await;
        world.import(&scan("a", 0, 80..85)).await;
        let few = world.ruled("rule:2 asset:h9", "inventory").await;
        assert_eq!(world.lagging().await, None);
        world.unruled(few).await;
        let before = world.answers().await;
        let rule = world.ruled("rule:2 asset:h1", "inventory").await;
        assert_eq!((world.lagging().await.as_deref(), world.marked().await), (Some("0"), vec!["0:17".to_owned(), "1:3".to_owned()]));
        let inventory = world.answers().await;
        assert!(inventory[0].starts_with(": 15, of them 0"), "{inventory:?}");
        assert!(inventory.iter().any(|line| line.starts_with("is:inventory: 5, of them 5")), "{inventory:?}");
        world.assert_sound().await;
        world.settled().await;
        assert_eq!((world.answers().await, world.marked().await), (inventory, vec!["0:15".to_owned(), "1:5".to_owned()]));
        world.assert_sound().await;
        world.unruled(rule).await;
        assert_eq!(world.answers().await, before);
        world.settled().await;
        assert_eq!((world.answers().await, world.marked().await), (before, vec!["0:20".to_owned()]));
        world.assert_sound().await;
    }
}
