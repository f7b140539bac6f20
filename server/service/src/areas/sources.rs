//! Sources' settings: how their exports are to be understood, changed for what was imported already too.

use crate::errors::{OrWire, of_import};
use crate::request::Session;
use async_trait::async_trait;
use model::audit::AuditAct;
use model::error::{ErrorCode, WireError};
use model::policy::Action;
use model::view::sources::{SourceChanged, SourceSet, SourceView};
use ports::{Answer, Sources};
use store::sources::{Source, SourceNew};

#[async_trait]
impl Sources for Session {
    async fn sources(&self) -> Answer<Vec<SourceView>> {
        let sources = self.scoped(Action::SeeScans)?.source_list().await.wire()?;
        let may_change = self.viewer()?.may(Action::ManageSources);
        Ok(sources.into_iter().map(|source| view(source, may_change)).collect())
    }

    async fn set_source(&self, input: SourceSet) -> Answer<SourceChanged> {
        self.require(Action::ManageSources, None)?;
        let sources = self.scoped(Action::SeeScans)?.source_list().await.wire()?;
        let source = sources.into_iter().find(|source| source.settings.name == input.name.trim());
        let source = source.ok_or_else(|| WireError::new(ErrorCode::NotFound))?;
        let settings = changed(&source.settings, &input)?;
        let user = self.viewer()?.user();
        let done = self.service.change_source(source.id, &settings, user, input.preview).await;
        let done = done.map_err(of_import)?;
        if !input.preview {
            let detail = serde_json::to_string(&view(Source { settings, ..source }, true)).unwrap_or_default();
            self.audit(AuditAct::ChangeSource, &format!("source:{}", input.name), &detail).await?;
        }
        let store::SourceChanged { step, scans, left, came, decided } = done;
        Ok(SourceChanged { step: step.map(|step| step.0), scans, left, came, decided, preview: input.preview })
    }
}

/// The settings with what is to change.
fn changed(before: &SourceNew, input: &SourceSet) -> Result<SourceNew, WireError> {
    let mut settings = before.clone();
    if let Some(space) = &input.space {
        super::account::bounded("space", space, 120)?;
        settings.space = space.trim().to_owned();
    }
    if let Some(zone) = &input.zone {
        crate::zone::parse(zone).map_err(|_| WireError::invalid("zone", "unknown"))?;
        settings.zone.clone_from(zone);
    }
    settings.closing = match input.closing {
        Some(model::Closing::RuleRanThere) => posture::ClosingPolicy::RuleRanThere,
        Some(model::Closing::Both) => posture::ClosingPolicy::Both,
        None => settings.closing,
    };
    settings.prefer_fqdn = input.prefer_fqdn.unwrap_or(settings.prefer_fqdn);
    if let Some(aliases) = &input.aliases {
        settings.aliases = model::source::aliases(aliases).map_err(|e| WireError::invalid("aliases", e.word()))?;
    }
    Ok(settings)
}

fn view(source: Source, may_change: bool) -> SourceView {
    let Source { id, settings, scans } = source;
    let closing = match settings.closing {
        posture::ClosingPolicy::RuleRanThere => model::Closing::RuleRanThere,
        posture::ClosingPolicy::Both => model::Closing::Both,
    };
    let SourceNew { name, space, zone, prefer_fqdn, aliases, .. } = settings;
    SourceView { id: id.0, name, space, zone, closing, prefer_fqdn, aliases, scans, may_change }
}
