//! What can go wrong in the store. Variants say which step failed; nothing here is shown to people as it stands.

use std::path::PathBuf;

/// The result of a store's operation.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why an operation of the store failed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The database URL is neither `sqlite:PATH` nor `postgres://…`.
    #[error("the database URL must begin with sqlite: or postgres://")]
    Url,
    /// The file of a SQLite database could not be created.
    #[error("the database file {path} cannot be created")]
    File {
        /// Which file.
        path: PathBuf,
        /// The operating system's reason.
        #[source]
        source: std::io::Error,
    },
    /// The file of a SQLite database is not one that this build opens with this key.
    #[error(transparent)]
    Unopened(#[from] crate::dialect::FileError),
    /// The tables could not be brought up to date.
    #[error("the database's tables cannot be brought up to date")]
    Migrate(#[from] sqlx::migrate::MigrateError),
    /// The database refused or failed.
    #[error("the database failed: {0}")]
    Database(#[source] sqlx::Error),
    /// A key is missing or wrong, or a sealed value was changed.
    #[error(transparent)]
    Seal(#[from] crate::seal::SealError),
    /// A constraint of the schema was violated; `0` is its name where the engine tells it.
    #[error("a constraint was violated: {0}")]
    Constraint(String),
    /// There is no such thing, or the viewer may not know of it.
    #[error("no such {0}")]
    NotFound(&'static str),
    /// The policy table refuses this act to this viewer.
    #[error(transparent)]
    Denied(#[from] crate::viewer::Denied),
    /// The change is not possible as things stand; the code says why.
    #[error("not possible: {0}")]
    Conflict(&'static str),
    /// A value that cannot be taken; field and code.
    #[error("{field} cannot be taken: {code}")]
    Invalid {
        /// Which field.
        field: &'static str,
        /// Why, as a machine word.
        code: &'static str,
    },
    /// A backup cannot be taken back.
    #[error(transparent)]
    Backup(#[from] crate::backup::BackupError),
    /// What is stored cannot be read: a packed value, a JSON text or a number out of its range.
    #[error("stored data is damaged: {0}")]
    Damaged(String),
}

impl Error {
    /// A value in `what` that this version cannot read.
    pub(crate) fn damaged(what: impl Into<String>) -> Self {
        Self::Damaged(what.into())
    }
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        crate::dialect::error(error)
    }
}
