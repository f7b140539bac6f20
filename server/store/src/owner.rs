//! Who owns an asset: derived from the ownership rules and the names under which it is known.
//!
//! The rules are the input, and above them the team that the inventory names. An asset's owner at an instant is that team, else
//! the team of the highest rule in force then that matches its names; the first owner is knowledge and reaches back, a later change of the rules is dated. Names are those of the head,
//! so the order of imports does not matter. `asset_owner`, `asset.team_id` and `asset.team_rule` keep what was derived.

use crate::db::Tx;
use crate::dialect::bulk::{self, Rows};
use crate::error::{Error, Result};
use crate::import::Effects;
use crate::ledger::load::tool_of;
use crate::ledger::{Unit, recompute_units};
use crate::step::{self, StepKind, Taken};
use crate::value::Value;
use crate::{Store, binds};
use model::facts::AssetFacts;
use model::{Micros, TeamId, UserId};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Assets derived at a time.
const BATCH: usize = 1000;

crate::sql::statements! {
    RULES = "SELECT id, team_id, pattern, rank, created_at, removed_at FROM ownership_rule";
    ADD_RULE = "INSERT INTO ownership_rule (team_id, pattern, rank, created_at) \
        VALUES ($1, $2, (SELECT COALESCE(MAX(rank), 0) + 1 FROM ownership_rule), $3) RETURNING id";
    REMOVE_RULE = "UPDATE ownership_rule SET removed_at = $2 WHERE id = $1 AND removed_at IS NULL";
    ASSETS = "SELECT id, since, facts, team_id, team_rule FROM asset WHERE id IN ($*)";
    ALL_ASSETS = "SELECT id FROM asset ORDER BY id";
    DROP_OWNERS = "DELETE FROM asset_owner WHERE asset_id IN ($*)";
    OWNERS = "SELECT asset_id, at, team_id FROM asset_owner WHERE asset_id IN ($*) ORDER BY asset_id, at, id";
    LAST_OWNER = "SELECT COALESCE(MAX(id), 0) FROM asset_owner";
    DECLARED = "SELECT asset_id, at, owner FROM asset_attribute WHERE asset_id IN ($*) ORDER BY asset_id, id";
    UNITS = "SELECT DISTINCT asset_id, tool FROM occurrence WHERE asset_id IN ($*)";
}

/// An ownership rule, in force from `created_at` until `removed_at`.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(crate) struct Rule {
    id: i64,
    team_id: i64,
    pattern: String,
    rank: i64,
    created_at: i64,
    removed_at: Option<i64>,
}

/// From when which team, or nobody.
pub(crate) type Timeline = Vec<(i64, Option<i64>)>;

/// An asset as the derivation reads it: id, since when it is known, facts, team, rule.
type AssetRow = (i64, i64, String, Option<i64>, Option<i64>);

/// What the rules say of one asset.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Ownership {
    /// From when which team, or nobody; the first reaches back.
    pub(crate) timeline: Timeline,
    /// The team now, and by which rule.
    pub(crate) team: Option<i64>,
    pub(crate) rule: Option<i64>,
}

impl Store {
    /// Adds a rule above all others: assets whose name, FQDN, NetBIOS name or address matches `pattern` (`*` and `?` stand
    /// for any text and any character; `10.1.0.0/16` for addresses) are the team's from now on, and from the beginning if
    /// nobody owned them before.
    ///
    /// # Errors
    /// The pattern is empty or too long, there is no such team, or the database fails.
    pub async fn ownership_rule_add(
        &self,
        team: TeamId,
        pattern: &str,
        user: Option<UserId>,
        now: Micros,
    ) -> Result<i64> {
        let pattern = pattern.trim();
        if pattern.is_empty() || pattern.chars().count() > 200 {
            return Err(Error::Invalid { field: "pattern", code: "length" });
        }
        let mut tx = self.db.begin().await?;
        let taken = step::lock(&mut tx).await?.take(&mut tx, &self.config, StepKind::Owner, user, now).await?;
        let (rule,): (i64,) = tx.one(ADD_RULE, binds![team, pattern, taken.recorded_at]).await?;
        self.rules_changed(&mut tx, taken).await?;
        tx.commit().await?;
        Ok(rule)
    }

    /// Takes a rule away from now on. What it said of the past stays.
    ///
    /// # Errors
    /// There is no such rule in force, or the database fails.
    pub async fn ownership_rule_remove(&self, rule: i64, user: Option<UserId>, now: Micros) -> Result<()> {
        let mut tx = self.db.begin().await?;
        let taken = step::lock(&mut tx).await?.take(&mut tx, &self.config, StepKind::Owner, user, now).await?;
        if tx.execute(REMOVE_RULE, binds![rule, taken.recorded_at]).await? == 0 {
            return Err(Error::NotFound("ownership rule"));
        }
        self.rules_changed(&mut tx, taken).await?;
        tx.commit().await
    }

    async fn rules_changed(&self, tx: &mut Tx, taken: Taken) -> Result<()> {
        let all: Vec<(i64,)> = tx.all(ALL_ASSETS, binds![]).await?;
        let all: Vec<i64> = all.into_iter().map(|(id,)| id).collect();
        let changed = derive_on(tx, taken, &all).await?;
        let units = units_of(tx, &changed).await?;
        recompute_units(tx, &self.config, taken, &units, &mut Effects::default()).await
    }
}

/// The rules that ever held.
pub(crate) async fn rules_on(tx: &mut Tx) -> Result<Vec<Rule>> {
    tx.all(RULES, binds![]).await
}

/// Derives the owners of assets anew; those whose timeline changed.
pub(crate) async fn derive_on(tx: &mut Tx, taken: Taken, assets: &[i64]) -> Result<BTreeSet<i64>> {
    let rules = rules_on(tx).await?;
    let mut changed = BTreeSet::new();
    for batch in assets.chunks(BATCH) {
        let keys = || batch.iter().map(|id| Value::from(*id));
        let rows: Vec<AssetRow> = tx.all_in(ASSETS, binds![], keys()).await?;
        let stored: Vec<(i64, i64, Option<i64>)> = tx.all_in(OWNERS, binds![], keys()).await?;
        let mut before: HashMap<i64, Timeline> = HashMap::new();
        for (asset, at, team) in stored {
            before.entry(asset).or_default().push((at, team));
        }
        let rows_said: Vec<(i64, i64, Option<i64>)> = tx.all_in(DECLARED, binds![], keys()).await?;
        let mut declared: HashMap<i64, Timeline> = HashMap::new();
        for (asset, at, team) in rows_said {
            declared.entry(asset).or_default().push((at, team));
        }
        let (mut owners, mut heads) = (BTreeMap::new(), Vec::new());
        for (asset, since, facts, team, rule) in rows {
            let facts: AssetFacts =
                serde_json::from_str(&facts).map_err(|e| Error::damaged(format!("asset.facts: {e}")))?;
            let owned = derive(&rules, declared.get(&asset).map_or(&[], Vec::as_slice), since, &facts);
            if (owned.team, owned.rule) != (team, rule) {
                heads.push((asset, owned.team, owned.rule));
            }
            if owned.timeline != before.remove(&asset).unwrap_or_default() {
                owners.insert(asset, owned.timeline);
            }
        }
        tx.execute_in(DROP_OWNERS, binds![], owners.keys().map(|id| Value::from(*id))).await?;
        changed.extend(owners.keys().copied());
        insert_owners(tx, taken, owners.into_iter().collect()).await?;
        let rows = Rows::new("asset")
            .int("id", heads.iter().map(|(id, ..)| *id).collect())
            .opt_int("team_id", heads.iter().map(|(_, team, _)| *team).collect())
            .opt_int("team_rule", heads.iter().map(|(.., rule)| *rule).collect());
        bulk::update(tx, rows).await?;
    }
    Ok(changed)
}

/// Writes timelines of assets that have none.
pub(crate) async fn insert_owners(tx: &mut Tx, taken: Taken, owners: Vec<(i64, Timeline)>) -> Result<()> {
    let rows: Vec<(i64, i64, Option<i64>)> = owners
        .into_iter()
        .flat_map(|(asset, timeline)| timeline.into_iter().map(move |(at, team)| (asset, at, team)))
        .collect();
    if rows.is_empty() {
        return Ok(());
    }
    let (last,): (i64,) = tx.one(LAST_OWNER, binds![]).await?;
    let rows = Rows::new("asset_owner")
        .int("id", (last + 1..).take(rows.len()).collect())
        .int("asset_id", rows.iter().map(|(asset, ..)| *asset).collect())
        .int("at", rows.iter().map(|(_, at, _)| *at).collect())
        .opt_int("team_id", rows.iter().map(|(.., team)| *team).collect())
        .int("step", vec![taken.step; rows.len()]);
    bulk::insert(tx, rows).await
}

/// Every unit on some assets.
pub(crate) async fn units_of(tx: &mut Tx, assets: &BTreeSet<i64>) -> Result<BTreeSet<Unit>> {
    let rows: Vec<(i64, i64)> = tx.all_in(UNITS, binds![], assets.iter().map(|id| Value::from(*id))).await?;
    rows.into_iter().map(|(asset, tool)| Ok(Unit { tool: tool_of(tool)?, asset })).collect()
}

/// What the inventory and the rules say of an asset that is known since `since`: `declared` is from when the inventory names
/// which team, or none any more.
pub(crate) fn derive(rules: &[Rule], declared: &[(i64, Option<i64>)], since: i64, facts: &AssetFacts) -> Ownership {
    let mut matching: Vec<&Rule> = rules.iter().filter(|rule| matches(&rule.pattern, facts)).collect();
    matching.sort_by_key(|rule| std::cmp::Reverse(rule.rank));
    let mut instants: Vec<i64> = vec![since];
    let ends = matching.iter().flat_map(|rule| [Some(rule.created_at), rule.removed_at]);
    instants.extend(ends.flatten().chain(declared.iter().map(|(at, _)| *at)).filter(|at| *at > since));
    instants.sort_unstable();
    instants.dedup();
    let mut owned = Ownership::default();
    for at in instants {
        let rule = matching.iter().find(|rule| rule.created_at <= at && rule.removed_at.is_none_or(|end| at < end));
        let named = declared.iter().rev().find(|(from, _)| *from <= at).and_then(|(_, team)| *team);
        let rule = rule.filter(|_| named.is_none());
        let team = named.or(rule.map(|rule| rule.team_id));
        // Nobody before the first owner is no owner at all: the first reaches back.
        let known = owned.timeline.last().map_or(team.is_none(), |(_, last)| *last == team);
        if !known {
            owned.timeline.push((at, team));
        }
        (owned.team, owned.rule) = (team, rule.map(|rule| rule.id));
    }
    owned
}

fn matches(pattern: &str, facts: &AssetFacts) -> bool {
    if let Some(network) = Network::parse(pattern) {
        let address = |text: &str| text.parse::<std::net::Ipv4Addr>().is_ok_and(|ip| network.contains(ip));
        return facts.ip.as_deref().is_some_and(address) || address(&facts.name);
    }
    let names = [Some(facts.name.as_str()), facts.fqdn.as_deref(), facts.netbios.as_deref(), facts.ip.as_deref()];
    names.into_iter().flatten().any(|name| glob(pattern, name))
}

/// An IPv4 network such as `10.1.0.0/16`.
struct Network {
    base: u32,
    mask: u32,
}

impl Network {
    fn parse(text: &str) -> Option<Self> {
        let (base, bits) = text.split_once('/')?;
        let bits: u32 = bits.parse().ok().filter(|bits| *bits <= 32)?;
        let mask = u32::MAX.checked_shl(32 - bits).unwrap_or(0);
        Some(Self { base: base.parse::<std::net::Ipv4Addr>().ok()?.to_bits() & mask, mask })
    }

    fn contains(&self, ip: std::net::Ipv4Addr) -> bool {
        ip.to_bits() & self.mask == self.base
    }
}

/// Whether a pattern with `*` and `?` matches a whole text, without regard to ASCII case. Linear but for the last `*`.
fn glob(pattern: &str, text: &str) -> bool {
    let (pattern, text) = (pattern.as_bytes(), text.as_bytes());
    let (mut p, mut t) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while t < text.len() {
        match pattern.get(p) {
            Some(b'*') => {
                star = Some((p, t));
                p += 1;
            }
            Some(c) if *c == b'?' || c.eq_ignore_ascii_case(&text[t]) => {
                p += 1;
                t += 1;
            }
            _ => match star {
                Some((at, from)) => {
                    star = Some((at, from + 1));
                    p = at + 1;
                    t = from + 1;
                }
                None => return false,
            },
        }
    }
    pattern[p..].iter().all(|c| *c == b'*')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_match_names_and_networks() {
        for (pattern, text, expected) in [
            ("web*.example", "WEB01.example", true),
            ("web*.example", "web01.example.org", false),
            ("*", "", true),
            ("a?c*", "abcd", true),
            ("a?c", "ac", false),
            ("*a*b*c*", "xxaxxbxxcxx", true),
            ("*a*b*c*", "xxaxxcxxbxx", false),
        ] {
            assert_eq!(glob(pattern, text), expected, "{pattern} {text}");
        }
        let host = |ip: &str| AssetFacts { name: "n".into(), ip: Some(ip.into()), ..AssetFacts::default() };
        assert!(matches("10.1.0.0/16", &host("10.1.255.3")));
        assert!(!matches("10.1.0.0/16", &host("10.2.0.3")));
        assert!(matches("0.0.0.0/0", &host("192.0.2.1")));
    }

    #[test]
    fn the_first_owner_reaches_back_and_later_ones_are_dated() {
        let rule = |id, team_id, rank, created_at, removed_at| Rule {
            id,
            team_id,
            pattern: "*".into(),
            rank,
            created_at,
            removed_at,
        };
        let facts = AssetFacts { name: "host".into(), ..AssetFacts::default() };
        let rules = [rule(1, 7, 1, 50, None), rule(2, 8, 2, 60, Some(70))];
        let owned = derive(&rules, &[], 10, &facts);
        assert_eq!(owned.timeline, [(50, Some(7)), (60, Some(8)), (70, Some(7))]);
        assert_eq!((owned.team, owned.rule), (Some(7), Some(1)));
        // An asset that came later knows nothing of what the rules were before.
        assert_eq!(derive(&rules, &[], 65, &facts).timeline, [(65, Some(8)), (70, Some(7))]);
        assert_eq!(derive(&rules[..1], &[], 65, &facts).timeline, [(65, Some(7))]);
        assert_eq!(derive(&[], &[], 65, &facts), Ownership::default());
        // What the inventory names goes before the rules, from when it was said until it names nobody.
        let named = derive(&rules, &[(62, Some(9)), (80, None)], 10, &facts);
        assert_eq!(named.timeline, [(50, Some(7)), (60, Some(8)), (62, Some(9)), (80, Some(7))]);
        let first = derive(&[], &[(62, Some(9))], 10, &facts);
        assert_eq!((first.timeline, first.team, first.rule), (vec![(62, Some(9))], Some(9), None));
    }
}
