//! Percent-encoding for the values of a query.

use std::fmt::Write;

/// `text` with everything but unreserved characters percent-encoded (RFC 3986 §2.3).
#[must_use]
pub fn query_value(text: &str) -> String {
    text.bytes().fold(String::with_capacity(text.len() + 16), |mut out, byte| {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            // Writing to a String cannot fail.
            let _ = write!(out, "%{byte:02X}");
        }
        out
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_reserved_is_encoded() {
        assert_eq!(query_value("sev:critical,high a&b=ñ"), "sev%3Acritical%2Chigh%20a%26b%3D%C3%B1");
    }
}
