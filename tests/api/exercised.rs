//! A zero of the heatmap says that somebody checked; what nobody checked is hatched.

use serde_json::Value;
use tests::on_both;
use tests::support::{Client, TestServer, html, people, places};

/// A day on which the examples are new.
const DAY: &str = "2026-03-10";

/// The categories of 2021, by number, that were checked where nobody owns anything: all of the examples.
async fn checked(client: &mut Client) -> Vec<i64> {
    let page = client.get(&format!("/api/ui/posture?query[q]=as-of:{DAY}&query[edition]=")).await.expect(200).json();
    let [row] = &page["heat"]["rows"].as_array().unwrap()[..] else { panic!("{:#}", page["heat"]) };
    let columns = page["heat"]["columns"].as_array().unwrap().iter();
    let cells = columns.zip(row[1].as_array().unwrap());
    let looked = cells.filter(|(_, cell)| {
        assert!(cell["looked"] == true || cell["count"]["value"] == 0, "what was found was looked for: {cell}");
        cell["looked"] == true
    });
    looked.filter_map(|(column, _)| column["To"].as_i64()).collect()
}

/// An example of ZAP's without what active scanning found.
fn passive() -> Vec<u8> {
    let mut report: Value = serde_json::from_slice(&places::fixture("zap/plain.json")).unwrap();
    for site in report["site"].as_array_mut().unwrap() {
        site["alerts"].as_array_mut().unwrap().retain(|alert| alert["pluginid"] != "40012");
    }
    serde_json::to_vec(&report).unwrap()
}

on_both! {
    async fn a_category_is_clean_only_if_a_scan_had_checks_of_it(engine: Engine) {
        let server = TestServer::start(engine).await;
        let mut admin = people::set_up(&server).await.in_language("es");
        admin.import(&[("passive.json", &passive())]).await;
        let watched = checked(&mut admin).await;
        assert!(watched.contains(&5) && !watched.contains(&10), "nobody forges requests by watching: {watched:?}");
        let page = admin.get(&format!("/posture?q=as-of:{DAY}")).await.expect(200).body;
        let hatched = page.matches("sin probar").count();
        assert_eq!(hatched, 10 - watched.len(), "{}", html::text(&page));
        let csv = admin.get(&format!("/posture/heat.csv?q=as-of:{DAY}")).await.expect(200).body;
        assert!(csv.lines().nth(1).unwrap().ends_with(','), "what was not checked is empty, no zero: {csv}");

        admin.import(&[("active.json", &places::fixture("zap/plain.json"))]).await;
        let attacked = checked(&mut admin).await;
        assert!(attacked.contains(&10) && watched.iter().all(|one| attacked.contains(one)), "{attacked:?}");
    }

    async fn what_a_policy_leaves_out_is_not_clean(engine: Engine) {
        let server = TestServer::start(engine).await;
        let mut admin = people::set_up(&server).await;
        // Its policy has six plugins, of which some have found something.
        admin.import(&[("full.nessus", &places::fixture(crate::NESSUS))]).await;
        let checked = checked(&mut admin).await;
        assert!(!checked.is_empty() && !checked.contains(&10) && !checked.contains(&8), "{checked:?}");
    }
}
