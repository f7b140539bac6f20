//! The laws once more, against the store on both engines: the same scenes, the same oracle, real imports and decisions.
//!
//! What the database keeps is read past the store and told in the oracle's words; lists and figures are asked of the store.

mod arena;
mod driver;
mod export;
mod figures;
mod laws;
mod merged;
mod plants;
mod read;
mod ruled;
mod runner;
mod schedule;
mod settings;
mod told;
