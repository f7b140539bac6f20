//! Burp Suite: the XML report of issues and the reports for people in HTML; `JUnit` XML for pipelines; the scans of the
//! professional edition's REST API, and those of the GraphQL API of Burp Suite DAST (Enterprise Edition until 2025).
//!
//! A row is an issue. All of them say the same of one, so all fill [`issue::Issue`]; only reading differs. An issue is known by
//! its origin, its type, its path and its insertion point. Issues of extensions share one type, so their name is part of the
//! rule.

mod dast;
mod evidence;
mod export;
mod graphql;
mod issue;
mod junit;
mod junit_text;
mod passage;
mod professional;
mod rest;
mod types;
mod xml;

pub use dast::BurpDastHtml;
pub use graphql::BurpGraphql;
pub use junit::BurpJunit;
pub use professional::BurpHtml;
pub use rest::BurpRest;
pub use xml::BurpXml;
