//! The ledger is the difference of projections: a step appends what the new projection has and the books do not.

use model::{AssetId, Cause, Micros, Severity, TeamId, Workflow};
use std::collections::BTreeMap;

/// One line of an occurrence's books: plus or minus one, with the dimensions it counts under.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Line {
    /// When the scanner looked or the person spoke; never when it was recorded.
    pub happened_at: Micros,
    /// +1 or −1.
    pub sign: i8,
    /// Why.
    pub cause: Cause,
    /// The team at that instant.
    pub team: Option<TeamId>,
    /// The severity at that instant.
    pub severity: Severity,
    /// The workflow state at that instant.
    pub workflow: Workflow,
    /// The asset.
    pub asset: AssetId,
}

impl Line {
    /// The line that cancels this one: a copy with the sign turned, so that gross sums by cause and day cancel too.
    #[must_use]
    pub fn turned(self) -> Self {
        Self { sign: -self.sign, ..self }
    }

    /// The line as a positive one, and its sign: what books are netted by.
    fn account(self) -> (Self, i64) {
        (Self { sign: 1, ..self }, i64::from(self.sign))
    }
}

/// The net of entries: what remains when copies with turned signs have cancelled each other, sorted.
#[must_use]
pub fn net(entries: impl Iterator<Item = Line>) -> Vec<Line> {
    expand(&sums(entries))
}

/// What must be appended to books whose net is `before` so that their net becomes `after`. Cancelling copies come first,
/// each part in the lines' order.
#[must_use]
pub fn delta(before: &[Line], after: &[Line]) -> Vec<Line> {
    if before == after {
        return Vec::new();
    }
    let (old, new) = (split(before), split(after));
    let mut cancelled = Vec::new();
    let mut added = Vec::new();
    for (line, count) in &old {
        let kept = new.get(line).copied().unwrap_or(0);
        cancelled.extend((kept..*count).map(|_| line.turned()));
    }
    for (line, count) in &new {
        let had = old.get(line).copied().unwrap_or(0);
        added.extend((had..*count).map(|_| *line));
    }
    cancelled.append(&mut added);
    cancelled
}

fn sums(entries: impl Iterator<Item = Line>) -> BTreeMap<Line, i64> {
    let mut sums = BTreeMap::new();
    for entry in entries {
        let (account, sign) = entry.account();
        *sums.entry(account).or_insert(0) += sign;
    }
    sums
}

fn expand(sums: &BTreeMap<Line, i64>) -> Vec<Line> {
    let mut lines: Vec<Line> = sums
        .iter()
        .flat_map(|(line, sum)| {
            let signed = if *sum < 0 { line.turned() } else { *line };
            (0..sum.unsigned_abs()).map(move |_| signed)
        })
        .collect();
    lines.sort_unstable();
    lines
}

/// Lines by how often they occur, after netting: a pair that cancels is no line at all.
fn split(lines: &[Line]) -> BTreeMap<Line, i64> {
    let mut counts = BTreeMap::new();
    for line in net(lines.iter().copied()) {
        *counts.entry(line).or_insert(0) += 1;
    }
    counts
}
