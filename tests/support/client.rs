//! A client that speaks to the server as a browser does: cookies, `Origin`, no redirect followed unless asked.

use super::html;
use super::server::TestServer;
use reqwest::header::{self, HeaderMap, HeaderValue};
use reqwest::multipart::{Form, Part};
use reqwest::{Method, RequestBuilder};
use serde_json::Value;
use std::collections::BTreeMap;
use std::time::Duration;

/// An answer, read whole.
#[derive(Debug)]
pub struct Reply {
    /// What was asked, for messages.
    pub asked: String,
    /// The status.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: String,
}

impl Reply {
    /// A header's text, empty if it is not there.
    #[must_use]
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// Where a redirect leads, empty for none.
    #[must_use]
    pub fn location(&self) -> &str {
        self.header("location")
    }

    /// The body as JSON.
    ///
    /// # Panics
    /// It is none.
    #[must_use]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{}: {error}\n{}", self.asked, self.body))
    }

    /// The same answer, if it has that status.
    ///
    /// # Panics
    /// It has another.
    pub fn expect(self, status: u16) -> Self {
        let begin: String = self.body.chars().take(2_000).collect();
        assert_eq!(self.status, status, "{} leads to {:?}\n{begin}", self.asked, self.location());
        self
    }
}

/// A browser's worth of state.
#[derive(Clone)]
pub struct Client {
    http: reqwest::Client,
    origin: String,
    cookies: BTreeMap<String, String>,
    token: Option<String>,
    language: &'static str,
}

impl Client {
    /// Nobody's client.
    ///
    /// # Panics
    /// It cannot be made.
    #[must_use]
    pub fn new(server: &TestServer) -> Self {
        let http = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .timeout(Duration::from_secs(60))
            .no_proxy()
            .build()
            .expect("a client can be made");
        Self { http, origin: server.origin().to_owned(), cookies: BTreeMap::new(), token: None, language: "en" }
    }

    /// The same, asking for Spanish (`es`) or English (`en`).
    #[must_use]
    pub fn in_language(mut self, language: &'static str) -> Self {
        self.language = language;
        self
    }

    /// Speaks to a server that was started again, and listens elsewhere now.
    pub fn moves_to(&mut self, server: &TestServer) {
        server.origin().clone_into(&mut self.origin);
    }

    /// The same without cookies, with an API token.
    #[must_use]
    pub fn with_token(&self, token: &str) -> Self {
        Self { cookies: BTreeMap::new(), token: Some(token.to_owned()), ..self.clone() }
    }

    /// The cookies by name.
    #[must_use]
    pub fn cookies(&self) -> &BTreeMap<String, String> {
        &self.cookies
    }

    /// The server's origin.
    #[must_use]
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// A request with nothing but method and address: no cookies, no origin.
    pub fn bare(&self, method: Method, path: &str) -> RequestBuilder {
        self.http.request(method, format!("{}{path}", self.origin))
    }

    /// A request as a page of the site would send it.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let cookies: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let mut request = self.bare(method.clone(), path).header(header::ACCEPT_LANGUAGE, self.language);
        if !cookies.is_empty() {
            request = request.header(header::COOKIE, cookies.join("; "));
        }
        if let Some(token) = &self.token {
            return request.bearer_auth(token);
        }
        if method != Method::GET {
            request = request.header(header::ORIGIN, &self.origin).header("sec-fetch-site", "same-origin");
        }
        request
    }

    /// Sends a request and keeps the cookies of the answer.
    ///
    /// # Panics
    /// There is no answer.
    pub async fn send(&mut self, request: RequestBuilder) -> Reply {
        let request = request.build().expect("the request can be made");
        let asked = format!("{} {}", request.method(), request.url());
        let answer = match self.http.execute(request).await {
            Ok(answer) => answer,
            Err(error) => panic!("{asked}: {error:?}"),
        };
        let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
        for value in headers.get_all(header::SET_COOKIE) {
            self.keep(value);
        }
        let body = answer.bytes().await.unwrap_or_else(|error| panic!("{asked}: {error:?}"));
        Reply { asked, status, headers, body: String::from_utf8_lossy(&body).into_owned() }
    }

    fn keep(&mut self, cookie: &HeaderValue) {
        let text = cookie.to_str().expect("a cookie is text");
        let (name, rest) = text.split_once('=').expect("a cookie has a name");
        let value = rest.split(';').next().unwrap_or_default();
        if rest.contains("Max-Age=0") || value.is_empty() && name.starts_with("__Host-") {
            self.cookies.remove(name);
        } else {
            self.cookies.insert(name.to_owned(), value.to_owned());
        }
    }

    /// A page, or anything else that is only read: by a browser, but functions and the API by a script.
    pub async fn get(&mut self, path: &str) -> Reply {
        let accept = if path.starts_with("/api/") { "application/json" } else { "text/html,*/*" };
        let request = self.request(Method::GET, path).header(header::ACCEPT, accept);
        self.send(request).await
    }

    /// A page at the end of redirects.
    ///
    /// # Panics
    /// They lead in a circle, or away.
    pub async fn visit(&mut self, path: &str) -> Reply {
        let mut path = path.to_owned();
        for _ in 0..8 {
            let reply = self.get(&path).await;
            if !(300..400).contains(&reply.status) {
                return reply;
            }
            path = reply.location().to_owned();
            assert!(path.starts_with('/'), "leads away: {path}");
        }
        panic!("{path} leads in a circle");
    }

    /// A form as a page without scripts sends it.
    pub async fn form(&mut self, path: &str, fields: &[(&str, &str)]) -> Reply {
        let request = self.request(Method::POST, path).header(header::ACCEPT, "text/html");
        self.send(with_fields(request, fields)).await
    }

    /// A form as a script sends it.
    pub async fn act(&mut self, path: &str, fields: &[(&str, &str)]) -> Reply {
        let request = self.request(Method::POST, path).header(header::ACCEPT, "application/json");
        self.send(with_fields(request, fields)).await
    }

    /// Files on the upload form; the jobs that import them.
    ///
    /// # Panics
    /// They are not taken.
    pub async fn upload(&mut self, files: &[(&str, &[u8])]) -> Vec<i64> {
        let reply = self.offer(files, &[]).await.expect(202);
        let jobs = reply.json();
        let jobs = jobs["jobs"].as_array().expect("jobs are listed");
        jobs.iter().map(|job| job["job"].as_i64().expect("a job has a number")).collect()
    }

    /// Files on the upload form; the answer to a script.
    pub async fn offer(&mut self, files: &[(&str, &[u8])], fields: &[(&'static str, &str)]) -> Reply {
        let request = self.request(Method::POST, "/imports").header(header::ACCEPT, "application/json");
        self.send(request.multipart(multipart(files, fields))).await
    }

    /// A sample file to define a mapping on, as a page without scripts sends it.
    pub async fn sample(&mut self, name: &str, bytes: &[u8]) -> Reply {
        let form = Form::new().part("sample", Part::bytes(bytes.to_vec()).file_name(name.to_owned()));
        let request = self.request(Method::POST, "/scans/mappings/sample").header(header::ACCEPT, "text/html");
        self.send(request.multipart(form)).await
    }

    /// A published file on exploitation, as a page without scripts sends it.
    pub async fn feed(&mut self, kind: &str, name: &str, bytes: &[u8]) -> Reply {
        let file = Part::bytes(bytes.to_vec()).file_name(name.to_owned());
        let form = Form::new().text("kind", kind.to_owned()).text("day", "").part("file", file);
        let request = self.request(Method::POST, "/settings/feeds").header(header::ACCEPT, "text/html");
        self.send(request.multipart(form)).await
    }

    /// Sends a file of rules, which then waits to be applied.
    pub async fn rules(&mut self, text: &str, replaces: bool) -> Reply {
        let file = Part::bytes(text.as_bytes().to_vec()).file_name("overrides.toml");
        let form = if replaces { Form::new().text("replaces", "yes") } else { Form::new() };
        let request = self.request(Method::POST, "/settings/overrides/file").header(header::ACCEPT, "text/html");
        self.send(request.multipart(form.part("rules", file))).await
    }

    /// Sends an inventory of assets, which then waits to be applied.
    pub async fn inventory(&mut self, name: &str, bytes: &[u8]) -> Reply {
        let form = Form::new().part("inventory", Part::bytes(bytes.to_vec()).file_name(name.to_owned()));
        let request = self.request(Method::POST, "/assets/inventory").header(header::ACCEPT, "text/html");
        self.send(request.multipart(form)).await
    }

    /// Imports files one after the other and waits for each; where each stands at the end.
    pub async fn import(&mut self, files: &[(&str, &[u8])]) -> Vec<Value> {
        let mut ends = Vec::new();
        for file in files {
            for job in self.upload(std::slice::from_ref(file)).await {
                ends.push(self.imported(job).await);
            }
        }
        ends
    }

    /// Waits until an import has ended; its state.
    ///
    /// # Panics
    /// It takes too long.
    pub async fn imported(&mut self, job: i64) -> Value {
        for _ in 0..600 {
            let state = self.get(&format!("/api/ui/import?job={job}")).await.expect(200).json()["state"].clone();
            if !matches!(state["state"].as_str(), Some("queued" | "running")) {
                return state;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("import {job} does not end");
    }

    /// Connects a scanner at a port where nothing answers, says what may be scanned, schedules that and has it run now: the
    /// path of the run, which fails.
    ///
    /// # Panics
    /// One of the forms is refused.
    pub async fn scan_nothing(&mut self) -> String {
        let connector = [
            ("name", "ZAP in the lab"),
            ("kind", "zap"),
            ("address", "http://127.0.0.1:9"),
            ("confirmed", "127.0.0.1"),
            ("key", "key"),
            ("at_a_time", "1"),
            ("pull", "0"),
        ];
        let target = [
            ("name", "Shop"),
            ("targets", "https://shop.example.org/"),
            ("authorised_by", "Ana Ruiz, CISO"),
            ("authorised_until", "2099-12-31"),
            ("authorisation", "Contract 12"),
            ("blackouts", "mon-fri 08:00-08:05"),
        ];
        let schedule = [
            ("name", "Shop, every Monday"),
            ("connector", "ZAP in the lab"),
            ("target", "Shop"),
            ("every", "week"),
            ("weekday", "1"),
            ("time", "02:30"),
            ("zone", "Europe/Madrid"),
            ("missed", "once"),
            ("overlap", "skip"),
            ("jitter", "0"),
            ("time_limit", "60"),
            ("intensity", "normal"),
        ];
        for (path, fields) in [
            ("/scans/connectors", &connector[..]),
            ("/scans/targets", &target[..]),
            ("/scans/schedules", &schedule[..]),
            (
                "/scans/calendar",
                &[("name", "Pentest"), ("who", "Acme"), ("at", "2026-11-27T10:00"), ("hours", "8")][..],
            ),
        ] {
            let answered = self.form(path, fields).await.expect(303);
            let to = answered.location();
            assert!(to.contains("did="), "{path}: {to}");
        }
        let started = self.form("/scans/schedules", &[("run", "1")]).await.expect(303);
        started.location().split('?').next().unwrap_or_default().to_owned()
    }

    /// All the pages of a list that begins at `path`; the ids of its rows.
    pub async fn rows(&mut self, path: &str) -> Vec<String> {
        let mut next = Some(path.to_owned());
        let mut rows = Vec::new();
        while let Some(path) = next {
            let page = self.get(&path).await.expect(200);
            let begins = if path.starts_with("/assets") { "/assets/" } else { "/findings/" };
            rows.extend(html::row_ids(&page.body, begins));
            next = html::next_page(&page.body);
        }
        rows
    }
}

/// The body of a form. Fields of one name may come several times.
fn with_fields(request: RequestBuilder, fields: &[(&str, &str)]) -> RequestBuilder {
    let pairs: Vec<String> =
        fields.iter().map(|(name, value)| format!("{}={}", html::encode(name), html::encode(value))).collect();
    request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded").body(pairs.join("&"))
}

/// The body of the upload form.
#[must_use]
pub fn multipart(files: &[(&str, &[u8])], fields: &[(&'static str, &str)]) -> Form {
    let form = fields.iter().fold(Form::new(), |form, (name, value)| form.text(*name, (*value).to_owned()));
    files
        .iter()
        .fold(form, |form, (name, bytes)| form.part("files", Part::bytes(bytes.to_vec()).file_name((*name).to_owned())))
}
