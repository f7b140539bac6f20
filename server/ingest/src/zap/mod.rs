//! ZAP's traditional reports, XML and JSON, plain and *plus*, from 2.2 on.
//!
//! A row is an instance of an alert, or the alert itself where it lists none (as before 2.4, or without instances). Both formats
//! say the same, so both fill [`report::Report`]; only reading differs.

pub mod active;
mod alert;
mod alerts;
mod insights;
mod json;
mod report;
mod rows;
mod xml;

pub use alerts::ZapAlerts;
pub use json::ZapJson;
pub use xml::ZapXml;
