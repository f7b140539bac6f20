//! A CVSS vector spelled out: each metric and its value by name, in both languages.

use crate::cvss_score::{CvssVersion, bare, cvss_score};
use model::text::Locale;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::LazyLock;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    metric: Vec<Metric>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Metric {
    versions: Vec<CvssVersion>,
    id: String,
    en: String,
    es: String,
    /// English, then Spanish.
    values: BTreeMap<String, [String; 2]>,
}

static METRICS: LazyLock<Vec<Metric>> = LazyLock::new(|| {
    #[expect(clippy::expect_used, reason = "the file is compiled in, and a test reads it")]
    let file: File =
        toml::from_str(include_str!("../data/cvss.toml")).expect("the file that is compiled in can be read");
    file.metric
});

/// A metric of a vector, as it stands there and by name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CvssMetric {
    /// The metric's letters: `AV`.
    pub id: String,
    /// The value's letters: `N`.
    pub value: String,
    /// The metric's name in English and Spanish.
    name: [String; 2],
    /// The value's name in English and Spanish.
    value_name: [String; 2],
}

impl CvssMetric {
    /// The metric's name: `Attack vector`.
    #[must_use]
    pub fn name(&self, locale: Locale) -> &str {
        of(&self.name, locale)
    }

    /// The value's name: `Network`.
    #[must_use]
    pub fn value_name(&self, locale: Locale) -> &str {
        of(&self.value_name, locale)
    }
}

fn of(words: &[String; 2], locale: Locale) -> &str {
    let [en, es] = words;
    match locale {
        Locale::En => en,
        Locale::Es => es,
    }
}

/// The metrics of a vector in its own order, however a scanner writes it (see [`cvss_score`]). `None` if it is not a whole
/// vector.
#[must_use]
pub fn cvss_words(vector: &str) -> Option<Vec<CvssMetric>> {
    let version = cvss_score(vector)?.version;
    let parts = bare(vector).split('/').filter(|part| !part.starts_with("CVSS:"));
    parts.map(|part| part.split_once(':').and_then(|(id, value)| spelled(version, id, value))).collect()
}

/// A metric to choose a value of, with all names in English and Spanish.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// The metric's letters: `AV`.
    pub id: String,
    /// Its name in English.
    pub en: String,
    /// Its name in Spanish.
    pub es: String,
    /// The values: letters, and the names in English and Spanish.
    pub values: Vec<(String, [String; 2])>,
    /// Whether a vector must have it.
    pub required: bool,
}

/// The metrics of a version as they stand in the table.
pub(crate) fn choices_of(version: CvssVersion, required: &[&str]) -> Vec<Choice> {
    let of = METRICS.iter().filter(|metric| metric.versions.contains(&version));
    let choice = |metric: &Metric| Choice {
        id: metric.id.clone(),
        en: metric.en.clone(),
        es: metric.es.clone(),
        values: metric.values.iter().map(|(letters, names)| (letters.clone(), names.clone())).collect(),
        required: required.contains(&metric.id.as_str()),
    };
    of.map(choice).collect()
}

fn spelled(version: CvssVersion, id: &str, value: &str) -> Option<CvssMetric> {
    // The scorer takes either case in version 4.
    let known = |id: &str| {
        METRICS.iter().find(|metric| metric.id.eq_ignore_ascii_case(id) && metric.versions.contains(&version))
    };
    let (metric, modifies) = match known(id) {
        Some(metric) => (metric, false),
        None => (id.strip_prefix('M').and_then(known)?, true),
    };
    let value_name = match metric.values.iter().find(|(known, _)| known.eq_ignore_ascii_case(value)) {
        Some((_, words)) => words.clone(),
        None if modifies && value == "X" => ["Not defined".to_owned(), "Sin definir".to_owned()],
        None => return None,
    };
    let name = if modifies {
        [format!("Modified: {}", metric.en), format!("Modificado: {}", metric.es)]
    } else {
        [metric.en.clone(), metric.es.clone()]
    };
    Some(CvssMetric { id: id.to_owned(), value: value.to_owned(), name, value_name })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn each_version_is_spelled_out() {
        let say = |vector: &str, locale| {
            let metrics = cvss_words(vector).unwrap();
            let one = |metric: &CvssMetric| format!("{}: {}", metric.name(locale), metric.value_name(locale));
            metrics.iter().map(one).collect::<Vec<_>>().join("; ")
        };
        assert_eq!(
            say("CVSS2#AV:N/AC:L/Au:N/C:P/I:N/A:N", Locale::En),
            "Access vector: Network; Access complexity: Low; Authentication: None; Confidentiality impact: Partial; \
             Integrity impact: None; Availability impact: None"
        );
        assert!(
            say("CVSS:3.1/AV:P/AC:H/PR:L/UI:R/S:C/C:H/I:L/A:N", Locale::Es).starts_with("Vector de ataque: Físico; ")
        );
        let modified = "CVSS:4.0/AV:N/AC:L/AT:P/PR:N/UI:N/VC:H/VI:L/VA:L/SC:N/SI:N/SA:N/MSI:S/MAV:X";
        assert!(
            say(modified, Locale::En)
                .ends_with("Modified: Integrity of subsequent systems: Safety; Modified: Attack vector: Not defined")
        );
        assert_eq!(cvss_words("AV:N/AC:L"), None);
    }

    #[test]
    fn every_metric_and_value_of_the_scorer_has_its_words() {
        let bases = [
            "AV:N/AC:L/Au:N/C:P/I:N/A:N",
            "CVSS:3.0/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H",
            "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H",
            "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N",
        ];
        let ids: BTreeSet<String> = METRICS.iter().flat_map(|m| [m.id.clone(), format!("M{}", m.id)]).collect();
        let values: BTreeSet<&String> = METRICS.iter().flat_map(|metric| metric.values.keys()).collect();
        for base in bases {
            for id in &ids {
                for value in &values {
                    // Where the scorer takes a metric with a value, there are words for it.
                    let vector = match base.split('/').position(|part| part.starts_with(&format!("{id}:"))) {
                        None => format!("{base}/{id}:{value}"),
                        Some(at) => {
                            let mut parts: Vec<String> = base.split('/').map(str::to_owned).collect();
                            parts[at] = format!("{id}:{value}");
                            parts.join("/")
                        }
                    };
                    assert!(cvss_score(&vector).is_none() || cvss_words(&vector).is_some(), "{vector}");
                }
            }
        }
    }
}
