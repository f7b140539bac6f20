//! What scripts found: vulnerabilities by name, weak ciphers and certificates, and otherwise what they say.

use super::flaws;
use super::told::Told;
use crate::score;
use crate::text;
use crate::time::stamp;
use model::{Micros, Severity};
use std::collections::BTreeSet;

/// Protocols that nobody should offer any more: the name, and how bad it is (RFC 6176, RFC 7568, RFC 8996).
const OLD_PROTOCOLS: [(&str, Severity); 4] = [
    ("SSLv2", Severity::High),
    ("SSLv3", Severity::High),
    ("TLSv1.0", Severity::Medium),
    ("TLSv1.1", Severity::Medium),
];

/// The shortest keys that are still strong enough, in bits (NIST SP 800-57, part 1): by the beginning of the key's type.
const KEYS: [(&str, u32); 3] = [("rsa", 2048), ("dsa", 2048), ("ec", 224)];

/// How much of a product's name stands beside each of what is published of it, in characters.
const MAX_PRODUCT: usize = 200;

/// Something that a script found at a place.
pub struct Found {
    /// What follows the script's name in the rule, else empty.
    pub part: String,
    /// The title; empty if only the script names it.
    pub title: String,
    /// How bad it is.
    pub severity: Severity,
    /// How sure the script is, if it says so.
    pub confidence: Option<String>,
    /// CVE ids.
    pub cve: Vec<String>,
    /// CWE numbers.
    pub cwe: Vec<u32>,
    /// The score, in tenths.
    pub score: Option<u16>,
    /// What it is.
    pub description: String,
    /// Where more of it stands.
    pub references: String,
    /// What the script says of it alone; empty if that is all that the script says.
    pub evidence: String,
}

impl Default for Found {
    /// What a script says, without anything found.
    fn default() -> Self {
        Self {
            part: String::new(),
            title: String::new(),
            severity: Severity::Info,
            confidence: None,
            cve: Vec::new(),
            cwe: Vec::new(),
            score: None,
            description: String::new(),
            references: String::new(),
            evidence: String::new(),
        }
    }
}

/// What a script says, taken apart.
#[derive(Default)]
pub struct Findings {
    /// What it found.
    pub found: Vec<Found>,
    /// How many vulnerabilities it looked for and did not find.
    pub clean: u64,
    /// It says in words that it found nothing.
    pub none: bool,
    /// It could not decide whether a vulnerability is there.
    pub undecided: bool,
}

/// What a script of that name found. `at` is when the host was scanned.
pub fn findings(script: &str, output: &str, told: &Told, at: Option<Micros>) -> Findings {
    let found = match script {
        "vulners" => vulners(told),
        "ssl-enum-ciphers" => ciphers(told),
        "ssl-cert" => certificate(told, at),
        "http-cookie-flags" => flaws::cookies(told),
        _ if flaws::says_none(output) => return Findings { clean: 1, none: true, ..Findings::default() },
        _ => {
            let mut all = vulnerabilities(output, told);
            if all.found.is_empty() && all.clean == 0 {
                all.found.extend(flaws::of(script, output));
            }
            return all;
        }
    };
    Findings { found, ..Findings::default() }
}

/// What Nmap's library `vulns` writes: a table for each vulnerability that was looked for. Without tables, the text alone.
fn vulnerabilities(output: &str, told: &Told) -> Findings {
    let mut all = Findings::default();
    for entry in told.entries.iter().filter(|entry| entry.entry("state").is_some()) {
        let state = entry.get("state");
        if !is_vulnerable(state) {
            all.clean += 1;
            all.undecided |= state.starts_with("UNKNOWN");
            continue;
        }
        let score = entry.entry("scores").into_iter().flat_map(|scores| &scores.entries);
        let score = score.filter_map(|entry| score::tenths(first_number(&entry.value))).max();
        let ids = entry.entry("ids").into_iter().flat_map(|ids| &ids.entries).map(|id| id.value.as_str());
        let told = ["title", "state"].map(|key| entry.get(key)).join("\n");
        all.found.push(Found {
            evidence: told,
            part: entry.key.clone(),
            title: entry.get("title").to_owned(),
            severity: score.map_or_else(|| risk(output), Severity::of_score),
            confidence: Some(state.to_owned()),
            cve: cves(ids.chain([entry.key.as_str()])),
            score,
            description: entry.lines("description"),
            references: entry.lines("refs"),
            ..Found::default()
        });
    }
    let states = output.lines().filter_map(|line| line.trim().strip_prefix("State: "));
    if all.found.is_empty() && all.clean == 0 && states.clone().any(is_vulnerable) {
        let confidence = states.clone().find(|state| is_vulnerable(state)).map(|state| state.trim().to_owned());
        let cve = cves(output.split([' ', '\n', '\t', ',', '(', ')']));
        all.found.push(Found { severity: risk(output), confidence, cve, ..Found::default() });
    } else if all.found.is_empty() && all.clean == 0 && states.clone().count() > 0 {
        all.clean = 1;
        all.undecided = states.clone().any(|state| state.starts_with("UNKNOWN"));
    }
    all
}

fn is_vulnerable(state: &str) -> bool {
    let state = state.trim();
    state.starts_with("VULNERABLE") || state.starts_with("LIKELY VULNERABLE")
}

/// The risk as the text says it. Where it says none, a vulnerability is of medium severity.
fn risk(output: &str) -> Severity {
    let said = output.lines().find_map(|line| line.trim().strip_prefix("Risk factor: "));
    match said.and_then(|said| said.split_whitespace().next()).map(str::to_ascii_lowercase).as_deref() {
        Some("critical") => Severity::Critical,
        Some("high") => Severity::High,
        Some("low") => Severity::Low,
        _ => Severity::Medium,
    }
}

/// The script `vulners`: what is published of the version that a service says it is. Exploits are no weaknesses of their own.
fn vulners(told: &Told) -> Vec<Found> {
    let entries =
        told.entries.iter().flat_map(|product| product.entries.iter().map(move |entry| (&product.key, entry)));
    let found =
        entries.filter(|(_, entry)| entry.get("type").eq_ignore_ascii_case("cve")).filter_map(|(product, entry)| {
            let cve = cves([entry.get("id")]);
            let id = cve.first()?.clone();
            let score = score::tenths(entry.get("cvss"));
            let product = text::beginning(product, MAX_PRODUCT);
            Some(Found {
                part: id.clone(),
                title: id,
                severity: score.map_or(Severity::Medium, Severity::of_score),
                confidence: Some("version".to_owned()),
                cve,
                score,
                evidence: format!("{product}: {} {}", entry.get("id"), entry.get("cvss")),
                ..Found::default()
            })
        });
    // One service may be two products of which the same is published.
    let mut seen = BTreeSet::new();
    found.filter(|found| seen.insert(found.part.clone())).collect()
}

/// The script `ssl-enum-ciphers`: protocols that are out of use, and the grade of the weakest cipher, from C on.
fn ciphers(told: &Told) -> Vec<Found> {
    let offered = |name: &str| told.entry(name).is_some_and(|protocol| protocol.entry("ciphers").is_some());
    let old = OLD_PROTOCOLS.into_iter().filter(|(name, _)| offered(name)).map(|(name, severity)| Found {
        part: name.to_owned(),
        title: format!("{name} is offered"),
        severity,
        // A broken or risky cryptographic algorithm.
        cwe: vec![327],
        ..Found::default()
    });
    let grade = told.get("least strength");
    let weak = match grade {
        "C" | "D" | "E" => Some(Severity::Medium),
        "F" => Some(Severity::High),
        _ => None,
    };
    let weak = weak.map(|severity| Found {
        part: "weak".to_owned(),
        title: "Weak TLS ciphers are offered".to_owned(),
        severity,
        confidence: Some(format!("grade {grade}")),
        // Inadequate encryption strength.
        cwe: vec![326],
        ..Found::default()
    });
    old.chain(weak).collect()
}

/// The script `ssl-cert`: a certificate that has run out, a short key, a signature by a hash that is broken.
fn certificate(told: &Told, at: Option<Micros>) -> Vec<Found> {
    let one = |part: &str, title: &str, cwe: &[u32]| Found {
        part: part.to_owned(),
        title: title.to_owned(),
        severity: Severity::Medium,
        cwe: cwe.to_vec(),
        ..Found::default()
    };
    let mut found = Vec::new();
    let ends = told.entry("validity").map(|validity| validity.get("notAfter").trim_end_matches('Z').to_owned());
    // Certificates are dated in UTC (RFC 5280, 4.1.2.5), though the script does not say so.
    let ends = ends.and_then(|ends| stamp(&format!("{ends}Z"), &(Box::new(|_| Micros(0)) as _)));
    if ends.zip(at).is_some_and(|(ends, at)| ends.at < at) {
        found.push(one("expired", "The certificate has expired", &[]));
    }
    let key = told.entry("pubkey");
    let (kind, bits) = key.map_or(("", ""), |key| (key.get("type"), key.get("bits")));
    let enough = KEYS.iter().find(|(beginning, _)| kind.to_ascii_lowercase().starts_with(beginning));
    if enough.zip(bits.parse::<u32>().ok()).is_some_and(|((_, enough), bits)| bits < *enough) {
        // Inadequate encryption strength.
        found.push(one("short-key", "The certificate's key is short", &[326]));
    }
    let signed = told.get("sig_algo").to_ascii_lowercase();
    if signed.contains("md5") || signed.contains("sha1") {
        // Use of a weak hash.
        found.push(one("weak-signature", "The certificate is signed by a weak hash", &[328]));
    }
    found
}

/// The CVE ids among these words, such as `CVE:CVE-2014-3566`.
fn cves<'t>(words: impl IntoIterator<Item = &'t str>) -> Vec<String> {
    let ids = words.into_iter().filter_map(|word| {
        let word = word.trim().to_ascii_uppercase();
        let id = word.rsplit(':').next()?;
        let (year, number) = id.strip_prefix("CVE-")?.split_once('-')?;
        let digits = |text: &str, least: usize| {
            (least..=12).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
        };
        (digits(year, 4) && digits(number, 4)).then(|| id.to_owned())
    });
    ids.collect::<BTreeSet<_>>().into_iter().collect()
}

fn first_number(text: &str) -> &str {
    text.split_whitespace().next().unwrap_or_default()
}
