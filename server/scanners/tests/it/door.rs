//! The way out: addresses, certificates, redirects, bounds.

use crate::support::{Names, SHORT, client, code, door, loopback, pinned};
use fakes::{Effect, Fake, Identity, Reply, Zap};
use model::scanner::FaultCode;
use scanners::http::{Ask, Client, Door, guard::Ground};
use scanners::{Output, Trust};
use std::collections::BTreeSet;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

const PAGE: &str = "JSON/core/view/version/";

fn ask() -> Ask {
    Ask::get(PAGE).query("apikey", "zap-key")
}

fn address(text: &str) -> IpAddr {
    text.parse().unwrap()
}

fn named(address: &str, addresses: &[&str], confirmed: BTreeSet<IpAddr>) -> Client {
    let names = vec![("scanner.example", addresses.iter().map(|text| text.parse().unwrap()).collect())];
    Client::new(Door::new(Arc::new(Names(names)), SHORT), address, confirmed, &Trust::System).unwrap()
}

#[tokio::test]
async fn only_confirmed_addresses_of_private_networks_are_connected_to() {
    let fake = Fake::start(Zap::default(), None).await;
    let url = fake.url();
    let refused = Client::new(door(), &url, BTreeSet::new(), &Trust::System).unwrap();
    assert_eq!(code(refused.ask(ask()).await), FaultCode::AddressRefused);
    assert!(client(&url, &Trust::System).ask(ask()).await.unwrap().is_ok());
    assert_eq!(fake.count(PAGE), 1, "what was refused was not asked");
    let port = fake.address.port();
    let by_name = format!("http://scanner.example:{port}");
    // The same name, meaning something else a moment later, leads nowhere.
    let confirmed = loopback();
    for elsewhere in ["10.0.0.1", "169.254.169.254", "::1", "::ffff:10.0.0.1"] {
        let fault = named(&by_name, &[elsewhere], confirmed.clone()).ask(ask()).await.unwrap_err();
        assert_eq!((fault.code, fault.perhaps_done), (FaultCode::AddressRefused, false), "{elsewhere}");
        assert_eq!(fault.detail.parse::<IpAddr>().unwrap(), address(elsewhere));
    }
    // Of several addresses the one that may be is taken.
    assert!(named(&by_name, &["10.0.0.1", "127.0.0.1"], confirmed).ask(ask()).await.unwrap().is_ok());
    // What is of the link is refused whatever anybody confirms.
    let metadata = BTreeSet::from([address("169.254.169.254")]);
    assert_eq!(code(named("http://169.254.169.254", &[], metadata).ask(ask()).await), FaultCode::AddressRefused);
    for written in
        ["http://127.1", "http://2130706433", "http://0x7f000001", "http://[::ffff:127.0.0.1]", "http://0.0.0.0"]
    {
        let odd = Client::new(door(), written, BTreeSet::new(), &Trust::System).unwrap();
        assert_eq!(code(odd.ask(ask()).await), FaultCode::AddressRefused, "{written}");
    }
    let shown = door().addresses("http://localhost:1/").await.unwrap();
    assert_eq!(shown, [(address("127.0.0.1"), Ground::Private)]);
}

#[tokio::test]
async fn addresses_are_plain() {
    for odd in
        ["", "ftp://a", "http://user@a", "http://user:word@a", "http://a?b", "http://a#b", "a:1", "file:///etc/passwd"]
    {
        assert_eq!(code(Client::new(door(), odd, loopback(), &Trust::System)), FaultCode::Settings, "{odd}");
    }
    let odd = Trust::Authorities("no certificate".to_owned());
    assert_eq!(code(Client::new(door(), "https://a", loopback(), &odd)), FaultCode::Settings);
    let unknown = Client::new(door(), "http://nowhere.example", loopback(), &Trust::System).unwrap();
    assert_eq!(code(unknown.ask(ask()).await), FaultCode::NameUnknown);
    let closed = Client::new(door(), "http://127.0.0.1:9", loopback(), &Trust::System).unwrap();
    let fault = closed.ask(ask()).await.unwrap_err();
    assert_eq!((fault.code, fault.perhaps_done), (FaultCode::Unreachable, false));
}

#[tokio::test]
async fn certificates_are_judged() {
    let (own, signed) = (Identity::self_signed(), Identity::signed());
    let fake = Fake::start(Zap::default(), Some(&own)).await;
    let url = fake.url();
    assert_eq!(code(client(&url, &Trust::System).ask(ask()).await), FaultCode::CertificateUntrusted);
    let ours = Trust::Authorities(signed.authority.clone());
    assert_eq!(code(client(&url, &ours).ask(ask()).await), FaultCode::CertificateUntrusted);
    assert!(client(&url, &pinned(&own)).ask(ask()).await.unwrap().is_ok());
    assert_eq!(fake.count(PAGE), 1, "nothing is said to whom is not trusted");
    fake.show(&signed);
    assert!(client(&url, &ours).ask(ask()).await.unwrap().is_ok());
    // Another certificate than the confirmed one, and what it is.
    let fault = client(&url, &pinned(&own)).ask(ask()).await.unwrap_err();
    let seen = door().certificate(&url, &loopback()).await.unwrap();
    let hex: String = seen.fingerprint.iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!((fault.code, fault.detail, fault.perhaps_done), (FaultCode::CertificateChanged, hex, false));
    let expired = Identity::expired();
    fake.show(&expired);
    let theirs = Trust::Authorities(expired.authority.clone());
    assert_eq!(code(client(&url, &theirs).ask(ask()).await), FaultCode::CertificateExpired);
    let other = Identity::of_another();
    fake.show(&other);
    let theirs = Trust::Authorities(other.authority.clone());
    assert_eq!(code(client(&url, &theirs).ask(ask()).await), FaultCode::CertificateName);
    assert!(client(&url, &pinned(&other)).ask(ask()).await.unwrap().is_ok(), "a confirmed one may be for another name");
}

#[tokio::test]
async fn a_certificate_is_shown_before_it_is_trusted() {
    let own = Identity::self_signed();
    let fake = Fake::start(Zap::default(), Some(&own)).await;
    let seen = door().certificate(&fake.url(), &loopback()).await.unwrap();
    assert_eq!((seen.subject.as_str(), seen.self_signed), ("A scanner", true));
    assert_eq!(seen.names, ["localhost", "127.0.0.1"]);
    let day = |at: Option<model::Micros>| at.unwrap().rfc3339();
    assert_eq!(
        (day(seen.not_before).as_str(), day(seen.not_after).as_str()),
        ("2024-01-01T00:00:00Z", "2050-06-01T00:00:00Z")
    );
    fake.show(&Identity::signed());
    let seen = door().certificate(&fake.url(), &loopback()).await.unwrap();
    assert_eq!((seen.issuer.as_str(), seen.self_signed), ("Tests' authority", false));
    assert_eq!(code(door().certificate(&fake.url(), &BTreeSet::new()).await), FaultCode::AddressRefused);
    let plain = Fake::start(Zap::default(), None).await;
    assert_eq!(code(door().certificate(&plain.url(), &loopback()).await), FaultCode::Settings);
    let mistaken = plain.url().replace("http:", "https:");
    assert_eq!(code(door().certificate(&mistaken, &loopback()).await), FaultCode::Tls);
}

#[tokio::test]
async fn a_client_keeps_the_certificate_that_it_was_shown_last() {
    let (first, other) = (Identity::signed(), Identity::expired());
    let fake = Fake::start(Zap::default(), Some(&first)).await;
    let client = client(&fake.url(), &Trust::Authorities(first.authority.clone()));
    assert_eq!(client.certificate(), None);
    client.ask(ask()).await.unwrap();
    let until = |client: &Client| client.certificate().unwrap().not_after.unwrap().rfc3339();
    assert_eq!(until(&client), "2050-06-01T00:00:00Z");
    fake.show(&other);
    client.ask(ask()).await.unwrap_err();
    assert_eq!(until(&client), "2021-01-01T00:00:00Z", "one that is not taken is told too");
    let plain = Fake::start(Zap::default(), None).await;
    let plain = crate::support::client(&plain.url(), &Trust::System);
    plain.ask(ask()).await.unwrap();
    assert_eq!(plain.certificate(), None);
}

#[tokio::test]
async fn redirects_are_not_followed() {
    let (fake, elsewhere) = (Fake::start(Zap::default(), None).await, Fake::start(Zap::default(), None).await);
    for status in [301, 302, 303, 307, 308] {
        let to = format!("{}/{PAGE}?apikey=zap-key", elsewhere.url());
        fake.disturb(PAGE, 1, Effect::Say(Reply::text(status, "text/plain", "").with("location", to)));
        let fault = client(&fake.url(), &Trust::System).ask(ask()).await.unwrap_err();
        assert_eq!((fault.code, fault.detail), (FaultCode::Redirected, elsewhere.url()), "{status}");
    }
    assert_eq!(elsewhere.count("/"), 0);
}

#[tokio::test]
async fn what_breaks_off_is_told_apart() {
    let fake = Fake::start(Zap::default(), None).await;
    let client = client(&fake.url(), &Trust::System);
    for (effect, expected) in [
        (Effect::Close, FaultCode::ClosedSilently),
        (Effect::Hang, FaultCode::NoAnswer),
        (Effect::Truncate, FaultCode::CutOff),
        (Effect::Slow(Duration::from_millis(900)), FaultCode::CutOff),
        (Effect::Say(Reply::text(200, "text/plain", "a".repeat(2000))), FaultCode::TooBig),
    ] {
        fake.disturb(PAGE, 1, effect);
        let fault = client.ask(ask().at_most(1000)).await.unwrap_err();
        assert_eq!((fault.code, fault.perhaps_done), (expected, true));
    }
    // A body that comes on and on, drop by drop.
    fake.disturb(PAGE, 1, Effect::Say(Reply::text(200, "text/plain", "a".repeat(4000))));
    assert!(client.ask(ask()).await.is_ok());
    let long = "x".repeat(4000);
    fake.state().contexts.push(fakes::zap::Setting { name: long, ..Default::default() });
    fake.disturb("contextList", 1, Effect::Slow(Duration::from_millis(20)));
    let list = Ask::get("JSON/context/view/contextList/").query("apikey", "zap-key");
    assert_eq!(code(client.ask(list).await), FaultCode::TooLong);
    let mut bytes = Vec::new();
    let fetched = client.fetch(ask(), &mut Output::new(&mut bytes, 5)).await;
    assert_eq!(code(fetched), FaultCode::TooBig);
    assert!(bytes.len() <= 5);
}
