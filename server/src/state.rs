//! What every handler shares.

use crate::assets::Site;
use crate::middleware::rate::Rate;
use axum::extract::FromRef;
use leptos::config::LeptosOptions;
use service::Service;
use service::networks::Network;
use std::sync::Arc;

/// The program's state; cheap to clone.
#[derive(Clone)]
pub struct AppState {
    /// The use-cases.
    pub service: Arc<Service>,
    /// What leptos needs to write the page's head.
    pub leptos: LeptosOptions,
    /// The browser's files.
    pub site: Site,
    /// The largest upload in bytes.
    pub max_upload: u64,
    /// Whether browsers reach the program over HTTPS.
    pub https: bool,
    /// The proxies in front of the program.
    pub proxies: Arc<[Network]>,
    /// How often the API may be asked.
    pub rate: Arc<Rate>,
}

impl FromRef<AppState> for LeptosOptions {
    fn from_ref(state: &AppState) -> Self {
        state.leptos.clone()
    }
}

impl std::fmt::Debug for AppState {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AppState").field("site", &self.site).finish_non_exhaustive()
    }
}
