//! A scanner in memory, and the knobs by which it is disturbed.

use async_trait::async_trait;
use model::Micros;
use model::scanner::{Capability, ConnectorKind, FaultCode, Phase, Stage};
use scanners::http::Certificate;
use scanners::{
    Config, Connector, Exported, Fault, Found, Halt, Nature, Order, Output, PastRun, Probe, Progress, Remote,
    RemoteScan, RunKey,
};
use service::runs::Connections;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// What the scanner knows.
#[derive(Default)]
pub struct Memory {
    /// How often each run was launched, by its key.
    pub launches: BTreeMap<String, u32>,
    /// How many polls are left until each is done.
    pub left: BTreeMap<String, u32>,
    /// Runs that were told to stop.
    pub stopped: Vec<String>,
    /// Scans that it ran by itself: name, and when it ended.
    pub own: Vec<(String, Micros)>,
    /// What was asked last.
    pub asked: Option<Order>,
    /// What the next export holds.
    pub result: Vec<u8>,
}

/// How the scanner is disturbed.
#[derive(Clone, Debug)]
pub struct Knobs {
    /// What it can do.
    pub can: Capability,
    /// Whether it can be asked about a launch.
    pub can_be_asked: bool,
    /// It launches, and the answer is lost.
    pub launch_unclear: bool,
    /// Every call ends in this.
    pub fault: Option<FaultCode>,
    /// Only polls end in this.
    pub poll_fault: Option<FaultCode>,
    /// How many polls a scan takes.
    pub polls: u32,
    /// The phase in which it ends.
    pub ends: Phase,
    /// The export ends before its end.
    pub partial: bool,
    /// The certificate that it shows.
    pub certificate: Option<Certificate>,
}

impl Default for Knobs {
    fn default() -> Self {
        Self {
            can: Capability::Launch,
            can_be_asked: true,
            launch_unclear: false,
            fault: None,
            poll_fault: None,
            polls: 2,
            ends: Phase::Done,
            partial: false,
            certificate: None,
        }
    }
}

/// The scanner.
#[derive(Clone, Default)]
pub struct Fake {
    pub memory: Arc<Mutex<Memory>>,
    pub knobs: Arc<Mutex<Knobs>>,
}

impl Fake {
    pub fn set(&self, change: impl FnOnce(&mut Knobs)) {
        change(&mut self.knobs.lock().unwrap());
    }

    pub fn launches(&self) -> u32 {
        self.memory.lock().unwrap().launches.values().sum()
    }

    /// Every call is a place to die at.
    async fn call(&self) -> Result<Knobs, Fault> {
        tokio::task::yield_now().await;
        let knobs = self.knobs.lock().unwrap().clone();
        match knobs.fault {
            Some(code) => Err(Fault::new(code, "")),
            None => Ok(knobs),
        }
    }
}

impl Connections for Fake {
    fn connect(&self, _: &Config) -> Result<Box<dyn Connector>, Fault> {
        Ok(Box::new(self.clone()))
    }
}

fn key(remote: &Remote) -> String {
    remote.as_str().to_owned()
}

#[async_trait]
impl Connector for Fake {
    fn kind(&self) -> ConnectorKind {
        ConnectorKind::Zap
    }

    fn nature(&self) -> Nature {
        Nature {
            can_be_asked: self.knobs.lock().unwrap().can_be_asked,
            can_cancel: true,
            at_a_time: None,
            poll: Duration::from_secs(5),
            in_process: false,
        }
    }

    fn certificate(&self) -> Option<Certificate> {
        self.knobs.lock().unwrap().certificate.clone()
    }

    async fn probe(&self, _: Micros) -> Result<Probe, Fault> {
        let knobs = self.call().await?;
        Ok(Probe {
            can: knobs.can,
            product: "Fake".to_owned(),
            version: "1".to_owned(),
            licence: String::new(),
            licence_ends: None,
            parts: Vec::new(),
            choices: vec![("7".to_owned(), "Quick".to_owned())],
            clock_ahead: None,
            notes: Vec::new(),
        })
    }

    async fn launch(&self, order: &Order) -> Result<Remote, Fault> {
        let knobs = self.call().await?;
        let key = order.key.as_str().to_owned();
        {
            let mut memory = self.memory.lock().unwrap();
            *memory.launches.entry(key.clone()).or_default() += 1;
            memory.left.insert(key.clone(), knobs.polls);
            memory.asked = Some(order.clone());
        }
        tokio::task::yield_now().await;
        if knobs.launch_unclear {
            return Err(Fault::uncertain(FaultCode::NoAnswer, ""));
        }
        Ok(Remote::stored(key))
    }

    async fn find(&self, key: &RunKey) -> Result<Found, Fault> {
        let knobs = self.call().await?;
        if !knobs.can_be_asked {
            return Ok(Found::CannotTell);
        }
        let known = self.memory.lock().unwrap().launches.contains_key(key.as_str());
        Ok(if known { Found::Launched(Remote::stored(key.as_str().to_owned())) } else { Found::NotLaunched })
    }

    async fn advance(&self, _: &Order, remote: &Remote) -> Result<Progress, Fault> {
        let knobs = self.call().await?;
        if let Some(code) = knobs.poll_fault {
            return Err(Fault::new(code, ""));
        }
        let mut memory = self.memory.lock().unwrap();
        let stopped = memory.stopped.contains(&key(remote));
        let left = memory.left.get_mut(remote.as_str()).ok_or_else(|| Fault::new(FaultCode::Gone, ""))?;
        let phase = match (stopped, *left) {
            (true, _) => Phase::Canceled,
            (_, 0) => knobs.ends,
            _ => Phase::Running,
        };
        *left = left.saturating_sub(1);
        let percent = u8::try_from(100 - (*left * 100 / knobs.polls.max(1)).min(100)).unwrap();
        Ok(Progress { phase, stage: Stage::Active, percent: Some(percent), lines: Vec::new(), remote: None })
    }

    async fn cancel(&self, remote: &Remote) -> Result<Halt, Fault> {
        self.call().await?;
        self.memory.lock().unwrap().stopped.push(key(remote));
        Ok(Halt::Asked)
    }

    async fn export(&self, _: &Remote, output: &mut Output<'_>) -> Result<Exported, Fault> {
        let knobs = self.call().await?;
        let result = self.memory.lock().unwrap().result.clone();
        for piece in result.chunks(1_000) {
            output.write(piece).await?;
        }
        let bytes = output.written();
        Ok(Exported { bytes, name: "result.json".to_owned(), partial: knobs.partial, ..Exported::default() })
    }

    async fn scans(&self) -> Result<Vec<RemoteScan>, Fault> {
        self.call().await?;
        Ok(vec![RemoteScan { id: "1".to_owned(), name: "weekly".to_owned(), phase: None, changed_at: None }])
    }

    async fn history(&self, _: &str, _: Micros) -> Result<Vec<PastRun>, Fault> {
        self.call().await?;
        let own = self.memory.lock().unwrap().own.clone();
        let run = |(name, at): (String, Micros)| PastRun {
            remote: Remote::stored(name.clone()),
            name,
            phase: Phase::Done,
            started_at: None,
            finished_at: Some(at),
        };
        Ok(own.into_iter().map(run).collect())
    }
}
