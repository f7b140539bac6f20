//! The SQLite file as a whole under `SQLCipher`, in builds that have it (`--features sqlcipher`); and which of the two kinds a
//! file is, so that the other build's is refused with a word instead of "file is not a database".

use crate::error::{Error, Result};
use crate::seal::KeyRing;
use sqlx::sqlite::SqliteConnectOptions;
use std::io::Read;
use std::path::Path;

/// Whether this build encrypts SQLite's file.
pub const FILE_IS_ENCRYPTED: bool = cfg!(feature = "sqlcipher");

/// How a file of SQLite's begins that is not encrypted (<https://sqlite.org/fileformat2.html#magic_header_string>).
const PLAIN: &[u8; 16] = b"SQLite format 3\0";
/// `SQLITE_NOTADB`: what a page is to `SQLCipher` that does not open with the key.
const NOT_A_DATABASE: u32 = 26;

/// Why a file of SQLite's is not opened. Each begins with its code and says what to do.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// The file is plain, and this build encrypts.
    #[error(
        "plain_database: this program keeps its SQLite database encrypted as a whole, and the file is not; write a backup with \
         the program that made it (`postura backup FILE`) and take it back with this one (`postura restore FILE --replace`)"
    )]
    Plain,
    /// The file is encrypted, and this build does not.
    #[error(
        "encrypted_database: the file is encrypted as a whole, or no database of SQLite's; open it with a `postura` that was \
         built with `--features sqlcipher`"
    )]
    Encrypted,
    /// The file does not open with the key of the key file.
    #[error(
        "wrong_key: the database is encrypted with another key than the key file's, or is damaged; put the copy of the key file \
         in place that was kept with it, or take a backup back with `postura restore FILE --replace`"
    )]
    WrongKey,
}

/// Refuses a file of the other kind than this build's. One that is empty or missing is of both.
pub(crate) fn check(path: &Path) -> Result<()> {
    let mut head = Vec::with_capacity(PLAIN.len());
    let read = std::fs::File::open(path).and_then(|file| file.take(PLAIN.len() as u64).read_to_end(&mut head));
    match read {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        Err(source) => return Err(Error::File { path: path.to_owned(), source }),
        Ok(0) => return Ok(()),
        Ok(_) => {}
    }
    match (FILE_IS_ENCRYPTED, head == PLAIN) {
        (true, true) => Err(FileError::Plain.into()),
        (false, false) => Err(FileError::Encrypted.into()),
        _ => Ok(()),
    }
}

/// The options with the key, which is the first thing that a connection says. Its statements are not logged then, for that one
/// would be with them.
#[cfg(feature = "sqlcipher")]
pub(crate) fn keyed(options: SqliteConnectOptions, keys: &KeyRing) -> SqliteConnectOptions {
    use sqlx::ConnectOptions;
    use std::fmt::Write;
    use zeroize::Zeroizing;
    let mut digits = Zeroizing::new(String::with_capacity(64));
    for byte in keys.database_key().iter() {
        // Writing to a String cannot fail.
        let _ = write!(digits, "{byte:02x}");
    }
    options.disable_statement_logging().pragma("key", format!("\"x'{}'\"", *digits))
}

/// The options as they are: this build does not encrypt the file.
#[cfg(not(feature = "sqlcipher"))]
pub(crate) fn keyed(options: SqliteConnectOptions, _keys: &KeyRing) -> SqliteConnectOptions {
    options
}

/// The failure to open a file: that it does not open with this key, by its name.
pub(crate) fn unopened(error: sqlx::Error) -> Error {
    let code = error.as_database_error().and_then(|error| error.code());
    let is_no_database =
        code.and_then(|code| code.parse::<u32>().ok()).is_some_and(|code| code & 0xff == NOT_A_DATABASE);
    if FILE_IS_ENCRYPTED && is_no_database { FileError::WrongKey.into() } else { error.into() }
}
