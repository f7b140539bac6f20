//! A CVSS vector put together from chosen values.

use crate::cvss_score::{CvssVersion, base_metrics};
use crate::cvss_words::{Choice, choices_of};
use std::collections::BTreeMap;

/// Every version, the newest first.
pub const CVSS_VERSIONS: [CvssVersion; 4] = [CvssVersion::V4, CvssVersion::V31, CvssVersion::V30, CvssVersion::V2];

/// The metrics of a version with the values that each may have: first those that a vector must have.
#[must_use]
pub fn cvss_choices(version: CvssVersion) -> Vec<Choice> {
    let base = base_metrics(version);
    let mut choices = choices_of(version, base);
    choices.sort_by_key(|choice| base.iter().position(|id| *id == choice.id).unwrap_or(base.len()));
    choices
}

/// The vector of chosen values by metric. What is not defined, or no value of its metric, is left out.
#[must_use]
pub fn cvss_vector(version: CvssVersion, chosen: &BTreeMap<String, String>) -> String {
    let mut parts: Vec<String> = match version {
        CvssVersion::V2 => Vec::new(),
        _ => vec![format!("CVSS:{version}")],
    };
    for choice in cvss_choices(version) {
        let value = chosen.get(&choice.id).filter(|value| !matches!(value.as_str(), "X" | "ND"));
        let value = value.filter(|value| choice.values.iter().any(|(letters, _)| letters == *value));
        parts.extend(value.map(|value| format!("{}:{value}", choice.id)));
    }
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cvss_score;

    #[test]
    fn the_first_values_of_each_version_make_a_vector_that_scores() {
        for version in CVSS_VERSIONS {
            let chosen = cvss_choices(version).into_iter().filter(|choice| choice.required);
            let chosen: BTreeMap<String, String> =
                chosen.map(|choice| (choice.id.clone(), choice.values[0].0.clone())).collect();
            assert_eq!(chosen.len(), base_metrics(version).len());
            let vector = cvss_vector(version, &chosen);
            assert_eq!(cvss_score(&vector).map(|score| score.version), Some(version), "{vector}");
        }
    }

    #[test]
    fn what_is_no_value_is_left_out() {
        let chosen = [("AV", "N"), ("AC", "tomato"), ("E", "X"), ("tomato", "N")];
        let chosen = chosen.map(|(id, value)| (id.to_owned(), value.to_owned())).into();
        assert_eq!(cvss_vector(CvssVersion::V31, &chosen), "CVSS:3.1/AV:N");
        assert_eq!(cvss_vector(CvssVersion::V2, &chosen), "AV:N");
    }
}
