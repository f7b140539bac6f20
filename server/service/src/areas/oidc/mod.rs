//! Signing in at the organisation's identity provider: the code flow of `OpenID` Connect, with PKCE, and a state and a nonce that
//! are bound to the browser.
//!
//! A person is who the provider's *subject* is, never who an address or a name says. What they may here follows their groups at
//! every sign-in. Signing in with a password stays, for the day on which the provider does not answer.

mod provider;
mod settings;
mod token;

pub use settings::{OidcKeys, OidcSettings};

use crate::check::Check;
use crate::errors::{OrWire, internal};
use crate::request::{Session, hex, new_token, token_hash};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use model::Micros;
use model::audit::AuditAct;
use model::error::{ErrorCode, WireError};
use model::view::account::SignedIn;
use ports::Answer;
use provider::Provider;
use sha2::{Digest, Sha256};
use store::audit::AuditNew;
use store::oidc::Entered;
use store::sessions::ABSOLUTE;
use store::{Error, Reason};
use token::{Expected, verified};

/// The longest way back that is kept, in bytes; a longer one is the first page.
const LONGEST_WAY: usize = 2_000;
/// The longest text that a provider sends by way of the browser, in bytes.
const LONGEST_WORD: usize = 4_096;

/// Whether a provider answers as the settings expect.
pub(crate) async fn check(settings: &OidcSettings) -> Check {
    let asked = async {
        let provider = Provider::of(settings).await?;
        provider.keys(settings).await.map(drop)
    };
    let answer: anyhow::Result<()> = Box::pin(asked).await;
    Check {
        good: answer.is_ok(),
        grave: false,
        what: format!("the identity provider {} answers", settings.issuer),
        advice: answer.err().map(|error| format!("{error:#}: see [oidc] in the settings")).unwrap_or_default(),
    }
}

/// A sign-in that begins.
#[derive(Debug)]
pub struct Begun {
    /// Where the provider takes it on.
    pub to: String,
    /// What the browser keeps of it until it is back, in a cookie.
    pub browser: String,
}

/// What a browser comes back with.
#[derive(Debug, Default)]
pub struct Back {
    /// What it kept.
    pub browser: String,
    /// The state that it was sent with.
    pub state: String,
    /// The code for a token; empty if the provider refused.
    pub code: String,
    /// Who the provider says that it is (RFC 9207); empty if it says nothing.
    pub issuer: String,
}

/// A sign-in that has ended well.
#[derive(Debug)]
pub struct CameBack {
    /// The session, or one that waits for a second factor.
    pub signed_in: SignedIn,
    /// Where the person wanted to go.
    pub next: String,
}

/// Why somebody whom the provider vouches for is not let in, or the provider is not believed. `word` is for the page, `why` for the
/// audit log.
struct Refused {
    word: &'static str,
    why: String,
}

impl Refused {
    fn provider(error: &anyhow::Error) -> Self {
        Self { word: "provider", why: format!("{error:#}") }
    }
}

impl Session {
    /// Begins a sign-in at the identity provider; with `again`, one for which the person proves anew who they are, though the
    /// provider may know.
    ///
    /// # Errors
    /// There is none, it does not answer, the network has to wait, or the database failed.
    pub async fn oidc_begin(&self, next: &str, again: bool) -> Answer<Begun> {
        let settings = self.service.oidc.as_ref().ok_or_else(|| WireError::new(ErrorCode::NotFound))?;
        self.network_throttled().await?;
        let provider = match Box::pin(Provider::of(settings)).await {
            Ok(provider) => provider,
            Err(error) => return Err(self.oidc_refused(&Refused::provider(&error)).await?),
        };
        let (browser, state) = (new_token(), new_token());
        let next = if next.len() > LONGEST_WAY { "/" } else { next };
        let unscoped = self.service.store.unscoped(Reason::SignIn);
        unscoped.oidc_begin(token_hash(&state), token_hash(&browser), next, self.now()).await.wire()?;
        let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(secret_of(&browser, "verifier").as_bytes()));
        let most = if again { 0 } else { ABSOLUTE / 1_000_000 };
        let to = provider.door(settings, &state, &secret_of(&browser, "nonce"), &challenge, most);
        Ok(Begun { to, browser })
    }

    /// Ends a sign-in at the identity provider.
    ///
    /// # Errors
    /// This browser began no such sign-in lately, the provider is not believed, the person may not sign in, the network has to
    /// wait, or the database failed.
    pub async fn oidc_finish(&self, back: Back) -> Answer<CameBack> {
        let settings = self.service.oidc.as_ref().ok_or_else(|| WireError::new(ErrorCode::NotFound))?;
        self.network_throttled().await?;
        let words = [&back.browser, &back.state, &back.code, &back.issuer];
        if words.into_iter().any(|word| word.len() > LONGEST_WORD) {
            return Err(WireError::new(ErrorCode::Invalid));
        }
        let unscoped = self.service.store.unscoped(Reason::SignIn);
        let taken = unscoped.oidc_take(token_hash(&back.state), token_hash(&back.browser), self.now()).await.wire()?;
        let Some(next) = taken else {
            let why = "no such sign-in was begun by this browser lately".to_owned();
            return Err(self.oidc_refused(&Refused { word: "late", why }).await?);
        };
        match self.oidc_enter(settings, &back).await? {
            Ok((entered, proved_at)) => {
                let factor = unscoped.second_factor(entered.user).await.wire()?;
                let pending = factor.is_some_and(|factor| factor.confirmed_at.is_some());
                let token = if pending {
                    self.begin(entered.user, true).await?
                } else {
                    let token = self.signed_in(entered.user, &entered.login, "identity provider").await?;
                    // A sensitive act asks for a proof, and being signed in at the provider since the morning is none.
                    unscoped.session_proved(token_hash(&token), proved_at).await.wire()?;
                    token
                };
                Ok(CameBack { signed_in: SignedIn { token, pending }, next })
            }
            Err(refused) => Err(self.oidc_refused(&refused).await?),
        }
    }

    /// Says that a subject of the provider is a person who is here already: how an account from before is taken over.
    ///
    /// # Errors
    /// There is no provider, the viewer may not, or nobody has the login.
    pub async fn oidc_link(&self, login: &str, subject: &str) -> Answer<()> {
        let settings = self.service.oidc.as_ref().ok_or_else(|| WireError::new(ErrorCode::NotFound))?;
        let scoped = self.scoped(model::policy::Action::ManageUsers)?;
        scoped.oidc_link(&settings.issuer, subject, login, self.now()).await.wire()?;
        self.audit(AuditAct::LinkUser, &format!("user:{login}"), subject).await
    }

    /// Exchanges the code, believes the token or not, and gives the person their role and teams; also when they proved to the provider
    /// who they are, as far as it says.
    async fn oidc_enter(&self, settings: &OidcSettings, back: &Back) -> Answer<Result<(Entered, Micros), Refused>> {
        let claims = async {
            anyhow::ensure!(!back.code.is_empty(), "the provider gave no code");
            anyhow::ensure!(
                back.issuer.is_empty() || back.issuer == settings.issuer,
                "the answer is of another issuer"
            );
            let provider = Provider::of(settings).await?;
            let token = provider.exchange(settings, &back.code, &secret_of(&back.browser, "verifier")).await?;
            let keys = provider.keys(settings).await?;
            let nonce = secret_of(&back.browser, "nonce");
            let now = self.now().0 / 1_000_000;
            let expected = Expected { issuer: &settings.issuer, client: &settings.client_id, nonce: &nonce, now };
            Ok(verified(&token, &keys, &expected)?)
        };
        let claims = match Box::pin(claims).await {
            Ok(claims) => claims,
            Err(error) => return Ok(Err(Refused::provider(&error))),
        };
        let proved_at = claims.get("auth_time").and_then(serde_json::Value::as_i64).unwrap_or_default();
        let proved_at = Micros(proved_at.saturating_mul(1_000_000).clamp(0, self.now().0));
        let told = match settings.told(&claims) {
            Ok(told) => told,
            Err(subject) => return Ok(Err(Refused { word: "no_access", why: format!("no role for {subject}") })),
        };
        match self.service.store.unscoped(Reason::SignIn).oidc_enter(&told, self.now()).await {
            Ok(entered) => {
                self.oidc_noted(&entered, told.role.word()).await?;
                Ok(Ok((entered, proved_at)))
            }
            Err(Error::Conflict(code)) => {
                Ok(Err(Refused { word: "no_access", why: format!("{code}: {} ({})", told.login, told.subject) }))
            }
            // A login that nobody can have here.
            Err(Error::Invalid { code, .. }) => {
                Ok(Err(Refused { word: "no_access", why: format!("{code}: {}", told.subject) }))
            }
            Err(error) => Err(internal(&error)),
        }
    }

    /// Writes down what a sign-in changed about a person.
    async fn oidc_noted(&self, entered: &Entered, role: &str) -> Answer<()> {
        let subject = format!("user:{}", entered.login);
        let network = self.facts.network.as_str();
        let of = |act: AuditAct| AuditNew {
            action: act.word(),
            network,
            detail: "identity provider",
            ..AuditNew::default()
        };
        let mut entries = Vec::new();
        if entered.is_new {
            entries.push(AuditNew { subject: &subject, became: role, ..of(AuditAct::AddUser) });
        }
        if let Some(before) = entered.role_before {
            entries.push(AuditNew { subject: &subject, was: before.word(), became: role, ..of(AuditAct::ChangeRole) });
        }
        let teams: Vec<(String, bool)> =
            entered.teams.iter().map(|(slug, member)| (format!("team:{slug}"), *member)).collect();
        for (team, member) in &teams {
            let act = if *member { AuditAct::AddMember } else { AuditAct::RemoveMember };
            entries.push(AuditNew { subject: team, became: &entered.login, ..of(act) });
        }
        let unscoped = self.service.store.unscoped(Reason::SignIn);
        for entry in entries {
            unscoped.audit(&entered.login, &entry, self.now()).await.wire()?;
        }
        Ok(())
    }

    /// Writes a refusal down and gives what is told of it. It counts for the network unless it is the provider that fails: then people
    /// must still come in by password.
    async fn oidc_refused(&self, refused: &Refused) -> Answer<WireError> {
        self.network_failed(&refused.why, refused.word != "provider").await?;
        let detail = refused.word.to_owned();
        Ok(WireError { field: "oidc".to_owned(), detail, ..WireError::new(ErrorCode::Unauthenticated) })
    }
}

/// A secret for one purpose out of what the browser keeps, so that nothing of a sign-in need be kept here but hashes.
fn secret_of(browser: &str, purpose: &str) -> String {
    match Hmac::<Sha256>::new_from_slice(browser.as_bytes()) {
        Ok(mut mac) => {
            mac.update(purpose.as_bytes());
            hex(&mac.finalize().into_bytes())
        }
        // HMAC takes keys of any length.
        Err(_) => String::new(),
    }
}
