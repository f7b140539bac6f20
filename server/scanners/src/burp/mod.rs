//! Burp Suite: Professional by its REST API, and DAST by GraphQL.

mod dast;
mod professional;

pub use dast::BurpDast;
pub use professional::BurpPro;
