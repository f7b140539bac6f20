//! From what failed to what a client may know: the cause goes to the log under a reference, the code to the client.

use crate::import::ImportFileError;
use model::error::{ErrorCode, WireError};

/// Logs a cause and gives its reference in exchange.
pub(crate) fn internal(cause: &dyn std::fmt::Display) -> WireError {
    let number: u64 = rand::random();
    let reference = format!("{number:016x}");
    tracing::error!(reference, cause = %cause, "a request failed");
    WireError::internal(reference)
}

/// What a client learns of a store's error.
pub(crate) fn wire(error: store::Error) -> WireError {
    match error {
        store::Error::NotFound(_) => WireError::new(ErrorCode::NotFound),
        store::Error::Conflict(code) => WireError { detail: code.to_owned(), ..WireError::new(ErrorCode::Conflict) },
        store::Error::Invalid { field, code } => WireError::invalid(field, code),
        store::Error::Constraint(name) => {
            let field = match name.as_str() {
                "team_slug_key" => "name",
                "app_user_login_key" => "login",
                "source_name_key" | "connector_name_key" | "scan_target_name_key" | "scan_schedule_name_key" => "name",
                "ownership_rule_rank_key" => "pattern",
                _ => return internal(&format!("constraint {name}")),
            };
            WireError { field: field.to_owned(), detail: "taken".to_owned(), ..WireError::new(ErrorCode::Conflict) }
        }
        error => internal(&error),
    }
}

/// What a client learns of an import that was refused or failed.
pub(crate) fn of_import(error: ImportFileError) -> WireError {
    match error {
        ImportFileError::Refused(refusal) => WireError { detail: refusal.code, ..WireError::new(ErrorCode::Refused) },
        ImportFileError::Failed(error) => match error.downcast::<store::Error>() {
            Ok(error) => wire(error),
            Err(error) => internal(&format!("{error:#}")),
        },
    }
}

/// Maps the errors of a store's answer.
pub(crate) trait OrWire<T> {
    /// The value, or what a client may know of the failure.
    fn wire(self) -> Result<T, WireError>;
}

impl<T> OrWire<T> for store::Result<T> {
    fn wire(self) -> Result<T, WireError> {
        self.map_err(wire)
    }
}

impl<T> OrWire<T> for anyhow::Result<T> {
    fn wire(self) -> Result<T, WireError> {
        self.map_err(|error| internal(&format!("{error:#}")))
    }
}
