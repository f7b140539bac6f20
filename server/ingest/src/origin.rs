//! Web origins: `scheme://host:port`, in lower case, with the default port folded.

/// The origin of a URL, or `None` if it does not begin with `scheme://host`.
pub fn of_url(url: &str) -> Option<String> {
    let (scheme, rest) = url.trim().split_once("://")?;
    if scheme.is_empty()
        || !scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.'))
    {
        return None;
    }
    let authority = &rest[..rest.find(['/', '?', '#']).unwrap_or(rest.len())];
    let authority = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let (host, port) = split_port(authority);
    (!host.is_empty()).then(|| of_parts(scheme, host, port))
}

/// The origin of a scheme, host and port as a report lists them.
pub fn of_parts(scheme: &str, host: &str, port: &str) -> String {
    let scheme = scheme.to_ascii_lowercase();
    let host = host.trim_matches('/').to_lowercase();
    let default = match scheme.as_str() {
        "http" | "ws" => "80",
        "https" | "wss" => "443",
        _ => "",
    };
    if port.is_empty() || port == default { format!("{scheme}://{host}") } else { format!("{scheme}://{host}:{port}") }
}

/// What follows the origin in a URL, without the fragment; the whole if it is no absolute URL.
pub fn target_of(url: &str) -> &str {
    let rest = match url.split_once("://") {
        Some((_, rest)) => &rest[rest.find(['/', '?', '#']).unwrap_or(rest.len())..],
        None => url,
    };
    rest.split_once('#').map_or(rest, |(target, _)| target)
}

/// The target of a URL that an attack was appended to: the query that the attack brought is no part of the place, for a
/// scanner that tries one of several attacks would report another place from run to run (ZAP's rule 40026).
pub fn attacked_target<'u>(url: &'u str, attack: &str) -> &'u str {
    let target = target_of(url);
    let brought = attack.trim().split('#').next().unwrap_or_default();
    let place = if brought.starts_with('?') { target.strip_suffix(brought) } else { None };
    place.unwrap_or(target)
}

/// Host and port. An IPv6 address stands in brackets, which stay.
fn split_port(authority: &str) -> (&str, &str) {
    match authority.rsplit_once(':') {
        Some((host, port))
            if port.bytes().all(|byte| byte.is_ascii_digit()) && (!host.contains(':') || host.ends_with(']')) =>
        {
            (host, port)
        }
        _ => (authority, ""),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn default_ports_fold_and_the_rest_goes() {
        for (url, origin) in [
            ("http://Example.com:80/a?b", Some("http://example.com")),
            ("https://example.com:8443", Some("https://example.com:8443")),
            ("HTTPS://user:pw@example.com:443/", Some("https://example.com")),
            ("http://[::1]:80/x", Some("http://[::1]")),
            ("http://[::1]", Some("http://[::1]")),
            ("wss://example.com:443/", Some("wss://example.com")),
            ("example.com", None),
            ("http://", None),
            ("//example.com", None),
        ] {
            assert_eq!(of_url(url).as_deref(), origin, "{url}");
        }
    }

    #[test]
    fn targets_keep_path_and_query() {
        for (url, target) in [
            ("http://h/a/b?c=d#e", "/a/b?c=d"),
            ("http://h", ""),
            ("http://h?x", "?x"),
            ("/a", "/a"),
            ("http://h/#/x", "/"),
        ] {
            assert_eq!(target_of(url), target, "{url}");
        }
    }

    #[test]
    fn what_an_attack_brought_is_no_place() {
        for (url, attack, target) in [
            ("http://h/a?name=abc#<img src=x>", "?name=abc#<img src=x>", "/a"),
            ("http://h/a?name=abc#%3Cimg%20src=x%3E", "?name=abc#<img src=x>", "/a"),
            ("http://h/a#javascript:alert(1)", "#javascript:alert(1)", "/a"),
            ("http://h?name=abc#x", " ?name=abc#x ", ""),
            ("http://h/a?id=1?name=abc", "?name=abc", "/a?id=1"),
            ("http://h/a?id=1", "<script>", "/a?id=1"),
            ("http://h/a?id=%27", "'", "/a?id=%27"),
            ("http://h/a?id=1", "", "/a?id=1"),
        ] {
            assert_eq!(attacked_target(url, attack), target, "{url} {attack}");
        }
    }
}
