//! The weights of the formula of risk that an organisation may set. The severity's share is not among them: it is the scale on
//! which scanners and people rate.

use crate::{Criticality, Exposure};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// The most that a thing can weigh, in hundredths.
pub const WHOLE: u32 = 100;

/// The names of the weights in forms, in the order of [`RiskWeights::numbers`].
pub const WEIGHTS: [&str; 8] = [
    "unexploited",
    "criticality_low",
    "criticality_medium",
    "criticality_high",
    "criticality_critical",
    "exposure_internal",
    "exposure_partner",
    "exposure_internet",
];

/// The weights, in hundredths.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct RiskWeights {
    /// The share of a weakness of whose exploitation nothing is published; one that is known to be exploited has all.
    pub unexploited: u32,
    /// The shares of low, medium, high and critical assets; one of which nobody has said it counts as medium.
    pub criticality: [u32; 4],
    /// The shares of internal assets, those that partners reach, and those that everybody does; one of which nobody has said it
    /// counts as the second.
    pub exposure: [u32; 3],
}

impl RiskWeights {
    /// The weights that the project publishes: version 1.
    pub const PUBLISHED: Self = Self { unexploited: 50, criticality: [60, 80, 90, 100], exposure: [60, 80, 100] };

    /// All of them.
    #[must_use]
    pub fn numbers(&self) -> [u32; 8] {
        let ([low, medium, high, critical], [internal, partner, internet]) = (self.criticality, self.exposure);
        [self.unexploited, low, medium, high, critical, internal, partner, internet]
    }

    /// Weights, if they are fair: none more than the whole, and what is worse never less than what is not.
    #[must_use]
    pub fn of_numbers(numbers: [u32; 8]) -> Option<Self> {
        let [unexploited, low, medium, high, critical, internal, partner, internet] = numbers;
        let weights =
            Self { unexploited, criticality: [low, medium, high, critical], exposure: [internal, partner, internet] };
        let fair = numbers.iter().all(|number| *number <= WHOLE)
            && weights.criticality.is_sorted()
            && weights.exposure.is_sorted();
        fair.then_some(weights)
    }

    /// The share of how much depends on an asset.
    #[must_use]
    pub fn of_criticality(&self, criticality: Option<Criticality>) -> u32 {
        let [low, medium, high, critical] = self.criticality;
        match criticality {
            Some(Criticality::Low) => low,
            Some(Criticality::Medium) | None => medium,
            Some(Criticality::High) => high,
            Some(Criticality::Critical) => critical,
        }
    }

    /// The share of who can reach an asset.
    #[must_use]
    pub fn of_exposure(&self, exposure: Option<Exposure>) -> u32 {
        let [internal, partner, internet] = self.exposure;
        match exposure {
            Some(Exposure::Internal) => internal,
            Some(Exposure::Partner) | None => partner,
            Some(Exposure::Internet) => internet,
        }
    }
}

impl fmt::Display for RiskWeights {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.numbers().map(|number| number.to_string()).join(" "))
    }
}

impl FromStr for RiskWeights {
    type Err = ();

    /// Reads the numbers in their order, parted by spaces.
    fn from_str(text: &str) -> Result<Self, ()> {
        let numbers: Vec<u32> =
            text.split_whitespace().map(|number| number.parse().map_err(|_| ())).collect::<Result<_, _>>()?;
        Self::of_numbers(numbers.try_into().map_err(|_| ())?).ok_or(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_read_back_and_are_fair() {
        let published = RiskWeights::PUBLISHED;
        assert_eq!(published.to_string().parse(), Ok(published));
        assert_eq!(published.numbers().len(), WEIGHTS.len());
        for text in
            ["", "1 2", "50 60 80 90 100 60 80 101", "50 80 60 90 100 60 80 100", "50 60 80 90 100 80 60 100", "x"]
        {
            assert_eq!(text.parse::<RiskWeights>(), Err(()), "{text}");
        }
    }
}
