//! Files dropped anywhere on the window are imported.

use super::send;
use crate::pages::scans;
use crate::visit::{Live, Notice, Upload, me};
use leptos::ev;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use model::policy::Action;
use model::view::scans::GlanceView;
use serde::Deserialize;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{DragEvent, FileList, FormData, HtmlInputElement, HtmlSelectElement};

/// What the server answers to an upload.
#[derive(Deserialize)]
struct Accepted {
    jobs: Vec<Job>,
}

/// One file that was taken.
#[derive(Deserialize)]
struct Job {
    job: i64,
}

/// How many bytes of a file are looked at to recognize it.
pub const HEAD: u32 = 64 << 10;

/// True while files are held over the window.
#[derive(Clone, Copy)]
pub struct Dragging(pub RwSignal<bool>);

/// Listens for files over the window, if the visitor may import.
pub fn listen() {
    let dragging = Dragging(RwSignal::new(false));
    provide_context(dragging);
    if !me().is_some_and(|me| me.may(Action::Import)) {
        return;
    }
    let upload = uploader();
    Effect::new(move |_| {
        let upload = upload.clone();
        let over = window_event_listener(ev::dragover, move |event| {
            if has_files(&event) {
                event.prevent_default();
                dragging.0.set(true);
            }
        });
        let left = window_event_listener(ev::dragleave, move |event| {
            if event.related_target().is_none() {
                dragging.0.set(false);
            }
        });
        let dropped = window_event_listener(ev::drop, move |event| {
            dragging.0.set(false);
            let files = event.data_transfer().and_then(|transfer| transfer.files());
            if let Some(files) = files.filter(|files| files.length() > 0) {
                event.prevent_default();
                if let Some(data) = with_choices(&files) {
                    upload(&data);
                }
            }
        });
        on_cleanup(move || {
            over.remove();
            left.remove();
            dropped.remove();
        });
    });
}

fn has_files(event: &DragEvent) -> bool {
    let types = event.data_transfer().map(|transfer| transfer.types());
    types.is_some_and(|types| types.iter().any(|kind| kind.as_string().as_deref() == Some("Files")))
}

/// The files with what the page's form says of them, if it is there.
fn with_choices(files: &FileList) -> Option<FormData> {
    let data = FormData::new().ok()?;
    let form = |selector: &str| document().query_selector(selector).ok().flatten();
    let source = form("select[name=source]").and_then(|element| element.dyn_into::<HtmlSelectElement>().ok());
    data.append_with_str("source", &source.map(|source| source.value()).unwrap_or_default()).ok()?;
    let mapping = form("select[name=mapping]").and_then(|element| element.dyn_into::<HtmlSelectElement>().ok());
    data.append_with_str("mapping", &mapping.map(|mapping| mapping.value()).unwrap_or_default()).ok()?;
    let whole = form("input[name=whole_project]").and_then(|element| element.dyn_into::<HtmlInputElement>().ok());
    if whole.is_some_and(|whole| whole.checked()) {
        data.append_with_str("whole_project", "on").ok()?;
    }
    let preview = form("input[name=preview]").and_then(|element| element.dyn_into::<HtmlInputElement>().ok());
    if preview.is_some_and(|preview| preview.checked()) {
        data.append_with_str("preview", "on").ok()?;
    }
    for index in 0..files.length() {
        let file = files.get(index)?;
        data.append_with_blob_and_filename("files", &file, &file.name()).ok()?;
    }
    Some(data)
}

/// Asks what a file is by its first bytes, while the rest is on its way, and shows that beside its progress.
fn recognize(file: &web_sys::File, live: Live) {
    let Ok(head) = file.slice_with_f64_and_f64(0.0, f64::from(HEAD)) else { return };
    let locale = crate::visit::locale();
    let done = move |status: u16, text: String| {
        let Ok(seen) = send::answer::<GlanceView>(status, &text) else { return };
        let known = scans::known(locale, &seen);
        live.upload.update(|upload| {
            if let Some(upload) = upload {
                upload.known = known;
            }
        });
    };
    send::post("/imports/recognize", None, head.as_ref(), None, done);
}

/// Sends files and follows them. Call it while the page is made.
pub fn uploader() -> impl Fn(&FormData) + Clone + 'static {
    let live = Live::current();
    let navigate = use_navigate();
    move |data: &FormData| {
        let sent: Vec<web_sys::File> = data.get_all("files").iter().filter_map(|file| file.dyn_into().ok()).collect();
        let files = i64::try_from(sent.len()).unwrap_or(i64::MAX);
        let name = sent.first().map(web_sys::File::name).unwrap_or_default();
        live.upload.set(Some(Upload { name, files, known: String::new(), percent: 0 }));
        if let [file] = sent.as_slice() {
            recognize(file, live);
        }
        let navigate = navigate.clone();
        let done = move |status: u16, text: String| {
            live.upload.set(None);
            match send::answer::<Accepted>(status, &text) {
                Ok(accepted) => {
                    live.version.update(|version| *version += 1);
                    let to = match accepted.jobs.as_slice() {
                        [one] => format!("/imports/{}", one.job),
                        _ => "/scans".to_owned(),
                    };
                    navigate(&to, NavigateOptions::default());
                }
                Err(error) => live.notice.set(Some(Notice::Failed(error))),
            }
        };
        let progress = Box::new(move |percent| {
            live.upload.update(|upload| {
                if let Some(upload) = upload {
                    upload.percent = percent;
                }
            });
        });
        let body: &JsValue = data.as_ref();
        send::post("/imports", None, body, Some(progress), done);
    }
}
