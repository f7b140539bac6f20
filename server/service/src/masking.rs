//! Secrets in evidence: what scanners sent and saw holds cookies, tokens, passwords and keys of real people. They are covered
//! where they are shown, and uncovered only by who may, which is written down. What is kept stays as it was.

/// What stands in the place of a secret.
pub(crate) const COVER: &str = "••••••••";

/// Ends of names whose values are secrets, without hyphens and underscores.
const SECRET_ENDS: [&str; 24] = [
    "password",
    "passwd",
    "pwd",
    "passphrase",
    "passcode",
    "contraseña",
    "secret",
    "token",
    "apikey",
    "accesskey",
    "secretkey",
    "privatekey",
    "authkey",
    "sessionid",
    "sessid",
    "session",
    "credential",
    "credentials",
    "authorization",
    "cookie",
    "csrf",
    "xsrf",
    "viewstate",
    "community",
];
/// Whole names whose values are secrets.
const SECRET_NAMES: [&str; 7] = ["pass", "auth", "sid", "otp", "pin", "clave", "connectsid"];
/// What secrets of known kinds begin with, and the fewest characters that follow.
const KNOWN: [(&str, usize); 12] = [
    ("eyJ", 20),
    ("AKIA", 16),
    ("ASIA", 16),
    ("ghp_", 20),
    ("gho_", 20),
    ("github_pat_", 20),
    ("glpat-", 16),
    ("xoxb-", 10),
    ("xoxp-", 10),
    ("sk_live_", 10),
    ("AIza", 30),
    ("postura_", 32),
];

/// A text with its secrets covered, and whether there was any.
pub(crate) fn covered(text: &str) -> (String, bool) {
    let mut cover = Cover { text, out: String::with_capacity(text.len()), at: 0, any: false };
    cover.run();
    (cover.out, cover.any)
}

struct Cover<'a> {
    text: &'a str,
    out: String,
    at: usize,
    any: bool,
}

impl<'a> Cover<'a> {
    fn run(&mut self) {
        while self.at < self.text.len() {
            let rest = &self.text[self.at..];
            if let Some(length) = private_key(rest) {
                self.hide(length);
            } else if let Some(length) = known(rest) {
                self.hide(length);
            } else if let Some(before) = userinfo(rest) {
                self.copy(before.0);
                self.hide(before.1);
            } else if rest.starts_with(is_name) {
                self.name(rest);
            } else {
                self.copy(rest.chars().next().map_or(1, char::len_utf8));
            }
        }
    }

    /// A name, with its value if that is a secret.
    fn name(&mut self, rest: &'a str) {
        let length = rest.find(|c| !is_name(c)).unwrap_or(rest.len());
        let name = &rest[..length];
        let line_start = self.at == 0 || self.text[..self.at].ends_with(['\n', '\r']);
        self.copy(length);
        if !is_secret(name) {
            return;
        }
        let Some((gap, separator)) = separator(&rest[length..]) else { return };
        let value = &rest[length + gap..];
        if separator == ':' && line_start {
            self.copy(gap);
            self.header(name, value);
            return;
        }
        let (open, kept) = value_of(value, separator);
        if kept > 0 && !value[open..open + kept].starts_with(COVER) {
            self.copy(gap + open);
            self.hide(kept);
        }
    }

    /// The value of a header: of cookies each value, of an authorization what follows its scheme.
    fn header(&mut self, name: &str, value: &'a str) {
        let line = value.find(['\n', '\r']).unwrap_or(value.len());
        let end = self.at + line;
        let lower = name.to_lowercase();
        if lower.ends_with("cookie") {
            while self.at < end {
                let rest = &self.text[self.at..end];
                let pair = rest.find(';').unwrap_or(rest.len());
                match rest[..pair].find('=') {
                    Some(equals) if !is_attribute(rest[..equals].trim()) && equals + 1 < pair => {
                        self.copy(equals + 1);
                        self.hide(pair - equals - 1);
                    }
                    _ => self.copy(pair),
                }
                self.copy(usize::from(self.at < end));
            }
        } else {
            let scheme = value[..line].find(' ').filter(|_| lower.ends_with("authorization")).map_or(0, |at| at + 1);
            self.copy(scheme);
            if scheme < line {
                self.hide(line - scheme);
            }
        }
    }

    fn copy(&mut self, length: usize) {
        self.out.push_str(&self.text[self.at..self.at + length]);
        self.at += length;
    }

    fn hide(&mut self, length: usize) {
        self.out.push_str(COVER);
        self.at += length;
        self.any = true;
    }
}

fn is_name(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || c == '-'
}

fn is_secret(name: &str) -> bool {
    let plain: String = name.chars().filter(|c| *c != '-' && *c != '_').collect::<String>().to_lowercase();
    SECRET_NAMES.contains(&plain.as_str()) || SECRET_ENDS.iter().any(|end| plain.ends_with(end))
}

/// Attributes of a cookie, whose values are no secrets.
fn is_attribute(name: &str) -> bool {
    ["path", "domain", "expires", "max-age", "samesite"].iter().any(|known| name.eq_ignore_ascii_case(known))
}

/// What parts a name from its value: how many bytes, and the character that counts.
fn separator(text: &str) -> Option<(usize, char)> {
    let unquoted = text.trim_start_matches(['"', '\'']);
    let spaced = unquoted.trim_start_matches([' ', '\t']);
    let separator = spaced.chars().next().filter(|c| matches!(c, '=' | ':' | '>'))?;
    let after = spaced[1..].trim_start_matches([' ', '\t']);
    Some((text.len() - after.len(), separator))
}

/// Where a value begins within a text, and how long it is.
fn value_of(text: &str, separator: char) -> (usize, usize) {
    if separator == '>' {
        return (0, text.find('<').unwrap_or(0));
    }
    match text.chars().next().filter(|c| *c == '"' || *c == '\'') {
        Some(quote) => {
            let mut escaped = false;
            let end = text[1..].char_indices().find(|(_, c)| {
                let ends = *c == quote && !escaped;
                escaped = *c == '\\' && !escaped;
                ends
            });
            (1, end.map_or(text.len() - 1, |(at, _)| at))
        }
        None => {
            let ends =
                |c: char| c.is_whitespace() || matches!(c, '&' | ';' | '"' | '\'' | '<' | '>' | ',' | ')' | '}' | ']');
            (0, text.find(ends).unwrap_or(text.len()))
        }
    }
}

/// How long a secret of a known kind is that begins here.
fn known(text: &str) -> Option<usize> {
    let (prefix, fewest) = KNOWN.iter().find(|(prefix, _)| text.starts_with(prefix))?;
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | '+' | '/' | '=');
    let length = text.find(|c| !is_part(c)).unwrap_or(text.len());
    (length >= prefix.len() + fewest).then_some(length)
}

/// How long a private key in PEM is that begins here; one that does not end goes on to the end.
fn private_key(text: &str) -> Option<usize> {
    let body = text.strip_prefix("-----BEGIN ")?;
    let head = body.split_once("-----")?.0;
    if !head.ends_with("PRIVATE KEY") {
        return None;
    }
    let end = format!("-----END {head}-----");
    Some(text.find(&end).map_or(text.len(), |at| at + end.len()))
}

/// `://name:password@`: how much stands before the password, and how long it is.
fn userinfo(text: &str) -> Option<(usize, usize)> {
    let rest = text.strip_prefix("://")?;
    let end = rest.find(|c: char| c.is_whitespace() || matches!(c, '/' | '"' | '\'' | '<' | '>')).unwrap_or(rest.len());
    let at = rest[..end].rfind('@')?;
    let colon = rest[..at].find(':')?;
    (colon + 1 < at).then_some((3 + colon + 1, at - colon - 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> String {
        covered(text).0
    }

    #[test]
    fn secrets_are_covered_and_their_names_stay() {
        let c = COVER;
        for (text, expected) in [
            (
                "GET / HTTP/1.1\r\nCookie: a=1; JSESSIONID=abc\r\nHost: h",
                format!("GET / HTTP/1.1\r\nCookie: a={c}; JSESSIONID={c}\r\nHost: h"),
            ),
            ("Set-Cookie: sid=abc; Path=/; HttpOnly", format!("Set-Cookie: sid={c}; Path=/; HttpOnly")),
            ("Authorization: Bearer abc.def", format!("Authorization: Bearer {c}")),
            ("Proxy-Authorization: Basic dTpw\nX: y", format!("Proxy-Authorization: Basic {c}\nX: y")),
            ("X-Api-Key: 0123", format!("X-Api-Key: {c}")),
            ("user=ana&password=hunter2&next=/", format!("user=ana&password={c}&next=/")),
            (
                "{\"user\": \"ana\", \"access_token\": \"a\\\"b\", \"n\": 1}",
                format!("{{\"user\": \"ana\", \"access_token\": \"{c}\", \"n\": 1}}"),
            ),
            ("<Password>hunter2</Password>", format!("<Password>{c}</Password>")),
            ("contraseña: 'hunter2'", format!("contraseña: {c}")),
            ("key AKIAIOSFODNN7EXAMPLE end", format!("key {c} end")),
            ("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc", c.to_owned()),
            ("https://ana:hunter2@example.com/x", format!("https://ana:{c}@example.com/x")),
            ("-----BEGIN RSA PRIVATE KEY-----\nMII\n-----END RSA PRIVATE KEY-----\nrest", format!("{c}\nrest")),
            ("-----BEGIN PRIVATE KEY-----\nMII", c.to_owned()),
        ] {
            assert_eq!(of(text), expected, "{text}");
        }
    }

    #[test]
    fn what_is_no_secret_stays_as_it_is() {
        for text in [
            "GET /password/reset?next=/ HTTP/1.1",
            "The password policy is weak: eight characters.",
            "-----BEGIN CERTIFICATE-----\nMII\n-----END CERTIFICATE-----",
            "id=1' OR '1'='1",
            "http://example.com:8080/a@b",
            "Apache/2.4 – versión antigua",
            "",
        ] {
            assert_eq!(covered(text), (text.to_owned(), false));
        }
    }

    #[test]
    fn covering_twice_changes_nothing_and_nothing_breaks_it() {
        for text in [
            "password=x",
            "cookie:",
            "password=",
            "\"token\":\"",
            "://:@",
            "Cookie: ;=;a=",
            "ñ=password=ñ",
            "password>",
        ] {
            let once = of(text);
            assert_eq!(of(&once), once, "{text}");
        }
    }
}
