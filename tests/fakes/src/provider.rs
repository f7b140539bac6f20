//! An identity provider (`OpenID` Connect) that is none: discovery, keys, a door that lets whoever is set in, and tokens that can be
//! made wrong in every way.

use crate::{Api, Question, Reply};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair, RSA_PKCS1_SHA256, RsaKeyPair};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// What Postura is called here, and what it proves itself with.
pub const CLIENT: (&str, &str) = ("postura", "the client's secret: with a colon");

/// A key for RS256, which `ring` cannot make: PKCS #1 in base64. It signs the tokens of tests, and nothing else.
const RS256: &str = include_str!("../../fixtures/oidc/rs256.base64");

/// How a token is signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signed {
    /// RSA.
    Rs256,
    /// The curve P-256.
    Es256,
    /// The curve P-256, with a key that is not published under the name of one that is.
    ByAnother,
    /// Not at all, and it says so.
    None,
}

/// What was asked at the door, until the code is exchanged.
struct Asked {
    redirect: String,
    nonce: String,
    challenge: String,
}

/// The provider's state.
pub struct Provider {
    rsa: RsaKeyPair,
    ec: EcdsaKeyPair,
    another: EcdsaKeyPair,
    random: SystemRandom,
    codes: BTreeMap<String, Asked>,
    number: usize,
    /// Where it is reached, once it listens.
    pub issuer: String,
    /// What a token says of who signs in: at least `sub`.
    pub person: Value,
    /// How many seconds ago they proved who they are, if they need not do so now.
    pub since: u64,
    /// How tokens are signed.
    pub signed: Signed,
    /// What a token says instead of what is right, claim by claim; null takes a claim away.
    pub wrong: Map<String, Value>,
}

fn ec() -> EcdsaKeyPair {
    let random = SystemRandom::new();
    let der = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random).expect("a key");
    EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, der.as_ref(), &random).expect("a key")
}

impl Default for Provider {
    fn default() -> Self {
        let der = STANDARD.decode(RS256.split_whitespace().collect::<String>()).expect("base64");
        Self {
            rsa: RsaKeyPair::from_der(&der).expect("a key"),
            ec: ec(),
            another: ec(),
            random: SystemRandom::new(),
            codes: BTreeMap::new(),
            number: 0,
            issuer: String::new(),
            person: json!({ "sub": "1" }),
            since: 0,
            signed: Signed::Rs256,
            wrong: Map::new(),
        }
    }
}

fn encoded(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

impl Provider {
    fn keys(&self) -> Value {
        let public: ring::rsa::PublicKeyComponents<Vec<u8>> = self.rsa.public().into();
        let point = self.ec.public_key().as_ref();
        json!({ "keys": [
            { "kty": "RSA", "kid": "r", "use": "sig", "alg": "RS256", "n": encoded(public.n), "e": encoded(public.e) },
            { "kty": "EC", "kid": "e", "use": "sig", "crv": "P-256", "x": encoded(&point[1..33]), "y": encoded(&point[33..]) },
            { "kty": "OKP", "kid": "o", "crv": "Ed25519", "x": "AA" },
        ]})
    }

    /// Lets whoever is set in, without a word.
    fn door(&mut self, question: &Question) -> Reply {
        let right = question.get("response_type") == "code"
            && question.get("client_id") == CLIENT.0
            && question.get("code_challenge_method") == "S256"
            && question.get("scope").split(' ').any(|scope| scope == "openid");
        if !right {
            return Reply::status(400, &json!({ "error": "invalid_request" }));
        }
        if question.get("max_age") == "0" {
            self.since = 0;
        }
        self.number += 1;
        let code = format!("code-{}", self.number);
        let redirect = question.get("redirect_uri").to_owned();
        let back = format!("{redirect}?code={code}&state={}", question.get("state"));
        let asked = Asked {
            redirect,
            nonce: question.get("nonce").to_owned(),
            challenge: question.get("code_challenge").to_owned(),
        };
        self.codes.insert(code, asked);
        Reply::text(302, "text/plain", "").with("location", back)
    }

    /// A code is good once, for who can prove that it was asked for by them.
    fn exchange(&mut self, question: &Question) -> Reply {
        let refused = |error: &str| Reply::status(400, &json!({ "error": error }));
        let encoded_secret: String = url::form_urlencoded::byte_serialize(CLIENT.1.as_bytes()).collect();
        let basic = format!("Basic {}", STANDARD.encode(format!("{}:{encoded_secret}", CLIENT.0)));
        if question.header("authorization") != basic {
            return refused("invalid_client");
        }
        let Some(asked) = self.codes.remove(question.get("code")) else { return refused("invalid_grant") };
        let proof = encoded(Sha256::digest(question.get("code_verifier").as_bytes()));
        if proof != asked.challenge || question.get("redirect_uri") != asked.redirect {
            return refused("invalid_grant");
        }
        Reply::json(&json!({ "token_type": "Bearer", "access_token": "unused", "id_token": self.token(&asked.nonce) }))
    }

    fn token(&self, nonce: &str) -> String {
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).expect("after 1970").as_secs();
        let mut claims = self.person.as_object().cloned().unwrap_or_default();
        let own = json!({ "iss": self.issuer, "aud": CLIENT.0, "nonce": nonce, "iat": now, "exp": now + 300,
            "auth_time": now - self.since });
        claims.extend(own.as_object().cloned().unwrap_or_default());
        for (name, value) in &self.wrong {
            match value {
                Value::Null => drop(claims.remove(name)),
                value => drop(claims.insert(name.clone(), value.clone())),
            }
        }
        let header = match self.signed {
            Signed::Rs256 => json!({ "alg": "RS256", "kid": "r" }),
            Signed::Es256 | Signed::ByAnother => json!({ "alg": "ES256", "kid": "e" }),
            Signed::None => json!({ "alg": "none" }),
        };
        let signed = format!("{}.{}", encoded(header.to_string()), encoded(Value::Object(claims).to_string()));
        let ec = |key: &EcdsaKeyPair| key.sign(&self.random, signed.as_bytes()).expect("a signature").as_ref().to_vec();
        let signature = match self.signed {
            Signed::Rs256 => {
                let mut signature = vec![0; self.rsa.public().modulus_len()];
                let done = self.rsa.sign(&RSA_PKCS1_SHA256, &self.random, signed.as_bytes(), &mut signature);
                done.expect("a signature");
                signature
            }
            Signed::Es256 => ec(&self.ec),
            Signed::ByAnother => ec(&self.another),
            Signed::None => Vec::new(),
        };
        format!("{signed}.{}", encoded(signature))
    }
}

impl Api for Provider {
    fn answer(&mut self, question: &Question) -> Reply {
        let at = |path: &str| format!("{}/{path}", self.issuer);
        match question.route() {
            ("GET", path) if path == [".well-known", "openid-configuration"] => Reply::json(&json!({
                "issuer": self.issuer,
                "authorization_endpoint": at("door"),
                "token_endpoint": at("token"),
                "jwks_uri": at("keys"),
                "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
            })),
            ("GET", path) if path == ["keys"] => Reply::json(&self.keys()),
            ("GET", path) if path == ["door"] => self.door(question),
            ("POST", path) if path == ["token"] => self.exchange(question),
            _ => Reply::status(404, &json!({ "error": "not_found" })),
        }
    }
}
