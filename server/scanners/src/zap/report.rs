//! The report of a run, and what ZAP says was looked at.

use crate::http::Ask;
use crate::zap::{Run, Step, Zap, api};
use crate::{Coverage, Exported, Fault, Line, Output, RanRule};
use model::scanner::{FaultCode, Note};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::Path;

/// Lists of addresses are read this far, in bytes.
const MAX_LIST: usize = 64 << 20;

impl Zap {
    pub(super) async fn report(&self, run: &Run, output: &mut Output<'_>) -> Result<Exported, Fault> {
        if !self.is_marked(run).await? {
            return Err(Fault::new(FaultCode::Gone, ""));
        }
        // Asked for first: a report that is written and then has no proof beside it would be half of one.
        let coverage = self.coverage(run).await?;
        let mut exported =
            Exported { partial: run.step != Step::Done, name: format!("{}.json", run.marker), ..Exported::default() };
        if !self.whole_report(run, output).await? {
            exported.lines.push(Line::of(Note::ReportWithoutExchanges));
            let ask = self.with_key(Ask::get("OTHER/core/other/jsonreport/"))?;
            let answer = self.client.fetch(ask, output).await.map_err(api::silence)?;
            if !answer.is_ok() {
                return Err(Fault { code: FaultCode::ExportFailed, ..api::fault_of(&answer) });
            }
        }
        exported.bytes = output.flush().await?;
        exported.coverage = Some(coverage);
        Ok(exported)
    }

    /// Has ZAP write the report with requests and responses into its report folder and reads it there, if that is set up.
    async fn whole_report(&self, run: &Run, output: &mut Output<'_>) -> Result<bool, Fault> {
        let (Some(dir), Some(reports)) = (&self.report_dir, &self.reports) else { return Ok(false) };
        // The name is ours: whatever ZAP answers, no other file is opened.
        let file = format!("{}.json", run.marker);
        let parameters = [
            ("title", run.marker.as_str()),
            ("template", "traditional-json-plus"),
            ("reportFileName", &file),
            ("reportDir", dir),
            ("display", "false"),
        ];
        match self.action("reports", "generate", &parameters).await {
            Ok(_) => {}
            Err(fault) if fault.code == FaultCode::AddOnMissing => return Ok(false),
            Err(fault) => return Err(Fault { code: FaultCode::ExportFailed, ..fault }),
        }
        copy(&reports.join(&file), output).await?;
        Ok(true)
    }

    async fn coverage(&self, run: &Run) -> Result<Coverage, Fault> {
        let ask = self.with_key(Ask::get("JSON/core/view/urls/").at_most(MAX_LIST))?;
        let answer = self.client.ask(ask).await.map_err(api::silence)?;
        if !answer.is_ok() {
            return Err(api::fault_of(&answer));
        }
        let mut urls: Vec<String> = api::read(answer.json()?, "urls")?;
        urls.sort_unstable();
        urls.dedup();
        let urls_cut = urls.len() > Coverage::MAX_URLS;
        urls.truncate(Coverage::MAX_URLS);
        Ok(Coverage { urls, urls_cut, rules: self.rules().await?, login_held: run.login_held })
    }

    /// The passive rules that were on, and the active ones with how far they came on every host of every scan.
    async fn rules(&self) -> Result<Vec<RanRule>, Fault> {
        let mut rules: BTreeMap<String, RanRule> = BTreeMap::new();
        let passive = self.view("pscan", "scanners", &[]).await?;
        for rule in passive["scanners"].as_array().into_iter().flatten() {
            if let (Some(id), Some(name), Some("true")) =
                (rule["id"].as_str(), rule["name"].as_str(), rule["enabled"].as_str())
            {
                rules.insert(id.to_owned(), RanRule { id: id.to_owned(), name: name.to_owned(), whole: true });
            }
        }
        for scan in self.scans_of("ascan").await? {
            let answer = self.view("ascan", "scanProgress", &[("scanId", &scan.id)]).await?;
            for rule in active(&answer) {
                rules.entry(rule.id.clone()).and_modify(|known| known.whole &= rule.whole).or_insert(rule);
            }
        }
        Ok(rules.into_values().collect())
    }
}

/// The rules of a scan: `[name, id, quality, state, …]` of each, host after host.
fn active(answer: &Value) -> Vec<RanRule> {
    let hosts = answer["scanProgress"].as_array().into_iter().flatten();
    let plugins = hosts.filter_map(|host| host["HostProcess"].as_array()).flatten().map(|one| &one["Plugin"]);
    plugins
        .filter_map(|plugin| {
            let text = |index: usize| plugin[index].as_str();
            let (name, id, state) = (text(0)?, text(1)?, text(3)?);
            Some(RanRule { id: id.to_owned(), name: name.to_owned(), whole: state == "Complete" })
        })
        .collect()
}

async fn copy(path: &Path, output: &mut Output<'_>) -> Result<(), Fault> {
    let local = |error: std::io::Error| Fault::local("the report", &error);
    if !tokio::fs::symlink_metadata(path).await.map_err(local)?.is_file() {
        return Err(Fault::new(FaultCode::LocalFile, "the report"));
    }
    let mut file = tokio::fs::File::open(path).await.map_err(local)?;
    output.copy(&mut file).await?;
    // It was ZAP's copy for us; that it cannot be removed harms nobody.
    let _ = tokio::fs::remove_file(path).await;
    Ok(())
}
