//! Chromium, driven by its own driver on a free port, with a profile of its own.

use super::guardian::{self, Guardian};
use super::places;
use serde_json::{Value, json};
use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};
use thirtyfour::common::command::{Command as Driving, ExtensionCommand};
use thirtyfour::prelude::*;
use thirtyfour::{ChromiumLikeCapabilities, LoggingPrefsLogLevel};

/// How long a page may take to become what a test waits for.
const PATIENCE: Duration = Duration::from_secs(20);

/// A running browser.
pub struct Browser {
    /// The driver.
    pub driver: WebDriver,
    origin: String,
    scripts: bool,
    // Ends after the driver.
    _chromedriver: Guardian,
}

/// A command of the browser's debugging protocol.
#[derive(Debug)]
struct DevTools(Value);

impl ExtensionCommand for DevTools {
    fn parameters_json(&self) -> Option<Value> {
        Some(self.0.clone())
    }

    fn method(&self) -> reqwest::Method {
        reqwest::Method::POST
    }

    fn endpoint(&self) -> Arc<str> {
        "/goog/cdp/execute".into()
    }
}

impl Browser {
    /// A browser for a site, in a language (`es`, `en`), with or without scripts.
    ///
    /// # Panics
    /// It does not start.
    pub async fn start(origin: &str, language: &str, scripts: bool) -> Self {
        let folder = guardian::folder("browser");
        let mut command = Command::new(places::variable("POSTURA_TEST_CHROMEDRIVER"));
        command.arg("--port=0");
        // Chromium keeps its crash reports and caches in the home folder, whatever its profile is.
        command.env("HOME", &folder).env("TMPDIR", &folder);
        let chromedriver = Guardian::start(&folder, false, &command);
        let port: u16 = chromedriver.wait_for(PATIENCE, |line| {
            line.split_once("started successfully on port ")?.1.trim_end_matches('.').parse().ok()
        });
        let mut capabilities = DesiredCapabilities::chrome();
        let profile = format!("--user-data-dir={}", folder.join("profile").display());
        let flags = [
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--disable-dev-shm-usage",
            "--no-first-run",
            "--no-proxy-server",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--force-color-profile=srgb",
            "--hide-scrollbars",
            "--window-size=1440,1000",
            profile.as_str(),
        ];
        for flag in flags {
            capabilities.add_arg(flag).expect("a flag is taken");
        }
        capabilities.set_binary(&places::variable("POSTURA_TEST_CHROMIUM")).expect("the browser is taken");
        capabilities.set_browser_log_level(LoggingPrefsLogLevel::All).expect("the log is taken");
        let mut preferences = json!({ "intl.accept_languages": language });
        if !scripts {
            preferences["profile.managed_default_content_settings.javascript"] = json!(2);
        }
        capabilities.add_experimental_option("prefs", preferences).expect("preferences are taken");
        let driver =
            WebDriver::new(format!("http://127.0.0.1:{port}"), capabilities).await.expect("the browser starts");
        Self { driver, origin: origin.to_owned(), scripts, _chromedriver: chromedriver }
    }

    /// Ends the browser.
    ///
    /// # Panics
    /// It does not end.
    pub async fn quit(self) {
        self.driver.quit().await.expect("the browser ends");
    }

    /// Opens a path, and waits until its scripts have taken over.
    ///
    /// # Panics
    /// They do not.
    pub async fn open(&self, path: &str) {
        self.driver.goto(format!("{}{path}", self.origin)).await.expect("the page opens");
        self.ready().await;
    }

    /// Waits until the page is whole and its scripts have taken over.
    pub async fn ready(&self) {
        if !self.scripts {
            return;
        }
        self.until("the page is hydrated", HYDRATED).await;
    }

    /// Runs a script; what it returns.
    ///
    /// # Panics
    /// It throws.
    pub async fn run(&self, script: &str, arguments: Vec<Value>) -> Value {
        let done = self.driver.execute(script, arguments).await;
        done.unwrap_or_else(|error| panic!("{script}: {error}")).json().clone()
    }

    /// Opens a path; whether its scripts have taken over in time.
    ///
    /// # Panics
    /// There is no such page.
    pub async fn opens(&self, path: &str) -> bool {
        self.driver.goto(format!("{}{path}", self.origin)).await.expect("the page opens");
        !self.scripts || self.becomes(PATIENCE, HYDRATED).await
    }

    /// Waits until an expression is true.
    ///
    /// # Panics
    /// It does not become true.
    pub async fn until(&self, what: &str, expression: &str) {
        self.until_within(PATIENCE, what, expression).await;
    }

    /// Waits until an expression is true, for so long.
    ///
    /// # Panics
    /// It does not become true.
    pub async fn until_within(&self, patience: Duration, what: &str, expression: &str) {
        if self.becomes(patience, expression).await {
            return;
        }
        let at = self.path().await;
        let text: String = self.find("body").await.text().await.unwrap_or_default().chars().take(1_000).collect();
        let log = self.log().await;
        panic!("waited for: {what}\nat {at}\nconsole: {log:#?}\n{text}");
    }

    /// Whether an expression becomes true in time.
    async fn becomes(&self, patience: Duration, expression: &str) -> bool {
        let end = Instant::now() + patience;
        let script = format!("return Boolean({expression});");
        while Instant::now() < end {
            // While one page makes place for the next, scripts fail.
            if let Ok(done) = self.driver.execute(script.as_str(), Vec::new()).await
                && done.json() == &json!(true)
            {
                return true;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        false
    }

    /// Waits until there is an element.
    ///
    /// # Panics
    /// There is none.
    pub async fn find(&self, selector: &str) -> WebElement {
        let end = Instant::now() + PATIENCE;
        loop {
            match self.driver.find(By::Css(selector)).await {
                Ok(element) => return element,
                Err(error) => assert!(Instant::now() < end, "no {selector} at {}: {error}", self.path().await),
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// All elements that are there now.
    ///
    /// # Panics
    /// The browser fails.
    pub async fn all(&self, selector: &str) -> Vec<WebElement> {
        self.driver.find_all(By::Css(selector)).await.expect("elements can be found")
    }

    /// What an element says.
    ///
    /// # Panics
    /// There is none.
    pub async fn text(&self, selector: &str) -> String {
        self.find(selector).await.text().await.expect("an element has a text")
    }

    /// Clicks.
    ///
    /// # Panics
    /// It cannot be clicked.
    pub async fn click(&self, selector: &str) {
        let element = self.find(selector).await;
        element.scroll_into_view().await.expect("an element can be scrolled to");
        element.click().await.unwrap_or_else(|error| panic!("{selector}: {error}"));
    }

    /// Writes into a field, in the place of what it held.
    ///
    /// # Panics
    /// It cannot be written to.
    pub async fn write(&self, selector: &str, text: &str) {
        let field = self.find(selector).await;
        field.clear().await.expect("a field can be cleared");
        field.send_keys(text).await.expect("a field takes keys");
    }

    /// The path of the page with its query.
    ///
    /// # Panics
    /// The browser fails.
    pub async fn path(&self) -> String {
        let url = self.driver.current_url().await.expect("the page has an address");
        match url.query() {
            Some(query) => format!("{}?{query}", url.path()),
            None => url.path().to_owned(),
        }
    }

    /// Signs in by the form.
    pub async fn sign_in(&self, login: &str, password: &str) {
        self.open("/sign-in").await;
        self.write("#login", login).await;
        self.write("#password", password).await;
        self.click("form[action='/sign-in'] button").await;
        self.find("nav").await;
        self.ready().await;
    }

    /// A command of the browser's debugging protocol.
    ///
    /// # Panics
    /// It fails.
    pub async fn devtools(&self, command: &str, parameters: Value) -> Value {
        let body = json!({ "cmd": command, "params": parameters });
        let done = self.driver.handle().cmd(Driving::ExtensionCommand(Box::new(DevTools(body)))).await;
        done.and_then(|done| done.value()).unwrap_or_else(|error| panic!("{command}: {error}"))
    }

    /// What the console said since it was last asked: warnings and errors, refusals of the content security policy among
    /// them.
    ///
    /// # Panics
    /// The browser fails.
    pub async fn log(&self) -> Vec<String> {
        let entries = self.driver.browser_log().await.expect("the console can be read");
        let bad = entries.into_iter().filter(|entry| matches!(entry.level.as_str(), "SEVERE" | "WARNING"));
        bad.map(|entry| format!("{}: {}", entry.level, entry.message)).collect()
    }
}

/// The page says so itself once its event handlers are attached.
const HYDRATED: &str = "document.readyState === 'complete' && document.documentElement.hasAttribute('data-live')";
