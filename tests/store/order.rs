//! Order-free: whatever the order of imports, undos and redos, the same inputs give the same projection.

use crate::scans::{Finding, Host, Scan, nessus};
use crate::world::{World, at};
use model::facts::ScanCoverage;
use model::{ScanId, Severity, Tool};

/// A small generator, so that a failing scene can be run again by its seed.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) % sides
    }

    fn shuffled<T: Clone>(&mut self, items: &[T]) -> Vec<T> {
        let mut items = items.to_vec();
        for last in (1..items.len()).rev() {
            items.swap(last, usize::try_from(self.roll(last as u64 + 1)).unwrap());
        }
        items
    }
}

/// Scans over a few hosts, rules and ports, some at the same instant, some of other series, tools and wordings.
fn scene(dice: &mut Dice) -> Vec<Scan> {
    (0..9).map(|number| scan(dice, number)).collect()
}

fn scan(dice: &mut Dice, number: u64) -> Scan {
    let day = i64::try_from(dice.roll(6)).unwrap();
    let mut scan = nessus(&format!("scan {number}"), at(day, 0), Vec::new());
    if dice.roll(3) == 0 {
        scan.tool = Tool::Zap;
        scan.name = String::new();
        scan.coverage = ScanCoverage { active_proven: true, ..ScanCoverage::default() };
    } else if dice.roll(3) == 0 {
        scan.name = "other".to_owned();
        scan.coverage.plugin_set = None;
    }
    scan.wording = ["plain", "longer", "inventory"][usize::try_from(dice.roll(3)).unwrap()].to_owned();
    for name in ["one", "two", "three"] {
        if dice.roll(3) > 0 {
            scan.hosts.push(some_host(dice, scan.tool, name));
        }
    }
    scan
}

fn some_host(dice: &mut Dice, tool: Tool, name: &str) -> Host {
    let rules = if tool == Tool::Zap { ["40012", "10038", "10020-1"] } else { ["1", "2", "99"] };
    let mut rows = Vec::new();
    for _ in 0..dice.roll(5) {
        rows.push(Finding {
            rule: rules[usize::try_from(dice.roll(3)).unwrap()].to_owned(),
            port: u16::try_from(dice.roll(2) * 80).unwrap(),
            severity: [Severity::Low, Severity::High][usize::try_from(dice.roll(2)).unwrap()],
            evidence: format!("{}", dice.roll(4)),
        });
    }
    let fqdn = (dice.roll(2) == 0).then(|| format!("{name}.team{}.example", dice.roll(2)));
    let name = if tool == Tool::Zap { format!("https://{name}.example") } else { name.to_owned() };
    Host { name, fqdn, reached: dice.roll(5) > 0, rows }
}

tests::on_both! {
    async fn any_order_gives_the_same(engine: Engine) {
        for seed in 1..=8u64 {
            let mut dice = Dice(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15));
            let scans = scene(&mut dice);
            let world = played(engine, &mut dice, &scans, false).await;
            let expected = world.projection().await;
            world.assert_sound().await;
            let again = played(engine, &mut dice, &scans, true).await;
            again.assert_sound().await;
            let found = again.projection().await;
            let gone: Vec<_> = expected.iter().filter(|line| !found.contains(line)).collect();
            let new: Vec<_> = found.iter().filter(|line| !expected.contains(line)).collect();
            assert!(gone.is_empty() && new.is_empty(), "seed {seed}: {gone:#?} became {new:#?}");
            world.store.close().await;
            again.store.close().await;
        }
    }
}

/// Imports the scans in time order, or shuffled with undos and redos between.
async fn played(engine: tests::support::Engine, dice: &mut Dice, scans: &[Scan], shuffled: bool) -> World {
    let world = World::new(engine).await;
    let teams = [world.team("zero").await, world.team("one").await];
    for (team, pattern) in teams.into_iter().zip(["*.team0.*", "*.team1.*"]) {
        world.store.ownership_rule_add(team, pattern, None, world.now()).await.unwrap();
    }
    if !shuffled {
        let mut ordered = scans.to_vec();
        ordered.sort_by_key(|scan| scan.at);
        for scan in ordered {
            world.import(&scan).await;
        }
        return world;
    }
    let mut in_force: Vec<(ScanId, bool)> = Vec::new();
    for scan in dice.shuffled(scans) {
        let effect = world.import(&scan).await;
        in_force.push((effect.scan, true));
        let chosen = usize::try_from(dice.roll(in_force.len() as u64)).unwrap();
        if dice.roll(2) == 0 {
            toggle(&world, &mut in_force[chosen]).await;
        }
    }
    for scan in &mut in_force {
        if !scan.1 {
            toggle(&world, scan).await;
        }
    }
    world
}

async fn toggle(world: &World, scan: &mut (ScanId, bool)) {
    let undone = if scan.1 {
        world.store.scan_undo(scan.0, None, world.now()).await.unwrap()
    } else {
        world.store.scan_redo(scan.0, None, world.now()).await.unwrap()
    };
    assert!(undone.step.is_some());
    scan.1 = !scan.1;
}
