//! An identity provider over HTTP: what it says of itself, its keys, and the exchange of a code for a token. All of it goes through
//! the one door to the outside, with its guard.

use super::OidcSettings;
use super::token::Keys;
use crate::outbound::is_safe;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use scanners::http::{Answer, Ask, Patience};
use serde::Deserialize;
use std::time::Duration;
use url::{Url, form_urlencoded};

/// The longest answer that is read, in bytes.
const LONGEST: usize = 1 << 20;
/// How long a provider may take for a connection, and for an answer.
const WAIT: Duration = Duration::from_secs(15);
/// Where a provider says what there is of it, below its issuer (`OpenID` Connect Discovery 1.0, §4).
const WELL_KNOWN: &str = ".well-known/openid-configuration";

/// What a provider says of itself.
#[derive(Deserialize)]
pub(super) struct Provider {
    issuer: String,
    authorization_endpoint: Url,
    token_endpoint: Url,
    jwks_uri: Url,
    #[serde(default)]
    token_endpoint_auth_methods_supported: Vec<String>,
}

#[derive(Deserialize)]
struct Granted {
    id_token: String,
}

async fn asked(settings: &OidcSettings, url: &Url, ask: Ask) -> anyhow::Result<Answer> {
    let patience = Patience { connect: WAIT, answer: WAIT, idle: WAIT, body: WAIT };
    let answer = settings.way.ask(url, ask.at_most(LONGEST), patience).await;
    let answer = answer.map_err(|fault| anyhow::anyhow!("{}: {fault}", url.path()))?;
    anyhow::ensure!(answer.is_ok(), "{}: status {}", url.path(), answer.status);
    Ok(answer)
}

impl Provider {
    /// Asks a provider what there is of it.
    pub async fn of(settings: &OidcSettings) -> anyhow::Result<Self> {
        let url = Url::parse(&format!("{}/{WELL_KNOWN}", settings.issuer.trim_end_matches('/')))?;
        let answer = asked(settings, &url, Ask::get(url.path())).await?;
        let provider: Self = serde_json::from_slice(&answer.body)?;
        anyhow::ensure!(provider.issuer == settings.issuer, "it calls itself {}", provider.issuer);
        let all = [&provider.authorization_endpoint, &provider.token_endpoint, &provider.jwks_uri];
        anyhow::ensure!(all.into_iter().all(is_safe), "one of its addresses is not https");
        Ok(provider)
    }

    /// Where a browser is led to sign in. `most` is how many seconds ago the person may have proved to the provider who they are; the
    /// provider says when that was because it is asked (Core, §3.1.2.1).
    pub fn door(&self, settings: &OidcSettings, state: &str, nonce: &str, challenge: &str, most: i64) -> String {
        let mut url = self.authorization_endpoint.clone();
        url.query_pairs_mut()
            .append_pair("response_type", "code")
            .append_pair("client_id", &settings.client_id)
            .append_pair("redirect_uri", &settings.way_back())
            .append_pair("scope", &settings.scope())
            .append_pair("state", state)
            .append_pair("nonce", nonce)
            .append_pair("code_challenge", challenge)
            .append_pair("code_challenge_method", "S256")
            .append_pair("max_age", &most.to_string());
        url.into()
    }

    /// The keys that it signs with now.
    pub async fn keys(&self, settings: &OidcSettings) -> anyhow::Result<Keys> {
        let answer = asked(settings, &self.jwks_uri, Ask::get(self.jwks_uri.path())).await?;
        Keys::read(&answer.body).ok_or_else(|| anyhow::anyhow!("what it publishes are no keys"))
    }

    /// Exchanges a code for the token that says who signed in (RFC 6749, §4.1.3; RFC 7636, §4.5).
    pub async fn exchange(&self, settings: &OidcSettings, code: &str, verifier: &str) -> anyhow::Result<String> {
        let back = settings.way_back();
        let mut form = vec![
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", &back),
            ("client_id", &settings.client_id),
            ("code_verifier", verifier),
        ];
        let methods = &self.token_endpoint_auth_methods_supported;
        // Without a word about it a client says its secret in a header (Discovery, §3).
        let in_header = methods.is_empty() || methods.iter().any(|method| method == "client_secret_basic");
        let secret = settings.secret();
        if let Some(secret) = secret.filter(|_| !in_header) {
            form.push(("client_secret", secret));
        }
        let mut ask = Ask::post(self.token_endpoint.path()).form(&form);
        if let Some(secret) = secret.filter(|_| in_header) {
            let encoded = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
            let both = format!("{}:{}", encoded(&settings.client_id), encoded(secret));
            let value = format!("Basic {}", STANDARD.encode(both));
            ask = ask.authorized(&value).map_err(|fault| anyhow::anyhow!("{fault}"))?;
        }
        let answer = asked(settings, &self.token_endpoint, ask).await?;
        let granted: Granted = serde_json::from_slice(&answer.body)?;
        Ok(granted.id_token)
    }
}
