//! What no answer may say: how the program is made, where it lies, what its database said.

use tests::support::{Reply, TestServer, places};

/// Words of the inside, as they stand in messages of the libraries, the database and the compiler.
const INSIDE: [&str; 30] = [
    "sqlite",
    "postgres",
    "sqlx",
    "SELECT ",
    "INSERT ",
    "UPDATE ",
    "DELETE ",
    "constraint",
    "syntax error",
    "panicked",
    "stack backtrace",
    "unwrap()",
    ".rs:",
    "src/",
    "axum",
    "hyper",
    "tokio",
    "serde",
    "leptos",
    "missing field",
    "unknown field",
    "invalid type",
    "deserialize",
    "Deserialize",
    "failed to parse",
    "Cannot parse",
    "thread '",
    "os error",
    "No such file",
    "rustc",
];

/// Fails if an answer that is an error says anything of the inside.
pub fn assert_clean(server: &TestServer, reply: &Reply) {
    assert!(reply.status >= 300, "{} is no error: {}", reply.asked, reply.status);
    let folder = server.folder().display().to_string();
    let root = places::root().display().to_string();
    let version = env!("CARGO_PKG_VERSION");
    let text = format!("{}\n{}", reply.body, reply.location());
    for word in INSIDE.iter().copied().chain([folder.as_str(), root.as_str(), version]) {
        assert!(!text.contains(word), "{} ({}) says {word:?}:\n{text}", reply.asked, reply.status);
    }
    for name in ["server", "x-powered-by"] {
        assert_eq!(reply.header(name), "", "{} has a header {name}", reply.asked);
    }
}

/// Fails unless an answer is a problem of RFC 9457 with this code and nothing of the inside.
pub fn assert_problem(server: &TestServer, reply: &Reply, status: u16, code: &str) {
    assert_clean(server, reply);
    assert_eq!(reply.status, status, "{}: {}", reply.asked, reply.body);
    assert_eq!(reply.header("content-type"), "application/problem+json", "{}", reply.asked);
    let problem = reply.json();
    assert_eq!(problem["status"], status, "{}", reply.asked);
    assert_eq!(problem["code"], code, "{}", reply.asked);
    assert_eq!(problem["type"], "about:blank", "{}", reply.asked);
    assert!(problem["title"].as_str().is_some_and(|title| !title.is_empty()), "{}", reply.asked);
}
