//! A question to a server.

use crate::Fault;
use bytes::Bytes;
use hyper::Method;
use hyper::header::{AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use model::scanner::FaultCode;
use serde::Serialize;
use std::time::Duration;
use url::form_urlencoded;

/// Answers that are held in memory are at most so long by default.
const MAX_ANSWER: usize = 16 << 20;

/// One request. Its path is below the client's address.
#[derive(Clone, Debug)]
pub struct Ask {
    pub(super) method: Method,
    pub(super) path: String,
    pub(super) query: String,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
    pub(super) max_answer: usize,
    pub(super) answer_in: Option<Duration>,
    pub(super) hops: u8,
}

impl Ask {
    /// A question of that method for a path below the client's address, percent-encoded where that is needed.
    #[must_use]
    pub fn new(method: Method, path: impl Into<String>) -> Self {
        Self {
            method,
            path: path.into(),
            query: String::new(),
            headers: HeaderMap::new(),
            body: Bytes::new(),
            max_answer: MAX_ANSWER,
            answer_in: None,
            hops: 0,
        }
    }

    /// A question that changes nothing.
    #[must_use]
    pub fn get(path: impl Into<String>) -> Self {
        Self::new(Method::GET, path)
    }

    /// A request to do something.
    #[must_use]
    pub fn post(path: impl Into<String>) -> Self {
        Self::new(Method::POST, path)
    }

    /// With a parameter in the query.
    #[must_use]
    pub fn query(mut self, name: &str, value: &str) -> Self {
        let mut all = form_urlencoded::Serializer::new(std::mem::take(&mut self.query));
        self.query = all.append_pair(name, value).finish();
        self
    }

    /// With a header whose value is a secret or not; neither is ever logged.
    ///
    /// # Errors
    /// [`FaultCode::Settings`] for a value that no header can have.
    pub fn header(mut self, name: HeaderName, value: &str) -> Result<Self, Fault> {
        let mut value = HeaderValue::from_str(value).map_err(|_| Fault::new(FaultCode::Settings, "secret"))?;
        value.set_sensitive(true);
        self.headers.insert(name, value);
        Ok(self)
    }

    /// With what the asker proves itself by.
    ///
    /// # Errors
    /// [`FaultCode::Settings`] for a value that no header can have.
    pub fn authorized(self, value: &str) -> Result<Self, Fault> {
        self.header(AUTHORIZATION, value)
    }

    /// With a form as its body.
    #[must_use]
    pub fn form(mut self, pairs: &[(&str, &str)]) -> Self {
        let text = form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
        self.headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/x-www-form-urlencoded"));
        self.body = text.into();
        self
    }

    /// With JSON as its body.
    ///
    /// # Errors
    /// [`FaultCode::Protocol`] for what is no JSON.
    pub fn json(mut self, value: &impl Serialize) -> Result<Self, Fault> {
        let text = serde_json::to_vec(value).map_err(|error| Fault::protocol(error.to_string()))?;
        self.headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        self.body = text.into();
        Ok(self)
    }

    /// With another bound on an answer that is held in memory, in bytes.
    #[must_use]
    pub fn at_most(mut self, bytes: usize) -> Self {
        self.max_answer = bytes;
        self
    }

    /// Lets the server lead on, so many times, to another of its own addresses: for what carries no secret and changes nothing.
    #[must_use]
    pub fn following(mut self, hops: u8) -> Self {
        self.hops = hops;
        self
    }

    /// With another time in which the answer must begin: some servers do the work first.
    #[must_use]
    pub fn within(mut self, time: Duration) -> Self {
        self.answer_in = Some(time);
        self
    }
}

/// A text as one segment of a path.
#[must_use]
pub(crate) fn segment(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    encoded
}
