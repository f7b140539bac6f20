//! Scripts whose text is a flaw: they print only when they found one, or say in words that they did not.
//!
//! What each prints and when is written in its documentation (nmap.org/nsedoc/scripts). How bad it is they do not say.

use super::found::Found;
use super::told::Told;
use model::Severity;

/// A script: its name, the words by which it says so, what it found, how bad that is, the CWE, and whether it only supposes.
type Flaw = (&'static str, &'static str, &'static str, Severity, u32, bool);

/// Sorted by name.
const FLAWS: [Flaw; 12] = [
    ("ftp-anon", "Anonymous FTP login allowed", "FTP without a password", Severity::Medium, 306, false),
    ("http-config-backup", "/", "Backups of configuration files can be fetched", Severity::Medium, 530, false),
    ("http-csrf", "possible CSRF", "Forms without a token against request forgery", Severity::Medium, 352, true),
    ("http-dombased-xss", "DOM based XSS", "Scripts that put the address into the page", Severity::Medium, 79, true),
    ("http-git", "Git repository found", "A Git repository can be fetched", Severity::Medium, 527, false),
    ("http-internal-ip-disclosure", "IP", "An internal address is disclosed", Severity::Low, 200, false),
    ("http-open-redirect", "://", "Redirection to wherever the address says", Severity::Medium, 601, false),
    ("http-passwd", "Directory traversal found", "Directory traversal", Severity::High, 22, false),
    ("http-sql-injection", "Possible sqli", "SQL injection", Severity::High, 89, true),
    ("http-stored-xss", "stored XSS", "Stored cross-site scripting", Severity::High, 79, true),
    ("http-trace", "TRACE is enabled", "The method TRACE is enabled", Severity::Medium, 16, false),
    ("mysql-empty-password", "account has empty password", "MySQL without a password", Severity::Critical, 521, false),
];

/// What such a script found; `None` for any other script, and for one that says something else.
pub fn of(script: &str, output: &str) -> Option<Found> {
    let at = FLAWS.binary_search_by(|(name, ..)| (*name).cmp(script)).ok()?;
    let (_, words, title, severity, cwe, supposed) = FLAWS[at];
    let confidence = supposed.then(|| "possible".to_owned());
    let found = || Found { title: title.to_owned(), severity, confidence, cwe: vec![cwe], ..Found::default() };
    output.contains(words).then(found)
}

/// Whether a script says that it found nothing: `Couldn't find any stored XSS vulnerabilities.`
pub fn says_none(output: &str) -> bool {
    output.trim_start().starts_with("Couldn't find any")
}

/// The script `http-cookie-flags`: by path and cookie, which flags a session's cookie lacks.
pub fn cookies(told: &Told) -> Vec<Found> {
    let lacks = |flag: &str| {
        let cookies = told.entries.iter().flat_map(|path| path.entries.iter().map(move |cookie| (path, cookie)));
        let bare = cookies.filter(|(_, cookie)| cookie.entries.iter().any(|said| said.value.starts_with(flag)));
        bare.map(|(path, cookie)| format!("{} {}", path.key, cookie.key)).collect::<Vec<_>>().join("\n")
    };
    let flags = [
        ("httponly", "A session's cookie without HttpOnly", 1004),
        ("secure", "A session's cookie without Secure", 614),
    ];
    let found = flags.into_iter().map(|(flag, title, cwe)| Found {
        part: flag.to_owned(),
        title: title.to_owned(),
        severity: Severity::Low,
        cwe: vec![cwe],
        evidence: lacks(flag),
        ..Found::default()
    });
    found.filter(|found| !found.evidence.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_script_is_known_by_its_name_and_its_words() {
        assert!(FLAWS.is_sorted_by(|one, next| one.0 < next.0));
        let found = |script: &str, output: &str| of(script, output).map(|found| found.cwe);
        assert_eq!(found("http-trace", "TRACE is enabled"), Some(vec![16]));
        assert_eq!(found("http-title", "TRACE is enabled"), None);
        assert_eq!(found("ftp-anon", "got code 530 \"No\"."), None);
        assert!(says_none("\n  Couldn't find any DOM based XSS."));
    }
}
