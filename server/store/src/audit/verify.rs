//! Reads the whole audit log and says whether anything in it was changed, inserted, taken away or cut off.

use super::chain::{Entry, Head, PAGE, bytes, heads, hex, vouched};
use crate::{Result, Store, binds};
use model::Micros;
use model::audit::AuditAct;
use std::collections::BTreeMap;

crate::sql::statements! {
    /// Every entry of a chain, in the order of writing.
    CHAINED = "SELECT id, chain, seq, mac, at, actor, user_id, action, subject, outcome, network, detail, was, became \
        FROM audit WHERE id > $1 ORDER BY id LIMIT $2";
}

/// The most problems that a report names.
const MOST: usize = 50;

/// What reading the log found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuditReport {
    /// Entries in chains.
    pub entries: i64,
    /// Entries from before there were chains.
    pub before: i64,
    /// When the newest entry was written, by the clock of who wrote it.
    pub newest: Option<Micros>,
    /// The newest entry of each chain, as the entries say.
    pub heads: Vec<Head>,
    /// What is wrong, for people who look into it; the first of many.
    pub problems: Vec<String>,
    /// How many problems there are.
    pub problem_count: u64,
}

impl AuditReport {
    /// Whether nothing is wrong.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        self.problem_count == 0
    }

    fn problem(&mut self, text: String) {
        self.problem_count += 1;
        if self.problems.len() < MOST {
            self.problems.push(text);
        }
    }
}

/// An entry with its place.
#[derive(sqlx::FromRow)]
struct Placed {
    id: i64,
    chain: Option<String>,
    seq: Option<i64>,
    mac: Option<Vec<u8>>,
    #[sqlx(flatten)]
    entry: Entry,
}

/// What has been read of the chains so far.
#[derive(Default)]
struct Reading {
    report: AuditReport,
    chains: BTreeMap<String, (i64, [u8; 32])>,
    /// Heads that entries or anchors name, which must be found: place and hash.
    named: BTreeMap<(String, i64), [u8; 32]>,
    /// What the first entry of the first chain says of those before it.
    vouched: Option<String>,
}

impl Store {
    /// Reads the log and checks every entry's hash, every place, every head that an entry or one of `anchors` names, and what
    /// stood in the log before there were chains.
    ///
    /// # Errors
    /// The database fails.
    pub async fn verify_audit(&self, anchors: &[Head]) -> Result<AuditReport> {
        let mut tx = self.db.snapshot().await?;
        let mut reading = Reading::default();
        reading.named.extend(anchors.iter().map(|head| ((head.chain.clone(), head.seq), head.mac)));
        // Anchors and later entries name heads that stand before them, so what is named is compared in a second reading.
        let mut last = i64::MIN;
        let mut met = BTreeMap::new();
        loop {
            let rows: Vec<Placed> = tx.all(CHAINED, binds![last, PAGE]).await?;
            let Some(newest) = rows.last() else { break };
            last = newest.id;
            for row in rows {
                reading.take(self, row);
            }
        }
        let mut last = i64::MIN;
        while !reading.named.is_empty() {
            let rows: Vec<Placed> = tx.all(CHAINED, binds![last, PAGE]).await?;
            let Some(newest) = rows.last() else { break };
            last = newest.id;
            for row in rows {
                if let (Some(chain), Some(seq), Some(mac)) = (row.chain, row.seq, row.mac)
                    && reading.named.contains_key(&(chain.clone(), seq))
                {
                    met.insert((chain, seq), mac);
                }
            }
        }
        reading.compare(&met);
        let said = vouched(self, &mut tx).await?;
        reading.unchained(&said);
        reading.heads(heads(&mut tx).await?)?;
        Ok(reading.report)
    }
}

impl Reading {
    /// Checks one entry against the one before it in its chain.
    fn take(&mut self, store: &Store, row: Placed) {
        let id = row.id;
        let (Some(chain), Some(seq), Some(mac)) = (row.chain, row.seq, row.mac) else {
            if !self.chains.is_empty() {
                self.report.problem(format!("entry {id} is in no chain, yet was written after chains began"));
            }
            return;
        };
        self.report.entries += 1;
        self.report.newest = self.report.newest.max(Some(Micros(row.entry.at)));
        let (place, before) = self.chains.get(&chain).copied().unwrap_or((0, [0; 32]));
        if seq != place + 1 {
            self.report.problem(format!(
                "entry {id} is number {seq} of chain {chain}, after number {place}: entries between them are missing"
            ));
        }
        let Ok(mac) = bytes(mac) else {
            self.report.problem(format!("entry {id} has no hash that can be read"));
            return;
        };
        // After a gap the hash before is not known, and the gap has been told already.
        if seq == place + 1 && row.entry.mac(store, &chain, seq, &before) != mac {
            self.report.problem(format!(
                "entry {id}, number {seq} of chain {chain} ({} {} {}), does not fit its hash: it was changed, moved or \
                 inserted",
                row.entry.actor, row.entry.action, row.entry.subject
            ));
        }
        if self.chains.is_empty() {
            let begins = row.entry.action == AuditAct::BeginChain.word();
            self.vouched = begins.then(|| row.entry.detail.clone());
        }
        if row.entry.action == AuditAct::AnchorAudit.word() {
            let heads = row.entry.detail.split(' ').filter_map(|text| text.parse::<Head>().ok());
            self.named.extend(heads.map(|head| ((head.chain, head.seq), head.mac)));
        }
        self.chains.insert(chain, (seq, mac));
    }

    /// Compares what is named with what is there.
    fn compare(&mut self, met: &BTreeMap<(String, i64), Vec<u8>>) {
        for ((chain, seq), mac) in std::mem::take(&mut self.named) {
            match met.get(&(chain.clone(), seq)) {
                None => self.report.problem(format!(
                    "number {seq} of chain {chain} was anchored and is not in the log: its end was cut off, or an older \
                     copy of the database was put in its place"
                )),
                Some(found) if found[..] != mac[..] => {
                    self.report.problem(format!("number {seq} of chain {chain} is not the entry that was anchored"));
                }
                Some(_) => {}
            }
        }
    }

    /// Compares what stands in no chain with what the first chain says of it.
    fn unchained(&mut self, said: &str) {
        self.report.before = said.split(':').nth(1).and_then(|count| count.parse().ok()).unwrap_or(0);
        match &self.vouched {
            Some(vouched) if vouched == said => {}
            None if self.chains.is_empty() => {}
            Some(_) => self.report.problem(
                "entries from before the chains were changed, taken away or added: they do not fit what the first chain says of them"
                    .to_owned(),
            ),
            None => self.report.problem("the first chain does not begin with its first entry".to_owned()),
        }
    }

    /// Compares the ends of the chains with the heads that the database keeps.
    fn heads(&mut self, kept: Vec<(String, i64, Vec<u8>)>) -> Result<()> {
        for (chain, seq, mac) in kept {
            let read = self.chains.get(&chain).copied().unwrap_or((0, [0; 32]));
            if read != (seq, bytes(mac)?) {
                self.report.problem(format!(
                    "chain {chain} ends at number {} ({}), its head says {seq}",
                    read.0,
                    hex(&read.1[..4])
                ));
            }
        }
        let heads = self.chains.iter().map(|(chain, (seq, mac))| Head { chain: chain.clone(), seq: *seq, mac: *mac });
        self.report.heads = heads.collect();
        Ok(())
    }
}
