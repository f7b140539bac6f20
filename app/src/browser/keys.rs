//! Keys. They read `event.key`, so that they work on any keyboard, and do nothing while a field has the focus.

use crate::locales::common as t;
use crate::visit::locale;
use leptos::ev;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlDialogElement, HtmlElement, HtmlInputElement, KeyboardEvent};

const HELP: &str = "keys-help";

/// What a key asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Asked {
    /// The filter's field.
    Filter,
    /// The next row.
    Down,
    /// The row before.
    Up,
    /// Select the row.
    Select,
    /// The list of keys.
    Help,
    /// A page after `G`.
    Go(&'static str),
    /// Wait for the second key.
    Wait,
}

/// What a key means; `after_g` after `G`.
fn meaning(key: &str, after_g: bool) -> Option<Asked> {
    let lower = key.to_lowercase();
    if after_g {
        return match lower.as_str() {
            "f" => Some(Asked::Go("/findings")),
            "p" => Some(Asked::Go("/posture")),
            "m" => Some(Asked::Go("/my-team")),
            "s" => Some(Asked::Go("/scans")),
            "t" => Some(Asked::Go("/teams")),
            _ => None,
        };
    }
    match lower.as_str() {
        "/" | "f" => Some(Asked::Filter),
        "j" => Some(Asked::Down),
        "k" => Some(Asked::Up),
        "x" => Some(Asked::Select),
        "?" => Some(Asked::Help),
        "g" => Some(Asked::Wait),
        _ => None,
    }
}

/// Listens for keys on the whole window.
pub fn listen() {
    let waiting = StoredValue::new(false);
    let navigate = use_navigate();
    Effect::new(move |_| {
        let navigate = navigate.clone();
        let handle = window_event_listener(ev::keydown, move |event| {
            if event.ctrl_key() || event.meta_key() || event.alt_key() || is_typing(&event) {
                return;
            }
            let after_g = waiting.get_value();
            waiting.set_value(false);
            let Some(asked) = meaning(&event.key(), after_g) else { return };
            event.prevent_default();
            match asked {
                Asked::Filter => focus("#q"),
                Asked::Down => step(1),
                Asked::Up => step(-1),
                Asked::Select => select(),
                Asked::Help => open_help(),
                Asked::Go(path) => navigate(path, NavigateOptions::default()),
                Asked::Wait => waiting.set_value(true),
            }
        });
        on_cleanup(move || handle.remove());
    });
}

/// Whether the key goes into a field or an open dialog.
fn is_typing(event: &KeyboardEvent) -> bool {
    let Some(target) = event.target().and_then(|target| target.dyn_into::<Element>().ok()) else { return false };
    if let Some(input) = target.dyn_ref::<HtmlInputElement>() {
        return !matches!(input.type_().as_str(), "checkbox" | "radio" | "button" | "submit");
    }
    let editable = target.dyn_ref::<HtmlElement>().is_some_and(HtmlElement::is_content_editable);
    editable || target.closest("textarea, select, dialog[open]").ok().flatten().is_some()
}

fn focus(selector: &str) {
    let found = document().query_selector(selector).ok().flatten();
    if let Some(element) = found.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
        let _ = element.focus();
    }
}

/// The links of the page's rows, and which of them has the focus.
fn rows() -> (Vec<HtmlElement>, Option<usize>) {
    let mut links = Vec::new();
    if let Ok(list) = document().query_selector_all("a[data-row]") {
        for index in 0..list.length() {
            if let Some(link) = list.get(index).and_then(|node| node.dyn_into::<HtmlElement>().ok()) {
                links.push(link);
            }
        }
    }
    let row_of = |element: &Element| element.closest("tr, li").ok().flatten();
    let active = document().active_element().and_then(|element| row_of(&element));
    let at = active.and_then(|active| links.iter().position(|link| row_of(link).as_ref() == Some(&active)));
    (links, at)
}

fn step(by: i32) {
    let (links, at) = rows();
    let next = match (at, by > 0) {
        (None, _) => 0,
        (Some(at), true) => (at + 1).min(links.len().saturating_sub(1)),
        (Some(at), false) => at.saturating_sub(1),
    };
    if let Some(link) = links.get(next) {
        let _ = link.focus();
    }
}

fn select() {
    let (links, at) = rows();
    let row = at.and_then(|at| links.get(at)).and_then(|link| link.closest("tr, li").ok().flatten());
    let checkbox = row.and_then(|row| row.query_selector("input[type=checkbox]").ok().flatten());
    if let Some(checkbox) = checkbox.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
        checkbox.click();
    }
}

/// Opens the list of keys.
pub fn open_help() {
    let dialog = document().get_element_by_id(HELP).and_then(|element| element.dyn_into::<HtmlDialogElement>().ok());
    if let Some(dialog) = dialog.filter(|dialog| !dialog.open()) {
        let _ = dialog.show_modal();
    }
}

/// The list of keys.
pub fn help() -> AnyView {
    let locale = locale();
    let line = |keys: AnyView, what: &'static str| view! { <dt>{keys}</dt><dd>{what}</dd> };
    let then = t::keys_then(locale);
    view! {
        <dialog class="p-dialog" id=HELP aria-labelledby="keys-title">
            <h2 id="keys-title">{t::keys_title(locale)}</h2>
            <dl class="p-dl">
                {line(view! { <kbd>"/"</kbd>" "<kbd>"F"</kbd> }.into_any(), t::keys_filter(locale))}
                {line(view! { <kbd>"J"</kbd>" "<kbd>"K"</kbd> }.into_any(), t::keys_move(locale))}
                {line(view! { <kbd>"Enter"</kbd> }.into_any(), t::keys_open(locale))}
                {line(view! { <kbd>"X"</kbd> }.into_any(), t::keys_select(locale))}
                {line(
                    view! {
                        <kbd>"G"</kbd>" "{then}" "<kbd>"F"</kbd>" "<kbd>"P"</kbd>" "<kbd>"M"</kbd>" "<kbd>"S"</kbd>" "<kbd>"T"</kbd>
                    }
                    .into_any(),
                    t::keys_go(locale),
                )}
                {line(view! { <kbd>"?"</kbd> }.into_any(), t::keys_help(locale))}
            </dl>
            <p class="p-hint">{t::keys_note(locale)}</p>
            <form method="dialog" class="p-form-acts"><button class="p-btn p-btn-primary">{t::close(locale)}</button></form>
        </dialog>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_mean_what_the_help_says() {
        assert_eq!(meaning("F", false), Some(Asked::Filter));
        assert_eq!(meaning("f", true), Some(Asked::Go("/findings")));
        assert_eq!(meaning("t", true), Some(Asked::Go("/teams")));
        assert_eq!(meaning("t", false), None);
        assert_eq!(meaning("Enter", false), None, "a link opens itself");
    }
}
