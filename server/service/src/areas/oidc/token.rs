//! The token by which an identity provider says who somebody is (`OpenID` Connect Core 1.0, §2 and §3.1.3.7; RFC 7515, 7517, 7519):
//! signed with RS256 or ES256 by a key that the provider publishes, for this client, for this sign-in, and for now.
//!
//! What a token says of its own algorithm only chooses among those two, and a key is good for its own kind alone.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::signature::{ECDSA_P256_SHA256_FIXED, RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents, UnparsedPublicKey};
use serde::Deserialize;
use serde_json::{Map, Value};
use subtle::ConstantTimeEq;

/// How far two clocks may be apart, in seconds.
const LEEWAY: i64 = 60;
/// The longest token that is looked at, in bytes.
const LONGEST: usize = 64 << 10;
/// The most keys of a provider that are kept.
const MOST_KEYS: usize = 100;

/// Why a token is not believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Objection {
    #[error("the token cannot be read")]
    Form,
    #[error("the token is signed in another way than RS256 and ES256")]
    Algorithm,
    #[error("the token is signed with a key that the provider does not publish")]
    Key,
    #[error("the token was changed since it was signed")]
    Signature,
    #[error("the token is of another issuer")]
    Issuer,
    #[error("the token is for another client")]
    Audience,
    #[error("the token has expired")]
    Expired,
    #[error("the token is not good yet")]
    Early,
    #[error("the token is of another sign-in")]
    Nonce,
}

/// The keys that a provider publishes.
pub(super) struct Keys(Vec<Key>);

struct Key {
    id: Option<String>,
    kind: Kind,
}

enum Kind {
    Rsa { modulus: Vec<u8>, exponent: Vec<u8> },
    P256 { point: Vec<u8> },
}

/// A key as it is published. What is not for signatures or of another kind is passed over.
#[derive(Deserialize)]
struct Published {
    kty: String,
    kid: Option<String>,
    #[serde(rename = "use")]
    usage: Option<String>,
    crv: Option<String>,
    n: Option<String>,
    e: Option<String>,
    x: Option<String>,
    y: Option<String>,
}

#[derive(Deserialize)]
struct Set {
    keys: Vec<Value>,
}

impl Keys {
    /// Reads a set of keys (RFC 7517, §5); none if it is no such set.
    pub fn read(json: &[u8]) -> Option<Self> {
        let set: Set = serde_json::from_slice(json).ok()?;
        let keys = set.keys.into_iter().take(MOST_KEYS);
        Some(Self(keys.filter_map(|key| Key::read(serde_json::from_value(key).ok()?)).collect()))
    }
}

impl Key {
    fn read(key: Published) -> Option<Self> {
        if key.usage.is_some_and(|usage| usage != "sig") {
            return None;
        }
        let bytes = |text: Option<String>| URL_SAFE_NO_PAD.decode(text?).ok();
        let kind = match (key.kty.as_str(), key.crv.as_deref()) {
            ("RSA", _) => Kind::Rsa { modulus: bytes(key.n)?, exponent: bytes(key.e)? },
            ("EC", Some("P-256")) => {
                let (x, y) = (bytes(key.x)?, bytes(key.y)?);
                // An uncompressed point (SEC 1, §2.3.3).
                Kind::P256 { point: [&[4], x.as_slice(), y.as_slice()].concat() }
            }
            _ => return None,
        };
        Some(Self { id: key.kid, kind })
    }

    fn fits(&self, algorithm: Algorithm, id: Option<&str>) -> bool {
        let kind = matches!(
            (&self.kind, algorithm),
            (Kind::Rsa { .. }, Algorithm::Rs256) | (Kind::P256 { .. }, Algorithm::Es256)
        );
        kind && (id.is_none() || self.id.as_deref() == id)
    }

    fn verifies(&self, signed: &[u8], signature: &[u8]) -> bool {
        match &self.kind {
            Kind::Rsa { modulus, exponent } => {
                let key = RsaPublicKeyComponents { n: modulus, e: exponent };
                key.verify(&RSA_PKCS1_2048_8192_SHA256, signed, signature).is_ok()
            }
            Kind::P256 { point } => {
                UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point).verify(signed, signature).is_ok()
            }
        }
    }
}

#[derive(Clone, Copy)]
enum Algorithm {
    Rs256,
    Es256,
}

#[derive(Deserialize)]
struct Header {
    alg: String,
    kid: Option<String>,
    /// Extensions that a reader must understand; this one understands none.
    crit: Option<Value>,
}

/// What a token must say.
pub(super) struct Expected<'a> {
    pub issuer: &'a str,
    pub client: &'a str,
    pub nonce: &'a str,
    /// Now, in seconds since 1970.
    pub now: i64,
}

/// What a token says, once it is believed.
pub(super) fn verified(token: &str, keys: &Keys, expected: &Expected<'_>) -> Result<Map<String, Value>, Objection> {
    if token.len() > LONGEST {
        return Err(Objection::Form);
    }
    let mut parts = token.split('.');
    let (Some(header), Some(claims), Some(signature), None) = (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return Err(Objection::Form);
    };
    let signed = &token.as_bytes()[..header.len() + 1 + claims.len()];
    let decoded = |text: &str| URL_SAFE_NO_PAD.decode(text).map_err(|_| Objection::Form);
    let header: Header = serde_json::from_slice(&decoded(header)?).map_err(|_| Objection::Form)?;
    let algorithm = match header.alg.as_str() {
        "RS256" => Algorithm::Rs256,
        "ES256" => Algorithm::Es256,
        _ => return Err(Objection::Algorithm),
    };
    if header.crit.is_some() {
        return Err(Objection::Algorithm);
    }
    let mut fitting = keys.0.iter().filter(|key| key.fits(algorithm, header.kid.as_deref())).peekable();
    if fitting.peek().is_none() {
        return Err(Objection::Key);
    }
    let signature = decoded(signature)?;
    if !fitting.any(|key| key.verifies(signed, &signature)) {
        return Err(Objection::Signature);
    }
    let claims: Map<String, Value> = serde_json::from_slice(&decoded(claims)?).map_err(|_| Objection::Form)?;
    judged(&claims, expected)?;
    Ok(claims)
}

/// Whether what is signed is for this client, this sign-in and now.
fn judged(claims: &Map<String, Value>, expected: &Expected<'_>) -> Result<(), Objection> {
    let text = |name: &str| claims.get(name).and_then(Value::as_str);
    if text("iss") != Some(expected.issuer) {
        return Err(Objection::Issuer);
    }
    let audience: Vec<&str> = match claims.get("aud") {
        Some(Value::String(one)) => vec![one],
        Some(Value::Array(all)) => all.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    };
    // Who is meant among several must be said; whoever is said to be meant must be this client.
    let meant = match (text("azp"), audience.len()) {
        (Some(party), _) => party == expected.client,
        (None, number) => number == 1,
    };
    if !audience.contains(&expected.client) || !meant {
        return Err(Objection::Audience);
    }
    let seconds = |name: &str| claims.get(name).and_then(Value::as_f64);
    #[expect(clippy::cast_precision_loss, reason = "seconds since 1970 are far below 2^52")]
    let (now, leeway) = (expected.now as f64, LEEWAY as f64);
    match (seconds("exp"), seconds("iat")) {
        (Some(ends), Some(_)) if now >= ends + leeway => return Err(Objection::Expired),
        (Some(_), Some(made)) if made > now + leeway => return Err(Objection::Early),
        (Some(_), Some(_)) => {}
        _ => return Err(Objection::Form),
    }
    if seconds("nbf").is_some_and(|from| from > now + leeway) {
        return Err(Objection::Early);
    }
    let nonce = text("nonce").unwrap_or_default();
    if !bool::from(nonce.as_bytes().ct_eq(expected.nonce.as_bytes())) {
        return Err(Objection::Nonce);
    }
    if text("sub").is_none_or(|subject| subject.is_empty() || subject.len() > 255) {
        return Err(Objection::Form);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const EXPECTED: Expected<'static> = Expected { issuer: "https://id", client: "postura", nonce: "n", now: 1_000 };

    fn judged(change: impl Fn(&mut Map<String, Value>)) -> Result<(), Objection> {
        let all = json!({ "iss": "https://id", "aud": "postura", "nonce": "n", "sub": "1", "exp": 1_300, "iat": 990 });
        let mut claims = all.as_object().unwrap().clone();
        change(&mut claims);
        super::judged(&claims, &EXPECTED)
    }

    fn said(name: &'static str, value: Value) -> Result<(), Objection> {
        judged(|claims| {
            claims.insert(name.to_owned(), value.clone());
        })
    }

    #[test]
    fn each_claim_is_looked_at() {
        assert_eq!(judged(|_| ()), Ok(()));
        assert_eq!(said("iss", json!("https://id/")), Err(Objection::Issuer));
        assert_eq!(said("aud", json!("another")), Err(Objection::Audience));
        assert_eq!(said("aud", json!(["postura", "another"])), Err(Objection::Audience), "who is meant is not said");
        assert_eq!(said("azp", json!("another")), Err(Objection::Audience));
        assert_eq!(said("exp", json!(1_300)), Ok(()));
        assert_eq!(said("exp", json!(940)), Err(Objection::Expired));
        assert_eq!(said("exp", json!("1300")), Err(Objection::Form), "a text is no time");
        assert_eq!(said("iat", json!(1_100)), Err(Objection::Early));
        assert_eq!(said("nbf", json!(1_100)), Err(Objection::Early));
        assert_eq!(said("nonce", json!("m")), Err(Objection::Nonce));
        assert_eq!(said("sub", json!("")), Err(Objection::Form));
        for name in ["exp", "iat", "nonce", "sub", "aud", "iss"] {
            assert!(judged(|claims| drop(claims.remove(name))).is_err(), "{name}");
        }
        let both = judged(|claims| {
            claims.insert("aud".to_owned(), json!(["postura", "another"]));
            claims.insert("azp".to_owned(), json!("postura"));
        });
        assert_eq!(both, Ok(()));
    }

    #[test]
    fn no_other_algorithm_is_believed() {
        let keys =
            Keys::read(br#"{"keys":[{"kty":"oct","k":"c2VjcmV0"},{"kty":"RSA","n":"AQAB","e":"AQAB","use":"enc"}]}"#);
        let keys = keys.unwrap();
        assert!(keys.0.is_empty(), "neither shared secrets nor keys that encrypt");
        for (header, why) in [
            (r#"{"alg":"none"}"#, Objection::Algorithm),
            (r#"{"alg":"HS256"}"#, Objection::Algorithm),
            (r#"{"alg":"RS256","crit":["b64"]}"#, Objection::Algorithm),
            (r#"{"alg":"RS256"}"#, Objection::Key),
        ] {
            let token = format!("{}.e30.", URL_SAFE_NO_PAD.encode(header));
            assert_eq!(verified(&token, &keys, &EXPECTED).err(), Some(why), "{header}");
        }
        assert_eq!(verified("a.b", &keys, &EXPECTED).err(), Some(Objection::Form));
    }
}
