//! The error of a server function: the wire error and nothing else.

use leptos::server_fn::codec::JsonEncoding;
use leptos::server_fn::error::{FromServerFnError, ServerFnErrorErr};
use model::error::{ErrorCode, WireError};
use serde::{Deserialize, Serialize};
use std::fmt;

/// What a page or a form is told when something went wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct UiError(pub WireError);

impl From<WireError> for UiError {
    fn from(error: WireError) -> Self {
        Self(error)
    }
}

impl FromServerFnError for UiError {
    type Encoder = JsonEncoding;

    /// Keeps the kind and drops the text: what leptos says about an error may quote the request.
    fn from_server_fn_error(value: ServerFnErrorErr) -> Self {
        Self(match value {
            ServerFnErrorErr::Args(_) | ServerFnErrorErr::MissingArg(_) | ServerFnErrorErr::Deserialization(_) => {
                WireError::new(ErrorCode::Invalid)
            }
            ServerFnErrorErr::Request(_) => {
                WireError { detail: "offline".to_owned(), ..WireError::new(ErrorCode::Internal) }
            }
            _ => WireError::new(ErrorCode::Internal),
        })
    }
}

impl fmt::Display for UiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for UiError {}

/// The code of a word, as answers in an address carry it.
pub fn code_of(word: &str) -> Option<ErrorCode> {
    const ALL: [ErrorCode; 10] = [
        ErrorCode::Unauthenticated,
        ErrorCode::Forbidden,
        ErrorCode::Confirm,
        ErrorCode::NotFound,
        ErrorCode::Invalid,
        ErrorCode::Conflict,
        ErrorCode::TooLarge,
        ErrorCode::Throttled,
        ErrorCode::Refused,
        ErrorCode::Internal,
    ];
    ALL.into_iter().find(|code| code.word() == word)
}
