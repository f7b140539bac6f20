//! What the categories mean, and the calculator of CVSS scores.

use crate::request::Session;
use async_trait::async_trait;
use model::error::{ErrorCode, WireError};
use model::text::Locale;
use model::view::learn::{CvssMetricView, CvssPage, CvssView, GlossaryView};
use model::{Category, Edition, Mapped};
use ports::{Answer, Learn};
use std::collections::BTreeMap;
use taxonomy::{CVSS_VERSIONS, CvssVersion, cvss_choices, cvss_score, cvss_vector, cvss_words, glossary};

#[async_trait]
impl Learn for Session {
    async fn glossary(&self) -> Answer<Vec<GlossaryView>> {
        self.viewer()?;
        let all = [Edition::Y2021, Edition::Y2025]
            .into_iter()
            .flat_map(|edition| Category::all().map(move |category| (edition, Mapped::To(category))));
        Ok(all.filter_map(|(edition, mapped)| entry(self.locale(), edition, mapped)).collect())
    }

    async fn cvss(&self, chosen: BTreeMap<String, String>) -> Answer<CvssPage> {
        self.viewer()?;
        let asked = chosen.get("version").map_or("3.1", String::as_str);
        let version = CVSS_VERSIONS.into_iter().find(|version| version.to_string() == asked);
        let version = version.ok_or_else(|| WireError::new(ErrorCode::NotFound))?;
        Ok(page(self.locale(), version, &chosen))
    }
}

/// A category of an edition in the project's own words, if it has any.
pub(super) fn entry(locale: Locale, edition: Edition, mapped: Mapped) -> Option<GlossaryView> {
    let Mapped::To(category) = mapped else { return None };
    let entry = glossary(edition, category)?;
    Some(GlossaryView {
        edition,
        category,
        name: entry.name(locale).to_owned(),
        engineers: entry.for_engineers(locale).to_owned(),
        executives: entry.for_executives(locale).to_owned(),
        first: entry.first_step(locale).to_owned(),
    })
}

/// A vector spelled out; `None` if it is not a whole one.
pub(super) fn spelled(locale: Locale, vector: &str) -> Option<CvssView> {
    let score = cvss_score(vector)?;
    let metrics = cvss_words(vector)?.into_iter().map(|metric| {
        let (name, value) = (metric.name(locale).to_owned(), metric.value_name(locale).to_owned());
        (format!("{}:{}", metric.id, metric.value), name, value)
    });
    Some(CvssView {
        vector: vector.to_owned(),
        version: score.version.to_string(),
        tenths: score.tenths,
        band: score.band,
        metrics: metrics.collect(),
    })
}

fn page(locale: Locale, version: CvssVersion, chosen: &BTreeMap<String, String>) -> CvssPage {
    let metrics = cvss_choices(version).into_iter().map(|choice| CvssMetricView {
        chosen: chosen.get(&choice.id).cloned().unwrap_or_default(),
        name: locale.pick(choice.es, choice.en),
        values: choice.values.into_iter().map(|(id, [en, es])| (id, locale.pick(es, en))).collect(),
        id: choice.id,
        required: choice.required,
    });
    CvssPage {
        version: version.to_string(),
        versions: CVSS_VERSIONS.map(|version| version.to_string()).to_vec(),
        metrics: metrics.collect(),
        result: spelled(locale, &cvss_vector(version, chosen)),
    }
}
