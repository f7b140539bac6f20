//! The weights of the formula of risk, as a plain form.

use super::{Fields, failed, redirect};
use app::LocalPath;
use axum::Extension;
use axum::response::{IntoResponse, Response};
use model::error::{ErrorCode, WireError};
use model::mapping::FormFields;
use model::risk::WEIGHTS;
use ports::Risk as _;
use service::request::Session;

/// The page of the weights.
const PAGE: &str = "/settings/risk";

/// `POST /settings/risk`: sets weights, or takes the version back that `undo` names.
pub async fn change_risk(Extension(session): Extension<Session>, Fields(fields): Fields<FormFields>) -> Response {
    let (answer, word) = match fields.get("undo") {
        Some(version) => match version.parse() {
            Ok(version) => (session.undo_risk(version).await, "risk_undone"),
            Err(_) => (Err(WireError::new(ErrorCode::NotFound)), ""),
        },
        None => (session.set_risk(fields.clone()).await, "risk_set"),
    };
    match answer {
        Ok(()) => redirect(&LocalPath::or_root(PAGE).with(&[("done", word.to_owned())])).into_response(),
        Err(error) => {
            let kept = WEIGHTS.iter().copied().chain(["reason"]);
            let kept: Vec<(&str, &str)> = kept.filter_map(|name| Some((name, fields.get(name)?.as_str()))).collect();
            failed(PAGE, &error, &kept)
        }
    }
}
