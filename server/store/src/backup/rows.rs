//! Rows of any table, as frames hold them: for each value a byte for its kind, and the value.

use super::archive::{Frame, Writer};
use crate::codec::{Reader, put, put_signed};
use crate::db::{Tx, on_db};
use crate::dialect::whole::{Kind, Table};
use crate::error::Result;
use crate::sql::vouched;
use crate::value::Value;
use futures::TryStreamExt;
use sqlx::{Postgres, Row, Sqlite};

/// Bytes of rows after which a frame is closed.
const FULL: usize = 1 << 20;

const NULL: u8 = 0;
const NUMBER: u8 = 1;
const TEXT: u8 = 2;
const BYTES: u8 = 3;

/// Writes every row of a table, as they come; how many.
pub(super) async fn write(tx: &mut Tx, number: u64, table: &Table, writer: &mut Writer<'_>) -> Result<u64> {
    let text = vouched(table.select().into());
    let (mut written, mut count, mut bytes) = (0, 0, Vec::with_capacity(FULL + (FULL >> 2)));
    on_db!(tx, Tx, tx => {
        let mut found = sqlx::query::<D>(text).fetch(&mut **tx);
        while let Some(row) = found.try_next().await? {
            for (at, column) in table.columns.iter().enumerate() {
                match column.kind {
                    Kind::Number => put_number(row.try_get(at)?, &mut bytes),
                    Kind::Text => put_run(TEXT, row.try_get::<Option<String>, _>(at)?.as_deref().map(str::as_bytes), &mut bytes),
                    Kind::Bytes => put_run(BYTES, row.try_get::<Option<Vec<u8>>, _>(at)?.as_deref(), &mut bytes),
                }
            }
            count += 1;
            if bytes.len() >= FULL {
                written += count;
                let full = std::mem::take(&mut bytes);
                writer.write(&Frame::Rows { table: number, count: std::mem::take(&mut count), bytes: full }).await?;
            }
        }
    });
    if count > 0 {
        written += count;
        writer.write(&Frame::Rows { table: number, count, bytes }).await?;
    }
    Ok(written)
}

fn put_number(value: Option<i64>, out: &mut Vec<u8>) {
    match value {
        None => out.push(NULL),
        Some(number) => {
            out.push(NUMBER);
            put_signed(out, number);
        }
    }
}

/// Writes text or bytes.
fn put_run(kind: u8, value: Option<&[u8]>, out: &mut Vec<u8>) {
    match value {
        None => out.push(NULL),
        Some(bytes) => {
            out.push(kind);
            put(out, bytes.len() as u64);
            out.extend_from_slice(bytes);
        }
    }
}

/// The values of a frame's rows, one row after the other.
pub(super) fn decode(table: &Table, count: u64, bytes: &[u8]) -> Result<Vec<Value>> {
    let mut reader = Reader::of(bytes, "row of a backup");
    let mut values = Vec::new();
    for _ in 0..count {
        for column in &table.columns {
            values.push(value(&mut reader, column.kind)?);
        }
    }
    if reader.rest().is_empty() { Ok(values) } else { Err(reader.damaged()) }
}

fn value(reader: &mut Reader<'_>, kind: Kind) -> Result<Value> {
    Ok(match (reader.byte()?, kind) {
        (NULL, Kind::Number) => Value::Int(None),
        (NULL, Kind::Text) => Value::Text(None),
        (NULL, Kind::Bytes) => Value::Bytes(None),
        (NUMBER, Kind::Number) => Value::Int(Some(reader.signed()?)),
        (TEXT, Kind::Text) => {
            let length = reader.count()?;
            let text = std::str::from_utf8(reader.bytes(length)?).map_err(|_| reader.damaged())?.to_owned();
            Value::Text(Some(text))
        }
        (BYTES, Kind::Bytes) => {
            let length = reader.count()?;
            Value::Bytes(Some(reader.bytes(length)?.to_vec()))
        }
        _ => return Err(reader.damaged()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialect::whole::Column;

    #[test]
    fn rows_come_back_as_they_were() {
        let column = |kind| Column { name: "c".to_owned(), kind };
        let table = Table {
            name: "t".to_owned(),
            columns: vec![column(Kind::Number), column(Kind::Text), column(Kind::Bytes)],
        };
        let values = vec![
            Value::Int(Some(i64::MIN)),
            Value::Text(Some("ñ\n".to_owned())),
            Value::Bytes(Some(vec![0, 255])),
            Value::Int(None),
            Value::Text(None),
            Value::Bytes(None),
        ];
        let mut bytes = Vec::new();
        put_number(Some(i64::MIN), &mut bytes);
        put_run(TEXT, Some("ñ\n".as_bytes()), &mut bytes);
        put_run(BYTES, Some(&[0, 255]), &mut bytes);
        put_number(None, &mut bytes);
        put_run(TEXT, None, &mut bytes);
        put_run(BYTES, None, &mut bytes);
        assert_eq!(decode(&table, 2, &bytes).unwrap(), values);
        assert!(decode(&table, 1, &bytes).is_err(), "a row too many");
        for cut in 0..bytes.len() {
            assert!(decode(&table, 2, &bytes[..cut]).is_err(), "{cut}");
        }
    }
}
