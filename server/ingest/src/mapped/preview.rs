//! The first records of a file as a mapping reads them, while a person defines it.

use super::finding::{Meaning, meaning};
use super::records::{Record, Seen, Source};
use crate::{HEAD, Limits, Refusal, RefusalCode};
use model::view::mapping::{PreviewOutcome, PreviewRow};
use model::{MappedField, Mapping};

/// How the first records would be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Preview {
    /// The first records, each as [`crate::parse`] reads it.
    pub rows: Vec<PreviewRow>,
    /// Why the file, as far as it is known, would be refused: a column of the mapping is not there, or a value is broken.
    pub refusal: Option<Refusal>,
}

/// Reads up to `rows` records of a file's first bytes. Fewer than [`HEAD`] are the whole file; with so many or more, the file
/// goes on, so that a record at the end is left out, because it may be cut.
#[must_use]
pub fn preview(head: &[u8], mapping: &Mapping, rows: usize) -> Preview {
    let goes_on = head.len() >= HEAD;
    let (mut found, mut seen) = (Vec::new(), Seen::default());
    let source = Source { head: &head[..head.len().min(HEAD)], mapping, limits: &Limits::default() };
    let read = source.read(&mut &*head, &mut seen, &mut |record| {
        if found.len() == rows || (record.open && goes_on) {
            return Err(Refusal::new(RefusalCode::Stopped, ""));
        }
        found.push(shown(mapping, record));
        Ok(())
    });
    let expected = |code| code == RefusalCode::Stopped || (code == RefusalCode::Truncated && goes_on);
    Preview { rows: found, refusal: read.err().filter(|refusal| !expected(refusal.code)) }
}

fn shown(mapping: &Mapping, record: Record<'_>) -> PreviewRow {
    let read = record.values.and_then(|values| Ok((values, meaning(mapping, values)?)));
    let outcome = match read {
        Ok((_, Meaning::Finding(finding))) => PreviewOutcome::Sighting {
            rule: finding.rule,
            title: finding.title,
            severity: finding.severity,
            asset: finding.asset.name,
            place: finding.place.to_string(),
        },
        Ok((values, Meaning::Nothing(_))) => {
            PreviewOutcome::NoFinding { status: values.get(MappedField::Status).to_owned() }
        }
        Err((reason, detail)) => PreviewOutcome::Quarantined { reason: reason.word().to_owned(), detail },
    };
    PreviewRow { line: record.place.map(|(line, _)| line), outcome }
}
