//! Which assets are parts of another, and which occurrences are, as the derived columns say.

use crate::binds;
use crate::db::Tx;
use crate::error::Result;
use crate::value::Value;
use model::Tool;
use std::collections::{BTreeSet, HashMap};

crate::sql::statements! {
    PARTS = "SELECT id, merged_id, key FROM asset WHERE merged_id IS NOT NULL";
    PARTS_OF_ASSETS = "SELECT id, merged_id FROM occurrence WHERE tool = $1 AND merged_id IS NOT NULL AND asset_id IN ($*)";
    WHOLES = "SELECT id, merged_id FROM occurrence WHERE merged_id IS NOT NULL AND id IN ($*)";
    PARTS_OF = "SELECT id FROM occurrence WHERE merged_id IN ($*)";
}

/// The assets that are parts of others.
#[derive(Clone, Debug, Default)]
pub(crate) struct Groups {
    whole: HashMap<i64, i64>,
    /// By surviving asset, in the order of their keys.
    parts: HashMap<i64, Vec<i64>>,
}

impl Groups {
    pub(crate) async fn load(tx: &mut Tx) -> Result<Self> {
        let mut rows: Vec<(i64, i64, String)> = tx.all(PARTS, binds![]).await?;
        rows.sort_unstable_by(|a, b| a.2.cmp(&b.2));
        let mut groups = Self::default();
        for (part, whole, _) in rows {
            groups.whole.insert(part, whole);
            groups.parts.entry(whole).or_default().push(part);
        }
        Ok(groups)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.whole.is_empty()
    }

    /// The asset as which this one counts: itself, if it is no part of another.
    pub(crate) fn whole(&self, asset: i64) -> i64 {
        self.whole.get(&asset).copied().unwrap_or(asset)
    }

    /// Whether an asset is part of another.
    pub(crate) fn is_part(&self, asset: i64) -> bool {
        self.whole.contains_key(&asset)
    }

    /// The assets that are parts of this one, in the order of their keys.
    pub(crate) fn parts(&self, asset: i64) -> &[i64] {
        self.parts.get(&asset).map_or(&[], Vec::as_slice)
    }

    /// Whether an asset is part of another, or has parts.
    pub(crate) fn holds(&self, asset: i64) -> bool {
        self.is_part(asset) || self.parts.contains_key(&asset)
    }

    /// The wholes with parts among some assets or whose parts are among them.
    pub(crate) fn wholes<'a>(&self, assets: impl IntoIterator<Item = &'a i64>) -> BTreeSet<i64> {
        assets.into_iter().filter(|asset| self.holds(**asset)).map(|asset| self.whole(*asset)).collect()
    }

    /// A tool's occurrences on the parts of some assets, each with the one that it is part of.
    pub(crate) async fn occurrences(&self, tx: &mut Tx, tool: Tool, assets: &[i64]) -> Result<HashMap<i64, i64>> {
        let parts: Vec<i64> = assets.iter().flat_map(|asset| self.parts(*asset).iter().copied()).collect();
        if parts.is_empty() {
            return Ok(HashMap::new());
        }
        let keys = parts.into_iter().map(Value::from);
        let rows: Vec<(i64, i64)> = tx.all_in(PARTS_OF_ASSETS, binds![tool.number()], keys).await?;
        Ok(rows.into_iter().collect())
    }
}

/// Those of some occurrences that are part of another, each with it.
pub(crate) async fn wholes_of(tx: &mut Tx, occurrences: &[i64]) -> Result<HashMap<i64, i64>> {
    let rows: Vec<(i64, i64)> = tx.all_in(WHOLES, binds![], occurrences.iter().map(|id| Value::from(*id))).await?;
    Ok(rows.into_iter().collect())
}

/// The occurrences that are part of some others.
pub(crate) async fn parts_of(tx: &mut Tx, occurrences: &BTreeSet<i64>) -> Result<Vec<i64>> {
    let rows: Vec<(i64,)> = tx.all_in(PARTS_OF, binds![], occurrences.iter().map(|id| Value::from(*id))).await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}
