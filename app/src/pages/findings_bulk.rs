//! What can be done with the selected rows. Without a script the bar is always there; with one it comes with a selection.

use crate::components::form::{Act, person_select, team_select};
use crate::locales::{findings as tf, words};
use crate::server_fns::DecideFindings;
use leptos::ev::Event;
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use model::policy::Action;
use model::text::Locale;
use model::view::account::Me;
use model::view::findings::{DecideKind, FindingsPage};
use wasm_bindgen::JsCast;
use web_sys::HtmlInputElement;

const ROWS: &str = "input[name='ids[]']";

/// The checkboxes of the rows.
fn checkboxes() -> Vec<HtmlInputElement> {
    let Ok(list) = document().query_selector_all(ROWS) else { return Vec::new() };
    (0..list.length()).filter_map(|index| list.get(index)?.dyn_into().ok()).collect()
}

/// Selects every row of the page.
pub fn select_all(locale: Locale) -> AnyView {
    let change = move |event: Event| {
        let Some(all) = event.target().and_then(|target| target.dyn_into::<HtmlInputElement>().ok()) else { return };
        for checkbox in checkboxes() {
            checkbox.set_checked(all.checked());
        }
    };
    view! { <input type="checkbox" aria-label=tf::select_all(locale) autocomplete="off" on:change=change/> }.into_any()
}

/// The bar.
pub fn bulk_bar(locale: Locale, page: &FindingsPage, me: Option<&Me>) -> AnyView {
    let may = |action| me.is_some_and(|me| me.may(action));
    let selected = RwSignal::new(None::<usize>);
    let count = move || checkboxes().iter().filter(|checkbox| checkbox.checked()).count();
    Effect::new(move |_| {
        selected.set(Some(count()));
        let changed = window_event_listener(leptos::ev::change, move |_| selected.set(Some(count())));
        let reset = window_event_listener(leptos::ev::reset, move |_| {
            request_animation_frame(move || selected.set(Some(count())));
        });
        on_cleanup(move || {
            changed.remove();
            reset.remove();
        });
    });
    let hidden = move || selected.get() == Some(0);
    let shown = move || selected.get().map(|count| view! { <b>{count}</b> " " });
    let more = page.total > i64::try_from(page.rows.len()).unwrap_or(i64::MAX);
    let filter = if page.query.q.is_empty() { "status:open".to_owned() } else { page.query.q.clone() };
    let all = more.then(|| {
        view! {
            <label class="p-check">
                <input type="checkbox" name="all" value="yes" autocomplete="off"/>
                <span>{tf::selected_all(locale, page.total)}<small>{tf::selected_all_hint(locale)}</small></span>
            </label>
        }
    });
    let team = may(Action::AssignTeam).then(|| {
        let select = team_select("bulk-team", locale, tf::bulk_keep(locale), &page.teams, None);
        view! { <div class="p-field"><label for="bulk-team">{tf::bulk_team(locale)}</label>{select}</div> }
    });
    let person = may(Action::Assign).then(|| {
        let select = person_select("bulk-person", locale, tf::bulk_keep(locale), &page.people);
        view! {
            <div class="p-field"><label for="bulk-person">{tf::bulk_person(locale)}</label>{select}</div>
            <div class="p-field">
                <label for="bulk-day">{tf::bulk_due(locale)}</label>
                <input class="p-input" id="bulk-day" name="day" type="date"/>
            </div>
        }
    });
    let assign = (may(Action::AssignTeam) || may(Action::Assign)).then(|| act_button(locale, DecideKind::Assign, true));
    let work = may(Action::Work).then(|| {
        let kinds = [DecideKind::Confirm, DecideKind::Start, DecideKind::ClaimFix];
        kinds.map(|kind| act_button(locale, kind, false)).into_iter().collect_view()
    });
    let mut verdicts = Vec::new();
    if may(Action::Decide) {
        verdicts.extend([
            DecideKind::FalsePositive,
            DecideKind::Retire,
            DecideKind::CloseByHand,
            DecideKind::ClearVerdict,
        ]);
    }
    if may(Action::RequestException) {
        verdicts.push(DecideKind::RequestException);
    }
    let until = may(Action::RequestException).then(|| {
        view! {
            <div class="p-field">
                <label for="bulk-until">{tf::bulk_until(locale)}</label>
                <input class="p-input" id="bulk-until" name="until" type="date"/>
            </div>
        }
    });
    let verdicts = (!verdicts.is_empty()).then(|| {
        let buttons = verdicts.into_iter().map(|kind| act_button(locale, kind, false)).collect_view();
        view! {
            <details class="p-bulk-more">
                <summary class="p-btn">{tf::bulk_more(locale)}</summary>
                <div class="p-row">
                    <div class="p-field">
                        <label for="bulk-reason">{tf::bulk_reason(locale)}</label>
                        <input class="p-input" id="bulk-reason" name="reason" maxlength="4000"/>
                    </div>
                    {until}
                    {buttons}
                </div>
            </details>
        }
    });
    view! {
        <Act url=DecideFindings::PATH id="bulk" class="">
            <div class="p-bulk" role="region" aria-label=tf::bulk_label(locale) hidden=hidden>
                <input type="hidden" name="filter" value=filter/>
                <p aria-live="polite">{shown}{tf::selected(locale)}</p>
                {all}
                {team}
                {person}
                {assign}
                {work}
                {verdicts}
            </div>
        </Act>
    }
    .into_any()
}

fn act_button(locale: Locale, kind: DecideKind, primary: bool) -> AnyView {
    let class = if primary { "p-btn p-btn-primary" } else { "p-btn" };
    view! {
        <button class=class name="kind" value=words::act_word(kind) title=words::act_hint(locale, kind)>
            {words::act(locale, kind)}
        </button>
    }
    .into_any()
}
