//! The notice above every page: scanners that do not answer, for who may say what is scanned.

use super::connectors;
use crate::components::marks::{icon, stamp};
use crate::locales::scanning as t;
use leptos::prelude::*;
use model::text::Locale;
use model::view::health::Failing;

/// So many are named; of more than these stands how many.
const NAMED: usize = 3;

/// The notice as HTML, empty if all is well. Each name leads to its connector.
pub fn notice(locale: Locale, failing: &[Failing]) -> String {
    if failing.is_empty() {
        return String::new();
    }
    let count = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
    let named = failing.iter().take(NAMED).enumerate().map(|(at, one)| {
        // A place on a page that the browser loads anew: what stands there is as new as this.
        let href = connectors::place(one.id);
        let comma = (at > 0).then_some(", ");
        view! {
            {comma}<a href=href rel="external">{one.name.clone()}</a>
            {format!(" ({}", t::since(locale))}" "{stamp(&one.since)}")"
        }
    });
    let more = failing.len().saturating_sub(NAMED);
    let more = (more > 0).then(|| {
        view! { " "<a href="/scans/health" rel="external">{t::notice_more(locale, count(more))}</a> }
    });
    view! {
        <div class="p-banner p-banner-warn" role="status">
            {icon("warning")}
            <p><b>{t::notice(locale, count(failing.len()))}</b>" "{named.collect_view()}{more}</p>
        </div>
    }
    .to_html()
}
