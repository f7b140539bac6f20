//! Teams and who is in them.

use crate::occurrences::{PersonOf, TeamOf};
use crate::sql::SqlBuilder;
use crate::viewer::{Scope, Scoped, team_values};
use crate::{Error, Result, binds};
use model::policy::{Action, Role};
use model::{Micros, TeamId, UserId};

crate::sql::statements! {
    /// The rules in force with the assets that each decides.
    OWNERSHIP_RULES = "SELECT r.id, r.pattern, t.id, t.slug, t.name, (SELECT COUNT(*) FROM asset a WHERE a.team_rule = r.id AND a.merged_id IS NULL) \
        FROM ownership_rule r JOIN team t ON t.id = r.team_id WHERE r.removed_at IS NULL ORDER BY r.rank DESC";
    /// A new team.
    INSERT = "INSERT INTO team (slug, name, created_at) VALUES ($1, $2, $3) RETURNING id";
    /// By slug.
    BY_SLUG = "SELECT id, slug, name FROM team WHERE slug = $1";
    /// Changes the name.
    RENAME = "UPDATE team SET name = $2 WHERE id = $1";
    /// Its members.
    MEMBERS = "SELECT u.id, u.login, u.name, u.role FROM team_member m JOIN app_user u ON u.id = m.user_id \
        WHERE m.team_id = $1 AND u.disabled_at IS NULL ORDER BY lower(u.name), u.id";
    /// People who can be given work in any team: those who may sign in.
    PEOPLE = "SELECT u.id, u.login, u.name, u.role FROM app_user u WHERE u.disabled_at IS NULL ORDER BY lower(u.name), u.id";
    /// One more member.
    ADD = "INSERT INTO team_member (team_id, user_id) VALUES ($1, $2) ON CONFLICT (team_id, user_id) DO NOTHING";
    /// One less.
    REMOVE = "DELETE FROM team_member WHERE team_id = $1 AND user_id = $2";
    /// Somebody by login, to become a member.
    PERSON = "SELECT id FROM app_user WHERE login = $1 AND disabled_at IS NULL";
}

/// A team in the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TeamRow {
    /// The team.
    pub team: TeamOf,
    /// How many members may sign in.
    pub members: i64,
    /// How many assets it owns.
    pub assets: i64,
}

/// A rule in force that gives assets to a team.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnershipRule {
    /// Its id.
    pub id: i64,
    /// The pattern over an asset's names and addresses.
    pub pattern: String,
    /// The team.
    pub team: TeamOf,
    /// How many assets it decides.
    pub assets: i64,
}

/// A member of a team.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// Who.
    pub person: PersonOf,
    /// As what.
    pub role: Role,
}

impl Scoped<'_> {
    /// Makes a team. The slug is its word in filters: lower-case letters, digits and hyphens, not `none`.
    ///
    /// # Errors
    /// The viewer may not, the slug is no slug or taken (`team_slug_key`), or the database fails.
    pub async fn team_create(&self, slug: &str, name: &str, now: Micros) -> Result<TeamId> {
        self.viewer.require(Action::ManageTeams, None)?;
        let letters = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if slug.is_empty() || slug.len() > 60 || !slug.chars().all(letters) || slug == "none" {
            return Err(Error::Invalid { field: "slug", code: "not_a_slug" });
        }
        let mut tx = self.store.db.begin().await?;
        let (id,): (i64,) = tx.one(INSERT, binds![slug, name.trim(), now]).await?;
        tx.commit().await?;
        Ok(TeamId(id))
    }

    /// Changes a team's name; its slug stays, since links hold it.
    ///
    /// # Errors
    /// The viewer may not, there is no such team, or the database fails.
    pub async fn team_rename(&self, team: TeamId, name: &str) -> Result<()> {
        self.viewer.require(Action::ManageTeams, None)?;
        match self.store.db.execute(RENAME, binds![team, name.trim()]).await? {
            0 => Err(Error::NotFound("team")),
            _ => Ok(()),
        }
    }

    /// The teams that the viewer may see, by name, and nothing that would have to be counted.
    ///
    /// # Errors
    /// The viewer may not see teams, or the database fails.
    pub async fn team_names(&self) -> Result<Vec<TeamOf>> {
        self.viewer.require_somewhere(Action::SeeTeams)?;
        let mut sql = SqlBuilder::new("SELECT t.id, t.slug, t.name FROM team t");
        self.push_visible(&mut sql);
        let rows: Vec<(i64, String, String)> = self.store.db.all_built(sql).await?;
        Ok(rows.into_iter().map(|(id, slug, name)| TeamOf { id: TeamId(id), slug, name }).collect())
    }

    fn push_visible(&self, sql: &mut SqlBuilder) {
        if let Scope::Teams(teams) = &self.viewer.teams {
            sql.push(" WHERE t.id IN ").bind_list(team_values(teams));
        }
        sql.push(" ORDER BY lower(t.name), t.id");
    }

    /// The teams that the viewer may see, by name.
    ///
    /// # Errors
    /// The viewer may not see teams, or the database fails.
    pub async fn team_list(&self) -> Result<Vec<TeamRow>> {
        self.viewer.require_somewhere(Action::SeeTeams)?;
        let mut sql = SqlBuilder::new(
            "SELECT t.id, t.slug, t.name, (SELECT COUNT(*) FROM team_member m JOIN app_user u ON u.id = m.user_id \
             WHERE m.team_id = t.id AND u.disabled_at IS NULL), (SELECT COUNT(*) FROM asset a WHERE a.team_id = t.id AND a.merged_id IS NULL) \
             FROM team t",
        );
        self.push_visible(&mut sql);
        type Row = (i64, String, String, i64, i64);
        let rows: Vec<Row> = self.store.db.all_built(sql).await?;
        let teams = rows.into_iter().map(|(id, slug, name, members, assets)| TeamRow {
            team: TeamOf { id: TeamId(id), slug, name },
            members,
            assets,
        });
        Ok(teams.collect())
    }

    /// A team by its slug, if the viewer may see it.
    ///
    /// # Errors
    /// There is no such team that the viewer may know of, or the database fails.
    pub async fn team_by_slug(&self, slug: &str) -> Result<TeamOf> {
        let row: Option<(i64, String, String)> = self.store.db.optional(BY_SLUG, binds![slug]).await?;
        let (id, slug, name) = row.ok_or(Error::NotFound("team"))?;
        let team = TeamOf { id: TeamId(id), slug, name };
        self.viewer.require(Action::SeeTeams, Some(team.id)).map_err(|_| Error::NotFound("team"))?;
        Ok(team)
    }

    /// The ownership rules in force, the strongest first.
    ///
    /// # Errors
    /// The viewer may not see every team, or the database fails.
    pub async fn ownership_rules(&self) -> Result<Vec<OwnershipRule>> {
        self.viewer.require(Action::SeeTeams, None)?;
        let rows: Vec<(i64, String, i64, String, String, i64)> = self.store.db.all(OWNERSHIP_RULES, binds![]).await?;
        let rules = rows.into_iter().map(|(id, pattern, team, slug, name, assets)| OwnershipRule {
            id,
            pattern,
            team: TeamOf { id: TeamId(team), slug, name },
            assets,
        });
        Ok(rules.collect())
    }

    /// The members of a team.
    ///
    /// # Errors
    /// The viewer may not know of the team, or the database fails.
    pub async fn team_members(&self, team: TeamId) -> Result<Vec<Member>> {
        self.viewer.require(Action::SeeTeams, Some(team)).map_err(|_| Error::NotFound("team"))?;
        self.store.db.all(MEMBERS, binds![team]).await.and_then(members)
    }

    /// Everybody who may sign in, to choose members and assignees from.
    ///
    /// # Errors
    /// The viewer may neither assign nor say who is in a team, or the database fails.
    pub async fn team_candidates(&self) -> Result<Vec<Member>> {
        if !self.viewer.may(Action::Assign) {
            self.viewer.require_somewhere(Action::ManageMembers)?;
        }
        self.store.db.all(PEOPLE, binds![]).await.and_then(members)
    }

    /// What a form of decisions offers, by name: the teams that the viewer may see, and the people to whom they may assign.
    ///
    /// # Errors
    /// The viewer may not see findings, or the database fails.
    pub async fn assignment_choices(&self) -> Result<(Vec<TeamOf>, Vec<PersonOf>)> {
        self.viewer.require_somewhere(Action::SeeFindings)?;
        let mut sql = SqlBuilder::new("SELECT CAST(0 AS BIGINT) AS person, t.id, t.slug, t.name FROM team t");
        if let Scope::Teams(teams) = &self.viewer.teams {
            sql.push(" WHERE t.id IN ").bind_list(team_values(teams));
        }
        if self.viewer.may(Action::Assign) {
            sql.push(" UNION ALL SELECT 1, u.id, u.login, u.name FROM app_user u WHERE u.disabled_at IS NULL");
        }
        let mut rows: Vec<(i64, i64, String, String)> = self.store.db.all_built(sql).await?;
        rows.sort_by_cached_key(|(_, id, _, name)| (name.to_lowercase(), *id));
        let (people, teams): (Vec<_>, Vec<_>) = rows.into_iter().partition(|(person, ..)| *person == 1);
        let team = |(_, id, slug, name)| TeamOf { id: TeamId(id), slug, name };
        let person = |(_, id, login, name)| PersonOf { id: UserId(id), login, name };
        Ok((teams.into_iter().map(team).collect(), people.into_iter().map(person).collect()))
    }

    /// Adds or removes a member by login.
    ///
    /// # Errors
    /// The viewer may not for this team, nobody has the login, or the database fails.
    pub async fn team_set_member(&self, team: TeamId, login: &str, member: bool) -> Result<()> {
        self.viewer.require(Action::ManageMembers, Some(team))?;
        let mut tx = self.store.db.begin().await?;
        let person: Option<(i64,)> = tx.optional(PERSON, binds![login.trim().to_lowercase()]).await?;
        let (user,) = person.ok_or(Error::NotFound("user"))?;
        tx.execute(if member { ADD } else { REMOVE }, binds![team, user]).await?;
        tx.commit().await
    }
}

fn members(rows: Vec<(i64, String, String, String)>) -> Result<Vec<Member>> {
    rows.into_iter()
        .map(|(id, login, name, role)| {
            let role = role.parse().map_err(|()| Error::damaged("app_user.role"))?;
            Ok(Member { person: PersonOf { id: UserId(id), login, name }, role })
        })
        .collect()
}
