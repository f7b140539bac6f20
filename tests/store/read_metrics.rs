//! The roll-up says what the ledger says, every number has exactly its rows, and nobody's numbers count what they cannot
//! open.

use crate::read_bench::Bench;
use crate::read_filter::numbers;
use crate::read_scene::{Dice, FIRST, Scene, TODAY};
use crate::read_support::{NOW, admin, person};
use model::filter::{Filter, Flow};
use model::metrics::{Dimension, Metric};
use model::policy::Role;
use model::{Day, OccurrenceId};
use posture::metrics::{Cell, evaluate, reconcile};
use store::metrics::Cells;
use store::{Error, Reason, Viewer};

const FIXED: [&str; 11] = [
    "sev:critical,high",
    "-sev:info",
    "team:payments",
    "team:none,portal",
    "-team:payments",
    "tool:zap",
    "-tool:nessus,burp",
    "owasp:A03,unmapped",
    "-owasp25:A05",
    "status:confirmed,new",
    "is:inventory",
];

const OTHERS: [&str; 5] = ["asset:web*", "injection", "is:not_retested", "cwe:89", "age:>30d"];

fn random(dice: &mut Dice, from: &[&str]) -> String {
    let mut text = String::new();
    for term in from {
        if dice.chance(20) {
            text.push_str(term);
            text.push(' ');
        }
    }
    text
}

fn every(cells: &[Cell]) -> Vec<(Metric, Vec<posture::metrics::Value>)> {
    let cuts: [&[Dimension]; 5] = [
        &[],
        &[Dimension::Week, Dimension::Severity],
        &[Dimension::Team, Dimension::Owasp2021],
        &[Dimension::Tool, Dimension::Status, Dimension::Owasp2025],
        &[Dimension::Month],
    ];
    Metric::ALL
        .iter()
        .flat_map(|metric| cuts.map(|cut| (*metric, cut)))
        .map(|(metric, cut)| (metric, evaluate(metric, cut, cells, Day(FIRST), Day(TODAY)).unwrap()))
        .collect()
}

async fn figure(bench: &Bench, viewer: &Viewer, metric: Metric, text: &str, from: i32, to: i32) -> i64 {
    let filter = Filter::parse(text).unwrap();
    let cells = bench.store.scoped(viewer).metric_cells(&filter, NOW).await.unwrap();
    let values = evaluate(metric, &[], cells.cells(), Day(from), Day(to)).unwrap();
    values.iter().map(|value| value.value).sum()
}

tests::on_both! {
    async fn the_rollup_says_what_the_ledger_says(engine: Engine) {
        let bench = Bench::new(engine).await;
        let store = &bench.store;
        let scene = Scene::write(&bench, 21, 150).await;
        let viewer = admin(store).await;
        let scoped = store.scoped(&viewer);
        let mut dice = Dice(99);
        let mut cells_seen = 0;
        for _ in 0..60 {
            let mut text = random(&mut dice, &FIXED);
            if dice.chance(40) {
                text.push_str(&format!("known-at:{} ", Day(dice.pick(&scene.steps))));
            }
            if dice.chance(40) {
                text.push_str(&format!("as-of:{}", Day(TODAY - i32::try_from(dice.roll(50)).unwrap())));
            }
            let filter = Filter::parse(&text).unwrap();
            assert!(scoped.rollup_answers(&filter), "{text}");
            let rollup = scoped.metric_cells_from(Cells::Rollup, &filter, NOW).await.unwrap();
            let ledger = scoped.metric_cells_from(Cells::Ledger, &filter, NOW).await.unwrap();
            assert_eq!(every(&rollup), every(&ledger), "{text}");
            cells_seen += rollup.len();
            assert!(reconcile(&rollup, Day(TODAY - 30), Day(TODAY)).balances());
        }
        assert!(cells_seen > 500);
        for text in OTHERS {
            let filter = Filter::parse(text).unwrap();
            assert!(!scoped.rollup_answers(&filter), "{text}");
            assert!(!scoped.metric_cells(&filter, NOW).await.unwrap().cells().is_empty(), "{text}");
        }
    }

    async fn every_number_has_its_rows(engine: Engine) {
        let bench = Bench::new(engine).await;
        let store = &bench.store;
        Scene::write(&bench, 23, 150).await;
        let everything = admin(store).await;
        let ana = store.unscoped(Reason::SignIn).user_by_login("ana").await.unwrap().unwrap().0.id;
        let ana = store.unscoped(Reason::Job).user_viewer(ana).await.unwrap().unwrap();
        let all: Vec<&str> = FIXED.iter().chain(&OTHERS).copied().collect();
        let mut dice = Dice(1_234);
        let mut sum = 0;
        for viewer in [&everything, &ana] {
            for _ in 0..25 {
                let mut text = random(&mut dice, &all);
                if dice.chance(40) {
                    text.push_str(&format!("known-at:{} ", 1 + dice.roll(12)));
                }
                let day = TODAY - i32::try_from(dice.roll(50)).unwrap();
                // An age counts from the day that is shown, in the list and in the number alike.
                let shown = format!("{text} as-of:{}", Day(day));
                let open = figure(&bench, viewer, Metric::Open, &shown, FIRST, day).await;
                let rows = numbers(store, viewer, &shown).await;
                assert_eq!(open, i64::try_from(rows.len()).unwrap(), "{shown}");
                let from = day - i32::try_from(dice.roll(14)).unwrap();
                for (metric, flow) in
                    [(Metric::New, Flow::New), (Metric::Reopened, Flow::Reopened), (Metric::Fixed, Flow::Fixed)]
                {
                    let number = figure(&bench, viewer, metric, &text, from, day).await;
                    let link = format!("{text} {flow}:{}..{}", Day(from), Day(day));
                    let rows = numbers(store, viewer, &link).await;
                    assert_eq!(number, i64::try_from(rows.len()).unwrap(), "{link}");
                    sum += number;
                }
                sum += open;
            }
        }
        assert!(sum > 200, "the scene is too small to tell anything");
    }

    async fn nobody_counts_what_they_cannot_open(engine: Engine) {
        let bench = Bench::new(engine).await;
        let store = &bench.store;
        let scene = Scene::write(&bench, 29, 150).await;
        let [payments, _] = scene.teams;
        let ana = store.unscoped(Reason::SignIn).user_by_login("ana").await.unwrap().unwrap().0.id;
        let ana = store.unscoped(Reason::Job).user_viewer(ana).await.unwrap().unwrap();
        let scoped = store.scoped(&ana);
        for text in crate::read_empty::FILTERS {
            let filter = Filter::parse(text).unwrap();
            let listed = numbers(store, &ana, text).await;
            for number in &listed {
                let life = scene.lives.iter().find(|life| life.id == *number).unwrap();
                let ever = life.entries.iter().any(|line| line.team == Some(payments));
                assert!(life.team == Some(payments) || ever, "{text} shows {number}");
            }
            assert_eq!(
                scoped.occurrence_count(&filter, NOW).await.unwrap(),
                i64::try_from(listed.len()).unwrap(),
                "{text}"
            );
            let groups = scoped.occurrence_groups_by_weakness(&filter, None, 200, NOW).await.unwrap();
            let groups = &groups.rows;
            assert_eq!(groups.iter().map(|group| group.count).sum::<i64>(), i64::try_from(listed.len()).unwrap(), "{text}");
            assert!(!scoped.rollup_answers(&filter), "the roll-up does not know who may see what");
        }
        // Now is now: what another team owns is not there, whoever owned it before.
        let mine = numbers(store, &ana, "status:any").await;
        for life in &scene.lives {
            let id = OccurrenceId(uuid::Uuid::from_bytes(life.uuid));
            let seen = numbers(store, &ana, &format!("id:{id}")).await;
            assert_eq!(!seen.is_empty(), life.team == Some(payments), "{id}");
            if life.team != Some(payments) {
                assert!(!mine.contains(&life.id));
                let hidden = scoped.occurrence_detail(id, &Filter::new(), NOW).await;
                assert!(matches!(hidden, Err(Error::NotFound("occurrence"))));
            }
        }
        // Somebody without a team sees nothing; those whom the table lets see all do.
        let lost = person(store, None, "lost", Role::Lead).await;
        assert!(numbers(store, &lost, "status:any is:inventory").await.is_empty());
        assert!(store.scoped(&lost).metric_cells(&Filter::new(), NOW).await.unwrap().cells().is_empty());
        for role in [Role::Analyst, Role::Executive, Role::Auditor] {
            let reader = person(store, None, role.word(), role).await;
            let everything = admin(store).await;
            assert_eq!(numbers(store, &reader, "status:any").await, numbers(store, &everything, "status:any").await);
        }
    }
}
