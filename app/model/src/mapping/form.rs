//! A mapping as the fields of a form: what a page without scripts sends, and what its names are.

use super::{MappedField, MappedFormat, Mapping};
use crate::Severity;
use std::collections::BTreeMap;
use std::str::FromStr;

/// The fields of a form by name.
pub type FormFields = BTreeMap<String, String>;

/// The form's name for the column of a field.
#[must_use]
pub fn column_name(field: MappedField) -> String {
    format!("column.{field}")
}

/// The form's names for the `n`-th word of severity and for what it means.
#[must_use]
pub fn word_names(n: usize) -> (String, String) {
    (format!("word.{n}"), format!("means.{n}"))
}

impl Mapping {
    /// The mapping as a form says it. What the form does not name, or names by a word that is none, stays as it is. The words
    /// of severity are always said together. The result may be wrong in ways that [`Mapping::validate`] names.
    #[must_use]
    pub fn said(mut self, fields: &FormFields) -> Self {
        let text = |name: &str| fields.get(name).map(|text| text.trim().to_owned());
        if let Some(tool) = text("tool") {
            self.tool = tool;
        }
        match &mut self.format {
            MappedFormat::Csv { delimiter } => set(delimiter, fields, "delimiter"),
            MappedFormat::Json { records } => *records = text("records").unwrap_or_else(|| records.clone()),
            MappedFormat::JsonLines {} => {}
        }
        for field in MappedField::ALL {
            match fields.get(&column_name(*field)) {
                Some(column) if column.is_empty() => drop(self.columns.remove(field)),
                Some(column) => drop(self.columns.insert(*field, column.clone())),
                None => {}
            }
        }
        set(&mut self.severity_numbers, fields, "numbers");
        set(&mut self.dates, fields, "dates");
        if let Some(word) = text("default") {
            self.default_severity = word.parse().ok();
        }
        if let Some(words) = fields.get("no_finding") {
            self.no_finding = words.lines().map(str::trim).filter(|word| !word.is_empty()).map(str::to_owned).collect();
        }
        self.severities = words_of_severity(fields);
        self
    }
}

fn set<T: FromStr>(value: &mut T, fields: &FormFields, name: &str) {
    if let Some(said) = fields.get(name).and_then(|word| word.parse().ok()) {
        *value = said;
    }
}

/// The words that mean a severity; one without a severity is read as usual.
fn words_of_severity(fields: &FormFields) -> BTreeMap<String, Severity> {
    let pairs = (0..).map(word_names).map_while(|(word, means)| Some((fields.get(&word)?, fields.get(&means)?)));
    pairs
        .filter(|(word, _)| !word.trim().is_empty())
        .filter_map(|(word, means)| Some((word.trim().to_owned(), means.parse().ok()?)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::{DateOrder, Delimiter, SeverityNumbers};
    use super::*;

    fn fields(pairs: &[(&str, &str)]) -> FormFields {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn a_form_says_every_part() {
        let mut mapping = Mapping::new("", MappedFormat::Csv { delimiter: Delimiter::Comma });
        mapping.columns.insert(MappedField::Cwe, "CWE".to_owned());
        mapping.columns.insert(MappedField::Ip, "IP".to_owned());
        let said = mapping.said(&fields(&[
            ("tool", " casero "),
            ("delimiter", "semicolon"),
            ("records", "/of/another/format"),
            ("column.rule", "Código"),
            ("column.cwe", ""),
            ("numbers", "cvss"),
            ("dates", "day_first"),
            ("default", "low"),
            ("no_finding", "fixed\r\n\r\n falso positivo \r\n"),
            ("word.0", "Muy grave"),
            ("means.0", "critical"),
            ("word.1", "Alta"),
            ("means.1", ""),
            ("word.2", ""),
            ("means.2", "low"),
        ]));
        assert_eq!(said.tool, "casero");
        assert_eq!(said.format, MappedFormat::Csv { delimiter: Delimiter::Semicolon });
        let columns: Vec<_> = said.columns.iter().map(|(field, column)| (field.word(), column.as_str())).collect();
        assert_eq!(columns, [("rule", "Código"), ("ip", "IP")]);
        assert_eq!((said.severity_numbers, said.dates), (SeverityNumbers::Cvss, DateOrder::DayFirst));
        assert_eq!(said.default_severity, Some(Severity::Low));
        assert_eq!(said.no_finding, ["fixed", "falso positivo"]);
        assert_eq!(said.severities, [("Muy grave".to_owned(), Severity::Critical)].into_iter().collect());
    }

    #[test]
    fn what_a_form_does_not_say_stays() {
        let mut mapping = Mapping::new("x", MappedFormat::Json { records: "/a".to_owned() });
        mapping.default_severity = Some(Severity::High);
        mapping.no_finding.push("fixed".to_owned());
        assert_eq!(mapping.clone().said(&fields(&[("dates", "sideways")])), mapping);
    }
}
