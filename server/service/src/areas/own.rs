//! One's own account: password, second factor, sessions.

use super::account::new_password;
use crate::errors::OrWire;
use crate::one_time;
use crate::password::LONGEST;
use crate::request::{Session, hex, token_hash};
use model::UserId;
use model::audit::AuditAct;
use model::error::{ErrorCode, WireError};
use model::view::account::{AccountPage, SecondFactor, SessionRow};
use ports::Answer;
use store::{Reason, Viewer};

/// Bytes of a token's hash by which a session can be ended.
const SESSION_ID: usize = 8;

/// The page.
pub(super) async fn page(session: &Session) -> Answer<AccountPage> {
    let viewer = session.viewer()?;
    let scoped = session.service.store.scoped(viewer);
    let second = match scoped.second_factor().await.wire()? {
        None => SecondFactor::Off,
        Some(factor) => match factor.confirmed_at {
            None => SecondFactor::Begun {
                seed: one_time::base32(&factor.seed),
                picture: one_time::picture(&one_time::address(viewer.login(), &factor.seed)),
            },
            Some(at) => {
                SecondFactor::On { since: session.stamp(at), codes: scoped.recovery_codes_left().await.wire()? }
            }
        },
    };
    let sessions = scoped.session_list(session.now()).await.wire()?.into_iter().map(|row| SessionRow {
        id: hex(&row.token_hash[..SESSION_ID.min(row.token_hash.len())]),
        agent: row.user_agent,
        network: row.network,
        began: session.stamp(row.created_at),
        seen: session.stamp(row.seen_at),
        current: session.token.is_some_and(|own| row.token_hash == own),
    });
    Ok(AccountPage {
        name: viewer.name().to_owned(),
        login: viewer.login().to_owned(),
        role: viewer.role(),
        second,
        sessions: sessions.collect(),
        provider: session.service.oidc.as_ref().map(|settings| settings.name.clone()),
    })
}

impl Session {
    fn person(&self) -> Answer<(&Viewer, UserId)> {
        let viewer = self.viewer()?;
        let user = viewer.user().ok_or_else(|| WireError::new(ErrorCode::Forbidden))?;
        Ok((viewer, user))
    }

    /// Refuses unless this is the viewer's password. Wrong ones count as failed sign-ins.
    async fn require_password(&self, password: String) -> Answer<()> {
        let (viewer, _) = self.person()?;
        if password.len() > LONGEST {
            return Err(WireError::invalid("password", "password_long"));
        }
        let login = viewer.login();
        let unscoped = self.service.store.unscoped(Reason::SignIn);
        let stored = unscoped.user_by_login(login).await.wire()?.and_then(|(_, hash)| hash);
        let turn = self.turn(login).await?;
        if self.service.passwords.verify(turn, password, stored).await.wire()? {
            return Ok(());
        }
        self.failed(login).await?;
        Err(WireError::invalid("password", "password_wrong"))
    }

    /// Proves again who one is, by password, and by code where there is a second factor. The answer is a new token for the
    /// cookie: the one before is worth nothing any more.
    ///
    /// # Errors
    /// Either is wrong, too many tries failed, or the database failed.
    pub async fn confirm(&self, password: String, code: &str) -> Answer<String> {
        let (viewer, user) = self.person()?;
        self.require_password(password).await?;
        let factor = self.service.store.scoped(viewer).second_factor().await.wire()?;
        if factor.is_some_and(|factor| factor.confirmed_at.is_some())
            && self.second_factor_fits(user, code).await?.is_none()
        {
            self.failed(viewer.login()).await?;
            return Err(WireError::invalid("code", "wrong"));
        }
        self.audit(AuditAct::Confirm, &format!("user:{}", viewer.login()), "").await?;
        self.rotate(user).await
    }

    /// A new session in place of this one.
    async fn rotate(&self, user: UserId) -> Answer<String> {
        if let Some(before) = self.token {
            self.service.store.unscoped(Reason::SignIn).session_revoke(before).await.wire()?;
        }
        self.begin(user, false).await
    }

    /// Changes one's password, which ends every session. The answer is the token of a new one.
    ///
    /// # Errors
    /// The present one is wrong, the new one cannot be taken, or the database failed.
    pub async fn change_password(&self, current: String, new: String) -> Answer<String> {
        let (viewer, user) = self.person()?;
        new_password(&new, viewer.login())?;
        self.require_password(current).await?;
        let hash = self.service.passwords.hash(new).await.wire()?;
        self.service.store.scoped(viewer).user_set_password(user, &hash).await.wire()?;
        self.audit(AuditAct::ChangePassword, &format!("user:{}", viewer.login()), "").await?;
        self.begin(user, false).await
    }

    /// Makes a seed for one-time codes, which waits for its first code.
    ///
    /// # Errors
    /// There is a second factor already, the viewer has to prove who they are, or the database failed.
    pub async fn second_factor_begin(&self) -> Answer<()> {
        let (viewer, _) = self.person()?;
        self.require_fresh()?;
        let seed: [u8; one_time::SEED] = rand::random();
        self.service.store.scoped(viewer).second_factor_begin(&seed).await.wire()
    }

    /// Brings the second factor into force by its first code, and ends one's other sessions. The answer is the recovery codes.
    ///
    /// # Errors
    /// The code is wrong, no seed waits, or the database failed.
    pub async fn second_factor_confirm(&self, code: &str) -> Answer<Vec<String>> {
        let (viewer, user) = self.person()?;
        self.require_fresh()?;
        self.throttled(viewer.login()).await?;
        let scoped = self.service.store.scoped(viewer);
        let factor = scoped.second_factor().await.wire()?.ok_or_else(|| WireError::new(ErrorCode::NotFound))?;
        let Some(step) = one_time::step_of(&factor.seed, code, factor.last_step, self.now()) else {
            self.failed(viewer.login()).await?;
            return Err(WireError::invalid("code", "wrong"));
        };
        let (codes, hashes) = recovery();
        scoped.second_factor_confirm(step, &hashes, self.now()).await.wire()?;
        if let Some(own) = self.token {
            scoped.session_revoke_others(own).await.wire()?;
        }
        self.audit_change(AuditAct::SecondFactor, &format!("user:{}", user.0), "off", "on").await?;
        Ok(codes)
    }

    /// Makes new recovery codes in place of the old.
    ///
    /// # Errors
    /// There is no second factor, the viewer has to prove who they are, or the database failed.
    pub async fn recovery_codes(&self) -> Answer<Vec<String>> {
        let (viewer, user) = self.person()?;
        self.require_fresh()?;
        let scoped = self.service.store.scoped(viewer);
        let factor = scoped.second_factor().await.wire()?;
        if factor.is_none_or(|factor| factor.confirmed_at.is_none()) {
            return Err(WireError::new(ErrorCode::NotFound));
        }
        let (codes, hashes) = recovery();
        scoped.recovery_codes_set(&hashes).await.wire()?;
        self.audit(AuditAct::RecoveryCodes, &format!("user:{}", user.0), "").await?;
        Ok(codes)
    }

    /// Takes one's second factor away.
    ///
    /// # Errors
    /// The viewer has to prove who they are, or the database failed.
    pub async fn second_factor_remove(&self) -> Answer<()> {
        let (viewer, user) = self.person()?;
        self.require_fresh()?;
        self.service.store.scoped(viewer).second_factor_remove(user).await.wire()?;
        self.audit_change(AuditAct::SecondFactor, &format!("user:{}", user.0), "on", "off").await
    }

    /// Ends one of one's sessions.
    ///
    /// # Errors
    /// There is no such session, or the database failed.
    pub async fn end_session(&self, id: &str) -> Answer<()> {
        let (viewer, _) = self.person()?;
        let scoped = self.service.store.scoped(viewer);
        let sessions = scoped.session_list(self.now()).await.wire()?;
        let named = sessions.into_iter().find(|row| id.len() == SESSION_ID * 2 && hex(&row.token_hash).starts_with(id));
        let named = named.ok_or_else(|| WireError::new(ErrorCode::NotFound))?;
        scoped.session_revoke_own(&named.token_hash).await.wire()?;
        self.audit(AuditAct::EndSession, &format!("session:{id}"), "").await
    }

    /// Ends all of one's sessions but this.
    ///
    /// # Errors
    /// The database failed.
    pub async fn end_other_sessions(&self) -> Answer<()> {
        let (viewer, _) = self.person()?;
        if let Some(own) = self.token {
            self.service.store.scoped(viewer).session_revoke_others(own).await.wire()?;
        }
        self.audit(AuditAct::EndSession, "others", "").await
    }
}

/// Recovery codes with their hashes.
fn recovery() -> (Vec<String>, Vec<[u8; 32]>) {
    let codes = one_time::recovery_codes();
    let hashes = codes.iter().map(|code| token_hash(code)).collect();
    (codes, hashes)
}
