//! Teams, who owns what, and a lead's home.

use super::account::bounded;
use super::assets::asset_filter;
use super::findings::{person_ref, team_ref};
use super::posture::WINDOW;
use crate::charting::flow_chart;
use crate::errors::OrWire;
use crate::present::count;
use crate::request::Session;
use async_trait::async_trait;
use model::Edition;
use model::audit::AuditAct;
use model::error::WireError;
use model::filter::{DueIs, Filter, Flow, PersonIs, StatusIs, What, When};
use model::policy::Action;
use model::view::assets::AssetSort;
use model::view::findings::Sort;
use model::view::teams::{AssetRow, MyTeamPage, PersonLoad, RuleRow, TeamPage, TeamRow, TeamsPage};
use model::view::{Count, PersonRef, TeamRef};
use model::{Day, Status, TeamId};
use ports::{Answer, Teams};
use store::assets::AssetQuery;
use store::occurrences::{ListQuery, Load};

/// How many assets a team's page lists.
const ASSETS: u32 = 200;
/// How many findings a lead's page lists.
const DUE_ROWS: u32 = 12;

#[async_trait]
impl Teams for Session {
    async fn teams(&self) -> Answer<TeamsPage> {
        let scoped = self.scoped(Action::SeeTeams)?;
        let figures = self.figures(Filter::new()).await?;
        let open = figures.open_by_team();
        let of = |team: Option<TeamId>, slug: Option<&str>| {
            count(open.get(&team).copied().unwrap_or(0), &Filter::new().team(slug))
        };
        let zone = &self.service.zone;
        let teams = scoped.team_list().await.wire()?.into_iter().map(|row| TeamRow {
            open: of(Some(row.team.id), Some(&row.team.slug)),
            members: row.members,
            assets: row.assets,
            team: team_ref(row.team),
        });
        let unowned_assets =
            scoped.asset_observed(zone.start_of(figures.day), zone.end_of(figures.day), self.now()).await.wire()?;
        Ok(TeamsPage {
            teams: teams.collect(),
            rules: self.rules().await?,
            unowned: of(None, None),
            unowned_assets: unowned_assets.iter().filter(|team| team.team.is_none()).map(|team| team.assets).sum(),
            may_manage: self.viewer()?.may(Action::ManageTeams),
        })
    }

    async fn team(&self, slug: String) -> Answer<TeamPage> {
        let scoped = self.scoped(Action::SeeTeams)?;
        let team = scoped.team_by_slug(&slug).await.wire()?;
        let may_manage = self.require(Action::ManageMembers, Some(team.id)).is_ok();
        let members = scoped.team_members(team.id).await.wire()?;
        let candidates = if may_manage { scoped.team_candidates().await.wire()? } else { Vec::new() };
        let candidates = candidates.into_iter().filter(|c| members.iter().all(|member| member.person != c.person));
        let of_team = Filter::new().team(Some(&team.slug));
        let list = AssetQuery { filter: &of_team, sort: AssetSort::Name, cursor: None, limit: ASSETS };
        let assets = scoped.asset_list(&list, self.now()).await.wire()?.rows;
        let own = scoped.team_list().await.wire()?.into_iter().find(|row| row.team.id == team.id);
        let assets: Vec<AssetRow> = assets
            .into_iter()
            .map(|asset| AssetRow {
                id: asset.id.0,
                open: count(asset.open.iter().sum(), &asset_filter(asset.id)),
                pattern: asset.pattern.unwrap_or_default(),
                observed: asset.tested.iter().map(|tested| tested.at).max().map(|at| self.stamp(at)),
                name: asset.name,
            })
            .collect();
        Ok(TeamPage {
            candidates: candidates.map(|member| person_ref(member.person)).collect(),
            members: members.into_iter().map(|member| (person_ref(member.person), member.role)).collect(),
            asset_count: own.map_or(0, |row| row.assets),
            assets,
            team: team_ref(team),
            may_manage,
        })
    }

    async fn my_team(&self, slug: String) -> Answer<MyTeamPage> {
        let scoped = self.scoped(Action::SeeFindings)?;
        let teams = self.visible_teams().await?;
        let own = self.own_teams().await?;
        let chosen = match slug.as_str() {
            "" => own.first().or(teams.first()).cloned(),
            slug => Some(team_ref(scoped.team_by_slug(slug).await.wire()?)),
        };
        let base = match &chosen {
            Some(team) => Filter::new().team(Some(&team.slug)),
            None => Filter::new().team(None),
        };
        let figures = self.figures(base.clone()).await?;
        let today = figures.day;
        let from = Day(today.0 - WINDOW + 1);
        let books = figures.books(from, figures.day);
        let due = ListQuery { filter: &base, sort: Sort::Due, cursor: None, limit: DUE_ROWS };
        let due = scoped.occurrence_list(&due, self.now()).await.wire()?;
        let people = scoped.occurrence_people(&base, self.now()).await.wire()?;
        Ok(MyTeamPage {
            open: figures.open(figures.day),
            claimed: self.counted(base.clone().status(StatusIs::One(Status::FixClaimed))).await?,
            fixed: count(books.fixed, &figures.flow(Flow::Fixed, from, figures.day)),
            overdue: self.counted(base.clone().with(What::Due(DueIs::Overdue))).await?,
            due_week: self
                .counted(base.clone().with(What::Due(DueIs::When(When::Between(today, Day(today.0 + 7))))))
                .await?,
            undated: self.counted(base.clone().with(What::Due(DueIs::Unset))).await?,
            arrived: count(books.new, &figures.flow(Flow::New, from, figures.day)),
            due: due.rows.into_iter().map(|row| self.row(row, Edition::Y2021)).collect(),
            people: people.iter().map(|load| person_load(&base, load)).collect(),
            flow: flow_chart(&figures, self.locale()),
            team: chosen,
            teams,
        })
    }

    async fn add_team(&self, name: String) -> Answer<String> {
        bounded("name", &name, 120)?;
        let scoped = self.scoped(Action::ManageTeams)?;
        let slug = slug(&name);
        if slug.is_empty() || slug == "none" {
            return Err(WireError::invalid("name", "characters"));
        }
        scoped.team_create(&slug, name.trim(), self.now()).await.wire()?;
        self.audit(AuditAct::AddTeam, &format!("team:{slug}"), "").await?;
        Ok(slug)
    }

    async fn set_member(&self, slug: String, login: String, member: bool) -> Answer<()> {
        let scoped = self.scoped(Action::ManageMembers)?;
        let team = scoped.team_by_slug(&slug).await.wire()?;
        scoped.team_set_member(team.id, &login, member).await.wire()?;
        let action = if member { AuditAct::AddMember } else { AuditAct::RemoveMember };
        self.audit(action, &format!("team:{slug}"), &login).await
    }

    async fn add_rule(&self, pattern: String, slug: String) -> Answer<()> {
        bounded("pattern", &pattern, 200)?;
        let team = self.scoped(Action::ManageTeams)?.team_by_slug(&slug).await.wire()?;
        let user = self.viewer()?.user();
        self.service.store.ownership_rule_add(team.id, pattern.trim(), user, self.now()).await.wire()?;
        self.audit(AuditAct::AddRule, &format!("team:{slug}"), &pattern).await
    }

    async fn remove_rule(&self, rule: i64) -> Answer<()> {
        self.scoped(Action::ManageTeams)?;
        let user = self.viewer()?.user();
        self.service.store.ownership_rule_remove(rule, user, self.now()).await.wire()?;
        self.audit(AuditAct::RemoveRule, &format!("rule:{rule}"), "").await
    }
}

impl Session {
    /// The viewer's own teams.
    pub(crate) async fn own_teams(&self) -> Result<Vec<TeamRef>, WireError> {
        let own = self.viewer()?.teams();
        if own.is_empty() {
            return Ok(Vec::new());
        }
        Ok(self.visible_teams().await?.into_iter().filter(|team| own.contains(&TeamId(team.id))).collect())
    }

    /// The teams that the viewer may know of, by name.
    pub(crate) async fn visible_teams(&self) -> Result<Vec<TeamRef>, WireError> {
        match self.page() {
            Some(page) => page.teams.get_or_try_init(|| self.teams_now()).await.cloned(),
            None => self.teams_now().await,
        }
    }

    async fn teams_now(&self) -> Result<Vec<TeamRef>, WireError> {
        let teams = self.scoped(Action::SeeTeams)?.team_names().await.wire()?;
        Ok(teams.into_iter().map(team_ref).collect())
    }

    /// The people to whom the viewer may assign; none if they may not assign.
    pub(crate) async fn assignable(&self) -> Result<Vec<PersonRef>, WireError> {
        let viewer = self.viewer()?;
        if !viewer.may(Action::Assign) {
            return Ok(Vec::new());
        }
        let people = self.service.store.scoped(viewer).team_candidates().await.wire()?;
        Ok(people.into_iter().map(|member| person_ref(member.person)).collect())
    }

    /// The teams that the viewer may see, and the people to whom they may assign, by name: what a form of decisions offers.
    pub(crate) async fn choices(&self) -> Result<(Vec<TeamRef>, Vec<PersonRef>), WireError> {
        let (teams, people) = self.scoped(Action::SeeFindings)?.assignment_choices().await.wire()?;
        Ok((teams.into_iter().map(team_ref).collect(), people.into_iter().map(person_ref).collect()))
    }

    /// How many rows a filter has, with the filter.
    async fn counted(&self, filter: Filter) -> Result<Count, WireError> {
        let value = self.scoped(Action::SeeFindings)?.occurrence_count(&filter, self.now()).await.wire()?;
        Ok(count(value, &filter))
    }

    /// The rules of ownership; none for who sees their own teams only, since a rule names what others own.
    async fn rules(&self) -> Result<Vec<RuleRow>, WireError> {
        if self.require(Action::SeeTeams, None).is_err() {
            return Ok(Vec::new());
        }
        let rules = self.scoped(Action::SeeTeams)?.ownership_rules().await.wire()?;
        let rules = rules.into_iter().map(|rule| RuleRow {
            id: rule.id,
            pattern: rule.pattern,
            team: team_ref(rule.team),
            assets: rule.assets,
        });
        Ok(rules.collect())
    }
}

fn person_load(base: &Filter, load: &Load) -> PersonLoad {
    let who = match &load.person {
        Some(person) => PersonIs::Login(person.login.clone()),
        None => PersonIs::Nobody,
    };
    let open = base.clone().with(What::Assignee(vec![who]));
    PersonLoad {
        overdue: count(load.overdue, &open.clone().with(What::Due(DueIs::Overdue))),
        open: count(load.count, &open),
        person: load.person.clone().map(person_ref),
    }
}

/// A team's word in filters: lower-case letters without accents, digits, hyphens.
pub(crate) fn slug(name: &str) -> String {
    let lower = name.to_lowercase();
    let plain = lower.chars().map(|c| match c {
        'á' | 'à' | 'ä' | 'â' => 'a',
        'é' | 'è' | 'ë' | 'ê' => 'e',
        'í' | 'ì' | 'ï' | 'î' => 'i',
        'ó' | 'ò' | 'ö' | 'ô' => 'o',
        'ú' | 'ù' | 'ü' | 'û' => 'u',
        'ñ' => 'n',
        'ç' => 'c',
        c if c.is_ascii_alphanumeric() => c,
        _ => '-',
    });
    let joined: String = plain.collect();
    let parts: Vec<&str> = joined.split('-').filter(|part| !part.is_empty()).collect();
    parts.join("-").chars().take(60).collect()
}

#[cfg(test)]
mod tests {
    use super::slug;

    #[test]
    fn slugs_are_plain_words() {
        assert_eq!(slug("API móvil"), "api-movil");
        assert_eq!(slug("  R&D / Ñandú "), "r-d-nandu");
        assert_eq!(slug("¿?"), "");
    }
}
