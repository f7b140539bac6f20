//! Small marks: icons, severities, statuses, instants, deadlines, categories.

use crate::locales::{common as t, findings as tf};
use leptos::prelude::*;
use model::text::{Locale, mapped_name, severity_letter, severity_name, status_name};
use model::view::Stamp;
use model::view::findings::{Due, FindingRow, WRITTEN};
use model::{Edition, Mapped, Severity, Status, Tool};

/// An icon of the sprite. Always beside a word.
pub fn icon(name: &'static str) -> AnyView {
    sprite("p-icon", name)
}

/// A large icon of the sprite.
pub fn icon_large(name: &'static str) -> AnyView {
    sprite("p-icon p-icon-l", name)
}

fn sprite(class: &'static str, name: &'static str) -> AnyView {
    view! { <svg class=class aria-hidden="true"><use href=format!("/assets/icons.svg#{name}")></use></svg> }.into_any()
}

fn severity_class(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical => "p-sev p-sev-c",
        Severity::High => "p-sev p-sev-h",
        Severity::Medium => "p-sev p-sev-m",
        Severity::Low => "p-sev p-sev-l",
        Severity::Info => "p-sev p-sev-i",
    }
}

/// Who saw it: the scanner, or a person.
pub fn scanner(locale: Locale, tool: Tool, rule: &str) -> &'static str {
    if rule.starts_with(WRITTEN) { t::by_hand(locale) } else { tool.name() }
}

/// A severity as shape and word.
pub fn severity(locale: Locale, severity: Severity) -> AnyView {
    view! {
        <span class=severity_class(severity)>
            <i class="p-sev-mark" aria-hidden="true"></i>{severity_name(locale, severity)}
        </span>
    }
    .into_any()
}

/// A severity as shape and letter, with the word for who asks.
pub fn severity_short(locale: Locale, severity: Severity) -> AnyView {
    let name = severity_name(locale, severity);
    view! {
        <span class=format!("{} p-sev-short", severity_class(severity)) title=name>
            <i class="p-sev-mark" aria-hidden="true"></i>
            <abbr title=name>{severity_letter(locale, severity)}</abbr>
        </span>
    }
    .into_any()
}

/// A status as mark and word.
pub fn status(locale: Locale, status: Status) -> AnyView {
    view! { <span class=format!("p-status p-status-{}", status.word())>{status_name(locale, status)}</span> }.into_any()
}

/// The status of a row with its further marks.
pub fn statuses(locale: Locale, row: &FindingRow) -> AnyView {
    view! {
        {status(locale, row.status)}
        {row.not_retested.then(|| view! { " " <span class="p-status p-status-stale">{t::not_retested(locale)}</span> })}
    }
    .into_any()
}

/// An instant.
pub fn stamp(stamp: &Stamp) -> AnyView {
    view! { <time datetime=stamp.iso.clone()>{stamp.text.clone()}</time> }.into_any()
}

/// How much time is left, in words; bad news where it is over.
pub fn due(locale: Locale, due: Option<&Due>) -> AnyView {
    let Some(due) = due else {
        return view! { <span class="p-mute">"—"</span> }.into_any();
    };
    let (class, text) = match due.days_left {
        0 => ("p-warn", tf::due_today(locale).to_owned()),
        left if left < 0 => ("p-bad", tf::due_over(locale, -left)),
        left => ("", tf::due_left(locale, left)),
    };
    view! { <time datetime=due.day.iso.clone() title=due.day.text.clone() class=class>{text}</time> }.into_any()
}

/// A category as `A03 Injection`; a bucket as its name.
pub fn category(locale: Locale, edition: Edition, mapped: Mapped) -> String {
    match mapped {
        Mapped::To(category) => format!("{category} {}", mapped_name(locale, edition, mapped)),
        Mapped::Unmapped | Mapped::NotAWeakness => mapped_name(locale, edition, mapped).to_owned(),
    }
}

/// A category for a narrow column: its word, with the name for who asks.
pub fn category_short(locale: Locale, edition: Edition, mapped: Mapped) -> AnyView {
    let name = mapped_name(locale, edition, mapped);
    match mapped {
        Mapped::To(category) => view! { <abbr title=name>{category.to_string()}</abbr> }.into_any(),
        Mapped::Unmapped | Mapped::NotAWeakness => view! { <span class="p-mute">{name}</span> }.into_any(),
    }
}
