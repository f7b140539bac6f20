//! Who may what, over HTTP: every page, every server function, every route of the API and every plain route, asked by nobody,
//! by each role, and by the lead of another team. The answers are a checked-in table; a route that the table does not know
//! fails.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on fails")]

mod asked;
mod matrix;
mod routes;
mod scene;
mod scope;
