//! Burp Suite Professional's HTML report: sections under numbered headings, by type, by severity or by URL as its user chose.
//!
//! A row is a section without sections inside. What holds for several instances stands once, in the section around them.
//! Where a type has one instance only, no heading names the insertion point, and none is made up.

use super::export::{instant, scan_facts};
use super::issue::Issue;
use super::passage::Passage;
use super::types;
use crate::bounded::chunks::Nul;
use crate::bounded::html::{HtmlReader, Tag, Token};
use crate::format::{ExportFormat, Head};
use crate::tables::Collector;
use crate::{Options, Parsed, Refusal, Sink};
use std::io::Read;

/// The format.
pub struct BurpHtml;

impl ExportFormat for BurpHtml {
    fn name(&self) -> &'static str {
        "Burp HTML"
    }

    fn recognizes(&self, head: &Head<'_>) -> bool {
        // The title is the user's own; the classes of headings and messages are Burp's.
        matches!(head, Head::Xml { root, text } if root.eq_ignore_ascii_case("html")
            && [".BODH0", ".rr_div"].iter().all(|class| text.contains(class)))
    }

    fn parse(&self, input: &mut dyn Read, options: &Options, sink: &mut dyn Sink) -> Result<Parsed, Refusal> {
        let parser = Parser {
            html: HtmlReader::new(input, &options.limits, Nul::Keep)?,
            collector: Collector::new(sink, options),
            sections: Vec::new(),
            passage: None,
            depth: 0,
            total: None,
            version: String::new(),
            generated: String::new(),
        };
        parser.run(self.name(), options)
    }
}

/// The classes of headings, outermost first.
const HEADINGS: [&str; 3] = ["BODH0", "BODH1", "BODH2"];

/// A section that is open.
struct Section {
    /// The heading's number in [`HEADINGS`].
    level: usize,
    heading: String,
    /// The type's number, if the heading links to what Burp says of it.
    kind: Option<String>,
    issue: Issue,
    has_sections: bool,
}

/// The state of reading one file.
struct Parser<'r, 's> {
    html: HtmlReader<'r>,
    collector: Collector<'s>,
    sections: Vec<Section>,
    passage: Option<Passage>,
    /// How many elements are open around the headings.
    depth: usize,
    /// How many issues the report says there are.
    total: Option<u64>,
    version: String,
    generated: String,
}

impl Parser<'_, '_> {
    fn run(mut self, format: &str, options: &Options) -> Result<Parsed, Refusal> {
        let read = self.read();
        self.collector.accept(read)?;
        self.collector.remarks.extend(self.html.remarks());
        let finished = instant(&self.generated, options, &mut self.collector.remarks);
        let incomplete = !self.collector.has_all(self.total);
        Ok(self.collector.finish(scan_facts(format, self.version, [None, finished], incomplete, options)))
    }

    fn read(&mut self) -> Result<(), Refusal> {
        while let Some(token) = self.html.next()? {
            if let Token::Start(tag) = &token
                && self.start(tag)?
            {
                continue;
            }
            if let Some(passage) = &mut self.passage {
                passage.push(&token);
                self.html.check_size(passage.body())?;
            }
        }
        self.close(0)
    }

    /// Takes a start tag that means something in the report itself, and says whether it was one.
    fn start(&mut self, tag: &Tag) -> Result<bool, Refusal> {
        let is_heading = tag.name == "h2" && self.html.depth() == self.depth + 1 && !self.sections.is_empty();
        if let Some(level) = HEADINGS.iter().position(|class| tag.is("span", class)) {
            self.section(tag, level)?;
        } else if is_heading {
            let heading = self.html.text()?;
            self.end_passage();
            self.passage = Some(Passage::new(&heading));
        } else if tag.is("table", "summary_table") {
            self.summary()?;
        } else if tag.is("div", "rule") {
            self.end_passage();
        } else if self.passage.is_none() && tag.is("span", "row_total") {
            let count = self.html.text()?.trim().parse::<u64>();
            self.total = count.ok().map(|count| self.total.unwrap_or_default() + count).or(self.total);
        } else if self.passage.is_none() && tag.is("span", "TEXT") {
            let text = self.html.text()?;
            self.footer(&text);
        } else {
            return Ok(false);
        }
        Ok(true)
    }

    /// Opens a section.
    fn section(&mut self, tag: &Tag, level: usize) -> Result<(), Refusal> {
        self.end_passage();
        self.close(level)?;
        self.html.begin_row(tag);
        let (heading, link) = self.html.linked_text()?;
        self.depth = self.html.depth();
        if let Some(around) = self.sections.last_mut() {
            around.has_sections = true;
        }
        // A heading begins with its number, `1.2.`, and a space that does not break.
        let words = heading.trim_start_matches(|start: char| start.is_ascii_digit() || start == '.').trim();
        self.sections.push(Section {
            level,
            heading: words.to_owned(),
            kind: link.and_then(|address| types::of_address(&address)),
            issue: Issue::default(),
            has_sections: false,
        });
        Ok(())
    }

    /// Reads the table with an instance's facts: names that end with a colon, each with its value.
    fn summary(&mut self) -> Result<(), Refusal> {
        let depth = self.html.depth();
        let mut name = String::new();
        while self.html.depth() >= depth {
            let Some(token) = self.html.next()? else { break };
            if !matches!(&token, Token::Start(tag) if tag.name == "td") {
                continue;
            }
            let text = self.html.text()?;
            let Some(section) = self.sections.last_mut() else { continue };
            match (name.as_str(), text.trim()) {
                ("Severity", value) => value.clone_into(&mut section.issue.severity),
                ("Confidence", value) => value.clone_into(&mut section.issue.confidence),
                ("Host", value) => value.clone_into(&mut section.issue.host),
                ("Path", value) => value.clone_into(&mut section.issue.path),
                _ => {}
            }
            name = text.trim().strip_suffix(':').unwrap_or_default().to_owned();
        }
        Ok(())
    }

    fn end_passage(&mut self) {
        if let (Some(passage), Some(section)) = (self.passage.take(), self.sections.last_mut()) {
            passage.put_into(&mut section.issue);
        }
    }

    /// Closes the sections down to a level. The innermost is a row if it has none inside.
    fn close(&mut self, level: usize) -> Result<(), Refusal> {
        self.html.end_row();
        while let Some(section) = self.sections.pop_if(|section| section.level >= level) {
            if !section.has_sections {
                self.hand_over(section)?;
            }
        }
        Ok(())
    }

    fn hand_over(&mut self, mut section: Section) -> Result<(), Refusal> {
        let mut issue = std::mem::take(&mut section.issue);
        let outwards: Vec<&Section> = std::iter::once(&section).chain(self.sections.iter().rev()).collect();
        if let Some(named) = outwards.iter().find(|section| !is_location(&section.heading)) {
            issue.name.clone_from(&named.heading);
            if issue.kind.is_empty() {
                let of_name = || types::of_name(&named.heading).unwrap_or(types::EXTENSION).to_owned();
                issue.kind = named.kind.clone().unwrap_or_else(of_name);
            }
        }
        if let Some(Section { heading, .. }) = outwards.iter().find(|section| is_location(&section.heading)) {
            heading.strip_prefix(issue.host.as_str()).unwrap_or(heading).clone_into(&mut issue.location);
        }
        for Section { issue: general, .. } in outwards {
            for (own, general) in [
                (&mut issue.background, &general.background),
                (&mut issue.remediation, &general.remediation),
                (&mut issue.references, &general.references),
                (&mut issue.classifications, &general.classifications),
            ] {
                if own.is_empty() {
                    own.clone_from(general);
                }
            }
        }
        let place = self.html.place();
        issue.hand_over(&mut self.collector, place, &self.html.row_bytes())?;
        self.collector.progress(place.1);
        Ok(())
    }

    /// `Report generated by Burp Suite web vulnerability scanner v2.0.20beta, at Thu May 02 10:52:22 WEST 2019.`
    fn footer(&mut self, text: &str) {
        let Some((_, said)) = text.trim().split_once("Report generated by Burp") else { return };
        let (version, generated) = said.split_once(", at ").unwrap_or((said, ""));
        version.rsplit_once(" v").map_or("", |(_, version)| version).clone_into(&mut self.version);
        generated.trim_end_matches('.').clone_into(&mut self.generated);
    }
}

/// Whether a heading names a place and not a type or a severity.
fn is_location(heading: &str) -> bool {
    heading.starts_with('/') || heading.split_once("://").is_some_and(|(scheme, _)| !scheme.contains(' '))
}
