//! Many rows at once: `VALUES` lists on SQLite, binary `COPY` and `UNNEST` on PostgreSQL.

use crate::db::{Engine, Tx};
use crate::error::Result;
use crate::sql::{repeated, vouched};
use sqlx::query::Query;
use sqlx::sqlite::SqliteArguments;
use sqlx::{PgConnection, Postgres, Sqlite, SqliteConnection};
use std::fmt::Write;
use std::sync::Arc;

/// Rows of a `VALUES` list: enough to amortise the hop to SQLite's thread, few enough to stay in its statement cache.
const LIST_ROWS: usize = 100;
/// Parameters of one SQLite statement.
const LIST_PARAMETERS: usize = 32_766;
/// Rows from which `COPY` pays on PostgreSQL. It ends with a small message of its own, which a TCP connection that gathers
/// small writes holds back until the last one was acknowledged: some 40 ms each time.
const COPY_ROWS: usize = 500;
/// Bytes of a `COPY` message.
const COPY_BYTES: usize = 1 << 18;

/// The values of one column, one a row.
#[derive(Clone, Debug)]
pub(crate) enum Column {
    Int(Vec<i64>),
    OptInt(Vec<Option<i64>>),
    Text(Vec<String>),
    Bytes(Vec<Vec<u8>>),
    OptBytes(Vec<Option<Vec<u8>>>),
}

/// Rows for one table, column by column. All columns have the same length.
#[derive(Debug)]
pub(crate) struct Rows {
    table: &'static str,
    names: Vec<&'static str>,
    columns: Vec<Column>,
}

impl Rows {
    pub(crate) fn new(table: &'static str) -> Self {
        Self { table, names: Vec::new(), columns: Vec::new() }
    }

    pub(crate) fn int(self, name: &'static str, values: Vec<i64>) -> Self {
        self.with(name, Column::Int(values))
    }

    pub(crate) fn opt_int(self, name: &'static str, values: Vec<Option<i64>>) -> Self {
        self.with(name, Column::OptInt(values))
    }

    pub(crate) fn text(self, name: &'static str, values: Vec<String>) -> Self {
        self.with(name, Column::Text(values))
    }

    pub(crate) fn bytes(self, name: &'static str, values: Vec<Vec<u8>>) -> Self {
        self.with(name, Column::Bytes(values))
    }

    pub(crate) fn opt_bytes(self, name: &'static str, values: Vec<Option<Vec<u8>>>) -> Self {
        self.with(name, Column::OptBytes(values))
    }

    fn with(mut self, name: &'static str, column: Column) -> Self {
        self.names.push(name);
        self.columns.push(column);
        self
    }

    fn len(&self) -> usize {
        self.columns.first().map_or(0, Column::len)
    }
}

impl Column {
    fn len(&self) -> usize {
        match self {
            Self::Int(v) => v.len(),
            Self::OptInt(v) => v.len(),
            Self::Text(v) => v.len(),
            Self::Bytes(v) => v.len(),
            Self::OptBytes(v) => v.len(),
        }
    }

    fn array(&self) -> &'static str {
        match self {
            Self::Int(_) | Self::OptInt(_) => "BIGINT[]",
            Self::Text(_) => "TEXT[]",
            Self::Bytes(_) | Self::OptBytes(_) => "BYTEA[]",
        }
    }

    /// Binds a value, which leaves an empty one.
    fn bind(&mut self, row: usize, query: ListQuery) -> ListQuery {
        match self {
            Self::Int(v) => query.bind(v[row]),
            Self::OptInt(v) => query.bind(v[row]),
            Self::Text(v) => query.bind(std::mem::take(&mut v[row])),
            Self::Bytes(v) => query.bind(std::mem::take(&mut v[row])),
            Self::OptBytes(v) => query.bind(v[row].take()),
        }
    }

    /// Appends a value in `COPY`'s binary form: its length, or −1 for NULL, and its bytes.
    fn copy(&self, row: usize, out: &mut Vec<u8>) {
        let bytes: Option<&[u8]> = match self {
            Self::Int(v) => return copy_int(Some(v[row]), out),
            Self::OptInt(v) => return copy_int(v[row], out),
            Self::Text(v) => Some(v[row].as_bytes()),
            Self::Bytes(v) => Some(&v[row]),
            Self::OptBytes(v) => v[row].as_deref(),
        };
        match bytes {
            // A value of 2 GiB cannot come from an export, whose rows are bounded.
            Some(bytes) => {
                out.extend_from_slice(&i32::try_from(bytes.len()).unwrap_or(i32::MAX).to_be_bytes());
                out.extend_from_slice(bytes);
            }
            None => out.extend_from_slice(&(-1i32).to_be_bytes()),
        }
    }
}

fn copy_int(value: Option<i64>, out: &mut Vec<u8>) {
    match value {
        Some(value) => {
            out.extend_from_slice(&8i32.to_be_bytes());
            out.extend_from_slice(&value.to_be_bytes());
        }
        None => out.extend_from_slice(&(-1i32).to_be_bytes()),
    }
}

/// Inserts rows.
pub(crate) async fn insert(tx: &mut Tx, rows: Rows) -> Result<()> {
    if rows.len() == 0 {
        return Ok(());
    }
    match tx {
        Tx::Sqlite(connection) => insert_lists(connection, rows).await,
        Tx::Postgres(connection) if rows.len() < COPY_ROWS => insert_arrays(connection, rows).await,
        Tx::Postgres(connection) => copy(connection, &rows).await,
    }
}

/// Sets columns of the rows whose `id` is in the first column.
pub(crate) async fn update(tx: &mut Tx, rows: Rows) -> Result<()> {
    if rows.len() == 0 {
        return Ok(());
    }
    match tx {
        Tx::Sqlite(connection) => update_lists(connection, rows).await,
        Tx::Postgres(connection) => update_arrays(connection, rows).await,
    }
}

async fn insert_lists(connection: &mut SqliteConnection, rows: Rows) -> Result<()> {
    let head = format!("INSERT INTO {} ({}) VALUES", rows.table, rows.names.join(", "));
    lists(connection, Lists::new(head, rows, String::new())).await
}

async fn update_lists(connection: &mut SqliteConnection, rows: Rows) -> Result<()> {
    let head = format!("WITH v ({}) AS (VALUES", rows.names.join(", "));
    let tail = format!(") UPDATE {table} SET {} FROM v WHERE {table}.id = v.id", sets(&rows), table = rows.table);
    lists(connection, Lists::new(head, rows, tail)).await
}

fn sets(rows: &Rows) -> String {
    let sets: Vec<String> = rows.names.iter().skip(1).map(|name| format!("{name} = v.{name}")).collect();
    sets.join(", ")
}

type ListQuery = Query<'static, Sqlite, SqliteArguments>;

/// A statement over lists of rows, one list after the other. Full lists share one prepared text.
struct Lists {
    head: String,
    rows: Rows,
    tail: String,
    full: Arc<str>,
    step: usize,
    from: usize,
}

impl Lists {
    fn new(head: String, rows: Rows, tail: String) -> Self {
        let width = rows.columns.len();
        let step = LIST_ROWS.min(LIST_PARAMETERS / width.max(1));
        let full = repeated(Engine::Sqlite, &head, width, step, &tail).into();
        Self { head, rows, tail, full, step, from: 0 }
    }
}

impl Iterator for Lists {
    type Item = ListQuery;

    fn next(&mut self) -> Option<ListQuery> {
        let (from, width) = (self.from, self.rows.columns.len());
        let count = self.step.min(self.rows.len() - from);
        if count == 0 {
            return None;
        }
        self.from += count;
        let text = match count == self.step {
            true => self.full.clone(),
            false => repeated(Engine::Sqlite, &self.head, width, count, &self.tail).into(),
        };
        let mut query = sqlx::query(vouched(text));
        for row in from..self.from {
            query = self.rows.columns.iter_mut().fold(query, |query, column| column.bind(row, query));
        }
        Some(query)
    }
}

/// Runs the statement on each list. SQLite works on a thread of its own: this one meanwhile binds the next list.
async fn lists(connection: &mut SqliteConnection, mut lists: Lists) -> Result<()> {
    let mut next = lists.next();
    while let Some(query) = next {
        let (done, following) = tokio::join!(query.execute(&mut *connection), async { lists.next() });
        done?;
        next = following;
    }
    Ok(())
}

/// Binary `COPY`: a signature, the rows, a trailer.
async fn copy(connection: &mut PgConnection, rows: &Rows) -> Result<()> {
    let text = format!("COPY {} ({}) FROM STDIN (FORMAT binary)", rows.table, rows.names.join(", "));
    let mut writer = connection.copy_in_raw(&text).await?;
    let mut out = Vec::with_capacity(COPY_BYTES + 4096);
    out.extend_from_slice(b"PGCOPY\n\xff\r\n\0");
    out.extend_from_slice(&[0; 8]);
    // No table has 32,768 columns.
    let width = i16::try_from(rows.columns.len()).unwrap_or(i16::MAX).to_be_bytes();
    for row in 0..rows.len() {
        out.extend_from_slice(&width);
        for column in &rows.columns {
            column.copy(row, &mut out);
        }
        if out.len() >= COPY_BYTES {
            writer.send(out.as_slice()).await?;
            out.clear();
        }
    }
    out.extend_from_slice(&(-1i16).to_be_bytes());
    writer.send(out.as_slice()).await?;
    writer.finish().await?;
    Ok(())
}

async fn insert_arrays(connection: &mut PgConnection, rows: Rows) -> Result<()> {
    let names = rows.names.join(", ");
    let text = format!("INSERT INTO {} ({names}) SELECT {names} FROM UNNEST(", rows.table);
    arrays(connection, text, rows, "").await
}

async fn update_arrays(connection: &mut PgConnection, rows: Rows) -> Result<()> {
    let text = format!("UPDATE {} AS t SET {} FROM UNNEST(", rows.table, sets(&rows));
    arrays(connection, text, rows, " WHERE t.id = v.id").await
}

/// Runs a statement over the rows as one array a column; `text` ends where the arrays begin.
async fn arrays(connection: &mut PgConnection, mut text: String, rows: Rows, tail: &str) -> Result<()> {
    for (at, column) in rows.columns.iter().enumerate() {
        let comma = if at == 0 { "" } else { ", " };
        // Writing to a String cannot fail.
        let _ = write!(text, "{comma}CAST(${} AS {})", at + 1, column.array());
    }
    let _ = write!(text, ") AS v ({}){tail}", rows.names.join(", "));
    let mut query = sqlx::query::<Postgres>(vouched(text.into()));
    for column in rows.columns {
        query = match column {
            Column::Int(v) => query.bind(v),
            Column::OptInt(v) => query.bind(v),
            Column::Text(v) => query.bind(v),
            Column::Bytes(v) => query.bind(v),
            Column::OptBytes(v) => query.bind(v),
        };
    }
    query.execute(connection).await?;
    Ok(())
}
