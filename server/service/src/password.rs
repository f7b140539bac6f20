//! Passwords: Argon2id with bounded concurrency, and the same time for a user that does not exist.

mod common;

pub use common::is_common;

use anyhow::Context;
use argon2::password_hash::phc::{Output, PasswordHash, Salt};
use argon2::{Algorithm, Argon2, Block, Params, Version};
use serde::Deserialize;
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use subtle::ConstantTimeEq;
use tokio::sync::{Semaphore, SemaphorePermit, oneshot};

/// The fewest characters of a password. Length is what counts (NIST SP 800-63B-4 §3.1.1.2 asks for 15 where a password
/// stands alone, and never for character classes).
pub const SHORTEST: usize = 12;

/// The most bytes of a password that are hashed; more is refused, so that nobody can make us hash a book.
pub const LONGEST: usize = 1024;

/// How many hashes are computed at one time; each takes 19 MiB.
const AT_ONCE: usize = 2;

/// How many may wait to be checked; more are sent away, so that a flood keeps nobody waiting for long.
const WAITING: usize = 32;

/// What the hash of a password costs whoever computes it. More is slower for everybody, those who guess included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct PasswordCost {
    /// Memory in KiB.
    pub memory: u32,
    /// Passes over it.
    pub passes: u32,
    /// Lanes that are filled side by side.
    pub lanes: u32,
}

impl Default for PasswordCost {
    /// OWASP's first recommendation for Argon2id that takes little memory: 19 MiB, two passes, one lane.
    fn default() -> Self {
        Self { memory: 19_456, passes: 2, lanes: 1 }
    }
}

/// The weakest that are taken: OWASP's equivalent choices for Argon2id, memory in KiB and passes (Password Storage Cheat Sheet,
/// <https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html>).
const FLOOR: [(u32, u32); 5] = [(47_104, 1), (19_456, 2), (12_288, 3), (9_216, 4), (7_168, 5)];
/// The most that is taken, so that nobody locks everybody out: 1 GiB, twenty passes, eight lanes.
const CEILING: PasswordCost = PasswordCost { memory: 1 << 20, passes: 20, lanes: 8 };

impl PasswordCost {
    /// Whether these are neither weaker than recommended nor beyond reason.
    fn is_reasonable(self) -> bool {
        let Self { memory, passes, lanes } = self;
        FLOOR.iter().any(|(least, turns)| memory >= *least && passes >= *turns)
            && memory <= CEILING.memory
            && passes <= CEILING.passes
            && (1..=CEILING.lanes).contains(&lanes)
    }
}

/// Hashes and checks passwords.
#[derive(Debug)]
pub struct Passwords {
    argon2: Argon2<'static>,
    workers: Workers,
    gate: Semaphore,
    /// Those who wait to be checked.
    queue: Semaphore,
    dummy: OnceLock<String>,
}

/// A piece of work for another thread, with the memory that it hashes in.
type Work = Box<dyn FnOnce(&mut Vec<Block>) + Send>;

/// The threads that hash, each in memory of its own that it uses again for every hash. Aligned memory that is taken and given
/// back for each comes back from some systems' libraries as ever more of it (<https://sourceware.org/bugzilla/show_bug.cgi?id=14581>):
/// guesses would have grown the program by 19 MiB each.
#[derive(Debug)]
struct Workers(Sender<Work>);

impl Workers {
    fn start(count: usize) -> std::io::Result<Self> {
        let (sender, receiver) = channel::<Work>();
        let receiver = Arc::new(Mutex::new(receiver));
        for _ in 0..count {
            let receiver = Arc::clone(&receiver);
            let next = move || receiver.lock().unwrap_or_else(PoisonError::into_inner).recv();
            std::thread::Builder::new().name("passwords".to_owned()).spawn(move || {
                let mut memory = Vec::new();
                while let Ok(work) = next() {
                    work(&mut memory);
                }
            })?;
        }
        Ok(Self(sender))
    }

    /// Has something done, and waits for it.
    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Vec<Block>) -> T + Send + 'static,
    ) -> anyhow::Result<T> {
        let (tell, told) = oneshot::channel();
        // Whoever asked may have given up meanwhile.
        let work = Box::new(move |memory: &mut Vec<Block>| drop(tell.send(work(memory))));
        self.0.send(work).map_err(|_| anyhow::anyhow!("no thread hashes passwords any more"))?;
        Ok(told.await?)
    }
}

/// A turn to check one password.
#[derive(Debug)]
pub struct Turn<'a>(#[expect(dead_code, reason = "it is held")] SemaphorePermit<'a>);

impl Passwords {
    /// Hashes at a cost. A hash that was made at another is made anew at the next sign-in.
    ///
    /// # Errors
    /// The cost is below what OWASP recommends, or beyond reason.
    pub fn of(cost: PasswordCost) -> anyhow::Result<Self> {
        anyhow::ensure!(
            cost.is_reasonable(),
            "[passwords] memory = {}, passes = {}, lanes = {} is weaker than OWASP recommends for Argon2id, or beyond reason: \
             memory (KiB) and passes must be at least 47104 and 1, 19456 and 2, 12288 and 3, 9216 and 4, or 7168 and 5, and at \
             most {} and {}, with one to {} lanes",
            cost.memory,
            cost.passes,
            cost.lanes,
            CEILING.memory,
            CEILING.passes,
            CEILING.lanes
        );
        let params = Params::new(cost.memory, cost.passes, cost.lanes, None);
        let params = params.map_err(|error| anyhow::anyhow!("[passwords] cannot be taken: {error}"))?;
        Ok(Self {
            argon2: Argon2::new(Algorithm::Argon2id, Version::V0x13, params),
            workers: Workers::start(AT_ONCE).context("no thread can be started that hashes passwords")?,
            gate: Semaphore::new(AT_ONCE),
            queue: Semaphore::new(WAITING),
            dummy: OnceLock::new(),
        })
    }

    /// The cost in MiB of memory and passes.
    pub(crate) fn cost(&self) -> (i64, i64) {
        let params = self.argon2.params();
        ((params.m_cost() / 1024).into(), params.t_cost().into())
    }

    /// The PHC string of a password.
    ///
    /// # Errors
    /// If the hash cannot be computed, which means that memory ran out.
    pub async fn hash(self: &Arc<Self>, password: String) -> anyhow::Result<String> {
        let _turn = self.gate.acquire().await?;
        let own = Arc::clone(self);
        self.workers.run(move |memory| own.hash_now(&password, memory)).await?
    }

    fn hash_now(&self, password: &str, memory: &mut Vec<Block>) -> anyhow::Result<String> {
        let salt: [u8; 16] = rand::random();
        let mut made = || -> argon2::password_hash::Result<PasswordHash> {
            let salt = Salt::new(&salt)?;
            let hash = computed(&self.argon2, password, &salt, Params::DEFAULT_OUTPUT_LEN, memory)?;
            Ok(PasswordHash {
                algorithm: Algorithm::Argon2id.ident(),
                version: Some(Version::V0x13.into()),
                params: self.argon2.params().try_into()?,
                salt: Some(salt),
                hash: Some(hash),
            })
        };
        let hash = made().map_err(|error| anyhow::anyhow!("a password could not be hashed: {error}"))?;
        Ok(hash.to_string())
    }

    /// Whether a stored hash was made with other parameters than those of now, so that it is to be made anew.
    #[must_use]
    pub fn is_outdated(&self, stored: &str) -> bool {
        let of = PasswordHash::new(stored).ok().and_then(|parsed| Params::try_from(&parsed).ok());
        let now = self.argon2.params();
        of.is_none_or(|of| (of.m_cost(), of.t_cost(), of.p_cost()) != (now.m_cost(), now.t_cost(), now.p_cost()))
    }

    /// A turn to check a password, once others have had theirs; none if too many wait already.
    pub async fn turn(&self) -> Option<Turn<'_>> {
        let _waits = self.queue.try_acquire().ok()?;
        Some(Turn(self.gate.acquire().await.ok()?))
    }

    /// Whether a password fits. Without a stored hash it takes as long and answers no.
    ///
    /// # Errors
    /// If a stored hash cannot be read.
    pub async fn verify(
        self: &Arc<Self>,
        turn: Turn<'_>,
        password: String,
        stored: Option<String>,
    ) -> anyhow::Result<bool> {
        let own = Arc::clone(self);
        let fits = self.workers.run(move |memory| {
            let known = stored.is_some();
            let hash = match stored {
                Some(hash) => hash,
                None => own.dummy(memory)?,
            };
            let parsed =
                PasswordHash::new(&hash).map_err(|error| anyhow::anyhow!("a stored hash is damaged: {error}"))?;
            Ok(fits(&parsed, &password, memory)? && known)
        });
        let fits = fits.await?;
        drop(turn);
        fits
    }

    fn dummy(&self, memory: &mut Vec<Block>) -> anyhow::Result<String> {
        if let Some(hash) = self.dummy.get() {
            return Ok(hash.clone());
        }
        let hash = self.hash_now("no user has this password", memory)?;
        Ok(self.dummy.get_or_init(|| hash).clone())
    }
}

/// Whether a password has this hash, at whatever cost that was made. The comparison takes as long wherever they differ.
fn fits(stored: &PasswordHash, password: &str, memory: &mut Vec<Block>) -> anyhow::Result<bool> {
    let damaged = || anyhow::anyhow!("a stored hash is damaged");
    let (Some(salt), Some(hash)) = (&stored.salt, &stored.hash) else { return Err(damaged()) };
    let algorithm = Algorithm::try_from(stored.algorithm.as_str()).map_err(|_| damaged())?;
    let version = stored.version.map_or(Ok(Version::V0x13), Version::try_from).map_err(|_| damaged())?;
    let argon2 = Argon2::new(algorithm, version, Params::try_from(stored).map_err(|_| damaged())?);
    let now = computed(&argon2, password, salt, hash.as_bytes().len(), memory).map_err(|_| damaged())?;
    Ok(now.as_bytes().ct_eq(hash.as_bytes()).into())
}

/// A hash, computed in memory that is used again and again.
fn computed(
    argon2: &Argon2<'_>,
    password: &str,
    salt: &[u8],
    length: usize,
    memory: &mut Vec<Block>,
) -> argon2::password_hash::Result<Output> {
    let blocks = argon2.params().block_count();
    if memory.len() < blocks {
        memory.resize(blocks, Block::default());
    }
    let mut out = [0; Output::MAX_LENGTH];
    let out = out.get_mut(..length).ok_or(argon2::password_hash::Error::OutputSize)?;
    argon2.hash_password_into_with_memory(password.as_bytes(), salt, out, memory.as_mut_slice())?;
    Ok(Output::new(out)?)
}

/// Why a new password is not taken, as a machine word, or `None` if it is.
#[must_use]
pub fn objection(password: &str, login: &str) -> Option<&'static str> {
    let lower = password.to_lowercase();
    if password.chars().count() < SHORTEST {
        Some("password_short")
    } else if password.len() > LONGEST {
        Some("password_long")
    } else if lower.contains(&login.to_lowercase()) && !login.is_empty() || few_characters(&lower) {
        Some("password_simple")
    } else if is_common(&lower) {
        Some("password_common")
    } else {
        None
    }
}

/// Fewer than five different characters: `aaaaaaaaaaaa`, `121212121212`.
fn few_characters(password: &str) -> bool {
    let mut seen: Vec<char> = password.chars().collect();
    seen.sort_unstable();
    seen.dedup();
    seen.len() < 5
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_password_fits_only_its_own_hash() {
        let passwords = Arc::new(Passwords::of(PasswordCost::default()).unwrap());
        let hash = passwords.hash("correct horse battery".to_owned()).await.unwrap();
        assert!(hash.starts_with("$argon2id$"));
        for (password, stored, fits) in [
            ("correct horse battery", Some(hash.clone()), true),
            ("correct horse batterz", Some(hash), false),
            ("no user has this password", None, false),
        ] {
            let turn = passwords.turn().await.unwrap();
            assert_eq!(passwords.verify(turn, password.to_owned(), stored).await.unwrap(), fits, "{password}");
        }
        let weaker = "$argon2id$v=19$m=8192,t=1,p=1$c29tZXNhbHQ$RdescudvJCsgt3ub+b/dWQ";
        assert!(passwords.is_outdated(weaker));
        let now = passwords.hash("correct horse battery".to_owned()).await.unwrap();
        assert!(!passwords.is_outdated(&now));
    }

    #[tokio::test]
    async fn a_hash_of_another_cost_still_fits_and_is_to_be_made_anew() {
        let light = Arc::new(Passwords::of(PasswordCost { memory: 7_168, passes: 5, lanes: 1 }).unwrap());
        let hash = light.hash("correct horse battery".to_owned()).await.unwrap();
        let usual = Arc::new(Passwords::of(PasswordCost::default()).unwrap());
        assert!(usual.is_outdated(&hash) && !light.is_outdated(&hash));
        let turn = usual.turn().await.unwrap();
        assert!(usual.verify(turn, "correct horse battery".to_owned(), Some(hash)).await.unwrap());
    }

    #[tokio::test]
    async fn a_flood_is_sent_away_and_those_who_give_up_leave_room() {
        let passwords = Passwords::of(PasswordCost::default()).unwrap();
        let busy = [passwords.turn().await.unwrap(), passwords.turn().await.unwrap()];
        let mut waiting: Vec<_> = (0..WAITING).map(|_| Box::pin(passwords.turn())).collect();
        for one in &mut waiting {
            assert!(polled(one.as_mut()).is_none(), "it waits");
        }
        assert!(passwords.turn().await.is_none(), "too many wait");
        drop(waiting);
        drop(busy);
        assert!(passwords.turn().await.is_some());
    }

    /// Polls once.
    fn polled<F: Future>(future: std::pin::Pin<&mut F>) -> Option<F::Output> {
        let mut context = std::task::Context::from_waker(std::task::Waker::noop());
        match future.poll(&mut context) {
            std::task::Poll::Ready(value) => Some(value),
            std::task::Poll::Pending => None,
        }
    }

    #[test]
    fn a_cost_below_the_recommended_or_beyond_reason_is_refused() {
        let refused = |memory, passes, lanes| Passwords::of(PasswordCost { memory, passes, lanes }).is_err();
        assert!(refused(19_455, 2, 1) && refused(19_456, 1, 1) && refused(7_168, 4, 1) && refused(4_096, 20, 1));
        assert!(refused(19_456, 2, 0) && refused(19_456, 2, 9) && refused(19_456, 21, 1) && refused(u32::MAX, 2, 1));
        assert!(!refused(47_104, 1, 1) && !refused(65_536, 3, 4));
    }

    #[test]
    fn weak_passwords_are_objected_to() {
        assert_eq!(objection("short", "ana"), Some("password_short"));
        assert_eq!(objection("121212121212", "ana"), Some("password_simple"));
        assert_eq!(objection("mi-ana-mi-gata-9", "ana"), Some("password_simple"));
        assert_eq!(objection("tres tristes tigres", "ana"), None);
        assert_eq!(objection("Password1234!", "ana"), Some("password_common"));
    }
}
