//! A record of the table: the same row as the XML's `ReportItem`.

use super::Parser;
use super::columns::Column;
use crate::nessus::compliance::Outcome;
use crate::nessus::info;
use crate::nessus::row::{Contents, Sound, invalid, plugin_of, severity_of};
use crate::nessus::rule::{Field, Hints, RISK};
use crate::nessus::words::Words;
use crate::tables::Flaw;
use crate::{QuarantineReason, Refusal};
use csv::StringRecord;
use model::Severity;
use model::facts::{Place, WeaknessFacts};

/// What Tenable.sc writes before a plugin's output.
const OUTPUT: &str = "Plugin Output: ";

impl Parser<'_> {
    /// Reads a record, or says what is wrong with it.
    ///
    /// # Errors
    /// If there is too much of something, or the sink wants no more.
    pub(super) fn row(&mut self, record: &StringRecord) -> Result<Result<(), Flaw>, Refusal> {
        let mut contents = Contents::default();
        let sound = match self.checked(record, &mut contents) {
            Ok(sound) => sound,
            Err(flaw) => return Ok(Err(flaw)),
        };
        // Tenable VM keeps findings that its later scans did not see any more.
        if self.columns.cell(record, Column::State).eq_ignore_ascii_case("fixed") {
            self.fixed += 1;
            return self.rows.collector.no_finding().map(Ok);
        }
        let known = Some(sound.plugin).filter(|_| !contents.is_check).and_then(|plugin| self.rows.known(plugin));
        let mut words = std::mem::take(&mut self.words);
        words.clear();
        words.family.push_str(self.columns.cell(record, Column::Family));
        let mut draft = WeaknessFacts::default();
        self.contents(record, known, &mut words, &mut draft, &mut contents);
        let host = self.hosts.index_of(record, self.columns, &mut self.rows.collector)?;
        self.hosts.see(host, record, self.columns, &self.options.zone_offset, &mut self.rows.collector.remarks);
        if sound.plugin == info::PLUGIN {
            let told = self.rows.info.read(&contents.output);
            self.hosts.told(host, told.span(&self.options.zone_offset));
            let observation = &mut self.rows.collector.asset(host).observation;
            observation.credentialed = told.credentialed.or(observation.credentialed);
        }
        if contents.is_check && contents.check.id.is_empty() {
            self.rows.collector.remarks.add("checks_without_id", "");
        }
        self.rows.emit(host, sound, known, &words, draft, contents)?;
        self.words = words;
        Ok(Ok(()))
    }

    /// What places the row, if a row can be made of it.
    pub(super) fn checked(&self, record: &StringRecord, contents: &mut Contents) -> Result<Sound, Flaw> {
        let cell = |column| self.columns.cell(record, column);
        let missing = |name: &str| (QuarantineReason::FieldMissing, name.to_owned());
        let plugin = plugin_of(Some(cell(Column::Plugin)))?;
        let family = cell(Column::Family);
        let output = cell(Column::Rule(Field::Output));
        contents.is_check = contents.check.read_tags(output) || family.replace(' ', "") == "PolicyCompliance";
        let severity = match (cell(Column::Severity), cell(Column::Rule(RISK))) {
            ("", risk) => severity_of(None, risk)?,
            (word, _) if Outcome::is_known(word) => {
                contents.is_check = true;
                word.clone_into(&mut contents.check.result);
                // A check that failed is high in the XML; of the others no severity is kept.
                Severity::High
            }
            (word, risk) => severity_of(Some(word), risk)?,
        };
        if super::hosts::name(record, self.columns).is_empty() {
            return Err(missing("host"));
        }
        let place = match cell(Column::Port) {
            // Without the column, the finding is somewhere on the host: not at port 0, which is the host itself.
            "" if !self.columns.has(Column::Port) => Place::Whole,
            port => Place::Port {
                protocol: cell(Column::Protocol).to_ascii_lowercase(),
                port: if port.is_empty() { 0 } else { port.parse().map_err(|_| invalid("port", port))? },
                service: cell(Column::Service).to_owned(),
            },
        };
        Ok(Sound { plugin, place, severity })
    }

    /// Reads the cells of the plugin: what is the rule's goes to the words, and to the known weakness or to the draft.
    fn contents(
        &mut self,
        record: &StringRecord,
        known: Option<u32>,
        words: &mut Words,
        draft: &mut WeaknessFacts,
        contents: &mut Contents,
    ) {
        let mut fresh = Hints::default();
        let (facts, hints) = match known {
            Some(index) => {
                let at = index as usize;
                self.hints.resize_with(self.hints.len().max(at + 1), Hints::default);
                (self.rows.collector.weakness(index), &mut self.hints[at])
            }
            None => (draft, &mut fresh),
        };
        for (field, text) in self.columns.rule_cells(record) {
            if text.trim().is_empty() {
                continue;
            }
            match field {
                // A check's output consists of the elements that have been read.
                Field::Output if !contents.check.name.is_empty() => {}
                Field::Output => contents.output.push_str(text.strip_prefix(OUTPUT).unwrap_or(text)),
                // Nessus writes `CERT:1;CWE:2`, Tenable.sc `CERT #1,CWE #2`; the XML has an element for each.
                Field::Xref => {
                    for reference in text.split([';', ',', '\n']) {
                        contents.take(field, &reference.replacen(" #", ":", 1), words, facts, hints);
                    }
                }
                field => contents.take(field, text, words, facts, hints),
            }
        }
    }
}
