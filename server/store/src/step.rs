//! The head row: whoever holds its lock takes the next step, and only then computes what the step changes.

use crate::binds;
use crate::config::Config;
use crate::db::Tx;
use crate::error::Result;
use model::{Day, Micros, UserId};

crate::sql::statements! {
    // An update that changes nothing takes the row's lock on both engines.
    LOCK = "UPDATE head SET step = step WHERE id = 1 RETURNING step, recorded_at";
    ADVANCE = "UPDATE head SET step = $1, recorded_at = $2 WHERE id = 1";
    INSERT = "INSERT INTO step (step, recorded_at, recorded_day, kind, user_id) VALUES ($1, $2, $3, $4, $5)";
}

/// What a step is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum StepKind {
    Import,
    Undo,
    Decision,
    Owner,
    Date,
    /// A file of what is published about exploitation.
    Feed,
    /// A person's rule about weaknesses.
    Override,
}

impl StepKind {
    fn word(self) -> &'static str {
        match self {
            Self::Import => "import",
            Self::Undo => "undo",
            Self::Decision => "decision",
            Self::Owner => "owner",
            Self::Date => "date",
            Self::Feed => "feed",
            Self::Override => "override",
        }
    }
}

/// The head as it stands, locked until the transaction ends.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Locked {
    step: i64,
    recorded_at: i64,
}

/// A step that was taken.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Taken {
    pub(crate) step: i64,
    pub(crate) recorded_at: Micros,
    pub(crate) recorded_day: Day,
    /// How many findings it marks by itself: see `ledger::marks`.
    pub(crate) marks: i64,
}

/// Locks the head row. Everything that a step depends on is read after this.
pub(crate) async fn lock(tx: &mut Tx) -> Result<Locked> {
    let (step, recorded_at) = tx.one(LOCK, binds![]).await?;
    Ok(Locked { step, recorded_at })
}

impl Locked {
    /// The last step again, for what follows the clock without an input.
    pub(crate) fn again(self, config: &Config, now: Micros) -> Taken {
        Taken { step: self.step, recorded_at: now, recorded_day: config.days.day(now), marks: config.marks }
    }

    /// Takes the next step at `now`, or just after the last one if the clock went back.
    pub(crate) async fn take(
        self,
        tx: &mut Tx,
        config: &Config,
        kind: StepKind,
        user: Option<UserId>,
        now: Micros,
    ) -> Result<Taken> {
        let recorded_at = Micros(now.0.max(self.recorded_at + 1));
        let taken = Taken { step: self.step + 1, ..self.again(config, recorded_at) };
        let Taken { step, recorded_day, .. } = taken;
        tx.execute(INSERT, binds![step, recorded_at, recorded_day, kind.word(), user]).await?;
        tx.execute(ADVANCE, binds![step, recorded_at]).await?;
        Ok(taken)
    }
}
