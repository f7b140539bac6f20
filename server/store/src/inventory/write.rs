//! What a declaration writes: the asset if it is new, what was said of it, and what follows for owners and their books.

use super::{Declaration, Declared};
use crate::binds;
use crate::config::Config;
use crate::db::Tx;
use crate::dialect::bulk::{self, Rows};
use crate::error::Result;
use crate::import::{Effects, NAMELESS, asset_json, asset_kind, shown_name};
use crate::ledger::recompute_units;
use crate::overrides;
use crate::owner;
use crate::risk;
use crate::step::Taken;
use model::facts::AssetFacts;
use model::{Attributes, UserId};

crate::sql::statements! {
    LAST_ASSET = "SELECT COALESCE(MAX(id), 0) FROM asset";
    LAST = "SELECT COALESCE(MAX(id), 0) FROM asset_attribute";
}

/// By whom, from what, at which step.
pub(super) struct Written<'a> {
    /// The name of the file; empty for a person at the asset's page.
    pub(super) file: &'a str,
    pub(super) user: Option<UserId>,
    pub(super) taken: Taken,
}

/// Writes what declarations change.
pub(super) async fn declare(
    tx: &mut Tx,
    config: &Config,
    written: &Written<'_>,
    declarations: &[Declaration],
    outcome: &[Declared],
) -> Result<()> {
    let (mut next,): (i64,) = tx.one(LAST_ASSET, binds![]).await?;
    let mut fresh: Vec<(i64, &str, &AssetFacts)> = Vec::new();
    let mut said: Vec<(i64, &Attributes)> = Vec::new();
    let mut owners = Vec::new();
    for (told, one) in declarations.iter().zip(outcome) {
        // Two names of a merged asset may stand in one file; the first says it.
        if one.asset.is_some_and(|asset| said.iter().any(|(id, _)| *id == asset.0)) {
            continue;
        }
        let id = match (one.asset, &told.facts) {
            (Some(_), _) if one.before.as_ref() == Some(&one.after) => continue,
            (Some(asset), _) => asset.0,
            (None, Some(facts)) => {
                next += 1;
                fresh.push((next, &told.key, facts));
                next
            }
            (None, None) => continue,
        };
        said.push((id, &one.after));
        let owner_before = one.before.as_ref().and_then(|before| before.owner);
        if one.asset.is_none() || owner_before != one.after.owner {
            owners.push(id);
        }
    }
    assets(tx, written, &fresh).await?;
    attributes(tx, written, &said).await?;
    let changed = owner::derive_on(tx, written.taken, &owners).await?;
    let units = owner::units_of(tx, &changed).await?;
    recompute_units(tx, config, written.taken, &units, &mut Effects::default()).await?;
    Box::pin(overrides::follow(tx, config, written.taken)).await.map(drop)
}

/// Assets that no scan has seen: they have a name until one gives them another.
async fn assets(tx: &mut Tx, written: &Written<'_>, fresh: &[(i64, &str, &AssetFacts)]) -> Result<()> {
    let facts = fresh.iter().map(|(.., facts)| asset_json(facts)).collect::<Result<Vec<_>>>()?;
    let rows = Rows::new("asset")
        .int("id", fresh.iter().map(|(id, ..)| *id).collect())
        .text("key", fresh.iter().map(|(_, key, _)| (*key).to_owned()).collect())
        .int("kind", fresh.iter().map(|(.., facts)| asset_kind(facts.kind)).collect())
        .text("name", fresh.iter().map(|(.., facts)| shown_name(facts)).collect())
        .text("facts", facts)
        .int("named_at", vec![NAMELESS; fresh.len()])
        .bytes("named_by", vec![Vec::new(); fresh.len()])
        .int("since", vec![written.taken.recorded_at.0; fresh.len()])
        .int("stake", vec![risk::stake_of(&risk::weights(tx).await?, None, None); fresh.len()]);
    bulk::insert(tx, rows).await
}

/// What was said, from now on.
async fn attributes(tx: &mut Tx, written: &Written<'_>, said: &[(i64, &Attributes)]) -> Result<()> {
    let (last,): (i64,) = tx.one(LAST, binds![]).await?;
    let Written { file, user, taken } = written;
    let count = said.len();
    let numbers = |of: fn(&Attributes) -> Option<i64>| said.iter().map(|(_, one)| of(one)).collect::<Vec<_>>();
    let declared = || said.iter().map(|(_, one)| i64::from(one.declared)).collect();
    let criticality = || numbers(|one| one.criticality.map(|value| value.number().into()));
    let exposure = || numbers(|one| one.exposure.map(|value| value.number().into()));
    let environment = || said.iter().map(|(_, one)| one.environment.clone()).collect();
    let tags = || said.iter().map(|(_, one)| spaced(&one.tags)).collect();
    let rows = Rows::new("asset_attribute")
        .int("id", (last + 1..).take(count).collect())
        .int("asset_id", said.iter().map(|(id, _)| *id).collect())
        .int("at", vec![taken.recorded_at.0; count])
        .int("day", vec![taken.recorded_day.0.into(); count])
        .int("step", vec![taken.step; count])
        .int("declared", declared())
        .opt_int("criticality", criticality())
        .opt_int("exposure", exposure())
        .text("environment", environment())
        .text("tags", tags())
        .opt_int("owner", numbers(|one| one.owner.map(|team| team.0)))
        .text("file", vec![(*file).to_owned(); count])
        .opt_int("user_id", vec![user.map(|user| user.0); count]);
    bulk::insert(tx, rows).await?;
    let weights = risk::weights(tx).await?;
    let stake = |one: &Attributes| risk::stake_of(&weights, one.criticality, one.exposure);
    let stakes: Vec<(i64, i64)> = said.iter().map(|(id, one)| (*id, stake(one))).collect();
    let heads = Rows::new("asset")
        .int("id", said.iter().map(|(id, _)| *id).collect())
        .int("declared", declared())
        .opt_int("criticality", criticality())
        .opt_int("exposure", exposure())
        .text("environment", environment())
        .text("tags", tags())
        .int("stake", stakes.iter().map(|(_, stake)| *stake).collect());
    bulk::update(tx, heads).await?;
    risk::assets_changed(tx, &stakes).await
}

/// Tags between spaces, so that one is found whole.
fn spaced(tags: &[String]) -> String {
    if tags.is_empty() { String::new() } else { format!(" {} ", tags.join(" ")) }
}
