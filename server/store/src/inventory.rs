//! The declared inventory: what the organisation says of its assets, in a file or one by one.
//!
//! A declaration names an asset by the key that any record of it would have, so that a scan that comes later finds it there.
//! What is said holds from the step at which it was said (`asset_attribute`, append-only); `asset` has what holds now.

mod draft;
mod write;

pub use draft::InventoryDraft;
pub(crate) use draft::place as draft_place;

use crate::binds;
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::step::{self, StepKind};
use crate::value::Value;
use crate::viewer::Scoped;
use model::asset::Said;
use model::facts::AssetFacts;
use model::policy::Action;
use model::{AssetId, Attributes, Criticality, Exposure, Micros, TeamId};
use std::collections::BTreeMap;
use write::Written;

crate::sql::statements! {
    /// Assets by key, with what holds of them; what is part of another is it.
    BY_KEY = "SELECT a.id, p.key, a.name, a.declared, a.criticality, a.exposure, a.environment, a.tags, (SELECT h.owner \
        FROM asset_attribute h WHERE h.asset_id = a.id ORDER BY h.id DESC LIMIT 1) AS owner FROM asset p \
        JOIN asset a ON a.id = COALESCE(p.merged_id, p.id) WHERE p.key IN ($*)";
    /// The same by number.
    BY_ID = "SELECT a.id, a.key, a.name, a.declared, a.criticality, a.exposure, a.environment, a.tags, (SELECT h.owner \
        FROM asset_attribute h WHERE h.asset_id = a.id ORDER BY h.id DESC LIMIT 1) AS owner FROM asset a WHERE a.id IN ($*)";
    /// The teams that the inventory names as owners, asset by asset.
    OWNERS = "SELECT h.asset_id, t.slug FROM asset_attribute h JOIN team t ON t.id = h.owner WHERE NOT EXISTS \
        (SELECT 1 FROM asset_attribute m WHERE m.asset_id = h.asset_id AND m.id > h.id)";
    /// Assets of those names.
    NAMED = "SELECT name, key FROM asset WHERE name IN ($*) ORDER BY id";
}

/// The statements of this module and those below it, for [`crate::catalogue`].
pub(crate) const CATALOGUE: [&[(&str, &str)]; 3] = [STATEMENTS, draft::STATEMENTS, write::STATEMENTS];

/// An asset as a row of an inventory declares it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Declaration {
    /// Its key.
    pub key: String,
    /// What is known of it; none for an asset that the row names by its key alone, which must be there.
    pub facts: Option<AssetFacts>,
    /// What the row says of it.
    pub said: Said,
}

/// What became of a declaration, or would.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Declared {
    /// The asset; none for a key that no asset has.
    pub asset: Option<AssetId>,
    /// Its name.
    pub name: String,
    /// What held before; none for an asset that nothing had known.
    pub before: Option<Attributes>,
    /// What holds after.
    pub after: Attributes,
    /// The key of another asset of the same name, if nothing had known this one: perhaps the same.
    pub near: Option<String>,
}

#[derive(sqlx::FromRow)]
struct Stored {
    id: i64,
    key: String,
    name: String,
    declared: i64,
    criticality: Option<i64>,
    exposure: Option<i64>,
    environment: String,
    tags: String,
    owner: Option<i64>,
}

impl Stored {
    fn attributes(&self) -> Result<Attributes> {
        Ok(Attributes {
            owner: self.owner.map(TeamId),
            ..attributes(self.declared, self.criticality, self.exposure, &self.environment, &self.tags)?
        })
    }
}

/// Attributes as columns hold them, but for the owner.
pub(crate) fn attributes(
    declared: i64,
    criticality: Option<i64>,
    exposure: Option<i64>,
    environment: &str,
    tags: &str,
) -> Result<Attributes> {
    let small = |number: i64| i16::try_from(number).ok();
    let damaged = || Error::damaged("asset attributes");
    let criticality = criticality.map(|number| small(number).and_then(Criticality::from_number).ok_or_else(damaged));
    let exposure = exposure.map(|number| small(number).and_then(Exposure::from_number).ok_or_else(damaged));
    Ok(Attributes {
        declared: declared == 1,
        criticality: criticality.transpose()?,
        exposure: exposure.transpose()?,
        environment: environment.to_owned(),
        tags: tags.split_whitespace().map(str::to_owned).collect(),
        owner: None,
    })
}

impl Scoped<'_> {
    /// Declares assets, all of them at one step; with `apply` false only says what would become of them. The answer is in the
    /// order of the declarations, whose keys are distinct. `file` is what the history names as their origin.
    ///
    /// # Errors
    /// The viewer may not, stored data is damaged, or the database fails.
    pub async fn inventory_declare(
        &self,
        declarations: &[Declaration],
        file: &str,
        apply: bool,
        now: Micros,
    ) -> Result<Vec<Declared>> {
        self.viewer.require(Action::ManageAssets, None)?;
        let config = &self.store.config;
        let mut tx = if apply { self.store.db.begin().await? } else { self.store.db.snapshot().await? };
        let locked = if apply { Some(step::lock(&mut tx).await?) } else { None };
        let outcome = compared(&mut tx, declarations).await?;
        let changes = outcome.iter().any(|one| one.before.as_ref() != Some(&one.after) && one.asset.is_some());
        let fresh = outcome.iter().zip(declarations).any(|(one, told)| one.asset.is_none() && told.facts.is_some());
        match locked.filter(|_| changes || fresh) {
            None => tx.rollback().await?,
            Some(locked) => {
                let taken = locked.take(&mut tx, config, StepKind::Owner, self.viewer.user(), now).await?;
                let written = Written { file, user: self.viewer.user(), taken };
                write::declare(&mut tx, config, &written, declarations, &outcome).await?;
                tx.commit().await?;
            }
        }
        Ok(outcome)
    }

    /// The slugs of the teams that the inventory names as owners, by asset.
    ///
    /// # Errors
    /// The viewer may not see every team's assets, or the database fails.
    pub async fn declared_owners(&self) -> Result<Vec<(AssetId, String)>> {
        self.viewer.require(Action::SeeFindings, None)?;
        let rows: Vec<(i64, String)> = self.store.db.all(OWNERS, binds![]).await?;
        Ok(rows.into_iter().map(|(asset, slug)| (AssetId(asset), slug)).collect())
    }

    /// Says something of one asset.
    ///
    /// # Errors
    /// The viewer may not, there is no such asset, stored data is damaged, or the database fails.
    pub async fn asset_say(&self, asset: AssetId, said: &Said, now: Micros) -> Result<()> {
        self.viewer.require(Action::ManageAssets, None)?;
        let config = &self.store.config;
        let mut tx = self.store.db.begin().await?;
        let locked = step::lock(&mut tx).await?;
        let stored: Vec<Stored> = tx.all_in(BY_ID, binds![], [Value::from(asset)]).await?;
        let stored = stored.into_iter().next().ok_or(Error::NotFound("asset"))?;
        let before = stored.attributes()?;
        let after = said.over(&before);
        if before == after {
            return tx.rollback().await;
        }
        let taken = locked.take(&mut tx, config, StepKind::Owner, self.viewer.user(), now).await?;
        let declaration = Declaration { key: stored.key, facts: None, said: said.clone() };
        let outcome = Declared { asset: Some(asset), name: stored.name, before: Some(before), after, near: None };
        let written = Written { file: "", user: self.viewer.user(), taken };
        write::declare(&mut tx, config, &written, &[declaration], &[outcome]).await?;
        tx.commit().await
    }
}

/// Each declaration beside what is there.
async fn compared(tx: &mut Tx, declarations: &[Declaration]) -> Result<Vec<Declared>> {
    let keys = declarations.iter().map(|one| Value::from(one.key.as_str()));
    let stored: Vec<Stored> = tx.all_in(BY_KEY, binds![], keys).await?;
    let stored: BTreeMap<String, Stored> = stored.into_iter().map(|row| (row.key.clone(), row)).collect();
    let unknown = || declarations.iter().filter(|one| !stored.contains_key(&one.key));
    let names = unknown().filter_map(|one| one.facts.as_ref()).map(|facts| Value::from(facts.name.as_str()));
    let named: Vec<(String, String)> = tx.all_in(NAMED, binds![], names).await?;
    let named: BTreeMap<String, String> = named.into_iter().collect();
    let of = |one: &Declaration| {
        let Some(row) = stored.get(&one.key) else {
            let name = one.facts.as_ref().map_or_else(|| one.key.clone(), |facts| facts.name.clone());
            let after = one.said.over(&Attributes::default());
            return Ok(Declared { asset: None, near: named.get(&name).cloned(), name, before: None, after });
        };
        let before = row.attributes()?;
        let after = one.said.over(&before);
        let (asset, name) = (Some(AssetId(row.id)), row.name.clone());
        Ok(Declared { asset, name, before: Some(before), after, near: None })
    };
    declarations.iter().map(of).collect()
}
