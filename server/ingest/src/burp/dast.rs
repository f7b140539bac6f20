//! The HTML report of Burp Suite DAST (Enterprise Edition until 2024): a list of all issues with severity and confidence, and
//! then each of them in detail, known by its serial number.
//!
//! A row is an issue, whether it is listed, told in detail, or both.

use super::issue::Issue;
use super::passage::Passage;
use super::types;
use crate::bounded::chunks::Nul;
use crate::bounded::html::{HtmlReader, Tag, Token};
use crate::format::{ExportFormat, Head};
use crate::tables::Collector;
use crate::time::stamp;
use crate::{Options, Parsed, Refusal, RefusalCode, Sink};
use model::Tool;
use model::facts::{ScanCoverage, ScanFacts};
use std::collections::BTreeMap;
use std::io::Read;

/// Bytes of listed issues that are held until their details come: some hundred thousand issues.
const MAX_LISTED: usize = 256 << 20;

/// The format.
pub struct BurpDastHtml;

impl ExportFormat for BurpDastHtml {
    fn name(&self) -> &'static str {
        "Burp DAST HTML"
    }

    fn recognizes(&self, head: &Head<'_>) -> bool {
        matches!(head, Head::Xml { root, text } if root.eq_ignore_ascii_case("html")
            && [".issue-type-row", ".issue-container", "Burp Suite"].iter().all(|mark| text.contains(mark)))
    }

    fn parse(&self, input: &mut dyn Read, options: &Options, sink: &mut dyn Sink) -> Result<Parsed, Refusal> {
        let parser = Parser {
            html: HtmlReader::new(input, &options.limits, Nul::Keep)?,
            collector: Collector::new(sink, options),
            max_rows: options.limits.max_rows,
            held: 0,
            site: String::new(),
            listed: BTreeMap::new(),
            label: String::new(),
            about: About::default(),
        };
        parser.run(self.name(), options)
    }
}

/// What the report says of the scan.
#[derive(Default)]
struct About {
    generated: String,
    start: String,
    end: String,
    status: String,
    configurations: String,
    /// How many issues it says there are.
    total: Option<u64>,
}

/// The state of reading one file.
struct Parser<'r, 's> {
    html: HtmlReader<'r>,
    collector: Collector<'s>,
    max_rows: u64,
    held: usize,
    /// The origin whose issues come next.
    site: String,
    /// Issues that were listed and not yet told in detail, by serial number.
    listed: BTreeMap<String, Issue>,
    /// The last text that ended with a colon.
    label: String,
    about: About,
}

impl Parser<'_, '_> {
    fn run(mut self, format: &str, options: &Options) -> Result<Parsed, Refusal> {
        let read = self.read();
        self.collector.accept(read)?;
        self.collector.remarks.extend(self.html.remarks());
        let mut time = |text: &str| {
            let time = stamp(text, &options.zone_offset);
            if time.is_none() && !text.is_empty() {
                self.collector.remarks.add("time_not_understood", text);
            }
            time
        };
        let started = time(&self.about.start);
        let finished = time(if self.about.end.is_empty() { &self.about.generated } else { &self.about.end });
        let has_all = self.collector.has_all(self.about.total);
        let incomplete = !has_all || !self.about.status.eq_ignore_ascii_case("completed");
        Ok(self.collector.finish(ScanFacts {
            tool: Tool::Burp,
            tool_version: String::new(),
            format: format.to_owned(),
            name: String::new(),
            policy: self.about.configurations,
            started_at: started.map(|stamp| stamp.at),
            finished_at: finished.map(|stamp| stamp.at),
            zone_assumed: [started, finished].iter().flatten().any(|stamp| stamp.zone_assumed),
            coverage: ScanCoverage { whole_project: options.whole_project, incomplete, ..ScanCoverage::default() },
            remarks: Vec::new(),
        }))
    }

    fn read(&mut self) -> Result<(), Refusal> {
        while let Some(token) = self.html.next()? {
            let Token::Start(tag) = token else { continue };
            if tag.is("div", "issue-container") {
                self.issue(&tag)?;
            } else if tag.is("table", "issue-table") {
                self.list()?;
            } else if tag.name == "h1" {
                let heading = self.html.text()?;
                let on = ["Issues found on ", "More details for "];
                if let Some(site) = on.iter().find_map(|on| heading.trim().strip_prefix(on)) {
                    site.trim().clone_into(&mut self.site);
                }
            } else if ["label", "value", "name"].iter().any(|class| tag.has_class(class)) {
                let text = self.html.text()?;
                self.about(text.trim())?;
            }
        }
        // What was only listed.
        for issue in std::mem::take(&mut self.listed).into_values() {
            let listed = format!("{}: {}", issue.name, issue.location);
            issue.hand_over(&mut self.collector, self.html.place(), listed.as_bytes())?;
        }
        Ok(())
    }

    /// Takes a label, or the value of the last one.
    fn about(&mut self, text: &str) -> Result<(), Refusal> {
        if let Some(label) = text.strip_suffix(':') {
            label.clone_into(&mut self.label);
        } else if let Some((_, generated)) = text.strip_prefix("Generated by ").and_then(|said| said.split_once(" | "))
        {
            generated.clone_into(&mut self.about.generated);
        } else {
            match self.label.as_str() {
                "Start" => text.clone_into(&mut self.about.start),
                "End" => text.clone_into(&mut self.about.end),
                "Status" => text.clone_into(&mut self.about.status),
                "Scan configurations" => {
                    let separator = if self.about.configurations.is_empty() { "" } else { ", " };
                    self.about.configurations.extend([separator, text]);
                    self.html.check_size(&self.about.configurations)?;
                }
                "Total issues found" => self.about.total = text.parse().ok(),
                _ => {}
            }
        }
        Ok(())
    }

    /// Reads a table of issues: a row with a type, and below it a row for each of its instances.
    fn list(&mut self) -> Result<(), Refusal> {
        let depth = self.html.depth();
        let mut name = String::new();
        while self.html.depth() >= depth {
            let Some(token) = self.html.next()? else { break };
            let Token::Start(tag) = token else { continue };
            if tag.name != "tr" {
                continue;
            }
            let (cells, link) = self.cells()?;
            match (cells.as_slice(), link) {
                // The number in brackets says how many there are.
                ([first], _) if tag.is("tr", "issue-type-row") => {
                    first.rsplit_once(" [").map_or(first.as_str(), |(name, _)| name).clone_into(&mut name);
                }
                ([path, severity, confidence, ..], Some(link)) => {
                    let mut issue = Issue {
                        serial: link.rsplit(['/', '#']).next().unwrap_or_default().to_owned(),
                        name: name.clone(),
                        location: path.clone(),
                        severity: severity.clone(),
                        confidence: confidence.clone(),
                        ..Issue::default()
                    };
                    self.complete(&mut issue);
                    self.keep(issue)?;
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// Keeps a listed issue until its details come.
    fn keep(&mut self, issue: Issue) -> Result<(), Refusal> {
        let Issue { serial, kind, name, host, path, location, severity, confidence, .. } = &issue;
        let texts = [serial, kind, name, host, path, location, severity, confidence];
        self.held += size_of::<Issue>() + texts.map(String::len).iter().sum::<usize>();
        self.listed.insert(serial.clone(), issue);
        if self.listed.len() as u64 > self.max_rows {
            return Err(Refusal::new(RefusalCode::TooManyRows, self.max_rows.to_string()));
        }
        if self.held > MAX_LISTED {
            return Err(Refusal::new(RefusalCode::TooLarge, MAX_LISTED.to_string()));
        }
        Ok(())
    }

    /// Reads a row of a table: its cells, and the first address in it.
    fn cells(&mut self) -> Result<(Vec<String>, Option<String>), Refusal> {
        let depth = self.html.depth();
        let (mut cells, mut first) = (Vec::new(), None);
        while self.html.depth() >= depth {
            let Some(token) = self.html.next()? else { break };
            if matches!(&token, Token::Start(tag) if tag.name == "td") {
                let (text, link) = self.html.linked_text()?;
                cells.push(text.trim().to_owned());
                first = first.or(link);
            }
        }
        Ok((cells, first))
    }

    /// Reads what is said of an issue in detail.
    fn issue(&mut self, container: &Tag) -> Result<(), Refusal> {
        self.html.begin_row(container);
        let depth = self.html.depth();
        let mut issue = Issue::default();
        let mut passage: Option<Passage> = None;
        while self.html.depth() >= depth {
            let Some(token) = self.html.next()? else { break };
            if let Token::Start(tag) = &token
                && self.html.depth() == depth + 1
            {
                match tag.name.as_str() {
                    "h2" if passage.is_none() => issue.name = self.html.text()?,
                    "h3" => {
                        let heading = self.html.text()?;
                        if let Some(passage) = passage.replace(Passage::new(&heading)) {
                            passage.put_into(&mut issue);
                        }
                        continue;
                    }
                    "a" if passage.is_none() => match tag.attribute("name") {
                        Some(serial) => serial.clone_into(&mut issue.serial),
                        None => issue.location = self.html.text()?,
                    },
                    _ => {}
                }
            }
            if let Some(passage) = &mut passage {
                passage.push(&token);
                self.html.check_size(passage.body())?;
            }
        }
        if let Some(passage) = passage {
            passage.put_into(&mut issue);
        }
        self.html.end_row();
        if let Some(listed) = self.listed.remove(&issue.serial) {
            issue.severity = listed.severity;
            issue.confidence = listed.confidence;
        }
        self.complete(&mut issue);
        let place = self.html.place();
        issue.hand_over(&mut self.collector, place, &self.html.row_bytes())?;
        self.collector.progress(place.1);
        Ok(())
    }

    /// Adds what follows from an issue's name and location, on the site whose issues are read.
    fn complete(&self, issue: &mut Issue) {
        if issue.kind.is_empty() {
            types::of_name(&issue.name).clone_into(&mut issue.kind);
        }
        self.site.clone_into(&mut issue.host);
        let location = issue.location.trim();
        issue.path = location.split_once(" [").map_or(location, |(path, _)| path).to_owned();
    }
}
