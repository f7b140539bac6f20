//! Absence: it closes with a proof of re-test, and with nothing less.

use crate::files::{Issue, burp, host, nessus, zap};
use crate::office::{Office, day, plainly, whole};
use model::Grade;

const SHOP: &str = "https://shop.example.com";

tests::on_both! {
    async fn a_host_that_is_dropped_closes_nothing(engine: Engine) {
        let office = Office::open(engine).await;
        let both = vec![host("10.0.0.1", &[(100, 443)]), host("10.0.0.2", &[(100, 443), (101, 443), (102, 22)])];
        office.import("1.nessus", &nessus(day(0), both).text()).await;
        let summary = office.import("2.nessus", &nessus(day(7), vec![host("10.0.0.1", &[(100, 443)])]).text()).await;
        // The host's own inventory row is not looked for again either.
        assert_eq!((summary.new, summary.reopened, summary.closed, summary.not_retested), (0, 0, 0, 4));
        assert_eq!((office.count("").await, office.count("is:not-retested").await), (4, 3));
        let why = office.findings("is:not-retested").await;
        for row in why {
            assert!(row.asset == "10.0.0.2" && row.not_retested && row.status == "new", "{row:?}");
            assert_eq!(office.finding(&row.id).await.not_retested_why, "asset_not_scanned");
        }
        office.assert_sound().await;
    }

    async fn what_was_looked_for_and_not_found_closes_with_proof(engine: Engine) {
        let office = Office::open(engine).await;
        let seen = &[(100, 443), (101, 443), (102, 22), (150, 22)];
        let mut first = nessus(day(0), vec![host("10.0.0.1", seen)]);
        first.plugins.push(150);
        office.import("1.nessus", &first.text()).await;
        // Of the four that are gone, one is of a plugin that the policy no longer holds.
        let summary = office.import("2.nessus", &nessus(day(7), vec![host("10.0.0.1", &[])]).text()).await;
        assert_eq!((summary.new, summary.same, summary.closed, summary.not_retested), (0, 1, 3, 1));
        assert_eq!(office.proofs("status:fixed").await, [Some(Grade::RuleRanThere); 3]);
        let left = office.findings("").await;
        assert_eq!(left.iter().map(|row| row.rule_id.as_str()).collect::<Vec<_>>(), ["150"]);
        // Signed in no longer: nothing of what only a signed-in scan may see closes.
        office.import("3.nessus", &nessus(day(14), vec![host("10.0.0.1", &[(103, 443)])]).text()).await;
        let mut outside = nessus(day(21), vec![host("10.0.0.1", &[])]);
        outside.hosts[0].signed_in = false;
        let summary = office.import("4.nessus", &outside.text()).await;
        assert_eq!((summary.closed, summary.not_retested), (0, 2), "the new one, and the one of the other plugin again");
        office.assert_sound().await;
    }

    async fn an_empty_valid_report_closes_all_that_it_covers(engine: Engine) {
        let office = Office::open(engine).await;
        office.import("1.nessus", &nessus(day(0), vec![host("10.0.0.1", &[(100, 443), (101, 22)])]).text()).await;
        let summary = office.import("2.nessus", &nessus(day(7), vec![host("10.0.0.1", &[])]).text()).await;
        assert_eq!((summary.closed, summary.not_retested), (2, 0));

        office.import("1.json", &zap(day(0), SHOP, &[("10038-1", &["/"]), ("10020-1", &["/a", "/b"])])).await;
        let summary = office.import("2.json", &zap(day(7), SHOP, &[])).await;
        assert_eq!((summary.rows, summary.closed, summary.not_retested), (0, 2, 0), "of the systemic rule it is one");
        assert_eq!(office.count("").await, 0);
        assert_eq!(office.proofs("status:fixed tool:zap").await, [Some(Grade::SameSeries); 2]);
        office.assert_sound().await;
    }

    async fn a_passive_run_closes_no_active_finding(engine: Engine) {
        let office = Office::open(engine).await;
        let full: &[(&str, &[&str])] = &[("40012", &["/search"]), ("40018", &["/buy"]), ("10202", &["/login"])];
        office.import("full.json", &zap(day(0), SHOP, full)).await;
        let summary = office.import("baseline.json", &zap(day(7), SHOP, &[("10020-1", &["/"])])).await;
        assert_eq!((summary.new, summary.closed, summary.not_retested), (1, 1, 2));
        let active = office.findings("is:not-retested").await;
        assert_eq!(active.iter().map(|row| row.status.as_str()).collect::<Vec<_>>(), ["new"; 2]);
        assert_eq!(office.findings("status:fixed").await[0].rule_id, "10202");
        // A run that attacked, as one of its alerts proves, closes what it did not find.
        let summary = office.import("full-2.json", &zap(day(14), SHOP, &[("40012", &["/search"])])).await;
        assert_eq!((summary.same, summary.closed, summary.not_retested), (1, 2, 0));
        office.assert_sound().await;
    }

    async fn a_hand_picked_export_closes_nothing(engine: Engine) {
        let office = Office::open(engine).await;
        let issue = |serial, parameter| Issue { serial, kind: 2_097_920, name: "Cross-site scripting", parameter };
        let project = [issue(1, "q"), issue(2, "page"), issue(3, "sort")];
        office.import_with("all.xml", burp(day(0), &project).as_bytes(), &whole()).await;
        let picked = burp(day(7), &project[..1]);
        let summary = office.import_with("picked.xml", picked.as_bytes(), &plainly()).await;
        assert_eq!((summary.closed, summary.not_retested), (0, 2));
        assert_eq!(office.count("").await, 3);
        // The whole project again, without two of them.
        let later = burp(day(8), &project[..1]);
        let summary = office.import_with("later.xml", later.as_bytes(), &whole()).await;
        assert_eq!((summary.closed, summary.not_retested), (2, 0));
        office.assert_sound().await;
    }
}
