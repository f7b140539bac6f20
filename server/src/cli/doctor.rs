//! `postura doctor`.

use super::{DONE, FAILED, open};
use crate::config::Config;

/// Checks what an installation needs, a line a check, and says what to do.
pub async fn run(config: &Config) -> anyhow::Result<u8> {
    let mut healthy = true;
    let mut say = |good: bool, what: &str, advice: &str| {
        healthy &= good;
        println!(
            "{} {what}{}",
            if good { "ok  " } else { "FAIL" },
            if good { String::new() } else { format!(": {advice}") }
        );
    };
    say(
        config.check_listen().is_ok(),
        "the address to listen on is loopback or behind a proxy that ends TLS",
        "set listen to a loopback address, or behind_tls_proxy = true",
    );
    match open(config).await {
        Err(error) => say(false, "the database opens with its key", &format!("{error:#}")),
        Ok(service) => {
            say(true, "the database opens with its key", "");
            for check in service.check().await? {
                say(check.good, &check.what, &check.advice);
            }
        }
    }
    Ok(if healthy { DONE } else { FAILED })
}
