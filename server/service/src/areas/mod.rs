//! The ports, one file an area, all implemented by one request's [`crate::request::Session`].

mod account;
mod assets;
mod audit;
mod decide;
mod feeds;
mod finding;
mod findings;
mod insight;
mod inventory;
mod issue;
mod learn;
mod mappings;
mod merges;
mod months;
pub mod oidc;
mod overrides;
mod own;
mod people;
mod posture;
mod risk;
pub(crate) mod scanning;
mod scans;
mod security;
mod settings;
mod sources;
mod teams;
mod verify;
mod written;

pub use months::MonthChecked;
pub(crate) use posture::Figures;
pub(crate) use teams::slug;
