//! The same without scripts: forms, redirects and pages alone.

use serde_json::json;
use tests::on_both;
use tests::support::people::{self, PASSWORD};
use tests::support::{Browser, TestServer, html, places};

/// The rows of a list are there.
const ROWS: &str = "location.pathname === '/findings' && document.querySelector('tbody a[data-row]')";

on_both! {
    async fn without_scripts_an_export_becomes_assigned_findings(engine: Engine) {
        let server = TestServer::start(engine).await;
        let mut root = people::set_up(&server).await;
        people::team(&mut root, "Pagos", &["root"], &[]).await;
        let browser = Browser::start(server.origin(), "en", false).await;
        browser.sign_in("root", PASSWORD).await;
        browser.until("with nothing imported one begins with an import", "location.pathname === '/scans'").await;
        assert!(browser.all("html[data-live]").await.is_empty(), "no script runs");

        let file = places::root().join("tests/fixtures/nessus/full.nessus");
        browser.find("input[type=file]").await.send_keys(file.display().to_string()).await.unwrap();
        browser.click("form[action='/imports'] button").await;
        // The page asks again by itself until the import has ended.
        let ended = "location.pathname.startsWith('/imports/') && document.querySelector(\"main a[href^='/scans/']\")";
        browser.until("the import ends", ended).await;
        browser.click("main a[href^='/scans/']").await;
        browser.until("the result", "location.pathname.startsWith('/scans/')").await;
        let new = html::leading_number(&browser.text(".p-say a").await).unwrap();
        browser.click(".p-say a").await;
        browser.until("the rows", ROWS).await;
        let rows = browser.all("tbody a[data-row]").await.len();
        assert_eq!(i64::try_from(rows).unwrap(), new, "a number leads to exactly its rows");

        browser.click("a[href='/posture']").await;
        browser.until("the dashboard", "document.querySelectorAll('.p-chart svg').length > 5").await;
        assert!(browser.all(".p-chart svg").await.len() >= 6, "charts are drawn by the server");
        let open = html::leading_number(&browser.text(".p-say a").await).unwrap();
        browser.click(".p-say a").await;
        browser.until("the rows", ROWS).await;
        assert_eq!(i64::try_from(browser.all("tbody a[data-row]").await.len()).unwrap(), open);

        browser.click("tbody tr:nth-of-type(1) input[name='ids[]']").await;
        browser.click("#bulk-team option[value='pagos']").await;
        let day = "document.querySelector('#bulk-day').value = arguments[0];";
        browser.run(day, vec![json!("2031-05-04")]).await;
        browser.click(".p-bulk > .p-btn-primary").await;
        browser.until("what was done", "location.search.includes('done=decided')").await;
        assert!(browser.text(".p-banner-good").await.contains('1'));
        assert_eq!(browser.all("tbody time[datetime^='2031-05-0']").await.len(), 1);

        browser.click("tbody tr:nth-of-type(1) a[data-row]").await;
        browser.until("the finding", "location.pathname.startsWith('/findings/')").await;
        browser.write("#comment", "Seen with a plain browser.").await;
        browser.click("form:has(#comment) button").await;
        let said = "document.querySelector('main').textContent.includes('Seen with a plain browser.')";
        browser.until("the comment", said).await;

        browser.click("button[name='locale'][value='es']").await;
        browser.until("Spanish", "document.documentElement.lang === 'es'").await;
        browser.click("button[name='theme'][value='dark']").await;
        browser.until("dark", "document.documentElement.dataset.theme === 'dark'").await;
        browser.open("/settings").await;
        browser.click("form[action='/sign-out'] button").await;
        browser.until("the sign-in page", "location.pathname === '/sign-in'").await;
        browser.quit().await;
    }

    async fn without_scripts_a_table_is_read_as_somebody_says(engine: Engine) {
        let server = TestServer::start(engine).await;
        people::set_up(&server).await;
        let browser = Browser::start(server.origin(), "en", false).await;
        browser.sign_in("root", PASSWORD).await;
        let file = places::root().join("tests/fixtures/mapped/es.csv").display().to_string();

        browser.open("/scans").await;
        browser.click("a[href='/scans/mappings']").await;
        browser.until("the mappings", "location.pathname === '/scans/mappings'").await;
        browser.find("#sample").await.send_keys(&file).await.unwrap();
        browser.click("form[action='/scans/mappings/sample'] button").await;
        browser.until("the proposal", "location.pathname === '/scans/mappings/edit'").await;
        assert_eq!(html::leading_number(&browser.text(".p-say").await), Some(3));
        assert!(browser.text("tbody").await.contains("Gravedad=Muy grave"));

        // A word that was not understood is given its meaning; a press of Enter tries it.
        browser.click("label:has(+ input[value='Muy grave']) ~ select option[value='critical']").await;
        browser.write("#tool", "casero\n").await;
        browser.until("the words are tried", "document.querySelector('.p-say').textContent.startsWith('4')").await;
        assert!(browser.text("tbody").await.contains("casero/W-30"));
        browser.write("#name", "Casero").await;
        browser.click("button[value='save']").await;
        browser.until("it is saved", "location.search.includes('done=mapping_saved')").await;

        browser.click("a[href='/scans?mapping=Casero']").await;
        browser.until("the form", "document.querySelector('select[name=mapping]').value === 'Casero'").await;
        browser.find("input[name='files']").await.send_keys(&file).await.unwrap();
        browser.click("form[action='/imports'] button").await;
        let ended = "location.pathname.startsWith('/imports/') && document.querySelector(\"main a[href^='/scans/']\")";
        browser.until("the import ends", ended).await;
        browser.click("main a[href^='/scans/']:not([href='/scans'])").await;
        browser.until("the result", "location.pathname.startsWith('/scans/')").await;
        browser.quit().await;
    }
}
