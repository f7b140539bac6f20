//! Starts a fake by hand: `cargo xtask fake zap`.

use anyhow::Result;
use clap::{Parser, ValueEnum};
use fakes::burp::{BurpDast, BurpPro};
use fakes::nessus::{Edition, Nessus};
use fakes::{Api, Fake, Identity, Lists, Shop, Zap};

/// A scanner that is none.
#[derive(Parser)]
#[command(name = "fake")]
struct Cli {
    /// Which.
    which: Which,
    /// Where it listens, on loopback.
    #[arg(long, default_value_t = 0)]
    port: u16,
    /// The shop with its holes closed.
    #[arg(long)]
    fixed: bool,
    /// Over HTTPS, with a certificate that vouches for itself.
    #[arg(long)]
    tls: bool,
}

#[derive(Clone, Copy, ValueEnum)]
enum Which {
    /// The daemon of ZAP.
    Zap,
    /// Nessus Manager: scans may be started.
    Nessus,
    /// Nessus Professional: its own scans may be fetched.
    NessusPro,
    /// Tenable Vulnerability Management.
    Tenable,
    /// Burp Suite Professional.
    Burp,
    /// Burp Suite DAST.
    BurpDast,
    /// No scanner but a shop with holes, to be scanned.
    Shop,
    /// No scanner but what is published of exploitation.
    Lists,
}

#[tokio::main]
async fn main() -> Result<()> {
    let cli = Cli::parse();
    let keys = |nessus: &Nessus| format!("access key {}, secret key {}", nessus.keys.0, nessus.keys.1);
    match cli.which {
        Which::Zap => run(&cli, Zap { pace: 5, ..Zap::default() }, |zap| format!("key {}", zap.key)).await,
        Which::Nessus => run(&cli, Nessus::default().paced(5), keys).await,
        Which::NessusPro => {
            let mut nessus = Nessus::of(Edition::Professional);
            let scan = nessus.define("Weekly scan of the DMZ", "10.0.0.5,10.0.0.6");
            nessus.start(scan, None);
            run(&cli, nessus.paced(5), keys).await
        }
        Which::Tenable => {
            let mut cloud = Nessus::of(Edition::Cloud);
            for host in ["10.0.0.5", "10.0.0.6", "10.0.0.7"] {
                cloud.saw(host, cloud.clock);
            }
            run(&cli, cloud.paced(5), keys).await
        }
        Which::Burp => run(&cli, BurpPro { pace: 5, ..BurpPro::default() }, |burp| format!("key {}", burp.key)).await,
        Which::BurpDast => {
            run(&cli, BurpDast { pace: 5, ..BurpDast::default() }, |burp| format!("key {}", burp.key)).await
        }
        Which::Lists => run(&cli, Lists::default(), |lists| format!("of {}", lists.day)).await,
        Which::Shop => {
            let fixed = cli.fixed;
            run(&cli, Shop { fixed }, |shop| if shop.fixed { "fixed" } else { "with holes" }.to_owned()).await
        }
    }
}

/// Runs a fake until the program is stopped, and says how it is reached.
async fn run<A: Api>(cli: &Cli, api: A, secret: impl Fn(&A) -> String) -> Result<()> {
    let secret = secret(&api);
    let identity = cli.tls.then(Identity::self_signed);
    let fake = Fake::start_on(api, identity.as_ref(), cli.port).await;
    println!("{} ({secret})", fake.url());
    fake.stay().await;
    Ok(())
}
