//! The same numbers and rows as CSV.

use super::{Pairs, problem};
use axum::Extension;
use axum::extract::Path;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use model::error::WireError;
use model::view::assets::AssetsQuery;
use model::view::audit::AuditQuery;
use model::view::findings::FindingsQuery;
use model::view::posture::PostureQuery;
use service::request::Session;

/// A chart's table: `/posture/trend.csv`, `flow.csv`, `teams.csv`, `heat.csv`, with the page's own query.
pub async fn chart_csv(
    Extension(session): Extension<Session>,
    Path(chart): Path<String>,
    Pairs(query): Pairs<PostureQuery>,
) -> Response {
    let Some(name) = chart.strip_suffix(".csv") else {
        return problem(&WireError::new(model::error::ErrorCode::NotFound));
    };
    download(&chart, session.chart_csv(name, query).await)
}

/// All findings that match the list's filter, up to a bound that the file's last line states if it was reached.
pub async fn findings_csv(Extension(session): Extension<Session>, Pairs(query): Pairs<FindingsQuery>) -> Response {
    download("findings.csv", session.findings_csv(&query.q).await)
}

/// The inventory of assets, to be edited and loaded again.
pub async fn inventory_csv(Extension(session): Extension<Session>, Pairs(query): Pairs<AssetsQuery>) -> Response {
    download("inventory.csv", session.inventory_csv(&query.q).await)
}

/// The audit log, by the page's own query: `/settings/audit.csv`.
pub async fn audit_csv(Extension(session): Extension<Session>, Pairs(query): Pairs<AuditQuery>) -> Response {
    download("audit.csv", session.audit_csv(&query).await)
}

/// The rows of a scan that could not be read, as they stood in its file: whoever opens them gets bytes, never a page.
pub async fn quarantine(Extension(session): Extension<Session>, Path(scan): Path<String>) -> Response {
    let Ok(scan) = scan.parse::<i64>() else {
        return problem(&WireError::new(model::error::ErrorCode::NotFound));
    };
    match session.quarantine_lines(scan).await {
        Ok(lines) => {
            let headers = [
                (header::CONTENT_TYPE, "application/octet-stream".to_owned()),
                (header::CONTENT_DISPOSITION, format!("attachment; filename=\"quarantine-{scan}.jsonl\"")),
            ];
            (headers, lines).into_response()
        }
        Err(error) => problem(&error),
    }
}

/// A published month as it was published: `/posture/months/2026-09.json`.
pub async fn published_month(Extension(session): Extension<Session>, Path(file): Path<String>) -> Response {
    let Some(month) = file.strip_suffix(".json") else {
        return problem(&WireError::new(model::error::ErrorCode::NotFound));
    };
    match session.published_month(month).await {
        Ok(bytes) => {
            let headers = [
                (header::CONTENT_TYPE, "application/json".to_owned()),
                (header::CONTENT_DISPOSITION, "attachment; filename=\"month.json\"".to_owned()),
            ];
            (headers, bytes).into_response()
        }
        Err(error) => problem(&error),
    }
}

fn download(name: &str, text: Result<String, WireError>) -> Response {
    match text {
        Ok(text) => {
            let disposition = format!("attachment; filename=\"{name}\"");
            let headers = [
                (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
                (header::CONTENT_DISPOSITION, disposition),
            ];
            (headers, text).into_response()
        }
        Err(error) => problem(&error),
    }
}
