//! What is to be scanned, and how.

use crate::Fault;
use model::Micros;
use model::scanner::{FaultCode, Intensity};
use std::fmt;
use std::time::Duration;
use url::Url;
use zeroize::Zeroizing;

/// The key of a run: unique, and written on the scanner's side wherever that is possible (a scan's name, a context), so that the
/// scanner can be asked afterwards whether it was launched.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RunKey(String);

impl RunKey {
    /// A key: 8 to 64 of `a-z`, `0-9` and `-`.
    #[must_use]
    pub fn new(text: &str) -> Option<Self> {
        let plain = |c: u8| c.is_ascii_lowercase() || c.is_ascii_digit() || c == b'-';
        ((8..=64).contains(&text.len()) && text.bytes().all(plain)).then(|| Self(text.to_owned()))
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The marker by which a scan is found again on a scanner: no other text there ends like this.
    #[must_use]
    pub fn marker(&self) -> String {
        format!("postura-{}", self.0)
    }
}

/// How a scanner logs in to a web application.
#[derive(Clone)]
pub struct Login {
    /// The address that takes the form or JSON.
    pub url: String,
    /// What is sent, with `{%username%}` and `{%password%}` where they go.
    pub body: String,
    /// True if the body is JSON, false if it is a form.
    pub json: bool,
    /// The name.
    pub username: String,
    /// The password.
    pub password: Zeroizing<String>,
    /// A page that shows whether one is logged in.
    pub page: String,
    /// The text that it shows only then: without it nobody knows whether the login held.
    pub sign: String,
}

impl fmt::Debug for Login {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Login").field("url", &self.url).field("username", &self.username).finish_non_exhaustive()
    }
}

/// One run to be launched. The same order is given again with each poll.
#[derive(Clone, Debug)]
pub struct Order {
    /// The run's key.
    pub key: RunKey,
    /// The schedule's name, as it is shown on the scanner too.
    pub name: String,
    /// What to scan: URLs for ZAP and Burp; addresses, ranges and names for Nessus and Tenable; either for a command.
    /// The scope's allow-list has been applied by the caller. None asks a scanner that keeps findings
    /// ([`model::scanner::ConnectorKind::keeps_findings`]) for those, without a scan; every other needs at least one.
    pub targets: Vec<String>,
    /// Without targets: only what changed since then; everything if none.
    pub since: Option<Micros>,
    /// What to leave out: URLs, or prefixes of them.
    pub exclude: Vec<String>,
    /// How hard to press.
    pub intensity: Intensity,
    /// The policy, template or configuration: an id of [`crate::Probe::choices`]. The scanner's default if none.
    pub choice: Option<String>,
    /// Only these rules, by the scanner's ids: a fix is verified. All that the choice has if empty. Nessus, Tenable and Burp take
    /// no such list: there the targets alone make the run a small one.
    pub rules: Vec<String>,
    /// How to log in.
    pub login: Option<Login>,
    /// How long the scan may take on the scanner, where it can be told so. The caller cancels a run that takes longer.
    pub time_limit: Duration,
}

/// More targets, exclusions or rules than these are no order.
const MAX_ITEMS: usize = 1000;

/// A longer target or name is none.
const MAX_TEXT: usize = 2000;

impl Order {
    /// Checks what holds for every scanner: there are targets, and nothing is out of bounds.
    ///
    /// # Errors
    /// [`FaultCode::Settings`], naming the field.
    pub fn check(&self) -> Result<(), Fault> {
        let refuse = |what: &str| Err(Fault::new(FaultCode::Settings, what));
        if self.targets.is_empty() {
            return refuse("targets");
        }
        for (list, name) in [(&self.targets, "targets"), (&self.exclude, "exclude"), (&self.rules, "rules")] {
            let odd = |text: &String| text.is_empty() || text.len() > MAX_TEXT || text.chars().any(char::is_control);
            if list.len() > MAX_ITEMS || list.iter().any(odd) {
                return refuse(name);
            }
        }
        if self.name.len() > MAX_TEXT || self.name.chars().any(char::is_control) {
            return refuse("name");
        }
        Ok(())
    }
}

/// The targets, for scanners that take addresses of the web alone.
pub(crate) fn web_targets(order: &Order) -> Result<Vec<Url>, Fault> {
    let web =
        |text: &String| Url::parse(text).ok().filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
    let read = |text| web(text).ok_or_else(|| Fault::new(FaultCode::Settings, format!("targets {text}")));
    order.targets.iter().map(read).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_plain() {
        assert!(RunKey::new("0198c0de-0001").is_some());
        for bad in ["short", "UPPER-CASE", "with space", "line\nbreak1", &"a".repeat(65)] {
            assert!(RunKey::new(bad).is_none(), "{bad}");
        }
    }
}
