//! Scheduled scans in the browser: an analyst connects a ZAP, sees what it can do, schedules a scan, watches it run and opens what it
//! changed. With scripts the run's page goes on by itself; without them it asks again.

use fakes::{Fake, Zap};
use model::policy::Role;
use serde_json::json;
use std::time::Duration;
use tests::on_both;
use tests::support::people::{self, PASSWORD};
use tests::support::{Browser, TestServer};

/// Chooses an entry of a list, as a hand would.
const CHOOSE: &str = "const field = document.querySelector(arguments[0]); field.value = arguments[1];
    field.dispatchEvent(new Event('change', { bubbles: true }));";

/// The form that is open, and its button.
const SAVE: &str = "#edit button.p-btn-primary";

/// How the run goes on: a phase after queued is the present one, or it has ended.
const RUNS: &str = "document.querySelector('.p-phases .is-done') || document.querySelector('main').textContent.includes('What changed')";

async fn choose(browser: &Browser, field: &str, value: &str) {
    browser.find(field).await;
    browser.run(CHOOSE, vec![json!(field), json!(value)]).await;
}

/// A server with an analyst, and a browser in which she is signed in.
async fn ana(engine: tests::support::Engine, scripts: bool) -> (TestServer, Browser) {
    let server = TestServer::start(engine).await;
    let mut root = people::set_up(&server).await;
    people::person(&server, &mut root, "ana", Role::Analyst).await;
    let browser = Browser::start(server.origin(), "en", scripts).await;
    browser.sign_in("ana", PASSWORD).await;
    (server, browser)
}

/// From nothing to a run that is under way.
async fn scheduled(browser: &Browser, zap: &Fake<Zap>) {
    browser.open("/scans/connectors").await;
    browser.write("#name", "Lab").await;
    choose(browser, "#kind", "zap").await;
    browser.write("#address", &zap.url()).await;
    browser.write("#key", "zap-key").await;
    browser.write("#confirmed", "127.0.0.1").await;
    browser.click(SAVE).await;
    let probed = "location.search.includes('did=saved') && document.querySelector('main').textContent.includes('It can start scans')";
    browser.until("what the probe found", probed).await;
    assert!(browser.text("main").await.contains("2.17.0"), "its version");
    assert!(!browser.driver.source().await.unwrap().contains("zap-key"), "the key never comes back");

    browser.open("/scans/targets").await;
    browser.write("#name", "Shop").await;
    browser.write("#targets", "http://shop.example/").await;
    browser.write("#authorised_by", "Ana, CISO").await;
    browser.run(CHOOSE, vec![json!("#authorised_until"), json!("2099-01-01")]).await;
    browser.click(SAVE).await;
    browser.until("the permission", "location.search.includes('did=saved')").await;

    browser.open("/scans/schedules").await;
    browser.write("#name", "Mondays").await;
    choose(browser, "#connector", "Lab").await;
    choose(browser, "#target", "Shop").await;
    choose(browser, "#intensity", "light").await;
    choose(browser, "#every", "week").await;
    choose(browser, "#weekday", "1").await;
    browser.run(CHOOSE, vec![json!("#time"), json!("02:30")]).await;
    browser.click(SAVE).await;
    browser.until("the schedule", "location.search.includes('did=saved')").await;
    assert!(browser.text("main").await.contains("Every Monday at 02:30"));

    browser.click("form:has(input[name='run']) button").await;
    browser.until("the run's page", "location.pathname === '/scans/runs/1'").await;
}

/// Opens the rows of what the run found, and compares the number with them.
async fn opens_the_delta(browser: &Browser) {
    // A run is looked at every few seconds, and has several steps.
    let changed = "document.querySelector('main').textContent.includes('What changed')";
    browser.until_within(Duration::from_secs(300), "what changed", changed).await;
    let link = "main dl.p-dl a[href^='/findings']";
    let new: usize = browser.text(link).await.trim().parse().unwrap();
    assert!(new > 0);
    browser.click(link).await;
    browser.until("its rows", "location.pathname === '/findings' && document.querySelector('tbody a[data-row]')").await;
    assert_eq!(browser.all("tbody a[data-row]").await.len(), new, "a number leads to exactly its rows");
    assert_eq!(browser.log().await, Vec::<String>::new(), "the page that was left asks for nothing more");
}

on_both! {
    async fn an_analyst_schedules_a_scan_and_watches_it_live(engine: Engine) {
        let zap = Fake::start(Zap { pace: 100, ..Zap::default() }, None).await;
        let (_server, browser) = ana(engine, true).await;
        scheduled(&browser, &zap).await;
        browser.until("it runs", RUNS).await;
        // The page's own script asks again: nobody presses anything, and the page is not loaded anew.
        browser.run("window.stays = true;", vec![]).await;
        let stays = "window.stays && document.querySelector('main').textContent.includes('What changed')";
        browser.until_within(Duration::from_secs(300), "the page goes on by itself", stays).await;
        assert_eq!(browser.log().await, Vec::<String>::new());
        opens_the_delta(&browser).await;
        browser.quit().await;
    }

    async fn without_scripts_the_page_of_a_run_asks_again_by_itself(engine: Engine) {
        let zap = Fake::start(Zap { pace: 100, ..Zap::default() }, None).await;
        let (_server, browser) = ana(engine, false).await;
        scheduled(&browser, &zap).await;
        browser.until("it runs", RUNS).await;
        assert!(browser.all("html[data-live]").await.is_empty(), "no script runs");
        opens_the_delta(&browser).await;
        browser.quit().await;
    }
}
