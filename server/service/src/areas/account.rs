//! Signing in and out, the first run.

use crate::Organisation;
use crate::errors::OrWire;
use crate::networks;
use crate::one_time;
use crate::password::{LONGEST, Turn, objection};
use crate::request::{Session, new_token, token_hash};
use crate::zone;
use async_trait::async_trait;
use model::UserId;
use model::audit::AuditAct;
use model::error::{ErrorCode, WireError};
use model::policy::{Role, offered};
use model::view::account::{Me, SetUp, Shell, SignedIn};
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
            provider: self.service.oidc.as_ref().map(|settings| settings.name.clone()),
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
        self.begin(user, false).await
    }

    async fn sign_in(&self, login: String, password: String) -> Answer<SignedIn> {
        if login.len() > 200 || password.len() > LONGEST {
            return Err(WireError::new(ErrorCode::Unauthenticated));
        }
        let login = login.trim().to_lowercase();
        self.throttled(&login).await?;
        let unscoped = self.service.store.unscoped(Reason::SignIn);
        let found = unscoped.user_by_login(&login).await.wire()?;
        let (user, stored) = found.map_or((None, None), |(user, hash)| (Some(user), hash));
        let outdated = stored.as_deref().is_some_and(|stored| self.service.passwords.is_outdated(stored));
        let turn = self.turn(&login).await?;
        let fits = self.service.passwords.verify(turn, password.clone(), stored).await.wire()?;
        let Some(user) = user.filter(|user| fits && user.enabled) else { return Err(self.failed(&login).await?) };
        if outdated {
            let hash = self.service.passwords.hash(password).await.wire()?;
            unscoped.user_rehash(user.id, &hash).await.wire()?;
        }
        let factor = unscoped.second_factor(user.id).await.wire()?;
        if factor.is_some_and(|factor| factor.confirmed_at.is_some()) {
            return Ok(SignedIn { token: self.begin(user.id, true).await?, pending: true });
        }
        Ok(SignedIn { token: self.signed_in(user.id, &login, "").await?, pending: false })
    }

    async fn sign_in_code(&self, code: String) -> Answer<String> {
        let unscoped = self.service.store.unscoped(Reason::SignIn);
        let Some(presented) = self.presented else { return Err(WireError::new(ErrorCode::Unauthenticated)) };
        let pending = unscoped.session_pending(presented, self.now()).await.wire()?;
        let (user, login) = pending.ok_or_else(|| WireError::new(ErrorCode::Unauthenticated))?;
        self.throttled(&login).await?;
        let Some(by) = self.second_factor_fits(user, &code).await? else {
            self.failed(&login).await?;
            return Err(WireError::invalid("code", "wrong"));
        };
        unscoped.session_revoke(presented).await.wire()?;
        self.signed_in(user, &login, by).await
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
    pub(super) async fn begin(&self, user: UserId, pending: bool) -> Answer<String> {
        let token = new_token();
        let from = (self.facts.user_agent.as_str(), self.facts.network.as_str());
        let unscoped = self.service.store.unscoped(Reason::SignIn);
        unscoped.session_create(token_hash(&token), user, pending, from, self.now()).await.wire()?;
        Ok(token)
    }

    /// Ends a sign-in: whatever token the browser had before is worth nothing from here on.
    pub(super) async fn signed_in(&self, user: UserId, login: &str, by: &str) -> Answer<String> {
        let unscoped = self.service.store.unscoped(Reason::SignIn);
        unscoped.throttle_clear(&account_subject(login)).await.wire()?;
        if let Some(before) = self.presented {
            unscoped.session_revoke(before).await.wire()?;
        }
        self.note_more(login, AuditAct::SignIn, false, by).await?;
        self.begin(user, false).await
    }

    /// Which second factor of a person a text is: a code of now, or a recovery code, which it uses up.
    pub(super) async fn second_factor_fits(&self, user: UserId, said: &str) -> Answer<Option<&'static str>> {
        let unscoped = self.service.store.unscoped(Reason::SignIn);
        let Some(factor) = unscoped.second_factor(user).await.wire()? else { return Ok(None) };
        if let Some(step) = one_time::step_of(&factor.seed, said, factor.last_step, self.now()) {
            let taken = unscoped.second_factor_take(user, step).await.wire()?;
            return Ok(taken.then_some("code"));
        }
        let Some(code) = one_time::recovery_code(said) else { return Ok(None) };
        let taken = unscoped.recovery_code_take(user, token_hash(&code), self.now()).await.wire()?;
        Ok(taken.then_some("recovery code"))
    }

    /// Refuses while the account or the network has to wait.
    pub(super) async fn throttled(&self, login: &str) -> Answer<()> {
        let (account, network) = (account_subject(login), self.network_subject());
        let subjects = [account.as_str(), network.as_str()];
        let unscoped = self.service.store.unscoped(Reason::SignIn);
        if unscoped.throttle_check(&subjects, self.now()).await.wire()?.is_some() {
            self.note(login, AuditAct::SignIn, true).await?;
            return Err(WireError::new(ErrorCode::Throttled));
        }
        Ok(())
    }

    /// A turn to have a password checked. Whoever waited for it is asked again whether they have to wait longer: so many at
    /// one time are no more guesses than one after the other.
    pub(super) async fn turn(&self, login: &str) -> Answer<Turn<'_>> {
        let turn = self.service.passwords.turn().await.ok_or_else(|| WireError::new(ErrorCode::Throttled))?;
        self.throttled(login).await?;
        Ok(turn)
    }

    /// Counts and notes a failure, and gives what is told of it.
    pub(super) async fn failed(&self, login: &str) -> Answer<WireError> {
        let (account, network) = (account_subject(login), self.network_subject());
        let unscoped = self.service.store.unscoped(Reason::SignIn);
        unscoped.throttle_failure(&[&account, &network], self.now()).await.wire()?;
        self.note(login, AuditAct::SignIn, true).await?;
        Ok(WireError::new(ErrorCode::Unauthenticated))
    }

    /// Refuses while the network has to wait.
    pub(super) async fn network_throttled(&self) -> Answer<()> {
        let network = self.network_subject();
        let unscoped = self.service.store.unscoped(Reason::SignIn);
        match unscoped.throttle_check(&[&network], self.now()).await.wire()? {
            Some(_) => Err(WireError::new(ErrorCode::Throttled)),
            None => Ok(()),
        }
    }

    /// Notes a failed sign-in of nobody that is known, and counts it for the network if it is its fault.
    pub(super) async fn network_failed(&self, why: &str, counts: bool) -> Answer<()> {
        if counts {
            let network = self.network_subject();
            let unscoped = self.service.store.unscoped(Reason::SignIn);
            unscoped.throttle_failure(&[&network], self.now()).await.wire()?;
        }
        let detail: String = why.chars().filter(|c| !c.is_control()).take(300).collect();
        self.note_more("", AuditAct::SignIn, true, &detail).await
    }

    fn network_subject(&self) -> String {
        format!("network:{}", networks::neighbourhood(&self.facts.network))
    }

    /// Audits something that happened before there was a viewer.
    pub(super) async fn note(&self, login: &str, act: AuditAct, refused: bool) -> Answer<()> {
        self.note_more(login, act, refused, "").await
    }

    async fn note_more(&self, login: &str, act: AuditAct, refused: bool, detail: &str) -> Answer<()> {
        let network = &self.facts.network;
        let entry = AuditNew { action: act.word(), refused, network, detail, ..AuditNew::default() };
        let actor: String = login.chars().filter(|c| !c.is_control()).take(200).collect();
        self.service.store.unscoped(Reason::SignIn).audit(&actor, &entry, self.now()).await.wire()
    }
}

fn account_subject(login: &str) -> String {
    format!("account:{login}")
}

/// Checks what a new person is made of.
pub(super) fn new_person(login: &str, name: &str, password: &str) -> Result<(), WireError> {
    new_person_named(login, name)?;
    new_password(password, login)
}

/// Checks a new person's login and name.
pub(super) fn new_person_named(login: &str, name: &str) -> Result<(), WireError> {
    bounded("login", login, 200)?;
    bounded("name", name, 120)?;
    if login.chars().any(|c| c.is_whitespace() || c.is_control() || ",:\"".contains(c)) {
        return Err(WireError::invalid("login", "characters"));
    }
    Ok(())
}

/// Refuses a password that is too short, too long or too easy to guess.
pub(super) fn new_password(password: &str, login: &str) -> Result<(), WireError> {
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
