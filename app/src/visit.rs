//! What every page knows from the start: who visits, in which language, and the state that pages share in the browser.

use crate::path::LocalPath;
use crate::server_fns::Done;
use leptos::prelude::*;
use model::error::WireError;
use model::policy::Role;
use model::text::Locale;
use model::view::account::{Me, Shell};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The shell of this visit, and what stands above its pages as HTML that the server drew. The server puts it into the context before
/// it draws; the browser finds it in the page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Visit(pub Shell, pub String);

impl Visit {
    /// A visit of nobody: what is drawn where the server said nothing, as when routes are listed.
    pub fn nobody() -> Self {
        let shell = Shell {
            me: None,
            organisation: String::new(),
            locale: Locale::default(),
            theme: String::new(),
            needs_setup: false,
            demo: false,
            provider: None,
        };
        Self(shell, String::new())
    }

    /// The visit that the context holds.
    pub fn current() -> Self {
        use_context::<Self>().unwrap_or_else(Self::nobody)
    }
}

/// What a form sent that was not taken, and why: its page shows both again, so that nothing is lost. The server puts it into the
/// context of that one answer.
#[derive(Clone, Debug)]
pub struct Entered(pub BTreeMap<String, String>, pub WireError);

/// Whether the visit that the server draws for has ended: what it would draw now reaches nobody.
pub fn is_over() -> bool {
    cfg!(feature = "ssr") && use_context::<Visit>().is_none()
}

/// The language of this visit.
pub fn locale() -> Locale {
    with_visit(|shell| shell.locale)
}

/// The signed-in person, if any.
pub fn me() -> Option<Me> {
    with_visit(|shell| shell.me.clone())
}

fn with_visit<T>(read: impl FnOnce(&Shell) -> T) -> T {
    match use_context::<Visit>() {
        Some(visit) => read(&visit.0),
        None => read(&Visit::nobody().0),
    }
}

/// Where somebody with this role begins.
pub fn home_of(role: Role, nothing_imported: bool, may_import: bool) -> &'static str {
    match role {
        Role::Admin | Role::Analyst | Role::Auditor if nothing_imported && may_import => "/scans",
        Role::Admin | Role::Analyst | Role::Auditor => "/findings",
        Role::Lead | Role::Member => "/my-team",
        Role::Executive => "/posture",
    }
}

/// What the last change answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Notice {
    /// It was done.
    Done(Done),
    /// It was not.
    Failed(WireError),
}

/// An upload under way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Upload {
    /// The file's name, if it is one.
    pub name: String,
    /// How many files.
    pub files: i64,
    /// What the first bytes say of it, as soon as the server has answered.
    pub known: String,
    /// 0 to 100.
    pub percent: u8,
}

/// The state that pages share in the browser.
#[derive(Clone, Copy)]
pub struct Live {
    /// Grows with each change, so that pages ask again.
    pub version: RwSignal<u32>,
    /// What the last change answered.
    pub notice: RwSignal<Option<Notice>>,
    /// The upload under way.
    pub upload: RwSignal<Option<Upload>>,
    /// The path whose heading had the focus last: navigation moves it, repainting does not.
    pub focused: StoredValue<Option<String>>,
}

impl Live {
    /// Nothing has happened yet.
    pub fn new() -> Self {
        Self {
            version: RwSignal::new(0),
            notice: RwSignal::new(None),
            upload: RwSignal::new(None),
            focused: StoredValue::new(None),
        }
    }

    /// The one that the context holds.
    pub fn current() -> Self {
        use_context::<Self>().unwrap_or_else(Self::new)
    }
}

/// Sends the visitor elsewhere: by status while the server draws, by navigation in the browser.
pub fn redirect(to: &LocalPath) {
    #[cfg(feature = "ssr")]
    crate::server_fns::server::see_other(to);
    #[cfg(not(feature = "ssr"))]
    {
        use leptos_router::NavigateOptions;
        let navigate = leptos_router::hooks::use_navigate();
        let to = to.to_string();
        request_animation_frame(move || navigate(&to, NavigateOptions { replace: true, ..NavigateOptions::default() }));
    }
}

/// Gives the page that is being drawn a status.
pub fn set_status(code: u16) {
    #[cfg(feature = "ssr")]
    if let (Some(response), Ok(status)) =
        (use_context::<leptos_axum::ResponseOptions>(), axum::http::StatusCode::from_u16(code))
    {
        response.set_status(status);
    }
    #[cfg(not(feature = "ssr"))]
    let _ = code;
}
