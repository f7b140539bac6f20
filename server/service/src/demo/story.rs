//! When something is there and when it is gone: the dice of the story, and its few fixed events.

use super::company::TEAMS;

/// The week in which a subnet of the infrastructure could not be reached.
pub(super) const OUTAGE: i64 = 31;
/// The weeks in which the scanner could not sign in on the portal's hosts.
pub(super) const NO_CREDENTIALS: [i64; 2] = [37, 38];
/// The week whose host scan reached Postura three weeks late.
pub(super) const LATE: i64 = 44;
/// The week in which an exploited flaw of the web server became known.
pub(super) const EXPLOITED: i64 = 20;

/// A number that depends on its arguments alone (`SplitMix64` over them).
pub(super) fn dice(parts: &[u64]) -> u64 {
    let mut state = 0x0A1A_D1A0_u64;
    for part in parts {
        state = state.wrapping_add(*part).wrapping_add(0x9E37_79B9_7F4A_7C15);
        state = (state ^ (state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        state = (state ^ (state >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        state ^= state >> 31;
    }
    state
}

/// Something that may be present on a thing of a team.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fate {
    /// The week in which it appears.
    pub from: i64,
    /// The week in which it is fixed.
    pub to: i64,
    /// The weeks in which it is back, if it comes back.
    pub again: Option<(i64, i64)>,
}

impl Fate {
    /// The fate of `what` on `thing`: `from` is the earliest week, `severity` (0 to 4) hurries the team.
    pub fn cast(what: u64, thing: u64, team: usize, from: i64, severity: i64) -> Self {
        let roll = dice(&[what, thing]);
        let pace = TEAMS.get(team).map_or(6, |team| team.pace);
        let from = from + i64::try_from(roll % 5).unwrap_or(0);
        // Informational findings stay; the worse it is, the faster it goes. One in seven is never fixed.
        let weeks = pace * (6 - severity) / 2 + i64::try_from((roll >> 8) % 9).unwrap_or(0);
        let to = if severity == 0 || (roll >> 16).is_multiple_of(7) { i64::MAX } else { from + weeks.max(1) };
        let again = (to < 45 && (roll >> 24).is_multiple_of(11)).then(|| (to + 4, to + 4 + pace));
        Self { from, to, again }
    }

    /// Whether it is there in a week.
    pub fn present(&self, week: i64) -> bool {
        let inside = |(from, to): (i64, i64)| (from..to).contains(&week);
        inside((self.from, self.to)) || self.again.is_some_and(inside)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_story_has_fixes_and_regressions() {
        let fates: Vec<Fate> = (0..500).map(|n| Fate::cast(7, n, (n % 5) as usize, 3, 2)).collect();
        assert!(fates.iter().filter(|fate| fate.to < 52).count() > 200);
        assert!(fates.iter().filter(|fate| fate.again.is_some()).count() > 20);
        assert!(fates.iter().any(|fate| fate.present(51)));
    }
}
