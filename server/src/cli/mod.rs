//! The command line. It acts on the database as a local operator, and is audited.

mod asset;
mod audit;
mod backup;
mod classify;
mod connector;
mod doctor;
mod explain;
mod feeds;
mod import;
mod inventory;
mod keys;
mod mapping;
mod metrics;
mod occurrences;
mod overrides;
mod publish;
mod retention;
mod run;
mod scan;
mod schedule;
mod serve;
mod source;
mod target;
mod user;

use crate::config::{Config, Flags};
use clap::{Parser, Subcommand};
use service::{Service, ServiceConfig};
use std::process::ExitCode;
use std::sync::Arc;

/// A security posture dashboard: imports what scanners export, keeps the books, and says where you stand.
#[derive(Parser, Debug)]
#[command(name = "postura", version, about, max_term_width = 100)]
struct Cli {
    #[command(flatten)]
    flags: Flags,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand, Debug)]
enum Command {
    /// Serve the pages and the API, and run the jobs.
    Serve(serve::Serve),
    /// Import scanners' exports.
    Import(import::Import),
    /// Define how files of other tools are read.
    Mapping(mapping::Mappings),
    /// Say which assets are one, and take them apart again.
    Asset(asset::Assets),
    /// See and change how the exports of a source are understood.
    Source(source::Sources),
    /// Connect scanners, and see what each can do.
    Connector(connector::Connectors),
    /// Say what may be scanned, and on whose word.
    Target(target::Targets),
    /// Say what is scanned when.
    Schedule(schedule::Schedules),
    /// See, start and stop scans.
    Run(run::Runs),
    /// Declare what assets there are, and what each is to the organisation.
    Inventory(inventory::Inventory),
    /// Take a scan out of the books, or put it back.
    Undo(scan::Undo),
    /// Read originals again with what the readers have learned since.
    Reparse(scan::Reparse),
    /// List occurrences.
    Occurrences(occurrences::Occurrences),
    /// Say why a finding is what it is.
    Explain(explain::Explain),
    /// Print a metric.
    Metrics(metrics::Metrics),
    /// Say to which OWASP category a weakness belongs, and why.
    Classify(classify::Classify),
    /// Load what is published about exploitation, out of files.
    Feeds(feeds::Feeds),
    /// Say where weaknesses belong, by rules.
    Override(overrides::Overrides),
    /// Say how long evidence and originals are kept, and take away what has expired.
    Retention(retention::Retention),
    /// Destroy a scan's content, for ever.
    Purge(retention::Purge),
    /// Publish a month, for ever.
    Publish(publish::Publish),
    /// Recompute everything from the inputs and compare it with the books.
    VerifyLedger(scan::VerifyLedger),
    /// Read the whole audit log and say whether anything in it was changed, taken away or cut off.
    VerifyAudit(audit::VerifyAudit),
    /// See and rotate the keys that seal.
    Keys(keys::Keys),
    /// Write everything that the database holds into one sealed file, while the program serves.
    Backup(backup::Backup),
    /// Take a backup back, into this database or another.
    Restore(backup::Restore),
    /// Manage the people who can sign in.
    User(user::User),
    /// Bring the database's tables up to date.
    Migrate,
    /// Check keys, files, database and books, and say what to do.
    Doctor,
}

/// Everything was done.
const DONE: u8 = 0;
/// Something failed; standard error says what.
const FAILED: u8 = 1;
/// Part of it was refused; the rest was done.
const REFUSED: u8 = 2;

/// Runs the program.
pub fn run() -> ExitCode {
    let cli = Cli::parse();
    let result = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(Into::into)
        .and_then(|runtime| runtime.block_on(command(cli)));
    match result {
        Ok(code) => ExitCode::from(code),
        // Whoever reads standard output may have seen enough: `postura occurrences | head`.
        Err(error) if is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("postura: {error:#}");
            ExitCode::from(FAILED)
        }
    }
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error.downcast_ref::<std::io::Error>().is_some_and(|error| error.kind() == std::io::ErrorKind::BrokenPipe)
}

async fn command(cli: Cli) -> anyhow::Result<u8> {
    let config = Config::load(&cli.flags)?;
    match cli.command {
        Command::Serve(command) => command.run(config).await,
        Command::Import(command) => booking(&config, async |service| command.run(service).await).await,
        Command::Mapping(command) => command.run(&open(&config).await?).await,
        Command::Asset(command) => command.run(&open(&config).await?).await,
        Command::Source(command) => command.run(&open(&config).await?).await,
        Command::Connector(command) => command.run(&open(&config).await?).await,
        Command::Target(command) => command.run(&open(&config).await?).await,
        Command::Schedule(command) => command.run(&open(&config).await?).await,
        Command::Run(command) => command.run(&open(&config).await?).await,
        Command::Inventory(command) => command.run(&open(&config).await?).await,
        Command::Undo(command) => booking(&config, async |service| command.run(service).await).await,
        Command::Reparse(command) => booking(&config, async |service| command.run(service).await).await,
        Command::Occurrences(command) => command.run(&open(&config).await?).await,
        Command::Explain(command) => command.run(&open(&config).await?).await,
        Command::Metrics(command) if command.explain => command.explained(),
        Command::Metrics(command) => command.run(&open(&config).await?).await,
        Command::Classify(command) => command.run(),
        Command::Feeds(command) => command.run(&open(&config).await?).await,
        Command::Override(command) => booking(&config, async |service| command.run(service).await).await,
        Command::Retention(command) => command.run(&open(&config).await?).await,
        Command::Purge(command) => command.run(&open(&config).await?).await,
        Command::Publish(command) => command.run(&open(&config).await?).await,
        Command::VerifyLedger(command) => command.run(&open(&config).await?).await,
        Command::VerifyAudit(command) => command.run(&open(&config).await?).await,
        Command::Keys(command) => command.run(&open(&config).await?).await,
        Command::Backup(command) => command.run(&open(&config).await?).await,
        Command::Restore(command) => command.run(&config).await,
        Command::User(command) => command.run(&open(&config).await?).await,
        Command::Migrate => {
            open(&config).await?;
            println!("The tables are up to date.");
            Ok(DONE)
        }
        Command::Doctor => doctor::run(&config).await,
    }
}

/// Opens the service on the configured database, creating a SQLite one where there is none.
async fn open(config: &Config) -> anyhow::Result<Arc<Service>> {
    Ok(Arc::new(Service::open(&service_config(config, false)).await?))
}

/// Does what may move many findings to other classes, and then what a server would do after it: nobody may serve this database.
async fn booking(config: &Config, run: impl AsyncFnOnce(&Arc<Service>) -> anyhow::Result<u8>) -> anyhow::Result<u8> {
    let service = open(config).await?;
    let code = run(&service).await?;
    service.catch_up().await?;
    Ok(code)
}

/// What of the configuration the service needs.
fn service_config(config: &Config, demo: bool) -> ServiceConfig {
    ServiceConfig {
        database_url: config.database_url.clone(),
        data_dir: config.data_dir.clone(),
        keys: Some(config.keys.clone()),
        zone: config.zone.clone(),
        demo,
        max_upload: config.max_upload,
        limits: config.limits,
        surroundings: config.surroundings.clone(),
        passwords: config.passwords,
        oidc: config.oidc.clone(),
        feeds: config.feeds.clone(),
    }
}
