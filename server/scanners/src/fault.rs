//! What went wrong, as a code that has words and a detail that has none to hide.

use model::scanner::{FaultCode, Retry};
use std::fmt;
use std::time::Duration;

/// Longer details are cut.
const MAX_DETAIL: usize = 300;

/// Waits that a scanner asks for are cut at this.
const MAX_WAIT: Duration = Duration::from_secs(3600);

/// What went wrong with a scanner.
#[derive(Clone, PartialEq, Eq)]
pub struct Fault {
    /// The kind: it has words in both languages.
    pub code: FaultCode,
    /// What the words cannot say: the scanner's own words, an address, a field. One line, cut; never a secret.
    pub detail: String,
    /// How long the scanner asks us to wait.
    pub wait: Option<Duration>,
    /// True if what was asked may have been done all the same: it was sent, and no answer says otherwise. After a launch with
    /// such a fault, [`crate::Connector::find`] tells whether the scan was started.
    pub perhaps_done: bool,
}

impl Fault {
    /// A fault of which it is certain that nothing was done.
    #[must_use]
    pub fn new(code: FaultCode, detail: impl AsRef<str>) -> Self {
        Self { code, detail: one_line(detail.as_ref()), wait: None, perhaps_done: false }
    }

    /// A fault after which nobody knows whether what was asked was done.
    #[must_use]
    pub fn uncertain(code: FaultCode, detail: impl AsRef<str>) -> Self {
        Self { perhaps_done: true, ..Self::new(code, detail) }
    }

    /// With the time that the scanner asks us to wait, cut at an hour.
    #[must_use]
    pub fn with_wait(self, wait: Option<Duration>) -> Self {
        Self { wait: wait.map(|wait| wait.min(MAX_WAIT)), ..self }
    }

    /// The answer is not what the scanner's API gives.
    #[must_use]
    pub fn protocol(expected: impl AsRef<str>) -> Self {
        Self::new(FaultCode::Protocol, expected)
    }

    /// This kind of scanner cannot do that.
    #[must_use]
    pub fn unsupported() -> Self {
        Self::new(FaultCode::Unsupported, "")
    }

    /// A file of our own cannot be read or written.
    #[must_use]
    pub fn local(what: &str, error: &std::io::Error) -> Self {
        Self::new(FaultCode::LocalFile, format!("{what}: {error}"))
    }

    /// Whether another try is worth it: see [`FaultCode::retry`].
    #[must_use]
    pub fn retry(&self) -> Retry {
        self.code.retry()
    }

    /// The same fault with some texts made unreadable, wherever they stand in the detail: keys that are part of a path.
    #[must_use]
    pub fn without(mut self, secrets: &[&str]) -> Self {
        for secret in secrets.iter().filter(|secret| !secret.is_empty()) {
            self.detail = self.detail.replace(secret, "…");
        }
        self
    }
}

/// The beginning of a text of a scanner's, on one line, without control characters.
fn one_line(text: &str) -> String {
    let mut line = String::new();
    for word in text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty()) {
        if line.len() + word.len() >= MAX_DETAIL {
            line.extend(word.chars().take(MAX_DETAIL.saturating_sub(line.len() + 1)));
            line.push('…');
            break;
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    line
}

impl fmt::Debug for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.code)?;
        if !self.detail.is_empty() {
            write!(f, " ({})", self.detail)?;
        }
        if self.perhaps_done {
            f.write_str(", perhaps done")?;
        }
        if let Some(wait) = self.wait {
            write!(f, ", wait {wait:?}")?;
        }
        Ok(())
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

impl std::error::Error for Fault {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn details_are_one_bounded_line_without_secrets() {
        let fault = Fault::new(FaultCode::Refused, "first\r\n\tsecond\u{0}third");
        assert_eq!(fault.detail, "first second third");
        let long = Fault::new(FaultCode::Refused, "ñ".repeat(1000));
        assert!(long.detail.chars().count() <= MAX_DETAIL && long.detail.ends_with('…'));
        let hidden = Fault::new(FaultCode::Refused, "GET /SECRET/v0.1/").without(&["SECRET", ""]);
        assert_eq!(hidden.detail, "GET /…/v0.1/");
    }

    #[test]
    fn nobody_waits_longer_than_an_hour() {
        let fault = Fault::new(FaultCode::RateLimited, "").with_wait(Some(Duration::from_secs(1 << 40)));
        assert_eq!(fault.wait, Some(MAX_WAIT));
    }
}
