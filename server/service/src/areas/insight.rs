//! What a finding's page says besides what the scanner and the books say.

use super::learn::{entry, spelled};
use crate::errors::OrWire;
use crate::request::Session;
use crate::zone::day_stamp;
use model::Edition;
use model::error::WireError;
use model::feeds::FeedKind;
use model::policy::Action;
use model::view::insight::{CveView, Insight, KevView, RiskView};
use store::feeds::CveFacts;
use store::occurrences::{DetailRow, OccurrenceRow};
use taxonomy::{Factor, RISK_VERSION, RiskOf, risk};

/// How many of the newest files are looked at for the ones in force: two kinds, loaded in turns or not.
const FILES: u32 = 40;

/// What is known of a finding: of its CVEs, its CVSS vectors and its category.
pub(super) async fn of(session: &Session, row: &OccurrenceRow, detail: &DetailRow) -> Result<Insight, WireError> {
    let (locale, weakness) = (session.locale(), &detail.weakness);
    let plain = Insight {
        cvss: weakness.cvss.iter().filter_map(|vector| spelled(locale, vector)).collect(),
        glossary: entry(locale, Edition::Y2021, row.owasp_2021),
        risk: (!row.inventory).then(|| risk_view(row, detail)),
        ..Insight::default()
    };
    let cves = &weakness.cve;
    if cves.is_empty() {
        return Ok(plain);
    }
    let scoped = session.scoped(Action::SeeFindings)?;
    let files = scoped.feed_list(FILES).await.wire()?;
    let day = |kind| files.iter().find(|file| file.in_force && file.kind == kind).map(|file| file.day);
    let facts = scoped.cve_facts(cves, session.now()).await.wire()?;
    Ok(Insight {
        exploitation: facts.into_iter().map(|(cve, facts)| cve_view(session, cve, &facts)).collect(),
        epss_day: day(FeedKind::Epss).map(|day| day_stamp(locale, day)),
        kev_day: day(FeedKind::Kev).map(|day| day_stamp(locale, day)),
        ..plain
    })
}

fn cve_view(session: &Session, cve: String, facts: &CveFacts) -> CveView {
    let stamp = |day| day_stamp(session.locale(), day);
    let epss = match (facts.epss, facts.percentile, facts.since) {
        (Some(probability), Some(percentile), Some(since)) => Some((probability, percentile, stamp(since))),
        _ => None,
    };
    let kev =
        facts.kev.map(|kev| KevView { added: stamp(kev.added), due: kev.due.map(stamp), ransomware: kev.ransomware });
    CveView { cve, epss, kev }
}

/// The risk of a finding with its arithmetic.
fn risk_view(row: &OccurrenceRow, detail: &DetailRow) -> RiskView {
    let risk = risk(&RiskOf {
        severity: row.severity,
        kev: row.exploited.kev_added.is_some(),
        epss: row.exploited.epss,
        criticality: detail.criticality,
        exposure: detail.exposure,
    });
    let word = |factor| match factor {
        Factor::Severity => "severity",
        Factor::Exploitability => "exploitability",
        Factor::Criticality => "criticality",
        Factor::Exposure => "exposure",
    };
    let factors = risk.factors.into_iter().map(|(factor, share)| (word(factor).to_owned(), share));
    RiskView { score: risk.score.into(), version: RISK_VERSION, factors: factors.collect() }
}
