//! One-time codes by time (RFC 6238: HMAC-SHA-1, six digits, thirty seconds), the picture by which a phone takes their seed, and
//! recovery codes.

use hmac::{Hmac, KeyInit, Mac};
use model::Micros;
use qrcodegen::{QrCode, QrCodeEcc};
use sha1::Sha1;
use std::fmt::Write as _;
use subtle::ConstantTimeEq;

/// Bytes of a seed: as many as the hash has (RFC 4226 §4 asks for at least 16).
pub(crate) const SEED: usize = 20;
/// How long a code holds, in microseconds.
const STEP: i64 = 30_000_000;
/// A clock may be so many steps off.
const DRIFT: i64 = 1;
/// How many recovery codes there are.
pub(crate) const RECOVERY: usize = 10;
/// Characters of a recovery code: 24 of 32 kinds hold 120 bits, so that a plain hash of one tells nothing.
const RECOVERY_LENGTH: usize = 24;
const BASE32: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// The code of a step.
fn code(seed: &[u8], step: i64) -> u32 {
    let Ok(mut mac) = Hmac::<Sha1>::new_from_slice(seed) else { return u32::MAX };
    mac.update(&step.to_be_bytes());
    let hash = mac.finalize().into_bytes();
    let at = usize::from(hash[19] & 0x0f);
    let word = u32::from_be_bytes([hash[at] & 0x7f, hash[at + 1], hash[at + 2], hash[at + 3]]);
    word % 1_000_000
}

/// The step whose code this is, if it is one of now and later than `last`. Every step is compared, in the same time.
pub(crate) fn step_of(seed: &[u8], said: &str, last: i64, now: Micros) -> Option<i64> {
    let digits: String = said.chars().filter(|c| !c.is_whitespace()).collect();
    if digits.len() != 6 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let current = now.0.div_euclid(STEP);
    let mut found = None;
    for step in current - DRIFT..=current + DRIFT {
        let expected = format!("{:06}", code(seed, step));
        if bool::from(expected.as_bytes().ct_eq(digits.as_bytes())) && step > last {
            found = Some(step);
        }
    }
    found
}

/// Bytes in base 32 without padding (RFC 4648 §6).
pub(crate) fn base32(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 8 / 5 + 1);
    let (mut held, mut bits) = (0u32, 0);
    for byte in bytes {
        held = (held << 8) | u32::from(*byte);
        bits += 8;
        while bits >= 5 {
            bits -= 5;
            text.push(char::from(BASE32[((held >> bits) & 31) as usize]));
        }
    }
    if bits > 0 {
        text.push(char::from(BASE32[((held << (5 - bits)) & 31) as usize]));
    }
    text
}

/// The address that carries a seed to an authenticator.
pub(crate) fn address(login: &str, seed: &[u8]) -> String {
    let login: String = login.bytes().fold(String::new(), |mut text, byte| {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            text.push(char::from(byte));
        } else {
            // Writing to a String cannot fail.
            let _ = write!(text, "%{byte:02X}");
        }
        text
    });
    format!("otpauth://totp/Postura:{login}?secret={}&issuer=Postura", base32(seed))
}

/// The address as a picture; empty if it is too long for one.
pub(crate) fn picture(address: &str) -> String {
    let Ok(code) = QrCode::encode_text(address, QrCodeEcc::Medium) else { return String::new() };
    let side = code.size() + 8;
    let mut path = String::new();
    for y in 0..code.size() {
        for x in (0..code.size()).filter(|x| code.get_module(*x, y)) {
            // Writing to a String cannot fail.
            let _ = write!(path, "M{} {}h1v1h-1z", x + 4, y + 4);
        }
    }
    format!(
        "<svg class=\"p-code\" viewBox=\"0 0 {side} {side}\" aria-hidden=\"true\"><path class=\"p-code-ground\" \
         d=\"M0 0h{side}v{side}H0z\"/><path class=\"p-code-ink\" d=\"{path}\"/></svg>"
    )
}

/// New recovery codes.
pub(crate) fn recovery_codes() -> Vec<String> {
    let one = || {
        let bytes: [u8; 15] = rand::random();
        base32(&bytes)
    };
    (0..RECOVERY).map(|_| one()).collect()
}

/// A recovery code as it was written down, if it can be one: without the gaps, in capitals.
pub(crate) fn recovery_code(said: &str) -> Option<String> {
    let code: String = said.chars().filter(|c| !c.is_whitespace() && *c != '-').collect::<String>().to_uppercase();
    (code.len() == RECOVERY_LENGTH && code.bytes().all(|byte| BASE32.contains(&byte))).then_some(code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_those_of_the_standard() {
        // RFC 6238, appendix B: the last six of eight digits.
        let seed = b"12345678901234567890";
        let known = [(59, 287_082), (1_111_111_109, 81_804), (1_234_567_890, 5_924), (20_000_000_000, 353_130)];
        for (seconds, expected) in known {
            assert_eq!(code(seed, seconds / 30), expected, "{seconds}");
        }
        let now = Micros(59_000_000);
        assert_eq!(step_of(seed, "287 082", 0, now), Some(1));
        assert_eq!(step_of(seed, "287082", 1, now), None, "a step is taken once");
        assert_eq!(step_of(seed, "287082", 0, Micros(59_000_000 + 3 * STEP)), None);
        for wrong in ["", "28708", "2870822", "28708x", "287083"] {
            assert_eq!(step_of(seed, wrong, 0, now), None, "{wrong}");
        }
    }

    #[test]
    fn seeds_and_recovery_codes_are_written_in_base_32() {
        assert_eq!(base32(b"foobar"), "MZXW6YTBOI");
        let to = "otpauth://totp/Postura:ana%40example.org?secret=MZXW6YTBOI&issuer=Postura";
        assert_eq!(address("ana@example.org", b"foobar"), to);
        let codes = recovery_codes();
        assert_eq!(codes.len(), RECOVERY);
        let said = format!(" {}-{} ", codes[0][..6].to_lowercase(), &codes[0][6..]);
        assert_eq!(recovery_code(&said), Some(codes[0].clone()));
        assert_eq!(recovery_code("123456"), None);
        assert!(picture(&address("ana", &[7; SEED])).starts_with("<svg"));
    }
}
