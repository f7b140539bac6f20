//! Coverage: the model's table, read by hand.

use super::presence::Sight;
use super::{Host, One, Row, Scan};

impl<'a> One<'a> {
    /// Which proof of absence the instant holds: the grade and the export.
    pub(super) fn proof(&self, at: i64) -> Option<(&'static str, u8)> {
        if self.counted().iter().any(|s| s.host.at == at) {
            return None;
        }
        let proofs = self
            .looks()
            .into_iter()
            .filter(|(scan, host)| host.at == at && scan.dated && !host.rows.iter().any(|r| r.key == self.key));
        proofs.filter_map(|(scan, host)| self.covers(scan, host).map(|grade| (grade, scan.hash))).min()
    }

    /// The coverage table of the model.
    pub(super) fn covers(&self, scan: &Scan, host: &Host) -> Option<&'static str> {
        let earlier: Vec<Sight<'a>> = self.counted().into_iter().filter(|s| s.host.at < host.at).collect();
        let row = self.every()[0].row;
        if earlier.is_empty() || scan.incomplete || !host.reached {
            return None;
        }
        let last = earlier.iter().map(|s| s.host.at).max();
        let rank = |signed: Option<bool>| {
            ["Some(false)", "None", "Some(true)"].iter().position(|t| *t == format!("{signed:?}"))
        };
        let was = earlier.iter().filter(|s| Some(s.host.at) == last).map(|s| rank(s.host.signed_in)).max().flatten();
        let no_worse = rank(host.signed_in) >= was;
        let series = earlier.iter().any(|s| s.scan.series == scan.series);
        let tells = scan.ran.is_some() || host.visited.is_some();
        let grade = match scan.tool.as_str() {
            "zap" | "other" if tells => {
                // Of the rules that the scenes use, the CSP header's is one finding for the whole origin.
                let id = if scan.tool == "zap" { row.rule.split('-').next().unwrap_or("") } else { &row.rule };
                let ran = scan.ran.as_ref().is_none_or(|rules| rules.iter().any(|rule| rule == id));
                let page = row.page.filter(|_| row.rule != "10038-1");
                let went = |visited: &Vec<String>| match page {
                    Some(page) => visited.iter().any(|known| known == page),
                    None => !visited.is_empty(),
                };
                let there = host.visited.as_ref().is_none_or(went);
                let both = scan.ran.is_some() && host.visited.is_some();
                let grade = if both { "rule_ran_there" } else { "same_series" };
                (ran && there && no_worse && (both || series)).then_some(grade)
            }
            "nessus" if row.rule.contains('/') => host.passed.contains(&row.rule).then_some("rule_ran_there"),
            "nessus" if host.fixed.is_some_and(|told| row.is(told)) => Some("rule_ran_there"),
            "nessus" => match &scan.plugins {
                Some(set) => {
                    let ran = set.iter().any(|p| p.to_string() == row.rule);
                    let (protocol, port) = row.port.clone().unwrap_or_default();
                    let same_text = scan.ports.is_some() && earlier.iter().any(|s| s.scan.ports == scan.ports);
                    let listed = scan.ports.as_deref().is_some_and(|text| listed(text, &protocol, port));
                    (ran && no_worse && (port == 0 || listed || same_text)).then_some("rule_ran_there")
                }
                None => (series && no_worse).then_some("same_series"),
            },
            "zap" => {
                let id: u32 = row.rule.split('-').next().unwrap_or("").parse().unwrap_or(0);
                // The four rules that the scenes use, as ZAP's own pages describe them.
                let ran = match id {
                    10038 | 10094 => true,
                    40012 if scan.active_rules.is_empty() => scan.active_proven,
                    _ => scan.active_rules.contains(&id),
                };
                (series && no_worse && ran).then_some("same_series")
            }
            "other" => (series && no_worse).then_some("same_series"),
            _ => (series && no_worse && scan.whole_project).then_some("same_series"),
        };
        grade.filter(|grade| !(scan.only_strong && *grade == "same_series"))
    }
}

impl Row {
    /// Whether it is of that rule at that protocol and port.
    fn is(&self, (rule, protocol, port): (&str, &str, u16)) -> bool {
        self.rule == rule && self.port.as_ref().is_some_and(|own| own.0 == protocol && own.1 == port)
    }
}

/// The three texts that the scenes use, read by hand.
fn listed(text: &str, protocol: &str, port: u16) -> bool {
    match text {
        "1-1024" => protocol == "tcp" && (1..=1024).contains(&port),
        "T:443,U:53" => (protocol == "tcp" && port == 443) || (protocol == "udp" && port == 53),
        _ => false,
    }
}
