//! People, tokens and the organisation.

use super::account::{bounded, new_person};
use crate::errors::OrWire;
use crate::request::{Scope, Session, new_token, token_hash};
use async_trait::async_trait;
use model::Micros;
use model::audit::AuditAct;
use model::error::{ErrorCode, WireError};
use model::policy::Action;
use model::view::settings::{NewUser, SettingsPage, TokenRow};
use ports::{Answer, Settings};
use store::audit::AuditNew;
use store::tokens::TokenNew;
use store::users::UserNew;

/// The longest that an API token lives, in days.
const LONGEST_TOKEN: u32 = 366;
/// The longest list of networks of a token, in bytes.
const LONGEST_NETWORKS: usize = 1_000;
/// What every API token begins with, so that secret scanners know one.
const TOKEN_PREFIX: &str = "postura_";

#[async_trait]
impl Settings for Session {
    async fn settings(&self) -> Answer<SettingsPage> {
        let scoped = self.scoped(Action::ManageOwnTokens)?;
        let organisation = self.service.organisation();
        let now = self.now();
        let tokens = scoped.token_list().await.wire()?.into_iter().map(|token| TokenRow {
            id: token.id,
            name: token.name,
            prefix: token.prefix,
            created: self.stamp(token.created_at),
            expires: self.stamp(token.expires_at),
            used: token.used_at.map(|at| self.stamp(at)),
            ended: token.revoked_at.is_some() || token.expires_at <= now,
            scope: token.scope.word().to_owned(),
        });
        Ok(SettingsPage {
            organisation: organisation.name,
            zone: self.service.zone.name(),
            locale: organisation.locale,
            tokens: tokens.collect(),
        })
    }

    async fn add_user(&self, input: NewUser) -> Answer<()> {
        let scoped = self.scoped(Action::ManageUsers)?;
        self.require_fresh()?;
        new_person(&input.login, &input.name, &input.password)?;
        let user = UserNew {
            login: input.login.clone(),
            name: input.name,
            password_hash: Some(self.service.passwords.hash(input.password).await.wire()?),
            role: input.role,
            locale: None,
        };
        scoped.user_create(&user, self.now()).await.wire()?;
        self.audit(AuditAct::AddUser, &format!("user:{}", input.login), input.role.word()).await
    }

    async fn set_user_enabled(&self, login: String, enabled: bool) -> Answer<()> {
        let scoped = self.scoped(Action::ManageUsers)?;
        self.require_fresh()?;
        let people = scoped.user_list().await.wire()?;
        let person = people.into_iter().find(|user| user.login == login);
        let person = person.ok_or_else(|| WireError::new(ErrorCode::NotFound))?;
        scoped.user_set_enabled(person.id, enabled, self.now()).await.wire()?;
        let action = if enabled { AuditAct::EnableUser } else { AuditAct::DisableUser };
        let word = |enabled| if enabled { "enabled" } else { "disabled" };
        self.audit_change(action, &format!("user:{login}"), word(person.enabled), word(enabled)).await
    }

    async fn add_token(&self, name: String, days: u32, scope: String, networks: String) -> Answer<String> {
        bounded("name", &name, 120)?;
        if !(1..=LONGEST_TOKEN).contains(&days) {
            return Err(WireError::invalid("days", "out_of_range"));
        }
        let scope = Scope::of(&scope).ok_or_else(|| WireError::invalid("scope", "unknown"))?;
        if networks.len() > LONGEST_NETWORKS || crate::networks::list(&networks).is_none() {
            return Err(WireError::invalid("networks", "unreadable"));
        }
        let scoped = self.scoped(Action::ManageOwnTokens)?;
        self.require_fresh()?;
        let token = format!("{TOKEN_PREFIX}{}", new_token());
        let prefix: String = token.chars().take(TOKEN_PREFIX.len() + 6).collect();
        let expires_at = Micros(self.now().0 + i64::from(days) * Micros::DAY);
        let hash = token_hash(&token);
        let new = TokenNew { hash, prefix: &prefix, name: name.trim(), expires_at, scope, networks: networks.trim() };
        let id = scoped.token_create(&new, self.now()).await.wire()?;
        self.audit(AuditAct::AddToken, &format!("token:{id}"), scope.word()).await?;
        Ok(token)
    }

    async fn revoke_token(&self, token: i64) -> Answer<()> {
        self.scoped(Action::ManageOwnTokens)?.token_revoke(token, self.now()).await.wire()?;
        self.audit(AuditAct::RevokeToken, &format!("token:{token}"), "").await
    }

    async fn sign_out_everywhere(&self) -> Answer<()> {
        let viewer = self.viewer()?;
        let user = viewer.user().ok_or_else(|| WireError::new(ErrorCode::Forbidden))?;
        self.service.store.scoped(viewer).session_revoke_all(user).await.wire()?;
        self.audit(AuditAct::SignOutEverywhere, &format!("user:{}", viewer.login()), "").await
    }
}

impl Session {
    /// Writes down what this viewer did.
    pub(crate) async fn audit(&self, act: AuditAct, subject: &str, detail: &str) -> Answer<()> {
        self.audit_as(act.word(), subject, detail).await
    }

    /// The same for a change, with how it was and how it is.
    pub(crate) async fn audit_change(&self, act: AuditAct, subject: &str, was: &str, became: &str) -> Answer<()> {
        let entry = AuditNew { action: act.word(), subject, was, became, ..AuditNew::default() };
        self.write_down(entry).await
    }

    /// The same for acts on findings, by their words.
    pub(super) async fn audit_as(&self, action: &str, subject: &str, detail: &str) -> Answer<()> {
        self.write_down(AuditNew { action, subject, detail, ..AuditNew::default() }).await
    }

    /// Writes down that a request was refused because this viewer may not do what it asks.
    pub async fn audit_refused(&self, asked: &str) {
        let Some(viewer) = self.viewer_if_any() else { return };
        let network = &self.facts.network;
        let action = AuditAct::Forbidden.word();
        let entry = AuditNew { action, subject: asked, refused: true, network, ..AuditNew::default() };
        if let Err(error) = self.service.store.scoped(viewer).audit(&entry, self.now()).await {
            tracing::error!(%error, asked, "a refusal could not be written down");
        }
    }

    async fn write_down(&self, entry: AuditNew<'_>) -> Answer<()> {
        let entry = AuditNew { network: &self.facts.network, ..entry };
        self.service.store.scoped(self.viewer()?).audit(&entry, self.now()).await.wire()
    }
}
