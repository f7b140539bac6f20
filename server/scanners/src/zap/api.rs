//! Calls of ZAP's API, and what its errors mean.

use crate::Fault;
use crate::http::{Answer, Ask};
use crate::zap::Zap;
use hyper::header::HeaderName;
use model::scanner::FaultCode;
use serde::Deserialize;
use serde_json::Value;
use std::time::Duration;

/// Some actions do their work before they answer.
const ACTION: Duration = Duration::from_secs(180);

const KEY: HeaderName = HeaderName::from_static("x-zap-api-key");

/// A scan, as the views of the spider and of the active scanner list it.
#[derive(Debug, Deserialize)]
pub struct Scan {
    pub id: String,
    pub state: String,
    #[serde(default)]
    pub progress: String,
    #[serde(default, rename = "reqCount")]
    pub requests: String,
    #[serde(default, rename = "alertCount")]
    pub alerts: String,
}

impl Scan {
    pub fn percent(&self) -> u8 {
        self.progress.parse().unwrap_or(0).min(100)
    }

    pub fn is_over(&self) -> bool {
        self.state == "FINISHED"
    }
}

impl Zap {
    /// Asks for a view: nothing changes.
    pub async fn view(&self, component: &str, name: &str, parameters: &[(&str, &str)]) -> Result<Value, Fault> {
        let mut ask = Ask::get(format!("JSON/{component}/view/{name}/"));
        for (name, value) in parameters {
            ask = ask.query(name, value);
        }
        self.called(ask).await?.json()
    }

    /// Has something done. The parameters go in the body: a password in an address would be logged.
    pub async fn action(&self, component: &str, name: &str, parameters: &[(&str, &str)]) -> Result<Value, Fault> {
        let ask = Ask::post(format!("JSON/{component}/action/{name}/")).form(parameters).within(ACTION);
        self.called(ask).await?.json()
    }

    /// An action that has been done already is done: the fault with that code of ZAP's is none.
    pub async fn action_unless(
        &self,
        code: &str,
        component: &str,
        name: &str,
        parameters: &[(&str, &str)],
    ) -> Result<(), Fault> {
        match self.action(component, name, parameters).await {
            Err(fault) if fault.detail.starts_with(code) => Ok(()),
            other => other.map(|_| ()),
        }
    }

    pub async fn called(&self, ask: Ask) -> Result<Answer, Fault> {
        let answer = self.client.ask(self.with_key(ask)?).await.map_err(silence)?;
        if answer.is_ok() { Ok(answer) } else { Err(fault_of(&answer)) }
    }

    pub fn with_key(&self, ask: Ask) -> Result<Ask, Fault> {
        match &self.key {
            Some(key) => ask.header(KEY, key),
            None => Ok(ask),
        }
    }

    /// The scans of the spider or the active scanner.
    pub async fn scans_of(&self, component: &str) -> Result<Vec<Scan>, Fault> {
        read(self.view(component, "scans", &[]).await?, "scans")
    }
}

/// A ZAP that refuses a key, or the address that asks, closes the connection and says nothing.
pub fn silence(fault: Fault) -> Fault {
    if fault.code == FaultCode::ClosedSilently { Fault::new(FaultCode::KeyOrAddressRefused, "") } else { fault }
}

/// The fault that an error of ZAP's is. Its code is the detail's first word.
pub fn fault_of(answer: &Answer) -> Fault {
    #[derive(Deserialize)]
    struct Error {
        code: String,
        #[serde(default)]
        message: String,
    }
    let Ok(Error { code, message }) = answer.json::<Error>() else {
        // Not the API answered but the proxy that it shares a port with: the address is not one that ZAP listens on.
        return if answer.status == 502 { Fault::new(FaultCode::Settings, "address") } else { answer.fault() };
    };
    let kind = match code.as_str() {
        "bad_api_key" => FaultCode::Auth,
        "does_not_exist" | "context_not_found" | "user_not_found" => FaultCode::Gone,
        "no_implementor" => FaultCode::AddOnMissing,
        "scan_in_progress" | "bad_state" => FaultCode::Busy,
        "no_access" | "mode_violation" | "disabled" => FaultCode::Forbidden,
        "bad_view" | "bad_action" | "bad_other" => FaultCode::Unsupported,
        _ => FaultCode::Refused,
    };
    Fault::new(kind, format!("{code} {message}"))
}

/// A member of an answer, read as a type.
pub fn read<T: serde::de::DeserializeOwned>(mut answer: Value, name: &str) -> Result<T, Fault> {
    let value = answer.get_mut(name).map(Value::take).unwrap_or_default();
    serde_json::from_value(value).map_err(|_| Fault::protocol(name))
}
