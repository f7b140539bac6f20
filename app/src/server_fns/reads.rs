//! What pages show.

use super::Answered;
use super::codec::TextBody;
use leptos::prelude::*;
use leptos::server_fn::codec::GetUrl;
use model::text::Locale;
use model::view::findings::{FindingPage, FindingsPage, FindingsQuery};
use model::view::mapping::{DraftPage, MappingsPage};
use model::view::posture::{PosturePage, PostureQuery};
use model::view::scans::{ImportRow, ScanPage, ScansPage};
use model::view::settings::SettingsPage;
use model::view::teams::{MyTeamPage, TeamPage, TeamsPage};

use serde::{Deserialize, Serialize};

#[cfg(feature = "ssr")]
use super::server::{backend, once};
#[cfg(feature = "ssr")]
use crate::pages::{finding_issue, finding_more, mapping_form, months_body};

/// A page of the list of findings.
#[server(prefix = "/api/ui", endpoint = "findings", input = GetUrl, output = TextBody)]
pub async fn findings(query: FindingsQuery) -> Answered<FindingsPage> {
    Ok(backend()?.list(query).await?)
}

/// One finding.
#[server(prefix = "/api/ui", endpoint = "finding", input = GetUrl, output = TextBody)]
pub async fn finding(id: String) -> Answered<FindingPage> {
    let backend = backend()?;
    let language = backend.shell().await?.locale;
    let page = backend.finding(id).await?;
    let issue = page.insight.as_ref().map(|insight| finding_issue::card(language, &insight.issue)).unwrap_or_default();
    let drawn = issue + &finding_more::aside(language, &page);
    Ok(FindingPage { drawn, insight: None, ..page })
}

/// The page of scans.
#[server(prefix = "/api/ui", endpoint = "scans", input = GetUrl, output = TextBody)]
pub async fn scans(page: String) -> Answered<ScansPage> {
    Ok(backend()?.scans(page).await?)
}

/// One scan.
#[server(prefix = "/api/ui", endpoint = "scan", input = GetUrl, output = TextBody)]
pub async fn scan(id: i64) -> Answered<ScanPage> {
    Ok(backend()?.scan(id).await?)
}

/// Where an import stands.
#[server(prefix = "/api/ui", endpoint = "import", input = GetUrl, output = TextBody)]
pub async fn import_state(job: i64) -> Answered<ImportRow> {
    Ok(backend()?.import(job).await?)
}

/// The page of mappings.
#[server(prefix = "/api/ui", endpoint = "mappings", input = GetUrl, output = TextBody)]
pub async fn mappings() -> Answered<MappingsPage> {
    Ok(backend()?.mappings().await?)
}

/// A mapping that is being defined, as the server has drawn it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DrawnDraft {
    /// Its name, empty as long as it has none.
    pub name: String,
    /// The page's body: markup of this program's own views, in which every text is escaped.
    pub html: String,
}

/// The mapping that the viewer is defining, if there is one.
#[server(prefix = "/api/ui", endpoint = "mapping-draft", input = GetUrl, output = TextBody)]
pub async fn mapping_draft() -> Answered<Option<DraftPage>> {
    Ok(backend()?.mapping_draft().await?)
}

/// The same, drawn in a language (`es` or `en`): the browser carries no code for a page of plain forms.
#[server(prefix = "/api/ui", endpoint = "mapping-page", input = GetUrl, output = TextBody)]
pub async fn mapping_page(language: Locale) -> Answered<Option<DrawnDraft>> {
    let drawn = |page: DraftPage| DrawnDraft { html: mapping_form::body(language, &page), name: page.name };
    Ok(backend()?.mapping_draft().await?.map(drawn))
}

/// The page of published months, drawn in a language (`es` or `en`), with the month of that name or the newest.
#[server(prefix = "/api/ui", endpoint = "months-page", input = GetUrl, output = TextBody)]
pub async fn months_page(#[server(default)] month: String, language: Locale) -> Answered<String> {
    Ok(months_body::body(language, &backend()?.months(month).await?))
}

/// The page of teams.
#[server(prefix = "/api/ui", endpoint = "teams", input = GetUrl, output = TextBody)]
pub async fn teams() -> Answered<TeamsPage> {
    Ok(backend()?.teams().await?)
}

/// One team.
#[server(prefix = "/api/ui", endpoint = "team", input = GetUrl, output = TextBody)]
pub async fn team(slug: String) -> Answered<TeamPage> {
    Ok(backend()?.team(slug).await?)
}

/// A lead's home.
#[server(prefix = "/api/ui", endpoint = "my-team", input = GetUrl, output = TextBody)]
pub async fn my_team(slug: String) -> Answered<MyTeamPage> {
    Ok(backend()?.my_team(slug).await?)
}

/// Where the organisation stands.
#[server(prefix = "/api/ui", endpoint = "posture", input = GetUrl, output = TextBody)]
pub async fn posture(query: PostureQuery) -> Answered<PosturePage> {
    Ok(backend()?.posture(query).await?)
}

/// The page of settings, with a secret that a plain form has just made, if any.
#[server(prefix = "/api/ui", endpoint = "settings", input = GetUrl, output = TextBody)]
pub async fn settings() -> Answered<(SettingsPage, String)> {
    let page = backend()?.settings().await?;
    Ok((page, once::take("postura_")))
}
