//! Verifying a fix: a scan of exactly one finding's rule and place, over the connector that saw it.

use crate::errors::OrWire;
use crate::request::Session;
use crate::runs::{Part, admits, entries};
use model::error::{ErrorCode, WireError};
use model::facts::Place;
use model::policy::Action;
use model::scanner::ConnectorKind;
use model::view::insight::VerifyView;
use model::{OccurrenceId, ScanId, Tool};
use ports::Answer;
use store::connectors::Connector;
use store::occurrences::{DetailRow, Look, Looked, OccurrenceRow};

/// So many scans of a finding are shown.
const SHOWN: u32 = 3;
/// Among so many of the newest scans that saw it, one that came over a connector is looked for.
const LOOKED_AT: usize = 30;

/// What would be asked of a scanner.
struct Wanted {
    connector: Connector,
    part: Part,
    /// What a schedule's targets must hold.
    target: String,
}

/// Whether a scan of exactly this can be started; none for who may not start scans, and where no scanner is connected.
pub(super) async fn view(
    session: &Session,
    row: &OccurrenceRow,
    detail: &DetailRow,
    history: &[Look],
) -> Result<Option<VerifyView>, WireError> {
    if detail.connectors == 0 || session.require(Action::ManageSchedules, None).is_err() {
        return Ok(None);
    }
    let blank = |why: &str| VerifyView {
        rule: row.rule.clone(),
        target: String::new(),
        over: Vec::new(),
        why_not: why.to_owned(),
        runs: Vec::new(),
    };
    let wanted = match wanted(session, row, detail, history).await? {
        Ok(wanted) => wanted,
        Err(why) => return Ok(Some(blank(why))),
    };
    let over = over(session, &wanted).await?;
    let part = serde_json::to_string(&wanted.part).map_err(|error| crate::errors::internal(&error))?;
    let runs = session.scoped(Action::SeeScans)?.run_of_part(wanted.connector.id, &part, SHOWN).await.wire()?;
    let runs = runs.into_iter().map(|run| session.run_view(run)).collect::<Result<_, _>>()?;
    let mut view = VerifyView { target: wanted.target, runs, ..blank("") };
    match over {
        Ok(over) => view.over = over,
        Err(why) => why.clone_into(&mut view.why_not),
    }
    Ok(Some(view))
}

impl Session {
    /// Starts a scan of exactly one finding over a schedule.
    pub(super) async fn verify_fix(&self, id: &str, schedule: i64) -> Answer<i64> {
        let scoped = self.scoped(Action::ManageSchedules)?;
        let id: OccurrenceId = id.parse().map_err(|_| WireError::new(ErrorCode::NotFound))?;
        let found = scoped.occurrence_detail(id, &model::filter::Filter::new(), self.now()).await.wire()?;
        let conflict = |why: &str| WireError { detail: why.to_owned(), ..WireError::new(ErrorCode::Conflict) };
        let wanted = wanted(self, &found.row, &found.detail, &found.history).await?.map_err(conflict)?;
        let over = over(self, &wanted).await?.map_err(conflict)?;
        if !over.iter().any(|(number, _)| *number == schedule) {
            return Err(conflict("no_schedule"));
        }
        ports::Scanning::run_now(self, schedule, wanted.part.targets, wanted.part.rules).await
    }
}

/// What is to be asked, and of whom; the code of the reason if nobody can be asked.
async fn wanted(
    session: &Session,
    row: &OccurrenceRow,
    detail: &DetailRow,
    history: &[Look],
) -> Result<Result<Wanted, &'static str>, WireError> {
    let scoped = session.scoped(Action::SeeScans)?;
    // The newest scan that saw it and came over a connector.
    let seen = history.iter().rev().filter(|look| look.looked == Looked::Seen);
    let seen: Vec<ScanId> = seen.map(|look| look.scan).take(LOOKED_AT).collect();
    let over = scoped.connectors_of(&seen).await.wire()?;
    let newest = seen.iter().find_map(|scan| over.iter().find(|(over, _)| *over == scan.0));
    let Some((_, connector)) = newest else { return Ok(Err("no_connector")) };
    let connector = session.service.store.connector(*connector).await.wire()?;
    let kind: Option<ConnectorKind> = connector.kind.parse().ok();
    Ok(match kind {
        // Burp does not say what it tested, a plan tests what stands in it, and a folder only waits.
        Some(ConnectorKind::BurpPro | ConnectorKind::BurpDast) => Err("does_not_tell"),
        None | Some(ConnectorKind::ZapPlan | ConnectorKind::Folder) => Err("not_in_part"),
        Some(_) if connector.disabled_at.is_some() => Err("connector_off"),
        Some(_) => match address(&detail.asset_key, &detail.place) {
            Some(target) => {
                let rules = vec![rule(row.tool, &row.rule)];
                Ok(Wanted { connector, part: Part { targets: vec![target.clone()], rules }, target })
            }
            None => Err("no_address"),
        },
    })
}

/// The schedules over which it can be asked; the code of the reason if there is none.
async fn over(session: &Session, wanted: &Wanted) -> Result<Result<Vec<(i64, String)>, &'static str>, WireError> {
    let scoped = session.scoped(Action::SeeScans)?;
    let targets = scoped.target_list().await.wire()?;
    let (mut over, mut why) = (Vec::new(), "no_schedule");
    for schedule in scoped.schedule_list().await.wire()? {
        let target = targets.iter().find(|target| Some(target.id) == schedule.target_id);
        let Some(target) = target.filter(|_| schedule.connector_id == wanted.connector.id) else { continue };
        let allowed = if target.allow.is_empty() { &target.targets } else { &target.allow };
        if !admits(&wanted.target, &entries(allowed), &entries(&target.exclude)) {
            if why == "no_schedule" {
                why = "out_of_scope";
            }
        } else if target.authorised(session.now()) {
            over.push((schedule.id, schedule.name));
        } else {
            why = "not_authorised";
        }
    }
    Ok(if over.is_empty() { Err(why) } else { Ok(over) })
}

/// Where a scanner finds it: the address of its page, or its host. `None` if an alias stands in its place.
fn address(asset_key: &str, place: &Place) -> Option<String> {
    let name = asset_key.split('@').next().unwrap_or_default().replace("%40", "@").replace("%25", "%");
    if let Some(origin) = name.strip_prefix("origin:") {
        let target = match place {
            Place::Request { target, .. } => target.as_str(),
            Place::Insertion { path, .. } => path.as_str(),
            _ => "/",
        };
        let target = target.split('#').next().unwrap_or_default();
        let slash = if target.starts_with('/') { "" } else { "/" };
        return origin.contains("://").then(|| format!("{origin}{slash}{target}"));
    }
    name.strip_prefix("ip:").or_else(|| name.strip_prefix("name:")).map(str::to_owned)
}

/// The rule as the scanner takes it: ZAP takes the plugin, not the kind of its alert.
fn rule(tool: Tool, rule: &str) -> String {
    match tool {
        Tool::Zap => posture::coverage::zap_plugin(rule).to_owned(),
        _ => rule.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_finding_has_the_address_of_its_page_or_its_host() {
        let page = Place::Request { method: "GET".into(), target: "/items?id=1#x".into(), parameter: "id".into() };
        let of = |key: &str| address(key, &page);
        assert_eq!(
            of("origin:http://127.0.0.1:8080@default@source:3").as_deref(),
            Some("http://127.0.0.1:8080/items?id=1")
        );
        assert_eq!(address("origin:https://shop.test@office", &Place::Whole).as_deref(), Some("https://shop.test/"));
        assert_eq!((of("ip:10.0.0.5@office").as_deref(), of("agent:ab12@office")), (Some("10.0.0.5"), None));
        assert_eq!(of("origin:shop staging@office"), None);
        assert_eq!((rule(Tool::Zap, "6-1"), rule(Tool::Nessus, "19506")), ("6".to_owned(), "19506".to_owned()));
    }
}
