//! A server of HTTP or HTTPS around the state of a fake, and what can be done to disturb it.

use crate::Identity;
use bytes::Bytes;
use http_body_util::BodyExt;
use hyper::body::{Body, Frame, Incoming};
use hyper::header::HeaderMap;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard};
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;
use url::{Url, form_urlencoded};

/// What was asked.
#[derive(Debug)]
pub struct Question {
    /// `GET`, `POST`, …
    pub method: String,
    /// The path, from its `/` on, as it came.
    pub path: String,
    /// The path's segments, decoded; none for a slash at its end.
    pub segments: Vec<String>,
    /// The parameters of the query, and of the body if it is a form.
    pub parameters: Vec<(String, String)>,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Bytes,
}

impl Question {
    /// The value of a parameter; empty if it is not there.
    #[must_use]
    pub fn get(&self, name: &str) -> &str {
        self.has(name).unwrap_or("")
    }

    /// The value of a parameter, if it is there.
    #[must_use]
    pub fn has(&self, name: &str) -> Option<&str> {
        self.parameters.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// The value of a header; empty if it is not there.
    #[must_use]
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or("")
    }

    /// The body as JSON; null if it is none.
    #[must_use]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    /// What knobs and counts look at: `METHOD /path`, and behind it the operation's name of a question in GraphQL.
    fn line(&self) -> String {
        let line = format!("{} {}", self.method, self.path);
        match self.json()["operationName"].as_str() {
            Some(operation) => format!("{line} {operation}"),
            None => line,
        }
    }

    /// Method and segments, for a `match`.
    #[must_use]
    pub fn route(&self) -> (&str, Vec<&str>) {
        (&self.method, self.segments.iter().map(String::as_str).collect())
    }
}

/// What is answered.
#[derive(Clone, Debug)]
pub enum Reply {
    /// Status, headers and body.
    Answer(u16, Vec<(&'static str, String)>, Bytes),
    /// The connection is closed without a word.
    Close,
}

impl Reply {
    /// JSON with status 200.
    #[must_use]
    pub fn json(value: &Value) -> Self {
        Self::status(200, value)
    }

    /// JSON with a status.
    #[must_use]
    pub fn status(status: u16, value: &Value) -> Self {
        Self::text(status, "application/json; charset=utf-8", value.to_string())
    }

    /// A text with a status.
    #[must_use]
    pub fn text(status: u16, kind: &str, text: impl Into<Bytes>) -> Self {
        Self::Answer(status, vec![("content-type", kind.to_owned())], text.into())
    }

    /// With one more header.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        if let Self::Answer(_, headers, _) = &mut self {
            headers.push((name, value.into()));
        }
        self
    }
}

/// The state of a fake, and what it answers.
pub trait Api: Send + 'static {
    /// Answers a question.
    fn answer(&mut self, question: &Question) -> Reply;
}

/// What disturbs an answer.
#[derive(Clone, Debug)]
pub enum Effect {
    /// The connection is closed without an answer, and nothing is done.
    Close,
    /// What is asked is done, and the connection closed without an answer.
    LoseAnswer,
    /// Another answer, and nothing is done.
    Say(Reply),
    /// The body breaks off in its middle.
    Truncate,
    /// The body comes in pieces of 16 bytes with such a pause after each.
    Slow(Duration),
    /// Nothing comes, ever.
    Hang,
    /// What is asked is done, and nothing comes, ever.
    Hold,
}

struct Knob {
    path: String,
    times: usize,
    effect: Effect,
}

#[derive(Default)]
struct Disturbed {
    knobs: Vec<Knob>,
    asked: Vec<String>,
}

impl Disturbed {
    /// Notes a question and finds what disturbs it.
    fn asked(&mut self, question: &Question) -> Option<Effect> {
        let line = question.line();
        let knob = self.knobs.iter_mut().find(|knob| knob.times > 0 && line.contains(&knob.path));
        let effect = knob.map(|knob| {
            knob.times -= 1;
            knob.effect.clone()
        });
        self.asked.push(line);
        effect
    }
}

/// A fake that runs until it is dropped.
pub struct Fake<A> {
    /// Where it listens, on loopback.
    pub address: SocketAddr,
    scheme: &'static str,
    api: Arc<Mutex<A>>,
    disturbed: Arc<Mutex<Disturbed>>,
    acceptor: Arc<Mutex<Option<TlsAcceptor>>>,
    task: JoinHandle<()>,
}

impl<A> Drop for Fake<A> {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl<A: Api> Fake<A> {
    /// Starts a fake on a free port, over HTTPS if it has an identity.
    pub async fn start(api: A, identity: Option<&Identity>) -> Self {
        Self::start_on(api, identity, 0).await
    }

    /// Starts a fake on a port.
    pub async fn start_on(api: A, identity: Option<&Identity>, port: u16) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", port)).await.expect("a port is free");
        let address = listener.local_addr().expect("an address");
        let api = Arc::new(Mutex::new(api));
        let disturbed = Arc::new(Mutex::new(Disturbed::default()));
        let acceptor = Arc::new(Mutex::new(identity.map(Identity::acceptor)));
        let shared = (Arc::clone(&api), Arc::clone(&disturbed), Arc::clone(&acceptor));
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let acceptor = shared.2.lock().expect("no panic before").clone();
                tokio::spawn(connection(stream, acceptor, Arc::clone(&shared.0), Arc::clone(&shared.1)));
            }
        });
        let scheme = if identity.is_some() { "https" } else { "http" };
        Self { address, scheme, api, disturbed, acceptor, task }
    }

    /// Its address as a URL.
    #[must_use]
    pub fn url(&self) -> String {
        format!("{}://{}", self.scheme, self.address)
    }

    /// Its state, to be looked at and changed.
    pub fn state(&self) -> MutexGuard<'_, A> {
        self.api.lock().expect("no panic before")
    }

    /// Disturbs the next so many answers to questions whose `METHOD /path`, or `METHOD /path Operation` in GraphQL, contains a text.
    pub fn disturb(&self, path: &str, times: usize, effect: Effect) {
        self.disturbed.lock().expect("no panic before").knobs.push(Knob { path: path.to_owned(), times, effect });
    }

    /// Disturbs nothing any more.
    pub fn calm(&self) {
        self.disturbed.lock().expect("no panic before").knobs.clear();
    }

    /// Shows another certificate from now on.
    pub fn show(&self, identity: &Identity) {
        *self.acceptor.lock().expect("no panic before") = Some(identity.acceptor());
    }

    /// How many questions contained a text in their `METHOD /path`.
    #[must_use]
    pub fn count(&self, path: &str) -> usize {
        self.disturbed.lock().expect("no panic before").asked.iter().filter(|line| line.contains(path)).count()
    }

    /// Runs for as long as the program.
    pub async fn stay(mut self) {
        let _ = (&mut self.task).await;
    }
}

async fn connection<A: Api>(
    stream: TcpStream,
    acceptor: Option<TlsAcceptor>,
    api: Arc<Mutex<A>>,
    disturbed: Arc<Mutex<Disturbed>>,
) {
    match acceptor {
        None => serve(stream, api, disturbed).await,
        Some(acceptor) => {
            // A client that does not like the certificate goes away: that is its right.
            if let Ok(stream) = acceptor.accept(stream).await {
                serve(stream, api, disturbed).await;
            }
        }
    }
}

async fn serve<A: Api>(
    stream: impl AsyncRead + AsyncWrite + Send + Unpin + 'static,
    api: Arc<Mutex<A>>,
    disturbed: Arc<Mutex<Disturbed>>,
) {
    let service = service_fn(move |request| {
        let (api, disturbed) = (Arc::clone(&api), Arc::clone(&disturbed));
        async move {
            let question = read(request).await?;
            let effect = disturbed.lock().expect("no panic before").asked(&question);
            let silent = || Err(io::Error::other("closed on purpose"));
            let answer = || api.lock().expect("no panic before").answer(&question);
            match effect {
                Some(Effect::Close) => silent(),
                Some(Effect::LoseAnswer) => {
                    answer();
                    silent()
                }
                Some(Effect::Hang) => std::future::pending().await,
                Some(Effect::Hold) => {
                    answer();
                    std::future::pending().await
                }
                Some(Effect::Say(reply)) => respond(reply, None),
                other => respond(answer(), other),
            }
        }
    });
    // An error is a connection that was closed, by us on purpose or by the client.
    let mut builder = hyper::server::conn::http1::Builder::new();
    // Names of headers as most servers write them, by which scanners of ports know what they are.
    let _ = builder.title_case_headers(true).serve_connection(TokioIo::new(stream), service).await;
}

async fn read(request: Request<Incoming>) -> io::Result<Question> {
    let (head, body) = request.into_parts();
    let body = body.collect().await.map_err(io::Error::other)?.to_bytes();
    let target = head.uri.to_string();
    let url = Url::parse(&format!("http://fake{}", head.uri.path_and_query().map_or("/", |both| both.as_str())));
    let url = url.map_err(io::Error::other)?;
    let decoded = |segment: &str| {
        let plus = segment.replace('+', "%2B");
        form_urlencoded::parse(format!("x={plus}").as_bytes()).next().map(|(_, value)| value.into_owned())
    };
    let segments = url.path().split('/').filter(|segment| !segment.is_empty()).filter_map(decoded).collect();
    let mut parameters: Vec<(String, String)> = url.query_pairs().into_owned().collect();
    let kind = head.headers.get("content-type").and_then(|value| value.to_str().ok()).unwrap_or("");
    if kind.starts_with("application/x-www-form-urlencoded") {
        parameters.extend(form_urlencoded::parse(&body).into_owned());
    }
    Ok(Question { method: head.method.to_string(), path: target, segments, parameters, headers: head.headers, body })
}

fn respond(reply: Reply, effect: Option<Effect>) -> io::Result<Response<Pieces>> {
    let Reply::Answer(status, headers, body) = reply else { return Err(io::Error::other("closed on purpose")) };
    let mut response = Response::builder().status(status);
    for (name, value) in headers {
        response = response.header(name, value);
    }
    response = response.header("content-length", body.len());
    let (send, pieces) = mpsc::channel(4);
    tokio::spawn(async move {
        let (end, size, pause) = match effect {
            Some(Effect::Truncate) => (body.len() / 2, 64 << 10, Duration::ZERO),
            Some(Effect::Slow(pause)) => (body.len(), 16, pause),
            _ => (body.len(), 64 << 10, Duration::ZERO),
        };
        let mut at = 0;
        while at < end {
            let next = (at + size).min(end);
            if send.send(Ok(body.slice(at..next))).await.is_err() {
                return;
            }
            at = next;
            tokio::time::sleep(pause).await;
        }
        if end < body.len() {
            // What was sent is to arrive before the connection breaks.
            tokio::time::sleep(Duration::from_millis(50)).await;
            let _ = send.send(Err(io::Error::other("broken off on purpose"))).await;
        }
    });
    response.body(Pieces(pieces)).map_err(io::Error::other)
}

/// A body that comes in pieces.
struct Pieces(mpsc::Receiver<io::Result<Bytes>>);

impl Body for Pieces {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        self.0.poll_recv(context).map(|piece| piece.map(|piece| piece.map(Frame::data)))
    }
}
