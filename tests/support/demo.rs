//! The demo, loaded once for each database and copied for each test program.
//!
//! Loading it takes the better part of a minute, so that it is kept under a name that changes with the program and the day:
//! the demo's year ends on the day on which it is loaded.

use super::engine::{self, Engine};
use super::places;
use super::server::{Options, TestServer};
use std::fs::File;
use std::path::PathBuf;
use std::time::UNIX_EPOCH;

/// A server on a copy of the demo.
///
/// # Panics
/// The demo cannot be loaded.
pub async fn start(engine: Engine) -> TestServer {
    start_with(engine, Options::default()).await
}

/// The same with options.
///
/// # Panics
/// The demo cannot be loaded.
pub async fn start_with(engine: Engine, options: Options) -> TestServer {
    let from = kept(engine).await;
    TestServer::start_with(engine, Options { from: Some(from), demo: true, ..options }).await
}

/// The data folder and the database of the kept demo, loaded now if they are not there.
async fn kept(engine: Engine) -> (PathBuf, String) {
    let folder = places::temporary();
    let lock = File::create(folder.join(format!("demo-{}.lock", engine.word()))).expect("the lock can be made");
    let lock = tokio::task::spawn_blocking(move || lock.lock().map(|()| lock)).await;
    let lock = lock.expect("the thread lives").expect("the demo can be locked");
    let key = key();
    let database = format!("postura_demo_{key}");
    let data = folder.join(format!("demo-{}-{key}", engine.word()));
    let there = data.exists() && (engine == Engine::Sqlite || engine::exists(&database).await);
    if !there {
        forget(engine);
        let half = data.with_extension("half");
        std::fs::create_dir_all(&half).expect("the folder can be made");
        let url = match engine {
            Engine::Sqlite => format!("sqlite:{}", half.join("data/postura.db").display()),
            Engine::Postgres => engine::create(&database, None).await,
        };
        let options = Options { demo: true, keep: true, ..Options::default() };
        // The folder has its name only once the server has ended, so that nothing is copied half written.
        drop(TestServer::run(half.clone(), url, &options));
        std::fs::rename(&half, &data).expect("the folder can be named");
    }
    drop(lock);
    (data.join("data"), database)
}

/// Takes away what was kept for other programs and days.
fn forget(engine: Engine) {
    let begins = format!("demo-{}-", engine.word());
    for entry in std::fs::read_dir(places::temporary()).expect("the folder can be read").flatten() {
        if entry.file_name().to_string_lossy().starts_with(&begins) && entry.path().is_dir() {
            std::fs::remove_dir_all(entry.path()).expect("an old demo can be taken away");
        }
    }
}

/// Changes whenever the program is built anew, and with the day.
fn key() -> String {
    let file = std::fs::metadata(places::binary()).expect("the program is there");
    let built = file.modified().ok().and_then(|at| at.duration_since(UNIX_EPOCH).ok()).expect("files have a time");
    let day = UNIX_EPOCH.elapsed().expect("the clock is right").as_secs() / 86_400;
    format!("{day}_{:x}_{:x}", built.as_nanos(), file.len())
}
