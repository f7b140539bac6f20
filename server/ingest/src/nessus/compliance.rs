//! Compliance rows: one plugin runs every check of an audit file, so the check is part of the rule.

use crate::fields;
use crate::tables::unite;
use model::facts::{Prose, WeaknessFacts};

/// How a compliance check ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The setting is not as it should be: a sighting.
    Failed,
    /// It is: covered and absent.
    Passed,
    /// The check could not say (ERROR) or leaves it to a person (WARNING): not covered.
    Undecided,
}

impl Outcome {
    /// The outcome that Nessus writes. A word that is not known counts as failed: it must not vanish.
    pub fn of(word: &str) -> Self {
        match word {
            "PASSED" => Self::Passed,
            "ERROR" | "WARNING" => Self::Undecided,
            _ => Self::Failed,
        }
    }

    /// Whether a word is one of those with which checks end, as tables have them in place of a severity.
    pub fn is_known(word: &str) -> bool {
        matches!(word, "PASSED" | "FAILED" | "ERROR" | "WARNING")
    }
}

/// What a compliance row says besides the usual fields.
#[derive(Default)]
pub struct Check {
    /// The check's name.
    pub name: String,
    /// The check's id, where the export has one.
    pub id: String,
    /// The outcome's word.
    pub result: String,
    /// What it is about.
    pub info: String,
    /// What to do.
    pub solution: String,
    /// Links.
    pub see_also: String,
    /// Controls of standards, `800-53|AC-2,CSF|PR.AC-1`.
    pub reference: String,
    /// The value that was found.
    pub actual: String,
    /// The value that should have been found.
    pub expected: String,
}

impl Check {
    /// The field of an element named `cm:compliance-…`, if it is one of those that are read.
    pub fn field(&mut self, name: CheckField) -> &mut String {
        match name {
            CheckField::Name => &mut self.name,
            CheckField::Id => &mut self.id,
            CheckField::Result => &mut self.result,
            CheckField::Info => &mut self.info,
            CheckField::Solution => &mut self.solution,
            CheckField::SeeAlso => &mut self.see_also,
            CheckField::Reference => &mut self.reference,
            CheckField::Actual => &mut self.actual,
            CheckField::Expected => &mut self.expected,
        }
    }

    /// Fills in name and result from the description, which before Nessus 5 was the only place: `"name" : [FAILED]`.
    pub fn complete(&mut self, description: &str) {
        let line = description.trim_start().lines().next().unwrap_or_default();
        let Some((name, result)) = line.rsplit_once(": [").or_else(|| line.rsplit_once(":[")) else { return };
        if self.name.is_empty() {
            name.trim().trim_matches('"').clone_into(&mut self.name);
        }
        if self.result.is_empty() {
            result.trim().trim_end_matches(']').clone_into(&mut self.result);
        }
    }

    /// Takes the elements in that Tenable.sc writes into a plugin's output, and says whether there are any. A check that ran
    /// twice has two results there, of which the one that is not PASSED counts.
    pub fn read_tags(&mut self, output: &str) -> bool {
        let mut found = false;
        for part in output.split("<cm:").skip(1) {
            let Some((name, text)) = part.split_once('>') else { continue };
            let Some(field) = CheckField::of(name.as_bytes()) else { continue };
            let text = text.split("</cm:").next().unwrap_or(text).trim();
            let outvoted = matches!(field, CheckField::Result) && self.result == "PASSED";
            let slot = self.field(field);
            if slot.is_empty() || outvoted {
                text.clone_into(slot);
            }
            found = true;
        }
        found
    }

    /// Whether anything makes this a check at all.
    pub fn exists(&self) -> bool {
        !(self.name.is_empty() && self.id.is_empty())
    }

    /// Puts the check's words in the place of the plugin's, which become fields. The description of a row repeats them, with what
    /// was found on that host.
    pub fn describe(&self, facts: &mut WeaknessFacts) {
        let Prose { description, solution, references, fields, .. } = &mut facts.prose;
        for (text, name, of_check) in [
            (&mut facts.title, "pluginName", &self.name),
            (solution, "solution", &self.solution),
            (references, "see_also", &self.see_also),
        ] {
            let of_check = of_check.trim();
            if !of_check.is_empty() && text != of_check {
                let of_plugin = std::mem::replace(text, of_check.to_owned());
                fields::add(fields, &mut 0, name, &of_plugin);
            }
        }
        if !self.info.trim().is_empty() {
            self.info.trim().clone_into(description);
        }
        let controls = self.reference.split(',').map(str::trim).filter(|control| !control.is_empty());
        controls.for_each(|control| unite(&mut facts.refs, &mut 0, control.replacen('|', ":", 1).as_str()));
    }

    /// The second part of the rule: the check's id, else a hash of its name.
    pub fn key(&self) -> String {
        match self.id.trim() {
            "" => format!("{:016x}", fnv1a(self.name.trim().as_bytes())),
            id => id.to_owned(),
        }
    }
}

/// The elements of a compliance row.
#[derive(Clone, Copy)]
pub enum CheckField {
    /// `compliance-check-name`.
    Name,
    /// `compliance-check-id`.
    Id,
    /// `compliance-result`.
    Result,
    /// `compliance-info`.
    Info,
    /// `compliance-solution`.
    Solution,
    /// `compliance-see-also`.
    SeeAlso,
    /// `compliance-reference`.
    Reference,
    /// `compliance-actual-value`.
    Actual,
    /// `compliance-policy-value`.
    Expected,
}

impl CheckField {
    /// The field of an element, by its name without the prefix.
    pub fn of(local_name: &[u8]) -> Option<Self> {
        Some(match local_name {
            b"compliance-check-name" => Self::Name,
            b"compliance-check-id" => Self::Id,
            b"compliance-result" => Self::Result,
            b"compliance-info" => Self::Info,
            b"compliance-solution" => Self::Solution,
            b"compliance-see-also" => Self::SeeAlso,
            b"compliance-reference" => Self::Reference,
            b"compliance-actual-value" => Self::Actual,
            b"compliance-policy-value" => Self::Expected,
            _ => return None,
        })
    }
}

/// FNV-1a with 64 bits: part of a rule's identity, so it never changes.
fn fnv1a(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_old_form_tells_name_and_result_in_the_description() {
        let mut check = Check::default();
        check.complete("\"1.1 Passwords: length\" : [PASSED]\n\nmore");
        assert_eq!((check.name.as_str(), check.result.as_str()), ("1.1 Passwords: length", "PASSED"));
    }

    #[test]
    fn a_check_may_stand_in_an_output() {
        let mut check = Check::default();
        let output = "<cm:compliance-check-name>1.1 Length</cm:compliance-check-name>\n\
                      <cm:compliance-result>PASSED</cm:compliance-result><cm:compliance-result>FAILED</cm:compliance-result>";
        assert!(check.read_tags(output));
        assert_eq!((check.name.as_str(), check.result.as_str()), ("1.1 Length", "FAILED"));
        assert!(!Check::default().read_tags("a < b <cm:other>"));
    }

    #[test]
    fn the_hash_of_a_name_is_that_of_the_published_algorithm() {
        assert_eq!(fnv1a(b"foobar"), 0x8594_4171_f739_67e8);
    }

    #[test]
    fn an_unknown_outcome_is_a_sighting() {
        assert_eq!(Outcome::of("PASSED"), Outcome::Passed);
        assert_eq!(Outcome::of("WARNING"), Outcome::Undecided);
        assert_eq!(Outcome::of("FEHLER"), Outcome::Failed);
    }
}
