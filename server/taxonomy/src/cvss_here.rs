//! A vector on one asset: environmental metrics from what the organisation has declared of it.

use crate::cvss_score::{CvssVersion, bare, cvss_score};
use model::{Criticality, Exposure};

/// The environmental metrics of any version. A vector that has one was rated for an environment already.
const ENVIRONMENT: [&str; 7] = ["CDP", "TD", "CR", "IR", "AR", "MAV", "MAC"];

/// A vector as it is on an asset. How much the asset matters says how much its confidentiality, integrity and availability are
/// required (`CR`, `IR`, `AR`; version 3.1, section 4.1). An asset that nobody outside can reach makes an attack over the
/// network one from an adjacent one (`MAV:A`, "a limited administrative domain", 2.1.1), which version 2 cannot say. `None` if nothing
/// that is declared adds anything, the vector was rated for an environment already, or it is not a whole one.
#[must_use]
pub fn cvss_here(vector: &str, criticality: Option<Criticality>, exposure: Option<Exposure>) -> Option<String> {
    let version = cvss_score(vector)?.version;
    let text = bare(vector);
    let metric = |id: &str| text.split('/').find_map(|part| part.split_once(':').filter(|(known, _)| *known == id));
    if ENVIRONMENT.iter().any(|id| metric(id).is_some()) || text.split('/').any(is_modified_impact) {
        return None;
    }
    let mut here = text.to_owned();
    if let Some(required) = criticality.map(requirement) {
        for id in ["CR", "IR", "AR"] {
            here = format!("{here}/{id}:{required}");
        }
    }
    let over_network = metric("AV").is_some_and(|(_, value)| value == "N");
    if version != CvssVersion::V2 && over_network && exposure == Some(Exposure::Internal) {
        here.push_str("/MAV:A");
    }
    (here != text).then_some(here)
}

/// Whether a part of a vector is any other modified metric: `MPR:H`, `MVC:L`.
fn is_modified_impact(part: &str) -> bool {
    part.split_once(':').is_some_and(|(id, _)| id.len() > 1 && id.starts_with('M'))
}

/// The requirement of an asset that matters so much.
fn requirement(criticality: Criticality) -> &'static str {
    match criticality {
        Criticality::Low => "L",
        Criticality::Medium => "M",
        Criticality::High | Criticality::Critical => "H",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const V31: &str = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H";
    const V4: &str = "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N";

    #[test]
    fn what_is_declared_of_an_asset_is_its_environment() {
        let here = |vector, criticality, exposure| {
            let here = cvss_here(vector, criticality, exposure)?;
            let score = cvss_score(&here)?.tenths;
            Some((here, score))
        };
        let (low, high) = (Some(Criticality::Low), Some(Criticality::Critical));
        let told = |text: &str, score| Some((text.to_owned(), score));
        // The calculators of FIRST give the same.
        assert_eq!(here(V31, low, Some(Exposure::Internal)), told(&format!("{V31}/CR:L/IR:L/AR:L/MAV:A"), 69));
        assert_eq!(here(V31, high, Some(Exposure::Internet)), told(&format!("{V31}/CR:H/IR:H/AR:H"), 98));
        assert_eq!(here(V31, None, Some(Exposure::Internal)), told(&format!("{V31}/MAV:A"), 88));
        let v4 = [low, high].map(|criticality| here(V4, criticality, None).unwrap().1);
        assert!(v4[0] < v4[1], "{v4:?}");
        let v2 = "AV:N/AC:L/Au:N/C:P/I:P/A:P";
        assert_eq!(cvss_here(v2, high, Some(Exposure::Internal)), Some(format!("{v2}/CR:H/IR:H/AR:H")));
        assert!(here("CVSS2#AV:N/AC:L/Au:N/C:P/I:P/A:P", low, None).unwrap().1 < cvss_score(v2).unwrap().tenths);
    }

    #[test]
    fn nothing_is_said_where_nothing_is_known() {
        let high = Some(Criticality::High);
        assert_eq!(cvss_here(V31, None, None), None);
        assert_eq!(cvss_here(V31, None, Some(Exposure::Internet)), None);
        assert_eq!(cvss_here(&format!("{V31}/CR:L"), high, None), None, "it was rated for an environment already");
        assert_eq!(cvss_here(&format!("{V31}/MPR:H"), high, None), None);
        assert_eq!(cvss_here("9.8", high, None), None);
        let local = V31.replace("AV:N", "AV:L");
        assert_eq!(cvss_here(&local, None, Some(Exposure::Internal)), None, "it was not over the network before");
    }
}
