//! The chain: each entry of the audit log carries a keyed hash of itself and of the entry before it, so that whoever changes
//! the database past the program cannot change, insert or take away an entry unseen. One chain a replica, so that replicas
//! do not wait for each other. A chain cannot see its own cut tail: a witness outside the database keeps its head.

use crate::db::Tx;
use crate::{Result, Store, binds};
use model::Micros;
use model::audit::AuditAct;
use std::sync::Arc;

crate::sql::statements! {
    /// Takes the next place of a chain and locks it.
    NEXT = "UPDATE audit_chain SET seq = seq + 1 WHERE chain = $1 RETURNING seq, mac";
    /// Begins a chain.
    BEGIN = "INSERT INTO audit_chain (chain, seq, mac) VALUES ($1, 0, $2) ON CONFLICT (chain) DO NOTHING";
    /// Keeps the newest entry of a chain.
    KEEP = "UPDATE audit_chain SET mac = $2 WHERE chain = $1";
    /// One more entry.
    APPEND = "INSERT INTO audit (at, actor, user_id, action, subject, outcome, network, detail, was, became, chain, seq, mac) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)";
    /// The newest entry of every chain.
    HEADS = "SELECT chain, seq, mac FROM audit_chain ORDER BY chain";
    /// Entries that were written before there were chains.
    UNCHAINED = "SELECT id, at, actor, user_id, action, subject, outcome, network, detail, was, became FROM audit \
        WHERE chain IS NULL AND id > $1 ORDER BY id LIMIT $2";
}

/// The chain of a store that was given none: tests, and databases that one process writes.
pub(crate) const ONLY: &str = "main";
/// How many entries are read at one time.
pub(super) const PAGE: i64 = 1_000;

/// The newest entry of a chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// The chain's name.
    pub chain: String,
    /// The entry's place in it, from 1.
    pub seq: i64,
    /// Its keyed hash.
    pub mac: [u8; 32],
}

/// Keeps the heads of chains outside the database.
pub trait Witness: Send + Sync {
    /// An entry was written and is in the database for good.
    fn saw(&self, head: &Head);
}

impl<F: Fn(&Head) + Send + Sync> Witness for F {
    fn saw(&self, head: &Head) {
        self(head);
    }
}

/// What is hashed of an entry.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(super) struct Entry {
    pub at: i64,
    pub actor: String,
    pub user_id: Option<i64>,
    pub action: String,
    pub subject: String,
    pub outcome: String,
    pub network: String,
    pub detail: String,
    pub was: String,
    pub became: String,
}

/// An entry of before the chains.
#[derive(sqlx::FromRow)]
struct Unchained {
    id: i64,
    #[sqlx(flatten)]
    entry: Entry,
}

impl Entry {
    /// The keyed hash of this entry at a place, after the entry of that hash.
    pub fn mac(&self, store: &Store, chain: &str, seq: i64, before: &[u8; 32]) -> [u8; 32] {
        let (seq, at) = (seq.to_be_bytes(), self.at.to_be_bytes());
        let user = self.user_id.map_or(Vec::new(), |user| user.to_be_bytes().to_vec());
        store.config.keys.audit_mac(&[
            chain.as_bytes(),
            &seq,
            before,
            &at,
            self.actor.as_bytes(),
            &user,
            self.action.as_bytes(),
            self.subject.as_bytes(),
            self.outcome.as_bytes(),
            self.network.as_bytes(),
            self.detail.as_bytes(),
            self.was.as_bytes(),
            self.became.as_bytes(),
        ])
    }
}

/// Writes an entry at the end of the store's chain, which begins with it if there is none. The row of the chain stays locked
/// until the transaction ends, so that entries stand in the order of their places.
pub(super) async fn append(store: &Store, tx: &mut Tx, entry: Entry) -> Result<Head> {
    let chain: &str = &store.chain;
    let (mut seq, mut before) = match next(tx, chain).await? {
        Some(next) => next,
        None => {
            tx.execute(BEGIN, binds![chain, [0u8; 32]]).await?;
            next(tx, chain).await?.ok_or(crate::Error::NotFound("chain"))?
        }
    };
    if seq == 1 {
        let first = first(store, tx, entry.at).await?;
        before = write(store, tx, seq, &before, &first).await?;
        seq = next(tx, chain).await?.ok_or(crate::Error::NotFound("chain"))?.0;
    }
    let mac = write(store, tx, seq, &before, &entry).await?;
    tx.execute(KEEP, binds![chain, mac]).await?;
    Ok(Head { chain: chain.to_owned(), seq, mac })
}

async fn next(tx: &mut Tx, chain: &str) -> Result<Option<(i64, [u8; 32])>> {
    let row: Option<(i64, Vec<u8>)> = tx.optional(NEXT, binds![chain]).await?;
    row.map(|(seq, mac)| Ok((seq, bytes(mac)?))).transpose()
}

async fn write(store: &Store, tx: &mut Tx, seq: i64, before: &[u8; 32], entry: &Entry) -> Result<[u8; 32]> {
    let mac = entry.mac(store, &store.chain, seq, before);
    let Entry { at, actor, user_id, action, subject, outcome, network, detail, was, became } = entry.clone();
    let chain: &str = &store.chain;
    let values = binds![at, actor, user_id, action, subject, outcome, network, detail, was, became, chain, seq, mac];
    tx.execute(APPEND, values).await?;
    Ok(mac)
}

/// The entry that begins a chain: it vouches for what stood in the log before there was any.
async fn first(store: &Store, tx: &mut Tx, at: i64) -> Result<Entry> {
    Ok(Entry {
        at,
        actor: "postura".to_owned(),
        user_id: None,
        action: AuditAct::BeginChain.word().to_owned(),
        subject: format!("chain:{}", store.chain),
        outcome: super::outcome(false).to_owned(),
        network: "local".to_owned(),
        detail: vouched(store, tx).await?,
        was: String::new(),
        became: String::new(),
    })
}

/// How many entries stand without a chain, and a keyed hash over all of them.
pub(super) async fn vouched(store: &Store, tx: &mut Tx) -> Result<String> {
    let (mut count, mut last, mut mac) = (0i64, i64::MIN, [0u8; 32]);
    loop {
        let rows: Vec<Unchained> = tx.all(UNCHAINED, binds![last, PAGE]).await?;
        let Some(newest) = rows.last() else { break };
        last = newest.id;
        for row in &rows {
            count += 1;
            mac = row.entry.mac(store, "", count, &mac);
        }
    }
    Ok(format!("before:{count}:{}", hex(&mac)))
}

impl Store {
    /// The same store that appends to a chain of its own, and tells a witness of each entry.
    #[must_use]
    pub fn with_chain(mut self, chain: &str, witness: Arc<dyn Witness>) -> Self {
        self.chain = Arc::from(chain);
        self.witness = Some(witness);
        self
    }

    /// Tells the witness, if there is one.
    pub(crate) fn witness(&self, head: &Head) {
        if let Some(witness) = &self.witness {
            witness.saw(head);
        }
    }

    /// The newest entry of every chain.
    ///
    /// # Errors
    /// The database fails.
    pub async fn audit_heads(&self) -> Result<Vec<Head>> {
        let rows: Vec<(String, i64, Vec<u8>)> = self.db.all(HEADS, binds![]).await?;
        rows.into_iter().map(|(chain, seq, mac)| Ok(Head { chain, seq, mac: bytes(mac)? })).collect()
    }

    /// Writes the heads of all chains into this one, so that no chain can go, or lose its tail, without another telling.
    ///
    /// # Errors
    /// The database fails.
    pub async fn audit_anchor(&self, now: Micros) -> Result<Vec<Head>> {
        let heads = self.audit_heads().await?;
        let told: Vec<String> = heads.iter().map(|head| head.to_string()).collect();
        let entry = super::AuditNew {
            action: AuditAct::AnchorAudit.word(),
            subject: "audit",
            network: "local",
            detail: &told.join(" "),
            ..super::AuditNew::default()
        };
        super::append(self, "postura", None, &entry, now).await?;
        Ok(heads)
    }
}

/// The newest entry of every chain, as one transaction sees them.
pub(super) async fn heads(tx: &mut Tx) -> Result<Vec<(String, i64, Vec<u8>)>> {
    tx.all(HEADS, binds![]).await
}

/// `chain:seq:hash`, as anchors name a head.
impl std::fmt::Display for Head {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}:{}", self.chain, self.seq, hex(&self.mac))
    }
}

impl std::str::FromStr for Head {
    type Err = ();
    fn from_str(text: &str) -> Result<Self, ()> {
        let mut parts = text.split(':');
        let (Some(chain), Some(seq), Some(mac), None) = (parts.next(), parts.next(), parts.next(), parts.next()) else {
            return Err(());
        };
        let mac = crate::seal::unhex(mac).ok_or(())?;
        Ok(Self { chain: chain.to_owned(), seq: seq.parse().map_err(|_| ())?, mac: *mac })
    }
}

pub(super) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

pub(super) fn bytes(mac: Vec<u8>) -> Result<[u8; 32]> {
    mac.try_into().map_err(|_| crate::Error::damaged("audit.mac"))
}
