//! What merges leave behind, computed anew and compared.

use super::settle::survivors;
use crate::binds;
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::ledger::load::tool_of;
use posture::identity::occurrence_id;
use std::collections::BTreeMap;

crate::sql::statements! {
    STORED = "SELECT id, merged_id FROM asset WHERE merged_id IS NOT NULL";
    PARTS = "SELECT p.id, p.tool, w.rule, l.place, a.key, o.uuid FROM occurrence p JOIN asset pa ON pa.id = p.asset_id \
        JOIN asset a ON a.id = pa.merged_id JOIN weakness w ON w.id = p.weakness_id \
        JOIN location l ON l.id = p.location_id LEFT JOIN occurrence o ON o.id = p.merged_id";
    STRAY = "SELECT p.id FROM occurrence p JOIN asset a ON a.id = p.asset_id WHERE p.merged_id IS NOT NULL \
        AND a.merged_id IS NULL";
}

type Part = (i64, i64, String, String, String, Option<Vec<u8>>);

/// Whatever does not follow from the merges in force.
pub(crate) async fn check(tx: &mut Tx) -> Result<Vec<String>> {
    let mut problems = Vec::new();
    let wanted = survivors(tx).await?.into_iter().filter(|(part, whole)| part != whole);
    let wanted: BTreeMap<i64, i64> = wanted.collect();
    let stored: Vec<(i64, i64)> = tx.all(STORED, binds![]).await?;
    let stored: BTreeMap<i64, i64> = stored.into_iter().collect();
    if stored != wanted {
        problems.push(format!("assets are parts of others as {stored:?}, by the merges as {wanted:?}"));
    }
    let parts: Vec<Part> = tx.all(PARTS, binds![]).await?;
    for (id, tool, rule, place, key, whole) in parts {
        let place = serde_json::from_str(&place).map_err(|e| Error::damaged(format!("location.place: {e}")))?;
        let wanted = occurrence_id(tool_of(tool)?, &key, &rule, &place);
        if whole.as_deref() != Some(wanted.0.as_bytes()) {
            problems.push(format!("occurrence {id} is not led to {wanted}"));
        }
    }
    let stray: Vec<(i64,)> = tx.all(STRAY, binds![]).await?;
    problems.extend(stray.into_iter().map(|(id,)| format!("occurrence {id} is led to another without a merge")));
    Ok(problems)
}
