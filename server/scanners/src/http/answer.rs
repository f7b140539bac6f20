//! What a server answered.

use crate::Fault;
use bytes::Bytes;
use chrono::{DateTime, Utc};
use hyper::header::{DATE, HeaderMap, HeaderName, RETRY_AFTER};
use model::scanner::FaultCode;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::time::Duration;

/// An answer, whatever its status.
#[derive(Debug)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body; empty if it was written elsewhere.
    pub body: Bytes,
}

impl Answer {
    /// A header's value, if it is there and a text.
    #[must_use]
    pub fn header(&self, name: HeaderName) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// The time on the server's clock.
    #[must_use]
    pub fn date(&self) -> Option<DateTime<Utc>> {
        self.header(DATE).and_then(date)
    }

    /// True for a status of 200 to 299.
    #[must_use]
    pub fn is_ok(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// The answer itself if its status says that all is well, else the fault that its status means.
    ///
    /// # Errors
    /// By the status: see [`Answer::fault`].
    pub fn ok(self) -> Result<Self, Fault> {
        if self.is_ok() { Ok(self) } else { Err(self.fault()) }
    }

    /// The fault that a status means, with the server's words: 401 is [`FaultCode::Auth`], 403 [`FaultCode::Forbidden`], 404
    /// [`FaultCode::Gone`], 409 [`FaultCode::Busy`], 412 [`FaultCode::NotLicensed`], 413 [`FaultCode::TooBig`], 429
    /// [`FaultCode::RateLimited`], 5xx [`FaultCode::Unavailable`], and anything else [`FaultCode::Refused`].
    #[must_use]
    pub fn fault(&self) -> Fault {
        let words = self.words();
        match self.status {
            401 => Fault::new(FaultCode::Auth, words),
            403 => Fault::new(FaultCode::Forbidden, words),
            404 => Fault::new(FaultCode::Gone, words),
            409 => Fault::new(FaultCode::Busy, words),
            412 => Fault::new(FaultCode::NotLicensed, words),
            413 => Fault::new(FaultCode::TooBig, words),
            429 => Fault::new(FaultCode::RateLimited, words).with_wait(self.wait()),
            503 => Fault::new(FaultCode::Unavailable, words).with_wait(self.wait()),
            // What stands behind a gateway, or broke in the middle, may have done it.
            500.. => Fault::uncertain(FaultCode::Unavailable, words).with_wait(self.wait()),
            status => Fault::new(FaultCode::Refused, format!("{status} {words}")),
        }
    }

    /// Reads the body as JSON.
    ///
    /// # Errors
    /// [`FaultCode::Protocol`].
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, Fault> {
        serde_json::from_slice(&self.body).map_err(|error| Fault::protocol(format!("JSON: {error}")))
    }

    /// What the server says went wrong: the text of `error`, `message` or `code` of a JSON object, or a plain text.
    #[must_use]
    pub fn words(&self) -> String {
        let Ok(value) = serde_json::from_slice::<Value>(&self.body) else {
            let text = String::from_utf8_lossy(&self.body[..self.body.len().min(400)]);
            return if text.trim_start().starts_with('<') { String::new() } else { text.trim().to_owned() };
        };
        let named = ["error", "message", "failure_reason", "code"].iter().find_map(|name| value[*name].as_str());
        named.unwrap_or_default().to_owned()
    }

    /// How long the server asks us to wait: seconds, or a time by its own clock.
    fn wait(&self) -> Option<Duration> {
        let text = self.header(RETRY_AFTER)?.trim();
        if let Ok(seconds) = text.parse() {
            return Some(Duration::from_secs(seconds));
        }
        (date(text)? - self.date()?).to_std().ok()
    }
}

/// A time as HTTP writes it.
fn date(text: &str) -> Option<DateTime<Utc>> {
    DateTime::parse_from_rfc2822(text).ok().map(|at| at.with_timezone(&Utc))
}

#[cfg(test)]
mod tests {
    use super::*;
    use hyper::header::HeaderValue;

    fn answer(status: u16, headers: &[(HeaderName, &'static str)], body: &'static str) -> Answer {
        let all = headers.iter().map(|(name, value)| (name.clone(), HeaderValue::from_static(value)));
        Answer { status, headers: all.collect(), body: body.into() }
    }

    #[test]
    fn a_status_means_a_fault() {
        for (status, code, perhaps) in [
            (400, FaultCode::Refused, false),
            (401, FaultCode::Auth, false),
            (403, FaultCode::Forbidden, false),
            (404, FaultCode::Gone, false),
            (409, FaultCode::Busy, false),
            (412, FaultCode::NotLicensed, false),
            (500, FaultCode::Unavailable, true),
            (502, FaultCode::Unavailable, true),
            (503, FaultCode::Unavailable, false),
        ] {
            let fault = answer(status, &[], r#"{"error":"no"}"#).ok().unwrap_err();
            assert_eq!((fault.code, fault.perhaps_done), (code, perhaps), "{status}");
            assert!(fault.detail.ends_with("no"), "{status}");
        }
        assert!(answer(204, &[], "").ok().is_ok());
    }

    #[test]
    fn a_server_says_how_long_to_wait() {
        let wait = |headers: &[(HeaderName, &'static str)]| answer(429, headers, "").fault().wait;
        assert_eq!(wait(&[(RETRY_AFTER, "7")]), Some(Duration::from_secs(7)));
        let now = (DATE, "Thu, 26 Nov 2026 10:00:00 GMT");
        assert_eq!(wait(&[(RETRY_AFTER, "Thu, 26 Nov 2026 10:01:30 GMT"), now.clone()]), Some(Duration::from_secs(90)));
        assert_eq!(wait(&[(RETRY_AFTER, "Thu, 26 Nov 2026 09:00:00 GMT"), now]), None, "it is over");
        assert_eq!(wait(&[(RETRY_AFTER, "soon")]), None);
    }

    #[test]
    fn a_page_of_html_has_no_words() {
        assert_eq!(answer(502, &[], "<html><h1>Bad gateway").words(), "");
        assert_eq!(answer(400, &[], " Bad Format ").words(), "Bad Format");
    }
}
