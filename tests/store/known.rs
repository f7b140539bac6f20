//! What was known at a step stays as it was, whatever is learned later.

use crate::scans::{host, nessus};
use crate::world::{World, at};
use model::Severity::{High, Low};
use model::filter::Filter;
use model::metrics::{Dimension, Metric};
use model::{Edition, Mapped};
use posture::metrics::{Value, evaluate};
use store::metrics::Cells;

/// Open by category on a far day, from both places that figures are read from where both can answer.
async fn by_category(world: &World, filter: &str) -> Vec<Value> {
    let filter = Filter::parse(filter).unwrap();
    let scoped = world.store.scoped(&world.operator);
    let day = model::Day(30_000);
    let mut said = Vec::new();
    for from in [Cells::Ledger, Cells::Rollup] {
        if from == Cells::Rollup && !scoped.rollup_answers(&filter) {
            continue;
        }
        let cells = scoped.metric_cells_from(from, &filter, world.now()).await.unwrap();
        said.push(evaluate(Metric::Open, &[Dimension::Owasp2021], &cells, day, day).unwrap());
    }
    assert!(said.iter().all(|values| *values == said[0]), "{filter}: {said:?}");
    said.swap_remove(0)
}

async fn listed(world: &World, filter: &str) -> i64 {
    let filter = Filter::parse(filter).unwrap();
    world.store.scoped(&world.operator).occurrence_count(&filter, world.now()).await.unwrap()
}

tests::on_both! {
    async fn a_class_that_changed_is_what_it_was_to_those_who_ask_for_then(engine: Engine) {
        let world = World::new(engine).await;
        let scan = |file: &str, day, wording: &str| {
            let mut scan = nessus(file, at(day, 0), vec![host("h1", &[("1", 80, High), ("2", 80, Low)])]);
            scan.wording = wording.to_owned();
            scan
        };
        let mut told = Vec::new();
        for (file, day, wording) in [("a", 0, "plain"), ("b", 1, "longer"), ("c", 2, "inventory"), ("d", 3, "plain")] {
            let effect = world.import(&scan(file, day, wording)).await;
            told.push((effect.step, by_category(&world, "").await, listed(&world, "").await));
        }
        assert_ne!(told[0].1, told[1].1, "the wordings are of different categories");
        assert_eq!((told[2].1.len(), told[2].2), (0, 0), "mere facts are not listed");
        assert_eq!(told.iter().map(|(.., rows)| *rows).collect::<Vec<_>>(), [2, 2, 0, 2]);
        for (step, categories, rows) in &told {
            let then = format!("known-at:{step}");
            assert_eq!(by_category(&world, &then).await, *categories, "{then}");
            assert_eq!(listed(&world, &then).await, *rows, "{then}");
            assert_eq!(listed(&world, &format!("{then} is:inventory")).await, 2 - rows, "{then}");
            for value in categories {
                let posture::metrics::Key::Owasp(mapped) = value.keys[0] else { panic!("{value:?}") };
                let term = Filter::new().owasp(Edition::Y2021, mapped);
                assert_eq!(listed(&world, &format!("{then} {term}")).await, value.value, "{then} {term}");
                assert_ne!(mapped, Mapped::NotAWeakness);
            }
        }
        world.assert_sound().await;
    }
}
