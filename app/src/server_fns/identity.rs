//! Which assets are one, and how the exports of sources are to be understood.

#![expect(clippy::too_many_arguments, reason = "the arguments of a server function are the fields of its form")]

use super::{Answered, Done};
use crate::path::LocalPath;
use leptos::prelude::*;

use super::server::{backend, finish};
use model::view::sources::SourceSet;

/// Says that two assets are one. Each is named by its key or its number.
#[server(prefix = "/api/ui", endpoint = "merge-assets")]
pub async fn merge_assets(one: String, other: String, reason: String, next: LocalPath) -> Answered<Done> {
    let answer = backend()?.merge_assets(one, other, reason, false).await;
    let count = |moved: u64| i64::try_from(moved).unwrap_or(i64::MAX);
    finish(&next, answer.map(|merged| Done { count: count(merged.moved), ..Done::word("merged") }))
}

/// Withdraws a merge.
#[server(prefix = "/api/ui", endpoint = "split-assets")]
pub async fn split_assets(merge: i64, next: LocalPath) -> Answered<Done> {
    let answer = backend()?.split_assets(merge).await;
    finish(&next, answer.map(|()| Done::word("split")))
}

/// Changes a source's settings, or says what that would do.
#[server(prefix = "/api/ui", endpoint = "set-source")]
pub async fn set_source(
    name: String,
    space: String,
    zone: String,
    closing: String,
    #[server(default)] prefer_fqdn: bool,
    #[server(default)] aliases: String,
    #[server(default)] preview: bool,
    next: LocalPath,
) -> Answered<Done> {
    let (space, zone, aliases) = (Some(space), Some(zone), Some(aliases));
    let closing = closing.parse().ok();
    let input = SourceSet { name, space, zone, closing, prefer_fqdn: Some(prefer_fqdn), aliases, preview };
    let answer = backend()?.set_source(input).await;
    let count = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
    let word = if preview { "source_preview" } else { "source_saved" };
    let done = answer.map(|did| Done { count: count(did.left), refused: count(did.decided), ..Done::word(word) });
    finish(&next, done)
}
