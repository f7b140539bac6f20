//! `postura doctor`.

use super::{DONE, FAILED, open};
use crate::config::Config;
use crate::tls::Files;
use service::Check;

/// Checks what an installation needs, a line a check, and says what to do: `FAIL` what is not sound, `look` what is worth a
/// look. The status is that of failure if anything is not sound.
pub async fn run(config: &Config) -> anyhow::Result<u8> {
    let mut healthy = true;
    let mut say = |check: &Check| {
        healthy &= check.good || !check.grave;
        match (check.good, check.grave) {
            (true, _) => println!("ok   {}", check.what),
            (false, true) => println!("FAIL {}: {}", check.what, check.advice),
            (false, false) => println!("look {}: {}", check.what, check.advice),
        }
    };
    say(&Check {
        good: config.check_listen().is_ok(),
        what: "the address to listen on is loopback, has TLS, or is behind a named proxy that ends it".to_owned(),
        advice: "set listen to a loopback address, give [tls] a certificate and its key, or set behind_tls_proxy and \
                 trusted_proxies"
            .to_owned(),
        ..Check::default()
    });
    if let Some(tls) = &config.tls {
        let files = Files::of(tls, &config.data_dir, config.listen.ip())?;
        say(&Check {
            good: files.key_is_private().unwrap_or(false),
            what: "only the owner can read the key of TLS".to_owned(),
            advice: format!("chmod 600 {}", files.key.display()),
            ..Check::default()
        });
        say(&files.holds());
        let usable = files.serve().await;
        say(&Check {
            good: usable.is_ok(),
            what: "the certificate and its key can be used".to_owned(),
            advice: usable.as_ref().err().map(|error| format!("{error:#}")).unwrap_or_default(),
            ..Check::default()
        });
    }
    match open(config).await {
        Err(error) => say(&Check {
            what: "the database opens with its key".to_owned(),
            advice: format!("{error:#}"),
            ..Check::default()
        }),
        Ok(service) => {
            say(&Check::good("the database opens with its key"));
            service.check().await?.iter().for_each(say);
        }
    }
    Ok(if healthy { DONE } else { FAILED })
}
