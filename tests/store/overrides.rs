//! Rules by which people say where weaknesses belong: history follows, and what was known before stays.

use crate::scans::{Scan, host, nessus};
use crate::world::{World, at};
use model::Severity::{High, Low};
use model::filter::Filter;
use model::policy::Role;
use model::{Edition, Mapped};
use store::Error;
use store::overrides::{Move, OverrideNew};

fn scan(file: &str, day: i64, wording: &str) -> Scan {
    let mut scan = nessus(file, at(day, 0), vec![host("h1", &[("1", 80, High), ("2", 80, Low), ("2", 81, Low)])]);
    scan.wording = wording.to_owned();
    scan
}

impl World {
    async fn rule(&self, matches: &str, says: &str) -> Result<(i64, u64), Error> {
        let matches = Filter::parse(matches).unwrap();
        let new = OverrideNew { name: "ours", matches: &matches, says: says.parse().unwrap(), reason: "because" };
        self.store.scoped(&self.operator).override_add(&new, self.now()).await
    }

    async fn taken_back(&self, id: i64) -> Result<u64, Error> {
        self.store.scoped(&self.operator).override_undo(id, self.now()).await
    }

    async fn having(&self, filter: &str) -> i64 {
        let filter = Filter::parse(filter).unwrap();
        self.store.scoped(&self.operator).occurrence_count(&filter, self.now()).await.unwrap()
    }

    async fn step(&self) -> i64 {
        self.texts("SELECT CAST(step AS TEXT) FROM head").await[0].parse().unwrap()
    }
}

tests::on_both! {
    async fn a_rule_moves_what_it_is_about_and_history_with_it(engine: Engine) {
        let world = World::new(engine).await;
        world.import(&scan("a", 0, "plain")).await;
        // By the made-up classification the title's length decides: thirteen characters are A04.
        let before = (world.step().await, world.projection().await);
        assert_eq!((world.having("owasp:A04").await, world.having("").await), (3, 3));
        let preview = world.store.scoped(&world.operator);
        let matches = Filter::parse("rule:2").unwrap();
        let moves = preview.override_preview(&matches, "2021:A09".parse().unwrap()).await.unwrap();
        let category = |number| Mapped::To(model::Category::new(number).unwrap());
        let expected = Move { edition: Edition::Y2021, from: category(4), to: category(9), weaknesses: 1 };
        assert_eq!(moves, [expected]);

        let (rule, moved) = world.rule("tool:nessus rule:2", "2021:A09").await.unwrap();
        assert_eq!(moved, 1);
        assert_eq!((world.having("owasp:A09").await, world.having("owasp:A04").await), (2, 1));
        assert_eq!(world.having("owasp25:A04").await, 3, "of the other editions nothing was said");
        // The past is told anew; what was known before the rule is not.
        assert_eq!(world.having("as-of:2026-01-06 owasp:A09").await, 2);
        assert_eq!(world.having(&format!("known-at:{} owasp:A09", before.0)).await, 0);
        assert_eq!(world.having(&format!("known-at:{} owasp:A04", before.0)).await, 3);
        world.assert_sound().await;

        // A later rule decides; a text that changes, or an undone scan, leaves what people said.
        let (inventory, _) = world.rule("title:\"rule 2, *\"", "inventory").await.unwrap();
        assert_eq!((world.having("").await, world.having("is:inventory").await), (1, 2));
        let later = world.import(&scan("b", 1, "longer")).await;
        assert_eq!((world.having("").await, world.having("is:inventory").await), (1, 2));
        world.assert_sound().await;
        world.taken_back(inventory).await.unwrap();
        assert_eq!((world.having("owasp:A09").await, world.having("is:inventory").await), (2, 0));
        world.store.scan_undo(later.scan, None, world.now()).await.unwrap();
        assert_eq!((world.having("owasp:A09").await, world.having("owasp:A04").await), (2, 1));
        world.assert_sound().await;

        assert_eq!(world.taken_back(rule).await.unwrap(), 1);
        assert_eq!(world.projection().await, before.1, "as if the rules had never been");
        assert!(matches!(world.taken_back(rule).await, Err(Error::NotFound(_))));
        world.assert_sound().await;
        let all = world.store.scoped(&world.operator).override_list().await.unwrap();
        assert_eq!(all.iter().filter(|rule| rule.withdrawn.is_some()).count(), 2);
    }

    async fn a_file_of_rules_does_what_was_shown_and_an_earlier_one_brings_back_what_was(engine: Engine) {
        let world = World::new(engine).await;
        world.import(&scan("a", 0, "plain")).await;
        let filters = ["rule:2", "tool:nessus", "rule:1"].map(|text| Filter::parse(text).unwrap());
        let says = ["2021:A09", "2021:A05,2025:A02", "inventory"].map(|text| text.parse().unwrap());
        let rule = |at: usize| OverrideNew { name: "of a file", matches: &filters[at], says: says[at], reason: "because" };
        let scoped = world.store.scoped(&world.operator);
        let before = world.projection().await;

        let first = [rule(0), rule(1)];
        let shown = scoped.override_file_preview(&first, false).await.unwrap();
        assert_eq!(world.projection().await, before, "a look changes nothing");
        assert_eq!(scoped.override_file_apply(&first, false, world.now()).await.unwrap(), shown);
        assert_eq!((shown.added.as_slice(), shown.withdrawn.len(), shown.weaknesses), (&[0, 1][..], 0, 2));
        // Of both the later one decides, and what was counted is what is there.
        let category = |number| Mapped::To(model::Category::new(number).unwrap());
        let to = |edition, to| shown.moves.iter().filter(|m| (m.edition, m.to) == (edition, to)).map(|m| m.weaknesses).sum::<i64>();
        assert_eq!((to(Edition::Y2021, category(5)), to(Edition::Y2025, category(2)), to(Edition::Y2021, category(9))), (2, 2, 0));
        assert_eq!((world.having("owasp:A05").await, world.having("owasp25:A02").await), (3, 3));
        world.assert_sound().await;
        let (step, books) = (world.step().await, world.projection().await);

        // The same file again adds nothing and takes no step.
        let again = scoped.override_file_apply(&first, true, world.now()).await.unwrap();
        assert_eq!((again.added.len(), again.withdrawn.len(), again.weaknesses, world.step().await), (0, 0, 0, step));

        // In another order the rules say something else: those that would decide too early are added anew.
        let other = [rule(2), rule(0), rule(1)];
        let shown = scoped.override_file_preview(&other, true).await.unwrap();
        assert_eq!((shown.added.as_slice(), shown.withdrawn.len()), (&[0, 1, 2][..], 2));
        let other = [rule(1), rule(2)];
        let shown = scoped.override_file_preview(&other, true).await.unwrap();
        let done = scoped.override_file_apply(&other, true, world.now()).await.unwrap();
        assert_eq!(done, shown);
        assert_eq!((world.having("owasp:A05").await, world.having("is:inventory").await), (2, 1));
        let known = format!("known-at:{step} owasp:A05");
        assert_eq!(world.having(&known).await, 3, "what was known before stays");
        world.assert_sound().await;

        // The earlier file brings its rules back, and none at all the beginning.
        scoped.override_file_apply(&first, true, world.now()).await.unwrap();
        assert_eq!(world.projection().await, books);
        world.assert_sound().await;
        scoped.override_file_apply(&[], true, world.now()).await.unwrap();
        assert_eq!(world.projection().await, before);
        world.assert_sound().await;

        let auditor = world.person("aud", Role::Auditor, None).await;
        let denied = world.store.scoped(&auditor).override_file_preview(&first, false).await;
        assert!(matches!(denied, Err(Error::Denied(_))), "{denied:?}");
        let unfit = [OverrideNew { name: " ", ..rule(0) }];
        let refused = scoped.override_file_apply(&unfit, false, world.now()).await;
        assert!(matches!(refused, Err(Error::Invalid { field: "name", .. })), "{refused:?}");
    }

    async fn rules_and_scans_give_the_same_in_any_order(engine: Engine) {
        let mut all = Vec::new();
        for order in [[0, 1, 2, 3], [1, 0, 3, 2], [3, 2, 1, 0], [2, 3, 0, 1]] {
            let world = World::new(engine).await;
            let mut rules = Vec::new();
            for act in order {
                match act {
                    0 => drop(world.import(&scan("a", 0, "plain")).await),
                    1 => drop(world.import(&scan("b", 1, "longer")).await),
                    2 => rules.push(world.rule("rule:1,2", "2021:A09,2017:A01").await.unwrap().0),
                    _ => drop(world.rule("cwe:79 -rule:1", "inventory").await.unwrap()),
                }
            }
            // Rules of which none speaks over another's weaknesses commute; those that do are told by their numbers.
            world.taken_back(rules[0]).await.unwrap();
            world.assert_sound().await;
            all.push(world.projection().await);
        }
        for other in &all[1..] {
            assert_eq!(*other, all[0]);
        }
    }

    async fn a_rule_is_about_weaknesses_has_a_reason_and_an_author(engine: Engine) {
        let world = World::new(engine).await;
        for (matches, code) in [("asset:#1", "asset_number"), ("sev:high", "term"), ("", "empty")] {
            let refused = world.rule(matches, "inventory").await;
            assert!(matches!(refused, Err(Error::Invalid { field: "match", code: said }) if said == code), "{refused:?}");
        }
        let matches = Filter::parse("rule:1").unwrap();
        let new = OverrideNew { name: "n", matches: &matches, says: "inventory".parse().unwrap(), reason: " " };
        let refused = world.store.scoped(&world.operator).override_add(&new, world.now()).await;
        assert!(matches!(refused, Err(Error::Invalid { field: "reason", .. })), "{refused:?}");
        let analyst = world.person("ana", Role::Analyst, None).await;
        let new = OverrideNew { reason: "r", ..new };
        world.store.scoped(&analyst).override_add(&new, world.now()).await.unwrap();
        let auditor = world.person("aud", Role::Auditor, None).await;
        assert_eq!(world.store.scoped(&auditor).override_list().await.unwrap()[0].by.as_deref(), Some("ana"));
        let denied = world.store.scoped(&auditor).override_undo(1, world.now()).await;
        assert!(matches!(denied, Err(Error::Denied(_))), "{denied:?}");
    }
}
