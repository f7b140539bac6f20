//! The only door through which a file's bytes come in: sniffed, transcoded, counted, and never larger, deeper or stranger
//! than the limits allow.

pub mod archive;
pub mod chunks;
pub mod container;
pub mod doctype;
pub mod document;
pub mod encoding;
pub mod html;
pub mod json;
mod markup;
pub mod record;
pub mod shown;
mod source;
pub mod table;
mod tag;
pub mod xml;

use crate::RefusalCode;
use std::fmt;

/// What was found while reading, carried through `io::Error` and the libraries in between: a limit that was broken, or, as
/// [`RefusalCode::Malformed`], the offset of a NUL byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fault(pub RefusalCode, pub u64);

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.0.word(), self.1)
    }
}

impl std::error::Error for Fault {}

impl From<Fault> for std::io::Error {
    fn from(fault: Fault) -> Self {
        Self::other(fault)
    }
}

/// The refusal that an I/O error stands for.
pub fn refusal_of(error: &std::io::Error) -> crate::Refusal {
    if let Some(refusal) = error.get_ref().and_then(|inner| inner.downcast_ref::<crate::Refusal>()) {
        return refusal.clone();
    }
    match error.get_ref().and_then(|inner| inner.downcast_ref::<Fault>()) {
        Some(Fault(RefusalCode::Malformed, offset)) => {
            crate::Refusal { offset: Some(*offset), ..crate::Refusal::new(RefusalCode::Malformed, "NUL") }
        }
        Some(Fault(code, limit)) => crate::Refusal::new(*code, limit.to_string()),
        None => crate::Refusal::new(RefusalCode::Unreadable, error.to_string()),
    }
}
