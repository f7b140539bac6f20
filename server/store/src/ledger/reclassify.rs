//! What is booked for weaknesses moves to other categories. It is knowledge: booked at the day that learned it, so that what
//! was known before stays as it was. No entry changes; what was posted is summed, and the sums move.
//!
//! The roll-up has the sums of a class already, so a class that moves as a whole is read there and no entry is. Of one that
//! parts, entries are read of all parts but the largest: the largest is what is left.

use super::changes::is_inventory;
use super::marks::{Of, mark};
use super::rollup::{Owasp, Rollup};
use crate::binds;
use crate::db::Tx;
use crate::error::Result;
use crate::overrides::Pair;
use crate::step::Taken;
use crate::value::Value;
use std::collections::{BTreeMap, BTreeSet};

crate::sql::statements! {
    // By where the weaknesses stand now, so that all parts of a class are read in one go.
    BOOKED = "SELECT e.day, e.cause, e.severity, COALESCE(e.team_id, 0), e.workflow, w.tool, w.owasp_2017, w.owasp_2021, \
        w.owasp_2025, CAST(SUM(e.sign) AS BIGINT) FROM weakness w JOIN occurrence o ON o.weakness_id = w.id \
        JOIN entry e ON e.occurrence_id = o.id WHERE w.id IN ($*) \
        AND NOT EXISTS (SELECT 1 FROM parted p WHERE p.asset_id = o.asset_id AND p.weakness_id = o.weakness_id \
        AND p.until_step IS NULL) \
        GROUP BY e.day, e.cause, e.severity, COALESCE(e.team_id, 0), e.workflow, w.tool, w.owasp_2017, w.owasp_2021, \
        w.owasp_2025 HAVING SUM(e.sign) <> 0";
    // The same of a whole class, by its sums.
    OF_CLASS = "SELECT day, cause, severity, team, workflow, tool, CAST(SUM(total) AS BIGINT) FROM rollup \
        WHERE owasp_2017 = $1 AND owasp_2021 = $2 AND owasp_2025 = $3 \
        GROUP BY day, cause, severity, team, workflow, tool HAVING SUM(total) <> 0";
    // The same of the pairs that are of a class whatever their weaknesses are.
    BOOKED_PARTED = "SELECT e.day, e.cause, e.severity, COALESCE(e.team_id, 0), e.workflow, o.tool, CAST(SUM(e.sign) AS BIGINT) \
        FROM parted p JOIN occurrence o ON o.weakness_id = p.weakness_id AND o.asset_id = p.asset_id \
        JOIN entry e ON e.occurrence_id = o.id WHERE p.until_step IS NULL AND p.owasp_2017 = $1 AND p.owasp_2021 = $2 \
        AND p.owasp_2025 = $3 \
        GROUP BY e.day, e.cause, e.severity, COALESCE(e.team_id, 0), e.workflow, o.tool HAVING SUM(e.sign) <> 0";
    // The same of the pairs that a step moved, pair by pair.
    BOOKED_PAIRS = "SELECT c.weakness_id, c.asset_id, e.day, e.cause, e.severity, COALESCE(e.team_id, 0), e.workflow, o.tool, \
        CAST(SUM(e.sign) AS BIGINT) FROM (SELECT DISTINCT weakness_id, asset_id FROM parted WHERE step = $1 OR until_step = $1) c \
        JOIN occurrence o ON o.weakness_id = c.weakness_id AND o.asset_id = c.asset_id JOIN entry e ON e.occurrence_id = o.id \
        GROUP BY c.weakness_id, c.asset_id, e.day, e.cause, e.severity, COALESCE(e.team_id, 0), e.workflow, o.tool \
        HAVING SUM(e.sign) <> 0";
    // Who is of a class now.
    CLASS = "SELECT id FROM weakness WHERE owasp_2017 = $1 AND owasp_2021 = $2 AND owasp_2025 = $3";
}

/// A weakness, and its categories before and after.
pub(crate) type Moved = (i64, Owasp, Owasp);

/// A sum without its categories: day, cause, severity, team, workflow, tool, and the total.
type Booked = (i64, i64, i64, i64, i64, i64, i64);

/// The same with where the weaknesses stand now before the total.
type BookedBy = (i64, i64, i64, i64, i64, i64, i64, i64, i64, i64);

/// Moves what is booked for weaknesses. Their rows say already where they stand now, and the step's reclassifications where
/// they stood.
pub(crate) async fn reclassify(tx: &mut Tx, taken: Taken, mut moved: Vec<Moved>) -> Result<()> {
    moved.retain(|(_, before, after)| before != after);
    if moved.is_empty() {
        return Ok(());
    }
    let marks = moved.iter().any(|(_, before, after)| is_inventory(*before) != is_inventory(*after));
    let movers: BTreeSet<i64> = moved.iter().map(|(weakness, ..)| *weakness).collect();
    let mut classes: BTreeMap<Owasp, BTreeMap<Owasp, Vec<i64>>> = BTreeMap::new();
    for (weakness, before, after) in moved {
        classes.entry(before).or_default().entry(after).or_default().push(weakness);
    }
    let mut rollup = Rollup::default();
    let recorded_day = i64::from(taken.recorded_day.0);
    for (class, mut parts) in classes {
        let members: Vec<(i64,)> = tx.all(CLASS, class.map(Value::from).to_vec()).await?;
        let staying: Vec<i64> = members.into_iter().map(|(id,)| id).filter(|id| !movers.contains(id)).collect();
        if !staying.is_empty() {
            parts.insert(class, staying);
        }
        let largest = parts.iter().max_by_key(|(_, weaknesses)| weaknesses.len()).map_or(class, |(to, _)| *to);
        parts.remove(&largest);
        if largest != class {
            let booked: Vec<Booked> = tx.all(OF_CLASS, class.map(Value::from).to_vec()).await?;
            shift(&mut rollup, recorded_day, booked, class, largest);
            // What is of the class because of where it is stays.
            let stays: Vec<Booked> = tx.all(BOOKED_PARTED, class.map(Value::from).to_vec()).await?;
            shift(&mut rollup, recorded_day, stays, largest, class);
        }
        let rest = parts.into_values().flatten().map(Value::from);
        let booked: Vec<BookedBy> = tx.all_in(BOOKED, binds![], rest).await?;
        for (day, cause, severity, team, workflow, tool, o17, o21, o25, total) in booked {
            let sum = (day, cause, severity, team, workflow, tool, total);
            shift(&mut rollup, recorded_day, [sum], largest, [o17, o21, o25]);
        }
    }
    if marks {
        mark(tx, taken, Of::Weaknesses).await?;
    }
    rollup.write(tx).await
}

/// A pair's sum: weakness, asset, then as [`Booked`].
type BookedPair = (i64, i64, i64, i64, i64, i64, i64, i64, i64);

/// Moves what is booked for weaknesses on single assets. The step's rows say already where they stand now.
pub(crate) async fn move_pairs(tx: &mut Tx, taken: Taken, moved: &BTreeMap<Pair, Moved>) -> Result<()> {
    if moved.values().all(|(_, before, after)| before == after) {
        return Ok(());
    }
    let mut rollup = Rollup::default();
    let booked: Vec<BookedPair> = tx.all(BOOKED_PAIRS, binds![taken.step]).await?;
    for (weakness, asset, day, cause, severity, team, workflow, tool, total) in booked {
        if let Some((_, before, after)) = moved.get(&(weakness, asset)) {
            let sum = (day, cause, severity, team, workflow, tool, total);
            shift(&mut rollup, i64::from(taken.recorded_day.0), [sum], *before, *after);
        }
    }
    if moved.values().any(|(_, before, after)| is_inventory(*before) != is_inventory(*after)) {
        mark(tx, taken, Of::Pairs).await?;
    }
    rollup.write(tx).await
}

/// Books sums under one class instead of another.
fn shift(rollup: &mut Rollup, recorded_day: i64, booked: impl IntoIterator<Item = Booked>, from: Owasp, to: Owasp) {
    for (day, cause, severity, team, workflow, tool, total) in booked {
        for ([o17, o21, o25], total) in [(from, -total), (to, total)] {
            rollup.add_key([day, recorded_day, cause, severity, team, workflow, tool, o17, o21, o25], total);
        }
    }
}
