//! The example vectors that FIRST publishes with each version of CVSS score as published there.

use taxonomy::{CvssVersion, cvss_score, cvss_words};

/// From the guide of version 2, section 3.3: three vulnerabilities, each with base, temporal and environmental metrics.
const V2: &[(&str, u16)] = &[
    ("AV:N/AC:L/Au:N/C:N/I:N/A:C", 78),
    ("AV:N/AC:L/Au:N/C:N/I:N/A:C/E:F/RL:OF/RC:C", 64),
    ("AV:N/AC:L/Au:N/C:N/I:N/A:C/E:F/RL:OF/RC:C/CDP:H/TD:H/CR:M/IR:M/AR:H", 92),
    ("AV:N/AC:L/Au:N/C:C/I:C/A:C", 100),
    ("AV:N/AC:L/Au:N/C:C/I:C/A:C/E:F/RL:OF/RC:C", 83),
    ("AV:N/AC:L/Au:N/C:C/I:C/A:C/E:F/RL:OF/RC:C/CDP:H/TD:H/CR:M/IR:M/AR:L", 90),
    ("AV:L/AC:H/Au:N/C:C/I:C/A:C", 62),
    ("AV:L/AC:H/Au:N/C:C/I:C/A:C/E:POC/RL:OF/RC:C", 49),
    ("AV:L/AC:H/Au:N/C:C/I:C/A:C/E:POC/RL:OF/RC:C/CDP:H/TD:H/CR:M/IR:M/AR:M", 75),
];

/// From the examples of versions 3.0 and 3.1, which share them.
const V3: &[(&str, u16)] = &[
    ("AV:N/AC:L/PR:N/UI:R/S:C/C:L/I:L/A:N", 61),
    ("AV:N/AC:L/PR:L/UI:N/S:C/C:L/I:L/A:N", 64),
    ("AV:N/AC:H/PR:N/UI:R/S:U/C:L/I:N/A:N", 31),
    ("AV:N/AC:L/PR:L/UI:N/S:C/C:H/I:H/A:H", 99),
    ("AV:L/AC:L/PR:H/UI:N/S:U/C:L/I:L/A:L", 42),
    ("AV:N/AC:L/PR:L/UI:N/S:U/C:H/I:H/A:H", 88),
    ("AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N", 75),
    ("AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", 98),
    ("AV:N/AC:H/PR:N/UI:N/S:C/C:N/I:H/A:N", 68),
    ("AV:P/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", 68),
    ("AV:N/AC:L/PR:N/UI:N/S:C/C:L/I:N/A:N", 58),
    ("AV:N/AC:L/PR:N/UI:N/S:C/C:N/I:L/A:N", 58),
    ("AV:N/AC:L/PR:L/UI:R/S:C/C:L/I:L/A:N", 54),
    ("AV:L/AC:L/PR:N/UI:R/S:U/C:H/I:H/A:H", 78),
    ("AV:A/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", 88),
    ("AV:P/AC:L/PR:N/UI:N/S:U/C:N/I:H/A:N", 46),
    ("AV:N/AC:L/PR:N/UI:R/S:U/C:H/I:H/A:H", 88),
    ("AV:N/AC:H/PR:N/UI:N/S:U/C:H/I:H/A:N", 74),
    ("AV:N/AC:L/PR:N/UI:R/S:C/C:H/I:H/A:H", 96),
];

/// Temporal scores as Microsoft publishes them with its bulletins.
const TEMPORAL: &[(&str, u16)] = &[
    ("AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H/E:U/RL:O/RC:C", 85),
    ("AV:L/AC:L/PR:L/UI:N/S:U/C:H/I:H/A:H/E:U/RL:O/RC:C", 68),
    ("AV:L/AC:L/PR:L/UI:N/S:U/C:H/I:H/A:H/E:F/RL:O/RC:C", 72),
    ("AV:N/AC:L/PR:N/UI:R/S:U/C:H/I:H/A:H/E:U/RL:O/RC:C", 77),
];

/// From the examples of version 4.0.
const V4: &[(&str, u16)] = &[
    ("AV:L/AC:L/AT:P/PR:L/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N", 73),
    ("AV:N/AC:L/AT:P/PR:N/UI:P/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N", 77),
    ("AV:N/AC:L/AT:P/PR:N/UI:P/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N/E:U", 52),
    ("AV:N/AC:L/AT:P/PR:N/UI:N/VC:H/VI:L/VA:L/SC:N/SI:N/SA:N", 83),
    ("AV:N/AC:L/AT:P/PR:N/UI:N/VC:H/VI:L/VA:L/SC:N/SI:N/SA:N/CR:H/IR:L/AR:L/MAV:N/MAC:H/MVC:H/MVI:L/MVA:L", 81),
    ("AV:L/AC:L/AT:N/PR:N/UI:A/VC:L/VI:N/VA:N/SC:N/SI:N/SA:N", 46),
    ("AV:N/AC:L/AT:N/PR:N/UI:A/VC:N/VI:N/VA:N/SC:L/SI:L/SA:N", 51),
    ("AV:N/AC:L/AT:N/PR:N/UI:N/VC:L/VI:L/VA:N/SC:N/SI:N/SA:N", 69),
    ("AV:L/AC:L/AT:N/PR:H/UI:N/VC:N/VI:N/VA:N/SC:H/SI:N/SA:N", 59),
    ("AV:P/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:H/SA:N", 83),
    ("AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:H/SI:H/SA:H", 100),
    ("AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N", 93),
];

#[test]
fn published_examples_score_as_published() {
    let prefixed = |prefix: &str, list: &'static [(&'static str, u16)], version| {
        list.iter().map(move |(vector, score)| (format!("{prefix}{vector}"), *score, version)).collect::<Vec<_>>()
    };
    let all = [
        prefixed("", V2, CvssVersion::V2),
        prefixed("CVSS:3.0/", V3, CvssVersion::V30),
        prefixed("CVSS:3.1/", V3, CvssVersion::V31),
        prefixed("CVSS:3.1/", TEMPORAL, CvssVersion::V31),
        prefixed("CVSS:4.0/", V4, CvssVersion::V4),
    ];
    let mut wrong = Vec::new();
    for (vector, published, version) in all.concat() {
        let found = cvss_score(&vector).map(|score| (score.version, score.tenths));
        if found != Some((version, published)) {
            wrong.push(format!("{vector}: {found:?} instead of {published}"));
        }
        assert!(cvss_words(&vector).is_some(), "{vector} is not spelled out");
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
