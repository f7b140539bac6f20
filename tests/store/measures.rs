//! The figures about time, against lives that are known one by one.

use crate::read_bench::Bench;
use crate::read_scene::{Life, Scene, TODAY};
use crate::read_support::{NOW, admin, person};
use model::filter::Filter;
use model::metrics::{Dimension, Measure};
use model::policy::Role;
use model::{Day, Micros, Severity};
use posture::measures::{Measured, measure};
use posture::metrics::Key;
use store::Viewer;
use store::measures::MeasureQuery;

async fn asked(bench: &Bench, viewer: &Viewer, which: Measure, by: &[Dimension], text: &str) -> Vec<Measured> {
    let filter = Filter::parse(text).unwrap();
    let query = MeasureQuery { measure: which, by, filter: &filter, from: None, to: None };
    measure(which, &bench.store.scoped(viewer).measure_lots(query, NOW).await.unwrap())
}

/// The instant of a fix, which the scene leaves open.
fn closed(life: &Life) -> i64 {
    life.last_seen + 3 * Micros::DAY / 2
}

/// Writes what scenes leave out: when what is fixed was closed, its stretches, and a decision for every third.
async fn complete(bench: &Bench, scene: &Scene) {
    let mut statements = Vec::new();
    for life in &scene.lives {
        let id = life.id;
        if life.status == 5 {
            statements.push(format!("UPDATE occurrence SET closed_at = {} WHERE id = {id}", closed(life)));
            statements.push(format!(
                "INSERT INTO episode (occurrence_id, number, opened_at, opened_by, closed_at, closed_by, grade) \
                 VALUES ({id}, 1, {}, 1, {}, 1, 1)",
                life.first_seen,
                closed(life)
            ));
        }
        if came_back(life) {
            let later = closed(life) + if id % 2 == 0 { 10 } else { 100 } * Micros::DAY;
            statements.push(format!(
                "INSERT INTO episode (occurrence_id, number, opened_at, opened_by) VALUES ({id}, 2, {later}, 1)"
            ));
        }
        if life.id % 3 == 0 {
            statements.push(format!(
                "INSERT INTO decision (occurrence_id, happened_at, kind, reason, step) VALUES ({id}, {}, 'confirm', '', 1)",
                life.first_seen + Micros::DAY * 2 + 5
            ));
            statements.push(format!(
                "INSERT INTO decision (occurrence_id, happened_at, kind, reason, step) VALUES ({id}, {}, 'comment', '', 1)",
                life.first_seen + 5
            ));
        }
    }
    bench.run(&statements).await;
}

fn came_back(life: &Life) -> bool {
    life.status == 5 && life.id % 4 < 2
}

/// The scene's mere facts are its first weakness.
fn counts(life: &Life) -> bool {
    life.weakness != 0
}

tests::on_both! {
    async fn figures_about_time_count_each_life(engine: Engine) {
        let bench = Bench::new(engine).await;
        let scene = Scene::write(&bench, 5, 240).await;
        complete(&bench, &scene).await;
        let root = admin(&bench.store).await;
        let lives = || scene.lives.iter().filter(|life| counts(life));
        let open = |life: &&Life| life.open || (life.status == 7 && life.until.is_some_and(|until| until <= NOW.0));
        let n = |count: usize| i64::try_from(count).unwrap();

        let age = &asked(&bench, &root, Measure::Age, &[], "").await[0];
        assert_eq!(age.n, n(lives().filter(open).count()));
        let mut days: Vec<i64> = lives().filter(open).map(|life| (NOW.0 - life.first_seen) / Micros::DAY).collect();
        days.sort_unstable();
        assert_eq!(age.p50.unwrap().days, days[days.len().div_ceil(2) - 1]);

        let late = |life: &&Life| open(life) && life.due.is_some_and(|due| due < i64::from(TODAY));
        let debt = &asked(&bench, &root, Measure::Debt, &[], "").await[0];
        assert_eq!(debt.n, n(lives().filter(late).count()));
        let days = lives().filter(late).filter_map(|life| Some(i64::from(TODAY) - life.due?)).sum::<i64>();
        assert_eq!(debt.days, Some(days));

        let promised = |life: &&Life| life.status <= 5 && life.due.is_some_and(|due| due < i64::from(TODAY));
        let kept = |life: &&Life| life.status == 5 && i64::from(Life::day(closed(life))) <= life.due.unwrap();
        let told = &asked(&bench, &root, Measure::DueKept, &[], "").await[0];
        assert_eq!(told.n, n(lives().filter(promised).count()));
        assert_eq!(told.happened, n(lives().filter(promised).filter(kept).count()));
        assert!(told.happened > 0 && told.happened < told.n, "{told:?}");

        let fixed = asked(&bench, &root, Measure::TimeToFix, &[Dimension::Severity], "").await;
        for severity in Severity::ALL {
            let of = |life: &&Life| life.severity == i64::from(severity.number()) && life.status != 6;
            let found = fixed.iter().find(|measured| measured.keys == [Key::Severity(severity)]).unwrap();
            assert_eq!(found.n, n(lives().filter(of).count()), "{severity}");
            assert_eq!(found.happened, n(lives().filter(of).filter(|life| life.status == 5).count()), "{severity}");
        }

        let decided = &asked(&bench, &root, Measure::TimeToDecide, &[], "").await[0];
        assert_eq!(decided.n, n(lives().count()));
        assert_eq!(decided.happened, n(lives().filter(|life| life.id % 3 == 0).count()), "a comment decides nothing");

        let back = &asked(&bench, &root, Measure::ReopenRate, &[], "").await[0];
        assert_eq!(back.n, n(lives().filter(|life| life.status == 5).count()));
        assert_eq!(back.happened, n(lives().filter(|life| came_back(life) && life.id % 2 == 0).count()), "within 90 days");
    }

    async fn figures_about_time_keep_to_a_persons_teams_and_to_what_they_know(engine: Engine) {
        let bench = Bench::new(engine).await;
        let scene = Scene::write(&bench, 6, 200).await;
        complete(&bench, &scene).await;
        let root = admin(&bench.store).await;
        let lead = person(&bench.store, Some("payments"), "lea", Role::Lead).await;
        let of_team = asked(&bench, &root, Measure::Age, &[], "team:payments").await;
        assert_eq!(asked(&bench, &lead, Measure::Age, &[], "").await, of_team);
        assert!(asked(&bench, &lead, Measure::Age, &[], "team:portal").await.is_empty());
        let then = format!("as-of:{}", Day(TODAY - 20));
        assert!(!asked(&bench, &root, Measure::Age, &[Dimension::Team], &then).await.is_empty());
        let filter = Filter::parse(&then).unwrap();
        let scoped = bench.store.scoped(&root);
        for (measure, by) in [(Measure::Debt, Dimension::Team), (Measure::Age, Dimension::Month)] {
            let query = MeasureQuery { measure, by: &[by], filter: &filter, from: None, to: None };
            assert!(scoped.measure_lots(query, NOW).await.is_err());
        }
    }
}
