//! The grain: an occurrence a place, an issue a weakness, whatever the scanner's file makes of them.

use crate::files::{Issue, burp, compliance, zap};
use crate::office::{Office, day, from};

fn issue(serial: u32, kind: u32, name: &'static str, parameter: &'static str) -> Issue {
    Issue { serial, kind, name, parameter }
}

tests::on_both! {
    async fn three_parameters_are_three_occurrences_of_one_issue(engine: Engine) {
        let office = Office::open(engine).await;
        let xss = |serial, parameter| issue(serial, 2_097_920, "Cross-site scripting (reflected)", parameter);
        office.import("xss.xml", &burp(day(0), &[xss(1, "q"), xss(2, "page"), xss(3, "sort")])).await;
        assert_eq!(office.count("").await, 3);
        let issues = office.issues("").await;
        assert_eq!(issues.iter().map(|group| (group.count, group.assets)).collect::<Vec<_>>(), [(3, 1)]);
        assert_eq!(office.count(&issues[0].filter).await, 3);
        office.assert_sound().await;
    }

    async fn extensions_share_a_type_and_not_an_issue(engine: Engine) {
        let office = Office::open(engine).await;
        let extension = |serial, name| issue(serial, 134_217_728, name, "q");
        office.import("own.xml", &burp(day(0), &[extension(1, "Weak token"), extension(2, "Open bucket")])).await;
        assert_eq!(office.count("").await, 2);
        let issues = office.issues("").await;
        let mut titles: Vec<&str> = issues.iter().map(|group| group.title.as_str()).collect();
        titles.sort_unstable();
        assert_eq!(titles, ["Open bucket", "Weak token"]);
        assert!(issues.iter().all(|group| group.count == 1));
    }

    async fn compliance_checks_are_rules_and_hosts_are_places(engine: Engine) {
        let office = Office::open(engine).await;
        let summary = office.import("audit.nessus", &compliance(day(0), 3, 400)).await;
        assert_eq!((summary.rows, summary.sightings, summary.new), (1_200, 1_200, 1_200));
        assert_eq!(office.count("").await, 1_200);
        let issues = office.issues("").await;
        assert_eq!(issues.len(), 400);
        assert!(issues.iter().all(|group| (group.count, group.assets) == (3, 3)));
        office.assert_sound().await;
    }

    async fn two_applications_on_localhost_stay_apart(engine: Engine) {
        let office = Office::open(engine).await;
        let alerts: &[(&str, &[&str])] = &[("40012", &["/search"]), ("10038-1", &["/"])];
        for (source, at) in [("shop", 0), ("billing", 1)] {
            let text = zap(day(at), "http://localhost:8080", alerts);
            let summary = office.import_with(&format!("{source}.json"), text.as_bytes(), &from(source)).await;
            assert_eq!((summary.new, summary.same, summary.closed), (2, 0, 0), "{source}");
        }
        assert_eq!(office.count("").await, 4);
        // One of them fixed closes nothing of the other.
        let text = zap(day(2), "http://localhost:8080", &[("40012", &["/search"])]);
        let summary = office.import_with("later.json", text.as_bytes(), &from("shop")).await;
        assert_eq!((summary.new, summary.same, summary.closed, summary.not_retested), (0, 1, 1, 0));
        assert_eq!((office.count("").await, office.count("status:fixed").await), (3, 1));
        // A name that the whole world knows is one application from wherever it is scanned.
        for source in ["shop", "billing"] {
            let text = zap(day(0), "https://shop.example.com", alerts);
            office.import_with("public.json", text.as_bytes(), &from(source)).await;
        }
        assert_eq!(office.count("").await, 5);
        office.assert_sound().await;
    }
}
