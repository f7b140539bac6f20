//! What a finding's page says besides what the scanner and the books say.

use super::learn::{entry, spelled};
use crate::errors::OrWire;
use crate::request::Session;
use crate::zone::day_stamp;
use model::Edition;
use model::error::WireError;
use model::feeds::FeedKind;
use model::policy::Action;
use model::risk::RiskWeights;
use model::view::insight::{CveView, Insight, KevView, RatedView, RiskView};
use store::correlation::Issue;
use store::feeds::{CveFacts, Exploitation};
use store::occurrences::{DetailRow, OccurrenceRow};
use taxonomy::{Factor, RISK_VERSION, RiskOf, api_2023, cvss_here, risk};

/// What is known of a finding: of its CVEs, its CVSS vectors, its category and its issue. Its row learns what is published of
/// its CVEs.
pub(super) async fn of(
    session: &Session,
    row: &mut OccurrenceRow,
    detail: &DetailRow,
    issue: Issue,
) -> Result<Insight, WireError> {
    let (locale, weakness) = (session.locale(), &detail.weakness);
    let scoped = session.scoped(Action::SeeFindings)?;
    let published = match weakness.cve.as_slice() {
        [] => Exploitation::default(),
        cves => scoped.cve_facts(cves, session.now()).await.wire()?,
    };
    row.exploited = published.of_weakness();
    let day = |kind| published.files.get(&kind).map(|day| day_stamp(locale, *day));
    let (version, weights) = scoped.risk_weights().await.wire()?;
    let here = weakness.cvss.iter().filter_map(|vector| cvss_here(vector, detail.criticality, detail.exposure));
    let rated = detail.rated.as_ref().map(|rated| RatedView {
        rule: rated.rule.clone(),
        reason: rated.reason.clone(),
        at: session.stamp(rated.at),
        told: rated.told,
    });
    Ok(Insight {
        rated,
        issue: super::issue::view(session, row, issue),
        cvss: weakness.cvss.iter().filter_map(|vector| spelled(locale, vector)).collect(),
        cvss_here: here.filter_map(|vector| spelled(locale, &vector)).collect(),
        glossary: entry(locale, Edition::Y2021, row.owasp_2021),
        risk: (!row.inventory).then(|| risk_view(row, detail, version, &weights)),
        api_2023: api_2023(row.tool, weakness).into_iter().collect(),
        verify: None,
        epss_day: day(FeedKind::Epss),
        kev_day: day(FeedKind::Kev),
        euvd_day: day(FeedKind::Euvd),
        exploitation: published.cves.into_iter().map(|(cve, facts)| cve_view(session, cve, &facts)).collect(),
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
    CveView { cve, epss, kev, euvd: facts.euvd.map(stamp) }
}

/// The risk of a finding with its arithmetic.
fn risk_view(row: &OccurrenceRow, detail: &DetailRow, version: i64, weights: &RiskWeights) -> RiskView {
    let of = RiskOf {
        severity: row.severity,
        kev: row.exploited.kev_added.is_some(),
        epss: row.exploited.epss,
        criticality: detail.criticality,
        exposure: detail.exposure,
    };
    let risk = risk(weights, &of);
    let word = |factor| match factor {
        Factor::Severity => "severity",
        Factor::Exploitability => "exploitability",
        Factor::Criticality => "criticality",
        Factor::Exposure => "exposure",
    };
    let factors = risk.factors.into_iter().map(|(factor, share)| (word(factor).to_owned(), share));
    RiskView { score: risk.score.into(), version: RISK_VERSION, weights: version, factors: factors.collect() }
}
