//! Pages, components, server functions and texts. Compiled twice: for the server (`ssr`), which draws every page, and for
//! the browser (`hydrate`), which takes over what the server drew. Every page and every change works without a script.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod browser;
mod components;
mod document;
mod error;
mod path;
mod server_fns;
mod visit;

mod pages;

#[path = "../locales/mod.rs"]
pub mod locales;

pub use document::{App, shell};
pub use error::UiError;
#[cfg(feature = "ssr")]
pub use pages::scanning::notice;
pub use path::LocalPath;
pub use visit::{Entered, Visit};
