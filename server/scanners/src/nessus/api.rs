//! Calls of the API, by keys or in a session.

use crate::http::{Answer, Ask};
use crate::nessus::Nessus;
use crate::{Fault, Secret};
use hyper::header::HeaderName;
use model::scanner::FaultCode;
use serde::Deserialize;
use serde_json::json;

const KEYS: HeaderName = HeaderName::from_static("x-apikeys");
const SESSION: HeaderName = HeaderName::from_static("x-cookie");

impl Nessus {
    /// Asks, as who we are; the answer if its status is good. A session that has ended is begun again, once.
    pub(super) async fn asked(&self, ask: Ask) -> Result<Answer, Fault> {
        match self.client.ask(self.signed(ask.clone()).await?).await?.ok() {
            Err(fault) if self.has_ended(&fault).await => self.client.ask(self.signed(ask).await?).await?.ok(),
            other => other,
        }
    }

    /// A question with what says who we are.
    pub(super) async fn signed(&self, ask: Ask) -> Result<Ask, Fault> {
        match &self.secret {
            Secret::Keys(access, secret) => {
                ask.header(KEYS, &format!("accessKey={}; secretKey={}", access.as_str(), secret.as_str()))
            }
            Secret::Login(name, password) => {
                let mut session = self.session.lock().await;
                let token = match &*session {
                    Some(token) => token.clone(),
                    None => session.insert(self.log_in(name, password).await?).clone(),
                };
                ask.header(SESSION, &format!("token={token}"))
            }
            Secret::None | Secret::Key(_) => Err(Fault::new(FaultCode::Settings, "secret")),
        }
    }

    async fn log_in(&self, name: &str, password: &str) -> Result<String, Fault> {
        #[derive(Deserialize)]
        struct Session {
            token: String,
        }
        let ask = Ask::post("session").json(&json!({"username": name, "password": password}))?;
        Ok(self.client.ask(ask).await?.ok()?.json::<Session>()?.token)
    }

    /// Whether a session of ours has ended: then another try begins a new one.
    pub(super) async fn has_ended(&self, fault: &Fault) -> bool {
        let in_session = matches!(self.secret, Secret::Login(..)) && fault.code == FaultCode::Auth;
        in_session && self.session.lock().await.take().is_some()
    }
}
