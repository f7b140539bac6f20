//! `postura doctor`.

use super::{DONE, FAILED, open};
use crate::config::Config;
use crate::tls::Files;

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
        "the address to listen on is loopback, has TLS, or is behind a named proxy that ends it",
        "set listen to a loopback address, give [tls] a certificate and its key, or set behind_tls_proxy and trusted_proxies",
    );
    if let Some(tls) = &config.tls {
        let files = Files::of(tls, &config.data_dir, config.listen.ip())?;
        let private = files.key_is_private().unwrap_or(false);
        say(private, "only the owner can read the key of TLS", &format!("chmod 600 {}", files.key.display()));
        let usable = files.serve().await;
        let why = usable.as_ref().err().map(|error| format!("{error:#}")).unwrap_or_default();
        say(usable.is_ok(), "the certificate and its key can be used", &why);
    }
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
