//! `cargo xtask scale`: a million findings, five thousand hosts, a hundred teams, two years; how long imports and pages take
//! then, beside an empty database and beside the limits that were set.

mod company;
pub mod http;

use crate::bench::{Engine, fresh_database, named_database, peak_of};
use crate::cluster::Cluster;
use crate::needs::find_postgres;
use crate::project::{Project, output, run as run_command};
use crate::{bundle, scale::http::Client};
use anyhow::{Context, Result, ensure};
use clap::Args;
use std::io::Write;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// What is measured, and how.
#[derive(Args)]
pub struct Options {
    /// Measure on PostgreSQL too.
    #[arg(long)]
    postgres: bool,
    /// Weeks of scans; with all 104 there are a million findings.
    #[arg(long, default_value_t = 104)]
    weeks: u32,
    /// A PostgreSQL server to measure on, for which the account may make databases; without it, one of its own for this run.
    #[arg(long, requires = "postgres")]
    server: Option<String>,
    /// Measure the database that an earlier run has left, if it is there (on PostgreSQL, that of the named server).
    #[arg(long)]
    keep: bool,
    /// Seconds a page is asked for.
    #[arg(long, default_value_t = 4)]
    seconds: u64,
}

/// Users at once.
const USERS: usize = 20;

/// Who looks, and how they sign in.
const LOGIN: &str = "scale";
const PASSWORD: &str = "a passphrase for measurements";

/// A page, and the longest that 95 of 100 answers may take, in milliseconds.
struct Page {
    name: &'static str,
    path: String,
    limit: u64,
}

/// Builds, fills, measures, and prints tables. Fails where a page does not answer, not where it is slow.
pub fn run(project: &Project, options: &Options) -> Result<()> {
    let site = project.site();
    if !site.join("pkg").exists() {
        bundle::run(project, &bundle::Options::default())?;
    }
    project.say("building the server with optimisations");
    run_command(project.cargo().args(["build", "--quiet", "--package", "server", "--release"]))?;
    let folder = project.target.join("scale");
    std::fs::create_dir_all(&folder)?;
    let here = |engine, data: &str| Place {
        binary: project.target.join("release").join("postura"),
        data: folder.join(data),
        scan: folder.join("week.nessus"),
        site: site.clone(),
        engine,
    };
    measure(project, options, &here(Engine::Sqlite, "sqlite"), options.keep)?;
    if options.postgres {
        measure_postgres(project, options, |database| here(Engine::Postgres(database), "postgres"))?;
    }
    Ok(())
}

/// Measures on the server that was named, whose database stays, or else on one of this run's own.
fn measure_postgres(project: &Project, options: &Options, place: impl Fn(String) -> Place) -> Result<()> {
    if let Some(server) = &options.server {
        let database = named_database(server, "postura-scale", options.keep)?;
        return measure(project, options, &place(database), options.keep);
    }
    let programs = find_postgres().context("PostgreSQL is not installed")?;
    let cluster = Cluster::start(&programs, true)?;
    let database = fresh_database(cluster.url(), "scale")?;
    measure(project, options, &place(database), false)
}

/// Where one engine's data is.
struct Place {
    binary: PathBuf,
    data: PathBuf,
    scan: PathBuf,
    site: PathBuf,
    engine: Engine,
}

impl Place {
    fn call(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.binary);
        command.args(arguments).env("POSTURA_DATA_DIR", &self.data);
        if let Engine::Postgres(url) = &self.engine {
            command.env("POSTURA_DATABASE_URL", url);
        }
        command
    }

    /// Imports the scan of a week; the seconds that took.
    fn import(&self, week: u32, shift: u64) -> Result<f64> {
        company::write_week(&self.scan, week, shift)?;
        let started = Instant::now();
        run_command(self.call(&["import", "--json"]).arg(&self.scan).stdout(Stdio::null()))?;
        Ok(started.elapsed().as_secs_f64())
    }

    fn serve(&self) -> Result<Server> {
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let mut command = self.call(&["serve", "--port", &port.to_string(), "--site"]);
        command.arg(&self.site).env("POSTURA_LOG", "error").stdout(Stdio::null());
        let server = Server { child: command.spawn().context("cannot start postura")?, port };
        for _ in 0..200 {
            if Client::connect(port).is_ok() {
                return Ok(server);
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        anyhow::bail!("the server does not listen")
    }
}

/// A running server; dropped, it ends.
struct Server {
    child: Child,
    port: u16,
}

impl Server {
    fn signed_in(&self) -> Result<Client> {
        let mut client = Client::connect(self.port)?;
        client.sign_in(LOGIN, PASSWORD)?;
        Ok(client)
    }

    fn peak_mb(&self) -> u64 {
        peak_of(Path::new(&format!("/proc/{}/status", self.child.id()))).unwrap_or(0) / 1024
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn measure(project: &Project, options: &Options, place: &Place, keep: bool) -> Result<()> {
    let name = if matches!(place.engine, Engine::Sqlite) { "SQLite" } else { "PostgreSQL" };
    if !(keep && place.data.exists()) {
        if place.data.exists() {
            std::fs::remove_dir_all(&place.data)?;
        }
        project.say(&format!("{name}: a hundred teams"));
        found_company(place)?;
        project.say(&format!("{name}: {} weeks of scans", options.weeks));
        let mut seconds = Vec::new();
        for week in 0..options.weeks {
            seconds.push(place.import(week, 0)?);
        }
        let first = seconds.first().copied().unwrap_or_default();
        let last = seconds.iter().rev().take(5).copied().fold(f64::INFINITY, f64::min);
        println!(
            "{name}: 50,000 rows into an empty database {first:.2} s, into the full one {last:.2} s ({:.1}x, at most 2x)",
            last / first
        );
    }
    let server = place.serve()?;
    let mut client = server.signed_in()?;
    println!("{name}: {} open", output(&mut place.call(&["metrics", "open"]))?.trim());
    let pages = pages(&mut client)?;
    println!(
        "{:<34}{:>9}{:>9}{:>9}{:>9}  limit",
        format!("{name}, {USERS} users"),
        "answers",
        "p50 ms",
        "p95 ms",
        "max ms"
    );
    for page in &pages {
        asked(&server, &client, page, options.seconds, page.limit)?;
    }
    println!("while 50,000 rows are imported:");
    let done = Arc::new(AtomicBool::new(false));
    let importing = done.clone();
    std::thread::scope(|scope| -> Result<()> {
        let import = scope.spawn(move || {
            let seconds = place.import(options.weeks, 3_600);
            importing.store(true, Ordering::Relaxed);
            seconds
        });
        for page in pages.iter().cycle() {
            if done.load(Ordering::Relaxed) {
                break;
            }
            asked(&server, &client, page, 1, page.limit.max(200))?;
        }
        println!(
            "  the import took {:.2} s meanwhile",
            import.join().map_err(|_| anyhow::anyhow!("the import broke"))??
        );
        Ok(())
    })?;
    println!("{name}: the server took {} MB at most (limit 500)", server.peak_mb());
    Ok(())
}

/// An administrator, a hundred teams, and what each owns.
fn found_company(place: &Place) -> Result<()> {
    run_command(&mut place.call(&["migrate"]))?;
    let mut add = place.call(&["user", "add", LOGIN, "--role", "admin"]);
    let mut child = add.stdin(Stdio::piped()).stdout(Stdio::null()).spawn()?;
    child.stdin.take().context("no standard input")?.write_all(format!("{PASSWORD}\n").as_bytes())?;
    ensure!(child.wait()?.success(), "the administrator cannot be made");
    let server = place.serve()?;
    let mut client = server.signed_in()?;
    for team in 0..company::TEAMS {
        let slug = format!("team-{team:03}");
        let made = client.post("/api/ui/add-team", &[("name", &slug), ("next", "/teams")])?;
        ensure!(made.status < 400, "team {slug}: {} {}", made.status, made.body);
        let fields = [("pattern", company::pattern(team)), ("slug", slug), ("next", "/teams".to_owned())];
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let ruled = client.post("/api/ui/add-rule", &fields)?;
        ensure!(ruled.status < 400, "rule of team {team}: {} {}", ruled.status, ruled.body);
    }
    Ok(())
}

/// What people look at.
fn pages(client: &mut Client) -> Result<Vec<Page>> {
    let list = |q: &str, more: &str| format!("/findings?q={}{more}", http::encoded(q));
    let first = client.get(&list("", ""))?.body;
    let finding = link(&first, "/findings/").context("the list shows no finding")?;
    let mut deep = list("", "");
    for _ in 0..20 {
        let body = client.get(&deep)?.body;
        let Some(next) = link_with(&body, "rel=\"next\"") else { break };
        deep = next;
    }
    let page = |name, path, limit| Page { name, path, limit };
    Ok(vec![
        page("posture", "/posture".to_owned(), 100),
        page("posture of a team", format!("/posture?q={}", http::encoded("team:team-007")), 100),
        page("my team", "/my-team?team=team-007".to_owned(), 100),
        page("findings by severity", list("", ""), 100),
        page("findings by risk", list("", "&sort=risk"), 100),
        page("findings by first seen", list("", "&sort=first_seen"), 100),
        page("findings by last seen", list("", "&sort=last_seen"), 100),
        page("findings by due", list("", "&sort=due"), 100),
        page("findings by asset", list("", "&sort=asset"), 100),
        page("findings, twentieth page", deep, 100),
        page("findings: critical", list("sev:critical", ""), 100),
        page("findings: a team", list("team:team-007", ""), 100),
        page("findings: a team's critical", list("team:team-007 sev:critical,high", ""), 100),
        page("findings: OWASP A03", list("owasp:A03", ""), 100),
        page("findings: an asset", list("asset:h77.t077.scale.example", ""), 100),
        page("findings: a rule", list("rule:50007", ""), 100),
        page("findings: a CVE", list("cve:CVE-2024-50007", ""), 100),
        page("findings: fixed", list("status:fixed", ""), 100),
        page("findings: search", list("number 50123", ""), 100),
        page("findings by issue", list("", "&group=issue"), 100),
        page("findings by team", list("", "&group=team"), 100),
        page("a finding", finding, 100),
        page("free combination", list("cwe:79 -sev:info age:>90d team:team-003,team-004", ""), 500),
        page("free combination, negated", list("-owasp:A03 -team:team-001 seen:<400d", ""), 500),
        page("as of a year ago", list("as-of:2025-09-30", ""), 1_000),
        page("known at a step", list("known-at:40", ""), 1_000),
        page("posture as of a year ago", format!("/posture?q={}", http::encoded("as-of:2025-09-30")), 1_000),
    ])
}

/// The first address in a page that begins so.
fn link(page: &str, begins: &str) -> Option<String> {
    let at = page.find(&format!("href=\"{begins}"))? + "href=\"".len();
    Some(page[at..].split('"').next()?.replace("&amp;", "&"))
}

/// The address of the first link with such an attribute.
fn link_with(page: &str, attribute: &str) -> Option<String> {
    let at = page.find(attribute)?;
    let tag = &page[page[..at].rfind('<')?..];
    link(tag.split_inclusive('>').next()?, "")
}

/// Many users ask for a page for some seconds; prints how long they waited.
fn asked(server: &Server, client: &Client, page: &Page, seconds: u64, limit: u64) -> Result<()> {
    let until = Instant::now() + Duration::from_secs(seconds);
    let (waits, failed) = (Mutex::new(Vec::new()), AtomicUsize::new(0));
    std::thread::scope(|scope| {
        for _ in 0..USERS {
            scope.spawn(|| {
                let Ok(mut client) = client.again(server.port) else { return };
                let mut own = Vec::new();
                while own.is_empty() || Instant::now() < until {
                    match client.get(&page.path) {
                        Ok(answer) if answer.status == 200 => own.push(answer.took),
                        _ => {
                            failed.fetch_add(1, Ordering::Relaxed);
                            break;
                        }
                    }
                }
                if let Ok(mut waits) = waits.lock() {
                    waits.append(&mut own);
                }
            });
        }
    });
    let mut waits = waits.into_inner().unwrap_or_default();
    ensure!(failed.into_inner() == 0 && !waits.is_empty(), "{}: {} does not answer", page.name, page.path);
    waits.sort_unstable();
    let at = |share: usize| waits[(waits.len() * share / 100).min(waits.len() - 1)].as_secs_f64() * 1e3;
    let missed = if at(95) > limit as f64 { "  missed" } else { "" };
    println!("{:<34}{:>9}{:>9.1}{:>9.1}{:>9.1}  {limit}{missed}", page.name, waits.len(), at(50), at(95), at(100));
    Ok(())
}
