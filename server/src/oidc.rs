//! What the settings file says of an identity provider.

use anyhow::Context;
use serde::Deserialize;
use service::oidc::{OidcKeys, OidcSettings};
use std::collections::BTreeMap;
use std::path::PathBuf;

/// The secret of the environment by which Postura proves itself to the provider.
const SECRET: &str = "POSTURA_OIDC_SECRET";

/// `[oidc]` in the settings file.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OidcFile {
    /// The provider's address, as it writes it itself.
    pub issuer: String,
    /// What Postura is called there.
    pub client_id: String,
    /// The file of the secret by which Postura proves itself; without, `POSTURA_OIDC_SECRET`, or PKCE alone.
    pub client_secret_file: Option<PathBuf>,
    /// Postura's address, as browsers reach it.
    pub address: String,
    /// What people call the provider.
    #[serde(default)]
    pub name: String,
    /// What is asked of it besides `openid`.
    #[serde(default = "profile")]
    pub scopes: Vec<String>,
    /// The claim that lists somebody's groups.
    #[serde(default = "groups")]
    pub groups: String,
    /// Roles by group.
    #[serde(default)]
    pub roles: BTreeMap<String, String>,
    /// The role of who is in none of those groups.
    pub role: Option<String>,
    /// Teams by group.
    #[serde(default)]
    pub teams: BTreeMap<String, String>,
    /// Addresses of the provider that are not public.
    #[serde(default)]
    pub confirmed: Vec<String>,
    /// Who vouches for the provider's certificate, in PEM; without, those that this machine trusts.
    pub authorities: Option<PathBuf>,
}

fn profile() -> Vec<String> {
    vec!["profile".to_owned()]
}

fn groups() -> String {
    "groups".to_owned()
}

impl OidcFile {
    /// What can be used of it.
    ///
    /// # Errors
    /// A file cannot be read, an address is none or not encrypted, or a role is unknown.
    pub fn settle(self) -> anyhow::Result<OidcSettings> {
        let read = |path: &PathBuf| {
            std::fs::read_to_string(path).with_context(|| format!("[oidc]: {} cannot be read", path.display()))
        };
        let secret = match &self.client_secret_file {
            Some(path) => Some(read(path)?.trim().to_owned()),
            None => std::env::var(SECRET).ok(),
        };
        let authorities = self.authorities.as_ref().map(read).transpose()?;
        let keys = OidcKeys {
            issuer: self.issuer,
            client_id: self.client_id,
            address: self.address,
            name: self.name,
            scopes: self.scopes,
            groups: self.groups,
            roles: self.roles,
            role: self.role,
            teams: self.teams,
            confirmed: self.confirmed,
        };
        OidcSettings::settle(keys, secret, authorities)
    }
}
