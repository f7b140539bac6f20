//! Owners: the past of a team stays its own.

use crate::files::{host, nessus};
use crate::office::{Office, day};
use serde_json::Value;
use service::query::MetricRequest;

/// What a team had open, got and fixed, day by day, in the first quarter.
async fn quarter(office: &Office, team: &str) -> Vec<Value> {
    let mut told = Vec::new();
    for (name, by) in [("open", "day,severity"), ("new", "day"), ("fixed", "day"), ("open", "month,owasp_2021")] {
        let request = MetricRequest {
            name: name.to_owned(),
            by: by.to_owned(),
            from: Some("2026-01-01".to_owned()),
            to: Some("2026-03-31".to_owned()),
            filter: format!("team:{team}"),
            ..MetricRequest::default()
        };
        told.push(office.metric(request).await);
    }
    told
}

tests::on_both! {
    async fn a_move_leaves_the_old_teams_last_quarter_alone(engine: Engine) {
        let office = Office::open(engine).await;
        office.today(-1);
        let (old, new) = (office.team("Old", "10.0.0.*").await, office.team("New", "no-host").await);
        for (week, seen) in [(0, &[(100, 443), (101, 22)][..]), (14, &[(100, 443), (102, 22)]), (28, &[(102, 22)])] {
            office.today(week + 1);
            office.import(&format!("{week}.nessus"), &nessus(day(week), vec![host("10.0.0.1", seen)]).text()).await;
        }
        office.today(100);
        let before = quarter(&office, &old).await;
        assert!(before.iter().all(|cells| !cells.as_array().unwrap().is_empty()), "{before:?}");
        // In April the host goes to another team.
        ports::Teams::add_rule(&office.session, "10.0.0.1".to_owned(), new.clone()).await.unwrap();
        assert_eq!((office.count(&format!("team:{old}")).await, office.count(&format!("team:{new}")).await), (0, 1));
        assert_eq!(quarter(&office, &old).await, before);
        assert!(quarter(&office, &new).await.iter().all(|cells| cells.as_array().unwrap().is_empty()));
        let then = |team: &str| format!("team:{team} as-of:2026-01-20");
        assert_eq!((office.count(&then(&old)).await, office.count(&then(&new)).await), (2, 0));
        office.assert_sound().await;
    }
}
