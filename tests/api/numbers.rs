//! Every number has exactly its rows: each one is read out of the demo's pages, its link followed page by page and the rows
//! counted; the metrics say the same, and so does the other database.

use serde_json::Value;
use std::collections::BTreeMap;
use tests::on_both;
use tests::support::html::{self, Link};
use tests::support::people::{DEMO_PASSWORD, sign_in};
use tests::support::{Client, Engine, demo, people};
use tokio::sync::OnceCell;
use tokio::task::JoinSet;

/// The numbers of the demo: a page and where on it, and the number.
type Numbers = BTreeMap<String, i64>;

/// How many lists are read at one time.
const AT_ONCE: usize = 4;

/// The numbers of one database, each compared with its rows. Read once for all the tests of this program.
async fn numbers(engine: Engine) -> &'static Numbers {
    static NUMBERS: [OnceCell<Numbers>; 2] = [OnceCell::const_new(), OnceCell::const_new()];
    let [sqlite, postgres] = &NUMBERS;
    let kept = match engine {
        Engine::Sqlite => sqlite,
        Engine::Postgres => postgres,
    };
    kept.get_or_init(|| read(engine)).await
}

async fn read(engine: Engine) -> Numbers {
    let server = demo::start(engine).await;
    let mut admin = sign_in(&server, "admin", DEMO_PASSWORD).await;
    let mut lead = sign_in(&server, "lucia", DEMO_PASSWORD).await;
    let mut api = people::token(&mut admin, "numbers").await;
    let mut all = Numbers::new();

    let posture = admin.get("/posture").await.expect(200);
    let linked = linked_numbers(&posture.body);
    assert!(linked.len() > 150, "the page has tiles, a sentence, tables and a heatmap: {}", linked.len());
    assert_charts_lead_where_their_tables_lead(&posture.body);
    check(&admin, "/posture", linked, &mut all).await;
    metrics_agree(&mut api, &posture.body).await;

    for path in ["/posture?edition=2025&q=team:pagos", "/teams", "/scans/1"] {
        let page = admin.get(path).await.expect(200);
        check(&admin, path, linked_numbers(&page.body), &mut all).await;
    }
    let newest = admin.get("/api/ui/scans?page=").await.expect(200).json();
    for (at, scan) in newest["scans"].as_array().unwrap().iter().take(6).enumerate() {
        let page = admin.get(&format!("/scans/{}", scan["id"])).await.expect(200);
        check(&admin, &format!("scan {at} from the newest"), linked_numbers(&page.body), &mut all).await;
    }
    let mine = lead.get("/my-team").await.expect(200);
    check(&lead, "/my-team", linked_numbers(&mine.body), &mut all).await;
    let seen = lead.get("/posture").await.expect(200);
    check(&lead, "/posture of a lead", tiles(&seen.body), &mut all).await;
    let books = server.postura(&["verify-ledger"], "");
    assert!(books.status.success(), "{}", String::from_utf8_lossy(&books.stderr));
    all
}

/// The links to lists that are numbers, or that begin with one where a sentence says them.
fn linked_numbers(page: &str) -> Vec<(Link, i64)> {
    let sentence =
        page.split_once("<p class=\"p-say\">").and_then(|(_, rest)| rest.split_once("</p>")).map_or("", |(say, _)| say);
    let said = html::links(sentence).into_iter().filter_map(|link| Some((html::leading_number(&link.text)?, link)));
    let bare = html::links(page).into_iter().filter_map(|link| Some((html::number(&link.text)?, link)));
    said.chain(bare)
        .filter(|(_, link)| link.href.starts_with("/findings"))
        .map(|(number, link)| (link, number))
        .collect()
}

/// The numbers outside of charts' tables.
fn tiles(page: &str) -> Vec<(Link, i64)> {
    linked_numbers(page).into_iter().take(12).collect()
}

/// Each datum of a chart leads to rows that its table leads to as well, so that checking the tables checks the charts. The
/// flow's upward bar joins what its table tells apart.
fn assert_charts_lead_where_their_tables_lead(page: &str) {
    let tables: Vec<String> = linked_numbers(page).into_iter().map(|(link, _)| link.href).collect();
    let mut data = 0;
    for svg in page.split("<svg").skip(1).filter_map(|rest| rest.split("</svg>").next()) {
        for link in html::links(svg) {
            data += 1;
            let joined = link.href.contains("opened:");
            assert!(joined || tables.contains(&link.href), "a chart leads to {} and no table does", link.href);
        }
    }
    assert!(data > 100, "the charts have data: {data}");
}

/// Follows each link and counts its rows.
async fn check(client: &Client, page: &str, linked: Vec<(Link, i64)>, all: &mut Numbers) {
    assert!(!linked.is_empty(), "{page} has no numbers");
    let mut wanted: BTreeMap<String, i64> = BTreeMap::new();
    for (at, (link, number)) in linked.into_iter().enumerate() {
        all.insert(format!("{page} {at}"), number);
        let before = wanted.insert(link.href.clone(), number.abs());
        assert!(before.is_none_or(|before| before == number.abs()), "{page} says two numbers for {}", link.href);
    }
    let mut reading = JoinSet::new();
    let mut wrong = Vec::new();
    let mut left = wanted.into_iter();
    loop {
        while reading.len() < AT_ONCE
            && let Some((href, number)) = left.next()
        {
            let mut client = client.clone();
            reading.spawn(async move {
                let rows = client.rows(&href).await;
                let distinct = rows.iter().collect::<std::collections::BTreeSet<_>>().len();
                (href, number, rows.len(), distinct)
            });
        }
        let Some(done) = reading.join_next().await else { break };
        let (href, number, rows, distinct) = done.unwrap();
        if usize::try_from(number).unwrap() != rows || rows != distinct {
            wrong.push(format!("{href}: the page says {number}, the list has {rows} rows, {distinct} findings"));
        }
    }
    assert!(wrong.is_empty(), "{page}:\n{}", wrong.join("\n"));
}

async fn cells(api: &mut Client, query: &str) -> Vec<Value> {
    let answer = api.get(&format!("/api/v1/metrics/{query}")).await.expect(200).json();
    answer["cells"].as_array().unwrap().clone()
}

fn sum(cells: &[Value]) -> i64 {
    cells.iter().map(|cell| cell["value"].as_i64().unwrap()).sum()
}

/// The page's headline numbers are the metrics'.
async fn metrics_agree(api: &mut Client, page: &str) {
    let linked = linked_numbers(page);
    let number = |href: &str| {
        let found = linked.iter().find(|(link, _)| link.href == href);
        found.unwrap_or_else(|| panic!("no link to {href}")).1
    };
    let open = number("/findings");
    assert_eq!(sum(&cells(api, "open").await), open);
    let by_severity = cells(api, "open?by=severity").await;
    assert_eq!(sum(&by_severity), open);
    for cell in by_severity {
        let severity = cell["severity"].as_str().unwrap();
        assert_eq!(cell["value"].as_i64().unwrap(), number(&format!("/findings?q=sev:{severity}")), "{severity}");
    }
    let by_team = cells(api, "open?by=team,owasp_2021").await;
    assert_eq!(sum(&by_team), open);
    for cell in by_team {
        let team = cell["team"].as_str().unwrap_or("none");
        let category = cell["owasp_2021"].as_str().unwrap();
        let linked = number(&format!("/findings?q=team:{team}+owasp:{category}"));
        assert_eq!(cell["value"].as_i64().unwrap(), linked, "{team} {category}");
    }
    for by in ["tool", "status", "owasp_2025", "team,severity"] {
        assert_eq!(sum(&cells(api, &format!("open?by={by}")).await), open, "{by}");
    }
}

on_both! {
    async fn every_number_of_the_demo_has_exactly_its_rows(engine: Engine) {
        assert!(numbers(engine).await.len() > 300);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn both_databases_give_the_same_numbers() {
    let (one, other) = (numbers(Engine::Sqlite).await, numbers(Engine::Postgres).await);
    let differ: Vec<String> = one
        .iter()
        .filter(|(place, number)| other.get(*place) != Some(number))
        .map(|(place, number)| format!("{place}: {number} and {:?}", other.get(place)))
        .collect();
    assert!(differ.is_empty() && one.len() == other.len(), "{}", differ.join("\n"));
}
