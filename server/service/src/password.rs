//! Passwords: Argon2id with bounded concurrency, and the same time for a user that does not exist.

mod common;

pub use common::is_common;

use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version};
use std::sync::{Arc, OnceLock};
use tokio::sync::Semaphore;

/// The fewest characters of a password. Length is what counts (NIST SP 800-63B-4 §3.1.1.2 asks for 15 where a password
/// stands alone, and never for character classes).
pub const SHORTEST: usize = 12;

/// The most bytes of a password that are hashed; more is refused, so that nobody can make us hash a book.
pub const LONGEST: usize = 1024;

/// How many hashes are computed at one time; each takes 19 MiB.
const AT_ONCE: usize = 2;

/// Hashes and checks passwords.
#[derive(Debug)]
pub struct Passwords {
    argon2: Argon2<'static>,
    gate: Semaphore,
    dummy: OnceLock<String>,
}

impl Default for Passwords {
    /// OWASP's recommendation for Argon2id: 19 MiB, two passes, one lane.
    fn default() -> Self {
        let params = Params::default();
        Self {
            argon2: Argon2::new(Algorithm::Argon2id, Version::V0x13, params),
            gate: Semaphore::new(AT_ONCE),
            dummy: OnceLock::new(),
        }
    }
}

impl Passwords {
    /// The PHC string of a password.
    ///
    /// # Errors
    /// If the hash cannot be computed, which means that memory ran out.
    pub async fn hash(self: &Arc<Self>, password: String) -> anyhow::Result<String> {
        let _turn = self.gate.acquire().await?;
        let own = Arc::clone(self);
        tokio::task::spawn_blocking(move || own.hash_now(&password)).await?
    }

    fn hash_now(&self, password: &str) -> anyhow::Result<String> {
        let salt: [u8; 16] = rand::random();
        let hash: PasswordHash = self
            .argon2
            .hash_password_with_salt(password.as_bytes(), &salt)
            .map_err(|error| anyhow::anyhow!("a password could not be hashed: {error}"))?;
        Ok(hash.to_string())
    }

    /// Whether a stored hash was made with other parameters than those of now, so that it is to be made anew.
    #[must_use]
    pub fn is_outdated(&self, stored: &str) -> bool {
        let of = PasswordHash::new(stored).ok().and_then(|parsed| Params::try_from(&parsed).ok());
        let now = self.argon2.params();
        of.is_none_or(|of| (of.m_cost(), of.t_cost(), of.p_cost()) != (now.m_cost(), now.t_cost(), now.p_cost()))
    }

    /// Whether a password fits. Without a stored hash it takes as long and answers no.
    ///
    /// # Errors
    /// If a stored hash cannot be read.
    pub async fn verify(self: &Arc<Self>, password: String, stored: Option<String>) -> anyhow::Result<bool> {
        let _turn = self.gate.acquire().await?;
        let own = Arc::clone(self);
        tokio::task::spawn_blocking(move || {
            let known = stored.is_some();
            let hash = match stored {
                Some(hash) => hash,
                None => own.dummy()?,
            };
            let parsed =
                PasswordHash::new(&hash).map_err(|error| anyhow::anyhow!("a stored hash is damaged: {error}"))?;
            Ok(own.argon2.verify_password(password.as_bytes(), &parsed).is_ok() && known)
        })
        .await?
    }

    fn dummy(&self) -> anyhow::Result<String> {
        if let Some(hash) = self.dummy.get() {
            return Ok(hash.clone());
        }
        let hash = self.hash_now("no user has this password")?;
        Ok(self.dummy.get_or_init(|| hash).clone())
    }
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
        let passwords = Arc::new(Passwords::default());
        let hash = passwords.hash("correct horse battery".to_owned()).await.unwrap();
        assert!(hash.starts_with("$argon2id$"));
        assert!(passwords.verify("correct horse battery".to_owned(), Some(hash.clone())).await.unwrap());
        assert!(!passwords.verify("correct horse batterz".to_owned(), Some(hash)).await.unwrap());
        assert!(!passwords.verify("no user has this password".to_owned(), None).await.unwrap());
        let weaker = "$argon2id$v=19$m=8192,t=1,p=1$c29tZXNhbHQ$RdescudvJCsgt3ub+b/dWQ";
        assert!(passwords.is_outdated(weaker));
        let now = passwords.hash("correct horse battery".to_owned()).await.unwrap();
        assert!(!passwords.is_outdated(&now));
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
