//! The one error that crosses the wire to a browser or an API client: a code and a reference id, never a cause.

use serde::{Deserialize, Serialize};
use std::fmt;

/// What went wrong, as far as a client may know. The words are in `app/locales`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ErrorCode {
    /// Nobody is signed in, or the session has ended.
    Unauthenticated,
    /// The viewer may see the thing but not do this with it.
    Forbidden,
    /// The act is a sensitive one, and the viewer has to prove again who they are first.
    Confirm,
    /// There is no such thing, or the viewer may not know of it.
    NotFound,
    /// A field has a value that cannot be taken; `field` and `detail` say which and why.
    Invalid,
    /// Another change came first, or the name is taken.
    Conflict,
    /// More bytes or items than the limit.
    TooLarge,
    /// Too many tries; wait.
    Throttled,
    /// The file was refused; `detail` carries the refusal's code.
    Refused,
    /// A defect or an outage; the log has the reference.
    Internal,
}

impl ErrorCode {
    /// The word in JSON.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Unauthenticated => "unauthenticated",
            Self::Forbidden => "forbidden",
            Self::Confirm => "confirm",
            Self::NotFound => "not_found",
            Self::Invalid => "invalid",
            Self::Conflict => "conflict",
            Self::TooLarge => "too_large",
            Self::Throttled => "throttled",
            Self::Refused => "refused",
            Self::Internal => "internal",
        }
    }

    /// The HTTP status that goes with it.
    #[must_use]
    pub fn http_status(self) -> u16 {
        match self {
            Self::Unauthenticated => 401,
            Self::Forbidden | Self::Confirm => 403,
            Self::NotFound => 404,
            Self::Invalid | Self::Refused => 422,
            Self::Conflict => 409,
            Self::TooLarge => 413,
            Self::Throttled => 429,
            Self::Internal => 500,
        }
    }
}

/// An error as a client sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WireError {
    /// What went wrong.
    pub code: ErrorCode,
    /// Which field, if one is to blame; else empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub field: String,
    /// A machine word with more, such as a refusal's code; never prose, SQL, a path or a version.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub detail: String,
    /// The id under which the log has the cause; empty where there is nothing to look up.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reference: String,
}

impl WireError {
    /// An error with a code alone.
    #[must_use]
    pub fn new(code: ErrorCode) -> Self {
        Self { code, field: String::new(), detail: String::new(), reference: String::new() }
    }

    /// A field that cannot be taken.
    #[must_use]
    pub fn invalid(field: &str, detail: &str) -> Self {
        Self { field: field.to_owned(), detail: detail.to_owned(), ..Self::new(ErrorCode::Invalid) }
    }

    /// An internal error whose cause the log has under `reference`.
    #[must_use]
    pub fn internal(reference: String) -> Self {
        Self { reference, ..Self::new(ErrorCode::Internal) }
    }
}

impl fmt::Display for WireError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code.word())?;
        if !self.field.is_empty() {
            write!(f, " {}", self.field)?;
        }
        if !self.detail.is_empty() {
            write!(f, " {}", self.detail)?;
        }
        if !self.reference.is_empty() {
            write!(f, " (reference {})", self.reference)?;
        }
        Ok(())
    }
}

impl std::error::Error for WireError {}
