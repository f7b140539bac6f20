//! `postura explain`.

use super::DONE;
use clap::Args;
use model::view::findings::FindingPage;
use ports::Findings as _;
use service::Service;
use service::request::Session;
use std::io::Write;
use std::sync::Arc;

/// Say why a finding is what it is: its identity and what comes near it, its category, its owner, its proofs.
#[derive(Args, Debug)]
pub struct Explain {
    /// The finding's id, as it stands in its address and in `postura occurrences --json`.
    id: String,
    /// Everything that the page knows, as one JSON object.
    #[arg(long)]
    json: bool,
}

impl Explain {
    /// Writes the explanation to standard output.
    pub async fn run(self, service: &Arc<Service>) -> anyhow::Result<u8> {
        let session = Session::operator(service, "explain").await?;
        let page = session.finding(self.id).await?;
        let mut out = std::io::BufWriter::new(std::io::stdout().lock());
        if self.json {
            writeln!(out, "{}", serde_json::to_string(&page)?)?;
        } else {
            write(&mut out, &page)?;
        }
        out.flush()?;
        Ok(DONE)
    }
}

fn write(out: &mut impl Write, page: &FindingPage) -> std::io::Result<()> {
    let row = &page.row;
    writeln!(out, "{} {}: {}", row.severity, row.status, row.title)?;
    writeln!(out, "\nWhat identifies it; severity and text do not count:")?;
    for (field, value) in &page.identity {
        writeln!(out, "  {field:10} {value}")?;
    }
    if !page.neighbours.is_empty() {
        writeln!(out, "\nThe nearest that are not this one, and in what they differ:")?;
    }
    for near in &page.neighbours {
        let differs: Vec<String> = near.differs.iter().map(|(field, value)| format!("{field} {value}")).collect();
        writeln!(out, "  {}  {} {}  ({})", near.id, near.asset, near.location, differs.join(", "))?;
    }
    writeln!(out, "\nCategory:")?;
    for one in &page.classification {
        writeln!(out, "  {}  {}  by {} {}", one.edition.word(), one.primary.word(), one.basis.word(), one.evidence)?;
    }
    if let Some(risk) = page.insight.as_deref().and_then(|insight| insight.risk.as_ref()) {
        let factors: Vec<String> =
            risk.factors.iter().map(|(factor, share)| format!("{factor} {}.{:02}", share / 100, share % 100)).collect();
        writeln!(
            out,
            "\nRisk: {} = 100 × {}  (formula {}, weights {})",
            risk.score,
            factors.join(" × "),
            risk.version,
            risk.weights
        )?;
    }
    for one in page.insight.iter().flat_map(|insight| &insight.exploitation) {
        let kev = one.kev.as_ref().map(|kev| format!("known to be exploited since {}", kev.added.iso));
        let euvd = one.euvd.as_ref().map(|since| format!("exploited by ENISA's EUVD since {}", since.iso));
        let epss = one.epss.as_ref().map(|(epss, ..)| format!("EPSS {}.{:06}", epss / 1_000_000, epss % 1_000_000));
        let said: Vec<String> = kev.into_iter().chain(euvd).chain(epss).collect();
        writeln!(out, "  {}  {}", one.cve, said.join(", "))?;
    }
    let team = row.team.as_ref().map_or("nobody", |team| team.slug.as_str());
    let why =
        if page.owner_pattern.is_empty() { String::new() } else { format!(", by the rule {}", page.owner_pattern) };
    writeln!(out, "\nOwner: {team}{why}")?;
    writeln!(out, "\nWhen it was there:")?;
    for episode in &page.episodes {
        let opened = format!("opened {} by scan {}", episode.opened.text, episode.opened_by);
        match &episode.closed {
            Some((at, scan, grade)) => {
                writeln!(out, "  {opened}, closed {} by scan {scan}: {}", at.text, grade.word())?;
            }
            None => writeln!(out, "  {opened}, still there")?,
        }
    }
    if !page.not_retested_why.is_empty() {
        writeln!(out, "  not re-tested: {}", page.not_retested_why)?;
    }
    Ok(())
}
