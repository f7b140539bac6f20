//! Connectors of fakes, and runs driven from their beginning to their end.

use fakes::Identity;
use model::Micros;
use model::scanner::{ConnectorKind, FaultCode, Intensity, Phase};
use scanners::http::{Certificate, Client, Door, Patience, Resolve};
use scanners::{
    Config, Connector, Exported, Fault, Order, Output, Remote, RunKey, Secret, Settings, Surroundings, Trust, connect,
};
use std::collections::BTreeSet;
use std::io;
use std::net::IpAddr;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::Duration;
use zeroize::Zeroizing;

/// Now, for whom it matters.
pub const NOW: Micros = Micros(1_795_000_000_000_000);

/// Waits that are short enough for a test.
pub const SHORT: Patience = Patience {
    connect: Duration::from_secs(5),
    answer: Duration::from_millis(800),
    idle: Duration::from_millis(400),
    body: Duration::from_millis(1500),
};

/// A resolver that knows a few names.
pub struct Names(pub Vec<(&'static str, Vec<IpAddr>)>);

#[async_trait::async_trait]
impl Resolve for Names {
    async fn resolve(&self, host: &str) -> io::Result<Vec<IpAddr>> {
        let known = self.0.iter().find(|(name, _)| *name == host);
        known.map(|(_, addresses)| addresses.clone()).ok_or_else(|| io::Error::other("no such name"))
    }
}

pub fn loopback() -> BTreeSet<IpAddr> {
    ["127.0.0.1".parse().unwrap()].into()
}

pub fn door() -> Door {
    let local = vec!["127.0.0.1".parse().unwrap()];
    Door::new(Arc::new(Names(vec![("localhost", local)])), SHORT)
}

pub fn surroundings() -> Surroundings {
    Surroundings { door: door(), ..Surroundings::default() }
}

pub fn key(text: &str) -> Secret {
    Secret::Key(Zeroizing::new(text.to_owned()))
}

pub fn pinned(identity: &Identity) -> Trust {
    Trust::Pinned(Certificate::of(identity.der()).fingerprint)
}

pub fn client(url: &str, trust: &Trust) -> Client {
    Client::new(door(), url, loopback(), trust).unwrap()
}

/// A connector of that kind for a fake on loopback.
pub fn connector(
    kind: ConnectorKind,
    address: &str,
    secret: Secret,
    trust: Trust,
    settings: Settings,
) -> Box<dyn Connector> {
    connector_in(&surroundings(), kind, address, secret, trust, settings)
}

pub fn connector_in(
    surroundings: &Surroundings,
    kind: ConnectorKind,
    address: &str,
    secret: Secret,
    trust: Trust,
    settings: Settings,
) -> Box<dyn Connector> {
    let config = Config { kind, address: address.to_owned(), confirmed: loopback(), secret, trust, settings };
    connect(&config, surroundings).unwrap()
}

pub fn order(run: &str, targets: &[&str]) -> Order {
    Order {
        key: RunKey::new(run).unwrap(),
        name: "Every Monday".to_owned(),
        targets: targets.iter().map(|target| (*target).to_owned()).collect(),
        since: None,
        exclude: Vec::new(),
        intensity: Intensity::Normal,
        choice: None,
        rules: Vec::new(),
        login: None,
        time_limit: Duration::from_secs(3600),
    }
}

/// Polls a run to its end, keeping what is to be stored; the phase it ends in and the stages it went through.
pub async fn followed(
    connector: &dyn Connector,
    order: &Order,
    remote: &mut Remote,
) -> Result<(Phase, Vec<String>), Fault> {
    let mut stages: Vec<String> = Vec::new();
    let mut before = 0;
    for _ in 0..200 {
        let progress = connector.advance(order, remote).await?;
        if let Some(new) = progress.remote {
            *remote = new;
        }
        if stages.last().is_none_or(|last| last != progress.stage.word()) {
            stages.push(progress.stage.word().to_owned());
        }
        if let Some(percent) = progress.percent {
            assert!(percent >= before, "progress goes back from {before} to {percent}");
            before = percent;
        }
        if progress.phase.is_over() {
            return Ok((progress.phase, stages));
        }
    }
    panic!("the run does not end: {stages:?}");
}

/// Fetches a result.
pub async fn exported(connector: &dyn Connector, remote: &Remote) -> Result<(Exported, Vec<u8>), Fault> {
    let mut bytes = Vec::new();
    let exported = connector.export(remote, &mut Output::new(&mut bytes, 50 << 20)).await?;
    assert_eq!(exported.bytes, bytes.len() as u64);
    Ok((exported, bytes))
}

/// The code of the fault that something ends in.
pub fn code<T>(result: Result<T, Fault>) -> FaultCode {
    match result {
        Ok(_) => panic!("there was no fault"),
        Err(fault) => fault.code,
    }
}

#[derive(Default)]
struct Rows(Vec<model::facts::Row>);

impl ingest::Sink for Rows {
    fn row(&mut self, row: model::facts::Row) -> ControlFlow<()> {
        self.0.push(row);
        ControlFlow::Continue(())
    }

    fn quarantined(&mut self, quarantined: ingest::Quarantined) -> ControlFlow<()> {
        panic!("a row was quarantined: {quarantined:?}");
    }
}

/// What the importer reads out of a result: the rules of its rows, sorted, and the names of its assets.
pub fn imported(bytes: &[u8]) -> (Vec<String>, Vec<String>) {
    let mut rows = Rows::default();
    let parsed = ingest::parse(&mut { bytes }, &ingest::Options::default(), &mut rows).unwrap();
    let rule = |row: &model::facts::Row| parsed.weaknesses[row.weakness as usize].rule.clone();
    let mut rules: Vec<String> = rows.0.iter().map(rule).collect();
    rules.sort();
    (rules, parsed.assets.into_iter().map(|asset| asset.facts.name).collect())
}
