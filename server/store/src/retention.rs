//! Retention: evidence and originals expire by policy, facts stay for ever. A legal hold on a scan or an asset stops it.
//!
//! A pack of evidence expires when its scan is older than the policy and none of its texts is the newest evidence of a finding
//! that was seen within that time; what a held scan, or any scan of a held asset, refers to stays whole.

use crate::codec::unpack_sightings;
use crate::value::Value;
use crate::viewer::Scoped;
use crate::{Error, Result, Store, binds};
use model::policy::Action;
use model::{Micros, UserId};
use std::collections::BTreeSet;

crate::sql::statements! {
    /// The policy.
    POLICY = "SELECT class, days FROM retention ORDER BY class";
    /// Sets a class's days.
    SET = "INSERT INTO retention (class, days, user_id, set_at) VALUES ($1, $2, $3, $4) \
        ON CONFLICT (class) DO UPDATE SET days = excluded.days, user_id = excluded.user_id, set_at = excluded.set_at";
    /// Keeps a class for ever.
    KEEP = "DELETE FROM retention WHERE class = $1";
    /// A new hold.
    HOLD = "INSERT INTO legal_hold (kind, target, reason, user_id, set_at) VALUES ($1, $2, $3, $4, $5)";
    /// Ends one.
    RELEASE = "UPDATE legal_hold SET released_at = $2 WHERE id = $1 AND released_at IS NULL";
    /// Holds in force.
    HOLDS = "SELECT h.id, h.kind, h.target, h.reason, u.name, h.set_at FROM legal_hold h \
        LEFT JOIN app_user u ON u.id = h.user_id WHERE h.released_at IS NULL ORDER BY h.id";
    /// Whether a scan is there to be held.
    SCAN = "SELECT id FROM scan WHERE id = $1";
    /// Whether an asset is.
    ASSET = "SELECT id FROM asset WHERE id = $1";
    /// What scans under a hold, and scans of assets under one, saw.
    HELD = "SELECT b.scan_id, d.sightings FROM observation b JOIN observed d ON d.id = b.observed_id WHERE EXISTS (SELECT 1 FROM legal_hold h \
        WHERE h.released_at IS NULL AND ((h.kind = 'scan' AND h.target = b.scan_id) \
        OR (h.kind = 'asset' AND h.target = b.asset_id)))";
    /// Scans under a hold themselves.
    HELD_SCANS = "SELECT target FROM legal_hold WHERE released_at IS NULL AND kind = 'scan'";
    /// Packs with the newest evidence of a finding that was seen since.
    LIVE = "SELECT DISTINCT evidence_pack FROM occurrence WHERE evidence_pack IS NOT NULL AND last_seen >= $1";
    /// Packs of evidence of scans before an instant.
    PACKS = "SELECT p.id, p.import_id, CAST(LENGTH(p.sealed) AS BIGINT) FROM pack p JOIN import i ON i.id = p.import_id \
        JOIN scan s ON s.id = i.scan_id WHERE p.purpose = 'evidence' AND p.expired_at IS NULL AND s.at < $1 ORDER BY p.id";
    /// Originals of scans before an instant.
    ORIGINALS = "SELECT s.id, b.id, b.bytes FROM scan s JOIN blob b ON b.id = s.original_blob \
        WHERE b.expired_at IS NULL AND s.at < $1 ORDER BY s.id";
    /// Takes a pack's texts away.
    EXPIRE_PACK = "UPDATE pack SET sealed = $2, expired_at = $3 WHERE id = $1";
    /// What comes again is stored again.
    FORGET_EVIDENCE = "UPDATE occurrence SET evidence_mac = NULL WHERE evidence_mac IS NOT NULL AND evidence_pack IN ($*)";
    /// Takes an original's bytes away.
    EXPIRE_CHUNKS = "DELETE FROM blob_chunk WHERE blob_id = $1";
    /// Notes since when they are gone.
    EXPIRE_BLOB = "UPDATE blob SET expired_at = $2 WHERE id = $1";
}

/// How many packs or originals one transaction takes away, so that nobody waits long.
const BATCH: usize = 200;

/// What expires.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// What scanners saw, word by word.
    Evidence,
    /// The exports' bytes.
    Original,
}

impl Class {
    /// The stored word.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Evidence => "evidence",
            Self::Original => "original",
        }
    }

    /// The class of a word.
    #[must_use]
    pub fn of(word: &str) -> Option<Self> {
        [Self::Evidence, Self::Original].into_iter().find(|class| class.word() == word)
    }
}

/// What a hold is on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Held {
    /// A scan, by its id.
    Scan(i64),
    /// An asset, by its id.
    Asset(i64),
}

/// A hold in force.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hold {
    /// Its id.
    pub id: i64,
    /// On what.
    pub on: Held,
    /// Why.
    pub reason: String,
    /// The name of who set it; none for the local operator.
    pub by: Option<String>,
    /// Since when.
    pub at: Micros,
}

/// What expired, or would.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Expired {
    /// Packs of evidence.
    pub packs: u64,
    /// Their sealed bytes.
    pub pack_bytes: u64,
    /// Packs that are old enough and were kept, because something live or held refers to them.
    pub kept: u64,
    /// Originals.
    pub originals: u64,
    /// Their bytes before sealing.
    pub original_bytes: u64,
}

impl Store {
    /// For how many days each class is kept; a class that is missing is kept for ever.
    ///
    /// # Errors
    /// The database fails, or the stored policy cannot be read.
    pub async fn retention(&self) -> Result<Vec<(Class, i64)>> {
        let rows: Vec<(String, i64)> = self.db.all(POLICY, binds![]).await?;
        let class =
            |(word, days): (String, i64)| Ok((Class::of(&word).ok_or_else(|| Error::damaged("retention"))?, days));
        rows.into_iter().map(class).collect()
    }

    /// Takes away what the policy no longer keeps, in short transactions; a dry run only counts.
    ///
    /// # Errors
    /// The database fails.
    pub async fn retention_run(&self, dry_run: bool, now: Micros) -> Result<Expired> {
        let mut expired = Expired::default();
        for (class, days) in self.retention().await? {
            let before = Micros(now.0 - days * Micros::DAY);
            match class {
                Class::Evidence => self.expire_evidence(before, dry_run, now, &mut expired).await?,
                Class::Original => self.expire_originals(before, dry_run, now, &mut expired).await?,
            }
        }
        Ok(expired)
    }

    async fn expire_evidence(&self, before: Micros, dry_run: bool, now: Micros, expired: &mut Expired) -> Result<()> {
        let live: Vec<(i64,)> = self.db.all(LIVE, binds![before]).await?;
        let mut kept: BTreeSet<i64> = live.into_iter().map(|(pack,)| pack).collect();
        let held: Vec<(i64, Vec<u8>)> = self.db.all(HELD, binds![]).await?;
        for (_, sightings) in held {
            kept.extend(unpack_sightings(&sightings)?.iter().filter_map(|row| row.evidence).map(|at| at.pack));
        }
        let packs: Vec<(i64, i64, i64)> = self.db.all(PACKS, binds![before]).await?;
        let (stay, go): (Vec<_>, Vec<_>) = packs.into_iter().partition(|(pack, ..)| kept.contains(pack));
        expired.kept += stay.len() as u64;
        expired.packs += go.len() as u64;
        expired.pack_bytes += go.iter().map(|(.., bytes)| bytes.unsigned_abs()).sum::<u64>();
        if dry_run {
            return Ok(());
        }
        for batch in go.chunks(BATCH) {
            let mut tx = self.db.begin().await?;
            for (pack, ..) in batch {
                tx.execute(EXPIRE_PACK, binds![*pack, Vec::<u8>::new(), now]).await?;
            }
            tx.execute_in(FORGET_EVIDENCE, binds![], batch.iter().map(|(pack, ..)| Value::from(*pack))).await?;
            tx.commit().await?;
        }
        Ok(())
    }

    async fn expire_originals(&self, before: Micros, dry_run: bool, now: Micros, expired: &mut Expired) -> Result<()> {
        let scans: Vec<(i64,)> = self.db.all(HELD_SCANS, binds![]).await?;
        let observed: Vec<(i64, Vec<u8>)> = self.db.all(HELD, binds![]).await?;
        let held: BTreeSet<i64> =
            scans.into_iter().map(|(scan,)| scan).chain(observed.into_iter().map(|(scan, _)| scan)).collect();
        let mut originals: Vec<(i64, i64, i64)> = self.db.all(ORIGINALS, binds![before]).await?;
        originals.retain(|(scan, ..)| !held.contains(scan));
        expired.originals += originals.len() as u64;
        expired.original_bytes += originals.iter().map(|(.., bytes)| bytes.unsigned_abs()).sum::<u64>();
        if dry_run {
            return Ok(());
        }
        for (_, blob, _) in originals {
            let mut tx = self.db.begin().await?;
            tx.execute(EXPIRE_CHUNKS, binds![blob]).await?;
            tx.execute(EXPIRE_BLOB, binds![blob, now]).await?;
            tx.commit().await?;
        }
        Ok(())
    }
}

impl Scoped<'_> {
    /// Says for how many days a class is kept; `None` for ever.
    ///
    /// # Errors
    /// The viewer may not, the days are none that can be meant, or the database fails.
    pub async fn retention_set(&self, class: Class, days: Option<i64>, now: Micros) -> Result<()> {
        self.viewer.require(Action::ManageRetention, None)?;
        match days {
            None => self.store.db.execute(KEEP, binds![class.word()]).await?,
            Some(days) if (1..=36_500).contains(&days) => {
                self.store.db.execute(SET, binds![class.word(), days, self.viewer.user(), now]).await?
            }
            Some(_) => return Err(Error::Invalid { field: "days", code: "out_of_range" }),
        };
        Ok(())
    }

    /// Holds a scan, or every scan of an asset, against the policy until it is released.
    ///
    /// # Errors
    /// The viewer may not, there is no such thing, the reason is empty or too long, or the database fails.
    pub async fn hold(&self, on: Held, reason: &str, now: Micros) -> Result<()> {
        self.viewer.require(Action::ManageRetention, None)?;
        if reason.trim().is_empty() || reason.chars().count() > 4_000 {
            return Err(Error::Invalid { field: "reason", code: "length" });
        }
        let (kind, target, there) = match on {
            Held::Scan(id) => ("scan", id, SCAN),
            Held::Asset(id) => ("asset", id, ASSET),
        };
        let found: Option<(i64,)> = self.store.db.optional(there, binds![target]).await?;
        found.ok_or(Error::NotFound(kind))?;
        let user: Option<UserId> = self.viewer.user();
        self.store.db.execute(HOLD, binds![kind, target, reason, user, now]).await?;
        Ok(())
    }

    /// Releases a hold.
    ///
    /// # Errors
    /// The viewer may not, there is no such hold in force, or the database fails.
    pub async fn hold_release(&self, hold: i64, now: Micros) -> Result<()> {
        self.viewer.require(Action::ManageRetention, None)?;
        match self.store.db.execute(RELEASE, binds![hold, now]).await? {
            0 => Err(Error::NotFound("hold")),
            _ => Ok(()),
        }
    }

    /// The holds in force.
    ///
    /// # Errors
    /// The viewer may not, or the database fails.
    pub async fn holds(&self) -> Result<Vec<Hold>> {
        self.viewer.require(Action::ManageRetention, None)?;
        let rows: Vec<(i64, String, i64, String, Option<String>, i64)> = self.store.db.all(HOLDS, binds![]).await?;
        let hold = |(id, kind, target, reason, by, at): (_, String, _, _, _, _)| {
            let on = if kind == "scan" { Held::Scan(target) } else { Held::Asset(target) };
            Hold { id, on, reason, by, at: Micros(at) }
        };
        Ok(rows.into_iter().map(hold).collect())
    }
}
