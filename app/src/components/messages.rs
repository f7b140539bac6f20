//! What the product says: notices, banners, empty states, failures.

use super::marks::{icon, icon_large};
use super::page::Heading;
use crate::browser::drop_zone::Dragging;
use crate::error::code_of;
use crate::locales::{common as t, errors, sentences};
use crate::path::LocalPath;
use crate::visit::{Live, Notice, Visit, locale, redirect, set_status};
use leptos::prelude::*;
use leptos_router::hooks::{use_location, use_query_map};
use model::error::{ErrorCode, WireError};
use model::text::Locale;

/// A banner: `kind` is `info`, `good`, `warn` or `error`.
pub fn banner(kind: &'static str, mark: &'static str, strong: String, rest: String) -> AnyView {
    let role = if kind == "error" { "alert" } else { "status" };
    view! {
        <div class=format!("p-banner p-banner-{kind}") role=role>
            {icon(mark)}
            <p>{(!strong.is_empty()).then(|| view! { <b>{strong}</b> " " })}{rest}</p>
        </div>
    }
    .into_any()
}

/// Nothing to show, and what to do about it.
pub fn empty(mark: &'static str, title: &'static str, more: String, acts: AnyView) -> AnyView {
    view! {
        <div class="p-empty">{icon_large(mark)}<h2>{title}</h2><p>{more}</p><div class="p-row">{acts}</div></div>
    }
    .into_any()
}

/// A link that looks like a button.
pub fn button_link(href: String, text: &'static str, primary: bool) -> AnyView {
    let class = if primary { "p-btn p-btn-primary" } else { "p-btn" };
    view! { <a class=class href=href>{text}</a> }.into_any()
}

/// What the last plain form answered: it stands in the address.
pub fn answered() -> AnyView {
    let query = use_query_map();
    let locale = locale();
    (move || {
        let get = |key: &str| query.with(|query| query.get(key)).unwrap_or_default();
        if query.with(|query| query.get("__err").is_some()) {
            return Some(banner("error", "error", String::new(), errors::invalid(locale).to_owned()));
        }
        if let Some(code) = code_of(&get("error")) {
            let error = WireError { code, field: get("field"), detail: get("detail"), reference: get("reference") };
            return Some(error_banner(locale, &error));
        }
        let number = |key: &str| get(key).parse().unwrap_or(0);
        let text = sentences::done(locale, &get("done"), number("n"), number("refused"))?;
        Some(banner("good", "done", String::new(), text))
    })
    .into_any()
}

/// An error as a banner, with its reference if there is one.
pub fn error_banner(locale: Locale, error: &WireError) -> AnyView {
    let mut text = errors::error_sentence(locale, error);
    if !error.reference.is_empty() {
        text.push_str(&format!(" {}: {}", errors::reference(locale), error.reference));
    }
    banner("error", "error", String::new(), text)
}

/// What the last change in the browser answered, and an upload under way. Always there, so that it is read out.
pub fn toasts() -> AnyView {
    let live = Live::current();
    let locale = locale();
    let said = move || {
        live.notice.get().map(|notice| {
            let text = match notice {
                Notice::Done(done) => sentences::done(locale, &done.word, done.count, done.refused).unwrap_or_default(),
                Notice::Failed(error) => {
                    let reference = if error.reference.is_empty() {
                        String::new()
                    } else {
                        format!(" {}: {}", errors::reference(locale), error.reference)
                    };
                    format!("{}{reference}", errors::error_sentence(locale, &error))
                }
            };
            view! {
                <div class="p-toast">
                    <p>{text}</p>
                    <button class="p-btn p-btn-small" type="button" on:click=move |_| live.notice.set(None)>
                        {t::close(locale)}
                    </button>
                </div>
            }
        })
    };
    let upload = move || {
        live.upload.get().map(|upload| {
            let text = match upload.files {
                1 if upload.known.is_empty() => t::uploading(locale, &upload.name),
                1 => t::uploading_known(locale, &upload.name, &upload.known),
                files => t::uploading_many(locale, files),
            };
            let percent = upload.percent.to_string();
            let spoken = format!("{percent}\u{202f}%");
            view! {
                <div class="p-toast">
                    <p>{text.clone()}</p>
                    <progress class="p-progress" max="100" value=percent aria-label=text>{spoken}</progress>
                </div>
            }
        })
    };
    let dragging = use_context::<Dragging>();
    let dragged = move || {
        dragging.is_some_and(|dragging| dragging.0.get()).then(|| {
            view! { <div class="p-toast"><p>{icon("upload")}" "{t::drop_here(locale)}</p></div> }
        })
    };
    view! { <div class="p-toasts" role="status" aria-live="polite">{dragged}{said}{upload}</div> }.into_any()
}

/// A page that could not be loaded: what happened, what to do, the code and the reference.
pub fn failure(error: WireError) -> AnyView {
    if error.code == ErrorCode::Unauthenticated {
        let location = use_location();
        let here = location.pathname.get_untracked();
        redirect(&crate::pages::sign_in::sign_in_path(&here));
        return ().into_any();
    }
    set_status(error.code.http_status());
    let locale = locale();
    let code = error.code.http_status().to_string();
    let title = errors::error_title(locale, &error);
    let reference = (!error.reference.is_empty()).then(|| {
        view! { <p class="p-hint">{errors::reference(locale)}" "<code>{error.reference.clone()}</code></p> }
    });
    let text = errors::error_sentence(locale, &error);
    gate_box(
        view! {
            <p class="p-gate-code">{code}</p>
            <Heading text=title class="p-title"/>
            <p>{text}</p>
            {reference}
            <div class="p-form-acts">{button_link("/".to_owned(), errors::go_home(locale), true)}</div>
        }
        .into_any(),
    )
}

/// The page for an address that is none.
pub fn nothing_at_this_address() -> AnyView {
    set_status(404);
    let locale = locale();
    let inner = view! {
        <p class="p-gate-code">"404"</p>
        <Heading text=errors::page_not_found_title(locale) class="p-title"/>
        <p>{errors::page_not_found(locale)}</p>
        <div class="p-form-acts">{button_link(LocalPath::root().to_string(), errors::go_home(locale), true)}</div>
    };
    gate(inner.into_any())
}

/// A page without the rail, for who is not signed in; within the frame it is a box.
pub fn gate(inner: AnyView) -> AnyView {
    if Visit::current().0.me.is_some() {
        return gate_box(inner);
    }
    view! { <main class="p-gate" id="main" tabindex="-1">{gate_box(inner)}</main> }.into_any()
}

fn gate_box(inner: AnyView) -> AnyView {
    let signed_in = Visit::current().0.me.is_some();
    let brand = (!signed_in).then(super::frame::brand);
    view! { <div class="p-gate-box">{brand}{inner}</div> }.into_any()
}
