//! What a page opens with: title, heading, the sentence, links back, pages of a list, the banner of the past.

use super::form::escaped;
use super::marks::icon;
use crate::locales::common as t;
use crate::locales::say::{Say, Tone};
use crate::visit::{Live, locale};
use leptos::html::H1;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_location;
use model::text::Locale;
use model::view::PastView;
use web_sys::HtmlHeadingElement;

/// The page's title and its heading, which takes the focus after a navigation in the browser.
#[component]
pub fn Heading(
    /// What the page is.
    #[prop(into)]
    text: String,
    /// A class, if the heading is of another kind.
    #[prop(optional)]
    class: &'static str,
) -> impl IntoView {
    let live = Live::current();
    let heading = NodeRef::<H1>::new();
    let path = use_location().pathname;
    Effect::new(move |_| {
        let here = path.get_untracked();
        if let Some(element) = heading.get() {
            let before = live.focused.get_value();
            if before.is_some_and(|before| before != here) {
                focus_when_there(element, 30);
            }
            live.focused.set_value(Some(here));
        }
    });
    // The server writes a title as it stands, so that the scanner's words in it would be read as HTML.
    let title = format!("{} · Postura", if cfg!(feature = "ssr") { escaped(&text) } else { text.clone() });
    view! {
        <Title text=title/>
        <h1 class=class tabindex="-1" node_ref=heading>{text}</h1>
    }
}

/// Gives an element the focus once it is in the document: a page is built before it takes the place of the old one.
fn focus_when_there(element: HtmlHeadingElement, frames: u8) {
    if element.is_connected() {
        let _ = element.focus();
    } else if frames > 0 {
        request_animation_frame(move || focus_when_there(element, frames - 1));
    }
}

/// The sentence that answers the page's question.
pub fn answer(say: Say) -> AnyView {
    let pieces = say.pieces.into_iter().map(|piece| {
        let class = match piece.tone {
            Tone::Good => "p-good",
            Tone::Bad => "p-bad",
            Tone::Plain | Tone::Strong => "",
        };
        match (piece.href.is_empty(), piece.tone) {
            (true, Tone::Plain) => piece.text.into_any(),
            (true, _) => view! { <b class=class>{piece.text}</b> }.into_any(),
            (false, Tone::Plain) => view! { <a href=piece.href>{piece.text}</a> }.into_any(),
            (false, _) => view! { <a href=piece.href class=class><b>{piece.text}</b></a> }.into_any(),
        }
    });
    view! { <p class="p-say">{pieces.collect_view()}</p> }.into_any()
}

/// The way back up.
pub fn crumbs(links: Vec<(String, String)>, here: String) -> AnyView {
    let locale = locale();
    let links = links.into_iter().map(|(href, text)| view! { <a href=href>{text}</a> }).collect_view();
    view! { <nav class="p-crumbs" aria-label=t::pages(locale)>{links}<span>{here}</span></nav> }.into_any()
}

/// Links to the page before and after.
pub fn pager(note: String, previous: Option<String>, next: Option<String>) -> AnyView {
    let locale = locale();
    let before = previous.map(|href| {
        view! {
            <a class="p-btn p-btn-small" rel="prev" href=href>{icon("chevron-left")}{t::previous_page(locale)}</a>
        }
    });
    let after = next.map(|href| {
        view! { <a class="p-btn p-btn-small" rel="next" href=href>{t::next_page(locale)}{icon("chevron-right")}</a> }
    });
    view! {
        <nav class="p-pager" aria-label=t::pages(locale)>
            <p>{note}</p>
            {before}
            {after}
        </nav>
    }
    .into_any()
}

/// Says that the page shows the past, and leads back. `path` is the page's own.
pub fn past_banner(locale: Locale, past: Option<PastView>, path: &str) -> AnyView {
    past.map(|past| {
        let now = crate::locales::say::encode(&past.now);
        let href = if now.is_empty() { path.to_owned() } else { format!("{path}?q={now}") };
        let day = past.as_of.map(|day| t::past_day(locale, &day));
        let known = past.known_at.map(|known| t::past_known(locale, &known));
        let what = [day, known].into_iter().flatten().collect::<Vec<_>>().join(" ");
        view! {
            <div class="p-banner p-banner-past" role="status">
                {icon("history")}
                <p><b>{what}</b>" "{t::past_read_only(locale)}</p>
                <a class="p-btn p-btn-small" href=href>{t::back_to_now(locale)}</a>
            </div>
        }
    })
    .into_any()
}
