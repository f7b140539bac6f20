//! What a target is, and whether it is within what may be scanned.

use std::net::IpAddr;

/// The entries of a list: one a line, or between commas.
pub(crate) fn entries(text: &str) -> Vec<String> {
    let entries = text.split(['\n', ',', ';']).map(str::trim).filter(|entry| !entry.is_empty());
    entries.map(str::to_owned).collect()
}

/// Whether a target is within one of the allowed entries: a network holds its addresses and smaller networks, `*.name` the names
/// below it, a name or address itself at any port and path, and an address of a page what begins with it.
pub(crate) fn within(target: &str, allowed: &[String]) -> bool {
    allowed.iter().any(|entry| holds(entry, target))
}

/// Whether a target is within one of the allowed entries, and does not begin as one of those that are left out.
pub(crate) fn admits(target: &str, allowed: &[String], exclude: &[String]) -> bool {
    within(target, allowed) && !exclude.iter().any(|out| target.starts_with(out))
}

fn holds(entry: &str, target: &str) -> bool {
    if entry.eq_ignore_ascii_case(target) {
        return true;
    }
    if entry.contains("://") {
        return under(entry, target);
    }
    if let (Some(outer), Some(inner)) = (range(entry), range(host(target))) {
        return outer.0 <= inner.0 && inner.1 <= outer.1;
    }
    let host = host(target).to_ascii_lowercase();
    match entry.to_ascii_lowercase().strip_prefix("*.") {
        Some(parent) => host.strip_suffix(parent).is_some_and(|rest| rest.ends_with('.') && rest.len() > 1),
        None => host == entry.to_ascii_lowercase(),
    }
}

/// Whether an address of a page begins with another: the same origin, and its path or one below.
fn under(entry: &str, target: &str) -> bool {
    let (Some(entry), Some(target)) = (parts(entry), parts(target)) else { return false };
    let (origin, path) = entry;
    if target.1.split('/').any(|segment| segment == ".." || segment.eq_ignore_ascii_case("%2e%2e")) {
        return false;
    }
    let path = path.trim_end_matches('/');
    let rest = target.1.strip_prefix(path);
    origin == target.0 && rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?', '#']))
}

/// The origin, in small letters and without a default port, and the rest.
fn parts(url: &str) -> Option<(String, &str)> {
    let (scheme, rest) = url.split_once("://")?;
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, path) = rest.split_at(end);
    if authority.is_empty() || authority.contains('@') {
        return None;
    }
    let scheme = scheme.to_ascii_lowercase();
    let default = if scheme == "https" { ":443" } else { ":80" };
    let authority = authority.to_ascii_lowercase();
    Some((format!("{scheme}://{}", authority.strip_suffix(default).unwrap_or(&authority)), path))
}

/// The host of an address of a page, or what stands there without one.
fn host(target: &str) -> &str {
    let Some((_, rest)) = target.split_once("://") else { return target };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    // Somebody else's name before an @ is no host.
    let authority = authority.rsplit('@').next().unwrap_or_default();
    match authority.strip_prefix('[') {
        Some(six) => six.split(']').next().unwrap_or_default(),
        None => authority.split(':').next().unwrap_or_default(),
    }
}

/// The first and the last address of an address, of a network `10.0.0.0/24` or of a range `10.0.0.1-10.0.0.9` or `10.0.0.1-9`.
fn range(text: &str) -> Option<(u128, u128)> {
    if let Some((net, bits)) = text.split_once('/') {
        let (net, bits): (IpAddr, u32) = (net.trim().parse().ok()?, bits.trim().parse().ok()?);
        let (number, length) = number(net);
        let free = length.checked_sub(bits)?;
        let mask = if free == 128 { u128::MAX } else { (1_u128 << free) - 1 };
        return Some((number & !mask, number | mask));
    }
    if let Some((first, last)) = text.split_once('-') {
        let first: IpAddr = first.trim().parse().ok()?;
        let last = match last.trim().parse::<IpAddr>() {
            Ok(last) => last,
            Err(_) => {
                let octet: u8 = last.trim().parse().ok()?;
                let IpAddr::V4(four) = first else { return None };
                let [a, b, c, _] = four.octets();
                IpAddr::from([a, b, c, octet])
            }
        };
        let (from, until) = (number(first).0, number(last).0);
        return (first.is_ipv4() == last.is_ipv4() && from <= until).then_some((from, until));
    }
    text.trim().parse().ok().map(|address: IpAddr| (number(address).0, number(address).0))
}

/// An address as a number with its length in bits. Those of IPv4 lie where IPv6 has them mapped, so that they never mix with
/// others.
fn number(address: IpAddr) -> (u128, u32) {
    match address {
        IpAddr::V4(four) => (u128::from(four.to_ipv6_mapped()), 32),
        IpAddr::V6(six) => (u128::from(six), 128),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_within(target: &str, allowed: &str) -> bool {
        within(target, &entries(allowed))
    }

    #[test]
    fn networks_hold_their_addresses() {
        for target in
            ["10.0.0.7", "10.0.0.0/24", "10.0.0.128/25", "10.0.0.1-10.0.0.9", "10.0.0.1-9", "http://10.0.0.7:81/a"]
        {
            assert!(is_within(target, "10.0.0.0/24"), "{target}");
        }
        for target in ["10.0.1.0", "10.0.0.0/23", "10.0.0.200-10.0.1.1", "::a00:7", "10.0.0.7.evil.test", "10.0.0.9-1"]
        {
            assert!(!is_within(target, "10.0.0.0/24"), "{target}");
        }
        assert!(is_within("2001:db8::5", "2001:db8::/32") && !is_within("2001:db9::5", "2001:db8::/32"));
        assert!(is_within("https://[2001:db8::5]:8443/", "2001:db8::/32"));
    }

    #[test]
    fn names_hold_themselves_and_a_star_what_is_below() {
        assert!(is_within("https://Shop.test/cart", "shop.test, other.test"));
        assert!(is_within("a.shop.test", "*.shop.test") && !is_within("shop.test", "*.shop.test"));
        assert!(!is_within("evilshop.test", "*.shop.test") && !is_within("shop.test.evil", "shop.test"));
        assert!(!is_within("https://shop.test@evil.test/", "shop.test"));
    }

    #[test]
    fn an_address_of_a_page_holds_what_begins_with_it() {
        let allowed = "https://shop.test/app/";
        for target in ["https://shop.test/app", "https://shop.test:443/app/cart?id=1", "HTTPS://SHOP.test/app/"] {
            assert!(is_within(target, allowed), "{target}");
        }
        for target in [
            "http://shop.test/app/",
            "https://shop.test/",
            "https://shop.test/apple",
            "https://shop.test/app/../admin",
            "https://shop.test/app/%2E%2e/admin",
            "https://user@shop.test/app/",
            "shop.test",
        ] {
            assert!(!is_within(target, allowed), "{target}");
        }
    }
}
