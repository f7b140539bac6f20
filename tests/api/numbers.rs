//! Every number has exactly its rows: each one is read out of the demo's pages, its link followed page by page and the rows
//! counted; the metrics say the same, and so does the other database.

use crate::views;
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
    let mut known = Known::new();

    let posture = admin.get("/posture").await.expect(200);
    let linked = linked_numbers(&posture.body);
    assert!(linked.len() > 150, "the page has tiles, a sentence, tables and a heatmap: {}", linked.len());
    assert_charts_lead_where_their_tables_lead(&posture.body);
    metrics_agree(&mut api, &posture.body).await;

    let mut scans = 0;
    for view in views::of(&mut admin).await {
        let page = admin.visit(&view.address).await.expect(200);
        let linked = linked_numbers(&page.body);
        assert!(!view.numbers || !linked.is_empty(), "{} leads to no list", view.address);
        // The day and the step differ from database to database; the place of a scan in the list does not.
        let name = match view.route {
            "/scans/{id}" => {
                scans += 1;
                format!("scan {scans}")
            }
            "/findings/{id}" => "a finding".to_owned(),
            _ => view.address.split("known-at").next().unwrap().to_owned(),
        };
        check(&admin, &name, linked, &mut known, &mut all).await;
    }
    // The same for somebody who sees one team, all over the pages that a lead has.
    let mut known = Known::new();
    let past = (chrono::Utc::now() - chrono::TimeDelta::days(75)).format("%Y-%m-%d");
    for path in ["/my-team", "/posture", "/teams", "/findings?group=issue", &format!("/posture?q=as-of:{past}")] {
        let page = lead.get(path).await.expect(200);
        check(&lead, &format!("{path} of a lead"), linked_numbers(&page.body), &mut known, &mut all).await;
    }
    for client in [&mut admin, &mut lead] {
        for q in ["", "team:pagos", &format!("as-of:{past}")] {
            charts_end_at_their_tiles(client, q).await;
        }
    }
    let books = server.postura(&["verify-ledger"], "");
    assert!(books.status.success(), "{}", String::from_utf8_lossy(&books.stderr));
    all
}

/// The last point of the trend is the tile, its last row by severity the tiles of the severities, and the bars of the teams
/// add up to it.
async fn charts_end_at_their_tiles(client: &mut Client, q: &str) {
    let page =
        client.get(&format!("/api/ui/posture?query[q]={}&query[edition]=", html::encode(q))).await.expect(200).json();
    let cells = |row: &Value| -> Vec<i64> {
        let texts = row.as_array().unwrap().iter().skip(1);
        texts.filter_map(|cell| html::number(cell["text"].as_str().unwrap())).collect()
    };
    let open = page["open"]["value"].as_i64().unwrap();
    let trend = page["trend"]["table"]["rows"].as_array().unwrap();
    assert_eq!(cells(trend.last().unwrap()), [open], "{q}: the trend ends at the tile");
    let by_severity: Vec<i64> =
        page["by_severity"].as_array().unwrap().iter().map(|pair| pair[1]["value"].as_i64().unwrap()).collect();
    assert_eq!(by_severity.iter().sum::<i64>(), open, "{q}: severities");
    let teams: Vec<Vec<i64>> = page["teams"]["table"]["rows"].as_array().unwrap().iter().map(cells).collect();
    let stacked: Vec<i64> = (0..5).map(|at| teams.iter().map(|row| row[at]).sum()).collect();
    assert_eq!(stacked, by_severity, "{q}: the bars of the teams");
    let heat = page["heat"]["rows"].as_array().unwrap().iter().flat_map(|row| row[1].as_array().unwrap().clone());
    assert_eq!(heat.map(|cell| cell["count"]["value"].as_i64().unwrap()).sum::<i64>(), open, "{q}: the heatmap");
}

/// The links to lists that are numbers, or that say one in a sentence.
pub fn linked_numbers(page: &str) -> Vec<(Link, i64)> {
    let drawn = page.split("<svg").enumerate().map(|(at, part)| if at == 0 { part } else { after(part, "</svg>") });
    let lists = html::links(&drawn.collect::<String>()).into_iter().filter(|link| link.href.starts_with("/findings"));
    lists.filter_map(|link| Some((html::said_number(&link.text)?, link))).map(|(number, link)| (link, number)).collect()
}

fn after<'a>(text: &'a str, end: &str) -> &'a str {
    text.split_once(end).map_or("", |(_, rest)| rest)
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

/// Lists that were read already, with how many rows each has.
type Known = BTreeMap<String, i64>;

/// Follows each link and counts its rows. A list that another page led to has been counted.
async fn check(client: &Client, page: &str, linked: Vec<(Link, i64)>, known: &mut Known, all: &mut Numbers) {
    let mut wanted: BTreeMap<String, i64> = BTreeMap::new();
    for (at, (link, number)) in linked.into_iter().enumerate() {
        all.insert(format!("{page} {at}"), number);
        let before = known.get(&link.href).copied().or_else(|| wanted.insert(link.href.clone(), number.abs()));
        assert!(before.is_none_or(|before| before == number.abs()), "{page} says another number for {}", link.href);
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
                let said = said_total(&client.get(&href).await.body);
                (href, number, rows.len(), distinct, said)
            });
        }
        let Some(done) = reading.join_next().await else { break };
        let (href, number, rows, distinct, said) = done.unwrap();
        if usize::try_from(number).unwrap() != rows || rows != distinct || said != Some(number) {
            wrong.push(format!(
                "{href}: the page says {number}, the list says {said:?} and has {rows} rows, {distinct} findings"
            ));
        }
        known.insert(href, number);
    }
    assert!(wrong.is_empty(), "{page}:\n{}", wrong.join("\n"));
}

/// How many a list says that it has.
fn said_total(page: &str) -> Option<i64> {
    let (_, note) = page.split_once("class=\"p-head-note\">")?;
    html::leading_number(&html::text(note.split("</p>").next()?))
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
