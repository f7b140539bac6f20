//! Assets: pages that the server draws, and what is said of assets.

#![expect(clippy::too_many_arguments, reason = "the arguments of a server function are the fields of its form")]

use super::codec::TextBody;
use super::{Answered, Done};
use crate::path::LocalPath;
use leptos::prelude::*;
use leptos::server_fn::codec::GetUrl;
use model::text::Locale;
use model::view::assets::AssetsQuery;
use serde::{Deserialize, Serialize};

#[cfg(feature = "ssr")]
use super::server::{backend, finish};
#[cfg(feature = "ssr")]
use crate::pages::{asset_detail, assets_coverage, assets_inventory, assets_list};
#[cfg(feature = "ssr")]
use model::error::{ErrorCode, WireError};
#[cfg(feature = "ssr")]
use model::view::assets::AssetSaid;

/// A page as the server has drawn it: the browser carries no code for it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DrawnAssets {
    /// What it is.
    pub title: String,
    /// The pages above it: address and name.
    pub above: Vec<(String, String)>,
    /// What stands before its heading: markup of this program's own views, in which every text is escaped.
    pub before: String,
    /// Its body, likewise.
    pub html: String,
}

/// A page of assets, drawn in a language (`es` or `en`): `list`, `coverage`, `inventory`, or the number of an asset.
#[server(prefix = "/api/ui", endpoint = "assets-page", input = GetUrl, output = TextBody)]
pub async fn assets_page(page: String, query: AssetsQuery, language: Locale) -> Answered<DrawnAssets> {
    let backend = backend()?;
    Ok(match page.as_str() {
        "list" => assets_list::draw(language, &backend.assets(query).await?),
        "coverage" => assets_coverage::draw(language, &backend.coverage(query).await?),
        "inventory" => assets_inventory::draw(language, backend.inventory().await?.as_ref()),
        number => {
            let id = number.parse().map_err(|_| WireError::new(ErrorCode::NotFound))?;
            asset_detail::draw(language, &backend.asset(id, query).await?)
        }
    })
}

/// Says what an asset is to the organisation, from now on.
#[server(prefix = "/api/ui", endpoint = "say-of-asset")]
pub async fn say_of_asset(
    id: i64,
    #[server(default)] declared: String,
    #[server(default)] criticality: String,
    #[server(default)] exposure: String,
    #[server(default)] environment: String,
    #[server(default)] tags: String,
    #[server(default)] owner: String,
    next: LocalPath,
) -> Answered<Done> {
    let input = AssetSaid { id, declared, criticality, exposure, environment, tags, owner };
    let answer = backend()?.say_of_asset(input).await;
    finish(&next, answer.map(|()| Done::word("asset_said")))
}

/// Applies the inventory that waits.
#[server(prefix = "/api/ui", endpoint = "apply-inventory")]
pub async fn apply_inventory(next: LocalPath) -> Answered<Done> {
    let answer = backend()?.apply_inventory().await;
    finish(&next, answer.map(|count| Done { count, to: "/assets".to_owned(), ..Done::word("inventory") }))
}

/// Throws it away.
#[server(prefix = "/api/ui", endpoint = "drop-inventory")]
pub async fn drop_inventory(next: LocalPath) -> Answered<Done> {
    let answer = backend()?.drop_inventory().await;
    finish(&next, answer.map(|()| Done::word("inventory_dropped")))
}
