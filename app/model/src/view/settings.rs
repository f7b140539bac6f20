//! People, tokens and the organisation.

use super::Stamp;
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
    /// The viewer's own API tokens.
    pub tokens: Vec<TokenRow>,
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
    /// What it may be used for: `all`, `read` or `import`.
    pub scope: String,
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
