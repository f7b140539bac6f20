//! What the settings say of an identity provider, and how what it says is put into the organisation's words.

use crate::outbound::{self, Way};
use anyhow::ensure;
use model::policy::Role;
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use store::oidc::Told;
use url::{Position, Url};
use zeroize::Zeroizing;

/// The longest login and name that are made of a provider's words, in characters.
const LONGEST: usize = 100;

/// An identity provider as the settings name it, before anybody has looked at it.
#[derive(Clone, Debug, Default)]
pub struct OidcKeys {
    /// Its address, as it writes it itself.
    pub issuer: String,
    /// What Postura is called there.
    pub client_id: String,
    /// Postura's address, as browsers reach it.
    pub address: String,
    /// What people call the provider.
    pub name: String,
    /// What is asked of it besides `openid`.
    pub scopes: Vec<String>,
    /// The claim that lists somebody's groups.
    pub groups: String,
    /// Roles by group.
    pub roles: BTreeMap<String, String>,
    /// The role of who is in none of those groups; without, they stay out.
    pub role: Option<String>,
    /// Teams, by their word in addresses, by group.
    pub teams: BTreeMap<String, String>,
    /// Addresses of the provider that are not public, and may be asked all the same.
    pub confirmed: Vec<String>,
}

/// An identity provider, and what its groups mean here.
#[derive(Clone)]
pub struct OidcSettings {
    pub(super) issuer: String,
    pub(super) client_id: String,
    secret: Option<Zeroizing<String>>,
    address: Url,
    pub(crate) name: String,
    scopes: Vec<String>,
    groups: String,
    roles: BTreeMap<String, Role>,
    role: Option<Role>,
    teams: BTreeMap<String, String>,
    pub(super) way: Way,
}

impl fmt::Debug for OidcSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OidcSettings").field("issuer", &self.issuer).finish_non_exhaustive()
    }
}

fn role_of(word: &str) -> anyhow::Result<Role> {
    word.parse().map_err(|()| anyhow::anyhow!("[oidc]: no such role: {word}"))
}

impl OidcSettings {
    /// The settings, if they can be used. `secret` is what Postura proves itself with to the provider, `authorities` who vouches
    /// for the provider's certificate, in PEM; without, those that this machine trusts.
    ///
    /// # Errors
    /// An address is none or not encrypted, a role is unknown, or something is missing.
    pub fn settle(keys: OidcKeys, secret: Option<String>, authorities: Option<String>) -> anyhow::Result<Self> {
        outbound::address("oidc", "issuer", &keys.issuer)?;
        let address = outbound::address("oidc", "address", &keys.address)?;
        ensure!(!keys.client_id.is_empty(), "[oidc]: client_id is missing");
        let roles = keys.roles.into_iter().map(|(group, role)| Ok((group, role_of(&role)?)));
        let name = if keys.name.trim().is_empty() { "OpenID Connect".to_owned() } else { keys.name };
        Ok(Self {
            issuer: keys.issuer,
            client_id: keys.client_id,
            secret: secret.map(Zeroizing::new),
            address,
            name: name.trim().chars().filter(|c| !c.is_control()).take(LONGEST).collect(),
            scopes: keys.scopes,
            groups: keys.groups,
            roles: roles.collect::<anyhow::Result<_>>()?,
            role: keys.role.as_deref().map(role_of).transpose()?,
            teams: keys.teams,
            way: Way::new("oidc", &keys.confirmed, authorities)?,
        })
    }

    /// Where the provider sends a browser back to.
    pub(super) fn way_back(&self) -> String {
        format!("{}/sign-in/oidc/back", &self.address[..Position::BeforePath])
    }

    /// What is asked of the provider.
    pub(super) fn scope(&self) -> String {
        let mut scopes = vec!["openid"];
        scopes.extend(self.scopes.iter().map(String::as_str).filter(|scope| *scope != "openid"));
        scopes.join(" ")
    }

    pub(super) fn secret(&self) -> Option<&str> {
        self.secret.as_ref().map(|secret| secret.as_str())
    }

    /// What claims mean here. The strongest role of somebody's groups is theirs; without one, their subject is the answer.
    pub(super) fn told(&self, claims: &Map<String, Value>) -> Result<Told, String> {
        let text = |name: &str| claims.get(name).and_then(Value::as_str).unwrap_or_default();
        let subject = text("sub").to_owned();
        let groups: BTreeSet<&str> = match claims.get(&self.groups) {
            Some(Value::Array(all)) => all.iter().filter_map(Value::as_str).collect(),
            Some(Value::String(one)) => BTreeSet::from([one.as_str()]),
            _ => BTreeSet::new(),
        };
        let by_group =
            Role::ALL.iter().copied().find(|role| groups.iter().any(|group| self.roles.get(*group) == Some(role)));
        let Some(role) = by_group.or(self.role) else { return Err(subject) };
        let named: BTreeSet<&String> = self.teams.values().collect();
        let is_in = |slug: &String| groups.iter().any(|group| self.teams.get(*group) == Some(slug));
        let teams = named.into_iter().map(|slug| (slug.clone(), is_in(slug))).collect();
        let login = login_of([text("preferred_username"), text("email"), &subject]);
        let name: String = text("name").chars().filter(|c| !c.is_control()).take(LONGEST).collect();
        let name = if name.trim().is_empty() { login.clone() } else { name.trim().to_owned() };
        Ok(Told { issuer: self.issuer.clone(), subject, login, name, role, teams })
    }
}

/// The first of some words that holds a login: of it what a login may have.
fn login_of(words: [&str; 3]) -> String {
    let plain = |word: &str| -> String {
        let kept = word.chars().filter(|c| c.is_alphanumeric() || "._-@+".contains(*c));
        kept.flat_map(char::to_lowercase).take(LONGEST).collect()
    };
    words.into_iter().map(plain).find(|word| !word.is_empty()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn settings() -> OidcSettings {
        let map = |pairs: &[(&str, &str)]| pairs.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect();
        let keys = OidcKeys {
            issuer: "https://id.example".to_owned(),
            client_id: "postura".to_owned(),
            address: "https://postura.example/anything".to_owned(),
            groups: "groups".to_owned(),
            roles: map(&[("sec", "analyst"), ("ops", "admin")]),
            teams: map(&[("pay", "pagos"), ("web", "portal"), ("www", "portal")]),
            ..OidcKeys::default()
        };
        OidcSettings::settle(keys, None, None).unwrap()
    }

    fn told(claims: &Value) -> Result<Told, String> {
        settings().told(claims.as_object().unwrap())
    }

    #[test]
    fn groups_are_roles_and_teams() {
        let claims =
            json!({ "sub": "1", "preferred_username": "Ana Ruiz", "name": "Ana", "groups": ["sec", "ops", "www"] });
        let told_of_ana = told(&claims).unwrap();
        assert_eq!((told_of_ana.role, told_of_ana.login.as_str()), (Role::Admin, "anaruiz"));
        assert_eq!(told_of_ana.teams, [("pagos".to_owned(), false), ("portal".to_owned(), true)]);
        assert_eq!(told(&json!({ "sub": "7", "groups": "sec" })).unwrap().login, "7", "one group as a text");
        assert_eq!(told(&json!({ "sub": "1", "groups": ["others"] })), Err("1".to_owned()));
        let anyhow = OidcSettings { role: Some(Role::Member), ..settings() };
        assert_eq!(anyhow.told(json!({ "sub": "1" }).as_object().unwrap()).unwrap().role, Role::Member);
    }

    #[test]
    fn the_way_back_is_at_the_address_and_what_cannot_be_used_is_refused() {
        assert_eq!(settings().way_back(), "https://postura.example/sign-in/oidc/back");
        let with = |issuer: &str, role: &str| {
            let keys = OidcKeys {
                issuer: issuer.to_owned(),
                client_id: "p".to_owned(),
                address: "https://p.example".to_owned(),
                role: Some(role.to_owned()),
                ..OidcKeys::default()
            };
            OidcSettings::settle(keys, None, None)
        };
        assert!(with("https://id.example", "member").is_ok());
        assert!(with("http://id.example", "member").is_err() && with("https://id.example", "king").is_err());
    }
}
