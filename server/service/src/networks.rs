//! Networks by address and length of their prefix: from where a token may be used, and who the proxies are.

use std::net::IpAddr;

/// The most networks in one list.
const MOST: usize = 20;

/// A network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network {
    address: IpAddr,
    prefix: u8,
}

impl Network {
    /// The network of a text: `192.0.2.0/24`, `2001:db8::/32`, or a single address. None if it is not one.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (address, prefix) = match text.split_once('/') {
            Some((address, prefix)) => (address, Some(prefix.parse::<u8>().ok()?)),
            None => (text, None),
        };
        let address: IpAddr = address.parse().ok()?;
        let longest = if address.is_ipv4() { 32 } else { 128 };
        let prefix = prefix.unwrap_or(longest);
        (prefix <= longest).then_some(Self { address, prefix })
    }

    /// Whether an address is in the network. An IPv4 address that is written as an IPv6 one is the same address.
    #[must_use]
    pub fn contains(&self, address: IpAddr) -> bool {
        match (self.address.to_canonical(), address.to_canonical()) {
            (IpAddr::V4(own), IpAddr::V4(other)) => {
                let mask = u32::MAX.checked_shl(32 - u32::from(self.prefix.min(32))).unwrap_or(0);
                own.to_bits() & mask == other.to_bits() & mask
            }
            (IpAddr::V6(own), IpAddr::V6(other)) => {
                let mask = u128::MAX.checked_shl(128 - u32::from(self.prefix)).unwrap_or(0);
                own.to_bits() & mask == other.to_bits() & mask
            }
            _ => false,
        }
    }
}

/// The networks of a list that is parted by spaces or commas. None if one of them is none, or they are too many.
#[must_use]
pub fn list(text: &str) -> Option<Vec<Network>> {
    let words = text.split([' ', ',', '\n', '\r', '\t']).filter(|word| !word.is_empty());
    let networks = words.map(Network::parse).collect::<Option<Vec<_>>>()?;
    (networks.len() <= MOST).then_some(networks)
}

/// Whose failures count together: an IPv4 address, or the sixty-four bits of an IPv6 one that a provider gives a subscriber.
#[must_use]
pub fn neighbourhood(network: &str) -> String {
    match network.parse::<IpAddr>().map(|address| address.to_canonical()) {
        Ok(IpAddr::V6(address)) => {
            let [a, b, c, d, ..] = address.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
        Ok(IpAddr::V4(address)) => address.to_string(),
        Err(_) => network.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_network_holds_its_addresses() {
        let holds = |network: &str, address: &str| Network::parse(network).unwrap().contains(address.parse().unwrap());
        assert!(holds("192.0.2.0/24", "192.0.2.255") && !holds("192.0.2.0/24", "192.0.3.0"));
        assert!(holds("192.0.2.7", "192.0.2.7") && !holds("192.0.2.7", "192.0.2.8"));
        assert!(holds("0.0.0.0/0", "203.0.113.9") && !holds("0.0.0.0/0", "2001:db8::1"));
        assert!(holds("2001:db8::/32", "2001:db8:1::1") && !holds("2001:db8::/32", "2001:db9::1"));
        assert!(holds("10.0.0.0/8", "::ffff:10.1.2.3"));
        for wrong in ["", "x", "192.0.2.0/33", "192.0.2.0/", "2001:db8::/129", "192.0.2.0/-1"] {
            assert_eq!(Network::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn lists_are_bounded_and_neighbours_count_together() {
        assert_eq!(list(" 192.0.2.0/24, ::1 ").unwrap().len(), 2);
        assert_eq!(list("").unwrap().len(), 0);
        assert!(list("nowhere").is_none() && list(&"::1 ".repeat(21)).is_none());
        assert_eq!(neighbourhood("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::/64");
        assert_eq!(neighbourhood("::ffff:192.0.2.1"), "192.0.2.1");
        assert_eq!(neighbourhood("unknown"), "unknown");
    }
}
