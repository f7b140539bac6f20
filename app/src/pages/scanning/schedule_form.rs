//! The form by which a scan is scheduled.

use super::schedules::PAGE;
use super::{Asked, Said, digits};
use crate::components::form::{field, line, select};
use crate::locales::{scanners as words, scanning as t};
use leptos::prelude::*;
use model::cadence::Picked;
use model::scanner::Intensity;
use model::text::Locale;
use model::view::scanning::{ScheduleDraft, SchedulesPage};
use model::{Missed, Overlap};

/// The form: for the schedule that the address names, else for a new one.
pub fn form(locale: Locale, asked: &Asked, page: &SchedulesPage) -> AnyView {
    let edited = asked.get("edit").and_then(|id| id.parse::<i64>().ok());
    let edited = edited.and_then(|id| page.schedules.iter().find(|one| one.id == id));
    let blank = ScheduleDraft {
        cron: "0 2 * * 1".to_owned(),
        zone: page.zone.clone(),
        missed: Missed::Once.word().to_owned(),
        overlap: Overlap::Skip.word().to_owned(),
        jitter: 0,
        time_limit: 480,
        intensity: Intensity::Normal.word().to_owned(),
        ..ScheduleDraft::default()
    };
    let kept = edited.map_or(&blank, |one| &one.said);
    let open = edited.is_some() || asked.contains_key("wrong") || page.schedules.is_empty();
    let title = match edited {
        Some(one) => t::connector_edit(locale, &one.said.name),
        None => t::schedule_new(locale).to_owned(),
    };
    let said = Said::of(asked);
    let id = edited.map(|one| view! { <input type="hidden" name="id" value=one.id.to_string()/> });
    let launching = page.connectors.iter().filter(|one| one.launches);
    let connectors: Vec<_> = launching.clone().map(|one| (one.name.clone(), one.name.clone())).collect();
    let fetches = page.connectors.iter().any(|one| one.fetches);
    let nothing = fetches.then(|| (String::new(), t::target_none(locale).to_owned()));
    let targets = page.targets.iter().map(|(_, name)| (name.clone(), name.clone())).chain(nothing).collect();
    let choices = launching
        .flat_map(|one| one.choices.iter().map(move |(id, name)| (id.clone(), format!("{}: {name}", one.name))));
    let own = (String::new(), t::choice_own(locale).to_owned());
    let choices: Vec<_> = std::iter::once(own).chain(choices).collect();
    let all = |words: Vec<(&str, &'static str)>| {
        words.into_iter().map(|(word, text)| (word.to_owned(), text.to_owned())).collect::<Vec<_>>()
    };
    let missed = Missed::ALL.iter().map(|one| (one.word(), words::missed(locale, *one))).collect();
    let overlap = Overlap::ALL.iter().map(|one| (one.word(), words::overlap(locale, *one))).collect();
    let intensity = Intensity::ALL.iter().map(|one| (one.word(), words::intensity(locale, *one))).collect();
    view! {
        <details class="p-fold p-section" id="edit" open=open>
            <summary class="p-btn">{title}</summary>
            <form class="p-form" method="post" action=PAGE>
                {id}
                {line("name", t::name(locale), said.or("name", &kept.name), "", true)}
                {select("connector", t::connector(locale), connectors, &said.or("connector", &kept.connector), "")}
                {select("target", t::target(locale), targets, &said.or("target", &kept.target), if fetches { t::target_none_hint(locale) } else { "" })}
                {when(locale, &said, kept)}
                {line("zone", t::zone(locale), said.or("zone", &kept.zone), "", true)}
                {select("choice", t::choice(locale), choices, &said.or("choice", &kept.choice), "")}
                {select("intensity", t::how(locale), all(intensity), &said.or("intensity", &kept.intensity), "")}
                <div class="p-form-row">
                    {digits("time_limit", t::time_limit(locale), said.or("time_limit", &kept.time_limit.to_string()), ("1", "20160"))}
                    {digits("jitter", t::jitter(locale), said.or("jitter", &kept.jitter.to_string()), ("0", "1440"))}
                </div>
                {select("missed", t::missed(locale), all(missed), &said.or("missed", &kept.missed), "")}
                {select("overlap", t::overlap(locale), all(overlap), &said.or("overlap", &kept.overlap), "")}
                <div class="p-form-acts"><button class="p-btn p-btn-primary">{t::save(locale)}</button></div>
            </form>
        </details>
    }
    .into_any()
}

/// The plain picker, and cron text for what it cannot say.
fn when(locale: Locale, said: &Said<'_>, kept: &ScheduleDraft) -> AnyView {
    let Ok(picked) = kept.cron.parse::<Picked>();
    let (weekday, month_day) = match &picked {
        Picked::Week(day, _) => (*day, 1),
        Picked::Month(day, _) => (1, *day),
        Picked::Day(_) | Picked::Cron(_) => (1, 1),
    };
    let every = [
        ("day", t::every_day(locale)),
        ("week", t::every_week(locale)),
        ("month", t::every_month(locale)),
        ("cron", t::every_cron(locale)),
    ];
    let every = every.into_iter().map(|(word, text)| (word.to_owned(), text.to_owned())).collect();
    let weekdays = (1..=7).map(|day: u8| (day.to_string(), t::day_name(locale, day).to_owned())).collect();
    let days = (1..=28).map(|day: u8| (day.to_string(), day.to_string())).collect();
    let time = if picked.time().is_empty() { "02:00".to_owned() } else { picked.time() };
    let time = view! { <input class="p-input" id="time" name="time" type="time" value=said.or("time", &time)/> };
    let cron = line("cron", t::every_cron(locale), said.or("cron", &kept.cron), t::cron_hint(locale), false);
    view! {
        <div class="p-form-row">
            {select("every", t::every(locale), every, &said.or("every", picked.every()), "")}
            {field("time", t::time(locale), time.into_any(), "")}
        </div>
        <div class="p-form-row">
            {select("weekday", t::weekday(locale), weekdays, &said.or("weekday", &weekday.to_string()), "")}
            {select("month_day", t::month_day(locale), days, &said.or("month_day", &month_day.to_string()), "")}
        </div>
        {cron}
    }
    .into_any()
}
