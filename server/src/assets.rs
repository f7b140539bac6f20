//! The browser's files: from a folder while developing, from the binary itself when it was built with them.

use crate::state::AppState;
use axum::extract::{OriginalUri, Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use std::path::{Component, PathBuf};

/// Where `/pkg/*` and the files of `/assets` come from.
#[derive(Clone, Debug)]
pub enum Site {
    /// A folder with `pkg` and `assets` in it.
    Folder(PathBuf),
    /// The files that were embedded at build time.
    Embedded,
}

#[cfg(feature = "embed")]
#[derive(rust_embed::RustEmbed)]
#[folder = "../target/site"]
struct Files;

impl Site {
    /// The site of a folder, else the embedded one.
    ///
    /// # Errors
    /// No folder was named and the program was built without its files.
    pub fn new(folder: Option<PathBuf>) -> anyhow::Result<Self> {
        match folder {
            Some(folder) => Ok(Self::Folder(folder)),
            None if cfg!(feature = "embed") => Ok(Self::Embedded),
            None => anyhow::bail!("this build has no browser files in it: name their folder with --site"),
        }
    }

    async fn read(&self, path: &str) -> Option<Vec<u8>> {
        match self {
            Self::Folder(folder) => tokio::fs::read(folder.join(path)).await.ok(),
            #[cfg(feature = "embed")]
            Self::Embedded => Files::get(path).map(|file| file.data.into_owned()),
            #[cfg(not(feature = "embed"))]
            Self::Embedded => None,
        }
    }
}

/// Serves `/pkg/*`.
pub async fn pkg(state: State<AppState>, Path(path): Path<String>, headers: HeaderMap) -> Response {
    serve(&state.site, &format!("pkg/{path}"), &headers).await
}

/// Serves the files of `/assets`, which shares its name with the pages of assets.
pub async fn assets(state: State<AppState>, OriginalUri(uri): OriginalUri, headers: HeaderMap) -> Response {
    serve(&state.site, uri.path().trim_start_matches('/'), &headers).await
}

async fn serve(site: &Site, path: &str, headers: &HeaderMap) -> Response {
    if !PathBuf::from(path).components().all(|part| matches!(part, Component::Normal(_))) {
        return StatusCode::NOT_FOUND.into_response();
    }
    let Some(content_type) = content_type(path) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    if accepts_brotli(headers)
        && let Some(bytes) = site.read(&format!("{path}.br")).await
    {
        let encoding = (header::CONTENT_ENCODING, HeaderValue::from_static("br"));
        return ([(header::CONTENT_TYPE, content_type), CACHE, VARY, encoding], bytes).into_response();
    }
    match site.read(path).await {
        Some(bytes) => ([(header::CONTENT_TYPE, content_type), CACHE, VARY], bytes).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

/// Names carry no hash of their content, so browsers ask again after a minute.
const CACHE: (header::HeaderName, HeaderValue) =
    (header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=60"));
const VARY: (header::HeaderName, HeaderValue) = (header::VARY, HeaderValue::from_static("accept-encoding"));

fn accepts_brotli(headers: &HeaderMap) -> bool {
    headers.get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).is_some_and(|value| value.contains("br"))
}

/// The type of a file by its ending; nothing else is served.
fn content_type(path: &str) -> Option<HeaderValue> {
    let ending = path.rsplit('.').next()?;
    Some(HeaderValue::from_static(match ending {
        "js" => "text/javascript; charset=utf-8",
        "wasm" => "application/wasm",
        "css" => "text/css; charset=utf-8",
        "svg" => "image/svg+xml",
        "woff2" => "font/woff2",
        "txt" => "text/plain; charset=utf-8",
        "webmanifest" => "application/manifest+json",
        "png" => "image/png",
        _ => return None,
    }))
}
