//! What a browser gives as Base64 (RFC 4648 §4), as bytes.

/// The bytes.
///
/// # Panics
/// The text is not Base64.
pub fn decoded(text: &str) -> Vec<u8> {
    let value = |byte: u8| match byte {
        b'A'..=b'Z' => byte - b'A',
        b'a'..=b'z' => byte - b'a' + 26,
        b'0'..=b'9' => byte - b'0' + 52,
        b'+' => 62,
        b'/' => 63,
        other => panic!("{other} is no Base64"),
    };
    let digits: Vec<u8> = text.trim_end_matches('=').bytes().map(value).collect();
    let mut bytes = Vec::with_capacity(digits.len() * 3 / 4);
    for four in digits.chunks(4) {
        let bits = four.iter().fold(0_u32, |bits, digit| bits << 6 | u32::from(*digit)) << (6 * (4 - four.len()));
        bytes.extend_from_slice(&bits.to_be_bytes()[1..four.len()]);
    }
    bytes
}

#[test]
fn letters_become_bytes() {
    assert_eq!(decoded("aGVsbG8="), b"hello");
    assert_eq!(decoded("/+8A"), [0xff, 0xef, 0]);
    assert_eq!(decoded("QQ=="), b"A");
}
