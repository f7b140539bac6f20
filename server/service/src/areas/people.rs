//! People: who may sign in and as what, invitations and resets.

use super::account::{bounded, new_password, new_person_named};
use crate::errors::OrWire;
use crate::request::{Session, new_token, token_hash};
use model::audit::AuditAct;
use model::error::{ErrorCode, WireError};
use model::policy::{Action, Role};
use model::view::PersonRef;
use model::view::account::{PeoplePage, PersonRow, WelcomePage};
use ports::Answer;
use store::Reason;
use store::links::LinkKind;
use store::users::{User, UserNew};

/// The page.
pub(super) async fn page(session: &Session) -> Answer<PeoplePage> {
    let scoped = session.scoped(Action::SeeUsers)?;
    let second = scoped.second_factor_people().await.wire()?;
    let people = scoped.user_list().await.wire()?.into_iter().map(|user| PersonRow {
        second: second.contains(&user.id),
        person: PersonRef { id: user.id.0, login: user.login, name: user.name },
        role: user.role,
        teams: user.teams,
        enabled: user.enabled,
    });
    Ok(PeoplePage { people: people.collect(), may_manage: session.viewer()?.may(Action::ManageUsers) })
}

/// What a link leads to.
pub(super) async fn welcome(session: &Session, token: &str) -> Answer<WelcomePage> {
    let unscoped = session.service.store.unscoped(Reason::SignIn);
    let owner = unscoped.link_owner(token_hash(token), session.now()).await.wire()?;
    Ok(WelcomePage { who: owner.map(|owner| (owner.name, owner.login)) })
}

impl Session {
    /// The person of a login, for whoever manages people and has lately proved who they are.
    async fn managed(&self, login: &str) -> Answer<User> {
        let scoped = self.scoped(Action::ManageUsers)?;
        self.require_fresh()?;
        let people = scoped.user_list().await.wire()?;
        let person = people.into_iter().find(|user| user.login == login.trim().to_lowercase());
        person.ok_or_else(|| WireError::new(ErrorCode::NotFound))
    }

    /// Makes a person without a password, and a link by which they choose one. The answer is the link's token.
    ///
    /// # Errors
    /// The viewer may not, or the login or name cannot be taken.
    pub async fn invite(&self, login: &str, name: &str, role: Role) -> Answer<String> {
        let scoped = self.scoped(Action::ManageUsers)?;
        self.require_fresh()?;
        new_person_named(login, name)?;
        let new = UserNew { login: login.to_owned(), name: name.to_owned(), password_hash: None, role, locale: None };
        let id = scoped.user_create(&new, self.now()).await.wire()?;
        self.audit_change(AuditAct::Invite, &format!("user:{login}"), "", role.word()).await?;
        let token = new_token();
        scoped.link_create(token_hash(&token), id, LinkKind::Invitation, self.now()).await.wire()?;
        Ok(token)
    }

    /// Makes a link by which a person chooses a new password; their second factor stays. The answer is the link's token.
    ///
    /// # Errors
    /// The viewer may not, or there is no such person.
    pub async fn reset_link(&self, login: &str) -> Answer<String> {
        let person = self.managed(login).await?;
        let token = new_token();
        let scoped = self.scoped(Action::ManageUsers)?;
        scoped.link_create(token_hash(&token), person.id, LinkKind::Reset, self.now()).await.wire()?;
        self.audit(AuditAct::ResetPassword, &format!("user:{login}"), "").await?;
        Ok(token)
    }

    /// Changes a person's role, which ends their sessions; one that they have already changes nothing.
    ///
    /// # Errors
    /// The viewer may not, there is no such person, or nobody would be left to run Postura.
    pub async fn change_role(&self, login: &str, role: Role) -> Answer<()> {
        let person = self.managed(login).await?;
        if person.role == role {
            return Ok(());
        }
        self.scoped(Action::ManageUsers)?.user_set_role(person.id, role).await.wire()?;
        self.audit_change(AuditAct::ChangeRole, &format!("user:{login}"), person.role.word(), role.word()).await
    }

    /// Ends every session of a person.
    ///
    /// # Errors
    /// The viewer may not, or there is no such person.
    pub async fn end_sessions_of(&self, login: &str) -> Answer<()> {
        let person = self.managed(login).await?;
        self.scoped(Action::ManageAccess)?.session_revoke_all(person.id).await.wire()?;
        self.audit(AuditAct::EndSession, &format!("user:{login}"), "").await
    }

    /// Takes a person's second factor away, for when the device and the recovery codes are lost.
    ///
    /// # Errors
    /// The viewer may not, or there is no such person.
    pub async fn remove_second_factor_of(&self, login: &str) -> Answer<()> {
        let person = self.managed(login).await?;
        self.scoped(Action::ManageUsers)?.second_factor_remove(person.id).await.wire()?;
        self.audit_change(AuditAct::SecondFactor, &format!("user:{login}"), "on", "off").await
    }

    /// Chooses a password by a link, which works once, and ends the person's sessions.
    ///
    /// # Errors
    /// The link is no longer good, or the password cannot be taken.
    pub async fn accept_link(&self, token: &str, password: String) -> Answer<()> {
        bounded("link", token, 200)?;
        let unscoped = self.service.store.unscoped(Reason::SignIn);
        let owner = unscoped.link_owner(token_hash(token), self.now()).await.wire()?;
        let owner = owner.ok_or_else(|| WireError::invalid("link", "ended"))?;
        new_password(&password, &owner.login)?;
        let hash = self.service.passwords.hash(password).await.wire()?;
        let taken = unscoped.link_take(token_hash(token), owner.id, &hash, self.now()).await;
        taken.map_err(|error| match error {
            store::Error::NotFound(_) => WireError::invalid("link", "ended"),
            error => crate::errors::wire(error),
        })?;
        self.note(&owner.login, AuditAct::ChangePassword, false).await
    }
}
