//! Published months: what is learned later shows beside them and never in them.

use crate::files::{host, nessus};
use crate::office::Office;
use model::view::months::Figure;
use tests::support::Engine;

/// The months' rows that a page must have: word of the figure, as published, today.
async fn told(office: &Office, month: &str) -> Vec<(String, i64, i64)> {
    let page = ports::Months::months(&office.session, month.to_owned()).await.unwrap();
    let figures = page.shown.unwrap().figures;
    for row in &figures {
        // Every number is a link to exactly its rows.
        for count in [&row.published, &row.today] {
            let rows = office.count(&count.filter).await;
            assert_eq!(i64::try_from(rows).unwrap(), count.value.abs(), "{:?}: {}", row.figure, count.filter);
        }
    }
    let word = |figure: &Figure| serde_json::to_string(figure).unwrap().replace('"', "");
    figures.iter().map(|row| (word(&row.figure), row.published.value, row.today.value)).collect()
}

fn figure(all: &[(String, i64, i64)], word: &str) -> (i64, i64) {
    all.iter().find(|row| row.0 == word).map_or((0, 0), |row| (row.1, row.2))
}

async fn published(engine: Engine) {
    let office = Office::open(engine).await;
    office.team("Hosts", "10.0.0.*").await;
    office.today(2);
    assert!(ports::Months::publish(&office.session, "2025-12".to_owned()).await.is_err(), "nothing is known yet");
    office
        .import("1.nessus", &nessus(crate::office::day(0), vec![host("10.0.0.1", &[(100, 443), (101, 22)])]).text())
        .await;
    office.import("2.nessus", &nessus(crate::office::day(1), vec![host("10.0.0.1", &[(100, 443)])]).text()).await;
    assert!(ports::Months::publish(&office.session, "2026-01".to_owned()).await.is_err(), "January is not over");
    assert!(ports::Months::publish(&office.session, "2026-1".to_owned()).await.is_err(), "no month");
    office.today(40);
    ports::Months::publish(&office.session, "2026-01".to_owned()).await.unwrap();
    let bytes = office.session.published_month("2026-01").await.unwrap();
    let row = ports::Months::months(&office.session, String::new()).await.unwrap().months.swap_remove(0);
    let before = told(&office, "2026-01").await;
    assert_eq!([figure(&before, "new"), figure(&before, "fixed"), figure(&before, "open")], [(2, 2), (1, 1), (1, 1)]);
    assert!(before.iter().all(|(_, then, today)| then == today));

    // A file of January comes in March, and the host goes to another team: January as it is known now is another.
    office.today(60);
    let late = nessus(
        crate::office::day(20),
        vec![host("10.0.0.1", &[(100, 443), (102, 80), (103, 80)]), host("10.0.0.2", &[(100, 443)])],
    );
    office.import("late.nessus", &late.text()).await;
    office.team("Others", "10.0.0.1").await;
    let after = told(&office, "2026-01").await;
    assert_eq!([figure(&after, "new"), figure(&after, "fixed"), figure(&after, "open")], [(2, 5), (1, 1), (1, 4)]);
    assert_eq!(figure(&after, "{severity:high}"), (1, 4));
    assert_eq!(figure(&after, "{team:Hosts}"), (1, 4), "a move in March leaves January to its owner");
    // What was published is what it was, byte by byte, and the books still say the same of its step.
    assert_eq!(office.session.published_month("2026-01").await.unwrap(), bytes);
    let again = ports::Months::months(&office.session, "2026-01".to_owned()).await.unwrap();
    assert_eq!(again.months, [row]);
    assert!(ports::Months::publish(&office.session, "2026-01".to_owned()).await.is_err(), "for ever");
    let checked = office.service.verify_months().await.unwrap();
    assert!(checked.len() == 1 && checked[0].problems.is_empty(), "{checked:?}");
    office.assert_sound().await;

    // What was changed past the program is noticed.
    let entry = "UPDATE published_month SET hash = sealed";
    assert!(office.vandalize(entry).await.unwrap_err().to_string().contains("append-only"));
}

tests::on_both! {
    async fn a_late_file_leaves_a_published_month_alone(engine: Engine) {
        published(engine).await;
    }
}
