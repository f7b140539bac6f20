//! Changes to findings, scans, sources and mappings.

#![expect(clippy::too_many_arguments, reason = "the arguments of a server function are the fields of its form")]

use super::{Answered, Done};
use crate::path::LocalPath;
use leptos::prelude::*;
use model::view::findings::DecideKind;
use model::view::scans::ImportAct;

#[cfg(feature = "ssr")]
use super::server::{backend, finish};
#[cfg(feature = "ssr")]
use model::view::findings::Decide;

/// One act on the findings of `ids`, or on all that match `filter` if `all` is set.
#[server(prefix = "/api/ui", endpoint = "decide")]
pub async fn decide_findings(
    #[server(default)] ids: Vec<String>,
    #[server(default)] all: String,
    #[server(default)] filter: String,
    kind: DecideKind,
    #[server(default)] reason: String,
    #[server(default)] team: String,
    #[server(default)] person: String,
    #[server(default)] day: String,
    #[server(default)] until: String,
    #[server(default)] target: String,
    next: LocalPath,
) -> Answered<Done> {
    let filter = if all.is_empty() { String::new() } else { filter };
    let ids = if all.is_empty() { ids } else { Vec::new() };
    let day = if kind == DecideKind::RequestException { until } else { day };
    let word = if kind == DecideKind::Comment { "commented" } else { "decided" };
    let answer = backend()?.decide(Decide { ids, filter, kind, reason, team, person, day, target }).await;
    let done = answer.map(|did| Done { count: did.touched, refused: did.refused, ..Done::word(word) });
    finish(&next, done)
}

/// Approves or refuses an exception.
#[server(prefix = "/api/ui", endpoint = "answer-exception")]
pub async fn answer_exception(request: i64, approve: bool, next: LocalPath) -> Answered<Done> {
    let word = if approve { "approved" } else { "exception_refused" };
    let answer = backend()?.answer_exception(request, approve).await;
    finish(&next, answer.map(|()| Done::word(word)))
}

/// Parts a finding from its issue, joins it to another, or lets the rule decide again.
#[server(prefix = "/api/ui", endpoint = "say-issue")]
pub async fn say_issue(id: String, kind: String, #[server(default)] target: String, next: LocalPath) -> Answered<Done> {
    let answer = backend()?.say_issue(id, kind, target).await;
    finish(&next, answer.map(|()| Done::word("issue")))
}

/// Goes on with an import as a person says, and leads to where that can be watched.
#[server(prefix = "/api/ui", endpoint = "import-act")]
pub async fn act_on_import(job: i64, act: ImportAct, next: LocalPath) -> Answered<Done> {
    let answer = backend()?.import_act(job, act).await;
    let word = match act {
        ImportAct::Cancel => "import_canceled",
        ImportAct::Discard => "import_discarded",
        ImportAct::Import | ImportAct::Accept => "import_begun",
    };
    let done = answer.map(|job| {
        let to = job.map_or_else(|| "/scans".to_owned(), |job| format!("/imports/{job}"));
        Done { to, ..Done::word(word) }
    });
    finish(&next, done)
}

/// Says when a scan ran.
#[server(prefix = "/api/ui", endpoint = "date-scan")]
pub async fn date_scan(scan: i64, at: String, next: LocalPath) -> Answered<Done> {
    let answer = backend()?.date_scan(scan, at).await;
    finish(&next, answer.map(|()| Done::word("dated")))
}

/// Has a scan's original read again.
#[server(prefix = "/api/ui", endpoint = "reparse-scan")]
pub async fn reparse_scan(scan: i64, next: LocalPath) -> Answered<Done> {
    let answer = backend()?.reparse(scan).await;
    finish(&next, answer.map(|job| Done { to: format!("/imports/{job}"), ..Done::word("import_begun") }))
}

/// Takes a scan out of the books, or puts it back.
#[server(prefix = "/api/ui", endpoint = "undo-scan")]
pub async fn undo_scan(scan: i64, redo: bool, next: LocalPath) -> Answered<Done> {
    let word = if redo { "redone" } else { "undone" };
    let answer = backend()?.undo(scan, redo).await;
    finish(&next, answer.map(|()| Done::word(word)))
}

/// Publishes a month, for ever.
#[server(prefix = "/api/ui", endpoint = "publish-month")]
pub async fn publish_month(month: String, next: LocalPath) -> Answered<Done> {
    let answer = backend()?.publish(month).await;
    finish(&next, answer.map(|()| Done::word("month_published")))
}

/// Makes a source.
#[server(prefix = "/api/ui", endpoint = "add-source")]
pub async fn add_source(name: String, space: String, zone: String, next: LocalPath) -> Answered<Done> {
    let answer = backend()?.add_source(name, space, zone).await;
    finish(&next, answer.map(|()| Done::word("source")))
}

/// Begins to change a saved mapping, and leads to where that is done.
#[server(prefix = "/api/ui", endpoint = "open-mapping")]
pub async fn open_mapping(name: String, next: LocalPath) -> Answered<Done> {
    let answer = backend()?.open_mapping(name).await;
    finish(&next, answer.map(|()| Done { to: "/scans/mappings/edit".to_owned(), ..Done::default() }))
}

/// Takes a saved mapping away.
#[server(prefix = "/api/ui", endpoint = "remove-mapping")]
pub async fn remove_mapping(name: String, next: LocalPath) -> Answered<Done> {
    let answer = backend()?.remove_mapping(name).await;
    finish(&next, answer.map(|()| Done::word("mapping_removed")))
}
