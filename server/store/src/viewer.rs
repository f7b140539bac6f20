//! Who asks. All reads and writes hang on a [`Viewer`], which only a session, an API token, a job's owner or the
//! operator at the machine's command line can become.
//!
//! A viewer carries what the policy table grants: [`Viewer::require`] answers whether an act is permitted, and the scope
//! goes into every statement through `filter_sql`, so that what is invisible is *not found*.

use crate::value::Value;
use crate::{Error, Result, Store, binds};
use model::policy::{Access, Action, Role, allowed};
use model::{Micros, TeamId, UserId};

crate::sql::statements! {
    /// A person who may sign in, one row a team.
    BY_USER = "SELECT u.id, u.login, u.name, u.role, u.locale, m.team_id FROM app_user u \
        LEFT JOIN team_member m ON m.user_id = u.id WHERE u.id = $1 AND u.disabled_at IS NULL ORDER BY m.team_id";
}

/// Someone who looks at or changes data, with what they may see. There is no public constructor.
#[derive(Clone, Debug)]
pub struct Viewer {
    pub(crate) user: Option<UserId>,
    pub(crate) teams: Scope,
    role: Role,
    login: String,
    name: String,
    locale: Option<String>,
    own: Vec<TeamId>,
}

/// Which occurrences a viewer may see.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Scope {
    /// Every team's, and what nobody owns.
    Everything,
    /// Those of these teams.
    Teams(Vec<TeamId>),
}

/// Why something is done without a viewer. Every use is logged and counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// A person at the machine's command line.
    LocalOperator,
    /// First-run set-up, before there is any user.
    SetUp,
    /// Signing in: the user is not known yet.
    SignIn,
    /// A background job, which has its own owner for what it does.
    Job,
    /// A check of the books or of the installation.
    Check,
}

/// The policy table refuses this act to this viewer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{role} may not {action}")]
pub struct Denied {
    /// Who asked, by role.
    pub role: Role,
    /// What they asked for.
    pub action: Action,
}

/// The store as one viewer sees it.
#[derive(Clone, Copy)]
pub struct Scoped<'a> {
    pub(crate) store: &'a Store,
    pub(crate) viewer: &'a Viewer,
}

/// The store without a viewer, for what has none by nature.
#[derive(Clone, Copy)]
pub struct Unscoped<'a> {
    pub(crate) store: &'a Store,
    pub(crate) reason: Reason,
}

/// What the statements that load a viewer give: id, login, name, role, locale and one team.
pub(crate) type ViewerRow = (i64, String, String, String, Option<String>, Option<i64>);

impl Viewer {
    /// The person; none for the local operator.
    #[must_use]
    pub fn user(&self) -> Option<UserId> {
        self.user
    }

    /// What they are; the local operator acts as an administrator.
    #[must_use]
    pub fn role(&self) -> Role {
        self.role
    }

    /// Their login, which is also the actor's name in the audit log; `operator` for the local operator.
    #[must_use]
    pub fn login(&self) -> &str {
        &self.login
    }

    /// Their name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The language that they chose, if they did.
    #[must_use]
    pub fn locale(&self) -> Option<&str> {
        self.locale.as_deref()
    }

    /// The teams in which they are.
    #[must_use]
    pub fn teams(&self) -> &[TeamId] {
        &self.own
    }

    /// True if nothing is hidden from them.
    #[must_use]
    pub fn sees_everything(&self) -> bool {
        self.teams == Scope::Everything
    }

    /// Whether they may do this somewhere.
    #[must_use]
    pub fn may(&self, action: Action) -> bool {
        allowed(self.role, action) != Access::Deny
    }

    /// Asks the policy table for an act on something that a team owns (`None`: nobody, or no team's business).
    ///
    /// # Errors
    /// The table refuses the act to this role, or grants it for own teams only and `team` is none of them.
    pub fn require(&self, action: Action, team: Option<TeamId>) -> Result<(), Denied> {
        let granted = match allowed(self.role, action) {
            Access::Allow => true,
            Access::OwnTeam => team.is_some_and(|team| self.own.contains(&team)),
            Access::Deny => false,
        };
        if granted { Ok(()) } else { Err(Denied { role: self.role, action }) }
    }

    /// Like [`Viewer::require`] for an act that is cut to the viewer's teams by its statements.
    ///
    /// # Errors
    /// The table refuses the act to this role everywhere.
    pub fn require_somewhere(&self, action: Action) -> Result<(), Denied> {
        if self.may(action) { Ok(()) } else { Err(Denied { role: self.role, action }) }
    }

    pub(crate) fn operator() -> Self {
        Self {
            user: None,
            teams: Scope::Everything,
            role: Role::Admin,
            login: "operator".to_owned(),
            name: "operator".to_owned(),
            locale: None,
            own: Vec::new(),
        }
    }

    /// The viewer that rows of one person's teams describe.
    pub(crate) fn from_rows(rows: Vec<ViewerRow>) -> Result<Option<Self>> {
        let own: Vec<TeamId> = rows.iter().filter_map(|row| row.5.map(TeamId)).collect();
        let Some((id, login, name, role, locale, _)) = rows.into_iter().next() else { return Ok(None) };
        let role: Role = role.parse().map_err(|()| Error::damaged("app_user.role"))?;
        let teams = match allowed(role, Action::SeeFindings) {
            Access::Allow => Scope::Everything,
            Access::OwnTeam => Scope::Teams(own.clone()),
            Access::Deny => Scope::Teams(Vec::new()),
        };
        Ok(Some(Self { user: Some(UserId(id)), teams, role, login, name, locale, own }))
    }
}

impl Store {
    /// The store as this viewer sees it.
    #[must_use]
    pub fn scoped<'a>(&'a self, viewer: &'a Viewer) -> Scoped<'a> {
        Scoped { store: self, viewer }
    }

    /// The store without a viewer.
    #[must_use]
    pub fn unscoped(&self, reason: Reason) -> Unscoped<'_> {
        tracing::debug!(?reason, "unscoped access");
        Unscoped { store: self, reason }
    }
}

impl<'a> Scoped<'a> {
    /// Who asks.
    #[must_use]
    pub fn viewer(&self) -> &'a Viewer {
        self.viewer
    }
}

impl Unscoped<'_> {
    /// The viewer that is a person, for jobs that they own.
    ///
    /// # Errors
    /// The database fails.
    pub async fn user_viewer(&self, user: UserId) -> Result<Option<Viewer>> {
        Viewer::from_rows(self.store.db.all(BY_USER, binds![user]).await?)
    }

    /// The viewer at the machine's command line; what they do is audited under `command`.
    ///
    /// # Errors
    /// This is not [`Reason::LocalOperator`], or the database fails.
    pub async fn operator(&self, command: &str, now: Micros) -> Result<Viewer> {
        if self.reason != Reason::LocalOperator {
            return Err(Error::Conflict("not_the_local_operator"));
        }
        let viewer = Viewer::operator();
        let entry = crate::audit::AuditNew { action: command, network: "local", ..crate::audit::AuditNew::default() };
        self.store.scoped(&viewer).audit(&entry, now).await?;
        Ok(viewer)
    }
}

/// The numbers of teams as values to bind.
pub(crate) fn team_values(teams: &[TeamId]) -> impl Iterator<Item = Value> + '_ {
    teams.iter().map(|team| Value::from(*team))
}
