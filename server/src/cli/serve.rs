//! `postura serve`.

use super::{DONE, service_config};
use crate::assets::Site;
use crate::config::Config;
use crate::middleware::rate::Rate;
use crate::router::router;
use crate::state::AppState;
use crate::tls::Files;
use anyhow::Context;
use axum_server::Handle;
use clap::Args;
use leptos::config::LeptosOptions;
use service::{DEMO_PASSWORD, Service};
use std::net::{SocketAddr, TcpListener};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tracing_subscriber::EnvFilter;

/// Serve the pages and the API, and run the jobs.
#[derive(Args, Debug)]
pub struct Serve {
    /// The port to listen on; 0 takes a free one.
    #[arg(long, env = "POSTURA_PORT")]
    port: Option<u16>,
    /// The folder with the browser's files; without it the ones in the binary.
    #[arg(long, value_name = "DIR")]
    site: Option<PathBuf>,
    /// Generate a year of a made-up company's exports and import them.
    #[arg(long)]
    demo: bool,
}

impl Serve {
    /// Serves until it is told to stop.
    pub async fn run(self, mut config: Config) -> anyhow::Result<u8> {
        if let Some(port) = self.port {
            config.listen.set_port(port);
        }
        config.check_listen()?;
        let filter = EnvFilter::try_from_env("POSTURA_LOG").unwrap_or_else(|_| EnvFilter::new("info,sqlx=warn"));
        tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
        let service = self.open(&config).await?;
        let listener =
            TcpListener::bind(config.listen).with_context(|| format!("cannot listen on {}", config.listen))?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let tls = match &config.tls {
            Some(tls) => Some(Files::of(tls, &config.data_dir, address.ip())?.serve().await?),
            None => None,
        };
        let origin = format!("{}://{address}", if tls.is_some() { "https" } else { "http" });
        println!("Postura listens on {origin}");
        if let Some(token) = service.set_up_token().await? {
            println!("First run: open {origin}/setup?token={token} to create the administrator.");
        }
        service.served(config.is_https());
        let leptos = LeptosOptions::builder().output_name("postura").site_pkg_dir("pkg").site_addr(address).build();
        let state = AppState {
            service: service.clone(),
            leptos,
            site: Site::new(self.site)?,
            max_upload: config.max_upload,
            https: config.is_https(),
            proxies: config.trusted_proxies.clone().into(),
            rate: Arc::new(Rate::per_minute(config.api_per_minute)),
        };
        let worker = tokio::spawn(service.clone().work());
        let scans = tokio::spawn(service.clone().drive());
        let feeds = tokio::spawn(service.clone().refresh_feeds());
        let handle = Handle::new();
        tokio::spawn(end(handle.clone()));
        let app = router(state).into_make_service_with_connect_info::<SocketAddr>();
        match tls {
            Some(tls) => axum_server::from_tcp_rustls(listener, tls)?.handle(handle).serve(app).await?,
            None => axum_server::from_tcp(listener)?.handle(handle).serve(app).await?,
        }
        worker.abort();
        scans.abort();
        feeds.abort();
        service.close().await;
        Ok(DONE)
    }
}

impl Serve {
    /// Opens the service; a demo is loaded first where there is nothing yet.
    async fn open(&self, config: &Config) -> anyhow::Result<Arc<Service>> {
        let settings = service_config(config, self.demo);
        if self.demo && Service::is_new(&settings).await? {
            println!("Loading the demo: a year of a made-up company's exports. This takes a minute.");
            Service::load_demo(&settings).await?;
            println!("The demo is loaded. Sign in as admin, analista, direccion or lucia with {DEMO_PASSWORD}");
        }
        Ok(Arc::new(Service::open(&settings).await?))
    }
}

/// How long open requests have to end once the program is told to stop.
const LAST: Duration = Duration::from_secs(10);

/// Ends the server when the program is told to stop.
async fn end(handle: Handle<SocketAddr>) {
    stop().await;
    handle.graceful_shutdown(Some(LAST));
}

/// Waits for the signal to stop.
async fn stop() {
    let interrupt = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = interrupt => {}
                _ = terminate.recv() => {}
            }
            return;
        }
    }
    // Without a handler for the signal there is nothing to wait for but the default.
    let _ = interrupt.await;
}
