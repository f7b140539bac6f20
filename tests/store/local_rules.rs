//! Rules about assets, and rules that say how severe findings are: where they hold, since when, and what is left without them.

use crate::inventory::{declaration, said};
use crate::scans::{Scan, host, nessus};
use crate::world::{World, at};
use model::Severity::{Critical, High, Low, Medium};
use model::filter::Filter;
use model::{AssetId, Criticality, Edition, Exposure, Mapped, Micros};
use store::Error;
use store::overrides::{Move, OverrideNew};

fn scan(file: &str, day: i64) -> Scan {
    let rows = [("1", 80, High), ("2", 80, Low)];
    nessus(file, at(day, 0), vec![host("h1", &rows), host("h2", &rows), host("h3", &[("2", 80, Low), ("2", 81, Low)])])
}

impl World {
    async fn told(&self, matches: &str, says: &str) -> Result<(i64, u64), Error> {
        let matches = Filter::parse(matches).unwrap();
        let new = OverrideNew { name: "ours", matches: &matches, says: says.parse().unwrap(), reason: "because" };
        self.store.scoped(&self.operator).override_add(&new, self.now()).await
    }

    async fn untold(&self, id: i64) -> u64 {
        self.store.scoped(&self.operator).override_undo(id, self.now()).await.unwrap()
    }

    async fn kept_by(&self, filter: &str) -> i64 {
        let filter = Filter::parse(filter).unwrap();
        self.store.scoped(&self.operator).occurrence_count(&filter, self.now()).await.unwrap()
    }

    async fn last_step(&self) -> i64 {
        self.texts("SELECT CAST(step AS TEXT) FROM head").await[0].parse().unwrap()
    }

    async fn id_of(&self, asset: &str) -> AssetId {
        let rows = self.texts("SELECT name || '|' || CAST(id AS TEXT) FROM asset").await;
        let id = rows.iter().find_map(|row| row.strip_prefix(&format!("{asset}|"))).unwrap();
        AssetId(id.parse().unwrap())
    }

    async fn tag(&self, asset: &str, tags: &[&str]) {
        let told = said(Criticality::High, Exposure::Internal, tags, None);
        self.store
            .scoped(&self.operator)
            .inventory_declare(&[declaration(self, asset, told)], "f", true, self.now())
            .await
            .unwrap();
    }
}

tests::on_both! {
    async fn a_rule_about_assets_parts_a_weakness(engine: Engine) {
        let world = World::new(engine).await;
        world.import(&scan("a", 0)).await;
        let (before, step) = (world.projection().await, world.last_step().await);
        // By the made-up classification all are A04.
        assert_eq!((world.kept_by("owasp:A04").await, world.kept_by("").await), (6, 6));
        let matches = Filter::parse("rule:2 asset:h3").unwrap();
        let scoped = world.store.scoped(&world.operator);
        let category = |number| Mapped::To(model::Category::new(number).unwrap());
        let shown = scoped.override_preview(&matches, "2021:A09".parse().unwrap()).await.unwrap();
        assert_eq!(shown, [Move { edition: Edition::Y2021, from: category(4), to: category(9), weaknesses: 1 }]);

        let (rule, changed) = world.told("rule:2 asset:h3", "2021:A09").await.unwrap();
        assert_eq!((changed, world.kept_by("owasp:A09").await, world.kept_by("owasp:A04").await), (1, 2, 4));
        assert_eq!((world.kept_by("owasp25:A04").await, world.kept_by("-owasp:A09").await), (6, 4));
        // Knowledge: the past is told anew, and what was known before is kept.
        assert_eq!(world.kept_by("as-of:2026-01-06 owasp:A09").await, 2);
        assert_eq!(world.kept_by(&format!("known-at:{step} owasp:A09")).await, 0);
        assert_eq!(world.kept_by(&format!("known-at:{step} owasp:A04")).await, 6);
        world.assert_sound().await;

        // What comes there later is of that class, on a place that is new too, and what comes elsewhere is not.
        let mut later = scan("b", 1);
        later.hosts[2].rows.extend(host("h3", &[("2", 443, Low)]).rows);
        later.hosts.push(host("h4", &[("2", 80, Low)]));
        let later = world.import(&later).await;
        assert_eq!((world.kept_by("owasp:A09").await, world.kept_by("owasp:A04").await), (3, 5));
        world.assert_sound().await;

        // A rule about the weakness moves the rest of it, and a class that moves whole leaves what is parted into it.
        let (whole, _) = world.told("rule:2", "2021:A05").await.unwrap();
        assert_eq!((world.kept_by("owasp:A09").await, world.kept_by("owasp:A05").await), (0, 6), "the later rule decides");
        world.assert_sound().await;
        world.untold(whole).await;
        let (into, _) = world.told("rule:1 asset:h1", "2021:A07").await.unwrap();
        let (all, _) = world.told("tool:nessus", "2021:A07").await.unwrap();
        assert_eq!(world.kept_by("owasp:A07").await, 8);
        world.assert_sound().await;
        let (none, _) = world.told("asset:h?", "inventory").await.unwrap();
        assert_eq!(world.kept_by("is:inventory").await, 0, "a question mark stands for itself");
        world.untold(none).await;
        let (none, _) = world.told("asset:h*", "inventory").await.unwrap();
        assert_eq!((world.kept_by("").await, world.kept_by("is:inventory").await), (0, 8));
        world.assert_sound().await;
        for rule in [all, none, into] {
            world.untold(rule).await;
            world.assert_sound().await;
        }
        assert_eq!((world.kept_by("owasp:A09").await, world.kept_by("owasp:A04").await), (3, 5));
        world.store.scan_undo(later.scan, None, world.now()).await.unwrap();
        world.untold(rule).await;
        assert_eq!(world.projection().await, before, "as if nobody had said anything");
        world.assert_sound().await;
    }

    async fn rules_follow_tags_names_and_merges(engine: Engine) {
        let world = World::new(engine).await;
        world.import(&scan("a", 0)).await;
        let (rule, changed) = world.told("tag:pci", "2021:A02").await.unwrap();
        assert_eq!((changed, world.kept_by("owasp:A02").await), (0, 0));
        let (rated, _) = world.told("tag:pci rule:1", "severity:critical").await.unwrap();
        world.tag("h1", &["pci", "prod"]).await;
        assert_eq!((world.kept_by("owasp:A02").await, world.kept_by("sev:critical").await), (2, 1));
        world.assert_sound().await;
        let (one, other) = (world.id_of("h1").await, world.id_of("h2").await);
        let scoped = world.store.scoped(&world.operator);
        let merge = scoped.asset_merge(one, other, "one", false, world.now()).await.unwrap();
        assert_eq!((world.kept_by("owasp:A02").await, world.kept_by("").await), (2, 4), "what is part of it counts there");
        world.assert_sound().await;
        scoped.asset_split(merge.merge, world.now()).await.unwrap();
        world.tag("h1", &["prod"]).await;
        world.tag("h3", &["pci"]).await;
        assert_eq!((world.kept_by("owasp:A02").await, world.kept_by("owasp:A02 asset:h3").await), (2, 2));
        assert_eq!(world.kept_by("sev:critical").await, 0);
        world.assert_sound().await;
        for id in [rule, rated] {
            world.untold(id).await;
        }
        assert_eq!(world.kept_by("owasp:A02").await, 0);
        world.assert_sound().await;
    }

    async fn a_severity_holds_from_the_day_on_which_it_is_said(engine: Engine) {
        let world = World::new(engine).await;
        world.import(&scan("a", 0)).await;
        let before = world.projection().await;
        let (rule, changed) = world.told("rule:1", "severity:low").await.unwrap();
        assert_eq!((changed, world.kept_by("sev:high").await, world.kept_by("sev:low").await), (2, 0, 6));
        assert_eq!(world.kept_by("as-of:2026-01-06 sev:high").await, 2, "the past is what it was");
        let today = model::Day(i32::try_from(world.now().0.div_euclid(Micros::DAY)).unwrap());
        assert_eq!(world.kept_by(&format!("as-of:{today} sev:high")).await, 0);
        world.assert_sound().await;

        // What scanners say later does not count, also of what is new; what they say for the past does.
        let mut later = scan("b", 101);
        later.hosts[0].rows[0].severity = Critical;
        later.hosts.push(host("h4", &[("1", 80, Medium)]));
        world.import(&later).await;
        assert_eq!((world.kept_by("sev:critical,high").await, world.kept_by("rule:1 sev:low").await), (0, 3));
        world.assert_sound().await;
        let (other, _) = world.told("rule:1 asset:h2", "severity:critical").await.unwrap();
        assert_eq!((world.kept_by("sev:critical").await, world.kept_by("rule:1 sev:low").await), (1, 2), "the later one decides");
        world.assert_sound().await;
        world.untold(rule).await;
        assert_eq!((world.kept_by("sev:critical").await, world.kept_by("rule:1 sev:medium").await), (2, 1));
        world.untold(other).await;
        assert_eq!((world.kept_by("sev:critical").await, world.kept_by("sev:high").await), (1, 1), "as scanners say");
        world.assert_sound().await;
        let scan = world.texts("SELECT CAST(MAX(id) AS TEXT) FROM scan").await[0].parse().unwrap();
        world.store.scan_undo(model::ScanId(scan), None, world.now()).await.unwrap();
        assert_eq!(world.projection().await, before);
        world.assert_sound().await;
    }
}
