//! What stands between the socket and the routes.

pub mod body;
pub mod compression;
pub mod headers;
pub mod problems;
pub mod rate;
pub mod session;
