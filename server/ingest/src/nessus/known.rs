//! The elements of a row that say something of the plugin and no fact takes: fields under their own names.
//!
//! The names are those of Tenable's *Nessus File (.nessus) Format* and of the attributes that plugins declare.

/// The names, sorted by their length, then by their letters: most comparisons are those of two numbers.
const NAMES: [&str; 84] = [
    "hp",
    "cpe",
    "dsa",
    "ref",
    "usn",
    "zdi",
    "cvss",
    "glsa",
    "icsa",
    "suse",
    "vmsa",
    "agent",
    "fname",
    "cea-id",
    "cvssv3",
    "fedora",
    "cert-cc",
    "cisco-sa",
    "cisco-sr",
    "cisa-ncas",
    "vpr_score",
    "always_run",
    "epss_score",
    "age_of_vuln",
    "in_the_news",
    "risk_factor",
    "cisco-bug-id",
    "required_key",
    "required_port",
    "stig_severity",
    "canvas_package",
    "d2_elliot_name",
    "exploithub_sku",
    "plugin_version",
    "script_version",
    "thorough_tests",
    "threat_recency",
    "asset_inventory",
    "cvss_base_score",
    "default_account",
    "metasploit_name",
    "vendor_severity",
    "asset_categories",
    "cvss3_base_score",
    "cvss4_base_score",
    "generated_plugin",
    "product_coverage",
    "script_copyright",
    "vendor_unpatched",
    "cvss_score_source",
    "exploit_available",
    "os_identification",
    "cvss3_score_source",
    "cvss4_threat_score",
    "cvssV3_impactScore",
    "hardware_inventory",
    "cvss4_threat_vector",
    "cvss_temporal_score",
    "exploitability_ease",
    "exploited_by_nessus",
    "cisa-known-exploited",
    "cvss3_temporal_score",
    "cvss_score_rationale",
    "cvss_temporal_vector",
    "exploited_by_malware",
    "compliance_check_type",
    "cvss3_temporal_vector",
    "exploit_code_maturity",
    "unsupported_by_vendor",
    "vuln_publication_date",
    "exploit_framework_core",
    "patch_publication_date",
    "threat_sources_last_28",
    "plugin_publication_date",
    "potential_vulnerability",
    "asset_inventory_category",
    "exploit_framework_canvas",
    "plugin_modification_date",
    "threat_intensity_last_28",
    "exploit_framework_d2_elliot",
    "exploit_framework_exploithub",
    "exploit_framework_metasploit",
    "compliance_supports_replacement",
    "compliance_supports_parse_validation",
];

/// The name as it is kept, if it is one of them.
pub fn name_of(element: &[u8]) -> Option<&'static str> {
    let found = NAMES.binary_search_by(|name| (name.len(), name.as_bytes()).cmp(&(element.len(), element)));
    found.ok().map(|at| NAMES[at])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_sorted_and_found() {
        assert!(NAMES.is_sorted_by_key(|name| (name.len(), *name)));
        assert!(NAMES.iter().all(|name| name_of(name.as_bytes()) == Some(name)));
        assert_eq!(name_of(b"plugin_output"), None);
    }
}
