//! Scans as they were imported, and imports that have not become scans.

use crate::viewer::Scoped;
use crate::{Error, Result, binds};
use model::policy::Action;
use model::{Micros, ScanId, SourceId, Step, Tool};

crate::sql::statements! {
    /// Scans before one, the newest import first.
    LIST = "SELECT s.id, s.file_name, s.tool, s.tool_version, s.format, s.source_id, c.name AS source, r.name AS series, \
        s.at, s.started_at, s.finished_at, s.time_basis, s.dated, s.export_hash, s.step, k.recorded_at, s.withdrawn_step, \
        s.result, (SELECT COUNT(*) FROM observation b WHERE b.scan_id = s.id) AS assets FROM scan s \
        JOIN source c ON c.id = s.source_id JOIN series r ON r.id = s.series_id JOIN step k ON k.step = s.step \
        WHERE s.id < $1 ORDER BY s.id DESC LIMIT $2";
    /// One scan.
    ONE = "SELECT s.id, s.file_name, s.tool, s.tool_version, s.format, s.source_id, c.name AS source, r.name AS series, \
        s.at, s.started_at, s.finished_at, s.time_basis, s.dated, s.export_hash, s.step, k.recorded_at, s.withdrawn_step, \
        s.result, (SELECT COUNT(*) FROM observation b WHERE b.scan_id = s.id) AS assets FROM scan s \
        JOIN source c ON c.id = s.source_id JOIN series r ON r.id = s.series_id JOIN step k ON k.step = s.step \
        WHERE s.id = $1";
    /// The import that made a scan.
    IMPORT_OF = "SELECT import_id FROM scan WHERE id = $1";
    /// One import job.
    JOB = "SELECT j.id, j.payload, j.state, j.phase, j.done_bytes, j.total_bytes, j.done_rows, j.result, j.created_at, \
        j.updated_at, (SELECT MAX(i.started_at) FROM import i WHERE i.job_id = j.id) AS started_at \
        FROM job j WHERE j.kind = 'import' AND j.id = $1";
    /// Whether any scan is in force.
    ANY = "SELECT COUNT(*) FROM (SELECT 1 FROM scan WHERE withdrawn_step IS NULL LIMIT 1) x";
    /// Import jobs that are not done well, or wait for a person, the newest first.
    JOBS = "SELECT j.id, j.payload, j.state, j.phase, j.done_bytes, j.total_bytes, j.done_rows, j.result, j.created_at, \
        j.updated_at, (SELECT MAX(i.started_at) FROM import i WHERE i.job_id = j.id) AS started_at FROM job j \
        WHERE j.kind = 'import' AND (j.state <> 'done' OR j.phase = 'waiting') ORDER BY j.id DESC LIMIT $1";
}

/// A scan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scan {
    /// Its id.
    pub id: ScanId,
    /// The file's name.
    pub file: String,
    /// The scanner.
    pub tool: Tool,
    /// The scanner's version.
    pub tool_version: String,
    /// The format that was recognized.
    pub format: String,
    /// Its source.
    pub source: SourceId,
    /// The source's name.
    pub source_name: String,
    /// The series' name: the scan's own.
    pub series_name: String,
    /// When the scanner looked.
    pub at: Micros,
    /// When it began, if the export says so.
    pub started_at: Option<Micros>,
    /// When it ended, if the export says so.
    pub finished_at: Option<Micros>,
    /// Where the instant comes from: `export`, `run` or `upload`.
    pub time_basis: String,
    /// Whether it has an instant of its own.
    pub dated: bool,
    /// SHA-256 of the decompressed export.
    pub export_hash: Vec<u8>,
    /// The step that learned it.
    pub step: Step,
    /// When that was.
    pub recorded_at: Micros,
    /// Undone at this step.
    pub withdrawn_step: Option<Step>,
    /// What its import did, as it was stored: JSON.
    pub result: String,
    /// How many assets it observed.
    pub assets: i64,
}

/// An import that has not become a scan, or not yet.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct ImportJob {
    /// The job.
    pub id: i64,
    /// What the job was given: JSON.
    pub payload: String,
    /// `queued`, `running`, `done`, `failed`, `canceled`.
    pub state: String,
    /// What it is at; `waiting` if it has ended and a person may go on with it.
    pub phase: String,
    /// Bytes read so far.
    pub done_bytes: i64,
    /// Bytes in all.
    pub total_bytes: i64,
    /// Rows read so far.
    pub done_rows: i64,
    /// How it ended: JSON.
    pub result: Option<String>,
    /// When it was handed in, in microseconds.
    pub created_at: i64,
    /// When it last said how far it is, in microseconds.
    pub updated_at: i64,
    /// When the import began, in microseconds.
    pub started_at: Option<i64>,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: i64,
    file_name: String,
    tool: i64,
    tool_version: String,
    format: String,
    source_id: i64,
    source: String,
    series: String,
    at: i64,
    started_at: Option<i64>,
    finished_at: Option<i64>,
    time_basis: String,
    dated: i64,
    export_hash: Vec<u8>,
    step: i64,
    recorded_at: i64,
    withdrawn_step: Option<i64>,
    result: String,
    assets: i64,
}

impl Scoped<'_> {
    /// Scans imported before one (the newest if none), the newest first, undone ones included; at most `limit` and 200.
    ///
    /// # Errors
    /// The viewer may not see scans, or the database fails.
    pub async fn scan_list(&self, before: Option<ScanId>, limit: u32) -> Result<Vec<Scan>> {
        self.viewer.require(Action::SeeScans, None)?;
        let before = before.map_or(i64::MAX, |scan| scan.0);
        let rows: Vec<Row> = self.store.db.all(LIST, binds![before, i64::from(limit.min(200))]).await?;
        rows.into_iter().map(scan).collect()
    }

    /// One scan.
    ///
    /// # Errors
    /// There is no such scan that the viewer may know of, or the database fails.
    pub async fn scan(&self, id: ScanId) -> Result<Scan> {
        self.viewer.require(Action::SeeScans, None).map_err(|_| Error::NotFound("scan"))?;
        let row: Option<Row> = self.store.db.optional(ONE, binds![id]).await?;
        scan(row.ok_or(Error::NotFound("scan"))?)
    }

    /// The rows of a scan's export that could not be understood, as they were kept.
    ///
    /// # Errors
    /// There is no such scan that the viewer may know of, a row was changed, or the database fails.
    pub async fn scan_quarantine(&self, id: ScanId) -> Result<Vec<Vec<u8>>> {
        self.viewer.require(Action::SeeScans, None).map_err(|_| Error::NotFound("scan"))?;
        let row: Option<(i64,)> = self.store.db.optional(IMPORT_OF, binds![id]).await?;
        let (import,) = row.ok_or(Error::NotFound("scan"))?;
        self.store.quarantine(crate::ImportNo(import)).await
    }

    /// One import by its job.
    ///
    /// # Errors
    /// There is no such import that the viewer may know of, or the database fails.
    pub async fn import_job(&self, id: i64) -> Result<ImportJob> {
        self.viewer.require(Action::SeeScans, None).map_err(|_| Error::NotFound("import"))?;
        self.store.db.optional(JOB, binds![id]).await?.ok_or(Error::NotFound("import"))
    }

    /// Whether anything is in the books, so that a page can invite an import instead of showing zeros.
    ///
    /// # Errors
    /// The database fails.
    pub async fn scan_any(&self) -> Result<bool> {
        let row: Option<(i64,)> = self.store.db.optional(ANY, binds![]).await?;
        Ok(row.is_some_and(|(count,)| count > 0))
    }

    /// Imports that wait, run or failed, the newest first, at most `limit` and 200.
    ///
    /// # Errors
    /// The viewer may not see scans, or the database fails.
    pub async fn import_jobs(&self, limit: u32) -> Result<Vec<ImportJob>> {
        self.viewer.require(Action::SeeScans, None)?;
        self.store.db.all(JOBS, binds![i64::from(limit.min(200))]).await
    }
}

fn scan(row: Row) -> Result<Scan> {
    let tool = i16::try_from(row.tool).ok().and_then(Tool::from_number).ok_or_else(|| Error::damaged("scan.tool"))?;
    Ok(Scan {
        id: ScanId(row.id),
        file: row.file_name,
        tool,
        tool_version: row.tool_version,
        format: row.format,
        source: SourceId(row.source_id),
        source_name: row.source,
        series_name: row.series,
        at: Micros(row.at),
        started_at: row.started_at.map(Micros),
        finished_at: row.finished_at.map(Micros),
        time_basis: row.time_basis,
        dated: row.dated == 1,
        export_hash: row.export_hash,
        step: Step(row.step),
        recorded_at: Micros(row.recorded_at),
        withdrawn_step: row.withdrawn_step.map(Step),
        result: row.result,
        assets: row.assets,
    })
}
