//! Looks at every page with the demo loaded: nothing that axe finds, nothing on the console, nothing wider than the screen;
//! and takes pictures.

use crate::base64;
use crate::views::{self, Places, View, Who};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::path::PathBuf;
use tests::support::people::{self, DEMO_PASSWORD, PASSWORD};
use tests::support::{Browser, Engine, TestServer, demo, places};

/// axe-core: see `vendor/README.md`.
const AXE: &str = include_str!("vendor/axe.min.js");

/// Runs it; its violations with the places of each.
const LOOK: &str = r"
const done = arguments[arguments.length - 1];
axe.run(document, { resultTypes: ['violations'] }).then(found => done(found.violations.map(one => ({
    rule: one.id, help: one.help,
    nodes: one.nodes.slice(0, 4).map(node => node.target.join(' ') + ' — ' + node.failureSummary.replaceAll('\n', ' ')),
}))), error => done([{ rule: 'axe', help: String(error), nodes: [] }]));
";

/// What makes a page wider than the screen. A phone widens its layout with the page, so that the window says nothing.
const WIDE: &str = r"
const width = arguments[0];
if (window.innerWidth <= width && document.documentElement.scrollWidth <= width) { return []; }
const reaches = [...document.body.querySelectorAll('*')].filter(one => one.getBoundingClientRect().right > width + 1);
const names = reaches.map(one => one.tagName + '.' + one.className + ' to ' + Math.round(one.getBoundingClientRect().right));
return [window.innerWidth + ' of ' + width, ...names.slice(0, 12)];
";

/// Widths of a desk and of a phone.
const WIDTHS: [(u32, u32); 2] = [(1440, 1000), (390, 844)];

/// What a console may say of pages that are errors by intention: the browser logs their status itself.
fn is_own_status(line: &str) -> bool {
    line.contains("Failed to load resource: the server responded with a status of 4")
}

/// The folder of one language's pictures.
fn folder(language: &str) -> PathBuf {
    let folder = places::target().join("screenshots").join(language);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

async fn emulate(browser: &Browser, theme: &str, (width, height): (u32, u32)) {
    let size = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600 });
    browser.devtools("Emulation.setDeviceMetricsOverride", size).await;
    let features = json!([
        { "name": "prefers-color-scheme", "value": theme }, { "name": "prefers-reduced-motion", "value": "reduce" },
    ]);
    browser.devtools("Emulation.setEmulatedMedia", json!({ "media": "", "features": features })).await;
    let drawn = "const done = arguments[0]; requestAnimationFrame(() => requestAnimationFrame(() => done(true)));";
    browser.driver.execute_async(drawn, Vec::new()).await.unwrap();
}

/// Takes a picture of the whole page.
async fn picture(browser: &Browser, file: PathBuf, width: u32) {
    let metrics = browser.devtools("Page.getLayoutMetrics", json!({})).await;
    let height = metrics["cssContentSize"]["height"].as_f64().unwrap().min(6_000.0);
    let clip = json!({ "x": 0, "y": 0, "width": width, "height": height, "scale": 1 });
    let taken = browser
        .devtools("Page.captureScreenshot", json!({ "format": "png", "clip": clip, "captureBeyondViewport": true }));
    std::fs::write(file, base64::decoded(taken.await["data"].as_str().unwrap())).unwrap();
}

/// Looks at one page; what is wrong with it.
async fn look(browser: &Browser, view: &View, language: &str) -> Vec<String> {
    let mut wrong = Vec::new();
    browser.devtools("Emulation.clearDeviceMetricsOverride", json!({})).await;
    if !browser.opens(&view.path).await {
        wrong.push(format!("{} ({language}): the scripts do not take over", view.name));
    }
    let text = browser
        .run("return [document.documentElement.lang, document.title, document.querySelector('h1')?.innerText];", vec![])
        .await;
    if text[0] != json!(language)
        || text[1].as_str().is_none_or(str::is_empty)
        || text[2].as_str().is_none_or(str::is_empty)
    {
        wrong.push(format!("{}: language, title, heading: {text}", view.name));
    }
    browser.run(AXE, vec![]).await;
    for theme in ["light", "dark"] {
        for size in WIDTHS {
            emulate(browser, theme, size).await;
            let place = format!("{} ({language}, {theme}, {})", view.name, size.0);
            picture(browser, folder(language).join(format!("{}-{theme}-{}.png", view.name, size.0)), size.0).await;
            let found = browser.driver.execute_async(LOOK, Vec::new()).await.unwrap();
            for one in found.json().as_array().unwrap() {
                let nodes: Vec<&str> = one["nodes"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
                wrong.push(format!("{place}: {} ({})\n    {}", one["rule"], one["help"], nodes.join("\n    ")));
            }
            let wide = browser.run(WIDE, vec![json!(size.0)]).await;
            if wide != json!([]) {
                wrong.push(format!("{place}: wider than the screen: {wide}"));
            }
        }
    }
    let expected = ["not-found", "forbidden"].contains(&view.name);
    let said = browser.log().await.into_iter().filter(|line| !(expected && is_own_status(line)));
    wrong.extend(said.map(|line| format!("{} ({language}): the console says {line}", view.name)));
    wrong
}

/// Looks at every page in one language.
async fn look_at_all(language: &'static str) {
    let server = demo::start(Engine::Sqlite).await;
    let empty = TestServer::start(Engine::Sqlite).await;
    let mut admin = people::sign_in(&server, "admin", DEMO_PASSWORD).await;
    let found = Places::of(&mut admin).await;
    let views = views::all(&found, empty.set_up_path());
    views::assert_whole(&views);
    let mut wrong = Vec::new();
    let mut at: Option<(Who, Browser)> = None;
    for view in &views {
        if at.as_ref().is_none_or(|(who, _)| *who != view.who) {
            if let Some((_, browser)) = at.take() {
                browser.quit().await;
            }
            if view.who == Who::Empty {
                people::set_up(&empty).await;
            }
            let of_empty = matches!(view.who, Who::First | Who::Empty);
            let origin = if of_empty { empty.origin() } else { server.origin() };
            let browser = Browser::start(origin, language, true).await;
            match view.who {
                Who::First | Who::Nobody => {}
                Who::Empty => browser.sign_in("root", PASSWORD).await,
                Who::Lead => browser.sign_in("lucia", DEMO_PASSWORD).await,
                Who::Admin => browser.sign_in("admin", DEMO_PASSWORD).await,
            }
            at = Some((view.who, browser));
        }
        if let Some((_, browser)) = &at {
            wrong.extend(look(browser, view, language).await);
        }
    }
    if let Some((_, browser)) = at {
        browser.quit().await;
    }
    let distinct: BTreeSet<&String> = wrong.iter().collect();
    assert!(wrong.is_empty(), "{} things:\n{}", distinct.len(), wrong.join("\n"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_page_in_spanish() {
    look_at_all("es").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_page_in_english() {
    look_at_all("en").await;
}
