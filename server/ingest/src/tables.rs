//! The tables that rows point into, and the count of rows: what every format's parser fills.

use crate::fields;
use crate::remarks::Remarks;
use crate::{Options, Parsed, ParsedAsset, QuarantineReason, Quarantined, Refusal, RefusalCode, Sink, text};
use model::facts::{AssetFacts, Prose, Row, ScanFacts, WeaknessFacts};
use std::borrow::Borrow;
use std::collections::HashMap;

/// How many assets, and how many weaknesses, one export may name.
const MAX_ENTRIES: usize = 2_000_000;

/// Bytes of the weaknesses' texts that are held until the end. All plugins of Nessus together stay below.
const MAX_PROSE: usize = 1 << 30;

/// Values in one list of a weakness. The rules with the most have some hundreds of CVE ids.
const MAX_LISTED: usize = 4096;

/// How much of a value a quarantined row's detail repeats, in characters.
const MAX_DETAIL: usize = 120;

/// Between two reports of progress, in bytes.
const PROGRESS: u64 = 1 << 20;

/// Collects assets and weaknesses, passes rows on, and counts.
pub struct Collector<'s> {
    sink: &'s mut dyn Sink,
    max_rows: u64,
    assets: Vec<ParsedAsset>,
    assets_by_name: HashMap<String, u32>,
    weaknesses: Vec<WeaknessFacts>,
    weaknesses_by_rule: HashMap<String, u32>,
    prose: usize,
    rows: u64,
    no_finding: u64,
    quarantined: u64,
    reported: u64,
    accept_partial: bool,
    partial: bool,
    /// Remarks of the parser.
    pub remarks: Remarks,
}

impl<'s> Collector<'s> {
    /// An empty collection in front of a sink.
    pub fn new(sink: &'s mut dyn Sink, options: &Options) -> Self {
        Self {
            sink,
            max_rows: options.limits.max_rows,
            assets: Vec::new(),
            assets_by_name: HashMap::new(),
            weaknesses: Vec::new(),
            weaknesses_by_rule: HashMap::new(),
            prose: 0,
            rows: 0,
            no_finding: 0,
            quarantined: 0,
            reported: 0,
            accept_partial: options.accept_partial,
            partial: false,
            remarks: Remarks::default(),
        }
    }

    /// Adds an asset without asking whether one of that name is known.
    ///
    /// # Errors
    /// If there are too many.
    pub fn add_asset(&mut self, asset: ParsedAsset) -> Result<u32, Refusal> {
        let index = next_index(self.assets.len())?;
        self.assets.push(asset);
        Ok(index)
    }

    /// The asset of that name, added if it is new.
    ///
    /// # Errors
    /// If there are too many.
    pub fn asset_named(&mut self, facts: &AssetFacts) -> Result<u32, Refusal> {
        if let Some(index) = self.assets_by_name.get(&facts.name) {
            return Ok(*index);
        }
        let index = self.add_asset(ParsedAsset { facts: facts.clone(), ..ParsedAsset::default() })?;
        self.assets_by_name.insert(facts.name.clone(), index);
        Ok(index)
    }

    /// An asset that was added.
    pub fn asset(&mut self, index: u32) -> &mut ParsedAsset {
        &mut self.assets[index as usize]
    }

    /// All assets.
    pub fn assets(&mut self) -> &mut [ParsedAsset] {
        &mut self.assets
    }

    /// The weakness of that rule, if it is known.
    pub fn weakness_of(&self, rule: &str) -> Option<u32> {
        self.weaknesses_by_rule.get(rule).copied()
    }

    /// Adds a weakness whose rule is not known yet.
    ///
    /// # Errors
    /// If there are too many, or their texts are too long together.
    pub fn add_weakness(&mut self, facts: WeaknessFacts) -> Result<u32, Refusal> {
        let index = next_index(self.weaknesses.len())?;
        self.hold_prose(&facts.prose)?;
        self.weaknesses_by_rule.insert(facts.rule.clone(), index);
        self.weaknesses.push(facts);
        Ok(index)
    }

    /// Accounts for the texts of a weakness that is described after it was added.
    ///
    /// # Errors
    /// If the texts of all are too long together.
    pub fn hold_prose(&mut self, prose: &Prose) -> Result<(), Refusal> {
        let texts = [&prose.synopsis, &prose.description, &prose.solution, &prose.references];
        let fields = prose.fields.iter().map(|(name, value)| name.len() + value.len());
        self.grow(texts.into_iter().map(String::len).chain(fields).sum())
    }

    /// Accounts for bytes of texts that a weakness has gained since it was added.
    ///
    /// # Errors
    /// If the texts are too long together.
    pub fn grow(&mut self, bytes: usize) -> Result<(), Refusal> {
        self.prose += bytes;
        if self.prose > MAX_PROSE {
            return Err(Refusal::new(RefusalCode::TooLarge, MAX_PROSE.to_string()));
        }
        Ok(())
    }

    /// A weakness that was added.
    pub fn weakness(&mut self, index: u32) -> &mut WeaknessFacts {
        &mut self.weaknesses[index as usize]
    }

    /// All weaknesses.
    pub fn weaknesses(&mut self) -> &mut [WeaknessFacts] {
        &mut self.weaknesses
    }

    /// Passes a sighting on.
    ///
    /// # Errors
    /// If there are too many rows, or the sink wants no more.
    pub fn row(&mut self, row: Row) -> Result<(), Refusal> {
        self.count()?;
        if self.sink.row(row).is_break() { Err(stopped()) } else { Ok(()) }
    }

    /// Whether the file has as many rows as it says itself. One that has not is a part, or was changed by hand.
    pub fn has_all(&mut self, said: Option<u64>) -> bool {
        let Some(said) = said.filter(|said| *said != self.rows) else { return true };
        self.remarks.add("count_differs", &format!("{} / {said}", self.rows));
        false
    }

    /// Counts a row that says that there is nothing.
    ///
    /// # Errors
    /// If there are too many rows.
    pub fn no_finding(&mut self) -> Result<(), Refusal> {
        self.no_finding += 1;
        self.count()
    }

    /// Passes a row on that could not be understood.
    ///
    /// # Errors
    /// If there are too many rows, or the sink wants no more.
    pub fn quarantine(&mut self, (reason, detail): Flaw, place: Option<(u64, u64)>, raw: &[u8]) -> Result<(), Refusal> {
        self.quarantined += 1;
        self.count()?;
        let quarantined = Quarantined {
            line: place.map(|(line, _)| line),
            offset: place.map(|(_, offset)| offset),
            reason,
            detail: text::beginning(&detail, MAX_DETAIL).to_owned(),
            raw: raw[..raw.len().min(Quarantined::MAX_RAW)].to_vec(),
        };
        if self.sink.quarantined(quarantined).is_break() { Err(stopped()) } else { Ok(()) }
    }

    /// Tells the sink how far the file has been read, now and then.
    pub fn progress(&mut self, bytes: u64) {
        if bytes >= self.reported + PROGRESS {
            self.reported = bytes;
            self.sink.progress(bytes);
        }
    }

    /// How the reading of the rows ended. A file that ends early counts as read up to there if the importer accepts a part
    /// and there is one: the row that was cut was not handed over, and what follows it is as if the scan had not looked.
    ///
    /// # Errors
    /// The refusal, if it stands.
    pub fn accept(&mut self, read: Result<(), Refusal>) -> Result<(), Refusal> {
        match read {
            Err(refusal) if refusal.code == RefusalCode::Truncated && self.accept_partial && self.rows > 0 => {
                self.partial = true;
                let place = refusal.line.map(|line| format!("{line} ")).unwrap_or_default();
                self.remarks.add("read_in_part", format!("{place}{}", refusal.detail).trim());
                Ok(())
            }
            read => read,
        }
    }

    /// Everything that was collected.
    pub fn finish(mut self, mut scan: ScanFacts) -> Parsed {
        scan.coverage.incomplete |= self.partial;
        for weakness in &mut self.weaknesses {
            weakness.cve.sort_unstable();
            weakness.cve.dedup();
            weakness.cwe.sort_unstable();
            weakness.cwe.dedup();
            weakness.refs.sort_unstable();
            weakness.refs.dedup();
            weakness.cvss.sort_unstable();
            weakness.fields = weakness.prose.fields.iter().map(|(name, _)| name.clone()).collect();
            weakness.fields.dedup();
            if fields::limited(&weakness.prose.fields) {
                self.remarks.add("fields_limited", &weakness.rule);
            }
            if [weakness.cve.len(), weakness.cwe.len(), weakness.refs.len()].contains(&MAX_LISTED) {
                self.remarks.add("references_cut", &weakness.rule);
            }
        }
        scan.remarks = self.remarks.into_facts();
        Parsed {
            scan,
            assets: self.assets,
            weaknesses: self.weaknesses,
            rows: self.rows,
            no_finding: self.no_finding,
            quarantined: self.quarantined,
        }
    }

    fn count(&mut self) -> Result<(), Refusal> {
        self.rows += 1;
        if self.rows > self.max_rows {
            return Err(Refusal::new(RefusalCode::TooManyRows, self.max_rows.to_string()));
        }
        Ok(())
    }
}

/// Why a row cannot be understood, and which field it is about.
pub type Flaw = (QuarantineReason, String);

fn stopped() -> Refusal {
    Refusal::new(RefusalCode::Stopped, "")
}

/// The index of the next of so many entries.
///
/// # Errors
/// If there are too many.
pub fn next_index(len: usize) -> Result<u32, Refusal> {
    u32::try_from(len)
        .ok()
        .filter(|_| len < MAX_ENTRIES)
        .ok_or_else(|| Refusal::new(RefusalCode::TooManyRows, MAX_ENTRIES.to_string()))
}

/// Adds a value to a sorted list that holds each once, up to [`MAX_LISTED`]. `hint` is where the last one was found: rows of one
/// rule list the same values in the same order, so the next one is mostly the next in the list.
pub fn unite<T, V>(list: &mut Vec<T>, hint: &mut usize, value: &V)
where
    T: Borrow<V>,
    V: Ord + ToOwned<Owned = T> + ?Sized,
{
    if list.get(*hint).is_some_and(|known| known.borrow() == value) {
        *hint += 1;
        return;
    }
    match list.binary_search_by(|known| known.borrow().cmp(value)) {
        Ok(at) => *hint = at + 1,
        Err(at) if list.len() < MAX_LISTED => {
            list.insert(at, value.to_owned());
            *hint = at + 1;
        }
        Err(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn united_values_stay_distinct_in_any_order() {
        let (mut list, mut hint) = (Vec::new(), 0);
        for value in ["a", "b", "a", "c", "b", "c"] {
            unite(&mut list, &mut hint, value);
        }
        assert_eq!(list, ["a", "b", "c"]);
    }
}
