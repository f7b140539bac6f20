//! Hot statements follow their indexes: what pages ask is taken out of the server's log and explained on a database with enough
//! rows that the planner means it.
//!
//! A count or a sum over all that is open reads all that is open, by whatever is smaller, and is remembered until the books
//! move: it has no plan to keep. A list must read its own page of rows and no others, and a finding its own life.

use std::fmt::Write;
use tests::support::people::{DEMO_PASSWORD, sign_in};
use tests::support::server::Options;
use tests::support::{Engine, TestServer, demo};

/// Hosts and rows a host of the scan that is imported beside the demo.
const HOSTS: usize = 40;
const ROWS: usize = 500;

/// An address, and the index that its list must be read by.
const HOT: [(&str, &str); 9] = [
    ("/findings", "occurrence_open_severity"),
    ("/findings?sort=first_seen", "occurrence_open_first"),
    ("/findings?sort=last_seen", "occurrence_open_last"),
    ("/findings?sort=due", "occurrence_open_due"),
    ("/findings?sort=risk", "occurrence_open_risk"),
    ("/findings?q=sev:critical", "occurrence_open_"),
    ("/findings?q=team:pagos", "occurrence_open_team"),
    ("/findings?q=status:fixed", "occurrence_closed"),
    ("/my-team?team=pagos", "occurrence_open_team"),
];

fn export() -> String {
    let mut text = String::from("<NessusClientData_v2><Report name=\"Plans\">");
    for host in 0..HOSTS {
        // Writing to a String cannot fail.
        let _ = write!(
            text,
            "<ReportHost name=\"10.77.0.{host}\"><HostProperties><tag name=\"HOST_END_TIMESTAMP\">1790000000</tag>\
             </HostProperties>"
        );
        for row in 0..ROWS {
            let _ = write!(
                text,
                "<ReportItem port=\"{}\" svc_name=\"www\" protocol=\"tcp\" severity=\"{}\" pluginID=\"{}\" \
                 pluginName=\"SQL injection {row}\" pluginFamily=\"CGI abuses\"><cwe>89</cwe></ReportItem>",
                row + 1,
                row % 4 + 1,
                60_000 + row
            );
        }
        text.push_str("</ReportHost>");
    }
    text + "</Report></NessusClientData_v2>"
}

/// The plan of a statement without its values.
async fn plan(server: &TestServer, engine: Engine, statement: &str) -> String {
    match engine {
        Engine::Sqlite => server.plan(&[], &format!("EXPLAIN QUERY PLAN {statement}")).await,
        Engine::Postgres => {
            let numbers = statement.split('$').skip(1).filter_map(|rest| {
                let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
                rest[..end].parse::<usize>().ok()
            });
            let nothing = vec!["NULL"; numbers.max().unwrap_or(0)].join(", ");
            let values = if nothing.is_empty() { String::new() } else { format!("({nothing})") };
            let before = [
                "SET plan_cache_mode = force_generic_plan".to_owned(),
                "DEALLOCATE ALL".to_owned(),
                format!("PREPARE hot AS {statement}"),
            ];
            server.plan(&before, &format!("EXPLAIN EXECUTE hot{values}")).await
        }
    }
}

/// Whether a line of a plan reads every row of a table that grows with the findings.
fn reads_all(line: &str) -> bool {
    let table =
        ["occurrence", "entry", "observation"].iter().any(|table| line.contains(&format!("Seq Scan on {table} ")));
    let scan = line.trim_start().strip_prefix("SCAN ").is_some_and(|rest| ["o", "e", "x", "b"].contains(&rest.trim()));
    table || scan
}

tests::on_both! {
    async fn hot_statements_follow_their_indexes(engine: Engine) {
        let server = demo::start_with(engine, Options { count: true, ..Options::default() }).await;
        let path = server.folder().join("plans.nessus");
        std::fs::write(&path, export()).unwrap();
        let told = server.ask(&["import", "--json", path.to_str().unwrap()]);
        assert!(told.contains("\"new\":20000"), "{told}");
        // As the program lets SQLite learn: from a sample, which makes a column that is the same everywhere look like a choice.
        let learn = match engine {
            Engine::Sqlite => "PRAGMA analysis_limit = 400; ANALYZE",
            Engine::Postgres => "ANALYZE",
        };
        server.execute(learn).await;
        let mut admin = sign_in(&server, "admin", DEMO_PASSWORD).await;
        let mut wrong = String::new();
        let finding = format!("/findings/{}", admin.rows("/findings?q=team:pagos").await.swap_remove(0));
        for (address, index) in HOT.into_iter().chain([(finding.as_str(), "")]) {
            let before = server.statements(0).await.len();
            admin.get(address).await.expect(200);
            let statements = server.statements(before).await;
            let asked = statements.iter().filter(|text| text.contains("occurrence o") || text.contains("FROM entry"));
            let mut plans = Vec::new();
            // The state of the books is one row of each table by an index of its own.
            let all = |text: &str| ["SELECT COUNT", "SELECT CAST(COALESCE(SUM("].iter().any(|start| text.starts_with(start));
            for statement in asked.filter(|text| !text.contains("FROM head") && !all(text)) {
                let plan = plan(&server, engine, statement).await;
                if plan.lines().any(reads_all) {
                    let _ = writeln!(wrong, "{address} reads all of a table:\n{statement}\n{plan}");
                }
                plans.push(plan);
            }
            if !plans.iter().any(|plan| plan.contains(index)) {
                let _ = writeln!(wrong, "{address} does not follow {index}:\n{}", plans.join("\n"));
            }
        }
        assert!(wrong.is_empty(), "{wrong}");
    }
}
