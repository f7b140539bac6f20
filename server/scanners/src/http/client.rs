//! Questions to one server.

use crate::http::door::{self, Stream};
use crate::http::{Answer, Ask, Certificate, Door, Patience};
use crate::{Fault, Output, Trust};
use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::header::{ACCEPT_ENCODING, CONTENT_LENGTH, HOST, HeaderValue, LOCATION, USER_AGENT};
use hyper::{Request, Response, Uri};
use hyper_util::rt::TokioIo;
use model::scanner::FaultCode;
use rustls::ClientConfig;
use std::collections::BTreeSet;
use std::fmt;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::task::JoinHandle;
use tokio::time::{Instant, timeout, timeout_at};
use url::{Position, Url};

/// An error's answer is read this far.
const MAX_ERROR: usize = 64 << 10;

/// Who asks.
const AGENT: HeaderValue = HeaderValue::from_static(concat!("Postura/", env!("CARGO_PKG_VERSION")));

/// One server, and how it is reached.
pub struct Client {
    door: Door,
    base: Url,
    confirmed: BTreeSet<IpAddr>,
    tls: Option<Arc<ClientConfig>>,
    /// What the server showed last.
    shown: Mutex<Option<Certificate>>,
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("origin", &&self.base[..Position::BeforePath]).finish_non_exhaustive()
    }
}

impl Client {
    /// A client of the server at an address: `http` or `https`, a host, perhaps a port and a path that all paths are below.
    ///
    /// # Errors
    /// [`FaultCode::Settings`] for an address or authorities that are none.
    pub fn new(door: Door, address: &str, confirmed: BTreeSet<IpAddr>, trust: &Trust) -> Result<Self, Fault> {
        let base = door::parse(address)?;
        let tls = door::encryption(&base, trust)?;
        Ok(Self { door, base, confirmed, tls, shown: Mutex::new(None) })
    }

    /// The certificate that the server showed last, whether it was taken or not; `None` before the first question, and where
    /// nothing is encrypted.
    #[must_use]
    pub fn certificate(&self) -> Option<Certificate> {
        self.shown.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// True if what is exchanged is encrypted.
    #[must_use]
    pub fn is_encrypted(&self) -> bool {
        self.tls.is_some()
    }

    /// How long is waited.
    #[must_use]
    pub fn patience(&self) -> Patience {
        self.door.patience
    }

    /// Asks, and takes the answer into memory, whatever its status.
    ///
    /// # Errors
    /// Those of the way there, of an answer that is too long or breaks off, and [`FaultCode::Redirected`].
    pub async fn ask(&self, ask: Ask) -> Result<Answer, Fault> {
        let max = ask.max_answer;
        let mut connection = self.sent(ask).await?;
        let body = connection.body(max).await?;
        Ok(connection.answer(body))
    }

    /// Asks, and writes the body of a good answer to an output. The answer that comes back has no body; that of another status has.
    ///
    /// # Errors
    /// As [`Client::ask`], and those of the output.
    pub async fn fetch(&self, ask: Ask, output: &mut Output<'_>) -> Result<Answer, Fault> {
        let mut connection = self.sent(ask).await?;
        if !connection.response.status().is_success() {
            let body = connection.body(MAX_ERROR).await?;
            return Ok(connection.answer(body));
        }
        while let Some(piece) = connection.piece().await? {
            output.write(&piece).await?;
        }
        Ok(connection.answer(Bytes::new()))
    }

    /// Sends a question over a connection of its own and waits for the head of the answer.
    async fn sent(&self, mut ask: Ask) -> Result<Connection, Fault> {
        loop {
            let request = self.request(&ask)?;
            let asked = request.uri().clone();
            let connection = self.exchanged(request, ask.answer_in).await?;
            // 304 and the like are no redirects, and nobody asked for them.
            if !matches!(connection.response.status().as_u16(), 301 | 302 | 303 | 307 | 308) {
                return Ok(connection);
            }
            let to = self.led(&asked, &connection.response);
            let here = to.as_ref().filter(|url| url.origin() == self.base.origin() && ask.hops > 0);
            let path = here.and_then(|url| url.path().strip_prefix(self.base.path().trim_end_matches('/')));
            let (Some(url), Some(path)) = (here, path) else {
                // Its origin, for a path may hold a key.
                let origin = to.map(|url| url[..Position::BeforePath].to_owned()).unwrap_or_default();
                return Err(Fault::new(FaultCode::Redirected, origin));
            };
            ask.hops -= 1;
            path.clone_into(&mut ask.path);
            url.query().unwrap_or_default().clone_into(&mut ask.query);
        }
    }

    async fn exchanged(&self, request: Request<Full<Bytes>>, wait: Option<Duration>) -> Result<Connection, Fault> {
        let patience = self.door.patience;
        let stream = self.open().await?;
        let asked = timeout(wait.unwrap_or(patience.answer), exchange(stream, request)).await;
        let (response, driver) = asked.map_err(|_| Fault::uncertain(FaultCode::NoAnswer, ""))??;
        Ok(Connection { response, driver, idle: patience.idle, until: Instant::now() + patience.body })
    }

    /// A connection; what certificate was shown is kept. One that was refused is looked at once more, to tell what is wrong with it.
    async fn open(&self) -> Result<Box<dyn Stream>, Fault> {
        let opened = self.door.open(&self.base, &self.confirmed, self.tls.as_ref()).await;
        let (opened, shown) = match opened {
            Ok((stream, shown)) => (Ok(stream), shown),
            Err(fault) if fault.code.is_of_certificate() => {
                let shown = self.door.certificate(self.base.as_str(), &self.confirmed).await.ok();
                (Err(fault), shown)
            }
            Err(fault) => (Err(fault), None),
        };
        if shown.is_some() {
            *self.shown.lock().unwrap_or_else(PoisonError::into_inner) = shown;
        }
        opened
    }

    fn request(&self, ask: &Ask) -> Result<Request<Full<Bytes>>, Fault> {
        let base = self.base.path().trim_end_matches('/');
        let mut target = format!("{base}/{}", ask.path.trim_start_matches('/'));
        if !ask.query.is_empty() {
            target.push('?');
            target.push_str(&ask.query);
        }
        let length = ask.body.len();
        let with_body = length > 0 || ask.method != hyper::Method::GET;
        let odd = |_| Fault::new(FaultCode::Settings, "address");
        let mut request = Request::new(Full::new(ask.body.clone()));
        *request.method_mut() = ask.method.clone();
        *request.uri_mut() = target.parse().map_err(|_| Fault::new(FaultCode::Settings, "address"))?;
        *request.headers_mut() = ask.headers.clone();
        let host = &self.base[Position::BeforeHost..Position::AfterPort];
        request.headers_mut().insert(HOST, HeaderValue::from_str(host).map_err(odd)?);
        request.headers_mut().insert(USER_AGENT, AGENT);
        request.headers_mut().insert(ACCEPT_ENCODING, HeaderValue::from_static("identity"));
        if with_body {
            request.headers_mut().insert(CONTENT_LENGTH, HeaderValue::from(length));
        }
        Ok(request)
    }

    /// Where a redirect leads.
    fn led(&self, asked: &Uri, response: &Response<Incoming>) -> Option<Url> {
        let location = response.headers().get(LOCATION).and_then(|value| value.to_str().ok())?;
        self.base.join(&asked.to_string()).ok()?.join(location).ok()
    }
}

/// Drives a connection for as long as it is kept.
struct Driver(JoinHandle<()>);

impl Drop for Driver {
    fn drop(&mut self) {
        self.0.abort();
    }
}

async fn exchange(
    stream: Box<dyn Stream>,
    request: Request<Full<Bytes>>,
) -> Result<(Response<Incoming>, Driver), Fault> {
    let opened = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await;
    let (mut sender, connection) = opened.map_err(|error| fault_of(&error))?;
    // Its error reaches whoever waits for the answer.
    let driver = Driver(tokio::spawn(async move {
        let _ = connection.await;
    }));
    let response = sender.send_request(request).await.map_err(|error| fault_of(&error))?;
    Ok((response, driver))
}

/// The fault of a request that was sent and has no answer.
fn fault_of(error: &hyper::Error) -> Fault {
    let code = if error.is_parse() { FaultCode::Protocol } else { FaultCode::ClosedSilently };
    Fault::uncertain(code, if code == FaultCode::Protocol { "HTTP" } else { "" })
}

/// An answer whose body is still coming.
struct Connection {
    response: Response<Incoming>,
    /// Ends with this.
    driver: Driver,
    idle: Duration,
    until: Instant,
}

impl Connection {
    /// The next piece of the body.
    async fn piece(&mut self) -> Result<Option<Bytes>, Fault> {
        loop {
            let frame = timeout_at(self.until, timeout(self.idle, self.response.body_mut().frame())).await;
            let frame = frame
                .map_err(|_| Fault::uncertain(FaultCode::TooLong, ""))?
                .map_err(|_| Fault::uncertain(FaultCode::CutOff, ""))?;
            match frame {
                None => return Ok(None),
                Some(Err(_)) => return Err(Fault::uncertain(FaultCode::CutOff, "")),
                Some(Ok(frame)) => {
                    // Trailers carry nothing that anybody reads.
                    if let Ok(data) = frame.into_data() {
                        return Ok(Some(data));
                    }
                }
            }
        }
    }

    async fn body(&mut self, max: usize) -> Result<Bytes, Fault> {
        let mut all = Vec::new();
        while let Some(piece) = self.piece().await? {
            if all.len() + piece.len() > max {
                return Err(Fault::uncertain(FaultCode::TooBig, ""));
            }
            all.extend_from_slice(&piece);
        }
        Ok(all.into())
    }

    fn answer(self, body: Bytes) -> Answer {
        let Self { response, driver, .. } = self;
        drop(driver);
        let (head, _) = response.into_parts();
        Answer { status: head.status.as_u16(), headers: head.headers, body }
    }
}
