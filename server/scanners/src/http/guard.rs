//! Which addresses may be connected to.

use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// What an address is to us.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ground {
    /// A public address: anybody may be asked.
    Public,
    /// An address of a private network or of this machine: an administrator must have confirmed it.
    Private,
    /// An address that no scanner and no service has: of the link (where clouds keep their secrets), of many, of nobody.
    Never,
}

/// Judges an address. One that only wraps an IPv4 address is judged as that one.
#[must_use]
pub fn ground(address: IpAddr) -> Ground {
    match canonical(address) {
        IpAddr::V4(address) => ground_v4(address),
        IpAddr::V6(address) => ground_v6(address),
    }
}

/// Whether an address may be connected to, with those that an administrator has confirmed.
#[must_use]
pub fn may_connect(address: IpAddr, confirmed: &BTreeSet<IpAddr>) -> bool {
    match ground(address) {
        Ground::Public => true,
        Ground::Private => confirmed.contains(&address) || confirmed.contains(&canonical(address)),
        Ground::Never => false,
    }
}

/// The IPv4 address that an IPv6 address stands for (mapped, NAT64, 6to4), or the address itself.
fn canonical(address: IpAddr) -> IpAddr {
    let IpAddr::V6(v6) = address else { return address };
    let [a, b, c, d, e, f, g, h] = v6.segments();
    let v4 = |high: u16, low: u16| {
        let ([one, two], [three, four]) = (high.to_be_bytes(), low.to_be_bytes());
        IpAddr::V4(Ipv4Addr::new(one, two, three, four))
    };
    match [a, b, c, d, e, f] {
        // ::ffff:0:0/96, and ::/96 which is long obsolete; ::1 and :: stay what they are.
        [0, 0, 0, 0, 0, 0xffff] => v4(g, h),
        [0, 0, 0, 0, 0, 0] if g != 0 => v4(g, h),
        // 64:ff9b::/96 (RFC 6052) and 2002::/16 (RFC 3056).
        [0x64, 0xff9b, 0, 0, 0, 0] => v4(g, h),
        [0x2002, ..] => v4(b, c),
        _ => address,
    }
}

fn ground_v4(address: Ipv4Addr) -> Ground {
    let [a, b, c, _] = address.octets();
    if a == 0 || a >= 224 || address.is_link_local() {
        return Ground::Never;
    }
    // RFC 1918, 6598 (shared), 6890 (protocols), 2544 (benchmarks).
    let shared = a == 100 && (64..128).contains(&b);
    let special = (a == 192 && b == 0 && c == 0) || (a == 198 && (b == 18 || b == 19));
    if address.is_private() || address.is_loopback() || shared || special { Ground::Private } else { Ground::Public }
}

fn ground_v6(address: Ipv6Addr) -> Ground {
    let [first, second, ..] = address.segments();
    let link_local = first & 0xffc0 == 0xfe80;
    // 100::/64 discards, 2001::/32 is Teredo, which hides an IPv4 address.
    let nobodys = first == 0x0100 || (first == 0x2001 && second == 0);
    if address.is_unspecified() || address.is_multicast() || link_local || nobodys {
        return Ground::Never;
    }
    let unique_local = first & 0xfe00 == 0xfc00;
    let site_local = first & 0xffc0 == 0xfec0;
    // 64:ff9b:1::/48 translates into a network of one's own (RFC 8215).
    let translated = first == 0x64 && second == 0xff9b;
    if address.is_loopback() || unique_local || site_local || translated { Ground::Private } else { Ground::Public }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn addresses_are_judged_by_their_network() {
        for text in ["8.8.8.8", "172.32.0.1", "100.128.0.1", "2606:4700::1111", "::ffff:8.8.8.8", "2002:808:808::1"] {
            assert_eq!(ground(address(text)), Ground::Public, "{text}");
        }
        for text in [
            "127.0.0.1",
            "127.8.8.8",
            "10.0.0.5",
            "172.16.0.1",
            "172.31.255.255",
            "192.168.1.1",
            "100.64.0.1",
            "198.18.0.1",
            "::1",
            "fd00::1",
            "fec0::1",
            "::ffff:10.0.0.1",
            "::10.0.0.1",
            "64:ff9b::a00:1",
            "64:ff9b:1::1",
            "2002:a00:1::1",
        ] {
            assert_eq!(ground(address(text)), Ground::Private, "{text}");
        }
        for text in [
            "0.0.0.0",
            "0.1.2.3",
            "169.254.169.254",
            "224.0.0.1",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "ff02::1",
            "fe80::1",
            "::ffff:169.254.169.254",
            "64:ff9b::a9fe:a9fe",
            "2002:a9fe:a9fe::1",
            "2001::1",
            "100::1",
        ] {
            assert_eq!(ground(address(text)), Ground::Never, "{text}");
        }
    }

    #[test]
    fn a_confirmation_opens_one_private_address_and_none_of_the_link() {
        let confirmed = BTreeSet::from([address("10.0.0.5"), address("169.254.169.254"), address("::1")]);
        assert!(may_connect(address("10.0.0.5"), &confirmed) && may_connect(address("::ffff:10.0.0.5"), &confirmed));
        assert!(may_connect(address("::1"), &confirmed) && may_connect(address("8.8.8.8"), &confirmed));
        assert!(!may_connect(address("10.0.0.6"), &confirmed) && !may_connect(address("127.0.0.1"), &confirmed));
        assert!(!may_connect(address("169.254.169.254"), &confirmed));
    }
}
