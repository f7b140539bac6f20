//! As much of HTTP/1.1 as a measurement needs: one connection that stays open, forms, cookies, the time of an answer.

use anyhow::{Context, Result, bail};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

/// A user's connection.
pub struct Client {
    stream: BufReader<TcpStream>,
    host: String,
    origin: String,
    cookie: String,
}

/// An answer.
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The body.
    pub body: String,
    /// From the first byte sent to the last received.
    pub took: Duration,
    location: String,
    cookies: Vec<String>,
}

impl Client {
    /// Connects to a port of this machine as nobody.
    pub fn connect(port: u16) -> Result<Self> {
        let stream = TcpStream::connect(("127.0.0.1", port)).context("nobody listens")?;
        stream.set_nodelay(true)?;
        Ok(Self {
            stream: BufReader::new(stream),
            host: format!("127.0.0.1:{port}"),
            origin: format!("http://127.0.0.1:{port}"),
            cookie: String::new(),
        })
    }

    /// Signs in.
    pub fn sign_in(&mut self, login: &str, password: &str) -> Result<()> {
        let answer = self.post("/sign-in", &[("login", login), ("password", password), ("next", "/")])?;
        if answer.location.contains("error") || answer.cookies.is_empty() {
            bail!("{login} cannot sign in: {}", answer.location);
        }
        let cookies: Vec<&str> = answer.cookies.iter().filter_map(|cookie| cookie.split(';').next()).collect();
        self.cookie = cookies.join("; ");
        Ok(())
    }

    /// The cookies that the user has, as a request carries them.
    pub fn cookie(&self) -> &str {
        &self.cookie
    }

    /// The same user on another connection.
    pub fn again(&self, port: u16) -> Result<Self> {
        Ok(Self { cookie: self.cookie.clone(), ..Self::connect(port)? })
    }

    /// The same user, led by another site.
    pub fn led_by(self, origin: &str) -> Self {
        Self { origin: origin.to_owned(), ..self }
    }

    /// Reads a page.
    pub fn get(&mut self, path: &str) -> Result<Answer> {
        self.ask("GET", path, "")
    }

    /// Sends a form.
    pub fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Result<Answer> {
        let form: Vec<String> = fields.iter().map(|(name, value)| format!("{name}={}", encoded(value))).collect();
        self.ask("POST", path, &form.join("&"))
    }

    fn ask(&mut self, method: &str, path: &str, body: &str) -> Result<Answer> {
        let (host, origin) = (&self.host, &self.origin);
        let head = format!(
            "{method} {path} HTTP/1.1\r\nHost: {host}\r\nOrigin: {origin}\r\nAccept: text/html\r\nCookie: {}\r\n\
             Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{body}",
            self.cookie,
            body.len()
        );
        let started = Instant::now();
        self.stream.get_mut().write_all(head.as_bytes())?;
        let mut answer = self.head()?;
        answer.body = self.body(answer.body)?;
        answer.took = started.elapsed();
        Ok(answer)
    }

    fn line(&mut self) -> Result<String> {
        let mut line = String::new();
        self.stream.read_line(&mut line)?;
        Ok(line.trim_end().to_owned())
    }

    /// The status and the headers; for the body, what says how long it is.
    fn head(&mut self) -> Result<Answer> {
        let status = self.line()?.split(' ').nth(1).and_then(|status| status.parse().ok()).context("no status")?;
        let (mut body, mut location, mut cookies) = (String::new(), String::new(), Vec::new());
        loop {
            let line = self.line()?;
            let Some((name, value)) = line.split_once(':') else { break };
            let value = value.trim().to_owned();
            match name.to_ascii_lowercase().as_str() {
                "content-length" | "transfer-encoding" => body = value,
                "location" => location = value,
                "set-cookie" => cookies.push(value),
                _ => {}
            }
        }
        Ok(Answer { status, body, took: Duration::ZERO, location, cookies })
    }

    fn body(&mut self, length: String) -> Result<String> {
        let mut body = Vec::new();
        if length == "chunked" {
            loop {
                let size = usize::from_str_radix(&self.line()?, 16).context("a chunk without a size")?;
                let from = body.len();
                body.resize(from + size, 0);
                self.stream.read_exact(&mut body[from..])?;
                self.line()?;
                if size == 0 {
                    break;
                }
            }
        } else {
            body.resize(length.parse().unwrap_or(0), 0);
            self.stream.read_exact(&mut body)?;
        }
        Ok(String::from_utf8_lossy(&body).into_owned())
    }
}

/// As forms and addresses have it (RFC 3986, 2.1).
pub fn encoded(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => char::from(byte).to_string(),
            _ => format!("%{byte:02X}"),
        })
        .collect()
}
