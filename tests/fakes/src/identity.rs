//! Certificates, made when they are needed.

use rcgen::{CertificateParams, Issuer, KeyPair, date_time_ymd};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use std::sync::Arc;
use tokio_rustls::TlsAcceptor;

/// A certificate with its key, and what must be trusted for it to be.
pub struct Identity {
    chain: Vec<CertificateDer<'static>>,
    key: Vec<u8>,
    /// The certificate that vouches for it, in PEM: its authority's, or its own.
    pub authority: String,
}

impl Identity {
    /// One that vouches for itself, for `localhost` and `127.0.0.1`, as scanners have it after their installation.
    #[must_use]
    pub fn self_signed() -> Self {
        let key = KeyPair::generate().expect("a key");
        let certificate = params().self_signed(&key).expect("a certificate");
        Self { authority: certificate.pem(), chain: vec![certificate.der().clone()], key: key.serialize_der() }
    }

    /// One that an authority of our own vouches for.
    #[must_use]
    pub fn signed() -> Self {
        Self::signed_as(params())
    }

    /// One whose time is over.
    #[must_use]
    pub fn expired() -> Self {
        let mut old = params();
        old.not_before = date_time_ymd(2020, 1, 1);
        old.not_after = date_time_ymd(2021, 1, 1);
        Self::signed_as(old)
    }

    /// One for another name.
    #[must_use]
    pub fn of_another() -> Self {
        Self::signed_as(CertificateParams::new(vec!["elsewhere.example".to_owned()]).expect("a name"))
    }

    fn signed_as(params: CertificateParams) -> Self {
        let mut above = CertificateParams::new(Vec::new()).expect("no names");
        above.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
        above.distinguished_name.push(rcgen::DnType::CommonName, "Tests' authority");
        let above_key = KeyPair::generate().expect("a key");
        let authority = above.self_signed(&above_key).expect("a certificate");
        let key = KeyPair::generate().expect("a key");
        let certificate = params.signed_by(&key, &Issuer::new(above, above_key)).expect("a certificate");
        Self { authority: authority.pem(), chain: vec![certificate.der().clone()], key: key.serialize_der() }
    }

    /// Its DER.
    #[must_use]
    pub fn der(&self) -> &[u8] {
        &self.chain[0]
    }

    /// What a server needs to show it.
    #[must_use]
    pub fn acceptor(&self) -> TlsAcceptor {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(self.key.clone()));
        let config = rustls::ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("versions")
            .with_no_client_auth()
            .with_single_cert(self.chain.clone(), key)
            .expect("a certificate and its key");
        TlsAcceptor::from(Arc::new(config))
    }
}

fn params() -> CertificateParams {
    let names = vec!["localhost".to_owned(), "127.0.0.1".to_owned()];
    let mut params = CertificateParams::new(names).expect("names");
    params.distinguished_name.push(rcgen::DnType::CommonName, "A scanner");
    params.not_before = date_time_ymd(2024, 1, 1);
    params.not_after = date_time_ymd(2050, 6, 1);
    params
}
