//! Assets: the list, one in full, and how much of them was looked at.

use super::findings::{person_ref, team_ref};
use crate::errors::OrWire;
use crate::present::{age, count, filter_problem};
use crate::query::{past, pills};
use crate::request::Session;
use async_trait::async_trait;
use model::asset::{self, Said};
use model::audit::AuditAct;
use model::error::WireError;
use model::facts::AssetFacts;
use model::filter::{Compare, Filter, Mark, TestedIs, What, When};
use model::policy::Action;
use model::view::assets::{
    AssetItem, AssetPage, AssetSaid, AssetSort, AssetsPage, AssetsQuery, CoverageCell, CoveragePage, CoverageView,
    InventoryPreview, LookView, Owned, SaidView, TeamCoverage, TestedView,
};
use model::view::{Count, TeamRef};
use model::{AssetId, Micros, Severity, TeamId, Tool};
use ports::{Answer, Assets};
use posture::identity::space_of;
use posture::tested::{Coverage, Tests, coverage, looks_at, within};
use std::collections::BTreeMap;
use store::assets::{AssetDetail, AssetLooks, AssetQuery, AssetRow, Looks, SaidOf, Tested};

/// Rows a page.
const PAGE: u32 = 50;
/// The window of coverage in days, if nothing else is asked for.
const WINDOW: u32 = 30;
/// Up to so many assets the grid of coverage has a row each; beyond, a row a team.
const GRID: u32 = 60;

/// The findings of one asset: by its number, since names may repeat.
pub(super) fn asset_filter(id: AssetId) -> Filter {
    Filter::new().asset(&format!("#{id}"))
}

/// What a page of assets is asked, read.
struct Asked {
    filter: Filter,
    q: String,
    problem: Option<model::view::findings::FilterProblem>,
    days: u32,
}

impl Asked {
    fn of(query: &AssetsQuery) -> Result<Self, WireError> {
        let days = match query.days.as_str() {
            "" => WINDOW,
            text => text.parse().ok().filter(|days| (1..=3_650).contains(days)).ok_or_else(|| bad("days"))?,
        };
        Ok(match Filter::parse_assets(&query.q) {
            Ok(filter) => Self { q: filter.to_string(), filter, problem: None, days },
            Err(error) => {
                Self { filter: Filter::new(), q: query.q.clone(), problem: Some(filter_problem(&error)), days }
            }
        })
    }

    /// The terms that say which instant is shown, alone.
    fn instant(&self) -> Filter {
        let terms = self.filter.terms().iter().filter(|term| matches!(term.what, What::AsOf(_) | What::KnownAt(_)));
        terms.fold(Filter::new(), |filter, term| filter.with(term.what.clone()))
    }
}

fn bad(field: &str) -> WireError {
    WireError::invalid(field, "unreadable")
}

#[async_trait]
impl Assets for Session {
    async fn assets(&self, query: AssetsQuery) -> Answer<AssetsPage> {
        let scoped = self.scoped(Action::SeeFindings)?;
        let asked = Asked::of(&query)?;
        let sort = match query.sort.as_str() {
            "" | "name" => AssetSort::Name,
            "criticality" => AssetSort::Criticality,
            _ => return Err(bad("sort")),
        };
        let cursor = match query.page.as_str() {
            "" => None,
            text => Some(text.parse().map_err(|_| bad("page"))?),
        };
        let mut page = AssetsPage {
            pills: pills(&asked.filter),
            past: past(&asked.filter),
            total: 0,
            rows: Vec::new(),
            next: String::new(),
            previous: String::new(),
            coverage: CoverageView { days: asked.days, ..CoverageView::default() },
            may_declare: self.viewer()?.may(Action::ManageAssets),
            filter_error: asked.problem.clone(),
            q: asked.q.clone(),
            sort,
        };
        if page.filter_error.is_some() {
            return Ok(page);
        }
        let now = self.now();
        let list = AssetQuery { filter: &asked.filter, sort, cursor: cursor.as_ref(), limit: PAGE };
        let found = scoped.asset_list(&list, now).await.wire()?;
        let looks = scoped.asset_looks(&asked.filter, now).await.wire()?;
        page.total = i64::try_from(looks.assets.len()).unwrap_or(i64::MAX);
        let reference = scoped.asset_reference(&asked.filter, now);
        page.coverage = self.covered(&asked, &looks, reference).await?;
        page.rows = found.rows.into_iter().map(|row| self.asset_item(row, &asked, reference)).collect();
        page.next = found.next.map(|cursor| cursor.to_string()).unwrap_or_default();
        page.previous = found.previous.map(|cursor| cursor.to_string()).unwrap_or_default();
        Ok(page)
    }

    async fn asset(&self, id: i64, query: AssetsQuery) -> Answer<AssetPage> {
        let scoped = self.scoped(Action::SeeFindings)?;
        let asked = Asked::of(&query)?;
        let shown = asked.instant();
        let now = self.now();
        let detail = scoped.asset_detail(AssetId(id), &shown, now).await.wire()?;
        let past = past(&shown);
        let reference = scoped.asset_reference(&shown, now);
        let AssetDetail { row, facts, names, owners, said, looks, looks_count } = detail;
        let key = row.key.clone();
        let named_owner = said.first().and_then(|said| said.owner.as_ref()).map(|team| team.slug.clone());
        let last = owners.len().saturating_sub(1);
        let owned = owners.into_iter().enumerate();
        let owned = owned.map(|(at, from)| ((at < last).then(|| self.stamp(from.at)), from.team.map(team_ref)));
        let may_see_scans = self.viewer()?.may(Action::SeeScans);
        Ok(AssetPage {
            item: self.asset_item(row, &Asked { filter: shown, ..asked }, reference),
            names: called(&facts, &names),
            owners: owned.collect(),
            said: said.into_iter().map(|said| self.said_view(said)).collect(),
            looks: looks
                .into_iter()
                .map(|look| LookView {
                    scan: look.scan.0,
                    // A scan spans teams, and its file's name may name others.
                    file: if may_see_scans { look.file } else { String::new() },
                    tool: look.tool,
                    at: self.stamp(look.at),
                    reached: look.reached,
                    signed_in: look.signed_in,
                })
                .collect(),
            looks_count,
            named_owner: named_owner.unwrap_or_default(),
            teams: self.visible_teams().await?,
            may_say: past.is_none() && self.viewer()?.may(Action::ManageAssets),
            may_write: past.is_none() && self.viewer()?.may(Action::Import),
            may_see_scans,
            past,
            key,
        })
    }

    async fn coverage(&self, query: AssetsQuery) -> Answer<CoveragePage> {
        let scoped = self.scoped(Action::SeeFindings)?;
        let asked = Asked::of(&query)?;
        let mut page = CoveragePage {
            pills: pills(&asked.filter),
            past: past(&asked.filter),
            coverage: CoverageView { days: asked.days, ..CoverageView::default() },
            assets: Vec::new(),
            teams: Vec::new(),
            filter_error: asked.problem.clone(),
            q: asked.q.clone(),
        };
        if page.filter_error.is_some() {
            return Ok(page);
        }
        let now = self.now();
        let looks = scoped.asset_looks(&asked.filter, now).await.wire()?;
        let reference = scoped.asset_reference(&asked.filter, now);
        page.coverage = self.covered(&asked, &looks, reference).await?;
        if page.coverage.in_scope.value <= i64::from(GRID) {
            let scope = Filter::parse_assets(&page.coverage.in_scope.filter).unwrap_or_default();
            let list = AssetQuery { filter: &scope, sort: AssetSort::Criticality, cursor: None, limit: GRID };
            let found = scoped.asset_list(&list, now).await.wire()?;
            page.assets = found.rows.into_iter().map(|row| self.asset_item(row, &asked, reference)).collect();
        } else {
            page.teams = self.by_team(&asked, &looks, reference, page.coverage.declared).await?;
        }
        Ok(page)
    }

    async fn say_of_asset(&self, input: AssetSaid) -> Answer<()> {
        let scoped = self.scoped(Action::ManageAssets)?;
        let environment = match input.environment.trim() {
            "" => String::new(),
            text => asset::word(text).ok_or_else(|| WireError::invalid("environment", "word"))?,
        };
        let owner = match input.owner.as_str() {
            "" => None,
            slug => Some(scoped.team_by_slug(slug).await.wire()?.id),
        };
        let said = Said {
            declared: Some(!input.declared.is_empty()),
            criticality: Some(asset::criticality_of(&input.criticality).ok_or_else(|| bad("criticality"))?),
            exposure: Some(asset::exposure_of(&input.exposure).ok_or_else(|| bad("exposure"))?),
            environment: Some(environment),
            tags: Some(asset::tags(&input.tags).ok_or_else(|| WireError::invalid("tags", "word"))?),
            owner: Some(owner),
        };
        scoped.asset_say(AssetId(input.id), &said, self.now()).await.wire()?;
        self.audit(AuditAct::SayOfAsset, &format!("asset:{}", input.id), "").await
    }

    async fn inventory(&self) -> Answer<Option<InventoryPreview>> {
        self.waiting_inventory().await
    }

    async fn apply_inventory(&self) -> Answer<i64> {
        self.apply_waiting().await
    }

    async fn drop_inventory(&self) -> Answer<()> {
        self.scoped(Action::ManageAssets)?.inventory_draft_drop().await.wire()
    }
}

/// Last tested within a window.
fn tested(filter: &Filter, days: u32, tool: Option<Tool>) -> Filter {
    filter.clone().tested(TestedIs::When(When::Ago(Compare::AtMost, days)), tool)
}

/// Last looked at from inside within a window.
fn signed_in(filter: &Filter, days: u32, tool: Option<Tool>) -> Filter {
    filter.clone().signed_in(TestedIs::When(When::Ago(Compare::AtMost, days)), tool)
}

/// Not tested within a window.
fn blind(filter: &Filter, days: u32) -> Filter {
    filter.clone().except(What::Tested(TestedIs::When(When::Ago(Compare::AtMost, days)), None))
}

/// What is in scope of a filter: the declared ones, where there is an inventory.
fn in_scope(filter: &Filter, declared: bool) -> Filter {
    let filter = filter.clone();
    if declared { filter.with(What::Is(Mark::Declared)) } else { filter }
}

impl Session {
    /// The metric `Coverage(w)` of a filter, each number with its rows.
    async fn covered(&self, asked: &Asked, looks: &Looks, reference: Micros) -> Result<CoverageView, WireError> {
        let everything = asked.instant().with(What::Is(Mark::Declared));
        let declared = self.scoped(Action::SeeFindings)?.asset_count(&everything, self.now()).await.wire()? > 0;
        let of = coverage(looks.assets.iter().map(|asset| &asset.tests), declared, reference, asked.days);
        let Coverage { in_scope: all, tested: reached, signed_in: inside, blind: not, never, undeclared, .. } = of;
        let scope = in_scope(&asked.filter, declared);
        Ok(CoverageView {
            days: asked.days,
            declared,
            in_scope: count(all, &scope),
            tested: count(reached, &tested(&scope, asked.days, None)),
            signed_in: count(inside, &signed_in(&scope, asked.days, None)),
            blind: count(not, &blind(&scope, asked.days)),
            never: count(never, &scope.clone().tested(TestedIs::Never, None)),
            undeclared: count(undeclared, &asked.filter.clone().except(What::Is(Mark::Declared))),
        })
    }

    async fn by_team(
        &self,
        asked: &Asked,
        looks: &Looks,
        reference: Micros,
        declared: bool,
    ) -> Result<Vec<TeamCoverage>, WireError> {
        let teams: BTreeMap<TeamId, TeamRef> =
            self.visible_teams().await?.into_iter().map(|team| (TeamId(team.id), team)).collect();
        let mut assets: BTreeMap<Option<TeamId>, Vec<&AssetLooks>> = BTreeMap::new();
        for asset in looks.assets.iter().filter(|asset| asset.tests.declared || !declared) {
            assets.entry(asset.team).or_default().push(asset);
        }
        let mut lines: Vec<TeamCoverage> = assets
            .into_iter()
            .map(|(team, assets)| {
                let team = team.and_then(|team| teams.get(&team)).cloned();
                let slug = team.as_ref().map(|team| team.slug.as_str());
                let scope = in_scope(&asked.filter, declared).team(slug);
                let tests: Vec<&Tests> = assets.iter().map(|asset| &asset.tests).collect();
                let of = coverage(tests.iter().copied(), false, reference, asked.days);
                let cells = Tool::ALL.map(|tool| cell(tool, &tests, &scope, reference, asked.days));
                let blind = count(of.blind, &blind(&scope, asked.days));
                TeamCoverage { team, in_scope: count(of.in_scope, &scope), blind, cells: cells.to_vec() }
            })
            .collect();
        // Where most is blind first.
        lines.sort_by_key(|line| (-line.blind.value, line.team.as_ref().map(|team| team.name.clone())));
        Ok(lines)
    }

    fn asset_item(&self, row: AssetRow, asked: &Asked, reference: Micros) -> AssetItem {
        let shown = asked.instant();
        let findings = |filter: Filter| {
            let terms = shown.terms().iter();
            terms.fold(filter, |filter, term| filter.with(term.what.clone()))
        };
        let base = asset_filter(row.id);
        let mut open: Vec<(Severity, Count)> = Severity::ALL
            .into_iter()
            .zip(row.open)
            .filter(|(_, value)| *value > 0)
            .map(|(severity, value)| (severity, count(value, &findings(base.clone().severity(severity)))))
            .collect();
        open.sort_by_key(|(severity, _)| std::cmp::Reverse(*severity));
        let why = match (&row.team, row.pattern) {
            (None, _) => Owned::Nobody,
            (Some(_), Some(pattern)) => Owned::Rule(pattern),
            (Some(_), None) if shown.is_empty() => Owned::Declared,
            (Some(_), None) => Owned::Then,
        };
        let tools = Tool::ALL.into_iter().filter_map(|tool| {
            let found = row.tested.iter().find(|tested| tested.tool == tool);
            (found.is_some() || (looks_at(tool, row.kind) && tool != Tool::Other))
                .then(|| self.tested_view(tool, found, reference, asked.days))
        });
        AssetItem {
            id: row.id.0,
            tested: tools.collect(),
            name: row.name,
            kind: row.kind,
            space: space_of(&row.key),
            team: row.team.map(team_ref),
            why,
            attributes: row.attributes,
            open,
            open_all: count(row.open.iter().sum(), &findings(base)),
        }
    }

    fn tested_view(&self, tool: Tool, found: Option<&Tested>, reference: Micros, days: u32) -> TestedView {
        let at = found.map(|tested| tested.at);
        let inside = found.and_then(|tested| tested.signed_in);
        let shown = |at: Micros| (self.stamp(at), age(self.locale(), at, reference));
        TestedView {
            tool,
            times: found.map_or(0, |tested| tested.times),
            at: at.map(shown),
            fresh: within(at, reference, days),
            signed_in: inside.map(shown),
            signed_in_fresh: within(inside, reference, days),
        }
    }

    fn said_view(&self, said: SaidOf) -> SaidView {
        SaidView {
            at: self.stamp(said.at),
            attributes: said.attributes,
            owner: said.owner.map(team_ref),
            file: said.file,
            by: said.by.map(|by| person_ref(by).name).unwrap_or_default(),
        }
    }
}

fn cell(tool: Tool, tests: &[&Tests], scope: &Filter, reference: Micros, days: u32) -> CoverageCell {
    let kind = match tool {
        Tool::Nessus => Some(Mark::Host),
        Tool::Zap | Tool::Burp => Some(Mark::Origin),
        Tool::Other => None,
    };
    let scope = kind.map_or_else(|| scope.clone(), |kind| scope.clone().with(What::Is(kind)));
    let could = || tests.iter().filter(|asset| looks_at(tool, asset.kind));
    let number =
        |keeps: &dyn Fn(&Tests) -> bool| i64::try_from(could().filter(|asset| keeps(asset)).count()).unwrap_or(0);
    let reached = number(&|asset| within(asset.tested(Some(tool)), reference, days));
    let inside = number(&|asset| within(asset.signed_in(Some(tool)), reference, days));
    let never = number(&|asset| asset.tested(Some(tool)).is_none());
    CoverageCell {
        tool,
        could: number(&|_| true),
        tested: count(reached, &tested(&scope, days, Some(tool))),
        signed_in: count(inside, &signed_in(&scope, days, Some(tool))),
        never: count(never, &scope.clone().tested(TestedIs::Never, Some(tool))),
    }
}

/// What an asset is called, each with its kind's word and once.
fn called(facts: &AssetFacts, names: &[AssetFacts]) -> Vec<(String, String)> {
    let mut called: Vec<(String, String)> = Vec::new();
    for facts in std::iter::once(facts).chain(names) {
        let fields = [
            ("name", Some(&facts.name)),
            ("fqdn", facts.fqdn.as_ref()),
            ("ip", facts.ip.as_ref()),
            ("netbios", facts.netbios.as_ref()),
            ("mac", facts.mac.as_ref()),
            ("agent", facts.agent_uuid.as_ref()),
            ("os", facts.os.as_ref()),
        ];
        for (kind, value) in fields {
            let Some(value) = value.filter(|value| !value.trim().is_empty()) else { continue };
            let told = (kind.to_owned(), value.clone());
            if !called.contains(&told) {
                called.push(told);
            }
        }
    }
    called
}
