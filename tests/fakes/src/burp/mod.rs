//! Burp Suite: Professional's REST API 0.1, and DAST's GraphQL.

mod dast;
mod professional;

pub use dast::{BurpDast, DastScan, Item, Site};
pub use professional::{BurpPro, Task};

use std::collections::BTreeSet;

/// The type, the name, the path and the severity of what there is to find.
pub const ISSUES: [(u32, &str, &str, &str); 3] = [
    (2_097_920, "Cross-site scripting (reflected)", "/search", "high"),
    (1_049_088, "SQL injection", "/items", "high"),
    (5_245_344, "Strict transport security not enforced", "/", "low"),
];

/// The issues that are not mended.
fn issues(mended: &BTreeSet<u32>) -> impl Iterator<Item = &'static (u32, &'static str, &'static str, &'static str)> {
    ISSUES.iter().filter(|issue| !mended.contains(&issue.0))
}
