//! CVSS scores.

/// A score in tenths: `9.8` is 98. `None` if it is not a number from 0 to 10.
pub fn tenths(text: &str) -> Option<u16> {
    let score: f32 = text.trim().parse().ok()?;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the range is checked")]
    (0.0..=10.0).contains(&score).then(|| (score * 10.0).round() as u16)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scores_are_tenths() {
        assert_eq!(
            [tenths("9.8"), tenths("10"), tenths("4.3 "), tenths("11"), tenths("high")],
            [Some(98), Some(100), Some(43), None, None]
        );
    }
}
