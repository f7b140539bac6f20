//! How scenes are drawn: random histories of what scanners, people and files may do.

use super::*;
use proptest::prelude::*;

prop_compose! {
    fn row()(rule in 0..4usize, place in 0..4usize, severity in 0..5i16, serial in 0..4u8) -> Row {
        Row { rule, place, severity: Severity::from_number(severity).unwrap(), serial }
    }
}

prop_compose! {
    fn host()(
        machine in prop_oneof![3 => Just(0usize), 1 => 1..3usize],
        lag in prop_oneof![3 => Just(0i64), 1 => Just(1i64)],
        reached in prop::bool::weighted(0.9),
        signed_in in prop_oneof![3 => Just(Some(true)), 1 => Just(Some(false)), 1 => Just(None)],
        passed in any::<bool>(),
        rows in prop::collection::vec(row(), 0..4),
    ) -> Host {
        Host { machine, lag, reached, signed_in, passed, rows }
    }
}

prop_compose! {
    fn told()(
        rules in prop_oneof![
            1 => Just(None),
            2 => Just(Some(vec!["10038", "40012", "99999", "lint/a", "prove/a", "prove/b"])),
            1 => Just(Some(vec!["10094", "40012", "lint/b"])),
        ],
        visited in prop::option::weighted(0.8, prop::collection::vec((0..3usize, 0..2usize), 0..4)),
    ) -> Told {
        Told { rules, visited }
    }
}

fn tool() -> impl Strategy<Value = Tool> {
    prop_oneof![2 => Just(Tool::Nessus), 2 => Just(Tool::Zap), 2 => Just(Tool::Burp), 1 => Just(Tool::Other)]
}

prop_compose! {
    fn scan(only: Option<Tool>)(
        source in prop_oneof![4 => Just(0usize), 1 => Just(1usize)],
        tool in tool().prop_map(move |t| only.unwrap_or(t)),
        series in prop_oneof![3 => Just(0usize), 1 => Just(1usize)],
        at in 1..10i64,
        (dated, incomplete, active_proven, whole) in
            (prop::bool::weighted(0.85), prop::bool::weighted(0.1), any::<bool>(), prop::bool::weighted(0.7)),
        plugins in prop_oneof![
            2 => Just(None),
            2 => Just(Some(vec![100, 200, 300])),
            1 => Just(Some(vec![200])),
        ],
        ports in prop_oneof![Just(None), Just(Some("1-1024")), Just(Some("default")), Just(Some("T:443,U:53"))],
        active_rules in prop_oneof![3 => Just(vec![]), 1 => Just(vec![40012]), 1 => Just(vec![40012, 99999])],
        told in prop::option::weighted(0.3, told()),
        hosts in prop::collection::vec(host(), 0..3),
        title in 0..3u8,
    ) -> Scan {
        let mut hosts: Vec<Host> = hosts;
        let same = |a: usize, b: usize| a == b || (tool != Tool::Nessus && a < 2 && b < 2);
        let mut kept: Vec<Host> = Vec::new();
        for host in hosts.drain(..) {
            if !kept.iter().any(|k| same(k.machine, host.machine)) {
                kept.push(host);
            }
        }
        Scan {
            source, tool, series, at, dated, hash: 0, incomplete, plugins, ports, active_proven, active_rules, whole,
            told: told.filter(|_| matches!(tool, Tool::Zap | Tool::Other)), hosts: kept, title,
        }
    }
}

prop_compose! {
    fn spot(only: Option<Tool>)(
        source in prop_oneof![4 => Just(0usize), 1 => Just(1usize)],
        tool in tool().prop_map(move |t| only.unwrap_or(t)),
        machine in prop_oneof![3 => Just(0usize), 1 => 1..3usize],
        rule in 0..4usize,
        place in 0..4usize,
    ) -> Spot {
        Spot { source, tool, machine, rule, place }
    }
}

fn team() -> impl Strategy<Value = Option<i64>> {
    prop_oneof![3 => (1..4i64).prop_map(Some), 1 => Just(None)]
}

fn what(only: Option<Tool>) -> impl Strategy<Value = What> {
    prop_oneof![
        2 => Just(What::Confirm),
        1 => Just(What::Start),
        3 => Just(What::Claim),
        1 => Just(What::Reset),
        2 => Just(What::FalsePositive),
        3 => (0..14i64).prop_map(What::Accepted),
        1 => spot(only).prop_map(What::Duplicate),
        2 => Just(What::Retired),
        2 => Just(What::ByHand),
        2 => Just(What::Clear),
        2 => team().prop_map(What::Team),
        1 => prop::option::of(1..3i64).prop_map(What::Person),
        1 => prop::option::of(1..3i32).prop_map(What::Due),
        1 => Just(What::Comment),
    ]
}

fn input(only: Option<Tool>) -> impl Strategy<Value = Input> {
    prop_oneof![
        10 => scan(only).prop_map(Input::Scan),
        1 => (0..8usize, 1..10i64).prop_map(|(scan, at)| Input::Stated { scan, at }),
        9 => (spot(only), 0..11i64, what(only)).prop_map(|(spot, at, what)| Input::Said(Said { spot, at, what })),
        1 => (spot(only), 1..4i64).prop_map(|(s, team)| Input::Rule { tool: s.tool, machine: s.machine, team }),
        1 => (spot(only), 1..10i64, team()).prop_map(|(spot, at, team)| Input::Move { spot, at, team }),
        2 => (spot(only), 0..2usize, 1..3usize).prop_map(|(one, source, step)| Input::Merge {
            tool: one.tool,
            one: (one.source, one.machine),
            other: (source, (one.machine + step) % 3),
        }),
        2 => (spot(only), 0..11i64, any::<bool>(), prop::option::weighted(0.6, 0..5i16)).prop_map(
            |(Spot { tool, rule, .. }, at, here, severity)| Input::Ruled {
                tool, rule, here, at, severity: severity.and_then(Severity::from_number),
            }
        ),
        1 => (0..2usize, prop_oneof![Just(Setting::Alias), Just(Setting::Space), Just(Setting::Closing)])
            .prop_map(|(source, what)| Input::Setting { source, what }),
    ]
}

/// A scene; half of them of one tool only, so that histories get long.
pub fn scene() -> impl Strategy<Value = Scene> {
    let of = |only| prop::collection::vec(input(only), 1..16);
    let inputs = prop_oneof![
        2 => of(Some(Tool::Nessus)),
        2 => of(Some(Tool::Zap)),
        2 => of(Some(Tool::Burp)),
        2 => of(None),
    ];
    (inputs, 4..16i64, any::<bool>(), any::<bool>()).prop_map(|(mut inputs, now, copy, calm)| {
        if calm {
            inputs.iter_mut().enumerate().filter(|(i, _)| i % 4 != 3).for_each(|(_, input)| settle(input));
        }
        tidy(inputs, now, copy)
    })
}

/// Most scans of a calm scene look at one machine and cover it, so that things close and come back.
fn settle(input: &mut Input) {
    let Input::Scan(scan) = input else { return };
    (scan.source, scan.series, scan.dated, scan.incomplete) = (0, 0, true, false);
    (scan.active_proven, scan.whole, scan.ports) = (true, true, Some("T:443,U:53"));
    (scan.active_rules, scan.plugins) = (vec![], Some(vec![100, 200, 300]));
    if scan.hosts.is_empty() {
        scan.hosts.push(Host { machine: 0, lag: 0, reached: true, signed_in: None, passed: true, rows: Vec::new() });
    }
    scan.hosts.truncate(1);
    for host in &mut scan.hosts {
        (host.machine, host.reached, host.signed_in, host.passed) = (0, true, Some(true), true);
        host.rows.truncate(2);
        for row in &mut host.rows {
            (row.rule, row.place) = (row.rule / 2, row.place / 2);
        }
    }
}

/// Makes a scene whole: exports get their hashes, some export reaches two sources, decisions point at what scans saw.
fn tidy(mut inputs: Vec<Input>, now: i64, copy: bool) -> Scene {
    for (i, input) in (0u8..).zip(&mut inputs) {
        if let Input::Scan(scan) = input {
            scan.hash = i;
        }
    }
    let first = inputs.iter().find_map(|i| if let Input::Scan(scan) = i { Some(scan.clone()) } else { None });
    if let (true, Some(mut scan)) = (copy, first) {
        scan.source = 1 - scan.source;
        inputs.push(Input::Scan(scan));
    }
    let seen: Vec<Spot> = inputs.iter().flat_map(spots).collect();
    let point = |spot: &mut Spot| {
        if !seen.is_empty() && !seen.contains(spot) {
            *spot = seen[(spot.machine + spot.rule * 3 + spot.place * 12) % seen.len()].clone();
        }
    };
    for input in &mut inputs {
        match input {
            Input::Said(said) => {
                point(&mut said.spot);
                if let What::Duplicate(of) = &mut said.what {
                    point(of);
                }
            }
            Input::Move { spot, .. } => point(spot),
            _ => {}
        }
    }
    Scene { inputs, now }
}

/// What a scan saw, as a person would point at it.
pub fn spots(input: &Input) -> Vec<Spot> {
    let Input::Scan(scan) = input else { return Vec::new() };
    let Scan { source, tool, .. } = *scan;
    let of = |host: &Host| {
        let machine = host.machine;
        host.rows
            .iter()
            .map(move |row| Spot { source, tool, machine, rule: row.rule, place: row.place })
            .collect::<Vec<_>>()
    };
    scan.hosts.iter().flat_map(of).collect()
}

/// An order in which a scene becomes known: which input is learned or, if it is known, withdrawn. Two scripts of one
/// scene with the same `ends` end with the same inputs in force, however much was undone and redone on the way.
pub fn script(ends: &[bool], pairs: &[bool], order: &[u16]) -> Vec<usize> {
    let mut toggles: Vec<(u16, usize)> = Vec::new();
    for (i, ((end, pair), order)) in ends.iter().zip(pairs).zip(order.chunks(3)).enumerate() {
        let times = usize::from(*end) + if *pair { 2 } else { 0 };
        toggles.extend(order.iter().take(times).map(|o| (*o, i)));
    }
    toggles.sort_unstable();
    toggles.into_iter().map(|(_, i)| i).collect()
}
