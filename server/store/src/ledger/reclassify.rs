//! What is booked for weaknesses moves to other categories. It is knowledge: booked at the day that learned it, so that what
//! was known before stays as it was. No entry changes; what was posted is summed, and the sums move.

use super::changes::is_inventory;
use super::rollup::{Owasp, Rollup};
use crate::binds;
use crate::db::Tx;
use crate::error::Result;
use crate::step::Taken;
use crate::value::Value;
use std::collections::BTreeMap;

crate::sql::statements! {
    BOOKED = "SELECT e.day, e.cause, e.severity, COALESCE(e.team_id, 0), e.workflow, w.tool, CAST(SUM(e.sign) AS BIGINT) \
        FROM weakness w JOIN occurrence o ON o.weakness_id = w.id JOIN entry e ON e.occurrence_id = o.id WHERE w.id IN ($*) \
        GROUP BY e.day, e.cause, e.severity, COALESCE(e.team_id, 0), e.workflow, w.tool HAVING SUM(e.sign) <> 0";
    SET_INVENTORY = "UPDATE occurrence SET inventory = $1 WHERE inventory <> $1 AND weakness_id IN ($*)";
}

/// A weakness, and its categories before and after.
pub(crate) type Moved = (i64, Owasp, Owasp);

/// Moves what is booked for weaknesses.
pub(crate) async fn reclassify(tx: &mut Tx, taken: Taken, moved: Vec<Moved>) -> Result<()> {
    let mut groups: BTreeMap<(Owasp, Owasp), Vec<i64>> = BTreeMap::new();
    for (weakness, before, after) in moved.into_iter().filter(|(_, before, after)| before != after) {
        groups.entry((before, after)).or_default().push(weakness);
    }
    let recorded_day = i64::from(taken.recorded_day.0);
    let mut rollup = Rollup::default();
    for ((before, after), weaknesses) in groups {
        let keys = || weaknesses.iter().map(|id| Value::from(*id));
        let booked: Vec<(i64, i64, i64, i64, i64, i64, i64)> = tx.all_in(BOOKED, binds![], keys()).await?;
        for (day, cause, severity, team, workflow, tool, total) in booked {
            for ([o17, o21, o25], total) in [(before, -total), (after, total)] {
                rollup.add_key([day, recorded_day, cause, severity, team, workflow, tool, o17, o21, o25], total);
            }
        }
        if is_inventory(before) != is_inventory(after) {
            tx.execute_in(SET_INVENTORY, binds![i64::from(is_inventory(after))], keys()).await?;
        }
    }
    rollup.write(tx).await
}
