//! People, tokens and the organisation.

use super::{PersonRef, Stamp};
use crate::policy::Role;
use crate::text::Locale;
use serde::{Deserialize, Serialize};

/// The page of settings.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SettingsPage {
    /// The organisation's name.
    pub organisation: String,
    /// Its zone.
    pub zone: String,
    /// Its language.
    pub locale: Locale,
    /// People, if the viewer may see them.
    pub people: Vec<UserRow>,
    /// The viewer's own API tokens.
    pub tokens: Vec<TokenRow>,
    /// The viewer's own sessions.
    pub sessions: Vec<SessionRow>,
}

/// A person in the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserRow {
    /// Who.
    pub person: PersonRef,
    /// As what.
    pub role: Role,
    /// Teams' names.
    pub teams: Vec<String>,
    /// Whether they may sign in.
    pub enabled: bool,
}

/// An API token; the secret itself is shown once, when it is made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenRow {
    /// Its id.
    pub id: i64,
    /// Its name.
    pub name: String,
    /// The first characters.
    pub prefix: String,
    /// Made when.
    pub created: Stamp,
    /// Ends when.
    pub expires: Stamp,
    /// Last used.
    pub used: Option<Stamp>,
    /// Revoked or expired.
    pub ended: bool,
}

/// A session.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionRow {
    /// The browser as it named itself, bounded.
    pub agent: String,
    /// Where from.
    pub network: String,
    /// Last seen.
    pub seen: Stamp,
    /// Whether it is this one.
    pub current: bool,
}

/// A person to be made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewUser {
    /// Login.
    pub login: String,
    /// Name.
    pub name: String,
    /// Role.
    pub role: Role,
    /// First password.
    pub password: String,
}
