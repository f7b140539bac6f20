//! What was counted is remembered until the books move: every figure is a function of the inputs, so a step number, the
//! viewer's scope and the question give the same answer, on whichever replica.

use crate::viewer::{Scope, Scoped};
use crate::{Error, Result, Store, binds};
use model::filter::{Filter, PersonIs, Term, TestedIs, What, When};
use model::{Day, Micros, UserId};
use quick_cache::sync::{Cache, DefaultLifecycle};
use quick_cache::{DefaultHashBuilder, OptionsBuilder, Weighter};
use std::any::Any;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

crate::sql::statements! {
    /// The last step and when it was recorded, and the first end of an acceptance that its head has not followed yet: heads
    /// follow without a step. And whether any weakness is parted, and any mark of inventory lags.
    MOMENT = "SELECT h.step, h.recorded_at, (SELECT MIN(o.accepted_until) FROM occurrence o WHERE o.status = 7) \
        AS first_end, (SELECT COUNT(*) FROM (SELECT 1 FROM parted p WHERE p.until_step IS NULL LIMIT 1) AS q) AS parted, \
        h.marks_from FROM head h";
}

/// What may be remembered in all, in bytes.
const ROOM: u64 = 64 << 20;

/// How many answers are expected to fit.
const ANSWERS: usize = 4_000;

/// How an answer is come by. Boxed, because a statement under way is large and few are.
pub(crate) type Computing<'a, T> = Pin<Box<dyn Future<Output = Result<T>> + Send + 'a>>;

/// A question whose answer is remembered.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Question {
    /// What is asked, and of which rows.
    text: String,
    scope: Scope,
    /// Who asks, where the filter says "me".
    user: Option<UserId>,
    moment: Moment,
    /// The day, or the minute where the filter counts back from it.
    at: At,
}

/// The part of the time of day that an answer depends on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum At {
    Any,
    Day(Day),
    Minute(Micros),
}

/// An answer, and about how many bytes it holds.
#[derive(Clone)]
struct Answer {
    value: Arc<dyn Any + Send + Sync>,
    bytes: u64,
}

#[derive(Clone)]
struct ByBytes;

impl Weighter<Question, Answer> for ByBytes {
    fn weight(&self, question: &Question, answer: &Answer) -> u64 {
        question.text.len() as u64 + answer.bytes + 200
    }
}

/// The answers of a store.
pub(crate) struct Memo(Cache<Question, Answer, ByBytes>);

impl Default for Memo {
    fn default() -> Self {
        // One shard: divided, the room would be too small for the cells of a large book.
        let options = OptionsBuilder::new().shards(1).estimated_items_capacity(ANSWERS).weight_capacity(ROOM).build();
        Self(match options {
            Ok(options) => {
                Cache::with_options(options, ByBytes, DefaultHashBuilder::default(), DefaultLifecycle::default())
            }
            // Only capacities that were not given are refused.
            Err(_) => Cache::with_weighter(ANSWERS, ROOM, ByBytes),
        })
    }
}

/// The state of the books that a page has seen, once it has asked.
pub(crate) type OneMoment = tokio::sync::OnceCell<Moment>;

/// What of the books' state answers depend on, besides the question.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Moment {
    step: i64,
    /// Tells the step from the same number in a database that was restored under a running server.
    recorded_at: i64,
    first_end: Option<i64>,
    parted: bool,
    lagging: bool,
}

#[derive(sqlx::FromRow)]
struct Found {
    step: i64,
    recorded_at: i64,
    first_end: Option<i64>,
    parted: i64,
    marks_from: Option<i64>,
}

impl Moment {
    /// Whether rules part a weakness, so that on some assets it is of another class.
    pub(crate) fn parted(self) -> bool {
        self.parted
    }

    /// Whether marks of inventory lag behind what weaknesses are, so that the classes are to be read.
    pub(crate) fn lagging(self) -> bool {
        self.lagging
    }

    /// Whether a head may still show an acceptance that has run out: for at most some seconds.
    pub(crate) fn run_out(self, now: Micros) -> bool {
        self.first_end.is_some_and(|end| end <= now.0)
    }
}

impl Store {
    /// The state of the books; for one page the first that it saw.
    pub(crate) async fn moment(&self) -> Result<Moment> {
        match &self.moment {
            Some(one) => one.get_or_try_init(|| self.moment_now()).await.copied(),
            None => self.moment_now().await,
        }
    }

    async fn moment_now(&self) -> Result<Moment> {
        let found: Option<Found> = self.db.optional(MOMENT, binds![]).await?;
        let Found { step, recorded_at, first_end, parted, marks_from } =
            found.ok_or_else(|| Error::damaged("there is no head"))?;
        Ok(Moment { step, recorded_at, first_end, parted: parted > 0, lagging: marks_from.is_some() })
    }

    /// The answer to a question that is the same for every viewer and at any time.
    pub(crate) async fn remembered<T: Any + Send + Sync>(
        &self,
        text: String,
        moment: Moment,
        bytes: impl FnOnce(&T) -> usize,
        compute: Computing<'_, T>,
    ) -> Result<Arc<T>> {
        let question = Question { text, scope: Scope::Everything, user: None, moment, at: At::Any };
        self.answered(question, bytes, compute).await
    }

    async fn answered<T: Any + Send + Sync>(
        &self,
        question: Question,
        bytes: impl FnOnce(&T) -> usize,
        compute: Computing<'_, T>,
    ) -> Result<Arc<T>> {
        let answer = self.memo.0.get_or_insert_async(&question, async {
            let value = compute.await?;
            let bytes = bytes(&value) as u64;
            Ok::<_, Error>(Answer { value: Arc::new(value), bytes })
        });
        answer.await?.value.downcast().map_err(|_| Error::damaged("memo"))
    }
}

impl Scoped<'_> {
    /// The answer to a question about a filter's rows: remembered, or computed once however many ask at the same time.
    /// `what` tells questions about the same rows apart, and `bytes` says how much an answer holds.
    pub(crate) async fn remembered<T: Any + Send + Sync>(
        &self,
        what: &str,
        filter: &Filter,
        now: Micros,
        bytes: impl FnOnce(&T) -> usize,
        compute: Computing<'_, T>,
    ) -> Result<Arc<T>> {
        let moment = self.store.moment().await?;
        if moment.run_out(now) {
            return Ok(Arc::new(compute.await?));
        }
        let at = if counts_back(filter) { At::Minute(now.minute()) } else { At::Day(self.store.config.days.day(now)) };
        let question = Question {
            text: format!("{what} {filter}"),
            scope: self.viewer.teams.clone(),
            user: self.viewer.user().filter(|_| says_me(filter)),
            moment,
            at,
        };
        self.store.answered(question, bytes, compute).await
    }
}

/// Whether a filter counts back from now, which it does to the minute.
fn counts_back(filter: &Filter) -> bool {
    let ago = |term: &Term| match term.what {
        What::Age(when) | What::Seen(when) => matches!(when, When::Ago(..)),
        What::Tested(is, _) | What::SignedIn(is, _) => matches!(is, TestedIs::When(When::Ago(..))),
        _ => false,
    };
    filter.terms().iter().any(ago)
}

fn says_me(filter: &Filter) -> bool {
    filter.terms().iter().any(|term| matches!(&term.what, What::Assignee(people) if people.contains(&PersonIs::Me)))
}
