//! The main job: sign up, drop an export on the page, read the dashboard, follow a number, hand findings to a team.

use serde_json::json;
use tests::on_both;
use tests::support::people::PASSWORD;
use tests::support::{Browser, TestServer, html, places};

/// Drops a file on an element as a person's hand would: the events of a drag that carries it.
const DROP: &str = r"
const file = new File([new Uint8Array(arguments[2])], arguments[1], { type: 'text/xml' });
const carried = new DataTransfer();
carried.items.add(file);
const target = document.querySelector(arguments[0]);
for (const kind of ['dragenter', 'dragover', 'drop']) {
    target.dispatchEvent(new DragEvent(kind, { bubbles: true, cancelable: true, composed: true, dataTransfer: carried }));
}
";

/// Makes the first administrator by the link of the first run.
async fn sign_up(browser: &Browser, server: &TestServer) {
    browser.open(server.set_up_path()).await;
    browser.write("#organisation", "Almadía").await;
    browser.write("#name", "Rosa Root").await;
    browser.write("#login", "root").await;
    browser.write("#password", PASSWORD).await;
    browser.click("form[action='/setup'] button.p-btn-primary").await;
    browser.until("the page of scans", "location.pathname === '/scans'").await;
    browser.ready().await;
}

/// The number that an element shows.
async fn number(browser: &Browser, selector: &str) -> i64 {
    let text = browser.text(selector).await;
    html::leading_number(&text).unwrap_or_else(|| panic!("{selector} shows no number: {text}"))
}

on_both! {
    async fn from_the_link_of_the_first_run_to_assigned_findings(engine: Engine) {
        let server = TestServer::start(engine).await;
        let browser = Browser::start(server.origin(), "es", true).await;
        sign_up(&browser, &server).await;
        assert_eq!(browser.find("html").await.attr("lang").await.unwrap().as_deref(), Some("es"));

        // A team first, so that there is somebody to hand findings to.
        browser.click("a[href='/teams']").await;
        browser.until("the page of teams", "location.pathname === '/teams' && document.querySelector('#team-name')").await;
        browser.click("details:has(#team-name) > summary").await;
        browser.write("#team-name", "Pagos").await;
        browser.click("details:has(#team-name) button").await;
        browser.until("the team's own page", "location.pathname === '/teams/pagos'").await;

        // An export, dropped on the page.
        browser.click("a[href='/scans']").await;
        browser.find(".p-drop").await;
        let bytes = places::fixture("nessus/full.nessus");
        browser.run(DROP, vec![json!(".p-drop"), json!("full.nessus"), json!(bytes)]).await;
        // The import's page follows it, and goes on to the scan.
        browser.until("the result", "location.pathname.startsWith('/scans/') && document.querySelector('.p-say a')").await;
        let new = number(&browser, ".p-say a").await;
        assert!(new > 0);

        // The dashboard, and the rows of one of its numbers.
        browser.click("a[href='/posture']").await;
        browser.until("the dashboard", "document.querySelector('.p-tile-value a')").await;
        assert!(!browser.all(".p-chart svg").await.is_empty());
        let open = number(&browser, ".p-say a").await;
        browser.click(".p-say a").await;
        browser.until("the list", "location.pathname === '/findings' && document.querySelector('a[data-row]')").await;
        let rows = browser.all("tbody a[data-row]").await.len();
        assert_eq!(i64::try_from(rows).unwrap(), open, "a number leads to exactly its rows");

        // Two rows to the team, with a due date.
        for row in 1..=2 {
            browser.click(&format!("tbody tr:nth-of-type({row}) input[name='ids[]']")).await;
        }
        browser.until("the bar of acts", "!document.querySelector('.p-bulk').hidden").await;
        let choose = "const field = document.querySelector(arguments[0]); field.value = arguments[1];\
            field.dispatchEvent(new Event('change', { bubbles: true }));";
        browser.run(choose, vec![json!("#bulk-team"), json!("pagos")]).await;
        browser.run(choose, vec![json!("#bulk-day"), json!("2031-05-04")]).await;
        browser.click(".p-bulk > .p-btn-primary").await;
        browser.until("what was done", "document.querySelector('.p-toast')").await;
        browser.until(
            "both rows with their team",
            "[...document.querySelectorAll('tbody tr')].filter(row => row.textContent.includes('Pagos')).length === 2",
        )
        .await;
        let due = "[...document.querySelectorAll(\"tbody time[datetime^='2031-05-0']\")].length === 2";
        browser.until("both rows with their day", due).await;
        browser.open("/findings?q=team:pagos").await;
        assert_eq!(browser.all("tbody a[data-row]").await.len(), 2);

        // Language and theme.
        browser.click("button[name='locale'][value='en']").await;
        browser.until("English", "document.documentElement.lang === 'en'").await;
        assert_eq!(browser.path().await, "/findings?q=team:pagos", "the switch comes back to the page");
        browser.ready().await;
        let background = "return getComputedStyle(document.documentElement).backgroundColor;";
        browser.click("button[name='theme'][value='light']").await;
        browser.until("light", "document.documentElement.dataset.theme === 'light'").await;
        let light = browser.run(background, vec![]).await;
        browser.ready().await;
        browser.click("button[name='theme'][value='dark']").await;
        browser.until("dark", "document.documentElement.dataset.theme === 'dark'").await;
        let dark = browser.run(background, vec![]).await;
        assert_ne!(light, dark);
        assert_eq!(browser.log().await, Vec::<String>::new());
        browser.quit().await;
    }
}
