//! Burp Suite: the XML report of issues, the scans of the professional edition's REST API, and those of the GraphQL API of
//! Burp Suite DAST (Enterprise Edition until 2025).
//!
//! A row is an issue. All of them say the same of one, so all fill [`issue::Issue`]; only reading differs.

mod evidence;
mod export;
mod graphql;
mod issue;
mod rest;
mod types;
mod xml;

pub use graphql::BurpGraphql;
pub use rest::BurpRest;
pub use xml::BurpXml;
