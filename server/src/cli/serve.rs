//! `postura serve`.

use super::{DONE, service_config};
use crate::assets::Site;
use crate::config::Config;
use crate::middleware::rate::Rate;
use crate::router::router;
use crate::state::AppState;
use anyhow::Context;
use clap::Args;
use leptos::config::LeptosOptions;
use service::{DEMO_PASSWORD, Service};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use tokio::net::TcpListener;
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
            TcpListener::bind(config.listen).await.with_context(|| format!("cannot listen on {}", config.listen))?;
        let address = listener.local_addr()?;
        println!("Postura listens on http://{address}");
        if let Some(token) = service.set_up_token().await? {
            println!("First run: open http://{address}/setup?token={token} to create the administrator.");
        }
        let leptos = LeptosOptions::builder().output_name("postura").site_pkg_dir("pkg").site_addr(address).build();
        let state = AppState {
            service: service.clone(),
            leptos,
            site: Site::new(self.site)?,
            max_upload: config.max_upload,
            rate: Arc::new(Rate::per_minute(config.api_per_minute)),
        };
        let worker = tokio::spawn(service.clone().work());
        axum::serve(listener, router(state).into_make_service_with_connect_info::<SocketAddr>())
            .with_graceful_shutdown(stop())
            .await?;
        worker.abort();
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
