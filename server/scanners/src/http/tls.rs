//! Encrypted connections, and whom they are trusted to lead to.

use crate::{Fault, Trust};
use model::scanner::FaultCode;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, Error, OtherError, RootCertStore, SignatureScheme,
};
use sha2::{Digest, Sha256};
use std::fmt;
use std::sync::{Arc, OnceLock};

/// How connections are encrypted and their other end is judged.
///
/// # Errors
/// [`FaultCode::Settings`] for authorities that are none.
pub fn config(trust: &Trust) -> Result<Arc<ClientConfig>, Fault> {
    let roots = match trust {
        Trust::System => system(),
        Trust::Authorities(pem) => Arc::new(authorities(pem)?),
        Trust::Pinned(fingerprint) => return judged_by(Judge::Pinned(*fingerprint)),
    };
    Ok(Arc::new(builder()?.with_root_certificates(roots).with_no_client_auth()))
}

/// A configuration that takes whatever certificate comes, for looking at it and nothing else.
pub fn to_look() -> Result<Arc<ClientConfig>, Fault> {
    judged_by(Judge::Any)
}

fn judged_by(judge: Judge) -> Result<Arc<ClientConfig>, Fault> {
    let verifier = Arc::new(Own { judge, provider: provider() });
    Ok(Arc::new(builder()?.dangerous().with_custom_certificate_verifier(verifier).with_no_client_auth()))
}

fn provider() -> Arc<CryptoProvider> {
    static PROVIDER: OnceLock<Arc<CryptoProvider>> = OnceLock::new();
    Arc::clone(PROVIDER.get_or_init(|| Arc::new(ring::default_provider())))
}

fn builder() -> Result<rustls::ConfigBuilder<ClientConfig, rustls::WantsVerifier>, Fault> {
    let builder = ClientConfig::builder_with_provider(provider());
    builder.with_safe_default_protocol_versions().map_err(|error| Fault::new(FaultCode::Tls, error.to_string()))
}

/// The authorities that this machine trusts, read once. None at all is possible: then nothing is trusted.
fn system() -> Arc<RootCertStore> {
    static SYSTEM: OnceLock<Arc<RootCertStore>> = OnceLock::new();
    let read = || {
        let mut roots = RootCertStore::empty();
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        Arc::new(roots)
    };
    Arc::clone(SYSTEM.get_or_init(read))
}

fn authorities(pem: &str) -> Result<RootCertStore, Fault> {
    let odd = || Fault::new(FaultCode::Settings, "authorities");
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(pem.as_bytes()) {
        roots.add(certificate.map_err(|_| odd())?).map_err(|_| odd())?;
    }
    if roots.is_empty() { Err(odd()) } else { Ok(roots) }
}

/// The fault behind a handshake that failed.
pub fn fault_of(error: &std::io::Error) -> Fault {
    match error.get_ref().and_then(|inner| inner.downcast_ref::<Error>()) {
        Some(Error::InvalidCertificate(certificate)) => fault_of_certificate(certificate),
        Some(other) => Fault::new(FaultCode::Tls, other.to_string()),
        None => Fault::new(FaultCode::Tls, error.to_string()),
    }
}

fn fault_of_certificate(error: &CertificateError) -> Fault {
    use CertificateError as Is;
    let code = match error {
        Is::Expired | Is::ExpiredContext { .. } | Is::NotValidYet | Is::NotValidYetContext { .. } => {
            FaultCode::CertificateExpired
        }
        Is::NotValidForName | Is::NotValidForNameContext { .. } => FaultCode::CertificateName,
        Is::Other(OtherError(other)) => match other.downcast_ref::<Changed>() {
            Some(changed) => return Fault::new(FaultCode::CertificateChanged, changed.to_string()),
            None => FaultCode::CertificateUntrusted,
        },
        _ => FaultCode::CertificateUntrusted,
    };
    Fault::new(code, error.to_string())
}

/// Another certificate came than the one that was confirmed.
#[derive(Debug)]
struct Changed([u8; 32]);

impl fmt::Display for Changed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl std::error::Error for Changed {}

#[derive(Debug)]
enum Judge {
    /// The one with that SHA-256.
    Pinned([u8; 32]),
    /// All: it is only looked at.
    Any,
}

/// Judges a certificate by itself alone. That the other end holds its key is verified in either case.
#[derive(Debug)]
struct Own {
    judge: Judge,
    provider: Arc<CryptoProvider>,
}

impl ServerCertVerifier for Own {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let Judge::Pinned(pinned) = self.judge else { return Ok(ServerCertVerified::assertion()) };
        let seen: [u8; 32] = Sha256::digest(end_entity).into();
        if seen == pinned {
            return Ok(ServerCertVerified::assertion());
        }
        Err(CertificateError::Other(OtherError(Arc::new(Changed(seen)))).into())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, certificate, signed, &self.provider.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, certificate, signed, &self.provider.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}
