//! How often the API may be asked: by each token, and by each network that asks.
//!
//! Each has a bucket of tokens that fills again as time passes. The buckets are in the memory of one replica, so that a flood
//! costs no statement.

use crate::forms::{failed, problem};
use crate::middleware::session::network;
use crate::state::AppState;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, header};
use axum::middleware::Next;
use axum::response::Response;
use model::error::{ErrorCode, WireError};
use service::networks::neighbourhood;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

/// How many buckets there are at most; full ones are forgotten first.
const MOST: usize = 10_000;
/// A network may ask so many times as often as a token: several may be behind one address.
const OF_NETWORK: f64 = 4.0;

/// The buckets of one replica.
#[derive(Debug)]
pub struct Rate {
    per_minute: f64,
    buckets: Mutex<HashMap<String, (f64, Instant)>>,
}

impl Rate {
    /// Buckets that give so many requests a minute to each token, and as many at once.
    #[must_use]
    pub fn per_minute(requests: u32) -> Self {
        Self { per_minute: f64::from(requests), buckets: Mutex::default() }
    }

    /// Takes one from a bucket that holds `most`; the seconds to wait if it is empty.
    fn take(&self, whose: &str, most: f64, now: Instant) -> Result<(), u64> {
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        let filled = |(level, at): (f64, Instant), most: f64| {
            (level + now.duration_since(at).as_secs_f64() * most / 60.0).min(most)
        };
        if buckets.len() >= MOST && !buckets.contains_key(whose) {
            buckets.retain(|_, bucket| filled(*bucket, most) < most);
            if buckets.len() >= MOST {
                return Err(60);
            }
        }
        let level = buckets.get(whose).map_or(most, |bucket| filled(*bucket, most));
        if level < 1.0 {
            buckets.insert(whose.to_owned(), (level, now));
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a small positive number")]
            return Err(((1.0 - level) * 60.0 / most).ceil() as u64);
        }
        buckets.insert(whose.to_owned(), (level - 1.0, now));
        Ok(())
    }
}

/// How many passwords, codes and one-time links a network may try a minute. What waits longer with each failure is counted in
/// the database; this spares it a flood.
const DOORS: f64 = 120.0;

/// Sends a network back that knocks too often at the forms by which one comes in.
pub async fn doors(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let whose = format!("doors {}", neighbourhood(&network(&request, &state.proxies)));
    match state.rate.take(&whose, DOORS, Instant::now()) {
        Ok(()) => next.run(request).await,
        Err(seconds) => {
            let mut response = failed("/sign-in", &WireError::new(ErrorCode::Throttled), &[]);
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
            response
        }
    }
}

/// Answers 429 with `Retry-After` to who asks too often.
pub async fn limit(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let rate = &state.rate;
    let now = Instant::now();
    let from = format!("network {}", neighbourhood(&network(&request, &state.proxies)));
    let token = request.headers().get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let taken = rate.take(&from, rate.per_minute * OF_NETWORK, now).and_then(|()| match token {
        // No longer than any token is, so that nobody fills the memory.
        Some(token) => rate.take(token.get(..100).unwrap_or(token), rate.per_minute, now),
        None => Ok(()),
    });
    match taken {
        Ok(()) => next.run(request).await,
        Err(seconds) => {
            let mut response = problem(&WireError::new(ErrorCode::Throttled));
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
            response
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn a_bucket_empties_and_fills_again() {
        let rate = Rate::per_minute(60);
        let start = Instant::now();
        let at = |seconds| rate.take("a", 60.0, start + Duration::from_secs(seconds));
        for _ in 0..60 {
            assert_eq!(at(0), Ok(()));
        }
        assert_eq!(at(0), Err(1));
        assert_eq!(at(1), Ok(()));
        assert_eq!(at(1), Err(1));
        assert_eq!(rate.take("b", 60.0, start), Ok(()), "others do not wait");
    }

    #[test]
    fn buckets_do_not_fill_the_memory() {
        let rate = Rate::per_minute(1);
        let now = Instant::now();
        for number in 0..MOST + 100 {
            let _ = rate.take(&number.to_string(), 1.0, now);
        }
        assert!(rate.buckets.lock().unwrap().len() <= MOST);
        assert_eq!(rate.take("late", 1.0, now + Duration::from_secs(61)), Ok(()), "full buckets are forgotten");
    }
}
