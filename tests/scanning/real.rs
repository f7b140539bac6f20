//! Real scanners over the command connector, from their schedule to the books: Nmap and Wapiti scan a shop with holes on loopback,
//! the holes are closed, and the next run closes what they were, with proof.
//!
//! Nmap is asked for on the PATH. `POSTURA_TEST_WAPITI` names Wapiti; without it the PATH is asked too. `cargo xtask real` installs
//! that and runs this.

use crate::office::{Office, schedule, target};
use fakes::{Fake, Shop};
use model::view::findings::{FindingsPage, FindingsQuery};
use model::view::scanning::{ConnectorDraft, RunPage, ScheduleDraft, TargetDraft};
use model::{Category, Edition, Grade, Mapped, Micros, RunState};
use ports::{Findings as _, Scanning as _};
use service::clock::Clock as _;
use service::{CommandRule, Surroundings};
use std::path::PathBuf;
use std::time::Duration;
use tests::support::Engine;

/// What the modules below look for, as the report calls it.
const RULES: [&str; 6] = [
    "Clickjacking Protection",
    "Content Security Policy Configuration",
    "Internal Server Error",
    "MIME Type Confusion",
    "Reflected Cross Site Scripting",
    "SQL Injection",
];

/// A scanner, if this machine has it.
fn program(name: &str, how: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let found = std::env::split_paths(&path).map(|folder| folder.join(name)).find(|file| file.is_file());
    if found.is_none() {
        eprintln!("SKIPPED (scanner absent): {name} is not installed; {how}");
    }
    found
}

fn wapiti() -> Option<PathBuf> {
    let named = std::env::var_os("POSTURA_TEST_WAPITI").map(PathBuf::from);
    named.or_else(|| program("wapiti", "`cargo xtask real` does that"))
}

fn rule(program: PathBuf, arguments: &str, home: &str) -> CommandRule {
    let arguments: Vec<String> = arguments.split_whitespace().map(str::to_owned).collect();
    let file = arguments.iter().any(|argument| argument == "{output}");
    CommandRule {
        program,
        arguments,
        output: if file { scanners::CommandOutput::File } else { scanners::CommandOutput::Stdout },
        time_limit: 1_200,
        max_output: 64 << 20,
        ok: vec![0],
        rules: Vec::new(),
        environment: [("HOME".to_owned(), home.to_owned())].into(),
    }
}

/// One day, in microseconds.
const DAY: i64 = 86_400_000_000;

/// An office with that command as its scanner, which scans the target each day at three in the morning, and the next time it does.
async fn nightly(engine: Engine, name: &str, rule: CommandRule, target: String) -> (Office, i64) {
    let commands = [(name.to_owned(), rule)].into();
    let office = Office::open_with(engine, Surroundings { commands, ..Surroundings::default() }).await;
    // A scanner dates its report by this machine's clock, and what lies ahead of ours would not be believed.
    let now = service::clock::SystemClock.now().0;
    office.clock.set(Micros(now));
    let command = ConnectorDraft {
        name: name.to_owned(),
        kind: "command".to_owned(),
        command: name.to_owned(),
        at_a_time: 1,
        ..ConnectorDraft::default()
    };
    office.session.set_connector(command).await.unwrap();
    let place = TargetDraft {
        name: "site".to_owned(),
        targets: target,
        exclude: String::new(),
        authorised_until: "2099-12-31".to_owned(),
        ..self::target()
    };
    office.session.set_target(place).await.unwrap();
    let nightly = ScheduleDraft {
        connector: name.to_owned(),
        target: "site".to_owned(),
        cron: "0 3 * * *".to_owned(),
        choice: String::new(),
        zone: "UTC".to_owned(),
        missed: "once".to_owned(),
        time_limit: 20_160,
        ..schedule("nightly")
    };
    office.session.set_schedule(nightly).await.unwrap();
    let three = 3 * DAY / 24;
    (office, (now - three).div_euclid(DAY) * DAY + DAY + three)
}

/// Findings by a filter.
async fn list(office: &Office, filter: &str) -> FindingsPage {
    office.session.list(FindingsQuery { q: filter.to_owned(), ..FindingsQuery::default() }).await.unwrap()
}

/// The grade with which a finding was closed last.
async fn closed(office: &Office, id: &str) -> Grade {
    office.session.finding(id.to_owned()).await.unwrap().episodes[0].closed.clone().unwrap().2
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
    async fn wapiti_runs_by_schedule_and_what_is_fixed_closes_with_proof(engine: Engine) {
        let Some(program) = wapiti() else { return };
        let home = tempfile::tempdir().unwrap();
        let shop = Fake::start(Shop::default(), None).await;
        let arguments = "-u {target} --scope folder -m sql,xss,http_headers,csp -f json -o {output} --detailed-report 2 \
            --flush-session --no-bugreport --tasks 2";
        let rule = CommandRule { rules: RULES.map(str::to_owned).to_vec(), ..rule(program, arguments, home.path().to_str().unwrap()) };
        let site = format!("http://127.0.0.1:{}/", shop.address.port());
        let (office, due) = nightly(engine, "wapiti", rule, site).await;

        let page = ran(&office, due, 1).await;
        assert_eq!(page.run.state, RunState::Done, "{page:?}");
        assert!(page.delta.as_ref().unwrap().new.value >= 3, "{page:?}");
        let open = list(&office, "status:open").await;
        let told: Vec<_> = open.rows.iter().map(|row| (row.rule.as_str(), row.location.as_str(), row.owasp)).collect();
        let injection = (Edition::Y2021, Mapped::To(Category::new(3).unwrap()));
        assert!(told.contains(&("SQL Injection", "GET /items [id]", injection)), "{told:?}");
        assert!(told.contains(&("Reflected Cross Site Scripting", "GET /search [q]", injection)), "{told:?}");

        shop.state().fixed = true;
        let page = ran(&office, due + DAY, 2).await;
        assert_eq!(page.run.state, RunState::Done, "{page:?}");
        let delta = page.delta.unwrap();
        assert_eq!((delta.closed.value, delta.not_retested.value), (open.total, 0), "{delta:?}");
        for row in &list(&office, "status:fixed").await.rows {
            assert_eq!(closed(&office, &row.id).await, Grade::RuleRanThere, "{row:?}");
        }
        assert_eq!(list(&office, "status:open").await.total, 0);
    }

    async fn nmap_runs_by_schedule_and_what_is_fixed_closes_with_proof(engine: Engine) {
        let Some(program) = program("nmap", "on Debian: apt-get install nmap") else { return };
        let home = tempfile::tempdir().unwrap();
        let shop = Fake::start(Shop::default(), None).await;
        let forgotten = Fake::start(Shop::default(), None).await;
        let (port, second) = (shop.address.port(), forgotten.address.port());
        let arguments = format!(
            "-sT -sV --version-light -p {port},{second} --script http-title,http-cookie-flags,http-csrf \
             -oX - {{target}}"
        );
        let rule = rule(program, &arguments, home.path().to_str().unwrap());
        let (office, due) = nightly(engine, "nmap", rule, "127.0.0.1".to_owned()).await;

        let page = ran(&office, due, 1).await;
        assert_eq!(page.run.state, RunState::Done, "{page:?}");
        let open = list(&office, "status:open").await;
        let told: Vec<_> = open.rows.iter().map(|row| (row.rule.as_str(), row.location.as_str(), row.owasp)).collect();
        let in_2021 = |number| (Edition::Y2021, Mapped::To(Category::new(number).unwrap()));
        let [one, other] = [port, second].map(|port| format!("tcp/{port}"));
        for (rule, category) in [
            ("nmap/http-cookie-flags/httponly", in_2021(5)),
            ("nmap/http-csrf", in_2021(1)),
        ] {
            for place in [&one, &other] {
                let known = |row: &&(&str, &str, _)| row.0 == rule && row.1.starts_with(place.as_str()) && row.2 == category;
                assert!(told.iter().any(|row| known(&row)), "{rule} at {place}: {told:?}");
            }
        }

        // One is mended, the other is switched off.
        shop.state().fixed = true;
        drop(forgotten);
        let page = ran(&office, due + DAY, 2).await;
        assert_eq!(page.run.state, RunState::Done, "{page:?}");
        let delta = page.delta.unwrap();
        // A port and a title are closed too, which are no weaknesses.
        assert_eq!((delta.closed.value, delta.not_retested.value), (open.total + 2, 0), "{delta:?}");
        let fixed = list(&office, "status:fixed").await;
        for row in &fixed.rows {
            // What is switched off is closed, and so is all that was there. Of what still answers, one script says that it found
            // nothing, and the silence of others is worth what a scan of the same kind is worth.
            let says = row.location.starts_with(&other) || row.rule == "nmap/http-csrf";
            let grade = if says { Grade::RuleRanThere } else { Grade::SameSeries };
            assert_eq!(closed(&office, &row.id).await, grade, "{row:?}");
        }
        assert_eq!(list(&office, "status:open").await.total, 0);
        for (status, place) in [("open", &one), ("fixed", &other)] {
            let ports = list(&office, &format!("is:inventory rule:nmap/open-port status:{status}")).await;
            let ports: Vec<_> = ports.rows.iter().map(|row| row.location.as_str()).collect();
            assert!(ports.len() == 1 && ports[0].starts_with(place.as_str()), "{status}: {ports:?}");
        }
        assert_eq!(list(&office, &delta.closed.filter).await.total, delta.closed.value, "a number is its rows");
    }
}
