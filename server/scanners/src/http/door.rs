//! A connection to an address that was judged.

use crate::http::{Certificate, Resolve, SystemResolver, guard, tls};
use crate::{Fault, Trust};
use model::scanner::FaultCode;
use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use std::collections::BTreeSet;
use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use url::{Host, Url};

/// How long is waited.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Patience {
    /// For a connection, and once more for its encryption.
    pub connect: Duration,
    /// From the request to the head of the answer.
    pub answer: Duration,
    /// From one piece of a body to the next.
    pub idle: Duration,
    /// For a body from its first byte to its last.
    pub body: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            answer: Duration::from_secs(60),
            idle: Duration::from_secs(60),
            body: Duration::from_secs(3600),
        }
    }
}

/// The way out.
#[derive(Clone)]
pub struct Door {
    resolver: Arc<dyn Resolve>,
    /// How long is waited.
    pub patience: Patience,
}

impl Default for Door {
    fn default() -> Self {
        Self::new(Arc::new(SystemResolver), Patience::default())
    }
}

impl fmt::Debug for Door {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Door").field("patience", &self.patience).finish_non_exhaustive()
    }
}

/// A connection, encrypted or not.
pub trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

impl Door {
    /// A way out with a resolver of its own.
    #[must_use]
    pub fn new(resolver: Arc<dyn Resolve>, patience: Patience) -> Self {
        Self { resolver, patience }
    }

    /// The addresses that a URL's host has at this moment, and what each is to us, for an administrator to confirm.
    ///
    /// # Errors
    /// [`FaultCode::Settings`] for what is no URL with a host, [`FaultCode::NameUnknown`].
    pub async fn addresses(&self, url: &str) -> Result<Vec<(IpAddr, guard::Ground)>, Fault> {
        let url = parse(url)?;
        let all = self.resolved(&url).await?;
        Ok(all.into_iter().map(|address| (address, guard::ground(address))).collect())
    }

    /// Fetches the certificate that an address shows, for an administrator to compare and confirm. Nothing is sent but the
    /// beginning of an encrypted connection.
    ///
    /// # Errors
    /// Those of a connection; [`FaultCode::Settings`] for an address that is not `https://`.
    pub async fn certificate(&self, url: &str, confirmed: &BTreeSet<IpAddr>) -> Result<Certificate, Fault> {
        let url = parse(url)?;
        if url.scheme() != "https" {
            return Err(Fault::new(FaultCode::Settings, "address"));
        }
        let stream = self.connected(&url, confirmed).await?;
        let stream = self.encrypted(&url, stream, tls::to_look()?).await?;
        shown(&stream).ok_or_else(|| Fault::new(FaultCode::Tls, "no certificate"))
    }

    /// Connects to a URL's host: resolved, judged, connected to what was judged, and encrypted if the URL says so. With the
    /// certificate that was shown then.
    pub(super) async fn open(
        &self,
        url: &Url,
        confirmed: &BTreeSet<IpAddr>,
        tls: Option<&Arc<ClientConfig>>,
    ) -> Result<(Box<dyn Stream>, Option<Certificate>), Fault> {
        let stream = self.connected(url, confirmed).await?;
        let Some(tls) = tls else { return Ok((Box::new(stream), None)) };
        let stream = self.encrypted(url, stream, Arc::clone(tls)).await?;
        let shown = shown(&stream);
        Ok((Box::new(stream), shown))
    }

    async fn resolved(&self, url: &Url) -> Result<Vec<IpAddr>, Fault> {
        let name = match url.host() {
            Some(Host::Ipv4(address)) => return Ok(vec![address.into()]),
            Some(Host::Ipv6(address)) => return Ok(vec![address.into()]),
            Some(Host::Domain(name)) => name,
            None => return Err(Fault::new(FaultCode::Settings, "address")),
        };
        let unknown = |detail: &str| Fault::new(FaultCode::NameUnknown, format!("{name} {detail}"));
        match timeout(self.patience.connect, self.resolver.resolve(name)).await {
            Ok(Ok(addresses)) if !addresses.is_empty() => Ok(addresses),
            Ok(Err(error)) => Err(unknown(&error.to_string())),
            Ok(Ok(_)) | Err(_) => Err(unknown("")),
        }
    }

    async fn connected(&self, url: &Url, confirmed: &BTreeSet<IpAddr>) -> Result<TcpStream, Fault> {
        let port = url.port_or_known_default().ok_or_else(|| Fault::new(FaultCode::Settings, "address"))?;
        let mut last = None;
        for address in self.resolved(url).await? {
            if !guard::may_connect(address, confirmed) {
                last.get_or_insert(Fault::new(FaultCode::AddressRefused, address.to_string()));
                continue;
            }
            last = Some(match timeout(self.patience.connect, TcpStream::connect((address, port))).await {
                Ok(Ok(stream)) => {
                    // Small questions go out at once; an error here is none.
                    let _ = stream.set_nodelay(true);
                    return Ok(stream);
                }
                Ok(Err(error)) => Fault::new(FaultCode::Unreachable, format!("{address}:{port} {}", error.kind())),
                Err(_) => Fault::new(FaultCode::Unreachable, format!("{address}:{port}")),
            });
        }
        Err(last.unwrap_or_else(|| Fault::new(FaultCode::NameUnknown, "")))
    }

    async fn encrypted(
        &self,
        url: &Url,
        stream: TcpStream,
        tls: Arc<ClientConfig>,
    ) -> Result<tokio_rustls::client::TlsStream<TcpStream>, Fault> {
        let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']).to_owned();
        let name = ServerName::try_from(host).map_err(|_| Fault::new(FaultCode::Settings, "address"))?;
        match timeout(self.patience.connect, TlsConnector::from(tls).connect(name, stream)).await {
            Ok(done) => done.map_err(|error| tls::fault_of(&error)),
            Err(_) => Err(Fault::new(FaultCode::NoAnswer, "TLS")),
        }
    }
}

/// The certificate that the other end of a connection showed.
fn shown(stream: &tokio_rustls::client::TlsStream<TcpStream>) -> Option<Certificate> {
    let (_, session) = stream.get_ref();
    session.peer_certificates().and_then(|chain| chain.first()).map(|der| Certificate::of(der))
}

/// Reads an address: `http` or `https`, a host, perhaps a port and a path; no name and password, no query.
///
/// # Errors
/// [`FaultCode::Settings`].
pub(super) fn parse(address: &str) -> Result<Url, Fault> {
    let odd = || Fault::new(FaultCode::Settings, "address");
    let url = Url::parse(address).map_err(|_| odd())?;
    let plain =
        url.username().is_empty() && url.password().is_none() && url.query().is_none() && url.fragment().is_none();
    let known = matches!(url.scheme(), "http" | "https") && url.has_host();
    if plain && known { Ok(url) } else { Err(odd()) }
}

/// The configuration of the encryption that a URL asks for.
pub(super) fn encryption(url: &Url, trust: &Trust) -> Result<Option<Arc<ClientConfig>>, Fault> {
    if url.scheme() == "https" { tls::config(trust).map(Some) } else { Ok(None) }
}
