//! Signing in and out, the first run.

use crate::Organisation;
use crate::errors::OrWire;
use crate::password::{LONGEST, objection};
use crate::request::{Session, new_token, token_hash};
use crate::zone;
use async_trait::async_trait;
use model::UserId;
use model::audit::AuditAct;
use model::error::{ErrorCode, WireError};
use model::policy::{Role, offered};
use model::view::account::{Me, SetUp, Shell};
use ports::{Account, Answer};
use store::audit::AuditNew;
use store::organisation::Organisation as StoredOrganisation;
use store::users::UserNew;
use store::{Error, Reason};

#[async_trait]
impl Account for Session {
    async fn shell(&self) -> Answer<Shell> {
        let me = match self.viewer_if_any() {
            None => None,
            Some(viewer) => Some(Me {
                id: viewer.user().map_or(0, |user| user.0),
                name: viewer.name().to_owned(),
                role: viewer.role(),
                teams: self.own_teams().await?,
                may: offered(viewer.role()).collect(),
            }),
        };
        let needs_setup = me.is_none() && !self.service.store.unscoped(Reason::SetUp).user_any().await.wire()?;
        Ok(Shell {
            me,
            organisation: self.service.organisation().name,
            locale: self.locale(),
            theme: self.facts.theme.clone(),
            needs_setup,
            demo: self.service.demo,
        })
    }

    async fn set_up(&self, input: SetUp) -> Answer<String> {
        bounded("organisation", &input.organisation, 200)?;
        new_person(&input.login, &input.name, &input.password)?;
        zone::parse(&input.zone).map_err(|_| WireError::invalid("zone", "unknown"))?;
        let settings = StoredOrganisation {
            name: input.organisation.trim().to_owned(),
            zone: input.zone.clone(),
            locale: input.locale.tag().to_owned(),
        };
        let admin = UserNew {
            login: input.login,
            name: input.name,
            password_hash: Some(self.service.passwords.hash(input.password).await.wire()?),
            role: Role::Admin,
            locale: Some(input.locale.tag().to_owned()),
        };
        let unscoped = self.service.store.unscoped(Reason::SetUp);
        let made = unscoped.set_up(token_hash(&input.token), &settings, &admin, self.now()).await;
        let user = made.map_err(|error| match error {
            Error::NotFound(_) => WireError::invalid("token", "wrong"),
            error => crate::errors::wire(error),
        })?;
        self.service.zone.set(&settings.zone).map_err(|_| WireError::invalid("zone", "unknown"))?;
        self.service.remember(Organisation { name: settings.name, locale: input.locale });
        self.note(&admin.login, AuditAct::SetUp, false).await?;
        self.begin(user).await
    }

    async fn sign_in(&self, login: String, password: String) -> Answer<String> {
        if login.len() > 200 || password.len() > LONGEST {
            return Err(WireError::new(ErrorCode::Unauthenticated));
        }
        let login = login.trim().to_lowercase();
        let (account, network) = (format!("account:{login}"), format!("network:{}", self.facts.network));
        let subjects = [account.as_str(), network.as_str()];
        let unscoped = self.service.store.unscoped(Reason::SignIn);
        if unscoped.throttle_check(&subjects, self.now()).await.wire()?.is_some() {
            self.note(&login, AuditAct::SignIn, true).await?;
            return Err(WireError::new(ErrorCode::Throttled));
        }
        let found = unscoped.user_by_login(&login).await.wire()?;
        let (user, stored) = found.map_or((None, None), |(user, hash)| (Some(user), hash));
        let fits = self.service.passwords.verify(password, stored).await.wire()?;
        match user.filter(|user| fits && user.enabled) {
            None => {
                unscoped.throttle_failure(&subjects, self.now()).await.wire()?;
                self.note(&login, AuditAct::SignIn, true).await?;
                Err(WireError::new(ErrorCode::Unauthenticated))
            }
            Some(user) => {
                unscoped.throttle_clear(&account).await.wire()?;
                self.note(&login, AuditAct::SignIn, false).await?;
                self.begin(user.id).await
            }
        }
    }

    async fn sign_out(&self) -> Answer<()> {
        if let (Some(token), Some(viewer)) = (self.token, self.viewer_if_any()) {
            self.service.store.unscoped(Reason::SignIn).session_revoke(token).await.wire()?;
            self.note(viewer.login(), AuditAct::SignOut, false).await?;
        }
        Ok(())
    }
}

impl Session {
    /// Begins a session and gives its token.
    async fn begin(&self, user: UserId) -> Answer<String> {
        let token = new_token();
        self.service
            .store
            .unscoped(Reason::SignIn)
            .session_create(token_hash(&token), user, &self.facts.user_agent, &self.facts.network, self.now())
            .await
            .wire()?;
        Ok(token)
    }

    /// Audits something that happened before there was a viewer.
    async fn note(&self, login: &str, act: AuditAct, refused: bool) -> Answer<()> {
        let network = &self.facts.network;
        let entry = AuditNew { action: act.word(), refused, network, ..AuditNew::default() };
        let actor: String = login.chars().filter(|c| !c.is_control()).take(200).collect();
        self.service.store.unscoped(Reason::SignIn).audit(&actor, &entry, self.now()).await.wire()
    }
}

/// Checks what a new person is made of.
pub(super) fn new_person(login: &str, name: &str, password: &str) -> Result<(), WireError> {
    bounded("login", login, 200)?;
    bounded("name", name, 120)?;
    if login.chars().any(|c| c.is_whitespace() || c.is_control() || ",:\"".contains(c)) {
        return Err(WireError::invalid("login", "characters"));
    }
    match objection(password, login) {
        Some(code) => Err(WireError::invalid("password", code)),
        None => Ok(()),
    }
}

/// Refuses an empty or overlong text.
pub(super) fn bounded(field: &str, text: &str, most: usize) -> Result<(), WireError> {
    if text.trim().is_empty() {
        Err(WireError::invalid(field, "missing"))
    } else if text.chars().count() > most {
        Err(WireError::invalid(field, "too_long"))
    } else {
        Ok(())
    }
}
