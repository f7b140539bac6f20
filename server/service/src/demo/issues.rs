//! What the made-up tester finds with Burp Suite: types, names and CWE are facts about its issue types.

/// An issue of the third scanner.
#[derive(Clone, Copy, Debug)]
pub(super) struct Issue {
    pub kind: u32,
    pub name: &'static str,
    pub severity: &'static str,
    pub confidence: &'static str,
    pub cwe: u32,
    pub cwe_name: &'static str,
    pub parameter: &'static str,
}

/// The issues.
pub(super) const ISSUES: &[Issue] = &[
    Issue {
        kind: 1_049_088,
        name: "SQL injection",
        severity: "High",
        confidence: "Firm",
        cwe: 89,
        cwe_name: "Improper Neutralization of Special Elements used in an SQL Command",
        parameter: "id",
    },
    Issue {
        kind: 2_097_920,
        name: "Cross-site scripting (reflected)",
        severity: "High",
        confidence: "Certain",
        cwe: 79,
        cwe_name: "Improper Neutralization of Input During Web Page Generation",
        parameter: "q",
    },
    Issue {
        kind: 5_243_392,
        name: "TLS cookie without secure flag set",
        severity: "Medium",
        confidence: "Firm",
        cwe: 614,
        cwe_name: "Sensitive Cookie in HTTPS Session Without 'Secure' Attribute",
        parameter: "",
    },
    Issue {
        kind: 5_245_344,
        name: "Frameable response (potential Clickjacking)",
        severity: "Low",
        confidence: "Firm",
        cwe: 1021,
        cwe_name: "Improper Restriction of Rendered UI Layers or Frames",
        parameter: "",
    },
    Issue {
        kind: 2_098_944,
        name: "Cross-site request forgery",
        severity: "Medium",
        confidence: "Tentative",
        cwe: 352,
        cwe_name: "Cross-Site Request Forgery",
        parameter: "",
    },
    Issue {
        kind: 4_194_576,
        name: "Password submitted using GET method",
        severity: "Low",
        confidence: "Certain",
        cwe: 598,
        cwe_name: "Use of GET Request Method With Sensitive Query Strings",
        parameter: "password",
    },
];
