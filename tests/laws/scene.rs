//! Random scenes: a small world in which everything that goes wrong in practice goes wrong often.

mod random;

pub use random::{scene, script, spots};

use model::facts::{AssetFacts, AssetKind, Place, RanThere};
use model::{Severity, Tool};
use std::collections::BTreeMap;

/// Six hours: coarse, so that many things happen at one instant.
pub const UNIT: i64 = 21_600_000_000;

/// Everything that may become known.
#[derive(Clone, Debug)]
pub struct Scene {
    pub inputs: Vec<Input>,
    /// When the head is read, in units.
    pub now: i64,
}

#[derive(Clone, Debug)]
pub enum Input {
    Scan(Scan),
    /// A person states the date of an undated scan (by its place among the inputs).
    Stated {
        scan: usize,
        at: i64,
    },
    Said(Said),
    /// Assets whose machine and tool are these belong to a team; a later rule outranks.
    Rule {
        tool: Tool,
        machine: usize,
        team: i64,
    },
    /// From then on the asset belongs to a team.
    Move {
        spot: Spot,
        at: i64,
        team: Option<i64>,
    },
    /// Two machines, as two sources see them, are one.
    Merge {
        tool: Tool,
        one: (usize, usize),
        other: (usize, usize),
    },
    /// What a scanner's rule found is so severe from then on, or of another category; anywhere, or on this machine alone.
    Ruled {
        tool: Tool,
        rule: usize,
        here: bool,
        at: i64,
        severity: Option<Severity>,
    },
    /// A source's exports are understood otherwise.
    Setting {
        source: usize,
        what: Setting,
    },
}

/// What is said of a source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Setting {
    /// `localhost:8080` is the shop's staging.
    Alias,
    /// Its addresses are another network's.
    Space,
    /// It asks for the other grade of proof.
    Closing,
}

/// How a source's exports are understood.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reading {
    pub alias: bool,
    pub space: bool,
    pub closing: bool,
}

impl Reading {
    /// All that decide identities.
    pub fn all() -> impl Iterator<Item = Self> {
        (0..4u8).map(|n| Self { alias: n & 1 == 1, space: n & 2 == 2, closing: false })
    }

    /// The reading with another word on it.
    pub fn with(self, what: Setting) -> Self {
        match what {
            Setting::Alias => Self { alias: true, ..self },
            Setting::Space => Self { space: true, ..self },
            Setting::Closing => Self { closing: true, ..self },
        }
    }

    pub fn space(self) -> &'static str {
        if self.space { "lab" } else { "office" }
    }

    /// Whether only the stronger grade closes.
    pub fn only_strong(self, source: usize) -> bool {
        (source == 1) != self.closing
    }

    pub fn aliases(self) -> Vec<model::TargetAlias> {
        let alias = "localhost:8080=Shop Staging".parse().unwrap();
        if self.alias { vec![alias] } else { Vec::new() }
    }
}

#[derive(Clone, Debug)]
pub struct Scan {
    pub source: usize,
    pub tool: Tool,
    pub series: usize,
    pub at: i64,
    pub dated: bool,
    pub hash: u8,
    pub incomplete: bool,
    pub plugins: Option<Vec<u32>>,
    pub ports: Option<&'static str>,
    pub active_proven: bool,
    pub active_rules: Vec<u32>,
    pub whole: bool,
    pub told: Option<Told>,
    pub hosts: Vec<Host>,
    pub title: u8,
}

/// What a scanner tells of what ran where.
#[derive(Clone, Debug)]
pub struct Told {
    pub rules: Option<Vec<&'static str>>,
    /// Machines, and which of the two pages that the places are on.
    pub visited: Option<Vec<(usize, usize)>>,
}

/// The two pages, as coverage has them.
pub const PAGES: [&str; 2] = ["/item/{n}?x", "/file/{uuid}"];

impl Scan {
    /// What the scanner tells, in the product's words.
    pub fn ran_there(&self) -> Option<RanThere> {
        let told = self.told.as_ref()?;
        let visited = told.visited.as_ref().map(|visited| {
            let mut all: BTreeMap<String, Vec<String>> = BTreeMap::new();
            for (machine, page) in visited {
                let origin = if *machine < 2 { "https://shop.example" } else { "http://localhost:8080" };
                all.entry(origin.to_owned()).or_default().push(PAGES[*page].to_owned());
            }
            for pages in all.values_mut() {
                pages.sort_unstable();
                pages.dedup();
            }
            all
        });
        let rules = told.rules.as_ref().map(|rules| rules.iter().map(|rule| (*rule).to_owned()).collect());
        Some(RanThere { rules, visited, ..RanThere::default() })
    }
}

#[derive(Clone, Debug)]
pub struct Host {
    pub machine: usize,
    /// How much earlier than the scan's end the scanner finished with the host.
    pub lag: i64,
    pub reached: bool,
    pub signed_in: Option<bool>,
    pub passed: bool,
    pub rows: Vec<Row>,
}

#[derive(Clone, Debug)]
pub struct Row {
    pub rule: usize,
    pub place: usize,
    pub severity: Severity,
    pub serial: u8,
}

/// An occurrence as a person points at it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Spot {
    pub source: usize,
    pub tool: Tool,
    pub machine: usize,
    pub rule: usize,
    pub place: usize,
}

#[derive(Clone, Debug)]
pub struct Said {
    pub spot: Spot,
    pub at: i64,
    pub what: What,
}

#[derive(Clone, Debug)]
pub enum What {
    Confirm,
    Start,
    Claim,
    Reset,
    FalsePositive,
    Accepted(i64),
    Duplicate(Spot),
    Retired,
    ByHand,
    Clear,
    Team(Option<i64>),
    Person(Option<i64>),
    Due(Option<i32>),
    Comment,
}

pub const COMPLIANCE: &str = "21156/check-1";
/// The rule, the protocol and the port of what a host that passed is also said to be fixed.
pub const FIXED: (&str, &str, u16) = ("200", "tcp", 443);
const UUID_PATH: &str = "/file/6f9619ff-8b86-d011-b42d-00cf4fc964ff";
const OTHER_UUID_PATH: &str = "/file/0d1a2b3c-4d5e-6f70-8192-a3b4c5d6e7f8";

/// What an export says of a host beside its rows, as the product keeps it.
pub fn passed(host: &Host) -> Vec<String> {
    let (rule, protocol, port) = FIXED;
    if host.passed { vec![COMPLIANCE.to_owned(), format!("fixed {rule} {protocol}/{port}")] } else { Vec::new() }
}

/// The rule ids of a tool.
pub fn rule(tool: Tool, rule: usize) -> &'static str {
    match tool {
        Tool::Nessus => ["100", "200", "300", COMPLIANCE][rule],
        Tool::Zap => ["10038-1", "10094-1", "40012", "99999"][rule],
        Tool::Burp => ["1049088", "2097920", "134217728/One", "134217728/Two"][rule],
        Tool::Other => ["lint/a", "lint/b", "prove/a", "prove/b"][rule],
    }
}

/// A place of a tool. Some are one place in other words.
pub fn place(tool: Tool, place: usize) -> Place {
    let port =
        |protocol: &str, port, service: &str| Place::Port { protocol: protocol.into(), port, service: service.into() };
    let request = |method: &str, target: &str| Place::Request {
        method: method.into(),
        target: target.into(),
        parameter: "q".into(),
    };
    let insertion = |path: &str, point: &str| Place::Insertion { path: path.into(), point: point.into() };
    let code =
        |path: &str, line, fingerprint: &str| Place::Code { path: path.into(), line, fingerprint: fingerprint.into() };
    match (tool, place) {
        (Tool::Nessus, 0) => port("tcp", 0, "general"),
        (Tool::Nessus, 1) => port("tcp", 443, "www"),
        (Tool::Nessus, 2) => port("tcp", 443, "https?"),
        (Tool::Nessus, _) => port("udp", 53, "dns"),
        (Tool::Zap, 0) => request("GET", "/item/1?x=2"),
        (Tool::Zap, 1) => request("GET", "/item/22?x=77"),
        (Tool::Zap, 2) => request("GET", UUID_PATH),
        (Tool::Zap, _) => request("get", OTHER_UUID_PATH),
        (Tool::Burp, 0 | 1) => insertion("/login", "user parameter"),
        (Tool::Burp, _) => insertion("/login", ""),
        (Tool::Other, 0) => code("src/a.rs", 7, ""),
        (Tool::Other, 1) => code("src/a.rs", 9, "f00d"),
        (Tool::Other, 2) => code("src/a.rs", 12, "f00d"),
        (Tool::Other, _) => code("src/b.rs", 7, ""),
    }
}

/// What a machine says of itself. Machines share names, which must not make them one.
pub fn machine(tool: Tool, machine: usize) -> AssetFacts {
    let host = |ip: &str, agent: Option<&str>| AssetFacts {
        kind: AssetKind::Host,
        name: ip.into(),
        ip: Some(ip.into()),
        fqdn: Some("shared.example".into()),
        agent_uuid: agent.map(str::to_owned),
        ..AssetFacts::default()
    };
    let origin = |name: &str| AssetFacts { kind: AssetKind::Origin, name: name.into(), ..AssetFacts::default() };
    match (tool, machine) {
        (Tool::Nessus, 0) => host("10.0.0.1", None),
        (Tool::Nessus, 1) => host("10.0.0.2", None),
        (Tool::Nessus, _) => host("10.0.0.1", Some("ab12")),
        (_, 0) => origin("https://shop.example:443"),
        (_, 1) => origin("https://SHOP.example"),
        (_, _) => origin("http://localhost:8080"),
    }
}
