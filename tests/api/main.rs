//! The program over HTTP, on both databases: the REST API, what errors say, limits, sign-in, the origin check, headers,
//! hostile files and hostile text, and that every number has exactly its rows.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on fails")]

mod account;
mod assets;
mod audit;
mod backups;
mod classes;
mod clean;
mod errors;
mod evidence;
mod exercised;
mod fetched;
mod guessing;
mod headers;
mod identity;
mod imports;
mod issues;
mod keys;
mod limits;
mod mappings;
mod numbers;
mod oidc;
mod origin;
mod plans;
mod problems;
mod refusals;
mod routes;
mod safety;
mod sign_in;
mod statements;
mod strings;
mod tls;
mod tokens;
mod views;
mod written;

/// The project's own example that most tests import: two hosts of Nessus with weaknesses, inventory and compliance.
const NESSUS: &str = "nessus/full.nessus";
