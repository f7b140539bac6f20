//! Law 8: a SIGKILL at any instant of a real import leaves all of it or nothing, and running it again completes it.
//!
//! The real binary is killed at instants spread over the time that a whole import takes. Needs `POSTURA_TEST_BINARY` and,
//! for PostgreSQL, `POSTURA_TEST_POSTGRES`, as `cargo xtask test` sets them.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on fails")]

use serde_json::Value;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

/// Kills on each engine, unless `POSTURA_TEST_KILLS` says otherwise, as `cargo xtask chaos` does.
const KILLS: u32 = 50;
/// Rows of the file.
const ROWS: usize = 1_500;

fn required(name: &str) -> String {
    std::env::var(name).unwrap_or_else(|_| panic!("{name} is not set: run `cargo xtask test`"))
}

/// One installation: a data folder and a database.
struct Installation {
    data: tempfile::TempDir,
    database: Option<String>,
    /// Takes the database away at the end: a thousand of them are too many for one server.
    away: Option<Box<dyn Fn()>>,
}

impl Drop for Installation {
    fn drop(&mut self) {
        if let Some(away) = &self.away {
            away();
        }
    }
}

impl Installation {
    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(required("POSTURA_TEST_BINARY"));
        command.args(arguments).env("POSTURA_DATA_DIR", self.data.path()).current_dir(self.data.path());
        command.stdin(Stdio::null()).stderr(Stdio::piped());
        match &self.database {
            Some(url) => command.env("POSTURA_DATABASE_URL", url),
            None => command.env_remove("POSTURA_DATABASE_URL"),
        };
        command
    }

    fn run(&self, arguments: &[&str]) -> String {
        let done = self.command(arguments).output().expect("postura starts");
        let error = String::from_utf8_lossy(&done.stderr);
        assert!(done.status.success(), "postura {arguments:?} failed ({}): {error}", done.status);
        String::from_utf8(done.stdout).expect("the output is text")
    }

    /// How many occurrences there are, inventory included, once the books verify.
    fn occurrences(&self) -> usize {
        self.run(&["verify-ledger"]);
        let all = self.run(&["occurrences", "--filter", "status:any", "--json"]).lines().count();
        all + self.run(&["occurrences", "--filter", "status:any is:inventory", "--json"]).lines().count()
    }
}

/// A host scan whose rows are all occurrences of their own, none of them inventory.
fn export(path: &Path) {
    let mut text = String::from("<?xml version=\"1.0\" ?>\n<NessusClientData_v2>\n<Report name=\"Crash\">\n");
    for host in 0..ROWS / 50 {
        text.push_str(&format!(
            "<ReportHost name=\"10.7.0.{host}\"><HostProperties><tag name=\"HOST_END_TIMESTAMP\">1790000000</tag>\
             <tag name=\"host-ip\">10.7.0.{host}</tag></HostProperties>\n"
        ));
        for row in 0..50 {
            text.push_str(&format!(
                "<ReportItem port=\"{}\" svc_name=\"www\" protocol=\"tcp\" severity=\"3\" pluginID=\"{}\" \
                 pluginName=\"SQL injection {row}\" pluginFamily=\"CGI abuses\"><description>Row {row} of {host}.\
                 </description><cwe>89</cwe><plugin_output>Output {row} of {host}</plugin_output></ReportItem>\n",
                8000 + row,
                50_000 + row
            ));
        }
        text.push_str("</ReportHost>\n");
    }
    text.push_str("</Report>\n</NessusClientData_v2>\n");
    std::fs::write(path, text).expect("the file is written");
}

fn kills(installation: impl Fn(u32) -> Installation) {
    let kills = std::env::var("POSTURA_TEST_KILLS").map_or(KILLS, |text| text.parse().expect("a number of kills"));
    let folder = tempfile::tempdir().expect("a folder is made");
    let file = folder.path().join("crash.nessus");
    export(&file);
    let path = file.to_str().expect("the path is text");
    let whole = installation(0);
    whole.run(&["migrate"]);
    let started = Instant::now();
    whole.run(&["import", path]);
    let duration = started.elapsed();
    assert_eq!(whole.occurrences(), ROWS);

    let (mut nothing, mut all) = (0, 0);
    for kill in 1..=kills {
        let victim = installation(kill);
        victim.run(&["migrate"]);
        let mut child = victim.command(&["import", path]).stdout(Stdio::null()).spawn().expect("postura starts");
        let after = duration.mul_f64(f64::from(kill) / f64::from(kills) * 1.05);
        std::thread::sleep(after);
        // It may have ended by itself: then there is nobody to kill.
        child.kill().ok();
        child.wait().expect("the child is waited for");
        match victim.occurrences() {
            0 => nothing += 1,
            ROWS => all += 1,
            some => panic!("kill {kill} of {kills}, after {after:?}, left {some} of {ROWS} occurrences"),
        }
        let again: Value = serde_json::from_str(&victim.run(&["import", "--json", path])).expect("a summary");
        assert_eq!(victim.occurrences(), ROWS, "running it again completes it: {again}");
    }
    println!("{kills} kills over {duration:?}: {nothing} left nothing, {all} left all");
    assert!(nothing > 0, "no kill came before the switch");
}

mod sqlite {
    use super::{Installation, kills};

    #[test]
    fn a_kill_leaves_all_or_nothing() {
        kills(|_| Installation { data: tempfile::tempdir().expect("a folder is made"), database: None, away: None });
    }
}

mod postgres {
    use super::{Installation, kills, required};
    use sqlx::{Connection, Executor, PgConnection};

    #[test]
    fn a_kill_leaves_all_or_nothing() {
        let server = required("POSTURA_TEST_POSTGRES");
        let (base, _) = server.rsplit_once('/').expect("the URL names a database");
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        let runtime = std::rc::Rc::new(runtime);
        let told = server.clone();
        let tell = move |sql: String| {
            runtime.block_on(async {
                let mut connection = PgConnection::connect(&told).await.expect("PostgreSQL answers");
                connection.execute(sqlx::AssertSqlSafe(sql)).await.expect("the statement runs");
                connection.close().await.expect("the connection closes");
            });
        };
        kills(|kill| {
            let name = format!("crash_{}_{kill}", std::process::id());
            tell(format!("CREATE DATABASE {name}"));
            let data = tempfile::tempdir().expect("a folder is made");
            let database = Some(format!("{base}/{name}"));
            let tell = tell.clone();
            let away = Box::new(move || tell(format!("DROP DATABASE {name} WITH (FORCE)")));
            Installation { data, database, away: Some(away) }
        });
    }
}
