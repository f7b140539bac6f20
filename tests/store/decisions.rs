//! Decisions, alone and in bulk, exceptions, and what later scans make of them.

use crate::scans::{host, nessus};
use crate::world::{World, at};
use model::policy::Role;
use model::{Day, Micros, OccurrenceId, Status};
use store::decision::Act;
use store::{Error, Viewer};

async fn decide(world: &World, who: &Viewer, id: OccurrenceId, act: Act) -> (u64, u64) {
    let effect = world.store.scoped(who).decide(&[id], &[act], "because", world.now()).await.unwrap();
    world.assert_sound().await;
    (effect.touched, effect.refused)
}

tests::on_both! {
    async fn workflow_and_verdicts_follow_the_rules(engine: Engine) {
        let world = World::new(engine).await;
        world.import(&nessus("a", at(0, 0), vec![host("h", &[("1", 80, model::Severity::High)])])).await;
        let id = world.occurrence("h", "1").await;
        let operator = world.operator.clone();
        for (act, expected, status) in [
            (Act::Confirm, (1, 0), "confirmed"),
            (Act::Confirm, (0, 1), "confirmed"),
            (Act::ClaimFix, (1, 0), "fix_claimed"),
            (Act::FalsePositive, (1, 0), "false_positive"),
            (Act::Start, (0, 1), "false_positive"),
            (Act::ClearVerdict, (1, 0), "fix_claimed"),
            (Act::ClearVerdict, (0, 1), "fix_claimed"),
            (Act::Reset, (1, 0), "new"),
            (Act::Retire, (1, 0), "retired"),
        ] {
            assert_eq!(decide(&world, &operator, id, act).await, expected, "{act:?}");
            assert_eq!(world.status("h", "1").await, status, "{act:?}");
        }
        // A sighting after the retirement ends it; one before it does not.
        world.import(&nessus("b", at(50, 0), vec![host("h", &[("1", 80, model::Severity::High)])])).await;
        assert_eq!(world.status("h", "1").await, "retired");
        let effect = world.import(&nessus("c", at(101, 0), vec![host("h", &[("1", 80, model::Severity::High)])])).await;
        assert_eq!(world.status("h", "1").await, "new");
        assert_eq!(effect.same, 1);
        world.assert_sound().await;
    }

    async fn a_sighting_after_a_claim_fails_it_and_a_clean_scan_fixes(engine: Engine) {
        let world = World::new(engine).await;
        let seen = |file, day| nessus(file, at(day, 0), vec![host("h", &[("1", 80, model::Severity::High)])]);
        world.import(&seen("a", 0)).await;
        let id = world.occurrence("h", "1").await;
        let operator = world.operator.clone();
        decide(&world, &operator, id, Act::ClaimFix).await;
        world.import(&seen("b", 101)).await;
        assert_eq!(world.status("h", "1").await, "confirmed");
        assert_eq!(world.texts("SELECT CAST(claim_failed AS TEXT) FROM occurrence").await, ["1"]);
        decide(&world, &operator, id, Act::ClaimFix).await;
        let clean = nessus("c", at(101, 1), vec![host("h", &[("2", 80, model::Severity::Low)])]);
        assert_eq!(world.import(&clean).await.closed, 1);
        assert_eq!(world.status("h", "1").await, "fixed");
        world.assert_sound().await;
    }

    async fn many_at_once_are_one_step(engine: Engine) {
        let world = World::new(engine).await;
        let team = world.team("web").await;
        let other = world.team("mail").await;
        let lead = world.person("lead", Role::Lead, Some(team)).await;
        let hosts = vec![
            host("w1", &[("1", 80, model::Severity::High), ("2", 80, model::Severity::Low)]),
            host("m1", &[("1", 25, model::Severity::High)]),
        ];
        world.store.ownership_rule_add(team, "w*", None, world.now()).await.unwrap();
        world.store.ownership_rule_add(other, "m*", None, world.now()).await.unwrap();
        world.import(&nessus("a", at(0, 0), hosts)).await;
        let mut ids = Vec::new();
        for (asset, rule) in [("w1", "1"), ("w1", "2"), ("m1", "1")] {
            ids.push(world.occurrence(asset, rule).await);
        }
        let steps = world.count("step").await;
        let acts = [Act::AssignPerson(lead.user()), Act::Due(Some(Day(20_500)))];
        let effect = world.store.scoped(&lead).decide(&ids, &acts, "", world.now()).await.unwrap();
        // The third is another team's: the lead does not even see it.
        assert_eq!((effect.touched, effect.refused), (2, 1));
        assert_eq!(world.count("step").await, steps + 1);
        assert_eq!(world.count("decision").await, 4);
        assert_eq!(world.texts("SELECT CAST(COUNT(*) AS TEXT) FROM occurrence WHERE due = 20500").await, ["2"]);
        let moved = world.store.scoped(&world.operator).decide(&ids, &[Act::AssignTeam(Some(other))], "", world.now()).await;
        assert_eq!(moved.unwrap().touched, 3);
        assert_eq!(world.texts("SELECT DISTINCT t.slug FROM occurrence o JOIN team t ON t.id = o.team_id").await, ["mail"]);
        world.assert_sound().await;
        let refused = world.store.scoped(&world.operator).decide(&ids, &[Act::CloseByHand], " ", world.now()).await;
        assert!(matches!(refused, Err(Error::Invalid { field: "reason", .. })));
    }

    async fn duplicates_hold_while_their_target_exists(engine: Engine) {
        let world = World::new(engine).await;
        let first = nessus("a", at(0, 0), vec![host("h", &[("1", 80, model::Severity::High)])]);
        let second = nessus("b", at(1, 0), vec![host("k", &[("2", 80, model::Severity::High), ("3", 80, model::Severity::Low)])]);
        world.import(&first).await;
        let scan = world.import(&second).await.scan;
        let (one, two) = (world.occurrence("h", "1").await, world.occurrence("k", "2").await);
        let three = world.occurrence("k", "3").await;
        let operator = world.operator.clone();
        assert_eq!(decide(&world, &operator, one, Act::Duplicate { of: two }).await, (1, 0));
        assert_eq!(world.status("h", "1").await, "duplicate, not re-tested");
        assert_eq!(decide(&world, &operator, two, Act::Duplicate { of: one }).await, (0, 1));
        assert_eq!(decide(&world, &operator, two, Act::Duplicate { of: three }).await, (1, 0));
        assert_eq!(decide(&world, &operator, three, Act::Duplicate { of: one }).await, (0, 1));
        world.store.scan_undo(scan, None, world.now()).await.unwrap();
        assert_eq!(world.status("h", "1").await, "new");
        world.assert_sound().await;
        world.store.scan_redo(scan, None, world.now()).await.unwrap();
        assert_eq!(world.status("h", "1").await, "duplicate, not re-tested");
        world.assert_sound().await;
    }

    async fn a_withdrawn_decision_leaves_the_books_as_they_were(engine: Engine) {
        let world = World::new(engine).await;
        world.import(&nessus("a", at(0, 0), vec![host("h", &[("1", 80, model::Severity::High)])])).await;
        let before = world.projection().await;
        let id = world.occurrence("h", "1").await;
        let operator = world.operator.clone();
        decide(&world, &operator, id, Act::FalsePositive).await;
        assert_ne!(world.projection().await, before);
        let scoped = world.store.scoped(&operator);
        scoped.decision_withdraw(1, world.now()).await.unwrap();
        assert_eq!(world.projection().await, before);
        world.assert_sound().await;
        assert!(matches!(scoped.decision_withdraw(1, world.now()).await, Err(Error::Conflict("withdrawn_already"))));
        assert!(matches!(scoped.decision_withdraw(9, world.now()).await, Err(Error::NotFound(_))));
    }

    async fn exceptions_need_another_person_and_end(engine: Engine) {
        let world = World::new(engine).await;
        world.import(&nessus("a", at(0, 0), vec![host("h", &[("1", 80, model::Severity::High)])])).await;
        let id = world.occurrence("h", "1").await;
        let analyst = world.person("ana", Role::Analyst, None).await;
        let admin = world.person("root", Role::Admin, None).await;
        let until = at(130, 0);
        let ask = async |who: &Viewer, until: Micros| {
            world.store.scoped(who).exception_request(&[id], until, "legacy", world.now()).await
        };
        assert!(matches!(ask(&analyst, at(1, 0)).await, Err(Error::Invalid { field: "until", .. })));
        assert_eq!(ask(&analyst, until).await.unwrap().touched, 1);
        assert_eq!(ask(&admin, until).await.unwrap().refused, 1);
        assert_eq!(world.status("h", "1").await, "new");
        let own = world.store.scoped(&analyst).exception_answer(1, true, world.now()).await;
        assert!(matches!(own, Err(Error::Conflict("own_request"))));
        assert!(world.store.scoped(&admin).exception_answer(1, true, world.now()).await.unwrap().is_some());
        assert_eq!(world.status("h", "1").await, "accepted");
        let twice = world.store.scoped(&admin).exception_answer(1, false, world.now()).await;
        assert!(matches!(twice, Err(Error::Conflict("answered_already"))));
        world.assert_sound().await;
        // Both its entries are in the books at once; when it ends, only the head moves.
        let entries = world.count("entry").await;
        assert_eq!(world.store.acceptances_expire(at(131, 0)).await.unwrap(), 1);
        assert_eq!(world.status("h", "1").await, Status::New.word());
        assert_eq!(world.count("entry").await, entries);
        let report = world.store.verify_ledger(at(131, 1)).await.unwrap();
        assert!(report.is_sound(), "{report:#?}");
        // The only administrator may answer their own request, and that is kept.
        assert_eq!(ask(&admin, until).await.unwrap().touched, 1);
        assert!(world.store.scoped(&admin).exception_answer(2, true, world.now()).await.unwrap().is_some());
        assert_eq!(world.texts("SELECT CAST(overridden AS TEXT) FROM exception_request ORDER BY id").await, ["0", "1"]);
    }
}
