//! One request: who asks, in which language, from where. It implements every port.

use crate::Service;
use crate::errors::{OrWire, internal};
use crate::networks;
use model::error::{ErrorCode, WireError};
use model::policy::Action;
use model::text::Locale;
use model::view::TeamRef;
use model::{Micros, TeamId};
use sha2::{Digest, Sha256};
use std::net::IpAddr;
use std::sync::Arc;
use store::Store;
pub use store::idempotency::Known;
pub use store::tokens::Scope;
use store::viewer::{Reason, Scoped, Viewer};
use tokio::sync::OnceCell;

/// What a request says of itself. Nothing in it is believed for permission.
#[derive(Clone, Debug, Default)]
pub struct RequestFacts {
    /// The language that was chosen, or that the browser asks for.
    pub locale: Option<Locale>,
    /// `light`, `dark`, or empty.
    pub theme: String,
    /// The browser's name, bounded.
    pub user_agent: String,
    /// The address that the connection comes from.
    pub network: String,
}

/// A request with its viewer, if anybody is signed in.
#[derive(Clone)]
pub struct Session {
    pub(crate) service: Arc<Service>,
    pub(crate) facts: RequestFacts,
    /// The hash of the session's token, for ending it.
    pub(crate) token: Option<[u8; 32]>,
    /// The hash of the token that the cookie holds, whether or not it is of a session that somebody is signed in by.
    pub(crate) presented: Option<[u8; 32]>,
    /// When the viewer last proved who they are; none if they did so by no session.
    proved_at: Option<Micros>,
    /// Every connector's scanner answered when the request began; false where that was not asked.
    pub(crate) all_answer: bool,
    /// The API token that authorises the request.
    pub(crate) key: Option<Key>,
    viewer: Option<Viewer>,
    /// What a request that only reads asks once.
    page: Option<Arc<Page>>,
    /// Why the viewer is not known although a token was sent: an outage, to be told apart from "signed out".
    broken: Option<WireError>,
}

/// An API token that authorises a request.
#[derive(Clone, Copy, Debug)]
pub struct Key {
    /// Its id.
    pub id: i64,
    /// What it may be used for.
    pub scope: Scope,
}

/// A sensitive act asks for a proof of who one is that is not older than this.
const FRESH: i64 = 900 * 1_000_000;

/// What one page has asked already.
pub(crate) struct Page {
    store: Store,
    /// The teams that the viewer may know of.
    pub(crate) teams: OnceCell<Vec<TeamRef>>,
}

impl std::fmt::Debug for Session {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Session").field("signed_in", &self.viewer.is_some()).finish_non_exhaustive()
    }
}

/// The hash under which a token is kept.
pub(crate) fn token_hash(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}

/// A new token: 32 random bytes in hex.
pub(crate) fn new_token() -> String {
    let bytes: [u8; 32] = rand::random();
    hex(&bytes)
}

/// Bytes in hex.
pub(crate) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

impl Session {
    /// A request of nobody.
    pub(crate) fn nobody(service: &Arc<Service>, facts: RequestFacts) -> Self {
        Self {
            service: Arc::clone(service),
            facts,
            token: None,
            presented: None,
            proved_at: None,
            all_answer: false,
            key: None,
            viewer: None,
            page: None,
            broken: None,
        }
    }

    /// The request of whoever the session cookie's token belongs to.
    pub async fn of_cookie(service: &Arc<Service>, token: Option<&str>, facts: RequestFacts) -> Self {
        let mut session = Self::nobody(service, facts);
        if let Some(token) = token {
            let hash = token_hash(token);
            session.presented = Some(hash);
            match service.store.unscoped(Reason::SignIn).session_viewer(hash, service.now()).await {
                Ok(Some(live)) => {
                    session.viewer = Some(live.viewer);
                    session.proved_at = Some(live.proved_at);
                    session.all_answer = !live.failing;
                    session.token = Some(hash);
                }
                Ok(None) => {}
                Err(error) => session.broken = Some(internal(&error)),
            }
        }
        session
    }

    /// The request of an API token's owner.
    ///
    /// # Errors
    /// The token is unknown, expired, revoked, or not of this network; whoever tries too many is told to wait.
    pub async fn of_token(service: &Arc<Service>, token: &str, facts: RequestFacts) -> Result<Self, WireError> {
        let unscoped = service.store.unscoped(Reason::SignIn);
        let found = unscoped.token_viewer(token_hash(token), service.now()).await.wire()?;
        let here = facts.network.parse::<IpAddr>().ok();
        let from_here = |allowed: &str| match networks::list(allowed) {
            Some(networks) if networks.is_empty() => true,
            Some(networks) => here.is_some_and(|here| networks.iter().any(|network| network.contains(here))),
            None => false,
        };
        match found.filter(|found| from_here(&found.networks)) {
            Some(found) => {
                let key = Some(Key { id: found.id, scope: found.scope });
                Ok(Self { viewer: Some(found.viewer), key, ..Self::nobody(service, facts) })
            }
            None => {
                let subject = format!("token:{}", networks::neighbourhood(&facts.network));
                if unscoped.throttle_check(&[&subject], service.now()).await.wire()?.is_some() {
                    return Err(WireError::new(ErrorCode::Throttled));
                }
                unscoped.throttle_failure(&[&subject], service.now()).await.wire()?;
                Err(WireError::new(ErrorCode::Unauthenticated))
            }
        }
    }

    /// The local operator at the command line; audited.
    ///
    /// # Errors
    /// The database failed.
    pub async fn operator(service: &Arc<Service>, command: &str) -> Result<Self, WireError> {
        let viewer = service.store.unscoped(Reason::LocalOperator).operator(command, service.now()).await.wire()?;
        let facts = RequestFacts { locale: Some(Locale::En), ..RequestFacts::default() };
        Ok(Self { viewer: Some(viewer), ..Self::nobody(service, facts) })
    }

    /// The same for a request that only reads: what several parts of its page ask is asked once.
    #[must_use]
    pub fn for_one_page(mut self) -> Self {
        self.page = Some(Arc::new(Page { store: self.service.store.for_one_page(), teams: OnceCell::new() }));
        self
    }

    /// What the page has asked, if the request is for one.
    pub(crate) fn page(&self) -> Option<&Page> {
        self.page.as_deref()
    }

    /// The viewer.
    pub(crate) fn viewer(&self) -> Result<&Viewer, WireError> {
        match (&self.viewer, &self.broken) {
            (Some(viewer), _) => Ok(viewer),
            (None, Some(error)) => Err(error.clone()),
            (None, None) => Err(WireError::new(ErrorCode::Unauthenticated)),
        }
    }

    /// The viewer, if anybody is signed in.
    pub(crate) fn viewer_if_any(&self) -> Option<&Viewer> {
        self.viewer.as_ref()
    }

    /// The store as this viewer sees it, once they may do something there.
    pub(crate) fn scoped(&self, action: Action) -> Result<Scoped<'_>, WireError> {
        let viewer = self.viewer()?;
        if viewer.may(action) {
            Ok(self.page.as_ref().map_or(&self.service.store, |page| &page.store).scoped(viewer))
        } else {
            Err(WireError::new(ErrorCode::Forbidden))
        }
    }

    /// Refuses unless the viewer may do this to what belongs to that team.
    pub(crate) fn require(&self, action: Action, team: Option<TeamId>) -> Result<(), WireError> {
        self.viewer()?.require(action, team).map_err(|_| WireError::new(ErrorCode::Forbidden))
    }

    /// Refuses a sensitive act unless the viewer has lately proved who they are. The local operator has, by being there.
    pub(crate) fn require_fresh(&self) -> Result<(), WireError> {
        let operator = self.viewer()?.user().is_none();
        let fresh = self.proved_at.is_some_and(|at| self.now().0 - at.0 < FRESH);
        if operator || fresh { Ok(()) } else { Err(WireError::new(ErrorCode::Confirm)) }
    }

    /// Refuses what the API token that authorises the request is not for.
    ///
    /// # Errors
    /// The token is for something else.
    pub fn require_scope(&self, scopes: &[Scope]) -> Result<(), WireError> {
        match self.key {
            Some(key) if key.scope != Scope::All && !scopes.contains(&key.scope) => {
                Err(WireError { detail: "scope".to_owned(), ..WireError::new(ErrorCode::Forbidden) })
            }
            _ => Ok(()),
        }
    }

    /// Takes a request's own key, by what it asks for.
    ///
    /// # Errors
    /// The key was used for another request, the first one is still under way, or the database failed.
    pub async fn idempotency_begin(&self, name: &str, asked: &str) -> Result<Known, WireError> {
        let Some(key) = self.key else { return Ok(Known::New) };
        let unscoped = self.service.store.unscoped(Reason::SignIn);
        unscoped.idempotency_begin(key.id, name, token_hash(asked), self.now()).await.wire()
    }

    /// Keeps the job that came of a request with a key, or frees the key.
    ///
    /// # Errors
    /// The database failed.
    pub async fn idempotency_end(&self, name: &str, job: Option<i64>) -> Result<(), WireError> {
        let Some(key) = self.key else { return Ok(()) };
        self.service.store.unscoped(Reason::SignIn).idempotency_end(key.id, name, job).await.wire()
    }

    /// Now.
    pub(crate) fn now(&self) -> Micros {
        self.service.now()
    }

    /// The language of the answer.
    pub(crate) fn locale(&self) -> Locale {
        let own = self.viewer.as_ref().and_then(Viewer::locale).and_then(|word| word.parse().ok());
        self.facts.locale.or(own).unwrap_or_else(|| self.service.organisation().locale)
    }
}
