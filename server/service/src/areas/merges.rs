//! Assets that are one: merges by hand, what suggests them, and how they come apart.

use super::account::bounded;
use crate::errors::OrWire;
use crate::request::Session;
use async_trait::async_trait;
use model::AssetId;
use model::audit::AuditAct;
use model::error::WireError;
use model::policy::Action;
use model::view::merges::{MergeView, Merged, MergesPage, NamedAsset, SuggestionView};
use ports::{Answer, Merges};
use store::merge::{MergeRow, MergedAsset, Suggestion};

#[async_trait]
impl Merges for Session {
    async fn merges(&self) -> Answer<MergesPage> {
        let scoped = self.scoped(Action::MergeAssets)?;
        Ok(MergesPage {
            merges: self.merges_in_force().await?,
            suggestions: scoped.asset_suggestions().await.wire()?.into_iter().map(suggestion).collect(),
            assets: self.assets_by_key().await?,
        })
    }

    async fn merge_assets(&self, one: String, other: String, reason: String, preview: bool) -> Answer<Merged> {
        self.require(Action::MergeAssets, None)?;
        bounded("reason", &reason, 4000)?;
        let (one, other) = (self.asset_named(&one).await?, self.asset_named(&other).await?);
        let scoped = self.scoped(Action::MergeAssets)?;
        let merged = scoped.asset_merge(one, other, &reason, preview, self.now()).await.wire()?;
        if !preview {
            self.audit(AuditAct::MergeAssets, &format!("merge:{}", merged.merge), &format!("{one} {other}")).await?;
        }
        Ok(Merged {
            merge: merged.merge,
            step: merged.step.0,
            survivor: merged.survivor.0,
            moved: merged.moved,
            joined: merged.joined,
            preview,
        })
    }

    async fn split_assets(&self, merge: i64) -> Answer<()> {
        self.scoped(Action::MergeAssets)?.asset_split(merge, self.now()).await.wire()?;
        self.audit(AuditAct::SplitAssets, &format!("merge:{merge}"), "").await
    }
}

impl Session {
    /// The merges in force, the newest first.
    ///
    /// # Errors
    /// The viewer may not merge, or the database failed.
    pub async fn merges_in_force(&self) -> Result<Vec<MergeView>, WireError> {
        let merges = self.scoped(Action::MergeAssets)?.asset_merges().await.wire()?;
        Ok(merges.into_iter().map(|merge| self.merge_view(merge)).collect())
    }

    /// The assets in force by key.
    ///
    /// # Errors
    /// The viewer may not merge, or the database failed.
    pub async fn assets_by_key(&self) -> Result<Vec<NamedAsset>, WireError> {
        let assets = self.scoped(Action::MergeAssets)?.asset_keys().await.wire()?;
        let assets = assets.into_iter().map(|(asset, whole)| {
            let part_of = (whole != asset.id).then_some(whole.0);
            NamedAsset { part_of, ..named(asset) }
        });
        Ok(assets.collect())
    }

    /// An asset by its key or number.
    async fn asset_named(&self, text: &str) -> Result<AssetId, WireError> {
        let text = text.trim();
        if let Ok(number) = text.parse() {
            return Ok(AssetId(number));
        }
        let known = self.scoped(Action::MergeAssets)?.asset_keys().await.wire()?;
        let found = known.into_iter().find(|(asset, _)| asset.key == text);
        found.map(|(asset, _)| asset.id).ok_or_else(|| WireError::invalid("asset", "unknown"))
    }

    fn merge_view(&self, merge: MergeRow) -> MergeView {
        MergeView {
            id: merge.id,
            one: named(merge.one),
            other: named(merge.other),
            survivor: merge.survivor.0,
            reason: merge.reason,
            at: self.stamp(merge.at),
            who: merge.who.map(|who| who.name),
        }
    }
}

fn named(asset: MergedAsset) -> NamedAsset {
    NamedAsset { id: asset.id.0, name: asset.name, key: asset.key, part_of: None }
}

fn suggestion(found: Suggestion) -> SuggestionView {
    let Suggestion { one, other, shared, moved, joined } = found;
    SuggestionView { one: named(one), other: named(other), shared, moved, joined }
}
