//! Burp Suite: what its reports say, as XML, as HTML for people, and as `JUnit` XML for pipelines.
//!
//! Whatever the format, an issue is known by its origin, its type, its path and its insertion point. Issues of extensions
//! share one type, so their name is part of the rule.

mod base64;
mod dast;
mod issue;
mod junit;
mod junit_text;
mod passage;
mod professional;
mod types;
mod xml;

pub use dast::BurpDastHtml;
pub use junit::BurpJunit;
pub use professional::BurpHtml;
pub use xml::BurpXml;
