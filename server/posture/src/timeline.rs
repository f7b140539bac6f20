//! One occurrence's observations merged per instant: seen, absent with proof, or nothing.

use crate::coverage::judge;
use crate::decision::OccurrenceFacts;
use crate::history::{Indexed, Observation, Seen};
use model::status::NotRetested;
use model::{Grade, Micros, ScanId, SeriesId, Severity};

/// What one instant says of the occurrence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Look {
    pub(crate) at: Micros,
    pub(crate) scan: ScanId,
    pub(crate) dated: bool,
    pub(crate) what: What,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum What {
    Seen(Severity),
    /// Proved absent while present; only ever follows a `Seen`.
    Absent(Grade),
}

/// The looks that count, in time order, and why the occurrence counts as not re-tested, if it does.
pub(crate) struct Timeline {
    pub(crate) looks: Vec<Look>,
    pub(crate) not_retested: Option<NotRetested>,
}

/// Reads an occurrence's timeline; `None` if nothing in force saw it.
pub(crate) fn timeline(index: &Indexed<'_>, occurrence: &OccurrenceFacts<'_>) -> Option<Timeline> {
    let rows = counted(index, index.seen_of(occurrence.number));
    let first = rows.first()?;
    let start = index.order.partition_point(|o| o.at < first.at);
    let mut walk = Walk { index, occurrence, looks: Vec::new(), earlier: Vec::new(), present: false };
    let mut rank = start;
    let mut next = 0;
    while rank < index.order.len() {
        let at = index.order[rank].at;
        let end = rank + index.order[rank..].partition_point(|o| o.at == at);
        let here = rows[next..].partition_point(|r| r.at == at);
        if here > 0 {
            walk.seen(&rows[next..next + here]);
            next += here;
        } else if walk.present {
            walk.absent(rank, end);
        }
        rank = end;
    }
    let not_retested = if walk.present { not_retested(&walk) } else { None };
    Some(Timeline { looks: walk.looks, not_retested })
}

/// A sighting that counts.
struct Counted<'a> {
    at: Micros,
    severity: Severity,
    observation: &'a Observation,
}

/// The sightings that count, by instant. Dated ones do, but a Burp serial only at its earliest instant; where no dated
/// scan saw the occurrence, the earliest undated ones do.
fn counted<'a>(index: &Indexed<'a>, seen: &[Seen]) -> Vec<Counted<'a>> {
    let observation = |s: &Seen| index.order[s.rank as usize];
    let any_dated = seen.iter().any(|s| observation(s).dated);
    let first_undated = seen.iter().map(|s| observation(s).at).min();
    let mut serials: Vec<(u64, Micros)> = Vec::new();
    let mut rows = Vec::with_capacity(seen.len());
    for row in seen {
        let by = observation(row);
        if any_dated != by.dated || (!any_dated && Some(by.at) != first_undated) {
            continue;
        }
        if let Some(serial) = row.sighting.serial {
            match serials.iter().find(|(known, _)| *known == serial) {
                Some((_, since)) if *since != by.at => continue,
                Some(_) => {}
                None => serials.push((serial, by.at)),
            }
        }
        rows.push(Counted { at: by.at, severity: row.sighting.severity, observation: by });
    }
    rows
}

struct Walk<'a, 'b> {
    index: &'b Indexed<'a>,
    occurrence: &'b OccurrenceFacts<'b>,
    looks: Vec<Look>,
    /// The observations that saw it so far, oldest first.
    earlier: Vec<&'a Observation>,
    present: bool,
}

impl<'a> Walk<'a, '_> {
    fn seen(&mut self, rows: &[Counted<'a>]) {
        let [first, ..] = rows else { return };
        let severity = rows.iter().map(|r| r.severity).max().unwrap_or(first.severity);
        let Observation { at, scan, dated, .. } = *first.observation;
        self.looks.push(Look { at, scan, dated, what: What::Seen(severity) });
        for row in rows {
            if !self.earlier.last().is_some_and(|last| std::ptr::eq(*last, row.observation)) {
                self.earlier.push(row.observation);
            }
        }
        self.present = true;
    }

    /// The best proof among the instant's observations closes; ties go to the earlier in the index's order.
    fn absent(&mut self, from: usize, to: usize) {
        let mut best: Option<(Grade, &Observation)> = None;
        for closing in &self.index.order[from..to] {
            if let Ok(grade) = self.judge(closing)
                && best.is_none_or(|(than, _)| grade < than)
            {
                best = Some((grade, closing));
            }
        }
        if let Some((grade, closing)) = best {
            let Observation { at, scan, dated, .. } = *closing;
            self.looks.push(Look { at, scan, dated, what: What::Absent(grade) });
            self.present = false;
        }
    }

    fn judge(&self, closing: &Observation) -> Result<Grade, NotRetested> {
        if closing.sightings.binary_search_by_key(&self.occurrence.number, |s| s.occurrence).is_ok() {
            return Err(if closing.dated { NotRetested::SameFinding } else { NotRetested::Undated });
        }
        judge(self.index.history.tool, closing, self.occurrence, &self.earlier)
    }
}

/// Present, the newest scan of a series that once saw it neither saw nor covered it, and no later scan saw it.
fn not_retested(walk: &Walk<'_, '_>) -> Option<NotRetested> {
    let last_seen = walk.earlier.iter().map(|o| o.at).max()?;
    let mut series: Vec<SeriesId> = walk.earlier.iter().map(|o| o.series).collect();
    series.sort_unstable();
    series.dedup();
    let newest = series.into_iter().filter_map(|series| newest(walk, series));
    let (.., reason) = newest.filter(|(at, ..)| *at > last_seen).max()?;
    Some(reason)
}

/// The newest scan of a series: when, which export, and what it lacked.
fn newest(walk: &Walk<'_, '_>, series: SeriesId) -> Option<(Micros, [u8; 32], NotRetested)> {
    let mut here = walk.index.order.iter().rev().filter(|o| o.dated && o.series == series);
    let known = walk.index.history.newest.iter().find(|n| n.series == series);
    let observation = match known {
        Some(known) => match here.find(|o| o.scan == known.scan) {
            Some(observation) => observation,
            None => return Some((known.at, [0; 32], NotRetested::AssetNotScanned)),
        },
        None => here.next()?,
    };
    let reason = walk.judge(observation).err()?;
    Some((observation.at, observation.export_hash, reason))
}
