//! What a Nessus can do: what its licence says.

use crate::http::Ask;
use crate::nessus::Nessus;
use crate::{Fault, Line, Probe};
use chrono::TimeDelta;
use model::Micros;
use model::scanner::{Capability, FaultCode, Note};
use serde::Deserialize;

/// Clocks may differ by so much without a remark, in seconds.
const CLOSE: i64 = 60;

/// What the scanner says of itself.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Properties {
    nessus_type: Option<String>,
    server_version: Option<String>,
    loaded_plugin_set: Option<String>,
    license: Option<Licence>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Licence {
    #[serde(rename = "type")]
    kind: Option<String>,
    expiration_date: Option<i64>,
    features: Option<Features>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Features {
    scan_api: Option<bool>,
}

impl Properties {
    /// Whether the licence lets scans be started by API. Before Nessus 7 every licence did, and none said so.
    pub(super) fn may_launch(&self) -> bool {
        let said = self.license.as_ref().and_then(|licence| licence.features.as_ref()?.scan_api);
        let major = self.server_version.as_deref().and_then(|version| version.split('.').next()?.parse::<u32>().ok());
        said.unwrap_or_else(|| {
            major.is_some_and(|major| major < 7)
                || self.nessus_type.as_deref().is_some_and(|kind| kind.contains("Manager"))
        })
    }
}

#[derive(Deserialize)]
struct Templates {
    templates: Option<Vec<Template>>,
}

/// A template for new scans.
#[derive(Deserialize)]
pub(super) struct Template {
    pub uuid: String,
    #[serde(default)]
    pub name: String,
    #[serde(default)]
    title: String,
    #[serde(default)]
    unsupported: bool,
    #[serde(default)]
    is_agent: Option<bool>,
}

#[derive(Deserialize)]
struct Policies {
    policies: Option<Vec<Policy>>,
}

#[derive(Deserialize)]
struct Policy {
    id: i64,
    #[serde(default)]
    name: String,
    #[serde(default)]
    template_uuid: String,
}

impl Nessus {
    pub(super) async fn found(&self, now: Micros) -> Result<Probe, Fault> {
        let ahead = self.ready(now).await?;
        let properties = self.properties().await?;
        // Whoever may see what it is may not be allowed to see its scans.
        self.listed().await?;
        let launches = self.is_cloud() || properties.may_launch();
        let can = if launches { Capability::Launch } else { Capability::Pull };
        let product =
            properties.nessus_type.filter(|kind| !kind.is_empty()).unwrap_or_else(|| self.product().to_owned());
        let mut probe = Probe::of(can, product);
        probe.version = properties.server_version.unwrap_or_default();
        probe.clock_ahead = ahead;
        if !launches {
            probe.notes.push(Line::of(Note::LaunchNotLicensed));
        }
        if let Some(licence) = properties.license {
            probe.licence = licence.kind.unwrap_or_default();
            probe.licence_ends =
                licence.expiration_date.filter(|at| *at > 0).map(|at| Micros(at.saturating_mul(1_000_000)));
        }
        if let Some(end) = probe.licence_ends {
            probe.notes.push(Line::text(Note::LicenceEnds, &end.rfc3339()[..10]));
        }
        if let Some(set) = properties.loaded_plugin_set {
            probe.notes.push(Line::text(Note::RuleSet, &set));
        }
        if let Some(seconds) = ahead.filter(|seconds| seconds.abs() > CLOSE) {
            probe.notes.push(Line::number(Note::ClockSkew, seconds));
        }
        if launches {
            probe.choices = self.choices().await?;
        }
        Ok(probe)
    }

    fn product(&self) -> &'static str {
        if self.is_cloud() { "Tenable Vulnerability Management" } else { "Nessus" }
    }

    /// Waits for nothing: a scanner that is still loading its plugins is not available. How far its clock is ahead.
    async fn ready(&self, now: Micros) -> Result<Option<i64>, Fault> {
        #[derive(Deserialize)]
        struct Status {
            status: String,
        }
        let answer = self.client.ask(Ask::get("server/status")).await?.ok()?;
        let status: Status = answer.json()?;
        if status.status != "ready" {
            return Err(Fault::new(FaultCode::Unavailable, status.status));
        }
        let ahead = |date| TimeDelta::num_seconds(&(date - now.to_datetime()));
        Ok(answer.date().map(ahead))
    }

    pub(super) async fn properties(&self) -> Result<Properties, Fault> {
        self.asked(Ask::get("server/properties")).await?.json()
    }

    pub(super) async fn templates(&self) -> Result<Vec<Template>, Fault> {
        let all: Templates = self.asked(Ask::get("editor/scan/templates")).await?.json()?;
        let mut templates = all.templates.unwrap_or_default();
        templates.retain(|template| !template.unsupported && template.is_agent != Some(true));
        Ok(templates)
    }

    /// What a scan can be made of: templates by their id, policies by their number and their template's id.
    async fn choices(&self) -> Result<Vec<(String, String)>, Fault> {
        let templates = self.templates().await?.into_iter().map(|one| (format!("template:{}", one.uuid), one.title));
        let policies: Policies = self.asked(Ask::get("policies")).await?.json()?;
        let policies = policies.policies.unwrap_or_default().into_iter();
        let policies = policies.map(|one| (format!("policy:{}:{}", one.id, one.template_uuid), one.name));
        Ok(templates.chain(policies).collect())
    }
}
