//! The weights of risk: what others would change is what they change, on what is there and on what comes, and it can be undone.

use crate::inventory::{declaration, said};
use crate::scans::{host, nessus};
use crate::world::{World, at};
use model::Severity::{Critical, High, Low};
use model::filter::Filter;
use model::policy::Role;
use model::risk::RiskWeights;
use model::{Criticality, Exposure};
use store::Error;

impl World {
    /// The sum of the risks of what is open.
    async fn index(&self) -> i64 {
        self.store.scoped(&self.operator).occurrence_risk(&Filter::new(), self.now()).await.unwrap()
    }

    /// Every risk, its parts and their heads.
    async fn risks(&self) -> Vec<String> {
        self.texts(
            "SELECT w.rule || ' ' || a.name || ' ' || CAST(o.risk AS TEXT) || ' ' || CAST(w.exploitability AS TEXT) || ' ' || \
             CAST(a.stake AS TEXT) FROM occurrence o JOIN weakness w ON w.id = o.weakness_id JOIN asset a ON a.id = o.asset_id \
             ORDER BY 1",
        )
        .await
    }
}

tests::on_both! {
    async fn other_weights_do_what_was_shown_and_can_be_taken_back(engine: Engine) {
        let world = World::new(engine).await;
        world.import(&nessus("a", at(0, 0), vec![host("w1", &[("1", 80, Critical), ("2", 80, Low)]), host("w2", &[("1", 80, High)])])).await;
        let scoped = world.store.scoped(&world.operator);
        let rows = [declaration(&world, "w1", said(Criticality::Critical, Exposure::Internet, &[], None))];
        scoped.inventory_declare(&rows, "i.csv", true, world.now()).await.unwrap();
        assert_eq!(scoped.risk_weights().await.unwrap(), (1, RiskWeights::PUBLISHED));
        // 100 × 1.00 × 0.50 × 1.00 and 100 × 0.20 × 0.50, and on the other 100 × 0.75 × 0.50 × 0.64.
        let (before, index) = (world.risks().await, world.index().await);
        assert_eq!(index, 50 + 10 + 24);

        let other: RiskWeights = "90 0 50 50 100 10 50 100".parse().unwrap();
        let shown = scoped.risk_preview(&other, world.now()).await.unwrap();
        assert_eq!((shown.before, world.risks().await), (index, before.clone()), "a look changes nothing");
        // 90, 18, and 100 × 0.75 × 0.90 × 0.25: one goes from medium to critical.
        assert_eq!((shown.after, shown.up, shown.down), (90 + 18 + 17, 1, 0));
        let moved: Vec<_> = shown.movers.iter().map(|one| (one.rule.as_str(), one.before, one.after)).collect();
        assert_eq!(moved, [("1", 74, 107), ("2", 10, 18)]);
        assert_eq!(scoped.risk_weights_set(&other, "ours", world.now()).await.unwrap(), 2);
        assert_eq!((world.index().await, scoped.risk_weights().await.unwrap()), (shown.after, (2, other)));
        world.assert_sound().await;
        let same = scoped.risk_weights_set(&other, "again", world.now()).await;
        assert!(matches!(same, Err(Error::Invalid { field: "weights", .. })), "{same:?}");

        // What comes later is weighed the same.
        world.import(&nessus("b", at(1, 0), vec![host("w3", &[("3", 80, High)])])).await;
        assert_eq!(world.index().await, shown.after + 17);
        world.assert_sound().await;

        // Of two versions the later counts; taking it back brings back the one before, and at last the first.
        let third: RiskWeights = "0 0 0 0 0 0 0 0".parse().unwrap();
        assert_eq!(scoped.risk_weights_set(&third, "none", world.now()).await.unwrap(), 3);
        assert_eq!(world.index().await, 0);
        scoped.risk_weights_undo(3, world.now()).await.unwrap();
        assert_eq!(world.index().await, shown.after + 17);
        scoped.risk_weights_undo(2, world.now()).await.unwrap();
        assert_eq!((world.index().await, scoped.risk_weights().await.unwrap().0), (index + 24, 1));
        let now = world.risks().await;
        assert!(before.iter().all(|row| now.contains(row)), "{before:?} {now:?}");
        world.assert_sound().await;
        let again = scoped.risk_weights_undo(2, world.now()).await;
        assert!(matches!(again, Err(Error::NotFound(_))), "{again:?}");
        let versions = scoped.risk_versions().await.unwrap();
        assert_eq!(versions.iter().map(|row| (row.version, row.withdrawn.is_some())).collect::<Vec<_>>(), [(3, true), (2, true)]);

        let analyst = world.person("ana", Role::Analyst, None).await;
        let denied = world.store.scoped(&analyst).risk_weights_set(&other, "mine", world.now()).await;
        assert!(matches!(denied, Err(Error::Denied(_))), "{denied:?}");
        let silent = scoped.risk_weights_set(&other, " ", world.now()).await;
        assert!(matches!(silent, Err(Error::Invalid { field: "reason", .. })), "{silent:?}");
    }
}
