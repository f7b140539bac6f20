//! The program `postura`: configuration, command line, router, REST API and the wiring of everything else.

pub mod api;
pub mod assets;
pub mod cli;
pub mod config;
pub mod feeds;
pub mod forms;
pub mod middleware;
pub mod oidc;
pub mod reports;
pub mod router;
pub mod state;
pub mod tls;
