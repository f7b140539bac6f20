//! A certificate as an operator's would be: of an authority, for a name, with an end, and a place where revocations stand.

use anyhow::Result;
use rcgen::{
    BasicConstraints, CertificateParams, CrlDistributionPoint, DistinguishedName, DnType, ExtendedKeyUsagePurpose,
    IsCa, Issuer, KeyPair, KeyUsagePurpose,
};
use std::path::Path;
use std::time::{Duration, SystemTime};

const DAY: Duration = Duration::from_secs(24 * 3600);

/// Writes `authority.pem`, and `site.pem` with `site.key` that it vouches for, into a folder. The authority is forgotten after.
pub fn issue(folder: &Path) -> Result<()> {
    let now = SystemTime::now();
    let named = |name: &str, days: u32, alternatives: Vec<String>| -> Result<CertificateParams> {
        let mut params = CertificateParams::new(alternatives)?;
        params.distinguished_name = DistinguishedName::new();
        params.distinguished_name.push(DnType::CommonName, name);
        params.not_before = (now - DAY).into();
        params.not_after = (now + DAY * days).into();
        Ok(params)
    };
    let mut above = named("Authority of the self-scan", 730, Vec::new())?;
    above.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    above.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    let key_above = KeyPair::generate()?;
    let authority = above.self_signed(&key_above)?;

    let mut site = named("localhost", 180, vec!["localhost".to_owned(), "127.0.0.1".to_owned()])?;
    site.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    site.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    site.use_authority_key_identifier_extension = true;
    site.crl_distribution_points =
        vec![CrlDistributionPoint { uris: vec!["http://authority.example/revoked.crl".to_owned()] }];
    let key = KeyPair::generate()?;
    let certificate = site.signed_by(&key, &Issuer::from_params(&above, &key_above))?;
    std::fs::write(folder.join("authority.pem"), authority.pem())?;
    std::fs::write(folder.join("site.pem"), certificate.pem())?;
    std::fs::write(folder.join("site.key"), key.serialize_pem())?;
    Ok(())
}
