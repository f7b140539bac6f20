//! Opens the store with its keys, which stand outside the database.

use crate::ServiceConfig;
use crate::zone::Zone;
use anyhow::Context;
use model::Micros;
use std::sync::Arc;
use store::seal::KeyRing;
use store::{Config, Entropy, Store};

/// Randomness of the operating system.
pub(crate) struct SystemEntropy;

impl Entropy for SystemEntropy {
    fn fill(&self, bytes: &mut [u8]) {
        rand::fill(bytes);
    }
}

/// Opens the store; where the key file is missing, a new one is made. A database that was sealed with another key is refused.
pub(crate) async fn open_store(config: &ServiceConfig, zone: &Arc<Zone>, now: Micros) -> anyhow::Result<Store> {
    std::fs::create_dir_all(&config.data_dir)
        .with_context(|| format!("the data folder {} cannot be made", config.data_dir.display()))?;
    let keys = config.key_place().keys_or_new()?;
    Ok(Store::open(&config.database_url, config_of_store(keys, zone), now).await?)
}

/// What a store is opened with.
pub(crate) fn config_of_store(keys: KeyRing, zone: &Arc<Zone>) -> Config {
    let days = Arc::clone(zone);
    Config {
        keys: Arc::new(keys),
        days: Arc::new(move |at| days.day(at)),
        entropy: Arc::new(SystemEntropy),
        marks: store::MARKED_AT_ONCE,
    }
}
