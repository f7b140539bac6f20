//! Pages that the server draws whole.

use super::Answered;
use super::codec::TextBody;
use leptos::prelude::*;
use leptos::server_fn::codec::GetUrl;
use model::text::Locale;
use serde::{Deserialize, Serialize};

#[cfg(feature = "ssr")]
use super::server::{backend, once};
#[cfg(feature = "ssr")]
use crate::locales::{
    account as tu, assets as ta, audit as tg, feeds as tf, finding as tw, findings as te, learn as tl, merges as tm,
    overrides as to, risk as tq, scans as tc, security as tk, settings as ts, sources as tr, written as tn,
};
#[cfg(feature = "ssr")]
use crate::pages::{
    account, audit, feeds, finding_more, learn, merges_form, overrides, people, risk, scanning, security, sources_form,
    written,
};
#[cfg(feature = "ssr")]
use model::error::{ErrorCode, WireError};
#[cfg(feature = "ssr")]
use model::view::audit::AuditQuery;
#[cfg(feature = "ssr")]
use model::view::overrides::OverrideDraft;
#[cfg(feature = "ssr")]
use std::collections::BTreeMap;

/// A page as the server has drawn it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DrawnPage {
    /// Its title.
    pub title: String,
    /// The page above it: address and name.
    pub above: Option<(String, String)>,
    /// Whether something goes on there, so that it is drawn again after a while.
    #[serde(default)]
    pub again: bool,
    /// Its body: markup of this program's own views, in which every text is escaped.
    pub html: String,
}

/// The page of a path with its query, in a language (`es` or `en`).
#[server(prefix = "/api/ui", endpoint = "drawn", input = GetUrl, output = TextBody)]
pub async fn drawn(path: String, query: String, language: Locale) -> Answered<DrawnPage> {
    let backend = backend()?;
    let settings = || Some(("/settings".to_owned(), ts::title(language).to_owned()));
    let asked = pairs(&query);
    Ok(match path.as_str() {
        "/assets/merges" => DrawnPage {
            title: tm::title(language).to_owned(),
            above: Some(("/assets".to_owned(), ta::title(language).to_owned())),
            again: false,
            html: merges_form::body(language, &backend.merges().await?),
        },
        "/scans/sources" => DrawnPage {
            title: tr::title(language).to_owned(),
            above: Some(("/scans".to_owned(), tc::title(language).to_owned())),
            again: false,
            html: sources_form::body(language, &backend.sources().await?),
        },
        "/settings/feeds" => DrawnPage {
            title: tf::title(language).to_owned(),
            above: settings(),
            again: false,
            html: feeds::body(language, &backend.feeds().await?),
        },
        "/account" => DrawnPage {
            title: tu::title(language).to_owned(),
            above: None,
            again: false,
            html: account::body(language, &backend.account().await?, &once::take("codes.")),
        },
        "/account/confirm" => {
            let page = backend.account().await?;
            DrawnPage {
                title: tu::confirm_title(language).to_owned(),
                above: Some(("/account".to_owned(), tu::title(language).to_owned())),
                again: false,
                html: account::confirm(language, &page, asked.get("next").map_or("/", String::as_str)),
            }
        }
        "/sign-in/code" => DrawnPage {
            title: tu::code_title(language).to_owned(),
            above: None,
            again: false,
            html: account::code(language, &asked),
        },
        "/welcome" => {
            let token = asked.get("token").cloned().unwrap_or_default();
            let page = backend.welcome(token.clone()).await?;
            DrawnPage {
                title: tu::welcome_title(language).to_owned(),
                above: None,
                again: false,
                html: account::welcome(language, &page, &token, &asked),
            }
        }
        "/settings/security" => DrawnPage {
            title: tk::title(language).to_owned(),
            above: settings(),
            again: false,
            html: security::body(language, &backend.security().await?),
        },
        "/settings/people" => DrawnPage {
            title: ts::people(language).to_owned(),
            above: settings(),
            again: false,
            html: people::body(language, &backend.people().await?, &once::take("link.")),
        },
        "/settings/audit" => {
            let text = |name: &str| asked.get(name).cloned().unwrap_or_default();
            let query = AuditQuery {
                actor: text("actor"),
                action: text("action"),
                outcome: text("outcome"),
                subject: text("subject"),
                from: text("from"),
                to: text("to"),
                before: text("before"),
            };
            DrawnPage {
                title: tg::title(language).to_owned(),
                above: settings(),
                again: false,
                html: audit::body(language, &backend.audit_log(query).await?),
            }
        }
        "/settings/overrides" => {
            let text = |name: &str| asked.get(name).cloned().unwrap_or_default();
            let (name, matches) = (text("name"), text("matches"));
            let draft = OverrideDraft { name, matches, says: text("says"), reason: text("reason") };
            let page = backend.overrides(draft).await?;
            DrawnPage {
                title: to::title(language).to_owned(),
                above: settings(),
                again: false,
                html: overrides::body(language, &page),
            }
        }
        "/settings/risk" => DrawnPage {
            title: tq::title(language).to_owned(),
            above: settings(),
            again: false,
            html: risk::body(language, &Box::pin(backend.risk(asked)).await?),
        },
        "/glossary" => DrawnPage {
            title: tl::glossary(language).to_owned(),
            above: settings(),
            again: false,
            html: learn::glossary(language, &backend.glossary().await?),
        },
        "/findings/new" => {
            let entered = use_context::<crate::Entered>();
            let (said, problem) = entered.map_or((asked, None), |crate::Entered(said, problem)| (said, Some(problem)));
            let page = backend.writing(said, problem).await?;
            DrawnPage {
                title: if page.mends { tn::mend(language) } else { tn::title(language) }.to_owned(),
                above: Some(("/findings".to_owned(), te::title(language).to_owned())),
                again: false,
                html: written::body(language, &page),
            }
        }
        "/tools/cvss" => DrawnPage {
            title: tl::cvss(language).to_owned(),
            above: settings(),
            again: false,
            html: learn::cvss(language, &backend.cvss(asked).await?),
        },
        path if path.starts_with("/scans/") => Box::pin(scanning::page(&backend, path, &asked, language)).await?,
        path => {
            let id = path.strip_prefix("/findings/").and_then(|rest| rest.strip_suffix("/evidence"));
            let id = id.ok_or_else(|| WireError::new(ErrorCode::NotFound))?;
            DrawnPage {
                title: tw::evidence(language).to_owned(),
                above: Some((format!("/findings/{id}"), tw::back_to_finding(language).to_owned())),
                again: false,
                html: finding_more::revealed(language, &backend.revealed(id.to_owned()).await?),
            }
        }
    })
}

/// The pairs of a query.
#[cfg(feature = "ssr")]
fn pairs(query: &str) -> BTreeMap<String, String> {
    let parsed = axum::http::Uri::builder().path_and_query(format!("/?{}", query.trim_start_matches('?'))).build();
    let parsed = parsed.ok().and_then(|uri| axum::extract::Query::<BTreeMap<String, String>>::try_from_uri(&uri).ok());
    parsed.map(|axum::extract::Query(pairs)| pairs).unwrap_or_default()
}
