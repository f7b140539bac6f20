//! A real scanner over the command connector, from its schedule to the books: Wapiti scans a shop with holes on loopback, the holes
//! are closed, and the next run closes what they were, with proof.
//!
//! `POSTURA_TEST_WAPITI` names the program; without it the PATH is asked. `cargo xtask real` installs it and runs this.

use crate::office::{Office, schedule, target};
use fakes::{Fake, Shop};
use model::view::findings::FindingsQuery;
use model::view::scanning::{ConnectorDraft, RunPage, ScheduleDraft, TargetDraft};
use model::{Category, Edition, Grade, Mapped, Micros, RunState};
use ports::{Findings as _, Scanning as _};
use service::clock::Clock as _;
use service::{CommandRule, Surroundings};
use std::path::PathBuf;
use std::time::Duration;

/// What the modules below look for, as the report calls it.
const RULES: [&str; 6] = [
    "Clickjacking Protection",
    "Content Security Policy Configuration",
    "Internal Server Error",
    "MIME Type Confusion",
    "Reflected Cross Site Scripting",
    "SQL Injection",
];

/// The scanner, if this machine has it.
fn wapiti() -> Option<PathBuf> {
    let named = std::env::var_os("POSTURA_TEST_WAPITI").map(PathBuf::from);
    let path = std::env::var_os("PATH").unwrap_or_default();
    let found =
        named.or_else(|| std::env::split_paths(&path).map(|folder| folder.join("wapiti")).find(|file| file.is_file()));
    if found.is_none() {
        eprintln!("SKIPPED (scanner absent): wapiti is not installed; `cargo xtask real` does that");
    }
    found
}

fn rule(program: PathBuf, home: &str) -> CommandRule {
    let arguments = "-u {target} --scope folder -m sql,xss,http_headers,csp -f json -o {output} --detailed-report 2 \
        --flush-session --no-bugreport --tasks 2";
    CommandRule {
        program,
        arguments: arguments.split_whitespace().map(str::to_owned).collect(),
        output: scanners::CommandOutput::File,
        time_limit: 1_200,
        max_output: 64 << 20,
        ok: vec![0],
        rules: RULES.map(str::to_owned).to_vec(),
        environment: [("HOME".to_owned(), home.to_owned())].into(),
    }
}

/// Lets the clock go past the next due time and drives until the run of that number has ended.
async fn ran(office: &Office, due: i64, id: i64) -> RunPage {
    office.clock.set(Micros(due));
    office.service.beat().await.unwrap();
    for step in 1..12_000 {
        while office.service.drive_one().await.unwrap() {}
        let page = office.run(id).await;
        if page.run.state.ended() {
            return page;
        }
        // Real time is what a real scanner takes; the clock only has to pass the looks.
        office.clock.set(Micros(due + step * 2_000_000));
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("the scan does not end: {:?}", office.run(id).await);
}

tests::on_both! {
    async fn a_real_scan_runs_by_schedule_and_what_is_fixed_closes_with_proof(engine: Engine) {
        let Some(program) = wapiti() else { return };
        let home = tempfile::tempdir().unwrap();
        let commands = [("wapiti".to_owned(), rule(program, home.path().to_str().unwrap()))].into();
        let office = Office::open_with(engine, Surroundings { commands, ..Surroundings::default() }).await;
        let shop = Fake::start(Shop::default(), None).await;
        // The scanner dates its report by this machine's clock, and what lies ahead of ours would not be believed.
        let day = 86_400_000_000;
        let now = service::clock::SystemClock.now().0;
        office.clock.set(Micros(now));
        let command = ConnectorDraft {
            name: "Wapiti".to_owned(),
            kind: "command".to_owned(),
            command: "wapiti".to_owned(),
            at_a_time: 1,
            ..ConnectorDraft::default()
        };
        office.session.set_connector(command).await.unwrap();
        let site = format!("http://127.0.0.1:{}/", shop.address.port());
        let authorised_until = "2099-12-31".to_owned();
        let place = TargetDraft { name: "site".to_owned(), targets: site, exclude: String::new(), authorised_until, ..target() };
        office.session.set_target(place).await.unwrap();
        let nightly = ScheduleDraft {
            connector: "Wapiti".to_owned(),
            target: "site".to_owned(),
            cron: "0 3 * * *".to_owned(),
            choice: String::new(),
            zone: "UTC".to_owned(),
            missed: "once".to_owned(),
            time_limit: 20_160,
            ..schedule("nightly")
        };
        office.session.set_schedule(nightly).await.unwrap();

        // The next 03:00, and the one after it.
        let due = (now - 3 * day / 24).div_euclid(day) * day + day + 3 * day / 24;
        let page = ran(&office, due, 1).await;
        assert_eq!(page.run.state, RunState::Done, "{page:?}");
        assert!(page.delta.as_ref().unwrap().new.value >= 3, "{page:?}");
        let list = |filter: &str| {
            office.session.list(FindingsQuery { q: filter.to_owned(), ..FindingsQuery::default() })
        };
        let open = list("status:open").await.unwrap();
        let told: Vec<_> = open.rows.iter().map(|row| (row.rule.as_str(), row.location.as_str(), row.owasp)).collect();
        let injection = (Edition::Y2021, Mapped::To(Category::new(3).unwrap()));
        assert!(told.contains(&("SQL Injection", "GET /items [id]", injection)), "{told:?}");
        assert!(told.contains(&("Reflected Cross Site Scripting", "GET /search [q]", injection)), "{told:?}");

        shop.state().fixed = true;
        let page = ran(&office, due + day, 2).await;
        assert_eq!(page.run.state, RunState::Done, "{page:?}");
        let delta = page.delta.unwrap();
        assert_eq!((delta.closed.value, delta.not_retested.value), (open.total, 0), "{delta:?}");
        for row in &list("status:fixed").await.unwrap().rows {
            let (.., grade) = office.session.finding(row.id.clone()).await.unwrap().episodes[0].closed.clone().unwrap();
            assert_eq!(grade, Grade::RuleRanThere, "{row:?}");
        }
        assert_eq!(list("status:open").await.unwrap().total, 0);
    }
}
