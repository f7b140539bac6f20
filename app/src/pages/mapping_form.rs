//! What stands on `/scans/mappings/edit`. Drawn by the server alone: every press of a button is a plain form.

use super::mapping_columns::columns;
use super::mapping_preview::preview;
use super::mappings::sample_form;
use crate::components::form::{TextArea, field};
use crate::components::page::answer;
use crate::locales::mappings as tm;
use crate::locales::say::{Say, Tone};
use leptos::prelude::*;
use model::mapping::{DateOrder, Delimiter, MappingPart, MappingProblem, SeverityNumbers, word_names};
use model::text::{Locale, severity_name};
use model::view::mapping::{DraftPage, PreviewView, SeverityWord};
use model::{MappedFormat, Mapping, Severity};

/// How many words can be said that the sample does not have.
const NEW_WORDS: usize = 2;

/// The page's body as HTML.
pub fn body(locale: Locale, page: &DraftPage) -> String {
    view! {
        {answer(say(locale, page))}
        {page.preview.as_ref().map(|seen| preview(locale, &page.file, seen))}
        {sample(locale, page)}
        <form class="p-stack p-section" method="post" action="/scans/mappings/edit">
            {file(locale, page)}
            {columns(locale, page)}
            {severities(locale, page)}
            {state(locale, page)}
            {acts(locale, page)}
        </form>
    }
    .to_html()
}

/// How far it has come.
fn say(locale: Locale, page: &DraftPage) -> Say {
    let open = page.problems.iter().filter(|problem| problem.part != MappingPart::Tool).count();
    match &page.preview {
        None if open > 0 => Say::new().text(tm::say_problems(locale, i64::try_from(open).unwrap_or(i64::MAX))),
        None => Say::new().text(tm::say_no_sample(locale)),
        Some(seen) if seen.refusal.is_some() => Say::new().tone(Tone::Bad, tm::say_refused(locale)),
        Some(PreviewView { findings, nothing, quarantined, .. }) => {
            let rows = findings + nothing + quarantined;
            let mut say = Say::new().tone(Tone::Strong, tm::say_findings(locale, *findings, rows));
            if *quarantined > 0 {
                say = say.text("; ").tone(Tone::Bad, tm::say_quarantined(locale, *quarantined));
            }
            if *nothing > 0 {
                say = say.text(format!("; {}", tm::say_nothing(locale, *nothing)));
            }
            say.text(".")
        }
    }
}

/// Where a sample comes in: at once if there is none, folded away if there is.
fn sample(locale: Locale, page: &DraftPage) -> AnyView {
    if page.file.is_empty() {
        return view! { <section class="p-section">{sample_form(locale, true)}</section> }.into_any();
    }
    view! {
        <details class="p-fold p-section">
            <summary class="p-btn">{tm::other_sample(locale)}</summary>
            {sample_form(locale, true)}
        </details>
    }
    .into_any()
}

/// What is wrong with a part, in words.
pub fn problem(locale: Locale, page: &DraftPage, part: MappingPart) -> Option<&'static str> {
    let found = page.problems.iter().find(|problem| problem.part == part);
    // Nobody has been asked for the tool's name before the page is shown for the first time.
    let quiet = part == MappingPart::Tool && found.is_some_and(|found| found.problem == MappingProblem::Empty);
    found.filter(|_| !quiet).map(|found| tm::problem_sentence(locale, found.problem))
}

/// A field that is not about a column, with what is wrong with it.
fn part(
    id: &'static str,
    label: &'static str,
    input: AnyView,
    hint: &'static str,
    wrong: Option<&'static str>,
) -> AnyView {
    match wrong {
        None => field(id, label, input, hint),
        Some(wrong) => view! {
            <div class="p-field is-bad"><label for=id>{label}</label>{input}<p class="p-error">{wrong}</p></div>
        }
        .into_any(),
    }
}

fn line(id: &'static str, value: String, most: &'static str) -> AnyView {
    view! { <input class="p-input" id=id name=id value=value maxlength=most autocomplete="off"/> }.into_any()
}

/// A choice among words.
fn choice<T: Copy + PartialEq + 'static>(
    id: &'static str,
    all: &'static [T],
    current: T,
    word: fn(T) -> &'static str,
    name: impl Fn(T) -> &'static str,
) -> AnyView {
    let options = all.iter().map(|one| {
        view! { <option value=word(*one) selected=*one == current>{name(*one)}</option> }
    });
    view! { <select class="p-input" id=id name=id autocomplete="off">{options.collect_view()}</select> }.into_any()
}

/// A card with fields beside each other.
pub fn card(title: &'static str, more: &'static str, fields: AnyView) -> AnyView {
    view! {
        <section class="p-card">
            <header class="p-card-head"><h2>{title}</h2></header>
            {(!more.is_empty()).then(|| view! { <p class="p-card-say">{more}</p> })}
            <div class="p-fields">{fields}</div>
        </section>
    }
    .into_any()
}

fn file(locale: Locale, page: &DraftPage) -> AnyView {
    let Mapping { tool, format, dates, .. } = &page.mapping;
    let wrong = |part| problem(locale, page, part);
    let format = match format {
        MappedFormat::Csv { delimiter } => {
            let name = |one| tm::delimiter_name(locale, one);
            let input = choice("delimiter", Delimiter::ALL, *delimiter, Delimiter::word, name);
            field("delimiter", tm::delimiter(locale), input, "")
        }
        MappedFormat::Json { records } => {
            let input = line("records", records.clone(), "200");
            part("records", tm::records(locale), input, tm::records_hint(locale), wrong(MappingPart::Format))
        }
        MappedFormat::JsonLines {} => ().into_any(),
    };
    let dates = choice("dates", DateOrder::ALL, *dates, DateOrder::word, |one| tm::dates_name(locale, one));
    let fields = view! {
        {field("name", tm::name(locale), line("name", page.name.clone(), "80"), tm::name_hint(locale))}
        {part("tool", tm::tool(locale), line("tool", tool.clone(), "60"), tm::tool_hint(locale), wrong(MappingPart::Tool))}
        {format}
        {field("dates", tm::dates(locale), dates, "")}
    };
    card(tm::part_file(locale), "", fields.into_any())
}

/// The options of a severity; `none` is what no choice means.
fn severity_options(locale: Locale, current: Option<Severity>, none: String) -> AnyView {
    let options = Severity::ALL.iter().rev().map(|severity| {
        let selected = current == Some(*severity);
        view! { <option value=severity.word() selected=selected>{severity_name(locale, *severity)}</option> }
    });
    view! { <option value="">{none}</option> {options.collect_view()} }.into_any()
}

fn severities(locale: Locale, page: &DraftPage) -> AnyView {
    let numbers =
        choice("numbers", SeverityNumbers::ALL, page.mapping.severity_numbers, SeverityNumbers::word, |one| {
            tm::numbers_name(locale, one)
        });
    let none = severity_options(locale, page.mapping.default_severity, tm::to_quarantine(locale).to_owned());
    let default = view! { <select class="p-input" id="default" name="default" autocomplete="off">{none}</select> };
    let known = page.severities.iter().enumerate().map(|(n, word)| word_field(locale, n, word));
    let new = (page.severities.len()..page.severities.len() + NEW_WORDS).map(|n| new_word(locale, n));
    let fields = view! {
        {field("numbers", tm::numbers(locale), numbers, "")}
        {field("default", tm::default_severity(locale), default.into_any(), "")}
        {known.collect_view()}
        {new.collect_view()}
    };
    card(tm::part_severity(locale), tm::part_severity_more(locale), fields.into_any())
}

/// A word that the sample has, or that the mapping knows already.
fn word_field(locale: Locale, n: usize, word: &SeverityWord) -> AnyView {
    let (name, means) = word_names(n);
    let usual = match word.usual {
        Some(severity) => tm::word_usual(locale, severity_name(locale, severity)),
        None => tm::to_quarantine(locale).to_owned(),
    };
    let lost = word.usual.is_none() && word.own.is_none();
    let class = if lost { "p-field is-bad" } else { "p-field" };
    view! {
        <div class=class>
            <label for=means.clone()>{tm::word_label(locale, &word.word)}</label>
            <input type="hidden" name=name value=word.word.clone()/>
            <select class="p-input" id=means.clone() name=means autocomplete="off">
                {severity_options(locale, word.own, usual)}
            </select>
        </div>
    }
    .into_any()
}

/// Room for a word that the sample does not have.
fn new_word(locale: Locale, n: usize) -> AnyView {
    let (name, means) = word_names(n);
    view! {
        <div class="p-field">
            <label for=name.clone()>{tm::word_new(locale)}</label>
            <div class="p-pair">
                <input class="p-input" id=name.clone() name=name maxlength="200" autocomplete="off"/>
                <select class="p-input" name=means aria-label=tm::word_means(locale) autocomplete="off">
                    {severity_options(locale, None, "—".to_owned())}
                </select>
            </div>
        </div>
    }
    .into_any()
}

fn state(locale: Locale, page: &DraftPage) -> AnyView {
    let words = view! { <TextArea name="no_finding" id="no_finding" value=page.mapping.no_finding.join("\n")/> };
    let wrong = problem(locale, page, MappingPart::NoFinding);
    let fields = part("no_finding", tm::no_finding(locale), words.into_any(), tm::no_finding_hint(locale), wrong);
    card(tm::part_state(locale), "", fields)
}

/// What a part is called on this page.
fn part_name(locale: Locale, part: MappingPart) -> &'static str {
    match part {
        MappingPart::Version => tm::part_file(locale),
        MappingPart::Tool => tm::tool(locale),
        MappingPart::Format => tm::records(locale),
        MappingPart::Column(field) => tm::field_name(locale, field),
        MappingPart::Severities => tm::part_severity(locale),
        MappingPart::NoFinding => tm::no_finding(locale),
    }
}

/// The buttons, always at hand: the form is long. The first is the one that a press of Enter means.
fn acts(locale: Locale, page: &DraftPage) -> AnyView {
    let open: Vec<&str> = page.problems.iter().map(|problem| part_name(locale, problem.part)).collect();
    let note = match open.as_slice() {
        [] => tm::can_be_saved(locale).to_owned(),
        open => tm::settle_first(locale, &open.join(", ")),
    };
    view! {
        <div class="p-bulk" role="region" aria-label=tm::acts(locale)>
            <p>{note}</p>
            <button class="p-btn" name="act" value="preview">{tm::try_it(locale)}</button>
            <button class="p-btn p-btn-primary" name="act" value="save">{tm::save(locale)}</button>
        </div>
    }
    .into_any()
}
