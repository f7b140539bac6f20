//! What stands on `/assets/merges`. Drawn by the server alone: every press of a button is a plain form.

use crate::components::form::field;
use crate::components::marks::stamp;
use crate::components::page::answer;
use crate::locales::say::Say;
use crate::locales::{merges as tm, words};
use crate::server_fns::{MergeAssets, SplitAssets};
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use model::text::Locale;
use model::view::merges::{MergeView, MergesPage, NamedAsset, SuggestionView};

/// How many keys the fields offer.
const OFFERED: usize = 1_000;

/// Where the forms come back to.
const HERE: &str = "/assets/merges";

/// The page's body as HTML.
pub fn body(locale: Locale, page: &MergesPage) -> String {
    let count = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
    let (merges, pairs) = (count(page.merges.len()), count(page.suggestions.len()));
    let say = format!("{}; {}. {}", tm::say(locale, merges), tm::say_suggested(locale, pairs), tm::more(locale));
    view! {
        {answer(Say::new().text(say))}
        {suggestions(locale, &page.suggestions)}
        {by_hand(locale, &page.assets)}
        {in_force(locale, &page.merges)}
    }
    .to_html()
}

fn asset(asset: &NamedAsset) -> AnyView {
    view! { {asset.name.clone()}<small>{asset.key.clone()}</small> }.into_any()
}

fn suggestions(locale: Locale, found: &[SuggestionView]) -> AnyView {
    if found.is_empty() {
        return view! {
            <section class="p-section">
                <h2 class="p-h2">{tm::suggestions(locale)}</h2>
                <p>{tm::suggestions_none(locale)}</p>
            </section>
        }
        .into_any();
    }
    let rows = found.iter().map(|one| suggestion(locale, one)).collect_view();
    view! {
        <section class="p-section">
            <h2 class="p-h2">{tm::suggestions(locale)}</h2>
            <div class="p-table-wrap"><table class="p-table">
                <thead>
                    <tr>
                        <th scope="col">{tm::col_first(locale)}</th>
                        <th scope="col">{tm::col_second(locale)}</th>
                        <th scope="col">{tm::col_shared(locale)}</th>
                        <th scope="col">{tm::col_findings(locale)}</th>
                        <th scope="col">{tm::col_reason(locale)}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table></div>
        </section>
    }
    .into_any()
}

fn suggestion(locale: Locale, found: &SuggestionView) -> AnyView {
    let shared: Vec<String> =
        found.shared.iter().map(|(alias, value)| format!("{} {value}", tm::alias(locale, *alias))).collect();
    let shared = shared.join(", ");
    let moved = i64::try_from(found.moved).unwrap_or(i64::MAX);
    view! {
        <tr>
            <td class="p-c-main">{asset(&found.one)}</td>
            <td data-label=tm::col_second(locale)>{asset(&found.other)}</td>
            <td data-label=tm::col_shared(locale)>{shared.clone()}</td>
            <td data-label=tm::col_findings(locale)>{tm::findings(locale, moved, found.joined)}</td>
            <td data-label=tm::col_reason(locale)>
                <form class="p-row" method="post" action=MergeAssets::PATH>
                    <input type="hidden" name="next" value=HERE/>
                    <input type="hidden" name="one" value=found.one.id.to_string()/>
                    <input type="hidden" name="other" value=found.other.id.to_string()/>
                    <input class="p-input" name="reason" value=shared aria-label=tm::reason(locale) maxlength="4000" required/>
                    <button class="p-btn p-btn-small">{tm::merge(locale)}</button>
                </form>
            </td>
        </tr>
    }
    .into_any()
}

fn by_hand(locale: Locale, assets: &[NamedAsset]) -> AnyView {
    let options = assets.iter().filter(|asset| asset.part_of.is_none()).take(OFFERED);
    let options = options.map(|asset| view! { <option value=asset.key.clone()>{asset.name.clone()}</option> });
    let input = |id: &'static str, name: &'static str| {
        view! { <input class="p-input" id=id name=name list="merge-keys" autocomplete="off" required/> }.into_any()
    };
    let reason =
        view! { <input class="p-input" id="merge-reason" name="reason" maxlength="4000" required/> }.into_any();
    view! {
        <section class="p-section">
            <h2 class="p-h2">{tm::by_hand(locale)}</h2>
            <form class="p-form" method="post" action=MergeAssets::PATH>
                <input type="hidden" name="next" value=HERE/>
                {field("merge-one", tm::one(locale), input("merge-one", "one"), "")}
                {field("merge-other", tm::other(locale), input("merge-other", "other"), "")}
                {field("merge-reason", tm::reason(locale), reason, "")}
                <datalist id="merge-keys">{options.collect_view()}</datalist>
                <div class="p-form-acts"><button class="p-btn p-btn-primary">{tm::merge(locale)}</button></div>
            </form>
        </section>
    }
    .into_any()
}

fn in_force(locale: Locale, merges: &[MergeView]) -> AnyView {
    if merges.is_empty() {
        return view! {
            <section class="p-section"><h2 class="p-h2">{tm::in_force(locale)}</h2><p>{tm::in_force_none(locale)}</p></section>
        }
        .into_any();
    }
    let rows = merges.iter().map(|merge| row(locale, merge)).collect_view();
    view! {
        <section class="p-section">
            <h2 class="p-h2">{tm::in_force(locale)}</h2>
            <div class="p-table-wrap"><table class="p-table">
                <thead>
                    <tr>
                        <th scope="col">{tm::col_assets(locale)}</th>
                        <th scope="col">{tm::col_reason(locale)}</th>
                        <th scope="col">{tm::col_by(locale)}</th>
                        <th scope="col"><span class="p-vh">{tm::split(locale)}</span></th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table></div>
        </section>
    }
    .into_any()
}

fn row(locale: Locale, merge: &MergeView) -> AnyView {
    let who = merge.who.clone().unwrap_or_else(|| words::operator(locale).to_owned());
    view! {
        <tr>
            <td class="p-c-main">{asset(&merge.one)}<br/>{asset(&merge.other)}</td>
            <td data-label=tm::col_reason(locale)>{merge.reason.clone()}</td>
            <td data-label=tm::col_by(locale)>{who}" "{stamp(&merge.at)}</td>
            <td class="p-num">
                <form method="post" action=SplitAssets::PATH>
                    <input type="hidden" name="next" value=HERE/>
                    <input type="hidden" name="merge" value=merge.id.to_string()/>
                    <button class="p-btn p-btn-small">{tm::split(locale)}</button>
                </form>
            </td>
        </tr>
    }
    .into_any()
}
